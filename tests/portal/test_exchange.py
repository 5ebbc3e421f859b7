"""Reports go to their own party only; what is sent in is answered, sealed to the office, and taken over once."""

import json
import random
from datetime import date

import pytest
from celwacht.publish.portal import office as bureau
from celwacht.publish.portal.accounts import accounts
from celwacht.publish.portal.exchange import answers, collect, reports, uploads
from celwacht.publish.portal.exchange.refusals import Wide, widely_refused
from celwacht.publish.portal.keeping import sealing
from celwacht.publish.portal.keeping.portal_folder import private_half
from celwacht.publish.portal.web import pages
from celwacht.tables.intake.vault.key import open_key
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.register.calendar import Slot, read_reminders
from celwacht.tables.sources.layouts import load_layout

from tests.portal.made import Office

PARTY, OTHER = "40000001", "40000002"
EMPTY = b"NIETS TE MELDEN\n"


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path)
    folder = tmp_path / "spiegelrapporten"
    for party in (PARTY, OTHER, "40000003"):
        (folder / party).mkdir(parents=True)
        (folder / party / "jeugdhulp-2026HJ01-spiegelrapport.html").write_text(f"<p>rapport van {party}</p>")
    return made


def deposit(office, parties=(PARTY, OTHER)):
    return reports.put_in(office.portal, office.folder / "spiegelrapporten", parties)


def test_each_party_fetches_its_own_only(office):
    """ASVS 8.2.2: another's number, one that is over and one that never was are the same: nothing."""
    found = deposit(office)
    assert dict(found.done) == {PARTY: 1, OTHER: 1} and dict(found.without) == {"40000003": 1}
    (mine,), (theirs,) = reports.of_party(office.portal, PARTY), reports.of_party(office.portal, OTHER)
    assert reports.fetch(office.portal, PARTY, mine.id)[1] == f"<p>rapport van {PARTY}</p>".encode()
    for number in (theirs.id, "0" * 32, "../portal.db"):
        assert reports.fetch(office.portal, PARTY, number) is None
    office.clock.at += office.portal.settings.months * reports.MONTH
    assert reports.fetch(office.portal, PARTY, mine.id) is None and reports.of_party(office.portal, PARTY) == []
    assert reports.remove_expired(office.portal) == 2 and list((office.folder / "portal/reports").iterdir()) == []


def test_reports_are_sealed_each_to_its_own_name(office):
    """What lies on the disk tells nothing, and does not open in another's place."""
    deposit(office)
    (mine,), (theirs,) = reports.of_party(office.portal, PARTY), reports.of_party(office.portal, OTHER)
    folder = office.folder / "portal/reports"
    assert all(b"rapport" not in path.read_bytes() for path in folder.iterdir())
    (folder / f"{mine.id}.sealed").write_bytes((folder / f"{theirs.id}.sealed").read_bytes())
    with pytest.raises(sealing.Unreadable):
        reports.fetch(office.portal, PARTY, mine.id)


def test_a_report_again_replaces_it_only_if_it_is_another(office):
    deposit(office)
    assert sum(deposit(office).done.values()) == 0
    path = office.folder / "spiegelrapporten" / PARTY / "jeugdhulp-2026HJ01-spiegelrapport.html"
    path.write_text("<p>beter</p>")
    assert dict(deposit(office).done) == {PARTY: 1, OTHER: 0}
    (mine,) = reports.of_party(office.portal, PARTY)
    assert reports.fetch(office.portal, PARTY, mine.id)[1] == b"<p>beter</p>"
    assert len(list((office.folder / "portal/reports").iterdir())) == 2


def test_files_that_are_no_reports_are_refused_all_at_once(office):
    (office.folder / "spiegelrapporten" / PARTY / "jeugdhulp_40000001_2026HJ01.csv").write_text("records")
    with pytest.raises(ProblemsFound, match="1 files are none of a report"):
        deposit(office)
    assert reports.of_party(office.portal, PARTY) == []


def test_open_periods_are_the_last_one_and_the_one_before():
    found = [one for one in uploads.open_periods(date(2026, 7, 10)) if one[0] == "jeugdhulp"]
    assert found == [("jeugdhulp", "2026HJ01"), ("jeugdhulp", "2025HJ02")]
    assert [one for one in uploads.open_periods(date(2026, 8, 1)) if one[0] == "jeugdhulp"] == [("jeugdhulp", "2026HJ01")]


def send(office, content, form="csv", party=PARTY, seed=0):
    """A file, in pieces of chance sizes."""
    upload = uploads.begin(office.portal, "account", party, "jeugdhulp", "2026HJ01", form, len(content))
    dice = random.Random(seed)
    while upload.received < upload.size:
        end = uploads.add_piece(office.portal, upload, upload.received, content[upload.received : upload.received + dice.randrange(1, 200)])
        upload = uploads.find(office.portal, party, upload.id)
        assert upload.received == end
    uploads.finish(office.portal, upload)
    return uploads.find(office.portal, party, upload.id)


def test_a_file_is_answered_sealed_and_collected_once(office):
    """The portal's own key does not open it; the office's does; a second run finds nothing left."""
    header = ";".join(one.name for one in load_layout("jeugdhulp", Period(2026, "HJ", 1)).fields).encode() + b"\n"
    done = send(office, header + EMPTY)
    answer = uploads.answer_of(office.portal, done)
    assert (done.state, answer.problems, answer.rows) == ("ready", (), 0)
    (sealed,) = (office.folder / "portal/drop").iterdir()
    with pytest.raises(sealing.Unreadable):
        office.portal.seal.opened(sealed.read_bytes(), done.id)
    data = office.folder / "data"
    data.mkdir()
    private = private_half(open_key(office.folder / "office.key", office.folder / "portal"))
    with pytest.raises(sealing.Unreadable):
        sealing.by_office(private, sealed.read_bytes(), "another")
    assert collect.collect(office.portal, data, bytes(32)).unreadable == 1, "another key takes nothing"
    assert collect.collect(office.portal, data, private).files == ("jeugdhulp_40000001_2026HJ01_v1.csv",)
    assert (data / "deliveries/jeugdhulp_40000001_2026HJ01_v1.csv").read_bytes() == header + EMPTY
    assert collect.collect(office.portal, data, private).files == () and list((office.folder / "portal/drop").iterdir()) == []
    assert list((office.folder / "portal/incoming").iterdir()) == [] and not uploads.withdraw(office.portal, done)
    send(office, header + EMPTY + b"\n")
    assert collect.collect(office.portal, data, private).files == ("jeugdhulp_40000001_2026HJ01_v2.csv",)


def test_what_came_within_one_second_is_collected_as_it_came(office, monkeypatch):
    """Numbers of uploads are of chance, and a clock has whole seconds: the version that counts is the one that was begun last."""
    monkeypatch.setattr(uploads.answers, "answer", lambda *_: uploads.answers.Answer(True, 1, 0, (), 0))
    for n in range(8):
        send(office, f"version {n}".encode())
    (office.folder / "data").mkdir()
    private = private_half(open_key(office.folder / "office.key", office.folder / "portal"))
    found = collect.collect(office.portal, office.folder / "data", private).files
    assert [(office.folder / "data/deliveries" / name).read_text() for name in found] == [f"version {n}" for n in range(8)]
    assert [int(name.partition("_v")[2].removesuffix(".csv")) for name in found] == list(range(1, 9))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("form", "csv/../../../x"),
        ("form", "sh"),
        ("record", "../jeugdhulp"),
        ("party", "../../40000001"),
        ("party", "GM0106"),
        ("period", "*"),
    ],
)
def test_the_office_makes_no_name_of_what_a_portal_says_that_was_broken_into(office, monkeypatch, column, value):
    """Whoever took the portal over writes what they like in its database, and seals to the office: nothing lands outside the deliveries, or elsewhere in them."""
    monkeypatch.setattr(uploads.answers, "answer", lambda *_: uploads.answers.Answer(True, 1, 0, (), 0))
    send(office, b"evil")
    with office.portal.database.change() as db:
        db.execute(f"UPDATE upload SET {column} = ?", (value,))
    data = office.folder / "data"
    data.mkdir()
    private = private_half(open_key(office.folder / "office.key", office.folder / "portal"))
    done = collect.collect(office.portal, data, private)
    assert (done.files, done.unreadable) == ((), 1) and not any(p.read_bytes() == b"evil" for p in office.folder.rglob("*") if p.is_file())


def test_a_file_with_errors_is_refused_by_row_and_without_a_value(office):
    header = ";".join(one.name for one in load_layout("jeugdhulp", Period(2026, "HJ", 1)).fields).encode() + b"\n"
    done = send(office, header + b"Pieter Jansen;" + b";" * (header.count(b";") - 1) + b"\n")
    answer = uploads.answer_of(office.portal, done)
    assert done.state == "refused" and answer.problems and {one.line for one in answer.problems} <= {0, 2}
    assert not any("Pieter" in one.text for one in answer.problems) and list((office.folder / "portal/drop").iterdir()) == []


def test_pieces_are_taken_in_their_place_only(office):
    """Twice the same, a gap, more than was told, and another's: nothing changes, and the place where the file ends is told."""
    upload = uploads.begin(office.portal, "account", PARTY, "jeugdhulp", "2026HJ01", "csv", 10)
    assert uploads.add_piece(office.portal, upload, 0, b"abcd") == 4
    again = uploads.find(office.portal, PARTY, upload.id)
    for offset, content in ((0, b"abcd"), (5, b"x"), (4, b"1234567"), (4, b"")):
        with pytest.raises(uploads.Misplaced) as wrong:
            uploads.add_piece(office.portal, again, offset, content)
        assert wrong.value.received == 4
    with pytest.raises(uploads.Misplaced):
        uploads.add_piece(office.portal, upload, 0, b"abcd")
    assert uploads.find(office.portal, OTHER, upload.id) is None
    uploads.finish(office.portal, again)
    assert uploads.find(office.portal, PARTY, upload.id).state == "receiving", "what is not whole is not judged"


def test_what_is_withdrawn_while_it_is_checked_is_checked_all_the_same(office, monkeypatch):
    """The page offers it before and after only: whoever asks meanwhile takes nothing away from under the checks."""
    seen = []

    def meanwhile(*given):
        (upload,) = uploads.of_party(office.portal, PARTY)
        assert not uploads.withdraw(office.portal, upload) and given[-1].is_dir()
        seen.append(upload.state)
        return uploads.answers.Answer(True, 1, 0, (), 0)

    monkeypatch.setattr(uploads.answers, "answer", meanwhile)
    assert send(office, b"x;y").state == "ready" and seen == ["checking"]
    assert uploads.withdraw(office.portal, uploads.of_party(office.portal, PARTY)[0])


def test_what_cannot_be_sent_is_not_begun(office):
    for record, period, form, size in (
        ("jeugdhulp", "2024HJ01", "csv", 10),
        ("onzin", "2026HJ01", "csv", 10),
        ("jeugdhulp", "2026HJ01", "exe", 10),
        ("jeugdhulp", "2026HJ01", "csv", 0),
        ("jeugdhulp", "2026HJ01", "csv", 10**10),
    ):
        assert uploads.begin(office.portal, "account", PARTY, record, period, form, size) is None
    begun = [uploads.begin(office.portal, "account", PARTY, "jeugdhulp", "2026HJ01", "csv", 10) for _ in range(uploads.AT_ONCE + 1)]
    assert begun[-1] is None and all(begun[:-1])
    office.clock.at += uploads.ABANDONED
    uploads.remove_abandoned(office.portal)
    assert uploads.begin(office.portal, "account", PARTY, "jeugdhulp", "2026HJ01", "csv", 10)


def test_checks_that_fail_are_told(office, monkeypatch):
    def broken(*_):
        raise OSError("Pieter Jansen")

    monkeypatch.setattr(uploads.answers, "answer", broken)
    done = send(office, b"x")
    assert done.state == "refused" and uploads.answer_of(office.portal, done) == uploads.answers.NOT_JUDGED
    assert [one["why"] for one in office.portal.log.lines() if one["what"] == "not judged"] == ["OSError"]


def test_whoever_owes_a_delivery_is_reminded_once_in_two_weeks(office, capsys):
    """Open and due within a week or late; not who delivered, not a closed period; one message per account, noted where the calendar reads it."""
    office.enrol(PARTY, "zorg@example.nl")
    office.enrol(OTHER, "hulp@example.nl")
    for path in office.portal.outbox.waiting():
        path.unlink()
    day, book = date(2026, 8, 1), office.folder / "reminders.csv"

    def slot(party, record, status, is_open=True, due=date(2026, 7, 21)):
        return Slot("2026HJ01", record, party, status, due, is_open, reminded=read_reminders(book).get((record, "2026HJ01", party), ""))

    def reminded(on):
        slots = [slot(PARTY, "jeugdhulp", "overdue"), slot(PARTY, "jeugdreclassering", "overdue"), slot(OTHER, "jeugdhulp", "accepted")]
        slots += [slot(OTHER, "jeugdbescherming", "missing", False), slot(OTHER, "machtiging", "expected", True, date(2026, 10, 1))]
        bureau.Office(office.portal).remind([*slots, slot("40000009", "jeugdhulp", "overdue")], on, book)
        return [path.read_text() for path in office.portal.outbox.waiting()]

    (mail,) = reminded(day)
    assert "To: zorg@example.nl" in mail and "Machtiging" not in mail
    assert (
        "Jeugdhulp, 2026 1e halfjaar (uiterlijk op 2026-07-21)" in mail and "jeugdreclassering, 2026 1e" in mail
    )  # of which there is no half-year
    assert read_reminders(book) == {(r, "2026HJ01", PARTY): "2026-08-01" for r in ("jeugdhulp", "jeugdreclassering")}
    assert "1 providers owe a delivery and have no active account" in capsys.readouterr().out
    assert len(reminded(date(2026, 8, 14))) == 1 and len(reminded(date(2026, 8, 15))) == 2


def test_a_rule_that_refuses_most_parties_is_told_to_the_office(office, monkeypatch, capsys, tmp_path):
    """By the last answer to each: what one mended since does not count; nothing of four parties; a rule of two in six is not told."""
    told = {}

    def answer(record, party, period, form, content, *_):
        problems = tuple(uploads.answers.Told(2, rule, "x") for rule in told.get(party, ()))
        return uploads.answers.Answer(not problems, 1, 0, problems, 0)

    def send(number, *rules):
        party = f"4000000{number}"
        told[party] = rules
        upload = uploads.begin(office.portal, f"account {number}", party, "jeugdhulp", "2026HJ01", "csv", 3)
        uploads.add_piece(office.portal, upload, 0, b"x;y")
        uploads.finish(office.portal, uploads.find(office.portal, party, upload.id))
        office.clock.at += 60

    monkeypatch.setattr(uploads.answers, "answer", answer)
    for number in range(4):
        send(number, "code", "datum" if number < 2 else "code")
    assert widely_refused(office.portal) == []
    send(4, "code")
    send(5)
    assert widely_refused(office.portal) == [Wide("jeugdhulp", "2026HJ01", "code", 5, 6)]
    (tmp_path / "data").mkdir()
    bureau.Office(office.portal).collect(tmp_path / "data", office.folder / "office.key")
    said = " ".join(capsys.readouterr().out.split())
    assert "To look at first, jeugdhulp 2026HJ01: [code] refused the last file of 5 of 6 parties here." in said
    for number in range(2):
        send(number)
    assert widely_refused(office.portal) == []


def test_whoever_needs_a_new_code_asks_for_it_and_the_office_sees_that_there_is_an_account(office, capsys):
    """The form of sign-up is for that too, and a page of whoever has no code leads to it; accepting invites the account that is there anew."""
    office.enrol(PARTY, "zorg@example.nl")
    told = {"name": "Zorg", "kvk": "12345678", "address": "Brink 1", "contact": "A", "mail": "Zorg@example.nl", "kinds": "jeugdhulp"}
    for number, mail in (("1" * 16, told["mail"]), ("2" * 16, "nieuw@example.nl")):
        sealed = office.portal.seal.closed(json.dumps(told | {"mail": mail}).encode(), f"application/{number}")
        with office.portal.database.change() as db:
            db.execute("INSERT INTO application VALUES (?, ?, 'waiting', ?)", (number, sealed, office.portal.now()))
    bureau.Office(office.portal).requests()
    known, new, _ = capsys.readouterr().out.splitlines()
    assert f"has an account of {PARTY} (active)" in known and "has an account" not in new
    bureau.Office(office.portal).accept("1" * 16, PARTY, "nl", office.folder / "brief.html")
    assert accounts.by_mail(office.portal, "zorg@example.nl").state == "invited"
    for page in ("invitation", "code"):
        assert 'href="/aanmelden"' in (pages.FOLDER / f"{page}.html").read_text()


def test_an_answer_repeats_no_cell_but_codes_of_the_lists(office):
    """A file whose columns moved by one: two digits in the place of a code are a piece of a number or of a day of birth."""
    layout = load_layout("jeugdhulp", Period.parse("2026HJ01"))
    names = [one.name for one in layout.fields]
    row = dict.fromkeys(names, "") | {"bsn": "111222333", "geslacht": "J", "verwijzer": "77", "hulpvorm": "Q", "reden": "123"}
    content = "\n".join([";".join(names), ";".join(row[name] for name in names)]).encode() + b"\n"
    found = answers.answer("jeugdhulp", PARTY, "2026HJ01", "csv", content)
    codes = [one.text for one in found.problems if one.rule == "code"]
    assert len(codes) == 4 and not any("'" in text for text in codes)


def test_every_rule_that_an_answer_may_name_has_a_dutch_text():
    told = answers.in_dutch("jeugdhulp", "2026HJ01")
    assert told["einde-voor-aanvang"].startswith("Het einde ligt niet voor de aanvang.") and len(told) > 20


@pytest.mark.parametrize(
    ("party", "name", "told"),
    [
        ("GM0106", "jeugdhulp-2026HJ01-spiegelrapporten.html", "copies on 2026HJ01 go to gemeenten from 2026-09-01 on"),
        ("GM0106", "jeugdhulp-2026HJ01-spiegelrapport.html", "1 files lie in a folder of another kind"),
        (PARTY, "jeugdhulp-2025HJ02-spiegelrapporten.html", "1 files lie in a folder of another kind"),
    ],
)
def test_what_is_not_for_them_yet_or_at_all_is_put_in_for_nobody(office, party, name, told):
    """Copies before September or March, a provider's own report for a gemeente, a copy for a provider: the whole folder is refused."""
    place = office.folder / "spiegelrapporten" / party
    place.mkdir(exist_ok=True)
    (place / name).write_text("<p>rapport</p>")
    with pytest.raises(ProblemsFound, match=told):
        reports.put_in(office.portal, place.parent, {PARTY, OTHER, "GM0106"})
    assert reports.of_party(office.portal, PARTY) == reports.of_party(office.portal, "GM0106") == []


def test_a_browser_is_named_as_people_call_it():
    said = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
    assert pages.browser_of(said, "nl") == "Chrome op Windows" and pages.browser_of(said + " Edg/140.0", "en") == "Edge on Windows"
    assert pages.browser_of("python-httpx/0.28", "nl") == "python-httpx/0.28" and pages.browser_of("", "nl") == ""


def test_a_copy_that_is_not_made_any_more_is_taken_back(office):
    """The only provider of Assen withdrew its consent: celwacht reports removes the copy from its folder, and the next deposit from the portal. What the folder
    says nothing of stays: reports of providers, other periods, other kinds."""
    folder = office.folder / "kopieen"
    office.clock.at += 31 * 86400
    for party, period in (("GM0106", "2026HJ01"), ("GM0109", "2026HJ01"), ("GM0106", "2025HJ02")):
        (folder / party).mkdir(parents=True, exist_ok=True)
        (folder / party / f"jeugdhulp-{period}-spiegelrapporten.html").write_text(f"<p>kopie van {party}</p>")
    parties = (PARTY, "GM0106", "GM0109")
    assert deposit(office, parties).back == 0 and reports.put_in(office.portal, folder, parties).back == 0
    assert len(reports.of_party(office.portal, "GM0106")) == 2
    for gone in ("2026HJ01", "2025HJ02"):
        (folder / "GM0106" / f"jeugdhulp-{gone}-spiegelrapporten.html").unlink()
    kept = len(list((office.folder / "portal/reports").iterdir()))
    assert reports.put_in(office.portal, folder, parties).back == 1
    assert [one.period for one in reports.of_party(office.portal, "GM0106")] == ["2025HJ02"]  # the folder has no copy of that period at all
    assert len(reports.of_party(office.portal, "GM0109")) == len(reports.of_party(office.portal, PARTY)) == 1
    assert len(list((office.folder / "portal/reports").iterdir())) == kept - 1
