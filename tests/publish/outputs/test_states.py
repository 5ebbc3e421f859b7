"""The life of a request: votes, who may vote, what resets them, what leaves, and that it counts as published from then on."""

import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
from celwacht.disclosure.ledger import chain
from celwacht.disclosure.policy.policy import read_policy
from celwacht.publish.cli import celwacht
from celwacht.publish.outputs import check
from celwacht.publish.outputs.checkers import one_person
from celwacht.publish.outputs.page import page as page_of
from celwacht.publish.outputs.release import as_record
from celwacht.publish.outputs.states import request_of
from celwacht.publish.requests import judge
from celwacht.publish.review import ledger_file
from celwacht.publish.sets.earlier import all_seen
from celwacht.publish.sets.since_before import released_as
from click.testing import CliRunner

from tests.disclosure.set_registers import Table
from tests.publish.outputs.test_check import COUNTS, folder
from tests.publish.requests.test_requests import narrow, protected

GOOD = "geslacht,n\nV,1200\nM,1300\nAll,2540\n"


@pytest.fixture
def office(tmp_path, monkeypatch):
    """A data folder whose register says what the outputs show; returns a function that runs `celwacht output`."""
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(check, "counted", lambda sheets, _: (sheets, {n: s.table.low.copy() for n, s in enumerate(sheets)}))

    def run(*words, **others):
        given = ["output", *words, "--data", str(tmp_path / "data"), "--key", str(tmp_path / "key")]
        told = CliRunner().invoke(celwacht, given, **others)
        if words[0] == "checker" and (code := re.search("with the code (\\S+)", told.output)):
            codes[words[1]] = code[1]
        return told

    def vote(by, file, say="--approve", code=None, **others):
        return run("vote", "proef", file, say, "--by", by, env={"CELWACHT_CHECKER_CODE": code or codes.get(by, "none")}, **others)

    codes, run.vote = {}, vote
    for login, name in (("smit", "M. Smit"), ("jansen", "P. Jansen")):
        assert run("checker", login, "--name", name).exit_code == 0
    run.codes = codes
    return run


def came(tmp_path, text=GOOD, name="proef", **more):
    return str(
        folder(
            tmp_path / name,
            {"a.csv": text, "m.txt": "x"},
            {"file": "a.csv", "counts": {**COUNTS, **more}},
            {"file": "m.txt", "statbarn": "Shape"},
        )
    )


def state(office):
    return office("list").output.split()[1]


def test_from_folder_to_ledger(office, tmp_path):
    """Two checkers on each file; it leaves once, as it came, and its line and record hold."""
    assert office("check", came(tmp_path)).exit_code == 0 and state(office) == "SUBMITTED"
    for who in ("smit", "jansen"):
        for file in ("a.csv", "m.txt"):
            assert office("release", "proef", "--to", str(tmp_path / "out"), "--by", "Smit").exit_code != 0
            assert office.vote(who, file).exit_code == 0
    assert state(office) == "APPROVED"
    told = office("release", "proef", "--to", str(tmp_path / "out"), "--by", "Smit")
    assert told.exit_code == 0, told.output
    assert (tmp_path / "out/a.csv").read_text() == GOOD and sorted(p.name for p in (tmp_path / "out").iterdir()) == ["a.csv", "m.txt"]
    (line,) = ledger_file.trusted(tmp_path / "data").lines
    assert (line.what, line.folder, line.set) == (chain.CHECKED, chain.OUTPUTS, "output-0001") and list(line.tables) == ["u_proef_1_1"]
    (one,) = all_seen(tmp_path / "data")
    (part,) = one.record("u_proef_1_1").parts
    assert part.shown.ravel().tolist() == [1200, 1300, 2540]
    assert state(office) == "RELEASED" and office.vote("smit", "a.csv", "--reject").exit_code == 1
    told = office("check", came(tmp_path, "geslacht,n\nV,1200\n", "later", where="leeftijd < 22"))
    assert told.exit_code == 0
    told = office("check", came(tmp_path, "geslacht,n\nV,1196\n", "later", where="leeftijd < 22"))
    assert told.exit_code == 1 and "what was handed out as u_proef_1_1" in told.output
    assert "u_proef" not in office("answer", "later").output and "1196" not in office("answer", "later").output


def test_votes(office, tmp_path):
    """Not by who asked; gone when a file or its form changes; a rejection keeps it in; one checker twice is one."""
    office("check", came(tmp_path))
    assert office("checker", "anna", "--name", "Anna de Boer").exit_code == 0
    assert office.vote("anna", "a.csv").exit_code == 1
    assert office.vote("smit", "b.csv").exit_code == 1
    for who, file in (("smit", "a.csv"), ("smit", "a.csv"), ("smit", "m.txt"), ("jansen", "m.txt")):
        assert office.vote(who, file).exit_code == 0
    assert state(office) == "PARTIALLY_REVIEWED"
    office.vote("jansen", "a.csv", "--reject")
    assert state(office) == "REVIEWED"
    office("check", came(tmp_path, GOOD.replace("1200", "1201")))
    assert state(office) == "PARTIALLY_REVIEWED"  # m.txt keeps its two
    office("check", came(tmp_path, GOOD.replace("1200", "1201"), moment="instroom"))
    assert state(office) == "PARTIALLY_REVIEWED"
    assert office("close", "proef", "--as", "withdrawn", "--by", "A. de Boer").exit_code == 0 and state(office) == "WITHDRAWN"
    assert office("check", came(tmp_path)).exit_code == 0 and state(office) != "WITHDRAWN"


def test_no_spelling_makes_a_second_checker(office, tmp_path):
    """A vote is of an entry of the list, with its code; nobody gets a second entry; who is taken off votes no more."""
    office("check", came(tmp_path))
    for login, name in (("smit2", "Smit"), ("ms", "Smit, M."), ("msmit", "Martijn  SMÍT"), ("smit", "P. Mol"), ("p", "--")):
        assert office("checker", login, "--name", name).exit_code == 1, name
    for by, code in (("M. Smit", None), (" smit", office.codes["smit"]), ("smit", office.codes["jansen"]), ("smit", "x")):
        assert office.vote(by, "a.csv", code=code).exit_code == 1
    assert state(office) == "SUBMITTED"
    assert office("vote", "proef", "a.csv", "--approve", "--by", "smit", input=office.codes["smit"].lower() + "\n").exit_code == 0
    old = office.codes["smit"]
    assert office("checker", "smit", "--name", "M. Smit").exit_code == 0
    assert office.vote("smit", "a.csv", code=old).exit_code == 1 and office.vote("smit", "a.csv").exit_code == 0
    assert office("checker", "jansen", "--end").exit_code == 0 and office.vote("jansen", "a.csv").exit_code == 1
    assert office("checker", "pj", "--name", "Piet Jansen").exit_code == 1  # who comes back is who they were
    told = office("checkers").output
    assert "M. Smit" in told and "off the list" in told and office.codes["smit"] not in told
    assert office.codes["smit"] not in (tmp_path / "data/vault/checkers.jsonl").read_text()


def test_who_asked_for_a_version_before_has_no_vote(office, tmp_path):
    office("check", came(tmp_path))
    assert office.vote("smit", "m.txt").exit_code == 0 and state(office) == "PARTIALLY_REVIEWED"
    path = tmp_path / "proef/form.yaml"
    came(tmp_path, GOOD.replace("1200", "1201"))
    path.write_text(json.dumps({**json.loads(path.read_text()), "researcher": "Maria Smit"}))
    office("check", str(tmp_path / "proef"))
    assert state(office) == "SUBMITTED" and office.vote("smit", "m.txt").exit_code == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("M. Smit", "Smit", True),
        ("A. de Boer", "Anna de Boer", True),
        ("Smit-Jansen, M.", "M. Smit", True),
        ("Renée Çelik", "renee celik", True),
        ("Maria Smit", "Martijn Smit", False),
        ("M. Smit", "S. Mol", False),
        ("M. Smit", "P. Jansen", False),
    ],
)
def test_names_that_may_be_of_one_person(one, other, same):
    assert one_person(one, other) is one_person(other, one) is same


def test_what_fails_cannot_be_approved(office, tmp_path):
    told = office("check", came(tmp_path, "geslacht,n\nV,4\nM,30\n"))
    assert told.exit_code == 1 and "CONFIDENTIAL" in told.output
    assert office.vote("smit", "a.csv").exit_code == 1
    said = office("answer", "proef").output
    assert "a.csv: fail" in said and " 4 " not in said and "LowCount" in said


def test_the_log_shows_what_was_changed(office, tmp_path):
    office("check", came(tmp_path))
    office.vote("smit", "a.csv", "--reject")
    log = tmp_path / "data/vault/outputs/proef/log.jsonl"
    log.write_text(log.read_text().replace('"reject"', '"approve"'))
    with pytest.raises(ValueError, match="line 3"):
        from celwacht.publish.commands.set_commands import opened_key

        request_of(tmp_path / "data", "proef", opened_key(tmp_path / "key", tmp_path / "data").secret)


def test_the_page_escapes_and_says_who_may_read_it(office, tmp_path):
    path = tmp_path / "proef"
    came(tmp_path, "geslacht,n\nV,4\nM,30\n")
    form = json.loads((path / "form.yaml").read_text())
    (path / "form.yaml").write_text(json.dumps({**form, "title": "<script>x</script>"}))
    office("check", str(path))
    assert office("page", "proef", "--to", str(tmp_path / "p.html")).exit_code == 0
    text = (tmp_path / "p.html").read_text()
    assert "<script" not in text and "Confidential" in text and "shows 4 in" in text and 'lang="en"' in text
    assert page_of.__doc__


def test_without_a_data_folder_nothing_is_kept(tmp_path):
    told = CliRunner().invoke(celwacht, ["output", "check", came(tmp_path)])
    assert told.exit_code == 0 and "not held against the register" in told.output


def test_the_next_order_is_held_against_it():
    """Stock and outflow left as outputs, printed whole; use by itself is safe and would be told: what is handed out tells no more than was known."""
    published = [protected(Table(f"t_{m}", m, ("crisis",))) for m in ("uitstroom", "stand")]
    left = []
    for spec, parts in published:
        seen = released_as(spec, parts, "")
        sheet = SimpleNamespace(
            table=SimpleNamespace(spec=spec, codes=seen.codes, dot=seen.withheld, low=seen.least, high=seen.greatest), rounded=1
        )
        truth = np.concatenate([p.cube.cells for p in parts], axis=-1)
        left.append((spec, (as_record(sheet, truth, read_policy("strict")),)))
    spec, parts = protected(Table("t_gebruik", "gebruik", ("crisis",)))
    made = judge._beside(SimpleNamespace(spec=spec), parts, [(released_as(s, p, ""), p) for s, p in left])
    nothing = [judge.withheld_too(p, ~p.withheld) for p in parts]
    assert narrow([*published, (spec, parts)]) > narrow([*published, (spec, nothing)])
    assert made is not None and narrow([*published, (spec, made)]) == narrow([*published, (spec, nothing)])
