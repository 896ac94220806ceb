"""Resident identity numbers: what they tell, and every way they can be wrong."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insureweb.kernel.resident_id import WORDS, ResidentIdInvalid, read_resident_id, with_check_digit

TODAY = date(2026, 5, 19)


@pytest.mark.parametrize(
    ("number", "birth_date", "sex"),
    [
        (with_check_digit("11010119960314001"), date(1996, 3, 14), "male"),
        (with_check_digit("33010219791105002"), date(1979, 11, 5), "female"),
        (with_check_digit("81000019880101003"), date(1988, 1, 1), "male"),
    ],
)
def test_it_tells_birth_and_sex(number: str, birth_date: date, sex: str) -> None:
    read = read_resident_id(f" {number[:6]} {number[6:].lower()} ", today=TODAY)
    assert (read.number, read.birth_date, read.sex) == (number, birth_date, sex)


def test_full_width_digits_are_digits() -> None:
    number = with_check_digit("11010119960314001")
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in number)
    assert read_resident_id(wide, today=TODAY).number == number


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "length"),
        ("1101011996031400", "length"),
        ("1101011996031400AB", "length"),
        ("11010119960314001\x00", "length"),
        ("١١٠١٠١١٩٩٦٠٣١٤٠٠١٢", "length"),
        ("00010119960314001X", "region"),
        (with_check_digit("11010119961340001"), "birth_date"),
        (with_check_digit("11010120260520001"), "future"),
        (with_check_digit("11010118900101001"), "too_old"),
    ],
)
def test_it_says_what_is_wrong(number: str, code: str) -> None:
    with pytest.raises(ResidentIdInvalid) as failure:
        read_resident_id(number, today=TODAY)
    assert failure.value.code == code


def test_every_single_wrong_digit_is_caught() -> None:
    number = with_check_digit("11010119960314001")
    for place in range(14, 17):
        for digit in "0123456789".replace(number[place], ""):
            with pytest.raises(ResidentIdInvalid, match="check_digit"):
                read_resident_id(number[:place] + digit + number[place + 1 :], today=TODAY)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ResidentIdInvalid):
        assert read_resident_id(text, today=TODAY).birth_date <= TODAY


def test_every_reason_has_words() -> None:
    assert set(WORDS) == {"length", "region", "birth_date", "future", "too_old", "check_digit"}
