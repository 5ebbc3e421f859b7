"""The map of the pattern: rows are the codes of one dimension (the regions) by level and parent, columns all other codes.

Two steps: a plan in numbers (which rows, which columns, what is folded), and its drawing. A table that is too wide becomes
one map per code of its shortest dimension, if it has few rows; else it folds the dimensions that leave it widest. A
level with too many rows shows one row per parent. What is folded is shown as the share of cells withheld, in five shades.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from celwacht.disclosure.loss import levels
from celwacht.disclosure.loss_view import View
from celwacht.disclosure.secondary import Status
from celwacht.publish.loss_markup import Figures, Markup, el
from celwacht.publish.loss_svg import WIDE, box, svg, words_at

MOST_COLUMNS = 330
MOST_ROWS = 420
MOST_ROWS_OF_MAPS = 240
"""Rows of all maps together, where there is one per code of a dimension."""
SHADES = 5
_LEFT, _LABELLED, _TALL = 190, 45, 640
_LETTER = 5.7
"""Width of a letter of the small labels."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One level. grid: uint8 (rows, columns), Status, or with shares 0 (nothing withheld) to SHADES (over four fifths)."""

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
    """bands: (title, labels) of the column dimensions, outermost first; folded: titles of the dimensions inside a square; apart:
    title of the dimension that has a map per code, or ''; maps: (label, panels) of each."""

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
    cubes = status.reshape(-1, dims[row].n_codes, columns, status.size // (
        dims[row].n_codes * columns * int(np.prod([dims[i].n_codes for i in apart]))))
    names, of_code = levels(dims[row])
    titles = {c.code: title(c) for c in dims[row].codes}
    labels = [title(c) for c in dims[apart[0]].codes] if apart else [""]
    maps = tuple((label, tuple(_panel(name, cube, np.flatnonzero(of_code == n), dims[row], titles) for n, name in enumerate(names)))
                 for label, cube in zip(labels, cubes))
    return Plan(title(dims[row]), tuple((title(dims[i]), tuple(map(title, dims[i].codes))) for i in kept),
                tuple(title(dims[i]) for i in folded), title(dims[apart[0]]) if apart else "", maps)


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
        return Panel(level, True, True, _shades(sums / (size[:, None] * cube.shape[2])), tuple(names),
                     tuple(titles.get(g, g) for g in grand), tuple((int(s), int(n) * many) for s, n in zip(sums.sum(axis=1), size)))
    counts = withheld.sum(axis=(1, 2))
    grid = cube[rows][:, :, 0] if cube.shape[2] == 1 else _shades(withheld.mean(axis=2))
    return Panel(level, cube.shape[2] > 1, False, grid, tuple(titles[codes[i].code] for i in rows), tuple(names[b] for b in by),
                 tuple((int(n), many) for n in counts))


def _shades(share: np.ndarray) -> np.ndarray:
    return np.ceil(share * SHADES - 1e-9).astype(np.uint8)


def draw(made: Plan, shown_as: str, figures: Figures, level: Callable[[str], str], label: str) -> Markup:
    """shown_as: the class of a published square. level: the words for a level."""
    columns = int(np.prod([len(labels) for _, labels in made.bands])) if made.bands else 1
    step = min(16.0 if columns > 6 else 26.0, (WIDE - _LEFT) / columns)
    wide = _LEFT + columns * step + 20                  # of one strip; a long level is laid out in as many as fit
    strips = min(int((WIDE + 20) // wide), max(-(-len(p.labels) // _LABELLED) for p in made.panels))
    header, y = _header(made.bands, step)
    drawn = [el("g", header, transform=f"translate({i * wide:.2f} 0)" if i else None) for i in range(strips)]
    for name, panels in made.maps:
        if name:
            y += 30
            drawn += [el("path", d=f"M0 {y - 18:.2f}H{_LEFT + columns * step:.2f}", class_="bracket"), words_at(0, y - 2, name, class_="title")]
        for panel in panels:
            y += 20
            drawn.append(words_at(0, y - 6, f"{level(panel.level).capitalize()} ({len(panel.labels)})", class_="head"))
            size = max(-(-len(panel.labels) // strips), min(_LABELLED, len(panel.labels)))
            high = 13.0 if size <= _LABELLED else min(max(_TALL / size, 1.6 if strips == 1 else 9.5), 13.0)
            for i, first in enumerate(range(0, len(panel.labels), size)):
                part = panel.part(first, first + size)
                drawn.append(el("g", _squares(part, shown_as, y, step, high), _grid(made.bands, part, y, step, high),
                                _names(part, y, step, high, figures), transform=f"translate({i * wide:.2f} 0)" if i else None))
            y += high * size
    return svg(WIDE, y + 6, drawn, label=label)


def runs(grid: np.ndarray) -> list[tuple[int, int, int, int]]:
    """(row, first column, length, class) of every stretch of equal squares in a row, in reading order."""
    rows, columns = grid.shape
    change = np.ones((rows, columns), bool)
    change[:, 1:] = grid[:, 1:] != grid[:, :-1]
    start = np.flatnonzero(change)
    length = np.diff(start, append=rows * columns)
    return list(zip((start // columns).tolist(), (start % columns).tolist(), length.tolist(), grid.ravel()[start].tolist()))


def _squares(panel: Panel, shown_as: str, y: float, step: float, high: float) -> Markup:
    """The background is what is published; everything else is one path per class."""
    paths: dict[int, list[str]] = {}
    for row, first, length, kind in runs(panel.grid):
        if kind:
            paths.setdefault(kind, []).append(f"M{first} {row}h{length}")
    names = [f"shade{i}" for i in range(SHADES + 1)] if panel.shares else [s.name.lower() for s in Status]
    rows, columns = panel.grid.shape
    return el("g", box(0, -0.5, columns, rows, shown_as), [el("path", d="".join(d), class_=f"run {names[k]}") for k, d in sorted(paths.items())],
              transform=f"translate({_LEFT} {y + high / 2:.2f}) scale({step:.4f} {high:.4f})")


def _grid(bands, panel: Panel, y: float, step: float, high: float) -> Markup:
    """Lines in the colour of the page: between squares that are large enough, and wider ones between groups of columns."""
    rows, columns = panel.grid.shape
    end, bottom = _LEFT + columns * step, y + rows * high
    drawn, inside = [], columns
    for depth, (_, labels) in enumerate(bands):
        inside //= len(labels)
        if inside * step >= (6 if inside == 1 else 4):
            path = "".join(f"M{_LEFT + i * inside * step:.2f} {y:.2f}V{bottom:.2f}" for i in range(1, columns // inside))
            drawn.append(el("path", d=path, class_="gap", stroke_width="2" if depth == 0 and inside > 1 else "1"))
    if high >= 6:
        path = "".join(f"M{_LEFT} {y + i * high:.2f}H{end:.2f}" for i in range(1, rows))
        drawn.append(el("path", d=path, class_="gap", stroke_width="1"))
    return el("g", drawn)


def _names(panel: Panel, y: float, step: float, high: float, figures: Figures) -> Markup:
    """Labels of rows, or of the groups they belong to where rows are thin; and a strip per row that tells its figures."""
    drawn, end = [], panel.grid.shape[1] * step
    if high >= 9:
        drawn += [words_at(_LEFT - 8, y + (i + 0.5) * high + 3.5, _cut(said), class_="end small") for i, said in enumerate(panel.labels)]
    else:
        drawn += _groups(panel, y, high)
    drawn += [box(_LEFT, y + i * high, end, high, "hit", f"{said}: {figures.whole(n)} / {figures.whole(of)}")
              for i, (said, (n, of)) in enumerate(zip(panel.labels, panel.withheld))]
    return el("g", drawn)


def _groups(panel: Panel, y: float, high: float) -> list[Markup]:
    parents = panel.parents
    starts = [i for i in range(len(parents)) if i == 0 or parents[i] != parents[i - 1]]
    drawn, free = [], y
    for a, b in zip(starts, [*starts[1:], len(parents)]):
        top, bottom = y + a * high, y + b * high
        drawn.append(el("path", d=f"M{_LEFT - 3} {top + 0.5:.2f}H{_LEFT - 6}V{bottom - 0.5:.2f}H{_LEFT - 3}", class_="bracket"))
        middle = (top + bottom) / 2
        if middle - 5 >= free:
            drawn.append(words_at(_LEFT - 10, middle + 3.5, _cut(parents[a]), class_="end small"))
            free = middle + 5
    return drawn


def _cut(said: str, most: int = 30) -> str:
    return said if len(said) <= most else said[:most - 1] + "\u2026"


def _header(bands, step: float) -> tuple[Markup, float]:
    """Labels of the columns, a line of text per dimension as far as they fit; and how high that is."""
    y, repeat, drawn = 4.0, 1, []
    total = step * float(np.prod([len(labels) for _, labels in bands])) if bands else step
    for title, labels in bands:
        wide = total / (repeat * len(labels))
        fits = max(len(_cut(x, 28)) for x in labels) * _LETTER + 4 <= wide
        if not fits and wide < 9:
            break
        tall = 14.0 if fits else min(max(len(_cut(x, 24)) for x in labels) * _LETTER + 8, 140)
        drawn.append(words_at(0, y + tall - 3, _cut(title, 32), class_="small"))
        for n in range(repeat):
            for i, said in enumerate(labels):
                middle = _LEFT + (n * len(labels) + i + 0.5) * wide
                drawn.append(_label(middle, y + tall - 3, said, fits))
        y, repeat = y + tall + 2, repeat * len(labels)
    return el("g", drawn), y


def _label(x: float, y: float, said: str, flat: bool) -> Markup:
    if flat:
        return words_at(x, y, _cut(said, 28), class_="mid small")
    return words_at(x + 3.5, y, _cut(said, 24), class_="small", transform=f"rotate(-90 {x + 3.5:.2f} {y:.2f})")
