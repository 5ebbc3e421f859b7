"""Walks: worlds of a whole set in which many units exchange something at once, so that many cells move far enough together.

A walk begins at the truth. For every cell that is still too narrow it is drawn whether it should grow or shrink; then exchanges (walk_kernel.py) are
tried, of cells' own units, and made when they bring some cell on and cost little, first for nothing, then at a rising limit. What is reached in the end
is one world. The next walk begins at the truth again, for what is left.

Example: 300 exchanges of ages and sexes, in all gemeenten, are one world in which 700 sensitive cells are one or two larger or smaller; four such
walks put most of them four apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.search.cubes.state import State
from celwacht.disclosure.search.units.exact_kernel import Rows, Scratch
from celwacht.disclosure.search.units.exchange import Carrier, Given, Movers
from celwacht.disclosure.search.units.walk_kernel import Sought, Way, arrive, likeness, sought_units, walk

PRIMARY = 1
TRIES = 4_000  # exchanges tried in a walk, of each kind on the average
TRIED_OF_EACH = 8  # and for each unit
NONE = -9  # in place of a variable


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """A way to exchange a variable: carrier, the one or two other variables in which the units differ, the cubes that read it, and whether each unit can (there)."""

    movers: Movers
    carrier: Carrier
    crossed: tuple[int, ...]
    reads: np.ndarray = field(repr=False)
    there: np.ndarray = field(repr=False)
    way: Way = field(repr=False)


def tracks_of(movers: Movers) -> list[Track]:
    """Every way in which units of a source can exchange a variable: pairs that differ in one more, boxes that differ in two more."""
    rows, names, found = movers.rows, movers.units.names, []
    cube_of_slot = np.repeat(np.arange(len(rows.slot_first) - 1), np.diff(rows.slot_first))
    for carrier in movers.carriers:
        v = carrier.variable
        if v < 0:
            continue
        reads = np.zeros(len(rows.slot_first) - 1, bool)
        reads[cube_of_slot[rows.slot_variable == v]] = True
        crossed = [w for w in range(len(names)) if w != v and np.any(reads[cube_of_slot[rows.slot_variable == w]])]
        for first in crossed:
            for second in [NONE, *(w for w in crossed if w != first)]:
                way = _way(movers, carrier, reads, first, second)
                if way is not None:
                    there = np.zeros(len(way.at), bool)
                    there[way.order] = True
                    found.append(Track(movers, carrier, tuple(w for w in (first, second) if w != NONE), reads, there, way))
    return found


def _way(movers: Movers, carrier: Carrier, reads: np.ndarray, first: int, second: int) -> Way | None:
    v, box = carrier.variable, second >= 0
    rest, one, two = likeness(movers.rows, movers.group, carrier.at, carrier.until, reads, v, first, second)
    usable = np.flatnonzero(carrier.usable)
    order = usable[np.argsort(rest[usable], kind="stable")]
    _, inverse, many = np.unique(rest[order], return_inverse=True, return_counts=True)
    order = order[many[inverse.reshape(-1)] >= (4 if box else 2)]
    if not len(order):
        return None
    value = movers.units.value[:, v].astype(np.int64)
    return Way(v, carrier.at, carrier.until, value, rest, one, two if box else np.zeros_like(two), order, rest[order], box)


def walks(
    movers: Movers, state: State, scratch: Scratch, n_persons: int, limits: Sequence[float], draw: np.random.Generator
) -> list[tuple[Rows, Given]]:
    """Walks of the units of one source, one for each of the limits (what may be withheld for each step that a cell gains): their worlds.
    Withholds in `state` what they need."""
    tracks, used, found = tracks_of(movers), np.zeros(n_persons, np.uint8), []
    m, there = movers, {t.carrier.variable: t for t in tracks}
    units = {v: sought_units(m.rows, state, m.group, t.carrier.at, t.carrier.until, t.carrier.usable, t.reads) for v, t in there.items()}
    most = min(TRIES, TRIED_OF_EACH * len(movers.units.row))
    tries, rate = np.full(len(tracks), most), np.zeros(len(tracks))
    for limit in limits if tracks else ():
        world, made = _walk(tracks, units, state, scratch, used, limit, tries, draw)
        if world is not None:
            found.append((movers.rows, world))
        rate = 0.5 * rate + made / np.maximum(tries, 1)
        share = np.sqrt(rate)
        tries = (most // 4 + 0.75 * most * len(tracks) * share / max(share.sum(), 1e-9)).astype(np.int64)
    return found


def _walk(
    tracks: Sequence[Track],
    units: Mapping[int, tuple[np.ndarray, np.ndarray]],
    state: State,
    scratch: Scratch,
    used: np.ndarray,
    limit: float,
    tries: np.ndarray,
    draw: np.random.Generator,
) -> tuple[Given | None, np.ndarray]:
    """(the world of one walk along all tracks, how many moves each of them made). units: per variable sensitive cells with their units;
    used: clean scratch, one for each person."""
    want, enough = _wanted(state, draw)
    seed = np.array([int(draw.integers(2**62))])
    groups: list[np.ndarray] = []
    variable, value, made = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], np.zeros(len(tracks), np.int64)
    for k in draw.permutation(len(tracks)).tolist():
        track, m, c = tracks[k], tracks[k].movers, tracks[k].carrier
        cell, unit = units[c.variable]
        here = (want[cell] != 0) & track.there[unit]
        if not here.any():
            continue
        sought = Sought(want, enough, unit[here], (want[cell[here]] > 0).astype(np.uint8))
        out, new = np.zeros((2, 4 * int(tries[k])), np.int64)
        n = walk(m.rows, state, scratch, m.group, track.way, m.person, used, sought, limit, int(tries[k]), seed, out, new)
        groups += [m.group[c.at[u] : c.until[u]] for u in out[:n].tolist()]
        variable.append(np.full(n, track.way.variable))
        value.append(new[:n].copy())
        made[k] = n
    used[:] = 0
    arrive(state, scratch)
    if not groups:
        return None, made
    return Given(np.array([0, len(groups)]), groups, np.concatenate(variable), np.concatenate(value)), made


def _wanted(state: State, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(1, -1 or 0 for each cell: grow, shrink, whatever; how far it should go)."""
    want, enough = np.zeros(len(state.spl), np.int64), np.zeros(len(state.spl), np.int64)
    left = np.flatnonzero((state.status == PRIMARY) & (state.seen_high - state.seen_low < state.spl))
    up = state.seen_low[left].astype(np.int64) + state.spl[left]
    down = np.minimum(state.spl[left] - state.seen_high[left].astype(np.int64), -state.floor[left])
    grows = draw.random(left.size) < np.where(-state.seen_low[left] >= -state.floor[left], 1.0, down / (up + down))
    want[left], enough[left] = np.where(grows, 1, -1), np.where(grows, up, down)
    return want, enough
