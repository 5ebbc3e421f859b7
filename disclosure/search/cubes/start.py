"""A cube as the searches take it up: what is printed and what is not, what each cell bears, and empty scratch."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.search.cubes.state import MOST_BROKEN, MOST_MENDING, MOST_TOUCHED, UNBOUNDED, State, Work
from celwacht.tables.cubes.cube import Cube


class Status(IntEnum):
    """Why a cell is or is not printed. Confidential: readers see one symbol for all that is withheld."""

    PUBLISHED = 0
    PRIMARY = 1
    SECONDARY = 2
    ZERO = 3
    """Withheld by the policy's rule for zeros."""


class Levels(NamedTuple):
    """What rules beside the threshold ask, of every cell: int64 (bool for the last) arrays of the cube's shape."""

    below: np.ndarray
    above: np.ndarray
    apart: np.ndarray
    sensitive: np.ndarray


def state_of(cube: Cube, policy: DisclosurePolicy, levels: Levels | None, forced: np.ndarray | None) -> State:
    """The start: what the policy withholds is withheld, the rest bears what rounding leaves open."""
    value = cube.cells.ravel()
    atoms = cube.atoms.ravel()
    status = np.zeros(value.size, np.uint8)
    small = policy.sensitive(value)
    below, above, apart, chosen = (a.ravel() for a in levels) if levels else (value * 0,) * 3 + (value < 0,)
    status[policy.never_printed(value)] = Status.ZERO
    status[small | chosen] = Status.PRIMARY
    printed = policy.printed(value)
    base = policy.rounding_base
    low = np.maximum(printed - base // 2, 0) - value
    high = printed + (base - 1) // 2 - value
    withheld = status > 0
    low[withheld], high[withheld] = -value[withheld], UNBOUNDED
    impossible = np.broadcast_to(_occurs_nowhere(cube.atoms), cube.atoms.shape).ravel()
    atom_high = np.where(impossible, 0, UNBOUNDED)
    cost = (value if policy.cost == "value" else np.zeros_like(value)).astype(np.float64) + 2.0
    if forced is not None:
        cost[forced.ravel()] = np.inf
    wanted = below, above, np.maximum(apart, policy.width * small)
    room = [a.astype(np.int32) for a in (low, high, -value, np.full(value.size, UNBOUNDED))]
    return State(
        *room,
        cost,
        status,
        *(np.where(status == Status.PRIMARY, a, 0).astype(np.int32) for a in wanted),
        -atoms.astype(np.int32),
        atom_high.astype(np.int32),
        *np.zeros((2, value.size), np.int32),
    )


def _occurs_nowhere(atoms: np.ndarray) -> np.ndarray:
    """bool, broadcastable to atoms: combinations of all dimensions but the longest that hold nobody."""
    if atoms.ndim == 1:
        return np.zeros(1, bool)
    return atoms.sum(axis=int(np.argmax(atoms.shape)), keepdims=True) == 0


def work_for(state: State) -> Work:
    """Scratch for one search over this state."""
    return Work(
        np.zeros(state.low.size, np.int32),
        np.zeros(state.atom_low.size, np.int32),
        np.zeros(MOST_TOUCHED, np.int64),
        np.zeros(MOST_TOUCHED, np.int64),
        np.zeros(2, np.int64),
        np.zeros(2, np.int64),
        np.zeros(MOST_BROKEN, np.int64),
        np.zeros((MOST_MENDING, 3), np.int64),
    )
