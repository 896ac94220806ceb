"""What people want to be covered against, and which products answer it: the meaning of products/tables/needs.yaml."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from insureweb.kernel.localized import Localized
from products.rules.definition import AUDIENCES, BENEFIT_KINDS, INSURED_KINDS, Definition
from products.rules.document import Fields, Node

LINES = "category insured benefit audience only_audience words"


@dataclass(frozen=True, slots=True)
class Condition:
    """Every line that is not empty holds."""

    categories: frozenset[str]
    insured: frozenset[str]
    benefits: frozenset[str]
    audience: frozenset[str]
    only_audience: frozenset[str]
    words: tuple[str, ...]

    def holds(self, product: Definition) -> bool:
        text = f"{product.name.zh_hans} {product.kind.zh_hans}"
        return (
            (not self.categories or product.category in self.categories)
            and (not self.insured or product.insured in self.insured)
            and (not self.benefits or any(coverage.kind in self.benefits for coverage in product.coverages))
            and (not self.audience or bool(self.audience & set(product.audience)))
            and (not self.only_audience or set(product.audience) <= self.only_audience)
            and (not self.words or any(word in text for word in self.words))
        )


@dataclass(frozen=True, slots=True)
class Need:
    """A need in the customer's words."""

    key: str
    icon: str
    label: Localized
    when: tuple[Condition, ...]
    unless: tuple[Condition, ...]
    is_listed: bool = True

    def answered_by(self, product: Definition) -> bool:
        return any(one.holds(product) for one in self.when) and not any(one.holds(product) for one in self.unless)


def needs_of(product: Definition, needs: Iterable[Need]) -> tuple[str, ...]:
    """Which needs a product answers."""
    return tuple(need.key for need in needs if need.answered_by(product))


def read_needs(root: Node) -> tuple[Need, ...]:
    """The needs of a file, in its order.

    Raises:
        ProductFileError: with line and place.
    """
    return tuple(_need(node) for node in root.items(at_least=1))


def _need(node: Node) -> Need:
    fields = node.fields("key icon label when", "unless listed")
    return Need(
        key=fields["key"].name(),
        icon=fields["icon"].name(),
        label=fields["label"].localized(max_length=60),
        when=tuple(_condition(item) for item in fields["when"].items(at_least=1)),
        unless=tuple(_condition(item) for item in fields.items_of("unless")),
        is_listed="listed" not in fields or fields.flag("listed"),
    )


def _condition(node: Node) -> Condition:
    fields = node.fields("", LINES)
    if not fields:
        raise node.error("a condition needs at least one line")
    return Condition(
        categories=frozenset(item.code() for item in fields.items_of("category")),
        insured=_some(fields, "insured", INSURED_KINDS),
        benefits=_some(fields, "benefit", BENEFIT_KINDS),
        audience=_some(fields, "audience", AUDIENCES),
        only_audience=_some(fields, "only_audience", AUDIENCES),
        words=tuple(item.text(max_length=20) for item in fields.items_of("words")),
    )


def _some(fields: Fields, key: str, choices: tuple[str, ...]) -> frozenset[str]:
    return frozenset(item.one_of(choices) for item in fields.items_of(key))
