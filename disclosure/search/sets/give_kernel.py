"""The kernel that chooses who makes the moves of a world: those for whom least would have to be withheld. Compiled.

Example: persons 4 and 9 can make a move; for 4 two cells of cost 10 would be withheld, for 9 none: 9 makes it.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.search.units.exact_kernel import dearer, drop, finish, take, tell
from numba import njit

TRIED = 30  # persons tried for a move
DONORS = 6  # values tried for each of them
SWEEPS = 2


@njit(cache=True)
def _cheapest(rows, state, scratch, units, owner, group_at, group, variable, donors, used, most):
    """Of at most `most` units, and some of the values `donors`, with whom the world at hand is cheapest: (unit, value)."""
    best, who, which, tried = np.inf, -1, -1, 0
    for u in units:
        g = owner[u]
        if used[g] or tried >= most:
            continue
        tried += 1
        for d in range(1 if most == 1 else min(len(donors), DONORS)):
            x = donors[d * 5 % len(donors)]
            if tell(rows, scratch, group[group_at[g] : group_at[g + 1]], variable, x):
                price = dearer(state, scratch)
                if price < best:
                    best, who, which = price, u, x
            drop(scratch)
    return who, which


@njit(cache=True)
def _give(
    rows,
    state,
    scratch,
    a,
    b,
    old_atom,
    new_leaf,
    member_at,
    member,
    owner,
    group_at,
    group,
    variable,
    donor_at,
    donor,
    used,
    out_unit,
    out_value,
):
    """Gives moves a:b to units, first to any, then one after the other to the cheapest; whether all could be given."""
    for sweep in range(SWEEPS + 1):
        for m in range(a, b):
            if sweep > 0:
                g = owner[out_unit[m]]
                used[g] = 0
                tell(rows, scratch, group[group_at[g] : group_at[g + 1]], variable[m], out_value[m])
                take(scratch, -1)
            x = new_leaf[m]
            donors = donor[donor_at[x] : donor_at[x + 1]] if x >= 0 else np.full(1, x, np.int64)
            units = member[member_at[old_atom[m]] : member_at[old_atom[m] + 1]]
            most = 1 if sweep == 0 else TRIED
            who, which = _cheapest(rows, state, scratch, units, owner, group_at, group, variable[m], donors, used, most)
            if who < 0:
                return False
            g = owner[who]
            tell(rows, scratch, group[group_at[g] : group_at[g + 1]], variable[m], which)
            take(scratch, 1)
            used[g] = 1
            out_unit[m], out_value[m] = who, which
    return True


@njit(cache=True, nogil=True)
def give_all(
    rows,
    state,
    scratch,
    world_first,
    old_atom,
    new_leaf,
    member_at,
    member,
    owner,
    group_at,
    group,
    variable,
    donor_at,
    donor,
    limit,
    used,
    out_unit,
    out_value,
    good,
):
    """Gives the moves of every world to units. out_unit, out_value: per move; good: per world, whether it could be done.

    variable: per move. member: units of each atom of the cluster; owner: the group of each unit (its person, or itself); donor: the values
    that lie in each leaf of the carriers, that new_leaf numbers through.
    """
    for w in range(len(world_first) - 1):
        a, b = world_first[w], world_first[w + 1]
        done = _give(
            rows,
            state,
            scratch,
            a,
            b,
            old_atom,
            new_leaf,
            member_at,
            member,
            owner,
            group_at,
            group,
            variable,
            donor_at,
            donor,
            used,
            out_unit,
            out_value,
        )
        for m in range(a, b):
            if out_unit[m] >= 0:
                used[owner[out_unit[m]]] = 0
        good[w] = finish(rows, state, scratch, limit if done else -1.0)
