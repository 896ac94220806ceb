"""What must hold before a roster is priced or quoted; pages say the same beside the button."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from insureweb.kernel.checks import Refused
from policies.offers.rosters.models import Roster, RosterOffer
from products.compiled import CompiledProduct
from products.rules.platform_facts import GROUP_SIZE
from products.selectors import version_on_sale


def check_may_be_priced(roster: Roster, product: CompiledProduct) -> None:
    """Raises `Refused` when the roster has fewer people than the product asks for."""
    least = int(product.definition.inputs_by_key[GROUP_SIZE].minimum or 1)
    if roster.members < least:
        words = _("This product needs at least %(least)s people; %(count)s rows are right so far.")
        raise Refused("too_few_members", words % {"least": least, "count": roster.members})


def check_may_be_quoted(roster: Roster, offer: RosterOffer | None, at: datetime) -> None:
    """Raises `Refused` when there is no finished price, or the product is no longer sold in this version."""
    if offer is None or offer.finished_at is None:
        raise Refused("not_priced", _("The roster has not been priced yet."))
    version = version_on_sale(roster.product_version.product.code, at)
    if version.pk != roster.product_version_id:
        raise Refused("version_changed", _("The product has changed since. Upload the roster again for the new terms."))
