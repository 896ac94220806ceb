"""Profit test and competitors' prices: entered, dated, signed, explained; who may; what PostgreSQL refuses."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from insureweb.kernel import clock
from insureweb.kernel.idempotency import FIELD, new_key
from products.competitors import beside
from products.compiled import compiled
from products.models import CompetitorPrice, ProductVersion, ProfitAssumptions
from tests.factories.customers import colleague, sign_in
from tests.factories.products import draft_version

pytestmark = pytest.mark.django_db
FACTS = {"plan": "standard", "plan_shown": "standard", "age": "30", "occupation_class": "2"}
YEAR = {"claims_a_year": "0.02", "average_claim": "2500", "claim_expense_percent": "4", "expense_percent": "12",
        "expense": "8", "commission_percent": "15", "premium_tax_percent": "0.8", "income_tax_percent": "25",
        "source": "Claims study 2025"}  # fmt: skip
LIFE = {"interest_percent": "3", "discount_percent": "8", "mortality_percent": "70", "lapse_percent": "10, 6, 3",
        "expense_percent": "5, 2", "expense": "80, 15", "commission_percent": "25, 5, 5, 0",
        "premium_tax_percent": "0.8", "income_tax_percent": "25", "source": "docs/algorithms/profit.md"}  # fmt: skip
RIVAL = {"insurer_name": "Harbour Mutual", "product_name": "Guard One", "price": "180.00", "source": "their page"}


@pytest.fixture
def manager(client: Client) -> Client:
    return sign_in(client, colleague("product_manager").user)


def url(version: ProductVersion, page: str = "profit") -> str:
    with override("en"):
        return reverse(f"admin:products_productversion_{page}", args=[version.address])


def posted(prefix: str, *parts: dict[str, str], facts: dict[str, str] | None = None) -> dict[str, str]:
    told = {f"{prefix}-{key}": value for part in parts for key, value in part.items()}
    return {**(FACTS if facts is None else facts), **told, FIELD: new_key()}


def today() -> dict[str, str]:
    return {"seen_date": clock.today().isoformat()}


def test_a_year_is_explained_line_by_line(manager: Client) -> None:
    """174.25 premium; 50.00 claims, 2.00 their expenses, 28.91 expenses, 26.14 commission, 1.39 levies, 16.45 tax."""
    version = draft_version()
    assert manager.post(url(version), posted("expect", YEAR)).status_code == 302
    kept = ProfitAssumptions.objects.get()
    assert (kept.kind, kept.facts["age"], kept.figures["average_claim"]) == ("year", "30", "2500")
    page = manager.get(url(version)).content.decode()
    for figure in ("174.25", "50.00", "28.91", "26.14", "1.39", "65.81", "16.45", "49.36"):
        assert figure in page, figure
    assert "0.02 claims a year × 2500" in page
    assert "28.33%" in page, "the margin"
    assert "Claims study 2025" in page


def test_life_is_shown_by_policy_year_as_in_the_worked_table(manager: Client) -> None:
    """docs/algorithms/profit.md, level term of ten years: value 1,022.62, margin 19.89 per cent, even in year 2."""
    version = draft_version("anlan-level-term")
    facts = {"plan": version.definition["shop"]["default_plan"], "age": "30", "sex": "male", "sum_insured": "1000000",
             "term_years": "10", "pay_years": "10"}  # fmt: skip
    answer = manager.post(url(version), posted("expect", LIFE, facts=facts))
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    page = manager.get(url(version)).content.decode()
    for figure in ("867.00", "1,022.62", "19.89%", "5,140.62", "175.52", "205.35"):
        assert figure in page, figure


def test_a_tax_collected_for_the_state_earns_nothing(manager: Client) -> None:
    """A family car: 950.00 of premium, and 300.00 of vehicle tax that is in what the customer pays."""
    version = draft_version("anlan-motor-compulsory")
    facts = {"plan": "national", "vehicle_kind": "family_under_6", "scheme": "e", "record": "first", "energy": "petrol",
             "displacement": "1.5"}  # fmt: skip
    price = posted("rival", RIVAL, {"price": "1250.00"}, today(), facts=facts)
    assert manager.post(url(version, "competitors"), price).status_code == 302
    assert manager.post(url(version), posted("expect", YEAR, facts=facts)).status_code == 302
    page = manager.get(url(version))
    result, ((beside, at_their_price),) = page.context["result"], page.context["rivals"]
    assert (result.premium, at_their_price.premium) == (Decimal("950.00"), Decimal("950.00"))
    assert (beside.ours, beside.difference) == (Decimal("1250.00"), 0)


def test_a_competitor_noted_for_a_factor_since_dropped_still_stands_beside_ours(manager: Client) -> None:
    version = draft_version()
    manager.post(url(version, "competitors"), posted("rival", RIVAL, today()))
    noted = CompetitorPrice.objects.get()
    noted.facts |= {"shoe_size": "42"}
    (found,) = beside(compiled(version), [noted])
    assert (found.ours, found.difference) == (Decimal("174.25"), Decimal("-5.75"))


def test_wrong_figures_come_back_with_what_was_typed(manager: Client) -> None:
    version = draft_version()
    answer = manager.post(url(version), posted("expect", YEAR, {"commission_percent": "101"}))
    assert answer.status_code == 422
    assert "2500" in answer.content.decode()
    life = draft_version("anlan-level-term")
    assert manager.post(url(life), posted("expect", LIFE, {"lapse_percent": "10, x"})).status_code == 422
    assert not ProfitAssumptions.objects.exists()


def test_a_competitor_stands_beside_our_price_and_on_the_profit_page(manager: Client) -> None:
    version = draft_version()
    noted = manager.post(url(version, "competitors"), posted("rival", RIVAL, today()))
    assert noted.status_code == 302
    page = manager.get(url(version, "competitors")).content.decode()
    for words in ("Harbour Mutual", "180.00", "174.25", "5.75", "-3.19%"):
        assert words in page, words
    manager.post(url(version), posted("expect", YEAR))
    page = manager.get(url(version)).content.decode()
    assert "Our margin at their price" in page
    assert "29.15%" in page


def test_a_wrong_price_is_withdrawn_with_its_reason(manager: Client) -> None:
    version = draft_version()
    manager.post(url(version, "competitors"), posted("rival", RIVAL, today()))
    price = CompetitorPrice.objects.get()
    told = {"action": "withdraw", "price": str(price.uuid), "reason": "", FIELD: new_key()}
    assert manager.post(url(version, "competitors"), told).status_code == 422
    told |= {"reason": "Another age", FIELD: new_key()}
    assert manager.post(url(version, "competitors"), told).status_code == 302
    price.refresh_from_db()
    assert (price.withdrawn_because, bool(price.withdrawn_at)) == ("Another age", True)
    assert "Harbour Mutual" not in manager.get(url(version, "competitors")).content.decode()
    told |= {"price": "nothing", FIELD: new_key()}
    assert manager.post(url(version, "competitors"), told).status_code == 404


def test_nothing_is_seen_on_a_day_to_come(manager: Client) -> None:
    version = draft_version()
    tomorrow = (clock.today() + timedelta(days=2)).isoformat()
    answer = manager.post(url(version, "competitors"), posted("rival", RIVAL, {"seen_date": tomorrow}))
    assert answer.status_code == 422
    assert "This day is still to come." in answer.content.decode()


@pytest.mark.parametrize(("role", "sees"), [("risk_manager", 200), ("auditor", 200), ("underwriter", 403)])
@pytest.mark.parametrize("page", ["profit", "competitors"])
def test_who_sees_them(client: Client, role: str, sees: int, page: str) -> None:
    staff = sign_in(client, colleague(role).user)
    assert staff.get(url(draft_version(), page)).status_code == sees


@pytest.mark.parametrize("page", ["profit", "competitors"])
def test_an_auditor_writes_nothing(client: Client, page: str) -> None:
    staff = sign_in(client, colleague("auditor").user)
    version = draft_version()
    told = posted("expect", YEAR) if page == "profit" else posted("rival", RIVAL, today())
    assert staff.post(url(version, page), told).status_code == 403
    assert not ProfitAssumptions.objects.exists()
    assert not CompetitorPrice.objects.exists()


BY = {"entered_at": clock.now(), "entered_by_kind": "staff", "entered_by_id": "1", "entered_by_label": "X"}


@pytest.mark.parametrize(
    ("name", "fields"),
    [("profit_assumptions_kind_is_known", {"kind": "week"}), ("profit_assumptions_have_a_source", {"source": ""})],
)
def test_assumptions_that_cannot_be_are_refused(name: str, fields: dict[str, str]) -> None:
    usual = {"version": draft_version(), "kind": "year", "facts": {}, "figures": {}, "source": "x"}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ProfitAssumptions.objects.create(**BY, **(usual | fields))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("competitor_price_is_positive", {"price": Decimal(0)}),
        ("competitor_price_has_a_source", {"source": ""}),
        ("competitor_price_withdrawn_says_why", {"withdrawn_because": "x"}),
        ("competitor_price_withdrawn_says_why", {"withdrawn_at": clock.now()}),
    ],
)
def test_a_price_that_cannot_be_is_refused(name: str, fields: dict[str, object]) -> None:
    usual = {"product": draft_version().product, "insurer_name": "x", "product_name": "y", "facts": {}, "price": 1,
             "seen_date": clock.today(), "source": "z"}  # fmt: skip
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CompetitorPrice.objects.create(**BY, **(usual | fields))
