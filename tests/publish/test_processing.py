"""The record of processing: everything that processes is on it, and what is not is asked for."""

import pytest
from celwacht.publish.cli import celwacht
from celwacht.publish.processing.processing_command import ask_for
from celwacht.tables import home
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.specs.processing_spec import processings, record_of, uncovered
from click.testing import CliRunner

TEXT = "{nl: tekst}"
OWN = f"""\
version: 1
id: eigen
title: {{nl: Eigen verwerking}}
covers: ["set april"]
task: {TEXT}
purpose: {TEXT}
necessity: {{proportionality: {TEXT}, subsidiarity: {TEXT}}}
data: {TEXT}
recipients: {TEXT}
retention: {TEXT}
"""


@pytest.fixture
def project(tmp_path):
    """A project whose specifications lie over ours."""
    folder = tmp_path / "specs"
    (folder / "processing").mkdir(parents=True)
    with home.using(folder):
        yield folder


def test_everything_of_ours_is_on_record():
    """Each set, report and service has task, purpose and necessity, in both languages; an own one goes before one for all."""
    assert uncovered() == []
    for one in processings():
        texts = (one.task, one.purpose, one.necessity.proportionality, one.necessity.subsidiarity, one.data, one.recipients, one.retention)
        assert all(text.nl and text.en for text in texts), one.id


@pytest.mark.parametrize(("language", "head"), [("nl", "# Verwerkingsregister"), ("en", "# Record of processing")])
def test_the_record_is_printed(language, head, tmp_path):
    told = CliRunner().invoke(celwacht, ["processing", "--language", language, "--to", str(tmp_path / "record.md")])
    text = (tmp_path / "record.md").read_text()
    assert told.exit_code == 0 and text.startswith(head) and text.count("\n## ") == len(processings())


def test_a_record_by_name_goes_first(project):
    (project / "processing" / "eigen.yaml").write_text(OWN)
    assert record_of("set", "april").id == "eigen" and record_of("set", "october").id == "beleidsinformatie"


def test_what_is_not_on_record_is_asked_for(project, capsys):
    (project / home.ALONE).touch()
    (project / "sets").mkdir()
    (project / "sets" / "mei.yaml").write_text("version: 1\n")
    assert uncovered()[0] == "set mei" and "portal" in uncovered()
    ask_for("set", "mei")  # asked for, and not named
    assert "covers: [set mei]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "covered"),
    [
        (["request", "jeugdhulp_crisis", "--period", "2024HJ01", "--out", "o"], "requests (maatwerk)"),
        (["reports", "2024HJ01", "--to", "o"], "deliveries (leveringen)"),
        (["output", "check", "."], "output checks (maatwerk)"),
        (["publish", "april", "2024", "--out", "o"], "set april (beleidsinformatie)"),
    ],
)
def test_what_processes_names_its_record_and_asks_where_there_is_none(words, covered, tmp_path, monkeypatch):
    """Sets, requests, reports and output checks; before anything else is done."""
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    given = [*words, "--data", "data"]
    assert f"On record for {covered}" in CliRunner().invoke(celwacht, given).output
    monkeypatch.setattr("celwacht.tables.specs.processing_spec.record_of", lambda *_: None)
    assert f"no task, purpose and necessity on record for {covered.split(' (')[0]}" in CliRunner().invoke(celwacht, given).output


@pytest.mark.parametrize("words", [["deposit", "portal", "reports"], ["serve", "portal", "--port", "0"]])
def test_the_portal_names_its_record_and_asks_where_there_is_none(words, tmp_path, monkeypatch):
    """A portal that is served, and reports that are put in."""
    (tmp_path / "reports/40000001").mkdir(parents=True)
    (tmp_path / "reports/40000001/jeugdhulp-2026HJ01-spiegelrapport.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: None)
    run = CliRunner().invoke
    assert run(celwacht, ["portal", "init", "portal", "--key", "p.key", "--office-key", "o.key"]).exit_code == 0
    given = ["portal", *words, "--key", "p.key"]
    told = run(celwacht, given)
    assert told.exit_code == 0 and "On record for portal (leveringen)" in told.output, told.output
    monkeypatch.setattr("celwacht.tables.specs.processing_spec.record_of", lambda *_: None)
    told = run(celwacht, given)
    assert told.exit_code == 0 and "no task, purpose and necessity on record for portal" in told.output


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("set april", "set appril", "there is no set 'appril'. Did you mean 'april'"),
        ("set april", "tables", "`set NAME`"),
        (f"purpose: {TEXT}\n", "", "purpose"),
        ("necessity: {", "necessity: {because: x, ", "because"),
    ],
)
def test_what_is_wrong_is_told(project, old, new, told):
    (project / "processing" / "eigen.yaml").write_text(OWN.replace(old, new))
    with pytest.raises(ProblemsFound) as wrong:
        processings()
    assert told in str(wrong.value)
