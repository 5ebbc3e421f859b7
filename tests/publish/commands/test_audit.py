"""`celwacht audit` from outside: what it prints and writes, and 0 nothing found, 1 findings, 2 bad input."""

import csv
import json

import openpyxl
import pytest
from celwacht.publish.cli import celwacht
from celwacht.publish.terminal import console
from click.testing import CliRunner

LEAKS = "year,area,sex,number\n" + "".join(
    f"{y},{a},{s},{v}\n"
    for y in (2023, 2024)
    for a, row in {
        "Total": ("30", "14", "16"),
        "north": ("18", "9" if y == 2023 else "c", "9" if y == 2023 else "c"),
        "south": ("12", "5", "7"),
    }.items()
    for s, v in zip(("Total", "girl", "boy"), row)
)
SAFE = "area,sex,number\n" + "".join(
    f"{a},{s},{v}\n"
    for a, row in {"Total": (40, 20, 20), "n": (20, "c", "c"), "s": (20, "c", "c")}.items()
    for s, v in zip(("Total", "girl", "boy"), row)
)


def audit(*args):
    """(exit status, what was printed)."""
    runner, status = CliRunner(), []
    with runner.isolation() as streams:
        status.append(console.run(lambda: celwacht.main(args=["audit", *map(str, args)], prog_name="celwacht", standalone_mode=False)))
        return status[0], streams[0].getvalue().decode() + streams[1].getvalue().decode()


@pytest.fixture
def leaks(tmp_path):
    path = tmp_path / "leaks.csv"
    path.write_text(LEAKS)
    return path


def test_findings(leaks, tmp_path):
    """Exit 1; guesses, findings with their recipe, and the same in findings.csv, report.txt and JSON."""
    status, told = audit(leaks, "--out", tmp_path / "out", "--json", tmp_path / "all.json")
    assert status == 1 and "CONFIDENTIAL" in told and "2 can be recalculated exactly" in told
    assert "'Total' is the total of the other 2 codes" in told
    with (tmp_path / "out/findings.csv").open() as sheet:
        rows = list(csv.DictReader(sheet))
    assert {(r["cell"], r["least"], r["greatest"], r["verdict"]) for r in rows} == {
        ("year 2024, north, girl", "9", "9", "exact"),
        ("year 2024, north, boy", "9", "9", "exact"),
    }
    assert all("[" in r["recipe"] and "= 9" in r["recipe"] for r in rows)
    assert "How the table was read" in (tmp_path / "out/report.txt").read_text()
    everything = json.loads((tmp_path / "all.json").read_text())
    assert everything["exact"] == 2 and len(everything["cells"]) == 2


def test_nothing_found(tmp_path):
    """Exit 0 on a table whose withheld cells stay open."""
    path = tmp_path / "safe.csv"
    path.write_text(SAFE)
    status, told = audit(path)
    assert status == 0 and "4 stay open" in told


def test_the_same_from_excel_semicolons_and_windows(leaks, tmp_path):
    """One table in three kinds of file: the same findings."""
    book = openpyxl.Workbook()
    book.active.append(["A title above the table"])
    for line in LEAKS.splitlines():
        book.active.append([int(v) if v.isdecimal() else v for v in line.split(",")])
    book.save(tmp_path / "t.xlsx")
    (tmp_path / "t.csv").write_bytes(LEAKS.replace(",", ";").replace("north", "nöord").encode("cp1252"))
    for path in (tmp_path / "t.xlsx", tmp_path / "t.csv"):
        status, told = audit(path)
        assert status == 1 and "2 can be recalculated exactly" in told


def test_hierarchy_and_spec(tmp_path):
    """TREES.json, or a YAML file, where a table does not name its totals so that they can be guessed."""
    (tmp_path / "t.csv").write_text(
        "region,sex,freq\n"
        + "".join(
            f"{r},{s},{v}\n"
            for r, row in {"NL": (40, 20, 20), "n": (20, "x", 11), "s": (20, 11, 9)}.items()
            for s, v in zip(("B", "M", "F"), row)
        )
    )
    (tmp_path / "trees.json").write_text(
        json.dumps(
            {
                "dims": ["region", "sex"],
                "root": {"region": "NL", "sex": "B"},
                "trees": {"region": {"NL": ["n", "s"]}, "sex": {"B": ["M", "F"]}},
            }
        )
    )
    (tmp_path / "spec.yaml").write_text(
        "trees: {region: {NL: [n, s]}, sex: {B: [M, F]}}\ntotals: {region: [NL], sex: [B]}\nmarks: {x: '1..9'}\n"
    )
    status, told = audit(tmp_path / "t.csv")
    assert status == 1 and "lies in no sum" in told, "where nothing could be tried the answer is a question"
    for how in (["--hierarchy", tmp_path / "trees.json"], ["--spec", tmp_path / "spec.yaml"]):
        status, told = audit(tmp_path / "t.csv", *how)
        assert status == 1 and "1 can be recalculated exactly" in told


def test_several_files(tmp_path):
    """--also: what is safe in one file and told by another."""
    (tmp_path / "one.csv").write_text(SAFE)
    (tmp_path / "two.csv").write_text("area,sex,age,number\nn,girl,Total,c\nn,girl,0-11,4\nn,girl,12-17,5\n")
    assert audit(tmp_path / "one.csv")[0] == 0
    status, told = audit(tmp_path / "one.csv", "--also", tmp_path / "two.csv")
    assert status == 1 and "4 can be recalculated exactly" in told


@pytest.mark.parametrize(
    "text, options, rules",
    [
        (None, [], {"file"}),
        ("", [], {"table"}),
        ("a,b\n1\n", [], {"fields"}),
        ("a,a\nx,1\n", [], {"header"}),
        (LEAKS, ["--mark", "c=often", "--rounding", "tenfold"], {"mark", "rounding"}),
        (LEAKS, ["--rounding", "plaats=x:10"], {"unknown-column"}),
        (LEAKS, ["--sheet", "one"], {"sheet"}),
        (LEAKS, ["--spec", "spec"], {"unknown-key", "spec"}),
    ],
)
def test_bad_input(tmp_path, text, options, rules):
    """Exit 2, every problem named with its rule and a remedy."""
    path = tmp_path / "t.csv"
    if text is not None:
        path.write_text(text)
    (tmp_path / "spec").write_text("valeus: [number]\nrounding: [{to: ten}]\n")
    status, told = audit(path, *[tmp_path / o if o == "spec" else o for o in options])
    assert status == 2
    assert all(f"[{rule}]" in told for rule in rules)


def test_our_own_bundle(tmp_path):
    """The CSV files of a table of ours: trees from its code lists, `Confidential` as withheld."""
    (tmp_path / "csv").mkdir()
    codes = "\ufeffIdentifier;Index;Title;Description;DimensionGroupId\r\n"
    (tmp_path / "csv/RegioSCodes.csv").write_text(codes + "NL01;1;x;;\r\nPV20;2;x;;NL01\r\nPV21;3;x;;NL01\r\n")
    rows = [("NL01", "None", "30"), ("PV20", "Confidential", ""), ("PV21", "None", "20")]
    (tmp_path / "csv/Observations.csv").write_text(
        "\ufeffId;Measure;ValueAttribute;Value;StringValue;RegioS\r\n"
        + "".join(f"{i};M000001;{a};{v};;{c}\r\n" for i, (c, a, v) in enumerate(rows))
    )
    status, told = audit(tmp_path)
    assert status == 1 and "1 can be recalculated exactly" in told and "PV20" in told


def rounded_table(tmp_path, figures):
    """Total, two parts and a withheld third, for each of some areas."""
    lines = "".join(f"a{i},{k},{v}\n" for i, row in enumerate(figures) for k, v in zip(("Total", "x", "y", "z"), (*row, "c")))
    path = tmp_path / "rounded.csv"
    path.write_text("area,kind,number\n" + lines)
    return path


def test_rounding_is_believed_as_far_as_chance_allows(tmp_path):
    """Eight sizes that are multiples of 5 are no chance: 70 - 45 - 25 is then not exactly 0. With four sizes the user is asked."""
    path = rounded_table(tmp_path, [(70, 45, 25), (140, 125, 15), (110, 80, 30)])
    status, told = audit(path)
    assert "multiples of 5: taken as rounded" in told and "0 can be recalculated exactly" in told
    path = rounded_table(tmp_path, [(70, 45, 25), (45, 35, 10)][:1])
    status, told = audit(path)
    assert status == 1 and "say so with --rounding 5" in " ".join(told.split()) and "1 of the exact ones are 0" in told
    assert "0 can be recalculated exactly" in audit(path, "--rounding", "5")[1]


def test_subtotals_in_one_column_say_how_they_are_told(tmp_path):
    """Parts of parts under one total do not add up: no all-clear, and the remedy works."""
    path, trees = tmp_path / "sub.csv", tmp_path / "trees.json"
    path.write_text("region,number\nTotal,30\nNorth,18\nNorth-A,10\nNorth-B,c\nSouth,12\nSouth-A,c\nSouth-B,5\n")
    status, told = audit(path, "--mark", "c=withheld")
    assert status == 1 and "--hierarchy TREES.json" in told
    below = {"Total": ["North", "South"], "North": ["North-A", "North-B"], "South": ["South-A", "South-B"]}
    trees.write_text(json.dumps({"dims": ["region"], "trees": {"region": below}, "root": {"region": "Total"}}))
    assert "2 can be recalculated exactly" in audit(path, "--mark", "c=withheld", "--hierarchy", trees)[1]
