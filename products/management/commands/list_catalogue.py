"""Writes the page of the shipped catalogue; a test compares it with the files."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from products.reference import catalogue_page
from products.rules.document import ProductFileError
from products.sources import catalogue_files, read_product_file

TARGET = Path("docs/reference/catalogue.md")


class Command(BaseCommand):
    help = "Print the page of the shipped catalogue, or write it (--write), or compare it (--check; exit code 1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="write the page")
        parser.add_argument("--check", action="store_true", help="fail when the page differs")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / TARGET
        try:
            text = catalogue_page([read_product_file(file) for file in catalogue_files()])
        except ProductFileError as error:
            raise CommandError(str(error)) from None
        if options["write"]:
            path.write_text(text, encoding="utf-8")
        elif not options["check"]:
            self.stdout.write(text, ending="")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            raise CommandError(f"{TARGET} differs from the files; run manage.py list_catalogue --write.")
