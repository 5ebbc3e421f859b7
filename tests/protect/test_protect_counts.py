"""`celwacht protect COUNTS.csv`: what is written is what was asked, judged from the files alone by trying every
table."""

import json
import stat
from pathlib import Path

import pandas as pd
import pytest
from celwacht.disclosure import protect_counts
from celwacht.disclosure.model.verdict import Verdict
from celwacht.publish.own_tables.protect_command import protect_files
from celwacht.tables.problems import ProblemsFound
from hypothesis import HealthCheck, assume, given, settings

from tests.disclosure.oracle import TooLarge, intervals
from tests.protect.own_tables import ROWS, TEXT, TREES, celwacht, own_tables, read_pattern, table_of, written

BENCH = Path(__file__).parents[2] / "../shared/data/bench"


def frame_of(rows, trees):
    return pd.DataFrame(rows, columns=[*trees["dims"], "freq"])


def judge(pattern, rows, trees, threshold, width):
    """Holds a pattern against the definition; returns the number of cells that were tried."""
    cells = table_of(rows, trees)
    assert set(pattern) == set(cells)
    atoms = sorted({a for _, under in cells.values() for a in under})
    number = {a: i for i, a in enumerate(atoms)}
    count = [0] * len(atoms)
    for *codes, n in rows:
        count[number[tuple(codes)]] += n
    facts, wanted = [], {}
    for codes, (value, under) in cells.items():
        row = pattern[codes]
        assert int(row["value"]) == value
        assert (row["status"] == "primary") == (0 < value < threshold)
        known = (value, value) if row["status"] == "published" else (0, None)
        facts.append((codes, frozenset(number[a] for a in under), *known))
        if row["status"] == "primary":
            wanted[codes] = value
    for codes, (low, high) in intervals(facts, count, wanted, most=max(count) + 6, reach=width, steps=20_000).items():
        assert high - low >= width, codes
    return len(wanted)


def judge_one(table):
    """Protects one table and tries everything; tables on which that takes too long are left out."""
    rows, trees = table
    done = protect_counts(frame_of(rows, trees), trees, threshold=4, width=3)
    assume(done.verdict is Verdict.SAFE)
    pattern = {tuple(r[d] for d in trees["dims"]): r for r in done.table().to_dict("records")}
    try:
        judge(pattern, rows, trees, 4, 3)
    except TooLarge:
        assume(False)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(own_tables())
def test_every_sensitive_cell_has_the_width(table):
    """SAFE means: tables exist that would be published just so, and put the cell as far apart as asked. Brute force."""
    judge_one(table)


@pytest.mark.long
@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(own_tables(most=9))
def test_every_sensitive_cell_has_the_width_in_many_tables(table):
    """The same, more often and with larger counts."""
    judge_one(table)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(own_tables())
def test_order_of_rows_does_not_matter(table):
    """The same counts in another order, and summed beforehand, give the same pattern to the byte."""
    rows, trees = table
    frame = frame_of(rows, trees)
    summed = frame.groupby(trees["dims"], as_index=False)["freq"].sum().iloc[::-1]
    one, other = (protect_counts(f, trees, threshold=5, width=3).table().to_csv() for f in (frame, summed))
    assert one == other


def test_the_folder(tmp_path, capsys):
    """Exit 0; three files and the trees, for their owner only; every cell a row, in the order of the trees, zeros
    kept."""
    counts, trees = written(tmp_path)
    out = tmp_path / "out"
    assert celwacht("protect", counts, "--hierarchy", trees, "--threshold", 10, "--width", 5, "--out", out) == 0
    assert {"pattern_CONFIDENTIAL.csv", "audit.json", "certificate.npz", "hierarchy.json"} <= {p.name for p in out.iterdir()}
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(p.stat().st_mode) == 0o600 for p in out.iterdir())
    columns, pattern = read_pattern(out / "pattern_CONFIDENTIAL.csv")
    assert columns == ["region", "sex", "value", "status"]
    assert list(pattern)[:4] == [("NL", "T"), ("NL", "M"), ("NL", "F"), ("01", "T")]
    assert judge(pattern, ROWS, TREES, 10, 5) == 3
    audit = json.loads((out / "audit.json").read_text())
    assert audit["verdict"] == "SAFE" and "CONFIDENTIAL" in audit["about"] and audit["guarantee"]["width"] == 5
    withheld = {c: r for c, r in pattern.items() if r["status"] != "published"}
    assert audit["value_withheld"]["all"] == sum(int(r["value"]) for r in withheld.values())
    assert audit["cells"]["all"] == 21 and audit["cells"]["primary"] == 3
    assert audit["proved_intervals"]["least"] >= 5
    assert celwacht("verify", out) == 0
    assert celwacht("verify", out, "--against", counts, "--hierarchy", trees) == 0
    assert "AS PROVED" in capsys.readouterr().out
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + TEXT,
        TEXT.replace(",", ";"),
        TEXT.replace(",", "\t"),
        "\n" + TEXT.replace("\n", "\r\n"),
        TEXT.replace("0101,M", '"0101","M"'),
        TEXT.replace("\n", ",x\n").replace("freq,x", "freq,note"),
        TEXT.replace("0101,M,3", "0101,M,1\n0101,M,2"),
        TEXT + "0202,F,0\n",
        TEXT.replace(",3\n", ",3.0\n"),
    ],
)
def test_ways_to_write_the_same(tmp_path, text):
    """Byte order mark, separators, line ends, quotes, further columns, rows in parts: the same table."""
    for name, content in (("plain", TEXT), ("other", text)):
        counts, trees = written(tmp_path / name, content)
        assert celwacht("protect", counts, "--hierarchy", trees, "--out", tmp_path / name / "out") == 0
    assert (tmp_path / "plain/out/pattern_CONFIDENTIAL.csv").read_bytes() == (tmp_path / "other/out/pattern_CONFIDENTIAL.csv").read_bytes()


def test_missing_combinations_are_zeros(tmp_path):
    """A combination without a row is a cell of 0, and is published as such."""
    counts, trees = written(tmp_path, TEXT.replace("0202,M,8\n", ""))
    assert celwacht("protect", counts, "--hierarchy", trees, "--zeros", "published", "--out", tmp_path / "out") == 0
    assert read_pattern(tmp_path / "out/pattern_CONFIDENTIAL.csv")[1]["0202", "M"]["value"] == "0"


def test_exact_asks_for_less(tmp_path):
    """--exact: the certificate shows a difference of 1 or more, the audit says that it is the weaker promise."""
    counts, trees = written(tmp_path)
    assert celwacht("protect", counts, "--hierarchy", trees, "--width", 5, "--exact", "--out", tmp_path / "out") == 0
    audit = json.loads((tmp_path / "out/audit.json").read_text())
    assert audit["guarantee"]["kind"] == "exact" and "weaker" in audit["guarantee"]["means"]
    assert judge(read_pattern(tmp_path / "out/pattern_CONFIDENTIAL.csv")[1], ROWS, TREES, 10, 1) == 3
    assert celwacht("verify", tmp_path / "out") == 0


def test_rounding_tells_what_is_printed(tmp_path):
    """Under rounding pattern_CONFIDENTIAL.csv also has the printed figure, a multiple of the base, and nothing where withheld."""
    counts, trees = written(tmp_path)
    options = ("--rounding-base", 5, "--zeros", "withheld", "--width", 4)
    assert celwacht("protect", counts, "--hierarchy", trees, *options, "--out", tmp_path / "out") == 0
    columns, pattern = read_pattern(tmp_path / "out/pattern_CONFIDENTIAL.csv")
    assert columns[-1] == "printed"
    for row in pattern.values():
        if row["status"] == "published":
            assert int(row["printed"]) % 5 == 0 and -2 <= int(row["value"]) - int(row["printed"]) <= 2
        else:
            assert row["printed"] == ""
    assert celwacht("verify", tmp_path / "out") == 0


def test_from_python(tmp_path):
    """One call on files, or on a frame; the same pattern as the command's, and nothing on disk unless asked."""
    counts, trees = written(tmp_path)
    done = protect_files(counts, trees, threshold=10, width=4)
    assert done.verdict is Verdict.SAFE and {p.name for p in tmp_path.iterdir()} == {"counts.csv", "trees.json"}
    framed = protect_counts(frame_of(ROWS, TREES), TREES, threshold=10, width=4)
    assert done.table().equals(framed.table()) and done.audit()["cells"] == framed.audit()["cells"]
    assert protect_files(counts, trees, tmp_path / "out", width=4).verdict is Verdict.SAFE
    assert read_pattern(tmp_path / "out/pattern_CONFIDENTIAL.csv")[1]["NL", "T"]["status"] == "published"
    assert "111" not in repr(done) and done.check().verdict is Verdict.SAFE
    with pytest.raises(ProblemsFound, match="counts.csv:2"):
        protect_files(written(tmp_path, TEXT.replace("M,3", "M,-3"))[0], trees)


def test_not_proved_is_written_and_refused(tmp_path, capsys):
    """One cell that nothing can protect: exit 1, and pattern, audit and screen all say so."""
    trees = {"dims": ["a"], "trees": {"a": {"A": ["x"]}}, "root": {"a": "A"}}
    counts, path = written(tmp_path, "a,freq\nx,3\n", trees)
    asked = ("--hierarchy", path, "--width", 1000, "--threshold", 5)
    assert celwacht("protect", counts, *asked, "--out", tmp_path / "out") in (0, 1)
    table = protect_counts(pd.DataFrame({"a": ["x"], "freq": [3]}), trees, threshold=5, width=1000)
    audit = json.loads((tmp_path / "out/audit.json").read_text())
    assert audit["verdict"] == table.verdict.value
    if table.verdict is not Verdict.SAFE:
        assert "must not be published" in audit["about"] and "must not be published" in capsys.readouterr().err
        assert celwacht("verify", tmp_path / "out") == 1


@pytest.mark.skipif(not BENCH.is_dir(), reason="the benchmark instances are not there")
@pytest.mark.parametrize("name", ["P1", pytest.param("P2p", marks=pytest.mark.long)])
def test_benchmark_instances(tmp_path, name):
    """The command as an outsider gives it; values computed again from the counts, and the verdict of verify."""
    out, trees = tmp_path / "out", BENCH / f"{name}_hier.json"
    asked = ("--hierarchy", trees, "--threshold", 10, "--width", 5)
    assert celwacht("protect", BENCH / f"{name}.csv", *asked, "--out", out) == 0
    told = json.loads(trees.read_text())
    counts = pd.read_csv(BENCH / f"{name}.csv", dtype=dict.fromkeys(told["dims"], str))
    cells = table_of(counts[[*told["dims"], "freq"]].itertuples(index=False), told)
    pattern = read_pattern(out / "pattern_CONFIDENTIAL.csv")[1]
    assert {c: int(r["value"]) for c, r in pattern.items()} == {c: v for c, (v, _) in cells.items()}
    primary = {c for c, r in pattern.items() if r["status"] == "primary"}
    assert primary == {c for c, (v, _) in cells.items() if 0 < v < 10}
    assert celwacht("verify", out) == 0
