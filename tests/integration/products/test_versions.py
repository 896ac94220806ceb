"""Loading, publishing, suspending, switching: services, constraints and triggers."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from insureweb.audit.models import Change
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.numbers import allocate
from insureweb.kernel.states import IllegalMove, NotAllowed
from products.compiled import compiled
from products.models import Category, Insurer, Product, ProductVersion, SaleSwitch
from products.selectors import ProductNotOnSale, catalogue, version_on_sale
from products.services.loading import load_product
from products.services.versions import (
    publish_version,
    resume_version,
    roll_back,
    send_back,
    set_sale_switch,
    sign_version,
    submit_for_review,
    suspend_version,
    withdraw_version,
)
from products.sources import ProductSource
from tests.factories.products import (
    ADJUSTER,
    AT,
    AUTHOR,
    GUARD,
    LOADER,
    PRODUCT_MANAGER,
    RISK_MANAGER,
    changed,
    draft_version,
    in_review,
    load_house,
    publish,
    published_version,
    shipped,
    signed,
)

pytestmark = pytest.mark.django_db


def renamed(version: str, *changes: tuple[str, object]) -> ProductSource:
    return changed(shipped(), ("version", version), *changes)


def load(source: ProductSource) -> ProductVersion:
    return load_product(source=source, by=LOADER, at=AT).version


def test_loading_opens_insurers_with_their_numbers() -> None:
    load_house()
    assert set(Insurer.objects.values_list("code", "licence_scope")) == {
        ("anlan-life", "life"),
        ("anlan-property", "property"),
    }
    assert allocate("policy", insurer="anlan-life", at=AT).startswith("BDL")
    assert allocate("claim", insurer="anlan-property", at=AT).startswith("LPP")


def test_the_same_content_again_changes_nothing() -> None:
    first = draft_version()
    changes = Change.objects.count()
    again = load_product(source=shipped(), by=LOADER, at=AT + timedelta(days=1))
    assert (again.version.pk, again.is_new) == (first.pk, False)
    assert Change.objects.count() == changes


def test_a_draft_is_replaced_and_a_published_version_is_not() -> None:
    first = draft_version()
    edited = changed(shipped(), ("shop.order", "11"))
    assert load(edited).pk == first.pk
    publish(ProductVersion.objects.get(pk=first.pk))
    with pytest.raises(Refused) as caught:
        load(changed(shipped(), ("shop.order", "12")))
    assert caught.value.code == "version_frozen"


def test_insurer_and_category_must_exist_and_stay() -> None:
    with pytest.raises(Refused) as caught:
        load(changed(shipped(), ("insurer", "nobody")))
    assert caught.value.code == "unknown_insurer"
    draft_version()
    with pytest.raises(Refused) as caught:
        load(renamed("2", ("insurer", "anlan-property")))
    assert caught.value.code == "other_insurer"
    with pytest.raises(Refused) as caught:
        load(renamed("2", ("category", "pets")))
    assert caught.value.code == "unknown_category"


def test_publishing_puts_on_sale_and_freezes() -> None:
    version = published_version()
    assert version.published_at == AT
    found = version_on_sale(GUARD, AT)
    assert found.pk == version.pk
    assert compiled(found).content_hash == version.content_hash
    assert catalogue(AT)[0].code == GUARD


@pytest.mark.parametrize(
    "column",
    [
        "version",
        "definition",
        "source",
        "content_hash",
        "sale_from",
        "published_at",
        "published_by_id",
        "submitted_by_id",
    ],
)
def test_postgresql_keeps_a_published_version_as_it_is(column: str) -> None:
    version = published_version()
    value = {
        "version": "x",
        "definition": {"a": "b"},
        "source": "x",
        "content_hash": "0" * 64,
        "sale_from": date(2020, 1, 1),
        "published_at": AT + timedelta(days=1),
        "published_by_id": "x",
        "submitted_by_id": "x",
    }[column]
    with pytest.raises(DatabaseError, match="is frozen"), transaction.atomic():
        ProductVersion.objects.filter(pk=version.pk).update(**{column: value})
    with pytest.raises(DatabaseError, match="is frozen"), transaction.atomic():
        version.delete()


def test_postgresql_refuses_illegal_moves_and_first_states() -> None:
    version = draft_version()
    with pytest.raises(DatabaseError, match="may not become"), transaction.atomic():
        ProductVersion.objects.filter(pk=version.pk).update(state="suspended")
    with pytest.raises(DatabaseError, match="no first state"), transaction.atomic():
        ProductVersion.objects.create(
            product=version.product, version="2", state="published", definition={}, source="", content_hash="1" * 64,
            sale_from=AT.date(), loaded_at=AT, published_at=AT,
        )  # fmt: skip


def test_only_the_right_people_publish() -> None:
    version = draft_version()
    for by in (ADJUSTER, RISK_MANAGER):
        with pytest.raises(NotAllowed):
            submit_for_review(version=version, by=by, at=AT)
    in_review(version)
    for by in (ADJUSTER, RISK_MANAGER):
        with pytest.raises(NotAllowed):
            publish_version(version=version, by=by, at=AT)
    signed(version)
    publish_version(version=version, by=PRODUCT_MANAGER, at=AT, reason="Filed and signed")
    change = Change.objects.filter(table_name="products_productversion").order_by("-id").first()
    assert change is not None
    assert (change.actor_label, change.reason) == ("Product Manager", "Filed and signed")
    with pytest.raises(IllegalMove):
        publish_version(version=version, by=PRODUCT_MANAGER, at=AT)


def test_a_version_without_filing_stays_a_draft() -> None:
    version = load(changed(shipped(), ("filing", None)))
    with pytest.raises(Refused) as caught:
        submit_for_review(version=version, by=AUTHOR, at=AT)
    assert caught.value.code == "no_filing"
    assert ProductVersion.objects.get(pk=version.pk).state == "draft"


def test_a_new_version_takes_the_place_of_the_old_one_today() -> None:
    old = published_version()
    new = load(renamed("2026-05"))
    publish(new)
    assert ProductVersion.objects.get(pk=old.pk).state == "suspended"
    assert version_on_sale(GUARD, AT).version == "2026-05"
    assert ProductVersion.objects.get(pk=new.pk).sale_from == date(2026, 5, 19)


def test_a_new_version_may_begin_later() -> None:
    published_version()
    publish(load(renamed("2026-07", ("sale.from", "2026-07-01"))))
    assert version_on_sale(GUARD, AT).version == "2024-09"
    assert version_on_sale(GUARD, AT + timedelta(days=60)).version == "2026-07"


def test_a_sale_that_would_end_before_it_begins_is_refused() -> None:
    published_version()
    late = load(renamed("2026-01", ("sale.until", "2026-02-01")))
    with pytest.raises(Refused) as caught:
        publish(late)
    assert caught.value.code == "sale_is_over"
    assert version_on_sale(GUARD, AT).version == "2024-09"


def test_suspend_resume_withdraw() -> None:
    version = published_version()
    suspend_version(version=version, by=RISK_MANAGER, at=AT, reason="Loss ratio")
    with pytest.raises(ProductNotOnSale):
        version_on_sale(GUARD, AT)
    with pytest.raises(NotAllowed):
        resume_version(version=version, by=RISK_MANAGER, at=AT, reason="Back")
    resume_version(version=version, by=PRODUCT_MANAGER, at=AT, reason="Reviewed")
    assert version_on_sale(GUARD, AT)
    withdraw_version(version=version, by=PRODUCT_MANAGER, at=AT, reason="Replaced")
    with pytest.raises(ProductNotOnSale):
        version_on_sale(GUARD, AT)


def test_a_version_is_not_resumed_beside_another() -> None:
    old = published_version()
    suspend_version(version=old, by=PRODUCT_MANAGER, at=AT, reason="Corrected wording follows")
    publish(load(renamed("2026-05")))
    with pytest.raises(Refused) as caught:
        resume_version(version=old, by=PRODUCT_MANAGER, at=AT, reason="Mistake")
    assert caught.value.code == "another_on_sale"


def test_review_needs_a_second_person() -> None:
    version = in_review(draft_version())
    with pytest.raises(Refused) as caught:
        publish_version(version=version, by=AUTHOR, at=AT)
    assert caught.value.code == "own_submission"
    with pytest.raises(IntegrityError, match="version_published_by_a_second_person"), transaction.atomic():
        ProductVersion.objects.filter(pk=version.pk).update(
            state="published", published_at=AT, published_by_kind=AUTHOR.kind, published_by_id=AUTHOR.id
        )
    published = publish_version(version=signed(version), by=PRODUCT_MANAGER, at=AT)
    assert (published.submitted_by_id, published.published_by_id) == (AUTHOR.id, PRODUCT_MANAGER.id)


def test_an_actuary_signs_before_anybody_publishes() -> None:
    version = draft_version()
    with pytest.raises(Refused) as caught:
        signed(version)
    assert caught.value.code == "not_in_review"
    in_review(version)
    with pytest.raises(Refused) as caught:
        publish_version(version=version, by=PRODUCT_MANAGER, at=AT)
    assert caught.value.code == "not_signed"
    for by in (PRODUCT_MANAGER, RISK_MANAGER, ADJUSTER):
        with pytest.raises(NotAllowed):
            sign_version(version=version, by=by, at=AT)
    own = Actor(AUTHOR.kind, AUTHOR.id, AUTHOR.label, frozenset({"actuary"}))
    with pytest.raises(Refused) as caught:
        sign_version(version=version, by=own, at=AT)
    assert caught.value.code == "own_signature"
    with pytest.raises(IntegrityError, match="version_signed_by_a_second_person"), transaction.atomic():
        ProductVersion.objects.filter(pk=version.pk).update(
            signed_at=AT, signed_by_kind=AUTHOR.kind, signed_by_id=AUTHOR.id
        )
    assert signed(version).signed_by_label == "Actuary"
    send_back(version=version, by=PRODUCT_MANAGER, at=AT, reason="One word is wrong")
    assert ProductVersion.objects.get(pk=version.pk).signed_at is None
    published = publish(version)
    assert (published.state, published.signed_at) == ("published", AT)


def test_in_review_somebody_handed_it_in() -> None:
    version = draft_version()
    with pytest.raises(IntegrityError, match="version_in_review_was_handed_in"), transaction.atomic():
        ProductVersion.objects.filter(pk=version.pk).update(state="in_review")


def test_a_version_in_review_does_not_change_until_it_is_sent_back() -> None:
    version = in_review(draft_version())
    with pytest.raises(Refused) as caught:
        load(changed(shipped(), ("shop.order", "11")))
    assert caught.value.code == "version_frozen"
    with pytest.raises(DatabaseError, match="is frozen"), transaction.atomic():
        ProductVersion.objects.filter(pk=version.pk).update(content_hash="1" * 64)
    send_back(version=version, by=PRODUCT_MANAGER, at=AT, reason="The waiting period is missing in English")
    assert load(changed(shipped(), ("shop.order", "11"))).pk == version.pk
    assert ProductVersion.objects.get(pk=version.pk).submitted_by_id == ""


def test_roll_back_is_one_act() -> None:
    old = published_version()
    new = publish(load(renamed("2026-05")), at=AT)
    back = roll_back(product=new.product, by=PRODUCT_MANAGER, at=AT, reason="The new table has a wrong row")
    assert back.pk == old.pk
    assert version_on_sale(GUARD, AT).pk == old.pk
    assert ProductVersion.objects.get(pk=new.pk).state == "suspended"
    reasons = (
        Change.objects.filter(table_name="products_productversion").order_by("-id").values_list("reason", flat=True)
    )
    assert list(reasons[:2]) == ["The new table has a wrong row"] * 2
    with pytest.raises(Refused) as caught:
        roll_back(product=new.product, by=PRODUCT_MANAGER, at=AT, reason="Further back")
    assert caught.value.code == "nothing_to_roll_back"


def test_roll_back_to_a_version_whose_time_was_over() -> None:
    old = published_version()
    new = publish(load(renamed("2026-06", ("sale.from", "2026-06-01"))))
    later = AT + timedelta(days=30)
    assert version_on_sale(GUARD, later).pk == new.pk
    roll_back(product=new.product, by=PRODUCT_MANAGER, at=later, reason="A mistake in the tariff")
    assert version_on_sale(GUARD, later).pk == old.pk
    assert ProductVersion.objects.get(pk=old.pk).sale_until is None


def test_a_version_that_waits_for_its_turn_keeps_it_after_a_roll_back() -> None:
    old = published_version()
    new = publish(load(renamed("2026-05")))
    publish(load(renamed("2026-07", ("sale.from", "2026-07-01"))))
    roll_back(product=new.product, by=PRODUCT_MANAGER, at=AT, reason="A mistake in the tariff")
    assert version_on_sale(GUARD, AT).pk == old.pk
    assert version_on_sale(GUARD, AT + timedelta(days=60)).version == "2026-07"


def test_only_product_managers_roll_back() -> None:
    published_version()
    new = publish(load(renamed("2026-05")))
    with pytest.raises(NotAllowed):
        roll_back(product=new.product, by=RISK_MANAGER, at=AT, reason="No")
    assert version_on_sale(GUARD, AT).pk == new.pk


def test_the_switch_stops_a_sale_everywhere_or_in_a_region() -> None:
    product = published_version().product
    with pytest.raises(NotAllowed):
        set_sale_switch(product=product, is_on=False, by=ADJUSTER, at=AT)
    set_sale_switch(product=product, region="310000", is_on=False, by=RISK_MANAGER, at=AT)
    assert version_on_sale(GUARD, AT)
    with pytest.raises(ProductNotOnSale):
        version_on_sale(GUARD, AT, "310000")
    set_sale_switch(product=product, is_on=False, by=PRODUCT_MANAGER, at=AT)
    with pytest.raises(ProductNotOnSale):
        version_on_sale(GUARD, AT)
    set_sale_switch(product=product, is_on=True, by=PRODUCT_MANAGER, at=AT)
    assert version_on_sale(GUARD, AT)


def test_before_and_after_the_sale_period() -> None:
    published_version()
    with pytest.raises(ProductNotOnSale):
        version_on_sale(GUARD, AT - timedelta(days=2000))
    with pytest.raises(ProductNotOnSale) as caught:
        version_on_sale("nothing", AT)
    assert str(caught.value)


def _insurer(**values: object) -> Insurer:
    both = {"zh-hans": "甲", "en": "A"}
    defaults = {"code": "x", "name": both, "short_name": both, "licence_scope": "life", "uscc": "A" * 18,
                "sale_regions": ["all"]}  # fmt: skip
    return Insurer(**{**defaults, **values})


def _category(**values: object) -> Category:
    defaults = {"code": "x", "name": {"zh-hans": "甲", "en": "A"}, "licence_scopes": ["life"]}
    return Category(**{**defaults, **values})


def _version(**values: object) -> ProductVersion:
    product = Product.objects.get(code=GUARD)
    defaults = {"product": product, "version": "9", "definition": {}, "source": "", "content_hash": "9" * 64,
                "sale_from": date(2030, 1, 1), "loaded_at": AT}  # fmt: skip
    return ProductVersion(**{**defaults, **values})


BROKEN = [
    ("insurer_name_in_both_languages", lambda: _insurer(name={"en": "A"})),
    ("insurer_short_name_in_both_languages", lambda: _insurer(short_name={"en": "A"})),
    ("insurer_code_is_a_code", lambda: _insurer(code="No Code")),
    ("insurer_has_one_licence_scope", lambda: _insurer(licence_scope="both")),
    ("insurer_uscc_is_18_long", lambda: _insurer(uscc="short")),
    ("insurer_sells_somewhere", lambda: _insurer(sale_regions=[])),
    ("category_name_in_both_languages", lambda: _category(name={"en": "A"})),
    ("category_code_is_a_code", lambda: _category(code="No Code")),
    ("category_has_a_licence_scope", lambda: _category(licence_scopes=[])),
    ("category_scopes_are_known", lambda: _category(licence_scopes=["moon"])),
    ("version_of_a_product_is_unique", lambda: _version(version="2024-09")),
    ("version_content_is_unique", lambda: _version(content_hash=ProductVersion.objects.get().content_hash)),
    ("version_hash_is_sha256", lambda: _version(content_hash="zz")),
    ("version_sale_is_ordered", lambda: _version(sale_until=date(2029, 1, 1))),
    ("switch_region_is_a_code", lambda: SaleSwitch(product=Product.objects.get(code=GUARD), region="moon", is_on=True)),
]


@pytest.mark.parametrize(("constraint", "broken"), BROKEN, ids=[name for name, _broken in BROKEN])
def test_constraints(constraint: str, broken: object) -> None:
    published_version()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        broken().save()  # type: ignore[operator]


def test_product_constraints() -> None:
    product = published_version().product
    with pytest.raises(IntegrityError, match="product_code_is_a_code"), transaction.atomic():
        Product.objects.filter(pk=product.pk).update(code="No Code")
    with pytest.raises(IntegrityError, match="product_name_in_both_languages"), transaction.atomic():
        Product.objects.filter(pk=product.pk).update(name={"en": "A"})


def test_one_switch_per_product_and_region() -> None:
    product = published_version().product
    SaleSwitch.objects.create(product=product, region="all", is_on=True)
    with pytest.raises(IntegrityError, match="one_switch_per_product_and_region"), transaction.atomic():
        SaleSwitch.objects.create(product=product, region="all", is_on=False)


def test_never_two_versions_on_sale_on_one_day() -> None:
    published_version()
    other = load(renamed("2026-05"))
    with pytest.raises(IntegrityError, match="one_version_on_sale"), transaction.atomic():
        ProductVersion.objects.filter(pk=in_review(other).pk).update(
            state="published", published_at=AT, published_by_kind="staff", published_by_id="1"
        )


def test_what_is_on_sale_was_published() -> None:
    version = in_review(draft_version())
    with pytest.raises(IntegrityError, match="version_on_sale_was_published"), transaction.atomic():
        ProductVersion.objects.filter(pk=version.pk).update(state="published")


def test_tables_cannot_be_truncated() -> None:
    published_version()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE products_saleswitch")


def test_a_stored_version_means_what_its_file_means() -> None:
    version = ProductVersion.objects.get(pk=published_version().pk)
    assert replace(compiled(version).definition, vectors=()).content_hash == shipped().definition.content_hash
