"""manage.py quote: price facts with a product on sale or a product file, with every step; or every row of a file."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.utils.translation import get_language
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from products.compiled import CompiledProduct, compiled, compiled_definition
from products.fact_files import FactsUnreadable, read_fact_file
from products.price_file import FileUnusable, price_file
from products.rules.batch import PLAN
from products.rules.document import ProductFileError
from products.rules.facts import FactsInvalid, Problem
from products.rules.rating import Breakdown, NotPriceable
from products.selectors import version_on_sale
from products.sources import CATALOGUE, read_product_file

BAD_FACTS = 2


class Command(BaseCommand):
    help = "Price facts with every step, or with --batch every row of a CSV file. Exit 2 on bad facts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("product", metavar="PRODUCT", help="code of a product, or path of a product file")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--facts", metavar="FILE", help="facts as JSON or YAML; - reads standard input")
        what.add_argument("--batch", type=Path, metavar="FILE", help="CSV file of facts, one row a quote; needs --out")
        parser.add_argument("--out", type=Path, metavar="FILE", help="CSV file with each row's line, total or error")
        parser.add_argument(
            "--keep", default="", metavar="COLUMNS", help="columns of the batch that are no facts, with commas"
        )
        parser.add_argument("--plan", default="", help="plan whose values fill the gaps")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["batch"] is None) != (options["out"] is None):
            raise CommandError("--batch and --out belong together.", returncode=BAD_FACTS)
        product = self._product(options["product"])
        if options["batch"]:
            self._price_file(product, options)
            return
        try:
            breakdown = product.price(product.read_facts(_facts(options["facts"], options["plan"]), options["plan"]))
        except FactsUnreadable as error:
            self._refuse({"facts": str(error)}, options["as_json"])
        except FactsInvalid as error:
            self._refuse({field: str(message) for field, message in error.messages.items()}, options["as_json"])
        except NotPriceable as error:
            self._refuse({"facts": str(error)}, options["as_json"])
        self._show(breakdown, options["as_json"])

    def _price_file(self, product: CompiledProduct, options: dict[str, Any]) -> None:
        """Price the file under a progress bar; exit 2 when a row could not be priced."""
        keep = [name for name in options["keep"].split(",") if name]
        started = time.perf_counter()
        try:
            with _progress(options["batch"]) as progress:
                priced = price_file(
                    product, options["batch"], options["out"], plan=options["plan"], keep=keep, progress=progress
                )
        except FileUnusable as error:
            raise CommandError(f"{options['batch']}: {error}", returncode=BAD_FACTS) from None
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}", returncode=BAD_FACTS) from None
        seconds = time.perf_counter() - started
        if options["as_json"]:
            figures = {"rows": priced.rows, "priced": priced.rows - priced.refused, "refused": priced.refused}
            self.stdout.write(json.dumps(figures | {"seconds": round(seconds, 3)}, indent=2))
        else:
            self.stdout.write(f"{priced.rows - priced.refused:,} of {priced.rows:,} rows priced in {seconds:.1f} s.")
        if priced.refused:
            told = f"No price for {priced.refused:,} of {priced.rows:,} rows"
            raise CommandError(f"{told}; the column error of {options['out']} says why.", returncode=BAD_FACTS)

    def _product(self, name: str) -> CompiledProduct:
        """The product on sale under this code; else the catalogue's file of that name; else the file at that path."""
        path = Path(name)
        try:
            if path.suffix in (".yaml", ".yml"):
                return compiled_definition(read_product_file(path).definition)
            return self._by_code(name)
        except ProductFileError as error:
            raise CommandError(str(error)) from None

    def _by_code(self, code: str) -> CompiledProduct:
        try:
            return compiled(version_on_sale(code, clock.now()))
        except (Refused, OperationalError, ProgrammingError, ImproperlyConfigured) as refusal:
            # Not loaded, or no database runs: the shipped file still has a price.
            file = CATALOGUE / f"{code}.yaml"
            if code.replace("-", "").isalnum() and file.is_file():
                return compiled_definition(read_product_file(file).definition)
            raise CommandError(f"{code}: {refusal}") from None

    def _refuse(self, errors: dict[str, str], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"errors": errors}, ensure_ascii=False, indent=2))
        lines = "\n".join(f"{field}: {message}" for field, message in errors.items())
        raise CommandError(lines, returncode=BAD_FACTS)

    def _show(self, breakdown: Breakdown, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(breakdown.as_json(), ensure_ascii=False, indent=2))
            return
        language = get_language()
        for line in breakdown.lines:
            self.stdout.write(f"{line.name.get(language)}  {line.amount:,.2f}  {line.words.get(language)}")
        self.stdout.write(f"{breakdown.currency} {breakdown.total:,.2f}")


def _facts(source: str, plan: str) -> dict[str, Any]:
    """Facts from a file or standard input; a plan among them must be the one asked for.

    Raises:
        FactsUnreadable, FactsInvalid
    """
    facts = read_fact_file(source)
    if plan and facts.get(PLAN, plan) != plan:
        raise FactsInvalid({PLAN: Problem("two_plans")})
    return facts


@contextmanager
def _progress(source: Path) -> Iterator[Callable[[int], None]]:
    """A progress bar over the bytes of a file, on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(source.name, total=source.stat().st_size)
        yield lambda bytes_read: bar.update(task, completed=bytes_read)
