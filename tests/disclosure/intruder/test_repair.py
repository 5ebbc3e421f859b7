"""Repairs after an attack on a whole set: what the lines tell too closely is stopped by the cheapest figures, and nothing else is withheld."""

from datetime import date

import numpy as np
from celwacht.disclosure.audit.bounds.line_bounds import narrow
from celwacht.disclosure.intruder.sets.facts import facts_of_set
from celwacht.disclosure.intruder.sets.repair import holder_of, repair, repair_inside
from celwacht.disclosure.intruder.sets.seen import seen
from celwacht.disclosure.model.problem import UNBOUNDED
from celwacht.disclosure.outsider.attack import attack
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.intruder.test_whole_set import CARE, HALVES, SEX, TABLES, registers
from tests.disclosure.registers import Trajectory, as_public, printed, spec
from tests.examples import drawn

WIDTH = 3


def asked(known, made):
    """(width, cost) over the facts: cells of 1 to 4 are sensitive, and a figure costs what it counts, in every table."""
    width, cost = np.zeros(len(known.facts), np.int64), np.zeros(len(known.facts))
    for place, (_, cells) in zip(known.place, made):
        width[place[(cells > 0) & (cells < 5)]] = WIDTH
        np.add.at(cost, place.ravel(), cells.ravel().astype(float))
    return width, cost


def small(c):
    return (c > 0) & (c < 5)


def shown(known, made, more):
    """The tables as they are printed after the repair."""
    return [printed(t.spec, list(t.codes[-1]), REGISTER, t.withheld | more[place]) for t, place in zip([t for t, _ in made], known.place)]


# 20 trajectories without stay; three with stay began in the first half-year and have not ended.
REGISTER = [Trajectory(i, date(2023, 5, 1), None, "01", "02") for i in range(20)] + [
    Trajectory(30 + i, date(2024, 2, 1), None, "11", "02") for i in range(3)
]


def test_a_difference_between_two_tables_is_stopped_by_the_cheaper_figure():
    """Stand with stay (3) is a dot; gebruik of the half-year and uitstroom would tell it. After the repair nothing does, and one figure went."""
    tables = [spec(f"t_{m}", m, [CARE]) for m in ("gebruik", "uitstroom", "stand")]
    made = [printed(t, HALVES[:1], REGISTER, lambda c: c < 0) for t in tables]
    kinds = list(made[2][0].codes[0])
    hidden = np.zeros(made[2][1].shape, bool)
    hidden[kinds.index("A027918"), 0] = True  # the dot of the stand alone: everything else is printed
    made[2] = printed(tables[2], HALVES[:1], REGISTER, hidden)
    known = facts_of_set([t for t, _ in made])
    place = known.place[2][kinds.index("A027918"), 0]
    width, cost = np.zeros(len(known.facts), np.int64), np.zeros(len(known.facts))
    width[place] = WIDTH
    for at, (_, cells) in zip(known.place, made):
        np.add.at(cost, at.ravel(), 1.0 + cells.ravel())
    found = repair(known, width, cost)
    assert np.flatnonzero(found.leaks).tolist() == [place] and not found.left.any() and found.withhold.any()
    after = attack([as_public(t) for t, _ in shown(known, made, found.withhold)], lambda _: WIDTH)
    low, high = after.of_table(2)
    assert (high - low)[kinds.index("A027918"), 0] >= WIDTH
    assert not found.withhold[known.place[0][0, 0]]  # the total of 23 stays: the parts cost less


@settings(max_examples=drawn(6, long=30), deadline=None)
@given(registers(), st.sets(st.sampled_from(range(len(TABLES))), min_size=1, max_size=5), st.sampled_from([1, 5]))
def test_after_it_the_lines_tell_nothing_too_closely(register, chosen, base):
    """Whatever register and tables: read again from what is printed then, no sensitive cell is narrower than its width, but those named as left;
    and nothing is withheld where nothing leaked."""
    made = [printed(TABLES[i], HALVES if TABLES[i].moment != "stand" else HALVES[:2], register, small, base) for i in sorted(chosen)]
    known = facts_of_set([t for t, _ in made])
    width, cost = asked(known, made)
    found = repair(known, width, cost)
    facts = known.facts
    assert found.leaks.any() or not found.withhold.any()
    assert not (found.withhold & (known.hidden | (facts.greatest >= UNBOUNDED))).any()
    least, greatest = np.where(found.withhold, 0, facts.least), np.where(found.withhold, UNBOUNDED, facts.greatest)
    after = narrow(least, greatest, facts.relations)
    too_close = (width > 0) & (after.greatest - after.least < width)
    assert (too_close == found.left).all()


@settings(max_examples=drawn(6, long=300), deadline=None)
@given(registers(), st.sets(st.sampled_from(range(len(TABLES))), min_size=1, max_size=5))
def test_no_figure_is_withheld_in_vain(register, chosen):
    """Each figure that is withheld for the sake of lines, printed again by itself, tells a cell too closely that is not told without it."""
    made = [printed(TABLES[i], HALVES if TABLES[i].moment != "stand" else HALVES[:2], register, small) for i in sorted(chosen)]
    known = facts_of_set([t for t, _ in made])
    width, cost = asked(known, made)
    found = repair(known, width, cost, programmes=0)

    def told(withheld):
        least, greatest = np.where(withheld, 0, known.facts.least), np.where(withheld, UNBOUNDED, known.facts.greatest)
        after = narrow(least, greatest, known.facts.relations)
        return np.where(width > 0, np.minimum(after.greatest - after.least, width), 0)

    for i in np.flatnonzero(found.withhold):
        without = found.withhold.copy()
        without[i] = False
        assert (told(without) < told(found.withhold)).any()


def test_a_dot_that_another_table_prints_is_withheld_there_where_it_leaks():
    """The total is a dot in one table and 23 in the other, and 20 are printed: 3 with stay follow. Nothing else is printed, so the other table
    must withhold its 23, or the 20."""
    one, cells = printed(spec("t_a", "gebruik", [CARE]), HALVES[:1], REGISTER, lambda c: (c == 3) | (c == 23))
    other, _ = printed(spec("t_b", "gebruik", [("Crisis", "crisis", None)]), HALVES[:1], REGISTER, lambda c: c < 23)
    known = facts_of_set([one, other])
    width, cost = np.zeros(len(known.facts), np.int64), np.ones(len(known.facts))
    width[known.place[0][cells == 3]] = WIDTH
    cost[known.place[0][cells == 20]] = 100.0  # the 23 is the cheaper one, and that a table has a dot for it does not spare it
    found = repair(known, width, cost)
    assert found.leaks.any() and not found.left.any()
    assert np.flatnonzero(found.withhold).tolist() == [known.place[0][cells == 23][0]]


def test_a_class_of_the_course_is_a_class_of_the_dates():
    """What began in the period, in a table of the course, is the inflow of another table; that and what ran already is the use of the period. Both
    are dots, 30 less 26 tells them, and after the repair nothing does."""
    course = spec("t_verloop", "gebruik", [("Aanvang", "aanvang_jeugdhulp", None), ("Afloop", "afloop_in_periode", None)])
    codes = (("CWAV00", "CWAV01", "CWAV02"), ("CWAF00", "CWAF01", "CWAF02"), ("2024HJ01",))
    counts = np.array([[30, 9, 21], [26, 8, 18], [4, 1, 3]])[..., None]
    hidden = (counts > 0) & (counts < 5)
    table = seen("r", course, codes, counts, hidden, 1)
    inflow, _ = printed(spec("t_instroom", "instroom", [("Hulpvorm", "hulpvorm", ["totaal"])]), HALVES[:1], [], lambda c: c < 0)
    inflow = seen("r", inflow.spec, inflow.codes, np.array([[4]]), np.ones((1, 1), bool), 1)
    known = facts_of_set([table, inflow])
    begun = known.place[0][2, 0, 0]
    assert begun == known.place[1][0, 0]
    width, cost = np.zeros(len(known.facts), np.int64), np.ones(len(known.facts))
    width[begun] = WIDTH
    found = repair(known, width, cost)
    assert found.leaks[begun] and found.withhold.any() and not found.left.any()


def test_what_a_table_of_use_tells_of_inflow_adds_up_over_its_classes():
    """Use by sex, its total a dot: 12 men in the year and 10 in the first half, 11 and 10 women. So 2 men and a woman began in the second half, and the inflow of
    that half in another table, a dot, is 3 at least."""
    register = [Trajectory(i, date(2023, 5, 1), None, geslacht="MV"[i % 2]) for i in range(20)]
    register += [Trajectory(30 + i, date(2024, 8, 1), None, geslacht="MMV"[i]) for i in range(3)]
    use, cells = printed(spec("t_g", "gebruik", [("Geslacht", "geslacht", None)]), HALVES, register, lambda c: c > 12)
    inflow, _ = printed(spec("t_i", "instroom", [("Hulpvorm", "hulpvorm", ["totaal"])]), HALVES[1:2], register, lambda c: c > 0)
    assert cells.max() == 23 and (cells == 12).any()
    known = facts_of_set([use, inflow])
    found = narrow(known.facts.least, known.facts.greatest, known.facts.relations)
    assert found.least[known.place[1][0, 0]] == 3


SEXES = [Trajectory(i, date(2024, 2, 1), None, "01", "02", "M" if i < 4 else "V") for i in range(24)]


def test_a_provider_takes_its_own_clients_off():
    """Four men and twenty women, dots, and 24 printed: everybody has 0 to 24 men. X has one of the men and 19 of the women, and so 1 to 5; whoever has all four men
    has nothing to learn of them."""
    made = [printed(spec("t_sekse", "gebruik", [SEX]), HALVES[:1], SEXES, lambda c: (c > 0) & (c < 24))]
    known = facts_of_set([t for t, _ in made])
    (place,), (_, cells) = known.place, made[0]
    men, women = (list(made[0][0].codes[0]).index(code) for code in ("3000", "4000"))
    width, value = np.zeros(len(known.facts), np.int64), np.zeros(len(known.facts), np.int64)
    width[place[men, 0]], value[place[:, 0]] = 5, cells[:, 0]
    cost = np.ones(len(width))

    def beside(of_men, of_women):
        its = np.array([place[men, 0], place[women, 0], place[0, 0]])
        return repair_inside(known, width, value, cost, [holder_of(its, np.array([of_men, of_women, of_men + of_women]))])

    found = beside(1, 19)
    assert found.leaks[place[men, 0]] and found.leaks.sum() == 1 and found.withhold[place[0, 0]] and not found.left.any()
    assert not repair(known, width, cost).leaks.any()
    assert not beside(4, 0).leaks.any() and not beside(1, 3).leaks.any()
