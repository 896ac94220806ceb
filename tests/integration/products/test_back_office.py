"""Products in the back office: who sees them, what they do, and that refusals come back as words."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from customers.actors import actor_of
from insureweb.kernel.idempotency import FIELD, new_key
from products.models import Product, ProductVersion
from products.selectors import version_on_sale
from products.services.drafts import change_draft, start_draft
from products.services.loading import load_product
from products.services.versions import sign_version, submit_for_review
from tests.factories.customers import colleague, sign_in
from tests.factories.products import (
    AT,
    AUTHOR,
    GUARD,
    LOADER,
    changed,
    draft_version,
    publish,
    published_version,
    shipped,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> Client:
    return sign_in(client, colleague("product_manager").user)


def version_url(version: ProductVersion) -> str:
    with override("en"):
        return reverse("admin:products_productversion_change", args=[version.content_hash])


def product_url() -> str:
    with override("en"):
        return reverse("admin:products_product_change", args=[GUARD])


def act(desk: Client, url: str, action: str, reason: str = "Agreed in the product committee", **more: str) -> int:
    return desk.post(url, {"action": action, "reason": reason, FIELD: new_key(), **more}).status_code


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_in_both_languages(manager: Client, language: str) -> None:
    version = published_version()
    with override(language):
        for model in ("insurer", "category", "product", "productversion", "saleswitch"):
            assert manager.get(reverse(f"admin:products_{model}_changelist")).status_code == 200, model
        assert manager.get(reverse("admin:products_insurer_change", args=["anlan-life"])).status_code == 200
        assert manager.get(reverse("admin:products_category_change", args=["life"])).status_code == 200
        assert manager.get(reverse("admin:products_product_change", args=[GUARD])).status_code == 200
        first = reverse("admin:products_productversion_change", args=[version.content_hash])
        assert manager.get(first).status_code == 200
        page = manager.get(reverse("admin:products_productversion_tests", args=[version.address]))
    assert page.status_code == 200
    assert "UW-50" in page.content.decode()
    assert "174.25" in page.content.decode()


def test_publish_suspend_resume_withdraw_from_the_page(manager: Client) -> None:
    version = draft_version()
    url = version_url(version)
    second = sign_in(Client(), colleague("product_manager").user)
    assert act(manager, url, "submit") == 302
    assert act(second, url, "send_back") == 302
    assert act(manager, url, "submit") == 302
    # The one who handed it in may not publish it.
    assert act(manager, url, "publish") == 409
    # Nor may anybody before the actuary has signed.
    assert act(second, url, "publish") == 409
    actuary = sign_in(Client(), colleague("actuary").user)
    assert 'value="sign"' in actuary.get(url).content.decode()
    assert act(actuary, url, "sign") == 302
    assert 'value="sign"' not in actuary.get(url).content.decode()
    for action, state in (("publish", "published"), ("suspend", "suspended"), ("resume", "published"),
                          ("withdraw", "withdrawn")):  # fmt: skip
        assert f'value="{action}"' in second.get(url).content.decode()
        if action == "withdraw":
            assert act(second, url, action) == 409, "what cannot be undone is confirmed"
        assert act(second, url, action, confirm="yes") == 302
        assert ProductVersion.objects.get(pk=version.pk).state == state


def test_an_act_without_a_reason_or_with_a_gap_is_refused_in_words(manager: Client) -> None:
    version = load_product(source=changed(shipped(), ("filing", None)), by=LOADER, at=AT).version
    url = version_url(version)
    assert manager.get(url).status_code == 200
    assert act(manager, url, "submit", reason=" \x00 ") in (400, 409)
    answer = manager.post(url, {"action": "submit", "reason": "Please", FIELD: new_key()})
    assert answer.status_code == 409
    assert "Please" in answer.content.decode()
    assert ProductVersion.objects.get(pk=version.pk).state == "draft"


def test_the_sale_switch(manager: Client) -> None:
    published_version()
    assert act(manager, product_url(), "switch_off") == 302
    assert Product.objects.get(code=GUARD).switches.get().is_on is False
    assert act(manager, product_url(), "switch_on") == 302
    assert Product.objects.get(code=GUARD).switches.get().is_on is True


@pytest.mark.parametrize("role", ["underwriter", "auditor"])
def test_others_read_and_change_nothing(client: Client, role: str) -> None:
    version = published_version()
    desk = sign_in(client, colleague(role).user)
    page = desk.get(version_url(version))
    assert page.status_code == 200
    assert 'name="action"' not in page.content.decode()
    assert act(desk, version_url(version), "withdraw") == 403
    assert act(desk, product_url(), "switch_off") == 403


def test_going_back_is_one_action(manager: Client) -> None:
    first = published_version()
    second = start_draft(from_version=first, name="2027-01", by=AUTHOR, at=AT)
    name = {"zh-hans": "安澜守护二", "en": "Guard Two"}
    tree = second.definition | {"filing": first.definition["filing"], "name": name}
    publish(change_draft(version=second, tree=tree, seen_hash=second.content_hash, by=AUTHOR, at=AT))
    assert version_on_sale(GUARD, AT).version == "2027-01"
    page = manager.get(product_url()).content.decode()
    assert 'value="roll_back"' in page
    assert act(manager, product_url(), "roll_back", reason="") == 409, "nobody goes back without a reason"
    assert act(manager, product_url(), "roll_back", reason="The new tariff has a misprint") == 302
    assert version_on_sale(GUARD, AT).version == first.version
    assert ProductVersion.objects.get(version="2027-01").state == "suspended"
    assert str(Product.objects.get(code=GUARD).name.en) == "Anlan Guard"
    story = manager.get(version_url(ProductVersion.objects.get(version="2027-01"))).content.decode()
    assert "The new tariff has a misprint" in story
    # There is nothing before the first one.
    assert 'value="roll_back"' not in sign_in(Client(), colleague("auditor").user).get(product_url()).content.decode()
    assert act(manager, product_url(), "roll_back") == 409


def test_first_pages_lead_a_version_from_the_actuary_to_whoever_publishes_it(client: Client):
    version = draft_version()
    submit_for_review(version=version, by=AUTHOR, at=AT)
    actuary = colleague("actuary").user
    page = sign_in(client, colleague("product_manager").user).get("/en/staff/").content.decode()
    assert "With the actuary" in page
    assert "Versions to publish 1" not in page, "nobody publishes before the signature"
    page = sign_in(Client(), actuary).get("/en/staff/").content.decode()
    assert "Versions to sign off 1" in page
    assert f"{version.product.name.en} {version.version}</a>" in page
    sign_version(version=version, by=actor_of(actuary), at=AT)
    managers = sign_in(client, colleague("product_manager").user)
    page = managers.get("/en/staff/").content.decode()
    assert "Versions to publish 1" in page
    assert "?state__exact=in_review&amp;signed=yes" in page
    rows = managers.get("/en/staff/products/productversion/?state__exact=in_review&signed=yes").content.decode()
    assert version.product.name.en in rows
    page = sign_in(Client(), colleague("marketer").user).get("/en/staff/").content.decode()
    assert "Products on sale" in page
    assert "Waiting for you to publish" not in page
    assert "/en/staff/policies/policy/" not in page
