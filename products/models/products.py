"""Products, their frozen versions, and the switches that stop a sale."""

from typing import Any

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import Tracked
from insureweb.kernel.localized import LocalizedField, localized_check
from products.models.insurers import CODE_PATTERN, Category, Insurer
from products.models.trees import TreeField
from products.states import PRODUCT_VERSION, VersionState

# What no longer changes once a version left the draft, and what once it was on sale; state and end of sale still may.
FROZEN_COLUMNS = ("product_id", "version", "definition", "source", "content_hash", "loaded_at")
FROZEN_ON_SALE = ("sale_from", "published_at", "published_by_kind", "published_by_id", "submitted_by_kind",
                  "submitted_by_id", "signed_at", "signed_by_kind", "signed_by_id")  # fmt: skip


class Product(Tracked):
    """What is sold, through one version after another. Category and insurer never change between versions."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = LocalizedField(verbose_name=_("product name"))
    insurer = models.ForeignKey(Insurer, on_delete=models.PROTECT, related_name="products", verbose_name=_("insurer"))
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="products", verbose_name=_("category")
    )

    class Meta(Tracked.Meta):
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["code"]
        constraints = [
            localized_check("name", table="product"),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="product_code_is_a_code"),
        ]

    def __str__(self) -> str:
        return str(self.name)


def frozen_once_published() -> pgtrigger.Trigger:
    """PostgreSQL refuses a changed or deleted version that left the draft."""
    changed, rewritten = (
        " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
        for columns in (FROZEN_COLUMNS, FROZEN_ON_SALE)
    )
    return pgtrigger.Trigger(
        name="frozen_once_published",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF OLD.state = 'draft' THEN
                RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
            END IF;
            IF TG_OP = 'DELETE' OR {changed}
               OR (OLD.published_at IS NOT NULL AND ({rewritten})) THEN
                RAISE EXCEPTION 'product version % is frozen', OLD.id USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


class ProductVersion(Tracked):
    """A version of a product: the whole definition as text, named by its hash, frozen once it leaves the draft.

    `source` is the file as it was written; `definition` the same as a tree with the wordings inside. One person hands
    it in for review and another one publishes it.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="versions", verbose_name=_("product"))
    version = models.CharField(_("version"), max_length=20)
    state = PRODUCT_VERSION.field(verbose_name=_("state"))
    definition: Any = TreeField(_("definition"))
    source = models.TextField(_("source"))
    content_hash = models.CharField(_("content hash"), max_length=64)
    sale_from = models.DateField(_("on sale from"))
    sale_until = models.DateField(_("on sale until"), null=True, blank=True, help_text=_("the first day off sale"))
    loaded_at = models.DateTimeField(_("loaded at"))
    submitted_by_kind = models.CharField(_("handed in by, kind"), max_length=12, blank=True, default="")
    submitted_by_id = models.CharField(_("handed in by, number"), max_length=64, blank=True, default="")
    submitted_by_label = models.CharField(_("handed in by"), max_length=120, blank=True, default="")
    submitted_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    signed_by_kind = models.CharField(_("signed by, kind"), max_length=12, blank=True, default="")
    signed_by_id = models.CharField(_("signed by, number"), max_length=64, blank=True, default="")
    signed_by_label = models.CharField(_("signed by the actuary"), max_length=120, blank=True, default="")
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    published_by_kind = models.CharField(_("published by, kind"), max_length=12, blank=True, default="")
    published_by_id = models.CharField(_("published by, number"), max_length=64, blank=True, default="")
    published_by_label = models.CharField(_("published by"), max_length=120, blank=True, default="")
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("product version")
        verbose_name_plural = _("product versions")
        ordering = ["product_id", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "version"], name="version_of_a_product_is_unique"),
            models.UniqueConstraint(fields=["content_hash"], name="version_content_is_unique"),
            models.CheckConstraint(condition=Q(content_hash__regex=r"^[0-9a-f]{64}$"), name="version_hash_is_sha256"),
            models.CheckConstraint(
                condition=Q(sale_until__isnull=True) | Q(sale_until__gt=F("sale_from")), name="version_sale_is_ordered"
            ),
            models.CheckConstraint(
                condition=Q(state__in=(VersionState.DRAFT, VersionState.IN_REVIEW, VersionState.WITHDRAWN))
                | Q(published_at__isnull=False),
                name="version_on_sale_was_published",
            ),
            models.CheckConstraint(
                condition=~Q(state=VersionState.IN_REVIEW) | (Q(submitted_at__isnull=False) & ~Q(submitted_by_id="")),
                name="version_in_review_was_handed_in",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | (
                    ~Q(submitted_by_id="")
                    & ~Q(published_by_id="")
                    & ~Q(submitted_by_kind=F("published_by_kind"), submitted_by_id=F("published_by_id"))
                ),
                name="version_published_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True)
                | (~Q(signed_by_id="") & ~Q(signed_by_kind=F("submitted_by_kind"), signed_by_id=F("submitted_by_id"))),
                name="version_signed_by_a_second_person",
            ),
            ExclusionConstraint(
                name="one_version_on_sale",
                expressions=[
                    ("product", RangeOperators.EQUAL),
                    (
                        Func(F("sale_from"), F("sale_until"), function="DATERANGE", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state=VersionState.PUBLISHED),
            ),
        ]
        triggers = [*Tracked.Meta.triggers, PRODUCT_VERSION.guard(), frozen_once_published()]

    def __str__(self) -> str:
        return self.version

    @property
    def state_enum(self) -> VersionState:
        return VersionState(self.state)

    @property
    def address(self) -> str:
        """How addresses name it: a draft's hash changes with every word, its product and name do not."""
        return f"{self.product.code}@{self.version}"


class SaleSwitch(Tracked):
    """Whether a product may be sold in a region ("all" for everywhere). No row means it may."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="switches", verbose_name=_("product"))
    region = models.CharField(_("region"), max_length=10, default="all")
    is_on = models.BooleanField(_("on sale"))

    class Meta(Tracked.Meta):
        verbose_name = _("sale switch")
        verbose_name_plural = _("sale switches")
        ordering = ["product_id", "region", "id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "region"], name="one_switch_per_product_and_region"),
            models.CheckConstraint(condition=Q(region__regex=r"^(all|[1-9][0-9]{5})$"), name="switch_region_is_a_code"),
        ]

    def __str__(self) -> str:
        return self.region
