"""manage.py actuarial: values and net premiums from any mortality table in a CSV file."""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from products.rules.arithmetic import ARITHMETIC, HUNDRED
from products.rules.document import ProductFileError
from products.rules.life.exact import LifeError, significant
from products.rules.life.mortality import MortalityTable
from products.rules.life.rate_file import RateFile
from products.rules.life.values import BENEFITS, ActuarialValues, actuarial_values
from products.text_files import read_text

BAD_INPUT = 2
RATE_HINT = "give the rate as a fraction (0.025) or with a percent sign (2.5%)"
DESCRIPTION = """\
Actuarial values from a table of yearly death rates, to 10 significant digits.

Deaths are paid at the end of the year of death, annuities and premiums at the beginning of each year.

  A                   expected present value of the benefit of 1:
                        term            1 at the end of the year of death within --term
                        whole-life      1 at the end of the year of death
                        endowment       1 at death within --term, or at its end if alive
                        pure-endowment  1 at the end of --term if alive (A = nEx)
                        annuity-due     1 at the beginning of each year of --term (or of life) while alive
  a_due               expected present value of 1 a year in advance while alive, over --pay-term; without it over
                      --term, or for life
  nEx                 expected present value of 1 at the end of --term if alive; 0 without a term
  net_single_premium  sum x A
  net_level_premium   sum x A / a_due, payable over the same years as a_due

Without --term the cover runs to the end of the table. With whole-life, --term sets only the years of nEx.
The table ends at the first age with a rate of 1, or at its last age: whoever is alive there dies in that year, even
where the printed rate is below 1 ("closed_by_rule": true).

The CSV has a heading, a column 'age' or 'x' going up by one year, and a column of rates a table. Lines that begin
with # are left out. Anything that has no answer ends with exit code 2 and one line that says why.
"""


class Command(BaseCommand):
    help = DESCRIPTION
    requires_system_checks = ()

    def create_parser(self, *args: Any, **options: Any) -> Any:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--qx", required=True, type=Path, metavar="FILE", help="CSV of death rates")
        parser.add_argument("--column", required=True, metavar="NAME", help="column of the rates")
        parser.add_argument("--interest", required=True, metavar="R", help="yearly interest: 0.025 or 2.5%%")
        parser.add_argument("--age", required=True, type=int, metavar="X", help="age in whole years")
        parser.add_argument("--term", type=int, metavar="N", help="years of cover")
        parser.add_argument("--pay-term", type=int, metavar="M", help="years of premiums; all years of cover if absent")
        parser.add_argument(
            "--benefit", choices=BENEFITS, help="without it: term where --term is given, otherwise whole-life"
        )
        parser.add_argument("--sum", default="1", metavar="S", help="sum insured, or yearly annuity (1)")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        term, benefit = options["term"], options["benefit"]
        try:
            table = _table(options["qx"], options["column"])
            interest, amount = read_interest(options["interest"]), read_sum(options["sum"])
            benefit = benefit or ("whole-life" if term is None else "term")
            values = actuarial_values(table, interest, options["age"], term, options["pay_term"], benefit)
        except LifeError as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from None
        asked = {
            "benefit": benefit,
            "interest": options["interest"],
            "sum": options["sum"],
            "column": table.code,
            "age": options["age"],
            "term": term,
            "pay_term": options["pay_term"],
            "limiting_age": table.limiting_age,
            "closed_by_rule": table.is_closed_by_rule,
        }
        self._show(asked, figures(values, amount), as_json=options["as_json"])

    def _show(self, asked: dict[str, Any], numbers: dict[str, Decimal], *, as_json: bool) -> None:
        found = {name: significant(number) for name, number in numbers.items()}
        if as_json:
            # Digits as computed: a float would drop trailing zeros of the ten.
            lines = [f"  {json.dumps(name)}: {text}" for name, text in found.items()]
            lines += [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in asked.items()]
            self.stdout.write("{\n" + ",\n".join(lines) + "\n}")
            return
        for name, text in found.items():
            self.stdout.write(f"{name:<20}{text}")
        if asked["closed_by_rule"]:
            self.stdout.write(
                f"The table ends at age {asked['limiting_age']}: whoever is alive there dies in that year."
            )


def figures(values: ActuarialValues, amount: Decimal) -> dict[str, Decimal]:
    """What is printed: values per 1, premiums for the sum."""
    return {
        "A": values.A,
        "a_due": values.a_due,
        "nEx": values.nEx,
        "net_single_premium": ARITHMETIC.multiply(amount, values.net_single_premium),
        "net_level_premium": ARITHMETIC.multiply(amount, values.net_level_premium),
    }


def _table(path: Path, column: str) -> MortalityTable:
    try:
        return RateFile(read_text(path)).table(column)
    except ProductFileError as error:
        raise LifeError(f"{path}: {error.message}") from None
    except LifeError as error:
        raise LifeError(f"{path.name}: {error}") from None


def read_interest(text: str) -> Decimal:
    """0.025 or 2.5%. Raises LifeError with a hint for 2.5, which could mean either."""
    percent = text.strip().endswith("%")
    rate = _number(text.strip().removesuffix("%"), "interest")
    rate = rate / HUNDRED if percent else rate
    if not 0 <= rate < 1:
        raise LifeError(f"interest {text} is not at least 0 and below 1: {RATE_HINT}")
    return rate


def read_sum(text: str) -> Decimal:
    """Raises LifeError for anything but a number above zero."""
    amount = _number(text.strip(), "sum")
    if amount <= 0:
        raise LifeError(f"the sum {text} is not above zero")
    return amount


def _number(text: str, name: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise LifeError(f"{name} '{text[:40]}' is not a number" + (f": {RATE_HINT}" if name == "interest" else ""))
    return number
