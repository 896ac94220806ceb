"""manage.py decide: one table on its own, with exit codes a pipeline can rely on."""

import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from django.core.management import CommandError, call_command

from products.rules.document import read_yaml
from products.sources import CATALOGUE, catalogue_files

ROOT = CATALOGUE.parent.parent
SCHEMA = json.loads((ROOT / "docs/reference/decision-table.schema.json").read_text(encoding="utf-8"))
REFERENCE = (ROOT / "docs/reference/decision-table.md").read_text(encoding="utf-8")
EXAMPLE = REFERENCE.split("```yaml\n")[1].split("```")[0]


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The example of the reference page."""
    path = tmp_path / "travel.yaml"
    path.write_text(EXAMPLE, encoding="utf-8")
    return path


def run(path: Path, facts: str | None = None, *options: str, tmp_path: Path) -> str:
    out = io.StringIO()
    if facts is not None:
        (tmp_path / "facts").write_text(facts, encoding="utf-8")
        options = ("--facts", str(tmp_path / "facts"), *options)
    call_command("decide", str(path), *options, stdout=out)
    return out.getvalue()


def refused(path: Path, facts: str | None, *options: str, tmp_path: Path) -> CommandError:
    with pytest.raises(CommandError) as caught:
        run(path, facts, *options, tmp_path=tmp_path)
    return caught.value


FACTS = '{"age": 71, "destinations": ["Nepal", "Iran"], "sport": "trekking", "leaves_on": "2026-10-01"}'


def test_json_is_what_a_stored_decision_holds(example: Path, tmp_path: Path) -> None:
    told = json.loads(run(example, FACTS, "--json", tmp_path=tmp_path))
    assert told["outcome"] == "refer"
    assert told["value"] == "75"
    assert [rule["id"] for rule in told["rules"]] == ["TR-02", "TR-03"]
    assert told["inputs"] == {
        "age": "71", "destinations": ["Nepal", "Iran"], "sport": "trekking", "leaves_on": "2026-10-01",
    }  # fmt: skip
    assert told["table"] == "travel-risk"
    assert len(told["table_hash"]) == len(told["version_hash"]) == 64
    assert told["rules"][0]["outputs"] == {"points": "50"}
    assert set(told["rules"][0]["reason"]) == {"zh-hans", "en"}


def test_without_json_every_row_says_why(example: Path, tmp_path: Path) -> None:
    told = run(example, FACTS, tmp_path=tmp_path)
    assert "sum of points: 75" in told
    assert "  TR-01  decline  destinations [Nepal, Iran] fails 'contains Syria'" in told
    assert "* TR-02  refer    fires: age 71 passes '> 70'" in told
    assert "  TR-09  accept   not needed" in told


def test_facts_may_be_yaml_and_numbers_never_pass_through_a_float(example: Path, tmp_path: Path) -> None:
    yaml = "age: 0.1000000000000000055511151231257827\ndestinations: [Nepal]\nsport: none\nleaves_on: 2026-10-01\n"
    assert json.loads(run(example, yaml, "--json", tmp_path=tmp_path))["inputs"]["age"].startswith(
        "0.10000000000000000555"
    )
    as_json = '{"age": 0.1, "destinations": "Nepal", "sport": "none", "leaves_on": "2026-10-01"}'
    assert json.loads(run(example, as_json, "--json", tmp_path=tmp_path))["inputs"]["age"] == "0.1"


def test_facts_come_from_standard_input(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(FACTS))
    assert "refer" in run(example, None, "--facts", "-", tmp_path=tmp_path)


def test_bad_facts_exit_2_field_by_field(example: Path, tmp_path: Path) -> None:
    facts = '{"age": "old", "sport": "chess", "leaves_on": "soon", "mood": 1}'
    error = refused(example, facts, tmp_path=tmp_path)
    assert error.returncode == 2
    assert str(error).splitlines() == [
        "mood: the table has no such column",
        "age: 'old' is not a number",
        "sport: 'chess' is not among the values allowed: none, trekking, diving",
        "leaves_on: 'soon' is not a date",
        "destinations: is missing",
    ]


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ("", "the file is empty"),
        ("[1, 2]", "one mapping"),
        ("just text", "one mapping"),
        ('{"age": 1, "age": 2}', "stands twice"),
        ('{"age": NaN}', "age: "),
        ('{"age": ', "not JSON"),
        ("a: &x 1\nb: *x", "anchors"),
        ("{" * 5000, "not JSON"),
        ("x" * 100_001, "longer than"),
    ],
)
def test_facts_that_are_none_exit_2(example: Path, tmp_path: Path, facts: str, message: str) -> None:
    error = refused(example, facts, tmp_path=tmp_path)
    assert error.returncode == 2
    assert message in str(error)


def test_facts_that_are_not_there_or_no_text_exit_2(example: Path, tmp_path: Path) -> None:
    error = refused(example, None, "--facts", str(tmp_path / "none"), tmp_path=tmp_path)
    assert error.returncode == 2
    (tmp_path / "facts").write_bytes(b"\xff\xfe")
    error = refused(example, None, "--facts", str(tmp_path / "facts"), tmp_path=tmp_path)
    assert error.returncode == 2


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (("hit: collect", "hit: sometimes"), "travel.yaml:5: hit: 'sometimes' is not one of"),
        (("contains Syria", '"> Syria"'), "rules[0].when.destinations: '> Syria' is no test of a list"),
        (("then: decline", "then: reject"), "'reject' is not one of decline, refer, accept"),
        (("id: TR-02", "id: TR-01"), "the rule TR-01 stands twice"),
        (("table: travel-risk", "table: Travel"), "travel.yaml:2: table: 'Travel' is not a code"),
        (("table: travel-risk\n", ""), "the key 'table' is missing"),
        (("outcomes:", "&a outcomes:"), "travel.yaml:"),
    ],
)
def test_a_bad_file_exits_1_with_its_line(example: Path, tmp_path: Path, change: Any, where: str) -> None:
    assert change[0] in EXAMPLE
    example.write_text(EXAMPLE.replace(*change, 1), encoding="utf-8")
    error = refused(example, FACTS, tmp_path=tmp_path)
    assert error.returncode == 1
    assert where in str(error)
    assert str(error).startswith("travel.yaml:")


def test_a_file_that_is_not_there_and_a_table_that_cannot_answer_exit_1(example: Path, tmp_path: Path) -> None:
    assert refused(tmp_path / "none.yaml", FACTS, tmp_path=tmp_path).returncode == 1
    unique = EXAMPLE.replace("hit: collect", "hit: unique").replace("aggregate: {with: sum, of: points}\n", "")
    example.write_text(unique, encoding="utf-8")
    error = refused(example, FACTS, tmp_path=tmp_path)
    assert error.returncode == 1
    assert "TR-02, TR-03 hit together" in str(error)


def test_examining_lists_overlaps_and_gaps(example: Path, tmp_path: Path) -> None:
    assert run(example, None, "--examine", tmp_path=tmp_path).strip() == "No overlaps, no gaps, every rule can fire."
    unique = EXAMPLE.replace("hit: collect", "hit: unique").replace("aggregate: {with: sum, of: points}\n", "")
    example.write_text(unique.split("otherwise:")[0], encoding="utf-8")
    out = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("decide", str(example), "--examine", stdout=out)
    assert caught.value.returncode == 1
    assert "overlap: TR-01 and TR-02 both hit at age 71, destinations [Syria], sport " in out.getvalue()
    assert "gap: where age '<= 70', sport 'none, trekking', for example at age 69, destinations []" in out.getvalue()
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("decide", str(example), "--examine", "--json", stdout=out)
    assert json.loads(out.getvalue())["gaps"][0]["where"]["age"] == "<= 70"


def test_a_table_of_a_product_file_is_asked_by_its_name(tmp_path: Path) -> None:
    guard = CATALOGUE / "anlan-guard.yaml"
    assert "name one of its tables with --table: underwriting, claims" in str(refused(guard, FACTS, tmp_path=tmp_path))
    assert "No overlaps" in run(guard, None, "--examine", "--table", "claims", tmp_path=tmp_path)


def test_the_command_needs_something_to_do(example: Path, tmp_path: Path) -> None:
    assert "--facts" in str(refused(example, None, tmp_path=tmp_path))


# --- the schema says the same as the reader ---


class EditorLoader(yaml.SafeLoader):
    """Resolves numbers and booleans as an editor does; days stay text, as YAML 1.2 has them."""


EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def plain_tree(text: str) -> Any:
    return read_yaml(text).tree()


@pytest.mark.parametrize("path", ["risk/tables/alerts.yaml", "claims/tables/fraud.yaml"])
def test_the_schema_accepts_the_house_s_tables_and_the_example(path: str) -> None:
    jsonschema.validate(plain_tree((ROOT / path).read_text(encoding="utf-8")), SCHEMA)
    jsonschema.validate(plain_tree(EXAMPLE), SCHEMA)
    jsonschema.validate(yaml.load(EXAMPLE, EditorLoader), SCHEMA)


@pytest.mark.parametrize("path", catalogue_files(), ids=lambda path: path.stem)
def test_the_schema_accepts_the_tables_of_product_files(path: Path) -> None:
    tree = plain_tree(path.read_text(encoding="utf-8"))
    for name in ("underwriting", "claims"):
        jsonschema.validate(tree[name], {**SCHEMA, "required": ["hit", "columns", "rules"]})


@pytest.mark.parametrize(
    "change",
    [("hit: collect", "hit: sometimes"), ("type: list", "type: lists"), ("with: sum", "with: mean"), ("en:", "fr:"),
     ("table: travel-risk\n", ""), ("then: decline", "them: decline")],
)  # fmt: skip
def test_the_schema_refuses_what_the_reader_refuses(change: tuple[str, str]) -> None:
    assert change[0] in EXAMPLE
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain_tree(EXAMPLE.replace(*change, 1)), SCHEMA)
