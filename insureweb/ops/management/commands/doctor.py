import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from insureweb.kernel import clock
from insureweb.ops.doctor import Finding, Grade, examine

SIGNS = {Grade.GOOD: "ok  ", Grade.WARNING: "warn", Grade.BAD: "BAD "}


class Command(BaseCommand):
    help = "Examine this installation; one line for each part, with what to do. Exit code 1 when something is bad."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: object, **options: Any) -> None:
        findings = examine(clock.now())
        healthy = all(finding.grade is not Grade.BAD for finding in findings)
        if options["json"]:
            report = {"healthy": healthy, "findings": [finding.as_json() for finding in findings]}
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
        else:
            for finding in findings:
                self.stdout.write(self._line(finding))
        if not healthy:
            sys.exit(1)

    def _line(self, finding: Finding) -> str:
        advice = f"  -> {finding.advice}" if finding.advice else ""
        return f"{SIGNS[finding.grade]}  {finding.part:<12}{finding.seen}{advice}"
