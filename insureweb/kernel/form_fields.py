"""Form fields of our own: a date asked for in three boxes."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class DatePartsWidget(forms.MultiWidget):
    """Day, month and year as three text inputs, named name_0, name_1 and name_2."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__([forms.TextInput(attrs) for _part in range(3)], attrs)

    def decompress(self, value: Any) -> list[str]:
        if isinstance(value, date):
            return [str(value.day), str(value.month), str(value.year)]
        if isinstance(value, str) and value.count("-") == 2:
            year, month, day = value.split("-")
            return [day.lstrip("0"), month.lstrip("0"), year]
        return ["", "", ""]


class DatePartsField(forms.MultiValueField):
    """A date typed as day, month and year. Cleans to a `date`; each mistake has its own sentence."""

    widget = DatePartsWidget
    default_error_messages = {
        "missing": _("Enter the day, the month and the year."),
        "digits": _("Use digits for the day, the month and the year."),
        "month": _("The month must be between 1 and 12."),
        "year": _("Write the year with four digits."),
        "day": _("This month has no such day."),
    }

    def __init__(self, **kwargs: Any) -> None:
        fields = [forms.CharField(required=False, max_length=4) for _part in range(3)]
        super().__init__(fields=fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[str]) -> date | None:
        parts = [str(part or "").strip() for part in data_list] or ["", "", ""]
        if not any(parts):
            return None
        if not all(parts):
            raise ValidationError(self.error_messages["missing"], code="missing")
        if not all(part.isascii() and part.isdigit() for part in parts):
            raise ValidationError(self.error_messages["digits"], code="digits")
        return self._date(*(int(part) for part in parts))

    def _date(self, day: int, month: int, year: int) -> date:
        if not 1 <= month <= 12:
            raise ValidationError(self.error_messages["month"], code="month")
        if not 1800 <= year <= 2999:
            raise ValidationError(self.error_messages["year"], code="year")
        try:
            return date(year, month, day)
        except ValueError:
            raise ValidationError(self.error_messages["day"], code="day") from None
