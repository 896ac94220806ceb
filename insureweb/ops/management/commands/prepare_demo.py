from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from insureweb.ops.demo.preparation import prepare
from insureweb.ops.demo.words import shown


class Command(BaseCommand):
    help = "Prepare the tables and data of a demo; `demo` calls it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--staff-only", action="store_true", help="leave customers and policies out")

    def handle(self, *args: object, **options: Any) -> None:
        def say(step: str, outcome: str) -> None:
            self.stdout.write(shown(step, outcome))

        prepare(say, staff_only=options["staff_only"])
