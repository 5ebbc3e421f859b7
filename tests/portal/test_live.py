"""The running portal, over TLS, as a browser and as an attacker meet it: ASVS 5.0 by number."""

import os
import re
import signal
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from celwacht.publish.portal.accounts import accounts, one_time
from celwacht.publish.portal.exchange import reports
from celwacht.publish.portal.keeping.portal_folder import Portal, make_portal, open_portal
from celwacht.publish.portal.web.pages import words
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.portal.made import SENTENCE, seed_on
from tests.serve import live


def certificate(folder: Path) -> None:
    """A certificate for 127.0.0.1 of a day, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "portal")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
    (folder / "cert.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    (folder / "cert.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))


@dataclass
class Door:
    """A running process, and the office's view of its portal."""

    folder: Path
    portal: Portal
    url: str
    process: subprocess.Popen

    def browser(self) -> httpx.Client:
        trusted = ssl.create_default_context(cafile=self.folder / "cert.pem")
        return httpx.Client(base_url=self.url, verify=trusted, headers={"Origin": self.url}, timeout=30)

    def signed_in(self, mail: str, party: str = "40000001") -> tuple[httpx.Client, bytes]:
        code = accounts.invite(self.portal, party, mail)
        browser = self.browser()
        assert sent(browser, "/uitnodiging", mail=mail, code=code).headers["location"] == "/wachtwoord"
        assert sent(browser, "/wachtwoord", password=SENTENCE, again=SENTENCE).headers["location"] == "/tweede-stap"
        seed = seed_on(browser.get("/tweede-stap").text)
        assert sent(browser, "/tweede-stap", code=one_time.code_at(seed, int(time.time()) // 30)).status_code == 200
        return browser, seed


def sent(browser: httpx.Client, path: str, page: str = "", **form: str) -> httpx.Response:
    """A form, with the token of the page that it stands on."""
    token = re.search(r'name="token" value="(\w+)"', browser.get(page or path).text)[1]
    return browser.post(path, data={"token": token, **form})


def serving(folder: Path, port: str = "0") -> subprocess.Popen:
    command = [sys.executable, "-m", "celwacht.publish.cli", "portal", "serve", str(folder / "portal"), "--key", str(folder / "portal.key")]
    command += ["--port", port, "--certificate", str(folder / "cert.pem"), "--private-key", str(folder / "cert.key")]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    folder = tmp_path_factory.mktemp("door")
    certificate(folder)
    make_portal(folder / "portal", folder / "portal.key", folder / "office.key")
    settings = folder / "portal" / "portal.toml"
    url = f"https://127.0.0.1:{live.free_port()}"
    settings.write_text(settings.read_text().replace("https://portal.example.nl", url))
    process = serving(folder, url.rpartition(":")[2])
    assert url in process.stdout.readline()
    yield Door(folder, open_portal(folder / "portal", folder / "portal.key"), url, process)
    process.send_signal(signal.SIGINT)
    process.wait(20)


def test_every_answer_is_guarded(door):
    """14.3.2, 3.4: nothing is kept, nothing runs that is not ours, nobody frames it; pages, files, refusals and what is not there."""
    browser = door.browser()
    for path in ("/inloggen", "/nergens", "/rapporten", "/portal.css", "/../portal.db"):
        headers = browser.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"] and "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["strict-transport-security"] and headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == ("max-age=3600" if path.endswith("css") else "no-store")
    assert browser.put("/inloggen").status_code == 405


def test_cookies_are_for_this_site_alone(door):
    """3.3: Secure, HttpOnly, SameSite=Strict, of this host only; signing out ends the session on the server (7.4.1, 14.3.1)."""
    browser, _ = door.signed_in("koek@example.nl")
    made = [
        line
        for line in sent(door.browser(), "/vergeten", mail="koek@example.nl").headers.get_list("set-cookie")
        if "__Host-celwacht" in line
    ]
    assert made and all(word in made[0] for word in ("Secure", "HttpOnly", "SameSite=strict", "Path=/"))
    kept = dict(browser.cookies)
    out = sent(browser, "/uitloggen", "/account")
    assert out.status_code == 303 and "storage" in out.headers["clear-site-data"]
    assert httpx.get(door.url + "/account", cookies=kept, verify=False).headers["location"] == "/inloggen"


def test_forms_come_from_our_own_pages(door):
    """3.5: another origin, no origin that a browser would send, or another session's token: 403."""
    browser, _ = door.signed_in("vorm@example.nl")
    other, _ = door.signed_in("ander@example.nl")
    token = re.search(r'name="token" value="(\w+)"', other.get("/account").text)[1]
    assert browser.post("/uitloggen", data={"token": token}).status_code == 403
    for origin in ("https://elders.example.nl", "null", door.url.replace("https", "http")):
        assert browser.post("/inloggen", data={}, headers={"Origin": origin}).status_code == 403
    assert browser.get("/account").status_code == 200, "nobody was signed out"


def test_nobody_learns_who_has_an_account(door):
    """6.3.8: the same page, byte for byte, for an address that is there and one that is not, in signing in and in a forgotten password."""
    door.signed_in("bekend@example.nl")
    for path, form in (("/inloggen", {"password": "een verkeerde zin"}), ("/uitnodiging", {"code": "AAAA-AAAA-AAAA-AAAA"})):
        told = [sent(door.browser(), path, mail=mail, **form) for mail in ("bekend@example.nl", "onbekend@example.nl")]
        assert told[0].status_code == told[1].status_code == 400 and told[0].text == told[1].text
    told = [sent(door.browser(), "/vergeten", mail=mail) for mail in ("bekend@example.nl", "onbekend@example.nl")]
    assert [(one.status_code, one.headers["location"], one.content) for one in told] == [(303, "/herstellen", b"")] * 2
    for _ in range(500):  # the mail goes out beside the answer
        if told := re.findall(r"To: (\w*bekend)@", "".join(path.read_text() for path in door.portal.outbox.waiting())):
            break
        time.sleep(0.01)
    assert told == ["bekend"]


def test_reports_of_others_are_not_there(door):
    """8.2.2, 5.4.1: the file comes under the office's name for it; another's, an old one and none at all give the same answer."""
    browser, _ = door.signed_in("een@example.nl", "40000011")
    folder = door.folder / "rapporten"
    for party in ("40000011", "40000012"):
        (folder / party).mkdir(parents=True, exist_ok=True)
        (folder / party / "jeugdhulp-2026HJ01-spiegelrapport.json").write_text(f'{{"party": "{party}"}}')
    reports.put_in(door.portal, folder, ("40000011", "40000012"))
    (mine,), (theirs,) = reports.of_party(door.portal, "40000011"), reports.of_party(door.portal, "40000012")
    got = browser.get(f"/rapporten/{mine.id}")
    assert got.json() == {"party": "40000011"} and got.headers["content-disposition"] == f'attachment; filename="{mine.name}"'
    refused = {browser.get(f"/rapporten/{number}").content for number in (theirs.id, "0" * 32)}
    assert len(refused) == 1 and browser.get(f"/rapporten/{theirs.id}").status_code == 404
    assert door.browser().get(f"/rapporten/{mine.id}").status_code == 303
    told = [(one["what"], one.get("report")) for one in door.portal.log.lines() if one.get("step") == "report"]
    assert ("download", mine.id) in told and told.count(("refused", "")) == 3


def test_a_file_goes_in_over_the_line_and_nothing_reads_it_back(door):
    """Pieces with their place; the answer on the page; no address gives the file; a gemeente sends nothing."""
    browser, _ = door.signed_in("zendt@example.nl", "40000021")
    what = re.search(r'value="(jeugdhulp \w+)"', browser.get("/inzenden").text)[1]
    place = sent(browser, "/inzenden", what=what, form="csv", size="8").headers["location"]
    token = re.search(r'data-token="(\w+)"', browser.get(place).text)[1]

    def put(offset: int, content: bytes, **headers: str) -> httpx.Response:
        return browser.put(f"{place}/stuk", content=content, headers={"Upload-Offset": str(offset), "X-Form-Token": token, **headers})

    assert put(0, b"abcd").headers["upload-offset"] == "4"
    assert put(0, b"abcd").status_code == 409 and put(4, b"x", **{"X-Form-Token": "0" * 64}).status_code == 404
    assert put(4, b"efgh", Origin="https://elders.example.nl").status_code == 403
    assert put(4, b"efgh").status_code == 204
    for _ in range(300):
        if (now := browser.get(f"{place}/stand").json())["state"] not in ("receiving", "checking"):
            break
        time.sleep(0.1)
    dutch, english = browser.get(f"{place}?taal=nl").text, browser.get(f"{place}?taal=en").text
    assert now["state"] == "refused" and "Exporteer het bestand opnieuw" in dutch and 'lang="en"' in dutch
    assert "Exporteer" not in english and 'lang="en"' in english
    assert browser.get(f"{place}/stuk").status_code == 405 and b"abcdefgh" not in browser.get(place).content
    gemeente, _ = door.signed_in("gemeente@example.nl", "GM0106")
    assert gemeente.get("/inzenden").status_code == 404


def filled(browser: httpx.Client, place: str, row: str = "nieuw", **values: str) -> httpx.Response:
    """One row of a form, typed in as its page asks for it."""
    page = browser.get(f"{place}/{row}").text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', page.partition("<main")[2]))
    return browser.post(f"{place}/{row}", data={**hidden, **{f"veld-{name}": value for name, value in values.items()}})


def told_to(browser: httpx.Client, place: str, **what: str) -> httpx.Response:
    """A button of the form's page."""
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', browser.get(place).text.partition("<main")[2]))
    return browser.post(place, data={**hidden, **what})


ROW = {"bsn": "111222333", "geboortedatum": "4-3-2015", "geslacht": "V", "postcode": "1234 ab", "verwijzer": "02", "hulpvorm": "02"}


def begun_form(browser: httpx.Client) -> tuple[str, dict[str, str]]:
    """A new form of the oldest open period of youth care, and a row whose begin lies in it."""
    what = re.findall(r'value="(jeugdhulp \w+)"', browser.get("/formulier").text)[-1]
    year, half = what[-8:-4], what[-2:]
    return sent(browser, "/formulier", what=what).headers["location"], {
        **ROW,
        "crisis": "02",
        "aanvang": f"10-0{3 if half == '01' else 9}-{year}",
    }


def test_a_form_is_filled_in_without_a_script(door):
    """Add, refuse at the field, change, remove, a stale page, the answer by row; nobody else's, no other session's token, no gemeente (8.2.2, 3.5)."""
    browser, _ = door.signed_in("klein@example.nl", "40000031")
    place, row = begun_form(browser)
    wrong = filled(browser, place, **{**row, "bsn": "1112223334"})
    assert wrong.status_code == 400 and 'aria-invalid="true"' in wrong.text and 'value="1112223334"' in wrong.text
    assert "<option selected" not in wrong.text and '<option value="02" selected>' in wrong.text
    assert (
        filled(browser, place, **row).headers["location"] == place
        and filled(browser, place, **{**row, "hulpvorm": "03"}).status_code == 303
    )
    first, second = re.findall(rf'href="{place}/(\w{{12}})"', browser.get(place).text)
    assert "111222333" not in browser.get(place).text and 'value="111222333"' in browser.get(f"{place}/{first}").text
    stale = browser.get(place).text
    assert filled(browser, place, first, **{**row, "bsn": "123456789"}).status_code == 303
    old = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', stale.partition("<main")[2]))
    assert browser.post(place, data={**old, "remove": second}).status_code == 409
    assert told_to(browser, place, remove=second).headers["location"] == place
    assert browser.get(f"{place}/{second}").status_code == 404
    assert told_to(browser, place, send="1").headers["location"] == place
    answer = browser.get(place + "?taal=en").text
    assert "bsn-elfproef" in answer and f'<a href="{place}/{first}">1</a>' in answer and "123456789" not in answer and "{{" not in answer
    other, _ = door.signed_in("naast@example.nl", "40000031")
    for path in (place, f"{place}/{first}", f"{place}/nieuw"):
        assert other.get(path).status_code == 404 and door.browser().get(path).headers["location"] == "/inloggen"
    strange = re.search(r'name="token" value="(\w+)"', other.get("/account").text)[1]
    assert browser.post(place, data={"token": strange, "discard": "1"}).status_code == 403
    assert browser.post(place, data=old, headers={"Origin": "https://elders.example.nl"}).status_code == 403
    assert told_to(browser, place, discard="1").headers["location"] == "/formulier" and browser.get(place).status_code == 404
    gemeente, _ = door.signed_in("gemeentehuis@example.nl", "GM0107")
    assert gemeente.get("/formulier").status_code == 404


@pytest.mark.long
def test_a_form_that_is_right_is_sent_in_and_withdrawn(door):
    """Refused, corrected, accepted: an upload in the list that nothing reads back, and the draft is gone; then taken back."""
    browser, _ = door.signed_in("goed@example.nl", "40000032")
    place, row = begun_form(browser)
    filled(browser, place, **{**row, "geslacht": ""})
    assert told_to(browser, place, send="1").headers["location"] == place
    (number,) = set(re.findall(rf'href="{place}/(\w{{12}})"', browser.get(place).text))
    filled(browser, place, number, **row)
    upload = told_to(browser, place, send="1").headers["location"]
    assert upload.startswith("/inzenden/") and 'data-state="ready"' in browser.get(upload).text and browser.get(place).status_code == 404
    assert not any("111222333" in browser.get(path).text for path in (upload, f"{upload}/stand", "/inzenden", "/formulier"))
    assert sent(browser, upload).headers["location"] == "/inzenden" and 'data-state="withdrawn"' in browser.get(upload).text


def test_pages_are_there_in_both_languages(door):
    """Every page before the door, with its texts and without a hole."""
    for language, title in (("nl", "Inloggen"), ("en", "Sign in")):
        browser = door.browser()
        assert f"<h1>{title}</h1>" in browser.get(f"/inloggen?taal={language}").text
        for path in ("/inloggen", "/uitnodiging", "/vergeten", "/herstellen", "/aanmelden"):
            page = browser.get(path).text
            assert f'<html lang="{language}">' in page and "{{" not in page


def test_no_text_has_a_name_that_templates_take_for_something_else():
    """`w.keys` is a method of a mapping, and no text."""
    for language in ("nl", "en"):
        assert not {name for name in words(language) if hasattr(dict, name)}


def test_who_signs_up_is_heard_once_it_is_whole(door):
    told = {
        "name": "Zorg BV",
        "kvk": "12345678",
        "address": "Straat 1",
        "contact": "P. Jansen",
        "mail": "nieuw@example.nl",
        "kinds": "jeugdhulp",
    }
    assert sent(door.browser(), "/aanmelden", **{**told, "kvk": "1"}).status_code == 400
    assert "ontvangen" in sent(door.browser(), "/aanmelden", **told).text
    rows = door.portal.database.rows("SELECT told FROM application")
    assert len(rows) == 1 and b"Jansen" not in rows[0]["told"]


def test_the_log_holds_every_entry_with_its_factor(door):
    """16.3.1: and it is whole, after all of the above."""
    door.signed_in("log@example.nl")
    assert {"factor": "password+totp", "what": "enrolled"}.items() <= door.portal.log.lines()[-1].items()
