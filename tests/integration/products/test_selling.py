"""Where, through whom and how often a version is sold: regions, branches, channels, quotas, stops."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, close_old_connections, connection, transaction

from insureweb.audit.models import Change
from insureweb.kernel.checks import Refused
from insureweb.kernel.localized import Localized
from insureweb.kernel.states import NotAllowed
from products.models import Branch, Category, Insurer, ProductVersion, SaleCount
from products.rules.regions import covers
from products.selectors import (
    ProductNotOnSale,
    catalogue,
    check_sold_in,
    needs_region,
    sale_regions_of,
    version_on_sale,
)
from products.services import quotas
from products.services.insurers import (
    change_category,
    change_insurer,
    close_branch,
    create_category,
    create_insurer,
    open_branch,
)
from products.services.loading import load_product
from products.services.quotas import count_sale
from products.services.review import publish_shipped
from products.services.versions import set_sale_switch, suspend_version
from tests.factories.products import (
    ADJUSTER,
    AT,
    GUARD,
    LOADER,
    PRODUCT_MANAGER,
    RISK_MANAGER,
    changed,
    draft_version,
    in_review,
    published_version,
    shipped,
)

pytestmark = pytest.mark.django_db
NAME = Localized(zh_hans="甲", en="A")


def on_sale(*changes: tuple[str, object]) -> ProductVersion:
    version = load_product(source=changed(shipped(), *changes), by=LOADER, at=AT).version
    return publish_shipped(version, AT)


def from_branches() -> Insurer:
    insurer = Insurer.objects.get(code="anlan-life")
    return change_insurer(
        insurer=insurer, name=insurer.name, short_name=insurer.short_name, sale_regions=insurer.sale_regions,
        regions_from="branches", by=PRODUCT_MANAGER, at=AT, reason="The circular of this year",
    )  # fmt: skip


def branch(insurer: Insurer, region: str, opened_on: date = date(2020, 1, 1)) -> Branch:
    return open_branch(insurer=insurer, name=NAME, region=region, opened_on=opened_on, by=PRODUCT_MANAGER, at=AT)


def refusal(act, **values) -> str:
    with pytest.raises(Refused) as caught:
        act(**values)
    assert str(caught.value)
    return caught.value.code


@pytest.mark.parametrize(
    ("regions", "region", "held"),
    [
        (["all"], "310101", True),
        (["all"], "all", True),
        (["310000"], "310000", True),
        (["310000"], "310101", True),
        (["330100"], "330106", True),
        (["330100"], "330200", False),
        (["310000"], "all", False),
        ([], "310000", False),
    ],
)
def test_a_province_holds_its_cities(regions, region, held) -> None:
    assert covers(regions, region) is held


def test_the_file_says_where_and_through_whom() -> None:
    version = on_sale(("sale.regions", ["310000", "330000"]), ("sale.channels", ["web"]))
    assert version_on_sale(GUARD, AT, "310101", channel="web") == version
    assert needs_region(version)
    with pytest.raises(ProductNotOnSale):
        version_on_sale(GUARD, AT, "440000")
    with pytest.raises(ProductNotOnSale) as caught:
        version_on_sale(GUARD, AT, channel="partner")
    assert caught.value.code == "not_in_this_channel"
    check_sold_in(version, "330000", AT)
    with pytest.raises(ProductNotOnSale):
        check_sold_in(version, "440000", AT)


def test_where_it_makes_no_difference_nobody_is_asked() -> None:
    version = on_sale()
    assert not needs_region(version)
    set_sale_switch(product=version.product, region="440000", is_on=False, by=RISK_MANAGER, at=AT)
    assert needs_region(version)
    with pytest.raises(ProductNotOnSale):
        check_sold_in(version, "440000", AT)
    check_sold_in(version, "310000", AT)
    set_sale_switch(product=version.product, is_on=False, by=RISK_MANAGER, at=AT)
    with pytest.raises(ProductNotOnSale):
        check_sold_in(version, "all", AT)


def test_branches_make_the_sale_regions_of_the_day() -> None:
    insurer = from_branches()
    shanghai = branch(insurer, "310101")
    branch(insurer, "330100", date(2027, 1, 1))
    assert sale_regions_of(insurer, AT.date()) == ("310000",)
    assert sale_regions_of(insurer, date(2027, 6, 1)) == ("310000", "330000")
    close_branch(branch=shanghai, closed_on=AT.date() + timedelta(days=1), by=PRODUCT_MANAGER, at=AT, reason="Moved")
    assert sale_regions_of(insurer, AT.date()) == ("310000",)
    assert sale_regions_of(insurer, AT.date() + timedelta(days=1)) == ()


def test_publishing_asks_for_a_branch_and_selling_for_one_still_open() -> None:
    insurer = from_branches()
    version = load_product(source=changed(shipped(), ("sale.regions", ["310000"])), by=LOADER, at=AT).version
    assert refusal(publish_shipped, version=version, at=AT) == "outside_regions"
    here = branch(insurer, "310000")
    publish_shipped(version, AT)
    assert version_on_sale(GUARD, AT, "310000") == version
    close_branch(branch=here, closed_on=AT.date(), by=PRODUCT_MANAGER, at=AT, reason="Licence returned")
    with pytest.raises(ProductNotOnSale):
        version_on_sale(GUARD, AT, "310000")


def test_insurers_branches_and_categories_are_kept_by_product_managers_with_history() -> None:
    values = {"name": NAME, "short_name": NAME, "licence_scope": "property", "sale_regions": ["310000"], "at": AT}
    good = {**values, "code": "third", "uscc": "91110000MA0000001P", "number_mark": "T", "by": PRODUCT_MANAGER}
    assert refusal(create_insurer, **{**good, "uscc": "1"}) == "no_company_code"
    good["uscc"] = "91310000MA1THRD12H"
    insurer = create_insurer(**good)
    assert refusal(create_insurer, **good) == "code_taken"
    assert refusal(create_insurer, **{**good, "code": "No Code"}) == "no_code"
    assert refusal(create_insurer, **{**good, "sale_regions": ["990000"]}) == "no_region"
    assert refusal(create_insurer, **{**good, "sale_regions": []}) == "no_regions"
    assert refusal(create_insurer, **{**good, "sale_regions": ["all", "310000"]}) == "no_regions"
    assert refusal(create_insurer, **{**good, "number_mark": "long"}) == "no_number_mark"
    assert refusal(create_insurer, **{**good, "licence_scope": "both"}) == "no_choice"
    with pytest.raises(NotAllowed):
        create_insurer(**{**good, "by": ADJUSTER})
    office = branch(insurer, "310000")
    assert refusal(branch, insurer=insurer, region="310000") == "branch_open"
    assert refusal(branch, insurer=insurer, region="all") == "no_region"
    closing = {"branch": office, "by": PRODUCT_MANAGER, "at": AT, "reason": "Moved"}
    assert refusal(close_branch, closed_on=office.opened_on, **closing) == "branch_not_open"
    close_branch(closed_on=date(2026, 1, 1), **closing)
    assert refusal(close_branch, closed_on=date(2026, 2, 1), **closing) == "branch_not_open"
    assert branch(insurer, "310000", date(2026, 3, 1)).pk != office.pk
    category = create_category(code="pets", name=NAME, licence_scopes=["property"], by=PRODUCT_MANAGER, at=AT)
    change_category(category=category, name=NAME, licence_scopes=["property"], short_term_scopes=["life"], order=5,
                    by=PRODUCT_MANAGER, at=AT, reason="As agreed")  # fmt: skip
    assert Category.objects.get(code="pets").order == 5
    assert (
        refusal(create_category, code="cats", name=NAME, licence_scopes=[], by=PRODUCT_MANAGER, at=AT) == "no_licence"
    )
    last = Change.objects.filter(table_name="products_category").order_by("-id").first()
    assert last is not None
    assert (last.actor_label, last.reason) == ("Product Manager", "As agreed")


BROKEN = [
    ("branch_name_in_both_languages", {"name": {"en": "A"}}),
    ("branch_region_is_a_code", {"region": "moon"}),
    ("branch_closes_after_it_opens", {"closed_on": date(2019, 1, 1)}),
    ("branch_one_open_for_insurer_and_region", {}),
]


@pytest.mark.parametrize(("constraint", "values"), BROKEN, ids=[name for name, _values in BROKEN])
def test_constraints_of_branches(constraint, values) -> None:
    insurer = Insurer.objects.get(code="anlan-life")
    branch(insurer, "310000")
    fields = {"insurer": insurer, "name": NAME.as_dict(), "region": "310000", "opened_on": date(2020, 1, 1)}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Branch.objects.create(**{**fields, **values})


def test_regions_come_from_somewhere() -> None:
    with pytest.raises(IntegrityError, match="insurer_regions_come_from_somewhere"), transaction.atomic():
        Insurer.objects.update(regions_from="hearsay")


def test_a_quota_ends_the_sale_and_the_shop_offers_it_no_more() -> None:
    version = on_sale(("sale.quota", "2"))
    count_sale(version)
    assert catalogue(AT)[0].code == GUARD
    count_sale(version)
    assert refusal(count_sale, version=version) == "sold_out"
    assert not catalogue(AT)
    with pytest.raises(ProductNotOnSale):
        version_on_sale(GUARD, AT)


def test_without_a_quota_nothing_is_counted() -> None:
    count_sale(published_version())
    assert not SaleCount.objects.exists()


def test_constraints_of_counts() -> None:
    version = on_sale(("sale.quota", "2"))
    with pytest.raises(IntegrityError, match="sale_count_within_its_quota"), transaction.atomic():
        SaleCount.objects.filter(version=version).update(sold=3)
    with pytest.raises(IntegrityError, match="sale_count_has_a_quota"), transaction.atomic():
        SaleCount.objects.filter(version=version).update(quota=0)


def test_a_suspended_version_is_not_offered() -> None:
    version = published_version()
    suspend_version(version=version, by=RISK_MANAGER, at=AT, reason="Losses")
    assert not catalogue(AT)
    assert in_review(draft_version("anlan-home")).state == "in_review"
    assert not catalogue(AT)


RACERS, QUOTA = 6, 2


def sell_at_once(version: ProductVersion) -> int:
    """So many threads take one policy each at the same moment; how many got it."""
    start, got = threading.Barrier(RACERS), []

    def racer() -> None:
        close_old_connections()
        try:
            start.wait(timeout=20)
            with transaction.atomic():
                quotas.count_sale(version)
            got.append(1)
        except (Refused, IntegrityError):
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=racer) for _number in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
        assert not thread.is_alive()
    return len(got)


@pytest.mark.django_db(transaction=True)
def test_a_race_for_the_last_policies_sells_no_more_than_the_quota() -> None:
    version = on_sale(("sale.quota", str(QUOTA)))
    assert sell_at_once(version) == QUOTA
    assert SaleCount.objects.get().sold == QUOTA


@pytest.mark.django_db(transaction=True)
def test_counting_in_two_steps_the_harm_shows(monkeypatch) -> None:
    looked = threading.Barrier(RACERS)

    def look_then_write(version: ProductVersion) -> None:
        count = SaleCount.objects.get(version=version)
        looked.wait(timeout=20)
        if count.sold >= count.quota:
            raise Refused("sold_out", "sold out")
        SaleCount.objects.filter(version=version).update(sold=count.sold + 1)

    monkeypatch.setattr(quotas, "count_sale", look_then_write)
    version = on_sale(("sale.quota", str(QUOTA)))
    assert sell_at_once(version) > QUOTA
