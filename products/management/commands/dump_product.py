"""manage.py dump_product: write a stored version as a product file that loads to the same hash."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from products.models import ProductVersion
from products.rules.dumping import to_yaml
from products.selectors import version_on_sale


class Command(BaseCommand):
    help = "Write a product version as YAML, wordings inside; loading it again gives the same content hash."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("product", metavar="CODE", help="code of the product")
        parser.add_argument("--version", default="", metavar="V", dest="wanted", help="the one on sale when missing")
        parser.add_argument("--out", type=Path, metavar="FILE", help="a file instead of standard output")

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        # Django's own --version would take the name; ours replaces it.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        text = to_yaml(self._version(options["product"], options["wanted"]).definition)
        if options["out"] is None:
            self.stdout.write(text, ending="")
            return
        try:
            options["out"].write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}") from None

    def _version(self, code: str, wanted: str) -> ProductVersion:
        versions = ProductVersion.objects.filter(product__code=code)
        if wanted:
            found = versions.filter(version=wanted).first()
            if found is None:
                raise CommandError(f"{code} has no version {wanted}.")
            return found
        try:
            return version_on_sale(code, clock.now())
        except Refused:
            newest = versions.order_by("-id").first()
            if newest is None:
                raise CommandError(f"There is no product {code}.") from None
            return newest
