"""Drafts written in the back office: every part opens, saves, refuses in words, and loses nothing that was typed."""

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override

from products.compiled import compiled
from products.drafting.parts import ITEMS, PARTS
from products.models import Category, Insurer, Product, ProductVersion
from products.services.drafts import change_draft, start_draft
from products.version_pages import page_url, version_pages
from tests.factories.customers import colleague, sign_in
from tests.factories.products import AT, AUTHOR, GUARD, published_version

pytestmark = pytest.mark.django_db
NAME = "2027-01"


@pytest.fixture
def manager(client: Client) -> Client:
    return sign_in(client, colleague("product_manager").user)


@pytest.fixture
def draft() -> ProductVersion:
    return start_draft(from_version=published_version(), name=NAME, by=AUTHOR, at=AT)


def url(version, code, *args):
    with override("en"):
        return page_url(version, code, *args)


def fields_of(html):
    """What a browser would send back of the page's main form."""
    form = html[html.index('name="seen"') :]
    form = form[: form.index("</form>")]
    found = {"seen": re.search(r'name="seen" value="([0-9a-f]*)"', html)[1]}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r' name="([^"]*)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        is_box = 'type="checkbox"' in tag
        if name and (not is_box or " checked" in tag):
            found[name[1]] = _plain(value[1]) if value else ""
    for name, body in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        found[name] = _plain(body)
    for name, body in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body) or re.search(r'value="([^"]*)"', body)
        found[name] = _plain(chosen[1]) if chosen else ""
    return found


def _plain(text):
    for entity, letter in (("&quot;", '"'), ("&#x27;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, letter)
    return text


def stored():
    return ProductVersion.objects.select_related("product").get(version=NAME)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_of_a_version_opens(manager, draft, language):
    with override(language):
        addresses = [page_url(draft, "change")]
        addresses += [page_url(draft, "part", part.code) for part in PARTS]
        addresses += [page_url(draft, "part", part.code) + "?as=text" for part in PARTS if part.code != "tables"]
        addresses += [page_url(draft, "new_item", part.code) for part in PARTS if part.kind == ITEMS]
        addresses += [page_url(draft, "item", "coverages", "death"), page_url(draft, "item", "vectors", "0")]
        addresses += [page_url(draft, "rate_table", "term_life_rate"), page_url(draft, "dump")]
        addresses += [page_url(draft, page.code) for page in version_pages() if page.title]
    for address in addresses:
        answer = manager.get(address, follow=True)
        assert answer.status_code == 200, address


def test_what_is_not_there_is_not_found(manager, draft):
    for address in (
        url(draft, "part", "nonsense"), url(draft, "item", "coverages", "nonsense"), url(draft, "new_item", "shop"),
        url(draft, "rate_table", "nonsense"), url(draft, "table_file", "term_life_rate", "pdf"),
    ):  # fmt: skip
        assert manager.get(address).status_code == 404, address
    address = url(draft, "part", "shop").replace(NAME, "none\x00")
    assert manager.get(address).status_code == 400


@pytest.mark.parametrize("part", [part.code for part in PARTS if part.kind in ("form", "text", "rules")])
def test_a_form_sent_back_untouched_changes_nothing(manager, draft, part):
    address = url(draft, "part", part)
    answer = manager.post(address, fields_of(manager.get(address).content.decode()))
    assert answer.status_code == 302, answer.content.decode()
    assert stored().content_hash == draft.content_hash


def test_the_rating_steps_are_read_as_a_list_with_an_example(manager, draft):
    with override("en"):
        page = manager.get(url(draft, "part", "rating")).content.decode()
    steps = page[page.index("What the steps do now") : page.index('id="id_text"')]
    assert steps.count("<tr>") == 1 + len(compiled(draft).definition.rating.steps)
    assert "rounded half up to 2 decimal places" in steps


def test_a_form_saves_and_the_history_says_which_part(manager, draft):
    address = url(draft, "part", "shop")
    fields = fields_of(manager.get(address).content.decode())
    fields["shop.promise.en"] = "One sum, at once."
    assert manager.post(address, fields).status_code == 302
    assert stored().definition["shop"]["promise"]["en"] == "One sum, at once."
    page = manager.get(url(draft, "change")).content.decode()
    assert "Name and shop (1)" in page


def test_a_wrong_field_is_told_and_what_was_typed_stays(manager, draft):
    address = url(draft, "part", "sale")
    fields = fields_of(manager.get(address).content.decode())
    fields |= {"terms.cooling_off_days": "a fortnight", "terms.renewal.text.en": "Typed with care"}
    answer = manager.post(address, fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“a fortnight” is not a whole number." in page
    assert 'href="#id_terms.cooling_off_days"' in page
    assert "Typed with care" in page
    assert stored().content_hash == draft.content_hash


@pytest.mark.parametrize("text", ["\x00", "\U0001f600" * 90, "<script>", "{{ 7 }}", "&amp;", "a" * 300_000])
def test_strange_words_are_answered_in_words(manager, draft, text):
    address = url(draft, "part", "shop")
    fields = fields_of(manager.get(address).content.decode()) | {"name.en": text}
    assert manager.post(address, fields).status_code in (302, 422)
    answer = manager.post(url(draft, "part", "whole"), {"seen": stored().content_hash, "text": text})
    assert answer.status_code == 422


def test_the_second_of_two_editors_is_told_and_keeps_the_text(manager, draft):
    address = url(draft, "part", "shop")
    fields = fields_of(manager.get(address).content.decode())
    tree = {**draft.definition, "name": {"zh-hans": "别人写的", "en": "Somebody else’s"}}
    change_draft(version=draft, tree=tree, seen_hash=draft.content_hash, by=AUTHOR, at=AT)
    fields["name.en"] = "Mine"
    answer = manager.post(address, fields)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="Mine"' in page
    assert "Somebody else’s" in page
    assert stored().definition["name"]["en"] == "Somebody else’s"
    # Looked at and sent again, it stands.
    assert manager.post(address, fields_of(page)).status_code == 302
    assert stored().definition["name"]["en"] == "Mine"


def test_text_is_refused_by_line_and_saved_when_it_reads(manager, draft):
    address = url(draft, "part", "plans") + "?as=text"
    fields = fields_of(manager.get(address).content.decode())
    wrong = fields | {"text": fields["text"].replace("sum_insured: 200000", "sum_insured: 7")}
    answer = manager.post(address, wrong)
    line = next(n for n, text in enumerate(wrong["text"].split("\n"), 1) if "sum_insured: 7" in text)
    assert answer.status_code == 422
    assert f"line {line}" in answer.content.decode()
    right = fields | {"text": fields["text"].replace("sum_insured: 200000", "sum_insured: 300000")}
    assert manager.post(address, right).status_code == 302
    assert stored().definition["plans"]["standard"]["sets"]["sum_insured"] == "300000"


def test_a_whole_file_is_taken_over_and_comes_back(manager, draft):
    text = manager.get(url(draft, "dump")).content.decode()
    changed = text.replace("Anlan Guard", "Anlan Guard Two")
    assert changed != text
    sent = SimpleUploadedFile("guard.yaml", changed.encode())
    answer = manager.post(url(draft, "part", "whole"), {"seen": draft.content_hash, "file": sent})
    assert answer.status_code == 302
    assert manager.get(url(stored(), "dump")).content.decode() == changed
    sent = SimpleUploadedFile("guard.yaml", "沈".encode("gb18030"))
    assert manager.post(url(draft, "part", "whole"), {"seen": stored().content_hash, "file": sent}).status_code == 422


def test_a_version_renamed_is_found_under_its_new_name(manager, draft):
    address = url(draft, "part", "shop")
    fields = fields_of(manager.get(address).content.decode()) | {"version": "2027_5F02"}
    answer = manager.post(address, fields)
    assert "@2027_5F02/" in answer.headers["Location"]
    assert manager.get(answer.headers["Location"]).status_code == 200


def test_items_are_written_one_by_one(manager, draft):
    new = url(draft, "new_item", "questions")
    fields = fields_of(manager.get(new).content.decode())
    fields |= {"_key": "smoker", "group": "health", "text.zh-hans": "是否吸烟？"}
    answer = manager.post(new, fields)
    assert answer.status_code == 422
    assert "是否吸烟？" in answer.content.decode()
    answer = manager.post(new, fields | {"text.en": "Do you smoke?"})
    assert answer.headers["Location"].endswith("/parts/questions/items/smoker/")
    listed = url(draft, "part", "questions")
    for action in ("up:smoker", "down:smoker", "remove:smoker"):
        answer = manager.post(listed, {"seen": stored().content_hash, "action": action})
        assert answer.status_code == 302, action
    assert stored().content_hash == draft.content_hash
    # What others stand on is not taken out: the table asks this question.
    answer = manager.post(listed, {"seen": draft.content_hash, "action": "remove:serious_illness"})
    assert answer.status_code == 422
    assert "Underwriting table" in answer.content.decode()


def test_a_rate_table_is_edited_as_a_grid(manager, draft):
    address = url(draft, "rate_table", "term_life_rate")
    fields = fields_of(manager.get(address).content.decode()) | {"action": "rows"}
    wrong = fields | {"c.1.1": "seven"}
    answer = manager.post(address, wrong)
    assert answer.status_code == 422
    assert 'value="seven"' in answer.content.decode()
    assert manager.post(address, fields | {"c.1.1": "7.10"}).status_code == 302
    assert stored().definition["rating"]["tables"]["term_life_rate"]["rows"][1] == ["18..40", "7.10"]


def test_a_spreadsheet_names_every_bad_row_and_changes_nothing(manager, draft):
    address = url(draft, "rate_table", "term_life_rate")
    csv = manager.get(url(draft, "table_file", "term_life_rate", "csv")).content.decode("utf-8-sig")
    lines = csv.strip().split("\r\n")
    bad = [*lines, "61..70,", "18..20,1.0", "x,2.0"]
    answer = _upload(manager, address, draft, "rates.csv", "\r\n".join(bad).encode())
    page = answer.content.decode()
    assert answer.status_code == 422
    for row in (8, 9, 10):
        assert f'<td class="amount">{row}</td>' in page
    assert stored().content_hash == draft.content_hash
    good = [line.replace("6.9", "7.25") for line in lines]
    assert _upload(manager, address, draft, "rates.csv", "\r\n".join(good).encode()).status_code == 302
    assert stored().definition["rating"]["tables"]["term_life_rate"]["rows"][1] == ["18..40", "7.25"]


def test_an_xlsx_goes_out_and_comes_back_unchanged(manager, draft):
    for table, part in (("underwriting", "part"), ("term_life_rate", "rate_table")):
        data = manager.get(url(draft, "table_file", table, "xlsx")).content
        assert openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].max_row > 5
        answer = _upload(manager, url(draft, part, table), draft, "table.xlsx", data)
        assert answer.status_code == 302
    after = stored().definition
    assert after["rating"] == draft.definition["rating"]
    assert [rule["id"] for rule in after["underwriting"]["rules"]] == [
        rule["id"] for rule in draft.definition["underwriting"]["rules"]
    ]


def _upload(client, address, version, name, data):
    fields = {"seen": stored().content_hash, "action": "upload", "file": SimpleUploadedFile(name, data)}
    return client.post(address, fields)


def test_a_rating_table_is_added_and_taken_out(manager, draft):
    address = url(draft, "part", "tables")
    fields = {"seen": draft.content_hash, "key": "region_factor", "name.zh-hans": "地区系数",
              "name.en": "Region factor", "keys": "region: exact",
              "rows": "- [north, 1.00]\n- [south, 1.10]"}  # fmt: skip
    assert manager.post(address, {**fields, "rows": "- [north]"}).status_code == 422
    answer = manager.post(address, fields)
    assert answer.headers["Location"].endswith("/tables/region_factor/")
    answer = manager.post(
        url(draft, "rate_table", "region_factor"), {"seen": stored().content_hash, "action": "remove"}
    )
    assert answer.status_code == 302
    assert stored().content_hash == draft.content_hash
    # One that a step uses stays.
    answer = manager.post(url(draft, "rate_table", "term_life_rate"), {"seen": draft.content_hash, "action": "remove"})
    assert answer.status_code == 422


def test_conflicts_of_a_table_stand_beside_it_before_it_is_saved(manager, draft):
    address = url(draft, "part", "underwriting")
    page = manager.get(address).content.decode()
    assert "No overlaps, no gaps" in page
    fields = fields_of(page) | {"action": "check", "hit": "unique"}
    answer = manager.post(address, fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "hit together" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    whole = manager.post(address, fields)
    assert "hit together" in whole.content.decode()
    assert '<option value="unique" selected>' in whole.content.decode()
    assert stored().content_hash == draft.content_hash


@pytest.mark.parametrize("role", ["underwriter", "auditor", "marketer"])
def test_others_read_and_cannot_write(client, draft, role):
    desk = sign_in(client, colleague(role).user)
    for address in (
        url(draft, "part", "shop"),
        url(draft, "part", "underwriting"),
        url(draft, "item", "inputs", "age"),
    ):
        page = desk.get(address)
        assert page.status_code == 200
        assert 'class="button' not in page.content.decode()
        assert desk.post(address, {"seen": draft.content_hash}).status_code == 403
        assert desk.post(address, {"seen": draft.content_hash, "action": "check"}).status_code == 403


def test_a_published_version_is_read_only(manager, draft):
    published = Product.objects.get(code=GUARD).versions.get(state="published")
    address = url(published, "part", "shop")
    page = manager.get(address).content.decode()
    assert '<fieldset class="plain stack" disabled' in page
    answer = manager.post(address, fields_of(page) | {"name.en": "Other"})
    assert answer.status_code == 409
    assert stored().product.versions.get(pk=published.pk).definition["name"]["en"] == "Anlan Guard"


def test_a_product_begins_empty_and_a_version_as_a_copy(manager):
    with override("en"):
        add = page_url(published_version(), "change").replace(f"productversion/{GUARD}@2024-09/change/", "product/add/")
    fields = {"code": "anlan-new", "name_zh_hans": "新", "name_en": "New", "insurer": "", "category": ""}
    assert manager.post(add, fields).status_code == 200
    fields |= {"insurer": Insurer.objects.get(code="anlan-life").pk, "category": Category.objects.get(code="life").pk}
    assert "hyphens" in manager.post(add, fields | {"code": "Not A Code"}).content.decode()
    answer = manager.post(add, fields)
    assert answer.headers["Location"].endswith("/anlan-new@1/change/")
    assert manager.post(add, fields).status_code == 200
    product = add.replace("add/", f"{GUARD}/change/")
    answer = manager.post(product, {"action": "copy", "source": "2024-09", "version": "2028"})
    assert answer.headers["Location"].endswith(f"{GUARD}@2028/change/")
    assert manager.post(product, {"action": "copy", "source": "2024-09", "version": "2028"}).status_code == 409


def test_a_part_asks_as_many_questions_whatever_its_size(manager, draft, django_assert_max_num_queries):
    for address in (url(draft, "part", "shop"), url(draft, "part", "underwriting"), url(draft, "part", "coverages"),
                    url(draft, "rate_table", "term_life_rate")):  # fmt: skip
        manager.get(address)
        with django_assert_max_num_queries(12):
            manager.get(address)


def test_the_calculator_shows_every_step_and_says_what_is_wrong(manager, draft):
    address = url(draft, "calculator")
    page = manager.get(address, {"plan": "standard", "age": "30", "occupation_class": "2"}).content.decode()
    # The published example: 138.00 for the life cover and 36.25 for hospital cash, with the steps between.
    for words in ("174.25", "138.00", "36.25", "life_rate", "Looked up"):
        assert words in page
    wrong = manager.get(address, {"plan": "standard", "age": "thirty", "occupation_class": "2"}).content.decode()
    assert 'href="#fact-age"' in wrong
    assert "Every step" not in wrong


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"u.serious_illness": "yes"}, ("UW-02", "Decline")),
        ({"u.serious_illness": ""}, ("These facts are missing",)),
    ],
)
def test_the_calculator_asks_the_underwriting_table(manager, draft, answers, words):
    healthy = next(
        one for one in draft.definition["test_vectors"] if one["name"]["en"] == "A healthy person is accepted"
    )
    query = {"plan": "standard", "age": "30", "occupation_class": "2", "ask.underwriting": "1"}
    query |= {f"u.{key}": value for key, value in healthy["underwriting"].items()}
    assert "UW-50" in manager.get(url(draft, "calculator"), query).content.decode()
    page = manager.get(url(draft, "calculator"), query | answers).content.decode()
    for word in words:
        assert word in page


def test_a_vector_that_fails_is_shown_beside_what_came_out(manager, draft):
    tree = draft.definition | {"test_vectors": [{**draft.definition["test_vectors"][0], "total": "99.99"}]}
    change_draft(version=draft, tree=tree, seen_hash=draft.content_hash, by=AUTHOR, at=AT)
    page = manager.get(url(draft, "tests")).content.decode()
    assert "1 test vector fails" in page
    assert '<b class="wrong">174.25</b>' in page
    assert "99.99" in page
    assert "1 test vector fails" in manager.get(url(draft, "change")).content.decode()


def test_two_versions_stand_side_by_side(manager, draft):
    tree = {**draft.definition, "shop": {**draft.definition["shop"], "order": "7"}}
    change_draft(version=draft, tree=tree, seen_hash=draft.content_hash, by=AUTHOR, at=AT)
    page = manager.get(url(draft, "compare")).content.decode()
    assert "Place in the catalogue" in page
    assert "<ins>7</ins>" in page
    assert "From 2024-09 to 2027-01" in page
    # A version that is not there is not a reason to fail.
    assert manager.get(url(draft, "compare"), {"with": "none\u2028"}).status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("table", "page"), [("underwriting", "part"), ("claims", "part"), ("occupation_factor", "rate_table")]
)
def test_every_table_goes_out_and_comes_back_as_a_spreadsheet(manager, draft, table, page, kind):
    data = manager.get(url(draft, "table_file", table, kind)).content
    assert _upload(manager, url(draft, page, table), draft, f"table.{kind}", data).status_code == 302
    after = stored().definition
    assert after["rating"] == draft.definition["rating"]
    assert [rule["id"] for rule in after["claims"]["rules"]] == [
        rule["id"] for rule in draft.definition["claims"]["rules"]
    ]


def test_a_rule_from_a_spreadsheet_stands_and_a_wrong_outcome_is_told(manager, draft):
    address = url(draft, "part", "underwriting")
    csv = manager.get(url(draft, "table_file", "underwriting", "csv")).content.decode("utf-8-sig")
    lines = csv.strip().split("\r\n")
    twin = next(line for line in lines if ",UW-50," in line).replace("UW-50", "UW-51").replace("accept", "load")
    assert _upload(manager, address, draft, "rules.csv", "\r\n".join([*lines, twin]).encode()).status_code == 302
    assert "UW-51" in manager.get(address).content.decode()
    answer = _upload(manager, address, draft, "rules.csv", csv.replace(",accept,", ",perhaps,").encode())
    assert answer.status_code == 422
    assert "perhaps" in answer.content.decode()
