"""A loading on a premium, rounded once."""

from decimal import ROUND_HALF_UP, Decimal

from insureweb.kernel.money import Money

LARGEST_LOADING = Decimal(300)
HUNDRED = Decimal(100)


def loaded_premium(total: Money, percent: Decimal, tax: Money | None = None) -> Money:
    """What is to be paid with a loading of `percent`; rounded half up to the cent, at this point only.

    A tax within the total is collected for the state and carries no loading.

    Raises:
        ValueError: the loading is negative or above 300 per cent.
    """
    if not 0 <= percent <= LARGEST_LOADING:
        raise ValueError("A loading is between 0 and 300 per cent.")
    untaxed = total - tax if tax else total
    loaded = (untaxed * ((HUNDRED + percent) / HUNDRED)).quantise(ROUND_HALF_UP)
    return loaded + tax if tax else loaded
