"""What the compiled search for small problems works on: one namedtuple of what is given, one of what changes.

n cells of which m are forms in the other k, d deciders (cells that may be withheld or printed), g goals.

Example: the table of model/example.py has n = 9, of which the m = 5 margins are forms in k = 4 inner cells; d = 8, g = 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

BIG = 1e15
"""Stands for "no bound"; every other bound is far below."""
DOWN, UP, SLIDE = 0, 1, 2
MOST_WORLDS, MOST_CUTS, MOST_NODES, MOST_OPEN = 400, 250, 400, 120


class Given(NamedTuple):
    """form: int64 (m, k): basic cell i is the sum of form[i, j] times cell beside[j]. shown_.., hidden_..: float64 (n,), how far each
    cell may move when printed and when withheld. decider: int64 (d,), cells; cost: float64 (d,), whole; dear: int64 (d,), deciders
    with the dearest first, ties by key. cell, kind, level: int64 (g,)."""

    form: np.ndarray
    head: np.ndarray
    beside: np.ndarray
    shown_low: np.ndarray
    shown_high: np.ndarray
    hidden_low: np.ndarray
    hidden_high: np.ndarray
    decider: np.ndarray
    cost: np.ndarray
    dear: np.ndarray
    cell: np.ndarray
    kind: np.ndarray
    level: np.ndarray


class State(NamedTuple):
    """table, head, beside, place, value: the attacker's dictionary. low, high: float64 (n,), the room of the moment. world: int64
    (MOST_WORLDS, n), alive: int8, of GONE, ALIVE, WAITING; above,
    below: int64 (g,), the worlds that proved each goal last, or -1. coefficient: float64 (MOST_CUTS, d):
    constraints, each with right-hand side 1 or, for bridges, 0, in `least`. counted: int64 (5,): constraints, steps, questions, points
    that were not whole, places for worlds used."""

    table: np.ndarray
    head: np.ndarray
    beside: np.ndarray
    place: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    world: np.ndarray
    alive: np.ndarray
    above: np.ndarray
    below: np.ndarray
    coefficient: np.ndarray
    least: np.ndarray
    counted: np.ndarray


CUTS, STEPS, QUESTIONS, BROKEN, FILED = 0, 1, 2, 3, 4
"""Places in `counted`."""
GONE, ALIVE, WAITING = 0, 1, 2
"""A world that waits is struck out for a trial, and comes back if that fails."""


def state_of(given: Given) -> State:
    """Nothing found yet."""
    n, d, g = len(given.shown_low), len(given.decider), len(given.cell)
    place = np.empty(n, np.int64)
    place[given.head], place[given.beside] = np.arange(len(given.head)), -1 - np.arange(len(given.beside))
    return State(
        given.form.astype(np.float64),
        given.head.copy(),
        given.beside.copy(),
        place,
        np.zeros(n),
        given.hidden_low.copy(),
        given.hidden_high.copy(),
        np.zeros((MOST_WORLDS, n), np.int64),
        np.zeros(MOST_WORLDS, np.int8),
        np.full(g, -1),
        np.full(g, -1),
        np.zeros((MOST_CUTS, d)),
        np.zeros(MOST_CUTS),
        np.zeros(5, np.int64),
    )
