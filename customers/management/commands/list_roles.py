"""Writes the table of roles for people; CI compares it with the file in docs/reference."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import override

from customers.roles import ALONE, GRANTS, TWO_PEOPLE, Grant, Role

TARGET = Path("docs/reference/roles.md")
HEAD = """# Roles

Written by `manage.py list_roles --write` from `customers/roles.py`; do not edit. `manage.py create_roles` makes the
groups. What a role may do beyond seeing and opening forms is decided by the services, by authority limits and by second
pairs of eyes.

| role | name | sees | works on |
|---|---|---|---|
"""


def _words(grant: Grant) -> str:
    return grant.app if not grant.models else f"{grant.app} ({', '.join(grant.models)})"


def roles_document() -> str:
    """The whole page."""
    lines = []
    for role, grants in GRANTS.items():
        seen = ", ".join(_words(grant) for grant in grants if grant.actions == ("view",))
        worked_on = ", ".join(_words(grant) for grant in grants if grant.actions != ("view",))
        lines.append(f"| `{role.value}` | {role.label} | {seen or 'nothing more'} | {worked_on or 'nothing'} |")
    pairs = [f"- {Role(one).label} and {Role(other).label}" for one, other in TWO_PEOPLE]
    alone = ", ".join(str(role.label) for role in ALONE)
    return (
        HEAD
        + "\n".join(lines)
        + "\n\n## Two people\n\n"
        + "Nobody holds both roles of a pair; the service and a trigger in PostgreSQL refuse it.\n\n"
        + "\n".join(pairs)
        + f"\n\nThese roles stand alone and go with no other: {alone}.\n"
    )


class Command(BaseCommand):
    help = "Print docs/reference/roles.md, or write it (--write), or compare it (--check; exit code 1 when it differs)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="write the file")
        parser.add_argument("--check", action="store_true", help="fail when the file differs")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / TARGET
        with override("en"):
            text = roles_document()
        if options["write"]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            self.stdout.write(f"{TARGET} is written.")
        elif options["check"]:
            if not path.exists() or path.read_text() != text:
                self.stderr.write(f"{TARGET} is out of date: run manage.py list_roles --write.")
                raise SystemExit(1)
        else:
            self.stdout.write(text)
