"""manage.py load_product: bring product files into the database, and publish them when asked."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from products.models import ProductVersion
from products.rules.document import ProductFileError
from products.services.loading import file_problem, load_categories, load_insurers, load_product
from products.services.mortality import load_shipped_tables
from products.services.review import publish_shipped
from products.sources import CATALOGUE, catalogue_files, read_product_file
from products.states import VersionState
from products.stored_mortality import find_table


class Command(BaseCommand):
    help = (
        "Load product files (insurers, categories and mortality tables first); the same content again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="product files (YAML)")
        parser.add_argument("--all", action="store_true", help="every product file of the catalogue")
        parser.add_argument("--publish", action="store_true", help="put each version on sale")
        parser.add_argument("--dry-run", action="store_true", help="do everything, then undo it")

    def handle(self, *args: Any, **options: Any) -> None:
        files = [*options["files"], *(catalogue_files() if options["all"] else [])]
        if not files:
            raise CommandError("Name at least one product file, or --all.")
        with transaction.atomic():
            self._load_all(files, publish=options["publish"])
            transaction.set_rollback(options["dry_run"])
        if options["dry_run"]:
            self.stdout.write("Nothing was kept (--dry-run).")

    def _load_all(self, files: list[Path], *, publish: bool) -> None:
        by, at = Actor.system("load_product"), clock.now()
        try:
            load_insurers(path=CATALOGUE / "_insurers.yaml", by=by, at=at)
            load_categories(path=CATALOGUE / "_categories.yaml", by=by, at=at)
            load_shipped_tables(by=by, at=at)
        except ProductFileError as error:
            raise CommandError(str(error)) from None
        for path in files:
            try:
                loaded = load_product(source=read_product_file(path, find_table), by=by, at=at)
                published = publish and self._publish(loaded.version, at)
            except (ProductFileError, Refused) as error:
                raise CommandError(file_problem(error, path)) from None
            what = "loaded" if loaded.is_new else "unchanged"
            self.stdout.write(f"{path.name}: {what}{', published' if published else ''}")

    def _publish(self, version: ProductVersion, at: datetime) -> bool:
        if version.state != VersionState.DRAFT:
            return False
        publish_shipped(version, at)
        return True
