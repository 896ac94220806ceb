"""What the page of a policy reads beside the policy itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from policies.contract.models import Beneficiary, Policy, PolicyChange, PolicyVersion
from policies.contract.rules.terms import read_terms
from policies.contract.selectors import product_of, special_terms
from policies.contract.selectors.benefits import benefit_words
from policies.offers.rosters.rules.columns import is_group
from products.compiled import CoverageTerm


@dataclass(frozen=True, slots=True)
class CoverRow:
    """One coverage as the page shows it."""

    term: CoverageTerm
    amount: Localized | Money

    @property
    def is_money(self) -> bool:
        return isinstance(self.amount, Money)


@dataclass(frozen=True, slots=True)
class Cover:
    rows: list[CoverRow]
    special_terms: list[Localized]


def cover_rows(policy: Policy, at: datetime) -> Cover:
    """What the newest version covers, with the special terms of this contract."""
    version = PolicyVersion.objects.filter(policy=policy, recorded__upper_inf=True).order_by("-number").first()
    if version is None:
        return Cover([], [])
    rows = [CoverRow(term, benefit_words(term)) for term in read_terms(version.terms["coverages"])]
    return Cover(rows, special_terms(version))


def people_rows(policy: Policy) -> list[tuple[str, Any, Any]]:
    """Who is who: words, name (a person's masked), masked number or share."""
    rows: list[tuple[str, Any, Any]] = [(_("Policyholder"), policy.holder.shown_name, policy.holder.id_number)]
    if product_of(policy).definition.insured != "person":
        return rows
    if is_group(product_of(policy).definition):
        rows.append((_("Receives a death benefit"), _("Each member's family; never the employer"), ""))
        return rows
    rows.append((_("Insured"), policy.insured.name, policy.insured.id_number))
    named = Beneficiary.objects.filter(policy=policy).select_related("party").order_by("rank", "id")
    receives = _("Receives a death benefit")
    rows.extend((receives, person.party.name, f"{person.share_percent:f}%") for person in named)
    if len(rows) == 2:
        rows.append((receives, _("The heirs by law"), ""))
    return rows


def history_of(policy: Policy) -> list[tuple[datetime, str]]:
    """What happened to the policy, newest first."""
    events = [(policy.issued_at, _("Policy issued"))]
    if policy.receipt_acknowledged_at:
        events.append((policy.receipt_acknowledged_at, _("You confirmed that you received it")))
    changes = PolicyChange.objects.filter(policy=policy, applied_at__isnull=False).order_by("id")
    events.extend((change.applied_at, str(change.get_kind_display())) for change in changes if change.applied_at)
    return sorted(events, key=lambda event: event[0], reverse=True)
