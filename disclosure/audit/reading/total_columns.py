"""Columns of figures that are named as a total of other columns, and zeros that cannot be figures.

    area   girl  boy  Total        Total = girl + boy, on 3 of 3 lines: so north, girl = 15 - 9 = 6
    north     c    9     15
    south     7    5     12

A column that says that it is a total is believed as long as no line contradicts it, however few lines there are; where it
contradicts every sum that could be meant, that is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from celwacht.disclosure.audit.reading.discover import agreement, column_sum, printed
from celwacht.disclosure.audit.reading.guess import is_total
from celwacht.disclosure.audit.reading.marks import Mark, Meaning, number
from celwacht.disclosure.audit.reading.published_table import Cells, Identity, lines_of
from celwacht.disclosure.audit.reading.reading_spec import UNUSED, AuditSpec, Rows, identities_of


def total_columns(table: Rows, spec: AuditSpec) -> tuple[AuditSpec, list[str]]:
    """The spec with a sum for every column that is named a total, and a note on each."""
    names = list(spec.values)
    totals = [n for n in names if is_total(n)]
    if not totals or len(names) < 3:
        return spec, []
    _, cells = printed(table, spec)
    found, notes = [], []
    for total in totals:
        scored = [(agreement(cells, column_sum(total, parts)), parts) for parts in _candidates(names, totals, total)]
        holding = [(of, parts) for (fits, of), parts in scored if fits == of]
        if not holding:
            (fits, of), parts = max(scored, key=lambda s: s[0][0] / max(s[0][1], 1))
            notes.append(
                f"{total} is named a total, but is NOT {' + '.join(parts)} ({fits} of {of} lines), nor another sum of neighbours"
                f"{UNUSED} (name its parts with identities: in --spec)"
            )
            continue
        of, parts = max(holding, key=lambda h: (h[0] > 0, len(h[1])))
        found.append(column_sum(total, parts))
        notes.append(
            f"{total} = {' + '.join(parts)} "
            + (f"(on all {of} lines that are printed in full)" if of else "(by its name alone: no line is printed in full)")
        )
    return replace(spec, identities=(*spec.identities, *found)), notes


def _candidates(names: Sequence[str], totals: Sequence[str], total: str) -> Iterator[tuple[str, ...]]:
    """What a total column may be the sum of: all parts, the run after it, the run before it, the other totals."""
    at = names.index(total)
    parts = tuple(n for n in names if n not in totals)
    after = next((i for i in range(at + 1, len(names)) if names[i] in totals), len(names))
    before = next((i for i in range(at - 1, -1, -1) if names[i] in totals), -1)
    others = tuple(t for t in totals if t != total)
    tried = dict.fromkeys((parts, tuple(names[at + 1 : after]), tuple(names[before + 1 : at]), others))
    return (t for t in tried if len(t) > 1)


def stand_ins(table: Rows, spec: AuditSpec) -> tuple[tuple[str, ...], list[str]]:
    """(texts that must be taken for a withheld figure, why): a 0, a dash, or the only negative figure there is, such as -1 or -99.

    That is when some lines of a sum are short, each of them with such a text among its parts, while every line without one adds up.
    spec: with the trees as they look before any of them was tried."""
    at = [table.header.index(v) for v in spec.values]
    texts = {row[i] for row in table.rows for i in at}
    negative = sorted(t for t in texts if (f := number(t, spec.decimal)) and f[0] < 0)
    if len(negative) == 1 and _NO_COUNT.fullmatch(negative[0]):
        spec = replace(spec, marks={**spec.marks, negative[0]: Mark(Meaning.ZERO)})
    zeros = [t for t in ("0", "-", *negative[:1]) if t in texts and (t == "0" or spec.marks.get(t) == Mark(Meaning.ZERO))]
    if spec.rounding or "0" in spec.marks or not zeros:
        return (), []
    _, cells = printed(table, spec)
    totals = [n for n in spec.values if is_total(n)]
    sums = [column_sum(t, parts) for t in totals for parts in _candidates(spec.values, totals, t)]
    for identity in (*identities_of(spec), *sums):
        lines, full = lines_of(cells, identity)
        residuals = [found for line in lines[full] if (found := _residual(cells, identity, line)) is not None]
        short = sum(residual > 0 and zero for residual, zero in residuals)
        whole = sum(residual == 0 and not zero for residual, zero in residuals)
        if short and whole and all(residual == 0 or (residual > 0 and zero) for residual, zero in residuals):
            shown = " or ".join(zeros)
            return tuple(zeros), [
                f"{identity.why}: {short} lines are short of their total, each with a {shown} among its parts, and the {whole} lines without "
                f"one add up: {shown} is taken for withheld (if it is a true zero: --mark {zeros[0]}=zero)"
            ]
    return (), []


_NO_COUNT = re.compile(r"[-\u2212](1|[89]+)")


def _residual(cells: Cells, identity: Identity, line: np.ndarray) -> tuple[int, bool] | None:
    """(total less parts, whether a part is 0) of a line of printed figures; None where something is withheld."""
    if not identity.total_first or cells.withheld[line].any() or (cells.least[line] != cells.greatest[line]).any():
        return None
    values = cells.least[line]
    return int(sum(int(t.coefficient) * int(v) for t, v in zip(identity.terms, values, strict=True))), bool((values[1:] == 0).any())
