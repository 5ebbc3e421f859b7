"""Every 3x3 table with a total of at most twelve, margins and all, through the engine: no sensitive cell can be
derived.

There are 293,930 of them, of 4,842 kinds up to the order of rows and columns and transposition. Safety does not
depend on that order, but the pattern may (ties are broken by the key), so that each kind is tried in an order drawn
anew. The long command tries every kind under three keys; the default one every hundred-and-twentieth kind. Judge: judge.py, with no
cut-off.
"""

import numpy as np
import pytest
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.tables.cubes.cube import Cube

from tests.disclosure.cubes import flat, leaf_sets, policy
from tests.disclosure.judge import facts_of_table, narrow
from tests.disclosure.small_tables import all_tables, one_of_each_kind

MOST = 12
END = 40
DIMENSIONS = (flat("A", 3), flat("B", 3))
POLICIES = [policy(threshold=3, width=2), policy(threshold=5, width=3), policy(threshold=3, width=1), policy(threshold=5, width=1)]
NAMES = [f"threshold {p.threshold}, width {p.width}" for p in POLICIES]


@pytest.fixture(scope="module")
def kinds():
    """(kinds, 3, 3)."""
    tables = all_tables(3, 3, MOST)
    return tables[one_of_each_kind(tables)]


def _unsafe(atoms, chosen, key):
    """Sensitive cells that the engine leaves too narrow; all of them if it has no proof."""
    cube = Cube("klein", DIMENSIONS, atoms)
    protected = protect(cube, chosen, key=key)
    sensitive = [tuple(map(int, c)) for c in np.argwhere(chosen.sensitive(cube.cells))]
    if protected.check().verdict is not Verdict.SAFE:
        return sensitive
    its, atoms_of = facts_of_table(leaf_sets(cube), protected.shown, protected.withheld, 1, END)
    forms = {place: (atoms_of[place], [1] * len(atoms_of[place])) for place in sensitive}
    return sorted(narrow(its, atoms.ravel(), forms, chosen.width))


def _shuffled(atoms, draw):
    atoms = atoms[draw.permutation(3)][:, draw.permutation(3)]
    return np.ascontiguousarray(atoms.T if draw.random() < 0.5 else atoms)


def _none_unsafe(tables, chosen, keys):
    for n, atoms in enumerate(tables):
        for key in keys:
            atoms = _shuffled(atoms, np.random.Generator(np.random.PCG64([n, key])))
            cells = _unsafe(atoms, chosen, key.to_bytes(2, "big"))
            assert not cells, f"{atoms.tolist()}, key {key}: {cells}"


@pytest.mark.long
def test_how_many_there_are(kinds):
    """Counted in another way: by Burnside's lemma over generating functions, orbits are the mean number of fixed
    tables."""
    assert len(all_tables(3, 3, MOST)) == 293_930
    assert len(kinds) == _burnside(MOST)


def _burnside(most):
    from itertools import permutations, product

    fixed = 0
    place = np.arange(9).reshape(3, 3)
    for r, c, t in product(permutations(range(3)), permutations(range(3)), (False, True)):
        image = place[np.ix_(r, c)]
        image = (image.T if t else image).ravel()
        ways = [1] + [0] * most  # ways[s]: fixed tables with total s, cycle after cycle
        for length in _cycles(image):
            for s in range(length, most + 1):
                ways[s] += ways[s - length]
        fixed += sum(ways)
    return fixed // 72


def _cycles(image):
    left, lengths = set(range(len(image))), []
    while left:
        x, n = left.pop(), 1
        while image[x] in left:
            x = image[x]
            left.remove(x)
            n += 1
        lengths.append(n)
    return lengths


@pytest.mark.parametrize("chosen", POLICIES[:2], ids=NAMES[:2])
def test_some_of_every_small_table(kinds, chosen):
    """Every hundred-and-twentieth kind; a part of what the long command does."""
    _none_unsafe(kinds[POLICIES.index(chosen) :: 120], chosen, [1])


@pytest.mark.long
@pytest.mark.parametrize("chosen", POLICIES, ids=NAMES)
def test_every_small_table(kinds, chosen):
    """Every kind, under three keys, each in an order of its own."""
    _none_unsafe(kinds, chosen, range(3))
