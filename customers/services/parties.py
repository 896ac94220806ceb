"""Writing down who people and companies are."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from customers import refusals
from customers.identity import SandboxProvider, Verdict, identity_provider
from customers.models import IdentityCheck, IdentityType, Party, PartyKind, Sex, User
from customers.rules import details
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.periods import business_date


def _id_number_index(text: str) -> str:
    field = Party._meta.get_field("id_number_index")
    return str(field.of(text))  # type: ignore[union-attr]


def _known(owner: User, id_number: str) -> Party | None:
    """The party an account already has under this number. The account's row is locked first, so two can never arise."""
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    return Party.objects.filter(owner=owner, id_number_index=_id_number_index(id_number)).first()


def _check_self(owner: User, known: Party | None) -> None:
    others = Party.objects.filter(owner=owner, is_self=True)
    if known is not None:
        others = others.exclude(pk=known.pk)
    if others.exists():
        raise Refused(
            "self_is_another",
            _("This account already belongs to a person with another ID number. Talk to us if that is wrong."),
            field="id_number",
        )


@use_case
def record_person(
    *,
    owner: User,
    name: str,
    id_number: str,
    phone: str = "",
    is_self: bool = False,
    address: str | None = None,
    by: Actor,
    at: datetime,
) -> Party:
    """The person with this resident ID as the account knows them; date of birth and sex come from the number.

    A person already known is brought up to date; an empty phone or address leaves the old one.

    Raises:
        Refused: a detail cannot be right (`field` says which), or the account already belongs to another person.
    """
    read = refusals.resident_id(id_number, today=business_date(at))
    name = refusals.detail(details.read_name, name)
    phone = refusals.detail(details.read_phone, phone)
    party = _known(owner, read.number)
    if is_self:
        _check_self(owner, party)
    if party is None:
        party = Party(owner=owner, kind=PartyKind.PERSON, id_number=read.number, created_at=at)
    is_new = party.pk is None
    party.birth_date, party.sex, party.name = read.birth_date, read.sex, name
    party.is_self = party.is_self or is_self
    _set_contact(party, phone=phone, address=address)
    party.save()
    provider = identity_provider()
    if is_new and isinstance(provider, SandboxProvider):
        record_identity_check(party=party, verdict=provider.check(name=name, id_number=read.number), by=by, at=at)
    return party


def _set_contact(party: Party, *, phone: str, address: str | None) -> None:
    if phone:
        party.phone = phone
    if address:
        party.address = refusals.detail(details.read_address, address)


@use_case
def record_foreigner(
    *, owner: User, name: str, passport: str, birth_date: date, sex: str, phone: str = "", by: Actor, at: datetime
) -> Party:
    """A person known by a passport, which does not tell the date of birth or the sex.

    Raises:
        Refused: a detail cannot be right.
    """
    number = refusals.detail(details.read_passport, passport)
    if not date(1890, 1, 1) < birth_date <= business_date(at):
        raise Refused("birth_date", _("Enter a date of birth that lies in the past."), field="birth_date")
    if sex not in Sex.values:
        raise Refused("sex", _("Choose the sex that stands in the passport."), field="sex")
    party = _known(owner, number) or Party(owner=owner, id_type=IdentityType.PASSPORT, id_number=number, created_at=at)
    party.name, party.birth_date, party.sex = refusals.detail(details.read_name, name), birth_date, sex
    _set_contact(party, phone=refusals.detail(details.read_phone, phone), address=None)
    party.save()
    return party


@use_case
def record_company(
    *, owner: User, name: str, company_code: str, phone: str = "", address: str | None = None, by: Actor, at: datetime
) -> Party:
    """A company with its unified social credit code.

    Raises:
        Refused: a detail cannot be right.
    """
    number = refusals.detail(details.read_company_code, company_code)
    party = _known(owner, number) or Party(
        owner=owner,
        kind=PartyKind.COMPANY,
        id_type=IdentityType.COMPANY_CODE,
        id_number=number,
        created_at=at,
    )
    party.name = refusals.detail(details.read_name, name)
    _set_contact(party, phone=refusals.detail(details.read_phone, phone), address=address)
    party.save()
    return party


@use_case
def set_bank_account(*, party: Party, bank_account: str, by: Actor, at: datetime) -> Party:
    """Where payouts to this party go.

    Raises:
        Refused: not an account number.
    """
    party.bank_account = refusals.detail(details.read_bank_account, bank_account)
    party.save(update_fields=["bank_account"])
    return party


@use_case
def set_contact(*, party: Party, phone: str, address: str = "", by: Actor, at: datetime) -> Party:
    """Change how a party is reached; an empty address leaves the old one.

    Raises:
        Refused: the phone or address cannot be right.
    """
    _set_contact(party, phone=refusals.detail(details.read_phone, phone), address=address)
    party.save(update_fields=["phone", "phone_index", "address"])
    return party


@use_case
def record_identity_check(*, party: Party, verdict: Verdict, by: Actor, at: datetime) -> IdentityCheck:
    """Keep what a provider said about a party's identity."""
    return IdentityCheck.objects.create(
        party=party,
        provider=verdict.provider,
        method=verdict.method,
        passed=verdict.passed,
        code=verdict.code,
        at=at,
    )
