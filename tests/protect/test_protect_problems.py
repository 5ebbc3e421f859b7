"""`celwacht protect` on problems: every level is reached, judged from the files by an intruder's programme."""

import csv
import gzip
import json
import re
from dataclasses import replace
from pathlib import Path

import highspy
import numpy as np
import pytest
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.proof.certificate import Certificate, read_certificate

from tests.protect.own_tables import celwacht, written

TABLE7 = Path(__file__).parents[2] / "../shared/data/bench/csp/TABLE7.jj.gz"
# 3 x 3 with margins; amounts with a decimal. Cell 5 (row 1, column 2) is sensitive.
SMALL = """0
16
0 155.5 155.5 s 0 10000 0 0 0
1 60.5 60.5 s 0 10000 0 0 0
2 55 55 s 0 10000 0 0 0
3 40 40 s 0 10000 0 0 0
4 48 48 s 0 10000 0 0 0
5 8.5 8.5 u 0 10000 2 3.5 6
6 20 20 s 0 10000 0 0 0
7 19.5 19.5 s 0 10000 0 0 0
8 62 62 s 0 10000 0 0 0
9 37 37 s 0 10000 0 0 0
10 15 15 s 0 10000 0 0 0
11 10 10 s 0 10000 0 0 0
12 45.5 45.5 z 0 10000 0 0 0
13 15 15 s 0 10000 0 0 0
14 20 20 s 0 10000 0 0 0
15 10.5 10.5 s 0 10000 0 0 0
8
0 4 : 0 (-1) 1 (1) 2 (1) 3 (1)
0 4 : 4 (-1) 5 (1) 6 (1) 7 (1)
0 4 : 8 (-1) 9 (1) 10 (1) 11 (1)
0 4 : 12 (-1) 13 (1) 14 (1) 15 (1)
0 4 : 0 (-1) 4 (1) 8 (1) 12 (1)
0 4 : 1 (-1) 5 (1) 9 (1) 13 (1)
0 4 : 2 (-1) 6 (1) 10 (1) 14 (1)
0 4 : 3 (-1) 7 (1) 11 (1) 15 (1)
"""


def judge(text, folder):
    """Holds pattern_CONFIDENTIAL.csv against a JJ text: what must be published is, and every sensitive cell reaches its levels.

    Returns the sum of the weights withheld.
    """
    lines = text.splitlines()
    cells = [line.split() for line in lines[2 : 2 + int(lines[1])]]
    with open(folder / "pattern_CONFIDENTIAL.csv", newline="") as file:
        assert file.readline().startswith("# CONFIDENTIAL")
        pattern = {row["cell"]: row for row in csv.DictReader(file)}
    assert list(pattern) == [c[0] for c in cells]
    solver, cost = highspy.Highs(), 0.0
    solver.setOptionValue("output_flag", False)
    value = np.array([float(c[1]) for c in cells])
    for c, v in zip(cells, value):
        row = pattern[c[0]]
        assert float(row["value"]) == v and (row["status"] == "primary") == (c[3] == "u")
        assert c[3] != "z" or row["status"] == "published"
        cost += 0 if row["status"] == "published" else float(c[2])
        solver.addVar(*((v, v) if row["status"] == "published" else map(float, c[4:6])))
    for line in lines[3 + len(cells) :]:
        terms = re.findall(r"(\d+) \((-?\d+)\)", line)
        place, sign = np.array([int(a) for a, _ in terms], np.int32), np.array([float(b) for _, b in terms])
        total = float(sign @ value[place])
        solver.addRow(total, total, len(terms), place, sign)
    for i in [i for i, c in enumerate(cells) if c[3] == "u"]:
        ends = []
        for way in (1.0, -1.0):
            solver.changeColCost(i, way)
            solver.run()
            ends.append(way * solver.getInfo().objective_function_value)
            solver.changeColCost(i, 0.0)
        lpl, upl, spl = map(float, cells[i][6:9])
        assert value[i] - ends[0] >= lpl - 1e-6 and ends[1] - value[i] >= upl - 1e-6 and ends[1] - ends[0] >= spl - 1e-6
    return cost


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    (folder / "small.jj").write_text(SMALL)
    assert celwacht("protect", folder / "small.jj", "--out", folder / "out") == 0
    return folder


def test_small_problem(made, capsys):
    """Levels reached, decimals kept, the total that must stay stays; verify agrees, and knows the input again."""
    cost = judge(SMALL, made / "out")
    audit = json.loads((made / "out/audit.json").read_text())
    assert audit["cost"]["withheld"] == cost == audit["value_withheld"]["all"] and audit["verdict"] == "SAFE"
    assert "5,8.5,primary" in (made / "out/pattern_CONFIDENTIAL.csv").read_text()
    assert celwacht("verify", made / "out", "--against", made / "small.jj") == 0
    assert "protection levels from 6, to 6" in capsys.readouterr().out
    (made / "other.jj").write_text(SMALL.replace("2 3.5 6", "3 3.5 7"))
    assert celwacht("verify", made / "out", "--against", made / "other.jj") == 1
    assert "other protection levels" in capsys.readouterr().err


def test_the_same_as_csv(made, tmp_path):
    """Through cells.csv and relations.csv: the same pattern."""
    assert celwacht("protect", made / "small.jj", "--write-csv", tmp_path / "csv") == 0
    assert celwacht("protect", tmp_path / "csv", "--out", tmp_path / "out") == 0
    assert (tmp_path / "out/pattern_CONFIDENTIAL.csv").read_bytes() == (made / "out/pattern_CONFIDENTIAL.csv").read_bytes()
    assert celwacht("verify", tmp_path / "out", "--against", tmp_path / "csv") == 0


def test_exact_and_cost(made, tmp_path):
    """--exact withholds no more than the levels do; --cost count pays one a cell."""
    assert celwacht("protect", made / "small.jj", "--exact", "--out", tmp_path / "exact") == 0
    weaker = judge(SMALL.replace("2 3.5 6", "0 0 0.1"), tmp_path / "exact")
    assert weaker <= judge(SMALL, made / "out")
    assert celwacht("verify", tmp_path / "exact", "--against", made / "small.jj") == 0
    assert celwacht("protect", made / "small.jj", "--cost", "count", "--out", tmp_path / "count") == 0
    audit = json.loads((tmp_path / "count/audit.json").read_text())
    assert audit["cost"]["withheld"] == audit["cells"]["primary"] + audit["cells"]["secondary"]


def test_what_cannot_be_protected(tmp_path, capsys):
    """A sensitive cell alone in its relations: exit 1, written, named, and marked as not to be published."""
    (tmp_path / "one.jj").write_text("0\n2\n0 5 5 z 0 99 0 0 0\n1 5 5 u 0 99 1 1 0\n1\n0 2 : 0 (-1) 1 (1)\n")
    assert celwacht("protect", tmp_path / "one.jj", "--out", tmp_path / "out") == 1
    assert "must not be published" in capsys.readouterr().err
    audit = json.loads((tmp_path / "out/audit.json").read_text())
    assert audit["verdict"] == "INCONCLUSIVE" and audit["unproved"] == {"cells": 1, "listed": [{"cell": "1"}]}
    assert audit["may_be_published"] is False and audit["about"].startswith("NOT PROVED SAFE")
    assert celwacht("verify", tmp_path / "out") == 1


def certificate(made):
    return read_certificate(made / "out/certificate.npz")


def test_checker_believes_nothing(made):
    """Whatever is wrong with pattern or worlds, the verdict is not SAFE."""
    found = certificate(made)
    problem, pattern, worlds = found.problem, found.pattern, found.worlds
    check = lambda p=pattern, **w: Certificate(problem, p, replace(worlds, **w)).check().verdict
    assert check() is Verdict.SAFE
    assert check(np.where(problem.sensitive, Status.PUBLISHED, pattern).astype(np.uint8)) is Verdict.UNSAFE
    assert check(np.where(np.arange(16) == 12, Status.SECONDARY, pattern).astype(np.uint8)) is Verdict.UNSAFE
    for cell in np.flatnonzero(pattern == Status.SECONDARY):
        shown = pattern.copy()
        shown[cell] = Status.PUBLISHED
        moved = cell in worlds.unknown
        assert (check(shown) is Verdict.UNSAFE) == moved
    for k in range(len(worlds.unknown)):
        for wrong in (worlds.difference[k] + 1, -worlds.difference[k], 10**6):
            difference = worlds.difference.copy()
            difference[k] = wrong
            assert check(difference=difference) is Verdict.UNSAFE
    assert check(scale=worlds.scale * 1000) is Verdict.INCONCLUSIVE
    assert check(scale=worlds.scale * 0) is Verdict.UNSAFE
    none = np.zeros(0, np.int64)
    assert check(first=np.zeros(1, np.int64), unknown=none, difference=none, scale=none) is Verdict.INCONCLUSIVE


def test_whole_values_need_whole_worlds(made):
    """Where the intruder knows that values are whole, a world in between proves nothing."""
    found = certificate(made)
    worlds = found.worlds
    whole = certificate(made).problem
    object.__setattr__(whole, "integral", True)
    halves = Worlds(worlds.first, worlds.unknown, worlds.difference * 2 + 1, scale=worlds.scale * 2)
    assert replace(found, problem=whole, worlds=halves).check().verdict is Verdict.UNSAFE


def test_optimal_is_not_dearer(tmp_path):
    """--method optimal on a small table of counts, where it is there: a proved bound, and the same folder."""
    pytest.importorskip("celwacht.disclosure.search.optimal.protect_optimally")
    counts, trees = written(tmp_path)
    for method in ("fast", "optimal"):
        assert celwacht("protect", counts, "--hierarchy", trees, "--method", method, "--out", tmp_path / method) == 0
        assert celwacht("verify", tmp_path / method, "--against", counts, "--hierarchy", trees) == 0
    fast, best = (json.loads((tmp_path / m / "audit.json").read_text())["cost"] for m in ("fast", "optimal"))
    assert best["lower_bound"] <= best["withheld"] <= fast["withheld"]


@pytest.mark.long
@pytest.mark.skipif(not TABLE7.exists(), reason="the benchmark instances are not there")
def test_table7(tmp_path):
    """A published instance, with its levels, judged by the intruder's programme."""
    assert celwacht("protect", TABLE7, "--seconds", 2, "--out", tmp_path / "out") == 0
    text = gzip.decompress(TABLE7.read_bytes()).decode()
    assert judge(text, tmp_path / "out") <= 4_176_602
    assert celwacht("verify", tmp_path / "out", "--against", TABLE7) == 0
