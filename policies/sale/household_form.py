"""The list of a household's people as typed: a row a person, the plan and the sums once. Nothing typed is lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from insureweb.kernel.periods import age_on, business_date
from policies.contract.rules.period import first_day_of_cover
from policies.offers.rules.household import FEWEST_PEOPLE, MOST_PEOPLE, RELATIONSHIPS
from policies.offers.selectors import MemberPrice, price_in_household
from policies.offers.services import HouseholdMember
from policies.sale.relationships import Relationship
from policies.sale.rules.interest import ADULT_AGE, CHILD, SELF, SPOUSE
from products.compiled import CompiledProduct
from products.rules.definition import Input
from products.rules.facts import MAX_RAW_LENGTH, FactsInvalid, Wrong, read_day
from products.rules.rating import NotPriceable

RELATIONSHIP, PLAN, COUNT = "relationship", "plan", "people"
# Day, month and year of birth: what a tariff calls age follows from them and is never typed.
BORN = tuple(f"born_{part}" for part in range(3))
WRONG_AGE = _("On the first day of cover this person is %(age)s. This product is for ages %(lowest)s to %(highest)s.")
# Sums are chosen once for everybody; what else a tariff asks is asked of each person.
SHARED_TYPES = ("money", "decimal")


class HouseholdInvalid(Exception):
    """`errors` maps each field of the page to the words for the reader."""

    def __init__(self, errors: Mapping[str, Any]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Cell:
    """One field as the page shows it; `options` is empty for a box to type in. `date` has three boxes and values."""

    name: str
    label: Any
    value: Any
    error: Any
    options: list[tuple[str, Any]]
    hint: Any = ""
    unit: Any = ""
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class PricedPerson:
    """A row with its price."""

    number: int
    relationship: str
    price: MemberPrice


class HouseholdForm:
    """Reads the page's fields and can add or remove a row.

    `known` are facts of the same product from the calculator or the needs check: sums and plan are everybody's, the
    rest is the first person's.
    """

    def __init__(
        self, product: CompiledProduct, raw: Mapping[str, Any], known: Mapping[str, Any], *, at: datetime
    ) -> None:
        asked = product.definition.asked_inputs
        self.product, self.at = product, at
        self.personal = tuple(item for item in asked if item.type not in SHARED_TYPES)
        self.shared = tuple(item for item in asked if item.type in SHARED_TYPES)
        self.plan = _text(raw or known, PLAN) or product.definition.shop.default_plan
        self.sums = {item.key: _text(raw or known, item.key) for item in self.shared}
        self.own = [item.key for item in self.personal if item.person != "age"]
        keys = (RELATIONSHIP, *(BORN if self.age else ()), *self.own)
        self.rows = [{key: _text(raw, _name(number, key)) for key in keys} for number in range(1, _people(raw) + 1)]
        if not raw:
            self.rows[0][RELATIONSHIP], self.rows[1][RELATIONSHIP] = SELF, SPOUSE
            self.rows[0] |= {key: _text(known, key) for key in self.own}

    @property
    def age(self) -> Input | None:
        """The input that is the age of the insured."""
        return next((item for item in self.personal if item.person == "age"), None)

    def add(self) -> None:
        if len(self.rows) < MOST_PEOPLE:
            self.rows.append(dict.fromkeys(self.rows[0], ""))

    def remove(self, number: str) -> None:
        """Nothing happens where that row is not there, or a household would be one person."""
        if number in {str(row) for row in range(1, len(self.rows) + 1)} and len(self.rows) > FEWEST_PEOPLE:
            del self.rows[int(number) - 1]

    def members(self) -> list[HouseholdMember]:
        """The people as the service wants them."""
        return [
            HouseholdMember(row[RELATIONSHIP], self.sums | {key: row[key] for key in self.own} | self._age_told(row))
            for row in self.rows
        ]

    def _age_told(self, row: Mapping[str, str]) -> dict[str, str]:
        """The age on the first day of cover as a fact; the empty text while there is no date of birth."""
        if self.age is None:
            return {}
        born = _born(row)
        return {self.age.key: str(age_on(born, first_day_of_cover(self.at))) if born else ""}

    def priced(self) -> list[PricedPerson]:
        """Every person's price in one order of them all.

        Raises:
            HouseholdInvalid: naming every field that is wrong, all rows together.
        """
        errors: dict[str, Any] = {}
        people = []
        for number, member in enumerate(self.members(), start=1):
            errors |= self._relationship_errors(number)
            try:
                price = price_in_household(self.product, member.raw_facts, self.plan, len(self.rows))
            except FactsInvalid as invalid:
                errors |= {self._field(number, key): words for key, words in invalid.messages.items()}
            except NotPriceable:
                errors[_name(number, RELATIONSHIP)] = _("There is no price for these answers. Please check them.")
            else:
                errors |= self._minor_errors(number, member)
                people.append(PricedPerson(number, member.relationship, price))
            errors |= self._birth_errors(number)
        if errors:
            raise HouseholdInvalid(errors)
        return people

    def _relationship_errors(self, number: int) -> dict[str, Any]:
        told = [row[RELATIONSHIP] for row in self.rows]
        relationship, before = told[number - 1], told[: number - 1]
        if relationship not in RELATIONSHIPS:
            return {_name(number, RELATIONSHIP): _("Choose what this person is to you.")}
        if relationship in {SELF, SPOUSE} and relationship in before:
            return {_name(number, RELATIONSHIP): _("This can be one person only.")}
        return {}

    def _birth_errors(self, number: int) -> dict[str, Any]:
        """What is wrong with the date, or with the age it gives."""
        if self.age is None:
            return {}
        row, name = self.rows[number - 1], _name(number, "born")
        born = _born(row)
        if born is None or born > business_date(self.at):
            return {name: _("Enter the date of birth, for example 31 8 1982.")}
        age = age_on(born, first_day_of_cover(self.at))
        lowest, highest = self.product.definition.entry_age or (self.age.minimum, self.age.maximum)
        if (lowest is not None and age < lowest) or (highest is not None and age > highest):
            return {name: WRONG_AGE % {"age": age, "lowest": lowest, "highest": highest}}
        return {}

    def _minor_errors(self, number: int, member: HouseholdMember) -> dict[str, Any]:
        """Who buys is an adult, and so is whoever they are married to or descend from."""
        item = self.age
        if item is None or member.relationship == CHILD:
            return {}
        age = self.product.read_facts(member.raw_facts, self.plan)[item.key]
        if isinstance(age, int) and age < ADULT_AGE:
            return {_name(number, "born"): _("Somebody under 18 is entered as your child.")}
        return {}

    def _field(self, number: int, key: str) -> str:
        if self.age and key == self.age.key:
            return _name(number, "born")
        return _name(number, key) if key in self.rows[0] else key

    # --- for the page ---

    def shown_rows(self, errors: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Each row's number, its error where one is, and its cells."""
        rows = []
        for number, row in enumerate(self.rows, start=1):
            name = _name(number, RELATIONSHIP)
            choices = [("", _("Please choose")), *((key, Relationship(key).label) for key in RELATIONSHIPS)]
            first = Cell(name, _("Who is it"), row[RELATIONSHIP], errors.get(name, ""), choices)
            # The first row explains what is asked; the others need not say it again.
            cells = [
                _cell(item, _name(number, item.key), row[item.key], errors, number == 1)
                for item in self.personal
                if item.key in self.own
            ]
            born = _name(number, "born")
            if self.age:
                values = [row[part] for part in BORN]
                cells.insert(0, Cell(born, _("Date of birth"), values, errors.get(born, ""), [], is_date=True))
            rows.append({"number": number, "cells": [first, *cells]})
        return rows

    def shown_sums(self, errors: Mapping[str, Any]) -> list[Cell]:
        """The plan where there are several, and the sums."""
        plans = [(plan.key, plan.name) for plan in self.product.plans]
        cells = [Cell(PLAN, _("Plan"), self.plan, errors.get(PLAN, ""), plans)] if len(plans) > 1 else []
        return cells + [_cell(item, item.key, self.sums[item.key], errors, True) for item in self.shared]


def _cell(item: Input, name: str, value: str, errors: Mapping[str, Any], hint: bool) -> Cell:
    options: list[tuple[str, Any]] = [(option.text, option.label) for option in item.options]
    if item.type == "boolean":
        options = [("yes", _("Yes")), ("no", _("No"))]
    if options:
        options.insert(0, ("", _("Please choose")))
    return Cell(name, item.label, value, errors.get(name, ""), options, (hint and item.hint) or "", item.unit or "")


def _born(row: Mapping[str, str]) -> date | None:
    day, month, year = (row[part].strip() for part in BORN)
    try:
        return read_day(f"{year:0>4}-{month:0>2}-{day:0>2}")
    except Wrong:
        return None


def _name(number: int, key: str) -> str:
    return f"p{number}_{key}"


def _text(raw: Mapping[str, Any], name: str) -> str:
    return str(raw.get(name, ""))[: MAX_RAW_LENGTH + 1]


def _people(raw: Mapping[str, Any]) -> int:
    """How many rows came in; never fewer or more than a household has."""
    told = _text(raw, COUNT)
    number = int(told) if told.isascii() and told.isdigit() and len(told) < 3 else FEWEST_PEOPLE
    return min(max(number, FEWEST_PEOPLE), MOST_PEOPLE)


def first_control(name: str) -> str:
    """The id of a field's first control, for the error summary."""
    return f"id_{name}_0" if name.endswith("_born") else f"id_{name}"
