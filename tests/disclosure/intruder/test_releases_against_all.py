"""Two releases, between which trajectories were only added, against an intruder who supposes just that and has everything at once: how many there were of every kind
of trajectory, and how many of it came, are his unknowns, and every printed cell of both releases is a fact. What he narrows and the repair does not is a leak."""

from dataclasses import replace
from datetime import date

import numpy as np
from celwacht.disclosure.audit.bounds.line_bounds import narrow
from celwacht.disclosure.intruder.sets.facts import facts_of_set
from celwacht.disclosure.intruder.sets.repair import repair
from celwacht.disclosure.intruder.sets.successive import stop_differences, with_differences
from celwacht.disclosure.model.problem import UNBOUNDED
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.disclosure.intruder.test_repair import asked, small
from tests.disclosure.intruder.test_repair_against_all import TABLES, WIDTH, Intruder, facts_of, in_cells, periods
from tests.disclosure.intruder.test_whole_set import registers
from tests.disclosure.registers import Trajectory, printed
from tests.examples import drawn


def hidden(made, more):
    """The tables with more withheld."""
    return [
        (replace(t, withheld=t.withheld | m, least=np.where(m, 0, t.least), greatest=np.where(m, UNBOUNDED, t.greatest)), c)
        for (t, c), m in zip(made, more)
    ]


def released(name, register, chosen, base):
    """The tables of a release, [(table, true counts)], as the repair between its own tables leaves them."""
    made = [(replace(t, release=name), c) for t, c in (printed(TABLES[i], periods(TABLES[i]), register, small, base) for i in chosen)]
    known = facts_of_set([t for t, _ in made])
    found = repair(known, *asked(known, made))
    return hidden(made, [found.withhold[place] for place in known.place])


def beside(one, two):
    """(the second release as the comparison with the first leaves it, per table of the second and then of the first which sensitive cells it answers for, whether
    some leak is left); None where nothing is supposed. As publish/sets/since_before.py does it."""
    plain = facts_of_set([t for t, _ in [*two, *one]])
    if with_differences(plain, "") is plain:
        return None
    width, _ = asked(plain, [*two, *one])
    cost = np.zeros(len(plain.facts))
    for place, (_, cells) in zip(plain.place, two):
        np.add.at(cost, place.ravel(), cells.ravel().astype(float))
    lines = narrow(plain.facts.least, plain.facts.greatest, plain.facts.relations)
    wide = lines.greatest - lines.least >= width
    fixed = np.ones(len(cost), bool)
    for place in plain.place[: len(two)]:
        fixed[place] = False
    found = stop_differences(plain, "", width, cost, fixed, np.zeros_like(fixed))
    return hidden(two, [found.withhold[p] for p in plain.place]), [(wide & (width > 0))[p] for p in plain.place], found.left.any()


@settings(max_examples=drawn(3, long=300), deadline=None)
@given(registers(), registers(), st.data())
def test_who_supposes_that_children_only_came_narrows_nothing(register, came, data):
    some = st.sets(st.sampled_from(range(len(TABLES))), min_size=1, max_size=3).map(sorted)
    first, base = data.draw(some), data.draw(st.sampled_from([1, 5]))
    second = data.draw(st.just(first) | some)
    one, two = released("1", register, first, base), released("", [*register, *came[:3]], second, base)
    compared = beside(one, two)
    assume(compared is not None and not compared[2])
    two, answered, _ = compared
    assert not fallen(first, one, second, two, answered)


def fallen(first, one, second, two, answered):
    """Cells of both releases for which the comparison answers, and that this intruder narrows: (table, place) each."""
    a, b = facts_of(first, one), facts_of(second, two)
    rows = np.block([[a[0], np.zeros_like(a[0])], [b[0], b[0]]])
    intruder = Intruder(rows, np.concatenate([a[1], b[1]]), np.concatenate([a[2], b[2]]))
    found = []
    for chosen, made, its, new in ((second, two, answered, 1.0), (first, one, answered[len(two) :], 0.0)):
        for i, (_, cells), wanted in zip(chosen, made, its):
            for at in map(tuple, np.argwhere(small(cells) & wanted)):
                form = in_cells(i)[np.ravel_multi_index(at, cells.shape)]
                if intruder.apart(np.concatenate([form, new * form])) < WIDTH:
                    found.append((i, at))
    return found


def test_one_child_more_falls_without_the_comparison():
    """20 without stay, and none with it; then one with stay came, and 21 are printed: it is 0 or 1, until the comparison withholds what tells so."""
    register = [Trajectory(i, date(2023, 5, 1), None, "01", "02") for i in range(20)]
    one, two = released("1", register, [2], 1), released("", [*register, Trajectory(99, date(2024, 2, 1), None, "11", "02")], [2], 1)
    after, answered, left = beside(one, two)
    assert fallen([2], one, [2], two, answered) and not left and not fallen([2], one, [2], after, answered)
