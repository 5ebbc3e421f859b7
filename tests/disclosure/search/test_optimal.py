"""The optimal method, judged by rational linear programmes (magnitudes) and by trying every table (counts).

Small tables in two and three dimensions, and two tables with a common margin; levels, bounds, rounding intervals,
inequalities, hidden cells and negative values at random. The judges below use nothing of the product but its types.
"""

import gzip
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import highspy
import numpy as np
import pytest
from celwacht.disclosure.model.problem import UNBOUNDED, SuppressionProblem, relations
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.problems.jj_format import read_jj
from celwacht.disclosure.proof.checker import check
from celwacht.disclosure.search.attacker.attacker_program import AttackerLP, moves_of
from celwacht.disclosure.search.attacker.exact_world import ExactFacts, whole_world
from celwacht.disclosure.search.optimal.components import can_move, goals_of, parts_of
from celwacht.disclosure.search.optimal.cuts import CutMaker
from celwacht.disclosure.search.optimal.protect_optimally import protect
from celwacht.disclosure.search.optimal.separation import Separator
from celwacht.disclosure.solver.work import Work
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.examples import drawn

BENCH = Path(__file__).parents[3] / "../shared/data/bench"
SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def most(rows, low, high, cell, sign):
    """Greatest sign * d[cell] with rows (cells, coefficients, least, greatest) and low <= d <= high around d = 0, as a
    Fraction, by the simplex method with Bland's rule; None for no limit. The rational judge."""
    n = len(low)
    low, high = list(low), list(high)
    table = []  # slack s of every row: s = sum(coefficient * d), bounded as the row
    for k, (cells, coefficients, least, greatest) in enumerate(rows):
        row = {n + k: Fraction(-1)}
        for c, a in zip(cells, coefficients):
            row[c] = row.get(c, 0) + Fraction(a)
        table.append((n + k, row))
        low.append(least)
        high.append(greatest)
    at = [Fraction(0)] * (n + len(rows))
    basic = {b: {c: a for c, a in row.items() if c != b and a} for b, row in table}  # basic = sum(a * others)
    while True:
        gain = {cell: Fraction(sign)} if cell not in basic else {c: sign * a for c, a in basic[cell].items()}
        enter = next(
            (
                j
                for j in sorted(gain)
                if gain[j] and (high[j] is None or at[j] < high[j] if gain[j] > 0 else low[j] is None or at[j] > low[j])
            ),
            None,
        )
        if enter is None:
            return sign * at[cell]
        way = 1 if gain[enter] > 0 else -1
        end = high[enter] if way > 0 else low[enter]
        step, leave = (None if end is None else abs(end - at[enter])), None
        for b in sorted(basic):
            rate = way * basic[b].get(enter, 0)
            if rate:
                end = high[b] if rate > 0 else low[b]
                if end is not None and (step is None or (end - at[b]) / rate < step):
                    step, leave = (end - at[b]) / rate, b
        if step is None:
            return None
        for b in basic:
            at[b] += way * step * basic[b].get(enter, 0)
        at[enter] += way * step
        if leave is not None:
            _pivot(basic, enter, leave)


def _pivot(basic, enter, leave):
    row = basic.pop(leave)
    a = row.pop(enter)
    new = {c: -v / a for c, v in row.items()} | {leave: 1 / a}
    for b, other in basic.items():
        k = other.pop(enter, 0)
        if k:
            for c, v in new.items():
                other[c] = other.get(c, 0) + k * v
            basic[b] = {c: v for c, v in other.items() if v}
    basic[enter] = new


def _changes(its, pattern):
    """(rows, low, high) of changes from the truth under a pattern, None for no bound; problem.py in words."""
    value = its.value.tolist()
    low, high = [], []
    for i, v in enumerate(value):
        a, b = int(its.lower[i]), int(its.upper[i])
        if pattern[i] == Status.PUBLISHED and its.role[i] != Role.HIDDEN:
            a, b = max(a, int(its.printed_low[i])), min(b, int(its.printed_high[i]))
        if its.role[i] == Role.KNOWN:
            a = b = v
        low.append(None if a <= -UNBOUNDED else Fraction(a - v))
        high.append(None if b >= UNBOUNDED else Fraction(b - v))
    rows, r = [], its.relations
    for k in range(len(r)):
        cells, by = r.cell[r.first[k] : r.first[k + 1]].tolist(), r.coefficient[r.first[k] : r.first[k + 1]].tolist()
        at = sum(value[c] * a for c, a in zip(cells, by))
        rows.append(
            (
                cells,
                by,
                None if r.least[k] <= -UNBOUNDED else Fraction(int(r.least[k]) - at),
                None if r.greatest[k] >= UNBOUNDED else Fraction(int(r.greatest[k]) - at),
            )
        )
    return rows, low, high


def _reaches(its, pattern, cell):
    """Whether a cell reaches its levels under a pattern, fractions allowed."""
    rows, low, high = _changes(its, pattern)
    down, up = (most(rows, low, high, cell, sign) for sign in (-1, 1))
    down, up = (10**9 if x is None else x for x in (down, up))
    return down >= its.lpl[cell] and up >= its.upl[cell] and down + up >= its.spl[cell]


def _cheapest(its):
    """Least cost of a pattern that protects all sensitive cells, trying every pattern; None if there is none."""
    free = np.flatnonzero(its.free)
    for chosen in sorted(product((0, 2), repeat=len(free)), key=lambda c: float(its.cost[free][np.array(c) > 0].sum())):
        pattern = its.start()
        pattern[free] = chosen
        if all(_reaches(its, pattern, c) for c in np.flatnonzero(its.sensitive)):
            return its.cost_of(pattern)
    return None


def _table(shape, inner):
    """(values of all cells with margins in C order, rows `parts - total = 0`)."""
    wide = np.array(inner, np.int64).reshape(shape)
    for axis in range(len(shape)):
        wide = np.concatenate([wide, wide.sum(axis=axis, keepdims=True)], axis=axis)
    place = np.arange(wide.size).reshape(wide.shape)
    rows = [
        (line.tolist(), [1] * (len(line) - 1) + [-1], 0, 0)
        for axis in range(len(shape))
        for line in np.moveaxis(place, axis, -1).reshape(-1, wide.shape[axis])
    ]
    return wide.ravel().tolist(), rows


SHAPES = ((2, 2), (2, 3), (3, 3), (2, 2, 2))


@st.composite
def magnitudes(draw, most_free=6, plain=False):
    """A small problem with fractions allowed; at most `most_free` cells may be withheld beside the sensitive ones.
    plain: exact figures, equations, no negative values."""
    random = draw(st.randoms(use_true_random=False))
    shape = draw(st.sampled_from(SHAPES))
    small = lambda: random.choice((0, 1, 2, 3, 5, 8, 20)) * (1 if plain or random.random() < 0.95 else -1)
    value, rows = _table(shape, [small() for _ in range(int(np.prod(shape)))])
    if draw(st.booleans()):  # a second table with one margin in common
        more, its_rows = _table((2, 2), [0] * 4)
        base, common = len(value), len(value) - 1
        a = random.randint(min(0, value[common]), max(0, value[common]))
        inner = [a, value[common] - a, 0, 0]
        more, its_rows = _table((2, 2), inner)
        value += more
        rows += [([base + c for c in cells], by, lo, hi) for cells, by, lo, hi in its_rows]
        rows.append(([common, base + len(more) - 1], [1, -1], 0, 0))
    n, value = len(value), np.array(value, np.int64)
    if not plain and random.random() < 0.4:
        cells = sorted(random.sample(range(n), 3))
        at = int(value[cells] @ [1, 2, -1])
        rows.append((cells, [1, 2, -1], *random.choice(((at - 3, at + 2), (-UNBOUNDED, at + 1), (at, at)))))
    status = np.full(n, Role.FORCED, np.uint8)
    order = random.sample(range(n), n)
    sensitive, free = order[: random.randint(1, 3)], order[3 : 3 + most_free]
    status[sensitive], status[free] = Role.SENSITIVE, Role.FREE
    if not plain:
        status[order[-1]] = random.choice((Role.HIDDEN, Role.KNOWN, Role.FORCED))
    lower = np.where(value < 0, -UNBOUNDED, 0)
    upper = np.where([random.random() < 0.7 for _ in range(n)], UNBOUNDED, value + random.choice((0, 3, 9)))
    width = np.array([0 if plain or random.random() < 0.8 else random.choice((1, 2)) for _ in range(n)])
    levels = np.zeros((3, n), np.int64)
    for c in sensitive:
        levels[:, c] = random.choice((0, 1, 2)), random.choice((0, 1, 4)), random.choice((0, 1, 3, 5))
    cost = np.array([random.choice((0.0, 1.0, 2.0, 3.5, 7.0)) for _ in range(n)])
    return SuppressionProblem(
        "drawn", value, cost, status, lower, upper, value - width, value + width, *levels, relations(rows), integral=False
    )


def _judge(its):
    found = protect(its, key=b"k")
    sensitive = np.flatnonzero(its.sensitive)
    everything = np.where(its.role == Role.FORCED, Status.PUBLISHED, Status.SECONDARY)
    hopeless = [c for c in sensitive if not _reaches(its, everything, c)]
    assert found.unproved.tolist() == hopeless
    verdict = check(its, found.pattern, found.worlds)
    assert verdict.verdict is not Verdict.UNSAFE, verdict.reason
    assert verdict.unproved.tolist() == hopeless
    if hopeless:
        event("out of reach")
        return
    least = _cheapest(its)
    assert its.cost_of(found.pattern) == pytest.approx(least)
    assert found.lower_bound <= least + 1e-9
    assert found.lower_bound >= least * (1 - 1e-6) - 1e-6


@settings(max_examples=drawn(10, long=60), **SLOW)
@given(magnitudes())
def test_cheapest_and_safe(its):
    """Cost and bound equal the least cost over all patterns, given up is only what nobody can protect."""
    _judge(its)


@pytest.mark.long
@settings(max_examples=1500, **SLOW)
@given(magnitudes(most_free=7))
def test_cheapest_and_safe_at_length(its):
    """The same at length."""
    _judge(its)


def _in_one_programme(its):
    """Least cost by one mixed-integer programme that holds a world for every goal; inf if there is none. Exact figures,
    UPL only, values >= 0: the formulation that nobody uses for more than a few cells."""
    goals, n, free = np.flatnonzero(its.upl > 0).tolist(), len(its), np.flatnonzero(its.free).tolist()
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("mip_rel_gap", 0.0)
    x = {c: model.addBinary(obj=float(its.cost[c])) for c in free}
    for goal in goals:
        low = np.where(its.role == Role.FORCED, 0, -its.value)
        high = np.where(its.role == Role.FORCED, 0, 100)
        d = [model.addVariable(lb=float(low[c]), ub=float(high[c])) for c in range(n)]
        model.addConstr(d[goal] >= float(its.upl[goal]))
        for c in free:
            model.addConstr(d[c] <= 100.0 * x[c])
            model.addConstr(d[c] >= float(low[c]) * x[c])
        for cells, by, _, _ in _changes(its, its.start())[0]:
            model.addConstr(sum(a * d[c] for c, a in zip(cells, by)) == 0)
    model.run()
    done = model.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return model.getInfo().objective_function_value + its.cost[its.sensitive].sum() if done else np.inf


def _larger(seed, shape):
    """A table whose cells are all free but the small ones; enough to make the search branch."""
    random = np.random.default_rng(seed)
    value, rows = _table(shape, random.integers(1, 30, int(np.prod(shape))))
    value = np.array(value, np.int64)
    order = np.argsort(value, kind="stable")[: int(random.integers(2, 6))]
    status = np.full(len(value), Role.FREE, np.uint8)
    status[order] = Role.SENSITIVE
    zero, upl = np.zeros(len(value), np.int64), np.zeros(len(value), np.int64)
    upl[order] = random.integers(1, 25, len(order))
    cost = np.where(random.random() < 0.5, value, random.integers(1, 9, len(value))).astype(float)
    return SuppressionProblem(
        "larger",
        value,
        cost,
        status,
        zero,
        np.full(len(value), UNBOUNDED),
        value.copy(),
        value.copy(),
        zero.copy(),
        upl,
        zero.copy(),
        relations(rows),
        integral=False,
    )


def _judge_larger(seed, shape):
    its = _larger(seed, shape)
    found, least = protect(its), _in_one_programme(its)
    if least == np.inf:
        assert found.unproved.size
        return
    assert check(its, found.pattern, found.worlds).verdict is Verdict.SAFE
    assert its.cost_of(found.pattern) == pytest.approx(least)
    assert found.lower_bound == pytest.approx(least)


@pytest.mark.parametrize("seed", range(4))
def test_larger_tables_against_one_programme(seed):
    """Five by five, and three dimensions: cost and bound as by the whole formulation."""
    _judge_larger(seed, ((5, 5), (3, 3, 3))[seed % 2])


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 160))
def test_sixty_larger_tables_against_one_programme(seed):
    """The same at length."""
    _judge_larger(seed, ((5, 5), (3, 3, 3), (6, 6), (4, 3, 2))[seed % 4])


@settings(max_examples=drawn(10, long=60), **SLOW)
@given(magnitudes(), st.randoms(use_true_random=False))
def test_level_constraints_hold_for_every_safe_pattern(its, random):
    """Every capacity constraint, from the separator and from random multipliers, holds for all patterns that are safe."""
    for part in parts_of(its, can_move(its)):
        goals = goals_of(part.problem)
        d = len(part.deciders)
        x = np.array([random.choice((0.0, 0.3, 0.7, 1.0)) for _ in range(d)])
        cuts = Separator(part, goals, Work()).level_cuts(x, lambda: False)
        maker = CutMaker(part)
        taken = np.array([random.random() < 0.3 for _ in range(d)], bool)
        for cell, kind, level in zip(goals.cell.tolist(), goals.kind.tolist(), goals.level.tolist()):
            dual = np.array([random.choice((-2, -1, 0, 0.5, 1, 1 / 3, 0.123)) for _ in range(len(part.lean.relations))])
            limits = [maker.limit(cell, sign, dual * sign) for sign in ((-1,), (1,), (1, -1))[kind]]
            cuts.append(maker.level(limits, level, taken) if all(limits) else None)
        cuts = [c for c in cuts if c is not None]
        for chosen in product((0.0, 1.0), repeat=d):
            broken = [c for c in cuts if c.missing(np.array(chosen)) > 1e-9]
            if broken:
                pattern = part.pattern(np.array(chosen))
                assert not all(_reaches(part.problem, pattern, c) for c in np.flatnonzero(part.problem.sensitive))


@settings(max_examples=drawn(10, long=60), **SLOW)
@given(magnitudes(), st.randoms(use_true_random=False))
def test_bridge_constraints_hold_where_nothing_can_be_given_back(its, random):
    """A pattern that breaks a bridge constraint withholds a cell that cannot move: printing it would tell nothing."""
    for part in parts_of(its, can_move(its)):
        d, maker = len(part.deciders), CutMaker(part)
        x = np.array([random.choice((0.0, 0.3, 1.0)) for _ in range(d)])
        cuts = Separator(part, goals_of(part.problem), Work()).bridge_cuts(x, lambda: False, 0.02)
        dual = np.array([random.choice((-1, 0, 1)) for _ in range(len(part.lean.relations))], float)
        cuts += [c for cell in part.deciders.tolist() if (c := maker.bridge(cell, dual)) is not None]
        for chosen in product((0.0, 1.0), repeat=d):
            for cut in cuts:
                if cut.missing(np.array(chosen)) > 1e-9:
                    rows, low, high = _changes(part.problem, part.pattern(np.array(chosen)))
                    cell = int(part.deciders[cut.decider[cut.coefficient < 0][0]])
                    assert most(rows, low, high, cell, 1) == 0 == most(rows, low, high, cell, -1)


@settings(max_examples=drawn(10, long=60), **SLOW)
@given(magnitudes())
def test_attacker_reaches_what_the_rational_judge_reaches(its):
    """Reach and point of the warm linear programme, question after question, pattern after pattern."""
    attacker = AttackerLP(its)
    for pattern in (its.start(), np.where(its.role == Role.FORCED, Status.PUBLISHED, Status.SECONDARY)):
        attacker.room(*moves_of(its, pattern))
        for cell in np.flatnonzero(its.sensitive).tolist():
            for up in (True, False):
                exact = most(*_changes(its, pattern), cell, 1 if up else -1)
                push = attacker.push(cell, up)
                assert push.reach == (np.inf if exact is None else pytest.approx(float(exact)))
                capped = attacker.push(cell, up, 1.5)
                assert capped.reach == pytest.approx(1.5 if exact is None else min(1.5, float(exact)))
                assert ExactFacts(its, pattern).exact(capped.difference) is not None


def _counts(value, status, levels, rows, **more):
    value = np.array(value, np.int64)
    zero = np.zeros(len(value), np.int64)
    status = np.array(status, np.uint8)
    levels = np.where(status == Role.SENSITIVE, np.array(levels), 0)
    return SuppressionProblem(
        "made",
        value,
        value.astype(float),
        status,
        zero,
        np.full(len(value), UNBOUNDED),
        value.copy(),
        value.copy(),
        zero.copy(),
        zero.copy(),
        levels,
        relations(rows),
        **more,
    )


def test_whole_values_where_fractions_would_do():
    """Three withheld pair sums of an odd cycle: fractions reach a spread of 1 in a cell, whole values do not."""
    rows = [([0, 1, 3], [1, 1, -1], 0, 0), ([1, 2, 4], [1, 1, -1], 0, 0), ([0, 2, 5], [1, 1, -1], 0, 0)]
    status = [Role.SENSITIVE, Role.FREE, Role.FREE] + [Role.FREE] * 3
    its = _counts([1, 1, 1, 2, 2, 2], status, 1, rows)
    found = protect(its)
    assert found.unproved.size == 0
    assert check(its, found.pattern, found.worlds).verdict is Verdict.SAFE
    assert its.cost_of(found.pattern) == 1 + 2 + 2 == found.lower_bound  # both sums with cell 0 in them


def test_what_cannot_be_protected_is_said_and_the_rest_is_protected():
    """A sensitive cell whose row is printed by force, beside one that can be protected."""
    value, rows = _table((2, 2), [1, 4, 3, 6])
    status = np.full(9, Role.FREE)
    status[[0, 3]] = Role.SENSITIVE
    status[[1, 2]] = Role.FORCED
    its = _counts(value, status, 3, rows)
    found = protect(its)
    assert found.unproved.tolist() == [0]
    assert check(its, found.pattern, found.worlds).unproved.tolist() == [0]


def test_nothing_sensitive_and_nothing_at_all():
    """No work, no worlds, and a bound of the cost of nothing."""
    value, rows = _table((2, 2), [1, 4, 3, 6])
    for its in (_counts(value, [Role.FREE] * 9, 0, rows), _counts([], [], 0, [])):
        found = protect(its)
        assert not found.pattern.any() and len(found.worlds) == 0 and found.unproved.size == 0 == found.lower_bound


def test_no_time_gives_a_pattern_and_a_true_bound():
    """With no seconds at all, whatever is claimed as proved is proved."""
    value, rows = _table((3, 3), [1, 5, 6, 7, 2, 9, 4, 8, 11])
    its = _counts(value, np.where(np.array(value) < 3, Role.SENSITIVE, Role.FREE), 2, rows)
    found = protect(its, seconds=0)
    assert set(check(its, found.pattern, found.worlds).unproved) <= set(found.unproved)
    assert found.lower_bound <= protect(its).lower_bound


def test_same_key_same_pattern_and_progress_is_told():
    """Deterministic for a key; progress runs up to the whole."""
    value, rows = _table((3, 3), [1, 5, 6, 7, 2, 9, 4, 8, 11])
    its = _counts(value, np.where(np.array(value) < 3, Role.SENSITIVE, Role.FREE), 2, rows)
    told = []
    a, b = (protect(its, key=b"secret", progress=lambda done, of: told.append((done, of))) for _ in range(2))
    assert np.array_equal(a.pattern, b.pattern)
    assert told and all(0 <= done <= of for done, of in told)


@pytest.mark.parametrize("by", [2, 3])
@pytest.mark.parametrize("level", [1, 2, 4])
def test_a_cell_that_only_moves_past_its_level_is_protected(by, level):
    """A cell that is twice (three times) another one moves by twos (threes): a level of 1 is passed, never met, and that is as good."""
    status = [Role.FREE, Role.SENSITIVE]
    for value in ([3, 3 * by], [0, 0]):  # down and up together, and up alone
        its = _counts(value, status, level, [([0, 1], [by, -1], 0, 0)])
        found = protect(its)
        assert found.unproved.size == 0
        assert check(its, found.pattern, found.worlds).verdict is Verdict.SAFE


def test_a_cell_that_moves_by_twos_in_too_little_room_is_given_up():
    """Twice another cell, and known to be within one of the truth: nothing is called proved."""
    its = _counts([3, 6], [Role.FREE, Role.SENSITIVE], 1, [([0, 1], [2, -1], 0, 0)])
    its = replace(its, lower=np.array([0, 5]), upper=np.array([UNBOUNDED, 7]))
    assert protect(its).unproved.tolist() == [1]


def test_a_whole_world_by_programme():
    """The small mixed-integer programme finds the farthest whole world, and says when there is none."""
    value, rows = _table((2, 2), [1, 4, 3, 6])
    its = _counts(value, [Role.SENSITIVE] + [Role.FREE] * 8, 3, rows)
    pattern = np.full(9, Status.SECONDARY)
    world, sure = whole_world(ExactFacts(its, pattern), 0, True, 7)
    assert sure and world.difference[0] == 7
    shown = np.where(np.isin(np.arange(9), [0, 1, 3, 4]), Status.SECONDARY, Status.PUBLISHED)
    world, sure = whole_world(ExactFacts(its, shown), 0, True, 7)
    assert sure and world.difference[0] == 3
    assert whole_world(ExactFacts(its, its.start()), 0, True, 7, least=1) == (None, True)


@pytest.mark.long
def test_table7():
    """A magnitude table from the literature: proved, below what the peers call its optimum, and every cell has its worlds."""
    path = BENCH / "csp" / "TABLE7.jj.gz"
    if not path.exists():
        pytest.skip("the benchmark instances are not here")
    its = read_jj(gzip.open(path, "rt").read(), path.name)
    found = protect(its, seconds=60)
    assert its.cost_of(found.pattern) == found.lower_bound == 3_774_141
    assert check(its, found.pattern, found.worlds).verdict is Verdict.SAFE
