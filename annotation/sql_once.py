"""SQL that is written once in a process, for the few statements that every page of a participant needs.

Django writes the SQL of a query anew each time it is asked. For these that takes five to ten times as long as the
database takes to answer. What is kept is the text of a statement, never a value or an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, models

# Stands for the n-th value while the SQL is written: fits each kind of column, and no query of ours holds it itself.
PLACES = range(31_901, 31_910)


class SqlOnce:
    """A query as ``values_list``; ``make`` gets a stand-in for each value and returns the queryset.

    The values may only be compared with columns: whatever else depends on a value would be kept with the text.
    """

    def __init__(self, make: Callable[..., models.QuerySet]):
        self._make = make
        self._written: dict[str, _Written] = {}

    def rows(self, *values) -> list[tuple]:
        """Ask the database. Each row as ``values_list`` gives it."""
        connection = connections[DEFAULT_DB_ALIAS]
        written = self._written.get(connection.vendor)
        if written is None:
            written = self._written[connection.vendor] = _write(self._make, len(values), connection)
        with connection.cursor() as cursor:
            cursor.execute(written.sql, written.parameters(values))
            return [written.read(row, connection) for row in cursor.fetchall()]


@dataclass(frozen=True)
class _Written:
    sql: str
    # For each parameter of the SQL: its name, the place of its value or None, and the constant that Django put there.
    slots: tuple[tuple[str, int | None, object], ...]
    # What Django does to a column's values on this database: (column, functions, expression).
    converters: tuple[tuple[int, Sequence[Callable], object], ...]

    def parameters(self, values: Sequence) -> dict[str, object]:
        return {name: constant if place is None else values[place] for name, place, constant in self.slots}

    def read(self, row: Sequence, connection) -> tuple:
        if not self.converters:
            return tuple(row)
        read = list(row)
        for column, functions, expression in self.converters:
            for convert in functions:
                read[column] = convert(read[column], expression, connection)
        return tuple(read)


def _write(make: Callable[..., models.QuerySet], count: int, connection) -> _Written:
    compiler = make(*PLACES[:count]).query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    places = {str(place): number for number, place in enumerate(PLACES[:count])}
    slots = tuple((f"p{number}", places.get(str(parameter)), parameter) for number, parameter in enumerate(parameters))
    if {place for _, place, _ in slots if place is not None} != set(places.values()):
        raise ValueError("A value is not a parameter of this query, so its SQL cannot be kept.")
    # By name: on SQLite, Django looks through the whole text for "%s" at every execution.
    sql %= tuple(f"%({name})s" for name, _, _ in slots)
    converters = compiler.get_converters([expression for expression, _, _ in compiler.select])
    return _Written(sql, slots, tuple((column, *found) for column, found in converters.items()))


# --- Rows as instances ----------------------------------------------------------------------------------
def columns_of(model: type[models.Model], through: str = "") -> list[str]:
    """The names of all columns of a model for ``values_list``, as seen through a relation."""
    return [f"{through}{field.attname}" for field in model._meta.concrete_fields]


def instances(row: tuple, *kinds: type[models.Model]) -> list[models.Model]:
    """The instances in a row that holds all columns of each of these models, one model after the other."""
    found, start = [], 0
    for model in kinds:
        names = [field.attname for field in model._meta.concrete_fields]
        found.append(model.from_db(DEFAULT_DB_ALIAS, names, row[start : start + len(names)]))
        start += len(names)
    return found


# --- Rows written ---------------------------------------------------------------------------------------
def insert(instance: models.Model) -> None:
    """``instance.save(force_insert=True)`` for a model without a parent, whose pk the database gives."""
    connection = connections[DEFAULT_DB_ALIAS]
    fields = [field for field in instance._meta.concrete_fields if not field.primary_key]
    values = [field.get_db_prep_save(field.pre_save(instance, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(_insert_sql(type(instance), connection.vendor), values)
        instance.pk = cursor.fetchone()[0]
    instance._state.adding = False
    instance._state.db = DEFAULT_DB_ALIAS


def update(instance: models.Model, *names: str) -> None:
    """``instance.save(update_fields=names)`` for a model without a parent."""
    connection = connections[DEFAULT_DB_ALIAS]
    fields = [instance._meta.get_field(name) for name in names]
    values = [field.get_db_prep_save(field.pre_save(instance, False), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(_update_sql(type(instance), names, connection.vendor), [*values, instance.pk])
        if cursor.rowcount != 1:
            raise DatabaseError(f"There is no {instance._meta.verbose_name} {instance.pk} to update.")


@lru_cache(maxsize=100)
def _insert_sql(model: type[models.Model], vendor: str) -> str:
    table, key, *columns = _quoted(model, [field for field in model._meta.concrete_fields if not field.primary_key])
    places = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) RETURNING {key}"  # noqa: S608 - our own names


@lru_cache(maxsize=100)
def _update_sql(model: type[models.Model], names: tuple[str, ...], vendor: str) -> str:
    table, key, *columns = _quoted(model, [model._meta.get_field(name) for name in names])
    changes = ", ".join(f"{column} = %s" for column in columns)
    return f"UPDATE {table} SET {changes} WHERE {key} = %s"  # noqa: S608 - our own names


def _quoted(model: type[models.Model], fields: Sequence[models.Field]) -> list[str]:
    """The names of the table, its key and these columns."""
    names = [model._meta.db_table, model._meta.pk.column, *(field.column for field in fields)]
    return [connections[DEFAULT_DB_ALIAS].ops.quote_name(name) for name in names]
