"""Protection levels: how far from the truth, and from each other, worlds must put a sensitive cell."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Levels(NamedTuple):
    """What is asked of every cell, in arrays of one shape: int64, bool for the last.

    A sensitive cell with levels 2, 3, 6 and value 10 is safe when worlds put it at 8 or less and at 13 or more, and two
    worlds (the truth is one) at least 6 apart. Handbook on SDC, 2nd ed., 4.2: lower, upper and sliding protection level.
    """

    lpl: np.ndarray
    upl: np.ndarray
    spl: np.ndarray
    sensitive: np.ndarray
