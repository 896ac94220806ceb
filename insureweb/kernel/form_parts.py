"""What a form field needs to be shown: one description for Django's bound fields and for questions from product data.

The component `c-field` draws it; the tags in `templatetags.house` build it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from insureweb.kernel.form_fields import DatePartsWidget

GROUPS = {"radio", "checkbox", "date"}


@dataclass(frozen=True)
class Option:
    value: str
    label: Any
    note: Any
    id: str
    checked: bool


@dataclass(frozen=True)
class Box:
    """One of several inputs that make up an answer, such as the month of a date."""

    label: Any
    control: SafeString


@dataclass(frozen=True)
class Parts:
    """Everything the component prints. `control` is the finished input; groups have options or boxes instead."""

    kind: str
    id: str
    name: str
    label: Any
    hint: Any
    errors: list[str]
    required: bool
    control: SafeString = mark_safe("")  # noqa: RUF009
    options: list[Option] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    @property
    def is_group(self) -> bool:
        return self.kind in GROUPS

    @property
    def input_type(self) -> str:
        return "checkbox" if self.kind == "checkbox" else "radio"

    @property
    def optional(self) -> bool:
        return not self.required

    @property
    def group_id(self) -> str:
        return f"{self.id}-group"

    @property
    def hint_id(self) -> str:
        return f"{self.id}-hint"

    @property
    def error_id(self) -> str:
        return f"{self.id}-error"

    @property
    def described_by(self) -> str:
        return described_by(self.id, self.hint, self.errors)


def described_by(id_: str, hint: Any, errors: Iterable[Any]) -> str:
    parts = ([f"{id_}-hint"] if hint else []) + ([f"{id_}-error"] if errors else [])
    return " ".join(parts)


def _aria(id_: str, hint: Any, errors: list[str]) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    if names := described_by(id_, hint, errors):
        attributes["aria-describedby"] = names
    if errors:
        attributes["aria-invalid"] = "true"
    return attributes


def _classes(kind: str, size: str) -> str:
    base = {"select": "select", "textarea": "textarea", "file": "input input--file"}.get(kind, "input")
    return f"{base} input--{size}" if size else base


# --- From a Django form ----------------------------------------------------------------------------------------------


def kind_of_widget(widget: Any) -> str:
    """The way a widget is drawn."""
    kinds: list[tuple[type, str]] = [
        (DatePartsWidget, "date"),
        (forms.HiddenInput, "hidden"),
        (forms.CheckboxSelectMultiple, "checkbox"),  # is a RadioSelect too, so it comes first
        (forms.RadioSelect, "radio"),
        (forms.CheckboxInput, "tick"),
        (forms.Select, "select"),
        (forms.Textarea, "textarea"),
        (forms.FileInput, "file"),
    ]
    return next((kind for type_, kind in kinds if isinstance(widget, type_)), "text")


def parts_of_bound_field(bound: BoundField, *, label: Any, hint: Any, size: str, extra: Mapping[str, Any]) -> Parts:
    kind = kind_of_widget(bound.field.widget)
    errors = messages_of(bound)
    id_, hint = bound.auto_id or bound.html_name, hint or bound.help_text
    common = {
        "kind": kind, "id": id_, "name": bound.html_name, "label": label or bound.label, "hint": hint, "errors": errors,
        "required": bound.field.required,
    }  # fmt: skip
    if kind == "date":
        return Parts(**common, boxes=_date_boxes(bound.html_name, id_, bound.value(), errors))
    if kind in {"radio", "checkbox"}:
        return Parts(**common, options=_bound_options(bound))
    if kind == "hidden":
        return Parts(**common, control=bound.as_widget())
    attributes = {**dict(extra), **_aria(id_, hint, errors)}
    if kind != "tick":
        attributes["class"] = _classes(kind, size)
    return Parts(**common, control=bound.as_widget(attrs=attributes))


def messages_of(bound: BoundField) -> list[str]:
    """The field's messages; Django's bare "this field is required" names its field, for the summary stands apart."""
    generic = str(forms.Field.default_error_messages["required"])
    named = _("%(label)s: please answer this") % {"label": bound.label}
    return [named if str(message) == generic else str(message) for message in bound.errors]


def _bound_options(bound: BoundField) -> list[Option]:
    notes: Mapping[str, Any] = getattr(bound.field, "notes", {})
    options = []
    for part in bound.subwidgets:
        data = part.data
        if data["value"] in {"", None}:
            continue
        options.append(
            Option(
                value=str(data["value"]),
                label=data["label"],
                note=notes.get(str(data["value"]), ""),
                id=data["attrs"].get("id", ""),
                checked=bool(data["selected"]),
            )
        )
    return options


# --- From plain attributes -------------------------------------------------------------------------------------------


def parts_of_attributes(
    *, kind: str, name: str, value: Any, options: Any, error: Any, size: str, **given: Any
) -> Parts:
    kind = kind or ("select" if options else "text")
    errors = [str(message) for message in error] if isinstance(error, list | tuple) else ([str(error)] if error else [])
    id_ = f"id_{name}"
    common = {
        "kind": kind, "id": id_, "name": name, "label": given["label"], "hint": given["hint"], "errors": errors,
        "required": bool(given["required"]),
    }  # fmt: skip
    if kind == "date":
        return Parts(**common, boxes=_date_boxes(name, id_, value, errors))
    if kind in {"radio", "checkbox"}:
        return Parts(**common, options=_plain_options(id_, options, value))
    attributes = {"name": name, "id": id_, **dict(given["extra"]), **_aria(id_, given["hint"], errors)}
    attributes |= {key: given[key] for key in ("inputmode", "autocomplete", "maxlength") if given.get(key)}
    if given["required"]:
        attributes["required"] = True
    return Parts(**common, control=_control(kind, attributes, value, options, size, given.get("type") or "text"))


def _plain_options(id_: str, options: Any, value: Any) -> list[Option]:
    chosen = {str(one) for one in value} if isinstance(value, list | tuple | set) else {str(value)}
    return [
        Option(
            value=str(option[0]),
            label=option[1],
            note=option[2] if len(option) > 2 else "",
            id=f"{id_}_{index}",
            checked=str(option[0]) in chosen,
        )
        for index, option in enumerate(options or [])
    ]


def _control(kind: str, attributes: dict[str, Any], value: Any, options: Any, size: str, type_: str) -> SafeString:
    text = "" if value is None else value
    if kind == "tick":
        return format_html(
            '<input type="checkbox" value="yes"{}>',
            flatatt({**attributes, "checked": text in {True, "yes", "on", "true"}}),
        )
    attributes["class"] = _classes(kind, size)
    if kind == "textarea":
        return format_html("<textarea{}>\n{}</textarea>", flatatt(attributes), text)
    if kind == "select":
        rows = format_html_join(
            "", '<option value="{}"{}>{}</option>',
            ((one[0], mark_safe(" selected") if str(one[0]) == str(text) else "", one[1]) for one in options or []),
        )  # fmt: skip
        return format_html("<select{}>{}</select>", flatatt(attributes), rows)
    if kind == "file":
        return format_html("<input{}>", flatatt({**attributes, "type": "file"}))
    return format_html("<input{}>", flatatt({**attributes, "type": type_, "value": text}))


def _date_boxes(name: str, id_: str, value: Any, errors: list[str]) -> list[Box]:
    """Day, month and year; the values typed are kept even when they make no date."""
    typed = DatePartsWidget().decompress(value) if not isinstance(value, list | tuple) else list(value)
    sizes = ("input--short", "input--short", "input--year")
    labels = (_("Day"), _("Month"), _("Year"))
    order = (0, 1, 2) if _("day first") == "day first" else (2, 1, 0)
    boxes = []
    for index in order:
        attributes = {
            "type": "text", "inputmode": "numeric", "autocomplete": "off", "name": f"{name}_{index}",
            "id": f"{id_}_{index}", "class": f"input {sizes[index]}", "value": typed[index] or "",
            "maxlength": "4" if index == 2 else "2",
            **({"aria-invalid": "true"} if errors else {}),
        }  # fmt: skip
        boxes.append(Box(labels[index], format_html("<input{}>", flatatt(attributes))))
    return boxes


# --- The summary on top ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Problem:
    id: str
    message: Any


def problems_of_form(form: Any) -> list[Problem]:
    """Every message of a bound form in field order, with the id of the input to go to."""
    problems = [Problem("", message) for message in form.non_field_errors()]
    for bound in form:
        problems += [Problem(target_id(bound), message) for message in messages_of(bound)]
    return problems


def target_id(bound: BoundField) -> str:
    """Where a link in the summary leads: the input, or the first one of a group."""
    kind = kind_of_widget(bound.field.widget)
    if kind == "date":
        return f"{bound.auto_id}_{0 if _('day first') == 'day first' else 2}"
    return f"{bound.auto_id}_0" if kind in {"radio", "checkbox"} else bound.auto_id
