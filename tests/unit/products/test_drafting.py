"""A form nobody touched gives back the very text it was filled from; what was touched changes that and nothing else."""

import pytest
from django.utils.translation import override

from products.drafting import assembling
from products.drafting.assembling import DraftWrong
from products.drafting.boxes import Drawing
from products.drafting.differences import differences
from products.drafting.fact_words import facts_in_words
from products.drafting.grids import GridWrong, rate_grid, rule_grid, with_rate_rows, with_rules
from products.drafting.part_entries import RATE_TABLE
from products.drafting.parts import BY_CODE, FORM, ITEMS, PARTS, mapping_of
from products.drafting.place_words import place_words
from products.drafting.posting import KEY, Reading, fill, read
from products.mortality import shipped_table
from products.rules.document import node_of
from products.rules.reading import read_definition
from products.sources import CATALOGUE, catalogue_files, read_product_file

FILES = [*catalogue_files(), CATALOGUE / "_every_key.yaml"]
pytestmark = pytest.mark.usefixtures("in_english")
GUARD = CATALOGUE / "anlan-guard.yaml"


@pytest.fixture
def in_english():
    with override("en"):
        yield


def tree_of(path):
    return read_product_file(path).tree


def through_a_browser(flat):
    """Line ends as a browser sends them."""
    return {name: value.replace("\n", "\r\n") for name, value in flat.items()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_untouched_forms_change_nothing(path):
    tree = tree_of(path)
    for part in PARTS:
        if part.kind == FORM:
            back = assembling.with_form(tree, part.entries, through_a_browser(fill(part.entries, tree)))
            assert back == tree
            assert list(back) == list(tree)
        elif part.kind == ITEMS:
            for key, item in assembling.items_of(tree, part):
                flat = through_a_browser(assembling.fill_item(part, key, item))
                assert assembling.with_item(tree, part, key, flat) == (tree, key)
                assert len(flat) < 450, "a form of the house has at most 500 fields"
                assert Drawing(flat, tree).boxes(part.rows.entries)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_untouched_text_changes_nothing(path):
    tree = tree_of(path)
    for part in PARTS:
        if part.code == "tables":
            continue
        text = assembling.part_text(tree, part, shipped_table)
        assert assembling.with_text(tree, part, text.replace("\n", "\r\n"), shipped_table) == tree


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_untouched_grids_change_nothing(path):
    tree = tree_of(path)
    definition = read_definition(node_of(tree))
    for key, table in mapping_of(mapping_of(tree, "rating"), "tables").items():
        assert read(RATE_TABLE, fill(RATE_TABLE, table), table, Reading()) == table
        grid, _keys = rate_grid(table)
        assert with_rate_rows(tree, key, grid.posted(1, shown(grid))) == tree
    for code, table in definition.tables.items():
        grid = rule_grid(table)
        assert with_rules(tree, code, table, grid.posted(1, shown(grid)), table.hit) == tree


def shown(grid, page=1):
    """The fields of a page of a grid as the browser sends them."""
    rows = grid.window(page).rows
    return {
        **{cell.name: cell.value for row in rows for cell in row.cells},
        **{f"p.{row.number}": row.place for row in rows if not row.is_spare},
    }


def test_what_is_wrong_is_told_at_its_field():
    tree = tree_of(GUARD)
    shop = BY_CODE["shop"]
    flat = fill(shop.entries, tree) | {"shop.promise.en": " "}
    with pytest.raises(DraftWrong) as caught:
        assembling.with_form(tree, shop.entries, flat)
    assert caught.value.by_field == {"shop.promise.en": "This must not be empty."}
    part = BY_CODE["coverages"]
    flat = assembling.fill_item(part, "death", dict(assembling.items_of(tree, part))["death"])
    with pytest.raises(DraftWrong) as caught:
        assembling.with_item(tree, part, "death", flat | {"events.0.clause": "9.9"})
    assert list(caught.value.by_field) == ["events.0.clause"]


def test_a_wrong_line_is_named_within_its_box():
    tree = tree_of(GUARD)
    part = BY_CODE["vectors"]
    flat = assembling.fill_item(part, "0", dict(assembling.items_of(tree, part))["0"])
    with pytest.raises(DraftWrong) as caught:
        assembling.with_item(tree, part, "0", flat | {"facts": "age: 30\nage: 31"})
    assert "Line 2" in caught.value.by_field["facts"]


def test_a_wrong_text_is_named_by_line_and_a_place_elsewhere_by_its_part():
    tree = tree_of(GUARD)
    part = BY_CODE["plans"]
    text = assembling.part_text(tree, part, shipped_table)
    with pytest.raises(DraftWrong) as caught:
        assembling.with_text(tree, part, text.replace("100000", "123"), shipped_table)
    (problem,) = caught.value.problems
    assert text.split("\n")[problem.line - 1].strip().startswith("sum_insured")
    # Without its plan, the shop's lowest price has nothing to stand on.
    with pytest.raises(DraftWrong) as caught:
        assembling.with_text(tree, part, text.replace("basic:", "plain:"), shipped_table)
    (problem,) = caught.value.problems
    assert (problem.line, problem.part) == (0, BY_CODE["shop"])


def test_another_parts_keys_are_refused():
    with pytest.raises(DraftWrong) as caught:
        assembling.with_text(tree_of(GUARD), BY_CODE["plans"], "plans: {}\nname: x", shipped_table)
    assert caught.value.problems[0].line == 2


def test_items_are_added_renamed_moved_and_taken_out():
    tree = tree_of(GUARD)
    part = BY_CODE["questions"]
    flat = {KEY: "smoker", "group": "health", "text.zh-hans": "是否吸烟？", "text.en": "Does the insured smoke?"}
    added, key = assembling.with_item(tree, part, "", flat)
    assert key == "smoker"
    assert list(added["questions"])[-1] == "smoker"
    moved = assembling.with_item_moved(added, part, "smoker", -1)
    assert list(moved["questions"])[-2] == "smoker"
    renamed, key = assembling.with_item(moved, part, "smoker", flat | {KEY: "smokes"})
    assert list(renamed["questions"])[-2] == key == "smokes"
    assert list(assembling.without_item(renamed, part, "smokes")["questions"]) == list(tree["questions"])
    with pytest.raises(DraftWrong):
        assembling.with_item(tree, part, "", flat | {KEY: "serious_illness"})


def test_rows_of_a_rate_table_are_told_by_row_and_reason():
    tree = tree_of(GUARD)
    grid, _keys = rate_grid(tree["rating"]["tables"]["term_life_rate"])
    flat = shown(grid)
    # An overlap in the first spare row, and no number in the second row.
    spare = len(grid.rows)
    flat |= {f"c.{spare}.0": "44..45", f"c.{spare}.1": "9.9", "c.1.1": "a lot"}
    with pytest.raises(GridWrong) as caught:
        with_rate_rows(tree, "term_life_rate", grid.posted(1, flat))
    assert set(caught.value.by_field) == {"c.1.1", f"c.{spare}.0"}


def test_a_grid_of_many_rows_is_written_page_by_page():
    tree = tree_of(GUARD)
    rows = [[f"{age}..{age}", "1.00"] for age in range(300)]
    table = {**tree["rating"]["tables"]["term_life_rate"], "rows": rows}
    grid, _keys = rate_grid(table)
    assert len(grid.window(2).rows) == grid.size
    flat = shown(grid, 2) | {f"c.{grid.size}.1": "7.00", f"d.{grid.size + 1}": "on"}
    found = [row.cells for row in grid.posted(2, flat)]
    assert len(found) == 299
    assert found[grid.size] == (f"{grid.size}..{grid.size}", "7.00")
    assert found[: grid.size] == [tuple(row) for row in rows[: grid.size]]


def test_a_rule_moves_to_the_place_typed():
    definition = read_definition(node_of(tree_of(GUARD)))
    grid = rule_grid(definition.tables["underwriting"])
    ids = [row.cells[1] for row in grid.posted(1, shown(grid) | {"p.4": "1"})]
    assert ids[:3] == [grid.rows[4][1], grid.rows[0][1], grid.rows[1][1]]
    ids = [row.cells[1] for row in grid.posted(1, shown(grid) | {"p.0": "3"})]
    assert ids[:3] == [grid.rows[1][1], grid.rows[2][1], grid.rows[0][1]]


def test_two_versions_differ_by_figure_row_and_word():
    before = tree_of(GUARD)
    after = tree_of(GUARD)
    after["rating"]["tables"]["term_life_rate"]["rows"][1][1] = "7.59"
    after["shop"]["promise"]["en"] = "Another promise."
    after["underwriting"]["rules"][0]["reason"]["en"] = "Other words."
    after["not_covered"].pop(0)
    terms = after["wordings"]["terms"]["text"]
    heading = terms["en"].index("### 2.3.1")
    end = terms["en"].index("\n\n", heading + 20)
    terms["en"] = f"{terms['en'][:end]} And more.{terms['en'][end:]}"
    found = {one.path: one for group in differences(before, after) for one in group.found}
    figure = found["rating", "tables", "term_life_rate", "rows", "18..40"]
    assert (figure.before, figure.after, figure.note) == ("6.9", "7.59", "+10.0%")
    assert found["shop", "promise", "en"].after == "Another promise."
    assert found["underwriting", "rules", "UW-01", "reason", "en"].after == "Other words."
    assert found["not_covered", "1"].after == ""
    assert ("wordings", "terms", "text", "en", "2.3.1") in found
    assert len(found) == 5
    assert place_words(("shop", "promise", "en")) == "How the shop shows it › The promise in one line › English"
    assert differences(before, before) == []


@pytest.mark.parametrize("name", ["One text for all", {"zh-hans": "三十岁", "en": "Thirty"}])
def test_a_vector_is_named_in_one_text_or_in_both_languages(name):
    tree = tree_of(GUARD)
    tree["test_vectors"][0]["name"] = name
    vector = read_definition(node_of(tree)).vectors[0]
    assert vector.name.as_dict() == (name if isinstance(name, dict) else dict.fromkeys(("zh-hans", "en"), name))
    part = BY_CODE["vectors"]
    flat = assembling.fill_item(part, "0", tree["test_vectors"][0])
    kept, _key = assembling.with_item(tree, part, "0", flat)
    assert kept["test_vectors"][0]["name"] == name, "saved untouched, it stays as written"
    renamed, _key = assembling.with_item(tree, part, "0", flat | {"name.zh-hans": "另一个"})
    assert renamed["test_vectors"][0]["name"] == {"zh-hans": "另一个", "en": flat["name.en"]}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Age of the insured: 30; The insured is the policyholder’s: child; All papers are there: no"),
        ("zh-hans", "被保险人年龄"),
    ],
)
def test_facts_are_told_in_the_words_of_the_product_and_of_the_house(language, words):
    definition = read_definition(node_of(tree_of(GUARD)))
    with override(language):
        told = facts_in_words(definition, {"age": "30", "relationship": "child", "evidence_complete": False})
    assert told.startswith(words)
    assert "evidence_complete" not in told
