"""What is supposed between releases: of suppositions that the figures contradict one is given up, and all others are still followed."""

from dataclasses import replace
from datetime import date

import numpy as np
from celwacht.disclosure.audit.bounds.line_bounds import narrow
from celwacht.disclosure.intruder.sets.facts import facts_of_set
from celwacht.disclosure.intruder.sets.successive import TURNS, stop_differences, with_differences

from tests.disclosure.intruder.test_whole_set import CARE, CRISIS
from tests.disclosure.registers import Trajectory, printed, spec

USE, FLOWS = spec("t_gebruik", "gebruik", [CARE]), [spec(f"t_{m}", m, [CARE]) for m in ("stand", "uitstroom")]
BY_CRISIS = spec("t_crisis", "gebruik", [CRISIS, CARE])
LAST, NOW = "2023HJ01", "2024HJ01"


def people(begin, without, stay):
    """Trajectories of one half-year, without stay and with it."""
    end = date(begin.year, 6, 1)
    return [Trajectory(i, begin, end, "01" if i < without else "11", "01" if i % 2 else "02") for i in range(without + stay)]


def released(name, tables, period, register, dots):
    """Tables of one period; dots: codes of CARE that are withheld, where another dimension is added up."""

    def withheld(cells):
        hidden = np.zeros(cells.shape, bool)
        hidden[(0,) * (cells.ndim - 2)][dots] = True
        return hidden

    return [replace(printed(t, [period], register, withheld)[0], release=name) for t in tables]


def contradicted():
    """Of 2023 the total rises by 2, and use with stay, a dot in both releases, falls from 8 to 5: in one it is stock and outflow, in the other that of each class of
    crisis. Of 2024 nothing is printed that contradicts anything: one child with stay came, where there was none."""
    before = [
        *released("1", [USE], LAST, people(date(2023, 2, 1), 12, 8), [1, 2]),
        *released("1", FLOWS, LAST, people(date(2023, 2, 1), 12, 8), []),
        *released("1", [spec("t_nu", "gebruik", [CARE])], NOW, people(date(2024, 2, 1), 20, 0), []),
    ]
    after = [
        *released("", [USE, BY_CRISIS], LAST, people(date(2023, 2, 1), 17, 5), [1, 2]),
        *released("", [spec("t_nu", "gebruik", [CARE])], NOW, people(date(2024, 2, 1), 20, 1), [1, 2]),
    ]
    return [*after, *before]


def test_a_contradiction_does_not_end_the_comparison():
    plain = facts_of_set(contradicted())
    known = with_differences(plain, "")
    assert known is not plain
    found = narrow(known.facts.least, known.facts.greatest, known.facts.relations)
    assert found.broken < 0
    stay = plain.place[2][2, 0]  # with stay, of 2024: nobody before, and one more in all
    assert (found.least[stay], found.greatest[stay]) == (0, 1)


def test_what_is_supposed_is_told_anew_when_more_is_withheld():
    """In the end nothing that can still be supposed narrows the cell; and it does not go round for ever."""
    plain = facts_of_set(contradicted())
    n, width = len(plain.facts), np.zeros(len(plain.facts), np.int64)
    width[plain.place[2][2, 0]] = 4
    fixed = np.ones(n, bool)
    for place in plain.place[:3]:
        fixed[place] = False
    found = stop_differences(plain, "", width, np.ones(n), fixed, np.zeros(n, bool))
    assert TURNS > 1 and found.leaks.sum() == 1 and found.withhold.any() and not found.left.any()
    after = [replace(t, withheld=t.withheld | found.withhold[p]) for t, p in zip(contradicted(), plain.place)]
    shown = [
        replace(t, least=np.where(t.withheld, 0, t.least), greatest=np.where(t.withheld, 1 << 60, t.greatest)) if i < 3 else t
        for i, t in enumerate(after)
    ]
    again = with_differences(facts_of_set(shown), "")
    told = narrow(again.facts.least, again.facts.greatest, again.facts.relations)
    stay = plain.place[2][2, 0]
    assert told.broken < 0 and told.greatest[stay] - told.least[stay] >= 4
