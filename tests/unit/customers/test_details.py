"""Names, phones, accounts, addresses: one spelling each."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules import details
from customers.rules.details import DetailInvalid


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 陈 安澜 ", "陈 安澜"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("O’Brien-Smith", "O’Brien-Smith"),
        ("Zoë", "Zoë"),
    ],
)
def test_names(typed: str, kept: str) -> None:
    assert details.read_name(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "1234", "a" * 61, "陈\x00", "<script>", "\u202eabc", "😀", "陈\u200b安"])
def test_no_names(typed: str) -> None:
    with pytest.raises(DetailInvalid) as failure:
        details.read_name(typed)
    assert failure.value.field == "name"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("139 0571 8846", "13905718846"),
        ("+86 139-0571-8846", "13905718846"),
        ("１３９０５７１８８４６", "13905718846"),
        ("+44 20 7946 0958", "+442079460958"),
        ("", ""),
    ],
)
def test_phones(typed: str, kept: str) -> None:
    assert details.read_phone(typed) == kept


@pytest.mark.parametrize("typed", ["12", "phone", "1390571884", "13905718846" * 9, "\x00"])
def test_no_phones(typed: str) -> None:
    with pytest.raises(DetailInvalid):
        details.read_phone(typed)


@pytest.mark.parametrize(
    ("typed", "kept"), [("6222 0202 0000 1234 567", "6222020200001234567"), ("12345678", "12345678")]
)
def test_accounts(typed: str, kept: str) -> None:
    assert details.read_bank_account(typed) == kept


@pytest.mark.parametrize("typed", ["", "1234567", "9" * 31, "62220202X0001234", "-1"])
def test_no_accounts(typed: str) -> None:
    with pytest.raises(DetailInvalid):
        details.read_bank_account(typed)


def test_companies_and_passports() -> None:
    assert details.read_company_code("91110000600037341L") == "91110000600037341L"
    assert details.read_passport("e-1234 5678") == "E12345678"
    for read in (details.read_company_code, details.read_passport):
        with pytest.raises(DetailInvalid):
            read("中文")


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    readers = (
        details.read_name, details.read_phone, details.read_bank_account, details.read_address,
        details.read_company_code, details.read_passport,
    )  # fmt: skip
    for read in readers:
        with suppress(DetailInvalid):
            assert "\x00" not in read(text)
