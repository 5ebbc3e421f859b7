"""One block of a cube as a problem of its own, so that it can be searched anywhere: in a thread, or on another machine.

Theory (space.py). Swaps within a block change cells of that block only, so that its search needs its own cells and leaves and no others. They are
numbered anew, in the order that they had, so that what orders cells orders them alike, and the search takes every step that it would take in the
cube as a whole. Faces are the same for all blocks of a cube: they are sent once, with offsets of the cube, and each block writes its own.

Example, the gemeenten a, b of province P and c, d of Q: the block {c, d} has two codes and two leaves, 0 and 1. With three codes across and 6 codes
along, cell (1, d) is 1 * 6 + 5 = 11 in the cube, and 1 * 2 + 1 = 3 in the block.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from celwacht.disclosure.search.cubes.space import SearchSpace
from celwacht.disclosure.search.cubes.state import Space, State
from celwacht.disclosure.search.cubes.world_pool import Pool

FACES = ("face_first", "cell_at", "cell_offset", "cell_sign", "atom_at", "atom_offset", "atom_sign")
"""Fields of Space that all blocks of a cube share."""


class Faces(NamedTuple):
    """What all blocks of a cube share. codes, leaves: (how many along, stride) in the cube; of: the fields FACES of its Space."""

    codes: tuple[int, int]
    leaves: tuple[int, int]
    of: tuple[np.ndarray, ...]


class Block(NamedTuple):
    """A block by itself; positions are its own. along, ..., leaf_sign: as in Space. cells: those to be proved, in their order. Confidential."""

    along: np.ndarray
    leaves: tuple[int, int]
    rows: tuple[np.ndarray, ...]
    state: State
    cells: np.ndarray

    def __repr__(self) -> str:
        return f"<Block of {self.state.low.size:,} cells (confidential)>"


class Searched(NamedTuple):
    """What became of a block: status, low, high, seen_low, seen_high of its cells, and the living worlds of its pool. Confidential."""

    cells: tuple[np.ndarray, ...]
    pool: tuple[np.ndarray, ...]

    def __repr__(self) -> str:
        return f"<Searched: {len(self.pool[0]) - 1:,} worlds (confidential)>"


CHANGED = ("status", "low", "high", "seen_low", "seen_high")
"""Fields of State that a search changes."""


def faces_of(space: SearchSpace) -> Faces:
    """What the blocks of a cube share."""
    size, stride = (int(n) for n in space.local.along)
    return Faces((size, stride), (len(space.leaf_block), space.leaf_stride), tuple(getattr(space.local, name) for name in FACES))


def places(space: SearchSpace, number: int, n_atoms: int) -> tuple[np.ndarray, np.ndarray]:
    """(cells, atoms) of a block, as ascending positions in the cube."""
    own = space.leaf_block == number
    atom = np.arange(n_atoms) // space.leaf_stride % len(own)
    return np.flatnonzero(space.block == number), np.flatnonzero(own[atom])


def block_of(space: SearchSpace, state: State, number: int, cells: np.ndarray) -> Block:
    """A block with a state of its own. cells: those of the block that are to be proved, as positions in the cube."""
    here, atoms = places(space, number, state.atom_low.size)
    local, stride = space.local, int(space.local.along[1])
    codes = np.unique(local.code_of[here])
    leaves = np.flatnonzero(space.leaf_block == number)
    chosen = np.concatenate([np.arange(local.row_first[c], local.row_first[c + 1]) for c in codes] or [np.zeros(0, np.int64)])
    code_at, code_entries = _taken(local.code_at, chosen)
    leaf_at, leaf_entries = _taken(local.leaf_at, chosen)
    rows = (
        local.across_of[here],
        np.searchsorted(codes, local.code_of[here]),
        np.concatenate([[0], np.cumsum(np.diff(local.row_first)[codes])]).astype(np.int64),
        code_at,
        np.searchsorted(codes, local.code_offset[code_entries] // stride) * stride,
        local.code_sign[code_entries],
        leaf_at,
        np.searchsorted(leaves, local.leaf_offset[leaf_entries] // space.leaf_stride) * space.leaf_stride,
        local.leaf_sign[leaf_entries],
    )
    own = State(*((a[atoms] if name.startswith("atom") else a[here]) for name, a in zip(State._fields, state)))
    size = np.array([len(codes), stride], np.int64)
    return Block(size, (len(leaves), space.leaf_stride), rows, own, np.searchsorted(here, cells))


def _taken(at: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(starts of the chosen rows among their own entries, positions of these entries)."""
    length = at[chosen + 1] - at[chosen]
    first = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    return first, np.arange(first[-1]) - np.repeat(first[:-1] - at[chosen], length)


def space_of(faces: Faces, block: Block) -> Space:
    """The space of a block: its own rows, and the faces at its own offsets."""
    first, cell_at, cell_offset, cell_sign, atom_at, atom_offset, atom_sign = faces.of
    cells, atoms = _offsets(cell_offset, faces.codes, int(block.along[0])), _offsets(atom_offset, faces.leaves, block.leaves[0])
    return Space(*[block.along, *block.rows, first, cell_at, cells, cell_sign, atom_at, atoms, atom_sign])


def _offsets(offset: np.ndarray, along: tuple[int, int], size: int) -> np.ndarray:
    """Offsets across, where so many lie along in place of those of the cube."""
    many, stride = along
    return offset // (many * stride) * (size * stride) + offset % stride


def searched(state: State, pool: Pool) -> Searched:
    """What is to be kept of a block that is done."""
    n = int(pool.n[0])
    alive = np.flatnonzero(pool.alive[:n])
    first, entries = _taken(pool.first[: n + 1], alive)
    atom_first, atoms = _taken(pool.atom_first[: n + 1], alive)
    kept = first, pool.cell[entries], pool.change[entries], atom_first, pool.atom[atoms], pool.atom_change[atoms]
    return Searched(tuple(getattr(state, name) for name in CHANGED), kept)


def put_back(space: SearchSpace, state: State, number: int, done: Searched) -> Pool:
    """Writes what became of a block into the state of the cube; its worlds as a pool that can be merged into another."""
    here, atoms = places(space, number, state.atom_low.size)
    for name, its in zip(CHANGED, done.cells):
        getattr(state, name)[here] = its
    first, cell, change, atom_first, atom, atom_change = done.pool
    n = len(first) - 1
    none = np.zeros(0, np.int64)
    sizes = np.array([n, first[-1], atom_first[-1]], np.int64)
    worlds = first, here[cell].astype(np.int32), change, none.astype(np.int32), none, none
    return Pool(*worlds, atom_first, atoms[atom].astype(np.int32), atom_change, np.ones(n, np.uint8), sizes)
