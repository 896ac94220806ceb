"""Forms of the back office for accounts, staff and units."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminTextInputWidget,
)

from customers.models import StaffProfile, Team, Unit, User
from customers.roles import Role
from insureweb.kernel.localized import Localized


class AccountForm(forms.ModelForm):
    reason = forms.CharField(label=_("reason"), max_length=300, widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = User
        fields = ["is_active"]


class StaffForm(forms.ModelForm):
    email = forms.EmailField(label=_("e-mail address"), widget=UnfoldAdminEmailInputWidget)
    roles = forms.MultipleChoiceField(
        label=_("roles"), choices=Role.choices, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    underwriting_limit = forms.DecimalField(
        label=_("underwriting authority"), max_digits=18, decimal_places=2, initial=0,
        widget=UnfoldAdminDecimalFieldWidget,
    )  # fmt: skip
    claims_limit = forms.DecimalField(
        label=_("claims authority"), max_digits=18, decimal_places=2, initial=0, widget=UnfoldAdminDecimalFieldWidget
    )
    reason = forms.CharField(label=_("reason"), max_length=300, widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = StaffProfile
        fields = ["name", "unit", "team", "underwriting_limit", "claims_limit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["email"].disabled = True
            self.initial["email"] = self.instance.user.email
            self.initial["roles"] = list(self.instance.user.groups.values_list("name", flat=True))


class _NamedForm(forms.ModelForm):
    """A code and a name in both languages."""

    name_zh = forms.CharField(label=_("name in Chinese"), max_length=60, widget=UnfoldAdminTextInputWidget)
    name_en = forms.CharField(label=_("name in English"), max_length=60, widget=UnfoldAdminTextInputWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["name_zh"], self.initial["name_en"] = self.instance.name.zh_hans, self.instance.name.en

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("name_zh") and cleaned.get("name_en"):
            cleaned["name"] = Localized(zh_hans=cleaned["name_zh"], en=cleaned["name_en"])
        return cleaned


class UnitForm(_NamedForm):
    class Meta:
        model = Unit
        fields = ["code"]


class TeamForm(_NamedForm):
    class Meta:
        model = Team
        fields = ["code", "unit"]
