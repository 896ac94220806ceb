"""Full purchases over HTTP: quote, application with all answers, order, the gateway's notification. Nothing is skipped
but the pages a person only reads; the buyers are signed in beforehand."""

import json
import multiprocessing
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from insureweb.finance.gateways import rsa2
from insureweb.finance.gateways.sandbox import protocol
from insureweb.kernel import clock
from insureweb.ops.bench.client import TOKEN, Client
from insureweb.ops.bench.measure import Result, percentile
from insureweb.ops.bench.stage import Stage

QUOTE = {
    "product": "anlan-guard", "plan": "standard", "age": "30", "occupation_class": "2", "sum_insured": "200000",
    "daily_cash": "100", "next": "apply",
}  # fmt: skip
CONSENTS = ("terms", "declaration", "electronic_policy", "death_cover", "personal_information")
ANSWERS = {
    "insured": "self", "health": "none", "q_purpose": "family", "beneficiary": "statutory",
    **{f"consent_{key}": "yes" for key in CONSENTS},
}  # fmt: skip
# Purchases of each client before the clock runs: imports, templates and prepared statements of every server thread.
WARM_UP, WARM_UP_SECONDS = 4, 60.0


@dataclass
class Buyer:
    """One signed-in customer on one connection."""

    client: Client
    gateway_key: RSAPrivateKey

    def buy(self) -> None:
        """From the calculator's form to the issued policy.

        Raises:
            Unexpected: the house answered otherwise than it should.
        """
        client = self.client
        query = "&".join(f"{name}={value}" for name, value in QUOTE.items())
        page = client.expect(client.get(f"/quotes/new/?{query}", label="price page"), 200, "price page")
        token = {"csrfmiddlewaretoken": page.hidden(TOKEN)}
        answer = client.expect(client.post("/quotes/", QUOTE | token, label="quote"), 302, "quote")
        begun = client.expect(client.get(answer.location, label="begin"), 302, "begin")
        number = re.search(r"/applications/([^/]+)/", begun.location)
        application = number[1] if number else ""
        path = f"/applications/{application}/all/"
        order = client.expect(client.post(path, ANSWERS | token, label="answers"), 302, "answers").location
        client.expect(client.get(order, label="pay page"), 200, "pay page")
        cashier = client.expect(client.post(order, {"method": "sandbox"} | token, label="to the cashier"), 302, "order")
        self._notify(cashier.location)
        client.expect(client.get(f"{order}done/", label="issued"), 200, "issued policy")

    def _notify(self, cashier: str) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(cashier).query).items()}
        content = json.loads(asked["biz_content"])
        fields = {
            "notify_id": secrets.token_hex(16),
            "notify_time": protocol.written(clock.now()),
            "charset": "utf-8",
            "version": "1.0",
            "app_id": asked["app_id"],
            "seller_id": content["seller_id"],
            "out_trade_no": content["out_trade_no"],
            "trade_no": secrets.token_hex(14),
            "trade_status": "TRADE_SUCCESS",
            "total_amount": content["total_amount"],
            "currency": content["currency"],
        }
        signed = rsa2.signed_fields(fields, self.gateway_key)
        path = urlsplit(asked["notify_url"]).path
        answer = self.client.expect(self.client.post(path, signed, label="notification"), 200, "notification")
        if answer.body.strip() != b"success":
            raise RuntimeError(f"The notification was answered {answer.body[:80]!r}.")


def _buy_for(
    port: int, key: bytes, buyers: Sequence[dict[str, str]], until: float, results: "multiprocessing.Queue"
) -> None:
    """A client process: one buyer after the other until the time is over."""
    private = serialization.load_pem_private_key(key, password=None)
    times: list[tuple[str, float]] = []
    bought, failure = 0, ""
    try:
        for cookies in buyers:
            if time.time() >= until:
                break
            client = Client(port, cookies)
            Buyer(client, private).buy()  # type: ignore[arg-type]
            bought += 1
            times += client.times
            client.connection.close()
    except Exception as error:  # noqa: BLE001  told to the parent, which fails the run
        failure = f"{type(error).__name__}: {error}"
    results.put((bought, times, time.time(), failure))


def _buy_together(
    stage: Stage, buyers: Sequence[dict[str, str]], *, seconds: float, clients: int
) -> list[tuple[int, list[tuple[str, float]], float, str]]:
    key = (Path(stage.environment["PRIVATE_FILES_DIR"]) / "sandbox-gateway" / "gateway.pem").read_bytes()
    results: multiprocessing.Queue = multiprocessing.Queue()
    until = time.time() + seconds
    processes = [
        multiprocessing.Process(target=_buy_for, args=(stage.house, key, buyers[index::clients], until, results))
        for index in range(clients)
    ]
    for process in processes:
        process.start()
    outcomes = [results.get(timeout=seconds + 120) for _process in processes]
    for process in processes:
        process.join()
    if failures := [failure for *_rest, failure in outcomes if failure]:
        raise RuntimeError(f"A purchase failed: {failures[0]}")
    return outcomes


def run_purchases(stage: Stage, buyers: Sequence[dict[str, str]], *, seconds: float, clients: int) -> list[Result]:
    """Policies a second with this many buyers at the same time, and how long their requests took.

    Raises:
        RuntimeError: a purchase failed.
    """
    early = clients * WARM_UP
    _buy_together(stage, buyers[:early], seconds=WARM_UP_SECONDS, clients=clients)
    started = time.time()
    outcomes = _buy_together(stage, buyers[early:], seconds=seconds, clients=clients)
    bought = sum(count for count, *_rest in outcomes)
    taken = max(ended for _count, _times, ended, _failure in outcomes) - started
    every = [seconds for _count, times, *_rest in outcomes for _label, seconds in times]
    scenario = f"purchase, {clients} buyers"
    return [
        Result(scenario, "policies issued a second, client included", round(bought / taken, 1), "/s", aim="≥ 60/s"),
        Result(scenario, "p95 of any request", round(percentile(every, 0.95) * 1000, 1), "ms", aim="≤ 50 ms"),
        Result(scenario, "policies issued", bought, ""),
    ]
