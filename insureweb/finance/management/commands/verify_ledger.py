"""Check the books: balanced, and in agreement with payments, refunds and payouts."""

import dataclasses
import json
from argparse import ArgumentParser
from typing import IO, Any, cast

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from rich.console import Console
from rich.table import Table

from insureweb.finance.verification import Report, verify_ledger


class Command(BaseCommand):
    help = "Check every ledger transaction and account, and that payments, refunds and payouts agree with them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            if not transaction.get_connection().savepoint_ids:
                with connection.cursor() as cursor:
                    # One picture of everything, however long the reading takes.
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            report = verify_ledger()
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(report), ensure_ascii=False))
        else:
            self._print(report)
        if report.problems:
            raise SystemExit(1)

    def _print(self, report: Report) -> None:
        table = Table("insurer", "currency", "account", "kind", title=f"{report.transactions} transactions")
        table.add_column("sum", justify="right")
        for balance in report.balances:
            table.add_row(
                balance.insurer_code, balance.currency, balance.code, balance.kind.value, f"{balance.amount:,.2f}"
            )
        console = Console(file=cast(IO[str], self.stdout), width=None if self.stdout.isatty() else 100)
        console.print(table)
        for problem in report.problems:
            self.stdout.write(
                f"WRONG {problem.check}: {problem.subject}: {problem.message} "
                f"expected {problem.expected}, found {problem.found}"
            )
        if not report.problems:
            self.stdout.write("The books are in order.")


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "transactions": report.transactions,
        "balances": [
            {
                "insurer": balance.insurer_code,
                "currency": balance.currency,
                "account": balance.code,
                "kind": balance.kind.value,
                "sum": str(balance.amount),
            }
            for balance in report.balances
        ],
        "problems": [dataclasses.asdict(problem) for problem in report.problems],
    }
