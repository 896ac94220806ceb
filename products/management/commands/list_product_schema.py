"""Writes the JSON Schema of the product file; CI compares it with the one in docs/reference."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from products.rules.document import ProductFileError
from products.schema import KeysUnseen, product_schema

TARGET = Path("docs/reference/product-file.schema.json")


class Command(BaseCommand):
    help = "Print the JSON Schema of product files, or write it (--write), or compare it (--check; exit code 1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="write the file")
        parser.add_argument("--check", action="store_true", help="fail when the file differs")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / TARGET
        try:
            text = json.dumps(product_schema(), ensure_ascii=False, indent=1) + "\n"
        except KeysUnseen as error:
            raise CommandError(
                f"No shipped file uses {error}; add them to products/catalogue/_every_key.yaml."
            ) from None
        except ProductFileError as error:
            raise CommandError(str(error)) from None
        if options["write"]:
            path.write_text(text, encoding="utf-8")
        elif not options["check"]:
            self.stdout.write(text, ending="")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            raise CommandError(f"{TARGET} differs from the reader; run manage.py list_product_schema --write.")
