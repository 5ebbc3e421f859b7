"""A set with a list of rows: codes, measures, tables. Small, so that the rows are kept as they are.

The database holds a copy only from the first question with a condition or an order on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from typing import Any
from urllib.parse import quote

import numpy as np
from celwacht.publish.serve.entity_sets.database import Database
from celwacht.publish.serve.entity_sets.entity_set import Wanted
from celwacht.publish.serve.entity_sets.value_forms import TYPE, Form
from celwacht.publish.serve.filter import statement
from celwacht.publish.serve.filter.filter_tokens import ZONE
from celwacht.publish.serve.filter.filter_tree import Column, Kind, Node

_SQL = {Kind.TEXT: "VARCHAR", Kind.NUMBER: "DOUBLE", Kind.TRUTH: "BOOLEAN", Kind.MOMENT: "TIMESTAMP"}


class Listed:
    """rows: in the order of the set. `key`: the columns that tell rows apart. A row without a column has it as null.

    A row may name a type of its own, that stands for the one of the set, under TYPE.
    """

    def __init__(
        self,
        name: str,
        type_name: str,
        columns: Sequence[Column],
        key: Sequence[str],
        rows: Sequence[Mapping[str, Any]],
        database: Database,
        *,
        blanks: bool = False,
    ):
        self.name, self.type_name, self.key = name, type_name, tuple(key)
        self.columns = {c.name: c for c in columns}
        self._rows, self._database, self._blanks = tuple(rows), database, blanks
        self._identifiers = {c.name: f"r.c{k}" for k, c in enumerate(columns)}
        self._lock = Lock()

    @property
    def size(self) -> int:
        return len(self._rows)

    def row(self, position: int) -> Mapping[str, Any]:
        return self._rows[position]

    def find(self, key: Mapping[str, object]) -> int | None:
        return self._place_of.get(tuple(self._bare(key[name]) for name in self.key))

    @cached_property
    def _place_of(self) -> dict[tuple[object, ...], int]:
        return {tuple(self._bare(row[name]) for name in self.key): i for i, row in enumerate(self._rows)}

    def _bare(self, value: object) -> object:
        return value.rstrip(" ") if self._blanks and isinstance(value, str) else value

    def count(self, condition: Node | None) -> int:
        if condition is None:
            return self.size
        sql, parameters = statement.where(condition, self._identifiers, self._blanks)
        return int(self._database.numbers(f"SELECT count(*) AS n FROM {self._table} AS r{sql}", parameters)[0])

    def choose(self, wanted: Wanted) -> np.ndarray:
        if wanted.condition is None and not wanted.order:
            return np.arange(min(wanted.skip, self.size), min(wanted.skip + wanted.most, self.size), dtype=np.int64)
        sql, parameters = statement.where(wanted.condition, self._identifiers, self._blanks)
        order = statement.order_by(wanted.order, self._identifiers, "r.p")
        return self._database.numbers(
            f"SELECT r.p AS p FROM {self._table} AS r{sql}{order} LIMIT ? OFFSET ?", [*parameters, wanted.most, wanted.skip]
        )

    @property
    def _table(self) -> str:
        with self._lock:
            return self._loaded

    @cached_property
    def _loaded(self) -> str:
        columns = {"p": ("BIGINT", np.arange(self.size))}
        for k, (name, column) in enumerate(self.columns.items()):
            columns[f"c{k}"] = _SQL[column.kind], _array([row.get(name) for row in self._rows], column.kind)
        return self._database.load(self, columns)

    def rows(self, positions: np.ndarray, names: Sequence[str], form: Form, head: Sequence[bytes], tail: bytes) -> bytes:
        """The rows as bytes, each with its head and tail (wanted.EntitySet)."""
        parts = []
        columns = [(name, self.columns[name].edm) for name in names]
        for position in positions.tolist():
            row = self._rows[position]
            parts.append(self.key_text(row).join(head) if len(head) > 1 else head[0])
            values = [form.element(name, edm, row[name]) for name, edm in columns if name in row]
            if TYPE in row:
                parts[-1], kind = form.typed(parts[-1], self.type_name, row[TYPE])
                values = [*kind, *values]
            parts.append(form.between.join(values))
            parts.append(tail)
        return b"".join(parts)

    def key_text(self, row: Mapping[str, Any]) -> bytes:
        """The key of a row as it stands in an address: 'NL01', or 7, or Catalog='a',Identifier='b'."""
        texts = [_quoted(row[k]) if self.columns[k].kind is Kind.TEXT else str(row[k]) for k in self.key]
        return (texts[0] if len(texts) == 1 else ",".join(f"{k}={t}" for k, t in zip(self.key, texts))).encode()


def _quoted(text: str) -> str:
    return "'" + quote(text.replace("'", "''")) + "'"


def _array(values: list[Any], kind: Kind) -> np.ndarray:
    """Values as the database takes them; moments in UTC, one without zone read as one in the Netherlands."""
    if kind is Kind.NUMBER:
        null = [v is None for v in values]
        return np.ma.masked_array(np.array([0.0 if v is None else float(v) for v in values]), null)
    if kind is Kind.MOMENT:
        values = [None if v is None else _utc(v) for v in values]
    return np.array([*values, None], dtype=object)[:-1]


def _utc(text: str) -> str:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZONE)
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
