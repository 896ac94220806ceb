"""Numbers are drawn from PostgreSQL sequences."""

from datetime import UTC, datetime

import pytest

from insureweb.kernel.numbers import HOUSE_SERIES, NumberSeries, allocate, is_well_formed, open_series

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 19, 16, tzinfo=UTC)


@pytest.mark.parametrize("name", sorted(HOUSE_SERIES))
def test_every_series_of_the_house_is_open(name):
    first, second = allocate(name, at=NOW), allocate(name, at=NOW)
    assert first != second
    assert is_well_formed(first)
    assert first.startswith(HOUSE_SERIES[name] + "260520"), "the day is Shanghai's"
    assert NumberSeries.objects.get(name=name, insurer="").prefix == HOUSE_SERIES[name]


def test_an_insurers_series_carries_its_mark_and_opens_twice_without_harm():
    open_series(insurer="harbour-life", mark="H")
    open_series(insurer="harbour-life", mark="H")
    assert allocate("policy", at=NOW, insurer="harbour-life").startswith("BDH260520")


def test_an_unopened_series_is_refused():
    with pytest.raises(NumberSeries.DoesNotExist):
        allocate("policy", at=NOW, insurer="nobody")
