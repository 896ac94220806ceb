"""manage.py replay: a stored quote gives the identical amount, steps and hash from its stored definition."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from insureweb.kernel import clock
from policies.offers.models import Quote
from policies.offers.services import _store
from products.rules.document import node_of
from products.rules.reading import read_definition
from products.rules.steps import STEP_KINDS
from products.services.loading import load_product
from products.sources import ProductSource
from tests.factories import policies as made
from tests.factories.products import AT, LOADER
from tests.factories.tariffs import tariff_tree, words

pytestmark = pytest.mark.django_db

TABLES = {
    "bands": {"name": words("Bands"), "keys": {"x": "range"}, "rows": [["[0..1000)", "0.05"], ["[1000..)", "0.02"]]},
    "curve": {"name": words("Curve"), "keys": {"y": "point"}, "rows": [["0", "1"], ["1000000", "4"]]},
    "factor": {"name": words("Factor"), "keys": {"y": "range"}, "default": "1.1", "rows": [["0..7", "1.3"]]},
}
STEPS = [
    {"step": "s1", "kind": "input", "of": "x"},
    {"step": "s2", "kind": "per_unit", "of": "s1", "unit": "7"},
    {"step": "s3", "kind": "tiers", "of": "s2", "table": "bands", "fill": "cumulative", "words": words("{s3:parts}")},
    {"step": "s4", "kind": "interpolate", "of": "y", "table": "curve"},
    {"step": "s5", "kind": "lookup", "table": "factor", "by": {"y": "y"}},
    {"step": "s6", "kind": "multiply", "of": ["s3", "s4", "s5"]},
    {"step": "s7", "kind": "add", "of": ["s6", "y", "100"]},
    {"step": "s8", "kind": "subtract", "of": ["s7", "3.5"]},
    {"step": "s9", "kind": "divide", "of": ["s8", "3"]},
    {"step": "s10", "kind": "discount", "of": "s9", "percent": "12.5"},
    {"step": "s11", "kind": "loading", "of": "s10", "percent": "50"},
    {"step": "s12", "kind": "cap", "of": "s11", "at_least": "10", "at_most": "90000"},
    {"step": "s13", "kind": "minimum_premium", "of": "s12", "amount": "60"},
    {"step": "s14", "kind": "min", "of": ["s13", "80000"]},
    {"step": "s15", "kind": "max", "of": ["s14", "s10"]},
    {"step": "s16", "kind": "tax", "of": "s15", "percent": "6"},
    {"step": "s17", "kind": "round", "of": "s16", "to": "0.05", "mode": "half_even"},
    {"step": "s18", "kind": "sum", "of": ["s15", "s17"]},
]


def every_kind() -> Quote:
    """A quote stored from a tariff that uses every kind of step."""
    tree = tariff_tree(STEPS, tables=TABLES)
    definition = read_definition(node_of(tree))
    loaded = load_product(source=ProductSource(Path("all.yaml"), "", tree, definition), by=LOADER, at=AT)
    return _store(
        loaded.version,
        {"x": "54321", "y": "9.75"},
        "",
        "token",
        None,
        clock.now(),
        based_on=None,
        channel="web",
        region="all",
    )


def change(quote: Quote, **fields: Any) -> None:
    """Change what may never change, as somebody with the keys to the database could."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name, value in fields.items():
            table, column, key = (
                ("products_productversion", name, quote.product_version_id)
                if name == "definition"
                else (Quote._meta.db_table, name, quote.pk)
            )
            cursor.execute(f'UPDATE {table} SET "{column}" = %s WHERE id = %s', [value, key])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def replayed(*numbers: str) -> tuple[str, str]:
    """What was printed, and the refusal that ended the command."""
    out, refusal = io.StringIO(), ""
    try:
        call_command("replay", *numbers, stdout=out)
    except CommandError as error:
        refusal = str(error)
    return out.getvalue(), refusal


def test_every_kind_of_step_replays_to_the_identical_price() -> None:
    quote = every_kind()
    used = {step["kind"] for step in quote.breakdown["steps"]}
    assert used | {"commutation"} >= set(STEP_KINDS)
    printed, refusal = replayed(quote.no)
    assert f"{quote.total}  {quote.breakdown_hash}  identical" in printed
    assert not refusal


def test_the_stored_definition_is_what_is_priced() -> None:
    """The process holds the compiled product; what stands in the database counts nevertheless."""
    quote = every_kind()
    tree = json.loads(json.dumps(quote.product_version.definition))
    tree["rating"]["steps"][9]["percent"] = "13"
    change(quote, definition=json.dumps(tree))
    printed, refusal = replayed(quote.no)
    assert "DIFFERS" in printed
    assert "definition: stored under" in printed
    assert "step s10, operands: stored {'s9':" in printed
    assert refusal == f"Priced differently: {quote.no}."


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("total", "1.00", "total: 1.00 beside a stored breakdown of"),
        ("breakdown_hash", "0" * 64, f"hash: {'0' * 64} beside"),
        ("facts", '{"x": "54321", "y": "9.76"}', "fact y: stored 9.75, now 9.76"),
        ("facts", '{"x": "many", "y": "9.75"}', "no price any more: x: not_a_number"),
    ],
)
def test_any_figure_that_was_changed_is_found(field: str, value: str, told: str) -> None:
    quote = every_kind()
    change(quote, **{field: value})
    printed, refusal = replayed(quote.no)
    assert told in printed
    assert refusal


def test_a_changed_step_of_the_stored_breakdown_is_found() -> None:
    good, quote = made.quote(), every_kind()
    breakdown = quote.breakdown
    breakdown["steps"][3]["amount"] = "9"
    del breakdown["steps"][4]
    change(quote, breakdown=json.dumps(breakdown))
    printed, refusal = replayed(good.no, quote.no)
    assert f"{good.no}  {good.total}  {good.breakdown_hash}  identical" in printed
    assert "step s4, amount: stored 9, now" in printed
    assert "step s5: not stored" in printed
    assert refusal == f"Priced differently: {quote.no}."
    change(quote, breakdown="[]")
    assert "what is stored is not the breakdown of a price" in replayed(quote.no)[0]
