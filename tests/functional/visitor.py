"""A person at a browser: what they tap, type and see is counted, pictured and checked for accessibility."""

import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error as BrowserError

SCREENSHOTS = Path("screenshots")
SERIOUS = {"serious", "critical"}
AXE = Axe()
# Names the elements that stick out to the right.
WIDEST = """() => [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
    .slice(0, 6).map(e => e.tagName + '.' + e.className)"""


class Visitor:
    """Drives one page. `taps`, `typed` and `pages` are what the journey costs a person."""

    def __init__(self, page, name: str, base_url: str) -> None:
        self.page, self.name, self.base_url = page, name, base_url
        self.failures: list[str] = []
        self.taps = self.typed = 0
        self.visited: list[str] = []
        self.pictures = 0
        page.on("response", self._watch_response)
        page.on("pageerror", lambda error: self.failures.append(f"script: {error}"))
        page.on("console", self._watch_console)

    def _watch_response(self, response) -> None:
        if response.status >= 500:
            self.failures.append(f"{response.status} {response.url}")

    def _watch_console(self, message) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.failures.append(f"policy: {message.text[:200]}")

    def start_counting(self) -> None:
        self.taps = self.typed = 0
        self.visited = [self.path]

    @property
    def path(self) -> str:
        return re.sub(r"^https?://[^/]+", "", self.page.url).split("?")[0]

    def _arrived(self) -> None:
        self.page.wait_for_load_state("domcontentloaded")
        if not self.visited or self.visited[-1] != self.path:
            self.visited.append(self.path)

    def go(self, path: str) -> None:
        """Open a page; again, if a waiting page was just reloading itself and took the address bar first."""
        try:
            self.page.goto(self.base_url + path)
        except BrowserError as error:
            if "ERR_ABORTED" not in error.message:
                raise
            self.page.goto(self.base_url + path)
        self._arrived()

    def tap(self, selector: str) -> None:
        self.taps += 1
        self.page.locator(selector).locator("visible=true").first.click()
        self._arrived()

    def tap_text(self, text: str, role: str = "button") -> None:
        self.taps += 1
        self.page.get_by_role(role, name=text).first.click()
        self._arrived()

    def choose(self, selector: str) -> None:
        """Tick a radio button or checkbox by tapping its label."""
        self.taps += 1
        field = self.page.locator(selector).first
        identifier = field.get_attribute("id")
        label = self.page.locator(f'label[for="{identifier}"]')
        (label.first if identifier and label.count() else field).click()
        assert field.is_checked(), f"{selector} is not chosen"

    def type(self, selector: str, text: str) -> None:
        self.typed += 1
        self.page.locator(selector).first.fill(text)

    def upload(self, selector: str, files: list) -> None:
        self.taps += 1
        self.page.locator(selector).first.set_input_files(files)

    def sees(self, text: str) -> None:
        body = self.page.locator("body").inner_text()
        assert text in body, f"{text!r} is not on {self.path}:\n{body[:1500]}"

    def picture(self, what: str) -> None:
        """Keep a full-page picture and fail on serious accessibility violations or a page wider than the screen."""
        self.pictures += 1
        folder = SCREENSHOTS / self.name
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{self.pictures:02d}-{what}.png", full_page=True)
        self.check_accessibility(what)
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{what} is {wide} px wider than the screen: {self.page.evaluate(WIDEST)}"

    def check_accessibility(self, what: str) -> None:
        result = AXE.run(self.page)
        found = [v for v in result.response["violations"] if v["impact"] in SERIOUS]
        words = [f"{v['id']}: {v['help']} {[n['target'] for n in v['nodes']][:3]}" for v in found]
        assert not words, f"{what} ({self.path}): " + "; ".join(words)

    def expect_no_failures(self) -> None:
        assert self.failures == [], self.failures
