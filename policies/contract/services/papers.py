"""The electronic policy: a signed PDF in both languages with a code for its public verification."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.models import Party, Sex
from insureweb.documents.models import Document
from insureweb.documents.services.documents import issue_document
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from insureweb.kernel.localized import Localized
from policies.contract.models import Beneficiary, Policy, PolicyVersion
from policies.contract.rules.terms import read_terms
from policies.contract.selectors import product_of, special_terms
from policies.contract.selectors.benefits import benefit_words
from policies.offers.rosters.rules.columns import is_group
from policies.words import in_both_languages
from products.compiled import CompiledProduct, CoverageTerm
from products.rules.definition import Definition


@use_case
def issue_policy_document(*, policy: Policy, by: Actor, at: datetime) -> Document:
    """Make the policy's document, once for each version."""
    version = PolicyVersion.objects.filter(policy=policy, recorded__upper_inf=True).order_by("-number")[0]
    existing = Document.objects.filter(kind="policy", subject_kind="policy", subject_no=policy.no).first()
    if existing is not None:
        return existing
    product = product_of(policy)
    return issue_document(
        kind="policy",
        template="policy.typ",
        data=policy_data(policy, version, product),
        subject_kind="policy",
        subject_no=policy.no,
        owner_kind="customer",
        owner_id=str(policy.user.uuid),
        title=in_both_languages(_("%(product)s, electronic policy"), product=product.definition.name),
        by=by,
        at=at,
    )


def policy_data(policy: Policy, version: PolicyVersion, product: CompiledProduct) -> dict[str, Any]:
    """What the PDF says; persons in full, because the policy is theirs to prove."""
    definition = product.definition
    named = list(Beneficiary.objects.filter(policy=policy).select_related("party").order_by("rank", "id"))
    plan = definition.plans_by_key.get(version.terms["plan"])
    data: dict[str, Any] = {
        "number": policy.no,
        "version": version.number,
        "insurer": policy.insurer.name,
        "product": definition.name,
        "holder": _person(policy.holder),
        "insured": [_insured(policy, product)],
        "coverages": [coverage_line(term) for term in read_terms(version.terms["coverages"])],
        "period": policy.span,
        "premium": policy.price,
        "exclusions": [statement.text for statement in definition.not_covered],
        "cooling_off": _cooling_off(definition.terms.cooling_off_days),
        "renewal": definition.terms.renewal_text,
        "wordings": [wording.title for wording in product.wordings],
        "concluded_at": policy.issued_at,
    }
    if plan is not None:
        data["plan"] = plan.name
    if definition.filing is not None:
        data["filing_number"] = definition.filing.number
    data |= conditions(version, definition)
    if is_group(definition):
        data["beneficiary"] = in_both_languages(
            _("Those each member names, or the member's heirs by law; never the employer")
        )
    elif definition.insured == "person":
        data["beneficiary"] = _beneficiaries(named)
    return data


def conditions(version: PolicyVersion, definition: Definition) -> dict[str, Any]:
    """Waiting period and special terms, where there are any."""
    data: dict[str, Any] = {}
    if definition.terms.waiting_days:
        words = _("%(days)s days from the first day of cover, for illness; none for accidents.")
        data["waiting_period"] = in_both_languages(words, days=definition.terms.waiting_days)
    if extra := special_terms(version):
        data["special_terms"] = extra
    return data


def _insured(policy: Policy, product: CompiledProduct) -> dict[str, Any]:
    """The insured in full; of a group how many, in whose staff, because the register itself is kept with the policy."""
    if not is_group(product.definition):
        return _person(policy.insured)
    words = _("%(count)s people of the register kept with this policy, staff of")
    count = f"{policy.members.count():,}"
    return {"relation": in_both_languages(words, count=count), "name": policy.holder.name.open()}


def _person(party: Party) -> dict[str, Any]:
    person: dict[str, Any] = {"name": party.name.open(), "id_number": party.id_number.open()}
    if party.birth_date:
        person |= {"birth_date": party.birth_date, "sex": in_both_languages(Sex(party.sex).label)}
    return person


def coverage_line(term: CoverageTerm) -> dict[str, Any]:
    line: dict[str, Any] = {"name": term.name, "amount": benefit_words(term)}
    line["detail"] = term.how
    return line


def _cooling_off(days: int) -> Localized:
    if not days:
        return in_both_languages(_("This contract has no cooling-off period."))
    words = _(
        "%(days)s days from the day you confirm that you received this policy: cancel and get the whole premium back."
    )
    return in_both_languages(words, days=days)


def _beneficiaries(named: list[Beneficiary]) -> Localized:
    if not named:
        return in_both_languages(_("The heirs of the insured by law"))
    text = ", ".join(f"{person.party.name.open()} {person.share_percent:f}%" for person in named)
    return Localized(text, text)
