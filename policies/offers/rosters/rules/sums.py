"""What a whole roster costs: the exact sum of its members, and the member an underwriter looks at first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from insureweb.kernel.localized import Localized
from products.rules.definition import Definition
from products.rules.facts import facts_as_text, read_facts
from products.rules.platform_facts import GROUP_SIZE
from products.rules.rating import Rating


class Priced(NamedTuple):
    """What one member costs: in all, by line, and the hash of the whole breakdown."""

    premium: Decimal
    lines: Mapping[str, Decimal]
    hash: str


@dataclass(slots=True)
class GroupSums:
    """The running sums of a group. People with the same facts are priced once, and every one of them is added.

    `strictest` holds, for each fact, the largest number or the option listed last among all members.
    """

    definition: Definition
    plan: str
    members: int
    total: Decimal
    lines: dict[str, Decimal]
    strictest: dict[str, str]
    hashes: list[str] = field(default_factory=list)
    known: dict[str, Priced] = field(default_factory=dict)

    @classmethod
    def empty(cls, definition: Definition, plan: str, members: int) -> GroupSums:
        return cls(
            definition, plan, members, Decimal(0), {line.key: Decimal(0) for line in definition.rating.lines}, {}
        )

    def add(self, texts: Mapping[str, str], rating: Rating) -> Priced:
        """Price one member and add the premium.

        Raises:
            FactsInvalid, NotPriceable: there is no price for these facts.
        """
        key = json.dumps(texts, sort_keys=True)
        if key not in self.known:
            self.known[key] = self._priced(texts, rating)
        found = self.known[key]
        self.total += found.premium
        for line, amount in found.lines.items():
            self.lines[line] += amount
        self.hashes.append(found.hash)
        return found

    def _priced(self, texts: Mapping[str, str], rating: Rating) -> Priced:
        facts = read_facts(self.definition, {**texts, GROUP_SIZE: str(self.members)}, self.plan)
        breakdown = rating.price(facts)
        for key, text in facts_as_text(facts).items():
            self.strictest[key] = self._stricter(key, self.strictest.get(key, text), text)
        return Priced(breakdown.total, breakdown.coverage_premiums, breakdown.hash)

    def _stricter(self, key: str, known: str, text: str) -> str:
        if known == text:
            return text
        item = self.definition.inputs_by_key[key]
        if item.options:
            order = [option.text for option in item.options]
            return max(known, text, key=order.index)
        return max(known, text) if item.minimum is None else max(known, text, key=Decimal)


def roster_hash(tariff_hash: str, members: Iterable[str]) -> str:
    """SHA-256 over the tariff and the hash of every member's price, in the order of the roster."""
    digest = hashlib.sha256(tariff_hash.encode())
    for member in members:
        digest.update(b"\n" + member.encode())
    return digest.hexdigest()


def group_breakdown(
    definition: Definition, rating: Rating, sums: GroupSums, *, roster: str, words: Localized | None = None
) -> dict[str, Any]:
    """The sums in the shape of every stored price. It has no steps: those stand with each member, and the roster it
    names is enough to work every one of them out again.
    """
    told = words.as_dict() if words else {}
    return {
        "product": definition.code,
        "version": definition.version,
        "currency": definition.rating.currency,
        "total": str(sums.total),
        "coverages": [
            {
                "coverage": line.key,
                "name": line.name.as_dict(),
                "unrounded": str(sums.lines[line.key]),
                "rounded": str(sums.lines[line.key]),
                "words": told,
            }
            for line in definition.rating.lines
        ],
        "steps": [],
        "facts": sums.strictest,
        "tariff_hash": rating.tariff_hash,
        "hash": roster_hash(rating.tariff_hash, sums.hashes),
        "roster": roster,
        "members": sums.members,
    }
