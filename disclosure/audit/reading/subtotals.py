"""Codes of one column that are sums of others in it, and do not say so by their names; told from the figures.

    area          n        Nederland = Noord + Oost, Noord = Groningen + Drenthe: each on every line that is printed
    Nederland   100        in full. A chance meeting is the less likely the more lines there are and the larger their
    Noord        60        figures: a sum of t is met by one in t + 1 others, so that each line counts for
    Groningen    25        log2(t + 1) bits, and what was tried for nothing (so many runs of codes) is taken off.
    Drenthe      35
    Oost         40

First runs of neighbours are tried (a total before its parts, or after them), then, for few codes, every set of them: publishers
sort by the alphabet as well. What holds by less than SURE bits is not used, and asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log2

import numpy as np
from celwacht.disclosure.audit.reading.discover import Effort, printed
from celwacht.disclosure.audit.reading.published_table import MEASURE, Cells, Identity, family, of_one_measure
from celwacht.disclosure.audit.reading.reading_spec import FOUND_SUMS, UNUSED, AuditSpec, Rows

SURE = 10.0
"""Bits from which a sum is believed: chance makes one of a thousand tables look so."""
WORTH_ASKING = 4.0
FEW_CODES = 14
"""So many codes at most are tried in every set of them; 2 ** 13 sets for each."""
FAR = 1 << 40

Tree = dict[int, tuple[int, ...]]
"""Position of a code -> positions of the codes that it is the sum of."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Lines along one dimension: low, high int64 and known bool (lines, codes), codes in the order in which they first appear.
    measure: (lines,) which column of figures each is of."""

    low: np.ndarray
    high: np.ndarray
    known: np.ndarray
    measure: np.ndarray

    def of(self, measure: int) -> Lines:
        """The lines of one column of figures."""
        these = self.measure == measure
        return Lines(self.low[these], self.high[these], self.known[these], self.measure[these])


def subtotals(table: Rows, spec: AuditSpec, effort: Effort) -> tuple[AuditSpec, list[str]]:
    """The spec with the sums that are found among the codes of dimensions without any, and a note on each dimension."""
    free = [d for d in spec.dimensions if not _stated(spec, d)]
    bare = [d for d in free if not spec.trees.get(d)]
    beside = [(d, by) for d in free for by in _attributes(table, spec, d)]
    if not bare and not beside:
        return spec, []
    if not spec.values:
        return spec, []
    _, cells = printed(table, spec)
    trees, identities, notes = dict(spec.trees), list(spec.identities), []
    for d, by in beside:
        names = _names(table, spec, d)
        grouped = _by_groups(_lines(cells, spec, d, names), names, _groups(table, d, by))
        identities += [_identity(spec, d, names, t, parts) for t, parts in grouped if trees.get(d, {}).get(names[t]) != parts]
        notes += [line for t, parts in grouped for line in _told(d, names, {t: parts}, f" and {by}")]
    for d in bare:
        names = _names(table, spec, d)
        if len(names) < 3:
            continue
        lines = _lines(cells, spec, d, names)
        found, doubtful = _forest(lines, effort)
        if found:
            trees[d] = {names[t]: tuple(names[p] for p in parts) for t, parts in found.items()}
            notes += _told(d, names, found, "")
        elif len(spec.values) > 1:
            for measure in spec.values:
                found, some = _forest(lines.of(cells.book.codes[MEASURE][measure]), effort)
                identities += [of_one_measure(_identity(spec, d, names, t, parts), measure) for t, parts in found.items()]
                notes += _told(d, names, found, f" in {measure}")
                doubtful = doubtful or some
        notes += [] if found else _told(d, names, doubtful, "", doubtful=True)
    return replace(spec, trees=trees, identities=tuple(identities)), notes


def _names(table: Rows, spec: AuditSpec, d: str) -> list[str]:
    """The codes of a dimension in the order in which they first appear; of several that mean "all" the first."""
    totals = spec.totals.get(d, ())
    return [n for n in dict.fromkeys(row[table.header.index(d)] for row in table.rows) if n not in totals or n == totals[0]]


def _attributes(table: Rows, spec: AuditSpec, d: str) -> list[str]:
    """Columns that put the codes of a dimension into groups (the province of each gemeente), and name no cell themselves."""
    used = {*spec.dimensions, *spec.values, *spec.nested, *spec.nested.values(), *([spec.levels.column] if spec.levels else [])}
    at, codes = table.header.index(d), len({row[table.header.index(d)] for row in table.rows})
    free = [i for i, name in enumerate(table.header) if name not in used]
    kinds = {i: len({row[i] for row in table.rows}) for i in free}
    return [table.header[i] for i in free if 1 < kinds[i] < codes == len({(row[at], row[i]) for row in table.rows})]


def _groups(table: Rows, d: str, by: str) -> dict[str, list[str]]:
    at, own = table.header.index(d), table.header.index(by)
    found: dict[str, list[str]] = {}
    for code, group in dict.fromkeys((row[at], row[own]) for row in table.rows):
        found.setdefault(group, []).append(code)
    return found


def _by_groups(lines: Lines, names: Sequence[str], groups: dict[str, list[str]]) -> list[tuple[int, tuple[int, ...]]]:
    """(code, the codes of a group) for each code that is the sum of a group: it bears the group's name, or is alone in its own."""
    where = {n: i for i, n in enumerate(names)}
    alone = [g[0] for g in groups.values() if len(g) == 1 and g[0] in where]
    found = []
    for name, codes in groups.items():
        for t in dict.fromkeys([*([name] if name in where else []), *alone[:3]]):
            parts = tuple(where[c] for c in codes if c != t and c in where)
            enough = WORTH_ASKING if t == name else SURE
            if len(parts) > 1 and len(lines.low) and not _broken(lines, where[t], parts) and _bits(lines, where[t], parts) >= enough:
                found.append((where[t], parts))
    return found


def _stated(spec: AuditSpec, d: str) -> bool:
    """Whether some identity of the spec already sums over codes of this dimension."""
    return any(name == d for i in spec.identities for t in i.terms for name, _ in t.pairs)


def _lines(cells: Cells, spec: AuditSpec, d: str, names: Sequence[str]) -> Lines:
    stride, totals = cells.strides[d], spec.totals.get(d, ())
    numbers = [0 if n in totals else cells.book.codes[d][n] for n in names]
    base = np.unique(cells.key - stride * cells.digit(d))
    at = np.stack([cells.at(base + stride * n) for n in numbers], axis=1)
    there = at >= 0
    known = there & ~cells.withheld[at] & (cells.greatest[at] < FAR)
    low = np.where(there & (cells.least[at] > -FAR), cells.least[at], 0)
    high = np.where(known, cells.greatest[at], FAR)
    measure = base // cells.strides[MEASURE] % len(cells.book.codes[MEASURE])
    telling = (low.max(axis=1, initial=0) > 0) & (low.min(axis=1, initial=0) >= 0)
    return Lines(low[telling], high[telling], known[telling], measure[telling])


def _forest(lines: Lines, effort: Effort) -> tuple[Tree, Tree]:
    """(sums that are believed, else sums that may be)."""
    n = lines.low.shape[1]
    best: tuple[float, Tree] = (0.0, {})
    if len(lines.low) and effort.allows(2 * n * n * len(lines.low)):
        for order in (list(range(n)), list(range(n))[::-1]):
            best = max(best, _along(lines, order), key=lambda b: b[0])
    if len(lines.low) and n <= FEW_CODES and best[0] < SURE and effort.allows(n * len(lines.low) << (n - 1)):
        best = max(best, _any_sets(lines), key=lambda b: b[0])
    bits, tree = best
    return (tree, {}) if bits >= SURE else ({}, tree if bits >= WORTH_ASKING else {})


def _along(lines: Lines, order: Sequence[int]) -> tuple[float, Tree]:
    """(bits, tree): each code, from the last to the first, is tried as the sum of the trees that follow it."""
    tree: Tree = {}
    bits, tries = 0.0, 0
    roots: list[int] = []
    for t in reversed(order):
        if len(roots) > 1:
            tries += len(roots)
            for k in _sums(lines, t, roots):
                own = _bits(lines, t, roots[:k])
                if own > 0:
                    tree[t], roots, bits = tuple(roots[:k]), roots[k:], bits + own
                    break
        roots.insert(0, t)
    if order[0] > order[-1]:
        tree = {t: parts[::-1] for t, parts in tree.items()}
    return bits - len(tree) * log2(max(tries, 1)), tree


def _sums(lines: Lines, t: int, roots: list[int]) -> Iterator[int]:
    """Numbers k >= 2 of roots that add up to code t on every line where all is printed, one line at least."""
    least, greatest = np.cumsum(lines.low[:, roots], axis=1), np.cumsum(np.minimum(lines.high[:, roots], FAR), axis=1)
    full = np.logical_and.accumulate(lines.known[:, roots], axis=1) & lines.known[:, [t]]
    broken = (least > lines.high[:, [t]]) | (full & (greatest < lines.low[:, [t]]))
    return (int(k) + 1 for k in np.flatnonzero(~broken.any(axis=0) & full.any(axis=0)) if k)


def _any_sets(lines: Lines) -> tuple[float, Tree]:
    """(bits, tree): the smallest set of codes whose sum each code is, tried on the lines that are printed in full."""
    n = lines.low.shape[1]
    full = lines.known.all(axis=1)
    low, high = lines.low[full], lines.high[full]
    tree: Tree = {}
    bits = 0.0
    for t in range(n) if len(low) else ():
        others = [i for i in range(n) if i != t]
        least = greatest = np.zeros((1, len(low)), np.int64)
        for i in others:
            least = np.concatenate([least, least + low[:, i]])
            greatest = np.concatenate([greatest, greatest + high[:, i]])
        fits = np.flatnonzero(((least <= high[:, t]) & (greatest >= low[:, t])).all(axis=1))
        sets = sorted(([o for b, o in enumerate(others) if f >> b & 1] for f in fits.tolist()), key=lambda s: (len(s), s))
        sets = [s for s in sets if len(s) > 1 and not _broken(lines, t, s)]
        if sets and (own := _bits(lines, t, sets[0])) > n - 1 + WORTH_ASKING and (len(sets) < 2 or len(sets[1]) > len(sets[0])):
            tree[t], bits = tuple(sets[0]), bits + own - (n - 1)
    return bits, tree


def _broken(lines: Lines, t: int, parts: Sequence[int]) -> bool:
    """Whether some line, printed in full or not, cannot add up."""
    full = lines.known[:, parts].all(axis=1) & lines.known[:, t]
    most = np.minimum(lines.high[:, parts], FAR).sum(axis=1)
    return bool(((lines.low[:, parts].sum(axis=1) > lines.high[:, t]) | (full & (most < lines.low[:, t]))).any())


def _bits(lines: Lines, t: int, parts: Sequence[int]) -> float:
    """How unlikely it is that chance makes code t the sum of these: distinct lines printed in full, two parts of which are not 0."""
    full = lines.known[:, parts].all(axis=1) & lines.known[:, t] & ((lines.high[:, parts] > 0).sum(axis=1) > 1)
    at = [t, *parts]
    distinct = np.unique(np.concatenate([lines.low[full][:, at], lines.high[full][:, at]], axis=1), axis=0)
    low, high = distinct[:, : len(at)], distinct[:, len(at) :]
    slack = (high - low).sum(axis=1)
    return float(np.maximum(np.log2((1 + np.maximum(high[:, 0], 0)) / (1 + slack)), 0).sum())


def _identity(spec: AuditSpec, d: str, names: Sequence[str], t: int, parts: Sequence[int]) -> Identity:
    total = "" if names[t] in spec.totals.get(d, ()) else names[t]
    return family(d, total, [names[p] for p in parts])


def _told(d: str, names: Sequence[str], tree: Tree, where: str, doubtful: bool = False) -> list[str]:
    if not tree:
        return []
    shown = [f"'{names[t][:40]}' = {_run(names, parts)}" for t, parts in sorted(tree.items())]
    more = f" and {len(shown) - 6} more" if len(shown) > 6 else ""
    told = "; ".join(shown[:6]) + more
    if doubtful:
        return [f"{d}: {told}, as it seems{where}, but on too few figures to tell it from chance{UNUSED} (say so with trees: in --spec)"]
    return [f"{d}{FOUND_SUMS}, by the figures{where}: {told} (if they are none: trees: in --spec)"]


def _run(names: Sequence[str], parts: Sequence[int]) -> str:
    if len(parts) <= 4:
        return " + ".join(names[p][:40] for p in parts)
    following = all(abs(b - a) == 1 for a, b in pairwise(parts))
    return f"{names[parts[0]][:40]} {'to' if following else '..'} {names[parts[-1]][:40]} ({len(parts)} codes)"
