"""Strategies that write valid product files: a shipped product with its parts drawn anew."""

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from products.rules.questions import QUESTION_TYPES
from tests.factories.products import shipped

Tree = dict[str, Any]
BASE: Tree = deepcopy(shipped("anlan-home").tree)  # type: ignore[assignment]
# Every printable character of the planes a text may come from, and the marks YAML has a meaning for.
CHARACTERS = st.one_of(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")),
    st.sampled_from(list(" \n\t:#-?|>'\"%@`&*!{}[],\u2028\u2029\x85\ufeff\u00a0")),
)


def words(longest: int = 60) -> st.SearchStrategy[str]:
    """A text with at least one letter."""
    return st.builds(
        lambda head, tail: f"{head}x{tail}",
        st.text(CHARACTERS, max_size=longest // 2 - 1),
        st.text(CHARACTERS, max_size=longest // 2 - 1),
    )


def localized(longest: int = 60) -> st.SearchStrategy[Tree]:
    return st.fixed_dictionaries({"zh-hans": words(longest), "en": words(longest)})


def number(low: int, high: int) -> st.SearchStrategy[str]:
    return st.integers(low, high).map(str)


def days() -> st.SearchStrategy[str]:
    return st.dates().map(lambda day: f"{day:%Y-%m-%d}".rjust(10, "0"))


@st.composite
def bounds(draw: st.DrawFn) -> Tree:
    low, high = sorted((draw(st.integers(-100, 10_000)), draw(st.integers(-100, 10_000))))
    return {"min": str(low), "max": str(high)}


@st.composite
def questions(draw: st.DrawFn) -> Tree:
    """Detail questions of every type, later ones hanging on earlier ones."""
    found: Tree = {}
    for index in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(QUESTION_TYPES))
        one: Tree = {"group": "details", "type": kind, "text": draw(localized())}
        if kind in ("integer", "decimal", "money"):
            one |= draw(bounds())
        if kind == "choice":
            values = draw(st.lists(words(20).map(str.strip), min_size=1, max_size=4, unique=True))
            one["options"] = [{"value": value, "label": draw(localized())} for value in values]
        if kind == "roster":
            one["columns"] = {f"c{number}": {"text": draw(localized())} for number in range(draw(st.integers(1, 4)))}
        if draw(st.booleans()):
            one["hint"] = draw(localized())
        if draw(st.booleans()):
            one["optional"] = draw(st.sampled_from(["yes", "no"]))
        if earlier := [key for key, other in found.items() if other["type"] == "boolean"]:
            one["when"] = {draw(st.sampled_from(earlier)): draw(st.sampled_from(["yes", "no", "yes, no"]))}
        found[f"q{index}"] = one
    return found


@st.composite
def coverages(draw: st.DrawFn) -> Tree:
    """The shipped coverages with figures, sub-limits, exclusions and claim rules drawn."""
    found = deepcopy(BASE["coverages"])
    for one in found.values():
        one["name"], one["how"] = draw(localized()), draw(localized())
        if draw(st.booleans()):
            one["sub_limits"] = {
                "part": {
                    "name": draw(localized()),
                    "limit": draw(number(0, 10**9)),
                    "per": draw(st.sampled_from(["stay", "day", "item", "year"])),
                }
            }
        if draw(st.booleans()):
            one["exclusions"] = draw(st.lists(st.sampled_from(["2.3.1", "2.5.3"]), max_size=2))
        rules = st.sampled_from(
            ["max_claims", "max_claims_year", "survival_days", "report_within_days", "minimum_days"]
        )
        if draw(st.booleans()):
            one["claim_rules"] = draw(st.dictionaries(rules, number(1, 3650), min_size=1))
        one["deductible"] = draw(number(0, 10**6))
        one["pays_percent"] = draw(number(0, 100))
    return found


@st.composite
def terms(draw: st.DrawFn) -> Tree:
    unit = draw(st.sampled_from(["year", "month", "day"]))
    found = deepcopy(BASE["terms"]) | {
        "length": {"count": draw(number(1, 120)), "unit": unit},
        "cooling_off_days": draw(number(0, 365)),
        "waiting_days": draw(number(0, 730)),
        "grace_days": draw(number(0, 365)),
    }
    if unit == "year" and draw(st.booleans()):
        found["pay"] = {"mode": "yearly"}
    elif draw(st.booleans()):
        found["pay"] = {"mode": "single"}
    found["renewal"]["kind"] = draw(st.sampled_from(["none", "new_application", "ordinary", "guaranteed"]))
    found["renewal"]["text"] = draw(localized())
    return found


@st.composite
def sale(draw: st.DrawFn) -> Tree:
    first = draw(days())
    regions = st.lists(st.sampled_from(["310000", "440000", "110000"]), min_size=1, unique=True)
    found = {
        "from": first,
        "regions": draw(st.one_of(st.just(["all"]), regions)),
        "channels": draw(st.lists(st.sampled_from(["web", "partner", "counter"]), min_size=1, unique=True)),
    }
    if draw(st.booleans()):
        found["quota"] = draw(number(1, 100_000_000))
    later = draw(days())
    if later > first:
        found["until"] = later
    return found


@st.composite
def definitions(draw: st.DrawFn) -> Tree:
    """A whole product file as a tree; keys in any order."""
    tree = deepcopy(BASE) | {
        "version": draw(words(20).map(str.strip).filter(bool)),
        "name": draw(localized()),
        "kind": draw(localized(120)),
        "sale": draw(sale()),
        "terms": draw(terms()),
        "coverages": draw(coverages()),
        "questions": draw(questions()),
        "covered": [{"text": draw(localized())} for _index in range(draw(st.integers(1, 3)))],
        "underwriting": {
            "hit": "priority",
            "columns": {"building_sum": {"type": "number"}},
            "rules": [{"id": "UW-1", "then": "accept", "reason": draw(localized())}],
        },
        "test_vectors": BASE["test_vectors"][:1],
    }
    if draw(st.booleans()):
        tree["disclosure"] = {"points": [{"title": draw(localized()), "text": draw(localized(400))}]}
    if draw(st.booleans()):
        tree["entry_age"] = {"min": "0", "max": draw(number(0, 120))}
    if draw(st.booleans()):
        tree.pop("filing", None)
    return {key: tree[key] for key in draw(st.permutations(list(tree)))}
