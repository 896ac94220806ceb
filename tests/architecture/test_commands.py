"""The page of the commands names every command of the house with its options, and none that there is not."""

import re
from argparse import SUPPRESS
from collections import defaultdict

from django.core.management import load_command_class
from django.core.management.base import BaseCommand

from tests.architecture.house import FLOORS, PROJECT_APPS, ROOT, folder

PAGE = ROOT / "docs" / "reference" / "commands.md"


def options_of(command: BaseCommand) -> set[str]:
    """The options a person may give, without those of every command of Django."""
    common = {action.dest for action in BaseCommand().create_parser("manage.py", "any")._actions}
    own = (action for action in command.create_parser("manage.py", "any")._actions if action.dest not in common)
    return {name for action in own if action.help != SUPPRESS for name in action.option_strings if name[:2] == "--"}


def commands() -> dict[str, set[str]]:
    found = {}
    for app in FLOORS:
        package = f"insureweb.{app}" if app in PROJECT_APPS else app
        for path in (folder(app) / "management" / "commands").glob("[a-z]*.py"):
            found[path.stem] = options_of(load_command_class(package, path.stem))
    return found


def test_the_page_of_the_commands_is_complete_and_true() -> None:
    there = commands()
    told: defaultdict[str, set[str]] = defaultdict(set)
    command = ""
    for word in re.findall(r"`([^`]+)`", PAGE.read_text(encoding="utf-8")):
        if word in there:
            command = word
            told[command] |= set()
        elif word.startswith("--"):
            told[command].add(word)
    assert dict(told) == there


def test_every_command_and_every_argument_says_what_it_is_for() -> None:
    for app in FLOORS:
        package = f"insureweb.{app}" if app in PROJECT_APPS else app
        for path in (folder(app) / "management" / "commands").glob("[a-z]*.py"):
            command = load_command_class(package, path.stem)
            assert command.help, path.stem
            silent = [action.dest for action in command.create_parser("manage.py", "any")._actions if not action.help]
            assert not silent, f"{path.stem}: {silent}"
