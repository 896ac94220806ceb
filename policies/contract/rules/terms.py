"""The snapshot of what a contract covers: written once at issue, read for the life of the policy."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from insureweb.kernel.localized import Localized
from products.compiled import CompiledProduct, CoverageTerm

AMOUNTS = ("limit", "daily_amount", "deductible")
PLAIN = ("code", "kind", "deductible_days", "max_days", "max_days_year", "waiting_days", "ends_contract", "clause")


def terms_snapshot(product: CompiledProduct, facts: dict[str, Any], plan: str) -> dict[str, Any]:
    """What is stored with a policy version; amounts are text."""
    return {
        "plan": plan,
        "content_hash": product.content_hash,
        "coverages": [_as_json(term) for term in product.coverage_terms(facts)],
    }


def _as_json(term: CoverageTerm) -> dict[str, Any]:
    amounts = {name: getattr(term, name) for name in AMOUNTS}
    return {
        **{name: getattr(term, name) for name in PLAIN},
        **{name: None if value is None else str(value) for name, value in amounts.items()},
        "pays_percent": str(term.pays_percent),
        "waiting_days_by_cause": dict(term.waiting_days_by_cause),
        "name": term.name.as_dict(),
        "how": term.how.as_dict(),
    }


def read_terms(coverages: Iterable[dict[str, Any]]) -> list[CoverageTerm]:
    """The coverages of a snapshot, typed."""
    return [_read(coverage) for coverage in coverages]


def _read(coverage: dict[str, Any]) -> CoverageTerm:
    amounts: dict[str, Any] = {name: None if coverage[name] is None else Decimal(coverage[name]) for name in AMOUNTS}
    plain: dict[str, Any] = {name: coverage[name] for name in PLAIN}
    return CoverageTerm(
        name=Localized.read(coverage["name"]),
        how=Localized.read(coverage["how"]),
        pays_percent=Decimal(coverage["pays_percent"]),
        waiting_days_by_cause=coverage["waiting_days_by_cause"],
        **plain,
        **amounts,
    )
