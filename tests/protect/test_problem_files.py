"""Problems as JJ and as plain CSV: what is written is read back the same; mistakes are reported with file and line."""

import io

import numpy as np
import pandas as pd
import pytest
from celwacht.disclosure.model.problem import CELL_ARRAYS, UNBOUNDED, Relations, SuppressionProblem
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.problems.csv_format import CELLS, read_problem, write_problem
from celwacht.disclosure.problems.jj_format import read_jj, write_jj
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.tables.problems import ProblemsFound
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.cubes import cubes, policy
from tests.examples import drawn
from tests.protect.own_tables import celwacht, written

FIELDS = CELL_ARRAYS
CELL = "cell,value,status,cost,lower,upper,lpl,upl,spl\n"
GOOD = {
    "cells.csv": CELL + "total,30.5,free,,,,,,\nnorth,10.5,sensitive,3,,,2,1.5,\nsouth,20,,,0,100,,,\n",
    "relations.csv": "relation,cell,coefficient\nr,total,-1\nr,north,1\nr,south,1\n",
}


def same(one: SuppressionProblem, other: SuppressionProblem, but=()) -> None:
    for name in FIELDS:
        if name not in but:
            assert np.array_equal(getattr(one, name), getattr(other, name)), name
    for name in ("first", "cell", "coefficient", "least", "greatest"):
        assert np.array_equal(getattr(one.relations, name), getattr(other.relations, name)), name
    assert one.decimals == other.decimals and one.names == other.names


def through_csv(problem: SuppressionProblem) -> SuppressionProblem:
    frames = [pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False) for _, text in write_problem(problem)]
    return read_problem(*frames, problem.name, integral=problem.integral)


@st.composite
def problems(draw):
    """Any small problem: decimals, negative values, bounds or none, rounded figures, relations with an interval."""
    n = draw(st.integers(1, 7))
    whole = st.integers(-50, 2000)
    value = np.array([draw(whole) for _ in range(n)], np.int64)
    status = np.array([draw(st.sampled_from(list(Role))) for _ in range(n)], np.uint8)
    near = lambda most: np.array([draw(st.integers(0, most)) for _ in range(n)], np.int64)
    lower, upper = value - near(60), value + near(60)
    lower[near(1) > 0], upper[near(1) > 0] = -UNBOUNDED, UNBOUNDED
    sensitive = status == Role.SENSITIVE
    levels = [np.where(sensitive, near(9) + 1, 0) for _ in range(3)]
    rows = [draw(st.lists(st.integers(0, n - 1), min_size=1, unique=True)) for _ in range(draw(st.integers(0, 4)))]
    first = np.concatenate([[0], np.cumsum([len(r) for r in rows])]).astype(np.int64)
    cell = np.array([c for r in rows for c in r], np.int32)
    sign = np.array([draw(st.sampled_from([-2, -1, 1, 3])) for _ in cell], np.int64)
    sums = Relations(first, cell, sign, *np.zeros((2, len(rows)), np.int64)).sums(value)
    slack = [draw(st.integers(0, 5)) for _ in rows]
    relations = Relations(first, cell, sign, sums - np.array(slack, np.int64), sums + np.array(slack, np.int64))
    names = tuple(f"cel {i}, x" for i in range(n)) if draw(st.booleans()) else ()
    return SuppressionProblem(
        "proef", value, near(99).astype(float), status, lower, upper, value - near(2), value + near(2), *levels, relations, names=names
    )


@settings(max_examples=drawn(24, long=150), deadline=None)
@given(problems())
def test_csv_round_trip(problem):
    """Everything in a problem comes back from cells.csv and relations.csv."""
    same(problem, through_csv(problem))


@settings(max_examples=drawn(24, long=150), deadline=None)
@given(problems())
def test_jj_round_trip(problem):
    """JJ keeps everything but figures with an interval, which it refuses, and structural zeros, which must be
    published."""
    facts = problem.relations
    if np.any(facts.least < facts.greatest) or np.any(
        (problem.printed_low < problem.printed_high) & (problem.cost > 0) & (problem.role != Role.HIDDEN)
    ):
        with pytest.raises(ValueError, match="JJ knows"):
            write_jj(problem)
        return
    read = read_jj(write_jj(problem), "proef")
    known = {Role.KNOWN: Role.FORCED}
    assert [known.get(s, s) for s in problem.role] == list(read.role)
    below, above = problem.lower > -UNBOUNDED, problem.upper < UNBOUNDED
    assert np.array_equal(read.lower[below], problem.lower[below])
    assert np.array_equal(read.upper[above], problem.upper[above])
    assert np.all(read.lower[~below] <= problem.value[~below] - 5 * problem.lpl[~below])
    assert np.all(read.upper[~above] >= problem.value[~above] + 5 * problem.upl[~above])
    for name in ("value", "cost", "lpl", "upl", "spl"):
        assert np.array_equal(getattr(read, name), getattr(problem, name)), name
    assert read.relations.sums(problem.value).tolist() == facts.sums(problem.value).tolist()
    assert write_jj(read) == write_jj(read_jj(write_jj(read), "proef"))


@settings(max_examples=40, deadline=None)
@given(cubes())
def test_cube_through_jj_and_csv(cube):
    """A cube's problem written out and read back: the same cells, levels and relations."""
    problem = problem_of_cube(cube, policy())
    same(problem, through_csv(problem))
    read = read_jj(write_jj(problem), "proef", integral=True)
    same(problem, read, but=("upper", "printed_low", "printed_high"))
    assert np.all(read.upper >= problem.value + 5 * problem.spl)


def test_decimals_and_names_are_kept():
    """Values in the smallest unit that makes them whole; back in the units of the file."""
    frames = [pd.read_csv(io.StringIO(GOOD[n]), dtype=str, keep_default_na=False) for n in GOOD]
    problem = read_problem(*frames, "proef")
    assert problem.value.tolist() == [305, 105, 200] and problem.decimals == 1
    assert problem.names == ("total", "north", "south")
    assert problem.lpl.tolist() == [0, 20, 0] and problem.upl.tolist() == [0, 15, 0]
    assert problem.cost.tolist() == [30.5, 3, 20] and problem.upper[2] == 1000 and problem.upper[0] == UNBOUNDED
    assert problem.lower.tolist() == [0, 0, 0]
    assert "total,30.5,free" in dict(write_problem(problem))[CELLS]


MISTAKES = [
    ("cells.csv", "total,30.5", "total,31", "relations.csv:2: relation 'r' does not hold"),
    ("cells.csv", "south,20", "south,-20", "cells.csv:4: the value of cell 'south' lies outside lower and upper"),
    ("cells.csv", "south,20", "south,x", "cells.csv:4: value is not a number"),
    ("cells.csv", "south,20", "south,", "cells.csv:4: value is empty"),
    ("cells.csv", "south,20", "south,nan", "cells.csv:4: value is not a number"),
    ("cells.csv", "south,20", "north,20", "cells.csv:4: cell 'north' stands on line 3 already"),
    ("cells.csv", "south,20", ",20", "cells.csv:4: the cell has no name"),
    ("cells.csv", "sensitive", "senstive", "cells.csv:3: 'senstive' is no status. Did you mean 'sensitive'?"),
    ("cells.csv", "2,1.5,", ",,", "cells.csv:3: cell 'north' is sensitive, but lpl, upl and spl are all 0"),
    ("cells.csv", "2,1.5,", "-2,1.5,", "cells.csv:3: lpl is negative"),
    ("cells.csv", "value", "waarde", "cells.csv:1: there is no column 'value'"),
    ("cells.csv", GOOD["cells.csv"][len(CELL) :], "", "cells.csv:1: there are no cells"),
    ("cells.csv", "south,20,,,0,100", "south,99999999999999,,,0,", "too large"),
    ("relations.csv", "r,south", "r,sout", "relations.csv:4: cell 'sout' does not stand in cells.csv. Did you mean 'south'?"),
    ("relations.csv", "r,south", "r,north", "relations.csv:4: cell 'north' stands twice in relation 'r'"),
    ("relations.csv", "r,south,1", "r,south,0.5", "relations.csv:4: the coefficient must be a whole number"),
    ("relations.csv", "r,south,1", "r,south,0", "relations.csv:4: the coefficient must be a whole number"),
    ("relations.csv", "r,south,1", ",south,1", "relations.csv:4: the relation has no name"),
    ("relations.csv", "r,south,1", "r,south", "relations.csv:4: the header has 3 fields, this line 2"),
]


@pytest.mark.parametrize(("name", "old", "new", "says"), MISTAKES)
def test_mistakes_in_csv(tmp_path, capsys, name, old, new, says):
    """Exit 2 with file and line."""
    for n, text in GOOD.items():
        assert n != name or old in text
        (tmp_path / n).write_text(text.replace(old, new, 1) if n == name else text)
    assert celwacht("protect", tmp_path, "--out", tmp_path / "out") == 2
    assert says in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_all_mistakes_at_once():
    """Both tables in one run."""
    texts = (
        GOOD["cells.csv"].replace("south,20", "south,x").replace("sensitive", "secret"),
        GOOD["relations.csv"].replace("r,south", "r,x"),
    )
    frames = [pd.read_csv(io.StringIO(t), dtype=str, keep_default_na=False) for t in texts]
    with pytest.raises(ProblemsFound) as found:
        read_problem(*frames, "proef")
    assert len(found.value.problems) == 3


def test_options_that_the_file_answers(tmp_path, capsys):
    """--threshold and such make no sense beside a problem: told, all of them."""
    for n, text in GOOD.items():
        (tmp_path / n).write_text(text)
    assert celwacht("protect", tmp_path, "--out", tmp_path / "out", "--threshold", 3, "--width", 2, "--cost", "x") == 2
    told = capsys.readouterr().err
    for said in ("--threshold: the file itself", "--width: the file itself", "--cost: for a problem"):
        assert said in told


def test_written_forms_of_counts(tmp_path):
    """--write-jj and --write-csv without --out only convert; both forms are the same problem, and files are not
    overwritten."""
    counts, trees = written(tmp_path)
    options = ("--hierarchy", trees, "--write-jj", tmp_path / "t.jj", "--write-csv", tmp_path / "t")
    assert celwacht("protect", counts, *options) == 0
    jj = read_jj((tmp_path / "t.jj").read_text(), "t.jj")
    frames = [pd.read_csv(tmp_path / "t" / n, dtype=str, keep_default_na=False) for n in GOOD]
    same(jj, read_problem(*frames, "t"), but=("upper",))
    assert len(jj) == 21 and set(jj.spl) == {0, 5}
    assert {p.name for p in tmp_path.iterdir()} == {"counts.csv", "t", "t.jj", "trees.json"}
    assert celwacht("protect", counts, *options) == 2
    assert celwacht("protect", counts, *options, "--force") == 0


def test_rounded_figures_have_no_jj(tmp_path, capsys):
    """JJ cannot say what a rounded figure tells: refused, with the form that can."""
    counts, trees = written(tmp_path)
    rounded = ("--hierarchy", trees, "--policy", "statline")
    assert celwacht("protect", counts, *rounded, "--write-jj", tmp_path / "t.jj") == 2
    assert "--write-csv" in capsys.readouterr().err
    assert isinstance(policy(), DisclosurePolicy)
