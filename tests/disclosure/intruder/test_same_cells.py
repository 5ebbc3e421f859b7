"""The same cell of several tables has one number, and cells that count something else have another."""

from datetime import date

import numpy as np
from celwacht.disclosure.intruder.sets.facts import facts_of_set
from celwacht.disclosure.intruder.sets.same import same_cells
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.intruder.test_whole_set import CARE, CRISIS, HALVES, KIND, TABLES, registers
from tests.disclosure.registers import Trajectory, printed, spec


def test_the_total_and_a_class_of_one_table_stand_in_another():
    register = [Trajectory(i, date(2024, 2, 1), None, "01" if i % 3 else "11", "02") for i in range(30)]
    one, _ = printed(spec("t_a", "instroom", [KIND]), HALVES[:1], register, lambda c: np.ones(c.shape, bool))
    other, _ = printed(spec("t_b", "instroom", [CARE, CRISIS]), HALVES[:1], register, lambda c: np.zeros(c.shape, bool))
    a, b = same_cells([one, other])
    kinds, cares = list(one.codes[0]), list(other.codes[0])
    assert all(a[kinds.index(code), 0] == b[cares.index(code), 0, 0] for code in cares)
    assert sorted(np.intersect1d(a, b)) == sorted(b[:, 0, 0])


@settings(max_examples=25, deadline=None)
@given(registers(), st.sets(st.sampled_from(range(len(TABLES))), min_size=2, max_size=5))
def test_they_are_those_that_the_intruder_takes_for_one_unknown(register, chosen):
    """Whatever the register, cells of one number have one count; and they are the unknowns of the attack, neither more nor fewer."""
    made = [printed(TABLES[i], HALVES if TABLES[i].moment != "stand" else HALVES[:2], register, lambda c: c < 0) for i in sorted(chosen)]
    found, place = same_cells([t for t, _ in made]), facts_of_set([t for t, _ in made]).place
    names, places, counts = (np.concatenate([a.ravel() for a in its]) for its in (found, place, [c for _, c in made]))
    pairs = np.unique(np.stack([names, places]), axis=1).shape[1]
    assert pairs == len(np.unique(names)) == len(np.unique(places))
    order = np.argsort(names, kind="stable")
    alike = np.diff(names[order]) == 0
    assert (np.diff(counts[order])[alike] == 0).all()


def test_tables_without_a_cell_in_common():
    a, b = same_cells([printed(spec(f"t_{m}", m, [CRISIS]), HALVES[:1], [], lambda c: c < 0)[0] for m in ("instroom", "uitstroom")])
    assert not np.isin(a, b).any() and all(len(np.unique(x)) == x.size for x in (a, b))
