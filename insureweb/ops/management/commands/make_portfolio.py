import logging
import select
import subprocess
import sys
import time
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from customers.models import User
from insureweb.kernel import clock
from insureweb.ops.portfolio.make import Portfolio, make_papers


def make_papers_until_told() -> None:
    """Make documents as they fall due; when the other side closes our input, what is left, and stop."""
    told = False
    while not told:
        told = bool(select.select([sys.stdin], [], [], 0)[0])
        if make_papers() == 0 and not told:
            time.sleep(0.05)


@contextmanager
def papers_meanwhile() -> Iterator[None]:
    """A second process that makes the documents, waited for at the end."""
    command = [sys.executable, "manage.py", "make_portfolio", "--papers"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=settings.BASE_DIR) as process:  # noqa: S603
        yield
        if process.stdin is not None:
            process.stdin.close()
        if process.wait():
            raise CommandError("Making the documents failed; the reason stands above.")


class Command(BaseCommand):
    help = (
        "Make an invented portfolio with eighteen months of history, through the services, the same for the same seed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=int, default=100)
        parser.add_argument("--policies", type=int, default=300)
        parser.add_argument("--claims", type=int, default=60)
        parser.add_argument("--seed", type=int, default=2026)
        parser.add_argument("--papers", action="store_true", help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            # Invented data may be lost with the machine; waiting for the disk thousands of times is not worth it.
            cursor.execute("SET synchronous_commit = off")
        if options["papers"]:
            make_papers_until_told()
            return
        if User.objects.exists():
            raise CommandError("There are accounts already; a portfolio is made in an empty installation only.")
        # No web server runs yet: shop and gateway speak with each other inside this process.
        settings.SANDBOX_GATEWAY_TRANSPORT = "wsgi"
        logging.getLogger("django_structlog").setLevel(logging.WARNING)
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

            with papers_meanwhile():
                portfolio.run(show)
        if options["verbosity"]:
            for what, count in sorted(portfolio.made.items()):
                self.stdout.write(f"  {what}: {count}")
            for why, count in sorted(portfolio.turned_away.items()):
                self.stdout.write(f"  turned away, {why}: {count}")
