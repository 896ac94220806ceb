"""A sealed value opens in its own place only, and shows itself masked."""

import base64
from uuid import uuid4

import pytest

from insureweb.kernel import sealed
from insureweb.kernel.sealed import CannotOpen, Sealed, blind_index, seal, unseal

PLACE = "customers_party.id_number"
PLAIN = "110101199003070011"


def test_round_trip_hides_the_text():
    row = uuid4()
    value = seal(PLAIN, place=PLACE, row=row)
    assert PLAIN.encode() not in value
    assert unseal(value, place=PLACE, row=row) == PLAIN
    assert seal(PLAIN, place=PLACE, row=row) != value


def test_a_value_moved_elsewhere_does_not_open():
    row = uuid4()
    value = seal(PLAIN, place=PLACE, row=row)
    with pytest.raises(CannotOpen):
        unseal(value, place=PLACE, row=uuid4())
    with pytest.raises(CannotOpen):
        unseal(value, place="customers_party.phone", row=row)


@pytest.mark.parametrize("position", [0, 1, 3, 10, -1])
def test_one_changed_byte_does_not_open(position):
    row = uuid4()
    value = bytearray(seal(PLAIN, place=PLACE, row=row))
    value[position] ^= 1
    with pytest.raises(CannotOpen):
        unseal(bytes(value), place=PLACE, row=row)


def test_old_keys_still_open_and_lost_keys_do_not(settings):
    row = uuid4()
    old = seal(PLAIN, place=PLACE, row=row)
    settings.SEALING_KEYS = settings.SEALING_KEYS | {"next": base64.b64encode(b"n" * 32).decode()}
    settings.SEALING_ACTIVE_KEY = "next"
    new = seal(PLAIN, place=PLACE, row=row)
    assert unseal(old, place=PLACE, row=row) == unseal(new, place=PLACE, row=row) == PLAIN
    sealed._cipher.cache_clear()
    settings.SEALING_KEYS = {"next": settings.SEALING_KEYS["next"]}
    with pytest.raises(CannotOpen, match="No sealing key"):
        unseal(old, place=PLACE, row=row)
    sealed._cipher.cache_clear()


def test_the_blind_index_forgives_spelling_but_not_the_column():
    assert blind_index(PLACE, "11010119900307001x") == blind_index(PLACE, " 110101 19900307-001X ")
    assert blind_index(PLACE, "１１０") == blind_index(PLACE, "110")
    assert blind_index(PLACE, PLAIN) != blind_index("customers_party.phone", PLAIN)


@pytest.mark.parametrize(
    ("mask", "plain", "shown"),
    [
        ("identity", PLAIN, "1101 **** 0011"),
        ("phone", "13905718846", "139 **** 8846"),
        ("name", "林知夏", "林**"),
        ("name", "林夏", "林*"),
        ("account", "6217000012345678", " **** 5678"),
        ("all", "anything", "****"),
        ("identity", "1234", "****"),
    ],
)
def test_masks(mask, plain, shown):
    value = Sealed(value=None, plain=plain, place=PLACE, row=uuid4(), mask=mask)
    assert str(value) == shown
    assert plain not in repr(value)
