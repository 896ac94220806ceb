"""The main job, step by step, as a customer and as staff."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

import httpx

from insureweb.ops.smoke.forms import Form
from insureweb.ops.smoke.people import Buyer, photo, resident_id
from insureweb.ops.smoke.visitor import Page, StepFailed, Visitor

MESSAGES = "/en/dev/messages/"
PRODUCT = "/en/products/anlan-guard/"
QUOTED = {"plan": "standard", "age": "30", "occupation_class": "2", "sum_insured": "200000", "daily_cash": "100"}
EXPECTED_PREMIUM = "174.25"
UNDERWRITER = "underwriter@anlan.example"
ADJUSTER = "claims.adjuster@anlan.example"
APPROVER = "claims.approver@anlan.example"
# The sale happens this long ago, so that its policy is in force for claims reported today.
DAYS_AGO = 60
SHORT_STAY = (50, 40)  # days ago: in and out of hospital; paid by the rules alone
LONG_STAY = (36, 4)  # above thirty days, which the rules leave to a person

Say = Callable[[str, str, float], None]


@dataclass
class Results:
    """The numbers that prove the journey, with the seconds each step took."""

    say: Say
    numbers: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def total_seconds(self) -> float:
        return sum(self.seconds.values())

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step; a failure inside names it.

        Raises:
            StepFailed: with the step's name in front.
        """
        started = time.monotonic()
        try:
            yield
        except (StepFailed, httpx.HTTPError) as failure:
            raise StepFailed(f"{name}: {failure}") from failure
        self.seconds[name] = time.monotonic() - started
        self.say(name, self.numbers.get(name, "done"), self.seconds[name])


class Journey:
    """Both halves of the main job; between them the business clock moves to the present."""

    def __init__(self, address: str, today: date, say: Say) -> None:
        self.address, self.today = address, today
        self.results = Results(say)
        self._open = ExitStack()
        self.customer = self._visitor("customer")
        self.second_customer = self._visitor("second customer")
        self.staff: dict[str, Visitor] = {}
        born = date(today.year - 30, 1, 1) - timedelta(days=DAYS_AGO + 30)
        self.buyer = Buyer(
            "smoke.one@example.com", "林小安", resident_id(born, 11), "13800138001", "6222020000000000018"
        )
        self.second_buyer = Buyer(
            "smoke.two@example.com", "周明远", resident_id(born, 35), "13800138002", "6222020000000000026"
        )

    def close(self) -> None:
        self._open.close()

    def _visitor(self, name: str) -> Visitor:
        return self._open.enter_context(Visitor(self.address, name))

    # --- The sale ----------------------------------------------------------------------------------------------------

    def sell(self) -> None:
        """One application accepted by the rules, one referred and accepted by an underwriter; both paid."""
        results, numbers = self.results, self.results.numbers
        with results.step("quote"):
            numbers["quote"] = self._quote(self.customer)
        with results.step("sign-up"):
            self._sign_up(self.customer, self.buyer)
        with results.step("application"):
            numbers["application"] = self._apply(self.customer, self.buyer, {"health": "none"})
        with results.step("policy"):
            numbers["policy"] = self._pay(self.customer)
        with results.step("documents"):
            numbers["documents"] = self._download(self.customer, f"/en/policies/{numbers['policy']}/")
        with results.step("referred application"):
            self._quote(self.second_customer)
            self._sign_up(self.second_customer, self.second_buyer)
            numbers["referred application"] = self._apply(
                self.second_customer, self.second_buyer, {"health": "some", "q_hospital_stay": "yes"}
            )
        with results.step("underwriter"):
            numbers["underwriter"] = self._underwrite(numbers["referred application"])
        with results.step("second policy"):
            self._order_after_referral(numbers["referred application"])
            numbers["second policy"] = self._pay(self.second_customer)

    def _quote(self, visitor: Visitor) -> str:
        page = visitor.open(f"{PRODUCT}?{'&'.join(f'{name}={value}' for name, value in QUOTED.items())}")
        page = visitor.send(page.form("plan", "age"), QUOTED, press="/quotes/new/")
        if EXPECTED_PREMIUM not in page.html:
            raise StepFailed(f"{page.path} does not show the premium {EXPECTED_PREMIUM}")
        page = visitor.send(page.form("product", "idempotency_key"), press="apply")
        return _number(r"quotes(?:/|%2F)([\w-]+)(?:/|%2F)apply", page.address + page.html)

    def _sign_up(self, visitor: Visitor, buyer: Buyer) -> None:
        page = visitor.open(visitor.page.link(r"/account/signup/"))
        page = visitor.send(page.form("email", action="signup"), {"email": buyer.email})
        visitor.send(page.form("code"), {"code": self._mailed_code(buyer.email)})

    def _apply(self, visitor: Visitor, buyer: Buyer, health: Mapping[str, str]) -> str:
        """Answer page after page until the application is out of our hands."""
        known = {
            "holder_name": buyer.name,
            "holder_id_number": buyer.id_number,
            "holder_phone": buyer.phone,
            "insured": "self",
            "beneficiary": "statutory",
            "q_purpose": "family",
            **health,
        }
        number = _number(r"/applications/([\w-]+)/", visitor.page.path)
        for _page in range(12):
            if not re.search(r"/applications/[\w-]+/[a-z-]+/$", visitor.page.path):
                return number
            form = visitor.page.form(action=r"/applications/")
            visitor.send(form, _answers(form, known))
        raise StepFailed(f"the application does not end; it stands at {visitor.page.path}{visitor.page.complaint()}")

    def _pay(self, visitor: Visitor) -> str:
        order = visitor.page.path
        visitor.send(visitor.page.form("idempotency_key", action="/orders/"))
        visitor.send(visitor.page.form("behaviour"), press="pay")
        page = visitor.wait_for(order, lambda page: page.path.endswith("/done/"), "The policy's issue")
        number = _number(r"/policies/([\w-]+)/", page.html)
        visitor.send(page.form(action="/acknowledge/"))
        return number

    def _download(self, visitor: Visitor, address: str) -> str:
        """Wait for the signed document and open it; among photos there may be several files on the page."""
        found: list[str] = []

        def is_there(page: Page) -> bool:
            found[:] = [
                link for link in _links(page, r"/(?:documents|papers)/") if visitor.download(link).startswith(b"%PDF-")
            ]
            return bool(found)

        visitor.wait_for(address, is_there, "The signed document")
        return f"{len(found)} PDF"

    def _underwrite(self, application: str) -> str:
        underwriter = self._signed_in(UNDERWRITER)
        case = self._case(underwriter, "/en/staff/policies/referral/", application)
        self._act(underwriter, case, "take")
        verdict = {
            "outcome": "accept",
            "words_zh_hans": "资料齐全，按标准费率承保。",
            "words_en": "The papers are complete; accepted at the standard rate.",
        }
        self._act(underwriter, underwriter.open(case.address), "decide", verdict)
        return "accepted by a person"

    def _order_after_referral(self, application: str) -> None:
        page = self.second_customer.wait_for(
            f"/en/applications/{application}/",
            lambda page: any("/order" in form.action for form in page.forms) or bool(_links(page, "/orders/")),
            "The underwriter's answer",
        )
        links = _links(page, "/orders/")
        if links:
            self.second_customer.open(links[0])
        else:
            self.second_customer.send(page.form(action="/order"))

    # --- The claims --------------------------------------------------------------------------------------------------

    def claim(self) -> None:
        """One claim paid by the rules alone, one by an adjuster and a second person."""
        results, numbers = self.results, self.results.numbers
        with results.step("claim"):
            numbers["claim"] = self._report(self.customer, numbers["policy"], self.buyer, SHORT_STAY)
        with results.step("payout"):
            numbers["payout"] = self._paid(self.customer, numbers["claim"])
        with results.step("letter"):
            numbers["letter"] = self._download(self.customer, f"/en/claims/{numbers['claim']}/")
        with results.step("referred claim"):
            numbers["referred claim"] = self._report(
                self.second_customer, numbers["second policy"], self.second_buyer, LONG_STAY
            )
        with results.step("adjuster"):
            self._adjust(numbers["referred claim"])
        with results.step("second person"):
            self._release(numbers["referred claim"])
        with results.step("second payout"):
            numbers["second payout"] = self._paid(self.second_customer, numbers["referred claim"])

    def _report(self, visitor: Visitor, policy: str, buyer: Buyer, stay: tuple[int, int]) -> str:
        """Three steps: what happened, the papers, where to pay."""
        admitted, discharged = (self.today - timedelta(days=days) for days in stay)
        page = visitor.open(f"/en/claims/report/?policy={policy}")
        form = page.form("cover", "cause")
        cover = next((key for key in form.choices["cover"] if key.endswith("hospital_cash")), form.choices["cover"][-1])
        told = {
            "cover": cover,
            "cause": "accident",
            "what_happened": "Slipped on wet stairs at home and broke an ankle; taken to hospital the same day.",
            "hospital": "市第一医院",
            **_date_parts("event_date", admitted),
            **_date_parts("admitted", admitted),
            **_date_parts("discharged", discharged),
        }
        page = visitor.send(form, told)
        form = page.form(action=r"/evidence/$") if page.path.endswith("/evidence/") else page.form("no evidence step")
        inputs = sorted(name for name, kind in form.kinds.items() if kind == "file" and name != "file_other")
        files = {name: photo(sum(map(ord, policy)) % 100 + place * 7) for place, name in enumerate(inputs)}
        page = visitor.send(form, files=files, press="")
        page = visitor.send(page.form("account"), {"account": buyer.account, "which": "other"})
        return _number(r"/claims/([\w-]+)/$", page.path)

    def _paid(self, visitor: Visitor, claim: str) -> str:
        page = visitor.wait_for(
            f"/en/claims/{claim}/",
            lambda page: bool(re.search(r'data-state="paid"|>\s*Paid\b', page.html)),
            "The payout",
        )
        amount = re.search(r"[¥￥]\s?(?:</?\w+[^>]*>)*([\d,]+(?:</?\w+[^>]*>)*\.?\d{0,2})", page.html)
        return re.sub(r"<[^>]+>", "", amount[1]) if amount else "paid"

    def _adjust(self, claim: str) -> None:
        adjuster = self._signed_in(ADJUSTER)
        case = self._case(adjuster, "/en/staff/claims/claim/queue/", claim)
        self._act(adjuster, case, "take")
        case = adjuster.open(case.address)
        form = _acting_form(case, "decide")
        amount = (form.values.get("amount") or [""])[0]
        answers = {"decision": "pay", "amount": amount, "note": "Discharge summary read, stay confirmed by telephone."}
        self._act(adjuster, case, "decide", answers)

    def _release(self, claim: str) -> None:
        approver = self._signed_in(APPROVER)
        case = self._case(approver, "/en/staff/claims/claim/queue/?view=second", claim)
        self._act(approver, case, "release", {"reason": "Checked against the file."})

    # --- Staff -------------------------------------------------------------------------------------------------------

    def _signed_in(self, email: str) -> Visitor:
        """A member of staff past both doors: the mailed code and the authenticator."""
        if email not in self.staff:
            visitor = self.staff[email] = self._visitor(email)
            page = visitor.open("/en/staff/")
            page = visitor.send(page.form("login"), {"login": email})
            page = visitor.send(page.form("code"), {"code": self._mailed_code(email)})
            page = visitor.send(page.form("code"), {"code": self._authenticator_code(email)})
            if not page.path.startswith("/en/staff/"):
                raise StepFailed(f"{email} is not let in; the way ends at {page.path}{page.complaint()}")
        return self.staff[email]

    def _case(self, visitor: Visitor, queue: str, number: str) -> Page:
        """Find the case in the queue by the number in its row, and open it."""
        page = visitor.open(queue)
        rows = re.findall(r"(?s)<(?:tr|li|article)\b.*?</(?:tr|li|article)>", page.html)
        for row in rows:
            if number in row:
                link = re.search(r'href="([^"]*/(?:change|case)/[^"]*|[^"]*staff/\w+/\w+/[\w-]+/[^"]*)"', row)
                if link:
                    return visitor.open(link[1])
        raise StepFailed(f"{number} is not in the queue {page.path}")

    def _act(self, visitor: Visitor, case: Page, action: str, answers: Mapping[str, str] | None = None) -> Page:
        page = visitor.send(_acting_form(case, action), answers, press=action)
        if "This was not done" in page.html:
            raise StepFailed(f"{action} was refused on {page.path}{page.complaint()}")
        return page

    # --- Messages ----------------------------------------------------------------------------------------------------

    def _mailed_code(self, email: str) -> str:
        with Visitor(self.address, "post") as post:
            html = post.open(MESSAGES).html
        for article in re.findall(r"(?s)<article.*?</article>", html):
            _before, found, after = re.sub(r"<[^>]+>", " ", article).partition(email)
            code = re.search(r"(?<!\d)(\d{6})(?!\d)", after)
            if found and code:
                return code[1]
        raise StepFailed(f"no mail with a code arrived for {email}")

    def _authenticator_code(self, email: str) -> str:
        with Visitor(self.address, "authenticator") as page:
            return page.open(MESSAGES).found(rf"{re.escape(email)}</dt>\s*<dd[^>]*>\s*<b>(\d{{6}})")


def _number(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise StepFailed(f"no number like {pattern} in {text[:120]!r}")
    return found[1]


def _links(page: Page, pattern: str) -> list[str]:
    return list(dict.fromkeys(address for address, _text in page.links if re.search(pattern, address)))


def _acting_form(page: Page, action: str) -> Form:
    for form in page.forms:
        if any(action in (button.name, button.value) for button in form.buttons):
            return form
    raise StepFailed(f"{page.path} offers no {action}{page.complaint()}")


def _answers(form: Form, known: Mapping[str, str]) -> dict[str, str]:
    """What we know, a tick for every consent, and "no" to every question not mentioned."""
    answers = {name: known[name] for name in form.names if name in known}
    for name, kind in form.kinds.items():
        if name.startswith("consent_"):
            answers[name] = form.choices[name][0]
        elif kind == "radio" and name.startswith("q_") and name not in answers and "no" in form.choices[name]:
            answers[name] = "no"
    return answers


def _date_parts(name: str, day: date) -> dict[str, str]:
    """Three boxes: day, month, year, as they are numbered in the form."""
    return {f"{name}_0": str(day.day), f"{name}_1": str(day.month), f"{name}_2": str(day.year)}
