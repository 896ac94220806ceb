"""Finding the claim a page is about."""

from django.http import Http404, HttpRequest

from claims.models import Claim
from claims.selectors.customer import claim_for
from customers.models import User


def person_at(request: HttpRequest) -> User:
    """The signed-in account; the pages of claims have no other visitors."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def own_claim(request: HttpRequest, claim_no: str) -> Claim:
    """The signed-in person's claim. Somebody else's answers exactly like one that does not exist."""
    try:
        return claim_for(person_at(request), claim_no)
    except (Claim.DoesNotExist, ValueError):
        raise Http404 from None
