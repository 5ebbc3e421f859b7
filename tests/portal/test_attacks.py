"""What an attacker tries beside the requirements: odd bytes, other hosts, paths, too much of everything, and races; against the process or its functions."""

import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from celwacht.publish.portal.accounts import guesses, passwords
from celwacht.publish.portal.accounts.entering import Visitor, sign_in
from celwacht.publish.portal.exchange import uploads
from celwacht.publish.portal.office import Office as Bureau
from celwacht.publish.portal.web import coming_in, signing_up
from celwacht.publish.portal.web.asked import Asked

from tests.portal.made import SENTENCE, Office
from tests.portal.test_asvs import Member
from tests.portal.test_exchange import PARTY
from tests.portal.test_live import door, sent  # noqa: F401

MAIL = "zorg@example.nl"


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


def test_odd_bytes_are_refused_and_no_error_of_ours(door):  # noqa: F811
    """Tokens, numbers and codes of any characters; forms of too many fields or bytes; what is no form at all."""
    browser = Member.of(door, "vreemd@example.nl", "40000061").comes_in()
    for path in ("/account", "/uitloggen", "/inzenden", "/formulier", "/sleutels"):
        assert browser.post(path, data={"token": "\u00e9\u20ac"}).status_code == 403
    what = re.search(r'value="(jeugdhulp \w+)"', browser.get("/inzenden").text)[1]
    for size in ("\u00b2", "\u0663", "-1", "1e9", "", "9" * 400, "0x10"):
        assert sent(browser, "/inzenden", what=what, form="csv", size=size).status_code == 400
    for form in ("../csv", "csv/../../x", "CSV", "exe", ""):
        assert sent(browser, "/inzenden", what=what, form=form, size="5").status_code == 400
    place = sent(browser, "/inzenden", what=what, form="csv", size="5").headers["location"]
    token = re.search(r'data-token="(\w+)"', browser.get(place).text)[1]
    for headers in ({"Upload-Offset": b"\xb2"}, {"Upload-Offset": "-1"}, {"Upload-Offset": "9" * 300}, {"X-Form-Token": b"\xe9\xff"}):
        assert (
            browser.put(f"{place}/stuk", content=b"x", headers={"Upload-Offset": "0", "X-Form-Token": token, **headers}).status_code == 404
        )
    assert browser.post("/inloggen", data={f"a{n}": "" for n in range(400)}).status_code == 413
    assert browser.post("/inloggen", content=b"a" * 200_000).status_code == 413
    assert (
        browser.put(f"{place}/stuk", content=bytes(uploads.PIECE + 1), headers={"Upload-Offset": "0", "X-Form-Token": token}).status_code
        == 413
    )
    for content in (b"\xff\xfe%ff%00", b"=&=&&", b"token=%00", b"{}"):
        assert door.browser().post("/inloggen", content=content).status_code == 400
    for path in ("/formulier/%2e%2e%2f", "/inzenden/..%5c..", "/rapporten/%00", "/formulier/x/%ff", "/" + "a" * 5000):
        assert browser.get(path).status_code == 404


def test_another_host_changes_nothing(door):  # noqa: F811
    """What a request calls this host comes back in no link, redirect or mail; forms from there are refused, whatever the headers of a proxy say."""
    evil = {
        "Host": "kwaad.example.com",
        "X-Forwarded-Host": "kwaad.example.com",
        "X-Forwarded-For": "203.0.113.9",
        "Forwarded": "host=kwaad.example.com",
    }
    browser = door.browser()
    page = browser.get("/inloggen", headers=evil)
    assert page.status_code == 200 and "kwaad" not in page.text + str(page.headers)
    slash = browser.get("/inloggen/", headers=evil)
    assert slash.status_code == 404 and "kwaad" not in slash.text + str(slash.headers)
    assert browser.get("/rapporten", headers=evil).headers["location"] == "/inloggen"
    assert browser.post("/vergeten", data={}, headers={**evil, "Origin": "https://kwaad.example.com"}).status_code == 403
    assert browser.post("/vergeten", data={"mail": "niemand@example.nl"}, headers=evil).headers["location"] == "/herstellen"
    assert all("203.0.113.9" not in str(line) for line in door.portal.log.lines()[-3:])


def test_who_is_not_in_has_no_piece_read(door):  # noqa: F811
    """Refused before the bytes come: nobody fills the memory from outside."""
    answer = door.browser().put(
        "/inzenden/" + "0" * 32 + "/stuk", content=bytes(uploads.PIECE + 1), headers={"Upload-Offset": "0", "X-Form-Token": "x"}
    )
    assert answer.status_code == 404


def test_of_two_pieces_at_once_the_one_that_is_taken_lies_there(office):
    """Different bytes for the same place from two windows: the file is that of the one that was told yes, and not a mixture."""
    for n in range(20):
        upload = uploads.begin(office.portal, f"a{n}", PARTY, "jeugdhulp", "2026HJ01", "csv", 10)
        together, done = threading.Barrier(2), []

        def put(content, upload=upload, together=together, done=done):
            together.wait()
            try:
                done.append((content, uploads.add_piece(office.portal, upload, 0, content)))
            except uploads.Misplaced:
                pass

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(put, (b"aaaa", b"bbbbbb")))
        ((content, end),) = done
        (path,) = (office.folder / "portal/incoming" / upload.id).iterdir()
        assert office.portal.seal.opened(path.read_bytes(), f"{upload.id}/{path.name}") == content and end == len(content)
        uploads.withdraw(office.portal, uploads.find(office.portal, PARTY, upload.id))


def test_uploads_are_bounded(office, monkeypatch):
    """So many pieces, and so many uploads in a day."""
    monkeypatch.setattr(uploads, "PIECES", 3)
    monkeypatch.setattr(uploads, "A_DAY", 2)
    first, second, third = (uploads.begin(office.portal, "a", PARTY, "jeugdhulp", "2026HJ01", "csv", 10) for _ in range(3))
    assert first and second and third is None
    for offset in range(3):
        uploads.add_piece(office.portal, uploads.find(office.portal, PARTY, first.id), offset, b"x")
    with pytest.raises(uploads.Misplaced):
        uploads.add_piece(office.portal, uploads.find(office.portal, PARTY, first.id), 3, b"x")
    office.clock.at += 86400
    assert uploads.begin(office.portal, "a", PARTY, "jeugdhulp", "2026HJ01", "csv", 10)


def test_hashes_take_so_much_memory_and_no_more(office, monkeypatch):
    """However many sign in at once; and a network that asked too often gets none made."""
    now, most, lock = [0], [0], threading.Lock()

    def slow(*_):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.002)
        with lock:
            now[0] -= 1
        return bytes(32)

    monkeypatch.setattr(passwords, "_scrypt", slow)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: sign_in(office.portal, f"a{n}@example.nl", SENTENCE, Visitor(f"198.51.{n}.1")), range(40)))
    assert 1 <= most[0] <= 4
    with office.portal.database.change() as db:
        for _ in range(100):
            guesses.take(db, guesses.for_network("203.0.113.1"), office.portal.now())
    monkeypatch.setattr(passwords, "_scrypt", lambda *_: pytest.fail("a hash was made"))
    assert sign_in(office.portal, MAIL, SENTENCE, Visitor("203.0.113.7")) is None


def test_mail_goes_out_beside_the_answer(office, monkeypatch):
    """An answer that waited for its mail would tell, over the same line, who has an account."""
    held, sent_off = threading.Event(), []
    monkeypatch.setattr(coming_in, "shown", None)
    office.enrol()
    monkeypatch.setattr(type(office.portal.outbox), "put", lambda *_: held.wait(10) and sent_off.append(1))
    asked = type(
        "Asked", (), {"method": "POST", "form": {"mail": MAIL}, "portal": office.portal, "visitor": Visitor("192.0.2.1"), "language": "nl"}
    )()
    reply = coming_in.forgotten(asked)
    assert reply.status_code == 303 and reply.background is None and not sent_off
    held.set()


@pytest.mark.parametrize("odd", ["Zorg\x1b[2J BV", "Zorg\nGM0106  aanvaard", "Zorg\u202e BV", "Zorg\x00"])
def test_what_is_signed_up_cannot_write_on_the_screen_of_the_office(office, capsys, odd):
    """Characters that a terminal obeys, a line of their own, text that runs backwards: not taken, and not printed of what lies there."""
    told = dict.fromkeys(signing_up.FIELDS, "x") | {"kvk": "12345678", "mail": "n@example.nl", "name": odd}
    asked = Asked(office.portal, Visitor("192.0.2.1"), "", "nl", told, {}, "POST")
    assert signing_up.sign_up(asked).status_code == 400
    sealed = office.portal.seal.closed(json.dumps(told).encode(), "application/a1")
    with office.portal.database.change() as db:
        db.execute("INSERT INTO application VALUES ('a1', ?, 'waiting', 0)", (sealed,))
    Bureau(office.portal).requests()
    assert not set("\x1b\x00\u202e") & set(out := capsys.readouterr().out) and out.count("\n") == 2


def test_forms_that_wait_are_bounded(door, monkeypatch):  # noqa: F811
    """From wherever they come."""
    assert signing_up.WAITING <= 1000
    with door.portal.database.change() as db:
        db.executemany("INSERT INTO application VALUES (?, x'', 'waiting', 0)", [(f"n{n}",) for n in range(signing_up.WAITING)])
    told = {
        "name": "Zorg BV",
        "kvk": "12345678",
        "address": "Straat 1",
        "contact": "P. Jansen",
        "mail": "n@example.nl",
        "kinds": "jeugdhulp",
    }
    assert sent(door.browser(), "/aanmelden", **told).status_code == 429
    assert sent(door.browser(), "/aanmelden", **{**told, "kvk": "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668"}).status_code == 400
    with door.portal.database.change() as db:
        db.execute("DELETE FROM application")
