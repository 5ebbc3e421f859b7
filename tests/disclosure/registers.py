"""Tiny registers of youth help, and tables counted from them by the definition: one trajectory after the other, in plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np
from celwacht.disclosure.audit.bounds.line_bounds import Narrowed, narrow
from celwacht.disclosure.intruder.sets.facts import SetFacts, facts_of_set
from celwacht.disclosure.intruder.sets.seen import SeenTable, seen
from celwacht.disclosure.model.problem import UNBOUNDED
from celwacht.disclosure.outsider.public_table import ENDLESS, PublicTable
from celwacht.tables.counting.codings import coding
from celwacht.tables.periods import Period
from celwacht.tables.specs.table_spec import TableSpec

REGION = "GM0109"
"""One gemeente, so that tables by region stay small."""


@dataclass(frozen=True)
class Trajectory:
    person: int
    begin: date
    end: date | None
    hulpvorm: str = "01"
    crisis: str | None = "01"
    geslacht: str | None = "M"

    @property
    def duur_dagen(self) -> int | None:
        return None if self.end is None else (self.end - self.begin).days


def spec(
    name: str,
    moment: str,
    dimensions: list[tuple[str, str, list[str] | None]],
    *,
    unit: str = "trajecten",
    where: str | None = None,
    alle: str = "",
    policy: str = "strict",
) -> TableSpec:
    """A table of jeugdhulp; dimensions as (name, classification, levels)."""
    dims = [
        {"name": n, "classification": c, **({"levels": lv} if lv else {}), **({"per_person": "alle"} if n == alle else {})}
        for n, c, lv in dimensions
    ]
    about = {
        "version": 1,
        "id": name,
        "title": {"nl": name},
        "description": {"nl": name},
        "source": "jeugdhulp",
        "unit": unit,
        "moment": moment,
        "dimensions": dims,
        "periods": ["kwartaal", "halfjaar", "jaar"],
        "policy": policy,
        "measures": [{"kind": "count", "name": "Aantal", "title": {"nl": "Aantal"}}],
    }
    return TableSpec.model_validate(about | ({"where": where} if where else {}))


def counts_in(moment: str, period: str, t: Trajectory) -> bool:
    """Whether a trajectory counts, written down from the meaning of the words."""
    p = Period.parse(period)
    if moment == "instroom":
        return p.begin <= t.begin <= p.end
    if moment == "uitstroom":
        return t.end is not None and p.begin <= t.end <= p.end
    if moment == "gebruik":
        return t.begin <= p.end and not (t.end is not None and t.end < p.begin)
    return t.begin <= p.end and not (t.end is not None and t.end <= p.end)


FILTERS = {
    None: lambda t: True,
    "crisis == '01'": lambda t: t.crisis == "01",
    "crisis == '02'": lambda t: t.crisis == "02",
    "crisis is unknown": lambda t: t.crisis is None,
    "crisis != '01' or crisis is unknown": lambda t: t.crisis != "01",
}


class Days:
    """The values of a class of a classification by ranges."""

    def __init__(self, of, leaves):
        self.of, self.leaves = of, set(leaves.tolist())

    def __contains__(self, value: int | None) -> bool:
        if value is None:
            return self.of.unknown in self.leaves
        its = (leaf for low, below, leaf in self.of.ranges if (low is None or value >= low) and (below is None or value < below))
        return next(its, self.of.unknown) in self.leaves


def classes(table: TableSpec) -> list[list[tuple[str, set]]]:
    """Per dimension its codes, each with the values that it takes: None and what no leaf lists go to the unknown one."""
    found = []
    for d in table.dimensions:
        c = coding(d.classification, dimension_name=d.name, levels=d.levels)
        if c.ranges:
            found.append([(k.code, Days(c, m)) for k, m in zip(c.classification.codes, c.classification.members)])
            continue
        leaf = dict(c.values.items()) | ({None: c.unknown, "O": c.unknown} if c.unknown is not None else {})
        found.append(
            [
                (code.code, {v for v, i in leaf.items() if i in members})
                for code, members in zip(c.classification.codes, c.classification.members)
            ]
        )
    return found


def count(table: TableSpec, periods: list[str], register: list[Trajectory]) -> tuple[tuple[tuple[str, ...], ...], np.ndarray]:
    """(codes per dimension, counts)."""
    own = classes(table)
    fields = [coding(d.classification, dimension_name=d.name, levels=d.levels).field for d in table.dimensions]
    cells = np.zeros((*map(len, own), len(periods)), np.int64)
    for place in product(*(range(n) for n in cells.shape)):
        chosen = [t for t in register if counts_in(table.moment, periods[place[-1]], t) and FILTERS[table.where](t)]
        wanted = [dim[i][1] for dim, i in zip(own, place)]
        if table.unit == "trajecten":
            cells[place] = sum(all(getattr(t, f) in w for f, w in zip(fields, wanted)) for t in chosen)
        else:
            cells[place] = sum(
                _person_counts(table, [t for t in chosen if t.person == p], fields, wanted) for p in {t.person for t in chosen}
            )
    return (*(tuple(c for c, _ in dim) for dim in own), tuple(periods)), cells


def _person_counts(table: TableSpec, own: list[Trajectory], fields: list[str], wanted: list[set]) -> bool:
    last = max(own, key=lambda t: (t.begin, t.hulpvorm))
    return all(
        any(getattr(t, f) in w for t in own) if d.per_person == "alle" else getattr(last, f) in w
        for d, f, w in zip(table.dimensions, fields, wanted)
    )


def printed(table: TableSpec, periods: list[str], register: list[Trajectory], withheld, base: int = 1) -> tuple[SeenTable, np.ndarray]:
    """(the table as a reader sees it, its true counts); withheld: bool array, or a function of the counts."""
    codes, cells = count(table, periods, register)
    hidden = withheld(cells) if callable(withheld) else withheld
    shown = np.where(hidden, 0, (2 * cells + base) // (2 * base) * base)
    return seen("r", table, codes, shown, hidden, base), cells


def by_lines(tables: list[SeenTable]) -> tuple[SetFacts, Narrowed]:
    """The facts of the tables together, and what their lines alone leave of every cell; no line may be broken by the figures."""
    known = facts_of_set(tables)
    found = narrow(known.facts.least, known.facts.greatest, known.facts.relations)
    assert found.broken < 0, known.facts.reason(found.broken)
    return known, found


def as_public(table: SeenTable, release: str = "") -> PublicTable:
    """The same table before the attacker of its own."""
    high = np.where(table.greatest >= UNBOUNDED, ENDLESS, table.greatest)
    return PublicTable(release, table.spec, table.codes, table.least, high, table.withheld)
