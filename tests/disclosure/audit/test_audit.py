"""The auditor of published tables: every leak that is there is found with a recipe that gives it, and none that is not."""

import numpy as np
import pytest
from celwacht.disclosure.audit.audit import audit_published
from celwacht.disclosure.audit.bounds.components import parts_of
from celwacht.disclosure.audit.bounds.integer_program import Contradiction
from celwacht.disclosure.audit.bounds.intervals import look
from celwacht.disclosure.audit.bounds.line_bounds import narrow
from celwacht.disclosure.audit.bounds.line_kernel import GREATEST, LEAST
from celwacht.disclosure.audit.model.facts import Facts, Inference, facts_of
from celwacht.disclosure.audit.model.recipe import Recipe, Step, follow
from celwacht.disclosure.audit.recipes.recipe_text import recipe_lines
from celwacht.disclosure.intruder.feasibility import Attack
from celwacht.disclosure.model import intruder
from celwacht.disclosure.model.printed import PrintedTable
from celwacht.disclosure.model.problem import UNBOUNDED, relations
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.disclosure.solver.work import Work
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.disclosure.cubes import cubes, policy
from tests.disclosure.published_tables import intervals, line_facts, published
from tests.examples import drawn

QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=drawn(20, long=120), **QUIET)
@given(published())
def test_intervals_are_those_of_every_table(table):
    """Against enumeration: the truth lies within, no table lies without, and where the answer is called sure it is it."""
    facts, truth, n, forms = table
    true, whole = intervals(facts, n, forms, 14)
    for f in audit_published(facts, 3).findings:
        low, high = true[f.cell]
        greatest = UNBOUNDED if f.greatest is None else f.greatest
        assert f.least <= low and high <= greatest and f.least <= truth[f.cell] <= greatest
        if f.sure and whole:
            assert (f.least, f.greatest) == (low, high)
        assert f.verdict is not Inference.INCONCLUSIVE
        assert (f.verdict is Inference.EXACT) == (f.least == f.greatest)
        if f.verdict is Inference.OPEN:
            assert high - low >= 3 or not whole


@settings(max_examples=drawn(12, long=80), **QUIET)
@given(published())
def test_recipes_follow_in_exact_arithmetic(table):
    """Every step gives what it says from printed facts and the steps before, and the last ones give the interval."""
    facts, truth, *_ = table
    audit = audit_published(facts, 4)
    for f in audit.findings:
        if f.recipe is not None and not f.recipe.searched:
            known = follow(facts.relations, f.recipe, facts.least, facts.greatest)
            low, high = known.get(f.cell, (int(facts.least[f.cell]), int(facts.greatest[f.cell])))
            assert (low, high) == (f.least, f.greatest) and low <= truth[f.cell] <= high
            assert recipe_lines(audit.facts, f)


@settings(max_examples=drawn(10, long=60), **QUIET)
@given(published(), st.randoms(use_true_random=False))
def test_order_of_cells_and_lines_does_not_matter(table, random):
    """The same intervals and verdicts when cells and lines come in another order."""
    facts = table[0]
    cells, lines = list(range(len(facts))), list(range(len(facts.relations)))
    random.shuffle(cells)
    random.shuffle(lines)
    rows, at = facts.relations, {c: i for i, c in enumerate(cells)}
    turned = relations(
        [
            ([at[int(c)] for c in rows.cell[s]], list(rows.coefficient[s]), int(rows.least[r]), int(rows.greatest[r]))
            for r in lines
            for s in [slice(rows.first[r], rows.first[r + 1])]
        ]
    )
    other = Facts(facts.least[cells], facts.greatest[cells], facts.withheld[cells], turned)
    a = {f.cell: (f.least, f.greatest, f.verdict) for f in audit_published(facts, 3, recipes=False).findings}
    b = {cells[f.cell]: (f.least, f.greatest, f.verdict) for f in audit_published(other, 3, recipes=False).findings}
    assert a == b


def cross(values, withheld, **bounds):
    """A table of two dimensions with all margins."""
    rows, columns = len(values), len(values[0])
    v = np.array(values)
    names = {(i, j): f"r{i}c{j}" for i in (*range(rows), "T") for j in (*range(columns), "T")}
    full = {names[i, j]: int((v if i == "T" else v[i : i + 1])[:, slice(None) if j == "T" else slice(j, j + 1)].sum()) for i, j in names}
    lines = [(names[i, "T"], [names[i, j] for j in range(columns)]) for i in (*range(rows), "T")]
    lines += [(names["T", j], [names[i, j] for i in range(rows)]) for j in (*range(columns), "T")]
    return line_facts(full, set(withheld), lines, **bounds)


def found(facts, cell, width=5):
    audit = audit_published(facts, width)
    finding = next(f for f in audit.findings if facts.label(f.cell) == cell)
    return audit, finding


def test_several_lines_together():
    """T1: every line has two withheld cells, and row 2 + column 2 - grand total gives the corner all the same."""
    facts = cross([[0, 0, 1], [0, 0, 1], [1, 1, 1]], ["r0c2", "r1c2", "r2c0", "r2c1", "r2c2", "r0cT", "r1cT", "rTc0", "rTc1"])
    audit, f = found(facts, "r2c2")
    assert f.verdict is Inference.EXACT and f.least == 1 and len(f.recipe.steps) == 2
    said = recipe_lines(audit.facts, f)
    assert len(said) == 1 and "r2c2 = " in said[0]
    for known in ("r2cT [3]", "rTc2 [3]", "rTcT [5]"):
        assert known in said[0]


def test_not_negative():
    """T2: a total of 0 tells its parts, and those tell the cell beside them."""
    _, f = found(cross([[0, 0, 3], [0, 3, 1]], ["r0c0", "r0c2", "r1c0", "r1c2"]), "r1c2")
    assert (f.least, f.greatest) == (1, 1)


@pytest.mark.parametrize("values, least, greatest, answer", [([[1, 1, 7]], 1, UNBOUNDED, 1), ([[4, 4, 7]], 1, 4, 4)])
def test_what_the_mark_tells(values, least, greatest, answer):
    """T3: at least 1 with sum 2; 1..4 with sum 8."""
    _, f = found(cross(values, ["r0c0", "r0c1", "rTc0", "rTc1"], least=least, greatest=greatest), "r0c0")
    assert f.verdict is Inference.EXACT and f.least == answer


def test_whole_numbers_beyond_the_linear_programme():
    """T4: two odd triangles of pair sums at most 1 and a total of at least 2: fractions allow 3, whole numbers 2."""
    pairs = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5)]
    rows = [([a, b], [1, 1], 0, 1) for a, b in pairs] + [([6, 0, 1, 2, 3, 4, 5], [1] + [-1] * 6, 0, 0)]
    facts = Facts(np.array([0] * 6 + [2]), np.array([9] * 7), np.array([False] * 6 + [True]), relations(rows))
    (f,) = audit_published(facts, 3).findings
    assert (f.least, f.greatest, f.verdict) == (2, 2, Inference.EXACT) and f.recipe.searched


@pytest.mark.parametrize("parts, total, expected", [((0, 0), (3, 7), (1, 2)), ((5, 5, 5), (18, 22), (4, 7))])
def test_rounded_parts(parts, total, expected):
    """T14: parts rounded to 5 that a total leaves less room than they show."""
    n = len(parts)
    low = np.array([max(p - 2, 0) for p in parts] + [total[0]])
    high = np.array([p + 2 for p in parts] + [total[1]])
    facts = Facts(low, high, np.array([True] + [False] * n), relations([([n, *range(n)], [1] + [-1] * n, 0, 0)]))
    (f,) = audit_published(facts, 9).findings
    assert (f.least, f.greatest) == expected


def test_safe_tables_have_no_findings():
    """Four withheld cells of 10 in a rectangle: each may be 0 to 20."""
    audit = audit_published(cross([[10, 10, 3], [10, 10, 4], [1, 2, 30]], ["r0c0", "r0c1", "r1c0", "r1c1"]), 5)
    assert {f.verdict for f in audit.findings} == {Inference.OPEN}
    assert {(f.least, f.greatest) for f in audit.findings} == {(0, 20)}


def test_contradictions_are_named_and_left_out():
    """A line that does not add up tells nothing; the others still do."""
    facts = line_facts({"a": 5, "b": 4, "c": 9, "t": 9, "u": 30}, {"b"}, [("t", ["a", "b"]), ("u", ["a", "c"])])
    audit = audit_published(facts, 5)
    assert audit.set_aside == (1,) and audit.findings[0].least == audit.findings[0].greatest == 4


def test_contradiction_over_several_lines():
    """Facts that lines one at a time do not refute: pairs of sum 1 around a triangle have no whole answer."""
    facts = Facts(
        np.zeros(3, np.int64),
        np.full(3, 9),
        np.ones(3, bool),
        relations([([0, 1], [1, 1], 1, 1), ([1, 2], [1, 1], 1, 1), ([0, 2], [1, 1], 1, 1)]),
    )
    (part,) = parts_of(facts.least, np.ones(3, np.int64), facts.relations)
    with pytest.raises(Contradiction):
        look(part, np.arange(3), 5, Work())
    assert len(audit_published(facts, 5).set_aside) == 1


def test_a_step_that_claims_too_much_is_refused():
    """`follow` believes no bound that its sum does not give."""
    facts = line_facts({"a": 5, "b": 4, "t": 9}, {"b"}, [("t", ["a", "b"])])
    (f,) = audit_published(facts, 5).findings
    step = f.recipe.steps[0]
    assert follow(facts.relations, Recipe((step,)), facts.least, facts.greatest)
    for bound, side in ((5, LEAST), (3, GREATEST)):
        with pytest.raises(ValueError, match="does not follow"):
            follow(facts.relations, Recipe((Step(1, side, bound, step.lines),)), facts.least, facts.greatest)


def test_no_time_is_inconclusive_and_still_sound():
    """Without time the bounds by lines remain, and nothing is called open."""
    facts = cross([[10, 10, 3], [10, 10, 4], [1, 2, 30]], ["r0c0", "r0c1", "r1c0", "r1c1"])
    audit = audit_published(facts, 30, seconds=1e-9)
    assert all(f.verdict is not Inference.OPEN or f.greatest is None for f in audit.findings)
    assert all(f.least <= 10 <= f.greatest for f in audit.findings)


def test_bounds_by_lines_keep_their_way():
    """The log of narrowings ends at the bounds."""
    facts = line_facts({"a": 1, "b": 4, "c": 2, "t": 5, "u": 7}, {"a", "b", "c"}, [("t", ["a", "b"]), ("u", ["t", "c"])])
    narrowed = narrow(facts.least, facts.greatest, facts.relations)
    assert narrowed.least[2] == narrowed.greatest[2] == 2 and narrowed.broken < 0
    assert {int(b) for c, s, b, r in narrowed.log if c == 2} == {2}


@settings(max_examples=25, **QUIET)
@given(cubes(), st.randoms(use_true_random=False))
def test_a_pattern_of_our_own_can_be_audited(cube, random):
    """facts_of: the same intervals for sensitive cells as from the printed cube, by the older auditor of cubes."""
    problem = problem_of_cube(cube, policy())
    pattern = np.where(problem.sensitive, Status.PRIMARY, Status.PUBLISHED)
    for i in np.flatnonzero(problem.free):
        if random.random() < 0.2:
            pattern[i] = Status.SECONDARY
    marks = (pattern[: cube.cells.size] != Status.PUBLISHED).reshape(cube.shape)
    attack = Attack(PrintedTable(cube.dimensions, np.where(marks, 0, cube.cells), marks, possible=intruder.possible(cube.atoms)))
    for f in audit_published(facts_of(problem, pattern), 3, recipes=False).findings[:5]:
        interval = attack.interval(tuple(int(k) for k in np.unravel_index(f.cell, cube.shape)))
        assert f.verdict is not Inference.INCONCLUSIVE
        if interval.exact and f.sure:
            assert (f.least, f.greatest) == (interval.least, interval.greatest)
        assert (interval.width < 3) == (f.verdict in (Inference.EXACT, Inference.NARROW))
