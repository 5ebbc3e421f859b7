"""From rows to facts: guess what is not stated, try it on the figures, put all tables together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from celwacht.disclosure.audit.model.facts import Facts
from celwacht.disclosure.audit.reading.discover import Effort, checked, column_sums, kind_of_rounding, rounding_of, unions
from celwacht.disclosure.audit.reading.flags import blanks_withheld, with_flags
from celwacht.disclosure.audit.reading.guess import guess
from celwacht.disclosure.audit.reading.marks import Mark, Meaning, thousands_by_points
from celwacht.disclosure.audit.reading.percentages import ratios_of
from celwacht.disclosure.audit.reading.published_table import Codebook, Sightings, cells_of, facts_from
from celwacht.disclosure.audit.reading.reading_spec import AuditSpec, RoundingRule, Rows, identities_of, ratio_facts, tabulate
from celwacht.disclosure.audit.reading.subtotals import subtotals
from celwacht.disclosure.audit.reading.total_columns import stand_ins, total_columns

Trees = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Dimension -> parent -> parts."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What the user stated, by field of AuditSpec; all else is guessed. varying: columns that hold more than one code in any of
    the tables; in the others their one code is needed to know the cell."""

    fields: Mapping[str, object] = field(default_factory=dict)
    rounding: tuple[RoundingRule, ...] | None = None
    guess_identities: bool = True
    varying: frozenset[str] = frozenset()
    seconds: float | None = None
    """Work that the search for sums may take, in what a second does of it; None: all that there is."""

    tried: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Trees that may hold, by the table's own code lists: believed as long as no printed line contradicts them (persons, counted once in
    every code that they have, do not add up)."""

    often_rounded: bool = False
    """Whether its publisher rounds most tables."""

    def having(self, **others) -> Stated:
        """The same with other fields."""
        return replace(self, **others)


def interpret(table: Rows, stated: Stated) -> tuple[Rows, AuditSpec, list[str]]:
    """(the table with marks where its figures stand, its spec, sentences): what was stated, and for the rest what was guessed and
    holds. A blank or a 0 that stands for a withheld figure becomes a mark of the spec."""
    marks = dict(stated.fields.get("marks") or AuditSpec((), ()).marks)
    points = [] if "decimal" in stated.fields else thousands(table) or commas(table)
    if points:
        stated = stated.having(fields={**stated.fields, "decimal": ","})
    table, zeros = without_zero_decimals(table, str(stated.fields.get("decimal", ".")))
    points += zeros
    table, flagged = with_flags(table, marks, str(stated.fields.get("decimal", ".")))
    flagged = points + flagged
    spec, notes, looks = _guessed(table, stated, marks)
    changed, more = blanks_withheld(table, spec, marks)
    if changed != marks:
        marks = changed
        spec, notes, looks = _guessed(table, stated, marks)
    flagged += more
    texts, hiding = stand_ins(table, replace(spec, trees={**looks, **spec.trees}))
    if hiding:
        spec, notes, _ = _guessed(table, stated, {**marks, **dict.fromkeys(texts, Mark(Meaning.WITHHELD))})
        flagged += hiding
    if spec.nested and not any(spec.totals.get(c) for c in spec.nested):
        notes.append(
            f"nested: no category of {', '.join(spec.nested)} is a total of its group, so that nothing adds up by it (totals: in --spec)"
        )
    return table, spec, flagged + notes


def thousands(table: Rows) -> list[str]:
    """Why points part thousands in this table, and not decimals; [] where nothing says so."""
    if thousands_by_points([text for row in table.rows for text in row]):
        return [
            "every figure with a point has groups of three after it: 1.234 is read as 1234 (if it is 1,234 thousandths: decimal in --spec)"
        ]
    return []


def commas(table: Rows) -> list[str]:
    """Why a comma parts decimals in this table; [] where nothing says so: 12,5 or 12,50 somewhere, and nowhere 12.5."""
    texts = {text for row in table.rows for text in row}
    if any(_COMMA.fullmatch(t) for t in texts) and not any(_POINT.fullmatch(t) for t in texts):
        return ["figures such as 12,5 are read with a decimal comma (if the comma is none: decimal in --spec)"]
    return []


def without_zero_decimals(table: Rows, decimal: str) -> tuple[Rows, list[str]]:
    """The table with 12 for 12.0, in columns where no figure has other decimals than zeros: else whole numbers would look like figures
    rounded to tens."""
    bare = re.compile(rf"([-\u2212]?\d+){re.escape(decimal)}0+")
    parted = re.compile(rf"[-\u2212]?\d+{re.escape(decimal)}\d+")
    texts = [[row[i] for row in table.rows] for i in range(len(table.header))]
    found = [i for i, c in enumerate(texts) if any(map(bare.fullmatch, c)) and all(bare.fullmatch(t) for t in c if parted.fullmatch(t))]
    if not found:
        return table, []
    rows = [tuple(m[1] if i in found and (m := bare.fullmatch(t)) else t for i, t in enumerate(row)) for row in table.rows]
    return replace(table, rows=rows), [
        f"{', '.join(table.header[i] for i in found)}: whole numbers, printed with zeros behind the point or comma"
    ]


_COMMA, _POINT = re.compile(r"[-\u2212]?\d+,(\d{1,2}|\d{4,6})"), re.compile(r"[-\u2212]?\d+\.\d+")


def _guessed(table: Rows, stated: Stated, marks: Mapping[str, Mark]) -> tuple[AuditSpec, list[str], Trees]:
    """The spec for these marks, what was guessed, in sentences, and the trees as they look before any of them was tried."""
    spec, notes = guess(table, marks, str(stated.fields.get("decimal", ".")), stated.varying, stated.fields.get("nested"))
    looks = spec.trees
    given = {k: v for k, v in stated.fields.items() if k not in ("marks", "decimal", "trees", "totals")}
    spec = replace(spec, **given, signed=tuple({*spec.signed, *given.get("signed", ()), *_negative(table, spec, marks)}))
    own_trees = dict(dict(stated.fields.get("trees", {})).items())
    notes = [line for line in notes if line.partition(":")[0] not in own_trees]
    notes += [f"{d}: its totals as stated ({len(tree)} of them)" for d, tree in own_trees.items()]
    spec = replace(spec, totals={**spec.totals, **dict(stated.fields.get("totals", {}))})
    if stated.rounding is not None:
        spec = replace(spec, rounding=stated.rounding)
    elif "rounding" not in stated.fields:
        rules, more = rounding_of(table, spec, stated.often_rounded)
        spec, notes = replace(spec, rounding=rules), notes + more
    notes = [line for line in notes if line.partition(":")[0] not in stated.tried]
    guessed = replace(spec, trees={d: t for d, t in {**spec.trees, **stated.tried}.items() if d not in own_trees})
    guessed, more = unions(table, guessed) if guessed.trees else (guessed, [])
    notes += more
    if stated.rounding is None and "rounding" not in stated.fields and guessed.rounding and guessed.trees:
        guessed, more = kind_of_rounding(table, guessed)
        notes += more
    guessed, more = checked(table, guessed, frozenset(stated.tried)) if guessed.trees else (guessed, [])
    spec = replace(spec, rounding=guessed.rounding, identities=guessed.identities, trees={**guessed.trees, **own_trees})
    notes += more
    if "identities" not in stated.fields and stated.guess_identities:
        spec, sums = subtotals(table, spec, Effort(stated.seconds))
        notes += sums
        spec, totals = total_columns(table, spec)
        spec, sums = column_sums(table, spec, Effort(stated.seconds))
        notes += totals + sums
    if "ratios" not in stated.fields:
        spec, more = ratios_of(table, spec)
        notes += more
    return spec, notes, looks


def _negative(table: Rows, spec: AuditSpec, marks: Mapping[str, Mark]) -> list[str]:
    at = {v: table.header.index(v) for v in spec.values}
    return [v for v, i in at.items() if any(row[i][:1] in "-−" and len(row[i]) > 1 and row[i] not in marks for row in table.rows)]


def facts_together(tables: Sequence[tuple[Rows, AuditSpec]], names: Mapping[tuple[str, str], str] | None = None) -> tuple[Facts, list[str]]:
    """(facts of all tables as one, sentences about cells that are printed differently in two places)."""
    decimals = max((spec.decimals for _, spec in tables), default=0)
    tables = [(table, replace(spec, decimals=decimals)) for table, spec in tables]
    book = Codebook()
    found = [tabulate(spec, table, book) for table, spec in tables]
    width = len(book.dimensions)
    sightings = Sightings(
        np.concatenate([np.pad(s.digits, ((0, 0), (0, width - s.digits.shape[1]))) for s in found]),
        *(np.concatenate([getattr(s, name) for s in found]) for name in ("least", "greatest", "withheld")),
        [t for s in found for t in s.text],
        [p for s in found for p in s.place],
    )
    cells = cells_of(book, sightings)
    identities = list(dict.fromkeys(i for _, spec in tables for i in identities_of(spec)))
    ratios = [r for table, spec in tables for r in ratio_facts(spec, table, book)]
    facts = replace(facts_from(cells, identities, ratios, sightings, names), decimals=decimals)
    notes = [f"{facts.label(int(i))} is printed differently in two places ({facts.shown(int(i))})" for i in cells.clash[:20]]
    if len(cells.clash) > 20:
        notes.append(f"and {len(cells.clash) - 20} more cells that are printed differently in two places")
    return facts, notes


def names_of(table: Rows, spec: AuditSpec) -> dict[tuple[str, str], str]:
    """Words for the codes of the levels, where a column beside them has names (region_name for region_code)."""
    found: dict[tuple[str, str], str] = {}
    if spec.levels is None:
        return found
    header = list(table.header)
    for code in spec.levels.codes:
        stem = code.removesuffix("_code").removeprefix("new_")
        name = next((n for n in (f"{stem}_name", "la_name" if "la" in stem else "", "geog_n") if n in header), None)
        if name:
            i, j = header.index(code), header.index(name)
            found |= {(spec.levels.column, row[i]): row[j] for row in table.rows if row[i] and row[j]}
    return found
