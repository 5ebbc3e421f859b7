"""The attacker of its own: it never excludes the truth, is as narrow as brute force where that can be had, and finds what must fall."""

from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pytest
from celwacht.disclosure.outsider import programmes
from celwacht.disclosure.outsider.attack import Contradicted, attack
from celwacht.disclosure.outsider.public_table import ENDLESS, PublicTable
from celwacht.disclosure.outsider.releases import supposing
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.registers import FILTERS, Trajectory, count, counts_in, spec
from tests.examples import drawn

HALVES = ["2024HJ01", "2024HJ02", "2024JJ00"]
CRISIS, SEX = ("Crisis", "crisis", None), ("Geslacht", "geslacht", None)
CARE, KIND = ("Hulpvorm", "hulpvorm", ["totaal", "verblijf"]), ("Hulpvorm", "hulpvorm", None)
ALL = ("Hulpvorm", "hulpvorm", ["totaal"])


def width(_):
    return 5


def small(c):
    return (c > 0) & (c < 10)


def public(table, periods, register, dots, base=1, release=""):
    """(the table as everybody reads it, its true counts); dots: a function of the counts."""
    codes, cells = count(table, periods, register)
    hidden = dots(cells)
    printed = (2 * cells + base) // (2 * base) * base
    low, high = np.maximum(printed - base // 2, 0), printed + (base - 1) // 2
    return PublicTable(release, table, codes, np.where(hidden, 0, low), np.where(hidden, ENDLESS, high), hidden), cells


DAYS = st.dates(date(2023, 10, 1), date(2024, 12, 31))


@st.composite
def registers(draw):
    found = {}
    for _ in range(draw(st.integers(0, 9))):
        begin, person = draw(DAYS), draw(st.integers(1, 4))
        end = draw(st.none() | st.dates(begin, date(2025, 3, 1)))
        kind = draw(st.sampled_from(["01", "02", "11"]))
        found[person, begin, kind] = Trajectory(
            person, begin, end, kind, draw(st.sampled_from(["01", "02", None])), draw(st.sampled_from("MVO"))
        )
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


def tried(register, chosen, base, seed, share, questions):
    """Every interval of the attack on some of the tables holds the truth, in every release of them."""
    random = np.random.default_rng(seed)
    made = [
        public(TABLES[i], HALVES if TABLES[i].moment != "stand" else HALVES[:2], register, lambda c: random.random(c.shape) < share, base)
        for i in sorted(chosen)
    ]
    found = attack([t for t, _ in made], width, questions=questions)
    for n, (_, cells) in enumerate(made):
        low, high = found.of_table(n)
        assert (low <= cells).all() and (cells <= high).all()


CASE = (
    registers(),
    st.sets(st.sampled_from(range(len(TABLES))), min_size=1, max_size=5),
    st.sampled_from([1, 5]),
    st.integers(0, 2**32 - 1),
)


@settings(max_examples=15, deadline=None)
@given(*CASE, st.sampled_from([0.3, 0.7]))
def test_the_truth_is_never_excluded(register, chosen, base, seed, share):
    tried(register, chosen, base, seed, share, 20)


@pytest.mark.long
@settings(max_examples=400, deadline=None)
@given(*CASE, st.sampled_from([0.2, 0.5, 0.8]))
def test_the_truth_is_never_excluded_at_length(register, chosen, base, seed, share):
    tried(register, chosen, base, seed, share, 100)


LIVES = [
    (date(2023, 12, 1), date(2024, 3, 1)),
    (date(2023, 12, 1), date(2024, 9, 1)),
    (date(2023, 12, 1), None),
    (date(2024, 2, 1), date(2024, 3, 1)),
    (date(2024, 2, 1), date(2024, 9, 1)),
    (date(2024, 2, 1), None),
    (date(2024, 8, 1), date(2024, 9, 1)),
    (date(2024, 8, 1), None),
]


@pytest.mark.parametrize("seed", [pytest.param(n, marks=pytest.mark.long if n > 2 else ()) for n in range(12)])
def test_as_narrow_as_brute_force(seed):
    """Stock, flows and use of one class: programmes leave exactly the values that some register has which is printed alike."""
    random, most = np.random.default_rng(seed), 3
    types = [Trajectory(i, *life) for i, life in enumerate(LIVES)]
    register = [t for t in types for _ in range(random.integers(0, 3))]
    made = [
        public(spec(f"t_{m}", m, [ALL]), HALVES if m != "stand" else HALVES[:2], register, lambda c: random.random(c.shape) < 0.5)
        for m in ("instroom", "uitstroom", "gebruik", "stand")
    ]
    numbers = np.array(list(product(range(most + 1), repeat=len(types))))
    alike, cells = np.ones(len(numbers), bool), []
    for t, _ in made:
        each = [[counts_in(t.spec.moment, p, one) for p in t.codes[-1]] for one in types]
        cells.append(numbers @ np.array(each, int))
        alike &= ((t.low[0] <= cells[-1]) & (cells[-1] <= t.high[0])).all(axis=1)
    found = attack([t for t, _ in made], width, questions=500)
    for n, c in enumerate(cells):
        low, high = (a[0] for a in found.of_table(n))
        inside = found.figures.tables[n].dot[0] & (high <= most)
        assert (low[inside] == c[alike].min(axis=0)[inside]).all() and (high[inside] == c[alike].max(axis=0)[inside]).all()


def test_complement_tables_fall():
    """Crisis yes, no, unknown and all, each with its own dots."""
    register = [Trajectory(i, date(2024, 2, 1), None, "01" if i < 20 else "11", "01" if i % 7 == 0 else "02") for i in range(35)]
    made = [public(spec(f"t_deel{n}", "instroom", [CARE], where=w), HALVES[:1], register, small) for n, w in enumerate(list(FILTERS)[:4])]
    found = attack([t for t, _ in made], width, questions=0)
    yes, cells = made[1]
    assert yes.dot.any() and all((end == cells).all() for end in found.of_table(1))


@pytest.mark.parametrize("whole", [programmes.WHOLE, 0])
def test_a_budget_that_does_not_suffice_is_told(monkeypatch, whole):
    """Also where the last question was the last that the budget allowed, and nothing was begun after it; in blocks of a whole part and around a
    figure."""
    monkeypatch.setattr(programmes, "WHOLE", whole)
    register = [
        Trajectory(i, date(2024, 2 + i % 8, 1), None, ("01", "02", "11")[i % 3], ("01", "02", None)[i % 4 % 3], "MV"[i % 2])
        for i in range(25)
    ]
    random = np.random.default_rng(3)
    one = [public(t, HALVES[:2], register, lambda c: random.random(c.shape) < 0.6)[0] for t in TABLES[:6]]
    tables = [*one, *(replace(t, release="another") for t in one)]  # nothing ties the two: what the first takes, the second lacks
    enough = attack(tables, width, questions=2000)
    assert not enough.exhausted and enough.asked > 10
    for questions in sorted({*range(1, enough.asked, drawn(5, long=1)), enough.asked - 1}):
        short = attack(tables, width, questions=questions)
        assert short.exhausted and short.asked == questions
    assert not attack(tables, width, questions=enough.asked).exhausted


def test_stock_from_flows():
    """Use of the year 25 - use of the first half 19 = 6 began in the second; use of the second half 16 - 6 = 10 ran on 30 June: worked example 1 of
    the reference. The recipe names what the dot is told by."""
    lives = {("2023-12-01", None): 6, ("2023-12-01", "2024-09-01"): 4, ("2023-12-01", "2024-03-01"): 9, ("2024-08-01", None): 6}
    register = [
        Trajectory(0, date.fromisoformat(begin), end and date.fromisoformat(end)) for (begin, end), n in lives.items() for _ in range(n)
    ]
    use, cells = public(spec("t_g", "gebruik", [ALL]), HALVES, register, lambda c: c < 0)
    stock, truth = public(spec("t_s", "stand", [ALL]), HALVES[:1], register, lambda c: c >= 0)
    assert cells.tolist() == [[19, 16, 25]] and truth.tolist() == [[10]]
    found = attack([use, stock], width, questions=0)
    assert [end.tolist() for end in found.of_table(1)] == [[[10]], [[10]]]
    said = "\n".join(found.recipe(int(found.figures.place[1][0, 0])))
    assert all(f": {printed})" in said for printed in (19, 16, 25))


def test_only_this_class_does_not_grow_with_the_period():
    """Who had only help by a team in the first half may have more in the year: such persons are no part of those of the year."""
    register = [Trajectory(2, date(2023, 10, 1), None, "01"), Trajectory(2, date(2024, 7, 1), None, "02")]
    table, cells = public(TABLES[8], HALVES, register, lambda c: c < 0)
    found = attack([table], width, questions=0)  # raises where the figures would contradict each other
    assert all((end == cells).all() for end in found.of_table(0))


def test_another_release_is_not_the_same_count():
    """Deliveries may have changed between releases: a figure of one says nothing for sure of the other."""
    register = [Trajectory(i, date(2024, 2, 1), None) for i in range(3)]
    first, _ = public(spec("t_t", "instroom", [CARE]), HALVES[:1], register, lambda c: c < 0, release="1")
    second, _ = public(spec("t_t", "instroom", [CARE]), HALVES[:1], register, lambda c: c >= 0, release="2")
    assert (attack([first, second], width).of_table(1)[1] > 1000).all()


def test_age_on_a_reference_date_is_another_age():
    """Who is 17 on 30 June may be 18 on 31 December: classes of age in `stand` are not those of `gebruik`; all ages together are, and who stopped is
    of one age in both."""
    codes, base = ("10000", "CWLF01", "CWLF02", "CWLF03", "CWLF04"), np.array([[200], [50], [50], [50], [50]])

    def told(dotted, other):
        """How far apart the figures of `dotted` are left, withheld, by those of the other moment."""
        dots, tables = np.ones(base.shape, bool), []
        for moment, figures, hidden in ((dotted, base, dots), (other, base, ~dots)):
            its = spec(f"t_{moment}", moment, [("Leeftijd", "leeftijd", None)])
            tables.append(
                PublicTable("", its, (codes, ("2024HJ01",)), np.where(hidden, 0, figures), np.where(hidden, ENDLESS, figures), hidden)
            )
        return attack(tables, width, questions=0).of_table(0)[1][:, 0].tolist()

    assert told("stand", "gebruik")[0] == 200 and min(told("stand", "gebruik")[1:]) > 50
    assert told("uitstroom", "gebruik") == base[:, 0].tolist()


def test_what_began_in_the_period_is_its_inflow():
    """A class of the course of a trajectory is a class of its dates: a dot of the inflow is printed in the table of the course."""
    course = ("Aanvang", "aanvang_jeugdhulp", None)
    table = spec("t_verloop", "gebruik", [course])
    codes, shape = ("CWAV00", "CWAV01", "CWAV02"), (3, 1)
    figures = np.array([[30], [23], [7]])
    dotted = PublicTable(
        "", table, (codes, ("2024HJ01",)), np.where(figures == 7, 0, figures), np.where(figures == 7, ENDLESS, figures), figures == 7
    )
    begun = spec("t_begin", "instroom", [ALL])
    one = (("CWJH12",), ("2024HJ01",))
    inflow = PublicTable("", begun, one, np.array([[7]]), np.array([[7]]), np.zeros((1, 1), bool))
    found = attack([dotted, inflow], width, questions=0)
    assert [end[2, 0] for end in found.of_table(0)] == [7, 7] and shape == dotted.low.shape


def test_a_region_with_one_trajectory_has_one_person():
    register = [Trajectory(1, date(2024, 2, 1), None)]
    many, _ = public(spec("t_t", "gebruik", [CARE]), HALVES[:1], register, lambda c: c < 0)
    people, cells = public(spec("t_p", "gebruik", [SEX, CARE], unit="jongeren", alle="Hulpvorm"), HALVES[:1], register, lambda c: c >= 0)
    found = attack([many, people], width, questions=0)
    assert found.of_table(1)[1].max() == cells.max() == 1


def test_triangles_need_a_programme():
    """Three sums of two fields each, none of which tells by itself: relations leave 0 to 2, a programme says 1."""
    register = [Trajectory(i, date(2024, 2, 1), None, kind) for i, kind in enumerate(("01", "02", "11"))]
    made = [public(spec("t_k", "instroom", [KIND]), HALVES[:1], register, lambda c: c >= 0)]
    one, two, shown = (("CWJH12",), ("2024HJ01",)), np.array([[2]]), np.zeros((1, 1), bool)
    wheres = [f"hulpvorm in ('{a}', '{b}')" for a, b in (("01", "02"), ("02", "11"), ("01", "11"))]
    sums = [PublicTable("", spec(f"t_paar{n}", "instroom", [ALL], where=where), one, two, two, shown) for n, where in enumerate(wheres)]
    tables = [made[0][0], *sums]
    cells, at = made[0][1], list(tables[0].codes[0])
    its = [at.index(c) for c in ("A017916", "CWHV02", "CWHV11")]
    found = attack(tables, width, questions=200)
    low, high = (end[its, 0] for end in found.of_table(0))
    assert (low == high).all() and (low == cells[its, 0]).all()


def test_figures_that_cannot_be_are_told():
    one = (("CWJH12",), ("2024HJ01",))
    tables = [
        PublicTable("", spec(f"t_{m}", m, [ALL]), one, np.array([[n]]), np.array([[n]]), np.zeros((1, 1), bool))
        for m, n in (("gebruik", 5), ("stand", 6))
    ]
    with pytest.raises(Contradicted, match="gebruik"):
        attack(tables, width)


def test_one_child_between_two_releases():
    """75 and a printed 0, then 76 and a dot: nothing for sure, but 1 if children only came; and a dot for a child more and one less tells nothing."""
    kinds = ["02"] * 30 + ["03"] * 45
    before = [Trajectory(i, date(2024, 2, 1), None, kind) for i, kind in enumerate(kinds)]
    after = [*before, Trajectory(99, date(2024, 2, 1), None, "13")]
    table = spec("t_instroom", "instroom", [KIND])

    def told(later):
        tables = [public(table, HALVES[:1], r, small, release=name)[0] for r, name in ((before, "1"), (later, "2"))]
        found = attack(tables, width, questions=0)
        (between,) = supposing(found)
        return tables[1], found, between

    later, found, between = told(after)
    dot = found.figures.place[1][list(later.codes[0]).index("CWHV13"), 0]
    assert later.dot.any() and between.regions == 1 and between.low[dot] == between.high[dot] == 1
    _, attacked, both_ways = told([*after[5:], *(Trajectory(200 + i, date(2024, 2, 1), None, "03") for i in range(3))])
    assert both_ways.regions == 0 and both_ways.told > 0 and not both_ways.fallen(attacked).any()


def test_what_falls_where_one_child_came():
    """A form of help goes from 9, a dot, to 10, printed; beside it is another dot. No release tells it more closely than 5; one child does."""
    register = [Trajectory(i, date(2024, 2, 1), None, kind) for i, kind in enumerate(["02"] * 30 + ["03"] * 20 + ["11"] * 9 + ["12"] * 4)]
    later = [*register, Trajectory(99, date(2024, 2, 1), None, "11")]
    made = [public(spec("t_in", "instroom", [KIND]), HALVES[:1], r, small, release=n) for r, n in ((register, "1"), (later, "2"))]
    found = attack([t for t, _ in made], width, questions=50)
    (between,) = supposing(found)
    fallen = between.fallen(found)
    assert between.told > 0 and fallen.any() and (found.bounds.width[fallen] >= 5).all()
    for place, (_, cells) in zip(found.figures.place, made):
        assert (between.low[place] <= cells).all() and (cells <= between.high[place]).all()
