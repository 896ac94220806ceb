"""What-if: a book priced again, to the cent."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.compiled import CompiledProduct
from products.rules.facts import FactsInvalid, Problem
from products.rules.rating import NotPriceable
from products.rules.what_if import EXTREMES, Bucket, Insured, NotRepriced, Repriced, WhatIf
from products.sources import CATALOGUE, read_product_file
from tests.factories.worked_tables import figure, worked_rows


def book(*pairs: tuple[str, str]) -> list[Insured]:
    return [Insured(f"P-{place}", {"new": new}, Decimal(old)) for place, (old, new) in enumerate(pairs, start=1)]


def reprice(facts: Any) -> Decimal:
    return Decimal(facts["new"])


def percent(cell: str) -> Decimal | None:
    return None if cell == "–" else figure(cell)


def bucket_in_words(bucket: Bucket) -> str:
    """As the document writes a bucket: it holds its upper edge, but no change is no fall."""
    low, high = ("" if edge is None else str(edge).replace("-", "−") for edge in (bucket.low, bucket.high))
    return "no change" if low == high else f"above {low}, below 0" if high == "0" else f"above {low} up to {high}"


def test_each_policy_old_new_difference_and_per_cent() -> None:
    *policies, everything = worked_rows("decision-tables.md", "What-if")
    what_if = WhatIf(reprice)
    rows = list(what_if.rows(book(*((row["old"], row["new"]) for row in policies))))
    assert rows == [
        Repriced(
            row["policy"], figure(row["old"]), figure(row["new"]), figure(row["difference"]), percent(row["per cent"])
        )
        for row in policies
    ]
    assert (what_if.old_total, what_if.new_total, what_if.difference) == tuple(
        figure(everything[name]) for name in ("old", "new", "difference")
    )
    assert what_if.percent == figure(everything["per cent"])
    counted = Counter(bucket_in_words(bucket) for bucket in what_if.distribution for _one in range(bucket.count))
    assert counted == Counter(row["bucket"] for row in policies if not row["bucket"].startswith("none"))
    assert (what_if.dearer, what_if.cheaper, what_if.unchanged, what_if.without_old) == (2, 1, 1, 1)
    assert [row.reference for row in what_if.losers] == ["P-1", "P-3"]
    assert [row.reference for row in what_if.winners] == ["P-2"]


@pytest.mark.parametrize(
    ("old", "new", "bucket"),
    [
        ("100", "49.99", (None, -50)), ("100", "50", (None, -50)), ("100", "50.01", (-50, -25)),
        ("100", "95", (-10, -5)), ("1000000", "999999.99", (-5, 0)), ("100", "100", (0, 0)),
        ("1000000", "1000000.01", (0, 5)), ("100", "105", (0, 5)),
        ("100", "105.01", (5, 10)), ("100", "150", (25, 50)), ("100", "150.01", (50, None)), ("100", "900", (50, None)),
    ],
)  # fmt: skip
def test_buckets_hold_what_lies_above_their_lower_edge_up_to_the_upper(old: str, new: str, bucket: Any) -> None:
    what_if = WhatIf(reprice)
    list(what_if.rows(book((old, new))))
    assert [(found.low, found.high) for found in what_if.distribution if found.count] == [bucket]


AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), max_size=60))
def test_nothing_is_lost_between_rows_sums_and_buckets(pairs: list[tuple[Decimal, Decimal]]) -> None:
    what_if = WhatIf(reprice)
    rows = list(what_if.rows(book(*((str(old), str(new)) for old, new in pairs))))
    assert sum((row.difference for row in rows), Decimal(0)) == what_if.difference
    assert what_if.new_total - what_if.old_total == what_if.difference
    assert sum(bucket.count for bucket in what_if.distribution) + what_if.without_old == len(rows)
    up = sorted((row.difference for row in rows if row.difference > 0), reverse=True)
    assert [row.difference for row in what_if.losers] == up[:EXTREMES]
    down = sorted(row.difference for row in rows if row.difference < 0)
    assert [row.difference for row in what_if.winners] == down[:EXTREMES]


def test_what_cannot_be_priced_is_named_and_in_no_sum() -> None:
    def refuse(facts: Any) -> Decimal:
        if facts["new"] == "fact":
            raise FactsInvalid({"age": Problem("required")})
        if facts["new"] == "row":
            raise NotPriceable("rate", "no row fits")
        return Decimal(facts["new"])

    what_if = WhatIf(refuse)
    rows = list(what_if.rows(book(("10", "fact"), ("20", "row"), ("30", "33"))))
    assert [row.reference for row in rows] == ["P-3"]
    assert (what_if.old_total, what_if.new_total, what_if.priced) == (Decimal(30), Decimal(33), 1)
    first, second = what_if.not_priceable
    assert (first.reference, list(first.problems)) == ("P-1", ["age"])
    assert second == NotRepriced("P-2", Decimal(20), {"rate": Problem("no_price", (("why", "rate: no row fits"),))})


def test_a_real_tariff_against_itself_changes_nothing_and_names_the_fact_it_lacks() -> None:
    product = CompiledProduct(read_product_file(CATALOGUE / "anlan-guard.yaml").definition)

    def price(facts: Any) -> Decimal:
        return product.price(product.read_facts(facts)).total

    facts = {"age": "30", "occupation_class": "2", "plan": "standard"}
    what_if = WhatIf(price)
    premium = price(facts)
    list(what_if.rows([Insured("P-1", facts, premium), Insured("P-2", {"plan": "standard"}, premium)]))
    assert (what_if.unchanged, what_if.difference) == (1, 0)
    assert set(what_if.not_priceable[0].problems) == {"age", "occupation_class"}
