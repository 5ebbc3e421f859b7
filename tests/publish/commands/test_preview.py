"""`celwacht preview`: the same figures and the same proof as publish, several policies side by side, and no trace left."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from celwacht.disclosure.model.status import Status
from celwacht.publish.cli import celwacht
from celwacht.publish.commands.preview_options import preview as trying
from celwacht.publish.preview import trial
from celwacht.publish.publication.publication import WITHHELD, Publication
from celwacht.publish.terminal.console import Refused
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.specs.read_spec import read_table
from click.testing import CliRunner

from tests.protect.own_tables import celwacht as staged
from tests.tables import tiny

DRAFT = """\
version: 1
id: mijn_proef
title: {nl: Mijn proef, en: My trial}
description: {nl: Een ontwerp dat nergens gepubliceerd is.}
source: jeugdhulp
unit: trajecten
moment: gebruik
dimensions:
  - {name: RegioS, classification: regio, levels: [land, provincie]}
  - {name: Crisis, classification: crisis}
periods: [halfjaar]
measures:
  - {kind: count, name: Trajecten, title: {nl: Trajecten jeugdhulp, en: Trajectories}}
  - {kind: share, name: Aandeel, title: {nl: Aandeel}, of: Trajecten, within: Crisis}
policy: strict
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tiny.make(tmp_path_factory.mktemp("preview") / "data", 3, persons=300)


@pytest.fixture
def draft(tmp_path):
    """A draft in a folder that has nothing to do with the project."""
    path = tmp_path / "elders" / "mijn_proef.yaml"
    path.parent.mkdir()
    path.write_text(DRAFT, encoding="utf-8")
    return path


def seen(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def run(*args):
    return CliRunner().invoke(celwacht, ["preview", *map(str, args)], catch_exceptions=False)


def test_a_draft_anywhere_is_shown_and_nothing_is_written(draft, data):
    """Counts as build_cube makes them, `.s` where the policy finds a cell sensitive; the data folder is as it was."""
    before = seen(data)
    told = run(draft, "--period", "2024HJ01", "--data", data, "--rows", 1000, "--key", draft.parent / "no key")
    assert told.exit_code == 0 and told.output.startswith("CONFIDENTIAL: mijn_proef") and "strict" in told.output
    assert "SAFE" in told.output and ".s" in told.output and "Trajecten jeugdhulp" in told.output
    assert seen(data) == before and not (draft.parent / "no key").exists()
    cell = int(build_cube(read_table(draft), [Period.parse("2024HJ01")], data)[0].cells.max())
    assert f" {cell}\n" in told.output.replace(" \n", "\n") and cell > 100


def test_policies_side_by_side(draft, data):
    """Each policy by its own rules: what it withholds is counted from the definition, and both columns are shown."""
    spec = read_table(draft)
    found = trial.tried(trial.Asked(spec, (Period.parse("2024HJ02"),), trial.policies_of(["statline", "strict"], spec), data))
    cells = build_cube(spec, [Period.parse("2024HJ02")], data)[0].cells
    for one, policy in zip(found, trial.policies_of(["statline", "strict"], spec), strict=True):
        assert one.counts["sensitive"] == int(policy.sensitive(cells).sum()) and one.verdict == "SAFE"
        assert one.counts["withheld"] == int((one.status != Status.PUBLISHED).sum())
        assert isinstance(one.outcome, Publication)
        assert np.array_equal(one.outcome.measures[0].state == WITHHELD, one.status != Status.PUBLISHED)
    told = run(draft, "--period", "2024HJ02", "--data", data, "--policy", "statline", "--policy", "strict")
    assert "2024 2e halfjaar, statline" in " ".join(told.output.split()) or "statline" in told.output.splitlines()[3]
    assert told.output.count("SAFE") == 2


def test_the_page_is_confidential_and_whole(draft, data, tmp_path):
    """Its first line says so; every title is in it; a folder with published sets is refused."""
    page = tmp_path / "p.html"
    done = run(draft, "--period", "2024HJ01", "--data", data, "--page", page, "--language", "en")
    text = page.read_text(encoding="utf-8")
    assert done.exit_code == 0 and "CONFIDENTIAL" in text.splitlines()[1] and "My trial" in text and "<script" not in text
    assert text.count("<h2>") == 2 and page.stat().st_mode & 0o077 == 0
    (tmp_path / "out" / "releases").mkdir(parents=True)
    refused = run(draft, "--period", "2024HJ01", "--data", data, "--page", tmp_path / "out" / "p.html")
    assert refused.exit_code == 2 and "published sets" in refused.output and not (tmp_path / "out" / "p.html").exists()


def test_what_the_gate_refuses_is_told(draft, data, capsys):
    """A mean has no proof: the preview says where it stands and that publish would refuse the table."""
    mean = "  - {kind: mean, name: Duur, title: {nl: Duur}, field: duur_dagen}\n"
    draft.write_text(DRAFT.replace("policy: strict", mean + "policy: strict"), encoding="utf-8")
    spec = read_table(draft)
    [one] = trial.tried(trial.Asked(spec, (Period.parse("2024HJ01"),), trial.policies_of([], spec), data))
    assert one.verdict == "INCONCLUSIVE" and "no proof" in one.outcome.reasons[0]
    with pytest.raises(Refused):
        trying.main(args=[str(draft), "--period", "2024HJ01", "--data", str(data)], standalone_mode=False)
    assert "mijn_proef.yaml:15:12: a mean cannot be published yet" in capsys.readouterr().out.replace("\n", " ")


def test_publish_refuses_what_has_no_proof_before_it_counts(tmp_path, monkeypatch, capsys):
    """At its place, in every table of the set at once; nothing is taken in, and without those tables nothing is refused."""
    monkeypatch.chdir(tmp_path)
    assert staged("init", "p") == 0
    monkeypatch.chdir(tmp_path / "p")
    for kind in ("sum", "median"):
        measure = f"  - {{kind: {kind}, name: Duur, title: {{nl: Duur}}, field: duur_dagen}}\n"
        text = DRAFT.replace("mijn_proef", f"met_{kind}").replace("policy: strict", measure + "policy: strict")
        Path(f"specs/met_{kind}.yaml").write_text(text, encoding="utf-8")
    listed = {"tables": ["met_sum", "met_median"], "periods": [{"year": 0, "part": "HJ01", "status": "Voorlopig"}]}
    Path("specs/sets/proef.yaml").write_text(
        json.dumps({"version": 1, "id": "proef", "title": {"nl": "P", "en": "P"}, "description": {"nl": "P", "en": "P"}, **listed})
    )
    Path("data/deliveries").mkdir(parents=True, exist_ok=True)
    capsys.readouterr()
    assert staged("publish", "proef", "2024", "--data", "data", "--out", "out") == 2
    told = capsys.readouterr().err
    assert "specs/met_median.yaml:15:12: a median cannot" in told and "specs/met_sum.yaml:15:12: a sum cannot" in told
    assert not Path("data/vault").exists() and not Path("out").exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--period", "2024H1"], "'2024H1' is not a period"),
        (["--period", "2024JJ00"], "made for halfjaar, and 2024JJ00 is a jaar"),
        (["--period", "2024HJ01", "--policy", "stritc"], "Did you mean 'strict'?"),
        (["--period", "2024HJ01", "--measure", "Trajekten"], "Did you mean 'Trajecten'?"),
    ],
)
def test_mistakes(draft, data, more, says):
    """The culprit and a remedy."""
    with pytest.raises(ProblemsFound) as caught:
        run(draft, "--data", data, *more)
    assert says in str(caught.value)


def test_a_province(data):
    """Only the regions of one province, by the id of a standard table."""
    told = run("jeugdhulp_crisis", "--period", "2024HJ01", "--data", data, "--province", "PV27", "--rows", 3)
    assert "Noord-Holland (PV)" in told.output and "Nederland" not in told.output
    shutil.rmtree(data / "vault" / "tmp", ignore_errors=True)
