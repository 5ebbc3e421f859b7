"""Compiled: lines followed over arrays, in place (line_bounds.py says what for).

Lines are those of `Relations`; cell_first, through: the relations through every cell. Lines that wait for their turn stand in a ring.

Example: 19 = x + 15 and x = y + 1 wait. The first brings x to 4, which the log notes as (x, GREATEST, 4, line 0) and (x, LEAST, 4, line 0), and has the second
wait again; that brings y to 3. If 15 becomes open, all four entries stand on it, and go; a line through other cells is not looked at.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.model.problem import UNBOUNDED
from numba import njit

FAR = UNBOUNDED // 2
"""What lies beyond counts as no bound at all."""
LEAST, GREATEST = 0, 1


@njit(cache=True)
def follow(
    first, cell, coefficient, row_least, row_greatest, cell_first, through, least, greatest, width, log, before, used, ring, held, waiting
):
    """Follows the `held` lines that stand in the ring, flagged in `waiting`, and all that these lead to. In place on least, greatest, the log (cell, side,
    bound, relation), and before: what each bound of the log was. (entries used, line that cannot hold or -1, cell left closer than its width or -1);
    the ring is empty, unless it ended at one of these, or for want of room in the log."""
    m, most, head = len(row_least), len(log), 0
    while held:
        r = ring[head]
        head = (head + 1) % m
        held -= 1
        waiting[r] = False
        sums = _sums(first, cell, coefficient, least, greatest, r)
        broken = (sums[2] == 0 and sums[0] > row_greatest[r]) or (sums[3] == 0 and sums[1] < row_least[r])
        close = -1
        for k in range(first[r], first[r + 1]):
            i = cell[k]
            if broken or close >= 0 or least[i] == greatest[i]:
                continue
            low, high = _room(sums, coefficient[k], row_least[r], row_greatest[r], least[i], greatest[i])
            if high >= greatest[i] and low <= least[i]:
                continue
            if used >= most - 3:
                return used, -1, -1
            if high < greatest[i]:
                used = _enter(log, before, used, i, GREATEST, high, r, greatest)
            if low > least[i]:
                used = _enter(log, before, used, i, LEAST, low, r, least)
            if least[i] > greatest[i]:
                broken = True
            elif greatest[i] - least[i] < width[i]:
                close = i
            else:
                sums = _sums(first, cell, coefficient, least, greatest, r)
                for t in range(cell_first[i], cell_first[i + 1]):
                    if not waiting[through[t]]:
                        waiting[through[t]] = True
                        ring[(head + held) % m] = through[t]
                        held += 1
        if broken or close >= 0:
            for t in range(held):
                waiting[ring[(head + t) % m]] = False
            return used, (r if broken else -1), close
    return used, -1, -1


@njit(cache=True)
def _enter(log, before, used, i, side, bound, r, ends):
    log[used, 0], log[used, 1], log[used, 2], log[used, 3] = i, side, bound, r
    before[used], ends[i] = ends[i], bound
    return used + 1


@njit(cache=True)
def narrow_all(first, cell, coefficient, row_least, row_greatest, cell_first, through, least, greatest, log, used, again):
    """Follows the lines of `again` (bool), after the entries that the log has. (entries used, line that cannot hold or -1)."""
    ring, held, waiting = np.zeros(len(row_least), np.int64), 0, np.zeros(len(row_least), np.bool_)
    for r in range(len(row_least)):
        if again[r]:
            ring[held], waiting[r] = r, True
            held += 1
    none, before = np.zeros(len(least), np.int64), np.empty(len(log), np.int64)
    used, broken, _ = follow(
        first,
        cell,
        coefficient,
        row_least,
        row_greatest,
        cell_first,
        through,
        least,
        greatest,
        none,
        log,
        before,
        used,
        ring,
        held,
        waiting,
    )
    return used, broken


@njit(cache=True)
def print_again(first, cell, coefficient, row_least, row_greatest, cell_first, through, least, greatest, width, chosen, low, high, most):
    """Sets the chosen cells, in this order, to low and high, and follows lines from there; takes one back where that leaves a cell closer than its width, or does not
    hold. In place on least and greatest. bool (chosen,): which stay."""
    ring, waiting, kept = np.zeros(len(row_least), np.int64), np.zeros(len(row_least), np.bool_), np.zeros(len(chosen), np.bool_)
    log, before = np.empty((most, 4), np.int64), np.empty(most, np.int64)
    for c in range(len(chosen)):
        i, held = chosen[c], 0
        ends = least[i], greatest[i]
        least[i], greatest[i] = max(least[i], low[c]), min(greatest[i], high[c])
        for t in range(cell_first[i], cell_first[i + 1]):
            ring[held], waiting[through[t]] = through[t], True
            held += 1
        used, broken, close = follow(
            first,
            cell,
            coefficient,
            row_least,
            row_greatest,
            cell_first,
            through,
            least,
            greatest,
            width,
            log,
            before,
            0,
            ring,
            held,
            waiting,
        )
        full = used >= most - 3
        kept[c] = broken < 0 and close < 0 and not full and least[i] <= greatest[i]
        if not kept[c]:
            for e in range(used - 1, -1, -1):
                if log[e, 1] == LEAST:
                    least[log[e, 0]] = before[e]
                else:
                    greatest[log[e, 0]] = before[e]
            least[i], greatest[i] = ends
        if full:
            waiting[:] = False
    return kept


@njit(cache=True)
def keep(before, first, cell, coefficient, wider, least, greatest, log):
    """Takes over into the log, and into least and greatest, the narrowings of `before` that stand on nothing wider (cell, side: bool, in place: what
    is narrowed no more becomes wider, and what is narrowed by another line is so no longer). How many."""
    used = 0
    for e in range(len(before)):
        i, side, bound, r = before[e]
        up = False
        for k in range(first[r], first[r + 1]):
            if cell[k] == i:
                up = coefficient[k] > 0
        stands = True
        for k in range(first[r], first[r + 1]):
            j = cell[k]
            if j != i and wider[j, 1 - side if (coefficient[k] > 0) == up else side]:
                stands = False
        wider[i, side] = not stands
        if stands:
            log[used] = before[e]
            used += 1
            if side == LEAST:
                least[i] = max(least[i], bound)
            else:
                greatest[i] = min(greatest[i], bound)
    return used


@njit(cache=True)
def tell(first, cell, coefficient, row_least, row_greatest, least, greatest):
    told, lines = np.zeros(len(row_least), np.bool_), np.zeros(len(least), np.int64)
    for r in range(len(row_least)):
        low, high, low_open, high_open = _sums(first, cell, coefficient, least, greatest, r)
        below, above = low < row_least[r] or low_open > 0, high > row_greatest[r] or high_open > 0
        told[r] = (row_least[r] > -UNBOUNDED and below) or (row_greatest[r] < UNBOUNDED and above)
        if told[r]:
            for k in range(first[r], first[r + 1]):
                lines[cell[k]] += 1
    return told, lines


@njit(cache=True)
def _room(sums, c, row_least, row_greatest, least, greatest):
    """(least, greatest) value that a relation with these sums leaves to a cell of coefficient c; beyond FAR for no bound."""
    low, high, low_open, high_open = sums
    a, b = (least, greatest) if c > 0 else (greatest, least)
    most, fewest = 2 * FAR, -2 * FAR  # of c * x
    if row_greatest < FAR and low_open - (abs(a) >= FAR) == 0:
        most = row_greatest - (low - (0 if abs(a) >= FAR else c * a))
    if row_least > -FAR and high_open - (abs(b) >= FAR) == 0:
        fewest = row_least - (high - (0 if abs(b) >= FAR else c * b))
    if c < 0:
        most, fewest, c = -fewest, -most, -c
    return (-2 * FAR if fewest <= -FAR else -(-fewest // c)), (2 * FAR if most >= FAR else most // c)


@njit(cache=True)
def _sums(first, cell, coefficient, least, greatest, r):
    low, high, low_open, high_open = 0, 0, 0, 0
    for k in range(first[r], first[r + 1]):
        i, c = cell[k], coefficient[k]
        a, b = (least[i], greatest[i]) if c > 0 else (greatest[i], least[i])
        if abs(a) >= FAR:
            low_open += 1
        else:
            low += c * a
        if abs(b) >= FAR:
            high_open += 1
        else:
            high += c * b
    return low, high, low_open, high_open
