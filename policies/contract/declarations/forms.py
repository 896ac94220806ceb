"""What the insured seller types: the turnover of a quarter, an account that fell overdue."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.form_fields import DatePartsField


class YuanField(forms.DecimalField):
    """An amount as people write it: digits of any keyboard, with or without thousands separators."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, widget=forms.TextInput({"inputmode": "decimal"}), **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(unicodedata.normalize("NFKC", str(value or "")).replace(",", "").strip())


WRONG_AMOUNT = _("Enter an amount in yuan in digits, for example 4500000.")


class TurnoverForm(forms.Form):
    turnover = YuanField(
        label=_("Turnover on credit in this quarter"),
        help_text=_("Every delivery on credit to an insured buyer, by the date of the invoice. 0 if there was none."),
        error_messages={"required": _("Enter the turnover, 0 if there was none."), "invalid": WRONG_AMOUNT},
    )


class OverdueForm(forms.Form):
    buyer = forms.CharField(
        label=_("Buyer"),
        help_text=_("The full name of the company"),
        max_length=120,
        error_messages={"required": _("Name the buyer.")},
    )
    invoice_no = forms.CharField(
        label=_("Invoice number"), max_length=60, error_messages={"required": _("Enter the number of the invoice.")}
    )
    due_date = DatePartsField(
        label=_("Due date"),
        help_text=_("The day on which it should have been paid"),
        error_messages={"required": _("Tell us the day on which it should have been paid.")},
    )
    amount = YuanField(
        label=_("Amount still unpaid"),
        error_messages={"required": _("Enter the amount still unpaid."), "invalid": WRONG_AMOUNT},
    )
