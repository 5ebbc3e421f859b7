"""The gate of a whole set: are all its tables together SAFE? From what the tables hold and print, and a certificate that is believed
in nothing.

Judged is every cell that fails the threshold of its policy. What further rules make sensitive, and singletons, are judged table by
table (gate.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.proof.protected_cube import Protected, members_of
from celwacht.disclosure.sets.model import PrintedCube
from celwacht.disclosure.sets.set_certificate import SetProof
from celwacht.disclosure.sets.set_checker import SetResult, check_set


def judge(parts: Sequence[Protected], proof: SetProof) -> SetResult:
    """The word of the set checker. parts: the cubes of all tables, in the order of the certificate; their counts must be those of its
    types, so that both are about the same records."""
    cubes = tuple(_printed(p) for p in parts)
    found = check_set(cubes, proof.types, proof.worlds)
    if found.verdict is Verdict.UNSAFE:
        return found
    types = proof.types
    owner = np.repeat(np.arange(len(types.count)), np.diff(types.first))
    for number, part in enumerate(parts):
        mine, atoms = types.cube == number, np.zeros(part.cube.atoms.size, np.int64)
        np.add.at(atoms, types.atom[mine], types.count[owner[mine]])
        if not np.array_equal(atoms, part.cube.atoms.ravel()):
            return SetResult(Verdict.UNSAFE, f"{part.cube.table}: the types of the set are not those of its counts")
    return found


def proved(parts: Sequence[Protected], result: SetResult) -> tuple[str, ...]:
    """The tables of which every sensitive cell is proved beside all others; none where something false is claimed."""
    if result.verdict is Verdict.UNSAFE:
        return ()
    left = {part.cube.table for part, cells in zip(parts, result.unproved) if len(cells)}
    return tuple(dict.fromkeys(p.cube.table for p in parts if p.cube.table not in left))


def _printed(part: Protected) -> PrintedCube:
    policy = part.policy
    rule = policy.threshold, policy.rounding_base, policy.width
    return PrintedCube(part.cube.table, members_of(part.cube), part.cube.atoms.shape, part.shown, part.withheld, *rule)
