"""Everything that was released before, as an attacker has it: published sets, answers to orders, outputs that left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from celwacht.disclosure.intruder.sets.seen import SeenTable
from celwacht.disclosure.ledger import chain
from celwacht.disclosure.model.problem import UNBOUNDED
from celwacht.disclosure.outsider.public_table import ENDLESS, PublicTable
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.publish.outputs.counted import states
from celwacht.publish.review import records
from celwacht.publish.sets.earlier import all_seen, periods_of, records_of
from celwacht.publish.sets.since_before import released_as
from celwacht.tables.counting.microdata import Microdata
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.sources.source_spec import UnionSource
from celwacht.tables.sources.sources import sources


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A table that somebody outside has. public: whether everybody has it; else it was for one customer or researcher, whom nobody else may learn of."""

    name: str
    public: bool
    table: PublicTable = field(repr=False)


def released(data: Path, wanted: frozenset[str], years: frozenset[str]) -> list[Known]:
    """All tables over these sources, and over unions with them, of periods in these years, a table for each year. ValueError where a record is damaged."""
    alike, found = related(wanted), []
    now = records.digest_of(records.list_deliveries(data))
    with Microdata(data, keep=4) as microdata:
        for one in all_seen(data):
            kept = [(name, its, its.spec) for name in one.tables if (its := one.record(name)).spec is not None]
            asked = {p for _, its, _ in kept for p in periods_of(its.parts)}
            for name, its, spec in kept:
                if spec is None or spec.source not in alike:
                    continue
                whole = as_public(released_as(spec, its.parts, one.line.release))
                public = one.line.folder not in chain.HANDED_OUT
                title = f"{name} of {one.line.set} ({spec.title.en or spec.title.nl})"
                for table in by_year(whole, years):
                    if one.line.delivered == now:
                        table = under(table, its.parts, asked if public else frozenset(), data, microdata)
                    found.append(Known(title, public, table))
    return found


def under(table: PublicTable, parts: Sequence[Protected], asked: Collection[str], data: Path, microdata: Microdata) -> PublicTable:
    """A table of one year that was counted from the deliveries that are there now, under the records that it is of. asked: all periods of its set; none of what was
    handed out: that is known by its counts."""
    own = table.codes[-1]
    year = [Period.parse(code) for code in asked if code[:4] == own[0][:4]]
    try:
        if year:
            return table.under(records_of(table.spec.source, year, microdata))
        cells = np.concatenate([p.cube.cells for p in parts], axis=-1)
        places = [i for i, code in enumerate(periods_of(parts)) if code in own]
        counts = list(states(table, data, microdata))
        alike = [name for name, its in counts if np.array_equal(its, cells[..., places])]
        return table.under(alike[0] if alike else table.release if counts else "")
    except (ProblemsFound, KeyError):  # a delivery, specification or class that is gone: compared as another release
        return table


def related(wanted: frozenset[str]) -> frozenset[str]:
    """These sources, the unions they are part of, and the parts of a union among them."""
    found = set(wanted)
    for name, one in sources().items():
        if isinstance(one, UnionSource):
            parts = {p.source for p in one.parts}
            if name in wanted or parts & wanted:
                found |= {name} | (parts if name in wanted else set())
    return frozenset(found)


def as_public(table: SeenTable) -> PublicTable:
    """For the attacker of its own."""
    high = np.where(table.greatest >= UNBOUNDED, ENDLESS, table.greatest)
    return PublicTable(table.release, table.spec, table.codes, table.least, high, table.withheld)


def by_year(table: PublicTable, years: frozenset[str]) -> list[PublicTable]:
    """Its periods of each of these years that it has, a table for each."""
    found = []
    for year in sorted(years):
        if at := [i for i, p in enumerate(table.codes[-1]) if p[:4] == year]:
            low, high, dot = (a[..., at] for a in (table.low, table.high, table.dot))
            codes = (*table.codes[:-1], tuple(table.codes[-1][i] for i in at))
            found.append(PublicTable(table.release, table.spec, codes, low, high, dot))
    return found
