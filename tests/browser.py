"""Debian's chromium, driven by playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OTHER_PLACES = (
    "/usr/lib/chromium/chromium",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find_chromium() -> str | None:
    """The browser to test with: CHROMIUM, else the first one installed."""
    wanted = os.environ.get("CHROMIUM")
    if wanted:
        return wanted
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path), None) or next((p for p in OTHER_PLACES if Path(p).exists()), None)


def availability() -> str:
    """One line for the report's head and for skipped tests."""
    executable = find_chromium()
    if executable:
        return f"browser tests: with {executable}"
    return "browser tests: skipped, no chromium found (apt-get install chromium, or set CHROMIUM to its path)"


@contextmanager
def launched(executable: str) -> Iterator[object]:
    """A headless browser instance."""
    # Playwright's synchronous interface keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  slow to import, rarely needed

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb"]
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=executable, args=arguments, headless=True)
        try:
            yield instance
        finally:
            instance.close()
