"""After underwriting by a person: the word to the customer. After a cancellation: the order follows its policy."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from customers.services.messages import send_message
from insureweb.kernel.actors import Actor
from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from insureweb.kernel.outbox import subscribe
from policies.contract.models import Policy
from policies.events import ApplicationDecided, PolicyCancelled
from policies.offers.selectors import product_of
from policies.sale.models import Application
from policies.sale.services.issuing import give_back
from policies.sale.states import ApplicationState
from policies.words import in_both_languages

SYSTEM = Actor.system("sale")
# Reasons speak of health, so the message only says where to read them.
NEWS = {
    ApplicationState.ACCEPTED: _("Your application %(no)s for %(product)s is accepted. You can pay now."),
    ApplicationState.OFFERED: _(
        "We can insure you under application %(no)s for %(product)s on changed terms. Please read them and decide."
    ),
    ApplicationState.POSTPONED: _(
        "We cannot decide on application %(no)s for %(product)s yet. The reason is on its page."
    ),
    ApplicationState.DECLINED: _("We cannot accept application %(no)s for %(product)s. The reason is on its page."),
}


@subscribe(ApplicationDecided)
def tell_decided(event: ApplicationDecided, *, at: datetime) -> None:
    application = Application.objects.select_related("quote__product_version", "user").get(no=event.application_no)
    words = NEWS.get(ApplicationState(application.state))
    if words is None:
        return
    name: Localized = product_of(application.quote).definition.name
    send_message(
        user=application.user,
        kind="application_decided",
        title=in_both_languages(_("%(product)s: an underwriter has decided"), product=name),
        body=in_both_languages(words, no=application.no, product=name),
        subject_kind="application",
        subject_no=application.no,
        by=SYSTEM,
        at=at,
    )


@subscribe(PolicyCancelled)
def follow_cancellation(event: PolicyCancelled, *, at: datetime) -> None:
    policy = Policy.objects.only("application_no").get(no=event.policy_no)
    amount = Money(event.amount, event.currency)
    give_back(order_no=event.order_no, application_no=policy.application_no, amount=amount, by=SYSTEM, at=at)
