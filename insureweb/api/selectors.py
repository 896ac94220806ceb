"""What a partner may read: its own quotes, and the policies they became."""

from django.db.models import QuerySet

from insureweb.api.models import PartnerKey, PartnerQuote
from insureweb.kernel.numbers import is_well_formed
from policies.contract.models import Policy


def partner_quotes(key: PartnerKey) -> QuerySet[PartnerQuote]:
    """Quotes of this partner in the key's own world: live or sandbox."""
    own = PartnerQuote.objects.filter(partner=key.partner, is_sandbox=key.is_sandbox)
    return own.select_related("quote__product_version__product")


def partner_quote(key: PartnerKey, number: str) -> PartnerQuote:
    """Raises `PartnerQuote.DoesNotExist`: there is none, or it is somebody else's; the two cannot be told apart."""
    if not is_well_formed(number):
        raise PartnerQuote.DoesNotExist
    return partner_quotes(key).get(quote__no=number)


def policy_from(quote: PartnerQuote) -> Policy | None:
    """The policy a quote became; also by way of a quote priced again from it."""
    policies = Policy.objects.select_related("product_version__product", "insurer", "quote")
    own = policies.filter(quote=quote.quote).first()
    return own or policies.filter(quote__based_on=quote.quote).order_by("-id").first()


def policy_of_parcel(key: PartnerKey, number: str) -> Policy:
    """A policy for which this partner may tell a delivery: any for a courier, otherwise one that it sold.

    Raises:
        Policy.DoesNotExist: there is none, or it is not this partner's.
    """
    if not key.partner.is_courier or key.is_sandbox or not is_well_formed(number):
        return partner_policy(key, number)
    return Policy.objects.select_related("product_version__product", "insurer").get(no=number)


def partner_policy(key: PartnerKey, number: str) -> Policy:
    """A policy that came of a quote of this partner.

    Raises:
        Policy.DoesNotExist: there is none, or it did not come of this partner's quotes.
    """
    if not is_well_formed(number):
        raise Policy.DoesNotExist
    policy = Policy.objects.select_related("product_version__product", "insurer", "quote").get(no=number)
    sources = [number for number in (policy.quote_id, policy.quote.based_on_id) if number is not None]
    if not partner_quotes(key).filter(quote_id__in=sources).exists():
        raise Policy.DoesNotExist
    return policy
