"""Random rounding by a secret key: up or down to a multiple of the base, unbiased, and the same cell always alike.

Theory. x = q b + r is printed as (q + 1) b with probability r / b, else as q b: the expectation is x. A cell has one
draw t, uniform on 0..b-1 and made from its word (keyed_hash.py), and goes up when t < r. The draw belongs to the
cell, not to the publication, so that publishing again gives the same figure, and the figure rises when the count does.
What a later release tells is how the count moved across b t-shifted steps, one step at a time; not an average.

t = floor(word * b / 2^64) in integers; the probability of r / b is met within b / 2^64.

Example:

    >>> random_rounding(np.array([7, 7]), np.array([0, 2**64 - 1], np.uint64), 5)      # the word decides: up, down
    array([10,  5])
"""

from __future__ import annotations

import numpy as np


def draws(words: np.ndarray, base: int) -> np.ndarray:
    """int64 in 0..base-1 from uint64 words, same shape: floor(word * base / 2^64), in two halves that cannot
    overflow."""
    high, low = words >> np.uint64(32), words & np.uint64(0xFFFFFFFF)
    b = np.uint64(base)
    return ((high * b + (low * b >> np.uint64(32))) >> np.uint64(32)).astype(np.int64)


def random_rounding(values: np.ndarray, words: np.ndarray, base: int) -> np.ndarray:
    """int64, same shape: each count >= 0 to an adjacent multiple of base, multiples to themselves."""
    return values // base * base + np.where(draws(words, base) < values % base, base, 0)
