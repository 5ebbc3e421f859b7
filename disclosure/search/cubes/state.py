"""What the compiled searches (world_kernel.py and its neighbours) share: shapes, knowledge and scratch, as flat arrays.

A box is a *face*, the product of one move in every dimension but the longest, times one *row*, a move along the
longest. Faces are multiplied out once for every combination of codes and kept in order of size; rows are few and tried
on each face in turn.

Example, the table of model/example.py: 9 cells, 4 atoms. The face "swap p and q" times the row "swap a and b" is the box that changes cells 4 and 8 by
+t and cells 5 and 7 by -t; `apply` writes these four changes, and those of the four atoms.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

UNBOUNDED = 1_000_000_000
MOST_FACES = 600  # faces kept for one combination of codes
MOST_FACE = 1024  # cells that one face may have
MOST_BROKEN = 4  # printed cells that one box may break and others mend
MOST_MENDING = 32  # boxes that mend one
MOST_TOUCHED = 1 << 16  # cells or atoms that one world may touch


class Space(NamedTuple):
    """What does not change. "Along" means the longest dimension, "across" all others together."""

    along: np.ndarray  # (2,) codes along, stride of cells along
    across_of: np.ndarray  # cells: number of the combination of codes across
    code_of: np.ndarray  # cells: code along
    row_first: np.ndarray  # rows of code c along: row_first[c]:row_first[c + 1]
    code_at: np.ndarray  # row r changes codes at code_offset[code_at[r]:code_at[r + 1]] (times stride)
    code_offset: np.ndarray
    code_sign: np.ndarray
    leaf_at: np.ndarray
    leaf_offset: np.ndarray
    leaf_sign: np.ndarray
    face_first: np.ndarray  # faces of combination k: face_first[k]:face_first[k + 1]
    cell_at: np.ndarray  # face f has cells at cell_offset[cell_at[f]:cell_at[f + 1]]
    cell_offset: np.ndarray
    cell_sign: np.ndarray
    atom_at: np.ndarray
    atom_offset: np.ndarray
    atom_sign: np.ndarray


class State(NamedTuple):
    """What the search knows and changes."""

    low: np.ndarray  # cells: least change that keeps what is printed
    high: np.ndarray
    floor: np.ndarray  # cells: least change that any count can bear, printed or not
    ceiling: np.ndarray
    cost: np.ndarray  # cells: of withholding it
    status: np.ndarray  # cells: Status
    lpl: np.ndarray  # cells: protection levels: how far below and above the truth,
    upl: np.ndarray
    spl: np.ndarray  # and how far from each other two worlds must lie
    atom_low: np.ndarray
    atom_high: np.ndarray
    seen_low: np.ndarray  # cells: least and greatest change in any world of the pool
    seen_high: np.ndarray


class Work(NamedTuple):
    """Scratch of one world; clean between worlds."""

    change: np.ndarray  # cells
    atom_change: np.ndarray
    touched: np.ndarray  # cells that changed at some time, with repeats
    atom_touched: np.ndarray
    n: np.ndarray  # (2,) lengths of the two lists above
    best: np.ndarray  # (2,) face and row of the best box so far
    broken: np.ndarray  # (MOST_BROKEN,) printed cells that a box breaks (push_kernel.py)
    stack: np.ndarray  # (MOST_MENDING, 3) face, row and times of the boxes that mend them


@njit(cache=True)
def apply(space, work, f, r, t):
    """Adds a box t times (negative: takes it off) to the world at hand."""
    for k in range(space.code_at[r], space.code_at[r + 1]):
        for i in range(space.cell_at[f], space.cell_at[f + 1]):
            c = space.cell_offset[i] + space.code_offset[k]
            work.change[c] += space.cell_sign[i] * space.code_sign[k] * t
            work.touched[work.n[0]] = c
            work.n[0] += 1
    for k in range(space.leaf_at[r], space.leaf_at[r + 1]):
        for i in range(space.atom_at[f], space.atom_at[f + 1]):
            a = space.atom_offset[i] + space.leaf_offset[k]
            work.atom_change[a] += space.atom_sign[i] * space.leaf_sign[k] * t
            work.atom_touched[work.n[1]] = a
            work.n[1] += 1


@njit(cache=True)
def faces(shape, first, code_base, code_at, code_offset, code_sign, leaf_at, leaf_offset, leaf_sign, burden, ties):
    """Multiplies out, for every combination of codes across, its least burdened faces (moves.py).

    shape: (k,) codes of the dimensions across; the moves of all of them are numbered through: those of code c of
    dimension i are first[code_base[i] + c]:first[code_base[i] + c + 1]. ties: random numbers that order equals.
    Returns face_first and, for cells and for atoms, (at, offset, sign), as in Space.
    """
    k, n = len(shape), 1
    for i in range(k):
        n *= shape[i]
    face_first = np.zeros(n + 1, np.int64)
    chosen = [np.zeros((0, k), np.int64) for _ in range(0)]
    for number in range(n):
        rows = _smallest(number, shape, first, code_base, code_at, burden, ties)
        chosen.append(rows)
        face_first[number + 1] = face_first[number] + len(rows)
    cells = multiply(chosen, face_first[n], k, code_at, code_offset, code_sign)
    atoms = multiply(chosen, face_first[n], k, leaf_at, leaf_offset, leaf_sign)
    return face_first, cells, atoms


@njit(cache=True)
def _smallest(number, shape, first, code_base, code_at, burden, ties):
    """Rows of the least burdened faces of one combination of codes: (faces, k)."""
    k, total = len(shape), 1
    low, high = np.zeros(k, np.int64), np.zeros(k, np.int64)
    for i in range(k - 1, -1, -1):
        code = number % shape[i]
        number //= shape[i]
        low[i], high[i] = first[code_base[i] + code], first[code_base[i] + code + 1]
        total *= high[i] - low[i]
    rows = np.zeros((total, k), np.int64)
    size, load = np.ones(total), np.zeros(total)
    for f in range(total):
        rest = f
        for i in range(k - 1, -1, -1):
            rows[f, i] = low[i] + rest % (high[i] - low[i])
            rest //= high[i] - low[i]
            size[f] *= code_at[rows[f, i] + 1] - code_at[rows[f, i]]
            load[f] += burden[rows[f, i]]
        if size[f] > MOST_FACE:
            load[f] = np.inf
    order = np.argsort(load + ties[np.arange(total) % len(ties)])
    keep = 0
    while keep < min(total, MOST_FACES) and load[order[keep]] < np.inf:
        keep += 1
    return rows[order[:keep]]


@njit(cache=True)
def multiply(chosen, n_faces, k, at, offset, sign):
    """(face_at, offsets, signs): the products of the chosen rows."""
    face_at = np.zeros(n_faces + 1, np.int64)
    f = 0
    for rows in chosen:
        for r in range(len(rows)):
            size = 1
            for i in range(k):
                size *= at[rows[r, i] + 1] - at[rows[r, i]]
            face_at[f + 1] = face_at[f] + size
            f += 1
    offsets, signs = np.zeros(face_at[n_faces], np.int64), np.ones(face_at[n_faces], np.int8)
    f = 0
    for rows in chosen:
        for r in range(len(rows)):
            begin, size = face_at[f], face_at[f + 1] - face_at[f]
            block = size
            for i in range(k):
                row = rows[r, i]
                n = at[row + 1] - at[row]
                block //= n
                for j in range(size):
                    m = at[row] + (j // block) % n
                    offsets[begin + j] += offset[m]
                    signs[begin + j] *= sign[m]
            f += 1
    return face_at, offsets, signs
