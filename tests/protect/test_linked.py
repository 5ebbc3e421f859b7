"""Several tables over the same records, protected together: one pattern, proved for readers who have all of them."""

import csv
import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.protect.own_tables import celwacht, read_pattern

HOW = ["--hierarchy", "region", "--hierarchy", "sex", "--hierarchy", "age"]
R, S, A = ("n", "s"), ("M", "F"), ("j", "o")


def written(folder, records, names=(("a", "region", "sex"), ("b", "region", "age"))):
    """CSV files of counts over columns of records (region, sex, age), and their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, *columns in names:
        at = [("region", "sex", "age").index(c) for c in columns]
        count = Counter(tuple(r[i] for i in at) for r in records)
        cells = itertools.product(*((R, S, A)[i] for i in at))
        text = ",".join(columns) + ",freq\n" + "".join(f"{','.join(c)},{count[c]}\n" for c in cells)
        (folder / f"{name}.csv").write_text(text)
        paths.append(folder / f"{name}.csv")
    return paths


def records_of(*counts):
    """Records with so many in each of the 8 combinations, in order of R x S x A."""
    return [key for key, n in zip(itertools.product(R, S, A), counts, strict=True) for _ in range(n)]


def shown(path):
    """{codes that are no totals: printed text} of a safe file."""
    with open(path, newline="") as file:
        return {frozenset((d, c) for d, c in row.items() if d != "value" and c != "Total"): row["value"] for row in csv.DictReader(file)}


def test_one_pattern_for_both_tables(tmp_path, capsys):
    """Shared cells are marked alike, each table has its own safe files, verify holds the whole against both inputs."""
    paths = written(tmp_path, records_of(1, 9, 12, 3, 14, 20, 2, 31))
    out = tmp_path / "out"
    assert celwacht("protect", *paths, *HOW, "--threshold", 4, "--width", 3, "--out", out) == 0
    assert "3 cells that stand in more than one" in capsys.readouterr().out
    a, b = shown(out / "safe_a.csv"), shown(out / "safe_b.csv")
    assert len(a) == len(b) == 9 and all(a[k] == b[k] for k in a.keys() & b.keys()) and len(a.keys() & b.keys()) == 3
    assert celwacht("verify", out, "--against", paths[0], "--against", paths[1], *HOW) == 0
    assert not (out / "safe.csv").exists() and {p.suffix for p in out.glob("safe_b.*")} == {".csv", ".xlsx", ".json"}


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 7), min_size=1, max_size=9).map(lambda people: [people.count(i) for i in range(8)]))
def test_all_sets_of_records_that_print_alike_spread_every_sensitive_cell(tmp_path_factory, counts):
    """The definition, by listing every set of records that would be printed just so in both tables."""
    folder = tmp_path_factory.mktemp("linked")
    out, total = folder / "out", sum(counts)
    done = celwacht("protect", *written(folder, records_of(*counts)), *HOW, "--threshold", 3, "--width", 2, "--out", out)
    _, cells = read_pattern(out / "pattern_CONFIDENTIAL.csv")
    if done:
        return  # not proved, and not to be handed on
    keys = list(itertools.product(R, S, A))
    worlds = np.concatenate([_drawn(t) for t in range(total + 4)])  # the total may be withheld too

    def cell(codes):
        return worlds[:, [i for i, k in enumerate(keys) if codes <= set(zip(("region", "sex", "age"), k, strict=True))]].sum(axis=1)

    printed = {**shown(out / "safe_a.csv"), **shown(out / "safe_b.csv")}
    alike = np.ones(len(worlds), bool)
    for codes, text in printed.items():
        if text != ".":
            alike &= cell(codes) == int(text)
    for name, row in cells.items():
        if row["status"] == "primary":
            values = cell(frozenset(tuple(p.split("=")) for p in name[0].split(", ") if "=" in p))[alike]
            assert values.max() - values.min() >= 2


def _drawn(total):
    """All ways to put `total` records in 8 combinations."""
    bars = np.array(list(itertools.combinations(range(total + 7), 7)), np.int16)
    edges = np.column_stack([np.full(len(bars), -1), bars, np.full(len(bars), total + 7)])
    return np.diff(edges, axis=1) - 1


def test_a_table_with_a_level_less(tmp_path):
    """By province in one, by municipality in the other: the province is one cell, even where a municipality is called so too."""
    (tmp_path / "a.csv").write_text("gem,prov,sex,freq\nU,U,M,3\nU,U,F,22\nZ,U,M,31\nZ,U,F,9\nG,P,M,8\nG,P,F,40\n")
    (tmp_path / "b.csv").write_text("prov,age,freq\nU,j,25\nU,o,40\nP,j,7\nP,o,41\n")
    how = ["--hierarchy", "region=gem<prov", "--hierarchy", "sex", "--hierarchy", "age"]
    assert celwacht("protect", tmp_path / "a.csv", tmp_path / "b.csv", *how, "--out", tmp_path / "out") == 0
    a, b = shown(tmp_path / "out" / "safe_a.csv"), shown(tmp_path / "out" / "safe_b.csv")
    assert set(a.keys() & b.keys()) == {frozenset(), frozenset({("region", "U (prov)")}), frozenset({("region", "P")})}
    assert all(a[k] == b[k] for k in a.keys() & b.keys())


def test_trees_in_one_file_serve_all(tmp_path):
    """Each table takes the dimensions that it has."""
    trees = '{"dims": ["region","sex","age"], "trees": {"region": {"T": ["n","s"]}, "sex": {"T": ["M","F"]}, "age": {"T": ["j","o"]}}, "root": {"region": "T", "sex": "T", "age": "T"}}'
    (tmp_path / "trees.json").write_text(trees)
    paths = written(tmp_path, records_of(1, 9, 12, 3, 14, 20, 2, 31))
    assert celwacht("protect", *paths, "--hierarchy", tmp_path / "trees.json", "--out", tmp_path / "out") == 0
    assert celwacht("verify", tmp_path / "out") == 0


CIRCLE = (("a", "region", "sex"), ("b", "region", "age"), ("c", "sex", "age"))


@pytest.mark.parametrize(
    ("names", "change", "options", "says"),
    [
        (CIRCLE, ("", ""), [], "form a circle"),
        (CIRCLE[:2], ("n,j,", "n,j,9"), [], "region=n has another count here than in a.csv"),
        (CIRCLE[:2], ("", ""), ["--singletons"], "this is for one table of counts"),
        (CIRCLE[:2], ("", ""), ["--contributor", "region"], "several tables are tables of counts"),
        (CIRCLE[:2], ("freq", "n"), [], "b.csv:1: there is no column 'freq'"),
        (CIRCLE[:2], ("age", "leeftijd"), [], "no table has all the columns age"),
        ((CIRCLE[0], CIRCLE[0]), ("", ""), [], "is given twice"),
    ],
)
def test_what_cannot_be_protected_together_is_told(tmp_path, capsys, names, change, options, says):
    """With the table and the remedy, never a count; nothing is written."""
    paths = written(tmp_path, records_of(1, 9, 12, 3, 14, 20, 2, 31), names)
    if change[0]:
        paths[1].write_text(paths[1].read_text().replace(*change))
    assert celwacht("protect", *paths, *HOW, *options, "--out", tmp_path / "out") == 2
    told = capsys.readouterr().err
    assert says in told and "Something went wrong" not in told and not (tmp_path / "out").exists()


def test_a_file_that_was_changed_is_found(tmp_path):
    """Any safe file, hierarchy.json, or one file too many."""
    paths = written(tmp_path, records_of(1, 9, 12, 3, 14, 20, 2, 31))
    out = tmp_path / "out"
    for change in ("safe_b.csv", "hierarchy.json", "safe_c.csv"):
        assert celwacht("protect", *paths, *HOW, "--out", out, "--force") == 0
        (out / change).write_text((out / change).read_text().replace('"Total"', '"n"') + " " if (out / change).exists() else "x")
        assert celwacht("verify", out) != 0, change


def test_a_table_with_the_leaves_alone_is_over_the_same_hierarchy(tmp_path, capsys):
    """Columns in another order, and what regions belong to in one of the two only: both are over region, and share what they show. Planted by
    hand: the second lost its regions and was a table of sex. What no option names is told."""
    (tmp_path / "a.csv").write_text("age,prov,region,freq\n" + "".join(f"{g},{p},{r},{n}\n" for g, p, r, n in _PLACES))
    (tmp_path / "b.csv").write_text(
        "freq,note,sex,region\n" + "".join(f"{n},x,{'MF'[i % 2]},{r}\n" for i, (_, _, r, n) in enumerate(_PLACES))
    )
    out = tmp_path / "out"
    how = ["--hierarchy", "region=region<prov", "--hierarchy", "sex", "--hierarchy", "age", "--threshold", 4, "--width", 3]
    assert celwacht("protect", tmp_path / "a.csv", tmp_path / "b.csv", *how, "--out", out) == 0
    told = capsys.readouterr().out
    assert "b.csv: a table of region x sex" in told and "b.csv: not used: note (a dimension? --hierarchy note)" in told
    a, b = shown(out / "safe_a.csv"), shown(out / "safe_b.csv")
    same = a.keys() & b.keys()
    assert {frozenset({("region", r)}) for r in ("P", "Q", "n", "s", "w")} | {frozenset()} == same and all(a[k] == b[k] for k in same)
    assert "." in a.values() and "." in b.values()
    assert celwacht("verify", out, "--against", tmp_path / "a.csv", "--against", tmp_path / "b.csv", *how[:6]) == 0
    (tmp_path / "c.csv").write_text((tmp_path / "b.csv").read_text().replace(",w\n", ",z\n"))
    assert celwacht("protect", tmp_path / "a.csv", tmp_path / "c.csv", *how, "--out", tmp_path / "other") == 2
    assert "region: 'z' (2 rows) is no leaf of the tree. Valid: n, s, w." in capsys.readouterr().err


_PLACES = [("j", "P", "n", 1), ("o", "P", "n", 20), ("j", "P", "s", 12), ("o", "P", "s", 9), ("j", "Q", "w", 15), ("o", "Q", "w", 2)]
