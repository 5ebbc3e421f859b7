"""Everything that was released before, as an attacker has it: published sets, answers to orders, outputs that left."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from celwacht.disclosure.intruder.sets.seen import SeenTable
from celwacht.disclosure.ledger import chain
from celwacht.disclosure.model.problem import UNBOUNDED
from celwacht.disclosure.outsider.public_table import ENDLESS, PublicTable
from celwacht.publish.review import records
from celwacht.publish.sets.earlier import all_seen
from celwacht.publish.sets.since_before import released_as
from celwacht.tables.sources.source_spec import UnionSource
from celwacht.tables.sources.sources import sources


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A table that somebody outside has. public: whether everybody has it; else it was for one customer or researcher, whom nobody else may learn of."""

    name: str
    public: bool
    table: PublicTable = field(repr=False)


def released(data: Path, wanted: frozenset[str], years: frozenset[str]) -> list[Known]:
    """All tables over these sources, and over unions with them, of periods in these years. ValueError where a record is damaged."""
    alike, found = related(wanted), []
    now = records.digest_of(records.list_deliveries(data))
    for one in all_seen(data):
        for name in one.tables:
            its = one.record(name)
            if its.spec is None or its.spec.source not in alike:
                continue
            release = "" if one.line.delivered == now else one.line.release
            table = of_years(as_public(released_as(its.spec, its.parts, release)), years)
            if table is not None:
                public = one.line.folder not in chain.HANDED_OUT
                title = its.spec.title.en or its.spec.title.nl
                found.append(Known(f"{name} of {one.line.set} ({title})", public, table))
    return found


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


def of_years(table: PublicTable, years: frozenset[str]) -> PublicTable | None:
    """Its periods of these years only; None where it has none."""
    at = [i for i, p in enumerate(table.codes[-1]) if p[:4] in years]
    if not at:
        return None
    low, high, dot = (a[..., at] for a in (table.low, table.high, table.dot))
    return PublicTable(table.release, table.spec, (*table.codes[:-1], tuple(table.codes[-1][i] for i in at)), low, high, dot)
