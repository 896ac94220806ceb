"""`manage.py show_trace APPLICATION_NO`: what the buyer was shown and what they did, page by page."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from policies.sale.models import SaleTraceEntry
from policies.sale.selectors.traces import trace_of


class Command(BaseCommand):
    help = "Print the sale trace of an application in order."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("application", metavar="APPLICATION_NO", help="number of an application")
        parser.add_argument("--shown", action="store_true", help="also print the hash of every text shown")

    def handle(self, *args: Any, **options: Any) -> None:
        entries = trace_of(options["application"])
        if not entries:
            raise CommandError(f"There is no sale trace of {options['application']}.")
        for entry in entries:
            self._print(entry, with_texts=options["shown"])
        self.stdout.write(f"{len(entries)} pages.")

    def _print(self, entry: SaleTraceEntry, *, with_texts: bool) -> None:
        when = timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S")
        page = f"{entry.route} {entry.step}".strip()
        line = f"{when}  {page:<28} {entry.action:<18} {entry.status}  {entry.language:<8} {entry.body_hash[:16]}"
        self.stdout.write(line)
        if with_texts:
            for name, digest in sorted(entry.shown.items()):
                self.stdout.write(f"    {name:<34} {digest}")
