"""The back office: who sees what, forms through services, reveals on record, history, case pages, lists that scale."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from customers.models import Message, Party, PrivacyRequest, StaffProfile, Unit, User
from customers.services import accounts, messages
from insureweb.audit.back_office.lists import COUNT_LIMIT, CappedPaginator
from insureweb.audit.back_office.stories import story_of
from insureweb.audit.back_office.work import capped
from insureweb.audit.models import AccessLog
from insureweb.kernel import outbox
from insureweb.kernel.actors import Actor
from insureweb.kernel.localized import Localized
from insureweb.kernel.outbox import Delivery
from tests.factories import customers as made

pytestmark = pytest.mark.django_db


def desk(*roles: str) -> Client:
    """A client signed in as a member of staff with these roles."""
    return made.sign_in(Client(), made.colleague(*roles).user)


# --- The frame -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", ["underwriter", "claims_adjuster", "customer_service", "auditor", "security_admin", "system_admin"]
)
@pytest.mark.parametrize("path", ["/staff/", "/en/staff/"])
def test_the_first_page_opens_for_every_role(role: str, path: str) -> None:
    answer = desk(role).get(path)
    assert answer.status_code == 200
    assert "'unsafe-eval'" in answer["Content-Security-Policy"]


def test_the_sidebar_shows_what_the_role_may_see() -> None:
    page = desk("security_admin").get("/en/staff/").content.decode()
    assert "/en/staff/customers/staffprofile/" in page
    assert "/en/staff/customers/party/" not in page
    page = desk("underwriter").get("/en/staff/").content.decode()
    assert "/en/staff/customers/party/" in page
    assert "/en/staff/customers/staffprofile/" not in page
    assert 'href="http://testserver/staff/"' in page


def test_public_pages_keep_the_strict_policy(client: Client) -> None:
    made.sign_in(client, made.customer())
    assert "unsafe" not in client.get("/my/profile/")["Content-Security-Policy"]


def test_what_waits_stands_at_the_queue() -> None:
    accounts.request_privacy(user=made.customer(), kind="export", by=made.SYSTEM, at=made.AT)
    page = desk("security_admin").get("/en/staff/").content.decode()
    assert "Privacy requests to answer" in page
    assert "state__exact=requested" in page


@pytest.mark.parametrize(("count", "words"), [(0, ""), (7, "7"), (99, "99"), (100, "99+")])
def test_badges_are_capped(count: int, words: str) -> None:
    assert capped(count) == words


# --- Lists -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["party", "user", "message", "consent", "privacyrequest"])
def test_lists_cost_the_same_with_many_rows(name: str, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    auditor = desk("auditor")
    for _number in range(8):
        user = made.customer()
        made.person(user)
        accounts.request_privacy(user=user, kind="export", by=made.SYSTEM, at=made.AT)
    auditor.get(f"/staff/customers/{name}/")
    with django_assert_max_num_queries(5):
        assert auditor.get(f"/staff/customers/{name}/").status_code == 200


def test_a_list_goes_on_by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("insureweb.audit.back_office.lists.COUNT_LIMIT", 3)
    monkeypatch.setattr("customers.admin.PartyAdmin.list_per_page", 3)
    people = [made.person(name=f"安{mark}") for mark in "甲乙丙丁戊"]
    auditor = desk("auditor")
    page = auditor.get("/en/staff/customers/party/").content.decode()
    assert f"before={people[2].pk}" in page
    page = auditor.get(f"/en/staff/customers/party/?before={people[2].pk}").content.decode()
    assert str(people[0].uuid) in page
    assert str(people[1].uuid) in page
    assert str(people[2].uuid) not in page


def test_counting_stops() -> None:
    for _number in range(3):
        made.customer()
    paginator = CappedPaginator(User.objects.order_by("-id"), 2)
    assert paginator.count == 3
    assert not paginator.is_capped
    assert COUNT_LIMIT == 1000


def test_a_party_is_found_by_its_whole_number_only() -> None:
    party, _other = made.person(), made.person()
    office = desk("underwriter")
    number = party.id_number.open()
    page = office.get("/staff/customers/party/", {"q": number}).content.decode()
    assert str(party.uuid) in page
    assert str(_other.uuid) not in page
    assert str(party.uuid) not in office.get("/staff/customers/party/", {"q": number[:10]}).content.decode()


@pytest.mark.parametrize("text", ["\x00", "'", "%", "😀" * 300, "1" * 5000, "../..", "{{7*7}}"])
def test_odd_searches_are_no_failure(text: str) -> None:
    office = desk("auditor")
    for name in ("party", "user", "message", "consent"):
        assert office.get(f"/staff/customers/{name}/", {"q": text}).status_code in {200, 302, 400}


def test_no_key_stands_in_an_address() -> None:
    party = made.person()
    office = desk("underwriter")
    assert f"/staff/customers/party/{party.uuid}/change/" in office.get("/staff/customers/party/").content.decode()
    by_key = office.get(f"/staff/customers/party/{party.pk}/change/")
    missing = office.get("/staff/customers/party/00000000-0000-4000-8000-000000000000/change/")
    assert (by_key.status_code, missing.status_code) == (302, 302)
    assert by_key["Location"] == missing["Location"] == "/staff/"


def test_nothing_is_deleted() -> None:
    party = made.person()
    office = desk("auditor")
    assert office.post(f"/staff/customers/party/{party.uuid}/delete/", {"post": "yes"}).status_code == 403
    office.post("/staff/customers/party/", {"action": "delete_selected", "_selected_action": [party.pk]})
    assert Party.objects.filter(pk=party.pk).exists()


# --- Personal data ---------------------------------------------------------------------------------------------------


def test_a_reveal_needs_a_reason_and_is_written_down() -> None:
    party = made.person(name="陈安澜")
    office = desk("underwriter")
    change = office.get(f"/en/staff/customers/party/{party.uuid}/change/").content.decode()
    assert "陈**" in change
    assert "陈安澜" not in change
    url = f"/en/staff/customers/party/{party.uuid}/reveal/name/"
    assert url in change
    assert "陈安澜" not in office.get(url).content.decode()
    assert office.post(url, {"reason": " "}).status_code == 422
    assert not AccessLog.objects.exists()
    answer = office.post(url, {"reason": "call to confirm the reading"})
    assert "陈安澜" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert 'content="300;' in answer.content.decode()
    line = AccessLog.objects.get()
    assert (line.field, line.reason, line.subject_id) == ("name", "call to confirm the reading", str(party.uuid))
    assert line.actor_label == "何敏"


def test_a_reveal_inside_the_page_hides_itself() -> None:
    party = made.person(phone="13905718846")
    office = desk("customer_service")
    url = f"/en/staff/customers/party/{party.uuid}/reveal/phone/"
    headers = {"HX-Request": "true"}
    asked = office.get(url, headers=headers).content.decode()
    assert "<html" not in asked
    shown = office.post(url, {"reason": "call back"}, headers=headers).content.decode()
    assert "13905718846" in shown
    assert "delay:300s" in shown
    hidden = office.get(url + "?hide=1", headers=headers).content.decode()
    assert "139 **** 8846" in hidden


def test_who_may_not_reveal_is_refused() -> None:
    party = made.person()
    for office, field, status in (
        (desk("auditor"), "name", 403),
        (desk("underwriter"), "bank_account", 403),
        (desk("underwriter"), "birth_date", 404),
        (desk("marketer"), "name", 403),
    ):
        url = f"/staff/customers/party/{party.uuid}/reveal/{field}/"
        assert office.post(url, {"reason": "curious"}).status_code == status
    assert (
        "reveal"
        not in desk("auditor").get(f"/staff/customers/party/{party.uuid}/change/").content.decode().split("css")[-1]
    )
    assert not AccessLog.objects.exists()


# --- Forms through services ------------------------------------------------------------------------------------------


def _staff_form(**fields: object) -> dict[str, object]:
    return {
        "email": "wei.ran@example.com", "name": "卫然", "roles": ["claims_adjuster"], "unit": made.unit("claims").pk,
        "underwriting_limit": "0", "claims_limit": "50000", "reason": "new colleague",
    } | fields  # fmt: skip


def test_a_colleague_is_made_by_the_service() -> None:
    security = desk("security_admin")
    answer = security.post("/staff/customers/staffprofile/add/", _staff_form())
    assert answer.status_code == 302, answer.content.decode()
    profile = StaffProfile.objects.get(name="卫然")
    assert profile.user.is_staff
    assert list(profile.user.groups.values_list("name", flat=True)) == ["claims_adjuster"]
    url = f"/en/staff/customers/staffprofile/{profile.uuid}/change/"
    assert "wei.ran@example.com" in security.get(url).content.decode()
    security.post(url, _staff_form(claims_limit="80000", roles=["claims_approver"], reason="promoted"))
    profile.refresh_from_db()
    assert profile.claims_limit == 80_000
    assert list(profile.user.groups.values_list("name", flat=True)) == ["claims_approver"]
    history = security.get(f"/en/staff/customers/staffprofile/{profile.uuid}/history/").content.decode()
    assert "promoted" in history
    assert "50,000.00" in history


@pytest.mark.parametrize(
    "fields",
    [
        {"roles": ["claims_adjuster", "claims_approver"]},
        {"roles": ["no_such_role"]},
        {"claims_limit": "-1"},
        {"claims_limit": "NaN"},
        {"claims_limit": "1e99"},
        {"email": "no address"},
        {"name": ""},
        {"reason": ""},
        {"unit": "999999"},
    ],
)
def test_a_refusal_is_an_error_of_the_form(fields: dict[str, object]) -> None:
    before = User.objects.filter(is_staff=True).count()
    security = desk("security_admin")
    answer = security.post("/en/staff/customers/staffprofile/add/", _staff_form(**fields))
    assert answer.status_code == 200
    if "name" not in fields:
        assert "卫然" in answer.content.decode()
    assert User.objects.filter(is_staff=True).count() == before + 1


def test_nobody_changes_their_own_authority() -> None:
    profile = made.colleague("security_admin")
    office = made.sign_in(Client(), profile.user)
    answer = office.post(f"/en/staff/customers/staffprofile/{profile.uuid}/change/", _staff_form(unit=profile.unit.pk))
    assert answer.status_code == 200
    profile.refresh_from_db()
    assert profile.claims_limit == 0


def test_who_may_only_look_cannot_write() -> None:
    profile = made.colleague("underwriter")
    auditor = desk("auditor")
    url = f"/staff/customers/staffprofile/{profile.uuid}/change/"
    assert auditor.get(url).status_code == 200
    assert auditor.post(url, _staff_form()).status_code == 403
    assert auditor.get("/staff/customers/staffprofile/add/").status_code == 403


def test_units_have_names_in_both_languages() -> None:
    security = desk("security_admin")
    fields = {"code": "motor", "name_zh": "车险部", "name_en": "Motor"}
    assert security.post("/staff/customers/unit/add/", fields).status_code == 302
    unit = Unit.objects.get(code="motor")
    assert unit.name.en == "Motor"
    security.post(f"/staff/customers/unit/{unit.pk}/change/", fields | {"name_en": "Motor line"})
    assert Unit.objects.get(code="motor").name.en == "Motor line"
    assert security.post("/staff/customers/unit/add/", {"code": "x"}).status_code == 200
    team = {"code": "south", "name_zh": "南区", "name_en": "South", "unit": unit.pk}
    assert security.post("/staff/customers/team/add/", team).status_code == 302


def test_an_account_is_locked_with_a_reason() -> None:
    user = made.customer()
    security = desk("security_admin")
    url = f"/staff/customers/user/{user.uuid}/change/"
    assert security.post(url, {"reason": ""}).status_code == 200
    assert security.post(url, {"reason": "asked by phone"}).status_code == 302
    user.refresh_from_db()
    assert not user.is_active


# --- Case pages ------------------------------------------------------------------------------------------------------


def test_a_privacy_request_is_answered_on_its_case_page() -> None:
    user = made.customer()
    asked = accounts.request_privacy(user=user, kind="erase", by=made.SYSTEM, at=made.AT)
    security = desk("security_admin")
    url = f"/en/staff/customers/privacyrequest/{asked.uuid}/change/"
    page = security.get(url)
    assert page.status_code == 200
    assert "The story so far" in page.content.decode()
    refused = security.post(url, {"action": "answer", "outcome": "done", "answer": " "})
    assert refused.status_code == 409
    answer = security.post(url, {"action": "answer", "outcome": "refused", "answer": "The contract still runs."})
    assert (answer.status_code, answer["Location"]) == (302, url)
    assert PrivacyRequest.objects.get().state == "refused"
    assert "The contract still runs." in security.get(url).content.decode()
    again = security.post(url, {"action": "answer", "outcome": "done", "answer": "x"})
    assert again.status_code == 409


@pytest.mark.parametrize("action", ["", "answer", "case_context", "__class__", "no_such"])
def test_case_actions_are_for_their_roles(action: str) -> None:
    asked = accounts.request_privacy(user=made.customer(), kind="erase", by=made.SYSTEM, at=made.AT)
    answer = desk("auditor").post(f"/staff/customers/privacyrequest/{asked.uuid}/change/", {"action": action})
    assert answer.status_code == 403


def test_the_story_tells_old_and_new_values() -> None:
    profile = made.colleague("underwriter", name="何敏")
    StaffProfile.objects.filter(pk=profile.pk).update(name="何明")
    profile.refresh_from_db()
    newest, oldest = story_of(profile)[0], story_of(profile)[-1]
    (change,) = newest.changes
    assert (change.before, change.after) == ("何敏", "何明")
    assert oldest.changes == ()
    party = made.person(name="陈安澜")
    party.name = "陈安兰"
    party.save()
    assert "陈" not in str(story_of(party))


# --- Audit, outbox, messages -----------------------------------------------------------------------------------------


def test_oversight_lists() -> None:
    made.person()
    auditor = desk("auditor")
    for path in ("audit/change", "audit/accesslog", "kernel/delivery"):
        assert auditor.get(f"/staff/{path}/").status_code == 200
    change = auditor.get("/en/staff/audit/change/").content.decode()
    assert "customers_party" in change


def test_parked_deliveries_are_sent_again() -> None:
    delivery = Delivery.objects.create(
        event="x", handler="y", payload={}, created_at=made.AT, due_at=made.AT, state="parked", attempts=8
    )
    system = desk("system_admin")
    chosen = {"action": "send_again", "_selected_action": [delivery.pk]}
    desk("auditor").post("/staff/kernel/delivery/", chosen)
    delivery.refresh_from_db()
    assert delivery.state == "parked"
    system.post("/staff/kernel/delivery/", chosen)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("waiting", 0)
    assert outbox.oldest_age(made.AT) >= timedelta(0)


def test_a_failed_message_is_sent_again() -> None:
    words = Localized(zh_hans="字", en="words")
    (message,) = messages.send_message(
        user=made.customer(), kind="k", title=words, body=words, channels=["mail"], by=made.SYSTEM, at=made.AT
    )
    messages.mark_failed(message=message, reason="bounced", by=Actor.system("postman"), at=made.AT)
    desk("customer_service").post(
        "/staff/customers/message/", {"action": "send_again", "_selected_action": [message.pk]}
    )
    assert Message.objects.get().state == "waiting"
