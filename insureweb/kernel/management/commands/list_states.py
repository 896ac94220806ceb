from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from insureweb.kernel.reference import states_page

PAGE = Path("docs/reference/states.md")


class Command(BaseCommand):
    help = "Print every state machine with its moves and owners; --write puts them into docs/reference/states.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help=f"write {PAGE}")

    def handle(self, *args: Any, **options: Any) -> None:
        page = states_page()
        if options["write"]:
            (settings.BASE_DIR / PAGE).write_text(page, encoding="utf-8")
            self.stdout.write(f"Wrote {PAGE}.")
        else:
            self.stdout.write(page, ending="")
