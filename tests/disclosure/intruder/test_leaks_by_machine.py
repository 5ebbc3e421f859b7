"""Patterns of the engine with one secondary cell printed again: where that makes a leak the auditor finds it, and
where not, not."""

from dataclasses import replace

import numpy as np
import pytest
from celwacht.disclosure.intruder.audit_printed import audit
from celwacht.disclosure.model.printed import PrintedTable
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.tables.cubes.cube import Cube

from tests.disclosure.cubes import flat, leaf_sets, policy, touching, two_levels
from tests.disclosure.judge import facts_of_table, narrow

SHAPES = [
    (flat("A", 3), flat("B", 3)),
    (two_levels("A", (2, 2)), flat("B", 2)),
    (flat("A", 4), flat("B", 2)),
    (flat("A", 2), flat("B", 2), flat("C", 2)),
    (two_levels("A", (1, 2)), touching("F", [(0,), (1,), (0, 1)], 2)),
]
POLICIES = [policy(threshold=3, width=2), policy(threshold=5, width=3), policy(threshold=5, width=3, base=5, zeros="withheld")]


def _cubes(number):
    """Counts that are mostly small, drawn from a fixed seed."""
    for i in range(number):
        draw = np.random.Generator(np.random.PCG64([20241031, i]))
        dimensions = SHAPES[i % len(SHAPES)]
        atoms = draw.choice([0, 1, 1, 2, 3, 4, 6, 8], size=tuple(d.n_leaves for d in dimensions))
        yield Cube("lek", dimensions, atoms.astype(np.int64)), POLICIES[i // len(SHAPES) % len(POLICIES)]


def _judged(cube, chosen, protected):
    """The sensitive cells that the intruder narrows, by position."""
    its, atoms = facts_of_table(leaf_sets(cube), protected.shown, protected.withheld, chosen.rounding_base, 80)
    sensitive = [tuple(map(int, c)) for c in np.argwhere(chosen.sensitive(cube.cells))]
    return narrow(its, cube.atoms.ravel(), {c: (atoms[c], [1] * len(atoms[c])) for c in sensitive}, chosen.width)


def _all_agree(number):
    """How many leaks there were; auditor and judge agree on each, and the checker passes none."""
    leaks = 0
    for cube, chosen in _cubes(number):
        whole = protect(cube, chosen)
        for cell in np.argwhere(whole.status == Status.SECONDARY):
            status, shown = whole.status.copy(), whole.shown.copy()
            status[tuple(cell)], shown[tuple(cell)] = Status.PUBLISHED, chosen.printed(cube.cells)[tuple(cell)]
            less = replace(whole, status=status, shown=shown)
            found = _judged(cube, chosen, less)
            printed = PrintedTable(cube.dimensions, less.shown, less.withheld, chosen.rounding_base)
            report = audit(printed, cube.cells, chosen.sensitive(cube.cells), chosen.width)
            assert {f.cell for f in report.findings} == found
            assert report.verdict is (Verdict.UNSAFE if found else Verdict.SAFE)
            assert not found or less.check().verdict is not Verdict.SAFE
            leaks += bool(found)
    return leaks


@pytest.mark.long
def test_secondary_cells_printed_again():
    """On thirty cubes."""
    assert _all_agree(30) >= 40


@pytest.mark.long
def test_secondary_cells_printed_again_at_length():
    """On four hundred."""
    assert _all_agree(400) >= 600
