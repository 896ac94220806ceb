"""Partners who sell through the API, their keys, and what makes a request count once."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly, Tracked
from insureweb.kernel.localized import LocalizedField, localized_check
from insureweb.kernel.sealed import SealedField


class Partner(Tracked):
    """A shop, bank or travel site that offers our products to its own customers."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    code = models.SlugField(_("code"), max_length=32, unique=True)
    name: Any = LocalizedField(_("name"))
    is_courier = models.BooleanField(
        _("courier"), default=False, help_text=_("May tell deliveries for any policy, not only for those it sold.")
    )
    created_at = models.DateTimeField(_("created"))

    class Meta(Tracked.Meta):
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["code"]
        constraints = [localized_check("name", table="partner")]

    def __str__(self) -> str:
        return self.code


class PartnerKey(Tracked):
    """A key and its secret. A sandbox key prices and quotes like any other, but nothing of it can be bought."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="keys", verbose_name=_("partner"))
    key_id = models.CharField(_("key"), max_length=32, unique=True)
    secret: Any = SealedField(mask="all", text_length=64, verbose_name=_("secret"))
    is_sandbox = models.BooleanField(_("sandbox"))
    created_at = models.DateTimeField(_("created"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("partner key")
        verbose_name_plural = _("partner keys")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at")),
                name="partner_key_revoked_after_creation",
            ),
            models.CheckConstraint(
                condition=Q(key_id__regex="^(live|test)_[0-9a-f]{20}$"), name="partner_key_well_formed"
            ),
        ]

    def __str__(self) -> str:
        return self.key_id


class PartnerNonce(models.Model):
    """A nonce that was used; forgotten when its time could no longer be fresh."""

    key = models.ForeignKey(PartnerKey, on_delete=models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("used nonce")
        verbose_name_plural = _("used nonces")
        constraints = [models.UniqueConstraint(fields=["key", "nonce"], name="partner_nonce_is_used_once")]

    def __str__(self) -> str:
        return self.nonce


class PartnerCall(AppendOnly):
    """A request that wrote something, by its idempotency key: a repeat gets this answer again."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="calls", verbose_name=_("partner"))
    is_sandbox = models.BooleanField(_("sandbox"))
    idempotency_key = models.CharField(_("idempotency key"), max_length=64)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(_("answer"))
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("partner request")
        verbose_name_plural = _("partner requests")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "is_sandbox", "idempotency_key"], name="partner_call_is_carried_out_once"
            )
        ]

    def __str__(self) -> str:
        return self.idempotency_key


class PartnerQuote(AppendOnly):
    """A quote a partner asked for. The owner's token lies sealed: the hand-over link gives it to the customer."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="quotes", verbose_name=_("partner"))
    quote: Any = models.OneToOneField(
        "policies.Quote", on_delete=models.PROTECT, related_name="partner_quote", verbose_name=_("quote")
    )
    is_sandbox = models.BooleanField(_("sandbox"))
    owner_token: Any = SealedField(mask="all", text_length=64)
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("partner quote")
        verbose_name_plural = _("partner quotes")
        ordering = ["-id"]
        indexes = [models.Index(fields=["partner", "-id"], name="partner_quote_of_partner")]

    def __str__(self) -> str:
        return str(self.quote_id)
