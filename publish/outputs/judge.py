"""Whether outputs may leave: by what they show, and by what follows from them together with everything that was released.

The attacker of its own (disclosure/outsider) is asked twice: with the figures of the outputs, and without them. What it can narrow with them that it
could not without is their doing. What one figure tells minus another that lies in it is looked at as well (nested.py), whether any table shows it or not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.outsider.attack import Contradicted, Found, attack
from celwacht.disclosure.outsider.bounds import LOW, Bounds
from celwacht.disclosure.outsider.public_table import ENDLESS, PublicTable
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.publish.outputs.findings import FAIL, REVIEW, Finding, Tables
from celwacht.publish.outputs.nested import Pair, pairs
from celwacht.publish.outputs.recipe import Shown, between, terms, told
from celwacht.publish.outputs.released import Known
from celwacht.publish.outputs.sheets import Sheet
from celwacht.publish.outputs.statbarns import CLASS, DIFFERENCING, LOW_COUNT
from celwacht.tables.counting.codings import coding
from celwacht.tables.cubes.classification import Classification

MOST = 25
"""Recipes that are written for one output and risk; how many more there are is said."""
CONTRADICTS = (
    "the figures cannot all be true beside what was released, so that nothing follows from them: the form says something else than the file shows, or "
    "other records were counted"
)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """findings: what is wrong. found: what follows from all together; None where nothing is counted."""

    findings: tuple[Finding, ...]
    found: Found | None = field(default=None, repr=False)


def judged(
    sheets: Sequence[Sheet], known: Sequence[Known], policy: DisclosurePolicy, contributors: Mapping[int, np.ndarray] | None = None
) -> Judged:
    """Counts against everything; sums by who contributes. contributors: per position in `sheets` of a sum the count of every cell, by the register."""
    counts = [s for s in sheets if not s.of]
    found, wrong = _together(counts, known)
    findings = list(wrong)
    if found is not None:
        after, before, tables = found
        findings += _narrowed(after, before, tables, policy)
        findings += _classes(tables)
    for of in dict.fromkeys(s.of for s in sheets if s.of):
        findings += _sums([(s, (contributors or {}).get(n)) for n, s in enumerate(sheets) if s.of == of], policy)
    return Judged(tuple(findings), found[0] if found else None)


def opened(table: PublicTable) -> PublicTable:
    """The same cells with nothing printed in them."""
    nothing = np.zeros(table.low.shape, np.int64)
    return PublicTable(table.release, table.spec, table.codes, nothing, np.full_like(nothing, ENDLESS), np.zeros_like(table.dot))


def _together(sheets: Sequence[Sheet], known: Sequence[Known]) -> tuple[tuple[Found, Found, Tables] | None, list[Finding]]:
    """(after, before, tables): everything with and without the outputs; those that contradict what was released are told, and left out."""
    wrong: list[Finding] = []
    left = list(sheets)
    while left:
        seen = [k.table for k in known] + [s.table for s in left]
        try:
            after = attack(seen, lambda _: 0, questions=0)
        except Contradicted:
            alone = [s for s in left if len(left) == 1 or _contradicts(s, known)]
            bad = alone or left
            wrong += [Finding(frozenset({s.number}), "Contradiction", REVIEW, CONTRADICTS) for s in {s.number: s for s in bad}.values()]
            numbers = {s.number for s in bad}
            left = [s for s in left if s.number not in numbers]
            continue
        before = attack([k.table for k in known] + [opened(s.table) for s in left], lambda _: 0, questions=0)
        return (after, before, Tables(known, left)), wrong
    return None, wrong


def _contradicts(sheet: Sheet, known: Sequence[Known]) -> bool:
    try:
        attack([k.table for k in known] + [sheet.table], lambda _: 0, questions=0)
    except Contradicted:
        return True
    return False


def few(low: np.ndarray, high: np.ndarray, policy: DisclosurePolicy) -> np.ndarray:
    """bool: so closely known, and so few, that it is disclosed."""
    return (high - low < policy.width) & (high >= 1) & policy.sensitive(np.maximum(low, 1))


def _bad(bounds: Bounds, policy: DisclosurePolicy) -> np.ndarray:
    return few(bounds.low, bounds.high, policy)


def _narrowed(after: Found, before: Found, tables: Tables, policy: DisclosurePolicy) -> list[Finding]:
    shown = Shown.of(after, tables)
    told_of = after.figures.shown | (after.bounds.low > 0)  # of what no table shows, that there is nobody or a few says nothing of anybody
    fresh = _bad(after.bounds, policy) & ~_bad(before.bounds, policy) & told_of
    own = np.full(len(fresh), -1, np.int64)
    mine = np.zeros(len(fresh), bool)
    first = len(tables.known)
    for n in range(first, len(after.figures.tables)):
        table, place = after.figures.tables[n], after.figures.place[n]
        mine[place.ravel()] = True
        own[place[~table.dot & few(table.low, table.high, policy)]] = n
    found = [_low_count(after, tables, int(i), int(own[i])) for i in np.flatnonzero(fresh & (own >= 0))]
    taken: set[tuple[int, ...]] = set()
    for i in np.flatnonzero(fresh & (own < 0)):
        taken.add(tuple(sorted(terms(after, int(i), LOW) or ())))
        said, by = told(after, shown, tables, int(i))
        found.append(tables.finding(by, DIFFERENCING, FAIL, said, () if any(n >= first for n in by) else _all(tables)))
    found += _differences(
        after, before, tables, policy, shown, [p for p in pairs(after, mine) if tuple(sorted((p.more, p.less))) not in taken], own >= 0
    )
    return _shortened(found)


def _all(tables: Tables) -> list[int]:
    return [s.number for s in tables.sheets]


def _low_count(found: Found, tables: Tables, i: int, n: int) -> Finding:
    value = between(int(found.figures.low[i]), int(found.figures.high[i]))
    return tables.finding((n,), LOW_COUNT, FAIL, f"{tables.name(n)} shows {value} in {found.figures.label(i)}")


def _differences(
    after: Found, before: Found, tables: Tables, policy: DisclosurePolicy, shown: Shown, apart: Sequence[Pair], already: np.ndarray
) -> list[Finding]:
    """Figures less others that lie in them, and that the attack has no figure for."""
    found = []
    for pair in apart:
        a, b = pair.more, pair.less
        if already[a] or already[b]:
            continue
        now, then = (_apart(x.bounds, a, b) for x in (after, before))
        if few(*now, policy)[0] and not few(*then, policy)[0]:
            by = [int(shown.by[a]), int(shown.by[b])]
            one, other = (
                f"{tables.name(n)} ({after.figures.label(k)}: {between(int(after.bounds.low[k]), int(after.bounds.high[k]))})"
                for n, k in zip(by, (a, b))
            )
            unit = next(t.spec.unit for n, t in enumerate(after.figures.tables) if n == by[0])
            said = f"{one} minus {other} gives {between(int(now[0][0]), int(now[1][0]))} {unit} that are in the first and not in the second"
            found.append(tables.finding(by, DIFFERENCING, FAIL, said))
    return found


def _apart(bounds: Bounds, a: int, b: int) -> tuple[np.ndarray, np.ndarray]:
    low = max(0, int(bounds.low[a] - bounds.high[b]))
    high = int(bounds.high[a] - bounds.low[b]) if bounds.high[a] < ENDLESS else ENDLESS
    return np.array([low]), np.array([high])


def _classes(tables: Tables) -> list[Finding]:
    """Groups of which everybody is in one class, along any side of a table; places aside, for where somebody lives is how they are found."""
    found = []
    for n, sheet in enumerate(tables.sheets, len(tables.known)):
        t = sheet.table
        for side, dimension in enumerate(t.spec.dimensions):
            classes = coding(dimension.classification, dimension_name=dimension.name, field=dimension.field, division=None).classification
            if classes.kind.startswith("Geo") or not (many := _alone(t, side, classes)):
                continue
            said = f"in {tables.name(n)} everybody of {many} groups is in one class of {dimension.classification}"
            found.append(tables.finding((n,), CLASS, REVIEW, said))
    return found


def _alone(t: PublicTable, side: int, classes: Classification) -> int:
    """Groups (lines along that side) that one class holds whole: as many as a wider class, or all others of a whole division are 0."""
    exact, low = (np.moveaxis(a, side, 0) for a in (~t.dot & (t.low == t.high), t.low))
    at = [classes.position(code) for code in t.codes[side]]
    sets = [frozenset(classes.members[k].tolist()) for k in at]
    there = exact & (low > 0)
    held = np.zeros(low.shape[1:], bool)
    for c, own in enumerate(sets):
        if not classes.codes[at[c]].unknown:
            for wider in (k for k, its in enumerate(sets) if own < its):
                held |= there[c] & there[wider] & (low[c] == low[wider])
    least = [k for k, its in enumerate(sets) if not any(other < its for other in sets)]
    every = [frozenset(its.tolist()) for its in classes.members]
    known = [its for code, its in zip(classes.codes, every) if not code.unknown and not any(other < its for other in every)]
    if len(least) > 1 and frozenset().union(*(sets[k] for k in least)) >= frozenset().union(*known):
        named = [not classes.codes[at[k]].unknown for k in least]
        held |= exact[least].all(axis=0) & (there[least].sum(axis=0) == 1) & there[least][named].any(axis=0)
    return int(held.sum())


def _sums(sheets: Sequence[tuple[Sheet, np.ndarray | None]], policy: DisclosurePolicy) -> list[Finding]:
    """Sums of one field: of few, or that minus each other are the sum of few."""
    tables = Tables((), [s for s, _ in sheets])
    try:
        found = attack([s.table for s, _ in sheets], lambda _: 0, questions=0)
    except Contradicted:
        return [Finding(frozenset({s.number}), "Contradiction", REVIEW, CONTRADICTS) for s, _ in sheets]
    people, mine = np.full(len(found.bounds.low), -1, np.int64), np.zeros(len(found.bounds.low), bool)
    findings = []
    for n, (sheet, counted) in enumerate(sheets):
        place, printed = found.figures.place[n], ~sheet.table.dot
        mine[place[printed]] = True
        if counted is None:
            findings.append(
                tables.finding((n,), LOW_COUNT, REVIEW, f"without the register it is not known how many contribute to {tables.name(n)}")
            )
            continue
        people[place] = counted
        small = printed & policy.sensitive(counted)
        for i, k in zip(place[small].tolist(), counted[small].tolist()):
            findings.append(tables.finding((n,), LOW_COUNT, FAIL, f"{tables.name(n)} sums {sheet.of} over {k} in {found.figures.label(i)}"))
    shown = Shown.of(found, tables)
    for pair in pairs(found, mine):
        a, b = pair.more, pair.less
        apart = int(people[a] - people[b]) if people[a] >= 0 and people[b] >= 0 else 0
        if mine[a] and mine[b] and apart > 0 and bool(policy.sensitive(np.array([apart]))[0]):
            by = [int(shown.by[a]), int(shown.by[b])]
            said = (
                f"{tables.name(by[0])} ({found.figures.label(a)}) minus {tables.name(by[1])} ({found.figures.label(b)}) gives the sum of "
                f"{sheets[by[0]][0].of} over {apart}"
            )
            findings.append(tables.finding(by, DIFFERENCING, FAIL, said))
    return _shortened(findings)


def _shortened(findings: Sequence[Finding]) -> list[Finding]:
    """The first MOST of each output and risk, with how many more there are."""
    kept: dict[tuple[frozenset[int], str], list[Finding]] = {}
    for one in findings:
        kept.setdefault((one.outputs, one.risk), []).append(one)
    out = []
    for its in kept.values():
        out += its[:MOST]
        if len(its) > MOST:
            last = its[-1]
            more = f"and {len(its) - MOST} more of the kind"
            out.append(Finding(last.outputs, last.risk, last.verdict, more, last.beside, last.other))
    return out
