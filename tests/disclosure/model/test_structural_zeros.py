"""Structural zeros are facts: no proof rests on a world that puts somebody where nobody can be. Judge: judge.py, by brute force."""

from dataclasses import replace

import numpy as np
import pytest
from celwacht.disclosure.model.cube_problem import CubeProblem
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.disclosure.proof.certificate import Certificate, read_certificate
from celwacht.disclosure.proof.protected_cube import members_of
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.tables.cubes.cube import Cube

from tests.disclosure.cubes import flat, leaf_sets, policy
from tests.disclosure.judge import facts_of_table, narrow

DIMENSIONS = (flat("A", 2), flat("B", 4))
"""B is the longest: what is empty in a row of A is known from nothing but the structural zeros."""
END = 40
SEEDS = range(40)


def drawn(seed, base=1):
    """(cube, policy): one to three atoms that cannot be, the others few."""
    draw = np.random.Generator(np.random.PCG64(seed))
    atoms = draw.choice([0, 1, 2, 3, 5, 9, 14], (2, 4)).astype(np.int64)
    impossible = np.zeros(8, bool)
    impossible[draw.choice(8, draw.integers(1, 4), replace=False)] = True
    impossible = impossible.reshape(2, 4)
    atoms[impossible] = 0
    zeros = "withheld" if base > 1 or draw.random() < 0.5 else "published"
    return Cube("klein", DIMENSIONS, atoms, impossible=impossible), policy(threshold=5, width=3, base=base, zeros=zeros)


def unsafe(cube, chosen, protected):
    """Sensitive cells that somebody who knows the zeros can place more narrowly than the policy asks."""
    its, atoms_of = facts_of_table(leaf_sets(cube), protected.shown, protected.withheld, chosen.rounding_base, END)
    its = replace(its, high=np.where(cube.impossible.ravel(), 0, its.high))
    sensitive = [tuple(map(int, c)) for c in np.argwhere(chosen.sensitive(cube.cells))]
    forms = {place: (atoms_of[place], [1] * len(atoms_of[place])) for place in sensitive}
    return sorted(narrow(its, cube.atoms.ravel(), forms, chosen.width))


@pytest.mark.parametrize("base", [1, 5])
def test_nothing_is_safe_that_the_zeros_give_away(base):
    """Small tables: where the engine has its proof, an intruder who knows the zeros and tries everything finds nothing."""
    proved = 0
    for seed in SEEDS:
        cube, chosen = drawn(seed, base)
        protected = protect(cube, chosen, key=b"k")
        if protected.check().verdict is Verdict.SAFE:
            proved += bool(chosen.sensitive(cube.cells).any())
            assert unsafe(cube, chosen, protected) == [], seed
    assert proved >= 10


def test_without_the_zeros_some_of_them_would_pass():
    """The planted fault: the same tables protected as if the zeros were not known. The checker that knows them refuses some, and is
    right: each of these is given away or has a proof that is none."""
    refused, given_away = 0, 0
    for seed in SEEDS:
        cube, chosen = drawn(seed)
        ignorant = protect(Cube("klein", DIMENSIONS, cube.atoms.copy()), chosen, key=b"k")
        assert ignorant.certificate().problem.impossible is None
        if ignorant.check().verdict is not Verdict.SAFE:
            continue
        problem = ignorant.certificate().problem
        knowing = CubeProblem(cube.atoms, members_of(cube), problem.shown, 5, 1, 3, impossible=cube.impossible)
        if Certificate(knowing, ignorant.status, ignorant.worlds).check().verdict is not Verdict.SAFE:
            refused += 1
            given_away += bool(unsafe(cube, chosen, ignorant))
    assert refused >= 3 and given_away >= 1


def test_a_certificate_keeps_the_zeros(tmp_path):
    """Written and read again; one with somebody in a cell that cannot be is no proof of anything."""
    cube, chosen = drawn(1)
    protected = protect(cube, chosen, key=b"k")
    protected.save(tmp_path / "c.npz")
    read = read_certificate(tmp_path / "c.npz")
    assert np.array_equal(read.problem.impossible, cube.impossible) and read.check().verdict is protected.check().verdict
    atoms = cube.atoms.copy()
    atoms[cube.impossible] = 1
    forged = CubeProblem(atoms, members_of(cube), read.problem.shown, 5, 1, 3, impossible=cube.impossible)
    judged = Certificate(forged, read.pattern, read.worlds).check()
    assert judged.verdict is Verdict.UNSAFE and "where nobody can be" in judged.reason


def test_every_problem_and_printed_table_has_them():
    """The other ways to state the problem know them as well, and what is printed carries them for the auditor."""
    cube, chosen = drawn(2)
    problem = problem_of_cube(cube, chosen)
    upper = problem.upper[: cube.cells.size].reshape(cube.shape)
    assert cube.blank.any() and not upper[cube.blank].any()
    least, greatest = protect(cube, chosen, key=b"k").printed().bounds()
    assert not least[cube.blank].any() and not greatest[cube.blank].any()


def test_a_cube_with_somebody_where_nobody_can_be_is_none():
    with pytest.raises(ValueError, match="somebody is where nobody can be"):
        Cube("klein", DIMENSIONS, np.ones((2, 4), np.int64), impossible=np.eye(2, 4).astype(bool))
