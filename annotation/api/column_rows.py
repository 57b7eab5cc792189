"""Serializers made from the column descriptions of the files, so that file and API have the same columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from files.columns import BOOLEAN, DECIMAL, JSON, NUMBER, TIME, Column

FIELDS: dict[str, type[serializers.Field]] = {
    BOOLEAN: serializers.BooleanField,
    DECIMAL: serializers.FloatField,
    JSON: serializers.JSONField,
    NUMBER: serializers.IntegerField,
    TIME: serializers.DateTimeField,
}


class ColumnSerializer(serializers.Serializer):
    """One row; ``columns`` say how each value is got from it."""

    columns: tuple[Column, ...] = ()

    def to_representation(self, row: Any) -> dict[str, Any]:
        return {column.name: column.value(row) for column in self.columns}


def serializer_of(name: str, columns: Iterable[Column]) -> type[ColumnSerializer]:
    """A serializer class whose schema has each column with its meaning; only text is never null."""
    found = tuple(columns)
    fields = {column.name: field_of(column) for column in found}
    return type(name, (ColumnSerializer,), {**fields, "columns": found})


def field_of(column: Column) -> serializers.Field:
    if column.kind in FIELDS:
        return FIELDS[column.kind](help_text=column.help, allow_null=True)
    return serializers.CharField(help_text=column.help, allow_blank=True)
