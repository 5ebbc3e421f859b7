"""A portal that dies while a file comes in, is checked or is collected: what was taken stays taken, nothing is there twice, and the next start ends it."""

import random
import subprocess
import sys
import time

import pytest
from celwacht.publish.portal.exchange import collect, uploads
from celwacht.publish.portal.keeping.portal_folder import open_portal, private_half
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
        pieces = sorted((office.folder / "portal/incoming" / number).iterdir()) if upload.state == "receiving" else []
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
