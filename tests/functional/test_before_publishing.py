"""Before publishing, in a real browser: a product manager tries a draft out on the book and on past decisions."""

import csv
import io
from datetime import timedelta

import pytest

from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.ops.portfolio.staff import hire_staff
from tests.factories import claims as claimed
from tests.factories import policies as sold
from tests.factories import trials as made
from tests.functional.test_staff_decide import sign_in

pytestmark = [pytest.mark.functional, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SYSTEM = Actor.system("test")
# Dearer from 41 on, nobody over 43, a chronic illness is declined and a claim without papers refused, not referred.
CHANGES = (
    *made.DEARER_LATER,
    ("inputs.age.max", "43"),
    ("underwriting.rules.4.then", "decline"),
    ("claims.rules.2.then", "refuse"),
)


@pytest.fixture
def draft(house):
    """Twelve policies in force, two referred applications, and a draft that says something else."""
    at = clock.now() - timedelta(minutes=5)
    hire_staff(by=SYSTEM, at=at)
    first = sold.policy(sold.buyer(30), age="30")
    made.book_like(first, [{"age": str(age)} for age in (22, 25, 29, 33, 36, 39, 40, 41, 42, 43, 44)])
    sold.referred(sold.buyer(31), age="31")
    sold.referred(sold.buyer(32), age="32")
    return made.draft(*CHANGES)


def downloaded(person):
    with person.page.expect_download() as download:
        person.page.locator('a[href$="results.csv"]').click()
    return list(csv.reader(io.StringIO(download.value.path().read_bytes().decode("utf-8-sig"))))


@pytest.mark.parametrize(("kind", "prefix"), [("desktop-en", "/en"), ("desktop-zh", "")])
def test_a_draft_is_tried_out_on_the_book_and_on_past_decisions(kind, prefix, visitor, draft, deliver):
    deliver()
    person = sign_in(visitor, kind, "product.manager@anlan.example", prefix)
    version = f"{prefix}/staff/products/productversion/{draft.address}"

    person.go(f"{version}/what-if/")
    person.sees("12")
    person.picture("what-if-begin")
    person.tap(".desk__part form button.button")
    run = person.path
    person.sees("0 of 12" if prefix else "12")
    person.picture("what-if-running")
    person.go(f"{version}/what-if/")
    deliver()
    person.go(run)
    assert person.page.locator("svg.bars rect").count() == 11
    person.sees("BOOK-Q10")
    person.picture("what-if")
    lines = downloaded(person)
    assert len(lines) == 13
    assert [line[0] for line in lines if line[2] == ""] == ["BOOK-Q10"]

    person.go(f"{version}/underwriting-back-test/")
    person.tap(".desk__part form button.button")
    deliver()
    person.go(person.path)
    person.sees("UW-05")
    person.picture("back-test")
    assert len(downloaded(person)) == 3

    past = claimed.referred()
    deliver()
    person.go(f"{version}/claims-back-test/")
    person.tap(".desk__part form button.button")
    deliver()
    person.go(person.path)
    person.sees("CL-10")
    person.picture("claims-back-test")
    assert [line[0] for line in downloaded(person)[1:]] == [past.no]


def test_progress_moves_without_the_reader_doing_anything(visitor, draft, deliver):
    deliver()
    person = sign_in(visitor, "desktop-en", "product.manager@anlan.example", "/en")
    person.go(f"/en/staff/products/productversion/{draft.address}/what-if/")
    person.tap(".desk__part form button.button")
    deliver()
    person.page.locator("svg.bars").wait_for(timeout=15_000)
