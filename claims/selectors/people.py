"""Which claims are one person's, whoever reported them."""

from django.db.models import Q

from claims.models import Claim
from claims.states import ClaimState
from policies.contract.selectors.members import account_of, memberships_of


def same_person(claim: Claim) -> Q:
    """Claims of the same person: a member's over all group contracts, anybody else's by the account."""
    if claim.member is None:
        return Q(user_id=claim.user_id, member__isnull=True)
    return Q(member__id_number_index=claim.member.id_number_index)


def strangers_with_account(claim: Claim) -> set[str]:
    """The other people whose claims name the same account. Nobody is a stranger to their own membership of a group."""
    if not claim.payee_account_index:
        return set()
    named = Claim.objects.filter(payee_account_index=claim.payee_account_index).exclude(pk=claim.pk)
    sent = named.exclude(state__in=[ClaimState.DRAFT, ClaimState.WITHDRAWN]).exclude(same_person(claim))
    rows = sent.order_by().values_list("user_id", "member__id_number_index").distinct()
    found = {member or _account(user) for user, member in rows}
    return found - _otherwise_known_as(claim) if found else found


def _otherwise_known_as(claim: Claim) -> set[str]:
    """A member's own account, or the memberships of an account's own person."""
    if claim.member is None:
        return {member.id_number_index for member in memberships_of(claim.user)}
    account = account_of(claim.member)
    return set() if account is None else {_account(account.pk)}


def _account(user_id: int) -> str:
    return f"account {user_id}"
