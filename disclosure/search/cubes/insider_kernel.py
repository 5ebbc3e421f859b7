"""The kernel that protects against insiders: providers, who know their own clients, singly or some of them together.

Theory. An insider holds possible only worlds in which no atom holds fewer than they have there themselves (model/intruder.py). So a
world is out for a coalition where it lowers an atom below what they have together. A sensitive cell is safe against all of them
when the worlds left to each coalition put it as far apart as it needs. First the two worlds that do it for outsiders are
taken, then those who could rule one of them out are gone through, one by one, and then those who might join them; for each the cell gets
worlds that stand, and if need be more is withheld for it. Before that, worlds are sought that nobody at all can rule out.

Compiled. Who contributes to atom a: rows first[a]:first[a + 1] of (who, own); atoms of insider i: rows its_first[i]:its_first[i + 1]
of (its_atom, its_own).

Example: an atom of 3 holds 2 records of provider A. The world that puts it at 0 is out for A, and the one that puts it at 2 stands. A coalition of A and
B, who has the third, holds only 3 and more possible there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from celwacht.disclosure.search.cubes.push_kernel import prove
from celwacht.disclosure.search.cubes.withhold_kernel import widen
from celwacht.disclosure.search.cubes.world_pool import is_full, mark_kept, suffices
from numba import njit

MOST_ASKED = 1024  # coalitions that one cell may concern


class Known(NamedTuple):
    """What insiders have. int64; `together` changes while the kernel runs, and is 0 in between."""

    first: np.ndarray  # atoms + 1
    who: np.ndarray
    own: np.ndarray
    its_first: np.ndarray  # insiders + 1
    its_atom: np.ndarray
    its_own: np.ndarray
    most: np.ndarray  # atoms: the most that any coalition has there
    held: np.ndarray  # atoms: what they hold
    together: np.ndarray  # atoms: what the coalition at hand has there
    whole_first: np.ndarray  # cells + 1: who has all of each sensitive cell
    whole: np.ndarray


def known_of(cube_count: np.ndarray, insiders, whole: tuple[np.ndarray, np.ndarray], n_cells: int) -> Known:
    """cube_count: (atoms,) int64. insiders: model/insiders.py. whole: (cell, who) of those who have all of a cell, any order."""
    n = cube_count.size
    by_who = np.lexsort((insiders.atom, insiders.who))
    atom, most = insiders.together
    every = np.zeros(n, np.int64)
    every[atom] = most
    people = int(insiders.who.max(initial=-1)) + 1
    order = np.argsort(whole[0], kind="stable")
    return Known(
        np.searchsorted(insiders.atom, np.arange(n + 1)).astype(np.int64),
        insiders.who,
        insiders.own,
        np.searchsorted(insiders.who[by_who], np.arange(people + 1)).astype(np.int64),
        insiders.atom[by_who],
        insiders.own[by_who],
        every,
        np.ascontiguousarray(cube_count, np.int64),
        np.zeros(n, np.int64),
        np.searchsorted(whole[0][order], np.arange(n_cells + 1)).astype(np.int64),
        whole[1][order].astype(np.int64),
    )


@njit(cache=True)
def _out(pool, w, count, known):
    """Whether world w lowers an atom below what `known` says that somebody has."""
    for a in range(pool.atom_first[w], pool.atom_first[w + 1]):
        atom, change = pool.atom[a], pool.atom_change[a]
        if change < 0 and count[atom] + change < known[atom]:
            return True
    return False


@njit(cache=True)
def _farthest(pool, p, count, known):
    """(least, greatest change of cell p, and the worlds that do it) over living worlds that stand against `known`."""
    low, high, w_low, w_high = 0, 0, -1, -1
    e = pool.head[p]
    while e >= 0:
        w, change = pool.world[e], pool.change[e]
        if (change < low or change > high) and pool.alive[w] and not _out(pool, w, count, known):
            if change < low:
                low, w_low = change, w
            else:
                high, w_high = change, w
        e = pool.following[e]
    return low, high, w_low, w_high


@njit(cache=True)
def _join(known, i, sign, state):
    """Puts what insider i has to what the coalition has (sign -1: takes it off), and binds the search to it."""
    for k in range(known.its_first[i], known.its_first[i + 1]):
        a = known.its_atom[k]
        known.together[a] += sign * known.its_own[k]
        state.atom_low[a] = min(0, known.together[a] - known.held[a])


@njit(cache=True)
def _seek(space, state, work, pool, p, low, high, effort, limit, newly, n_newly):
    """More worlds for p under the bounds of the moment, from (low, high) on, withholding for less than `limit`: (length of newly, paid)."""
    before, paid = (state.seen_low[p], state.seen_high[p]), 0.0
    state.seen_low[p], state.seen_high[p] = low, high
    if limit > 0:
        n_newly, paid = widen(space, state, work, pool, p, effort, limit, 0.0, newly, n_newly)
    else:
        prove(space, state, work, pool, p, effort[0], effort[2])
    state.seen_low[p], state.seen_high[p] = min(state.seen_low[p], before[0]), max(state.seen_high[p], before[1])
    return n_newly, paid


@njit(cache=True)
def _has_all(known, p, i):
    for k in range(known.whole_first[p], known.whole_first[p + 1]):
        if known.whole[k] == i:
            return True
    return False


@njit(cache=True)
def _add_askers(pool, w, known, p, row, size, asked, n):
    """Appends to `asked` the coalition row[:size] with each who contributes to an atom that w lowers and that somebody
    knows better of; the new length, or -1 if there are too many."""
    if w < 0:
        return n
    for a in range(pool.atom_first[w], pool.atom_first[w + 1]):
        atom, change = pool.atom[a], pool.atom_change[a]
        if change >= 0 or known.held[atom] + change >= known.most[atom]:
            continue
        for k in range(known.first[atom], known.first[atom + 1]):
            i, new = known.who[k], not _has_all(known, p, known.who[k])
            for j in range(size):
                new = new and row[j] != i
            for m in range(n):  # the same one twice, beside the same others
                if new and asked[m, 0] == size + 1 and asked[m, size + 1] == i:
                    same = True
                    for j in range(size):
                        same = same and asked[m, j + 1] == row[j]
                    new = not same
            if new:
                if n == len(asked):
                    return -1
                asked[n, 0] = size + 1
                asked[n, 1 : size + 1] = row[:size]
                asked[n, size + 1] = i
                n += 1
    return n


@njit(cache=True)
def _firm(space, state, work, pool, p, known, keep, effort, newly):
    """Whether worlds that nobody can rule out make p wide; looked for, with nothing more withheld. state.atom_low is so bound already."""
    low, high, w_low, w_high = _farthest(pool, p, known.held, known.most)
    if not suffices(state, p, low, high):
        _seek(space, state, work, pool, p, low, high, effort, 0.0, newly, 0)
        low, high, w_low, w_high = _farthest(pool, p, known.held, known.most)
    if not suffices(state, p, low, high):
        return False
    mark_kept(state, p, low, high, w_low, w_high, keep)
    return True


@njit(cache=True)
def stand(space, state, work, pool, p, known, keep, asked, effort, limit, newly, n_newly):
    """Makes p wide against outsiders and, one after the other, every coalition that could object, withholding for less than `limit`:
    (whether it could, length of newly, paid). The worlds that do it are marked in `keep`."""
    n, at, total, coalition = 1, 0, 0.0, asked.shape[1] - 2
    asked[0, 0] = 0
    low, high, w_low, w_high = _farthest(pool, p, known.held, known.most)
    if suffices(state, p, low, high):
        mark_kept(state, p, low, high, w_low, w_high, keep)
        return True, n_newly, 0.0
    row = np.zeros(coalition, np.int64)
    while at < n:
        size = asked[at, 0]
        row[:size] = asked[at, 1 : size + 1]
        for j in range(size):
            _join(known, row[j], 1, state)
        low, high, w_low, w_high = _farthest(pool, p, known.held, known.together)
        if not suffices(state, p, low, high) and not is_full(pool):
            n_newly, paid = _seek(space, state, work, pool, p, low, high, effort, limit - total, newly, n_newly)
            total += paid
            low, high, w_low, w_high = _farthest(pool, p, known.held, known.together)
        for j in range(size):
            _join(known, row[j], -1, state)
        if not suffices(state, p, low, high):
            return False, n_newly, total
        w_low, w_high = mark_kept(state, p, low, high, w_low, w_high, keep)
        if size < coalition:
            n = _add_askers(pool, w_low, known, p, row, size, asked, n)
            n = _add_askers(pool, w_high, known, p, row, size, asked, n) if n >= 0 else n
            if n < 0:
                return False, n_newly, total
        at += 1
    return True, n_newly, total


@njit(cache=True, nogil=True)
def firm_all(space, state, work, pool, cells, begin, known, keep, guarded, effort):
    """`_firm` for cells[begin:] until the pool is nearly full: where to go on. guarded[i] is set where it succeeds."""
    newly = np.zeros(0, np.int64)
    for i in range(begin, len(cells)):
        if is_full(pool):
            return i
        guarded[i] = _firm(space, state, work, pool, cells[i], known, keep, effort, newly)
    return len(cells)


@njit(cache=True, nogil=True)
def stand_all(space, state, work, pool, cells, begin, known, keep, asked, guarded, effort, limit):
    """`stand` for those of cells[begin:] that are not guarded yet, until the pool is nearly full: where to go on."""
    newly = np.zeros(0, np.int64)
    for i in range(begin, len(cells)):
        if is_full(pool):
            return i
        if not guarded[i]:
            guarded[i] = stand(space, state, work, pool, cells[i], known, keep, asked, effort, limit, newly, 0)[0]
            if is_full(pool) and not guarded[i]:  # it may have been for want of room
                return i
    return len(cells)
