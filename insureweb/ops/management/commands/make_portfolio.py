from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from customers.models import User
from insureweb.kernel import clock
from insureweb.ops.portfolio.make import Portfolio


class Command(BaseCommand):
    help = (
        "Make an invented portfolio with eighteen months of history, through the services, the same for the same seed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=int, default=100)
        parser.add_argument("--policies", type=int, default=300)
        parser.add_argument("--claims", type=int, default=60)
        parser.add_argument("--seed", type=int, default=2026)

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            raise CommandError("There are accounts already; a portfolio is made in an empty installation only.")
        # No web server runs yet: shop and gateway speak with each other inside this process.
        settings.SANDBOX_GATEWAY_TRANSPORT = "wsgi"
        portfolio = Portfolio(
            now=clock.now(),
            seed=options["seed"],
            customers=options["customers"],
            policies=options["policies"],
            claims=options["claims"],
        )
        columns = (
            TextColumn("  {task.description}"),
            BarColumn(),
            TextColumn("{task.fields[month]}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=Console(stderr=True)) as bars:
            whole = (portfolio.now - portfolio.start).total_seconds()
            bar = bars.add_task("portfolio", total=whole, month="")

            def show(at: datetime) -> None:
                bars.update(bar, completed=(at - portfolio.start).total_seconds(), month=f"{at:%Y-%m}")

            portfolio.run(show)
        if options["verbosity"]:
            for what, count in sorted(portfolio.made.items()):
                self.stdout.write(f"  {what}: {count}")
            for why, count in sorted(portfolio.turned_away.items()):
                self.stdout.write(f"  turned away, {why}: {count}")
