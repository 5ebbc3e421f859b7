"""Exchanges for one sensitive cell: which units could enter or leave it, with whom, and the worlds that they make.

Example: a cell of women of 12 to 17 in one gemeente; boys of that age there take the sex of women elsewhere who are like them
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.search.cubes.state import State
from celwacht.disclosure.search.units.exact_kernel import COMES, GOES, NEVER, Rows, Scratch
from celwacht.disclosure.search.units.exchange_kernel import Pairs, burdens, carry_out, nearest, trace
from celwacht.disclosure.search.units.rows import Register, SetCells, groups_of, owner_of, rows_of, tied
from celwacht.tables.counting.plan import Plan
from celwacht.tables.together.count_together import Counts
from celwacht.tables.together.units import Units, records_of

ENTERING = 20  # units tried for a cell and a variable
PARTNERS = 5  # others tried for each of them
EASE = 0.99  # weight of how much of what a unit counts in is printed, beside that of one table in which two units differ


@dataclass(frozen=True, slots=True, eq=False)
class Carrier:
    """A variable along which units can move, -1: as a whole. at, until: (units,) the rows that move, in the source's `group`; usable:
    whether it can be determined. weight: of a difference in each variable."""

    variable: int
    at: np.ndarray = field(repr=False)
    until: np.ndarray = field(repr=False)
    usable: np.ndarray = field(repr=False)
    weight: np.ndarray = field(repr=False)
    ease: np.ndarray = field(repr=False)
    """0 for the unit that is the easiest to move as things stand, EASE for the hardest; `refresh` tells it anew."""


@dataclass(frozen=True, slots=True, eq=False)
class Movers:
    """The units of a source, and how they can move. group: rows, for all carriers one after the other. person: (units,)."""

    units: Units
    rows: Rows
    carriers: tuple[Carrier, ...]
    group: np.ndarray = field(repr=False)
    person: np.ndarray = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """Worlds as moves: world w is first[w]:first[w + 1], in which the rows groups[m] take value[m] of variable[m], go or come."""

    first: np.ndarray = field(repr=False)
    groups: list[np.ndarray] = field(repr=False)
    variable: np.ndarray = field(repr=False)
    value: np.ndarray = field(repr=False)


def movers_of(cells: SetCells, counts: Sequence[Counts], register: Register, source: str, year: int) -> Movers:
    """Who can move in a source and year, along every variable that can be told."""
    units = records_of(counts, source, year)
    rows = rows_of(cells, counts, register, units)
    first = counts[int(units.cube[0])]
    owner = owner_of(counts, first)
    who = dict(zip(first.row.tolist(), owner.tolist()))
    plan: Plan = first.counted.plan
    names = [who.get(r) or _named(counts, first, plan, r) for r in units.row.tolist()]
    person = np.searchsorted(register.person, np.array(names, dtype=register.person.dtype))
    carriers, group, length = [], [np.zeros(0, np.int64)], 0
    twice = {n for v, n in enumerate(units.names) if _twice(units, v)}
    for v, name in [*enumerate(units.names), (-1, "")]:
        found = groups_of(counts, register, units, name) if name not in twice else None
        if found is None:
            continue
        of, at, rows_in = found
        a, b = at[np.maximum(of, 0)], at[np.maximum(of, 0) + 1]
        carriers.append(Carrier(v, a + length, b + length, (of >= 0) & (b > a), _weights(units, v), np.zeros(len(of))))
        group.append(rows_in.astype(np.int64))
        length += len(rows_in)
    return Movers(units, rows, tuple(carriers), np.concatenate(group), person.astype(np.int64))


def refresh(movers: Movers, state: State, scratch: Scratch) -> None:
    """Tells anew which units are easy to move, by what is withheld now."""
    for c in movers.carriers:
        burden = burdens(movers.rows, state, scratch, movers.group, c.at, c.until)
        c.ease[:] = EASE * np.argsort(np.argsort(burden, kind="stable"), kind="stable") / max(1, len(burden))


def _named(counts: Sequence[Counts], first: Counts, plan: Plan, row: int) -> str:
    """The name in the register of the owner of a record that does not count in the first table of its source."""
    return str(first.counted.person[row]) if tied(counts, plan.spec.source) else f"{plan.spec.source}/{plan.year}/{row:012d}"


def _twice(units: Units, v: int) -> bool:
    """Whether some cube reads a variable in two dimensions, so that one value says two things there."""
    return bool(np.any(np.bincount(units.cube[units.variable == v]) > 1))


def _weights(units: Units, v: int) -> np.ndarray:
    """How many tables show each variable together with v, or at all: where units differ in it, so many change."""
    seen = [set(units.cube[units.variable == w].tolist()) for w in range(len(units.names))]
    mine = seen[v] if v >= 0 else set(units.cube.tolist())
    weight = np.array([float(len(s & mine)) for s in seen])
    if v >= 0:
        weight[v] = 0.0
    return weight


def matches(cells: SetCells, units: Units, cell: int) -> tuple[np.ndarray, int]:
    """((variables, units) bool: whether a unit fails the cell in that variable; cube of the cell)."""
    i = int(np.searchsorted(cells.first, cell, side="right") - 1)
    cube = cells.cubes[i]
    codes = np.unravel_index(cell - int(cells.first[i]), cube.shape)
    fails = np.zeros((len(units.names), len(units.row)), bool)
    for s in np.flatnonzero(units.cube == i):
        inside = np.isin(units.leaf[s], cube.dimensions[units.axis[s]].members[codes[units.axis[s]]])
        v = units.variable[s]
        fails[v] |= ~inside[units.value[:, v]]
    return fails, i


def widen(
    movers: Movers, cells: SetCells, state: State, scratch: Scratch, used: np.ndarray, cell: int, limit: float, draw
) -> list[tuple[list[np.ndarray], np.ndarray, np.ndarray]]:
    """One world or two that put a cell as far apart as it needs, the cheapest that are found: (rows of each move, variable, value)
    of each; none where they would cost as much as the limit. What they need is withheld.

    3 of which 4 apart is asked: two more in one world and two less in another break fewer printed figures than four more in one.
    """
    fails, _ = matches(cells, movers.units, cell)
    low, high, apart = int(state.seen_low[cell]), int(state.seen_high[cell]), int(state.spl[cell])
    ways = []
    for sign, most in ((1, low + apart), (-1, min(apart - high, -int(state.floor[cell])))):
        pairs = _pairs(movers, fails, sign > 0, draw) if most > 0 else None
        chosen, price, n = np.zeros(2 * max(most, 0) + 2, np.int64), np.full(max(most, 0) + 1, np.inf), np.zeros(max(most, 0) + 1, np.int64)
        if pairs is not None:
            trace(movers.rows, state, scratch, movers.group, pairs, cell, sign * most, limit, used, chosen, price, n)
        seen = high if sign > 0 else -low
        price[: seen + 1] = 0.0  # other worlds have shown that much
        n[: seen + 1] = 0
        ways.append((pairs, chosen, price, n))
    up, down = ways[0][2], ways[1][2]
    least, best = np.inf, (0, 0)
    for k in range(len(up)):
        d = apart - k
        if 0 <= d < len(down) and up[k] + down[d] < least:
            least, best = up[k] + down[d], (k, d)
    if least >= limit:
        return []
    made = []
    for (pairs, chosen, _, n), k in zip(ways, best):
        if pairs is not None and n[k] > 0 and carry_out(movers.rows, state, scratch, movers.group, pairs, chosen[: n[k]], NEVER):
            made.append(_moves(movers, pairs, chosen[: n[k]]))
    return made


def _moves(movers: Movers, pairs: Pairs, chosen: np.ndarray) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """(rows, variable, value) of the moves of some exchanges."""
    its = np.repeat(chosen, 2)
    side = np.tile([0, 1], len(chosen))
    ends = np.where(side[:, None] == 0, pairs.first[its], pairs.second[its])
    return [movers.group[a:b] for a, b in ends], pairs.variable[its], pairs.which[its, side]


def _pairs(movers: Movers, fails: np.ndarray, enter: bool, draw) -> Pairs | None:
    """Exchanges by which a unit enters the cell (or leaves it), and the other does not leave it (or enter it)."""
    units, many = movers.units, fails.sum(axis=0)
    first, second, which, variable, person = [], [], [], [], []
    for c in movers.carriers:
        v = c.variable
        if v >= 0 and not fails[v].any():
            continue
        if v < 0:
            ours, others = (many == 0, many > 0)
        elif enter:
            ours, others = fails[v] & (many == 1), ~fails[v] & (many > 0)
        else:
            ours, others = many == 0, fails[v] & (many > 1)
        mine, other = np.flatnonzero(ours & c.usable), np.flatnonzero(others & c.usable)
        if not len(mine) or not len(other):
            continue
        mine = mine[np.lexsort((draw.random(len(mine)), c.ease[mine]))][:ENTERING]
        near = nearest(units.value, c.weight, c.ease, mine, other, PARTNERS)
        a, b = np.repeat(mine, PARTNERS)[near.ravel() >= 0], other[near.ravel()[near.ravel() >= 0]]
        first.append(np.stack([c.at[a], c.until[a]], axis=1))
        second.append(np.stack([c.at[b], c.until[b]], axis=1))
        who = np.stack([movers.person[a], movers.person[b]], axis=1)
        if v >= 0:
            which.append(np.stack([units.value[b, v], units.value[a, v]], axis=1).astype(np.int64))
        else:
            which.append(np.tile([COMES, GOES] if enter else [GOES, COMES], (len(a), 1)))
            who[:, 0 if enter else 1] = -1
        variable.append(np.full(len(a), v))
        person.append(who)
    if not first:
        return None
    return Pairs(*(np.concatenate(x) for x in (first, second, which, variable, person)))
