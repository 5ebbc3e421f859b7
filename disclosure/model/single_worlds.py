"""What single worlds, the parts of a layer, change in each cell; and likewise what single insiders have in each."""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.model.cube_problem import CubeProblem

CHUNK = 4_000_000  # entries looked at together
_NONE = np.zeros(0, np.int64)


def changes(problem: CubeProblem, part: np.ndarray, atom: np.ndarray, change: np.ndarray, watched: np.ndarray | None = None):
    """(part, cell, change) of every cell that a part changes, parts ascending, then cells; int64.

    part, atom, change: rows, ordered by part, then atom; no atom twice in a part. watched: bool over cells; others are left out.
    """
    atoms, codes, cells = problem.atoms, problem.codes, problem.shape
    found, starts = [], np.flatnonzero(np.diff(part, prepend=-1))
    step = max(1, CHUNK // max(1, int(np.prod([c.shape[1] for c in codes])) * (len(part) // max(1, len(starts)) + 1)))
    for a in range(0, len(starts), step):
        rows = slice(starts[a], starts[a + step] if a + step < len(starts) else len(part))
        place, real = np.zeros((rows.stop - rows.start, 1), np.int64), np.ones((rows.stop - rows.start, 1), bool)
        for n, leaf, of_leaf in zip(cells, np.unravel_index(atom[rows], atoms.shape), codes):
            one = of_leaf[leaf][:, None, :]
            place = (place[:, :, None] * n + one).reshape(len(place), -1)
            real = (real[:, :, None] & (one < n)).reshape(len(place), -1)
        size = int(np.prod(cells))
        if watched is not None:
            real &= watched[np.where(real, place, 0)]
        key = (part[rows][:, None] * size + place)[real]
        if not len(key):
            continue
        sort = np.argsort(key, kind="stable")
        first = np.flatnonzero(np.r_[True, np.diff(key[sort]) > 0])
        net = np.add.reduceat(np.broadcast_to(change[rows][:, None], place.shape)[real][sort], first)
        found.append(np.stack([*divmod(key[sort][first], size), net])[:, net != 0])
    return tuple(np.concatenate(found, axis=1)) if found else (_NONE, _NONE, _NONE)
