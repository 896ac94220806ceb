"""What is measured. Each scenario returns lines for the table."""

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path

from insureweb.ops.bench.client import TOKEN, Client, Unexpected
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


def catalogue_cold(stage: Stage, *, seconds: float, clients: int) -> list[Result]:
    """The catalogue drawn anew for every request, against a view that shows twenty rows of a table.

    A query that means nothing makes every address a new one, so no kept page answers. What a running process knows by
    then it may use: the compiled products, what their frozen versions say, and the list until the shop changes.
    """
    house, bare = Client(stage.house), Client(stage.bare)
    note = bare.expect(bare.get("/form/"), 200, "form")
    row = {"text": "x" * 200, "amount": "174.25", "csrfmiddlewaretoken": note.hidden(TOKEN)}
    for _number in range(20):
        bare.expect(bare.post("/insert/", row), 302, "insert")
    fresh = count()
    return [
        compare(
            "catalogue page",
            "anonymous, drawn anew, against twenty rows",
            lambda: house.expect(house.get(f"/products/?fresh={next(fresh)}"), 200, "catalogue"),
            lambda: bare.expect(bare.get("/rows/"), 200, "rows"),
            budget=1.25,
            seconds=seconds,
        )
    ]


def product_cold(stage: Stage, *, seconds: float, clients: int) -> list[Result]:
    """A product's page drawn anew for every request in the same way, against a bare "hello"."""
    house, bare = Client(stage.house), Client(stage.bare)
    fresh = count()
    return [
        compare(
            "product page",
            "anonymous, drawn anew, time of a request",
            lambda: house.expect(house.get(f"/products/anlan-guard/?fresh={next(fresh)}"), 200, "product"),
            lambda: bare.expect(bare.get("/hello/"), 200, "hello"),
            budget=3.5,
            seconds=seconds,
        )
    ]


def signed_in(stage: Stage, *, seconds: float, clients: int) -> list[Result]:
    """What session, user and middleware cost: the signed-in part of the header alone, against a bare "hello"."""
    house, bare = Client(stage.house, _buyers(stage)[0]), Client(stage.bare)
    part = house.expect(house.get("/session/"), 200, "header")
    if b"data-signed-in" not in part.body:
        raise Unexpected("The visitor is not signed in.")
    return [
        compare(
            "signed in",
            "session, user and middleware, time of a request",
            lambda: house.expect(house.get("/session/"), 200, "header"),
            lambda: bare.expect(bare.get("/hello/"), 200, "hello"),
            budget=3.4,
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
    return run_purchases(stage, _buyers(stage), seconds=seconds, clients=clients)


def _buyers(stage: Stage) -> list[dict[str, str]]:
    """The cookies of signed-in customers."""
    cookies: list[dict[str, str]] = json.loads(
        (Path(stage.environment["VAR_DIR"]) / "buyers.json").read_text(encoding="utf-8")
    )
    return cookies


def rating(stage: Stage, *, seconds: float, clients: int) -> list[Result]:
    """The rating engine alone, without a request."""
    return [*one_quote(seconds / 2), *file_of_quotes(seconds / 2)]


def decision(stage: Stage, *, seconds: float, clients: int) -> list[Result]:
    """An underwriting table alone, without a request."""
    return one_table(seconds / 2)


SCENARIOS: dict[str, Callable[..., list[Result]]] = {
    "catalogue": catalogue,
    "catalogue-cold": catalogue_cold,
    "product-cold": product_cold,
    "signed-in": signed_in,
    "quote": stored_quote,
    "rating": rating,
    "decision": decision,
    "purchase": purchase,
}
