"""`manage.py replay QUOTE_NO`: price a stored quote again and compare."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from policies.offers.models import Quote
from policies.offers.selectors import replay_quote


class Command(BaseCommand):
    help = "Price stored quotes again from their own product versions. Exit code 1 when a figure differs, and which."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("quotes", nargs="+", metavar="QUOTE_NO", help="number of a stored quote")

    def handle(self, *args: Any, **options: Any) -> None:
        differing = []
        for no in options["quotes"]:
            try:
                replay = replay_quote(no)
            except Quote.DoesNotExist:
                raise CommandError(f"There is no quote {no}.") from None
            verdict = "identical" if replay.agrees else "DIFFERS"
            self.stdout.write(f"{no}  {replay.stored_total}  {replay.stored_hash}  {verdict}")
            for difference in replay.differences:
                self.stdout.write(f"    {difference}")
            if not replay.agrees:
                differing.append(no)
        if differing:
            raise CommandError(f"Priced differently: {', '.join(differing)}.")
