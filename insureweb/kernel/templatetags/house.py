"""Tags and filters every template has: money, days, periods, states, icons.

They write small fixed fragments, so they are Python and not components: a price list has hundreds of them.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insureweb.kernel import clock
from insureweb.kernel.day_line import DayLine, day_line
from insureweb.kernel.form_parts import Parts, Problem, parts_of_attributes, parts_of_bound_field, problems_of_form
from insureweb.kernel.icons import ICONS
from insureweb.kernel.idempotency import FIELD, new_key
from insureweb.kernel.money import Money
from insureweb.kernel.tones import tone_of

register = template.Library()

CURRENCY_SIGNS = {"CNY": "¥", "USD": "US$", "EUR": "€", "HKD": "HK$", "JPY": "JP¥"}
MINUS = "\u2212"


# --- Money -----------------------------------------------------------------------------------------------------------


def _amount(value: Any, currency: str) -> tuple[Decimal, str] | None:
    if isinstance(value, Money):
        return value.amount, value.currency
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value)), currency
    except InvalidOperation:
        return None


def _figures(amount: Decimal, whole: bool) -> str:
    places = 0 if whole and amount == amount.to_integral_value() else 2
    return f"{abs(amount):,.{places}f}"


def money_text(value: Any, currency: str = "CNY", *, whole: bool = False) -> str:
    """Money as plain text for titles, attributes and messages: "¥174.25"."""
    read = _amount(value, currency)
    if read is None:
        return ""
    sign = MINUS if read[0] < 0 else ""
    return f"{sign}{CURRENCY_SIGNS.get(read[1], read[1] + ' ')}{_figures(read[0], whole)}"


def money_html(value: Any, currency: str = "CNY", *, kind: str = "", whole: bool = False, unit: str = "") -> SafeString:
    """Money as the page shows it; `kind` "price" is the large figure."""
    read = _amount(value, currency)
    if read is None:
        return mark_safe("")
    amount, code = read
    classes = "money" + (f" money--{kind}" if kind else "") + (" money--minus" if amount < 0 else "")
    minus = MINUS if amount < 0 else ""
    after = format_html('<span class="money__unit">{}</span>', unit) if unit else ""
    return format_html(
        '<span class="{}">{}<span class="money__sign">{}</span>{}{}</span>',
        classes, minus, CURRENCY_SIGNS.get(code, code + " "), _figures(amount, whole), after,
    )  # fmt: skip


@register.filter(name="money")
def money_filter(value: Any, style: str = "") -> SafeString:
    """`{{ total|money }}`; `|money:"whole"` drops ".00" of a limit; `|money:"price"` is the large figure."""
    return money_html(value, kind="price" if style == "price" else "", whole=style == "whole")


@register.filter
def money_plain(value: Any) -> str:
    """`{{ total|money_plain }}` for titles and attributes."""
    return money_text(value)


@register.simple_tag
def money(value: Any, currency: str = "CNY", kind: str = "", unit: str = "", whole: bool = False) -> SafeString:
    """`{% money amount currency kind="price" unit=per_year %}`."""
    return money_html(value, currency or "CNY", kind=kind, whole=whole, unit=unit)


# --- Days ------------------------------------------------------------------------------------------------------------


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _day_of(value: date | datetime) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


def day_text(value: date | datetime | None, style: str = "") -> str:
    """A day in words: "19 May 2026", short "19 May", with weekday "Tuesday 19 May 2026"."""
    if not value:
        return ""
    # Translators: Django date formats (day, month name, year), not words.
    pattern = {"short": _("j F"), "weekday": _("l j F Y")}.get(style) or _("j F Y")
    return formats.date_format(_day_of(value), pattern)


@register.filter(name="day")
def day_filter(value: date | datetime | None, style: str = "") -> SafeString:
    """`{{ due|day }}`, `|day:"short"` without the year, `|day:"weekday"`."""
    if not value:
        return mark_safe("")
    return format_html('<time datetime="{}">{}</time>', _day_of(value).isoformat(), day_text(value, style))


@register.filter
def day_plain(value: date | datetime | None, style: str = "") -> str:
    """A day without markup, for attributes and sentences inside `blocktrans`."""
    return day_text(value, style)


@register.filter(name="moment")
def moment_filter(value: datetime | None, style: str = "") -> SafeString:
    """`{{ paid_at|moment }}`: day and time in Shanghai; `|moment:"short"` without the year, `:"time"` time only."""
    if not value:
        return mark_safe("")
    local = _local(value)
    clock = f"{local:%H:%M}"
    words = clock if style == "time" else f"{day_text(local, style)} {clock}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), words)


def _edge(value: datetime, *, closing: bool) -> SafeString:
    """One end of a period. A contract that ends at midnight is in force to 24:00 of the day before."""
    local = _local(value)
    at_midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
    shown = local - timedelta(days=1) if closing and at_midnight else local
    if not at_midnight:
        words = f"{day_text(shown)} {shown:%H:%M}"
    elif closing:
        words = _("%(day)s, 24:00") % {"day": day_text(shown)}
    else:
        words = _("%(day)s, 00:00") % {"day": day_text(shown)}
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), words)


@register.filter(name="period")
def period_filter(value: Any, style: str = "") -> SafeString:
    """`{{ policy.period|period }}` with the hours; `|period:"days"` only first and last day.

    Takes our `Period` or a PostgreSQL range (`lower`, `upper`); an open end is left out.
    """
    start = getattr(value, "start", None) or getattr(value, "lower", None)
    end = getattr(value, "end", None) or getattr(value, "upper", None)
    if start is None:
        return mark_safe("")
    if style == "days":
        first = day_filter(start)
        last = day_filter(_local(end) - timedelta(microseconds=1)) if end else ""
    else:
        first = _edge(start, closing=False)
        last = _edge(end, closing=True) if end else ""
    if not last:
        return format_html('<span class="period">{}</span>', format_html(_("from {}"), first))
    return format_html('<span class="period">{}</span>', format_html(_("{} to {}"), first, last))


@register.filter
def days_until(value: date | datetime | None, today: date | None = None) -> int | None:
    """Whole days from today (Shanghai) to a day; negative when it has passed."""
    if not value:
        return None
    return (_day_of(value) - (today or clock.today())).days


# --- States, icons, forms --------------------------------------------------------------------------------------------


@register.filter
def pill_tone(state: Any) -> str:
    """The tone of a state: good, moving, waiting, bad or neutral."""
    return tone_of(state)


@register.filter
def state_label(state: Any) -> str:
    """The words of a state enum member, else the value itself."""
    return str(getattr(state, "label", state))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "phone" %}`; decorative unless a label is given. An unknown name is a mistake and raises KeyError."""
    named = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" viewBox="0 0 24 24" {}><path d="{}"/></svg>', named, ICONS[name])


@register.simple_tag
def gap() -> str:
    """`{% gap %}` between two sentences or a name and its bracket: Chinese and Japanese write no space there."""
    return "" if (get_language() or "").startswith(("zh", "ja")) else " "


@register.simple_tag
def idempotency_key() -> SafeString:
    """A fresh key as a hidden field: the same form sent twice counts once."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_key())


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`{{ mapping|get:key }}` for dictionaries with computed keys."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.filter
def joined_ids(first: Any, second: Any = "") -> str:
    """Two optional element ids as one `aria-describedby` value."""
    return " ".join(str(conditional_escape(part)) for part in (first, second) if part)


@register.filter
def moment_plain(value: datetime | None, style: str = "") -> str:
    """Day and time without markup."""
    if not value:
        return ""
    local = _local(value)
    return f"{local:%H:%M}" if style == "time" else f"{day_text(local, style)} {local:%H:%M}"


@register.simple_tag(name="day_line")
def day_line_tag(start: Any, due: Any, today: Any = None) -> DayLine | None:
    """`{% day_line start due today as line %}` for the component `c-days`."""
    if not start or not due:
        return None
    return day_line(_day_of(start), _day_of(due), _day_of(today) if today else clock.today())


@register.simple_tag
def field_parts(
    *, field: Any = None, extra: Any = None, label: Any = "", hint: Any = "", size: str = "", **given: Any
) -> Parts:
    """`{% field_parts field=form.email as part %}`; see the component `c-field` for the attributes."""
    attributes = extra.attrs_dict() if hasattr(extra, "attrs_dict") else dict(extra or {})
    if field:
        attributes |= {name: given[name] for name in ("inputmode", "autocomplete", "maxlength") if given.get(name)}
        return parts_of_bound_field(field, label=label, hint=hint, size=size, extra=attributes)
    return parts_of_attributes(label=label, hint=hint, size=size, extra=attributes, **given)


@register.simple_tag
def all_errors(*, form: Any = None, forms: Any = None, errors: Any = None) -> list[Problem]:
    """Every problem of one or several forms, or of (id, message) pairs, for the error summary."""
    several = list(forms or []) + ([form] if form else [])
    found = [problem for one in several if one.is_bound for problem in problems_of_form(one)]
    return found + [Problem(id_, message) for id_, message in errors or []]


@register.simple_tag
def seconds_left(until: datetime | None) -> int:
    """Whole seconds from now to an instant, never below zero; for the component `c-due`."""
    return max(0, int((until - clock.now()).total_seconds())) if until else 0


@register.filter
def as_clock(seconds: int) -> str:
    """1421 as 23:41."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes:02}:{rest:02}"


@register.filter
def split_words(text: str) -> list[str]:
    return text.split()
