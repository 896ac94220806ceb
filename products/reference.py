"""The catalogue as one page for the reference, written from the files themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from products.rules.definition import Coverage, Definition
from products.rules.facts import facts_as_text, read_facts
from products.rules.rating import Rating
from products.sources import ProductSource

HEAD = """\
# The shipped catalogue

Written by `manage.py list_catalogue --write` from `products/catalogue/*.yaml`; a test compares the two. Prices, limits
and days stand in the files ([their format](product-file.md)). *Published* rates name where they come from;
*illustrative* ones are ours and no tariff to sell by.
"""
WHAT_CLAIMS_NEED = """
## How claims arrive

- **Every line.** Three steps in the browser; the causes offered are those of the coverage's events. The product's claim
  table pays clear cases at once, refuses on formal grounds only, and sends the rest to an adjuster.
- **Return freight.** A courier, or the shop that sold the cover, tells the delivery over the partner API
  (`POST /api/v1/policies/{number}/returns` with waybill, time and freight). That is the paper the claim needs: it is
  reported, decided and paid without a form, once a waybill. A buyer whose account we do not know is asked for it.
  `manage.py create_partner_key --courier` makes a courier's key, which may tell deliveries for any policy; a shop's
  key only for its own.
- **Trade credit.** Buyers and the limit asked for each are a roster among the questions; overdue accounts and bad debts
  are typed questions that refer or decline. An account unpaid 180 days after its due date and an insolvency are the
  causes of a claim, and an adjuster decides each. Expected turnover sets the premium. The seller declares real
  turnover each quarter and reports overdue accounts on the policy's page, which shows the premium for the turnover
  declared so far (`docs/algorithms/trade-credit.md`). No money moves by it: a person settles the difference at the end.
- **Account theft.** `switched_off: yes`: once published it cannot be seen, quoted or bought until somebody switches its
  sale on, region by region, within the regions of the file. Virtual currency is excluded by the wording; it is not
  insurable on the mainland.
"""


def catalogue_page(sources: Iterable[ProductSource]) -> str:
    """The whole page."""
    definitions = [source.definition for source in sources]
    parts = [HEAD, _overview(definitions), *("\n".join(_product(one)) + "\n" for one in definitions)]
    return "\n".join(parts) + WHAT_CLAIMS_NEED


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _overview(definitions: list[Definition]) -> str:
    lines = [_row("product", "insurer", "category", "rates", "least price", "for"), _row(*["---"] * 6)]
    lines += [
        _row(
            f"[{one.name.en}](#{one.code}) `{one.code}`",
            one.insurer,
            one.category,
            one.basis.kind,
            _least(one),
            one.shop.from_words.en,
        )
        for one in definitions
    ]
    return "\n".join(lines) + "\n"


def _least(one: Definition) -> str:
    facts = read_facts(one, facts_as_text(one.shop.from_facts), one.shop.from_plan)
    return f"{Rating(one).total(facts):,.2f}"


def _product(one: Definition) -> Iterator[str]:
    sale, filing = one.sale, one.filing
    yield f"## {one.code}\n\n{one.name.en}, {one.kind.en}. {one.shop.promise.en}\n"
    yield f"- **Rates**, {one.basis.kind}: {one.basis.source.en}."
    yield (
        f"- **Version {one.version}**, filed as {filing.number}."
        if filing
        else f"- **Version {one.version}**, not filed."
    )
    where = "everywhere" if "all" in sale.regions else ", ".join(sale.regions)
    yield f"- **Sold** {where}{', switched off until somebody switches it on' if sale.switched_off else ''}."
    yield f"- **Plans:** {', '.join(plan.name.en for plan in one.plans)}."
    kinds = dict.fromkeys(step.kind for step in one.rating.steps)
    yield f"- **Price** goes {_moves(one)}. Steps used: {', '.join(kinds)}."
    if one.gates:
        yield f"- **Gates at binding:** {', '.join(gate.replace('_', ' ') for gate in one.gates)}."
    if one.derived:
        yield f"- **Worked out, never asked:** {', '.join(derived.label.en for derived in one.derived)}."
    yield f"- **Underwriting:** {_outcomes(one, 'underwriting')}. **Claims:** {_outcomes(one, 'claims')}."
    clauses = sum(len(wording.clauses) for wording in one.wordings)
    yield f"- **Wording:** {clauses} clauses in Chinese and English. **Test vectors:** {len(one.vectors)}.\n"
    yield _row("coverage", "kind", "set off by", "exclusions, clauses")
    yield _row(*["---"] * 4)
    for coverage in one.coverages:
        yield _coverage(coverage)


def _moves(one: Definition) -> str:
    return ", ".join(f"{direction} with {key.replace('_', ' ')}" for key, direction in one.rating.monotone.items())


def _outcomes(one: Definition, table: str) -> str:
    rules = one.tables[table].rules
    return f"{', '.join(dict.fromkeys(rule.outcome for rule in rules))} in {len(rules)} rules"


def _coverage(coverage: Coverage) -> str:
    events = "; ".join(dict.fromkeys(event.name.en for event in coverage.events))
    return _row(
        coverage.name.en, coverage.kind.replace("_", " "), events, ", ".join(coverage.exclusions) or "the wording’s"
    )
