"""manage.py index_products: make the shop's search documents again."""

from typing import Any

from django.core.management.base import BaseCommand

from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from products.services.search import index_products


class Command(BaseCommand):
    help = "Make the search documents of all product versions again, after the tables or the cutting of words changed."

    def handle(self, *args: Any, **options: Any) -> None:
        count = index_products(by=Actor.system("index_products"), at=clock.now())
        self.stdout.write(f"{count} product versions indexed.")
