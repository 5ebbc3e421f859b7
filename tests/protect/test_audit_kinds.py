"""Published tables of the kinds that people meet: what falls is found, and where nothing could be tried the audit never ends with an all-clear."""

import pytest
from celwacht.publish.own_tables.audit_command import Order, judged

from tests.protect.own_tables import celwacht

STATCAN = "GEO,Sex,VALUE,STATUS\n" + "".join(
    f"{g},{s},{v},{f}\n"
    for g, s, v, f in (
        ("Canada", "Both sexes", 100, ""), ("Ontario", "Both sexes", 60, ""), ("Quebec", "Both sexes", 40, ""),
        ("Canada", "Males", 55, ""), ("Ontario", "Males", "", "x"), ("Quebec", "Males", 20, ""),
        ("Canada", "Females", 45, ""), ("Ontario", "Females", 25, ""), ("Quebec", "Females", "", ".."),
    )
)  # fmt: skip
FALLS = {
    "flags and two kinds of absence, as Statistics Canada has them": (STATCAN, {"Ontario, Males": 35}),
    "a total column called Sum": ("region,men,women,Sum\nA,x,12,20\nB,10,14,24\nC,9,9,18\n", {"A, men": 8}),
    "a total column called Grand total": ("region,men,women,Grand total\nA,x,12,20\nB,10,14,24\nC,9,9,18\n", {"A, men": 8}),
    "the total column first, in Dutch": ("region,Alle,men,women\nA,20,x,12\nB,24,10,14\nC,18,9,9\n", {"A, men": 8}),
    "two totals": ("region,boys,girls,Total b+g,other,Total\nA,c,5,9,3,12\nB,2,4,6,1,7\nC,8,8,16,2,18\n", {"A, boys": 4}),
    "totals last, in two dimensions": (
        "region,age,n\nA,0-9,5\nA,10+,c\nA,Total,14\nB,0-9,6\nB,10+,7\nB,Total,13\nTotal,0-9,11\nTotal,10+,16\nTotal,Total,27\n",
        {"A, 10+": 9},
    ),
    "thousands with commas": ('region,n\nTotal,"1,234"\nA,"1,000"\nB,c\nC,34\n', {"B": 200}),
    "thousands with points": ("region;n\nTotaal;1.234\nA;1.000\nB;x\nC;34\n", {"B": 200}),
    "thousands with spaces": ("region;n\nTotal;1 234\nA;1 000\nB;x\nC;34\n", {"B": 200}),
    "blanks": ("region,n\nA,10\nB,\nC,7\nTotal,30\n", {"B": 13}),
    "a mark that tells a bound": ("region,n\nA,10\nB,<5\nC,7\nTotal,20\n", {"B": 3}),
    "marks in brackets": ("region,n\nA,10\nB,[c]\nC,7\nTotal,20\n", {"B": 3}),
    "a word": ("region,n,q\nA,10,15\nB,suppressed,4\nC,7,3\nTotal,20,22\n", {"B, n": 3}),
    "a total column as in Denmark and Norway": ("kommune,mænd,kvinder,I alt\nA,x,12,20\nB,10,14,24\nC,9,9,18\n", {"A, mænd": 8}),
    "N withholds and D is final": (
        "region,sex,flag,n\nAll,m,D,7\nAll,w,D,79\nAll,All,D,86\n1a,m,D,3\n1a,w,N,0\n1a,All,D,5\n1b,m,D,4\n1b,w,D,77\n1b,All,D,81\n",
        {"1a, w": 2},
    ),
    "a flag column to each column, beside a true zero": (
        "region,boys,boys_flag,girls,girls_flag,Total,Total_flag\nA,4,,0,,,c\nB,3,,5,,8,\nTotal,7,,5,,12,\n", {"A, Total": 4},
    ),
    "flags all over one column": (
        "region,Total,Total_flag,girls,girls_flag,boys,boys_flag\nTotal,,c,5,,9,\nA,,c,3,,2,\nB,,c,2,,7,\n",
        {"A, Total": 5, "B, Total": 9, "Total": 14},
    ),
    "a 0 with the mark behind it": ("region,m,w,Total\nA,0 (c),40,42\nB,5,3,8\nTotal,7,43,50\n", {"A, m": 2}),
    "percentages beside counts": ("region,n,pct\nTotal,200,100.0\nA,c,60.0\nB,80,40.0\n", {"A": 120}),
}  # fmt: skip
NOTHING_TRIED = {
    "no sum at all": "a,n\nx,10\ny,c\nz,7\n",
    "a total by a name that nobody knows": "region,n\nA,10\nB,c\nC,7\nNetherlands,30\n",
    "Eurostat, countries over the EU by no rule": "geo,OBS_VALUE,OBS_FLAG\nEU,100,\nDE,60,\nFR,,c\nIT,15,\n",
    "groups with subtotals": "product,n\nFruit,30\nApple,12\nPear,18\nVegetable,25\nCarrot,c\nLeek,10\nTotal,55\n",
    "subtotals that may be chance, beside columns that add up": "region,Total,other,girls,boys\n1a,13,,,\n1b,23,,,8\n2a,18,0,,\n2b,130,13,40,77\n"
    "R1,36,,10,\nN2,148,13,53,82\ntotal,184,26,63,95\n",
    "no figures": "region,n\nA,blue\nA1,red\n",
    "a mark that is not known": "region,n\nA,10\nB,qq\nC,7\nTotal,20\n",
    "zeros for withheld, in every line": "region,sex,n\nA,M,10\nA,F,0\nB,M,0\nB,F,9\nTotal,M,21\nTotal,F,26\n",
}


@pytest.mark.parametrize(("text", "falls"), FALLS.values(), ids=FALLS)
def test_what_falls_is_found(tmp_path, text, falls):
    """Each cell and its one value."""
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    found, _ = judged(Order(path))
    exact = {found.facts.label(f.cell): f.least for f in found.findings if f.least == f.greatest}
    assert exact == falls and celwacht("audit", path) == 1


@pytest.mark.parametrize("text", NOTHING_TRIED.values(), ids=NOTHING_TRIED)
def test_no_false_all_clear(tmp_path, capsys, text):
    """Where the structure was not understood, the answer is a question or a refusal."""
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    assert celwacht("audit", path) == 1
    told = " ".join(capsys.readouterr().err.split())
    assert any(w in told for w in ("lies in no sum", "No withheld cell was found", "contradict each other", "no all-clear"))


def test_a_mark_that_is_not_known_is_named(tmp_path, capsys):
    """The column is not read in silence as one of codes."""
    (tmp_path / "table.csv").write_text(NOTHING_TRIED["a mark that is not known"])
    assert celwacht("audit", tmp_path / "table.csv") == 1
    assert "n: NOT READ: figures beside 'qq', which is no mark that is known" in " ".join(capsys.readouterr().out.split())
