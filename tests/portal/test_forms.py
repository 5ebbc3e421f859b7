"""The form for small providers: fifty rows at most, a draft that only its account reads, and the very checks of an upload."""

import re

import pytest
from celwacht.publish.portal.accounts import accounts
from celwacht.publish.portal.exchange import answers, collect, drafts, questions, uploads
from celwacht.publish.portal.keeping import sealing
from celwacht.publish.portal.keeping.portal_folder import open_portal, private_half
from celwacht.tables.intake.vault.key import open_key
from celwacht.tables.intake.worker import check_chunks
from celwacht.tables.periods import Period
from celwacht.tables.sources.layouts import load_layout, row_of, to_csv

from tests.portal.made import NOON, Office

PARTY, RECORD, PERIOD = "40000001", "jeugdhulp", "2026HJ01"
LAYOUT = load_layout(RECORD, Period.parse(PERIOD))
GOOD = {"bsn": "111222333", "geboortedatum": "20150304", "geslacht": "V", "postcode": "0363", "verwijzer": "02", "hulpvorm": "02"}
GOOD |= {"perspectief": "", "crisis": "02", "aanvang": "20260202"}
GOOD = {name: value for name, value in GOOD.items() if name in LAYOUT.header}


@pytest.fixture
def office(tmp_path, monkeypatch):
    """A portal; the checks are the intake's, in this process for speed (the live test has them in a child)."""
    monkeypatch.setattr(answers, "check_chunks", lambda chunks, key, _, done: check_chunks(chunks, key, 0, done))
    return Office(tmp_path)


def begun(office, *rows, account="mine"):
    draft = drafts.begin(office.portal, account, PARTY, RECORD, PERIOD)
    for values in rows:
        assert drafts.put_row(office.portal, draft, "", values)
        draft = drafts.find(office.portal, account, draft.id)
    return draft


def collected(office):
    data = office.folder / "data"
    data.mkdir(exist_ok=True)
    private = private_half(open_key(office.folder / "office.key", office.folder / "portal"))
    return collect.collect(office.portal, data, private).files


def test_what_is_filled_in_becomes_an_upload_like_any_other(office):
    """Accepted: sealed to the office, collected as a delivery with the very rows; nothing of it stays with the portal."""
    draft = begun(office, GOOD)
    upload = drafts.send(office.portal, draft)
    assert upload.state == "ready" and uploads.answer_of(office.portal, upload).rows == 1
    assert drafts.find(office.portal, "mine", draft.id) is None and drafts.of_account(office.portal, "mine") == []
    assert not any(GOOD["bsn"].encode() in path.read_bytes() for path in (office.folder / "portal").rglob("*") if path.is_file())
    assert collected(office) == ("jeugdhulp_40000001_2026HJ01_v1.asc",)
    line = (office.folder / "data/deliveries/jeugdhulp_40000001_2026HJ01_v1.asc").read_text()
    assert all(line[f.position - 1 : f.position - 1 + f.length].strip() == GOOD.get(f.name, "") for f in LAYOUT.fields)


def test_the_answer_is_that_of_the_same_rows_as_a_file_by_row_and_masked(office):
    """Rule by rule what a CSV of the same rows gets, the rows counted from 1 instead of from under the header; no value is told."""
    rows = [GOOD, {**GOOD, "bsn": "123456789"}, {**GOOD, "geslacht": "", "aanvang": "20261301"}]
    draft = begun(office, *rows)
    upload = drafts.send(office.portal, draft)
    told = uploads.answer_of(office.portal, upload)
    as_file = answers.answer(RECORD, PARTY, PERIOD, "csv", to_csv(LAYOUT, [row_of(LAYOUT, row) for row in rows]))
    assert upload.state == "refused" and {one.line for one in told.problems} == {2, 3}
    higher = [(one.line - 1, one.rule, re.sub(r"line (\d+)", lambda n: f"line {int(n[1]) - 1}", one.text)) for one in as_file.problems]
    assert [(one.line, one.rule, one.text) for one in told.problems] == higher and any("(line 1)" in text for *_, text in higher)
    assert not any(value in one.text for one in told.problems for value in ("123456789", "20261301"))
    kept = drafts.find(office.portal, "mine", draft.id)
    assert [row.values for row in kept.rows] == rows and kept.judged == kept.revision, "it stays, to be corrected"
    assert list((office.folder / "portal/drop").iterdir()) == []


def test_nothing_to_report_and_a_draft_that_is_kept(office, monkeypatch):
    """The form without rows says it in the intake's words; who asks keeps the rows, and they go when that is over."""
    sent = []

    def accept(record, party, period, form, content, *_):
        sent.append((form, content))
        return uploads.answers.Answer(True, 0, 0, (), 0)

    monkeypatch.setattr(uploads.answers, "answer", accept)
    assert drafts.send(office.portal, begun(office)).state == "ready" and sent == [("asc", b"NIETS TE MELDEN\r\n")]
    draft = begun(office, GOOD)
    upload = drafts.send(office.portal, draft, keep=True)
    assert [row.values for row in drafts.find(office.portal, "mine", draft.id).rows] == [GOOD]
    assert uploads.withdraw(office.portal, upload) and drafts.find(office.portal, "mine", draft.id)
    again = drafts.find(office.portal, "mine", draft.id)
    assert drafts.send(office.portal, again).state == "ready" and drafts.find(office.portal, "mine", draft.id) is None


def test_a_draft_is_of_its_account_only_and_sealed(office):
    """Another account of the same party gets none and its own; on the disk lies no value, and under another name it does not open."""
    mine, theirs = begun(office, GOOD), begun(office, account="theirs")
    assert mine.id != theirs.id and theirs.rows == () and drafts.find(office.portal, "theirs", mine.id) is None
    assert begun(office).id == mine.id, "the same kind and period is the same draft"
    stored = (office.folder / "portal/portal.db").read_bytes()
    assert GOOD["bsn"].encode() not in stored and GOOD["geboortedatum"].encode() not in stored and GOOD["bsn"] not in repr(mine)
    with office.portal.database.change() as db:
        db.execute("UPDATE draft SET content = (SELECT content FROM draft WHERE id = ?) WHERE id = ?", (mine.id, theirs.id))
    with pytest.raises(sealing.Unreadable):
        drafts.find(office.portal, "theirs", theirs.id)


def test_drafts_are_removed_after_the_stated_time(office):
    """Fourteen days after the last change; where the period closes; where the account ends. Not a second before."""
    draft = begun(office, GOOD)
    office.clock.at += drafts.DAYS * 86400 - 1
    assert drafts.find(office.portal, "mine", draft.id)
    office.clock.at += 1
    assert drafts.find(office.portal, "mine", draft.id) is None
    drafts.remove_old(office.portal)
    assert office.portal.database.rows("SELECT * FROM draft") == []
    office.clock.at = NOON + 173 * 86400  # 2027-01-21, the last day of 2026HJ01
    draft = begun(office, GOOD)
    office.clock.at += 86400
    assert drafts.find(office.portal, "mine", draft.id) is None and drafts.of_account(office.portal, "mine") == []
    assert office.portal.database.rows("SELECT * FROM draft") == [] and drafts.begin(office.portal, "mine", PARTY, RECORD, PERIOD) is None
    office.enrol()
    account = accounts.by_mail(office.portal, "zorg@example.nl")
    drafts.begin(office.portal, account.id, PARTY, RECORD, "2026HJ02")
    accounts.end_account(office.portal, "zorg@example.nl")
    assert office.portal.database.rows("SELECT * FROM draft") == []


def test_fifty_rows_and_no_more(office, monkeypatch):
    assert drafts.MOST == 50
    monkeypatch.setattr(drafts, "MOST", 3)
    draft = begun(office, GOOD, GOOD, GOOD)
    assert not drafts.put_row(office.portal, draft, "", GOOD)
    assert drafts.put_row(office.portal, draft, draft.rows[1].id, GOOD), "a row that is there can still be changed"


def test_of_two_changes_on_one_revision_the_second_does_nothing(office):
    """Adding, changing, removing and sending, each against a change that came first; the rows keep their ids."""
    old = begun(office, GOOD, {**GOOD, "hulpvorm": "03"})
    first, second = old.rows
    assert drafts.remove_row(office.portal, old, first.id)
    now = drafts.find(office.portal, "mine", old.id)
    assert [row.id for row in now.rows] == [second.id]
    assert not drafts.put_row(office.portal, old, "", GOOD) and not drafts.put_row(office.portal, old, second.id, GOOD)
    assert not drafts.remove_row(office.portal, old, second.id) and drafts.send(office.portal, old) is None
    assert drafts.find(office.portal, "mine", old.id) == now
    assert [one.state for one in uploads.of_party(office.portal, PARTY)] == ["withdrawn"], "and nothing was sent"


def test_a_process_that_died_while_it_sent_leaves_no_second_copy(office, monkeypatch):
    """The rows lie sealed until the answer is there; the next start finishes the upload and removes the draft."""
    draft = begun(office, GOOD)

    def dies(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(uploads.answers, "answer", dies)
    with pytest.raises(KeyboardInterrupt):
        drafts.send(office.portal, draft)
    assert drafts.find(office.portal, "mine", draft.id).rows == draft.rows
    monkeypatch.setattr(uploads.answers, "answer", lambda *_: uploads.answers.Answer(True, 1, 0, (), 0))
    for upload in uploads.unfinished(office.portal):
        uploads.finish(office.portal, upload)
    drafts.remove_old(office.portal)
    assert drafts.of_account(office.portal, "mine") == [] and len(collected(office)) == 1


def test_the_codes_to_choose_from_are_those_of_the_period():
    """Perspective was asked until 2018; the regions of a year have their names; both languages."""
    asked = {one.name: one for one in questions.questions(LAYOUT, 2026, "nl")}
    before = {one.name: one for one in questions.questions(load_layout(RECORD, Period.parse("2018HJ01")), 2018, "en")}
    assert "perspectief" in before and before["bsn"].label == "Citizen service number" and asked["bsn"].choices == ()
    for name, one in asked.items():
        assert [code for code, _ in one.choices] == [code.code for code in LAYOUT.field(name).codes]
    assert ("V", "Vrouw") in asked["geslacht"].choices
    melding = {one.name: one for one in questions.questions(load_layout("vt_melding", Period.parse("2024HJ01")), 2024, "nl")}
    assert ("GM0363", "Amsterdam") in melding["gemeente"].choices


@pytest.mark.parametrize(
    "name, typed, kept",
    [
        ("aanvang", "2026-01-31", "20260131"),
        ("aanvang", "31-01-2026", "20260131"),
        ("aanvang", "1-2-2026", "20260201"),
        ("aanvang", "20260231", "20260231"),  # no such day: for the checks to tell
        ("geboortedatum", "00000000", "00000000"),
        ("postcode", " 1234 ab", "1234AB"),
        ("bsn", "  111222333 ", "111222333"),
    ],
)
def test_what_is_typed_is_kept_as_the_layout_writes_it(name, typed, kept):
    values, wrong = questions.taken(LAYOUT, {name: typed})
    assert values[name] == kept and wrong == {}


def test_what_no_file_could_hold_is_told_at_its_field():
    _, wrong = questions.taken(LAYOUT, {"bsn": "1112223334", "geslacht": "é", "hulpvorm": "\x00"})
    assert wrong == {"bsn": "too_long", "geslacht": "not_ascii", "hulpvorm": "not_ascii"}


def test_a_portal_of_before_gets_the_table_of_drafts(office):
    with office.portal.database.change() as db:
        db.execute("DROP TABLE draft")
    again = open_portal(office.folder / "portal", office.folder / "portal.key")
    assert again.database.rows("SELECT * FROM draft") == []
