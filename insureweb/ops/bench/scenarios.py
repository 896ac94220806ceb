"""What is measured. Each scenario returns lines for the table."""

import json
from collections.abc import Callable
from pathlib import Path

from insureweb.ops.bench.client import TOKEN, Client
from insureweb.ops.bench.decision import one_table
from insureweb.ops.bench.measure import Result, compare
from insureweb.ops.bench.purchase import run_purchases
from insureweb.ops.bench.rating import file_of_quotes, one_quote
from insureweb.ops.bench.stage import Stage

FACTS = {"age": "30", "occupation_class": "2", "sum_insured": "200000", "daily_cash": "100"}
QUOTE = {"product": "anlan-guard", "plan": "standard", **FACTS}


def catalogue(stage: Stage, *, seconds: float, clients: int) -> list[Result]:
    """The catalogue as an anonymous visitor finds it, everything warm, against a bare "hello"."""
    house, bare = Client(stage.house), Client(stage.bare)
    return [
        compare(
            "catalogue page",
            "anonymous, warm, time of a request",
            lambda: house.expect(house.get("/products/"), 200, "catalogue"),
            lambda: bare.expect(bare.get("/hello/"), 200, "hello"),
            budget=1.3,
            seconds=seconds,
        )
    ]


def stored_quote(stage: Stage, *, seconds: float, clients: int) -> list[Result]:
    """A quote priced, explained and stored, against a view that parses a POST and inserts one row."""
    house, bare = Client(stage.house), Client(stage.bare)
    query = "&".join(f"{name}={value}" for name, value in QUOTE.items())
    page = house.expect(house.get(f"/quotes/new/?{query}"), 200, "quote page")
    form = {**QUOTE, "csrfmiddlewaretoken": page.hidden(TOKEN)}
    note = bare.expect(bare.get("/form/"), 200, "form")
    row = {"text": "x" * 200, "amount": "174.25", "csrfmiddlewaretoken": note.hidden(TOKEN)}
    return [
        compare(
            "quote",
            "priced, explained and stored, time of a request",
            lambda: house.expect(house.post("/quotes/", form), 302, "quote"),
            lambda: bare.expect(bare.post("/insert/", row), 302, "insert"),
            budget=1.15,
            seconds=seconds,
        )
    ]


def purchase(stage: Stage, *, seconds: float, clients: int) -> list[Result]:
    """Signed-in customers buying at the same time, from quote to issued policy."""
    buyers = json.loads((Path(stage.environment["VAR_DIR"]) / "buyers.json").read_text(encoding="utf-8"))
    return run_purchases(stage, buyers, seconds=seconds, clients=clients)


def rating(stage: Stage, *, seconds: float, clients: int) -> list[Result]:
    """The rating engine alone, without a request."""
    return [*one_quote(seconds / 2), *file_of_quotes(seconds / 2)]


def decision(stage: Stage, *, seconds: float, clients: int) -> list[Result]:
    """An underwriting table alone, without a request."""
    return one_table(seconds / 2)


SCENARIOS: dict[str, Callable[..., list[Result]]] = {
    "catalogue": catalogue,
    "quote": stored_quote,
    "rating": rating,
    "decision": decision,
    "purchase": purchase,
}
