"""What a version must have before it may be sold. Each rule raises, with words for the product manager."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from insureweb.kernel.checks import Refused
from insureweb.kernel.localized import Localized
from products.messages import outcome_words, refusal_words
from products.rules.definition import Definition
from products.rules.document import Node, Tree
from products.rules.fact_domains import domains_of
from products.rules.life.floors import CashValueFloor, falls_below, floor_in_force
from products.rules.rating import Rating
from products.rules.reading.life import contracts_of
from products.rules.regions import covers
from products.rules.table_analysis import examine
from products.rules.vectors import VectorFailed, run_vectors


@dataclass(frozen=True, slots=True)
class CoolingOffFloor:
    """The shortest cooling-off period from a day on, and the article that says so; no channels means all of them."""

    since: dt.date
    categories: tuple[str, ...]
    longer_than_one_year: bool
    days: int
    article: str
    channels: tuple[str, ...] = ()

    def binds(self, definition: Definition, day: dt.date) -> bool:
        """Whether the floor counts for this product on this day."""
        return (
            self.since <= day
            and definition.category in self.categories
            and self.longer_than_one_year == definition.terms.longer_than_one_year
            and (not self.channels or bool(set(self.channels) & set(definition.sale.channels)))
        )


@dataclass(frozen=True, slots=True)
class InterestLimit:
    """The highest pricing interest from a day on, in percent."""

    since: dt.date
    percent: Decimal
    article: str


@dataclass(frozen=True, slots=True)
class Limits:
    """The regulator's dated data a version is held against."""

    cooling_off: tuple[CoolingOffFloor, ...]
    interest: tuple[InterestLimit, ...]
    cash_values: tuple[CashValueFloor, ...] = ()


@dataclass(frozen=True, slots=True)
class Licence:
    """What publishing needs to know about insurer and category."""

    insurer: Localized
    scope: str
    regions: tuple[str, ...]
    category: Localized
    category_scopes: tuple[str, ...]
    category_short_term_scopes: tuple[str, ...]


def read_cooling_off(root: Node) -> tuple[CoolingOffFloor, ...]:
    """The dated rows of products/tables/cooling_off.yaml."""
    floors = []
    for item in root.items():
        fields = item.fields("from categories longer_than_one_year days article", "channels")
        floors.append(
            CoolingOffFloor(
                fields["from"].date(),
                tuple(node.code() for node in fields["categories"].items(at_least=1)),
                fields["longer_than_one_year"].boolean(),
                fields["days"].integer(minimum=0, maximum=365),
                fields["article"].text(),
                tuple(node.text() for node in fields.items_of("channels")),
            )
        )
    return tuple(floors)


def read_interest_limits(root: Node) -> tuple[InterestLimit, ...]:
    """The dated rows of products/tables/pricing_interest.yaml."""
    limits = []
    for item in root.items():
        fields = item.fields("from max_percent article")
        limits.append(InterestLimit(fields["from"].date(), fields["max_percent"].decimal(), fields["article"].text()))
    return tuple(limits)


def publishing_checks(
    definition: Definition,
    licence: Licence,
    limits: Limits,
    day: dt.date,
    unwritten: Mapping[str, int] = MappingProxyType({}),
) -> dict[str, Callable[[], None]]:
    """Everything a version needs to be sold, by name; each check raises Refused with what is missing.

    `unwritten` counts the placeholders that are left, by the part of the file.
    """
    return {
        "written": lambda: check_written(unwritten),
        "filed": lambda: check_filed(definition, day),
        "licence": lambda: check_licence(definition, licence),
        "cooling_off": lambda: check_cooling_off(definition, limits.cooling_off, day),
        "interest": lambda: check_interest(definition, limits.interest, day),
        "cash_values": lambda: check_cash_values(definition, limits.cash_values, day),
        "tables": lambda: check_tables(definition),
        "vectors": lambda: check_vectors(definition),
        "decisions": lambda: check_decisions(definition),
    }


def check_publishable(
    definition: Definition,
    licence: Licence,
    limits: Limits,
    day: dt.date,
    unwritten: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Everything a version needs to be sold.

    Raises:
        Refused: the first thing that is missing.
    """
    for check in publishing_checks(definition, licence, limits, day, unwritten).values():
        check()


def check_written(unwritten: Mapping[str, int]) -> None:
    """Customers read every text, so none may be a placeholder. The refusal's field is the first part that has one."""
    if unwritten:
        words = refusal_words("unwritten", count=sum(unwritten.values()))
        raise Refused("unwritten", words, next(iter(unwritten)))


def unwritten_in(tree: Tree, placeholders: Sequence[str]) -> dict[str, int]:
    """How many texts of each part of a file still hold a placeholder; parts without any are left out."""
    parts = tree.items() if isinstance(tree, dict) else ()
    counts = {key: sum(any(one in text for one in placeholders) for text in _texts_of(part)) for key, part in parts}
    return {key: count for key, count in counts.items() if count}


def _texts_of(tree: Tree) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
        return
    for part in tree.values() if isinstance(tree, dict) else tree:
        yield from _texts_of(part)


def check_filed(definition: Definition, day: dt.date) -> None:
    """Filing number, actuary's signature, neither of them later than the day; registered wording."""
    if definition.filing is None:
        raise Refused("no_filing", refusal_words("no_filing"), "filing")
    if not definition.filing.actuary:
        raise Refused("no_actuary", refusal_words("no_actuary"), "filing")
    if max(definition.filing.date, definition.filing.signed_on or day) > day:
        raise Refused("filed_later", refusal_words("filed_later"), "filing")
    if not any(wording.kind == "terms" for wording in definition.wordings):
        raise Refused("no_wording", refusal_words("no_wording"), "wordings")


def check_licence(definition: Definition, licence: Licence) -> None:
    """The category belongs to the insurer's licence, and the regions too (Insurance Law, art. 95)."""
    allowed = set(licence.category_scopes)
    if not definition.terms.longer_than_one_year:
        allowed |= set(licence.category_short_term_scopes)
    if licence.scope not in allowed:
        words = refusal_words("outside_licence", insurer=licence.insurer, category=licence.category)
        raise Refused("outside_licence", words, "category")
    check_regions(licence, definition.sale.regions)


def check_regions(licence: Licence, regions: Sequence[str]) -> None:
    outside = [code for code in regions if not covers(licence.regions, code)]
    if outside:
        words = refusal_words("outside_regions", insurer=licence.insurer, regions=", ".join(outside))
        raise Refused("outside_regions", words, "sale")


def check_cooling_off(definition: Definition, floors: Iterable[CoolingOffFloor], day: dt.date) -> None:
    """The cooling-off period is not below the floor in force on the day."""
    fitting = [floor for floor in floors if floor.binds(definition, day)]
    if not fitting:
        return
    floor = max(fitting, key=lambda row: row.since)
    if definition.terms.cooling_off_days < floor.days:
        words = refusal_words(
            "cooling_off_too_short", days=definition.terms.cooling_off_days, floor=floor.days, article=floor.article
        )
        raise Refused("cooling_off_too_short", words, "terms")


def check_interest(definition: Definition, limits: Iterable[InterestLimit], day: dt.date) -> None:
    """A life tariff is not priced with more interest than the regulator allows on the day."""
    life = definition.rating.life
    in_force = [limit for limit in limits if limit.since <= day]
    if life is None or not in_force:
        return
    limit, percent = max(in_force, key=lambda row: row.since), life.interest * 100
    if percent > limit.percent:
        words = refusal_words(
            "interest_too_high", percent=f"{percent.normalize():f}", limit=limit.percent, article=limit.article
        )
        raise Refused("interest_too_high", words, "rating")


def check_cash_values(definition: Definition, floors: Iterable[CashValueFloor], day: dt.date) -> None:
    """Life cover of more than a year says what it is worth when it is given up (Insurance Law, art. 47), and that is no
    less than the regulator's floor on the day.
    """
    life = definition.rating.life
    if life is None or not definition.terms.longer_than_one_year:
        return
    if life.cash_value is None:
        raise Refused("no_cash_values", refusal_words("no_cash_values"), "rating")
    floor = floor_in_force(life, floors, day)
    if floor is not None and falls_below(life, floor, contracts_of(definition)):
        raise Refused("cash_value_too_low", refusal_words("cash_value_too_low", article=floor.article), "rating")


def check_tables(definition: Definition) -> None:
    """No two rules of a decision table meet where its hit policy lets only one decide."""
    domains = domains_of(definition)
    for table in definition.tables.values():
        found = examine(table, domains)
        if found.overlaps:
            details = "; ".join(" + ".join(overlap.rules) for overlap in found.overlaps)
            words = refusal_words("unexamined_table", table=table.id, details=details)
            raise Refused("unexamined_table", words, table.id)


def check_vectors(definition: Definition) -> None:
    """The version promises a price, and gives the answers it promises."""
    if all(vector.total is None for vector in definition.vectors):
        raise Refused("no_vectors", refusal_words("no_vectors"), "test_vectors")
    try:
        run_vectors(definition, Rating(definition))
    except VectorFailed as failed:
        raise Refused("vector_failed", refusal_words("vector_failed", details=failed), "test_vectors") from None


def check_decisions(definition: Definition) -> None:
    """Each outcome the underwriting table can give is promised by a vector: a refusal can be as wrong as a price."""
    promised = {vector.underwriting_outcome for vector in definition.vectors}
    rules = definition.tables["underwriting"].rules
    untried = dict.fromkeys(rule.outcome for rule in rules if rule.outcome not in promised)
    if untried:
        words = refusal_words("untried_outcomes", outcomes=outcome_words(untried))
        raise Refused("untried_outcomes", words, "test_vectors")
