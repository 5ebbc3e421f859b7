"""How long it lasted against when it ran: what follows, and that nothing follows that is not so; by the repair and by the attacker of its own."""

from datetime import date, timedelta

import numpy as np
import pytest
from celwacht.disclosure.intruder.sets.facts import facts_of_set
from celwacht.disclosure.intruder.sets.repair import repair
from celwacht.disclosure.outsider.attack import attack
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.intruder.test_repair import asked
from tests.disclosure.intruder.test_whole_set import CARE, HALVES, registers
from tests.disclosure.registers import Trajectory, as_public, by_lines, printed, spec
from tests.examples import drawn

DURATION = ("Duur", "duur", None)
ENDED = spec("t_duur", "uitstroom", [DURATION])
COURSE = [spec(f"t_{m}", m, [CARE]) for m in ("instroom", "uitstroom", "gebruik", "stand")]
SPRING = date(2024, 2, 1)
REGISTER = [Trajectory(i, SPRING, SPRING + timedelta(days=80 + i)) for i in range(19)] + [
    Trajectory(30, date(2023, 2, 1), date(2024, 3, 1))
]
HALF = HALVES[:1]


def long_ones(made):
    """Positions of the classes of half a year and more, in the table by duration."""
    codes = list(made[0][0].codes[0])
    return [codes.index(c) for c in ("CWDU03", "CWDU04", "CWDU10")]


def of_half_a_year(hidden):
    """20 ended in the half-year; 19 began in it too, as stock, use and inflow say together. Duration: everything by class a dot."""
    return [printed(ENDED, HALF, REGISTER, hidden), *(printed(t, HALF, REGISTER, lambda c: c < 0) for t in COURSE)]


def by_class(cells):
    hidden = np.ones(cells.shape, bool)
    hidden[0] = False
    return hidden


def test_what_began_in_the_half_year_did_not_last_half_a_year():
    made = of_half_a_year(by_class)
    known, found = by_lines([t for t, _ in made])
    told = attack([as_public(t) for t, _ in made], lambda _: 5, questions=0)
    for k in long_ones(made):
        assert found.greatest[known.place[0][k, 0]] <= 1
        assert told.of_table(0)[1][k, 0] <= 1


def test_the_repair_stops_it():
    made = of_half_a_year(by_class)
    known = facts_of_set([t for t, _ in made])
    width, cost = asked(known, made)
    found = repair(known, width, cost)
    assert found.leaks.any() and not found.left.any()


@pytest.mark.parametrize("days", [180, 181, 182, 183])
def test_the_edge_of_half_a_year(days):
    """2024HJ01 has 182 days: who began on the first of January and ended on the last of June lasted 181."""
    register = [Trajectory(i, date(2024, 6, 30) - timedelta(days=days), date(2024, 6, 30)) for i in range(12)]
    made = [printed(t, HALF, register, lambda c: c < 0) for t in (ENDED, *COURSE)]
    by_lines([t for t, _ in made])
    told = attack([as_public(t) for t, _ in made], lambda _: 5, questions=0)
    assert all((end == cells).all() for n, (_, cells) in enumerate(made) for end in told.of_table(n))


@settings(max_examples=drawn(5, long=300), deadline=None)
@given(
    registers(),
    st.sets(st.sampled_from(COURSE + [spec("t_leeg", "instroom", [("Crisis", "crisis", None)])]), min_size=1),
    st.integers(0, 2**32 - 1),
)
def test_the_truth_is_never_excluded(register, chosen, seed):
    random = np.random.default_rng(seed)
    own = [printed(ENDED, HALVES, register, lambda c: random.random(c.shape) < 0.4)]
    own += [
        printed(t, HALVES if t.moment != "stand" else HALVES[:2], register, lambda c: random.random(c.shape) < 0.4)
        for t in sorted(chosen, key=lambda t: t.id)
    ]
    known, found = by_lines([t for t, _ in own])
    told = attack([as_public(t) for t, _ in own], lambda _: 5, questions=0)
    for n, (place, (_, cells)) in enumerate(zip(known.place, own)):
        low, high = told.of_table(n)
        assert (
            (found.least[place] <= cells).all()
            and (cells <= found.greatest[place]).all()
            and (low <= cells).all()
            and (cells <= high).all()
        )
