"""Files that are wrong everywhere: a bounded number of lines, how many more there are, and an answer in time that grows with the file."""

import json

import pytest
from celwacht.tables.problems import MOST_OF_A_RULE, MOST_SHOWN, Problem, lines_of, nearest

from tests.protect.own_tables import celwacht

N = 3_000


def _jj(folder):
    lines = ["0", str(N), *(f"{i} x y u z z z z z" for i in range(N)), "0"]
    (folder / "in.jj").write_text("\n".join(lines) + "\n")
    return ["protect", folder / "in.jj", "--out", folder / "out"]


def _sums(folder):
    cells = [f"{i} {11 if i % 3 == 0 else 5} 1 s 0 100 0 0 0" for i in range(3 * N)]
    sums = [f"0 3 : {3 * i} (-1) {3 * i + 1} (1) {3 * i + 2} (1)" for i in range(N)]
    (folder / "in.jj").write_text("\n".join(["0", str(3 * N), *cells, str(N), *sums]) + "\n")
    return ["protect", folder / "in.jj", "--out", folder / "out"]


def _problem(folder):
    (folder / "in").mkdir()
    (folder / "in/cells.csv").write_text("cell,value,status\n" + "".join(f"c{i},{i},free\n" for i in range(N)))
    (folder / "in/relations.csv").write_text("relation,cell,coefficient\n" + "".join(f"r,c{i}x,1\n" for i in range(N)))
    return ["protect", folder / "in", "--out", folder / "out"]


def _trees(folder):
    trees = {"a": {"T": [f"c{i % 7}" for i in range(N)]}, "b": {"T": ["M"]}}
    (folder / "t.json").write_text(json.dumps({"dims": ["a", "b"], "root": {"a": "T", "b": "T"}, "trees": trees}))
    (folder / "in.csv").write_text("a,b,freq\nc1,M,3\n")
    return ["protect", folder / "in.csv", "--hierarchy", folder / "t.json", "--out", folder / "out"]


def _figures(folder):
    (folder / "in.csv").write_text("a,b,n\n" + "".join(f"a{i % 200},b{i},{i}??\n" for i in range(N)))
    (folder / "spec.yaml").write_text("dimensions: [a, b]\nvalues: [n]\n")
    return ["audit", folder / "in.csv", "--spec", folder / "spec.yaml"]


def _rows(folder):
    (folder / "in.csv").write_text("a,b,n\n" + "a1,b1,3\n" * 20 + "a1\n" * N)
    return ["audit", folder / "in.csv"]


@pytest.mark.parametrize("made", [_jj, _sums, _problem, _trees, _figures, _rows], ids=lambda f: f.__name__)
def test_what_is_wrong_everywhere_is_told_in_few_lines(made, tmp_path, capsys):
    """And the lines say how many more there are: with those that are listed, as many as are wrong."""
    assert celwacht(*made(tmp_path)) == 2
    said = capsys.readouterr().err
    assert 1 <= said.count("\n") < 300 and " more" in said


@pytest.mark.parametrize("command", ["protect", "audit"])
def test_a_header_of_one_long_line_is_refused_and_no_fault(command, tmp_path, capsys):
    """200,000 characters without the other separators, longer than a field may be."""
    (tmp_path / "in.csv").write_text(",".join(f"column{i}" for i in range(18_000)) + "\n" + ",".join("1" for _ in range(18_000)) + "\n")
    more = ["--hierarchy", "region", "--out", tmp_path / "out"] if command == "protect" else []
    assert celwacht(command, tmp_path / "in.csv", *more) == 2
    said = capsys.readouterr().err
    assert "Something went wrong" not in said and said.count("\n") < 300


def test_a_quote_that_is_never_closed_loses_no_rows(tmp_path, capsys):
    """The auditor refuses it with its line; before, all rows after it were one text."""
    (tmp_path / "in.csv").write_text("a,n,note\n" + "".join(f"a{i},{i},\n" for i in range(1, 30)) + 'a30,5,"open\na31,6,\na32,.,\n')
    assert celwacht("audit", tmp_path / "in.csv") == 2
    assert "in.csv:31: a quote is left open" in capsys.readouterr().err


def test_problems_of_any_number_are_a_bounded_number_of_lines():
    """20,000 in one file and 20,000 files with one: the first, and how many more; a rule that is broken once is among them."""
    one = [Problem("deliveries/a.csv", n, 0, "kolom", "x") for n in range(20_000)]
    many = [Problem(f"deliveries/(entry {n})", 0, 0, "bestandsnaam", "x") for n in range(20_000)]
    lines = lines_of([*one, *many, Problem("z", 0, 0, "sleutel", "y")])
    assert len(lines) == MOST_SHOWN + 1 + MOST_OF_A_RULE + 1 + 2
    assert f"... and {20_000 - MOST_SHOWN - 1:,} more problems [kolom]" in lines
    assert f"... and {20_000 - MOST_OF_A_RULE:,} more problems [bestandsnaam]" in lines
    assert "z: y [sleutel]" in lines


def test_the_nearest_of_very_many_names():
    """Still found where it begins alike; nothing is listed."""
    names = [f"c{n}" for n in range(20_000)]
    assert nearest("c19999x", names) == " Did you mean 'c19999'?"
    assert nearest("zebra", names) == ""
