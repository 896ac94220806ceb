"""The sale trace: what the buyer was shown, in which version, and what they did."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly


class SaleTraceEntry(AppendOnly):
    """One page of a sale, shown or answered.

    `body_hash` is the SHA-256 of the page as sent, without its one-time form keys; `shown` names the versions of what
    it showed (product version, wordings, consent texts) by hash. Source: the rules on keeping sales conduct traceable
    (可回溯), in force for online sales since 1 October 2020 (check).
    """

    application_no = models.CharField(_("application number"), max_length=32, blank=True, default="")
    quote_no = models.CharField(_("quote number"), max_length=32, blank=True, default="")
    order_no = models.CharField(_("order number"), max_length=32, blank=True, default="")
    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
    )
    route = models.CharField(_("page"), max_length=60)
    step = models.CharField(_("step"), max_length=40, blank=True, default="")
    action = models.CharField(_("what they did"), max_length=40)
    shown = models.JSONField(_("versions shown"), default=dict)
    status = models.PositiveSmallIntegerField(_("answer sent"))
    body_hash = models.CharField(_("hash of the page"), max_length=64)
    language = models.CharField(_("language"), max_length=8)
    request_id = models.CharField(_("request number"), max_length=64, blank=True, default="")
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("page of a sale")
        verbose_name_plural = _("sale trace")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["application_no", "id"], condition=~models.Q(application_no=""), name="sale_trace_application"
            ),
            models.Index(fields=["quote_no", "id"], condition=~models.Q(quote_no=""), name="sale_trace_quote"),
            models.Index(
                fields=["order_no", "id"],
                condition=models.Q(application_no="") & ~models.Q(order_no=""),
                name="sale_trace_order",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(body_hash__regex=r"^[0-9a-f]{64}$"), name="sale_trace_hash_is_sha256"
            ),
            models.CheckConstraint(
                condition=~models.Q(application_no="", quote_no="", order_no=""), name="sale_trace_belongs_to_a_sale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.step}".strip()
