"""`celwacht new --classification`: code lists of every form become a classification that the check accepts; mistakes are reported at their place."""

import csv
import io

import openpyxl
import pytest
from celwacht.publish.cli import main
from celwacht.tables.code_lists.code_list import CodeList
from celwacht.tables.code_lists.write_classification import classification_text
from celwacht.tables.counting.check_specs import check
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.specs.classification_spec import CLASSIFICATION
from celwacht.tables.yaml.read import read_yaml

PARENT = "code,title,parent\nT,Totaal,\nA,Ambulant,T\nA1,Thuis,A\nA2,Kantoor,A\nB,Verblijf,T\nB1,Pleegzorg,B\n"


def code_list(text: str) -> CodeList:
    header, *rows = csv.reader(io.StringIO(text))
    return CodeList("codes.csv", header, rows, range(2, len(rows) + 2))


def tree_of(text: str, tmp_path):
    """{code: (parent, level, values)} of the classification made of a CSV text; the file has no problem."""
    written = classification_text(code_list(text), "indeling")
    path = tmp_path / "classifications" / "indeling.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(written.text, encoding="utf-8")
    assert check([path]) == []
    return {n.code: (parent, n.level, n.values) for n, parent in read_yaml(path, CLASSIFICATION).tree.walk()}, written


def test_a_column_of_parents(tmp_path):
    """The tree as it is, values on the leaves."""
    tree, written = tree_of(PARENT, tmp_path)
    assert tree == {
        "T": ("", "totaal", ()),
        "A": ("T", "niveau_1", ()),
        "A1": ("A", "indeling", ("A1",)),
        "A2": ("A", "indeling", ("A2",)),
        "B": ("T", "niveau_1", ()),
        "B1": ("B", "indeling", ("B1",)),
    }
    assert written.codes == 6 and "Pleegzorg" in written.text


def test_children_may_stand_before_their_parents(tmp_path):
    """The order of rows makes no tree."""
    header, *rows = PARENT.splitlines()
    assert tree_of("\n".join([header, *reversed(rows)]), tmp_path)[0] == tree_of(PARENT, tmp_path)[0]


def test_a_column_per_level_with_a_name_on_two_levels(tmp_path):
    """Province and municipality of Utrecht are two codes; the records say Utrecht for the municipality."""
    tree, _ = tree_of("gemeente,provincie\nAssen,Drenthe\nUtrecht,Utrecht\nZeist,Utrecht\n", tmp_path)
    assert tree["UTRECHT"] == ("CWTOTAAL", "provincie", ())
    assert tree["UTRECH_1"] == ("UTRECHT", "gemeente", ("Utrecht",)) and tree["ASSEN"] == ("DRENTHE", "gemeente", ("Assen",))


def test_codes_and_names_per_level(tmp_path):
    """Columns of one stem belong together, and a level of one code is the top."""
    text = "land_code,land_naam,prov_code,prov_naam,gem_code,gem_naam\nNL,Nederland,PV22,Drenthe,GM0106,Assen\nNL,Nederland,PV26,Utrecht,GM0344,Utrecht\n"
    tree, written = tree_of(text, tmp_path)
    assert tree["NL"] == ("", "land", ()) and tree["GM0106"] == ("PV22", "gem", ("GM0106",)) and '"Assen"' in written.text


def test_flat_with_a_total_and_values_of_records(tmp_path):
    """A row that is called a total is put on top; values stand in a column of their own."""
    tree, written = tree_of('code,omschrijving,waarde\nH0,Totaal verwijzers,\nH1,Huisarts,02\nH2,Arts,"03,04"\n', tmp_path)
    assert tree == {"H0": ("", "totaal", ()), "H1": ("H0", "indeling", ("02",)), "H2": ("H0", "indeling", ("03", "04"))}
    assert any("by its name" in g for g in written.guesses)


def test_every_guess_is_said_and_stands_in_the_file():
    """Made codes, a made total, missing titles, lost zeros."""
    written = classification_text(code_list("soort\nal-fa\n9\n10\n"), "indeling")
    for said in ('# guess: made of "al-fa"', "# guess: the list has no total", "# guess: the list has no title", "# guess: a field"):
        assert said in written.text
    assert any("leading zeros" in g for g in written.guesses)


def test_all_mistakes_in_one_run_at_their_place():
    """Duplicate, empty, loose and circular codes: line and column of each."""
    text = "code,title,parent\nA,x,\nA,y,\n,z,A\nB,v,ZZ\nC,w,D\nD,u,C\nE,\u202eturned,A\n"
    with pytest.raises(ProblemsFound) as caught:
        classification_text(code_list(text), "indeling")
    assert [(p.line, p.column, p.rule) for p in caught.value.problems] == [
        (3, 1, "code-list-twice"),
        (4, 1, "code-list-code"),
        (5, 3, "code-list-parent"),
        (6, 3, "code-list-cycle"),
        (8, 2, "turning-character"),
    ]
    assert "stands on line 2 already" in str(caught.value)


@pytest.mark.parametrize(
    "text, said",
    {
        "prov,gem\nA,x\nB,x\nB,y\n": r"codes.csv:3:2: 'x' stands under 'A' on line 2 and under 'B' here",
        "prov,gem\nA,x\nA,x\nB,y\n": r"codes.csv:3:2: the same code as on line 2",
        "prov,gem\nA,x\n,y\nB,z\n": r"codes.csv:3:1: column 'prov' is empty",
        "code,waarde\na,1\nb,1\n": r"codes.csv:3:2: value '1' belongs to 'a' already, on line 2",
        "code,parent,waarde\na,,9\nb,a,1\n": r"codes.csv:2:3: 'a' has codes under it and a value of its own",
        "code,sleutel\na,b\n": r"two columns seem to hold the code: 'code' and 'sleutel'",
        "code\n": "there are no codes",
    }.items(),
)
def test_mistakes(text, said):
    """Each with its remedy."""
    with pytest.raises(ProblemsFound, match=said):
        classification_text(code_list(text), "indeling")


def test_the_command_takes_excel_and_never_overwrites(tmp_path, capsys):
    """Codes keep the zeros that the sheet shows; a second run is refused; a bad name and a bad list are told together."""
    book = openpyxl.Workbook()
    for row in (("code", "titel"), (1, "Huisarts"), (2, "Jeugdarts")):
        book.active.append(row)
    for row in (2, 3):
        book.active.cell(row, 1).number_format = "00"
    book.save(tmp_path / "codes.xlsx")
    ask = ["new", "verwijzers", "--classification", str(tmp_path / "codes.xlsx"), "--to", str(tmp_path), "--field", "verwijzer"]
    with pytest.raises(SystemExit) as first:
        main(ask)
    text = (tmp_path / "verwijzers.yaml").read_text(encoding="utf-8")
    assert first.value.code == 0 and 'values: ["01"]' in text and "field: verwijzer\n" in text
    with pytest.raises(SystemExit) as second:
        main(ask)
    assert second.value.code == 2 and "exists already" in capsys.readouterr().err
    (tmp_path / "bad.csv").write_text("code\nx\nx\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["new", "Bad Name", "--classification", str(tmp_path / "bad.csv"), "--to", str(tmp_path)])
    told = capsys.readouterr().err
    assert "Try 'bad_name'" in told and "bad.csv:3:1: code 'x' stands on line 2 already" in told
