"""Publications that leak, planted by hand and by machine: the audit must catch every one, and the checker pass none.

Each leak is first confirmed by the intruder who tries every table (oracle.py), so that no case is a leak by name only.
"""

import numpy as np
import pytest

from celwacht.disclosure.audit import audit
from celwacht.disclosure.check import check
from celwacht.disclosure.printed import PrintedTable
from celwacht.disclosure.protect import members_of, protect
from celwacht.disclosure.secondary import Worlds
from celwacht.disclosure.verdict import Verdict
from celwacht.tables.classification import Classification, Code
from celwacht.tables.cube import Cube

from .cubes import flat, leaf_sets, policy, touching, two_levels
from .oracle import TooLarge, facts_of, intervals

NO_WORLDS = Worlds(np.zeros(1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int32))


def _withheld(shape, *places):
    marks = np.zeros(shape, bool)
    for place in places:
        marks[place] = True
    return marks


def _two_way(inner):
    inner = np.array(inner, np.int64)
    return Cube("lek", (flat("A", inner.shape[0]), flat("B", inner.shape[1])), inner)


def _overlapping(name, sets):
    """Codes that are arbitrary sets of leaves, such as two divisions into regions."""
    n = 1 + max(max(s) for s in sets)
    return Classification(name, name, name, tuple(Code(f"{name}{i}", "") for i in range(len(sets))),
                          tuple(f"{name}:{i}" for i in range(n)), tuple(np.array(s, np.int32) for s in sets))


def _by_hand():
    """(name, cube, policy, marks of what is withheld); place 0 of every dimension is its total."""
    three = policy(threshold=3, width=2)
    rounds = policy(threshold=5, width=5, base=5, zeros="withheld")
    row = _two_way([[1, 5, 6], [7, 8, 9]])
    yield "alone in its row and column", row, three, _withheld((3, 4), (1, 1))
    yield "two in a row, each alone in its column", row, three, _withheld((3, 4), (1, 1), (1, 2))
    yield "with its row's total, alone in its column", row, three, _withheld((3, 4), (1, 1), (1, 0))
    t1 = _two_way([[0, 0, 1], [0, 0, 1], [1, 1, 1]])
    yield "every line has two, three lines combine", t1, policy(threshold=2, width=1), _withheld(
        (4, 4), (1, 3), (2, 3), (3, 1), (3, 2), (3, 3), (1, 0), (2, 0), (0, 1), (0, 2))
    t2 = _two_way([[0, 0, 3], [0, 3, 1]])
    yield "a published zero empties its column", t2, policy(threshold=4, width=2), _withheld(
        (3, 4), (1, 1), (1, 3), (2, 1), (2, 3), (2, 2))
    yield "two small parts under a small total", _two_way([[2, 1]]), policy(threshold=3, width=5), _withheld(
        (2, 3), (1, 1), (0, 1), (1, 2), (0, 2))
    only_child = Cube("lek", (two_levels("A", (1, 2)), flat("B", 2)), np.array([[2, 9], [8, 7], [9, 9]]))
    yield "a region of one part, its total printed", only_child, three, _withheld((5, 3), (1, 1), (1, 2), (3, 1), (3, 2))
    regions = Cube("lek", (_overlapping("R", [(0, 1, 2), (0, 1), (2,), (0,), (1,)]),), np.array([70, 3, 47]))
    yield "a sliver between two divisions into regions", regions, policy(threshold=5, width=3), _withheld((5,), (4,))
    forms = Cube("lek", (_overlapping("F", [(0, 1, 2), (0, 2), (1, 2), (2,)]),), np.array([38, 2, 2]))
    yield "either, one and both are printed, the other follows", forms, policy(threshold=5, width=3), _withheld(
        (4,), (2,))
    forms = Cube("lek", (_overlapping("F", [(0, 1, 2), (0, 2), (1, 2), (2,)]),), np.array([38, 9, 2]))
    yield "either, one and other are printed, both follows", forms, policy(threshold=5, width=3), _withheld((4,), (3,))
    halves = Cube("lek", (_overlapping("P", [(0, 1), (0,), (1,)]),), np.array([40, 3]))
    yield "the year less one half", halves, policy(threshold=5, width=3), _withheld((3,), (2,))
    edge = Cube("lek", (flat("A", 2),), np.array([2, 13]))
    yield "a rounded part at the edge of what rounding leaves", edge, rounds, _withheld((3,), (1,))
    yield "alone between rounded figures", _two_way([[2, 12], [12, 13]]), policy(
        threshold=5, width=9, base=5, zeros="withheld"), _withheld((3, 3), (1, 1))
    cube3 = Cube("lek", (flat("A", 2), flat("B", 2), flat("C", 2)), np.array([[[1, 7], [8, 6]], [[9, 5], [7, 9]]]))
    yield "three of the four in a plane of three dimensions", cube3, three, _withheld(
        (3, 3, 3), (1, 1, 1), (1, 1, 2), (1, 2, 1))
    yield "a face of the box left printed", cube3, three, _withheld(
        (3, 3, 3), (1, 1, 1), (1, 1, 2), (1, 2, 1), (1, 2, 2), (2, 1, 1), (2, 1, 2))
    deep = Cube("lek", (two_levels("A", (2, 2)), flat("B", 2)), np.array([[2, 8], [9, 7], [6, 8], [9, 9]]))
    yield "protected in its group, not across groups", deep, three, _withheld((7, 3), (2, 1), (2, 2))
    yield "protected by its group's total only", deep, three, _withheld((7, 3), (2, 1), (1, 1))


def _by_machine(wanted=48):
    """Safe patterns of the engine with one secondary cell printed again, where that makes a leak."""
    draw = np.random.Generator(np.random.PCG64(20241031))
    shapes = [(flat("A", 3), flat("B", 3)), (two_levels("A", (2, 2)), flat("B", 2)), (flat("A", 4), flat("B", 2)),
              (flat("A", 2), flat("B", 2), flat("C", 2)), (two_levels("A", (1, 2)), touching("F", [(0,), (1,), (0, 1)], 2))]
    policies = [policy(threshold=3, width=2), policy(threshold=5, width=3), policy(threshold=5, width=3, base=5, zeros="withheld")]
    made = 0
    while made < wanted:
        dimensions = shapes[draw.integers(len(shapes))]
        chosen = policies[draw.integers(len(policies))]
        atoms = draw.choice([0, 1, 1, 2, 3, 4, 6, 8], size=tuple(d.n_leaves for d in dimensions)).astype(np.int64)
        cube = Cube("lek", dimensions, atoms)
        protected = protect(cube, chosen)
        for cell in map(tuple, np.argwhere(protected.status == 2)):
            marks = protected.withheld.copy()
            marks[cell] = False
            if _leaks(cube, chosen, marks):
                made += 1
                yield f"machine {made}: a secondary cell printed again", cube, chosen, marks
                break


def _shown(cube, chosen, marks):
    return np.where(marks, 0, chosen.printed(cube.cells))


def _narrow(cube, chosen, marks):
    """Sensitive cells that the oracle narrows below the width."""
    wanted = {tuple(map(int, c)) for c in np.argwhere(chosen.sensitive(cube.cells) & marks)}
    facts = facts_of(leaf_sets(cube), _shown(cube, chosen, marks), marks, chosen.rounding_base)
    found = intervals(facts, cube.atoms.ravel().tolist(), wanted, int(cube.atoms.max()) + chosen.width + 2, chosen.width)
    return {p for p, (low, high) in found.items() if high - low < chosen.width}


def _leaks(cube, chosen, marks):
    try:
        return bool(_narrow(cube, chosen, marks))
    except TooLarge:
        return False


LEAKS = [*_by_hand(), *_by_machine()]


@pytest.mark.parametrize(("name", "cube", "chosen", "marks"), LEAKS, ids=[leak[0] for leak in LEAKS])
def test_the_audit_catches(name, cube, chosen, marks):
    """A real leak is called UNSAFE, and the certificate checker does not pass it."""
    sensitive = chosen.sensitive(cube.cells)
    printed_sensitive = bool(np.any(sensitive & ~marks))
    narrow = _narrow(cube, chosen, marks)
    assert narrow or printed_sensitive, "this is not a leak at all"
    table = PrintedTable(cube.dimensions, _shown(cube, chosen, marks), marks, chosen.rounding_base)
    report = audit(table, cube.cells, sensitive, chosen.width)
    assert report.verdict is Verdict.UNSAFE
    if not printed_sensitive:
        assert {f.cell for f in report.findings} == narrow
    verdict = check(cube.atoms, members_of(cube), table.shown, marks, NO_WORLDS, threshold=chosen.threshold,
                    base=chosen.rounding_base, width=chosen.width).verdict
    assert verdict is not Verdict.SAFE


def test_there_are_at_least_fifty_leaks():
    """The catalogue does not shrink unnoticed."""
    assert len(LEAKS) >= 50
