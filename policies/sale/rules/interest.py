"""Who may insure whom, who has to agree, and who may be named to receive a death benefit."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

SELF, SPOUSE, CHILD, PARENT, FAMILY = "self", "spouse", "child", "parent", "family"
# Of a group contract: its holder is a company and the insured are the people of its roster.
STAFF = "staff"
EMPLOYEE, OTHER = "employee", "other"
# Insurance Law art. 31 (1), (2): oneself, spouse, children, parents. Their relation is enough.
INSURABLE = (SELF, SPOUSE, CHILD, PARENT)
# Art. 31 (3), (4) and its second paragraph: these need more than the relation.
WITH_EVIDENCE = (FAMILY, EMPLOYEE, OTHER)
BENEFICIARIES = (SPOUSE, CHILD, PARENT, FAMILY)
ADULT_AGE = 18
MOST_NAMED = 3
WHOLE = Decimal(100)


class Ground(StrEnum):
    """What the interest of the policyholder in the insured rests on."""

    ONESELF = "oneself"
    NEAREST = "nearest"
    SUPPORT = "support"
    EMPLOYMENT = "employment"
    CONSENT = "consent"


class NoInterest(ValueError):
    """This person may not be insured by that one. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the policyholder told about the insured; the gates weigh nothing else.

    `is_supported`: one of two relatives maintains, raises or supports the other. `has_agreed`: the insured agrees that
    this policyholder takes out the contract. `agreed_to_sum`: the insured agrees to cover on death and to its sum.
    """

    relationship: str
    insured_age: int
    is_supported: bool = False
    has_agreed: bool = False
    agreed_to_sum: bool = False

    @property
    def is_adult(self) -> bool:
        return self.insured_age >= ADULT_AGE


def ground_of_interest(evidence: Evidence) -> Ground:
    """Why the policyholder may insure this person (Insurance Law art. 31).

    Raises:
        NoInterest: `support`, `agreement` or `guardian`: what is missing; `relationship` when none was told.
    """
    relationship = evidence.relationship
    if relationship == SELF:
        return Ground.ONESELF
    if relationship in INSURABLE:
        return Ground.NEAREST
    if relationship == FAMILY and evidence.is_supported:
        return Ground.SUPPORT
    if relationship in {STAFF, EMPLOYEE}:
        return Ground.EMPLOYMENT
    if relationship not in WITH_EVIDENCE:
        raise NoInterest("relationship")
    # Civil Code arts. 19, 20: a minor does not agree alone, so the guardian takes out the cover.
    if not evidence.is_adult:
        raise NoInterest("guardian")
    if evidence.has_agreed:
        return Ground.CONSENT
    raise NoInterest("support" if relationship == FAMILY else "agreement")


def check_nearest(relationship: str) -> None:
    """Raises `NoInterest`: not oneself, spouse, child or parent; a product that takes no evidence asks for none."""
    if relationship not in INSURABLE:
        raise NoInterest("relationship")


def check_minor(evidence: Evidence) -> None:
    """Raises `NoInterest`: death cover on a minor by somebody but a parent (Insurance Law art. 33)."""
    if not evidence.is_adult and evidence.relationship != CHILD:
        raise NoInterest("minor")


def check_death_consent(evidence: Evidence) -> None:
    """Raises `NoInterest`: cover on the death of somebody who has not agreed to it and its sum (Insurance Law art. 34).

    Oneself agrees by applying; parents insure their minor children without it.
    """
    is_own_minor = evidence.relationship == CHILD and not evidence.is_adult
    if evidence.relationship != SELF and not is_own_minor and not evidence.agreed_to_sum:
        raise NoInterest("death_consent")


def check_shares(shares: Sequence[Decimal]) -> None:
    """Raises `ValueError`: the shares of the persons named do not make a whole."""
    if not shares or any(share <= 0 for share in shares) or sum(shares) != WHOLE:
        raise ValueError("Shares sum to 100 per cent.")
