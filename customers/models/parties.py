"""People and companies: who holds a policy, who is insured, who is paid."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly, Tracked
from insureweb.kernel.sealed import BlindIndexField, SealedField


class PartyKind(models.TextChoices):
    PERSON = "person", _("Person")
    COMPANY = "company", _("Company")


class IdentityType(models.TextChoices):
    RESIDENT_ID = "resident_id", _("Resident ID card")
    PASSPORT = "passport", _("Passport")
    COMPANY_CODE = "company_code", _("Unified social credit code")


class Sex(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")


class Party(Tracked):
    """A person or company as one account knows it.

    The same person known to two accounts is two parties: what one family writes about a person is not shown to another.
    The blind index of the identity number finds them all where the law wants a total.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        "customers.User", on_delete=models.PROTECT, related_name="parties", verbose_name=_("kept by account")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=PartyKind.choices, default=PartyKind.PERSON)
    is_self = models.BooleanField(_("the account holder"), default=False)
    name: Any = SealedField(mask="name", text_length=120, verbose_name=_("name"))
    id_type = models.CharField(
        _("identity document"), max_length=16, choices=IdentityType.choices, default=IdentityType.RESIDENT_ID
    )
    id_number: Any = SealedField(mask="identity", text_length=40, verbose_name=_("identity number"))
    id_number_index = BlindIndexField("id_number")
    phone: Any = SealedField(mask="phone", text_length=32, null=True, verbose_name=_("phone"))
    phone_index = BlindIndexField("phone")
    bank_account: Any = SealedField(mask="account", text_length=40, null=True, verbose_name=_("bank account"))
    address: Any = SealedField(mask="address", text_length=300, null=True, verbose_name=_("address"))
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=8, choices=Sex.choices, blank=True, default="")
    created_at = models.DateTimeField(_("created"))

    class Meta(Tracked.Meta):
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=models.Q(is_self=True), name="party_one_self_for_an_account"
            ),
            models.UniqueConstraint(fields=["owner", "id_number_index"], name="party_is_known_once_to_an_account"),
            models.CheckConstraint(
                condition=models.Q(is_self=False) | models.Q(kind=PartyKind.PERSON), name="party_self_is_a_person"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=PartyKind.COMPANY) | models.Q(birth_date__isnull=False, sex__in=Sex.values),
                name="party_person_has_birth_date_and_sex",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=PartyKind.PERSON, id_type__in=["resident_id", "passport"])
                | models.Q(kind=PartyKind.COMPANY, id_type="company_code"),
                name="party_identity_fits_its_kind",
            ),
        ]

    @property
    def shown_name(self) -> Any:
        """Masked for a person; a company's name stands in a public register."""
        return self.name.open() if self.kind == PartyKind.COMPANY else self.name

    def __str__(self) -> str:
        return str(self.name)


class IdentityCheck(AppendOnly):
    """One look at whether an identity is real: how, by whom, with what result."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="identity_checks")
    provider = models.CharField(_("provider"), max_length=32)
    method = models.CharField(_("method"), max_length=32)
    passed = models.BooleanField(_("passed"))
    code = models.CharField(_("result code"), max_length=40, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("identity check")
        verbose_name_plural = _("identity checks")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(passed=True) | ~models.Q(code=""), name="identity_check_failure_has_a_code"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.method}"
