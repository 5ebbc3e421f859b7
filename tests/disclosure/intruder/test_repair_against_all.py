"""The repair between tables against an intruder who has everything at once: every trajectory that there could be is an unknown, every printed cell a fact, and
the least and greatest value of a sensitive cell are asked in whole numbers. He knows of no lines, moments or identities: what he finds and the repair does not
is an identity that the repair has forgotten."""

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest
from celwacht.disclosure.intruder.sets.facts import facts_of_set
from celwacht.disclosure.intruder.sets.repair import repair
from celwacht.disclosure.model.problem import UNBOUNDED
from celwacht.disclosure.solver.highs import Outcome, Programme, Solver
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.intruder.test_repair import asked, small
from tests.disclosure.intruder.test_whole_set import CARE, CRISIS, HALVES, SEX, registers
from tests.disclosure.registers import Trajectory, count, printed, spec
from tests.examples import drawn

WIDTH = 3
BEGINS, ENDS = (date(2023, 3, 1), date(2024, 3, 1), date(2024, 9, 1)), (date(2024, 4, 1), date(2024, 10, 1), None)
TABLES = [
    *(spec(f"t_{m}", m, [CARE]) for m in ("instroom", "uitstroom", "gebruik", "stand")),
    *(spec(f"t_{m}_sekse", m, [SEX]) for m in ("instroom", "uitstroom", "gebruik", "stand")),
    spec("t_gebruik_beide", "gebruik", [SEX, CARE]),
    spec("t_crisis", "instroom", [CRISIS, CARE]),
    spec("t_wel", "instroom", [CARE], where="crisis == '01'"),
    spec("t_niet", "instroom", [SEX], where="crisis != '01' or crisis is unknown"),
]


def periods(table):
    return HALVES if table.moment != "stand" else HALVES[:2]


@cache
def everybody():
    """Every trajectory that tables could tell from another."""
    lives = [(b, e) for b in BEGINS for e in ENDS if e is None or b <= e]
    return [
        Trajectory(1, b, e, kind, crisis, sex) for b, e in lives for kind in ("01", "11") for crisis in ("01", "02", None) for sex in "MVO"
    ]


@cache
def in_cells(i):
    """(cells of table i, trajectories) whether each counts there."""
    return np.array([count(TABLES[i], periods(TABLES[i]), [t])[1].ravel() for t in everybody()], np.float64).T


def facts_of(chosen, made):
    """(rows over everybody, least, greatest) of what is printed. made: [(table, true counts)]."""
    shown = [~t.withheld.ravel() for t, _ in made]
    rows = np.concatenate([in_cells(i)[s] for i, s in zip(chosen, shown)])
    return rows, *(
        np.concatenate([getattr(t, end).ravel()[s] for (t, _), s in zip(made, shown)]).astype(float) for end in ("least", "greatest")
    )


class Intruder:
    """Has these rows, each between its least and greatest value."""

    def __init__(self, rows, least, greatest):
        n, at = rows.shape[1], np.nonzero(rows)
        first = np.concatenate([[0], np.cumsum((rows > 0).sum(1))])
        self.programme = Programme(np.zeros(n), np.zeros(n), np.full(n, np.inf), least, greatest, first, at[1], rows[at], whole=True)

    def apart(self, form):
        """How far apart the form can be, at most 99."""
        ends = []
        for sign in (1.0, -1.0):
            solver = Solver(self.programme)
            solver.ask(sign * form)
            outcome = solver.run()
            if outcome in (Outcome.UNBOUNDED, Outcome.EITHER):
                return 99
            assert outcome is Outcome.OPTIMAL
            ends.append(round(sign * solver.value))
        return ends[1] - ends[0]


def narrowed(register, chosen, base):
    """(sensitive cells that this intruder narrows after the repair, those that the repair says are left)."""
    made = [printed(TABLES[i], periods(TABLES[i]), register, small, base) for i in chosen]
    known = facts_of_set([t for t, _ in made])
    width, cost = asked(known, made)
    found = repair(known, width, cost)
    after = [(replace(t, withheld=t.withheld | found.withhold[place]), c) for (t, c), place in zip(made, known.place)]
    intruder = Intruder(*facts_of(chosen, after))
    bad = {
        int(place[at])
        for i, place, (_, cells) in zip(chosen, known.place, made)
        for at in map(tuple, np.argwhere(small(cells)))
        if intruder.apart(in_cells(i)[np.ravel_multi_index(at, cells.shape)]) < WIDTH
    }
    return bad, set(np.flatnonzero(found.left).tolist())


@settings(max_examples=drawn(6, long=400), deadline=None)
@given(registers(), st.sets(st.sampled_from(range(len(TABLES))), min_size=2, max_size=4), st.sampled_from([1, 5]))
def test_nobody_who_has_everything_narrows_a_sensitive_cell(register, chosen, base):
    bad, left = narrowed(register, sorted(chosen), base)
    assert bad <= left


def test_a_total_that_no_table_shows():
    """Of six in use in the year, five began it without a crisis: at most one began in one, though inflow by crisis and by sex stand in two tables, and the inflow
    of all in none."""
    days = [(date(2024, 9, 11), "11", None, "O"), (date(2024, 1, 2), "11", "02", "O"), (date(2024, 7, 24), "11", None, "O")]
    days += [(date(2024, 10, 17), "01", None, "V"), (date(2024, 5, 14), "01", "01", "M"), (date(2024, 9, 18), "11", "02", "O")]
    register = [Trajectory(i, begin, None, kind, crisis, sex) for i, (begin, kind, crisis, sex) in enumerate(days)]
    bad, left = narrowed(register, [8, 10, 11], 1)
    assert bad <= left


def test_this_intruder_does_narrow_without_the_repair():
    """Use less outflow is the stock: 3 with stay, a dot in the one table that shows them, are told exactly by the two others."""
    register = [Trajectory(i, date(2023, 5, 1), None, "01") for i in range(20)] + [
        Trajectory(30 + i, date(2024, 2, 1), None, "11") for i in range(3)
    ]
    chosen = [1, 2, 3]
    made = [printed(TABLES[i], periods(TABLES[i]), register, lambda c: c < 0) for i in chosen]
    hidden = made[2][1] == 3
    made[2] = replace(made[2][0], withheld=hidden), made[2][1]
    intruder = Intruder(*facts_of(chosen, made))
    place = np.flatnonzero(hidden.ravel())[0]
    assert intruder.apart(in_cells(3)[place]) == 0


@pytest.mark.parametrize("i", range(len(TABLES)))
def test_dots_tell_nothing_here(i):
    """What the tests above take for withheld has no bound of its own."""
    table, cells = printed(TABLES[i], periods(TABLES[i]), [Trajectory(1, date(2024, 2, 1), None)], small)
    assert (table.greatest[small(cells)] >= UNBOUNDED).all()
