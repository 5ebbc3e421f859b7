"""Percentages beside counts: of what, to how many decimals, and whether they tell more than the counts do.

Example: 33.3 beside a total of 12 is 4 of 12, to one decimal: the count lies between 3.99 and 4.002, so that a withheld 4 is exact.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from celwacht.disclosure.audit.bounds.line_bounds import impossible
from celwacht.disclosure.audit.reading.discover import ENOUGH, printed
from celwacht.disclosure.audit.reading.guess import ratio_columns
from celwacht.disclosure.audit.reading.marks import number
from celwacht.disclosure.audit.reading.published_table import _relations
from celwacht.disclosure.audit.reading.reading_spec import AuditSpec, Ratio, Rows, ratio_facts


def ratios_of(table: Rows, spec: AuditSpec) -> tuple[AuditSpec, list[str]]:
    """Percentages beside a count, with the base that fits: the total of a dimension, of all of them, or another column."""
    notes, found = [], []
    single: list[tuple[str, ...]] = [(d,) for d in {*spec.trees, *spec.totals} if d not in spec.nested]
    bases = [tuple(sorted(spec.trees)), *([_groups(table, spec)] if spec.nested else []), *sorted(single)]
    for column in ratio_columns(table, spec):
        at = table.header.index(column)
        shown = [number(row[at], spec.decimal) for row in table.rows]
        decimals = max((f[1] for f in shown if f), default=0)
        trials = [Ratio(column, of, base, decimals=decimals) for of in spec.values[:3] for base in bases]
        trials += [
            Ratio(column, of, (), base, decimals=decimals)
            for of in spec.values
            for base in spec.values
            if of != base and len(spec.values) <= 12
        ]
        scored = [(_fits(table, spec, trial), trial) for trial in trials]
        good = [(score[1], -i, trial) for i, (score, trial) in enumerate(scored) if score[0] == score[1] >= ENOUGH]
        if good:
            n, _, best = max(good)
            best = replace(best, unrounded=_tells_more(table, spec, best))
            found.append(best)
            notes.append(
                f"{column}: 100 * {best.of} / {best.base or best.of + ' at the total of ' + ', '.join(best.totals)}"
                f", rounded to {decimals} decimals (on all {n} rows where they are printed)"
                + (", made of the counts before they were rounded" if best.unrounded else "")
            )
        else:
            notes.append(f"{column}: looks like a percentage, but its denominator was not found; not used")
    return replace(spec, ratios=tuple(found)), notes


def _groups(table: Rows, spec: AuditSpec) -> tuple[str, ...]:
    at = table.header.index(next(iter(spec.nested.values())))
    return tuple(sorted({row[at] for row in table.rows}))


def _fits(table: Rows, spec: AuditSpec, ratio: Ratio) -> tuple[int, int]:
    """(rows that hold, rows) with everything printed and a base that is not the count itself."""
    one = replace(spec, ratios=(ratio,))
    book, cells = printed(table, one)
    rows = []
    for fact in ratio_facts(one, table, book):
        at = cells.at(np.array([fact.key, fact.base_key]))
        if (at >= 0).all() and at[0] != at[1] and not cells.withheld[at].any():
            rows += [(at[np.array(r) != 0], [c for c in r if c], 0, 1 << 50, "") for r in fact.rows]
    return (len(rows) - len(impossible(cells.least, cells.greatest, _relations(rows))), len(rows)) if rows else (0, 0)


def _tells_more(table: Rows, spec: AuditSpec, ratio: Ratio) -> bool:
    """Whether percentages beside rounded counts are those of the counts before rounding: some cannot be of the printed ones."""
    if not spec.rounding:
        return False
    as_shown = replace(spec, rounding=())
    fits, of = _fits(table, as_shown, ratio)
    return of - fits >= 3
