"""What a folder of outputs may be, how each is judged, and who reads what."""

import json
from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import openpyxl
import pytest
from celwacht.disclosure.outsider.public_table import PublicTable
from celwacht.disclosure.policy.policy import read_policy
from celwacht.publish.outputs import check, counted, released
from celwacht.publish.outputs.check import checked
from celwacht.publish.outputs.folder import read_folder
from celwacht.publish.outputs.judge import judged
from celwacht.publish.outputs.released import Known
from celwacht.publish.outputs.sheets import sheets_of
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound

STRICT = read_policy("strict")
COUNTS = {"source": "jeugdhulp", "unit": "trajecten", "moment": "gebruik", "period": "2024HJ01", "rows": [{"classification": "geslacht"}]}


def folder(path, files, *outputs):
    """files: name -> text or bytes; outputs: entries of the form."""
    path.mkdir(exist_ok=True, parents=True)
    for name, content in files.items():
        (path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    entries = [{"title": "A table", **o} for o in outputs]
    (path / "form.yaml").write_text(
        json.dumps({"version": 1, "title": "T", "researcher": "A. de Boer", "purpose": "P", "outputs": entries})
    )
    return path


def answers(path, **others):
    return {a.output.file: a for a in checked(read_folder(path), "u_test", STRICT, None, **others).answers}


def risks(answer, verdict="fail"):
    return {f.risk for f in answer.findings if f.verdict == verdict}


def test_what_a_table_shows_itself(tmp_path):
    """A count of four fails; counts of ten and more, dots and noughts do not."""
    files = {"a.csv": "geslacht,n\nV,4\nM,30\nAll,34\n", "b.csv": "geslacht;n\nV;.\nM;30\nAll;0\n", "c.csv": "geslacht,n\nV,12\nM,30\n"}
    found = answers(
        folder(
            tmp_path / "f",
            files,
            {"file": "a.csv", "counts": COUNTS},
            {"file": "b.csv", "counts": {**COUNTS, "moment": "instroom"}},
            {"file": "c.csv", "counts": {**COUNTS, "moment": "uitstroom", "period": "2023HJ01"}},
        )
    )
    assert "LowCount" in risks(found["a.csv"]) and any("shows 4 in" in f.recipe for f in found["a.csv"].findings)
    assert risks(found["b.csv"]) == set() and risks(found["c.csv"]) == set()


def test_a_dot_that_its_own_total_tells(tmp_path):
    found = answers(folder(tmp_path / "f", {"a.csv": "geslacht,n\nV,.\nM,30\nAll,34\n"}, {"file": "a.csv", "counts": COUNTS}))
    assert risks(found["a.csv"]) == {"Differencing"}
    recipe = next(f.recipe for f in found["a.csv"].findings if f.risk == "Differencing")
    assert "gives 0 to 4 in" in recipe and "minus your table 1" in recipe


def published(low, public=True):
    """The same table by sex, as it was released."""
    path = low.pop("path")
    (sheet,) = sheets_of(read_folder(folder(path, {"a.csv": low["text"]}, {"file": "a.csv", "counts": COUNTS})), "u_old")[0]
    t = sheet.table
    return Known(
        "jeugdhulp_x of 2024-april (x)",
        public,
        PublicTable("", t.spec.model_copy(update={"id": "jeugdhulp_x"}), t.codes, t.low, t.high, t.dot),
    )


@pytest.mark.parametrize("public", [True, False])
def test_beside_what_was_released(tmp_path, public):
    """A released dot that an output fills. The checker is told by what; the researcher is not told of what only somebody else has, nor any figure."""
    known = published({"path": tmp_path / "old", "text": "geslacht,n\nV,.\nM,.\nAll,34\n"}, public)
    own = folder(tmp_path / "new", {"a.csv": "geslacht,n\nM,30\n"}, {"file": "a.csv", "counts": COUNTS})
    found = answers(own, more=(known,))["a.csv"]
    assert risks(found) == {"Differencing"}
    f = next(f for f in found.findings if f.verdict == "fail")
    assert "jeugdhulp_x" in f.recipe and "gives 0 to 4" in f.recipe and "minus your table 1" in f.recipe
    said = f.for_researcher(1)
    assert ("jeugdhulp_x" in said) is public and not any(ch.isdigit() for ch in said.replace("2024-april", ""))
    assert repr(f).find("34") < 0


def test_what_was_known_before_is_nobodys_doing(tmp_path):
    known = published({"path": tmp_path / "old", "text": "geslacht,n\nV,.\nM,30\nAll,34\n"})
    own = folder(tmp_path / "new", {"a.csv": "geslacht,n\nM,30\n"}, {"file": "a.csv", "counts": COUNTS})
    assert risks(answers(own, more=(known,))["a.csv"]) == set()


def test_what_contradicts_what_was_released_is_for_a_person(tmp_path):
    known = published({"path": tmp_path / "old", "text": "geslacht,n\nV,20\nM,30\nAll,50\n"})
    own = folder(tmp_path / "new", {"a.csv": "geslacht,n\nM,31\n"}, {"file": "a.csv", "counts": COUNTS})
    assert "Contradiction" in risks(answers(own, more=(known,))["a.csv"], "review")


HALF, YEAR = "records to 2024-06-30", "records to 2024-12-31"


class Deliveries:
    """Both half-years of 2024 are there."""

    def deliveries(self, kind, periods, back):
        return [p for p in map(Period.parse, ("2024HJ01", "2024HJ02")) if any(one.contains(p) or one == p for one in periods)]


def test_a_half_year_by_itself_has_other_records_than_beside_the_whole_year(tmp_path, monkeypatch):
    """As an October set counts it, and as an April set does: an output is of those that it agrees with, of the whole year where it agrees with neither."""
    monkeypatch.setattr(counted, "_count", lambda table, periods, *_: np.full(table.low.shape, 50 if len(periods) > 1 else 47))
    monkeypatch.setattr(counted, "Microdata", lambda *_, **__: nullcontext(Deliveries()))
    files = {"a.csv": "geslacht,n\nV,47\n", "b.csv": "geslacht,n\nV,50\n", "c.csv": "geslacht,n\nV,20\n"}
    own = folder(tmp_path / "f", files, *({"file": name, "counts": COUNTS} for name in files))
    sheets, truth = counted.counted(sheets_of(read_folder(own), "u_test")[0], tmp_path)
    assert [s.table.release for s in sheets] == [HALF, YEAR, YEAR] and [int(truth[n][0, 0]) for n in range(3)] == [47, 50, 50]


def test_sets_of_one_year_from_the_same_deliveries_do_not_contradict(tmp_path, monkeypatch):
    """October and April from one data folder: each is of its own records, and an output is held against those that are its own."""
    text = {"october": "geslacht,n\nV,47\nM,30\nAll,77\n", "april": "geslacht,n\nV,.\nM,.\nAll,80\n"}
    known = [published({"path": tmp_path / name, "text": its}) for name, its in text.items()]
    named = [known[0].table.under(HALF), known[1].table.under(YEAR)]
    own = folder(tmp_path / "new", {"a.csv": "geslacht,n\nM,76\n"}, {"file": "a.csv", "counts": COUNTS})
    monkeypatch.setattr(check, "released", lambda *_: [Known(k.name, True, t) for k, t in zip(known, named)])
    monkeypatch.setattr(check, "counted", lambda sheets, _: ([s.under(YEAR) for s in sheets], {0: np.array([[76]])}))
    (found,) = checked(read_folder(own), "u_test", STRICT, tmp_path).answers
    assert risks(found) == {"Differencing"} and not risks(found, "review") and "gives 0 to 4" in found.findings[0].recipe


def test_released_tables_are_of_the_records_that_their_set_asked_for(tmp_path, monkeypatch):
    """Of a set by the periods that it has, also where this table has fewer; of what was handed out by its counts."""
    table = published({"path": tmp_path / "old", "text": "geslacht,n\nV,47\nM,30\n"}).table
    its = [SimpleNamespace(cube=SimpleNamespace(cells=table.low, dimensions=[SimpleNamespace(codes=[SimpleNamespace(code="2024HJ01")])]))]
    for asked, name in (({"2024HJ01", "2023JJ00"}, HALF), ({"2024HJ01", "2024HJ02", "2024JJ00"}, YEAR)):
        assert released.under(table, its, asked, tmp_path, Deliveries()).release == name
    for year, half, name in (
        (table.low, table.low + 1, YEAR),
        (table.low + 1, table.low, HALF),
        (table.low + 1, table.low + 1, table.release),
    ):
        monkeypatch.setattr(counted, "_count", lambda _, periods, *__, year=year, half=half: year if len(periods) > 1 else half)
        assert released.under(table, its, (), tmp_path, Deliveries()).release == name


def test_a_table_of_two_years_is_one_for_each(tmp_path):
    counts = {**COUNTS, "columns": {"periods": True}}
    del counts["period"]
    own = folder(tmp_path / "f", {"a.csv": "g,2023HJ01,2024HJ01,2024HJ02\nV,20,30,40\n"}, {"file": "a.csv", "counts": counts})
    sheets, _ = sheets_of(read_folder(own), "u_test")
    assert [(s.table.codes[-1], s.table.low.tolist()) for s in sheets] == [(("2023HJ01",), [[20]]), (("2024HJ01", "2024HJ02"), [[30, 40]])]
    assert len({s.table.spec.id for s in sheets}) == 2


def test_own_groups_and_periods(tmp_path):
    """Rows of own groups, columns of periods: girls below 12 and all girls of two halves."""
    counts = {**COUNTS, "rows": [{"groups": {"young": "leeftijd < 12", "all": "leeftijd < 100"}}], "columns": {"periods": True}}
    del counts["period"]
    own = folder(tmp_path / "f", {"a.csv": "g,2024HJ01,2024HJ02\nYoung,20,30\nall,24,60\n"}, {"file": "a.csv", "counts": counts})
    found = answers(own)["a.csv"]
    assert [f.recipe.split("gives ")[1].split()[0] for f in found.findings if f.risk == "Differencing"] == ["4"]


def test_an_excel_workbook(tmp_path):
    book = openpyxl.Workbook()
    for row in (["geslacht", "n"], ["V", 4], ["M", 40]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    own = folder(tmp_path / "f", {"a.xlsx": (tmp_path / "a.xlsx").read_bytes()}, {"file": "a.xlsx", "counts": COUNTS})
    assert risks(answers(own)["a.xlsx"]) == {"LowCount"}


def test_a_group_of_which_all_are_in_one_class(tmp_path):
    counts = {**COUNTS, "rows": [{"classification": "crisis"}], "columns": {"classification": "geslacht"}}
    own = folder(tmp_path / "f", {"a.csv": "crisis,V,M,All\n01,0,40,40\n02,30,40,70\n"}, {"file": "a.csv", "counts": counts})
    assert risks(answers(own)["a.csv"], "review") >= {"ClassDisclosure"}


@pytest.mark.parametrize(
    ("rows", "columns", "text", "many"),
    [
        (["crisis"], "geslacht", "crisis,V,M\n01,0,40\n02,30,40\n", 2),  # no totals: all of 01 are M, all V are 02
        (["geslacht"], "crisis", "geslacht,01,02\nV,0,30\nM,40,0\nAll,40,30\n", 4),
        (["crisis"], None, "crisis,n\n01,0\n02,30\n", 1),
        (["verwijzer"], None, "verwijzer,n\n02,30\nAll,30\n", 1),  # what is not shown is what is left: nothing
        (["verwijzer"], None, "verwijzer,n\n02,30\nAll,60\n", 0),
        (["crisis"], None, "crisis,n\n01,12\n02,30\n", 0),
        (["verwijzer"], None, "verwijzer,n\n02,30\n03,0\n", 0),  # others are not shown
        (["crisis"], None, "crisis,n\n01,.\n02,30\n", 0),
        (["regio"], None, "regio,n\nGM1680,0\nGM1731,30\nNL01,30\n", 0),  # where somebody lives
    ],
)
def test_classes_along_every_side(tmp_path, rows, columns, text, many):
    """With or without totals, in rows and columns, of one side or two; not what nobody can tell, and no places."""
    counts = {**COUNTS, "rows": [{"classification": r} for r in rows]} | ({"columns": {"classification": columns}} if columns else {})
    found = answers(folder(tmp_path / "f", {"a.csv": text}, {"file": "a.csv", "counts": counts}))["a.csv"]
    said = [f.recipe for f in found.findings if f.risk == "ClassDisclosure"]
    assert sum(int(s.split("everybody of ")[1].split()[0]) for s in said) == many


def sums(tmp_path, truth):
    counts = {**COUNTS, "sum_of": "duur_dagen", "rows": [{"groups": {"with": "leeftijd < 18", "without": "leeftijd < 17"}}]}
    own = folder(tmp_path / "f", {"a.csv": "g,sum\nwith,4312\nwithout,4100\n"}, {"file": "a.csv", "counts": counts})
    sheets, problems = sheets_of(read_folder(own), "u_test")
    assert not problems
    return judged(sheets, (), STRICT, {n: np.array([[v]]) for n, v in enumerate(truth)}).findings


@pytest.mark.parametrize(
    ("truth", "risk", "told"), [((44, 40), "Differencing", "over 4"), ((44, 9), "LowCount", "over 9"), ((60, 40), "", "")]
)
def test_sums_by_who_contributes(tmp_path, truth, risk, told):
    """44 people less 40 people: a sum of four."""
    found = sums(tmp_path, truth)
    assert {f.risk for f in found} == ({risk} if risk else set()) and all(told in f.recipe for f in found)


def test_what_acro_recorded(tmp_path):
    """Kind, checks that fail, and an exception that is asked; both names of its file."""
    one = {"uid": "output_0", "status": "fail", "files": [{"name": "output_0_0.csv"}], "exception": ""}
    one["fair"] = {"statbarn": "LinearAggregations", "check_status": {"NKCheck": "fail", "MinimumThresholdCheck": "pass"}}
    for n, name in enumerate(("outputs.json", "results.json")):
        for exception, verdict in (("", "fail"), ("please", "review")):
            record = json.dumps({"results": {"output_0": {**one, "exception": exception}}})
            own = folder(tmp_path / f"f{n}{verdict}", {"output_0_0.csv": "a\n", name: record}, {"file": "output_0_0.csv"})
            found = answers(own)["output_0_0.csv"]
            assert found.statbarn == "LinearAggregations" and "Dominance" in risks(found, verdict) and found.verdict == verdict


@pytest.mark.parametrize("kind", ["StatisticalHypothesisTests", "Shape", "CalculatedRatios"])
def test_what_is_not_counted_goes_to_a_person(tmp_path, kind):
    found = answers(folder(tmp_path / "f", {"m.txt": "x"}, {"file": "m.txt", "statbarn": kind}))["m.txt"]
    assert found.verdict == "review" and "a person must look for" in found.findings[0].recipe


@pytest.mark.parametrize(
    ("files", "output", "told"),
    [
        ({}, {"file": "a.csv"}, "there is no file a.csv"),
        ({"a.csv": "x", "b.csv": "x"}, {"file": "a.csv"}, "the form does not name this file"),
        ({"a.csv": "x"}, {"file": "a.csv", "counts": {**COUNTS, "source": "jeugdhup"}}, "Did you mean 'jeugdhulp'"),
        ({"a.csv": "x"}, {"file": "a.csv", "counts": {**COUNTS, "unit": "uren"}}, "counts trajecten or jongeren"),
        ({"a.csv": "geslacht,n\nV,4\n"}, {"file": "a.csv", "counts": {**COUNTS, "where": "lengte > 3"}}, "cannot be read"),
        ({"a.csv": "geslacht,n\nW,4\n"}, {"file": "a.csv", "counts": COUNTS}, "a.csv:2"),
        ({"a.csv": "geslacht,n\nV,-4\n"}, {"file": "a.csv", "counts": COUNTS}, "a.csv:2"),
        ({"a.csv": "geslacht,n\nV,4,5\n"}, {"file": "a.csv", "counts": COUNTS}, "several columns"),
        ({"a.csv": "geslacht,n\nV,14\nvrouwen,14\n"}, {"file": "a.csv", "counts": COUNTS}, "is there already"),
        ({"a.csv": b"\xff\xfe"}, {"file": "a.csv", "counts": COUNTS}, "UTF-8"),
        ({"a.csv": "x", "outputs.json": "{"}, {"file": "a.csv"}, "cannot be read as the record of ACRO"),
        ({"a.csv": "x"}, {"file": "a.csv", "counts": {**COUNTS, "period": "2024XX01"}}, "2024XX01"),
    ],
)
def test_what_is_wrong_is_told(tmp_path, files, output, told):
    """By place, without the value of a cell."""
    with pytest.raises(ProblemsFound) as wrong:
        answers(folder(tmp_path / "f", files, output))
    assert told in str(wrong.value)


def test_figures_that_are_not_the_registers(tmp_path, monkeypatch):
    """What the form says gives other counts: nothing can be said, and no verdict of pass is given."""
    monkeypatch.setattr(check, "released", lambda *_: [])
    monkeypatch.setattr(check, "counted", lambda sheets, _: (sheets, {n: s.table.low + 1 for n, s in enumerate(sheets)}))
    own = folder(tmp_path / "f", {"a.csv": "geslacht,n\nV,14\nM,30\n"}, {"file": "a.csv", "counts": COUNTS})
    found = checked(read_folder(own), "u_test", STRICT, tmp_path)
    assert found.answers[0].verdict == "review" and "2 of 2 figures" in found.answers[0].findings[0].recipe and not found.sound


@pytest.mark.parametrize(
    "files, output",
    [
        ({"BSN 111.222.333 Pieter Jansen.csv": "geslacht,n\nV,4\n"}, {"file": "BSN 111.222.333 Pieter Jansen.csv", "counts": COUNTS}),
        ({"a.csv": "geslacht,n\nV,14\n", "Jansen_111222333.csv": "x"}, {"file": "a.csv", "counts": COUNTS}),
        ({"a.csv": "geslacht,n\nV,14\nPieter Jansen 111222333,2\n"}, {"file": "a.csv", "counts": COUNTS}),
        ({"a.csv": "geslacht,111222333 Jansen\nV,14\nM,Pieter\n"}, {"file": "a.csv", "counts": COUNTS}),
    ],
    ids=["name in the form", "name in the folder", "label", "header and cell"],
)
def test_nothing_personal_in_what_is_said_of_outputs(tmp_path, files, output):
    """Names of files that the form may not have or does not have, labels, headers and cells: a number and the place."""
    with pytest.raises(ProblemsFound) as wrong:
        answers(folder(tmp_path / "f", files, output))
    assert not [word for word in ("Jansen", "Pieter", "111222333", "111.222.333") if word in str(wrong.value)]
