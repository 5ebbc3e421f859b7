"""The register's own figures of the cells of an output: whether the form says what the file shows, and how many contribute to a sum.

A year is counted from all deliveries of the periods that are asked for it, so that the first half-year has other figures by itself (as an October set gives it)
than beside the whole year (as an April set does). An output is held against both, and is compared with what was released of the records that it agrees with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from celwacht.disclosure.outsider.public_table import ENDLESS, PublicTable
from celwacht.publish.outputs.sheets import Sheet
from celwacht.publish.sets.earlier import records_of
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.microdata import Microdata
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound


def counted(sheets: Sequence[Sheet], data: Path) -> tuple[list[Sheet], dict[int, np.ndarray]]:
    """(the sheets, each under the records that it is of; position -> int64 of the sheet's shape). None for a sheet that the register cannot count (a period that
    is not there). Confidential."""
    under, found = list(sheets), {}
    with Microdata(data, keep=4) as microdata:
        for n, sheet in enumerate(sheets):
            for records, cells in states(sheet.table, data, microdata):
                if n in found and not agrees(sheet.table, cells):
                    continue
                under[n], found[n] = sheet.under(records), cells
                if agrees(sheet.table, cells):
                    break
    return under, found


def states(table: PublicTable, data: Path, microdata: Microdata) -> Iterator[tuple[str, np.ndarray]]:
    """(which records, their count of every cell of a table of one year): those of the whole year, then those of the table's own periods, where they are others."""
    own = [Period.parse(p) for p in table.codes[-1]]
    before = ""
    for periods in ([*own, Period.parse(f"{own[0].year}JJ00")], own):
        try:
            records = records_of(table.spec.source, periods, microdata)
            if records != before:
                yield records, _count(table, periods, data, microdata)
            before = records
        except ProblemsFound:
            continue


def _count(table: PublicTable, periods: Sequence[Period], data: Path, microdata: Microdata) -> np.ndarray:
    out = np.zeros(table.low.shape, np.int64)
    for cube in build_cube(table.spec, periods, data, connection=microdata):
        at = [{c.code: i for i, c in enumerate(d.codes)} for d in cube.dimensions]
        here = [i for i, p in enumerate(table.codes[-1]) if p in at[-1]]
        theirs = [*([where[c] for c in codes] for where, codes in zip(at, table.codes[:-1])), [at[-1][table.codes[-1][i]] for i in here]]
        own = [*(range(len(c)) for c in table.codes[:-1]), here]
        out[np.ix_(*own)] = cube.cells[np.ix_(*theirs)]
    return out


def agrees(table: PublicTable, cells: np.ndarray) -> bool:
    """Whether everything that it prints is what the register gives."""
    return not wrong(table, cells).any()


def wrong(table: PublicTable, cells: np.ndarray) -> np.ndarray:
    """bool: figures that are printed and are not those."""
    return ~table.dot & ((cells < table.low) | (cells > np.minimum(table.high, ENDLESS)))
