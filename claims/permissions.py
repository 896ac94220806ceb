"""May this person decide about claims, and up to which amount alone?"""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.states import DESK
from customers.models import StaffProfile
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.templatetags.house import money_text
from policies.contract.selectors.members import accounts_of


def check_on_the_desk(by: Actor) -> None:
    if not by.is_one_of(DESK):
        raise Refused("not_an_adjuster", _("Only claims adjusters and approvers decide about claims."))


def check_not_own_claim(claim: Claim, by: Actor) -> None:
    """Nobody decides about their own claim."""
    if by.id == str(claim.user.uuid) or (claim.member is not None and _is_about(claim, by)):
        raise Refused("own_claim", _("This is your own claim; a colleague decides about it."))


def _is_about(claim: Claim, by: Actor) -> bool:
    return any(by.id == str(account.uuid) for account in accounts_of(claim.member))


def check_may_decide(claim: Claim, by: Actor) -> None:
    check_on_the_desk(by)
    check_not_own_claim(claim, by)


def authority_of(by: Actor) -> Decimal:
    """The amount up to which a member of staff may decide; zero without a staff profile."""
    limit = StaffProfile.objects.filter(user__uuid=by.id).values_list("claims_limit", flat=True).first()
    return Decimal(0) if limit is None else limit


def check_within_authority(amount: Decimal, by: Actor) -> None:
    """Raises `Refused` when the amount is above the actor's own authority."""
    limit = authority_of(by)
    if amount > limit:
        message = _("%(amount)s is above your authority of %(limit)s. Hand the claim to somebody with more.")
        raise Refused(
            "above_authority", message % {"amount": money_text(amount), "limit": money_text(limit)}, field="amount"
        )


def check_other_person(claim: Claim, by: Actor) -> None:
    """A review is done by somebody who did not make the decision."""
    made = [row for row in claim.decisions.all() if row.maker == "person" and row.outcome != "documents"]
    last = max(made, key=lambda row: row.sequence, default=None)
    if last is not None and by.same_person_as(last.actor_kind, last.actor_id):
        raise Refused("same_person", _("You made the decision under review; another person looks again."))
