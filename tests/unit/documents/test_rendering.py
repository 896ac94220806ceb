"""Documents on paper: both languages, exact words, the same bytes for the same input."""

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from insureweb.documents.rendering import Frame, all_words, in_language, render, template_hash
from insureweb.documents.rules.languages import amount_in_words, printed
from insureweb.documents.rules.shapes import check_shape
from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from insureweb.kernel.periods import Period, midnight, period_from_dates
from tests.factories import documents as made

CHINESE, ENGLISH = all_words()["zh-hans"], all_words()["en"]


def frame() -> Frame:
    return Frame(
        brand="Anlan", phone="400-000-0199", number="WJ2605190000001-1", title="Insurance policy",
        code="ABCD-EFGH-2345", address="http://testserver/verify/ABCD-EFGH-2345/", issued_at=made.AT,
    )  # fmt: skip


def test_both_languages_say_the_same_things() -> None:
    def keys(words: Any) -> set[str]:
        return {key for key in words if key != "numerals"}

    assert keys(CHINESE) == keys(ENGLISH)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("template", "data"), [
    ("policy.typ", made.policy_data()),
    ("notice.typ", made.notice_data()),
    ("claim_letter.typ", {
        "claim_number": "LP1", "policy_number": "BD1", "insurer": "A", "product": "P", "recipient": "R", "insured": "I",
        "event_date": date(2026, 4, 1), "decided_on": date(2026, 5, 19), "outcome": "We pay", "reasons": ["Because"],
        "lines": [{"name": "Days", "amount": "10"}, {"name": "Daily", "sign": "×", "amount": Money.of("100.00")}],
        "total": Money.of("1000.00"), "clauses": [{"number": "5.2", "text": "Words"}], "appeal": ["Ask again"],
        "deadlines": [{"what": "Payment", "by": date(2026, 5, 29)}],
    }),
])  # fmt: skip
def test_every_template_prints_in_both_languages(template: str, data: dict[str, Any], language: str) -> None:
    check_shape(template, data)
    pdf = render(template, in_language(template, data, language), language, frame())
    assert pdf.startswith(b"%PDF-")
    assert pdf == render(template, in_language(template, data, language), language, frame())


def test_bold_chinese_is_a_face_of_its_own() -> None:
    """Exclusions must stand out; a missing bold would be set in the regular face without a word."""
    pdf = render("policy.typ", in_language("policy.typ", made.policy_data(), "zh-hans"), "zh-hans", frame())
    fonts: set[str] = set()
    for page in PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Kids"]:
        for font in page.get_object()["/Resources"]["/Font"].values():
            fonts.add(str(font.get_object()["/BaseFont"]))
    # One embedded subset a weight, each with a tag of its own.
    assert len(fonts) >= 2
    assert all("NotoSansCJK" in font for font in fonts)


def test_the_template_hash_follows_the_template() -> None:
    assert len(template_hash("policy.typ")) == 64
    assert template_hash("policy.typ") != template_hash("notice.typ")
    with pytest.raises(KeyError):
        template_hash("unknown.typ")


@pytest.mark.parametrize(("change", "word"), [
    ({"premium": None}, None),
    ({"surprise": 1}, "unknown surprise"),
    ({"coverages": [{"name": "x"}]}, "missing amount"),
])  # fmt: skip
def test_data_of_the_wrong_shape_is_refused(change: dict[str, Any], word: str | None) -> None:
    data = made.policy_data(**change)
    if word is None:
        del data["premium"]
        word = "missing premium"
    with pytest.raises(ValueError, match=word):
        check_shape("policy.typ", data)


PERIOD = period_from_dates(date(2026, 5, 20), date(2027, 5, 20))


@pytest.mark.parametrize(("value", "chinese", "english"), [
    (Money.of("1234.5"), "¥1,234.50", "¥1,234.50"),
    (Money.of("-3.00", "USD"), "\u2212US$3.00", "\u2212US$3.00"),
    (date(2026, 5, 9), "2026 年 5 月 9 日", "9 May 2026"),
    (made.AT, "2026 年 5 月 19 日 16:30", "19 May 2026 16:30"),
    (PERIOD, "自 2026 年 5 月 20 日 00:00 起至 2027 年 5 月 19 日 24:00 止",
     "from 20 May 2026 00:00 to 19 May 2027 24:00"),
    (Period(midnight(date(2026, 5, 20)), made.AT.replace(month=6)),
     "自 2026 年 5 月 20 日 00:00 起至 2026 年 6 月 19 日 16:30 止", "from 20 May 2026 00:00 to 19 June 2026 16:30"),
    (Localized("字", "words"), "字", "words"),
    ({"zh-hans": "字", "en": "words"}, "字", "words"),
    (True, "是", "yes"),
    (None, "", ""),
    (Decimal("2.50"), "2.50", "2.50"),
    ([3, "x"], ["3", "x"], ["3", "x"]),
])  # fmt: skip
def test_values_in_each_language(value: Any, chinese: Any, english: Any) -> None:
    assert printed(value, "zh-hans", CHINESE) == chinese
    assert printed(value, "en", ENGLISH) == english


def test_what_cannot_be_printed_is_refused() -> None:
    with pytest.raises(TypeError):
        printed(1.5, "en", ENGLISH)


@pytest.mark.parametrize(("amount", "words"), [
    ("0", "人民币零元整"),
    ("10.00", "人民币壹拾元整"),
    ("174.25", "人民币壹佰柒拾肆元贰角伍分"),
    ("100.05", "人民币壹佰元零伍分"),
    ("0.50", "人民币伍角整"),
    ("0.05", "人民币伍分"),
    ("10005", "人民币壹万零伍元整"),
    ("200000", "人民币贰拾万元整"),
    ("100000000", "人民币壹亿元整"),
    ("105000300.40", "人民币壹亿零伍佰万零叁佰元肆角整"),
])  # fmt: skip
def test_sums_in_capitals(amount: str, words: str) -> None:
    assert amount_in_words(Money.of(amount), CHINESE) == words
    assert amount_in_words(Money.of(amount), ENGLISH) == ""


def test_capitals_are_for_yuan_only() -> None:
    assert amount_in_words(Money.of("1.00", "USD"), CHINESE) == ""
    assert amount_in_words(Money.of("-1.00"), CHINESE) == ""


def test_the_issue_day_is_fixed_in_the_file() -> None:
    later = datetime(2031, 1, 1, tzinfo=made.AT.tzinfo)
    shown = in_language("notice.typ", made.notice_data(), "en")
    other = Frame(**{name: getattr(frame(), name) for name in frame().__slots__} | {"issued_at": later})
    assert render("notice.typ", shown, "en", frame()) != render("notice.typ", shown, "en", other)
