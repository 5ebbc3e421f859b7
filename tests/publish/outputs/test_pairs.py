"""Thirty planted pairs of outputs are found, each by its recipe; the linked-table check of the reference tool finds none of them."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from celwacht.disclosure.policy.policy import read_policy
from celwacht.publish.outputs.check import checked
from celwacht.publish.outputs.folder import read_folder

from tests.publish.outputs import planted

ACRO = (
    str(Path(os.environ["CELWACHT_ACRO"]).absolute())
    if "CELWACHT_ACRO" in os.environ
    else sys.executable
    if importlib.util.find_spec("acro")
    else ""
)
"""A Python with ACRO: `make acro` makes one, and runs this file with it."""
UNITS = ("trajecten", "jongeren")  # each trajectory is of another child, so that both count the same


def folder_of(tmp_path, pair, unit):
    """Two files and their form."""
    tmp_path.mkdir(parents=True)
    entries = []
    for name, which in (("more", pair.more), ("less", pair.less)):
        pair.table(which).to_csv(tmp_path / f"{name}.csv")
        counts = {
            "source": "jeugdhulp",
            "unit": unit,
            "moment": "gebruik",
            "period": "2024HJ01",
            **({"where": which.where} if which.where else {}),
        }
        counts["rows"] = [{"classification": "geslacht"}]
        entries.append({"file": f"{name}.csv", "title": name, "statbarn": "Frequencies", "counts": counts})
    form = {"version": 1, "title": "Planted", "researcher": "A. de Boer", "purpose": "a test", "outputs": entries}
    (tmp_path / "form.yaml").write_text(json.dumps(form))  # JSON is YAML
    return tmp_path


def findings(tmp_path, pair, unit):
    found = checked(read_folder(folder_of(tmp_path, pair, unit)), "u_test", read_policy("strict"), None)
    return [f for a in found.answers for f in a.findings if f.risk == "Differencing"]


def test_thirty_are_planted():
    """Ten of each kind, with no cell below ten in any table."""
    assert len(planted.planted()) == 30 and all(p.smallest >= 10 for p in planted.planted())


@pytest.mark.parametrize("number", range(30))
def test_each_pair_is_found(tmp_path, number):
    """And told with the figure that it gives."""
    pair = planted.planted()[number]
    said = findings(tmp_path / "own", pair, UNITS[number % 2])
    few = {n for n in pair.apart if 0 < n < 10}
    assert {int(m) for f in said for m in re.findall(r"gives (\d+) ", f.recipe)} == few
    assert all(pair.less.where.split(" and gemeente")[0] in f.recipe for f in said)  # the selection in words
    assert all("minus your table" in f.recipe and f.outputs == {1, 2} and f.verdict == "fail" for f in said)


@pytest.mark.parametrize("number", range(0, 30, 3))
def test_pairs_that_are_well_apart_pass(tmp_path, number):
    assert findings(tmp_path / "own", planted.harmless()[number], UNITS[number % 2]) == []


@pytest.mark.skipif(not ACRO, reason="ACRO is not here; `make acro` runs this with it")
def test_acro_finds_none_of_them(tmp_path):
    """Sixty tables of thirty pairs: its linked-table check passes all, and so do its other checks."""
    records = planted.records().assign(soort="jeugdhulp")
    records.to_csv(tmp_path / "records.csv", index=False)
    (tmp_path / "queries.json").write_text(json.dumps([s.query for p in planted.planted() for s in (p.more, p.less)]))
    script = Path(__file__).with_name("acro_run.py")
    subprocess.run([ACRO, str(script), str(tmp_path)], check=True, capture_output=True, cwd=tmp_path)
    told = json.loads((tmp_path / "out" / "results.json").read_text())["results"]
    tables = [r for r in told.values() if r["type"] == "table"]
    assert len(tables) == 60
    assert {(r["status"], r["fair"]["check_status"]["PresenceOfLinkedTableCheck"]) for r in tables} == {("pass", "pass")}
    assert all(not cells for r in tables for f in r["files"] for cells in f["sdc"]["cells"].values())
