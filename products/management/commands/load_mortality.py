"""manage.py load_mortality: bring mortality tables in from CSV files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from products.mortality import read_rate_file, shipped_files
from products.rules.document import ProductFileError
from products.services.mortality import load_mortality_table


class Command(BaseCommand):
    help = (
        "Load mortality tables from CSV files: a column 'age' or 'x', and a column of yearly death rates a table. A "
        "YAML file of the same name beside a CSV gives codes, names and the source; without one each column is a table "
        "under its own name. A table never changes: the same rates again change nothing, others are refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE.csv", help="files of rates")
        parser.add_argument("--all", action="store_true", help="every file shipped with the house")
        parser.add_argument("--source", default="", help="where the rates come from, for a file without a YAML file")
        parser.add_argument("--dry-run", action="store_true", help="do everything, then undo it")

    def handle(self, *args: Any, **options: Any) -> None:
        files = [*options["files"], *(shipped_files() if options["all"] else [])]
        if not files:
            raise CommandError("Name at least one file, or --all.")
        with transaction.atomic():
            for path in files:
                self._load(path, options["source"])
            transaction.set_rollback(options["dry_run"])
        if options["dry_run"]:
            self.stdout.write("Nothing was kept (--dry-run).")

    def _load(self, path: Path, source: str) -> None:
        by, at = Actor.system("load_mortality"), clock.now()
        try:
            for named in read_rate_file(path, source):
                loaded = load_mortality_table(named=named, by=by, at=at)
                rates = named.table
                what = "loaded" if loaded.is_new else "unchanged"
                self.stdout.write(f"{rates.code}: {what}, ages {rates.from_age} to {rates.last_age}")
        except (ProductFileError, Refused) as error:
            raise CommandError(f"{path.name}: {getattr(error, 'message', error)}", returncode=2) from None
