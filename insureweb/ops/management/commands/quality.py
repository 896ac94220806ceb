from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from insureweb.ops.quality import run


class Command(BaseCommand):
    help = "Check the code: format, linter, templates, arrows between apps, types."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fix", action="store_true", help="format and mend what can be mended")

    def handle(self, *args: object, **options: Any) -> None:
        failed = run(settings.BASE_DIR, mend=options["fix"], say=self.stdout.write)
        if failed:
            raise CommandError(f"Not clean: {', '.join(failed)}.")
