"""Reads the whole product file, part by part, in the order in which the parts depend on each other."""

from __future__ import annotations

import hashlib
import json

from products.rules.completeness import check_tables_are_complete
from products.rules.decisions import CLAIM_OUTCOMES, UNDERWRITING_OUTCOMES
from products.rules.definition import (
    ALL_REGIONS,
    AUDIENCES,
    INSURED_KINDS,
    LENGTH_UNITS,
    PICTURES,
    RATE_BASES,
    RENEWAL_KINDS,
    Basis,
    Definition,
    Filing,
    Input,
    Plan,
    Question,
    Sale,
    Shop,
    Terms,
)
from products.rules.document import Node
from products.rules.platform_facts import CLAIM_FACTS, UNDERWRITING_FACTS
from products.rules.reading.coverages import Clauses, read_coverages, read_statements, read_wordings
from products.rules.reading.inputs import NUMERIC, facts_at, read_consents, read_inputs, read_plans, read_questions
from products.rules.reading.rating import read_rating
from products.rules.reading.tables import read_table, read_vectors

FORMAT = "1"
STARTS = ("next_midnight",)
CHANNELS = ("web", "partner", "counter")
REQUIRED = (
    "format product version insurer category insured name kind audience basis sale shop terms inputs plans coverages "
    "covered not_covered questions suitability consents wordings rating underwriting claims test_vectors"
)


def read_definition(root: Node) -> Definition:
    """The definition a product file stands for.

    Raises:
        ProductFileError: the first thing that is wrong, with its line and place.
    """
    fields = root.fields(REQUIRED, "filing entry_age")
    if fields["format"].text(max_length=10) != FORMAT:
        raise fields["format"].error(f"this software reads format {FORMAT}")
    wordings = read_wordings(fields["wordings"])
    clauses = Clauses(wordings)
    inputs = read_inputs(fields["inputs"])
    plans = read_plans(fields["plans"], inputs)
    coverages = read_coverages(fields["coverages"], inputs, clauses)
    questions = read_questions(fields["questions"])
    suitability = read_questions(fields["suitability"], group="details")
    asked = {**_question_types(questions), **_question_types(suitability)}
    underwriting = {**UNDERWRITING_FACTS, **asked, **_input_types(inputs)}
    definition = Definition(
        code=fields["product"].code(),
        version=fields["version"].text(max_length=20),
        insurer=fields["insurer"].code(),
        category=fields["category"].code(),
        insured=fields["insured"].one_of(INSURED_KINDS),
        name=fields["name"].localized(max_length=60),
        kind=fields["kind"].localized(max_length=120),
        audience=tuple(item.one_of(AUDIENCES) for item in fields["audience"].items(at_least=1)),
        basis=_read_basis(fields["basis"]),
        filing=_read_filing(fields["filing"]) if "filing" in fields else None,
        sale=_read_sale(fields["sale"]),
        shop=_read_shop(fields["shop"], inputs, plans),
        terms=_read_terms(fields["terms"]),
        entry_age=_read_ages(fields["entry_age"]) if "entry_age" in fields else None,
        inputs=inputs,
        plans=plans,
        coverages=coverages,
        covered=read_statements(fields["covered"], clauses),
        not_covered=read_statements(fields["not_covered"], clauses),
        questions=questions,
        suitability=suitability,
        consents=read_consents(fields["consents"], {wording.key for wording in wordings}),
        wordings=wordings,
        rating=read_rating(fields["rating"], inputs, coverages),
        tables={
            "underwriting": read_table("underwriting", fields["underwriting"], UNDERWRITING_OUTCOMES, underwriting),
            "claims": read_table("claims", fields["claims"], CLAIM_OUTCOMES, CLAIM_FACTS),
        },
        vectors=read_vectors(fields["test_vectors"]),
        content_hash=content_hash(root),
    )
    check_tables_are_complete(definition, fields["rating"])
    return definition


def content_hash(root: Node) -> str:
    """SHA-256 of the definition's canonical text; the same words in any layout give the same hash."""
    text = json.dumps(root.tree(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _input_types(inputs: tuple[Input, ...]) -> dict[str, str]:
    return {item.key: "number" if item.type in NUMERIC else _table_type(item.type) for item in inputs}


def _table_type(type_: str) -> str:
    return type_ if type_ in ("boolean", "date") else "text"


def _question_types(questions: tuple[Question, ...]) -> dict[str, str]:
    return {question.key: _table_type(question.type) for question in questions}


def _read_basis(node: Node) -> Basis:
    fields = node.fields("kind source")
    return Basis(fields["kind"].one_of(RATE_BASES), fields["source"].localized(max_length=400))


def _read_filing(node: Node) -> Filing:
    fields = node.fields("number date", "actuary signed_on")
    if ("actuary" in fields) != ("signed_on" in fields):
        raise node.error("an actuary signs on a day: both keys or none")
    return Filing(
        number=fields["number"].text(max_length=80),
        date=fields["date"].date(),
        actuary=fields["actuary"].text(max_length=60) if "actuary" in fields else "",
        signed_on=fields["signed_on"].date() if "signed_on" in fields else None,
    )


def _read_sale(node: Node) -> Sale:
    fields = node.fields("from regions channels", "until")
    starts, ends = fields["from"].date(), fields["until"].date() if "until" in fields else None
    if ends is not None and ends <= starts:
        raise fields["until"].error("the sale ends before it starts")
    regions = tuple(item.text(max_length=10) for item in fields["regions"].items(at_least=1))
    if ALL_REGIONS in regions and len(regions) > 1:
        raise fields["regions"].error("'all' stands alone")
    return Sale(starts, ends, regions, tuple(item.one_of(CHANNELS) for item in fields["channels"].items(at_least=1)))


def _read_shop(node: Node, inputs: tuple[Input, ...], plans: tuple[Plan, ...]) -> Shop:
    fields = node.fields("promise covered not_covered from_price default_plan picture", "order")
    price = fields["from_price"].fields("plan facts words")
    keys = tuple(plan.key for plan in plans)
    return Shop(
        promise=fields["promise"].localized(max_length=120),
        covered_line=fields["covered"].localized(max_length=200),
        not_covered_line=fields["not_covered"].localized(max_length=200),
        from_plan=price["plan"].one_of(keys),
        from_facts=facts_at(inputs, price["facts"]),
        from_words=price["words"].localized(max_length=120),
        default_plan=fields["default_plan"].one_of(keys),
        picture=fields["picture"].one_of(PICTURES),
        order=fields.integer("order", 100),
    )


def _read_terms(node: Node) -> Terms:
    fields = node.fields("length start cooling_off_days waiting_days grace_days renewal")
    length = fields["length"].fields("count unit")
    renewal = fields["renewal"].fields("kind notice_days text")
    return Terms(
        length=length["count"].integer(minimum=1, maximum=120),
        length_unit=length["unit"].one_of(LENGTH_UNITS),
        start=fields["start"].one_of(STARTS),
        cooling_off_days=fields["cooling_off_days"].integer(minimum=0, maximum=365),
        waiting_days=fields["waiting_days"].integer(minimum=0, maximum=730),
        grace_days=fields["grace_days"].integer(minimum=0, maximum=365),
        renewal=renewal["kind"].one_of(RENEWAL_KINDS),
        renewal_notice_days=renewal["notice_days"].integer(minimum=0, maximum=365),
        renewal_text=renewal["text"].localized(max_length=400),
    )


def _read_ages(node: Node) -> tuple[int, int]:
    fields = node.fields("min max")
    low, high = fields["min"].integer(minimum=0, maximum=120), fields["max"].integer(minimum=0, maximum=120)
    if high < low:
        raise fields["max"].error("max is below min")
    return low, high
