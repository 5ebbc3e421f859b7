"""A cube as the searches take it up: what is printed and what is not, what each cell bears, and empty scratch."""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.model import intruder
from celwacht.disclosure.model.levels import Levels
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.search.cubes.state import MOST_BROKEN, MOST_MENDING, MOST_TOUCHED, UNBOUNDED, State, Work
from celwacht.tables.cubes.cube import Cube


def state_of(cube: Cube, policy: DisclosurePolicy, levels: Levels | None, forced: np.ndarray | None) -> State:
    """The start: what the policy withholds is withheld, the rest bears what rounding leaves open."""
    value = cube.cells.ravel()
    atoms = cube.atoms.ravel()
    status = np.zeros(value.size, np.uint8)
    small = policy.sensitive(value)
    lpl, upl, spl, chosen = (a.ravel() for a in levels) if levels else (value * 0,) * 3 + (value < 0,)
    status[policy.never_printed(value)] = Status.ZERO
    status[small | chosen] = Status.PRIMARY
    printed = policy.printed(value)
    low, high = (end - value for end in intruder.rounding_interval(printed, policy.rounding_base))
    withheld = status > 0
    low[withheld], high[withheld] = -value[withheld], UNBOUNDED
    atom_high = np.where(intruder.possible(cube.atoms, cube.impossible).ravel(), UNBOUNDED, 0)
    cost = (value if policy.cost == "value" else np.zeros_like(value)).astype(np.float64) + 2.0
    if forced is not None:
        cost[forced.ravel()] = np.inf
    asked_levels = lpl, upl, np.maximum(spl, policy.width * small)
    room = [a.astype(np.int32) for a in (low, high, -value, np.full(value.size, UNBOUNDED))]
    return State(
        *[
            *room,
            cost,
            status,
            *(np.where(status == Status.PRIMARY, a, 0).astype(np.int32) for a in asked_levels),
            -atoms.astype(np.int32),
            atom_high.astype(np.int32),
            *np.zeros((2, value.size), np.int32),
        ]
    )


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
