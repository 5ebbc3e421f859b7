"""Constraints that every safe pattern of a small problem satisfies, read from the attacker's dictionary. Compiled.

The theory is that of `search/optimal/cuts.py`. At the end of a question the cell's own row is an identity `change = sum(r[v] * change of v)`
that holds for all worlds; r is taken over a small denominator, and held against the relations in whole numbers, so that
no float can make a constraint say too much.

Example. 10 = 4 + 6, all withheld but the 10: the row of the 4 is `4's change = 10's change - 6's change`. To move up by 5 it needs
`0 + 6 x >= 5`, so `x >= 1` where x is 1 if the 6 is withheld (coefficients are cut off at the right-hand side).
"""

from __future__ import annotations

from math import floor

from celwacht.disclosure.search.small.dictionary_kernel import copy, dot, fill
from celwacht.disclosure.search.small.pattern_kernel import push
from celwacht.disclosure.search.small.state import BIG, CUTS, DOWN, MOST_CUTS, UP
from numba import njit

NEAR = 1e-6
MISSING = 1e-3  # least violation worth a constraint
SHARE = 1e-2  # that an unused decider lends, so that no needless ones are in a constraint
MOST_SCALE = 12


@njit(cache=True, error_model="numpy")
def _identity(given, state, cell, sign, r):
    """Writes whole r (n,) with scale * sign * change of the cell = sum(r * changes); the scale, or 0 where none was found."""
    row = state.place[cell]
    if row < 0:
        return 0
    for scale in (1, 2, 3, 4, 6, MOST_SCALE):
        fill(r, 0)
        good = True
        for j in range(len(state.beside)):
            exact = sign * scale * state.table[row, j]
            r[state.beside[j]] = floor(exact + 0.5)
            if abs(exact - floor(exact + 0.5)) > NEAR * scale:
                good = False
                break
        if good:
            return scale if _holds(given, cell, sign * scale, r) else 0
    return 0


@njit(cache=True, error_model="numpy")
def _holds(given, cell, times, r):
    """Whether times * change of the cell = sum(r * changes) follows from the relations; whole numbers."""
    m, k = given.form.shape
    for j in range(k):
        total = r[given.beside[j]]
        for i in range(m):
            total += r[given.head[i]] * given.form[i, j]
            if given.head[i] == cell:
                total -= times * given.form[i, j]
        if given.beside[j] == cell:
            total -= times
        if total != 0:
            return False
    return True


@njit(cache=True, error_model="numpy")
def _limit(given, state, place, cell, sign, own, r, gain):
    """(scale, constant), gain (d,) written: scale * change <= constant + sum(gain * x). Scale 0: none. own: the cell's own bound ended it."""
    if own:
        fill(r, 0)
        r[cell], scale = sign, 1
    else:
        scale = _identity(given, state, cell, sign, r)
    fill(gain, 0.0)
    constant = 0.0
    for v in range(len(r)):
        if r[v] != 0:
            hidden = given.hidden_high[v] if r[v] > 0 else given.hidden_low[v]
            if place[v] >= 0:
                shown = given.shown_high[v] if r[v] > 0 else given.shown_low[v]
                if abs(shown) >= BIG:
                    return 0, 0.0
                constant += r[v] * shown
                gain[place[v]] = BIG if abs(hidden) >= BIG else r[v] * (hidden - shown)
            elif abs(hidden) >= BIG:
                return 0, 0.0
            else:
                constant += r[v] * hidden
    return scale, constant


@njit(cache=True, error_model="numpy")
def _store(state, row, least, x):
    """Takes a constraint in that x violates; whether it did."""
    if state.counted[CUTS] >= MOST_CUTS or least - dot(row, x) <= MISSING:
        return False
    copy(state.coefficient[state.counted[CUTS]], row)
    state.least[state.counted[CUTS]] = least
    state.counted[CUTS] += 1
    return True


@njit(cache=True, error_model="numpy")
def lend(given, state, x, most, unused):
    """The room in which deciders help to the share x of what withholding them gives, of `most` at most; `unused` is the least share."""
    for j in range(len(given.decider)):
        v = given.decider[j]
        low, high = given.shown_low[v], given.shown_high[v]
        if x[j] >= 1 - NEAR:
            low, high = given.hidden_low[v], given.hidden_high[v]
        else:
            share = max(x[j], unused)
            low -= share * min(low - given.hidden_low[v], most)
            high += share * min(given.hidden_high[v] - high, most)
        state.low[v], state.high[v] = low, high


@njit(cache=True, error_model="numpy")
def _ask(given, state, place, goal, x, seen, work):
    """(how far the goal's cell goes, whether a constraint that x violates was taken in). seen: float64 (2, n), how far cells went."""
    r, gain, total, row, _, _, _ = work
    cell, kind, level = given.cell[goal], given.kind[goal], float(given.level[goal])
    reached, least, common = 0.0, level, 1
    fill(total, 0.0)
    broken = False
    for sign in (1, -1):
        if (sign > 0 and kind == DOWN) or (sign < 0 and kind == UP):
            continue
        reach, own = push(given, state, cell, sign, level)
        if reach < 0:
            return level, False
        _note(seen, state.value)
        reached += reach
        if reached >= level - MISSING:
            return reached, False
        scale, constant = _limit(given, state, place, cell, sign, own, r, gain)
        broken |= scale == 0
        if not broken:  # both limits over one denominator
            both = common * scale // _divisor(common, scale)
            least, constant = least * (both // common) - constant * (both // scale), constant
            for j in range(len(gain)):
                total[j] = total[j] * (both // common) + min(BIG, gain[j] * (both // scale))
            common = both
    if broken or least <= 0:
        return reached, False
    return reached, _cover(state, x, total, least, row)


@njit(cache=True, error_model="numpy")
def _note(seen, value):
    """Takes the highest and the lowest value of every cell into seen (2, n)."""
    for v in range(len(value)):
        seen[0, v] = max(seen[0, v], value[v])
        seen[1, v] = min(seen[1, v], value[v])


@njit(cache=True, error_model="numpy")
def _divisor(a, b):
    while b:
        a, b = b, a % b
    return a


@njit(cache=True, error_model="numpy")
def _cover(state, x, total, least, row):
    """Stores sum(total * x) >= least, with what is withheld already taken off and coefficients cut off at the right-hand side."""
    rest = least
    for j in range(len(x)):
        if x[j] >= 1 - NEAR:
            rest -= min(total[j], least)
    if rest <= 0:
        return False
    for j in range(len(x)):
        row[j] = 0.0 if x[j] >= 1 - NEAR else min(total[j], rest) / rest
    return _store(state, row, 1.0, x)


@njit(cache=True, error_model="numpy")
def level_cuts(given, state, place, x, work):
    """Adds the capacity constraints that x violates; (their number, whether a goal is short of its level by what is withheld wholly)."""
    _, _, _, _, seen, other, whole = work
    fill(seen[0], 0.0)
    fill(seen[1], 0.0)
    found, short, fractional = 0, False, False
    for j in range(len(x)):
        whole[j] = 1.0 if x[j] >= 1 - NEAR else 0.0
        fractional |= NEAR < x[j] < 1 - NEAR
    for goal in range(len(given.cell)):
        cell, kind = given.cell[goal], given.kind[goal]
        far = (seen[0, cell] if kind != DOWN else 0.0) - (seen[1, cell] if kind != UP else 0.0)
        if far >= given.level[goal] - NEAR:
            continue
        lend(given, state, whole, 0.0, 0.0)
        reached, cut = _ask(given, state, place, goal, x, seen, work)
        missing = given.level[goal] - reached
        if missing > MISSING:
            short = True
            lend(given, state, x, missing, SHARE)
            better = _ask(given, state, place, goal, x, other, work)[1]
            found += int(cut) + int(better)
    return found, short and not fractional


@njit(cache=True, error_model="numpy")
def bridge_cuts(given, state, place, x, work):
    """Adds the constraints "what is withheld can move" that x violates; their number."""
    r, _, _, row, seen, _, _ = work
    found = 0
    fill(seen[0], 0.0)
    fill(seen[1], 0.0)
    for v in range(len(place)):
        share = 1.0
        if place[v] >= 0:
            share = max(x[place[v]], SHARE)
        elif given.hidden_low[v] >= given.hidden_high[v]:
            share = 0.0
        state.low[v], state.high[v] = -share, share
    for j in range(len(x)):
        v = given.decider[j]
        if x[j] < 0.05 or max(seen[0, v], -seen[1, v]) >= x[j] - 0.05:
            continue
        reach, own = push(given, state, v, 1, BIG)
        _note(seen, state.value)
        if reach >= 0 and not own and reach < x[j] - 0.025 and _bridge(given, state, place, v, r, row):
            found += int(_store(state, row, 0.0, x))
    for v in range(len(place)):
        state.low[v], state.high[v] = given.hidden_low[v], given.hidden_high[v]
    return found


@njit(cache=True, error_model="numpy")
def _bridge(given, state, place, cell, r, row):
    """Writes the constraint of a decider into row (d,); False where something with play of its own is in it."""
    if _identity(given, state, cell, 1, r) == 0:
        return False
    fill(row, 0.0)
    for v in range(len(place)):
        if r[v] != 0:
            if place[v] < 0 or given.shown_low[v] < given.shown_high[v]:
                return False
            row[place[v]] = 1.0
    row[place[cell]] = -1.0
    return True
