"""A company prices its staff from a list with 200 wrong rows, in a real browser, at phone size and on a desktop."""

import io

import openpyxl
import pytest

from tests.factories import rosters
from tests.functional.steps import sign_up

pytestmark = [pytest.mark.functional, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PEOPLE, WRONG = 1000, 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def spreadsheet(lines, headings=rosters.HEADINGS):
    return [{"name": "staff.xlsx", "mimeType": XLSX, "buffer": rosters.xlsx_bytes(lines, headings)}]


def with_wrong_rows():
    """Every fifth person's number lacks its end."""
    lines = rosters.rows(PEOPLE)
    return [
        [name, number[:9] if place % 5 == 0 else number, class_] for place, (name, number, class_) in enumerate(lines)
    ]


def mended(content):
    """The downloaded file with the right numbers put back beside their reasons."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    (head, *lines) = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    right = rosters.rows(PEOPLE)
    for line in lines:
        assert line[-1], "every wrong row comes with its reason"
        line[2] = right[int(line[0].partition("-")[2]) - 2][1]
    return spreadsheet(lines, head)


@pytest.mark.parametrize(("kind", "prefix"), [("phone-zh", ""), ("desktop-en", "/en")])
def test_two_hundred_wrong_rows_are_mended_and_everybody_is_priced(kind, prefix, visitor, deliver):
    person = visitor(kind, f"roster-{kind}")
    person.go(f"{prefix}/quotes/new/?product=anlan-group&plan=standard")
    sign_up(person, f"{kind}@company.example.com")
    person.go(f"{prefix}/groups/anlan-group/")
    person.picture("start")
    person.upload('input[type="file"]', spreadsheet(with_wrong_rows()))
    person.tap('form[enctype="multipart/form-data"] button')
    person.picture("reading")
    deliver()
    roster = person.path
    person.go(roster)
    person.sees(str(WRONG))
    person.picture("wrong-rows")
    with person.page.expect_download() as download:
        person.page.locator('a[href$="wrong-rows.xlsx"]').first.click()
    content = download.value.path().read_bytes()
    person.upload('form[action$="/rows/"] input[type="file"]', mended(content))
    person.tap('form[action$="/rows/"] button')
    deliver()
    person.go(roster)
    person.picture("mended")
    person.tap('form[action$="/price/"] button')
    person.picture("pricing")
    person.go(roster)
    deliver()
    person.go(roster)
    person.sees("1000")
    person.picture("priced")
    person.tap('form[action$="/quote/"] button')
    person.picture("quote")
