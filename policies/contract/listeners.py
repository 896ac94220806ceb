"""After a policy is issued: its document and the word to the customer. After a change: the word about it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from customers.services.messages import send_message
from insureweb.documents.services.documents import revoke_documents
from insureweb.kernel.actors import Actor
from insureweb.kernel.localized import Localized
from insureweb.kernel.outbox import subscribe
from policies.contract.models import Policy
from policies.contract.selectors import policy_numbered, policy_to_tell_about, product_of
from policies.contract.services.group_papers import issue_member_list, revoke_group_papers
from policies.contract.services.papers import issue_policy_document
from policies.events import MemberListWanted, PolicyCancelled, PolicyIssued, ReceiptAcknowledged
from policies.offers.rosters.rules.columns import is_group
from policies.words import day_in, in_both_languages, money_in

SYSTEM = Actor.system("policies")


def _tell(policy: Policy, kind: str, title: Localized, body: Localized, at: datetime) -> None:
    send_message(
        user=policy.user,
        kind=kind,
        title=title,
        body=body,
        subject_kind="policy",
        subject_no=policy.no,
        by=SYSTEM,
        at=at,
    )


@subscribe(PolicyIssued)
def make_document(event: PolicyIssued, *, at: datetime) -> None:
    """Render, sign and store the policy in both languages; a second delivery finds it made."""
    policy = policy_numbered(event.policy_no)
    issue_policy_document(policy=policy, by=SYSTEM, at=at)
    if is_group(product_of(policy).definition):
        issue_member_list(policy=policy, after=0, by=SYSTEM, at=at)


@subscribe(MemberListWanted)
def make_next_list(event: MemberListWanted, *, at: datetime) -> None:
    issue_member_list(policy=policy_numbered(event.policy_no), after=event.after, by=SYSTEM, at=at)


@subscribe(PolicyIssued)
def tell_issued(event: PolicyIssued, *, at: datetime) -> None:
    policy = policy_to_tell_about(event.policy_no)
    name = product_of(policy).definition.name
    body = in_both_languages(
        _(
            "Your policy %(no)s for %(product)s is issued. Cover begins on %(day)s at 00:00. "
            "Please confirm that you received it: the %(days)s-day cooling-off period starts then."
        ),
        no=policy.no,
        product=name,
        day=day_in(policy.period.lower),
        days=product_of(policy).terms.cooling_off_days,
    )
    _tell(policy, "policy_issued", in_both_languages(_("%(product)s: your policy is issued"), product=name), body, at)


@subscribe(ReceiptAcknowledged)
def tell_acknowledged(event: ReceiptAcknowledged, *, at: datetime) -> None:
    policy = policy_to_tell_about(event.policy_no)
    body = in_both_languages(
        _("You confirmed policy %(no)s. Until %(day)s, 00:00, you may cancel it and get the whole premium back."),
        no=policy.no,
        day=day_in(event.cooling_off_until),
    )
    _tell(policy, "receipt_acknowledged", in_both_languages(_("Your cooling-off period has begun")), body, at)


@subscribe(PolicyCancelled)
def withdraw_document(event: PolicyCancelled, *, at: datetime) -> None:
    """Whoever checks the PDF learns that the policy is no longer valid."""
    revoke_documents(subject_kind="policy", subject_no=event.policy_no, reason="cancelled", by=SYSTEM, at=at)
    revoke_group_papers(policy=policy_numbered(event.policy_no), reason="cancelled", by=SYSTEM, at=at)


@subscribe(PolicyCancelled)
def tell_cancelled(event: PolicyCancelled, *, at: datetime) -> None:
    policy = policy_to_tell_about(event.policy_no)
    body = in_both_languages(
        _("Policy %(no)s is cancelled. %(amount)s goes back the way you paid, usually within a few minutes."),
        no=policy.no,
        amount=money_in(policy.price),
    )
    _tell(policy, "policy_cancelled", in_both_languages(_("Your policy is cancelled")), body, at)
