"""Wrong codes at the door, kept where a restart of the cache cannot lose them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly


class FailureKind(models.TextChoices):
    LOGIN_CODE = "login_code", _("Wrong login code")
    SECOND_FACTOR = "second_factor", _("Wrong second factor")


class LoginFailure(AppendOnly):
    """One wrong code. The address is kept as a keyed hash and a mask: unknown ones are counted like known ones."""

    kind = models.CharField(_("kind"), max_length=16, choices=FailureKind.choices)
    address_index = models.CharField(max_length=64)
    address_masked = models.CharField(_("address"), max_length=320)
    network_address = models.GenericIPAddressField(_("network address"), null=True)
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("login failure")
        verbose_name_plural = _("login failures")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["address_index", "-at"], name="login_failure_of_an_address"),
            models.Index(fields=["network_address", "-at"], name="login_failure_from_a_network"),
            models.Index(fields=["-at"], name="login_failure_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(address_index=""), name="login_failure_names_its_address")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.address_masked}"
