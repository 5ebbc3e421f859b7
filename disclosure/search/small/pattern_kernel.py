"""Patterns of a small problem: which goals they reach by whole worlds, and what they can do without. Compiled.

A world found for one goal is tried for all; printing a cell strikes out the worlds that move it, and only goals that lose theirs look
for others. Every world is made of whole numbers and held against relations and bounds as such: no float decides.

Example, on the table of model/example.py with its inner cells withheld: the world {1: +3, 3: -3, 6: -3, 9: +3} reaches a goal of 3 at the 1. Printing
the 9 strikes it out, and no other moves the 1: the 9 is taken back.
"""

from __future__ import annotations

from math import floor

from celwacht.disclosure.search.small.dictionary_kernel import climb, fill
from celwacht.disclosure.search.small.state import ALIVE, BROKEN, DOWN, FILED, GONE, MOST_WORLDS, QUESTIONS, STEPS, UP, WAITING
from numba import njit

NEAR = 1e-6
RENEWED_EVERY = 200  # questions after which the dictionary is written anew, so that errors do not add up


@njit(cache=True, error_model="numpy")
def push(given, state, cell, sign, most):
    """Moves the cell from the truth as far as the room allows, `most` at most; (how far, whether its own bound ended it)."""
    if state.counted[QUESTIONS] % RENEWED_EVERY == 0:
        renew(given, state)
    state.counted[QUESTIONS] += 1
    low, high = state.low[cell], state.high[cell]
    fill(state.value, 0.0)
    if sign > 0:
        state.high[cell] = min(high, most)
    else:
        state.low[cell] = max(low, -most)
    steps = climb(state.table, state.head, state.beside, state.place, state.value, state.low, state.high, cell, sign)
    state.low[cell], state.high[cell] = low, high
    state.counted[STEPS] += steps if steps >= 0 else 0
    if steps < 0:
        renew(given, state)
        fill(state.value, 0.0)
        return -1.0, False
    reach = state.value[cell] * sign
    return max(0.0, reach), reach >= (high if sign > 0 else -low) - NEAR


@njit(cache=True, error_model="numpy")
def renew(given, state):
    """The dictionary as it was at first."""
    m, k = given.form.shape
    for i in range(m):
        for j in range(k):
            state.table[i, j] = given.form[i, j]
        state.head[i] = given.head[i]
        state.place[given.head[i]] = i
    for j in range(k):
        state.beside[j] = given.beside[j]
        state.place[given.beside[j]] = -1 - j


@njit(cache=True, error_model="numpy")
def _is_world(given, state, world):
    """Whether whole changes satisfy every relation and the room."""
    for v in range(len(world)):
        if world[v] < state.low[v] or world[v] > state.high[v]:
            return False
    for i in range(len(given.head)):
        total = 0
        for j in range(len(given.beside)):
            total += given.form[i, j] * world[given.beside[j]]
        if total != world[given.head[i]]:
            return False
    return True


@njit(cache=True, error_model="numpy")
def _file(given, state):
    """Files the point at hand, if it is a world in whole numbers; its number, or -1."""
    for v in range(len(state.value)):
        if abs(state.value[v] - floor(state.value[v] + 0.5)) > NEAR:
            return -1
    w = _free_place(state)
    if w >= 0:
        for v in range(len(state.value)):
            state.world[w, v] = floor(state.value[v] + 0.5)
        if _is_world(given, state, state.world[w]):
            state.alive[w] = ALIVE
            state.counted[FILED] = max(state.counted[FILED], w + 1)
            return w
    return -1


@njit(cache=True, error_model="numpy")
def _free_place(state):
    """A place for a world; where all are taken, worlds that proved no goal last make room."""
    for w in range(MOST_WORLDS):
        if state.alive[w] == GONE:
            return w
    for w in range(MOST_WORLDS):
        used = False
        for goal in range(len(state.above)):
            used |= state.above[goal] == w or state.below[goal] == w
        if state.alive[w] == ALIVE and not used:
            state.alive[w] = GONE
    for w in range(MOST_WORLDS):
        if state.alive[w] == GONE:
            return w
    return -1


@njit(cache=True, error_model="numpy")
def _best(state, cell):
    """(how far living worlds take the cell up, which one; down, which one)."""
    up, down, above, below = 0, 0, -1, -1
    for w in range(state.counted[FILED]):
        if state.alive[w] == ALIVE:
            moved = state.world[w, cell]
            if moved > up:
                up, above = moved, w
            elif -moved > down:
                down, below = -moved, w
    return up, above, down, below


@njit(cache=True, error_model="numpy")
def filed(given, state, goal):
    """Whether the living worlds reach the goal; then they become its proof."""
    up, above, down, below = _best(state, given.cell[goal])
    if given.kind[goal] == DOWN:
        up, above = 0, -1
    elif given.kind[goal] == UP:
        down, below = 0, -1
    if up + down < given.level[goal]:
        return False
    state.above[goal], state.below[goal] = above, below
    return True


@njit(cache=True, error_model="numpy")
def prove(given, state, goal):
    """Finds worlds for the goal in the room of the moment; whether they are there."""
    if filed(given, state, goal):
        return True
    cell, kind, missing = given.cell[goal], given.kind[goal], given.level[goal]
    for sign in (1, -1):
        if (sign > 0 and kind == DOWN) or (sign < 0 and kind == UP):
            continue
        up, _, down, _ = _best(state, cell)
        have = up if sign > 0 else down
        reach, _ = push(given, state, cell, sign, float(missing))
        whole = floor(reach + NEAR)
        if whole > have:
            found = _file(given, state)
            if found < 0:
                push(given, state, cell, sign, float(whole))
                found = _file(given, state)
            if found < 0:
                state.counted[BROKEN] += 1
            elif filed(given, state, goal):
                return True
            else:
                have = max(have, abs(state.world[found, cell]))
        missing -= have
    return False


@njit(cache=True, error_model="numpy")
def prove_all(given, state):
    """The first goal that has no worlds in the room of the moment, or -1."""
    for goal in range(len(given.cell)):
        if not prove(given, state, goal):
            return goal
    return -1


@njit(cache=True, error_model="numpy")
def use(given, state, withheld):
    """Makes the room that of a pattern bool (d,); worlds that break it are struck out."""
    for j in range(len(given.decider)):
        v = given.decider[j]
        state.low[v] = given.hidden_low[v] if withheld[j] else given.shown_low[v]
        state.high[v] = given.hidden_high[v] if withheld[j] else given.shown_high[v]
    for w in range(state.counted[FILED]):
        if state.alive[w] == ALIVE:
            for j in range(len(given.decider)):
                v = given.decider[j]
                if state.world[w, v] < state.low[v] or state.world[w, v] > state.high[v]:
                    state.alive[w] = GONE
                    break


@njit(cache=True, error_model="numpy")
def give_back(given, state, j):
    """Prints one decider more if all goals can still be proved; whether they can. Else all is as before."""
    v = given.decider[j]
    low, high = state.low[v], state.high[v]
    state.low[v], state.high[v] = given.shown_low[v], given.shown_high[v]
    for w in range(state.counted[FILED]):
        if state.alive[w] == ALIVE and (state.world[w, v] < state.low[v] or state.world[w, v] > state.high[v]):
            state.alive[w] = WAITING
    good = prove_all(given, state) < 0
    for w in range(state.counted[FILED]):
        if state.alive[w] == WAITING:
            state.alive[w] = GONE if good else ALIVE
    if not good:
        state.low[v], state.high[v] = low, high
    return good


@njit(cache=True, error_model="numpy")
def clean(given, state, withheld, order):
    """Prints again, in this order int64 (d,), all that the proof can do without; `withheld` bool (d,) is changed. It must be proved."""
    for j in order:
        if withheld[j] and give_back(given, state, j):
            withheld[j] = False
