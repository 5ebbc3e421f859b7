"""What the compiled searches (world_search.py, withhold_search.py) share: shapes, knowledge and scratch, as flat arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

UNBOUNDED = 1_000_000_000
MOST_BOX = 4096            # cells or atoms that one box may touch
MOST_TOUCHED = 1 << 17     # cells or atoms that one world may touch


class Space(NamedTuple):
    """What does not change: the shape and the moves of all dimensions, rows numbered through."""

    shape: np.ndarray          # (d,) codes per dimension, the dimension with most moves last
    stride: np.ndarray         # (d,) of cells
    row_first: np.ndarray      # first row of code c of dimension i at row_first[code_base[i] + c]
    code_base: np.ndarray      # (d,)
    code_at: np.ndarray
    code_offset: np.ndarray    # position of the code times the stride of its dimension
    code_sign: np.ndarray
    leaf_at: np.ndarray
    leaf_offset: np.ndarray
    leaf_sign: np.ndarray


class State(NamedTuple):
    """What the search knows and changes."""

    value: np.ndarray          # cells: true value
    low: np.ndarray            # cells: least change that keeps what is printed
    high: np.ndarray
    floor: np.ndarray          # cells: least change that any count can bear, printed or not
    ceiling: np.ndarray
    cost: np.ndarray           # cells: of withholding it
    status: np.ndarray         # cells: Status
    atom_low: np.ndarray
    atom_high: np.ndarray
    seen_low: np.ndarray       # cells: least and greatest change in any world recorded so far
    seen_high: np.ndarray
    layer: np.ndarray          # cells: first layer of the certificate in which the cell is untouched
    atom_layer: np.ndarray


class Work(NamedTuple):
    """Scratch of one world; clean between worlds."""

    change: np.ndarray         # cells
    atom_change: np.ndarray
    touched: np.ndarray        # cells that changed at some time, with repeats
    atom_touched: np.ndarray
    n: np.ndarray              # (2,) lengths of the two lists above
    offset: np.ndarray         # (d, MOST_BOX) products of the chosen rows of the first 0, 1, .. d - 1 dimensions
    sign: np.ndarray
    count: np.ndarray          # (d,)
    atom_offset: np.ndarray
    atom_sign: np.ndarray
    atom_count: np.ndarray
    rows: np.ndarray           # (d,) the odometer
    first: np.ndarray
    last: np.ndarray
    best: np.ndarray           # (d,) rows of the best box so far
    rest: np.ndarray           # (d + 1,) position of the sought cell's own codes in the dimensions from i on
