"""Which columns of a published table name its cells and hold its figures: names beside codes, provinces beside gemeenten, averages beside
counts and numbers that are codes are told from the rest.

Example: columns year, area, province, n in which every area has one province: year and area name a cell, and the province does not.
"""

from __future__ import annotations

from celwacht.disclosure.audit.reading.marks import number


def without_names(columns, codes, keep):
    """Columns that only rename another one are left out: the one with `code` in its name stays, else the first."""
    kept: list[str] = []
    dropped: list[str] = []
    for name in sorted(codes, key=lambda n: (n not in keep, "code" not in n.casefold(), codes.index(n))):
        pairs = [(len(set(zip(columns[name], columns[k]))), len(set(columns[k]))) for k in kept]
        same = any(both == there == len(set(columns[name])) > 1 for both, there in pairs)
        (dropped if same and name not in keep else kept).append(name)
    return [c for c in codes if c in kept], dropped


def without_attributes(columns, codes, keep):
    """(codes, [(column, by which)]): a column that another one determines (the province beside each gemeente) names no cell, and would part
    totals from what they are the total of."""
    found: list[tuple[str, str]] = []
    for name in codes:
        kinds = len(set(columns[name]))
        for by in codes:
            if by == name or name in keep or by in {n for n, _ in found} or len(set(columns[by])) <= kinds:
                continue
            if len(set(zip(columns[by], columns[name], strict=True))) == len(set(columns[by])) < len(columns[by]):
                found.append((name, by))
                break
    gone = {n for n, _ in found}
    return [c for c in codes if c not in gone], found


def averages(columns, values, decimal) -> list[str]:
    """Columns with decimals and without marks, beside columns of whole figures: averages and rates, which add up to nothing."""
    read = {v: [number(t, decimal) for t in set(columns[v])] for v in values}
    parted = [v for v in values if all(read[v]) and any(f[1] for f in read[v] if f)]
    whole = [v for v in values if not any(f[1] for f in read[v] if f)]
    return parted if whole else []


def numbered(columns, values, codes) -> list[str]:
    """Columns of whole numbers that are codes: few, each of them in (nearly) every combination of the other codes, and without
    which the rows could not be distinguished."""
    contexts = set(zip(*(columns[c] for c in codes), strict=True)) if codes else {()}
    n = len(next(iter(columns.values()), ()))
    found = []
    for name in values:
        kinds = set(columns[name])
        if len(values) < 2 or len(contexts) == n or not all(k.isdecimal() for k in kinds) or len(kinds) * len(contexts) > 1.25 * n:
            continue
        if len(set(zip(*(columns[c] for c in codes), columns[name], strict=True))) == n and len(kinds) <= n // 2:
            found.append((len(kinds), name))
    return [min(found)[1]] if found else []
