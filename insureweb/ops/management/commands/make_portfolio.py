import logging
import os
from argparse import SUPPRESS, ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from customers.models import User
from insureweb.kernel import clock
from insureweb.ops.portfolio.make import BY, PAST, Size, keep_house
from insureweb.ops.portfolio.papers import hold_papers_back, make_papers
from insureweb.ops.portfolio.shares import Result, ShareFailed, Task, carry_out_in_shares, ease_this_connection
from insureweb.ops.portfolio.staff import hire_staff


class Command(BaseCommand):
    help = (
        "Make an invented portfolio with eighteen months of history, through the services, the same for the same seed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=int, default=100, help="how many people (100)")
        parser.add_argument("--policies", type=int, default=300, help="how many policies (300)")
        parser.add_argument("--claims", type=int, default=60, help="how many claims (60)")
        parser.add_argument("--seed", type=int, default=2026, help="the same seed gives the same portfolio (2026)")
        parser.add_argument("--processes", type=int, default=2, help="how many processes share the people (2)")
        parser.add_argument(
            "--no-papers", action="store_true", help="leave the documents to a later call with --papers"
        )
        parser.add_argument("--papers", action="store_true", help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["papers"]:
            os.nice(19)  # whoever uses the house meanwhile comes first
            make_papers()
            return
        if User.objects.exists():
            raise CommandError("There are accounts already; a portfolio is made in an empty installation only.")
        # No web server runs yet: shop and gateway speak with each other inside this process.
        settings.SANDBOX_GATEWAY_TRANSPORT = "wsgi"
        logging.getLogger("django_structlog").setLevel(logging.WARNING)
        result = self._make(options)
        hold_papers_back()
        if not options["no_papers"]:
            make_papers()
        if options["verbosity"]:
            for what, count in sorted(result.made.items()):
                self.stdout.write(f"  {what}: {count}")
            for why, count in sorted(result.turned_away.items()):
                self.stdout.write(f"  turned away, {why}: {count}")

    def _make(self, options: dict[str, Any]) -> Result:
        now = clock.now()
        start = now - PAST
        ease_this_connection()
        with clock.moved_to(start):
            staff = hire_staff(by=BY, at=start)
        size = Size(options["customers"], options["policies"], options["claims"])
        columns = (
            TextColumn("  {task.description}"),
            BarColumn(),
            TextColumn("{task.fields[month]}"),
            TimeElapsedColumn(),
        )
        bars = Progress(*columns, console=Console(stderr=True), auto_refresh=False)
        bar = bars.add_task("portfolio", total=PAST.total_seconds(), month="")

        def show(at: Any) -> None:
            bars.update(bar, completed=(at - start).total_seconds(), month=f"{at:%Y-%m}", refresh=True)

        try:
            with bars:
                task = Task(now, options["seed"], size, staff)
                result = carry_out_in_shares(task, options["processes"], show)
                keep_house(start, now)
        except ShareFailed as failure:
            raise CommandError(str(failure)) from failure
        return result
