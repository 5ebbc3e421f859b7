"""Cells of the same meaning: those that count the same units, each as often, whatever table, period or release shows them.

Example: `vrouw` of table 1 and `totaal` of table 2, which is of women only, count the same units, each once: one meaning, and one status.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from celwacht.disclosure.search.units.rows import Register
from celwacht.tables.cubes.cube import roll_up
from celwacht.tables.together.count_together import Counts

SEED = 20  # of numbers that tell units apart: they need not be secret, only different


def meanings(counts: Sequence[Counts], register: Register) -> np.ndarray:
    """(cells of all cubes,) a number that cells share which count the same units, and no others but by an accident of one in 10^15.
    Cells of nobody share it with none: what they would count cannot be determined from who is there."""
    name = np.random.Generator(np.random.PCG64(SEED)).integers(-(2**62), 2**62, len(register.person))
    owner = np.repeat(np.arange(len(register.person)), np.diff(register.person_at))
    found = []
    for i, c in enumerate(counts):
        atoms = np.zeros(c.cube.atoms.size, np.int64)
        mine = register.cube == i
        np.add.at(atoms, register.atom[mine], name[owner[mine]])  # wraps around, the same for the same units
        cells = roll_up(atoms.reshape(c.cube.atoms.shape), c.cube.dimensions).ravel()
        found.append(np.where(c.cube.cells.ravel() > 0, cells, 0))
    whole = np.concatenate(found)
    _, number = np.unique(whole, return_inverse=True)
    return np.where(whole == 0, number.max(initial=0) + 1 + np.arange(len(whole)), number.reshape(-1))
