"""A line names each cell once, for the repair as for the intruder of its own: two classes of which a filter leaves nobody are one cell."""

import numpy as np
import pytest
from celwacht.disclosure.intruder.sets.lines import Lines
from celwacht.disclosure.outsider.rows import Rows
from celwacht.disclosure.solver.highs import Outcome, Programme, Solver

AT = np.array([[0, 1, 1, 2], [0, 1, 3, 2], [4, 2, 2, 4]])
TIMES = [1, -1, -1, 1]
ONCE = [{0: 1, 1: -2, 2: 1}, {0: 1, 1: -1, 3: -1, 2: 1}, {4: 2, 2: -2}]


def test_the_lines_of_the_repair():
    lines = Lines()
    lines.add(AT, TIMES, 0, 0, "adds up")
    lines.add(np.array([[5, 5, -1, -1]]), TIMES, 0, 0, "cancels out")
    rows, _, _ = lines.relations()
    spans = [slice(a, b) for a, b in zip(rows.first[:-1], rows.first[1:])]
    assert [dict(zip(rows.cell[s].tolist(), rows.coefficient[s].tolist())) for s in spans] == [*ONCE, {}]
    assert sum(s.stop - s.start for s in spans) == sum(map(len, ONCE))


def test_the_rows_of_the_intruder():
    rows = Rows()
    rows.add(AT, TIMES, 0, 0, "adds up")
    system = rows.system()
    found = [system.row(r) for r in range(len(system))]
    assert [dict(zip(at.tolist(), times.tolist())) for at, times in found] == ONCE
    assert [len(at) for at, _ in found] == [len(one) for one in ONCE]


def test_a_programme_that_the_solver_does_not_take_is_an_error_and_no_crash():
    one, two = np.ones(1), np.ones(2)
    with pytest.raises(ValueError, match="a column twice"):
        Solver(Programme(two, 0 * two, two, one, one, np.array([0, 2]), np.array([0, 0]), two))
    taken = Solver(Programme(two, 0 * two, two, one, one, np.array([0, 2]), np.array([0, 1]), two))
    assert taken.run() is Outcome.OPTIMAL
