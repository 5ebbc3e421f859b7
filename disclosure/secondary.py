"""Secondary suppression with interval protection, by worlds.

Claim. On return, every sensitive cell that is not listed as unproved can lie at least `policy.width` apart in two
worlds of the returned certificate, against an external intruder who knows what is printed, how it was rounded, that
counts are non-negative integers, and which combinations of categories occur nowhere.

Method. (1) Cells that the policy withholds anyway are withheld. (2) For every sensitive cell, worlds are searched that
fit the pattern: sums of boxes (moves.py), each of which leaves every printed figure as it is. (3) A cell that
stays too narrow gets the cheapest box withheld that makes it wide enough; what was proved stays proved, since
withholding only takes facts away. (4) The same again with what was withheld in the first round made cheap, in an
order that puts dear cells first, and the better of the two patterns is kept.

A combination of categories, over all dimensions but the longest, that occurs nowhere in the cube is taken for
impossible (a wijkteam has no referrer): no world puts anyone there. That only makes the proof harder.

Worlds whose changes have nothing in common are filed in one *layer* and checked as one world.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from celwacht.disclosure.mend_search import MOST_UPSET, STEPS, seed
from celwacht.disclosure.moves import Moves, moves_of
from celwacht.disclosure.policy import DisclosurePolicy
from celwacht.disclosure.search_state import MOST_TOUCHED, UNBOUNDED, Space, State, Work, faces
from celwacht.disclosure.withhold_search import protect_all
from celwacht.disclosure.world_search import prove_all
from celwacht.tables.cube import Cube

FIRST_BUDGET = 300         # boxes looked at for one step of a world, in the first round
FIT_BUDGET = 1500          # the same once the alternative is to withhold
PRICE_BUDGET = 1500        # boxes priced before something is withheld
LAST_BUDGET = 1_000_000   # the same for cells for which the first search found nothing at all
TOP_SHARE = 0.03            # a code along with more than this share of the leaves stays printed if at all possible
OUT_ROWS = 1 << 20
CHUNK = 2000               # sensitive cells between two signs of progress


class Status(IntEnum):
    """Why a cell is or is not printed. Confidential: readers see one symbol for all that is withheld."""

    PUBLISHED = 0
    PRIMARY = 1
    SECONDARY = 2
    ZERO = 3
    """Withheld by the policy's rule for zeros."""


@dataclass(frozen=True, slots=True)
class Worlds:
    """Layers of worlds as sparse integer differences of atoms from the truth.

    Rows first[k]:first[k + 1] are layer k: atom (flat position, int64, ascending within the layer) and difference (int32).
    """

    first: np.ndarray = field(repr=False)
    atom: np.ndarray = field(repr=False)
    difference: np.ndarray = field(repr=False)

    def __len__(self) -> int:
        return len(self.first) - 1


@dataclass(frozen=True, slots=True)
class Pattern:
    """status: uint8, the cube's shape; unproved: flat positions of sensitive cells without proof; worlds: the proof."""

    status: np.ndarray = field(repr=False)
    worlds: Worlds = field(repr=False)
    unproved: np.ndarray = field(repr=False)


def suppress(cube: Cube, policy: DisclosurePolicy, *, key: bytes = b"", progress: Callable[[int, int], None] | None = None
             ) -> Pattern:
    """The pattern for one cube, with its proof; see the module's text for the claim. Deterministic given the key."""
    draw = np.random.Generator(np.random.PCG64(int.from_bytes(key[:16] or b"\0", "big")))
    space = _space(cube, draw)
    seed(int(draw.integers(1 << 30)))
    state = _state(cube, policy)
    longest = max(range(len(cube.shape)), key=lambda i: (cube.shape[i], -i))
    leaves = np.array([len(m) for m in cube.dimensions[longest].members])[space.code_of]
    cells = _order(cube, policy, draw, leaves)
    layers, proved = _protect(space, state, cells, leaves, policy, progress)
    return Pattern(state.status.reshape(cube.shape), _file(layers), cells[~proved])


def _space(cube: Cube, draw: np.random.Generator) -> Space:
    """Moves along the longest dimension, faces across all others, as offsets of flat cells and atoms."""
    axes = list(range(len(cube.dimensions)))
    moves = [moves_of(dim, cube.atoms.sum(axis=tuple(j for j in axes if j != i)), draw)
             for i, dim in enumerate(cube.dimensions)]
    longest = max(axes, key=lambda i: (cube.shape[i], -i))
    others = [i for i in axes if i != longest]
    stride, leaf_stride = _strides(cube.shape), _strides(cube.atoms.shape)
    place = np.indices(cube.shape, np.int64).reshape(len(axes), -1)
    across = np.zeros(cube.cells.size, np.int64)
    for i in others:
        across = across * cube.shape[i] + place[i]
    m = moves[longest]
    found = faces(np.array([cube.shape[i] for i in others], np.int64),
                  *_numbered_through([moves[i] for i in others], stride[others], leaf_stride[others]),
                  0.1 * draw.random(9973))
    # a face is multiplied out at the sought cell's codes across, so that its offsets are positions already
    return Space(np.array([cube.shape[longest], stride[longest]], np.int64), across, place[longest],
                 m.first.astype(np.int64), m.code_at.astype(np.int64), m.code * stride[longest], m.code_sign,
                 m.leaf_at.astype(np.int64), m.leaf * leaf_stride[longest], m.leaf_sign, found[0], *found[1], *found[2])


def _numbered_through(parts: list[Moves], strides: np.ndarray, leaf_strides: np.ndarray) -> tuple[np.ndarray, ...]:
    """The moves of several dimensions in one list, as `faces` wants them."""
    first, code_base, rows, codes, leaves = [np.zeros(0, np.int64)], [], 0, 0, 0
    code_at, leaf_at = [np.zeros(1, np.int64)], [np.zeros(1, np.int64)]
    for m in parts:
        code_base.append(sum(len(r) for r in first))
        first.append(m.first.astype(np.int64) + rows)
        code_at.append(m.code_at[1:].astype(np.int64) + codes)
        leaf_at.append(m.leaf_at[1:].astype(np.int64) + leaves)
        rows, codes, leaves = rows + len(m.code_at) - 1, codes + len(m.code), leaves + len(m.leaf)
    join, none = np.concatenate, np.zeros(0, np.int64)
    return (join(first), np.array(code_base, np.int64),
            join(code_at), join([none, *(m.code * s for m, s in zip(parts, strides))]),
            join([none.astype(np.int8), *(m.code_sign for m in parts)]),
            join(leaf_at), join([none, *(m.leaf * s for m, s in zip(parts, leaf_strides))]),
            join([none.astype(np.int8), *(m.leaf_sign for m in parts)]), join([np.zeros(0), *(m.burden for m in parts)]))


def _strides(shape: tuple[int, ...]) -> np.ndarray:
    return np.concatenate([np.cumprod(np.array(shape[1:], np.int64)[::-1])[::-1], [1]]).astype(np.int64)


def _state(cube: Cube, policy: DisclosurePolicy) -> State:
    """The start: what the policy withholds is withheld, the rest bears what rounding leaves open."""
    value = cube.cells.ravel()
    atoms = cube.atoms.ravel()
    status = np.zeros(value.size, np.uint8)
    status[policy.sensitive(value)] = Status.PRIMARY
    status[policy.never_printed(value)] = Status.ZERO
    printed = policy.printed(value)
    base = policy.rounding_base
    low = np.maximum(printed - base // 2, 0) - value
    high = printed + (base - 1) // 2 - value
    withheld = status > 0
    low[withheld], high[withheld] = -value[withheld], UNBOUNDED
    impossible = np.broadcast_to(_occurs_nowhere(cube.atoms), cube.atoms.shape).ravel()
    atom_high = np.where(impossible, 0, UNBOUNDED)
    cost = (value if policy.cost == "value" else np.zeros_like(value)).astype(np.float64) + 2.0
    small = [a.astype(np.int32) for a in (low, high, -value, np.full(value.size, UNBOUNDED))]
    zeros = [np.zeros(value.size, np.int32) for _ in range(3)]
    return State(*small, cost, status, -atoms.astype(np.int32), atom_high.astype(np.int32), *zeros,
                 np.zeros(atoms.size, np.int32))


def _occurs_nowhere(atoms: np.ndarray) -> np.ndarray:
    """bool, broadcastable to atoms: combinations of all dimensions but the longest that hold nobody."""
    if atoms.ndim == 1:
        return np.zeros(1, bool)
    return atoms.sum(axis=int(np.argmax(atoms.shape)), keepdims=True) == 0


def _order(cube: Cube, policy: DisclosurePolicy, draw: np.random.Generator, leaves: np.ndarray) -> np.ndarray:
    """Sensitive cells, flat: those of small regions first, whose withheld neighbours help the larger ones later; then
    smaller values; ties in an order that only the key knows. leaves: of the code along, per cell."""
    value = cube.cells.ravel()
    cells = np.flatnonzero(policy.sensitive(value))
    return cells[np.lexsort((draw.random(cells.size), value[cells], leaves[cells]))]


def _work(n_cells: int, n_atoms: int) -> Work:
    return Work(np.zeros(n_cells, np.int32), np.zeros(n_atoms, np.int32), np.zeros(MOST_TOUCHED, np.int64),
                np.zeros(MOST_TOUCHED, np.int64), np.zeros(2, np.int64), np.zeros(2, np.int64))


def _protect(space, state, cells, leaves, policy, progress):
    """Rounds over the sensitive cells: what fits; what must be withheld below the top; whatever must be withheld."""
    work = _work(state.low.size, state.atom_low.size)
    out = np.zeros((OUT_ROWS, 3), np.int64)
    upset = np.zeros(MOST_UPSET, np.int64)
    logs = [np.zeros((steps, 3), np.int64) for steps in (0, STEPS, STEPS)]      # no mending in the first round
    proved = np.zeros(cells.size, bool)
    layers = []
    rounds = ((prove_all, (FIRST_BUDGET,)), (protect_all, (FIT_BUDGET, PRICE_BUDGET)),
              (protect_all, (FIT_BUDGET, LAST_BUDGET)))
    top = leaves > TOP_SHARE * leaves.max()
    for (kernel, extra), log, cost in zip(rounds, logs, (state.cost, np.where(top, np.inf, state.cost), state.cost)):
        start, state = 0, state._replace(cost=cost)
        while start < cells.size:
            end = min(start + CHUNK, cells.size)
            start, n = kernel(space, state, work, cells, start, end, policy.width, *extra, upset, log, out, proved)
            layers.append(out[:n].astype(np.int32))
            if progress:
                progress(int(proved.sum()), cells.size)
    return layers, proved


def _file(layers: list[np.ndarray]) -> Worlds:
    """Rows (layer, atom, difference) sorted into one set of layers."""
    rows = np.concatenate(layers) if layers else np.zeros((0, 3), np.int32)
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    n = int(rows[-1, 0]) + 1 if len(rows) else 0
    first = np.searchsorted(rows[:, 0], np.arange(n + 1)).astype(np.int64)
    return Worlds(first, rows[:, 1].astype(np.int64), rows[:, 2].copy())
