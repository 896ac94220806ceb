"""The history of one record in words: who changed which field from what to what, and why."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from insureweb.audit.models import Change
from insureweb.audit.selectors import history_of
from insureweb.kernel.actors import ActorKind, who_did
from insureweb.kernel.sealed import BlindIndexField, SealedField

LONGEST = 50


@dataclass(frozen=True, slots=True)
class FieldChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change as a reader sees it; sealed columns only say that they changed."""

    at: datetime
    operation: str
    who: str
    kind: str
    reason: str
    changes: tuple[FieldChange, ...]


# How a column's change is told: (before, after) as words; None leaves the column out.
Teller = Callable[[Any, Any], tuple[str, str]] | None


def story_of(
    record: models.Model, *, limit: int = LONGEST, tellers: Mapping[str, Teller] | None = None
) -> list[HistoryEntry]:
    """The newest changes to a record, newest first. One query, whatever the number of changes.

    `tellers` tell columns whose values are no words for a reader, such as a whole document.
    """
    told = dict(tellers or {})
    fields = [field for field in record._meta.concrete_fields if told.get(str(field.column), True) is not None]
    state: dict[str, Any] = {str(field.column): _plain(field, record) for field in fields}
    entries = []
    for change in history_of(record)[:limit]:
        entries.append(_entry(record, change, state, told))
        state |= change.before or {}
    return entries


def _plain(field: Any, record: models.Model) -> Any:
    if isinstance(field, SealedField | BlindIndexField):
        return None
    return getattr(record, field.attname)


def _entry(record: models.Model, change: Change, state: dict[str, Any], tellers: Mapping[str, Teller]) -> HistoryEntry:
    before = change.before or {} if change.operation == "U" else {}
    return HistoryEntry(
        at=change.recorded_at,
        operation=change.get_operation_display(),
        who=who_did(change.actor_kind, change.actor_label),
        kind=_kind_label(change.actor_kind),
        reason=change.reason,
        changes=tuple(_field_changes(record, before, state, tellers)),
    )


def _kind_label(kind: str) -> str:
    return str(ActorKind(kind).label) if kind in ActorKind.values else kind


def _field_changes(
    record: models.Model, before: dict[str, Any], state: dict[str, Any], tellers: Mapping[str, Teller]
) -> Iterator[FieldChange]:
    columns = {field.column: field for field in record._meta.concrete_fields}
    for column, value in before.items():
        field = columns.get(column)
        if field is None or isinstance(field, BlindIndexField) or _is_key_of_actor(field):
            continue
        label = str(field.verbose_name)
        if column in tellers:
            teller = tellers[column]
            if teller is not None:
                yield FieldChange(label, *teller(value, state.get(column)))
        elif isinstance(field, SealedField):
            yield FieldChange(label, _("sealed"), _("sealed, changed"))
        else:
            after = state.get(_kind_of(column))
            earlier = before.get(_kind_of(column), after)
            yield FieldChange(label, _words(field, value, earlier), _words(field, state.get(column), after))


def _is_key_of_actor(field: Any) -> bool:
    """An actor stands in three columns; its kind and id are for machines, the label is for readers."""
    return not field.is_relation and field.column.endswith(("_by_kind", "_by_id"))


def _kind_of(column: str) -> str:
    return column.removesuffix("_label") + "_kind" if column.endswith("_by_label") else ""


def _words(field: Any, value: Any, actor_kind: str | None = None) -> str:
    if value is None or value == "":
        return _("empty")
    if actor_kind:
        return who_did(actor_kind, str(value))
    if isinstance(field, models.DecimalField):
        return f"{Decimal(str(value)):,.{field.decimal_places}f}"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)[:200]
    choices = dict(field.flatchoices)
    return str(choices.get(value, value))


def label_of(model: type[models.Model], name: str) -> str:
    """The words for a field or a described property, the name itself when there are none."""
    return str(words_for(model, name))


def words_for(model: type[models.Model], name: str) -> Any:
    """As `label_of`, in the language of whoever reads it."""
    try:
        return model._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    except FieldDoesNotExist:
        getter = getattr(getattr(model, name, None), "fget", None)
        return getattr(getter, "short_description", name)
