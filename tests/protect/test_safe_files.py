"""What may be handed on: printed figures with one symbol, in three forms, only when all is proved, and nothing else."""

import csv
import json

import openpyxl
import pytest
from celwacht.publish.own_tables import folder, safe_files, verify
from celwacht.publish.own_tables.protect_command import protect_files

from tests.protect.own_tables import read_pattern

ROWS = "region,sex,freq\nn,M,20\nn,F,3\ns,M,30\ns,F,41\nw,M,4\nw,F,25\n"
TREES = {
    "dims": ["region", "sex"],
    "trees": {"region": {"NL": ["n", "s", "w"]}, "sex": {"T": ["M", "F"]}},
    "root": {"region": "NL", "sex": "T"},
}


@pytest.fixture
def made(tmp_path):
    (tmp_path / "counts.csv").write_text(ROWS)
    (tmp_path / "trees.json").write_text(json.dumps(TREES))
    return tmp_path


def test_the_three_forms_say_the_same(made):
    """What the pattern calls published is the figure; all else is one symbol, and no column tells why."""
    protect_files(made / "counts.csv", made / "trees.json", made / "out", threshold=10, width=5)
    _, pattern = read_pattern(made / "out" / folder.PATTERN)
    expected = {codes: row["value"] if row["status"] == "published" else "." for codes, row in pattern.items()}
    assert "." in expected.values() and {pattern["n", "F"]["status"], pattern["w", "M"]["status"]} == {"primary"}
    with open(made / "out/safe.csv", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["region", "sex", "value"] and {tuple(r[:2]): r[2] for r in rows} == expected
    told = json.loads((made / "out/safe.json").read_text())["cells"]
    assert {(c["region"], c["sex"]): "." if c["value"] is None else str(c["value"]) for c in told} == expected
    sheet = openpyxl.load_workbook(made / "out/safe.xlsx").active
    assert {(r[0], r[1]): str(r[2]) for r in list(sheet.iter_rows(values_only=True))[1:]} == expected


def test_rounded_figures_are_what_is_handed_on(made):
    """Under rounding no true value is in the safe files."""
    protect_files(made / "counts.csv", made / "trees.json", made / "out", threshold=10, width=5, rounding_base=5, zeros="withheld")
    with open(made / "out/safe.csv", newline="") as file:
        figures = [row["value"] for row in csv.DictReader(file)]
    assert all(f == "." or int(f) % 5 == 0 for f in figures) and any(f != "." for f in figures)


def test_the_confidential_file_says_so_in_name_and_first_line(made):
    """Nobody can take it for the one to hand on."""
    protect_files(made / "counts.csv", made / "trees.json", made / "out", threshold=10, width=5)
    assert "CONFIDENTIAL" in folder.PATTERN
    assert (made / "out" / folder.PATTERN).read_text().startswith("# CONFIDENTIAL")


@pytest.mark.parametrize("name", safe_files.NAMES)
def test_verify_holds_every_byte(made, name):
    """A changed or absent safe file is found."""
    protect_files(made / "counts.csv", made / "trees.json", made / "out", threshold=10, width=5)
    assert verify.verify(made / "out")[1] == []
    path = made / "out" / name
    path.write_bytes(path.read_bytes() + b" ")
    assert any(text.startswith(f"{name}: this is not what the certificate proves") for text in verify.verify(made / "out")[1])
    path.unlink()
    assert any(text.startswith(name) for text in verify.verify(made / "out")[1])


def test_nothing_to_hand_on_without_a_proof(made, monkeypatch):
    """Where the checker does not say SAFE no safe file is written; one that lies there is found by verify."""
    from celwacht.disclosure.model.verdict import Verdict
    from celwacht.disclosure.own_table.result import ProtectionResult

    done = protect_files(made / "counts.csv", made / "trees.json", threshold=10, width=5)
    unproved = ProtectionResult(**{n: getattr(done, n) for n in done.__slots__} | {"verdict": Verdict.INCONCLUSIVE})
    (made / "bad").mkdir()
    folder.write(made / "bad", unproved, {})
    assert not [n for n in safe_files.NAMES if (made / "bad" / n).exists()]


def test_zeros_that_are_never_printed_take_no_file_away(made):
    """Under `zeros withheld` a 0 says nothing, printed or not, and stands as the symbol: what is proved can be handed on all the same,
    by every method, and verify holds the file against the certificate."""
    (made / "counts.csv").write_text("region,sex,freq\nn,M,20\nn,F,30\ns,M,30\nw,F,25\n")
    for method in ("auto", "optimal", "fast"):
        out = made / method
        protect_files(made / "counts.csv", made / "trees.json", out, threshold=10, width=5, zeros="withheld", method=method)
        with open(out / "safe.csv", newline="") as file:
            shown = {tuple(row[:2]): row[2] for row in list(csv.reader(file))[1:]}
        assert shown["s", "F"] == shown["w", "M"] == "." and shown["NL", "T"] == "105" and shown["n", "M"] == "20"
        assert verify.verify(out)[1] == []
