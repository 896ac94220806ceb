"""Company codes, number plates and vehicle identification numbers."""

import pytest

from products.rules.identifiers import (
    IdentifierInvalid,
    read_company_code,
    read_plate,
    read_vin,
    vin_check_digit,
)


@pytest.mark.parametrize(
    ("typed", "plate"),
    [
        ("\u4eacA12345", "\u4eacA12345"),
        ("\u7ca4b\u00b7d1234", "\u7ca4BD1234"),
        ("\u7ca4b\u00b7d12345", "\u7ca4BD12345"),
        ("\u7ca4BD1234A", None),
        ("\u6caaAD12345", "\u6caaAD12345"),
        ("\u6caaA12345D", "\u6caaA12345D"),
        ("\u7ca4Z1234\u6e2f", "\u7ca4Z1234\u6e2f"),
        ("\u82cf E\uff11\uff12345\u5b66", None),
        ("\u82cf E\uff11\uff1234\u5b66", "\u82cfE1234\u5b66"),
        ("\u4eacI12345", None),
        ("\u4eacAO2345", None),
        ("A12345", None),
        ("\u6caaAL12345", None),
        ("\u6caaA1234", None),
        ("", None),
    ],
)
def test_plates_of_both_kinds(typed: str, plate: str | None) -> None:
    if plate is None:
        with pytest.raises(IdentifierInvalid) as caught:
            read_plate(typed)
        assert caught.value.code == "not_a_plate"
    else:
        assert read_plate(typed) == plate


# The first two are worked examples of the standard's check digit; the last is a Chinese maker's.
@pytest.mark.parametrize("vin", ["1M8GDM9AXKP042788", "11111111111111111", "5GZCZ43D13S812715"])
def test_vins_with_their_check_digit(vin: str) -> None:
    assert read_vin(f" {vin.lower()} ") == vin
    assert vin_check_digit(vin) == vin[8]
    wrong = "1" if vin[8] != "1" else "2"
    with pytest.raises(IdentifierInvalid) as caught:
        read_vin(vin[:8] + wrong + vin[9:])
    assert caught.value.code == "vin_check_digit"


@pytest.mark.parametrize("text", ["1M8GDM9AXKP04278", "1M8GDM9AXKPO42788", "IM8GDM9AXKP042788", "", "\u4eac" * 17])
def test_what_is_no_vin(text: str) -> None:
    with pytest.raises(IdentifierInvalid) as caught:
        read_vin(text)
    assert caught.value.code == "not_a_vin"


def test_company_codes() -> None:
    assert read_company_code("9131 0000 ma1alanl1n") == "91310000MA1ALANL1N"
    with pytest.raises(IdentifierInvalid):
        read_company_code("91310000MA1ALANL1M")
