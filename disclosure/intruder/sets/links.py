"""Which tables tie each other, and by what: from the facts of a set, with figures or before there are any.

    jeugdhulp_crisis, jeugdhulp_instroom_verwijzer   252 cells are the same
    gebruik, stand, uitstroom                        gebruik 2024HJ01 = uitstroom 2024HJ01 + stand 2024HJ01, at 168 cells

A line whose shown cells all stand in one table is that table's own, and no link: the proof of a table by itself has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from celwacht.disclosure.audit.bounds.line_bounds import narrow
from celwacht.disclosure.intruder.sets.facts import SetFacts, facts_of_set
from celwacht.disclosure.intruder.sets.seen import SeenTable

MOST_TABLES = 62


@dataclass(frozen=True, slots=True)
class Shared:
    """Cells that two tables both show; a dot in one of them protects nothing where the other prints a figure."""

    tables: tuple[int, int]
    cells: int
    printed_in_second: int
    """Withheld in the first, printed in the second."""
    printed_in_first: int


@dataclass(frozen=True, slots=True)
class Tie:
    """Lines of one kind between cells that no single table shows all of."""

    tables: tuple[int, ...]
    why: str
    lines: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What a table loses by the others. alone: withheld cells that its own lines leave exact or narrow; together: those that all tables
    leave so; printed: withheld cells that another table prints."""

    table: int
    withheld: int
    printed: int
    alone: int
    together: int


def _shown_by(known: SetFacts) -> np.ndarray:
    """(n,) int64: the tables that show each cell, a bit for each. ValueError for more tables than there are bits."""
    if len(known.place) > MOST_TABLES:
        raise ValueError(f"links of at most {MOST_TABLES} tables can be analysed; give fewer releases")
    found = np.zeros(len(known.facts), np.int64)
    for t, place in enumerate(known.place):
        np.bitwise_or.at(found, place.ravel(), 1 << t)
    return found


def shared(known: SetFacts) -> list[Shared]:
    """Every pair of tables with cells in common, most first."""
    state = []
    for t, place in enumerate(known.place):
        seen = np.zeros(len(known.facts), np.int8)  # 1 printed, 2 withheld
        seen[place.ravel()] = np.where(known.reading.tables[t].withheld.ravel(), 2, 1)
        state.append(seen)
    found = []
    for a, b in combinations(range(len(state)), 2):
        both = (state[a] > 0) & (state[b] > 0)
        if both.any():
            one, other = int(((state[a] == 2) & (state[b] == 1)).sum()), int(((state[a] == 1) & (state[b] == 2)).sum())
            found.append(Shared((a, b), int(both.sum()), one, other))
    return sorted(found, key=lambda s: (-s.cells, s.tables))


def ties(known: SetFacts) -> list[Tie]:
    """Lines across tables by tables and reason, most first. Each cell stands for the table with the fewest cells that shows it."""
    rows, by = known.facts.relations, _shown_by(known)
    if not len(rows):
        return []
    hidden = by == 0
    common = np.bitwise_and.reduceat(np.where(hidden, -1, by)[rows.cell], rows.first[:-1])
    across = np.flatnonzero(common == 0)
    smallest = np.zeros(len(by), np.int64)
    for t in sorted(range(len(known.place)), key=lambda t: -known.place[t].size):
        smallest[by >> t & 1 == 1] = 1 << t
    tables = np.bitwise_or.reduceat(smallest[rows.cell], rows.first[:-1])[across]
    found: dict[tuple[int, str], int] = {}
    for mask, r in zip(tables.tolist(), across.tolist()):
        key = (mask, known.facts.reason(r))
        found[key] = found.get(key, 0) + 1
    kinds = [Tie(tuple(t for t in range(len(known.place)) if mask >> t & 1), why, n) for (mask, why), n in found.items()]
    return sorted((t for t in kinds if len(t.tables) > 1), key=lambda t: (-t.lines, t.tables, t.why))


def costs(known: SetFacts, width) -> list[Cost]:
    """For each table what the others take from its dots, by lines alone. width: of a table's policy."""
    facts, tables = known.facts, known.reading.tables
    printed = np.zeros(len(facts), bool)
    for t, place in zip(tables, known.place):
        printed[place[~t.withheld]] = True
    whole = narrow(facts.least, facts.greatest, facts.relations)
    found = []
    for n, (t, place) in enumerate(zip(tables, known.place)):
        here, own = place[t.withheld], _alone(t)
        close = whole.greatest[here] - whole.least[here] < width(t)
        found.append(Cost(n, len(here), int(printed[here].sum()), int((own < width(t)).sum()), int(close.sum())))
    return found


def _alone(table: SeenTable) -> np.ndarray:
    """(withheld cells,) how far apart the table's own lines leave them."""
    known = facts_of_set([table])
    bounds = narrow(known.facts.least, known.facts.greatest, known.facts.relations)
    here = known.place[0][table.withheld]
    return bounds.greatest[here] - bounds.least[here]
