"""Where a search begins: the space in which worlds of a cube are searched, that is its moves multiplied out into faces and rows (state.py) and the blocks
into which it falls; and the cube as searches take it up.

Theory. A code along the longest dimension that holds a large share of the leaves (a country, a province) is a *top*
code. Leaves that lie in the same top codes form a *block*. A swap within a block leaves every top code as it is, so
that worlds made of such swaps touch one block only: blocks can be protected one by one, or side by side, and what
is left over is settled with all moves at the end.

Example, gemeenten a, b in province P and c, d in Q: P and Q are top codes, {a, b} and {c, d} the blocks. A swap of a and b changes nothing
of Q; a swap of a and c belongs to no block, and comes at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.model import intruder
from celwacht.disclosure.model.levels import Levels
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.search.cubes.moves import Moves, moves_of
from celwacht.disclosure.search.cubes.state import MOST_BROKEN, MOST_MENDING, MOST_TOUCHED, UNBOUNDED, Space, State, Work, faces
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.cubes.cube import Cube

TOP_SHARE = 0.03  # a code along with more than this share of the leaves (and more than one) is a top code


@dataclass(frozen=True, slots=True, eq=False)
class SearchSpace:
    """whole: all moves. local: swaps within blocks only. block: (cells,) int32 number of the block that a cell lies in, -1
    for cells of top codes. leaves: (cells,) how many leaves the cell's code along holds. leaf_block: (leaves along,) int32 block of each
    leaf; leaf_stride: atoms between one leaf along and the next."""

    whole: Space
    local: Space
    block: np.ndarray = field(repr=False)
    leaves: np.ndarray = field(repr=False)
    leaf_block: np.ndarray = field(repr=False)
    leaf_stride: int


def search_space(cube: Cube, draw: np.random.Generator) -> SearchSpace:
    """Moves along the longest dimension, faces across all others, as offsets of flat cells and atoms."""
    axes = list(range(len(cube.dimensions)))
    moves = [moves_of(dim, cube.atoms.sum(axis=tuple(j for j in axes if j != i)), draw) for i, dim in enumerate(cube.dimensions)]
    longest = max(axes, key=lambda i: (cube.shape[i], -i))
    others = [i for i in axes if i != longest]
    stride, leaf_stride = strides_of(cube.shape), strides_of(cube.atoms.shape)
    place, across = places_of(cube, others)
    found = faces(
        *[
            np.array([cube.shape[i] for i in others], np.int64),
            *numbered_through([moves[i] for i in others], stride[others], leaf_stride[others]),
            0.1 * draw.random(9973),
        ]
    )
    along = cube.dimensions[longest]
    block_of_leaf, block_of_code = _blocks(along)

    def space(m: Moves) -> Space:
        # a face is multiplied out at the sought cell's codes across, so that its offsets are positions already
        return joined(cube, longest, m, place[longest], across, found)

    held = np.array([len(m) for m in along.members])
    m = moves[longest]
    local = space(_within(m, block_of_leaf, block_of_code))
    at = place[longest]
    return SearchSpace(space(m), local, block_of_code[at], held[at], block_of_leaf, int(leaf_stride[longest]))


def _blocks(along: Classification) -> tuple[np.ndarray, np.ndarray]:
    """(block of every leaf, block of every code or -1 for top codes), int32."""
    top = [m for m in along.members if len(m) > max(1, TOP_SHARE * along.n_leaves)]
    signature = np.zeros((along.n_leaves, len(top)), bool)
    for i, m in enumerate(top):
        signature[m, i] = True
    _, of_leaf = np.unique(signature, axis=0, return_inverse=True)
    of_leaf = of_leaf.reshape(-1).astype(np.int32)
    of_code = [-1 if len(m) > max(1, TOP_SHARE * along.n_leaves) or len(set(of_leaf[m])) > 1 else of_leaf[m[0]] for m in along.members]
    return of_leaf, np.array(of_code, np.int32)


def _within(m: Moves, of_leaf: np.ndarray, of_code: np.ndarray) -> Moves:
    """The swaps between leaves of one block that change codes of that block only, and no singles.

    A code may be no top code and still lie in several blocks (a small jeugdregio across a border of provinces). A swap that
    changed it would make worlds of one block the proof of a cell that another block, or none, answers for: when the block
    strikes such a world out, that cell is taken for proved and is not.
    """
    lengths = np.diff(m.leaf_at)
    keep = np.array([n == 2 and of_leaf[m.leaf[a]] == of_leaf[m.leaf[a + 1]] for n, a in zip(lengths, m.leaf_at)], bool).reshape(-1)
    beside = np.add.reduceat(np.r_[of_code[m.code] < 0, False].astype(np.int64), m.code_at[:-1])
    keep &= (beside == 0)[: len(keep)]
    counts = np.add.reduceat(np.r_[keep, False], m.first[:-1])
    counts[np.diff(m.first) == 0] = 0
    code_keep, leaf_keep = np.repeat(keep, np.diff(m.code_at)), np.repeat(keep, lengths)
    at = [np.concatenate([[0], np.cumsum(np.diff(a)[keep])]).astype(np.int32) for a in (m.code_at, m.leaf_at)]
    return Moves(
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        at[0],
        m.code[code_keep],
        m.code_sign[code_keep],
        at[1],
        m.leaf[leaf_keep],
        m.leaf_sign[leaf_keep],
        m.burden[keep],
    )


def places_of(cube: Cube, others: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """(dimensions, cells) int32 codes of every cell; (cells,) int64 the number of its combination of codes of the `others`."""
    place = np.indices(cube.shape, np.int32).reshape(len(cube.shape), -1)
    across = np.zeros(cube.cells.size, np.int64)
    for i in others:
        across = across * cube.shape[i] + place[i]
    return place, across


def joined(cube: Cube, along: int, m: Moves, place: np.ndarray, across: np.ndarray, faces_found) -> Space:
    """The space of the moves `m` along one dimension, at codes `place` of the cells, and of faces across all others."""
    stride, leaf_stride = strides_of(cube.shape)[along], strides_of(cube.atoms.shape)[along]
    return Space(
        np.array([cube.shape[along], stride], np.int64),
        across,
        place.astype(np.int64),
        m.first.astype(np.int64),
        m.code_at.astype(np.int64),
        m.code * stride,
        m.code_sign,
        m.leaf_at.astype(np.int64),
        m.leaf * leaf_stride,
        m.leaf_sign,
        faces_found[0],
        *faces_found[1],
        *faces_found[2],
    )


def numbered_through(parts: list[Moves], strides: np.ndarray, leafstrides_of: np.ndarray) -> tuple[np.ndarray, ...]:
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
    return (
        join(first),
        np.array(code_base, np.int64),
        join(code_at),
        join([none, *(m.code * s for m, s in zip(parts, strides))]),
        join([none.astype(np.int8), *(m.code_sign for m in parts)]),
        join(leaf_at),
        join([none, *(m.leaf * s for m, s in zip(parts, leafstrides_of))]),
        join([none.astype(np.int8), *(m.leaf_sign for m in parts)]),
        join([np.zeros(0), *(m.burden for m in parts)]),
    )


def strides_of(shape: tuple[int, ...]) -> np.ndarray:
    return np.concatenate([np.cumprod(np.array(shape[1:], np.int64)[::-1])[::-1], [1]]).astype(np.int64)


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
