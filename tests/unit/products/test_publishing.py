"""What a version must have before it may be sold."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import translation

from insureweb.kernel.checks import Refused
from insureweb.kernel.localized import Localized
from products.blank import placeholders
from products.rules.definition import Definition
from products.rules.publishing import CoolingOffFloor, Licence, Limits, check_interest, check_publishable, unwritten_in
from products.services.review import regulators_limits
from tests.factories.products import changed, shipped

NAME = Localized("甲", "A")
DAY = date(2026, 5, 19)
LIFE = Licence(NAME, "life", ("all",), NAME, ("life",), ())
LIMITS = regulators_limits()


def with_floor(floor: CoolingOffFloor) -> Limits:
    return replace(LIMITS, cooling_off=(*LIMITS.cooling_off, floor))


def refusal(definition: Definition, licence: Licence = LIFE, limits: Limits = LIMITS) -> str:
    with pytest.raises(Refused) as caught:
        check_publishable(definition, licence, limits, DAY)
    assert str(caught.value)
    return caught.value.code


def test_the_shipped_product_may_be_published() -> None:
    check_publishable(shipped().definition, LIFE, LIMITS, DAY)


def test_filing_actuary_and_wording_are_needed() -> None:
    assert refusal(changed(shipped(), ("filing", None)).definition) == "no_filing"
    unsigned = changed(shipped(), ("filing.actuary", None), ("filing.signed_on", None)).definition
    assert refusal(unsigned) == "no_actuary"
    assert refusal(replace(shipped().definition, wordings=())) == "no_wording"


@pytest.mark.parametrize("key", ["filing.date", "filing.signed_on"])
def test_a_filing_of_tomorrow_is_none_today(key: str) -> None:
    today, tomorrow = DAY.isoformat(), (DAY + timedelta(days=1)).isoformat()
    check_publishable(changed(shipped(), (key, today)).definition, LIFE, LIMITS, DAY)
    assert refusal(changed(shipped(), (key, tomorrow)).definition) == "filed_later"


def test_a_version_promises_a_price() -> None:
    vectors = tuple(replace(vector, total=None) for vector in shipped().definition.vectors)
    assert refusal(replace(shipped().definition, vectors=vectors)) == "no_vectors"


def test_a_failing_vector_is_named() -> None:
    wrong = changed(shipped(), ("test_vectors.0.total", "174.26")).definition
    with pytest.raises(Refused, match=r"174\.25, expected 174\.26"):
        check_publishable(wrong, LIFE, LIMITS, DAY)


def test_no_text_of_the_blank_draft_is_sold() -> None:
    left = changed(shipped(), ("shop.promise.en", f"{placeholders()[1]}: the promise in one line"))
    unwritten = unwritten_in(left.tree, placeholders())
    assert unwritten == {"shop": 1}
    assert unwritten_in(shipped().tree, placeholders()) == {}
    with pytest.raises(Refused) as caught:
        check_publishable(left.definition, LIFE, LIMITS, DAY, unwritten)
    assert (caught.value.code, caught.value.field) == ("unwritten", "shop")


def test_each_outcome_of_underwriting_is_promised_by_a_vector() -> None:
    definition = shipped().definition
    vectors = tuple(one for one in definition.vectors if one.underwriting_outcome not in ("decline", "postpone"))
    with translation.override("en"), pytest.raises(Refused, match=r"underwriting table: Decline, Postpone$") as caught:
        check_publishable(replace(definition, vectors=vectors), LIFE, LIMITS, DAY)
    assert caught.value.code == "untried_outcomes"


def test_a_category_outside_the_licence_is_refused() -> None:
    property_insurer = Licence(NAME, "property", ("all",), NAME, ("life",), ())
    assert refusal(shipped().definition, property_insurer) == "outside_licence"
    short_term = Licence(NAME, "property", ("all",), NAME, ("life",), ("property",))
    check_publishable(shipped().definition, short_term, LIMITS, DAY)
    long = changed(shipped(), ("terms.length.count", "2"), ("terms.cooling_off_days", "20")).definition
    assert refusal(long, short_term) == "outside_licence"


def test_regions_outside_the_insurers_are_refused() -> None:
    shanghai = Licence(NAME, "life", ("310000",), NAME, ("life",), ())
    assert refusal(shipped().definition, shanghai) == "outside_regions"
    check_publishable(changed(shipped(), ("sale.regions", ["310000"])).definition, shanghai, LIMITS, DAY)


def test_the_cooling_off_floor_of_the_day_counts() -> None:
    long = changed(shipped(), ("terms.length.count", "2")).definition
    assert refusal(long) == "cooling_off_too_short"
    long_enough = changed(shipped(), ("terms.length.count", "2"), ("terms.cooling_off_days", "20")).definition
    check_publishable(long_enough, LIFE, LIMITS, DAY)
    later = CoolingOffFloor(date(2026, 6, 1), ("life",), False, 30, "a later rule")
    check_publishable(shipped().definition, LIFE, with_floor(later), DAY)
    now = CoolingOffFloor(DAY, ("life",), False, 30, "a rule from today")
    assert refusal(shipped().definition, LIFE, with_floor(now)) == "cooling_off_too_short"


def test_a_floor_may_bind_one_channel_alone() -> None:
    partners = CoolingOffFloor(DAY, ("life",), False, 30, "a rule for partners", ("partner",))
    assert refusal(shipped().definition, LIFE, with_floor(partners)) == "cooling_off_too_short"
    web = changed(shipped(), ("sale.channels", ["web"])).definition
    check_publishable(web, LIFE, with_floor(partners), DAY)


def test_pricing_interest_is_held_against_the_limit_of_the_day() -> None:
    def priced_at(percent: str) -> Definition:
        return changed(shipped("anlan-whole-life"), ("rating.life.interest_percent", percent)).definition

    def reason(percent: str, day: date) -> str:
        with pytest.raises(Refused) as caught:
            check_interest(priced_at(percent), LIMITS.interest, day)
        assert percent in str(caught.value)
        return caught.value.code

    check_interest(priced_at("2.0"), LIMITS.interest, DAY)
    assert reason("2.01", DAY) == "interest_too_high"
    # The day before the limit fell, 2.5 percent was still allowed, and nothing above it.
    check_interest(priced_at("2.5"), LIMITS.interest, date(2025, 8, 31))
    assert reason("2.5", date(2025, 9, 1)) == "interest_too_high"
    assert reason("2.51", date(2025, 8, 31)) == "interest_too_high"
    assert refusal(priced_at("2.5")) == "interest_too_high"


def test_every_limit_is_dated_and_names_its_rule() -> None:
    for rows in (LIMITS.interest, LIMITS.cooling_off, LIMITS.cash_values):
        assert rows
        assert all(row.since and row.article for row in rows)
    days = [row.since for row in LIMITS.interest]
    assert days == sorted(set(days))
