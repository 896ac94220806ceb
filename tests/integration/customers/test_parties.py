"""People and companies: sealed, found by blind index, known once."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from customers import selectors
from customers.actors import actor_of
from customers.identity import Verdict
from customers.models import IdentityCheck, Party
from customers.services import parties
from insureweb.kernel.checks import Refused
from insureweb.kernel.sealed import Sealed
from tests.factories import customers as made

pytestmark = pytest.mark.django_db


def test_a_person_is_read_from_the_number() -> None:
    owner = made.customer()
    number = made.resident_id(born=date(1979, 11, 5), sex="female")
    party = parties.record_person(
        owner=owner, name="陈安澜", id_number=number.lower(), phone="139 0571 8846", is_self=True,
        by=actor_of(owner), at=made.AT,
    )  # fmt: skip
    found = Party.objects.get(pk=party.pk)
    assert (found.birth_date, found.sex, found.is_self) == (date(1979, 11, 5), "female", True)
    assert found.id_number.open() == number
    assert found.phone.open() == "13905718846"
    assert selectors.own_party(owner) == found
    check = IdentityCheck.objects.get(party=found)
    assert (check.provider, check.passed) == ("sandbox", True)


def test_nothing_personal_stands_in_the_database() -> None:
    party = made.person(name="欧阳安澜")
    parties.set_bank_account(party=party, bank_account="6222 0202 0000 1234 567", by=actor_of(party.owner), at=made.AT)
    parties.set_contact(party=party, phone="", address="北京市东城区某街 1 号", by=made.SYSTEM, at=made.AT)
    number = party.id_number.open()
    with connection.cursor() as cursor:
        cursor.execute("SELECT p::text FROM customers_party p WHERE id = %s", [party.pk])
        row = cursor.fetchone()[0]
        cursor.execute("SELECT coalesce(string_agg(before::text, ''), '') FROM audit_change")
        history = cursor.fetchone()[0]
    for plain in ("欧阳安澜", number, "13905718846", "6222020200001234567", "北京市东城区"):
        assert plain not in row + history
        assert plain.encode().hex() not in row + history


def test_a_mask_is_what_a_page_sees() -> None:
    party = made.person(name="陈安澜")
    assert isinstance(party.name, Sealed)
    assert str(party) == "陈**"
    assert str(party.id_number).startswith("1101 ****")
    assert str(party.phone) == "139 **** 8846"


def test_a_number_is_found_by_its_blind_index() -> None:
    number = made.resident_id()
    first, second = made.customer(), made.customer()
    for owner in (first, second):
        parties.record_person(owner=owner, name="陈安澜", id_number=number, by=made.SYSTEM, at=made.AT)
    assert selectors.parties_with_id_number(f" {number.lower()}").count() == 2
    assert not selectors.parties_with_id_number(made.resident_id()).exists()


def test_the_same_number_is_the_same_person() -> None:
    owner, number = made.customer(), made.resident_id()
    first = parties.record_person(
        owner=owner, name="陈安澜", id_number=number, phone="13905718846", by=made.SYSTEM, at=made.AT
    )
    again = parties.record_person(
        owner=owner, name="陈安兰", id_number=number, is_self=True, by=made.SYSTEM, at=made.AT
    )
    assert first.pk == again.pk
    found = Party.objects.get(owner=owner)
    assert (found.name.open(), found.phone.open(), found.is_self) == ("陈安兰", "13905718846", True)
    assert IdentityCheck.objects.filter(party=found).count() == 1


def test_an_account_belongs_to_one_person() -> None:
    owner = made.customer()
    made.person(owner)
    with pytest.raises(Refused) as refusal:
        made.person(owner, name="王某")
    assert (refusal.value.code, refusal.value.field) == ("self_is_another", "id_number")
    made.person(owner, name="王某", is_self=False)
    assert [party.is_self for party in selectors.parties_of(owner)] == [True, False]


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"id_number": "110101199603140010"}, "id_number"),
        ({"name": "\x00"}, "name"),
        ({"name": ""}, "name"),
        ({"phone": "12"}, "phone"),
        ({"address": "x" * 201}, "address"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(details: dict[str, str], field: str) -> None:
    given = {"name": "陈安澜", "id_number": made.resident_id(), "phone": ""} | details
    with pytest.raises(Refused) as refusal:
        parties.record_person(owner=made.customer(), by=made.SYSTEM, at=made.AT, **given)
    assert refusal.value.field == field
    assert str(refusal.value)
    assert not Party.objects.exists()


def test_companies_and_foreigners() -> None:
    owner = made.customer()
    company = parties.record_company(
        owner=owner, name="安澜科技", company_code="91110000600037341L", by=made.SYSTEM, at=made.AT
    )
    assert (company.kind, company.birth_date) == ("company", None)
    guest = parties.record_foreigner(
        owner=owner, name="Ann Lan", passport="E1234567", birth_date=date(1990, 1, 2), sex="female",
        by=made.SYSTEM, at=made.AT,
    )  # fmt: skip
    assert guest.id_type == "passport"
    for wrong in ({"sex": "x"}, {"birth_date": date(2027, 1, 1)}):
        given = {"passport": "E7654321", "birth_date": date(1990, 1, 2), "sex": "male"} | wrong
        with pytest.raises(Refused):
            parties.record_foreigner(owner=owner, name="Ann", by=made.SYSTEM, at=made.AT, **given)


def test_a_payout_account_is_digits() -> None:
    party = made.person()
    with pytest.raises(Refused) as refusal:
        parties.set_bank_account(party=party, bank_account="not digits", by=made.SYSTEM, at=made.AT)
    assert refusal.value.field == "bank_account"


def _row(**fields: object) -> Party:
    return Party(
        **{
            "owner": made.customer(), "name": "陈安澜", "id_number": "x", "birth_date": date(1990, 1, 1),
            "sex": "male", "created_at": made.AT,
        } | fields
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"birth_date": None}, "party_person_has_birth_date_and_sex"),
        ({"sex": ""}, "party_person_has_birth_date_and_sex"),
        ({"kind": "company", "id_type": "company_code", "is_self": True}, "party_self_is_a_person"),
        ({"kind": "company"}, "party_identity_fits_its_kind"),
        ({"id_type": "company_code"}, "party_identity_fits_its_kind"),
    ],
)
def test_the_database_refuses(fields: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        _row(**fields).save()


def test_the_database_knows_a_person_once() -> None:
    party = made.person()
    with pytest.raises(IntegrityError, match="party_is_known_once_to_an_account"), transaction.atomic():
        _row(owner=party.owner, id_number=party.id_number.open()).save()
    with pytest.raises(IntegrityError, match="party_one_self_for_an_account"), transaction.atomic():
        _row(owner=party.owner, is_self=True).save()


def test_a_failed_check_says_why() -> None:
    party = made.person()
    verdict = Verdict("police", "name_and_number", passed=False, code="mismatch")
    assert not parties.record_identity_check(party=party, verdict=verdict, by=made.SYSTEM, at=made.AT).passed
    with pytest.raises(IntegrityError, match="identity_check_failure_has_a_code"), transaction.atomic():
        IdentityCheck.objects.create(party=party, provider="x", method="x", passed=False, at=made.AT)


@pytest.mark.parametrize("is_on", [True, False])
def test_only_a_sandbox_believes_a_number_by_its_check_digit(settings: Any, *, is_on: bool) -> None:
    settings.SANDBOX_IDENTITY = is_on
    user = made.customer()
    made.person(user, is_self=True)
    assert (selectors.verified_self(user) is not None) == is_on


def test_identity_checks_only_grow() -> None:
    made.person()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        IdentityCheck.objects.update(passed=False)
