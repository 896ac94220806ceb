"""The people of the demo are the same every time, well formed, and of an age to buy."""

from datetime import date

from stdnum.cn import ric
from stdnum.luhn import is_valid

from insureweb.kernel.periods import age_on
from insureweb.ops.portfolio.people import invent

TODAY = date(2026, 5, 19)


def test_the_same_seed_gives_the_same_people():
    assert invent(20, today=TODAY, seed=1) == invent(20, today=TODAY, seed=1)
    assert invent(20, today=TODAY, seed=1) != invent(20, today=TODAY, seed=2)


def test_identities_and_cards_are_well_formed_and_agree_with_the_person():
    people = invent(100, today=TODAY, seed=1)
    for person in people:
        assert ric.calc_check_digit(person.id_number) == person.id_number[-1]
        assert ric.get_birth_date(person.id_number) == person.birth_date
        assert 18 <= age_on(person.birth_date, TODAY) <= 58
        assert is_valid(person.bank_account)
        assert len(person.phone) == 11
    assert len({person.id_number for person in people}) == len({person.email for person in people}) == 100
