"""What customer service types while somebody tells about a member of a group."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.services.taking_down import Caller


class FindMemberForm(forms.Form):
    policy_no = forms.CharField(label=_("Policy number"), max_length=32)
    id_number = forms.CharField(
        label=_("Resident ID number of the insured person"),
        help_text=_("The whole number, as the caller says it. That you looked is written down."),
        max_length=30,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class CallerForm(forms.Form):
    """Who is calling; an address for the insured person when they have no account yet."""

    INSURED, COMPANY = "insured", "company"

    caller = forms.ChoiceField(
        label=_("Who tells it?"),
        help_text=_("The company learns how the claim stands; reasons and sums go to the insured person alone."),
        widget=forms.RadioSelect,
        choices=[(INSURED, _("The insured person")), (COMPANY, _("The company"))],
        error_messages={"required": _("Say who tells it.")},
    )
    email = forms.EmailField(
        label=_("E-mail address of the insured person"),
        help_text=_("Only when they have no account yet: one is opened, and letters go there."),
        required=False,
    )

    @property
    def told_by(self) -> Caller:
        told: dict[str, Any] = self.cleaned_data
        return Caller(told["caller"] == self.INSURED, told["email"])
