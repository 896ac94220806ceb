"""Finding the claim a page is about."""

from django.http import Http404, HttpRequest

from claims.models import Claim
from claims.selectors.customer import claim_for


def own_claim(request: HttpRequest, claim_no: str) -> Claim:
    """The signed-in person's claim. Somebody else's answers exactly like one that does not exist."""
    try:
        return claim_for(request.user, claim_no)  # type: ignore[arg-type]
    except (Claim.DoesNotExist, ValueError):
        raise Http404 from None
