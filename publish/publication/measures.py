"""Figures of the measures of a table, from what is already printed and from public populations: never from counts.

A share or a rate follows from printed figures by arithmetic that any reader can do, so that it tells nothing new; it
is withheld as soon as one of its parts is. Arithmetic is in integers, halves up.
"""

from __future__ import annotations

import numpy as np
from celwacht.publish.publication.publication import IMPOSSIBLE, PRINTED, WITHHELD

Figures = tuple[np.ndarray, np.ndarray]
"""values int64 and state uint8, as in PublicMeasure."""


def count(shown: np.ndarray, withheld: np.ndarray, blank: np.ndarray) -> Figures:
    """Printed counts: 0 under every cell that is withheld, or that is blank because nobody can be in it."""
    state = np.where(blank, IMPOSSIBLE, np.where(withheld, WITHHELD, PRINTED)).astype(np.uint8)
    return np.where(state == PRINTED, shown, 0).astype(np.int64), state


def ratio(part: Figures, whole: Figures, factor: int) -> Figures:
    """part * factor / whole, rounded half up; withheld where either is, impossible where the whole is 0 or impossible."""
    state = np.maximum(np.where(part[1] == WITHHELD, WITHHELD, PRINTED), np.where(whole[1] == WITHHELD, WITHHELD, PRINTED)).astype(np.uint8)
    nothing = (part[1] == IMPOSSIBLE) | (whole[1] == IMPOSSIBLE) | ((whole[0] == 0) & (state == PRINTED))
    state = np.where(nothing, IMPOSSIBLE, state).astype(np.uint8)
    below = np.where(state == PRINTED, whole[0], 1)
    values = (2 * part[0] * factor + below) // (2 * below)
    return np.where(state == PRINTED, values, 0).astype(np.int64), state


def share(counts: Figures, axis: int, decimals: int) -> Figures:
    """Percentages of the first code along an axis."""
    values, state = (np.broadcast_to(np.take(a, [0], axis=axis), a.shape) for a in counts)
    return ratio(counts, (values, state), 100 * 10**decimals)


def rate(counts: Figures, people: np.ndarray, per: int, decimals: int) -> Figures:
    """Units per `per` of `people` (int64, to be spread over the shape of the counts); impossible where there are none, or none known."""
    values = np.broadcast_to(people, counts[0].shape)
    state = np.where(values > 0, PRINTED, IMPOSSIBLE).astype(np.uint8)
    return ratio(counts, (values, state), per * 10**decimals)
