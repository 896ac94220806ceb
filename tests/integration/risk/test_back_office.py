"""Risk's pages for staff: who sees them, in both languages, and what they do."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from insureweb.kernel import clock
from risk.models import RiskEntry, SalePause
from risk.states import AlertState
from tests.factories import customers
from tests.factories import risk as made

pytestmark = pytest.mark.django_db
MODELS = ("alert", "indicatorreading", "riskentry", "salepause")


@pytest.fixture
def profile():
    return made.manager()


@pytest.fixture
def desk(client, profile):
    return customers.sign_in(client, profile.user)


def records():
    alert = made.alert()
    return {"alert": alert, "indicatorreading": alert.reading, "riskentry": made.risk(), "salepause": made.paused()}


def address(model, record, language="en"):
    with override(language):
        return reverse(f"admin:risk_{model}_change", args=[record.uuid])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_in_both_languages(desk, language):
    for model, record in records().items():
        with override(language):
            listed = desk.get(reverse(f"admin:risk_{model}_changelist"))
        assert listed.status_code == 200, model
        assert desk.get(address(model, record, language)).status_code == 200, model
    with override(language):
        assert desk.get(reverse("admin:index")).status_code == 200
        for model in ("riskentry", "salepause"):
            assert desk.get(reverse(f"admin:risk_{model}_add")).status_code == 200


@pytest.mark.parametrize("role", ["underwriter", "customer_service", "marketer"])
def test_other_roles_stay_outside(client, role):
    customers.sign_in(client, customers.colleague(role).user)
    for model, record in records().items():
        assert client.get(address(model, record)).status_code == 403


def test_the_auditor_reads_and_changes_nothing(client):
    customers.sign_in(client, customers.colleague("auditor").user)
    alert = made.alert()
    page = client.get(address("alert", alert))
    assert "Only risk managers act here." in page.content.decode()
    assert client.post(address("alert", alert), {"action": "take"}).status_code == 403


def test_take_and_close_from_the_page(desk, profile):
    alert = made.alert()
    where = address("alert", alert)
    assert "AL-11" in desk.get(where).content.decode()
    desk.post(where, {"action": "take"})
    alert.refresh_from_db()
    assert alert.assigned_to == profile.user
    refused = desk.post(where, {"action": "close", "reason": " \x00 "})
    assert refused.status_code == 409
    assert "Say what you found" in refused.content.decode()
    desk.post(where, {"action": "close", "reason": "A new channel, checked"})
    alert.refresh_from_db()
    assert alert.state == AlertState.CLOSED
    assert "A new channel, checked" in desk.get(where).content.decode()


def form_of(entry_or_owner, **fields):
    return {
        "category": "operational", "cause": "One data centre", "event": "It burns down", "consequence": "No sale",
        "treatment": "", "likelihood": "2", "impact": "5", "owner": str(entry_or_owner.pk),
        "review_date": (clock.today() + timedelta(days=30)).isoformat(),
    } | fields  # fmt: skip


def test_a_risk_is_added_and_changed_through_the_services(desk, profile):
    with override("en"):
        add = reverse("admin:risk_riskentry_add")
    wrong = desk.post(add, form_of(profile, review_date="2020-01-01"))
    assert wrong.status_code == 200
    assert "The review lies ahead" in wrong.content.decode()
    assert "It burns down" in wrong.content.decode()
    assert desk.post(add, form_of(profile)).status_code == 302
    entry = RiskEntry.objects.get()
    where = address("riskentry", entry)
    refused = desk.post(where, form_of(profile, impact="3", state="open", reason=""))
    assert "Say why this changes." in refused.content.decode()
    assert desk.post(where, form_of(profile, impact="3", state="closed", reason="Moved")).status_code == 302
    entry.refresh_from_db()
    assert (entry.impact, entry.state) == (3, "closed")


def test_a_sale_is_paused_and_the_pause_lifted(desk):
    product = made.product()
    with override("en"):
        add = reverse("admin:risk_salepause_add")
    typed = {"product": str(product.pk), "region": "Mars", "reason": "A wrong price"}
    assert "six digits" in desk.post(add, typed).content.decode()
    assert desk.post(add, typed | {"region": "all"}).status_code == 302
    pause = SalePause.objects.get()
    where = address("salepause", pause)
    assert desk.post(where, {"action": "lift", "reason": ""}).status_code == 409
    assert desk.post(where, {"action": "lift", "reason": "Corrected"}).status_code == 302
    pause.refresh_from_db()
    assert not pause.is_live
    assert "Corrected" in desk.get(where).content.decode()


def test_lists_ask_the_same_number_of_times(desk, django_assert_max_num_queries):
    with override("en"):
        where = reverse("admin:risk_riskentry_changelist")
    made.risk()
    desk.get(where)
    with django_assert_max_num_queries(30) as one:
        desk.get(where)
    made.risk()
    made.risk()
    with django_assert_max_num_queries(len(one)):
        desk.get(where)
