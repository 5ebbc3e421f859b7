"""What a published table looks like, guessed from its header and rows; every guess is reported.

Nothing is held for an identity because it looks like one: what is guessed is tried on every line that is printed
without marks (discover.py), and dropped, aloud, where it does not hold.

Example: a header `area;sex;number` over rows `North;M;12`: area and sex name cells, number holds figures; `Total` among the codes of sex is the total of the
others, until a line contradicts it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from celwacht.disclosure.audit.reading.columns import averages, numbered, without_attributes, without_names
from celwacht.disclosure.audit.reading.marks import Mark, Meaning, meaning_of, number
from celwacht.disclosure.audit.reading.reading_spec import AuditSpec, Levels, Rows

TOTALS = ("total", "totaal", "all", "alle", "both", "t001038", "nl00", "t001081", "all ages", "tot", "_t", "i alt", "ialt", "i allt")
_TOTAL_START = re.compile(
    r"(grand |overall )?(total|totals|totaal|all|alle|both|sum|som|overall|insgesamt|gesamt|ensemble|totale|totalt|summe|suma|summa|samtlige|yhteensä|razem|ogółem|celkem)\b",
    re.IGNORECASE,
)
_KEY_NAME = re.compile(r"code|codering|name$|_id$|^id$|^(year|jaar|date|period\w*|time\w*|geog_c)$", re.IGNORECASE)
_LEVEL_NAME = re.compile(r"(level|niveau|geog_l|soortregio)", re.IGNORECASE)
_RATIO_NAME = re.compile(r"(percent|pct|%|perc\b|aandeel|share)", re.IGNORECASE)
LEVEL_CODES = {"national": "country_code", "regional": "region_code", "local authority": "new_la_code"}
_PREFIXED = re.compile(r"(GM|WK|BU)(\d{4,8})")


def guess(
    table: Rows,
    marks: Mapping[str, Mark],
    decimal: str = ".",
    varying: frozenset[str] = frozenset(),
    nested: Mapping[str, str] | None = None,
) -> tuple[AuditSpec, list[str]]:
    """(spec, what was guessed, in sentences). The spec has no rounding, ratios or identities yet. varying: columns that are
    dimensions whether or not this table has more than one code of theirs. nested: as stated; None: to be guessed."""
    notes: list[str] = []
    columns = {name: [row[i] for row in table.rows] for i, name in enumerate(table.header)}
    values = [n for n, c in columns.items() if _figures(n, c, marks, decimal)]
    codes = [n for n in columns if n not in values and (len(set(columns[n])) > 1 or n in varying)]
    for name in numbered(columns, values, codes):
        values.remove(name)
        codes = [n for n in columns if n in codes or n == name]
        notes.append(f"{name}: numbers that name cells, not figures")
    ratios = [n for n in values if _RATIO_NAME.search(n)]
    if beside := averages(columns, [v for v in values if v not in ratios], decimal):
        values = [v for v in values if v not in beside]
        notes.append(f"not used: {', '.join(beside)}, with decimals beside whole figures, and nothing withheld in it")
    notes.append(f"figures: {', '.join(values) or 'none'}")
    notes += _nearly_figures(columns, values, marks, decimal)
    levels, codes, tree = _levels(table, columns, codes, notes)
    if nested is None:
        nested = _nested(columns, codes, notes)
    codes, dropped = without_names(columns, codes, {*nested, *nested.values()})
    if dropped:
        notes.append(f"not used, since they say the same as another column: {', '.join(dropped)}")
    codes, determined = without_attributes(columns, codes, {*nested, *nested.values()})
    notes += [f"not used: {name}, since every {by} has one {name} only" for name, by in determined]
    spec = AuditSpec(
        tuple(c for c in codes if c not in nested and c not in nested.values()),
        tuple(v for v in values if v not in ratios),
        nested,
        levels,
        marks=dict(marks),
        decimal=decimal,
    )
    spec = _totals(spec, columns, tree, notes)
    return replace(spec, decimals=_decimals(columns, spec, decimal)), notes


def ratio_columns(table: Rows, spec: AuditSpec) -> list[str]:
    """Columns whose name says percentage or share."""
    return [n for n in table.header if _RATIO_NAME.search(n) and n not in spec.values and n not in spec.dimensions]


def _figures(name: str, column: list[str], marks, decimal) -> bool:
    if _KEY_NAME.search(name) or _LEVEL_NAME.search(name):
        return False
    distinct = set(column)
    numbers = sum(number(t, decimal) is not None for t in distinct)
    hidden = all(m is not None and m.meaning is Meaning.WITHHELD for m in (meaning_of(t, marks) for t in distinct))
    return (numbers > 0 or (hidden and len(distinct) == 1)) and all(
        number(t, decimal) is not None or meaning_of(t, marks) is not None for t in distinct
    )


def _nearly_figures(columns, values, marks, decimal) -> list[str]:
    """Columns that are taken for codes, though most of what stands in them are figures: a mark is not known."""
    notes = []
    for name, column in columns.items():
        if name in values or _KEY_NAME.search(name) or _LEVEL_NAME.search(name):
            continue
        odd = [t for t in dict.fromkeys(column) if number(t, decimal) is None and meaning_of(t, marks) is None]
        figures = sum(number(t, decimal) is not None for t in column)
        if figures > len(column) / 2 and 1 <= len(odd) <= 3:
            shown = ", ".join(f"'{t[:20]}'" for t in odd)
            notes.append(
                f"{name}: NOT READ: figures beside {shown}, which is no mark that is known (say what it means: --mark '{odd[0][:20]}=withheld')"
            )
    return notes


def _decimals(columns, spec: AuditSpec, decimal: str) -> int:
    found = [number(t, decimal) for v in spec.values for t in set(columns[v])]
    return max((f[1] for f in found if f), default=0)


def _levels(table: Rows, columns, codes, notes):
    """The dimension that a column of levels (national, regional, local) parts, with its tree."""
    column = next((n for n in columns if _LEVEL_NAME.search(n) and 1 < len(set(columns[n])) <= 8), None)
    if column is None:
        return None, codes, {}
    order = list(dict.fromkeys(columns[column]))
    code_columns = [LEVEL_CODES.get(level.casefold(), "") for level in order]
    if not all(w in columns for w in code_columns):
        return None, [c for c in codes if c != column], {}
    pairs = sorted(zip(order, code_columns), key=lambda p: list(LEVEL_CODES.values()).index(p[1]))
    order, code_columns = [p[0] for p in pairs], [p[1] for p in pairs]
    levels = Levels(column, tuple(order), tuple(code_columns))
    notes.append(f"{column}: {' > '.join(f'{a} ({b})' for a, b in zip(order, code_columns))}")
    tree: dict[str, set[str]] = defaultdict(set)
    for row in range(len(table.rows)):
        place = order.index(columns[column][row])
        if place:
            tree[columns[code_columns[place - 1]][row]].add(columns[code_columns[place]][row])
    geographic = {c for c in codes if re.match(r"(country|region|old_la|la|new_la)_", c)} | {column}
    return levels, [c for c in codes if c not in geographic], {k: tuple(sorted(v)) for k, v in tree.items()}


def _nested(columns, codes, notes) -> dict[str, str]:
    """{column of codes: column that names the group they belong to}, where most codes occur in one group only and each group
    has a total: one that the groups share, or one of its own, which then all print the same figure."""
    for inner in codes:
        for group in codes:
            members = defaultdict(set)
            for g, c in zip(columns[group], columns[inner], strict=True):
                members[c].add(g)
            groups = len(set(columns[group]))
            if inner == group or not 1 < groups < len(members):
                continue
            alone = sum(len(m) == 1 for m in members.values())
            shared = [c for c, m in members.items() if len(m) > 1]
            own = [g for c, m in members.items() if len(m) == 1 and is_total(c) for g in m]
            together = shared and alone >= 2 * groups - 1 and all(is_total(c) for c in shared)
            if together or (not shared and len(own) == groups == len(set(own)) and _same_totals(columns, inner, group, codes)):
                notes.append(f"{inner}: categories of the {groups} groups in {group}")
                return {inner: group}
    return {}


def _same_totals(columns, inner, group, codes) -> bool:
    """Whether the totals of all groups are printed alike wherever more than one of them is printed as a figure."""
    others = [c for c in codes if c not in (inner, group)]
    figures = [c for c in columns if c not in codes]
    printed: dict[tuple, set[str]] = defaultdict(set)
    for n, code in enumerate(columns[inner]):
        if is_total(code):
            for c in figures:
                if number(columns[c][n]) is not None and not _RATIO_NAME.search(c):
                    printed[(c, *(columns[o][n] for o in others))].add(columns[c][n])
    return bool(printed) and all(len(texts) == 1 for texts in printed.values())


def is_level(name: str) -> bool:
    """Whether a column seems to hold levels of geography."""
    return bool(_LEVEL_NAME.search(name))


def is_total(code: str) -> bool:
    """Whether a code looks like "all of it"."""
    return code.strip().casefold() in TOTALS or bool(_TOTAL_START.match(code.strip()))


def is_standard(code: str) -> bool:
    """Whether a code says by its own form what lies below it (GM0034 over WK0034xx)."""
    return bool(_PREFIXED.fullmatch(code))


def _totals(spec: AuditSpec, columns, tree, notes) -> AuditSpec:
    """Codes that mean "all", and the trees under them."""
    totals: dict[str, tuple[str, ...]] = {}
    trees: dict[str, dict[str, tuple[str, ...]]] = {}
    for d in spec.dimensions:
        codes = sorted(set(columns[d]))
        prefixed = _prefixes(codes)
        found = [c for c in codes if is_total(c)]
        if prefixed:
            trees[d] = prefixed
            notes.append(f"{d}: wijken under gemeenten and buurten under wijken, by their codes")
        elif len(found) == 1 and len(codes) <= 2:
            totals[d] = (found[0],)
        elif len(found) == 1:
            totals[d] = (found[0],)
            trees[d] = {found[0]: tuple(c for c in codes if c != found[0])}
            notes.append(f"{d}: '{found[0]}' is the total of the other {len(codes) - 1} codes")
        elif len(found) > 1 and (own := _runs_of_totals(columns[d], found, _without_figures(columns, d, spec.values))):
            trees[d] = own
            grand = [c for c in own if set(own[c]) <= own.keys()]
            totals |= {d: tuple(grand)} if grand else {}
            notes.append(f"{d}: {', '.join(map(repr, own))} are totals, each of the codes beside it")
        elif by_prefix := _by_beginning(codes):
            trees[d] = by_prefix
            notes.append(f"{d}: {', '.join(map(repr, by_prefix))} over the codes that begin with them")
        else:
            notes.append(f"{d}: no total; its {len(codes)} codes are tables apart")
    for inner, group in spec.nested.items():
        totals[inner] = _nested_totals(columns, inner, group, trees, notes)
    if spec.levels is not None:
        trees[spec.levels.column] = tree
        totals[spec.levels.column] = tuple(sorted({c for c in tree if c in set(columns[spec.levels.codes[0]])}))
    return replace(spec, totals=totals, trees=trees)


def _without_figures(columns, d: str, values) -> set[str]:
    """Codes beside which every figure is blank."""
    filled = {c for v in values for c, text in zip(columns[d], columns[v], strict=True) if text.strip()}
    return set(columns[d]) - filled


def _runs_of_totals(column, found, empty: set[str]) -> dict[str, tuple[str, ...]]:
    """{total: the codes that follow it, or that stand before it where totals come last}, in the order in which the codes first appear, and the
    one that says only "total" over the others; {} where one has no parts. empty: codes without any figure, such as the heads of groups."""
    order = [c for c in dict.fromkeys(column) if c not in empty]
    plain = [c for c in found if c.strip().casefold() in TOTALS]
    groups = [c for c in found if c not in plain or len(plain) > 1 or len(found) == 1]
    grand = plain[0] if len(groups) < len(found) else None
    order = [c for c in order if c != grand]
    if len(groups) < 2 or not order:
        return {}
    last = order[-1] in groups
    order = order[::-1] if last else order
    starts = sorted(order.index(c) for c in groups)
    runs = {order[a]: tuple(order[a + 1 : b]) for a, b in zip(starts, [*starts[1:], len(order)], strict=True)}
    if starts[0] or not all(len(parts) > 1 for parts in runs.values()):
        return {}
    runs = {c: parts[::-1] for c, parts in reversed(runs.items())} if last else runs
    return {**({grand: tuple(runs)} if grand else {}), **runs}


def _by_beginning(codes) -> dict[str, tuple[str, ...]]:
    """10 over 101 and 102: codes under the longest other code that they begin with; {} unless all are above or below one."""
    tree: dict[str, list[str]] = defaultdict(list)
    known = {o for o in codes if o}
    parent_of = {c: next((c[:n] for n in range(len(c) - 1, 0, -1) if c[:n] in known), "") for c in codes}
    for c, parent in parent_of.items():
        if parent:
            tree[parent].append(c)
    whole = all(parent_of[c] or c in tree for c in codes)
    return {k: tuple(v) for k, v in tree.items() if len(v) > 1} if whole else {}


def _nested_totals(columns, inner, group, trees, notes) -> tuple[str, ...]:
    totals = set()
    members: dict[str, set[str]] = defaultdict(set)
    for g, c in zip(columns[group], columns[inner], strict=True):
        members[g].add(c)
    for g, codes in sorted(members.items()):
        found = sorted((c for c in codes if is_total(c)), key=lambda c: (not c.casefold().startswith("tota"), c))
        if found and len(codes) > 2:
            totals.add(found[0])
            trees[g] = {found[0]: tuple(sorted(codes - {found[0]}))}
            notes.append(f"{group} {g}: '{found[0]}' is the total of the other {len(codes) - 1}")
    return tuple(sorted(totals))


def _prefixes(codes) -> dict[str, tuple[str, ...]]:
    """GM0034 over WK0034xx over BU0034xxyy, where codes are of that kind."""
    parsed = {c: m for c in codes if (m := _PREFIXED.fullmatch(c))}
    if len(parsed) < 3 or len(parsed) < len(codes) - 1:
        return {}
    tree: dict[str, list[str]] = defaultdict(list)
    for c, m in sorted(parsed.items()):
        parent_of = {"WK": f"GM{m[2][:4]}", "BU": f"WK{m[2][:6]}"}.get(m[1])
        if parent_of in parsed:
            tree[parent_of].append(c)
    return {k: tuple(v) for k, v in tree.items()}
