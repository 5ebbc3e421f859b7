"""A-priori lists, also those of tau-ARGUS (.hst), are read for counts, records, JJ files and problems in CSV."""

import csv
import json
from pathlib import Path

import pytest
from celwacht.disclosure.policy.apriori import NOTHING, read_apriori
from celwacht.disclosure.problems.listed import cells_as_codes
from celwacht.publish.cli import celwacht
from celwacht.publish.terminal import console
from celwacht.tables.problems import ProblemsFound

TRIAL = Path(__file__).resolve().parents[4] / "shared" / "trials" / "apriori.hst"
LIST = '"p",s\n"r",c,1\n"s",u,5\n"q",P\n\n"r",pl,2,3\n'
CODES = (cells_as_codes(("total", "p", "q", "r", "s")),)


def test_every_kind_of_line():
    """Statuses in small or capitals, one level or two, two lines on one cell."""
    found = read_apriori(LIST, "x.hst", CODES)
    assert found.cell.tolist() == [1, 2, 3, 4] and found.line.tolist() == [1, 4, 2, 3]
    assert found.safe.tolist() == [True, False, False, False] and found.publish.tolist() == [False, True, False, False]
    assert found.withhold.tolist() == [False, False, False, True] and found.cost.tolist() == [NOTHING, NOTHING, 1.0, NOTHING]
    assert found.lpl.tolist() == [NOTHING, NOTHING, 2, 5] and found.upl.tolist() == [NOTHING, NOTHING, 3, 5]
    assert read_apriori('"s";u;5\n', "x.HST", CODES, unit=100).lpl.tolist() == [500]


def test_as_tau_argus_reads_it():
    """Decimals in levels are rounded up to the unit of the table, a cost of 0 is 1, an empty code is the total, tabs part fields too."""
    found = read_apriori('"r",PL,1.5,2.01\n"r",u\n"s",W,0\n"",c,7.5\n', "x.hst", CODES)
    assert found.cell.tolist() == [0, 3, 4] and found.cost.tolist() == [7.5, NOTHING, 1.0]
    assert (found.lpl[1], found.upl[1]) == (2, 3)
    assert read_apriori("r\tpl\t1.5\t2\n", "x.hst", CODES, unit=10).lpl.tolist() == [15]


@pytest.mark.parametrize(
    "text, line, said",
    [
        ('"p",x\n', 1, "expected 1 codes"),
        ('"p",s\n"p",u\n', 2, "line 1 says otherwise"),
        ('"p",c\n', 1, "expected 1 codes"),
        ('"p",u,1,2,3\n', 1, "expected 1 codes"),
        ('\n"z",s\n', 2, "no code 'z'"),
        ('"p",u,half\n', 1, "whole number"),
        ('"p",c,-1\n', 1, "number from 0"),
        ('"p",s\n"q",M\n', 2, "'m' says: withheld to protect others"),
        ('"q",ml\n', 1, "'ml' says: withheld to protect others"),
        ('"q",ab,1,5\n', 1, "does not read either"),
        ('"q",pl,-1,5\n', 1, "whole number"),
        ('"q",pl,nan,5\n', 1, "whole number"),
    ],
)
def test_what_is_wrong_is_told_at_its_line(text, line, said):
    with pytest.raises(ProblemsFound, match=said) as found:
        read_apriori(text, "x.hst", CODES)
    assert {p.line for p in found.value.problems} == {line}


@pytest.mark.skipif(not TRIAL.exists(), reason="the trials are not beside this checkout")
def test_the_trial_is_read():
    found = read_apriori(TRIAL.read_text(), str(TRIAL), CODES)
    assert found.safe.tolist() == [True, False, False] and found.lpl.tolist() == [NOTHING, NOTHING, 5]


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def go(*args):
        code = console.run(lambda: celwacht.main(args=list(args), prog_name="celwacht", standalone_mode=False))
        return code, "".join(capsys.readouterr())

    return go


def statuses(folder, key):
    rows = (folder / "out" / "pattern_CONFIDENTIAL.csv").read_text().splitlines()
    return {tuple(r[k] for k in key): r["status"] for r in csv.DictReader(line for line in rows if not line.startswith("#"))}


COUNTS = "region,sex,freq\nn,m,23\nn,v,21\ns,m,31\ns,v,14\nw,m,40\nw,v,52\n"
HOW = ("--hierarchy", "region", "--hierarchy", "sex", "--out", "out", "--apriori")


def test_counts(tmp_path, run):
    """A cell that no rule finds sensitive is withheld, one is printed whatever the cost; verify agrees, and the level is asked for."""
    (tmp_path / "counts.csv").write_text(COUNTS)
    (tmp_path / "list.hst").write_text('"n","m",u,4\n"s","m",p\n')
    code, said = run("protect", "counts.csv", *HOW, "list.hst")
    assert code == 0, said
    found = statuses(tmp_path, ("region", "sex"))
    assert found["n", "m"] == "primary" and found["s", "m"] == "published" and list(found.values()).count("secondary") == 3
    assert run("verify", "out")[0] == 0
    assert json.loads((tmp_path / "out" / "audit.json").read_text())["verdict"] == "SAFE"


def test_counts_refuse_to_publish_what_is_sensitive(tmp_path, run):
    (tmp_path / "counts.csv").write_text(COUNTS.replace("n,v,21", "n,v,3"))
    for status in "sp":
        (tmp_path / "list.hst").write_text(f'"n","m",c,1\n"n","v",{status}\n')
        code, said = run("protect", "counts.csv", *HOW, "list.hst")
        assert code == 2 and "list.hst:2: the list publishes a cell" in said


JJ = """\
0
4
0 30 30 s 0 100 0 0 0
1 5 5 s 0 100 0 0 0
2 10 10 s 0 100 0 0 0
3 15 15 s 0 100 0 0 0
1
0 4 : 0 (-1) 1 (1) 2 (1) 3 (1)
"""


def test_problems(tmp_path, run):
    """Cells are named by their number, in JJ and in CSV."""
    (tmp_path / "x.jj").write_text(JJ)
    (tmp_path / "list.hst").write_text("1,u,2\n2,p\n")
    code, said = run("protect", "x.jj", "--out", "out", "--apriori", "list.hst", "--write-csv", "again", "--force")
    assert code == 0, said
    found = statuses(tmp_path, ("cell",))
    assert [found[str(i),] for i in range(4)] == ["published", "primary", "published", "secondary"]
    (tmp_path / "other.csv").write_text("cell,status\n1,publish\n")
    code, said = run("protect", "again", "--out", "out2", "--apriori", "other.csv")
    assert code == 2 and "other.csv:2: the list publishes a cell that the file says is sensitive" in said
