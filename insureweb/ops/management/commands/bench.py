from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console

from insureweb.ops.bench import report
from insureweb.ops.bench.scenarios import SCENARIOS
from insureweb.ops.bench.stage import stage


class Command(BaseCommand):
    help = "Measure the house against a bare Django in the same run, on servers of its own."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "scenarios", nargs="*", choices=[[], *SCENARIOS], help="which to run; all when none is named"
        )
        parser.add_argument("--seconds", type=float, default=12, help="time for each scenario (default 12)")
        parser.add_argument("--clients", type=int, default=8, help="buyers at the same time (default 8)")
        parser.add_argument("--json", type=Path, help="also write the results to this file")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console()
        results = []
        # Each buys once, as most people do; a house of the aimed speed never runs out of them.
        buyers = int(options["seconds"] * 90)
        with console.status("Preparing servers and catalogue"), stage(buyers=buyers) as built:
            for name in options["scenarios"] or SCENARIOS:
                console.log(f"Measuring {name}")
                results += SCENARIOS[name](built, seconds=options["seconds"], clients=options["clients"])
        report.show(results, console)
        if options["json"]:
            report.write(results, options["json"])
