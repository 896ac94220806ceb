"""One raising check; the boolean and the tooltip derive from it."""

from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused, allows, reason_against


def only_even(number: int) -> None:
    if number % 2:
        raise Refused("odd", "Only even numbers.")


def test_reason_and_boolean_come_from_the_check():
    assert reason_against(only_even, 2) is None
    assert reason_against(only_even, 3) == "Only even numbers."
    assert allows(only_even, 2)
    assert not allows(only_even, 3)


def test_an_actor_matches_by_kind_or_role():
    actor = Actor("staff", "1", "He Min", frozenset({"underwriter"}))
    assert actor.is_one_of({"staff"})
    assert actor.is_one_of({"underwriter", "system"})
    assert not actor.is_one_of({"customer", "finance"})
    assert Actor.system("relay").is_one_of({"system"})
