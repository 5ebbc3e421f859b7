"""People who are alone in a combination of the finest classes: what they can infer, judged by trying every table.

Somebody alone knows that their cells of 1 hold nobody else; whoever thinks of what they have themselves knows moreover
that their own atom is not empty.
"""

import numpy as np
import pytest
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.search.cubes.protect_cube import protect
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.disclosure.cubes import POLICIES, cubes, leaf_sets
from tests.disclosure.judge import TooLarge, facts_of_table, narrow
from tests.examples import drawn

SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def _known_to(person, atoms_of, cube, withheld):
    """The withheld cells that hold this person and nobody else."""
    return [place for place, atoms in atoms_of.items() if person in atoms and cube.cells[place] == 1 and withheld[place]]


def _learned(cube, chosen, protected):
    """{(person, cell)} that are narrower than the width for somebody who is alone, but for cells of their own."""
    codes = leaf_sets(cube)
    most = int(cube.atoms.max(initial=0)) + 3 * chosen.width
    its, atoms_of = facts_of_table(codes, protected.shown, protected.withheld, chosen.rounding_base, most)
    sensitive = [tuple(map(int, c)) for c in np.argwhere(chosen.sensitive(cube.cells))]
    found = set()
    for person in np.flatnonzero(cube.atoms.ravel() == 1).tolist():
        own = _known_to(person, atoms_of, cube, protected.withheld)
        if not own:
            continue
        low, high = its.low.copy(), its.high.copy()
        low[person] = 1
        for place in own:
            for atom in atoms_of[place]:
                high[atom] = int(atom == person)
        known = type(its)(its.first, its.cell, its.coefficient, its.least, its.greatest, low, high)
        forms = {c: (atoms_of[c], [1] * len(atoms_of[c])) for c in sensitive if c not in own}
        found |= {(person, cell) for cell in narrow(known, cube.atoms.ravel(), forms, chosen.width)}
    return found


def _judge(cube, chosen, key):
    protected = protect(cube, chosen, key=key, singletons=True)
    verdict = protected.check().verdict
    event(verdict.value)
    try:
        learned = _learned(cube, chosen, protected)
    except TooLarge:
        event("too large for the judge")
        return
    assert verdict is not Verdict.UNSAFE
    assert not (verdict is Verdict.SAFE and learned), f"called safe, but they learn: {learned}"


@settings(max_examples=drawn(12, long=60), **SLOW)
@given(cubes(most=4), st.sampled_from(POLICIES), st.binary(max_size=4))
def test_nobody_who_is_alone_learns_too_much(cube, chosen, key):
    """Whatever the certificate calls safe against singletons."""
    _judge(cube, chosen, key)


@pytest.mark.long
@settings(max_examples=3000, **SLOW)
@given(cubes(most=6), st.sampled_from(POLICIES), st.binary(max_size=4))
def test_nobody_who_is_alone_learns_too_much_at_length(cube, chosen, key):
    """The same at length."""
    _judge(cube, chosen, key)
