"""Hierarchies from columns of the data, several over one variable, rows of totals, and records to be counted."""

import io
import json
from itertools import product

import pandas as pd
import pytest
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.own_table.protect_own_table import protect_counts
from celwacht.disclosure.problems.column_trees import parse, trees_of_columns
from celwacht.disclosure.problems.counts import cube_of_counts
from celwacht.disclosure.problems.trees import read_trees, trees_of
from celwacht.tables.problems import ProblemsFound
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.protect.own_tables import celwacht, read_pattern

PLACES = {"0301": ("03", "east"), "1103": ("11", "west"), "1108": ("11", "east"), "4601": ("46", "west"), "4602": ("46", "west")}
COUNTS = {("0301", "M"): 5, ("0301", "F"): 41, ("1103", "M"): 2, ("1103", "F"): 44, ("1108", "M"): 14, ("1108", "F"): 41}
COUNTS |= {("4601", "M"): 30, ("4601", "F"): 41, ("4602", "M"): 2, ("4602", "F"): 41}
HEAD = "kommune,fylke,zone,sex,freq\n"
TEXT = HEAD + "".join(f"{k},{','.join(PLACES[k])},{s},{n}\n" for (k, s), n in COUNTS.items())
TWO = ["--hierarchy", "region=kommune<fylke", "--hierarchy", "region=kommune<zone", "--hierarchy", "sex"]


def made(text, *hierarchies):
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    lines = pd.RangeIndex(2, len(frame) + 2).to_numpy()
    return trees_of_columns(frame, [parse(h) for h in hierarchies], "counts.csv", lines), lines


def test_the_tree_is_that_of_the_columns():
    """Leaves under their parents, parents under a total that is made; what is not used is said."""
    found, _ = made(TEXT, "region=kommune<fylke", "sex")
    assert found.trees.children["region"] == {"Total": ("03", "11", "46"), "03": ("0301",), "11": ("1103", "1108"), "46": ("4601", "4602")}
    assert found.trees.root == {"region": "Total", "sex": "Total"} and any("not used" in s and "zone" in s for s in found.notes)


def sums(text, dims, codes):
    """The cell of these codes, by going through the rows: a code is a leaf, a fylke, a zone or the total."""
    total = 0
    for line in text.splitlines()[1:]:
        k, y, z, s, n = line.split(",")
        holds = {"region": {k, y, z, "Total"}, "sex": {s, "Total"}}
        total += int(n) * all(c in holds[d] for d, c in zip(dims, codes))
    return total


def test_two_hierarchies_over_one_variable(tmp_path, capsys):
    """Totals of both are cells, each the sum over the rows; all is proved, verified, and an attacker's sums do not give a cell away."""
    (tmp_path / "counts.csv").write_text(TEXT)
    out = tmp_path / "out"
    assert celwacht("protect", tmp_path / "counts.csv", *TWO, "--out", out) == 0
    assert "in 2 hierarchies" in capsys.readouterr().out
    _, cells = read_pattern(out / "pattern_CONFIDENTIAL.csv")
    codes = {"Total", *PLACES, *(y for p in PLACES.values() for y in p)}
    assert set(cells) == set(product(codes, ("Total", "M", "F")))
    for key, row in cells.items():
        assert int(row["value"]) == sums(TEXT, ("region", "sex"), key)
        assert (row["status"] == "primary") == (1 <= int(row["value"]) <= 9)
    for parts in ({"0301", "1108"}, {"1103", "4601", "4602"}, {"1103", "1108"}, {"4601", "4602"}):
        for s in ("Total", "M", "F"):
            assert sum(cells[p, s]["status"] != "published" for p in parts) != 1 or s != "Total"
    assert celwacht("verify", out, "--against", tmp_path / "counts.csv", *TWO) == 0
    assert isinstance(json.loads((out / "hierarchy.json").read_text())["trees"]["region"], list)


def test_the_fast_method_takes_them_too(tmp_path):
    """The search over boxes knows codes that overlap; its certificate is of the same table."""
    (tmp_path / "counts.csv").write_text(TEXT)
    assert celwacht("protect", tmp_path / "counts.csv", *TWO, "--method", "fast", "--out", tmp_path / "out") == 0
    assert celwacht("verify", tmp_path / "out") == 0


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_any_two_hierarchies_are_proved_or_refused(data):
    """Whatever the groups and the counts: the problem of lines is the cube, and SAFE means that the checker says so."""
    leaves = [f"k{i}" for i in range(data.draw(st.integers(2, 5)))]
    group = [[data.draw(st.sampled_from(g)) for _ in leaves] for g in (["a", "b"], ["x", "y", "z"])]
    rows = [(k, group[0][i], group[1][i], s, data.draw(st.integers(0, 12))) for i, k in enumerate(leaves) for s in "MF"]
    found, lines = made(HEAD + "".join(",".join(map(str, r)) + "\n" for r in rows), "region=kommune<fylke", "region=kommune<zone", "sex")
    cube = cube_of_counts(found.frame, found.trees, lines=lines)
    for d, axis in ((cube.dimensions[0], {k: {k, group[0][i], group[1][i], "Total"} for i, k in enumerate(leaves)}),):
        for c, code in enumerate(d.codes):
            assert cube.cells[c, 0] == sum(n for k, *_, n in rows if code.code in axis[k] or code.code == d.codes[0].code)
    done = protect_counts(found.frame, found.trees, threshold=5, width=3, method="fast")
    assert done.verdict in (Verdict.SAFE, Verdict.UNSAFE, Verdict.INCONCLUSIVE) and done.check().verdict is done.verdict
    assert read_trees(found.trees.text(), "t").text() == found.trees.text()


WRONG = [
    (
        TEXT.replace("1108,11,east,F", "1108,46,east,F"),
        "counts.csv:7: region: kommune '1108' lies in fylke '46' here and in '11' on line 6",
    ),
    (TEXT.replace("1108,11,east,F", "1108,,east,F"), "counts.csv:7: region: fylke is empty beside kommune '1108'"),
    (TEXT.replace("fylke", "fylki"), "there is no column 'fylke', which --hierarchy names. Did you mean 'fylki'?"),
    (TEXT.replace("freq", "aantal"), "there is no column 'freq' with the counts"),
    (TEXT + ",11,,M,99\n", "counts.csv:12: region=11, sex=M is a total in the tree, and not the sum of its parts"),
    (HEAD, "there are no leaves"),
]


@pytest.mark.parametrize(("text", "says"), WRONG)
def test_mistakes_in_the_columns(tmp_path, capsys, text, says):
    """Told with the lines; nothing is written."""
    (tmp_path / "counts.csv").write_text(text)
    assert celwacht("protect", tmp_path / "counts.csv", *TWO, "--out", tmp_path / "out") == 2
    assert says in capsys.readouterr().err and not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["region=kommune<fylke", "trees.json"], "do not go together"),
        (["region=kommune<<fylke"], "names no hierarchy"),
        (["region=kommune<fylke", "region=zone"], "begin with different columns"),
        (["region=kommune", "region=kommune"], "the same hierarchy twice"),
        (["zone=kommune<fylke"], "there is a column 'zone' that does not hold the leaves"),
        (["nothing.json"], "nothing.json: there is no such file"),
        (["status=sex"], "a dimension cannot be called 'status'"),
        ([], "--hierarchy kommune --hierarchy fylke"),
    ],
)
def test_mistakes_in_the_options(tmp_path, capsys, monkeypatch, options, says):
    """Each with its remedy."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "counts.csv").write_text(TEXT)
    (tmp_path / "trees.json").write_text('{"dims": ["sex"], "trees": {"sex": {"T": ["M", "F"]}}, "root": {"sex": "T"}}')
    assert celwacht("protect", "counts.csv", *(w for o in options for w in ("--hierarchy", o)), "--out", "out") == 2
    assert says in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_rows_of_totals_are_held_against_their_parts(tmp_path, capsys):
    """Totals in the data, at any level, that agree add nothing; the words of the data name the top."""
    totals = ",11,,M,16\nTotal,Total,Total,Total,261\n0301,03,east,Total,46\n"
    (tmp_path / "a.csv").write_text(TEXT)
    (tmp_path / "b.csv").write_text(TEXT + totals)
    for name in "ab":
        assert celwacht("protect", tmp_path / f"{name}.csv", *TWO, "--out", tmp_path / name) == 0
    assert "the sums of their parts and add nothing: 3" in capsys.readouterr().out
    assert (tmp_path / "a" / "safe.csv").read_bytes() == (tmp_path / "b" / "safe.csv").read_bytes()


def test_a_code_on_two_levels_becomes_two_codes():
    """Utrecht the province and Utrecht the municipality; a province of one municipality of its own name is one code."""
    text = "gem,prov,freq\nUtrecht,Utrecht,20\nZeist,Utrecht,30\nOslo,Oslo,4\n"
    found, _ = made(text, "region=gem<prov")
    assert found.trees.children["region"] == {"Total": ("Oslo", "Utrecht (prov)"), "Utrecht (prov)": ("Utrecht", "Zeist")}
    assert any("is called 'Utrecht (prov)'" in s for s in found.notes)


def test_several_trees_in_a_file_must_have_the_same_leaves():
    """A list of trees; other leaves, or one code with other leaves, are reported."""
    tree = {
        "dims": ["r"],
        "trees": {"r": [{"T": ["a", "b"], "a": ["1", "2"], "b": ["3"]}, {"T": ["a", "c"], "a": ["1", "3"], "c": ["2", "4"]}]},
    }
    with pytest.raises(ProblemsFound) as caught:
        trees_of({**tree, "root": {"r": "T"}})
    assert "'4' is a leaf of hierarchy 2 and not of hierarchy 1" in str(caught.value)
    tree["trees"]["r"][1]["c"] = ["2"]
    with pytest.raises(ProblemsFound, match="'a' holds other leaves in hierarchy 2 than before"):
        trees_of({**tree, "root": {"r": "T"}})


RECORDS = "region,sex,person,income\n" + "".join(
    f"{r},{s},Jansen{i:04},{1000 + 7 * i}.25\n" for i, (r, s) in enumerate(list(product("ABC", "MF")) * 9 + [("A", "M")] * 3)
)


def test_records_are_counted_and_written_nowhere(tmp_path, capsys):
    """--microdata: a row counts one; dimensions and their totals; nothing of a record is in any file."""
    (tmp_path / "records.csv").write_text(RECORDS)
    how = ["--microdata", "--hierarchy", "region", "--hierarchy", "sex"]
    assert celwacht("protect", tmp_path / "records.csv", *how, "--threshold", 10, "--width", 3, "--out", tmp_path / "out") == 0
    assert "not used, so that rows which differ in nothing else are added up: person, income" in capsys.readouterr().out
    _, cells = read_pattern(tmp_path / "out" / "pattern_CONFIDENTIAL.csv")
    assert {k: int(r["value"]) for k, r in cells.items()}["A", "M"] == 12 and int(cells["Total", "Total"]["value"]) == 57
    assert cells["B", "M"]["status"] == "primary"
    for file in (tmp_path / "out").iterdir():
        assert b"Jansen" not in file.read_bytes() and b"1063.25" not in file.read_bytes()
    assert celwacht("verify", tmp_path / "out", "--against", tmp_path / "records.csv", *how) == 0


def test_amounts_of_records_with_a_threshold(tmp_path):
    """--threshold is a rule on the number of records, beside the rules on contributors; without --contributor that is asked for."""
    (tmp_path / "records.csv").write_text(RECORDS)
    how = ["--microdata", "--hierarchy", "region", "--hierarchy", "sex", "--contributor", "person", "--amount", "income"]
    assert celwacht("protect", tmp_path / "records.csv", *how, "--rule", "p%:5", "--threshold", 10, "--out", tmp_path / "out") == 0
    _, cells = read_pattern(tmp_path / "out" / "pattern_CONFIDENTIAL.csv")
    assert cells["A", "M"]["status"] != "primary" and cells["B", "M"]["status"] == "primary"
    assert not any(b"Jansen" in f.read_bytes() for f in (tmp_path / "out").iterdir())


def test_messages_lead_to_microdata(tmp_path, capsys):
    """Records without a column of counts."""
    (tmp_path / "records.csv").write_text(RECORDS)
    assert celwacht("protect", tmp_path / "records.csv", "--hierarchy", "sex", "--out", tmp_path / "out") == 2
    assert "say --microdata" in capsys.readouterr().err
