"""Forms of the back office for the register and for pauses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from customers.models import StaffProfile
from risk.models import RiskEntry, SalePause
from risk.rules.matrix import SCALE
from risk.states import RiskState

STEPS = [(str(step), str(step)) for step in SCALE]


def _step(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=STEPS, coerce=int, widget=UnfoldAdminSelectWidget)


class RiskEntryForm(forms.ModelForm):
    """A risk; changing one asks for a reason."""

    likelihood = _step(_("likelihood, 1 to 5"))
    impact = _step(_("impact, 1 to 5"))
    owner = forms.ModelChoiceField(
        label=_("owner"), queryset=StaffProfile.objects.none(), widget=UnfoldAdminSelectWidget
    )
    state = forms.ChoiceField(
        label=_("state"), choices=RiskState.choices, required=False, widget=UnfoldAdminSelectWidget
    )
    reason = forms.CharField(label=_("reason"), max_length=300, required=False, widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = RiskEntry
        fields = ["category", "cause", "event", "consequence", "treatment", "review_date"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = StaffProfile.objects.filter(user__is_active=True)  # type: ignore[attr-defined]
        if self.instance.pk:
            for name in ("likelihood", "impact", "owner", "state"):
                self.initial[name] = getattr(self.instance, name)


class SalePauseForm(forms.ModelForm):
    class Meta:
        model = SalePause
        fields = ["product", "region", "reason"]
