"""A member's claim on a group policy: who reports, what is counted, who is paid, who learns what."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from claims.checks import Relative
from claims.models import Claim, Payee
from claims.selectors.customer import claims_of
from claims.selectors.examination import examine
from claims.services.reporting import (
    name_family,
    name_member,
    name_payee,
    own_words,
    report_incident,
    submit_claim,
    withdraw_claim,
)
from claims.services.reviews import ask_review
from claims.states import ClaimState
from customers.actors import actor_of
from customers.models import Message
from customers.services.parties import set_bank_account
from insureweb.documents.models import Document
from insureweb.finance.models import Payout
from insureweb.finance.states import PayoutState
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from tests.factories import claims, customers, group_claims, rosters

pytestmark = pytest.mark.django_db
FAMILY = Relative("spouse", "陈念安", rosters.id_number(700, 34))


@pytest.fixture
def covered():
    return group_claims.policy()


@pytest.fixture
def insured(covered):
    return group_claims.member(covered)


def code_of(act):
    with pytest.raises(Refused) as refusal, transaction.atomic():
        act()
    return refusal.value.code


# --- the journeys ---


def test_the_employer_reports_and_the_member_is_paid_by_the_rules(covered, insured):
    claim = group_claims.submitted(insured, account=claims.ACCOUNT)
    claims.settle()
    claim = claims.fresh(claim)
    assert (claim.state, claim.amount_paid, claim.member, claim.claimant) == (
        ClaimState.PAID, Decimal("900.00"), insured, None,
    )  # fmt: skip
    payout = Payout.objects.get()
    assert (payout.state, payout.automatic) == (PayoutState.PAID, True)
    assert payout.payee_name.open() == insured.name.open()
    assert payout.payee_name.open() != covered.holder.name.open()
    letter = Document.objects.get(kind="claim_letter")
    assert (letter.owner_kind, letter.owner_id) == ("member", str(insured.uuid))
    assert insured.name.open() in letter.data.open()
    assert_told_only_the_state(claim)


def assert_told_only_the_state(claim):
    told = list(Message.objects.filter(user=claim.user, channel="inbox", subject_no=claim.no))
    assert told
    for message in told:
        words = f"{message.title} {message.body.get('en')} {message.body.get('zh-hans')}"
        assert "900" not in words
        assert claim.no in words
        assert claim.decisions.get().words.en not in words


def test_the_member_reports_alone_and_is_told_everything(covered, insured):
    user = group_claims.account_of(insured)
    claim = group_claims.submitted(insured, user=user)
    claims.settle()
    claim = claims.fresh(claim)
    assert claim.state == ClaimState.PAID
    assert Document.objects.get(kind="claim_letter").owner_id == str(user.uuid)
    kinds = Message.objects.filter(user=user, channel="inbox").values_list("kind", flat=True)
    assert {"claim_pay", "claim_paid"} <= set(kinds)
    assert not Message.objects.filter(user=covered.user, subject_no=claim.no).exists()
    assert list(claims_of(user)) == [claim]
    assert not claims_of(covered.user).exists()


# --- who may ---


def test_nobody_else_reports_and_a_group_claim_says_for_whom(covered, insured):
    at, by = clock.now(), actor_of(covered.user)
    told = {"policy": covered, "coverage": "accident_medical", "incident": group_claims.incident(), "by": by, "at": at}
    assert code_of(lambda: report_incident(user=covered.user, **told)) == "group_claim"
    stranger, colleague = claims.claimant(), group_claims.account_of(group_claims.member(covered, 2))
    for user in (stranger, colleague):
        assert code_of(lambda user=user: report_incident(user=user, member=insured, **told)) == "unknown_policy"
    alone = claims.policy()
    assert (
        code_of(lambda: report_incident(user=alone.user, member=insured, **(told | {"policy": alone})))
        == "unknown_policy"
    )


def test_the_same_number_under_another_name_is_not_the_member(insured):
    user = group_claims.account_of(insured)
    party = user.parties.get()
    party.name = "别人"
    party.save()
    assert code_of(lambda: group_claims.draft(insured, user=user)) == "unknown_policy"


def test_the_day_must_be_one_of_the_member_s_own(insured):
    assert code_of(lambda: group_claims.draft(insured, event_date=claims.day(-300))) == "member_not_insured"


def test_a_draft_stays_with_its_member(covered, insured):
    draft, other = group_claims.draft(insured), group_claims.member(covered, 2)
    again = {"user": covered.user, "policy": covered, "coverage": "accident_medical", "draft": draft,
             "incident": group_claims.incident(), "by": actor_of(covered.user), "at": clock.now()}  # fmt: skip
    assert code_of(lambda: report_incident(member=other, **again)) == "other_member"
    assert report_incident(member=insured, **again).pk == draft.pk


def test_what_was_sent_is_the_member_s_to_take_back_and_to_appeal(covered, insured):
    claim, employer = group_claims.decided(insured), actor_of(covered.user)
    assert own_words(group_claims.draft(insured, event_date=claims.day(-9)), covered.user).what_happened
    assert code_of(lambda: own_words(claim, covered.user)) == "unknown_claim"
    waiting = group_claims.submitted(insured, event_date=claims.day(-8))
    assert code_of(lambda: withdraw_claim(claim=waiting, by=employer, at=clock.now())) == "not_the_insured"
    member = group_claims.account_of(insured)
    assert withdraw_claim(claim=waiting, by=actor_of(member), at=clock.now()).state == ClaimState.WITHDRAWN
    claims.settle()
    assert code_of(lambda: ask_review(claim=claim, by=employer, at=clock.now())) == "not_the_insured"
    assert ask_review(claim=claim, by=actor_of(member), at=clock.now())
    assert own_words(claims.fresh(claim), member).what_happened.startswith("下班")


# --- what is counted ---


def test_limits_and_duplicates_count_per_member(covered, insured):
    other = group_claims.member(covered, 2)
    first = group_claims.decided(insured)
    again = claims.fresh(group_claims.draft(insured, event_date=claims.day(-9), claimed=Decimal(40_000)))
    beside = claims.fresh(group_claims.draft(other, claimed=Decimal(40_000)))
    used = examine(again, clock.now()).loss.amount_used
    assert (used, examine(beside, clock.now()).loss.amount_used) == (first.amount_approved, 0)
    assert examine(again, clock.now()).benefit.amount == group_claims.LIMIT - 900
    assert examine(beside, clock.now()).benefit.amount == group_claims.LIMIT
    assert code_of(lambda: group_claims.submitted(insured)) == "claimed_already"
    assert group_claims.submitted(other).state == ClaimState.SUBMITTED


def test_the_worked_example_of_the_page(covered, insured):
    """docs/algorithms/group-claims.md: costs, what the limit leaves, what is paid, and by which rule."""
    other, paid = group_claims.member(covered, 2), []
    for person, costs, day in ((insured, 1_100, -10), (other, 1_100, -10), (insured, 40_000, -9), (insured, 500, -8)):
        claim = group_claims.decided(person, claimed=Decimal(costs), event_date=claims.day(day))
        decision = claim.decisions.get()
        left = next(line["value"] for line in decision.lines if line["code"] == "limit_left")
        paid.append((Decimal(left), decision.amount, decision.outcome, *[row["id"] for row in decision.rules]))
        if decision.outcome == "refer" and decision.amount:
            claims.approved(claim, str(decision.amount), by=actor_of(claims.adjuster(100_000).user))
    assert paid == [
        (30_000, 900, "pay", "CL-50"), (30_000, 900, "pay", "CL-50"), (29_100, 29_100, "refer", "CL-24"),
        (0, 0, "refer", "CL-99"),
    ]  # fmt: skip


def test_a_member_who_claims_often_is_not_the_employer(covered, insured):
    for position in (2, 3, 4):
        group_claims.decided(group_claims.member(covered, position))
    assert examine(group_claims.submitted(insured), clock.now()).score.points == 0


def test_one_account_for_two_members_goes_to_a_person(covered, insured):
    group_claims.decided(insured, account=claims.ACCOUNT)
    shared = group_claims.decided(group_claims.member(covered, 2), account=claims.ACCOUNT)
    assert shared.state == ClaimState.REFERRED
    assert {row["id"] for row in shared.decisions.get().rules} == {"CL-12"}


def test_a_person_s_own_policy_and_membership_share_an_account_without_suspicion(insured):
    user = group_claims.account_of(insured)
    claims.decided(claims.policy(user), account=claims.ACCOUNT)
    assert group_claims.decided(insured, account=claims.ACCOUNT).amount_approved == 900


# --- who is paid ---


def test_the_company_s_account_is_refused(covered, insured):
    by, at = actor_of(covered.user), clock.now()
    set_bank_account(party=covered.holder, bank_account=claims.ACCOUNT, by=by, at=at)
    draft = group_claims.draft(insured)
    assert code_of(lambda: name_payee(claim=draft, account=claims.ACCOUNT, by=by, at=at)) == "employers_account"


def test_a_death_sum_goes_to_the_family_through_a_person(insured):
    by, at = actor_of(insured.policy.user), clock.now()
    bills = group_claims.draft(insured)
    assert code_of(lambda: name_family(claim=bills, relative=FAMILY, by=by, at=at)) == "payee_not_family"
    death = group_claims.draft(insured, coverage="death_disability", event_date=claims.day(-9))
    for wrong in ("self", "employer"):
        relative = Relative(wrong, FAMILY.name, FAMILY.id_number)
        assert code_of(lambda relative=relative: name_family(claim=death, relative=relative, by=by, at=at)) == (
            "payee_not_family"
        )
    named = name_family(claim=death, relative=FAMILY, by=by, at=at)
    assert (named.payee_is, named.claimant.name.open()) == (Payee.SPOUSE, FAMILY.name)
    assert name_member(claim=named, by=by, at=at).claimant is None
    name_family(claim=death, relative=FAMILY, by=by, at=at)
    sent = submit_claim(claim=name_payee(claim=death, account=claims.ACCOUNT, by=by, at=at), by=by, at=at)
    claims.settle()
    sent = claims.fresh(sent)
    assert (sent.state, sent.payee_name.open()) == (ClaimState.REFERRED, FAMILY.name)


# --- the database's own word ---


def refused_by(words, act):
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        act()


def test_postgresql_holds_what_the_services_hold(covered, insured):
    claim, alone = group_claims.draft(insured), claims.draft()
    rows, at_large = Claim.objects.filter(pk=claim.pk), Claim.objects.filter(pk=alone.pk)
    refused_by("claim_names_its_member", lambda: rows.update(member=None, payee_is="", claimant=alone.claimant))
    refused_by("claim_member_is_insured", lambda: at_large.update(member=insured, payee_is="self", claimant=None))
    refused_by("claim_member_is_insured", lambda: rows.update(event_date=claims.day(-300)))
    refused_by("claim_pays_no_employer", lambda: rows.update(claimant=covered.holder, payee_is="spouse"))
    refused_by("claim_pays_the_insured_or_family", lambda: rows.update(payee_is="employer"))
    refused_by("claim_pays_the_insured_or_family", lambda: rows.update(claimant=alone.claimant))
    refused_by("claim_pays_the_insured_or_family", lambda: at_large.update(claimant=None))


def test_one_live_claim_for_a_stay_and_member(covered, insured):
    first = group_claims.submitted(insured)
    twin = group_claims.draft(insured)
    beside = group_claims.draft(group_claims.member(covered, 2))
    sent = {"state": "submitted", "notified_at": clock.now(), "payee_account": b"sealed"}
    refused_by("claim_one_live_for_a_stay", lambda: Claim.objects.filter(pk=twin.pk).update(**sent))
    Claim.objects.filter(pk=beside.pk).update(**sent)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert first.stay == claims.fresh(beside).stay


def test_nobody_decides_about_their_own_membership(insured):
    adjuster = claims.adjuster().user
    customers.person(adjuster)
    claim = group_claims.decided(insured, papers=())
    party = adjuster.parties.get()
    party.id_number, party.name = insured.id_number.open(), insured.name.open()
    party.save()
    assert code_of(lambda: claims.approved(claim, "100.00", by=actor_of(adjuster))) == "own_claim"
