"""Row locks in the order of the house: policy, then claim. Claims on one policy are decided one after the other."""

from claims.models import Claim
from policies.contract.models import Policy


def locked_claim(claim_no: str) -> Claim:
    """The claim with its policy, both locked until the transaction ends.

    The policy's lock keeps two claims from using up the same days or the same sum.

    Raises:
        Claim.DoesNotExist: no such number.
    """
    policy_id = Claim.objects.values_list("policy_id", flat=True).get(no=claim_no)
    policy = (
        Policy.objects.select_for_update(of=("self",))
        .select_related("insurer", "product_version", "insured", "holder")
        .get(pk=policy_id)
    )
    claim = (
        Claim.objects.select_for_update(of=("self",))
        .select_related("user", "claimant", "member", "adjuster")
        .get(no=claim_no)
    )
    claim.policy = policy
    return claim
