"""What an invented person tells when buying: facts for the price, and answers to the questions of the application."""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from insureweb.kernel.periods import age_on, business_date
from insureweb.ops.portfolio.people import Person, parts
from policies.contract.rules.period import first_day_of_cover
from products.compiled import CompiledProduct
from products.rules.answers import read_answers
from products.rules.definition import Definition, Input
from products.rules.identifiers import VIN_CHECK_PLACE, vin_check_digit
from products.rules.questions import Question

# Questions to which people say yes when nothing is wrong.
USUALLY_YES = frozenset({"leaves_tomorrow"})
# Height and weight within which nobody is loaded or referred for them, whatever the dice say.
BUILD = {"height": (162, 172), "weight": (56, 72)}
VIN_SIGNS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


@dataclass(frozen=True)
class Teller:
    """A person with dice of their own for one purchase, and the car and home that are always theirs."""

    person: Person
    at: datetime
    dice: random.Random

    @classmethod
    def of(cls, person: Person, product_code: str, at: datetime) -> "Teller":
        # The same person buying the same on the same day tells the same, whoever carries it out.
        seed = f"{person.id_number}-{product_code}-{business_date(at)}"
        return cls(person, at, random.Random(seed))  # noqa: S311

    @property
    def own(self) -> random.Random:
        """Dice that fall the same in every purchase of this person."""
        return random.Random(self.person.id_number)  # noqa: S311

    @property
    def age(self) -> int:
        return age_on(self.person.birth_date, first_day_of_cover(self.at))

    @property
    def vehicle_age(self) -> int:
        return self.own.randrange(10)

    def usual(self) -> dict[str, object]:
        """What comes from the person, by the name of an input."""
        return {
            "age": self.age,
            "sex": "male" if int(self.person.id_number[16]) % 2 else "female",
            "occupation_class": self.person.occupation_class,
            "driver_age": min(max(self.age, 18), 80),
            "vehicle_age": self.vehicle_age,
            "days": self.dice.randint(2, 12),
            "structure": self.own.choice(("reinforced", "reinforced", "brick")),
        }

    def plate(self) -> str:
        signs = self.own
        return signs.choice(parts()["plates"]) + "".join(signs.choice("ABCDEFGHJK0123456789") for _ in range(4)) + "8"

    def vin(self) -> str:
        signs = self.own
        body = ["L", *(signs.choice(VIN_SIGNS) for _ in range(16))]
        body[VIN_CHECK_PLACE] = "0"
        body[VIN_CHECK_PLACE] = vin_check_digit("".join(body))
        return "".join(body)

    def address(self) -> str:
        words, place = self.own, parts()
        floor, flat = words.randint(1, 28), words.randint(1, 4)
        return f"{words.choice(place['streets'])}{words.randint(1, 400)}-{words.randint(1, 20)}-{floor}{flat:02d}"

    def registered(self) -> date:
        """When the car of that age was first registered."""
        return business_date(self.at) - timedelta(days=365 * self.vehicle_age + self.own.randrange(60, 300))


def facts_for(product: CompiledProduct, plan: str, person: Person, at: datetime) -> dict[str, str]:
    """What this person would enter; what the plan sets is left to the plan."""
    definition = product.definition
    usual = Teller.of(person, definition.code, at).usual()
    sets = definition.plans_by_key[plan].sets
    return {item.key: str(_entered(item, usual)) for item in definition.asked_inputs if item.key not in sets}


def _entered(item: Input, usual: Mapping[str, object]) -> object:
    value = usual.get(item.person or item.key, item.example)
    allowed = {option.text for option in item.options}
    if value is None or (allowed and str(value) not in allowed):
        return item.example if item.example is not None else item.options[0].value
    return value


def may_declare(definition: Definition) -> str:
    """A health question a person may answer with yes without being asked for more; empty when there is none."""
    leading = {condition.key for question in definition.questions for condition in question.when}
    keys = [
        question.key
        for question in definition.health_questions
        if question.type == "boolean" and not question.when and question.key not in leading
    ]
    return keys[-1] if keys else ""


def answers_to(
    questions: Iterable[Question], teller: Teller, facts: Mapping[str, Any], said: Mapping[str, Any]
) -> dict[str, Any]:
    """An answer to every question asked of this person; `said` comes first.

    Raises:
        FactsInvalid: an invented answer is not one the question takes.
    """
    asked = tuple(questions)
    raw = {question.key: said.get(question.key, _told(question, teller)) for question in asked}
    return read_answers(asked, raw, today=business_date(teller.at), facts=facts)


def _told(question: Question, teller: Teller) -> Any:
    return _BY_TYPE[question.type](question, teller)


def _number(question: Question, teller: Teller) -> str:
    """The least that is allowed; years behind the wheel follow from the age."""
    if question.key == "licence_years":
        return str(max(teller.age - 22, 1))
    if question.key in BUILD:
        return str(teller.own.randint(*BUILD[question.key]))
    return str(question.minimum or 0)


def _date(question: Question, teller: Teller) -> str:
    return (teller.registered() if question.key == "first_registered" else business_date(teller.at)).isoformat()


def _text(question: Question, teller: Teller) -> str:
    if question.key == "destination":
        return teller.dice.choice(parts()["places"])
    return "-" if question.key != "engine_number" else f"{teller.own.randrange(10**6):06d}"


def _roster(question: Question, teller: Teller) -> list[dict[str, Any]]:
    return [{column.key: _told(column, teller) for column in question.columns}]


_BY_TYPE: dict[str, Callable[[Question, Teller], Any]] = {
    "boolean": lambda question, _teller: question.key in USUALLY_YES,
    "choice": lambda question, _teller: question.options[0].text,
    "text": _text,
    "integer": _number,
    "decimal": _number,
    "money": _number,
    "date": _date,
    "resident_id": lambda _question, teller: teller.person.id_number,
    "company_code": lambda _question, _teller: "",
    "plate": lambda _question, teller: teller.plate(),
    "vin": lambda _question, teller: teller.vin(),
    "address": lambda _question, teller: teller.address(),
    "roster": _roster,
}


def buys_it(definition: Definition) -> bool:
    """Whether a person buys this for themselves: not what is for companies alone."""
    return set(definition.audience) != {"company"}
