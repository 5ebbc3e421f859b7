"""The facts of a whole publication: every identity holds, every interval of their lines holds the truth, and what must fall falls."""

from datetime import date, timedelta

import numpy as np
from celwacht.disclosure.intruder.sets.facts import facts_of_set
from celwacht.disclosure.intruder.sets.links import costs, shared, ties
from celwacht.disclosure.intruder.sets.moments import Moment, identities, pieces, stretches
from celwacht.disclosure.intruder.sets.seen import seen
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.registers import Trajectory, by_lines, counts_in, printed, spec
from tests.examples import drawn

HALVES = ["2024HJ01", "2024HJ02", "2024JJ00"]
CRISIS, SEX = ("Crisis", "crisis", None), ("Geslacht", "geslacht", None)
CARE = ("Hulpvorm", "hulpvorm", ["totaal", "verblijf"])
KIND = ("Hulpvorm", "hulpvorm", None)


def width(_):
    return 5


def named(found, moments):
    def said(places):
        return frozenset(f"{moments[i].moment} {moments[i].period[4:]}" for i in places)

    return {frozenset({said(left), said(right)}) for left, right in found}


MOMENTS = [Moment(m, p) for m in ("instroom", "uitstroom", "gebruik", "stand") for p in HALVES if (m, p[4:]) != ("stand", "JJ00")]


def test_stock_and_flow_are_found():
    of = stretches("jeugdhulp", MOMENTS)
    found = named(identities([of[m] for m in MOMENTS]), MOMENTS)
    for left, right in (
        ({"gebruik HJ01"}, {"uitstroom HJ01", "stand HJ01"}),
        ({"gebruik HJ02"}, {"instroom HJ02", "stand HJ01"}),
        ({"instroom JJ00"}, {"instroom HJ01", "instroom HJ02"}),
        ({"gebruik JJ00"}, {"uitstroom JJ00", "stand HJ02"}),
        ({"instroom HJ02", "stand HJ01"}, {"uitstroom HJ02", "stand HJ02"}),
    ):
        assert frozenset({frozenset(left), frozenset(right)}) in found
    assert len(pieces(of.values())) == 8


def test_a_measure_taken_over_did_not_begin():
    """Where institutions take over from each other, beginnings do not make up what runs."""
    of = stretches("jeugdbescherming", MOMENTS)
    found = named(identities([of[m] for m in MOMENTS]), MOMENTS)
    assert not any(
        any(w.startswith("instroom") for w in side) and any(w.startswith("gebruik") for w in other)
        for pair in found
        for side in pair
        for other in pair
    )
    assert frozenset({frozenset({"gebruik HJ01"}), frozenset({"uitstroom HJ01", "stand HJ01"})}) in found


def test_quarters_make_the_half_year():
    moments = [Moment("uitstroom", p) for p in ("2024KW01", "2024KW02", "2024HJ01")]
    of = stretches("jeugdreclassering", moments)
    assert named(identities([of[m] for m in moments]), moments) == {
        frozenset({frozenset({"uitstroom HJ01"}), frozenset({"uitstroom KW01", "uitstroom KW02"})})
    }


@given(st.integers(-400, 400), st.integers(0, 800) | st.none())
def test_every_life_is_in_the_stretches_that_count_it(begin, days):
    """Whatever the dates, the moments in which a trajectory counts are those of one stretch."""
    first = date(2024, 3, 1) + timedelta(days=begin)
    life = Trajectory(1, first, None if days is None else first + timedelta(days=days))
    counting = {m for m in MOMENTS if counts_in(m.moment, m.period, life)}
    of = stretches("jeugdhulp", MOMENTS)
    n = max(s.bit_length() for s in of.values())
    assert not counting or counting in [{m for m in MOMENTS if of[m] >> k & 1} for k in range(n)]


DAYS = st.dates(date(2023, 10, 1), date(2024, 12, 31))


@st.composite
def registers(draw):
    n = draw(st.integers(0, 9))
    found = {}
    for _ in range(n):
        begin, person = draw(DAYS), draw(st.integers(1, 4))
        end = draw(st.none() | st.integers(0, 500).map(lambda k, b=begin: b + timedelta(days=k)))
        kind = draw(st.sampled_from(["01", "02", "11"]))
        crisis, sex = draw(st.sampled_from(["01", "02", None])), draw(st.sampled_from(["M", "V", "O"]))
        found[person, begin, kind] = Trajectory(person, begin, end, kind, crisis, sex)
    return list(found.values())


TABLES = [
    *(spec(f"t_{m}", m, [CARE]) for m in ("instroom", "uitstroom", "gebruik", "stand")),
    spec("t_crisis", "instroom", [CRISIS, CARE]),
    spec("t_wel", "instroom", [CARE], where="crisis == '01'"),
    spec("t_niet", "instroom", [CARE], where="crisis != '01' or crisis is unknown"),
    spec("t_geslacht", "gebruik", [SEX]),
    spec("j_alle", "gebruik", [("Hulpvorm", "hulpvorm", ["totaal", "verblijf", "uitvoering"])], unit="jongeren", alle="Hulpvorm"),
    spec("j_verblijf", "gebruik", [SEX, CARE], unit="jongeren", alle="Hulpvorm"),
    spec("j_laatste", "gebruik", [SEX, CARE], unit="jongeren"),
    spec("j_crisis", "gebruik", [CARE], unit="jongeren", alle="Hulpvorm", where="crisis == '01'"),
    spec("j_stand", "stand", [SEX], unit="jongeren"),
]


@settings(max_examples=drawn(8, long=40), deadline=None)
@given(
    registers(),
    st.sets(st.sampled_from(range(len(TABLES))), min_size=1, max_size=6),
    st.sampled_from([1, 5]),
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.3, 0.7]),
)
def test_the_truth_is_never_excluded(register, chosen, base, seed, share):
    """Random registers, tables and patterns: every line between shown cells holds, and every interval holds the truth."""
    random = np.random.default_rng(seed)
    made = [
        printed(TABLES[i], HALVES if TABLES[i].moment != "stand" else HALVES[:2], register, lambda c: random.random(c.shape) < share, base)
        for i in sorted(chosen)
    ]
    facts_of, found = by_lines([t for t, _ in made])
    rows, known = facts_of.facts.relations, np.full(len(found.least), -1, np.int64)
    for place, (_, cells) in zip(facts_of.place, made):
        assert ((known[place] < 0) | (known[place] == cells)).all(), "cells taken for the same differ"
        known[place] = cells
        assert (found.least[place] <= cells).all() and (cells <= found.greatest[place]).all()
    shown = np.array([(known[rows.cell[a:b]] >= 0).all() for a, b in zip(rows.first, rows.first[1:])], bool)
    sums = rows.sums(known)
    assert ((rows.least <= sums) & (sums <= rows.greatest))[shown].all()


def small(c):
    return (c > 0) & (c < 10)


def test_complement_tables_fall():
    """Crisis yes, no and all, each with its own dots: what one withholds the others tell."""
    register = [Trajectory(i, date(2024, 2, 1), None, "01" if i < 20 else "11", "01" if i % 7 == 0 else "02") for i in range(35)]
    tables = [
        printed(spec(n, "instroom", [CARE], where=w), HALVES[:1], register, small)
        for n, w in (("wel", "crisis == '01'"), ("niet", "crisis == '02'"), ("alle", None), ("leeg", "crisis is unknown"))
    ]
    known, found = by_lines([t for t, _ in tables])
    (yes, cells), place = tables[0], known.place[0]
    assert yes.withheld.any() and (found.least[place] == cells).all() and (found.greatest[place] == cells).all()


def worked():
    """`gebruik` 16 of H2 and what began in it make the stand of 30 June, that nobody printed: worked example 1 of the reference."""
    lives = {
        (date(2023, 12, 1), None): 6,
        (date(2023, 12, 1), date(2024, 9, 1)): 4,
        (date(2023, 12, 1), date(2024, 3, 1)): 9,
        (date(2024, 8, 1), None): 6,
    }
    other = {(date(2023, 12, 1), None): 30}
    return [t for kind, many in (("11", lives), ("12", other)) for (b, e), n in many.items() for t in n * [Trajectory(0, b, e, kind)]]


def test_stock_from_flows():
    """use of the year 25 - use of the first half 19 = 6 began in the second; use of the second half 16 - 6 = 10 ran on 30 June."""
    table, stand = (
        spec("t_g", "gebruik", [("Hulpvorm", "hulpvorm", ["totaal"])]),
        spec("t_s", "stand", [("Hulpvorm", "hulpvorm", ["totaal"])]),
    )
    lone = [t for t in worked() if t.hulpvorm == "11"]
    use, cells = printed(table, HALVES, lone, lambda c: np.zeros(c.shape, bool))
    assert cells.tolist() == [[19, 16, 25]]
    stock, truth = printed(stand, HALVES[:1], lone, lambda c: np.ones(c.shape, bool))
    known, found = by_lines([use, stock])
    i = int(known.place[1][0, 0])
    assert (found.least[i], found.greatest[i]) == (10, 10) == (truth[0, 0], truth[0, 0])


def test_the_same_cell_in_another_table():
    """A dot here and a figure there: one unknown, whatever the tables call it."""
    register = [Trajectory(i, date(2024, 2, 1), None, "01" if i % 3 else "11", "02") for i in range(30)]
    dotted, cells = printed(spec("t_a", "instroom", [KIND]), HALVES[:1], register, lambda c: np.ones(c.shape, bool))
    shown, _ = printed(spec("t_b", "instroom", [CARE, CRISIS]), HALVES[:1], register, lambda c: np.zeros(c.shape, bool))
    known = facts_of_set([dotted, shown])
    total, with_stay = known.place[0][0, 0], known.place[0][list(dotted.codes[0]).index("A027918"), 0]
    assert known.facts.least[total] == known.facts.greatest[total] == 30
    assert known.facts.least[with_stay] == known.facts.greatest[with_stay] == 10


def test_one_trajectory_is_one_person():
    register = [Trajectory(1, date(2024, 2, 1), None)]
    many, _ = printed(spec("t_t", "gebruik", [CARE]), HALVES[:1], register, lambda c: np.zeros(c.shape, bool))
    persons, _ = printed(
        spec("t_p", "gebruik", [CARE], unit="jongeren", alle="Hulpvorm"), HALVES[:1], register, lambda c: np.ones(c.shape, bool)
    )
    known, found = by_lines([many, persons])
    assert found.greatest[known.place[1]].max() == 1


def test_only_this_class_does_not_grow_with_the_period():
    """Who had only help by a team in the first half may have more in the year: such persons are no part of those of the year."""
    register = [Trajectory(2, date(2023, 10, 1), None, "01"), Trajectory(2, date(2024, 7, 1), None, "02")]
    table, cells = printed(TABLES[8], HALVES, register, lambda c: np.zeros(c.shape, bool))
    known, found = by_lines([table])  # fails where the figures would contradict each other
    assert (found.least[known.place[0]] == cells).all()


def test_another_release_is_not_the_same_count():
    """Deliveries may have changed between releases: a figure of one says nothing of the other."""
    register = [Trajectory(i, date(2024, 2, 1), None) for i in range(3)]
    first, _ = printed(spec("t_t", "instroom", [CARE]), HALVES[:1], register, lambda c: np.zeros(c.shape, bool))
    second, _ = printed(spec("t_t", "instroom", [CARE]), HALVES[:1], register, lambda c: np.ones(c.shape, bool))
    second = type(second)("later", second.spec, second.codes, second.least, second.greatest, second.withheld)
    known, found = by_lines([first, second])
    assert (found.greatest[known.place[1]] > 1000).all()


def test_age_on_a_reference_date_is_another_age():
    """Who is 17 on 30 June may be 18 on 31 December: classes of age in `stand` are not those of `gebruik`; all ages together are."""
    age = [("Leeftijd", "leeftijd", None)]
    codes = ("10000", "CWLF01", "CWLF02", "CWLF03", "CWLF04")
    tables = []
    for moment in ("stand", "gebruik", "uitstroom"):
        table = spec(f"t_{moment}", moment, age)
        shape = (len(codes), 1)
        tables.append(seen("r", table, (codes, ("2024HJ01",)), np.full(shape, 50), np.zeros(shape, bool), 1))
    known = facts_of_set(tables)
    rows, place = known.facts.relations, known.place
    together = [set(rows.cell[a:b].tolist()) for a, b in zip(rows.first, rows.first[1:])]
    assert any({place[0][0, 0], place[1][0, 0]} <= line for line in together)
    assert not any({place[0][1, 0], place[1][1, 0]} <= line for line in together)
    assert any({place[2][1, 0], place[1][1, 0]} <= line for line in together)


def test_links_tell_what_tables_share_and_cost():
    """The small table's dots are printed in the large one; crisis yes and no make all, over three tables."""
    register = [Trajectory(i, date(2024, 2, 1), None, "01" if i % 3 else "11", "01" if i % 2 else "02") for i in range(30)]
    parts = [
        (spec("t_alle", "instroom", [KIND]), True),
        (spec("t_deel", "instroom", [CARE, CRISIS]), False),
        (spec("t_wel", "instroom", [CARE], where="crisis == '01'"), False),
        (spec("t_gebruik", "gebruik", [CARE]), False),
    ]
    tables = [printed(t, HALVES[:1], register, lambda c, dots=dots: np.full(c.shape, dots))[0] for t, dots in parts]
    known = facts_of_set(tables)
    by = {s.tables: s for s in shared(known)}
    assert by[0, 1].cells == 3 == by[0, 1].printed_in_second and by[0, 1].printed_in_first == 0
    assert by[1, 2].cells == 3 and (0, 2) not in by
    assert any({parts[i][0].id for i in t.tables} == {"t_deel", "t_gebruik"} and "part of gebruik" in t.why for t in ties(known))
    cost = costs(known, width)[0]
    assert (cost.withheld, cost.printed, cost.alone) == (12, 3, 0) and cost.together >= 3
