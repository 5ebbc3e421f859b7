"""A portal that dies while a file comes in, is checked or is collected, or while reports are put in: what was taken stays taken, nothing is there twice, and the next start ends it."""

import contextlib
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from celwacht.publish.portal.accounts import accounts
from celwacht.publish.portal.exchange import collect, reports, uploads
from celwacht.publish.portal.keeping import outbox
from celwacht.publish.portal.keeping.log import Log
from celwacht.publish.portal.keeping.portal_folder import open_portal, private_half
from celwacht.publish.portal.office import Office as Bureau
from celwacht.tables.intake.vault.key import open_key
from celwacht.tables.periods import Period
from celwacht.tables.sources.layouts import load_layout

from tests.portal.made import Office
from tests.portal.test_exchange import EMPTY, PARTY

HEADER = ";".join(one.name for one in load_layout("jeugdhulp", Period(2026, "HJ", 1)).fields).encode() + b"\n"
CONTENT = HEADER + EMPTY + b"\n"
PIECE = 60


class Killed(BaseException):
    """The process ends here: nothing after it is done, and nobody catches it."""


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


def begun(office, size=len(CONTENT)):
    return uploads.begin(office.portal, "account", PARTY, "jeugdhulp", "2026HJ01", "csv", size)


def send(portal, number, content=CONTENT):
    """From where the file ends to its end, as the page does after a broken line; then the checks."""
    upload = uploads.find(portal, PARTY, number)
    while upload.received < upload.size:
        uploads.add_piece(portal, upload, upload.received, content[upload.received : upload.received + PIECE])
        upload = uploads.find(portal, PARTY, number)
    uploads.finish(portal, upload)


def collected(office):
    data = office.folder / "data"
    data.mkdir(exist_ok=True)
    private = private_half(open_key(office.folder / "office.key", office.folder / "portal"))
    collect.collect(office.portal, data, private)
    return [path.read_bytes() for path in sorted((data / "deliveries").iterdir()) if not path.name.startswith(".")]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("which", range(1, 2 + -(-len(CONTENT) // PIECE)))
def test_a_death_at_every_write_of_an_upload(office, monkeypatch, which, after):
    """Before or after the nth file is written: each piece, and what is sealed to the office."""
    plain, done = uploads.write_whole, []

    def write(path, content):
        done.append(path)
        if len(done) == which and not after:
            raise Killed
        plain(path, content)
        if len(done) == which:
            raise Killed

    monkeypatch.setattr(
        uploads.answers, "answer", lambda *_: uploads.answers.Answer(True, 0, 0, (), 0)
    )  # the checks are not what dies here
    number = begun(office).id
    monkeypatch.setattr(uploads, "write_whole", write)
    with pytest.raises(Killed):
        send(office.portal, number)
    monkeypatch.setattr(uploads, "write_whole", plain)
    for upload in uploads.unfinished(office.portal):
        uploads.finish(office.portal, upload)
    if uploads.find(office.portal, PARTY, number).state == "receiving":
        send(office.portal, number)
    assert uploads.find(office.portal, PARTY, number).state == "ready" and collected(office) == [CONTENT]
    assert list((office.folder / "portal/incoming").iterdir()) == [] and collected(office) == [CONTENT]


def test_half_a_piece_of_a_process_that_was_killed_is_no_piece(office, monkeypatch):
    """What a kill leaves of a write: the file is answered all the same, and a start of the portal does not stumble over it."""
    monkeypatch.setattr(uploads.answers, "answer", lambda *given: uploads.answers.Answer(given[4] == CONTENT, 0, 0, (), 0))
    number = begun(office).id
    place = office.folder / "portal/incoming" / number
    (place / ".000000000000.partial-4711").write_bytes(b"half")
    send(office.portal, number)
    assert uploads.find(office.portal, PARTY, number).state == "ready" and not place.exists() and collected(office) == [CONTENT]


def test_nothing_of_a_file_is_left_in_plain_text_by_a_kill_while_it_is_checked(office, monkeypatch):
    """The checks read a file that is not sealed: it lies in the portal's own folder, and the next start takes it away."""
    seen = []

    def killed(chunks, *_):
        seen.extend(chunks[0].deliveries[0].path.parents)
        raise Killed

    monkeypatch.setattr(uploads.answers, "check_chunks", killed)
    monkeypatch.setattr(uploads.answers.tempfile.TemporaryDirectory, "cleanup", lambda _: None)  # nobody is left to do it
    number = begun(office).id
    with pytest.raises(Killed):
        send(office.portal, number)
    assert office.folder / "portal/incoming" / number in seen
    monkeypatch.undo()
    monkeypatch.setattr(uploads.answers, "check_chunks", lambda *_: None)
    for upload in uploads.unfinished(office.portal):
        uploads.finish(office.portal, upload)
    assert not any(CONTENT in path.read_bytes() for path in (office.folder / "portal").rglob("*") if path.is_file())


def dying(monkeypatch, where, which, after):
    """Each call of these functions is counted; before or after the nth the process ends. [whether it did]"""
    count, died = [0], [False]

    def counted(plain):
        def step(*given, **named):
            count[0] += 1
            mine = count[0] == which
            if mine:
                died[0] = True
            if mine and not after:
                raise Killed
            made = plain(*given, **named)
            if mine:
                raise Killed
            return made

        return step

    for owner, name in where:
        monkeypatch.setattr(owner, name, counted(getattr(owner, name)))
    return died


STEPS = 14
"""Writes, removals, lines of the log and marks of a deposit of two reports over older ones."""


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("which", range(1, STEPS + 1))
def test_a_death_at_every_step_of_a_deposit(office, which, after):
    """Reports put in over older ones: the next run has each once, whole, and whoever fetches has been written to."""
    folder = office.folder / "spiegelrapporten"
    parties = {"40000001": "een@example.nl", "40000002": "twee@example.nl"}
    for party, mail in parties.items():
        accounts.invite(office.portal, party, mail)
        (folder / party).mkdir(parents=True)

    def put(text):
        for party in parties:
            (folder / party / "jeugdhulp-2026HJ01-spiegelrapport.html").write_text(f"{text} {party}")
        Bureau(office.portal).deposit(folder)

    put("oud")
    for path in office.portal.outbox.waiting():
        path.unlink()
    with pytest.MonkeyPatch.context() as patch:
        where = ((reports, "write_whole"), (outbox, "write_whole"), (Log, "write"), (Path, "unlink"), (reports, "told"))
        died = dying(patch, where, which, after)
        with contextlib.suppress(Killed):
            put("nieuw")
    assert died[0], "a step that is not reached tests nothing"
    put("nieuw")
    reports.remove_expired(office.portal)
    for party, mail in parties.items():
        (mine,) = reports.of_party(office.portal, party)
        assert reports.fetch(office.portal, party, mine.id)[1] == f"nieuw {party}".encode()
        assert any(f"To: {mail}" in path.read_text() for path in office.portal.outbox.waiting())
    assert len(list((office.folder / "portal/reports").iterdir())) == 2 and reports.untold(office.portal) == frozenset()
    assert office.portal.log.lines()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("which", range(1, 4))
def test_a_death_at_every_step_of_a_collection(office, monkeypatch, which, after):
    """The file is with the office once, byte for byte, the drop folder is empty after the next run, and the log says so."""
    monkeypatch.setattr(uploads.answers, "answer", lambda *_: uploads.answers.Answer(True, 0, 0, (), 0))
    number = begun(office).id
    send(office.portal, number)
    with pytest.MonkeyPatch.context() as patch:
        died = dying(patch, ((collect, "write_whole"), (Log, "write"), (Path, "unlink")), which, after)
        with pytest.raises(Killed):
            collected(office)
    assert died[0] and collected(office) == [CONTENT] == collected(office)
    assert uploads.find(office.portal, PARTY, number).state == "collected" and list((office.folder / "portal/drop").iterdir()) == []
    assert {("collected", number)} <= {(line["what"], line.get("upload")) for line in office.portal.log.lines()}


CHILD = """
import sys
from pathlib import Path
from celwacht.publish.portal.keeping.portal_folder import open_portal
from tests.portal.test_kills import send
import celwacht.publish.portal.exchange.answers
folder = Path(sys.argv[1])
portal = open_portal(folder / "portal", folder / "portal.key")
print("go", flush=True)
send(portal, sys.argv[2], (folder / "content").read_bytes())
"""


@pytest.mark.long
def test_kill_9_at_chance_moments(office):
    """Twelve deaths of a real process in one upload; after each, the pieces that count are whole."""
    content = HEADER + EMPTY + b"\n" * 20_000
    (office.folder / "content").write_bytes(content)
    number, dice = begun(office, len(content)).id, random.Random(5)
    reached = []
    for _ in range(12):
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(office.folder), number], stdout=subprocess.PIPE, text=True)
        assert child.stdout.readline() == "go\n"
        time.sleep(dice.random() * 0.2)
        child.kill()
        child.wait()
        upload = uploads.find(office.portal, PARTY, number)
        pieces = sorted((office.folder / "portal/incoming" / number).glob("[0-9]*")) if upload.state == "receiving" else []
        whole = b"".join(office.portal.seal.opened(p.read_bytes(), f"{number}/{p.name}") for p in pieces if int(p.name) < upload.received)
        assert upload.state != "receiving" or whole == content[: upload.received]
        reached.append(upload.received)
    assert reached == sorted(reached) and 0 < reached[-1]
    again = open_portal(office.folder / "portal", office.folder / "portal.key")
    for upload in uploads.unfinished(again):
        uploads.finish(again, upload)
    if uploads.find(again, PARTY, number).state == "receiving":
        send(again, number, content)
    assert uploads.find(again, PARTY, number).state == "ready" and collected(office) == [content]


OFFICE_CHILD = """
import sys
from pathlib import Path
from celwacht.publish.portal.office import Office
folder = Path(sys.argv[1])
office = Office.open(folder / "portal", folder / "portal.key")
print("go", flush=True)
if sys.argv[2] == "deposit":
    office.deposit(folder / "spiegelrapporten")
else:
    office.collect(folder / "data", folder / "office.key")
"""


def killed_soon(folder, what, seconds):
    """A real process of the office that is killed after so many seconds."""
    child = subprocess.Popen([sys.executable, "-c", OFFICE_CHILD, str(folder), what], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "go\n"
    time.sleep(seconds)
    child.kill()
    child.wait()


@pytest.mark.long
def test_kill_9_while_the_office_puts_in_and_collects(office, monkeypatch):
    """Eight deaths in forty reports, eight in twenty files; the run after them ends it, with each once."""
    dice, data, folder = random.Random(15), office.folder / "data", office.folder / "spiegelrapporten"
    monkeypatch.setattr(uploads.answers, "answer", lambda *_: uploads.answers.Answer(True, 0, 0, (), 0))
    data.mkdir()
    for number in range(40):
        party = f"4{number:07}"
        accounts.invite(office.portal, party, f"m{number}@example.nl")
        (folder / party).mkdir(parents=True)
        (folder / party / "jeugdhulp-2026HJ01-spiegelrapport.html").write_text(party)
    for number in range(20):
        send(office.portal, begun(office, len(CONTENT) + number).id, CONTENT + b" " * number)
    for what in ("deposit", "collect"):
        for _ in range(8):
            killed_soon(office.folder, what, dice.random() * 0.15)
    Bureau(office.portal).deposit(folder)
    files = collected(office)
    reports.remove_expired(office.portal)
    assert (
        sorted(files) == sorted(CONTENT + b" " * number for number in range(20)) and list((office.folder / "portal/drop").iterdir()) == []
    )
    for number in range(40):
        (mine,) = reports.of_party(office.portal, f"4{number:07}")
        assert reports.fetch(office.portal, mine.party, mine.id)[1] == mine.party.encode()
    assert len(list((office.folder / "portal/reports").iterdir())) == 40
    waiting = "".join(path.read_text() for path in office.portal.outbox.waiting())
    assert all(f"To: m{number}@example.nl" in waiting for number in range(40)) and office.portal.log.lines()
