"""The worked tables of docs/algorithms/claims.md, and what must hold for any figures."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.rules.benefit import Loss, Terms, assess
from tests.factories.worked_tables import figure, worked_rows

DOCUMENT = "claims.md"
HOSPITAL_CASH = "Hospital cash (`daily_cash`)"
COSTS = "Costs and damage (`reimbursement`, `indemnity`)"
ADMITTED = date(2026, 5, 2)
CASH = Terms(
    kind="daily_cash",
    clause="2.3.3",
    daily_amount=Decimal(100),
    deductible_days=3,
    max_days=90,
    max_days_year=180,
)


def stay(nights: int, **used: int) -> Loss:
    return Loss(admitted=ADMITTED, discharged=ADMITTED + timedelta(days=nights), **used)


@pytest.mark.parametrize("row", worked_rows(DOCUMENT, HOSPITAL_CASH), ids=lambda row: "-".join(row.values()))
def test_hospital_cash_worked_table(row: dict[str, str]) -> None:
    used = {"stay_days_used": int(row["used of the stay"]), "year_days_used": int(row["used in the year"])}
    benefit = assess(CASH, stay(int(row["nights"]), **used))
    assert (benefit.days, benefit.amount) == (int(row["days paid"]), figure(row["pays"]))


def test_hospital_cash_column_of_lines() -> None:
    written = {"": "", "−": "-", "≤": "<=", "×": "*", "=": "="}
    lines = assess(CASH, stay(8)).lines
    assert [(line.operator, line.value, line.clause) for line in lines] == [
        (written[row[""]], figure(row["figure"]), row["clause"]) for row in worked_rows(DOCUMENT, HOSPITAL_CASH, 1)
    ]
    codes = ["nights", "deductible_days", "days_left_stay", "days_left_year", "days_paid", "daily_amount", "pays"]
    assert [line.code for line in lines] == codes
    assert lines[0].notes == {"admitted": "2026-05-02", "discharged": "2026-05-10"}


def test_a_limit_of_the_coverage_is_the_last_bound() -> None:
    terms = Terms(kind="daily_cash", daily_amount=Decimal(100), limit=Decimal(1000))
    benefit = assess(terms, stay(20, amount_used=Decimal(700)))
    assert benefit.amount == Decimal("300.00")
    assert benefit.lines[-2].code == "limit_left"


@pytest.mark.parametrize("row", worked_rows(DOCUMENT, "A fixed sum (`lump_sum`)"), ids=lambda row: row["paid before"])
def test_lump_sum_worked_table(row: dict[str, str]) -> None:
    terms = Terms(kind="lump_sum", limit=figure(row["sum insured"]))
    assert assess(terms, Loss(amount_used=figure(row["paid before"]))).amount == figure(row["pays"])


def test_without_a_sum_nothing_is_paid() -> None:
    assert assess(Terms(kind="lump_sum"), Loss()).amount == Decimal("0.00")


@pytest.mark.parametrize("row", worked_rows(DOCUMENT, COSTS), ids=lambda row: "-".join(row.values()))
def test_costs_worked_table(row: dict[str, str]) -> None:
    terms = Terms(
        kind="reimbursement", limit=Decimal(50000), deductible=Decimal(100), pays_percent=Decimal(90), clause="2.3.2"
    )
    benefit = assess(terms, Loss(claimed=figure(row["costs"]), amount_used=figure(row["paid before"])))
    assert benefit.amount == figure(row["pays"])
    assert benefit.lines[-1].value == benefit.amount


def test_indemnity_without_bounds_pays_the_costs() -> None:
    assert assess(Terms(kind="indemnity"), Loss(claimed=Decimal("12.34"))).amount == Decimal("12.34")


def test_terms_and_loss_survive_storage() -> None:
    loss = stay(8, stay_days_used=2, year_days_used=7)
    assert Terms.read(CASH.as_json()) == CASH
    assert Loss.read(loss.as_json()) == loss
    empty = Terms(kind="lump_sum", limit=Decimal(200000))
    assert Terms.read(empty.as_json()) == empty
    assert Loss.read(Loss().as_json()) == Loss()


def test_impossible_figures_are_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        Loss(claimed=Decimal(-1))
    with pytest.raises(ValueError, match="before going in"):
        Loss(admitted=ADMITTED, discharged=ADMITTED - timedelta(days=1))
    with pytest.raises(ValueError, match="Unknown kind"):
        assess(Terms(kind="wishes"), Loss())


amounts = st.decimals(min_value=0, max_value=10**7, places=2)
terms_of_cash = st.builds(
    Terms,
    kind=st.just("daily_cash"),
    limit=st.none() | amounts,
    daily_amount=st.decimals(min_value=0, max_value=2000, places=2),
    deductible_days=st.integers(0, 10),
    max_days=st.integers(0, 200),
    max_days_year=st.integers(0, 400),
)
terms_of_costs = st.builds(
    Terms,
    kind=st.sampled_from(["reimbursement", "indemnity", "lump_sum"]),
    limit=st.none() | amounts,
    deductible=amounts,
    pays_percent=st.decimals(min_value=0, max_value=100, places=2),
)
losses = st.builds(
    Loss,
    admitted=st.just(ADMITTED),
    discharged=st.integers(0, 800).map(lambda nights: ADMITTED + timedelta(days=nights)),
    claimed=amounts,
    stay_days_used=st.integers(0, 500),
    year_days_used=st.integers(0, 500),
    amount_used=amounts,
)


@given(terms=terms_of_cash | terms_of_costs, loss=losses)
def test_never_negative_never_above_what_the_limits_leave(terms: Terms, loss: Loss) -> None:
    benefit = assess(terms, loss)
    assert benefit.amount >= 0
    if terms.limit is not None:
        assert benefit.amount <= max(terms.limit - loss.amount_used, Decimal(0))
    if terms.kind == "daily_cash":
        assert benefit.amount <= loss.nights * terms.daily_amount
        assert not terms.max_days or benefit.days + loss.stay_days_used <= max(terms.max_days, loss.stay_days_used)
    if terms.kind in ("reimbursement", "indemnity"):
        assert benefit.amount <= loss.claimed
    assert benefit.amount == benefit.amount.quantize(Decimal("0.01"))


@given(terms=terms_of_cash, nights=st.integers(0, 400), cut=st.integers(0, 400))
def test_splitting_a_stay_never_pays_more(terms: Terms, nights: int, cut: int) -> None:
    whole = assess(terms, stay(nights))
    middle = ADMITTED + timedelta(days=min(cut, nights))
    first_nights = (middle - ADMITTED).days
    first = assess(terms, Loss(admitted=ADMITTED, discharged=middle))
    second = assess(
        terms,
        Loss(
            admitted=middle,
            discharged=ADMITTED + timedelta(days=nights),
            stay_days_used=first.days,
            nights_before=first_nights,
            year_days_used=first.days,
            amount_used=first.amount,
        ),
    )
    assert first.amount + second.amount <= whole.amount


@given(terms=terms_of_costs, costs=st.tuples(amounts, amounts))
def test_splitting_the_bills_never_pays_more(terms: Terms, costs: tuple[Decimal, Decimal]) -> None:
    whole = assess(terms, Loss(claimed=sum(costs, Decimal(0))))
    first = assess(terms, Loss(claimed=costs[0]))
    second = assess(terms, Loss(claimed=costs[1], amount_used=first.amount))
    if terms.kind == "lump_sum":
        assert second.amount + first.amount <= max(terms.limit or Decimal(0), whole.amount)
    else:
        # Each part is rounded once, so two parts may differ from the whole by a cent.
        assert first.amount + second.amount <= whole.amount + Decimal("0.01")


def test_stays_that_count_as_one_take_the_deductible_once() -> None:
    assert assess(CASH, stay(8, nights_before=2)).days == 7
    assert assess(CASH, stay(8, nights_before=20, stay_days_used=17)).days == 8
