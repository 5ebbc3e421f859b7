"""Releases of tiny registers one after the other, for tests: each proved beside those before it, and what an intruder who keeps them all
narrows, by brute force over all registers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from celwacht.disclosure.search.sets.protect_set import protect_set
from hypothesis import strategies as st

from .oracle import intervals
from .set_registers import HALVES, Record, Table, cells_of_person, counts_for

TABLES = [Table("in_crisis", "instroom", ("crisis",)), Table("gebruik", "gebruik", ("geslacht",))]
VARIABLES = {"crisis": (0, 1), "geslacht": (0, 1)}
COURSES = (1, 3)
"""Of set_registers.COURSES: few, so that the intruder can try all registers."""
KEY = b"0123456789abcdef"
records = st.builds(
    lambda c, g, p, k: Record((("crisis", c), ("geslacht", g)), p, k), *(st.integers(0, 1) for _ in range(3)), st.sampled_from(COURSES)
)


def released(tables, now, rule, releases=()):
    """(counts, found) of a release of the register `now`; releases: what `released` gave for those before."""
    made = counts_for(tables, now, HALVES)
    n = len(made)
    earlier = [replace(c, earlier=True) for counts, _ in releases for c in counts if not c.earlier]
    masks = [found.cubes[i].withheld for counts, found in releases for i, c in enumerate(counts) if not c.earlier]
    counts = [*made, *earlier]
    return counts, protect_set(counts, [rule] * len(counts), before=[None] * n + masks if masks else None, key=KEY)


def narrow(counts, printed, unproved, domain, truth, rule, steps=30_000, cells=1_000):
    """Sensitive cells, but for those unproved, that the intruder narrows below the width. domain: for each type (cube, cell) -> times."""
    facts, wanted = [], set()
    for i, cube in enumerate(printed):
        value = counts[i].cube.cells
        for place in np.ndindex(value.shape):
            atoms = frozenset(k for k, cells in enumerate(domain) if (i, place) in cells)
            assert sum(truth[k] for k in atoms) == value[place]
            known = int(cube.shown[place])
            least, most = max(known - rule.rounding_base // 2, 0), known + (rule.rounding_base - 1) // 2
            facts.append(((i, place), atoms, *((0, None) if cube.withheld[place] else (least, most))))
            if rule.sensitive(value)[place] and np.ravel_multi_index(place, value.shape) not in unproved[i]:
                wanted.add((i, place))
    wanted = set(sorted(wanted)[:: 1 + len(wanted) // cells])
    found = intervals(facts, truth, wanted, 30, rule.width, steps=steps)
    return {p for p in wanted if found[p][1] - found[p][0] < rule.width}


def types_of(counts, histories):
    """For each history (the records of a person in the first release, the second, .., the last) the cells in which it counts.

    counts: of the last release, and then of those before, oldest first.
    """
    n = sum(not c.earlier for c in counts)
    found = []
    for *before, now in histories:
        cells = cells_of_person(now, counts[:n]) if now else {}
        at = n
        for its in before:
            size = _size(counts, at)
            cells = cells | {(at + i, place): k for (i, place), k in (cells_of_person(its, counts[at : at + size]) if its else {}).items()}
            at += size
        found.append(cells)
    return found


def _size(counts, at):
    """How many cubes the release that begins at `at` has: until its first table comes again."""
    first = counts[at].cube.table, counts[at].cube.dimensions[-1].codes
    again = [i for i in range(at + 1, len(counts)) if (counts[i].cube.table, counts[i].cube.dimensions[-1].codes) == first]
    return (again[0] if again else len(counts)) - at


def then(now: Record, change: str) -> list[Record]:
    """What a record that is `now` was in the release before."""
    if change == "comes":
        return []
    return [turned(now)] if change == "crisis" else [now]


def turned(record: Record) -> Record:
    """The record with the other answer to whether it began in a crisis."""
    return replace(record, leaf=tuple((n, 1 - v if n == "crisis" else v) for n, v in record.leaf))
