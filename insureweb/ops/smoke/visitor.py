"""A person with a browser: follows links, fills forms, uploads photos, never sees the code behind."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType

import httpx

from insureweb.ops.smoke.forms import Button, Form, read_page

WAIT_SECONDS = 30.0
SERVER_ERROR = 500


class StepFailed(Exception):
    """The journey stopped; the message says where and what the page showed."""


@dataclass
class Page:
    address: str
    status: int
    html: str
    forms: list[Form] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, answer: httpx.Response) -> "Page":
        address = str(answer.url)
        if "html" not in answer.headers.get("content-type", ""):
            return cls(address, answer.status_code, "")
        forms, links = read_page(answer.text, address)
        return cls(address, answer.status_code, answer.text, forms, links)

    @property
    def path(self) -> str:
        return httpx.URL(self.address).path

    def form(self, *names: str, action: str = "") -> Form:
        """The first form that has all these fields and, when given, whose address matches.

        Raises:
            StepFailed: when the page has none.
        """
        for form in self.forms:
            if set(names) <= form.names and re.search(action, form.action):
                return form
        raise StepFailed(f"{self.path} has no form with {', '.join(names) or action}{self.complaint()}")

    def link(self, pattern: str) -> str:
        """The first link whose address matches."""
        for address, _text in self.links:
            if re.search(pattern, address):
                return address
        raise StepFailed(f"{self.path} has no link to {pattern}{self.complaint()}")

    def found(self, pattern: str) -> str:
        """The first group of the pattern in the page."""
        match = re.search(pattern, self.html)
        if match is None:
            raise StepFailed(f"{self.path} does not show {pattern}{self.complaint()}")
        return match[1]

    def complaint(self) -> str:
        """What the page's error summary says, for a failure's message."""
        summary = re.search(r'(?s)<[^>]+(?:role="alert"|error-summary)[^>]*>(.*?)</(?:div|section|aside)>', self.html)
        text = " ".join(re.sub(r"<[^>]+>", " ", summary[1]).split()) if summary else ""
        return f" (it says: {text[:300]})" if text else ""


class Visitor:
    """One browser with its own cookies."""

    def __init__(self, address: str, name: str) -> None:
        self.name = name
        self.page = Page(address, 0, "")
        headers = {"User-Agent": f"insureweb-smoke {name}", "Accept": "text/html"}
        self._client = httpx.Client(base_url=address, follow_redirects=True, timeout=30.0, headers=headers)

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._client.close()

    def open(self, address: str) -> Page:
        """Follow a link.

        Raises:
            StepFailed: when the answer is an error page.
        """
        return self._arrive(self._client.get(address))

    def download(self, address: str) -> bytes:
        """The bytes behind a link; the page stays."""
        answer = self._client.get(address)
        if answer.status_code >= 400:
            raise StepFailed(f"GET {answer.request.url.path} answered {answer.status_code}")
        return answer.content

    def send(
        self,
        form: Form,
        answers: Mapping[str, str | list[str]] | None = None,
        *,
        press: str = "",
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Page:
        """Fill the form in over what it already holds, and press a button: the first one, or the one named so.

        `press` is a button's value, name or target address.
        """
        button = self._button(form, press)
        data: dict[str, str | list[str]] = {**form.values, **(answers or {})}
        if button.name:
            data[button.name] = button.value
        action = button.action or form.action
        if form.method == "get":
            return self._arrive(self._client.get(action, params=data))
        headers = {"Referer": self.page.address}
        return self._arrive(self._client.post(action, data=data, files=files or None, headers=headers))

    def _button(self, form: Form, press: str) -> Button:
        if not press:
            return next(iter(form.buttons), Button("", ""))
        for button in form.buttons:
            if press in (button.name, button.value) or (button.action and press in button.action):
                return button
        raise StepFailed(f"{self.page.path} has no button {press}{self.page.complaint()}")

    def _arrive(self, answer: httpx.Response) -> Page:
        self.page = Page.of(answer)
        if answer.status_code >= 400:
            request = answer.request
            raise StepFailed(
                f"{request.method} {request.url.path} answered {answer.status_code}{self.page.complaint()}"
            )
        return self.page

    def wait_for(
        self, address: str, is_there: Callable[[Page], bool], what: str, seconds: float = WAIT_SECONDS
    ) -> Page:
        """Reload until the page shows it, as an impatient person does."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if is_there(self.open(address)):
                return self.page
            time.sleep(0.1)
        raise StepFailed(f"{what} did not happen within {seconds:.0f} s on {self.page.path}{self.page.complaint()}")
