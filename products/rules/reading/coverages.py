"""Reads coverages, statements of what is and is not covered, and wordings."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from products.rules.definition import (
    BENEFIT_KINDS,
    LIMIT_UNITS,
    ClaimRules,
    Coverage,
    Evidence,
    Input,
    InsuredEvent,
    Statement,
    SubLimit,
)
from products.rules.document import DECIMAL_PATTERN, Node
from products.rules.figures import Operand
from products.rules.reading.inputs import NUMERIC
from products.rules.wording import Wording, read_clauses

WORDING_KINDS = ("terms", "rates", "notice", "disclosure")
HUNDRED = Decimal(100)
ALL_OF_IT = Operand(HUNDRED, "")
OPTIONAL = (
    "limit daily_amount deductible deductible_days max_days max_days_year pays_percent ends_contract evidence "
    "sub_limits exclusions claim_rules"
)
CLAIM_RULES = "max_claims max_claims_year survival_days report_within_days minimum_days"


class Clauses:
    """Clause numbers of the wordings, so that a reference to one that is not there is refused."""

    def __init__(self, wordings: tuple[Wording, ...]) -> None:
        self.numbers = {clause.number for wording in wordings if wording.kind == "terms" for clause in wording.clauses}

    def read(self, node: Node) -> str:
        number = node.text(max_length=20)
        if number not in self.numbers:
            raise node.error(f"the wording has no clause {number}")
        return number


def read_coverages(node: Node, inputs: tuple[Input, ...], clauses: Clauses) -> tuple[Coverage, ...]:
    known = {item.key: item for item in inputs}
    return tuple(_read_coverage(key, item, known, clauses) for key, item in node.named(at_least=1))


def _read_coverage(key: str, node: Node, inputs: Mapping[str, Input], clauses: Clauses) -> Coverage:
    fields = node.fields("name kind how clause events", OPTIONAL)
    kind = fields["kind"].one_of(BENEFIT_KINDS)
    operands = {
        name: _read_operand(fields[name], inputs) if name in fields else None
        for name in ("limit", "daily_amount", "deductible")
    }
    if operands["daily_amount" if kind == "daily_cash" else "limit"] is None:
        raise node.error("daily_cash needs a daily_amount, every other kind a limit")
    return Coverage(
        key=key,
        name=fields["name"].localized(),
        kind=kind,
        how=fields["how"].localized(),
        clause=clauses.read(fields["clause"]),
        limit=operands["limit"],
        daily_amount=operands["daily_amount"],
        deductible=operands["deductible"],
        deductible_days=fields.integer("deductible_days", 0, maximum=365),
        max_days=fields.integer("max_days", 0, maximum=3650),
        max_days_year=fields.integer("max_days_year", 0, maximum=366),
        pays_percent=_read_share(fields["pays_percent"], inputs) if "pays_percent" in fields else ALL_OF_IT,
        ends_contract=fields.flag("ends_contract"),
        events=tuple(_read_event(name, item, clauses) for name, item in fields["events"].named(at_least=1)),
        evidence=_read_evidence(fields["evidence"]) if "evidence" in fields else (),
        sub_limits=_read_sub_limits(fields["sub_limits"], inputs) if "sub_limits" in fields else (),
        exclusions=tuple(clauses.read(item) for item in fields.items_of("exclusions")),
        claim_rules=_read_claim_rules(fields["claim_rules"]) if "claim_rules" in fields else ClaimRules(),
    )


def _read_sub_limits(node: Node, inputs: Mapping[str, Input]) -> tuple[SubLimit, ...]:
    found = []
    for key, item in node.named(at_least=1):
        fields = item.fields("name limit per")
        limit = _read_operand(fields["limit"], inputs)
        found.append(SubLimit(key, fields["name"].localized(), limit, fields["per"].one_of(LIMIT_UNITS)))
    return tuple(found)


def _read_claim_rules(node: Node) -> ClaimRules:
    fields = node.fields("", CLAIM_RULES)
    if not fields:
        raise node.error("needs at least one rule")
    return ClaimRules(**{name: item.integer(minimum=1, maximum=3650) for name, item in fields.items()})


def _read_operand(node: Node, inputs: Mapping[str, Input]) -> Operand:
    text = node.text(max_length=60)
    if DECIMAL_PATTERN.fullmatch(text):
        return Operand(node.decimal(minimum=Decimal(0)), "")
    if text not in inputs or inputs[text].type not in NUMERIC:
        raise node.error(f"'{text}' is neither an amount nor an input that is a number")
    return Operand(None, text)


def _read_share(node: Node, inputs: Mapping[str, Input]) -> Operand:
    """A percentage up to 100: fixed, or an input that never goes above."""
    share = _read_operand(node, inputs)
    if share.amount is not None:
        most = share.amount
    else:
        item = inputs[share.input]
        most = max([Decimal(option.text) for option in item.options] or [item.maximum or HUNDRED])
    if most > HUNDRED:
        raise node.error("pays more than 100 percent")
    return share


def _read_event(key: str, node: Node, clauses: Clauses) -> InsuredEvent:
    fields = node.fields("name cause clause", "waiting_days")
    return InsuredEvent(
        key=key,
        name=fields["name"].localized(),
        cause=fields["cause"].name(),
        waiting_days=fields.integer("waiting_days", 0, maximum=730),
        clause=clauses.read(fields["clause"]),
    )


def _read_evidence(node: Node) -> tuple[Evidence, ...]:
    found = []
    for key, item in node.named():
        fields = item.fields("label", "hint")
        found.append(Evidence(key, fields["label"].localized(), fields.localized("hint")))
    return tuple(found)


def read_statements(node: Node, clauses: Clauses) -> tuple[Statement, ...]:
    found = []
    for item in node.items(at_least=1):
        fields = item.fields("text", "clause")
        clause = clauses.read(fields["clause"]) if "clause" in fields else ""
        found.append(Statement(fields["text"].localized(), clause))
    return tuple(found)


def read_wordings(node: Node) -> tuple[Wording, ...]:
    return tuple(_read_wording(key, item) for key, item in node.named())


def _read_wording(key: str, node: Node) -> Wording:
    fields = node.fields("kind version registered_number text")
    text = fields["text"].localized(max_length=200_000)
    title, clauses = read_clauses(text.zh_hans, text.en, fields["text"].path)
    return Wording(
        key=key,
        kind=fields["kind"].one_of(WORDING_KINDS),
        version=fields["version"].text(max_length=20),
        registered_number=fields["registered_number"].text(max_length=60),
        title=title,
        clauses=clauses,
        text=text,
    )
