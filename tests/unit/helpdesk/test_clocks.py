"""When we owe the next step, and when we call."""

from datetime import UTC, date, datetime

import pytest

from insureweb.helpdesk.rules.calls import open_windows
from insureweb.helpdesk.rules.clocks import limit_for
from insureweb.helpdesk.selectors import frequent_questions
from insureweb.helpdesk.states import TICKET_MACHINE, TicketState
from insureweb.helpdesk.time_limits import due, is_working_day, time_limit, time_limits
from insureweb.kernel.actors import Actor
from insureweb.kernel.periods import midnight
from insureweb.kernel.states import IllegalMove, NotAllowed

TUESDAY = datetime(2026, 5, 19, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(("kind", "received", "step", "first_day_late"), [
    ("question", TUESDAY, 0, date(2026, 5, 21)),
    ("question", datetime(2026, 5, 22, 6, 0, tzinfo=UTC), 0, date(2026, 5, 26)),
    # The first of May is a holiday of several days.
    ("question", datetime(2026, 4, 30, 6, 0, tzinfo=UTC), 0, date(2026, 5, 7)),
    ("complaint", TUESDAY, 0, date(2026, 6, 4)),
    ("complaint", TUESDAY, 1, date(2026, 6, 19)),
    ("complaint", TUESDAY, 2, date(2026, 7, 19)),
    # Half past midnight in Shanghai is the day before in UTC.
    ("complaint", datetime(2026, 5, 18, 16, 30, tzinfo=UTC), 0, date(2026, 6, 4)),
])  # fmt: skip
def test_due(kind: str, received: datetime, step: int, first_day_late: date) -> None:
    assert due(kind, received=received, step=step) == midnight(first_day_late)


def test_years_without_a_calendar_have_plain_weeks() -> None:
    assert is_working_day(date(2101, 5, 20))
    assert not is_working_day(date(2101, 5, 21))


def test_a_limit_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(LookupError):
        limit_for(time_limits(), "complaint", step=3, day=date(2026, 5, 19))
    with pytest.raises(LookupError):
        time_limit("complaint", day=date(2019, 1, 1))


@pytest.mark.parametrize(("hour", "first"), [(0, "2026-05-19T09"), (2, "2026-05-19T12"), (5, "2026-05-19T15"),
                                             (13, "2026-05-20T09"), (15, "2026-05-20T09")])  # fmt: skip
def test_we_call_at_hours_still_to_come(hour: int, first: str) -> None:
    windows = open_windows(datetime(2026, 5, 19, hour, 30, tzinfo=UTC))
    assert windows[0].key == first
    assert len({window.key for window in windows}) == len(windows)


def test_frequent_questions_are_there_in_both_languages() -> None:
    questions = frequent_questions()
    assert len({question.id for question in questions}) == len(questions) >= 8
    for question in questions:
        assert question.answer.zh_hans != question.answer.en


ACTORS = {
    "customer": Actor("customer", "1", "x"), "anonymous": Actor.anonymous(), "system": Actor.system("x"),
    "gateway": Actor("gateway", "1", "x"), "partner": Actor("partner", "1", "x"),
    "customer_service": Actor("staff", "1", "x", frozenset({"customer_service"})),
    "underwriter": Actor("staff", "1", "x", frozenset({"underwriter"})),
}  # fmt: skip


@pytest.mark.parametrize("source", TicketState)
@pytest.mark.parametrize("target", TicketState)
@pytest.mark.parametrize("owner", ACTORS)
def test_every_move(source: TicketState, target: TicketState, owner: str) -> None:
    owners = TICKET_MACHINE.moves.get((source, target))
    if owners is None:
        with pytest.raises(IllegalMove):
            TICKET_MACHINE.check_move(source, target, ACTORS[owner])
    elif owner in owners:
        TICKET_MACHINE.check_move(source, target, ACTORS[owner])
    else:
        with pytest.raises(NotAllowed):
            TICKET_MACHINE.check_move(source, target, ACTORS[owner])
