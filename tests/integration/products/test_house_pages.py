"""Insurers, branches and categories kept in the back office: by product managers, with a reason the history keeps."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from products.models import Branch, Category, Insurer
from tests.factories.customers import colleague, sign_in

pytestmark = pytest.mark.django_db

NEW = {
    "code": "anlan-travel-life", "licence_scope": "life", "uscc": "91330000MA2TRAWE7K", "number_mark": "V",
    "name_zh_hans": "安澜旅行人寿保险股份有限公司", "name_en": "Anlan Travel Life Insurance Co., Ltd.",
    "short_name_zh_hans": "安澜旅行", "short_name_en": "Anlan Travel", "regions_from": "list",
    "sale_regions": ["330000", "440000"], "reason": "Licence granted in May",
}  # fmt: skip


@pytest.fixture
def manager(client: Client) -> Client:
    return sign_in(client, colleague("product_manager").user)


def url(page, *args):
    with override("en"):
        return reverse(f"admin:products_{page}", args=args)


def test_an_insurer_begins_and_changes_with_a_reason(manager):
    answer = manager.post(url("insurer_add"), NEW)
    assert answer.status_code == 302, answer.context["errors"]
    change = url("insurer_change", NEW["code"])
    page = manager.get(change).content.decode()
    assert "Anlan Travel Life Insurance Co., Ltd." in page
    wanted = {name: value for name, value in NEW.items() if "name_" in name or name == "regions_from"}
    assert manager.post(change, wanted | {"sale_regions": ["all"]}).status_code == 200, "no reason"
    done = manager.post(change, wanted | {"sale_regions": ["all"], "reason": "Licence widened to the whole country"})
    assert done.status_code == 302
    insurer = Insurer.objects.get(code=NEW["code"])
    assert (insurer.sale_regions, insurer.licence_scope) == (["all"], "life")
    story = manager.get(url("insurer_history", NEW["code"])).content.decode()
    assert "Licence widened to the whole country" in story
    assert "Licence granted in May" in story


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"uscc": "1"}, "unified social credit code"),
        ({"code": "anlan-life"}, "anlan-life"),
        ({"number_mark": "ab"}, "capital"),
        ({"sale_regions": ["all", "330000"]}, "Name the regions"),
        ({"sale_regions": ["990000"]}, "not one of the available choices"),
        ({"name_en": "\x00"}, "Null characters"),
    ],
)
def test_a_wrong_insurer_is_refused_in_words_and_nothing_typed_is_lost(manager, wrong, words):
    answer = manager.post(url("insurer_add"), NEW | wrong)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert "安澜旅行人寿保险股份有限公司" in page
    assert not Insurer.objects.filter(uscc=NEW["uscc"]).exists()


def test_a_branch_opens_once_and_closes_for_good(manager):
    insurer = Insurer.objects.get(code="anlan-property")
    fields = {"insurer": insurer.pk, "name_zh_hans": "西藏分公司", "name_en": "Tibet branch", "region": "540000",
              "opened_on": "2026-06-01", "reason": "Approved by the board"}  # fmt: skip
    assert manager.post(url("branch_add"), fields).status_code == 302
    assert "already" in manager.post(url("branch_add"), fields).content.decode()
    branch = Branch.objects.get(insurer=insurer, region="540000")
    change = url("branch_change", branch.pk)
    assert manager.get(change).status_code == 200
    early = manager.post(change, {"closed_on": "2026-06-01", "reason": "Merged"})
    assert "closed, or would close before it opened" in early.content.decode()
    assert manager.post(change, {"closed_on": "2026-12-01", "reason": "Merged into Sichuan"}).status_code == 302
    branch.refresh_from_db()
    assert branch.closed_on == date(2026, 12, 1)
    assert "Merged into Sichuan" in manager.get(url("branch_history", branch.pk)).content.decode()
    assert manager.post(change, {"closed_on": "2027-01-01", "reason": "Again"}).status_code == 403
    assert "Tibet branch" in manager.get(url("insurer_change", "anlan-property")).content.decode()


def test_a_category_begins_and_changes(manager):
    fields = {"code": "pets", "name_zh_hans": "宠物险", "name_en": "Pets", "licence_scopes": ["property"],
              "order": "80", "reason": "A new line"}  # fmt: skip
    assert manager.post(url("category_add"), fields).status_code == 302
    assert "pets" in manager.post(url("category_add"), fields).content.decode()
    change = url("category_change", "pets")
    assert manager.post(change, fields | {"order": "-1"}).status_code == 200
    done = manager.post(
        change, fields | {"short_term_scopes": ["property"], "order": "85", "reason": "Short terms too"}
    )
    assert done.status_code == 302
    category = Category.objects.get(code="pets")
    assert (category.order, category.short_term_scopes) == (85, ["property"])
    assert "Short terms too" in manager.get(url("category_history", "pets")).content.decode()


@pytest.mark.parametrize("role", ["underwriter", "auditor"])
def test_others_read_and_keep_nothing(client, role):
    desk = sign_in(client, colleague(role).user)
    for page, key in (("insurer", "anlan-life"), ("category", "life")):
        shown = desk.get(url(f"{page}_change", key))
        assert shown.status_code == 200
        assert 'name="reason"' not in shown.content.decode()
        assert desk.post(url(f"{page}_change", key), NEW).status_code == 403
        assert desk.get(url(f"{page}_add")).status_code == 403
