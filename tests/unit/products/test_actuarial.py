"""manage.py actuarial: what it prints, and one clear line with exit code 2 for what has no answer."""

import io
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.unit.products.test_life_published import SULT

KEYS = ("A", "a_due", "nEx", "net_single_premium", "net_level_premium")


@pytest.fixture
def sult(tmp_path: Path) -> Path:
    """The rates of the Standard Ultimate Life Table as a program would write them, small ones with an exponent."""
    file = tmp_path / "sult.csv"
    rows = [f"{age},{float(rate)!r},1.5e-05" for age, rate in enumerate(SULT.qx, start=SULT.from_age)]
    file.write_text("\n".join(["x,qx,flat", *rows]) + "\n", encoding="utf-8")
    return file


def run(file: Path, *arguments: str, column: str = "qx", interest: str = "0.05", age: str = "40") -> str:
    output = io.StringIO()
    given = ["--qx", str(file), "--column", column, "--interest", interest, "--age", age, *arguments]
    call_command("actuarial", *given, stdout=output)
    return output.getvalue()


def as_json(file: Path, *arguments: str, **options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(file, *arguments, "--json", **options), parse_float=Decimal)
    return found


def test_whole_life_to_ten_digits(sult: Path) -> None:
    text = run(sult, "--json")
    found = json.loads(text, parse_float=Decimal)
    assert round(found["A"], 5) == Decimal("0.12106")
    assert round(found["a_due"], 4) == Decimal("18.4578")
    assert found["net_single_premium"] == found["A"]
    assert (found["nEx"], found["benefit"], found["closed_by_rule"]) == (0, "whole-life", True)
    for key in ("A", "a_due", "net_level_premium"):
        digits = re.search(rf'"{key}": 0?\.?([0-9.]+)', text)[1].replace(".", "").lstrip("0")  # type: ignore[index]
        assert len(digits) == 10


def test_endowment_with_a_shorter_pay_term_and_a_sum(sult: Path) -> None:
    full = as_json(sult, "--term", "10", "--benefit", "endowment")
    short = as_json(sult, "--term", "10", "--pay-term", "5", "--benefit", "endowment", "--sum", "100000")
    assert (round(full["A"], 5), round(full["a_due"], 4), round(full["nEx"], 5)) == (
        Decimal("0.61494"),
        Decimal("8.0863"),
        Decimal("0.60920"),
    )
    assert short["A"] == full["A"]
    assert short["a_due"] < full["a_due"]
    assert abs(short["net_single_premium"] - 100000 * full["A"]) < Decimal("0.0001")
    assert abs(short["net_level_premium"] * short["a_due"] - short["net_single_premium"]) < Decimal("0.001")


def test_each_benefit_has_its_value(sult: Path) -> None:
    found = {
        benefit: as_json(sult, "--term", "20", "--benefit", benefit)
        for benefit in ("term", "pure-endowment", "endowment", "annuity-due")
    }
    assert found["term"] == as_json(sult, "--term", "20")
    assert found["pure-endowment"]["A"] == found["pure-endowment"]["nEx"]
    assert abs(found["term"]["A"] + found["pure-endowment"]["A"] - found["endowment"]["A"]) < Decimal("2e-10")
    assert found["annuity-due"]["A"] == found["annuity-due"]["a_due"]
    assert found["annuity-due"]["net_level_premium"] == 1


def test_whole_life_takes_the_years_of_survival(sult: Path) -> None:
    found = as_json(sult, "--term", "10", "--benefit", "whole-life")
    assert found["A"] == as_json(sult)["A"]
    assert round(found["nEx"], 5) == Decimal("0.60920")


def test_interest_as_a_fraction_or_with_a_percent_sign(sult: Path) -> None:
    assert {key: as_json(sult, interest="5%")[key] for key in KEYS} == {key: as_json(sult)[key] for key in KEYS}


def test_without_json_it_is_read_by_people(sult: Path) -> None:
    text = run(sult, "--term", "10")
    assert re.search(r"^net_level_premium +0\.\d+$", text, re.MULTILINE)
    assert "The table ends at age 130" in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"column": "missing"}, "no column of rates 'missing'; there are qx, flat"),
        ({"column": "x"}, "no column of rates 'x'"),
        ({"interest": "2.5"}, "(2.5%)"),
        ({"interest": "-0.01"}, "not at least 0"),
        ({"interest": "high"}, "is not a number"),
        ({"age": "19"}, "age 19 is outside the table (20 to 130)"),
        ({"age": "131"}, "age 131 is outside the table"),
        ({"term": "-5"}, "a term from age 40 is 1 to 91 years, not -5"),
        ({"term": "0"}, "not 0"),
        ({"term": "92"}, "not 92; the table ends at 130"),
        ({"term": "10", "pay-term": "11"}, "a pay term is 1 to the 10 years of cover, not 11"),
        ({"benefit": "endowment"}, "endowment needs a term"),
        ({"sum": "0"}, "the sum 0 is not above zero"),
        ({"sum": "Infinity"}, "is not a number"),
    ],
)
def test_what_has_no_answer_ends_with_two(sult: Path, options: dict[str, str], message: str) -> None:
    named = {key: options[key] for key in ("column", "interest", "age") if key in options}
    others = [part for key in options if key not in named for part in (f"--{key}", options[key])]
    with pytest.raises(CommandError) as caught:
        run(sult, *others, **named)
    assert caught.value.returncode == 2
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "no rows"),
        ("x,qx\n", "no rows"),
        ("years,qx\n20,0.1\n", "no column 'age' or 'x'"),
        ("x,qx\n20,0.1\n22,0.2\n", "line 3: age 22 follows age 20"),
        ("x,qx\n20,0.1\n20,0.2\n", "line 3: age 20 follows age 20"),
        ("x,qx\n20,0.1\n21,1.2\n", "the rate at age 21 is 1.2"),
        ("x,qx\n20,-0.1\n", "the rate at age 20 is -0.1"),
        ("x,qx\n20,many\n", "line 2: 'many' in column qx is not a rate"),
        ("x,qx\ntwenty,0.1\n", "line 2: 'twenty' is not a whole age"),
        ("x,qx\n20,\n", "holds no rates"),
        ("x,qx,qx\n20,0.1,0.2\n", "the column 'qx' stands twice"),
        ("x,qx\n20,0.1\n\x00", "NUL"),
        ('x,qx\n20,"0.1\n', "not CSV"),
    ],
)
def test_a_bad_file_ends_with_two(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        run(file)
    assert caught.value.returncode == 2
    assert message in str(caught.value)


def test_a_missing_file_and_one_that_is_not_text(tmp_path: Path) -> None:
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00x")
    for file in (tmp_path / "nowhere.csv", binary, tmp_path):
        with pytest.raises(CommandError) as caught:
            run(file)
        assert caught.value.returncode == 2


def test_spreadsheet_habits_are_read(tmp_path: Path) -> None:
    """A byte order mark, capitals, spaces, decimals in the age, comments, blank cells at the ends."""
    file = tmp_path / "habits.csv"
    file.write_bytes(
        b"\xef\xbb\xbf# source: nobody\r\n Age , Qx ,other\r\n19.0,,0.1\r\n20.0, 0.1 ,0.1\r\n21,.5,\r\n22,1.0,\r\n\r\n"
    )
    found = as_json(file, column="qx", interest="0", age="20")
    assert (found["limiting_age"], found["closed_by_rule"]) == (22, False)
    assert found["a_due"] == Decimal("2.35")
