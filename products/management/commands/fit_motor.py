"""manage.py fit_motor: fit the motor tariff on the French portfolio and print the published diagnostics."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError

from insureweb.kernel import clock

MISSING = "fit_motor needs numpy: install the extra with `uv sync --extra statistics`."
HEADER = "# Written by `manage.py fit_motor`. Illustrative: a French portfolio says nothing about our own customers.\n"


class Command(BaseCommand):
    help = (
        "Fit a Poisson frequency and a Gamma severity model on freMTPL2 and print the diagnostics of Noll, Salzmann "
        "and Wuthrich (SSRN 3164764) beside ours: on their split the homogeneous model gives 32.935 in-sample and "
        "33.861 out-of-sample, GLM1 31.267 and 32.171 (Poisson deviance in 10^-2). Needs the statistics extra."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("frequency", type=Path, metavar="FREQ.csv.gz", help="policies, freMTPL2freq")
        parser.add_argument("severity", type=Path, metavar="SEV.csv.gz", help="claim amounts, freMTPL2sev")
        parser.add_argument("--out", type=Path, metavar="FILE.yaml", help="write the coefficients there")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from products.statistics import french_motor, glm, motor_report, motor_study  # noqa: PLC0415  an extra
        except ModuleNotFoundError as error:
            raise CommandError(MISSING) from error
        files = {"frequency": options["frequency"], "severity": options["severity"]}
        try:
            study = motor_study.study_of(french_motor.read_portfolio(files["frequency"], files["severity"]))
        except (french_motor.NotTheData, glm.NotFitted) as error:
            raise CommandError(str(error)) from error
        for line in motor_report.report(study):
            self.stdout.write(line)
        if options["out"]:
            data = motor_report.as_data(study, files, clock.today())
            text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)
            options["out"].write_text(HEADER + text, encoding="utf-8")
