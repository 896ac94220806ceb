"""A product launched in the back office of a real browser: from an empty draft to the first policy sold."""

import io
import re
from decimal import Decimal

import openpyxl
import pytest
from django.core.management import call_command

from customers.models import StaffProfile
from customers.services.staff import create_staff, enrol_totp
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.ops.portfolio.staff import hire_staff
from insureweb.pages.staff_codes import current_staff_codes
from policies.contract.models import Policy
from products.models import ProductVersion
from tests.functional import steps

pytestmark = [pytest.mark.functional, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SYSTEM = Actor.system("test")
CODE = "anlan-lantern"
AUTHOR, SECOND = "product.manager@anlan.example", "second.manager@anlan.example"
ACTUARY = "actuary@anlan.example"
VERSION = f"/en/staff/products/productversion/{CODE}@1"
# 30 years old, 100,000 yuan at 1.20 per 1,000.
PREMIUM = Decimal("120.00")

SHOP = {
    "kind.zh-hans": "一年期意外身故保险", "kind.en": "One-year cover for death by accident",
    "basis.source.zh-hans": "自定费率，仅作示例", "basis.source.en": "Our own rates, illustrative",
    "shop.promise.zh-hans": "意外离世，给家人留一笔钱。", "shop.promise.en": "A sum for your family after an accident.",
    "shop.covered.zh-hans": "意外身故，一次给付。", "shop.covered.en": "Death by accident, paid at once.",
    "shop.not_covered.zh-hans": "酒后驾驶不赔。", "shop.not_covered.en": "Drink-driving is not covered.",
}  # fmt: skip
SALE = {
    "filing.number": "安澜人寿〔2026〕意外险 031 号", "filing.date": "2026-03-02", "filing.actuary": "沈若衡",
    "filing.signed_on": "2026-02-20", "sale.from": "2026-04-01",
}  # fmt: skip
STATEMENTS = {
    "covered.0.text.zh-hans": "意外身故", "covered.0.text.en": "Death by accident",
    "not_covered.0.text.zh-hans": "酒后驾驶", "not_covered.0.text.en": "Drink-driving",
}  # fmt: skip
WORDING = {
    "registered_number": "C00031232612026030200011",
    "text.zh-hans": "# 安澜灯塔意外身故保险条款\n\n## 1 保险责任\n\n意外身故，按保额一次给付。\n\n"
                    "## 2 责任免除\n\n**酒后驾驶不赔。**\n",
    "text.en": "# Anlan Lantern wording\n\n## 1 Cover\n\nDeath by accident: the sum insured, once.\n\n"
               "## 2 Exclusions\n\n**Drink-driving is not covered.**\n",
}  # fmt: skip


@pytest.fixture
def house(live_server, settings, transactional_db):
    """The running house with its insurers and categories, and nothing on sale yet."""
    settings.PUBLIC_URL = settings.SANDBOX_GATEWAY_URL = live_server.url
    settings.SANDBOX_GATEWAY_TRANSPORT = "http"
    call_command("create_roles", verbosity=0)
    return live_server.url


@pytest.fixture
def staff(house):
    """The author and a second product manager, each with a second factor."""
    at = clock.now()
    hire_staff(by=SYSTEM, at=at)
    unit = StaffProfile.objects.get(user__email=AUTHOR).unit
    second = create_staff(email=SECOND, name="陆遥", roles=["product_manager"], unit=unit, by=SYSTEM, at=at)
    enrol_totp(second.user, "JBSWY3DPEHPK3PXP")


def sign_in(visitor, email, *, code=None):
    person = visitor("desktop-en", f"launch-{email.partition('@')[0]}")
    person.go("/en/staff/")
    person.type('input[name="login"]', email)
    person.tap('main form button:not([type="button"])')
    person.type('input[name="code"]', steps.mailed_code(email))
    person.tap('main form button:not([type="button"])')
    person.type('input[name="code"]', next(found.code for found in current_staff_codes() if found.email == email))
    person.tap('main form button:not([type="button"])')
    assert person.path.startswith("/en/staff/"), person.path
    return person


def write(person, path, fields, *, what):
    """Open a part, type, save; what comes back has to say that the whole draft reads."""
    person.go(f"{VERSION}/parts/{path}")
    for name, value in fields.items():
        person.page.locator(f'[name="{name}"]').fill(value)
    person.picture(what)
    person.tap_text("Save")
    person.sees("Saved. The whole draft reads.")


def rates_file():
    """The tariff as an actuary sends it."""
    book = openpyxl.Workbook()
    for row in (["age", "value"], ["18..40", 1.2], ["41..60", 2.5]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "rates.xlsx", "mimeType": mime, "buffer": file.getvalue()}


def begin(person):
    person.go("/en/staff/products/product/add/")
    for name, value in (("code", CODE), ("name_zh_hans", "安澜灯塔"), ("name_en", "Anlan Lantern")):
        person.type(f'[name="{name}"]', value)
    person.page.select_option('[name="insurer"]', label="Anlan Life Insurance Co., Ltd.")
    person.page.select_option('[name="category"]', label="Accident")
    person.picture("new-product")
    person.tap('button[name="_save"]')
    assert person.path == f"{VERSION}/change/"
    person.sees("Draft")
    person.picture("empty-draft")


def write_rates(person):
    person.go(f"{VERSION}/tables/rate/")
    person.upload('input[type="file"]', [rates_file()])
    person.tap('button[name="action"][value="upload"]')
    person.sees("Saved. The whole draft reads.")
    person.picture("rates")


def write_rules(person):
    """A slip is shown while it is typed; then the rule is made stricter and saved."""
    page = person.page
    person.go(f"{VERSION}/parts/underwriting/")
    person.sees("No overlaps, no gaps")
    page.select_option('[name="hit"]', "unique")
    page.locator('[name="c.1.2"]').fill("")
    page.locator('[name="c.1.2"]').blur()
    page.locator("#findings", has_text="hit together").wait_for()
    person.picture("rules-overlap")
    page.select_option('[name="hit"]', "priority")
    page.locator('[name="c.1.2"]').fill("no")
    page.select_option('[name="c.0.3"]', "decline")
    page.locator('[name="c.0.5"]').fill("With a serious illness we cannot offer this cover.")
    page.locator('[name="c.0.4"]').fill("有重大疾病，不能承保。")
    person.tap_text("Save the rules")
    person.sees("Saved. The whole draft reads.")


def hand_in(person):
    person.go(f"{VERSION}/tests/")
    person.sees("2 test vectors fail")
    write(
        person,
        "vectors/items/0/",
        {"name.zh-hans": "30 岁，10 万元", "name.en": "Age 30", "total": str(PREMIUM)},
        what="vector",
    )
    person.go(f"{VERSION}/parts/vectors/items/1/")
    person.page.select_option('[name="underwriting_outcome"]', "decline")
    person.tap_text("Save")
    person.sees("Saved. The whole draft reads.")
    person.go(f"{VERSION}/tests/")
    person.sees("All 3 test vectors hold")
    person.go(f"{VERSION}/calculator/")
    person.sees("120.00")
    person.picture("calculator")
    person.go(f"{VERSION}/preview/")
    shop = person.page.frame_locator("iframe").first
    shop.locator("h1", has_text="Anlan Lantern").wait_for()
    person.go(f"{VERSION}/change/")
    person.type('[name="reason"]', "The tariff committee agreed on 2 March.")
    person.picture("hand-in")
    person.tap('button[value="submit"]')
    person.sees("In review")


def test_from_an_empty_draft_to_the_first_policy(visitor, staff, deliver):
    author = sign_in(visitor, AUTHOR)
    begin(author)
    write(author, "shop/", SHOP, what="shop")
    write(author, "sale/", SALE, what="sale")
    write(author, "statements/", STATEMENTS, what="statements")
    write(author, "wordings/items/terms/", WORDING, what="wording")
    write_rates(author)
    write_rules(author)
    hand_in(author)
    assert not author.page.locator('button[value="publish"]:not([disabled])').count(), "nobody publishes alone"

    actuary = sign_in(visitor, ACTUARY)
    actuary.go(f"{VERSION}/change/")
    actuary.type('[name="reason"]', "The rates follow the tariff as filed.")
    actuary.picture("sign-off")
    actuary.tap('button[value="sign"]')
    actuary.sees("Signed off")

    second = sign_in(visitor, SECOND)
    second.go(f"{VERSION}/change/")
    second.type('[name="reason"]', "Read against the filing.")
    second.picture("review")
    second.tap('button[value="publish"]')
    second.sees("Published")
    version = ProductVersion.objects.get(product__code=CODE)
    assert version.state == "published"
    assert version.definition["rating"]["tables"]["rate"]["rows"][0] == ["18..40", "1.2"]
    deliver()

    customer = visitor("phone-zh", "launch-customer")
    customer.go("/products/")
    customer.sees("安澜灯塔")
    customer.go(f"/products/{CODE}/?plan=standard&age=30&sum_insured=100000")
    customer.sees("120.00")
    customer.picture("on-sale")
    customer.tap('button[formaction*="/quotes/new/"], form[action*="/quotes/new/"] button')
    customer.tap('button[value="apply"]')
    steps.sign_up(customer, "shen@example.com")
    typed = {"holder_name": "沈听澜", "holder_id_number": steps.thirty_year_old(clock.today(), 17),
             "holder_phone": "13800138003"}  # fmt: skip
    answers = {"insured": "self", "health": "none", "beneficiary": "statutory"}
    steps.answer_everything(customer, answers, typed=typed, pictures=False)
    steps.pay(customer, deliver, pictures=False)
    policy = Policy.objects.get()
    assert (policy.premium, policy.product_version) == (PREMIUM, version)
    assert re.search(r"/done/$", customer.path)
