"""What people do in the journeys, one function a step."""

import io
import re
from datetime import date

from django.core import mail
from PIL import Image

from insureweb.ops.portfolio.people import resident_id
from tests.functional.visitor import Visitor

ACCOUNT = "6217000012345674"
QUOTED = "?plan=standard&age=30&occupation_class=2&sum_insured=200000&daily_cash=100"


def thirty_year_old(today: date, order: int = 11) -> str:
    return resident_id("330106", date(today.year - 30, 1, 1), order)


def mailed_code(address: str) -> str:
    """The newest code sent to an address."""
    for message in reversed(mail.outbox):
        if address in message.to and (
            found := re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", message.body, re.MULTILINE)
        ):
            return found[1]
    raise AssertionError(f"No code for {address} among {[message.subject for message in mail.outbox]}")


def photo(words: str) -> dict:
    picture = io.BytesIO()
    Image.effect_noise((320, 420), sum(map(ord, words)) % 60 + 20).convert("RGB").save(picture, "JPEG")
    return {"name": f"{words}.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}


def choose_product(person: Visitor, prefix: str) -> None:
    person.go(f"{prefix}/")
    person.picture("home")
    person.go(f"{prefix}/products/")
    person.picture("catalogue")
    person.go(f"{prefix}/products/anlan-guard/{QUOTED}")
    person.sees("174.25")
    person.picture("product")


def ask_for_price(person: Visitor) -> None:
    person.tap('button[formaction*="/quotes/new/"], form[action*="/quotes/new/"] button')
    person.sees("138.00")
    person.sees("36.25")


def sign_up(person: Visitor, address: str) -> None:
    person.tap('a[href*="/account/signup/"]')
    person.type('input[name="email"]', address)
    person.picture("sign-up")
    person.tap('main form button:not([type="button"])')
    person.type('input[name="code"]', mailed_code(address))
    person.picture("code")
    person.tap('main form button:not([type="button"])')


def answer_everything(person: Visitor, answers: dict[str, str], *, typed: dict[str, str], pictures: bool) -> None:
    """Go through the application's pages, one question after the other, until it is submitted."""
    for _page in range(12):
        found = re.search(r"/applications/[^/]+/([a-z-]+)/$", person.path)
        if not found:
            return
        if pictures:
            person.picture(f"apply-{found[1]}")
        for name, value in answers.items():
            if person.page.locator(f'[name="{name}"][value="{value}"]').count():
                person.choose(f'[name="{name}"][value="{value}"]')
        for name, value in typed.items():
            if person.page.locator(f'input[name="{name}"]').count():
                person.type(f'input[name="{name}"]', value)
        for box in person.page.locator('main input[type="checkbox"][name^="consent_"]').all():
            person.choose(f'[name="{box.get_attribute("name")}"]')
        person.tap(".flow__actions button")
    raise AssertionError(f"The application does not end; it stands at {person.path}.")


def pay(person: Visitor, deliver, *, pictures: bool) -> None:
    """To the cashier, through it, and back to a policy."""
    if pictures:
        person.picture("pay")
    person.tap('main form button.button--block, main form button:has-text("174.25")')
    if pictures:
        person.picture("cashier")
    person.tap('button[name="pay"]')
    deliver()
    person.page.wait_for_url(re.compile(r"/done/$"), timeout=15_000)
    person._arrived()


def acknowledge(person: Visitor) -> str:
    number = re.search(r"/policies/([^/]+)/", person.page.content())[1]
    person.tap('form[action*="/acknowledge/"] button')
    return number


def day(person: Visitor, name: str, value: date) -> None:
    for box, part in enumerate((value.day, value.month, value.year)):
        person.type(f'[name="{name}_{box}"]', str(part))


def report_stay(person: Visitor, policy: str, prefix: str, into: date, out: date, *, pictures: bool) -> str:
    """Three pages from what happened to sent; the claim's number."""
    person.go(f"{prefix}/my/")
    person.start_counting()
    person.tap('a[href*="/claims/report/"]')
    # The questions that belong to the cover arrive late, after the next answer: it must not be lost.
    waiting = []

    def hold(route) -> None:
        waiting.append(route)

    person.page.route("**/claims/report/*cover=*", hold)
    with person.page.expect_request("**/claims/report/*cover=*"):
        person.choose(f'[name="cover"][value="{policy}:hospital_cash"]')
    person.choose('[name="cause"][value="accident"]')
    with person.page.expect_response("**/claims/report/*cover=*"):
        waiting.pop().continue_()
    person.page.unroute("**/claims/report/*cover=*")
    person.page.wait_for_selector('[name="hospital"]')
    assert person.page.locator('[name="cause"][value="accident"]').is_checked()
    person.type('[name="what_happened"]', "下班骑车滑倒，右腕骨折，当天住院。")
    person.type('[name="hospital"]', "滨江市第一人民医院")
    for name, value in (("event_date", into), ("admitted", into), ("discharged", out)):
        day(person, name, value)
    if pictures:
        person.picture("claim-1-happened")
    person.tap("main form .buttons button")
    for field in person.page.locator('input[type="file"]:not([name="file_other"])').all():
        name = field.get_attribute("name")
        person.upload(f'[name="{name}"]', [photo(f"{name}{policy}")])
    if pictures:
        person.picture("claim-2-papers")
    person.tap('button[name="action"][value="next"]')
    person.type('[name="account"]', ACCOUNT)
    if pictures:
        person.picture("claim-3-account")
    person.tap("main form .buttons button")
    return re.search(r"/claims/([^/]+)/", person.path)[1]
