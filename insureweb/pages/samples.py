"""Invented values for the component gallery; nothing here is anybody's data."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.form_fields import DatePartsField
from insureweb.kernel.icons import ICONS
from insureweb.kernel.money import Money
from insureweb.kernel.periods import period_from_dates
from insureweb.kernel.tones import TONES


class SampleForm(forms.Form):
    """One field of each kind, shown once as it opens and once as it comes back."""

    phone = forms.CharField(label=_("Phone"), help_text=_("Only for the policy and claim messages"))
    sum_insured = forms.IntegerField(label=_("Sum insured"), min_value=100_000, max_value=500_000)
    job_class = forms.ChoiceField(label=_("Job class"), choices=[("1", _("Office")), ("2", _("Field work, sales"))])
    admitted = DatePartsField(label=_("When were you admitted?"), help_text=_("For example, 27 3 2025"))
    hospital = forms.ChoiceField(
        label=_("Have you been in hospital in the past two years?"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        widget=forms.RadioSelect,
    )
    story = forms.CharField(label=_("What happened?"), widget=forms.Textarea(attrs={"rows": 4}), required=False)
    photos = forms.FileField(label=_("Photos"), required=False)
    read = forms.BooleanField(label=_("I have read what is not covered"), help_text=_("9 items, version 2026-03"))


def gallery_samples() -> dict[str, Any]:
    today = timezone.localdate()
    returned = {
        "phone": "138 0571", "sum_insured": "900000", "job_class": "2", "admitted_0": "14", "admitted_1": "21",
        "admitted_2": "2025", "hospital": "yes",
    }  # fmt: skip
    return {
        "form": SampleForm(),
        "returned": SampleForm(returned, auto_id="returned_%s"),
        "tones": [(tone, sorted(values)[:6]) for tone, values in TONES.items()],
        "icons": sorted(ICONS),
        "price": Money.of("174.25"),
        "big": Money.of("12860"),
        "minus": Money.of("-1620"),
        "period": period_from_dates(date(2026, 5, 20), date(2027, 5, 20)),
        "lines": [
            {"label": _("Term life"), "amount": Decimal("138.00"), "how": "20 × 6.90 × 1.00"},
            {"label": _("Accident hospital cash"), "amount": Decimal("36.25"), "how": "100 × 0.29 × 1.25"},
        ],
        "plans": [
            ("basic", _("Basic"), "¥87.13"),
            ("standard", _("Standard"), "¥174.25"),
            ("plus", _("Plus"), "¥417.50"),
        ],
        "steps": [
            {"label": _("Told us"), "state": "done", "href": "#", "note": _("Change")},
            {"label": _("Papers"), "state": "done", "href": "#", "note": _("Change")},
            {"label": _("Decision"), "state": "now", "note": "2/5"},
            {"label": _("Payment"), "state": "later"},
        ],
        "covered": [
            {"text": _("Death and total disability by accident, from the first day"), "clause": "2.3.1", "href": "#"},
            {"text": _("After the waiting period, any illness"), "clause": "2.3.2", "href": "#"},
        ],
        "excluded": [
            {"text": _("Driving drunk or without a licence"), "clause": "2.5.5", "href": "#"},
            {"text": _("Diving, climbing and other high-risk sports"), "clause": "2.6", "href": "#"},
        ],
        "agreed_on": today - timedelta(days=3),
        "due_on": today + timedelta(days=7),
        "long_start": today - timedelta(days=26),
        "long_due": today + timedelta(days=4),
        "at": datetime(2026, 5, 3, 1, 14, tzinfo=UTC),
        "pay_until": timezone.now() + timedelta(seconds=1421),
        "changes": [
            {"label": _("Weight"), "before": "88 kg", "after": "96 kg"},
            {"label": _("Smoking"), "before": _("10 a day"), "after": _("10 a day")},
        ],
        "trail": [(_("Insurance"), "#"), (_("For myself"), "#"), (_("Anlan Guard"), "")],
    }
