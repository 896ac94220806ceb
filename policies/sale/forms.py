"""Untrusted answers in, typed answers out. One reader a step; each names every field that is wrong."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers import refusals
from customers.models import Party
from customers.rules import details
from insureweb.kernel.checks import Refused
from policies.sale.rules.interest import BENEFICIARIES, INSURABLE, MOST_NAMED, SELF, WITH_EVIDENCE, check_shares
from products.compiled import CompiledProduct
from products.rules.answers import read_answers
from products.rules.definition import Definition, Question
from products.rules.facts import FactsInvalid
from products.rules.questions import asked_of
from products.rules.regions import ALL_REGIONS

QUESTION_PREFIX = "q_"
CONSENT_PREFIX = "consent_"
YES, NO, NONE, SOME, OTHER, STATUTORY, NAMED = "yes", "no", "none", "some", "other", "statutory", "named"
Raw = Mapping[str, Any]


class AnswersInvalid(Exception):
    """Answers that cannot be taken. `errors` maps each field to the words for the reader."""

    def __init__(self, errors: Mapping[str, Any]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Person:
    """A person as typed, each part in its one spelling."""

    name: str
    id_number: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class InsuredAnswer:
    """Who is insured: the policyholder, a known person, or somebody new. `holder` is set while unknown to us,
    `own` is the account's own person once known. `is_supported` and `has_agreed` are the evidence of the policyholder's
    interest where the relation alone is not enough.
    """

    relationship: str
    holder: Person | None = None
    own: Party | None = None
    known: Party | None = None
    insured: Person | None = None
    region: str = ALL_REGIONS
    is_supported: bool = False
    has_agreed: bool = False


@dataclass(frozen=True, slots=True)
class CompanyAnswer:
    """The company that insures its staff, and whom we reach there."""

    name: str
    company_code: str
    contact: str
    phone: str
    region: str = ALL_REGIONS


@dataclass(frozen=True, slots=True)
class NamedPerson:
    person: Person
    relationship: str
    share_percent: Decimal


@dataclass(frozen=True, slots=True)
class BeneficiaryAnswer:
    """`named` is empty for the heirs by law. `people` is None while the names are still to come."""

    kind: str
    people: tuple[NamedPerson, ...] | None = None


@dataclass(frozen=True, slots=True)
class HealthAnswer:
    """`questions` is None while "yes to something" still has to be told question by question."""

    kind: str
    questions: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class OneAnswer:
    """The answer to one question of a group that is asked question by question."""

    group: str
    key: str
    value: Any


@dataclass(frozen=True, slots=True)
class Answers:
    """Any part of an application."""

    insured: InsuredAnswer | CompanyAnswer | None = None
    health: HealthAnswer | None = None
    details: Mapping[str, Any] | None = None
    suitability: Mapping[str, Any] | None = None
    beneficiary: BeneficiaryAnswer | None = None
    one: OneAnswer | None = None


@dataclass(slots=True)
class Reading:
    """Collects what is wrong while fields are read."""

    raw: Raw
    today: date
    errors: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self.raw.get(name, "")
        return value if isinstance(value, str) else str(value)

    def choice(self, name: str, allowed: Iterable[str], words: Any) -> str:
        value = self.text(name)
        if value not in allowed:
            self.errors[name] = words
        return value

    def tried(self, name: str, read: Callable[[], Any]) -> Any:
        """What `read` gives; a refusal becomes the field's error."""
        try:
            return read()
        except Refused as refusal:
            self.errors[name] = refusal.message
            return ""

    def person(self, prefix: str, *, with_phone: bool) -> Person:
        name = self.detail(f"{prefix}_name", details.read_name)
        id_field = f"{prefix}_id_number"
        number = self.tried(id_field, lambda: refusals.resident_id(self.text(id_field)[:80], today=self.today).number)
        return Person(name, number, self.phone(f"{prefix}_phone") if with_phone else "")

    def detail(self, name: str, read: Callable[[str], str]) -> str:
        found: str = self.tried(name, lambda: refusals.detail(read, self.text(name)[:400]))
        return found

    def phone(self, name: str) -> str:
        phone: str = self.tried(name, lambda: refusals.detail(details.read_phone, self.text(name)[:80]))
        if not phone and name not in self.errors:
            self.errors[name] = _("Enter a phone number, so that we can reach you about this policy.")
        return phone

    def questions(self, questions: Iterable[Question], facts: Mapping[str, Any]) -> dict[str, Any]:
        asked = list(questions)
        raw = {question.key: self.raw_answer(question) for question in asked}
        try:
            return read_answers(asked, raw, today=self.today, facts=facts)
        except FactsInvalid as invalid:
            self.errors |= {QUESTION_PREFIX + key: words for key, words in invalid.messages.items()}
            return {}

    def raw_answer(self, question: Question) -> Any:
        """What came for a question; a date comes in one piece, or as day, month and year."""
        name = QUESTION_PREFIX + question.key
        if question.type != "date" or name in self.raw:
            return self.raw.get(name)
        day, month, year = (self.text(f"{name}_{part}").strip() for part in range(3))
        return f"{year:0>4}-{month:0>2}-{day:0>2}" if day or month or year else ""

    def done(self) -> None:
        if self.errors:
            raise AnswersInvalid(self.errors)


def read_insured(
    raw: Raw,
    *,
    today: date,
    own: Party | None,
    known: Mapping[str, Party],
    insures_people: bool,
    weighs_interest: bool = False,
    regions: Collection[str] = (),
) -> InsuredAnswer:
    """Who takes out the policy and who is insured; where the policyholder lives, when it makes a difference.

    `weighs_interest`: the product's gate takes evidence, so people beyond the nearest may be named.

    Raises:
        AnswersInvalid
    """
    reading = Reading(raw, today)
    region = reading.choice("region", regions, _("Choose where you live.")) if regions else ALL_REGIONS
    answer = _read_people(reading, own, known, insures_people=insures_people, allowed=others_insurable(weighs_interest))
    return replace(answer, region=region)


def others_insurable(weighs_interest: bool) -> list[str]:
    """What somebody else may be to the policyholder."""
    return [one for one in INSURABLE if one != SELF] + (list(WITH_EVIDENCE) if weighs_interest else [])


def _read_people(
    reading: Reading, own: Party | None, known: Mapping[str, Party], *, insures_people: bool, allowed: list[str]
) -> InsuredAnswer:
    holder = None if own else reading.person("holder", with_phone=True)
    if not insures_people:
        reading.done()
        return InsuredAnswer(SELF, holder, own)
    who = reading.choice("insured", {SELF, OTHER, *known}, _("Choose who is to be insured."))
    if who == SELF or "insured" in reading.errors:
        reading.done()
        return InsuredAnswer(SELF, holder, own)
    relationship = reading.choice("relationship", allowed, _("Choose what this person is to you."))
    person = None if who in known else reading.person("insured", with_phone=False)
    reading.done()
    ticked = {name for name in ("insured_supported", "insured_agrees") if reading.text(name) == YES}
    is_weighed = relationship in WITH_EVIDENCE
    return InsuredAnswer(
        relationship,
        holder,
        own,
        known.get(who),
        person,
        is_supported=is_weighed and "insured_supported" in ticked,
        has_agreed=is_weighed and "insured_agrees" in ticked,
    )


def read_company(raw: Raw, *, today: date, regions: Collection[str] = ()) -> CompanyAnswer:
    """The company that takes out a group contract. Raises `AnswersInvalid`."""
    reading = Reading(raw, today)
    region = reading.choice("region", regions, _("Choose where the company is.")) if regions else ALL_REGIONS
    answer = CompanyAnswer(
        name=reading.detail("company_name", details.read_name),
        company_code=reading.detail("company_code", details.read_company_code),
        contact=reading.detail("contact_name", details.read_name),
        phone=reading.phone("contact_phone"),
        region=region,
    )
    reading.done()
    return answer


def read_health(raw: Raw, definition: Definition, *, today: date, facts: Mapping[str, Any]) -> HealthAnswer:
    """The health declaration: no to everything listed, or yes to something, then question by question.

    Raises:
        AnswersInvalid
    """
    reading, asked = Reading(raw, today), definition.health_questions
    prefixed = [QUESTION_PREFIX + question.key in raw for question in asked]
    kind = reading.text("health") or (SOME if any(prefixed) else "")
    if kind not in {NONE, SOME}:
        raise AnswersInvalid({"health": _("Answer for everything in the list: none of it, or at least one.")})
    if kind == NONE:
        return HealthAnswer(NONE, none_of(asked, facts))
    if not any(prefixed):
        return HealthAnswer(SOME)
    answers = reading.questions(asked, facts)
    reading.done()
    return HealthAnswer(SOME, answers)


def none_of(questions: tuple[Question, ...], facts: Mapping[str, Any]) -> dict[str, bool]:
    """No to every yes-or-no question that is asked then."""
    noes = {question.key: False for question in questions if question.type == "boolean"}
    return {question.key: False for question in asked_of(questions, noes, facts) if question.key in noes}


def read_questions(raw: Raw, questions: Iterable[Question], *, today: date, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Details or suitability. Raises `AnswersInvalid`."""
    reading = Reading(raw, today)
    answers = reading.questions(questions, facts)
    reading.done()
    return answers


def read_one(raw: Raw, question: Question, group: str, *, today: date) -> OneAnswer:
    """The answer to one question that is known to be asked. Raises `AnswersInvalid`."""
    reading = Reading(raw, today)
    answers = reading.questions([replace(question, when=())], {})
    reading.done()
    return OneAnswer(group, question.key, answers[question.key])


def read_beneficiary(raw: Raw, *, today: date) -> BeneficiaryAnswer:
    """The heirs by law, or up to three persons with their shares.

    Raises:
        AnswersInvalid
    """
    reading = Reading(raw, today)
    kind = reading.text("beneficiary") or (NAMED if "b1_name" in raw else "")
    if kind not in {STATUTORY, NAMED}:
        raise AnswersInvalid({"beneficiary": _("Choose who receives the money.")})
    if kind == STATUTORY:
        return BeneficiaryAnswer(STATUTORY, ())
    if "b1_name" not in raw:
        return BeneficiaryAnswer(NAMED)
    people = [_named(reading, f"b{index}") for index in _rows_used(reading)]
    reading.done()
    try:
        check_shares([named.share_percent for named in people])
    except ValueError:
        raise AnswersInvalid({"b1_share": _("The shares have to make 100 per cent together.")}) from None
    if len({named.person.id_number for named in people}) < len(people):
        raise AnswersInvalid({"b2_id_number": _("This person is named twice.")})
    return BeneficiaryAnswer(NAMED, tuple(people))


def _rows_used(reading: Reading) -> list[int]:
    """The first row always; another when something stands in its name or number."""
    rows = range(1, MOST_NAMED + 1)
    return [row for row in rows if row == 1 or reading.text(f"b{row}_name") or reading.text(f"b{row}_id_number")]


def _named(reading: Reading, prefix: str) -> NamedPerson:
    person = reading.person(prefix, with_phone=False)
    relationship = reading.choice(
        f"{prefix}_relationship", BENEFICIARIES, _("Choose what this person is to the insured.")
    )
    share = Decimal(0)
    try:
        share = Decimal(reading.text(f"{prefix}_share").strip() or "x")
        if not (0 < share <= 100) or share != share.quantize(Decimal("0.01")):
            raise InvalidOperation
    except InvalidOperation:
        reading.errors[f"{prefix}_share"] = _("Enter a share above 0 and up to 100 per cent, for example 50.")
    return NamedPerson(person, relationship, share)


def read_consents(raw: Raw, product: CompiledProduct) -> tuple[str, ...]:
    """The keys ticked; each one has to be.

    Raises:
        AnswersInvalid
    """
    missing = [consent.key for consent in product.consents if raw.get(CONSENT_PREFIX + consent.key) != YES]
    if missing:
        words = _("Read this statement and tick it. Without it the contract cannot be made.")
        raise AnswersInvalid({CONSENT_PREFIX + key: words for key in missing})
    return tuple(consent.key for consent in product.consents)
