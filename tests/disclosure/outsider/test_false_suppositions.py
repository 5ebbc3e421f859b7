"""What holds of no register for sure is supposed of none: the sex of a person is that of a record, and an age is one on a day."""

from datetime import date

import numpy as np
import pytest
from celwacht.disclosure.intruder.sets.seen import seen
from celwacht.disclosure.outsider.attack import attack

from tests.disclosure.outsider.test_outsider import CARE, HALVES, SEX, public, width
from tests.disclosure.registers import Trajectory, as_public, by_lines, spec

MOVED = [Trajectory(1, date(2023, 10, 1), None, "11", geslacht="M"), Trajectory(1, date(2024, 7, 1), None, "01", geslacht="V")]
"""One person, a boy in residence at one provider, and since July a girl without at another: rules G102 and G103 remark on it, and refuse nothing."""
PEOPLE = spec("j_verblijf", "gebruik", [SEX, CARE], unit="jongeren", alle="Hulpvorm")
MINORS = "leeftijd < 18"


def held(tables, register):
    """The truth is in every interval of the attacker and breaks no line of the repair."""
    made = [public(t, HALVES if t.moment != "stand" else HALVES[:2], register, lambda c: c < 0) for t in tables]
    found = attack([t for t, _ in made], width, questions=20)
    for n, (_, cells) in enumerate(made):
        assert all((end == cells).all() for end in found.of_table(n))
    by_lines([seen("r", t.spec, t.codes, cells, np.zeros(cells.shape, bool), 1) for t, cells in made])


def test_a_person_of_the_first_half_may_be_of_another_sex_in_the_year():
    held([PEOPLE], MOVED)


def test_who_touches_a_class_may_be_of_another_sex_there():
    """In 2024 one girl touched residence, in which there was no trajectory of a girl."""
    held([PEOPLE, spec("t_verblijf", "gebruik", [SEX, CARE])], MOVED)


def test_who_touches_a_class_has_a_trajectory_there():
    """Whatever sex, at most the trajectories of residence: one printed trajectory, so that no dot is more than one."""
    many, _ = public(spec("t_t", "gebruik", [CARE]), HALVES[:1], MOVED, lambda c: c < 0)
    people, cells = public(PEOPLE, HALVES[:1], MOVED, lambda c: c >= 0)
    assert attack([many, people], width, questions=0).of_table(1)[1].max() == cells.max() == 1


@pytest.mark.parametrize("where", [MINORS, f"{MINORS} or crisis == '01'"])
@pytest.mark.parametrize("unit", ["jongeren", "trajecten"])
def test_a_filter_on_age_is_one_on_a_day(unit, where):
    """Five were 17 on 30 June; by 31 December, which counts for use, two of them are 18."""
    figures = {"stand": [[5]], "gebruik": [[3]]}
    shown = [
        seen(
            "r",
            spec(f"t_{moment}", moment, [("Hulpvorm", "hulpvorm", ["totaal"])], unit=unit, where=where),
            (("CWJH12",), ("2024HJ01",)),
            np.array(n),
            np.zeros((1, 1), bool),
            1,
        )
        for moment, n in figures.items()
    ]
    found = attack([as_public(t) for t in shown], width, questions=0)
    assert [int(found.of_table(n)[0][0, 0]) for n in (0, 1)] == [5, 3]
    by_lines(shown)
