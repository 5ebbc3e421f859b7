"""A set whose rows are the cells of a cube: Observations of v4, TypedDataSet and UntypedDataSet of v3.

Theory. A filter is a conjunction. A term that looks at one axis only (RegioS eq 'GM0363', startswith(Perioden,'2023'))
is answered over the codes of that axis: a few to some thousands, once, and remembered. When all terms are such, the
rows are the outer product of places on the axes: their number is a product, and any window of them follows without
looking at a figure. Only what is left (Value gt 10, an order, an `or` over two axes) is asked of DuckDB over all rows,
with the terms on axes as limits; the table for that is made at the first such question.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cached_property
from math import prod
from threading import Lock

import numpy as np
from celwacht.publish.serve.entity_sets import bytes_text
from celwacht.publish.serve.entity_sets.cube_columns import Block, CubeColumn, Stored, Texts
from celwacht.publish.serve.entity_sets.database import Database
from celwacht.publish.serve.entity_sets.entity_set import Wanted
from celwacht.publish.serve.entity_sets.value_forms import Form
from celwacht.publish.serve.filter import statement
from celwacht.publish.serve.filter.filter_sql import Condition
from celwacht.publish.serve.filter.filter_tree import All, Among, AnyOf, Column, Compare, Literal, Name, Node, columns_of, conjuncts

REMEMBERED = 256
"""Terms on axes whose places are remembered, per cube."""
FEW, LISTED = 40, 400
"""So many places on an axis are bound one by one, or as a list; beyond that the term itself goes into the statement."""


class Cube:
    """axes: (column name, codes as texts) in the order of positions; all of them are among `columns`."""

    def __init__(
        self,
        name: str,
        type_name: str,
        columns: Sequence[CubeColumn],
        axes: Sequence[str],
        position: str,
        database: Database,
        *,
        blanks: bool = False,
    ):
        self.name, self.type_name, self.key = name, type_name, (position,)
        self._columns = {c.column.name: c for c in columns}
        self.columns = {name: c.column for name, c in self._columns.items()}
        self._axes = tuple(self._axis(a) for a in axes)
        self._shape = tuple(len(a.texts) for a in self._axes)
        self._number = {a: i for i, a in enumerate(axes)}
        self._database, self._blanks = database, blanks
        self._codes: list[str | None] = [None] * len(axes)
        self._known: OrderedDict[tuple[int, Node], np.ndarray] = OrderedDict()
        self._lock = Lock()

    def _axis(self, name: str) -> Texts:
        column = self._columns[name]
        assert isinstance(column, Texts)
        return column

    @property
    def size(self) -> int:
        return prod(self._shape)

    def find(self, key: Mapping[str, object]) -> int | None:
        position = key[self.key[0]]
        return position if isinstance(position, int) and 0 <= position < self.size else None

    def count(self, condition: Node | None) -> int:
        places, rest = self._split(condition)
        if rest is None:
            return prod(map(len, places))
        if not all(map(len, places)):
            return 0
        sql, parameters = self._statement(condition, places, rest, ())
        return int(self._database.numbers(f"SELECT count(*) AS n{sql}", parameters)[0])

    def choose(self, wanted: Wanted) -> np.ndarray:
        places, rest = self._split(wanted.condition)
        ordered = bool(wanted.order) and (wanted.order[0][0].name, wanted.order[0][1]) != (self.key[0], False)
        if not all(map(len, places)) or not wanted.most:
            return np.empty(0, np.int64)
        if rest is None and not ordered:
            return self._window(places, wanted.skip, wanted.most)
        order = wanted.order if ordered else ()
        sql, parameters = self._statement(wanted.condition, places, rest, order)
        order_sql = statement.order_by(order, self._identifiers, "r.p")
        return self._database.numbers(f"SELECT r.p AS p{sql}{order_sql} LIMIT ? OFFSET ?", [*parameters, wanted.most, wanted.skip])

    def _window(self, places: list[np.ndarray], skip: int, most: int) -> np.ndarray:
        """Positions of a part of the outer product of places on the axes."""
        lengths = tuple(map(len, places))
        ranks = np.arange(min(skip, prod(lengths)), min(skip + most, prod(lengths)), dtype=np.int64)
        picked = [p[r] for p, r in zip(places, np.unravel_index(ranks, lengths))]
        return np.ravel_multi_index(picked, self._shape).astype(np.int64) if ranks.size else ranks

    def _split(self, condition: Node | None) -> tuple[list[np.ndarray], Node | None]:
        """Places per axis that the terms on one axis leave, and what else must hold."""
        places = [np.arange(n) for n in self._shape]
        rest = []
        for term in conjuncts(condition) if condition is not None else ():
            named = columns_of(term)
            axis = self._number.get(next(iter(named))) if len(named) == 1 else None
            if axis is None:
                rest.append(term)
            else:
                found = self._places(axis, term)
                places[axis] = found if len(places[axis]) == self._shape[axis] else np.intersect1d(places[axis], found)
        return places, (rest[0] if len(rest) == 1 else All(tuple(rest))) if rest else None

    def _places(self, axis: int, term: Node) -> np.ndarray:
        """Places of the codes of an axis for which a term holds, ascending; remembered."""
        key = axis, term
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        found = self._looked_up(axis, term)
        with self._lock:
            self._known[key] = found
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found

    def _looked_up(self, axis: int, term: Node) -> np.ndarray:
        values = _values_of(term)
        if values is not None:
            at = self._place_of[axis]
            hits = {at[text] for v in values if (text := v.rstrip(" ") if self._blanks else v) in at}
            return np.array(sorted(hits), dtype=np.int64)
        made = Condition(term, {self._axes[axis].column.name: "t"}, blanks=self._blanks)
        sql = f"SELECT i FROM {self._code_table(axis)} WHERE {made.sql} ORDER BY i"
        return self._database.numbers(sql, made.parameters)

    @cached_property
    def _place_of(self) -> list[dict[str, int]]:
        return [{t.rstrip(" ") if self._blanks else t: i for i, t in enumerate(a.texts)} for a in self._axes]

    def _code_table(self, axis: int) -> str:
        with self._lock:
            if self._codes[axis] is None:
                self._codes[axis] = self._load_texts(self._axes[axis].texts)
            return self._codes[axis] or ""

    def _load_texts(self, texts: Sequence[str]) -> str:
        return self._database.load(self, {"i": ("INTEGER", np.arange(len(texts))), "t": ("VARCHAR", np.array(texts, dtype=object))})

    def _statement(
        self, condition: Node | None, places: list[np.ndarray], rest: Node | None, order: tuple[tuple[Column, bool], ...]
    ) -> tuple[str, list[object]]:
        """' FROM ... WHERE ...' and its parameters."""
        table, joins = self._figures
        limits, parameters = [], []
        whole = rest
        for axis, found in enumerate(places):
            if len(found) == self._shape[axis]:
                continue
            limit = _limit(f"r.c{self._order_of[self._axes[axis].column.name]}", found)
            if limit is None:
                whole = condition
            else:
                limits.append(limit[0])
                parameters += limit[1]
        sql, bound = statement.where(whole, self._identifiers, self._blanks)
        named = statement.mentioned(whole, order)
        joined = "".join(joins[name] for name in self._columns if name in named and name in joins)
        if limits:
            sql = f" WHERE {' AND '.join(limits)}" + (f" AND {sql.removeprefix(' WHERE ')}" if sql else "")
        return f" FROM {table} AS r{joined}{sql}", [*parameters, *bound]

    @cached_property
    def _order_of(self) -> dict[str, int]:
        return {name: k for k, name in enumerate(self._columns)}

    @cached_property
    def _identifiers(self) -> dict[str, str]:
        """How a statement names each column: the figures' table is r, the texts of column k are dk.t."""
        _, joins = self._figures
        named = {}
        for name, k in self._order_of.items():
            edm = self.columns[name].edm
            named[name] = (
                f"d{k}.t"
                if name in joins
                else f"r.c{k}"
                if name not in self._nulls
                else ("CAST(NULL AS VARCHAR)" if edm == "Edm.String" else "CAST(NULL AS DOUBLE)")
            )
        return named

    @property
    def _figures(self) -> tuple[str, dict[str, str]]:
        """The table with a row per position, and per column with texts how they are joined to it."""
        with self._lock:
            return self._loaded

    @cached_property
    def _loaded(self) -> tuple[str, dict[str, str]]:
        every = self._block(np.arange(self.size, dtype=np.int64))
        columns: dict[str, tuple[str, np.ndarray]] = {"p": ("BIGINT", every.positions)}
        joins: dict[str, str] = {}
        self._nulls: set[str] = set()
        for name, k in self._order_of.items():
            stored = self._columns[name].stored(every)
            if stored is None:
                self._nulls.add(name)
                continue
            if stored.texts:
                texts = self._load_texts(stored.texts)
                joins[name] = f" JOIN {texts} AS d{k} ON r.c{k} = d{k}.i"
            columns[f"c{k}"] = _sql_column(stored)
        return self._database.load(self, columns), joins

    def _block(self, positions: np.ndarray) -> Block:
        return Block(positions, tuple(np.unravel_index(positions, self._shape)))

    def rows(self, positions: np.ndarray, names: Sequence[str], form: Form, head: Sequence[bytes], tail: bytes) -> bytes:
        """The rows as bytes; at most bytes_text.BLOCK of them at a time, please."""
        if not positions.size:
            return b""
        block, n = self._block(positions), len(positions)
        pieces = [bytes_text.constant(head[0], n)]
        for part in head[1:]:
            pieces += [bytes_text.digits(positions), bytes_text.constant(part, n)]
        for k, name in enumerate(names):
            pieces += self._columns[name].pieces(block, form, form.between if k else b"")
        return bytes_text.joined([*pieces, bytes_text.constant(tail, n)])


def _limit(column: str, places: np.ndarray) -> tuple[str, list[object]] | None:
    """The SQL for places on an axis, in a form that lets DuckDB skip blocks; None where there are too many to bind."""
    first, last = int(places[0]), int(places[-1])
    if last - first + 1 == len(places):
        return (f"{column} = ?", [first]) if first == last else (f"{column} BETWEEN ? AND ?", [first, last])
    if len(places) <= FEW:
        return f"{column} IN ({', '.join('?' * len(places))})", places.tolist()
    return (f"{column} IN (SELECT unnest(CAST(? AS INTEGER[])))", [places.tolist()]) if len(places) <= LISTED else None


def _sql_column(stored: Stored) -> tuple[str, np.ndarray]:
    if stored.texts:
        return ("USMALLINT" if len(stored.texts) < 2**16 else "INTEGER"), stored.numbers
    if stored.null is None:
        return "BIGINT", stored.numbers
    return "DOUBLE", np.ma.masked_array(stored.numbers, stored.null)


def _values_of(term: Node) -> list[str] | None:
    """The texts of `axis eq 'x'`, `axis in (..)` or an `or` of those; None for anything else."""
    match term:
        case Compare("eq", Name(), Literal(str() as value)) | Compare("eq", Literal(str() as value), Name()):
            return [value]
        case Among(Name(), values):
            return [v.value for v in values if isinstance(v.value, str)]
        case AnyOf(terms):
            parts = [_values_of(t) for t in terms]
            return None if any(p is None for p in parts) else [v for p in parts if p for v in p]
    return None
