"""What happens when a policy nears its end: a price for the age then reached, a notice, and the end itself."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.services.messages import send_message
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.fixed_query import lock_row
from insureweb.kernel.localized import Localized
from insureweb.kernel.periods import age_on
from insureweb.kernel.states import transition
from policies.contract.models import Policy
from policies.contract.selectors import product_of
from policies.contract.states import POLICY_MACHINE, PolicyState
from policies.offers.models import Quote
from policies.offers.rosters.rules.columns import is_group
from policies.offers.services import reprice_quote
from policies.renewal.models import RenewalNotice
from policies.words import day_in, in_both_languages, money_in
from products.rules.definition import TOGETHER, Definition
from products.rules.facts import FactsInvalid

NOT_RENEWED = _("%(product)s, policy %(no)s, ends on %(day)s at 00:00. It cannot be applied for again: %(why)s")
RENEWABLE = _(
    "%(product)s, policy %(no)s, ends on %(day)s at 00:00. Renewal is not guaranteed: to go on, apply and declare "
    "anew. The price at the age then reached is %(price)s; this year it was %(before)s."
)

GROUP_ENDS = _(
    "%(product)s, policy %(no)s, ends on %(day)s at 00:00. To go on, upload the roster as it is then: the price "
    "follows the people on it. This year it was %(before)s."
)


@use_case
def make_renewal_quote(*, policy: Policy, by: Actor, at: datetime) -> Quote:
    """Price the same cover on the version sold today, for the age on the first day after this policy's end.

    Raises:
        Refused: the product is no longer sold, or does not take a person of that age.
    """
    product = product_of(policy)
    day = policy.span.last_day + timedelta(days=1)
    own = {"age": str(age_on(policy.insured.birth_date, day)), "sex": policy.insured.sex, TOGETHER: "1"}
    changed = {item.key: own[item.person] for item in product.definition.inputs if item.person}
    try:
        return reprice_quote(
            quote=policy.quote, changed_facts=changed, user=policy.user, on_sale_now=True, by=by, at=at
        )
    except FactsInvalid as invalid:
        raise Refused("not_renewable", _("The product does not take a person of that age.")) from invalid


@use_case
def send_renewal_notice(*, policy: Policy, by: Actor, at: datetime) -> RenewalNotice | None:
    """Tell the holder once, with the price of a new application beside this year's; None when they know already."""
    locked = lock_row(policy)
    if RenewalNotice.objects.filter(policy=locked).exists():
        return None
    product = product_of(policy)
    quote, body = _priced_anew(policy, product.definition, by=by, at=at)
    notice = RenewalNotice.objects.create(policy=locked, quote=quote, kind=product.terms.renewal, sent_at=at)
    send_message(
        user=policy.user,
        kind="renewal_notice",
        title=in_both_languages(_("%(product)s ends soon"), product=product.definition.name),
        body=body,
        subject_kind="policy",
        subject_no=policy.no,
        by=by,
        at=at,
    )
    return notice


def _priced_anew(policy: Policy, definition: Definition, *, by: Actor, at: datetime) -> tuple[Quote | None, Localized]:
    """The price of a new application and the words of the notice; a group is priced from its next roster."""
    words = {"product": definition.name, "no": policy.no, "day": day_in(policy.period.upper)}
    before = money_in(policy.price)
    if is_group(definition):
        return None, in_both_languages(GROUP_ENDS, **words, before=before)
    try:
        with transaction.atomic():
            quote = make_renewal_quote(policy=policy, by=by, at=at)
    except Refused as refusal:
        return None, in_both_languages(NOT_RENEWED, **words, why=in_both_languages(refusal.message))
    return quote, in_both_languages(RENEWABLE, **words, price=money_in(quote.premium), before=before)


@use_case
def end_policy(*, policy: Policy, by: Actor, at: datetime) -> Policy:
    """The period is over and so is the policy."""
    if policy.period.upper > at:
        raise Refused("not_over", _("The policy is still running."))
    return transition(policy, POLICY_MACHINE, PolicyState.EXPIRED, by=by, at=at, ended_at=policy.period.upper)
