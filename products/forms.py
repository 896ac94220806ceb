"""Forms of the back office about products."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from products.models import Category, Insurer, Product
from products.rules.document import CODE_PATTERN


class ProductForm(forms.ModelForm):
    """A new product: what cannot change later, and its name."""

    code = forms.RegexField(
        f"^(?:{CODE_PATTERN.pattern})$",
        max_length=60,
        label=_("Product code"),
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Lower-case letters, digits and hyphens; it stands in addresses and never changes."),
        error_messages={"invalid": _("Use lower-case letters, digits and hyphens, for example anlan-guard.")},
    )
    name_zh_hans = forms.CharField(label=_("Name in Chinese"), max_length=60, widget=UnfoldAdminTextInputWidget)
    name_en = forms.CharField(label=_("Name in English"), max_length=60, widget=UnfoldAdminTextInputWidget)
    insurer = forms.ModelChoiceField(
        Insurer.objects.order_by("code"), label=_("Insurer"), widget=UnfoldAdminSelectWidget
    )
    category = forms.ModelChoiceField(
        Category.objects.order_by("order", "code"), label=_("Category"), widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = Product
        fields = ["code", "insurer", "category"]

    @staticmethod
    def arguments(data: dict[str, Any]) -> dict[str, Any]:
        """What the service wants of the cleaned form."""
        return {
            "code": data["code"],
            "name": {"zh-hans": data["name_zh_hans"], "en": data["name_en"]},
            "insurer": data["insurer"].code,
            "category": data["category"].code,
        }
