"""A small keep-alive HTTP client that keeps cookies and times every request."""

import http.client
import re
import time
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
KEY = re.compile(rb'name="idempotency_key" value="([^"]+)"')


class Unexpected(RuntimeError):
    """An answer that the scenario cannot go on with."""


class Answer:
    """Status, headers and body of one response."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    def hidden(self, pattern: re.Pattern[bytes]) -> str:
        found = pattern.search(self.body)
        if found is None:
            raise Unexpected(f"No {pattern.pattern!r} in the page.")
        return found[1].decode()


class Client:
    """One visitor on one connection. `times` collects (label, seconds)."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies = dict(cookies or {})
        self.times: list[tuple[str, float]] = []

    def get(self, path: str, *, label: str = "") -> Answer:
        return self._send("GET", path, None, {}, label or path)

    def post(
        self, path: str, fields: dict[str, str], *, label: str = "", headers: dict[str, str] | None = None
    ) -> Answer:
        own = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self._send("POST", path, urlencode(fields), own, label or path)

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str], label: str) -> Answer:
        parts = urlsplit(path)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        started = time.perf_counter()
        self.connection.request(method, target, body, headers)
        answer = Answer(self.connection.getresponse())
        self.times.append((label, time.perf_counter() - started))
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer

    def expect(self, answer: Answer, status: int, label: str) -> Answer:
        if answer.status != status:
            raise Unexpected(f"{label}: {answer.status} instead of {status}: {answer.body[:300]!r}")
        return answer
