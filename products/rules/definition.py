"""The parsed definition of a product version: frozen data, no behaviour beyond look-ups by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from insureweb.kernel.localized import Localized
from products.rules.decisions import DecisionTable
from products.rules.derived import Derived
from products.rules.figures import FactValue, Operand
from products.rules.questions import Option, Question
from products.rules.rating_plan import RatingPlan
from products.rules.regions import ALL_REGIONS, covers
from products.rules.terms import Terms
from products.rules.wording import Wording

INPUT_TYPES = ("integer", "decimal", "money", "choice", "boolean", "date")
BENEFIT_KINDS = ("lump_sum", "daily_cash", "reimbursement", "indemnity")
AUDIENCES = ("self", "parents", "children", "family", "home", "company")
LIMIT_UNITS = ("stay", "day", "item", "year")
MINOR_DEATH_CAP, INSURABLE_INTEREST, DEATH_COVER_CONSENT = (
    "minor_death_cap",
    "insurable_interest",
    "consent_to_death_cover",
)
GATES = (MINOR_DEATH_CAP, INSURABLE_INTEREST, DEATH_COVER_CONSENT)
# The answer and the consent the gates look at.
DECLARED_ELSEWHERE, DEATH_CONSENT = "death_cover_elsewhere", "death_cover"
ADULT_AGE = 18
RATE_BASES = ("published", "illustrative")
# How many of a household stand in one order: the platform counts them, nobody is asked.
TOGETHER = "together"
PERSON_FACTS = ("age", "sex", TOGETHER)
INSURED_KINDS = ("person", "property")
PICTURES = (
    "life", "health", "illness", "accident", "bedside", "travel", "group", "motor", "home", "neighbour", "enterprise",
    "credit", "shopping", "digital",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """A fact the price depends on.

    `person` names the fact of the insured person (age, sex) it must agree with once that person is known, or the
    number of people insured together, which is 1 until an order is made;
    `plan_only` inputs come from the plan and are never asked; `example` is what the calculator starts with.
    """

    key: str
    type: str
    label: Localized
    hint: Localized | None
    unit: Localized | None
    options: tuple[Option, ...]
    minimum: Decimal | None
    maximum: Decimal | None
    multiple_of: Decimal | None
    example: FactValue | None
    person: str
    plan_only: bool

    def option(self, value: FactValue) -> Option | None:
        return next((option for option in self.options if option.value == value), None)


@dataclass(frozen=True, slots=True)
class Plan:
    """A named set of values for inputs; what it does not set, the customer chooses."""

    key: str
    name: Localized
    summary: Localized | None
    sets: Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class InsuredEvent:
    """What sets a coverage off: its cause, its own waiting period, its clause."""

    key: str
    name: Localized
    cause: str
    waiting_days: int
    clause: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A kind of paper a claim needs."""

    key: str
    label: Localized
    hint: Localized | None


@dataclass(frozen=True, slots=True)
class SubLimit:
    """The most a part of a coverage pays: for each stay, day or item, or in a policy year."""

    key: str
    name: Localized
    limit: Operand
    per: str


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """What a claim under a coverage must meet; 0 means no such rule.

    `max_claims` over the life of the contract, `max_claims_year` in a policy year, `survival_days` the insured must
    live on after the event, `report_within_days` in which it is to be told, `minimum_days` a stay or delay must last.
    """

    max_claims: int = 0
    max_claims_year: int = 0
    survival_days: int = 0
    report_within_days: int = 0
    minimum_days: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is insured: kind of benefit, figures, events, evidence.

    `limit` is the most this coverage ever pays; `daily_amount` counts for daily_cash; `deductible` (an amount an
    occurrence), `deductible_days` (days of each stay not paid) and `pays_percent` reduce a claim.
    """

    key: str
    name: Localized
    kind: str
    how: Localized
    clause: str
    limit: Operand | None
    daily_amount: Operand | None
    deductible: Operand | None
    deductible_days: int
    max_days: int
    max_days_year: int
    pays_percent: Operand
    ends_contract: bool
    events: tuple[InsuredEvent, ...]
    evidence: tuple[Evidence, ...]
    sub_limits: tuple[SubLimit, ...] = ()
    exclusions: tuple[str, ...] = ()
    claim_rules: ClaimRules = ClaimRules()

    @property
    def waiting_days(self) -> int:
        """The longest waiting period of its events."""
        return max((event.waiting_days for event in self.events), default=0)

    def waiting_days_for(self, cause: str) -> int:
        """The waiting period of one cause; the longest one for a cause not named."""
        days = [event.waiting_days for event in self.events if event.cause == cause]
        return max(days) if days else self.waiting_days

    @property
    def causes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(event.cause for event in self.events))


@dataclass(frozen=True, slots=True)
class Statement:
    """One plain sentence of what is or is not covered, with its clause."""

    text: Localized
    clause: str


@dataclass(frozen=True, slots=True)
class Consent:
    """A statement the buyer agrees to, separately and unticked; `wording` names the document it is about."""

    key: str
    version: str
    text: Localized
    wording: str


@dataclass(frozen=True, slots=True)
class Filing:
    """What the regulator was told: number and date, and the actuary who signed; no name means not signed yet."""

    number: str
    date: dt.date
    actuary: str
    signed_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Sale:
    """When, where, through which channels and how often this version may be sold; a quota of 0 means no end.

    `switched_off`: once first published the product waits, until somebody switches its sale on.
    """

    starts_on: dt.date
    ends_on: dt.date | None
    regions: tuple[str, ...]
    channels: tuple[str, ...]
    quota: int = 0
    switched_off: bool = False

    def sold_in(self, region: str) -> bool:
        """Whether it is sold in a region; where no region is known ("all"), somewhere is enough."""
        return region == ALL_REGIONS or covers(self.regions, region)

    def open_on(self, day: dt.date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


@dataclass(frozen=True, slots=True)
class Shop:
    """How the shop presents it: one line, who it is for, the lowest usual price and whose it is."""

    promise: Localized
    covered_line: Localized
    not_covered_line: Localized
    from_plan: str
    from_facts: Mapping[str, FactValue]
    from_words: Localized
    default_plan: str
    picture: str
    order: int


@dataclass(frozen=True, slots=True)
class Basis:
    """Where the rates come from: a published tariff with its source, or our own, marked illustrative."""

    kind: str
    source: Localized


@dataclass(frozen=True, slots=True)
class DisclosurePoint:
    """One point of the public disclosure page, beside what the page takes from the file itself."""

    title: Localized
    text: Localized


@dataclass(frozen=True, slots=True)
class TestVector:
    """Facts and the answer the version must give: a price, an underwriting decision, or a claim decision."""

    __test__ = False

    name: Localized
    plan: str
    facts: Mapping[str, str]
    total: Decimal | None
    lines: Mapping[str, Decimal]
    underwriting: Mapping[str, str]
    underwriting_outcome: str
    claim: Mapping[str, str]
    claim_outcome: str
    rules: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Definition:
    """Everything a product version says. `tree` is the plain text it was read from; its hash names the version."""

    code: str
    version: str
    insurer: str
    category: str
    insured: str
    name: Localized
    kind: Localized
    audience: tuple[str, ...]
    basis: Basis
    filing: Filing | None
    sale: Sale
    shop: Shop
    terms: Terms
    entry_age: tuple[int, int] | None
    inputs: tuple[Input, ...]
    plans: tuple[Plan, ...]
    coverages: tuple[Coverage, ...]
    covered: tuple[Statement, ...]
    not_covered: tuple[Statement, ...]
    questions: tuple[Question, ...]
    suitability: tuple[Question, ...]
    consents: tuple[Consent, ...]
    wordings: tuple[Wording, ...]
    rating: RatingPlan
    tables: Mapping[str, DecisionTable]
    vectors: tuple[TestVector, ...]
    content_hash: str
    gates: tuple[str, ...] = ()
    disclosure: tuple[DisclosurePoint, ...] = ()
    derived: tuple[Derived, ...] = ()

    @cached_property
    def inputs_by_key(self) -> Mapping[str, Input]:
        return {item.key: item for item in self.inputs}

    @cached_property
    def plans_by_key(self) -> Mapping[str, Plan]:
        return {item.key: item for item in self.plans}

    @cached_property
    def coverages_by_key(self) -> Mapping[str, Coverage]:
        return {item.key: item for item in self.coverages}

    @property
    def asked_inputs(self) -> tuple[Input, ...]:
        """Inputs a customer may choose; the rest comes from the plan or is counted."""
        return tuple(item for item in self.inputs if not item.plan_only and item.person != TOGETHER)

    @cached_property
    def counted_input(self) -> Input | None:
        """The number of people insured together, when the tariff knows it."""
        return next((item for item in self.inputs if item.person == TOGETHER), None)

    @property
    def pays_on_death(self) -> bool:
        """True when a coverage of a person pays a lump sum that ends the contract."""
        return self.insured == "person" and any(
            coverage.kind == "lump_sum" and coverage.ends_contract for coverage in self.coverages
        )

    @property
    def insures_minors(self) -> bool:
        """True when somebody below 18 may be insured."""
        if self.entry_age is not None:
            return self.entry_age[0] < ADULT_AGE
        ages = [item for item in self.inputs if item.person == "age"]
        return any(item.minimum is not None and item.minimum < ADULT_AGE for item in ages)

    @property
    def health_questions(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.group == "health")

    @property
    def detail_questions(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.group == "details")
