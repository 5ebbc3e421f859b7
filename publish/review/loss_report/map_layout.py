"""What the map of the pattern shows, in numbers: which rows, which columns, what is folded. Confidential.

Rows are the codes of one dimension (the regions) by level and parent, columns all other codes. A table that is too
wide becomes one map per code of its shortest dimension, if it has few rows; else it folds the dimensions that leave
it widest. A level with too many rows shows one row per parent. What is folded is shown as the share of cells
withheld.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from celwacht.disclosure.loss.loss import levels
from celwacht.disclosure.loss.view import View
from celwacht.disclosure.model.status import Status

MOST_COLUMNS = 330
MOST_ROWS = 420
MOST_ROWS_OF_MAPS = 240
"""Rows of all maps together, where there is one per code of a dimension."""
SHADES = 5


@dataclass(frozen=True, slots=True)
class Panel:
    """One level. grid: uint8 (rows, columns), Status, or with shares 0 (nothing withheld) to SHADES (over four
    fifths).
    """

    level: str
    shares: bool
    grouped: bool
    grid: np.ndarray = field(repr=False)
    labels: tuple[str, ...]
    parents: tuple[str, ...]
    withheld: tuple[tuple[int, int], ...]
    """(cells withheld, cells) of each row."""

    def part(self, first: int, end: int) -> Panel:
        """Some of the rows."""
        cut = slice(first, end)
        return Panel(self.level, self.shares, self.grouped, self.grid[cut], self.labels[cut], self.parents[cut], self.withheld[cut])


@dataclass(frozen=True, slots=True)
class Plan:
    """bands: (title, labels) of the column dimensions, outermost first; folded: titles of the dimensions inside a
    square; apart: title of the dimension that has a map per code, or ''; maps: (label, panels) of each.
    """

    rows: str
    bands: tuple[tuple[str, tuple[str, ...]], ...]
    folded: tuple[str, ...]
    apart: str
    maps: tuple[tuple[str, tuple[Panel, ...]], ...]

    @property
    def panels(self) -> tuple[Panel, ...]:
        return tuple(p for _, panels in self.maps for p in panels)


def plan(view: View, english: bool = False) -> Plan:
    """What is drawn of a table with dimensions."""
    title = lambda x: (x.title_en if english else "") or x.title_nl or getattr(x, "code", x.title_nl)  # noqa: E731
    dims = view.dimensions
    row = next((i for i, d in enumerate(dims) if d.kind.startswith("Geo")), max(range(len(dims)), key=lambda i: (dims[i].n_codes, -i)))
    others = [i for i in range(len(dims)) if i != row and dims[i].n_codes > 1]
    apart = _apart([(i, dims[i].n_codes) for i in others], dims[row].n_codes)
    folded = _folded([(i, dims[i].n_codes) for i in others if i not in apart])
    kept = [i for i in others if i not in (*apart, *folded)]
    flat = [i for i in range(len(dims)) if i not in (row, *apart, *kept, *folded)]
    status = view.status.reshape(view.shape).transpose([*apart, row, *kept, *folded, *flat])
    columns = int(np.prod([dims[i].n_codes for i in kept]))
    cubes = status.reshape(
        -1, dims[row].n_codes, columns, status.size // (dims[row].n_codes * columns * int(np.prod([dims[i].n_codes for i in apart])))
    )
    names, of_code = levels(dims[row])
    titles = {c.code: title(c) for c in dims[row].codes}
    labels = [title(c) for c in dims[apart[0]].codes] if apart else [""]
    maps = tuple(
        (label, tuple(_panel(name, cube, np.flatnonzero(of_code == n), dims[row], titles) for n, name in enumerate(names)))
        for label, cube in zip(labels, cubes)
    )
    return Plan(
        title(dims[row]),
        tuple((title(dims[i]), tuple(map(title, dims[i].codes))) for i in kept),
        tuple(title(dims[i]) for i in folded),
        title(dims[apart[0]]) if apart else "",
        maps,
    )


def _apart(sizes: list[tuple[int, int]], rows: int) -> tuple[int, ...]:
    """The axis that gets a map per code, if that spares folding: the shortest."""
    columns = int(np.prod([n for _, n in sizes]))
    fit = [(n, i) for i, n in sizes if columns > MOST_COLUMNS >= columns // n and n * rows <= MOST_ROWS_OF_MAPS]
    return (min(fit)[1],) if fit else ()


def _folded(sizes: list[tuple[int, int]]) -> tuple[int, ...]:
    """The axes to fold: as few squares lost as can be."""
    best: tuple[int, tuple[int, ...]] = (0, tuple(i for i, _ in sizes))
    for many in range(len(sizes) + 1):
        for chosen in combinations(sizes, many):
            left = int(np.prod([n for i, n in sizes if (i, n) not in chosen]))
            if best[0] < left <= MOST_COLUMNS:
                best = left, tuple(i for i, _ in chosen)
    return best[1]


def _panel(level: str, cube: np.ndarray, rows: np.ndarray, dimension, titles: dict[str, str]) -> Panel:
    """cube: status (codes of the row dimension, columns, folded)."""
    codes = dimension.codes
    parents = [codes[i].parent for i in rows]
    order = {p: n for n, p in enumerate(dict.fromkeys(parents))}
    by = np.array([order[p] for p in parents])
    rows, by = rows[np.argsort(by, kind="stable")], np.sort(by)
    withheld = cube[rows] != Status.PUBLISHED
    many = cube.shape[1] * cube.shape[2]
    names = [titles.get(p, p) for p in order]
    if len(rows) > MOST_ROWS and len(order) > 1:
        sums = np.add.reduceat(withheld.sum(axis=2), np.flatnonzero(np.diff(by, prepend=-1)), axis=0)
        size = np.bincount(by)
        grand = [codes[dimension.position(p)].parent if p else "" for p in order]
        return Panel(
            level,
            True,
            True,
            _shades(sums / (size[:, None] * cube.shape[2])),
            tuple(names),
            tuple(titles.get(g, g) for g in grand),
            tuple((int(s), int(n) * many) for s, n in zip(sums.sum(axis=1), size)),
        )
    counts = withheld.sum(axis=(1, 2))
    grid = cube[rows][:, :, 0] if cube.shape[2] == 1 else _shades(withheld.mean(axis=2))
    return Panel(
        level,
        cube.shape[2] > 1,
        False,
        grid,
        tuple(titles[codes[i].code] for i in rows),
        tuple(names[b] for b in by),
        tuple((int(n), many) for n in counts),
    )


def _shades(share: np.ndarray) -> np.ndarray:
    return np.ceil(share * SHADES - 1e-9).astype(np.uint8)
