"""The tables of releases before, as the proof of a new one wants them: what was printed, and who counted where at that time.

A release that was proved --alone has no list of who counted where, so that nothing can be proved beside it: it is named as left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.publish.review import persons_file, records
from celwacht.publish.sets.earlier import Earlier
from celwacht.tables.counting.plan import Plan, plans
from celwacht.tables.periods import Period
from celwacht.tables.specs.table_spec import TableSpec
from celwacht.tables.together.count_together import Counted, Counts


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """records: names of the records taken in; releases, of: their releases, and the release of each part. parts, counts: their cubes,
    one after the other. left_out: releases of which nobody knows any more who counted where. Confidential."""

    records: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    parts: tuple[Protected, ...] = field(default=(), repr=False)
    counts: tuple[Counts, ...] = field(default=(), repr=False)
    left_out: tuple[str, ...] = ()


def seen_before(earlier: Sequence[Earlier]) -> SeenBefore:
    """The cubes of all releases that can be taken in. ValueError where a record is damaged."""
    names, releases, of, left_out = [], [], [], []
    parts: list[Protected] = []
    counts: list[Counts] = []
    for release in earlier:
        if not (release.folder / records.SET_PERSONS).exists():
            left_out.append(release.line.release)
            continue
        its = _cubes(release)
        names.append(release.folder.name)
        releases.append(release.line.release)
        of += [release.line.release] * len(its)
        parts += [part for part, _ in its]
        counts += [c for _, c in its]
    return SeenBefore(tuple(names), tuple(releases), tuple(of), tuple(parts), tuple(counts), tuple(left_out))


def _cubes(release: Earlier) -> list[tuple[Protected, Counts]]:
    kept = [records.recorded(release.folder / table) for table in records.tables_of(release.folder)]
    parts = [part for one in kept for part in one.parts]
    its_plans = [plan for one in kept for plan in _plans(one.spec, one.parts)]
    person, cube, atom = persons_file.read(release.folder / records.SET_PERSONS)
    found = []
    for i, (part, plan) in enumerate(zip(parts, its_plans, strict=True)):
        mine = cube == i
        if not np.array_equal(np.bincount(atom[mine], minlength=part.cube.atoms.size), part.cube.atoms.ravel()):
            raise ValueError(f"{part.cube.table}: who counted where is not what was counted")
        empty = np.zeros(0, np.int64)
        counted = Counted(plan, np.zeros(0, dtype=str), empty, empty, np.zeros((0, len(plan.axes)), np.int32), empty)
        found.append((part, Counts(part.cube, counted, person[mine], atom[mine], np.full(int(mine.sum()), -1), earlier=True)))
    return found


def _plans(spec: TableSpec | None, parts: Sequence[Protected]) -> list[Plan]:
    """The plans from which the cubes of a table were counted."""
    if spec is None:
        raise ValueError("the record does not keep its specification")
    return plans(spec, [Period.parse(c.code) for part in parts for c in part.cube.dimensions[-1].codes])
