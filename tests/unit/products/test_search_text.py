"""Cutting text into words, and what a visitor's words may stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.rules.document import ProductFileError, read_yaml
from products.rules.search_text import groups_of, lexemes, normalised, query_text, read_synonyms, singular, vector_text
from products.shop_tables import needs, synonyms

SMALL = """
ignored: [保险, 险, the]
synonyms:
  - {words: [重疾险, 重大疾病, critical illness], facets: ["need:illness"]}
  - {words: [车险, 车, car], facets: ["category:motor"]}
  - {words: [大病, 重大疾病]}
"""


def table(text: str = SMALL):
    return read_synonyms(read_yaml(text))


def asked(text: str) -> list[tuple[str, ...]]:
    return [group.words for group in groups_of(text, table())]


def test_text_is_cut_into_words_and_pairs():
    found = set(lexemes("重大疾病保险 Hospital bills"))
    assert {"重大", "大疾", "疾病", "病保", "保险", "hospital", "bill"} <= found


def test_a_pair_the_dictionary_does_not_know_is_there_all_the_same():
    assert "疗险" in set(lexemes("百万医疗险"))


@pytest.mark.parametrize(
    ("word", "plain"),
    [("bills", "bill"), ("policies", "policy"), ("illness", "illness"), ("gas", "gas"), ("car", "car")],
)
def test_english_plurals_lose_their_ending(word, plain):
    assert singular(word) == plain


def test_the_longest_entry_wins_and_the_rest_is_cut():
    groups = groups_of("给父母买重疾险", table())
    assert ("重疾险", "重大疾病", "critical illness") in [group.words for group in groups]
    assert ("父母",) in [group.words for group in groups]


def test_a_word_in_two_groups_stands_for_both():
    (words,) = asked("重大疾病")
    assert set(words) == {"重疾险", "重大疾病", "critical illness", "大病"}


@pytest.mark.parametrize("text", ["Critical Illness", "critical illnesses", "ＣＲＩＴＩＣＡＬ　ＩＬＬＮＥＳＳ"])
def test_latin_entries_are_whole_words_in_any_case(text):
    assert asked(text) == [("重疾险", "重大疾病", "critical illness")]
    assert asked("scar") == [("scar",)]


@pytest.mark.parametrize("text", ["", "   ", "保险", "the 保险", "!!!", "\x00", "，。"])
def test_nothing_is_asked(text):
    assert groups_of(text, table()) == ()


def test_single_characters_count_only_alone():
    assert asked("车") == [("车险", "车", "car")]
    assert asked("船") == [("船",)]
    assert asked("船 出海") == [("出海",)]


def test_a_query_is_quoted_and_grouped():
    groups = groups_of("车险 出海", table())
    assert query_text(groups) == "('车险' | '车':* | 'car' | 'category:motor') & ('出海')"
    assert query_text(groups, every=False) == "('车险' | '车':* | 'car' | 'category:motor') | ('出海')"


def test_a_vector_keeps_the_strongest_weight():
    text = vector_text({"A": ["疾病"], "C": ["疾病保障"]}, ["need:illness"])
    assert text == "'need:illness':1A '保障':1C '疾病':1A '病保':1C"


@given(st.text(max_size=500))
def test_any_text_makes_a_query_of_letters_digits_and_quotes(text):
    found = query_text(groups_of(text, synonyms()))
    assert not set(found) - set("'()&|:* -") - set(normalised(found)) - set("abcdefghijklmnopqrstuvwxyz")
    assert len(found) < 5_000
    assert found.count("'") % 2 == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ignored: []\nsynonyms: [{words: []}]", "line 2"),
        ('ignored: []\nsynonyms:\n  - {words: [x], facets: ["colour:red"]}', "line 3"),
        ("ignored: []\nsynonyms: []\nmore: []", "unknown key"),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(text, message):
    with pytest.raises(ProductFileError, match=message):
        table(text)


def test_shipped_facets_name_what_there_is():
    keys = {need.key for need in needs()}
    facets = {facet for group in synonyms().by_word.values() for facet in group.facets}
    assert {facet.removeprefix("need:") for facet in facets if facet.startswith("need:")} <= keys
