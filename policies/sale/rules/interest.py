"""Who may insure whom, and who may be named to receive a death benefit."""

from collections.abc import Sequence
from decimal import Decimal

SELF, SPOUSE, CHILD, PARENT, FAMILY = "self", "spouse", "child", "parent", "family"
# Art. 31: an employer may insure its workers; art. 39: nobody but the worker and close family may then be paid.
STAFF = "staff"
# Insurance Law art. 31: oneself, spouse, children, parents. Anybody else needs proof or consent and is not sold online.
INSURABLE = (SELF, SPOUSE, CHILD, PARENT)
BENEFICIARIES = (SPOUSE, CHILD, PARENT, FAMILY)
ADULT_AGE = 18
MOST_NAMED = 3
WHOLE = Decimal(100)


class NoInterest(ValueError):
    """This person may not be insured by that one. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_interest(relationship: str, *, insured_age: int, pays_on_death: bool) -> None:
    """Raises `NoInterest`: no relationship the law accepts, or death cover on a minor by somebody but a parent."""
    if relationship not in INSURABLE:
        raise NoInterest("relationship")
    # Art. 33: nobody but the parents may take out death cover on a minor.
    if pays_on_death and insured_age < ADULT_AGE and relationship != CHILD:
        raise NoInterest("minor")


def check_shares(shares: Sequence[Decimal]) -> None:
    """Raises `ValueError`: the shares of the persons named do not make a whole."""
    if not shares or any(share <= 0 for share in shares) or sum(shares) != WHOLE:
        raise ValueError("Shares sum to 100 per cent.")
