"""A mistyped public number is told from an unknown one."""

from hypothesis import given
from hypothesis import strategies as st

from insureweb.kernel.numbers import check_digit, is_well_formed, sequence_name


def test_worked_example():
    # ISO/IEC 7064, MOD 11,10: the standard's own example, 0794 -> 0794 with check digit 5.
    assert check_digit("0794") == "5"


@given(st.text("0123456789", min_size=13, max_size=16), st.integers(0, 19), st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(digits, position, shift):
    position %= len(digits)
    wrong = digits[:position] + str((int(digits[position]) + shift) % 10) + digits[position + 1 :]
    assert is_well_formed(f"BD{digits}-{check_digit(digits)}")
    assert not is_well_formed(f"BD{wrong}-{check_digit(digits)}")


def test_shapes_that_are_no_numbers():
    for text in ("", "-", "BD-1", "BD2605190000001", "BD26051900000٠1-1", "BD2605190000001-x"):
        assert not is_well_formed(text)


def test_sequence_names():
    assert sequence_name("quote") == "number_quote"
    assert sequence_name("policy", "anlan-life") == "number_policy_anlan_life"
