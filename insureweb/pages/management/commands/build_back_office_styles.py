"""`manage.py build_back_office_styles`: write static/css/back_office.css from the public stylesheets."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from insureweb.pages.back_office_styles import TARGET, build


class Command(BaseCommand):
    help = "Write static/css/back_office.css from the public stylesheets. With --check, only say whether it is current."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="exit with 1 when the file is not current")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "static" / "css"
        target, text = folder / TARGET, build(folder)
        current = target.exists() and target.read_text(encoding="utf-8") == text
        if options["check"] and not current:
            raise CommandError("static/css/back_office.css is not current; run manage.py build_back_office_styles.")
        if not current:
            target.write_text(text, encoding="utf-8")
        self.stdout.write("back_office.css is current.")
