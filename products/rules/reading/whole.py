"""Reads the whole product file, part by part, in the order in which the parts depend on each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from products.rules.completeness import check_tables_are_complete
from products.rules.decisions import CLAIM_OUTCOMES, UNDERWRITING_OUTCOMES, DecisionTable
from products.rules.definition import (
    ADULT_AGE,
    ALL_REGIONS,
    AUDIENCES,
    DEATH_CONSENT,
    DEATH_COVER_CONSENT,
    DECLARED_ELSEWHERE,
    GATES,
    INSURED_KINDS,
    MINOR_DEATH_CAP,
    PICTURES,
    RATE_BASES,
    Basis,
    Definition,
    DisclosurePoint,
    Filing,
    Input,
    Plan,
    Sale,
    Shop,
)
from products.rules.document import Fields, Node
from products.rules.platform_facts import CLAIM_FACTS, UNDERWRITING_FACTS
from products.rules.questions import Question, table_type
from products.rules.reading.coverages import Clauses, read_coverages, read_statements, read_wordings
from products.rules.reading.derived import read_derived
from products.rules.reading.inputs import facts_at, read_consents, read_inputs, read_plans
from products.rules.reading.life import check_life
from products.rules.reading.questions import read_questions
from products.rules.reading.rating import read_rating
from products.rules.reading.tables import read_table, read_vectors
from products.rules.reading.terms import read_terms

FORMAT = "1"
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
    fields = root.fields(REQUIRED, "filing entry_age gates disclosure derived")
    if fields["format"].text(max_length=10) != FORMAT:
        raise fields["format"].error(f"this software reads format {FORMAT}")
    wordings = read_wordings(fields["wordings"])
    clauses = Clauses(wordings)
    inputs = read_inputs(fields["inputs"])
    plans = read_plans(fields["plans"], inputs)
    coverages = read_coverages(fields["coverages"], inputs, clauses)
    input_types = _types_of(inputs)
    questions = read_questions(fields["questions"], input_types)
    suitability = read_questions(fields["suitability"], input_types, group="details")
    _refuse_repeated_questions(fields["suitability"], questions)
    asked = (*questions, *suitability)
    derived = read_derived(fields["derived"], inputs, asked) if "derived" in fields else ()
    underwriting = {**UNDERWRITING_FACTS, **_types_of(asked), **input_types, **{one.key: "number" for one in derived}}
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
        terms=read_terms(fields["terms"], inputs),
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
        tables=_read_tables(fields, underwriting),
        vectors=read_vectors(fields["test_vectors"]),
        content_hash=content_hash(root),
        gates=tuple(item.one_of(GATES) for item in fields.items_of("gates")),
        disclosure=_read_disclosure(fields["disclosure"]) if "disclosure" in fields else (),
        derived=derived,
    )
    _refuse_missing_defaults(fields["underwriting"], definition)
    _check_gates(fields.get("gates", root), definition)
    check_tables_are_complete(definition, fields["rating"])
    if definition.rating.life is not None:
        check_life(definition, fields["rating"].mapping()["life"])
    return definition


def _read_tables(fields: Fields, underwriting: Mapping[str, str]) -> dict[str, DecisionTable]:
    return {
        "underwriting": read_table("underwriting", fields["underwriting"], UNDERWRITING_OUTCOMES, underwriting),
        "claims": read_table("claims", fields["claims"], CLAIM_OUTCOMES, CLAIM_FACTS),
    }


def _types_of(named: Iterable[Input | Question]) -> dict[str, str]:
    return {one.key: table_type(one.type) for one in named}


def content_hash(root: Node) -> str:
    """SHA-256 of the definition's canonical text; the same words in any layout give the same hash."""
    text = json.dumps(root.tree(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _refuse_repeated_questions(node: Node, questions: tuple[Question, ...]) -> None:
    taken = {question.key for question in questions}
    for key, item in node.mapping().items():
        if key in taken:
            raise item.error(f"the question '{key}' stands twice")


def _refuse_missing_defaults(node: Node, definition: Definition) -> None:
    """An answer that may be missing needs a default where the table looks at it, or at what is worked out from it."""
    columns = {column.key: column for column in definition.tables["underwriting"].columns}
    for question in (*definition.questions, *definition.suitability):
        column = columns.get(question.key)
        may_be_missing = question.when or (not question.required and column is not None and column.type != "text")
        if column is not None and may_be_missing and not column.default:
            place = node.mapping()["columns"].mapping()[question.key]
            raise place.error(f"'{question.key}' is not always answered, so the column needs a default")
        for derived in definition.derived:
            hangs = question.key in derived.sources and (question.when or not question.required)
            if hangs and derived.key in columns and not columns[derived.key].default:
                place = node.mapping()["columns"].mapping()[derived.key]
                raise place.error(f"'{question.key}' is not always answered, so the column needs a default")


def _check_gates(node: Node, definition: Definition) -> None:
    """Each gate finds what it looks at, and death cover on children has its gate (Insurance Law arts. 33, 34)."""
    if definition.gates and definition.insured != "person":
        raise node.error("gates stand before contracts on people")
    if definition.pays_on_death and definition.insures_minors and MINOR_DEATH_CAP not in definition.gates:
        raise node.error(f"death cover below {ADULT_AGE} needs the gate {MINOR_DEATH_CAP}")
    if MINOR_DEATH_CAP in definition.gates:
        asked = {question.key: question.type for question in definition.detail_questions}
        if asked.get(DECLARED_ELSEWHERE) != "money":
            raise node.error(f"the gate {MINOR_DEATH_CAP} needs the details question {DECLARED_ELSEWHERE}, type money")
    if DEATH_COVER_CONSENT in definition.gates and DEATH_CONSENT not in {one.key for one in definition.consents}:
        raise node.error(f"the gate {DEATH_COVER_CONSENT} needs the consent {DEATH_CONSENT}")


def _read_disclosure(node: Node) -> tuple[DisclosurePoint, ...]:
    points = []
    for item in node.fields("points")["points"].items(at_least=1):
        fields = item.fields("title text")
        points.append(
            DisclosurePoint(fields["title"].localized(max_length=60), fields["text"].localized(max_length=2000))
        )
    return tuple(points)


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
    fields = node.fields("from regions channels", "until quota switched_off")
    starts, ends = fields["from"].date(), fields["until"].date() if "until" in fields else None
    if ends is not None and ends <= starts:
        raise fields["until"].error("the sale ends before it starts")
    regions = tuple(item.text(max_length=10) for item in fields["regions"].items(at_least=1))
    if ALL_REGIONS in regions and len(regions) > 1:
        raise fields["regions"].error("'all' stands alone")
    channels = tuple(item.one_of(CHANNELS) for item in fields["channels"].items(at_least=1))
    quota = fields["quota"].integer(minimum=1, maximum=100_000_000) if "quota" in fields else 0
    return Sale(starts, ends, regions, channels, quota, fields.flag("switched_off"))


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


def _read_ages(node: Node) -> tuple[int, int]:
    fields = node.fields("min max")
    low, high = fields["min"].integer(minimum=0, maximum=120), fields["max"].integer(minimum=0, maximum=120)
    if high < low:
        raise fields["max"].error("max is below min")
    return low, high
