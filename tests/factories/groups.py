"""Group contracts, from the roster to the policy, by the services. Companies and people are invented."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from customers.actors import actor_of
from customers.models import User
from insureweb.kernel import clock
from policies.contract.models import Policy
from policies.offers.models import Quote
from policies.offers.rosters.services.quoting import quote_roster
from policies.sale.forms import NONE, SOME, Answers, CompanyAnswer, HealthAnswer
from policies.sale.models import Application, Order
from policies.sale.services.answers import save_answers
from policies.sale.services.applications import start_application
from tests.factories import policies as sold
from tests.factories import rosters

COMPANY_CODE = "91110000600037341L"
DETAILS = {"industry": "office", "social_insurance": True}


def staff(count: int = 12) -> list[list[str]]:
    """People of many ages in the lighter classes of work."""
    return [rosters.row(number, age=20 + number % 40, class_=str(number % 3 + 1)) for number in range(count)]


def quote(user: User | None = None, lines: Sequence[Sequence[str]] = (), **told: Any) -> Quote:
    """The quote of a roster; of twelve people unless told otherwise."""
    offer = rosters.priced(user, lines or staff(), **told)
    return quote_roster(roster=offer.roster, by=actor_of(offer.roster.user), at=told.get("at") or clock.now())


def answers(**parts: Any) -> Answers:
    """Answers the table accepts, unless told otherwise."""
    fields: dict[str, Any] = {
        "insured": CompanyAnswer("Lanshan Software Ltd", COMPANY_CODE, "Wu Min", "13800138000"),
        "health": HealthAnswer(NONE, {"at_work": False, "claims_last_year": False}),
        "details": DETAILS,
        "suitability": {"purpose": "staff"},
    }
    return Answers(**(fields | parts))


def long_sick_leave() -> HealthAnswer:
    """What an underwriter looks into."""
    return HealthAnswer(SOME, {"at_work": True, "on_leave": 4, "claims_last_year": False})


def application(
    user: User | None = None, lines: Sequence[Sequence[str]] = (), *, at: datetime | None = None, **parts: Any
) -> Application:
    """An application of a company, handed in."""
    at = at or clock.now()
    quoted = quote(user, lines, at=at)
    by = actor_of(quoted.user)
    begun = start_application(quote=quoted, user=quoted.user, by=by, at=at)
    return sold.submit(save_answers(application=begun, answers=answers(**parts), by=by, at=at), at=at)


def order(user: User | None = None, lines: Sequence[Sequence[str]] = (), **told: Any) -> Order:
    """An order waiting for payment."""
    return Order.objects.select_related("user").get(applications=application(user, lines, **told))


def policy(
    user: User | None = None, lines: Sequence[Sequence[str]] = (), *, at: datetime | None = None, **told: Any
) -> Policy:
    """An issued group policy."""
    asked = order(user, lines, at=at, **told)
    sold.capture(sold.payment(asked, at=at), at=at)
    return Policy.objects.select_related("insurer", "product_version", "user", "holder", "insured").get(
        order_no=asked.no
    )
