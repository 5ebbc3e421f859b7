"""What a reader asks of a set, and what a set must be able to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from celwacht.publish.serve.entity_sets.value_forms import Form
from celwacht.publish.serve.filter.filter_tree import Column, Node


@dataclass(frozen=True, slots=True)
class Wanted:
    """The rows of a set. order: columns, True where descending. most: rows at most, skip: rows passed over first."""

    condition: Node | None = None
    order: tuple[tuple[Column, bool], ...] = ()
    skip: int = 0
    most: int = 0


class EntitySet(Protocol):
    """A set of rows with fixed columns. A row is known by its position, from 0, in the set's own order."""

    name: str
    type_name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of rows."""

    def choose(self, wanted: Wanted) -> np.ndarray:
        """Positions of the rows wanted, int64, in the order wanted."""

    def count(self, condition: Node | None) -> int:
        """How many rows hold to the condition."""

    def find(self, key: Mapping[str, object]) -> int | None:
        """The position of the row with this key."""

    def rows(self, positions: np.ndarray, names: Sequence[str], form: Form, head: Sequence[bytes], tail: bytes) -> bytes:
        """The rows one behind the other, each with `head` in front, joined by the key of the row, and `tail` behind."""
