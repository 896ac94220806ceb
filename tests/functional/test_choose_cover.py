"""Choosing a cover in a real browser: filters, search, side by side, the needs check; also without JavaScript."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.factories.policies import NEEDS_ANSWERS
from tests.functional.visitor import Visitor

pytestmark = [pytest.mark.functional, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Read on the page in its language: what every comparison answers.
QUESTIONS = {
    "": ["同样条件的价格", "最多赔多少", "免赔额和赔付比例", "保", "不保", "等待期", "续保"],
    "/en": ["Price for these answers", "Pays at most", "Deductible and share", "Covered", "Not covered",
            "Waiting period", "Renewal"],
}  # fmt: skip
SEARCHED = {"": "重疾险", "/en": "critical illness"}
COMPARED = ("anlan-guard", "anlan-term-life", "anlan-level-term", "anlan-critical-illness")


def codes(person: Visitor) -> list[str]:
    """The products on the shelf, in order."""
    hrefs = person.page.locator(".pick__name a").evaluate_all("links => links.map(link => link.pathname)")
    return [href.rstrip("/").split("/")[-1] for href in hrefs]


def asked(person: Visitor) -> dict[str, list[str]]:
    return parse_qs(urlsplit(person.page.url).query)


def choose_filter(person: Visitor, name: str, value: str) -> int:
    """Choose one answer of a filter; the shelf is fetched anew and holds as many as the choice said it would."""
    choice = person.page.locator(f'#filter-{name} option[value="{value}"]').inner_text()
    announced = int(re.search(r"\((\d+)\)$", choice)[1])
    person.page.locator(f"#filter-{name}").select_option(value)
    person.page.wait_for_url(lambda url: f"{name}={value}" in url)
    person.page.locator(f'#filter-{name} option[value="{value}"]:checked').wait_for(state="attached")
    assert len(codes(person)) == announced
    return announced


def total(person: Visitor, code: str) -> str:
    """The price in a product's column."""
    column = person.page.locator("thead th a").evaluate_all("links => links.map(link => link.pathname)")
    place = next(number for number, href in enumerate(column) if f"/{code}/" in href)
    return person.page.locator(".versus__price td").nth(place).locator(".money").inner_text()


@pytest.mark.parametrize(("kind", "prefix"), [("phone-zh", ""), ("desktop-en", "/en")])
def test_filters_search_and_side_by_side(kind, prefix, visitor):
    person = visitor(kind, f"choose-{kind}")
    person.go(f"{prefix}/products/")
    everything = len(codes(person))
    filters = {"for": "self", "need": "illness", "category": "health", "budget": "500"}
    for name, value in filters.items():
        assert 0 < choose_filter(person, name, value) < everything
    assert asked(person) == {name: [value] for name, value in filters.items()}
    person.picture("filtered")
    person.go(f"{prefix}/products/")
    person.type("#find", SEARCHED[prefix])
    person.tap(".finder__search button")
    person.page.wait_for_url(lambda url: "q=" in url)
    person.page.locator(".shop mark").first.wait_for()
    assert codes(person)[0] == "anlan-critical-illness"
    person.picture("found")
    _compare(person, prefix)


def _compare(person: Visitor, prefix: str) -> None:
    person.go(f"{prefix}/products/")
    for code in COMPARED:
        person.choose(f'.pick input[name="with"][value="{code}"]')
    person.tap(".shop__compare button")
    assert sorted(asked(person)["with"]) == sorted(COMPARED)
    rows = person.page.locator("tbody th[scope=row]").evaluate_all("heads => heads.map(h => h.firstChild.textContent)")
    assert {question for question in QUESTIONS[prefix] if question not in map(str.strip, rows)} == set()
    before = total(person, "anlan-term-life")
    person.picture("compared")
    person.type('[name="age"]', "45")
    person.tap("main form button")
    assert total(person, "anlan-term-life") != before
    person.page.locator('[name="differ"]').check()
    person.tap("main form button")
    assert person.page.locator("tbody .versus__same").count() == 0
    person.picture("compared-differences")


def answer_needs(person: Visitor, prefix: str, persona: str, *, pictures: bool) -> None:
    """From the first page of the needs check to the plan."""
    person.go(f"{prefix}/needs/")
    if pictures:
        person.picture("needs-begin")
    person.tap(f'button[name="persona"][value="{persona}"]')
    for _question in range(12):
        key = person.path.rstrip("/").split("/")[-1]
        if key == "plan":
            return
        if pictures:
            person.picture(f"needs-{key}")
        answer = NEEDS_ANSWERS[persona][key]
        for one in answer if isinstance(answer, list) else [answer]:
            box = person.page.locator(f'input[name="answer"][value="{one}"]')
            box.check() if box.count() else person.type('input[name="answer"]', one)
        person.tap(".flow__actions button")
    raise AssertionError(f"The questions do not end; they stand at {person.path}.")


def budget_adds_up(person: Visitor) -> None:
    """What each cover costs and what stays with the customer is the budget."""
    lines = person.page.locator(".receipt__line dd:not(.receipt__how)").all_inner_texts()
    spent = [float(re.sub(r"[^\d.]", "", line)) for line in lines if any(map(str.isdigit, line))]
    budget = float(re.sub(r"[^\d.]", "", person.page.locator(".receipt__total dd").inner_text()))
    assert len(spent) >= 3
    assert sum(spent) == pytest.approx(budget, abs=0.005)


@pytest.mark.parametrize(
    ("kind", "prefix", "persona"),
    [("phone-zh", "", "young"), ("phone-zh", "", "family"), ("desktop-en", "/en", "company"),
     ("desktop-en", "/en", "high_end")],
)  # fmt: skip
def test_a_few_questions_make_a_plan_with_reasons(kind, prefix, persona, visitor):
    person = visitor(kind, f"needs-{persona}-{kind}")
    answer_needs(person, prefix, persona, pictures=persona == "young")
    covers = person.page.locator(".cover")
    assert covers.count() >= 2
    for cover in covers.all():
        assert cover.locator(".cover__why p").count() >= 3, "a need, a reason and its rules"
    budget_adds_up(person)
    person.picture("plan")
    # A company's covers want more facts first; a person's lead straight to a quote.
    person.page.locator(".cover .buttons a").first.click()
    assert ("/products/" if persona == "company" else "/quotes/new/") in person.page.url
    person.picture("on-from-the-plan")


def test_everything_works_without_javascript(visitor):
    person = visitor("phone-plain", "choose-plain")
    person.go("/products/")
    person.page.locator("#filter-for").select_option("company")
    person.tap("noscript button")
    assert asked(person)["for"] == ["company"]
    assert "anlan-group" in codes(person)
    assert "anlan-guard" not in codes(person)
    person.go("/products/")
    person.type("#find", "重疾险")
    person.tap(".finder__search button")
    assert codes(person)[0] == "anlan-critical-illness"
    person.go("/products/")
    for code in COMPARED[:2]:
        person.page.locator(f'.pick input[name="with"][value="{code}"]').check()
    person.tap(".shop__compare button")
    person.type('[name="age"]', "45")
    person.tap("main form button")
    assert asked(person)["age"] == ["45"]
    answer_needs(person, "", "young", pictures=False)
    budget_adds_up(person)
