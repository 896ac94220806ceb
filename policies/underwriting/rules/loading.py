"""A loading on a premium, rounded once."""

from decimal import ROUND_HALF_UP, Decimal

from insureweb.kernel.money import Money

LARGEST_LOADING = Decimal(300)
HUNDRED = Decimal(100)


def loaded_premium(premium: Money, percent: Decimal) -> Money:
    """The premium with a loading of `percent`; rounded half up to the cent, at this point only.

    Raises:
        ValueError: the loading is negative or above 300 per cent.
    """
    if not 0 <= percent <= LARGEST_LOADING:
        raise ValueError("A loading is between 0 and 300 per cent.")
    return (premium * ((HUNDRED + percent) / HUNDRED)).quantise(ROUND_HALF_UP)
