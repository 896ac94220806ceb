"""Counting what a version with a quota sells, in the transaction in which the contract is made."""

from django.db.models import F

from insureweb.kernel.checks import Refused
from products.compiled import compiled
from products.generation import bump_on_commit
from products.messages import refusal_words
from products.models import ProductVersion, SaleCount


def open_count(version: ProductVersion) -> None:
    """Begin to count a version that is published with a quota. For services that hold the version."""
    quota = compiled(version).definition.sale.quota
    if quota:
        SaleCount.objects.get_or_create(version=version, defaults={"quota": quota})


def count_sale(version: ProductVersion) -> None:
    """Take one policy from the quota. For the service that makes the contract: the count and it live or die together.

    One statement counts and checks, so that two contracts made at once cannot both take the last one; the row stays
    locked until the transaction ends.

    Raises:
        Refused: as many policies as the quota allows were sold.
    """
    if not compiled(version).definition.sale.quota:
        return
    taken = SaleCount.objects.filter(version=version, sold__lt=F("quota")).update(sold=F("sold") + 1)
    if not taken:
        raise Refused("sold_out", refusal_words("sold_out"), "product")
    if SaleCount.objects.filter(version=version, sold=F("quota")).exists():
        # The last one: the shop no longer offers it.
        bump_on_commit()
