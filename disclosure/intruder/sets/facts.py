"""The facts of a whole publication: all cells of all spaces in one list, and every line between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.audit.model.facts import Facts
from celwacht.disclosure.intruder.sets import lines as made
from celwacht.disclosure.intruder.sets.across import at_most_trajectories, whole_care
from celwacht.disclosure.intruder.sets.durations import durations
from celwacht.disclosure.intruder.sets.moments import Moment
from celwacht.disclosure.intruder.sets.reading import Reading, read
from celwacht.disclosure.intruder.sets.seen import SeenTable
from celwacht.disclosure.intruder.sets.space import MOMENTS, Cells, cells_of
from celwacht.tables.sources.source_spec import UnionSource
from celwacht.tables.sources.sources import persons_unit, sources, units_of


@dataclass(frozen=True, slots=True, eq=False)
class SetFacts:
    """facts: over all cells. cells, offset: per space its cells and where they begin. place: per table the position of every
    printed cell (shape of the table). hidden: bool, cells that no table shows."""

    reading: Reading
    facts: Facts
    cells: tuple[Cells, ...]
    offset: tuple[int, ...]
    place: tuple[np.ndarray, ...] = field(repr=False)
    hidden: np.ndarray = field(repr=False)


def facts_of_set(tables: Sequence[SeenTable]) -> SetFacts:
    """Everything that the public figures and the specifications tell, as linear facts over whole numbers >= 0."""
    reading = read(tables)
    spaces = [_cells(reading, i) for i in range(len(reading.spaces))]
    offset = np.concatenate([[0], np.cumsum([len(c.key) for c in spaces])]).astype(np.int64)
    lines = made.Lines()
    for cells, own in zip(spaces, offset):
        made.families(cells, own, lines)
        if not persons_unit(cells.space.source, cells.space.unit):
            made.over_time(cells, own, lines)
            durations(cells, own, reading.values[cells.space.source], lines)
        else:
            made.persons_over_time(cells, own, lines)
            made.touched(cells, own, lines)
    _across(reading, spaces, offset, lines)
    place = [np.full(t.least.shape, -1, np.int64) for t in tables]
    hidden = np.ones(offset[-1], bool)
    for cells, own, grids in zip(spaces, offset, reading.grids):
        for g in grids:
            at = cells.at(g.keys(cells.strides)[_shown(g)]) + own
            place[g.table][np.ix_(*g.printed)] = at
            hidden[at] = False
    return SetFacts(reading, _facts(spaces, offset, lines, hidden), tuple(spaces), tuple(int(o) for o in offset), tuple(place), hidden)


def _shown(g) -> tuple:
    return np.ix_(*(np.arange(len(p)) for p in g.printed))


def _cells(reading: Reading, i: int) -> Cells:
    space, strides = reading.spaces[i], reading.spaces[i].strides()
    seen, more = [], []
    for g in reading.grids[i]:
        t, keys = reading.tables[g.table], g.keys(strides)
        at = np.ix_(*g.printed)
        seen.append(tuple(a.ravel() for a in (keys[_shown(g)], t.least[at], t.greatest[at], t.withheld[at])))
        more.append(keys.ravel())
    cells = cells_of(space, seen, more)
    for further in () if persons_unit(space.source, space.unit) else (made.totals, made.time_pieces, made.totals):
        more += further(cells)
        if len(space.when) > MOMENTS:
            raise ValueError("the set has more moments than one attack takes; attack fewer periods at once")
        cells = cells_of(space, seen, more)
    return cells


def _across(reading: Reading, spaces: list[Cells], offset: np.ndarray, lines: made.Lines) -> None:
    where = {(c.space.release, c.space.year, c.space.source, c.space.unit): (c, o) for c, o in zip(spaces, offset)}
    for (release, year, source, unit), (cells, own) in where.items():
        if not persons_unit(source, unit):
            continue
        values, records = reading.values[source], units_of(source).records
        if (release, year, source, records) in where:
            theirs = where[release, year, source, records]
            at_most_trajectories(cells, own, *theirs, values, lines)
        together = sources()[source]
        for part in together.parts if isinstance(together, UnionSource) else ():
            beside = where.get((release, year, part.source, units_of(part.source).persons))
            if beside is not None:
                whole_care(cells, own, *beside, together.field, part, values, lines)


def _facts(spaces: list[Cells], offset: np.ndarray, lines: made.Lines, hidden: np.ndarray) -> Facts:
    relations, why, reasons = lines.relations()
    least = np.concatenate([c.least for c in spaces])
    greatest = np.concatenate([c.greatest for c in spaces])
    withheld = np.concatenate([c.withheld for c in spaces])

    def label(i: int) -> str:
        s = int(np.searchsorted(offset, i, side="right")) - 1
        return label_of(spaces[s], int(i - offset[s]), len({c.space.release for c in spaces}) > 1)

    def shown(i: int) -> str:
        if hidden[i]:
            return "not shown"
        return "." if withheld[i] else str(least[i]) if least[i] == greatest[i] else f"{least[i]}..{greatest[i]}"

    return Facts(least, greatest, withheld, relations, label, shown, lambda r: reasons[why[r]])


def label_of(cells: Cells, i: int, releases: bool) -> str:
    """A cell in words: what is counted, when, and its classes."""
    space, key = cells.space, int(cells.key[i])
    asked = list(space.when)[key % MOMENTS]
    when = str(asked) if isinstance(asked, Moment) else "runs in " + " and not ".join(_piece(space, asked))
    parts = [f"{space.source} {space.unit} {when}"] + ([f"release {space.release}"] if releases else [])
    for name, of in space.classes.items():
        number = key // cells.strides[name] % len(of)
        if number:
            parts.append(space.names.get((name, number), f"{name} {number}"))
    return ", ".join(parts)


def _piece(space, piece: int) -> list[str]:
    inside = [str(m) for m, s in space.stretches.items() if piece & ~s == 0]
    outside = [str(m) for m, s in space.stretches.items() if piece & s == 0]
    return [" and ".join(inside) or "none"] + ([" or ".join(outside)] if outside else [])
