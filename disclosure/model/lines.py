"""Do the printed figures of a table add up? Judged from the figures alone, before anything else is asked of them.

Theory. Where the codes shown under a code are disjoint and together make it up, total and parts form a *line*, one for
every combination of codes of the other dimensions. A line contradicts itself when no counts that would be printed
so can add up. One wrong figure spoils every line through it, and by the same amount: a cell in which several
broken lines cross, and nothing else, is the suspect.

Example:

    >>> from celwacht.disclosure.model.example import cube
    >>> families(cube().dimensions[0])      # code 0 is the sum of codes 1 and 2
    [(0, (1, 2))]
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import product

import numpy as np
from celwacht.disclosure.model.printed import PrintedTable
from celwacht.tables.cubes.classification import Classification


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A total whose parts cannot add up to it, by the positions of the cells."""

    total: tuple[int, ...]
    parts: tuple[tuple[int, ...], ...]
    short: int
    """By how much the total exceeds what its parts can make (negative: by how much they exceed it)."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Broken lines, and the cells that would each, if wrong, explain all lines through them. Confidential."""

    lines: tuple[BrokenLine, ...]
    suspects: tuple[tuple[int, ...], ...]

    def report(self, table: PrintedTable) -> list[str]:
        """One sentence per broken line and per suspect, naming cells by their codes and no figure."""
        reasons = [f"the parts of {table.label(line.total)} do not add up to it" for line in self.lines]
        return reasons + [f"one wrong figure in {table.label(cell)} would explain every broken line through it" for cell in self.suspects]


def families(dimension: Classification) -> list[tuple[int, tuple[int, ...]]]:
    """(total, parts) for every code whose children are disjoint and make it up, by positions of codes."""
    children = defaultdict(list)
    place = {c.code: i for i, c in enumerate(dimension.codes)}
    for i, c in enumerate(dimension.codes):
        if c.parent:
            children[place[c.parent], c.level].append(i)
    found = []
    for (parent, _), parts in children.items():
        leaves = np.sort(np.concatenate([dimension.members[i] for i in parts]))
        if np.array_equal(leaves, dimension.members[parent]):
            found.append((parent, tuple(parts)))
    return found


def contradictions(table: PrintedTable) -> Contradiction | None:
    """All lines of the table that cannot add up, or None when every line can."""
    least, greatest = table.bounds()
    lines = []
    for axis, dimension in enumerate(table.dimensions):
        others = [range(n) for i, n in enumerate(table.shown.shape) if i != axis]
        for total, parts in families(dimension):
            for rest in product(*others):
                cells = [rest[:axis] + (i,) + rest[axis:] for i in (total, *parts)]
                short = _short(cells, least, greatest)
                if short:
                    lines.append(BrokenLine(cells[0], tuple(cells[1:]), short))
    return Contradiction(tuple(lines), _suspects(lines)) if lines else None


def _short(cells, least, greatest) -> int:
    """0 if the line can add up; else the distance between total and parts, signed."""
    total, parts = cells[0], cells[1:]
    parts_least = sum(int(least[c]) for c in parts)
    open_above = any(greatest[c] < 0 for c in parts)
    parts_greatest = sum(int(greatest[c]) for c in parts)
    if not open_above and least[total] > parts_greatest:
        return int(least[total]) - parts_greatest
    if greatest[total] >= 0 and greatest[total] < parts_least:
        return int(greatest[total]) - parts_least
    return 0


def _suspects(lines: list[BrokenLine]) -> tuple[tuple[int, ...], ...]:
    """Cells in two or more broken lines whose correction by one amount would mend each of those lines."""
    amounts = defaultdict(list)
    for line in lines:
        amounts[line.total].append(-line.short)
        for part in line.parts:
            amounts[part].append(line.short)
    return tuple(sorted(cell for cell, by in amounts.items() if len(by) > 1 and len(set(by)) == 1))
