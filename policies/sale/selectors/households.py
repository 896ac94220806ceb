"""The people a household was quoted for, and how far each has come."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse

from customers.models import User
from insureweb.kernel.money import Money
from policies.contract.models import Policy
from policies.loading import without_files
from policies.offers.models import Quote
from policies.offers.selectors import owned_by, price_in_household, product_of
from policies.offers.sharing import ShownFact, shown_facts
from policies.sale.models import Application
from policies.sale.models.applications import OVER
from policies.sale.relationships import Relationship
from policies.sale.states import ApplicationState
from policies.underwriting.rules.loading import loaded_premium

# Whoever may still come into a joint order; the others are declined, have left, or are paid for.
ON_THE_WAY = {
    ApplicationState.DRAFT, ApplicationState.REFERRED, ApplicationState.OFFERED, ApplicationState.ACCEPTED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """One person: the quote that counts now, the application if there is one, and the policy at last."""

    quote: Quote
    application: Application | None
    policy_no: str
    at: datetime

    @property
    def relationship(self) -> Any:
        return Relationship(self.quote.household_relationship).label

    @property
    def facts(self) -> list[ShownFact]:
        return shown_facts(self.quote)

    @property
    def is_expired(self) -> bool:
        """No longer held and nothing begun with it."""
        return self.application is None and self.quote.expires_at <= self.at

    @property
    def can_be_paid(self) -> bool:
        one = self.application
        return one is not None and one.state == ApplicationState.ACCEPTED and one.expires_at > self.at

    @property
    def counts(self) -> bool:
        """Whether this person may still be in the order."""
        if self.application is None:
            return not self.is_expired
        return self.application.state in ON_THE_WAY and self.application.expires_at > self.at

    @property
    def href(self) -> str:
        if self.policy_no:
            return reverse("policies:policy", args=[self.policy_no])
        if self.application:
            return reverse("policies:apply", args=[self.application.no])
        return reverse("policies:quote", args=[self.quote.no])


@dataclass(frozen=True, slots=True)
class Row:
    """A person with what they pay alone, and in one order of all who count."""

    member: Member
    alone: Money
    together: Money | None


@dataclass(frozen=True, slots=True)
class Household:
    """Everybody, and what those still on the way would pay in one order."""

    uuid: UUID
    rows: list[Row]

    @property
    def definition(self) -> Any:
        return product_of(self.rows[0].member.quote).definition

    @property
    def payable(self) -> list[str]:
        """The applications that can be paid now."""
        return [one.no for row in self.rows if row.member.can_be_paid and (one := row.member.application)]

    @property
    def counted(self) -> int:
        """How many may still be in one order."""
        return sum(row.together is not None for row in self.rows)

    @property
    def total(self) -> Money | None:
        amounts = [row.together for row in self.rows if row.together is not None]
        return sum(amounts[1:], start=amounts[0]) if amounts else None


def household_of(uuid: UUID, *, user: User | None, token: str, at: datetime) -> Household:
    """The household of an account or a browser's secret, in three queries.

    Raises:
        Quote.DoesNotExist: there is none, or it is somebody else's; the two cannot be told apart.
    """
    quotes = Quote.objects.filter(owned_by(user=user, token=token), household=uuid).select_related("product_version")
    latest = {quote.household_place or 0: quote for quote in quotes.defer(*without_files(), "breakdown").order_by("id")}
    if not latest:
        raise Quote.DoesNotExist
    begun = Application.objects.filter(quote__household=uuid, user=user).exclude(state__in=OVER)
    begun = begun.select_related("quote__product_version").defer(
        *without_files("quote__product_version"), "quote__breakdown"
    )
    applications = {one.quote.household_place or 0: one for one in begun.order_by("id")} if user else {}
    policies = dict(Policy.objects.filter(quote__household=uuid, user=user).values_list("quote_id", "no"))
    members = [_member(latest[place], applications.get(place), policies, at) for place in sorted(latest)]
    people = sum(member.counts for member in members)
    return Household(uuid, [_row(member, people) for member in members])


def _member(quote: Quote, application: Application | None, policies: dict[int, str], at: datetime) -> Member:
    if application is None or _is_priced_anew(quote, application, at):
        return Member(quote, None, "", at)
    return Member(application.quote, application, policies.get(application.quote_id, ""), at)


def _is_priced_anew(quote: Quote, application: Application, at: datetime) -> bool:
    """A later price of somebody insured already: of the renewal, which waits for an application of its own."""
    return application.state == ApplicationState.ISSUED and quote.pk > application.quote_id and quote.expires_at > at


def _row(member: Member, people: int) -> Row:
    quote, application = member.quote, member.application
    if not member.counts:
        return Row(member, application.price if application else quote.premium, None)
    price = price_in_household(product_of(quote), quote.facts, quote.plan, people)
    loading = application.loading_percent if application else Decimal(0)
    return Row(member, loaded_premium(price.alone, loading), loaded_premium(price.total, loading))
