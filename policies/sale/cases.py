"""What an application shows an underwriter, and what it does with the answer; registered in `ready()`."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from insureweb.kernel.actors import Actor
from insureweb.kernel.periods import business_date
from policies.offers.needs.models import NeedsResult
from policies.offers.needs.shipped import questionnaire
from policies.offers.selectors import product_of
from policies.sale.models import Application, SaleTraceEntry
from policies.sale.relationships import Relationship
from policies.sale.rules.groups import GROUPS
from policies.sale.selectors.checking import evidence_rows, group_rows
from policies.sale.services.deciding import settle_referral
from policies.sale.services.locking import lock_application
from policies.underwriting.models import UnderwritingDecision
from policies.underwriting.ports import CaseStory, SubjectHandler
from products.rules.definition import Definition


class ApplicationSubject(SubjectHandler):
    """An application as the subject of a referral."""

    def lock(self, subject_no: str) -> None:
        lock_application(Application.objects.only("pk").get(no=subject_no))

    def decided(self, subject_no: str, decision: UnderwritingDecision, *, by: Actor, at: datetime) -> None:
        settle_referral(application=Application.objects.get(no=subject_no), decision=decision, by=by, at=at)

    def story(self, subject_no: str) -> CaseStory:
        application = Application.objects.select_related(
            "quote__product_version__product", "quote__needs_result", "holder", "insured", "user"
        ).get(no=subject_no)
        product = product_of(application.quote)
        return CaseStory(
            title=f"{product.definition.name} {application.no}",
            facts=_facts(application),
            declared=_declared(application, product.definition),
            events=_events(application),
            people=[(_("Policyholder"), application.holder), (_("Insured"), application.insured)],
        )


def _facts(application: Application) -> list[tuple[str, Any]]:
    product = product_of(application.quote)
    facts: list[tuple[str, Any]] = [
        (_("Product"), product.definition.name),
        (_("Premium"), application.price),
        (_("Insured is the policyholder's"), Relationship(application.relationship or "self").label),
    ]
    typed = product.read_facts(application.quote.facts, application.quote.plan)
    for item in product.definition.inputs:
        option = item.option(typed[item.key])
        facts.append((str(item.label), option.label if option else typed[item.key]))
    return facts + _advice(application.quote.needs_result)


def _advice(result: NeedsResult | None) -> list[tuple[str, Any]]:
    """The needs check the sale follows, in a line: for whom, when, and what came of it."""
    if result is None:
        return [(_("Needs check"), _("none; the buyer chose alone"))]
    persona = questionnaire().personas.get(result.persona)
    words = _("%(persona)s, %(day)s: %(outcome)s") % {
        "persona": persona.label if persona else result.persona,
        "day": business_date(result.made_at).isoformat(),
        "outcome": result.outcome_enum.label,
    }
    return [(_("Needs check"), words), (_("Budget for a year"), result.money)]


def _declared(application: Application, definition: Definition) -> list[tuple[str, str]]:
    told = application.read_answers()
    rows = evidence_rows(told)
    for group in GROUPS:
        rows += group_rows(definition, group, told)
    return rows


def _events(application: Application) -> list[tuple[datetime, str, str]]:
    decisions = UnderwritingDecision.objects.filter(subject_kind="application", subject_no=application.no)
    events = [(application.created_at, _("Application begun"), "")]
    if application.submitted_at:
        pages = SaleTraceEntry.objects.filter(application_no=application.no).count()
        events.append(
            (application.submitted_at, _("Submitted"), _("%(count)s pages in the sale trace") % {"count": pages})
        )
    for decision in decisions.order_by("id"):
        words = " ".join(str(reason) for reason in decision.reasons)
        events.append((decision.at, str(decision.outcome_enum.label), words))
    return events
