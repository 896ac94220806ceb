"""Return freight: the courier tells a delivery over the partner API and the money is on its way without a form."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from claims.models import Claim, Maker, Outcome, PartnerRecord
from claims.services.partner_events import ParcelReturned, report_return
from claims.services.reporting import send_claim
from claims.states import ClaimState
from customers.actors import actor_of
from customers.models import Message
from customers.selectors import own_party
from customers.services.parties import set_bank_account
from insureweb.api.models import PartnerQuote
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from policies.contract.models import Policy
from tests.factories import api, claims, parcels

pytestmark = pytest.mark.django_db


@pytest.fixture
def parcel() -> Policy:
    """An insured parcel whose buyer has named an account before."""
    policy = parcels.insured_parcel()
    person = own_party(policy.user)
    assert person is not None
    set_bank_account(party=person, bank_account=claims.ACCOUNT, by=actor_of(policy.user), at=clock.now())
    return policy


def delivered(policy: Policy, at: datetime | None = None, **changes: Any) -> dict[str, Any]:
    at = at or clock.now() - timedelta(hours=2)
    return {"waybill": f"SF{policy.pk:010d}", "delivered_at": at.isoformat(), "freight": "12.00"} | changes


def told(key: Any, policy: Policy, **changes: Any) -> Any:
    return api.call(key, "POST", f"/api/v1/policies/{policy.no}/returns", delivered(policy, **changes))


def test_a_delivery_is_paid_without_a_form(parcel: Policy) -> None:
    answer = told(api.key("swift-courier", courier=True), parcel)
    assert answer.status_code == 201, answer.content
    claims.settle()
    claim = Claim.objects.get(no=answer.json()["number"])
    assert (claim.state, claim.amount_paid, claim.cause) == (ClaimState.PAID, parcels.FREIGHT, "returned")
    decision = claim.decisions.get()
    assert (decision.outcome, decision.maker) == (Outcome.PAY, Maker.AUTOMATIC)
    assert [row["id"] for row in decision.rules] == ["CL-50"]
    assert claim.records.get().partner == "swift-courier"
    page = Client()
    page.force_login(claim.user)
    shown = page.get(reverse("claims:claim", args=[claim.no]), headers={"Accept-Language": "en"})
    assert shown.status_code == 200
    assert "物流签收" in shown.content.decode() or "courier" in shown.content.decode()


def test_the_same_waybill_counts_once(parcel: Policy) -> None:
    key = api.key("swift-courier", courier=True)
    first, again = told(key, parcel), told(key, parcel)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["number"] == again.json()["number"]
    assert (Claim.objects.count(), PartnerRecord.objects.count()) == (1, 1)
    other = told(key, parcels.insured_parcel(), waybill=delivered(parcel)["waybill"])
    assert (other.status_code, other.json()["code"]) == (422, "waybill_used")


def test_without_an_account_the_customer_is_asked_and_then_paid() -> None:
    parcel = parcels.insured_parcel()
    number = told(api.key("swift-courier", courier=True), parcel).json()["number"]
    claims.settle()
    claim = claims.fresh(Claim.objects.get(no=number))
    assert claim.state == ClaimState.DRAFT
    assert Message.objects.filter(user=parcel.user, kind="claim_account_wanted", subject_no=number).exists()
    send_claim(claim=claim, account=claims.ACCOUNT, by=actor_of(parcel.user), at=clock.now())
    claims.settle()
    assert claims.fresh(claim).state == ClaimState.PAID


def test_never_more_than_the_sum_chosen(parcel: Policy) -> None:
    told(api.key("swift-courier", courier=True), parcel, freight="26.00")
    claims.settle()
    assert (Claim.objects.get().amount_claimed, Claim.objects.get().amount_paid) == (26, parcels.FREIGHT)


def test_a_delivery_after_the_cover_is_refused_on_the_formal_ground() -> None:
    late = parcels.insured_parcel(days_ago=60)
    person = own_party(late.user)
    assert person is not None
    set_bank_account(party=person, bank_account=claims.ACCOUNT, by=actor_of(late.user), at=clock.now())
    told(api.key("swift-courier", courier=True), late)
    claims.settle()
    decision = Claim.objects.get().decisions.get()
    assert (decision.outcome, decision.ground) == (Outcome.REFUSE, "not_in_force")


def test_who_may_tell_a_delivery(parcel: Policy) -> None:
    shop = api.key("lake-shop")
    assert told(shop, parcel).status_code == 404
    assert told(api.key("swift-courier", courier=True, sandbox=True), parcel).status_code == 404
    PartnerQuote.objects.create(
        partner=shop.key.partner, quote=parcel.quote, is_sandbox=False, owner_token="t" * 40, at=clock.now()
    )
    assert told(shop, parcel).status_code == 201


BAD: list[dict[str, Any]] = [
    *({"waybill": value} for value in ("x", "a\x00bcdefg", None)),
    *({"freight": value} for value in ("-1", "0", "1e30", "NaN", [])),
    *({"delivered_at": value} for value in ("yesterday", "2026-01-01T00:00:00", "0001-01-01T00:00:00Z")),
    {"delivered_at": "9999-01-01T00:00:00Z"},
]


@pytest.mark.parametrize("changes", BAD)
def test_bad_deliveries_are_problems_not_failures(parcel: Policy, changes: dict[str, Any]) -> None:
    answer = told(api.key("swift-courier", courier=True), parcel, **changes)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json"), answer.content
    assert not Claim.objects.exists()


def test_other_products_are_not_claimed_by_a_courier() -> None:
    policy = claims.policy()
    assert told(api.key("swift-courier", courier=True), policy).json()["code"] == "not_by_courier"


def test_constraints_of_records(parcel: Policy) -> None:
    told(api.key("swift-courier", courier=True), parcel)
    record = PartnerRecord.objects.get()
    fields = {"claim": record.claim, "kind": "courier", "partner": "swift-courier", "happened_at": record.at}
    for name, reference in (("partner_record_counts_once", record.reference), ("partner_record_has_a_reference", "")):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            PartnerRecord.objects.create(**fields, reference=reference, at=record.at)


def test_the_form_offers_the_causes_of_the_product(parcel: Policy) -> None:
    page = Client()
    page.force_login(parcel.user)
    text = page.get(reverse("claims:report"), {"policy": parcel.no}).content.decode()
    assert 'value="returned"' in text
    assert 'value="illness"' not in text
    with pytest.raises(Refused) as caught:
        claims.draft(parcel, coverage="freight", cause="illness", claimed=parcels.FREIGHT)
    assert caught.value.field == "cause"
    assert claims.draft(parcel, coverage="freight", cause="returned", claimed=parcels.FREIGHT).cause == "returned"


def test_the_service_refuses_the_future(parcel: Policy) -> None:
    event = ParcelReturned("SF00000001", clock.now() + timedelta(days=1), parcels.FREIGHT)
    with pytest.raises(Refused):
        report_return(policy=parcel, partner="x", event=event, by=claims.SYSTEM, at=clock.now())
