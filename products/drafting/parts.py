"""The parts of a draft: what each is called, which keys of the file it holds, and how it is edited."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from products.drafting import part_entries as entries
from products.drafting.shapes import Entry, Rows
from products.rules.document import Tree

FORM, ITEMS, TEXT, RATES, RULES = "form", "items", "text", "rates", "rules"


@dataclass(frozen=True)
class Part:
    """One part. `kind` is how it is edited: a form, one item after the other, as text only, or in a grid.

    `keys` are the keys of the file it shows as text; None is the whole file.
    """

    code: str
    title: Any
    kind: str
    keys: tuple[str, ...] | None
    entries: tuple[Entry, ...] = ()
    note: Any = ""
    section: str = field(default="product")

    @cached_property
    def rows(self) -> Rows:
        """The entry whose items are edited one by one."""
        entry = self.entries[0]
        assert isinstance(entry, Rows)  # noqa: S101  parts of the kind `items` hold one
        return entry

    def holds(self, path: str) -> bool:
        """Whether a place of the file belongs to this part."""
        first = path.split(".", 1)[0].split("[", 1)[0]
        return self.keys is not None and first in self.keys


PARTS: tuple[Part, ...] = (
    Part("shop", _("Name and shop"), FORM, entries.SHOP_KEYS, entries.SHOP),
    Part("sale", _("Filing, sale and terms"), FORM, entries.SALE_KEYS, entries.SALE),
    Part("inputs", _("Inputs"), ITEMS, ("inputs",), (entries.INPUTS,),
         _("What the price depends on, in the order in which the calculator asks.")),
    Part("plans", _("Plans"), FORM, ("plans",), (entries.PLANS,)),
    Part("coverages", _("Coverages"), ITEMS, ("coverages",), (entries.COVERAGES,),
         _("What is insured: how it pays, from which event on, with which papers.")),
    Part("statements", _("Covered and not covered"), FORM, ("covered", "not_covered"), entries.STATEMENTS),
    Part("questions", _("Application questions"), ITEMS, ("questions",), (entries.QUESTIONS,),
         _("Asked in this order. A health question is a yes or no, unless it hangs on another one.")),
    Part("derived", _("Facts worked out"), FORM, ("derived",), (entries.DERIVED,),
         _("Numbers the underwriting table looks at and nobody is asked for.")),
    Part("suitability", _("Suitability questions"), ITEMS, ("suitability",), (entries.SUITABILITY,),
         _("What the buyer needs; the result is stored with the sale.")),
    Part("consents", _("Consents"), FORM, ("consents",), (entries.CONSENTS,)),
    Part("wordings", _("Wordings"), ITEMS, ("wordings",), (entries.WORDINGS,),
         _("The documents of the contract. The same clause numbers stand in both languages.")),
    Part("tables", _("Rating tables"), RATES, None, section="rates"),
    Part("rating", _("Rating steps"), TEXT, ("rating",), section="rates",
         note=_("From the inputs to the premium, step by step. The rows of the tables are edited as grids.")),
    Part("underwriting", _("Underwriting table"), RULES, ("underwriting",), section="rates"),
    Part("claims", _("Claims table"), RULES, ("claims",), section="rates"),
    Part("vectors", _("Test vectors"), ITEMS, ("test_vectors",), (entries.VECTORS,), section="rates",
         note=_("Facts and the answer this version has to give. All of them hold before it is published.")),
    Part("whole", _("The whole file"), TEXT, None, section="rates",
         note=_("For a change that reaches over several parts, and for a file from elsewhere.")),
)  # fmt: skip
BY_CODE = {part.code: part for part in PARTS}


def part_at(path: str) -> Part | None:
    """The part a place of the file belongs to; rating tables before the rest of the rating."""
    if path.startswith("rating.tables"):
        return BY_CODE["tables"]
    return next((part for part in PARTS if part.holds(path)), None)


def mapping_of(tree: Tree | None, key: str) -> dict[str, Tree]:
    """The mapping at a key; empty when there is none."""
    value = tree.get(key) if isinstance(tree, dict) else None
    return value if isinstance(value, dict) else {}
