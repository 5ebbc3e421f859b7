"""The proof of a set as a whole: from the patterns of its tables, each by itself, to patterns and a certificate of all together.

records of all tables, each proved by itself -> counted together -> search over the set -> set checker -> new records

A table is *within the proof of the set* when worlds of all tables at once prove every sensitive cell of it. Where the search does not
reach that within its work, the table keeps the proof and the pattern that it had by itself, and readers are told.

Where the policy of a table has rules beside the threshold, or protects against insiders or singletons, its own proof stays as it is, and nothing that it
withholds is printed; elsewhere what the whole does not need is printed again.
"""

from __future__ import annotations

import hmac
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.policy.headline import headline_ranks
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.disclosure.search.sets.protect_set import ProtectedSet, protect_set
from celwacht.disclosure.search.units.rows import register_of
from celwacht.disclosure.sets import set_certificate
from celwacht.disclosure.sets.set_certificate import SetProof
from celwacht.disclosure.sets.set_checker import SetResult
from celwacht.publish.gate import set_gate
from celwacht.publish.review import persons_file, records
from celwacht.publish.review.records import Recorded
from celwacht.publish.sets.make_table import Job
from celwacht.publish.sets.same_cells import DEAREST as DEAREST_ALIKE
from celwacht.publish.sets.same_cells import as_seen, same_cells
from celwacht.publish.sets.seen_before import SeenBefore
from celwacht.tables.counting.microdata import shared
from celwacht.tables.cubes.province import narrowed
from celwacht.tables.specs.table_spec import TableSpec
from celwacht.tables.together.count_together import Counts, count_together
from celwacht.tables.together.narrow import narrowed_counts

DEAREST = 0.002
"""Share of the value of all tables that one world may have withheld."""


@dataclass(frozen=True, slots=True)
class Together:
    """What became of a set: the word of its checker, the tables of which every sensitive cell is proved beside all others, and per
    table the value that its own proof withheld. before: for each release before that it was proved beside, the tables of that release
    of which every sensitive cell is still proved; left_out: releases that could not be taken in."""

    verdict: Verdict
    tables: tuple[str, ...]
    alone: dict[str, int]
    before: dict[str, tuple[str, ...]]
    left_out: tuple[str, ...] = ()


def prove(jobs: Sequence[Job], progress: Callable[[str, int, int], None] = lambda *_: None, seen: SeenBefore | None = None) -> Together:
    """Proves the tables of the jobs together, and beside what readers have seen, and writes their records and the certificate of the
    set. Their records of each by itself must be there."""
    seen = seen or SeenBefore()
    kept = [records.recorded(job.record) for job in jobs]
    parts = [part for one in kept for part in one.parts]
    alone = {job.spec.id: sum(p.summary()["value_withheld"] for p in one.parts) for job, one in zip(jobs, kept)}
    progress("count", 0, 1)
    counts = _counts(jobs)
    if [c.cube.table for c in counts] != [p.cube.table for p in parts] or not all(
        np.array_equal(c.cube.atoms, p.cube.atoms) for c, p in zip(counts, parts)
    ):
        raise AssertionError("tables counted together differ from tables counted one by one")
    keep = [job.spec.keep for job, one in zip(jobs, kept) for _ in one.parts]
    dear = np.concatenate([_headline(p, k) for p, k in zip(parts, keep)])
    them = np.zeros(sum(p.status.size for p in seen.parts), bool)
    found = protect_set(
        [*counts, *seen.counts],
        [p.policy for p in (*parts, *seen.parts)],
        alike=_beside(alike_of([job.spec for job in jobs], [one.parts for one in kept]), len(them)),
        begin=np.concatenate([*(p.withheld.ravel() for p in parts), them]),
        locked=np.concatenate([*(p.withheld.ravel() & _own(p.policy) for p in parts), them]),
        dear=np.concatenate([dear, them]),
        before=[*(None for _ in parts), *(p.withheld for p in seen.parts)],
        dearest=DEAREST * sum(int(p.cube.cells.sum()) for p in parts),
        key=hmac.digest(jobs[0].secret, b"celwacht/1/set\0", "sha256"),
        tell=lambda done, of: progress("protect", done, max(of, 1)),
    )
    progress("prove", 0, 1)
    proof = SetProof(found.types, found.worlds, seen.records)
    first = [_part(p, found, n, found.status) for n, p in enumerate(parts)]
    whole = set_gate.proved(parts, set_gate.judge([*first, *seen.parts], proof))
    status = _with_own(parts, found, whole)
    made = [_part(p, found, n, status, p.cube.table not in whole) for n, p in enumerate(parts)]
    progress("prove", 0, 1)
    result = set_gate.judge([*made, *seen.parts], proof)
    _write(jobs, kept, made, proof, [*counts, *seen.counts])
    return Together(result.verdict, set_gate.proved(made, result), alone, _still(seen, result, len(made)), seen.left_out)


def _still(seen: SeenBefore, result: SetResult, n: int) -> dict[str, tuple[str, ...]]:
    """Per release before the tables that are still proved, now that more is known; n: cubes of the new one."""
    found = {}
    for release in seen.releases:
        its = [(p, u) for p, u, r in zip(seen.parts, result.unproved[n:], seen.of) if r == release]
        found[release] = set_gate.proved([p for p, _ in its], SetResult(result.verdict, "", tuple(u for _, u in its)))
    return found


def _with_own(parts: Sequence[Protected], found: ProtectedSet, whole: Sequence[str]) -> np.ndarray:
    """The statuses of the set, where tables that it does not wholly prove keep what their own proof withheld, and so does every
    table that shows the same cell."""
    own = np.concatenate([p.withheld.ravel() & (p.cube.table not in whole) for p in parts])
    status, twin = found.status.copy(), found.cells.twin
    own = np.concatenate([own, np.zeros(len(status) - len(own), bool)])  # releases before stay as they are
    at = np.flatnonzero(own & (status == Status.PUBLISHED))
    while at.size:
        status[at] = Status.SECONDARY
        at = twin[at]
        at = at[status[at] == Status.PUBLISHED]
    return status


def _counts(jobs: Sequence[Job]) -> list[Counts]:
    """All tables, counted record by record, narrowed to the regions of the order."""
    first = jobs[0]
    found = count_together([job.spec for job in jobs], first.periods, first.data, connection=shared(first.data, first.engine))
    return [narrowed_counts(c, lambda cube: narrowed(cube, first.regions)) for c in found] if first.regions else found


def alike_of(specs: Sequence[TableSpec], parts: Sequence[Sequence[Protected]]) -> np.ndarray:
    """(cells of all cubes,) a number that cells share which are the same by their specifications. Large figures (same_cells.DEAREST) are like
    no other: they stay printed where they are. Two that only happen to count the same young people are not the same."""
    names = same_cells([as_seen(spec, its) for spec, its in zip(specs, parts)])
    cuts = [np.cumsum([p.status.shape[-1] for p in its])[:-1] for its in parts]
    found = np.concatenate([n.ravel() for name, at in zip(names, cuts) for n in np.split(name, at, axis=-1)])
    value = np.concatenate([p.cube.cells.ravel() for its in parts for p in its])
    alone = (found < 0) | (value >= DEAREST_ALIKE)
    return np.where(alone, found.max(initial=0) + 1 + np.arange(len(found)), found)


def _beside(numbers: np.ndarray, more: int) -> np.ndarray:
    """The same, and for so many cells more a number of each by itself."""
    return np.concatenate([numbers, numbers.max(initial=0) + 1 + np.arange(more)])


def _own(policy: DisclosurePolicy) -> bool:
    """Whether a table has a proof of its own that the set's does not replace."""
    return policy.rules is not None or policy.singletons or policy.insiders > 0


def _headline(part: Protected, keep) -> np.ndarray:
    """bool, flat: headline figures."""
    return headline_ranks(part.cube, part.policy.keep, keep).ravel() > 0


def _part(part: Protected, found: ProtectedSet, number: int, status: np.ndarray, own: bool = False) -> Protected:
    """A cube with the pattern of the set, and its own proof: as it was (own), or from the worlds of the set."""
    ends = found.cells.first[number], found.cells.first[number + 1]
    withheld = (status[ends[0] : ends[1]] != Status.PUBLISHED).reshape(part.status.shape)
    base = np.where(part.status == Status.SECONDARY, Status.PUBLISHED, part.status)
    new = np.where(withheld & (base == Status.PUBLISHED), Status.SECONDARY, base).astype(np.uint8)
    shown = np.where(new != Status.PUBLISHED, 0, part.policy.printed(part.cube.cells))
    worlds = part.worlds if own or _own(part.policy) else found.worlds_of(number)
    return Protected(part.cube, part.policy, new, shown, worlds, part.levels, insiders=part.insiders, contributions=part.contributions)


def _write(jobs: Sequence[Job], kept: Sequence[Recorded], made: Sequence[Protected], proof: SetProof, counts: Sequence[Counts]) -> None:
    """The records of all tables anew, and beside them the certificate of the set, and who counts where."""
    at = 0
    for job, one in zip(jobs, kept):
        shutil.rmtree(job.record)
        records.save(job.record, made[at : at + len(one.parts)], job.spec, one.people)
        at += len(one.parts)
    folder, register = jobs[0].record.parent, register_of(counts)
    set_certificate.save(folder / records.SET_CERTIFICATE, proof)
    now = register.cube < len(made)
    owner = np.repeat(np.arange(len(register.person)), np.diff(register.person_at))[now]
    rows_at = np.searchsorted(owner, np.arange(len(register.person) + 1))
    persons_file.save(folder / records.SET_PERSONS, register.person, rows_at, register.cube[now], register.atom[now])
