"""What the printed figures themselves tell about the structure: rounding, sums between columns, percentages, and which of
the guessed totals are totals. Each is tried on all lines without marks, and believed only where it holds on all of them.

Example: columns 2023, 2024, total with rows (3, 4, 7), (5, 5, 10), (c, 2, 9): total = 2023 + 2024 on both rows that are printed in full, so that c is 7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import gcd

import numpy as np
from celwacht.disclosure.audit.bounds.line_bounds import impossible
from celwacht.disclosure.audit.reading.guess import is_level, is_standard, is_total
from celwacht.disclosure.audit.reading.marks import Rounding, number
from celwacht.disclosure.audit.reading.published_table import MEASURE, Cells, Codebook, _relations, cells_of, lines_of, of_one_measure
from celwacht.disclosure.audit.reading.reading_spec import UNUSED, AuditSpec, Identity, RoundingRule, Rows, Term, identities_of, tabulate

BASES = (1000, 500, 100, 50, 25, 20, 10, 7, 5, 3)
FEW = 12
"""Figures of at least so many distinct sizes must share a base before rounding of a part of a table is believed."""
CHANCE = 300_000
"""Rounding of all figures is believed where exact figures would share the base in less than one of so many tables: seven sizes for base 10,
eight for base 5, twelve for base 3."""
OFTEN = 100
"""The same for a publisher that rounds most of its tables."""
DOUBT = 3
"""From so many sizes on that share a base of 5 or more, but too few to believe in it, the user is told."""
ENOUGH = 8
"""Lines on which a sum must hold before it is believed; they must tell it from chance, so some parts are not 0."""


PER_SECOND = 20_000_000
"""Comparisons of figures that count as a second's work while a table is read: work is counted, never timed, so that the
same table is read alike on every machine."""


class Effort:
    """What the search for sums may still spend, in comparisons of figures. None: without end."""

    def __init__(self, seconds: float | None = None):
        self.left = None if seconds is None else int(seconds * PER_SECOND)
        self.untried = 0

    def allows(self, work: int) -> bool:
        """Takes the work off and says whether it may be done; what may not is counted in `untried`."""
        if self.left is None:
            return True
        self.left -= work
        self.untried += self.left < 0
        return self.left >= 0


def rounding_of(table: Rows, spec: AuditSpec, often: bool = False) -> tuple[tuple[RoundingRule, ...], list[str]]:
    """Rules of rounding: for everything, else per level or code of a column with few of them. often: the publisher rounds most tables, so
    that few figures are enough."""
    at = [table.header.index(v) for v in spec.values]
    shown = _sizes(table.rows, at, spec)
    whole = _shared(shown)
    if whole ** len(shown) > (CHANCE if not often else OFTEN):
        return (RoundingRule(Rounding(whole)),), [f"all figures are multiples of {whole}: taken as rounded to it"]
    rules, notes = [], []
    if whole >= 5 and len(shown) >= DOUBT:
        notes.append(
            f"all figures are multiples of {whole}, but of {len(shown)} sizes only: taken as exact. If they are rounded, what follows is "
            f"wrong: say so with --rounding {whole}"
        )
    names = [n for n in table.header if is_level(n)] or [d for d in spec.dimensions if d not in spec.trees]
    for name in names:
        i = table.header.index(name)
        for code in sorted({row[i] for row in table.rows})[:40]:
            rows = [row for row in table.rows if row[i] == code]
            base = _base(rows, at, spec)
            if base > 1:
                rules.append(RoundingRule(Rounding(base), {name: (code,)}))
                notes.append(f"all figures of {name} {code} are multiples of {base}: taken as rounded to it")
                continue
            for value in spec.values if 1 < len(spec.values) <= 12 else ():
                base = _base(rows, [table.header.index(value)], spec)
                if base > 1:
                    rules.append(RoundingRule(Rounding(base), {name: (code,), MEASURE: (value,)}))
                    notes.append(f"all figures of {value} at {name} {code} are multiples of {base}: taken as rounded to it")
    return tuple(rules), notes


def _base(rows, at, spec: AuditSpec) -> int:
    shown = _sizes(rows, at, spec)
    return _shared(shown) if len(shown) >= FEW else 1


def _sizes(rows, at, spec: AuditSpec) -> set[int]:
    return {abs(f[0]) * 10 ** (spec.decimals - f[1]) for row in rows for i in at if (f := number(row[i], spec.decimal))} - {0}


def _shared(shown: set[int]) -> int:
    """The largest base that all sizes are multiples of; 1 if there is none."""
    return next((b for b in BASES if shown and gcd(*shown) % b == 0), 1)


def unions(table: Rows, spec: AuditSpec) -> tuple[AuditSpec, list[str]]:
    """A code of the second level with no codes below it, that is the sum of some others of its level, is put above them:
    London over Inner and Outer London. Without that the top would count them twice."""
    if spec.levels is None or len(spec.levels.level) < 3:
        return spec, []
    dimension = spec.levels.column
    tree, top = dict(spec.trees[dimension]), next(iter(spec.totals.get(dimension, ())), "")
    _book, cells = printed(table, spec)
    notes = []
    for code in [c for c in tree.get(top, ()) if c not in tree]:
        others = [c for c in tree[top] if c != code and c in tree]
        pairs = [(a, b) for i, a in enumerate(others) for b in others[i + 1 :]]
        for parts in pairs:
            trial = Identity((Term(1, ((dimension, code),)), *(Term(-1, ((dimension, p),)) for p in parts)), "")
            fits, of = agreement(cells, trial)
            if fits == of and of >= ENOUGH:
                tree[code] = parts
                tree[top] = tuple(c for c in tree[top] if c not in parts)
                notes.append(f"{dimension} {code} is the sum of {' and '.join(parts)} (on {of} of {of} lines)")
                break
    return replace(spec, trees={**spec.trees, dimension: tree}), notes


def kind_of_rounding(table: Rows, spec: AuditSpec) -> tuple[AuditSpec, list[str]]:
    """Takes guessed rounding for random (to either multiple) where lines that conventional rounding breaks then hold."""
    wide = replace(spec, rounding=tuple(replace(r, rounding=replace(r.rounding, half="random")) for r in spec.rounding))
    counts = []
    for one in (spec, wide):
        _, cells = printed(table, one)
        pairs = [agreement(cells, identity) for identity in identities_of(one)]
        counts.append(sum(of - fits for fits, of in pairs))
    if counts[0] < 3 or counts[1] * 3 > counts[0]:
        return spec, []
    return wide, [
        f"{counts[0]} lines do not add up by conventional rounding, {counts[1]} by rounding to either multiple: taken as rounded at random"
    ]


def checked(table: Rows, spec: AuditSpec, believed: frozenset[str] = frozenset()) -> tuple[AuditSpec, list[str]]:
    """The spec with only those sums that hold on every line where everything is printed; what was dropped is reported.

    A total that is one by its name, by the standard of its codes, or in a dimension of `believed` is believed however few lines show it,
    and it is reported when none does; any other sum without a line to try it on is dropped."""
    _book, cells = printed(table, spec)
    kept: dict[str, dict[str, tuple[str, ...]]] = {}
    notes, untried, fine, lines = [], [], 0, 0
    more: list[Identity] = []
    for d, tree in spec.trees.items():
        for parent, parts in tree.items():
            one = replace(spec, trees={d: {parent: parts}}, identities=())
            fits, of = agreement(cells, identities_of(one)[0])
            named = d in believed or is_total(parent) or is_standard(parent) or (spec.levels is not None and d == spec.levels.column)
            if fits < of and named and (some := _measures(cells, spec, identities_of(one)[0])):
                more += [of_one_measure(identities_of(one)[0], m) for m in some]
                notes.append(
                    f"{d} '{parent}' is the sum of its {len(parts)} parts in {', '.join(some)}; NOT in "
                    f"{', '.join(v for v in spec.values if v not in some)} ({fits} of {of} lines of all columns)"
                )
            elif fits < of:
                notes.append(f"{d} '{parent}' is NOT the sum of its {len(parts)} parts ({fits} of {of} lines){UNUSED}")
            elif of == 0 and not named:
                notes.append(
                    f"{d} '{parent}' may be the sum of its {len(parts)} parts, but no line is printed in full{UNUSED} (say so with trees: in --spec)"
                )
            else:
                kept.setdefault(d, {})[parent] = parts
                fine, lines = fine + (of > 0), lines + of
                if of == 0:
                    untried.append(f"{d} '{parent}'")
    if fine:
        notes.append(f"{fine} totals over their parts hold on all {lines} lines that are printed in full")
    if untried:
        notes.append(
            f"taken for totals by their name alone, since no line is printed in full: {', '.join(untried[:10])}"
            + (f" and {len(untried) - 10} more" if len(untried) > 10 else "")
        )
    return replace(spec, trees=kept, identities=(*spec.identities, *more)), notes


def _measures(cells: Cells, spec: AuditSpec, identity: Identity) -> list[str]:
    """Columns of figures in which a sum holds on every line that is printed in full, one at least: counts beside averages."""
    counted = {m: agreement(cells, of_one_measure(identity, m)) for m in spec.values} if len(spec.values) > 1 else {}
    return [m for m, (fits, of) in counted.items() if fits == of > 0]


def agreement(cells: Cells, identity: Identity) -> tuple[int, int]:
    """(lines that can hold, lines) among those where every cell is printed and one of them is not 0."""
    at, whole = lines_of(cells, identity)
    at = at[whole]
    exact = (~cells.withheld[at]).all(axis=1) & (cells.greatest[at] < 1 << 40).all(axis=1) & (cells.greatest[at] > 0).any(axis=1)
    rows = [(line, [t.coefficient for t in identity.terms], identity.least, identity.greatest, "") for line in at[exact]]
    if not rows:
        return 0, 0
    return len(rows) - len(impossible(cells.least, cells.greatest, _relations(rows))), len(rows)


def printed(table: Rows, spec: AuditSpec) -> tuple[Codebook, Cells]:
    """The cells of one table as printed, and the codes that name them."""
    book = Codebook()
    sightings = tabulate(spec, table, book)
    return book, cells_of(book, sightings)


def column_sum(total: str, parts: Sequence[str]) -> Identity:
    """A column that is the sum of others."""
    return Identity(
        (Term(1, ((MEASURE, total),)), *(Term(-1, ((MEASURE, p),)) for p in parts)), f"{total} = {' + '.join(parts)}", total_first=True
    )


def column_sums(table: Rows, spec: AuditSpec, effort: Effort | None = None) -> tuple[AuditSpec, list[str]]:
    """Columns that are the sum of a run of neighbouring columns, or the difference of two others, in every row where all of
    them are printed exactly."""
    names = list(spec.values)
    if len(names) < 3:
        return spec, []
    _book, cells = printed(table, spec)
    grid, low = _grid(cells, names), None
    exact = np.where(grid >= 0, cells.greatest[grid] - cells.least[grid] == 0, False)
    low = np.where(exact, cells.least[grid], 0)
    known, effort = set(spec.identities), effort or Effort()
    found = [f for f in _runs(low, exact, names, effort) + _differences(low, exact, names, effort) if column_sum(*f[:2]) not in known]
    identities = tuple(column_sum(t, parts) for t, parts, _ in found)
    notes = [f"{t} = {' + '.join(parts)} (on all {n} rows where they are printed)" for t, parts, n in found]
    if effort.untried:
        notes.append(
            f"the search for sums between columns ended for want of time: {effort.untried} combinations were not tried (--seconds)"
        )
    return replace(spec, identities=(*spec.identities, *identities)), notes


def _grid(cells: Cells, names: Sequence[str]) -> np.ndarray:
    """(contexts, columns) position of the cell, -1 for none."""
    stride = cells.strides[MEASURE]
    base = np.unique(cells.key - stride * cells.digit(MEASURE))
    return np.stack([cells.at(base + stride * cells.book.codes[MEASURE][n]) for n in names], axis=1)


def _runs(low, exact, names, effort: Effort):
    found = []
    sums = np.concatenate([np.zeros((len(low), 1), np.int64), np.cumsum(low, axis=1)], axis=1)
    known = np.concatenate([np.zeros((len(low), 1), np.int64), np.cumsum(exact, axis=1)], axis=1)
    for a in range(len(names)):
        for b in range(len(names), a + 1, -1):
            if not effort.allows(len(low) * (len(names) - b + a)):
                continue
            rows = known[:, b] - known[:, a] == b - a
            for t in (*range(a), *range(b, len(names))):
                these = rows & exact[:, t]
                if these.sum() < ENOUGH or np.any(sums[these, b] - sums[these, a] != low[these, t]):
                    continue
                parts = low[these, a:b]
                ends = (parts > 0).any(axis=0)[[0, -1]].all()  # a column of zeros at an end could as well be left out
                if ends and len(np.unique(low[these, t])) >= 3:
                    found.append((names[t], tuple(names[a:b]), int(these.sum())))
    return found


def _differences(low, exact, names, effort: Effort):
    """t = a + b for columns that are no neighbours, and pairs of columns that are equal."""
    found = []
    n = len(names)
    for a in range(n):
        for b in range(a + 1, n):
            if not effort.allows(len(low) * n):
                continue
            both = exact[:, a] & exact[:, b]
            if (
                both.sum() >= ENOUGH
                and (low[both, a] == low[both, b]).all()
                and ((low[both, a] > 0).sum() >= 2 * ENOUGH and len(np.unique(low[both, a])) >= 5)
            ):
                found.append((names[a], (names[b],), int(both.sum())))
            for t in range(n):
                these = both & exact[:, t]
                if t in (a, b) or (b == a + 1) or these.sum() < 3 * ENOUGH:
                    continue
                telling = (low[these, a] != 0) & (low[these, b] != 0)
                if telling.sum() >= 2 * ENOUGH and (low[these, a] + low[these, b] == low[these, t]).all():
                    found.append((names[t], (names[a], names[b]), int(these.sum())))
    return found
