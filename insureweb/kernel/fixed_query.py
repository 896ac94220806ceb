"""Querysets whose text never changes but in a few values: built and compiled once a process, run for every request.

Django builds a query's tree and its text anew each time, which for a wide row costs more than the database takes to
answer. A `FixedQuery` keeps both and gives the same objects as the queryset it was made of; only the few reads that
every page or every purchase does are written this way.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet, Value
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row", bound=Model)


class Given(Value):
    """Stands in a fixed query's filters for the value that a run gives under this name."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class FixedQuery(Generic[Row]):
    """`FixedQuery(lambda: Order.objects.filter(no=Given("no")))`, then `.get(no="OR2026…")` or `.rows(no=…)`."""

    def __init__(self, build: Callable[[], QuerySet[Row]]) -> None:
        self._build = build

    @cached_property
    def _plan(self) -> "_Plan":
        return _Plan(self._build())

    @cached_property
    def _question(self) -> tuple[str, Sequence[Any]]:
        queryset = self._build()
        text, params = queryset.query.exists().get_compiler(using=queryset.db).as_sql()
        return text, params

    def rows(self, **values: Any) -> list[Row]:
        """Every object the queryset would give, in its order.

        Raises:
            KeyError: a value is missing.
            TransactionManagementError: the query locks rows and there is no transaction to hold them.
        """
        return self._plan.run(values)

    def exists(self, **values: Any) -> bool:
        return bool(_fetched(*self._question, values))

    def first(self, **values: Any) -> Row | None:
        found = self.rows(**values)
        return found[0] if found else None

    def get(self, **values: Any) -> Row:
        """The only object. Raises the model's `DoesNotExist`, or its `MultipleObjectsReturned`."""
        found = self.rows(**values)
        if len(found) == 1:
            return found[0]
        model = self._plan.model
        raise model.MultipleObjectsReturned if found else model.DoesNotExist


def lock_row(record: Row) -> Row:
    """A record's row as it stands now, held until the transaction ends. Raises the model's `DoesNotExist`."""
    return _row_to_lock(type(record)).get(pk=record.pk)


def _fetched(text: str, params: Sequence[Any], values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, [values[param.value] if isinstance(param, Given) else param for param in params])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


@cache
def _row_to_lock(model: type[Row]) -> FixedQuery[Row]:
    rows = model._default_manager.select_for_update(of=("self",)).order_by()
    return FixedQuery(lambda: rows.filter(pk=Given("pk")))


class _Plan:
    """A compiled queryset: its text, and how its columns become objects, as `ModelIterable` does it."""

    def __init__(self, queryset: QuerySet[Any]) -> None:
        compiler: SQLCompiler = queryset.query.get_compiler(using=queryset.db)
        self.text, self.params = compiler.as_sql()
        self.locks = queryset.query.select_for_update
        info, select = compiler.klass_info, compiler.select
        own = info["select_fields"]
        self.model, self.own = info["model"], slice(own[0], own[-1] + 1)
        self.names = [column.target.attname for column, _sql, _alias in select[self.own]]
        self.related = get_related_populators(info, select, queryset.db)  # type: ignore[call-arg]
        self.converters = list(compiler.get_converters([column for column, _sql, _alias in select]).items())

    def run(self, values: dict[str, Any]) -> list[Any]:
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        return [self._object(row) for row in _fetched(self.text, self.params, values)]

    def _object(self, row: Sequence[Any]) -> Any:
        if self.converters:
            row = self._converted(row)
        found = self.model.from_db(connection.alias, self.names, row[self.own])
        for populator in self.related:
            populator.populate(row, found)
        return found

    def _converted(self, row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for place, (converters, expression) in self.converters:
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        return values
