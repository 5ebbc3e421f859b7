"""Every requirement of the portal (OWASP ASVS 5.0, by number) against the running process, over TLS; `asked` holds the list against what is tested."""

import re
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import httpx
import pytest
from celwacht.publish.portal.accounts import accounts, entering, one_time, sessions
from celwacht.publish.portal.exchange import reports

from tests.portal.made import SENTENCE, STRANGER, seed_on
from tests.portal.test_live import Door, door, sent  # noqa: F401

ASKED = """6.1.1 6.2.1 6.2.4 6.2.5 6.2.7 6.2.8 6.2.9 6.2.10 6.2.11 6.2.12 6.3.1 6.3.3 6.4.1 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.6.2 6.6.3
7.2.3 7.2.4 7.3.1 7.3.2 7.4.1 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 8.2.2 5.4.1 5.4.2 14.2.1 14.3.1 14.3.2 12.1.1 16.2.2 16.3.1 16.3.2 16.4.2 16.5.1""".split()
"""What was asked of the portal when it was designed."""
TESTED: set[str] = set()
NEW = "boter zon ladder vijf"


def asks(*numbers: str) -> Callable:
    """What a test is of."""
    TESTED.update(numbers)
    return lambda test: test


@dataclass
class Member:
    """Somebody who is enrolled, quickly: a hash of a low cost is kept, which the process takes as it is."""

    door: Door
    mail: str
    seed: bytes
    recovery: tuple[str, ...]

    @staticmethod
    def of(place: Door, mail: str, party: str = "40000051") -> "Member":
        cheap = replace(place.portal, cost=4)
        token = entering.accept(cheap, mail, accounts.invite(cheap, party, mail), STRANGER)
        seed = entering.choose(cheap, token, SENTENCE)
        entered = entering.confirm(cheap, token, one_time.code_at(seed, int(time.time()) // 30), STRANGER)
        return Member(place, mail, seed, entered.recovery)

    @property
    def id(self) -> str:
        return accounts.by_mail(self.door.portal, self.mail).id

    def set(self, change: str, *values: object) -> None:
        """What the clock, or time, would have done."""
        with self.door.portal.database.change() as db:
            db.execute(change, (*values, self.id))

    def code(self, steps: int = 0) -> str:
        """A code of now that counts as not used yet."""
        self.set("UPDATE account SET step = 0 WHERE id = ?")
        return one_time.code_at(self.seed, int(time.time()) // 30 + steps)

    def half(self, password: str = SENTENCE) -> httpx.Client:
        browser = self.door.browser()
        assert sent(browser, "/inloggen", mail=self.mail, password=password).headers.get("location") == "/code"
        return browser

    def comes_in(self) -> httpx.Client:
        browser = self.half()
        assert sent(browser, "/code", code=self.code()).headers.get("location") == "/rapporten"
        return browser


def signed_out(browser: httpx.Client) -> bool:
    return browser.get("/account").headers.get("location") == "/inloggen"


def mailed(door, mail: str, before: int) -> str:  # noqa: F811
    """The code of the mail that comes after so many."""
    for _ in range(500):
        found = [text for path in door.portal.outbox.waiting() if f"To: {mail}" in (text := path.read_text())]
        if len(found) > before:
            return next(code for text in found for code in re.findall(r"[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}", text))
        time.sleep(0.01)
    raise AssertionError("no mail")


@asks("6.2.1", "6.2.4", "6.2.5", "6.2.7", "6.2.8", "6.2.9", "6.2.11", "6.2.12")
def test_passwords(door):  # noqa: F811
    """Too short, common, breached or made of the account: refused; of one kind of character, or of 200: taken, and whole. Fields may be pasted in."""
    code = accounts.invite(door.portal, "40000051", "woord@example.nl")
    browser = door.browser()
    sent(browser, "/uitnodiging", mail="woord@example.nl", code=code)
    page = browser.get("/wachtwoord").text
    assert page.count('type="password"') == 2 and not re.search(r"onpaste|readonly|maxlength|pattern=", page)
    for bad in ("elf tekens!", "password1234", "qwertyuiop123", "iloveyou1234", "woord@example.nl", "40000051 40000051", "x" * 201):
        assert sent(browser, "/wachtwoord", password=bad, again=bad).status_code == 400
    for good in ("boterzonladdervijf", "hier staat een zin van veel meer dan vierenzestig tekens, met komma's en al erin " * 2):
        assert sent(browser, "/wachtwoord", password=good, again=good).headers["location"] == "/tweede-stap"
    seed = seed_on(browser.get("/tweede-stap").text)
    assert sent(browser, "/tweede-stap", code=one_time.code_at(seed, int(time.time()) // 30)).status_code == 200
    for given, status in ((good[:-2] + "x ", 400), (good[:72], 400), (good, 303)):
        assert sent(door.browser(), "/inloggen", mail="woord@example.nl", password=given).status_code == status


@asks("6.2.10")
def test_no_password_is_over(door):  # noqa: F811
    one = Member.of(door, "jaren@example.nl")
    one.set("UPDATE account SET made = made - ? WHERE id = ?", 10 * 365 * 86400)
    assert one.comes_in().get("/rapporten").status_code == 200


@asks("6.1.1", "6.3.1")
def test_guesses_are_few_and_lock_nobody_out(door):  # noqa: F811
    """Ten wrong ones from strangers, then the right one is not looked at; the browser that was in before comes in."""
    one = Member.of(door, "raden@example.nl")
    own = one.comes_in()
    stranger = door.browser()
    for n in range(11):
        assert sent(stranger, "/inloggen", mail=one.mail, password=f"geraden zin nummer {n}").status_code == 400
    assert sent(door.browser(), "/inloggen", mail=one.mail, password=SENTENCE).status_code == 400
    sent(own, "/uitloggen", "/account")
    assert sent(own, "/inloggen", mail=one.mail, password=SENTENCE).headers["location"] == "/code"


@asks("6.3.3", "16.3.1", "16.3.2", "16.2.2")
def test_two_factors_and_the_log(door):  # noqa: F811
    """A password alone opens nothing; entries with their factor, refusals with their step, at times in UTC; no address or code among them."""
    one = Member.of(door, "stap@example.nl")
    browser = one.half()
    for path in ("/rapporten", "/inzenden", "/formulier", "/account", "/sleutels"):
        assert browser.get(path).headers["location"] == "/inloggen"
    assert sent(browser, "/code", code="000").status_code == 400
    code = one.code()
    assert sent(browser, "/code", code=code).status_code == 303
    refused, entered = door.portal.log.lines()[-2:]
    assert (refused["what"], refused["step"]) == ("refused", "factor") and entered["factor"] == "password+totp"
    moment = datetime.strptime(entered["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 60
    text = (door.folder / "portal/log.jsonl").read_text()
    assert not any(secret in text for secret in (one.mail, code, SENTENCE))


@asks("6.4.1", "6.4.4", "7.4.5")
def test_invitations(door):  # noqa: F811
    """Of chance, once, for a time; a new one drops all by which the holder came in before, at once."""
    one = Member.of(door, "brief@example.nl")
    browser = one.comes_in()
    codes = [accounts.invite(door.portal, "40000051", one.mail) for _ in range(2)]
    assert len(set(codes)) == 2 and all(len(code.replace("-", "")) * 5 >= 64 for code in codes)
    assert signed_out(browser) and sent(door.browser(), "/inloggen", mail=one.mail, password=SENTENCE).status_code == 400
    assert sent(door.browser(), "/uitnodiging", mail=one.mail, code=codes[0]).status_code == 400
    one.set("UPDATE code SET expires = ? WHERE account = ?", int(time.time()))
    assert sent(door.browser(), "/uitnodiging", mail=one.mail, code=codes[1]).status_code == 400
    again = Member.of(door, one.mail)
    code = accounts.invite(door.portal, "40000051", "eens@example.nl")
    assert Member.of(door, "eens@example.nl").comes_in() and again.comes_in()
    assert sent(door.browser(), "/uitnodiging", mail="eens@example.nl", code=code).status_code == 400
    kept = again.comes_in()
    accounts.end_account(door.portal, one.mail)
    assert signed_out(kept)


@asks("6.4.3", "6.6.2", "6.5.5", "6.6.3")
def test_a_forgotten_password(door):  # noqa: F811
    """The factor is still asked; the code is of the browser that asked, for ten minutes, once; the fourth mail of an hour is not sent."""
    one = Member.of(door, "kwijt@example.nl")

    def asked(n: int) -> tuple[httpx.Client, str]:
        browser = door.browser()
        assert sent(browser, "/vergeten", mail=one.mail).headers["location"] == "/herstellen"
        return browser, mailed(door, one.mail, n)

    def reset(browser, code: str, factor: str) -> int:
        return sent(browser, "/herstellen", mail=one.mail, mailed=code, code=factor, password=NEW, again=NEW).status_code

    browser, code = asked(0)
    assert reset(browser, code, "") == 400 and reset(browser, code, "000000") == 400
    assert reset(door.browser(), code, one.code()) == 400
    token = re.search(r'name="token" value="(\w+)"', browser.get("/herstellen").text)[1]
    form = {"token": token, "mail": one.mail, "mailed": code, "code": one.code(), "password": NEW, "again": NEW}
    changed = browser.post("/herstellen", data=form)
    assert changed.status_code == 200 and 'action="/inloggen"' in changed.text  # where one signs in at once
    assert reset(browser, code, one.code()) == 400 and one.half(NEW)
    for path in door.portal.outbox.waiting():
        path.unlink()
    browser, code = asked(0)
    one.set("UPDATE code SET expires = expires - 600 WHERE account = ?")
    assert reset(browser, code, one.code()) == 400
    asked(1)
    many = len(door.portal.outbox.waiting())
    for _ in range(2):
        assert sent(door.browser(), "/vergeten", mail=one.mail).headers["location"] == "/herstellen"
    time.sleep(0.2)
    assert len(door.portal.outbox.waiting()) == many


@asks("6.5.1", "6.5.3", "6.5.5")
def test_codes_of_the_app(door):  # noqa: F811
    """Once, also of two at the same moment; of the half minute before and after, and no further; the seed is of 160 bits."""
    one = Member.of(door, "app@example.nl")
    assert len(one.seed) == 20 and one.seed != Member.of(door, "app2@example.nl").seed
    first, second, third = one.half(), one.half(), one.half()
    code, forms = one.code(), [re.search(r'name="token" value="(\w+)"', b.get("/code").text)[1] for b in (first, second)]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda b, token: b.post("/code", data={"token": token, "code": code}).status_code, (first, second), forms))
    assert sorted(done) == [303, 400]
    assert sent(third, "/code", code=code).status_code == 400
    for steps, status in ((-3, 400), (3, 400), (-1, 303)):
        assert sent(third, "/code", code=one.code(steps)).status_code == status
    assert sent(one.half(), "/code", code=one_time.code_at(one.seed, int(time.time()) // 30 + 1)).status_code == 303


@asks("6.5.2", "6.5.4")
def test_recovery_codes(door):  # noqa: F811
    """Ten of 120 bits, kept as digests with a key; once each, also of two at the same moment."""
    one = Member.of(door, "herstel@example.nl")
    assert len(set(one.recovery)) == 10 and all(len(code.replace("-", "")) * 5 >= 112 for code in one.recovery)
    kept = {row["digest"] for row in door.portal.database.rows("SELECT digest FROM recovery WHERE account = ?", one.id)}
    assert len(kept) == 10 and all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in kept)
    both = [one.half(), one.half()]
    forms = [re.search(r'name="token" value="(\w+)"', b.get("/code").text)[1] for b in both]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda b, t: b.post("/code", data={"token": t, "code": one.recovery[0]}).status_code, both, forms))
    assert sorted(done) == [303, 400] and len(door.portal.database.rows("SELECT 1 FROM recovery WHERE account = ?", one.id)) == 9


@asks("7.2.3", "7.2.4", "7.4.1", "7.4.4", "14.3.1")
def test_sessions_are_new_and_end(door):  # noqa: F811
    """256 bits, another at every step, none that a visitor brings along; a way out on every page, after which the old token is nobody's."""
    one, brought = Member.of(door, "sessie@example.nl"), "A" * 43
    browser = door.browser()
    browser.cookies.set("__Host-celwacht", brought, domain="127.0.0.1", path="/")
    seen = [brought]
    token = re.search(r'name="token" value="(\w+)"', browser.get("/inloggen").text)[1]
    for answer in (
        browser.post("/inloggen", data={"token": token, "mail": one.mail, "password": SENTENCE}),
        sent(browser, "/code", code=one.code()),
    ):
        (line,) = [text for text in answer.headers.get_list("set-cookie") if text.startswith("__Host-celwacht=")]
        seen.append(re.match(r"__Host-celwacht=([\w-]{43});", line)[1])
        browser.cookies.delete("__Host-celwacht")
        browser.cookies.set("__Host-celwacht", seen[-1], domain="127.0.0.1", path="/")
    assert len(set(seen)) == 3
    for path in ("/rapporten", "/inzenden", "/formulier", "/account", "/sleutels"):
        assert 'action="/uitloggen"' in browser.get(path).text
    out = sent(browser, "/uitloggen", "/account")
    assert "storage" in out.headers["clear-site-data"]
    for old in seen:
        stranger = door.browser()
        stranger.cookies.set("__Host-celwacht", old, domain="127.0.0.1", path="/")
        assert signed_out(stranger)


@asks("7.3.1", "7.3.2")
@pytest.mark.parametrize(("column", "seconds"), [("seen", 900), ("made", 8 * 3600)])
def test_sessions_are_over(door, column, seconds):  # noqa: F811
    """When idle, and in any case."""
    one = Member.of(door, f"over-{column}@example.nl")
    browser = one.comes_in()
    one.set(f"UPDATE session SET {column} = {column} - ? WHERE account = ?", seconds - 60)
    assert not signed_out(browser)
    one.set(f"UPDATE session SET {column} = {column} - ? WHERE account = ?", seconds)
    assert signed_out(browser)


@asks("7.5.1", "7.4.3", "7.5.2")
def test_a_password_is_changed_with_both_factors(door):  # noqa: F811
    """Without one of them it stays; with both the other sessions end; a user sees them and ends one."""
    one = Member.of(door, "ander@example.nl", "40000052")
    mine, other, third = one.comes_in(), one.comes_in(), one.comes_in()
    listed = mine.get("/account").text
    its = sessions.digest_of(door.portal, other.cookies["__Host-celwacht"])
    assert listed.count('name="end"') == 3 and f'name="end" value="{its}"' in listed  # the third is that of the enrolment
    sent(mine, "/account", end=its)
    assert signed_out(other) and not signed_out(third)
    for current, code in (("een andere zin", one.code()), (SENTENCE, ""), ("", "")):
        assert sent(mine, "/account", current=current, code=code, password=NEW, again=NEW).status_code == 400
    assert sent(mine, "/account", current=SENTENCE, code=one.code(), password=NEW, again=NEW).status_code == 200
    assert signed_out(third) and not signed_out(mine)
    assert one.half(NEW)


@asks("8.2.2", "5.4.1", "5.4.2", "14.3.2", "14.2.1", "16.5.1")
def test_reports(door):  # noqa: F811
    """Another's, one that is over and one that never was: the same answer to the byte. A name of the office, nothing kept, nothing told of a failure."""
    one = Member.of(door, "lees@example.nl", "40000053")
    folder = door.folder / "asvs"
    for party in ("40000053", "40000054"):
        (folder / party).mkdir(parents=True)
        for kind in ("jeugdhulp", "jeugdreclassering"):
            (folder / party / f"{kind}-2026HJ01-spiegelrapport.json").write_text("{}")
    reports.put_in(door.portal, folder, ("40000053", "40000054"))
    (mine, old), (theirs, _) = reports.of_party(door.portal, "40000053"), reports.of_party(door.portal, "40000054")
    browser = one.comes_in()
    got = browser.get(f"/rapporten/{mine.id}")
    assert got.headers["content-disposition"] == f'attachment; filename="{mine.name}"' and got.headers["cache-control"] == "no-store"
    with door.portal.database.change() as db:
        db.execute("UPDATE report SET expires = 0 WHERE id = ?", (old.id,))
    answers = [browser.get(f"/rapporten/{number}") for number in (theirs.id, old.id, "0" * 32, "..%2f..%2fportal.db", "%00")]
    assert {one.status_code for one in answers} == {404} and len({one.content for one in answers}) == 1
    assert len({tuple(sorted((k, v) for k, v in one.headers.items() if k != "date")) for one in answers}) == 1
    for path in ("/rapporten", "/account", "/inzenden", "/sleutels"):
        links = re.findall(r'(?:href|action|src)="([^"]*)"', browser.get(path).text)
        assert links and not any(re.search(r"[\w-]{43}|token|mail|code=", link) for link in links)
    ended = Member.of(door, "weg@example.nl", "40000053").comes_in()
    assert ended.get(f"/rapporten/{mine.id}").status_code == 200
    accounts.end_account(door.portal, "weg@example.nl")
    assert ended.get(f"/rapporten/{mine.id}").headers["location"] == "/inloggen"  # at once, also for what it saw in its list
    (door.folder / "portal" / "reports" / f"{mine.id}.sealed").unlink()
    broken = browser.get(f"/rapporten/{mine.id}")
    assert broken.status_code == 500 and broken.text == "Something went wrong at our side. Try again later.\n"
    assert "no-store" in broken.headers["cache-control"]


@asks("12.1.1")
def test_tls(door):  # noqa: F811
    """1.2 and 1.3, and no older."""
    for version, spoken in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True)):
        context = ssl.create_default_context(cafile=door.folder / "cert.pem")
        context.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning) if not spoken else pytest.MonkeyPatch.context():
            context.minimum_version = version
            context.maximum_version = version
        with httpx.Client(verify=context) as client:
            if spoken:
                assert client.get(door.url + "/inloggen").status_code == 200
            else:
                with pytest.raises(httpx.ConnectError):
                    client.get(door.url + "/inloggen")


@asks("16.4.2")
def test_the_log_tells_when_it_was_changed(door):  # noqa: F811
    """`celwacht portal log` prints it while it is whole, and names the first line that is not."""
    command = [sys.executable, "-m", "celwacht.publish.cli", "portal", "log", str(door.folder / "portal"), "--key"]
    path, whole = door.folder / "portal" / "log.jsonl", (door.folder / "portal" / "log.jsonl").read_bytes()
    lines = whole.splitlines(keepends=True)
    try:
        path.write_bytes(b"".join([*lines[:1], *lines[2:]]))
        told = subprocess.run([*command, str(door.folder / "portal.key")], capture_output=True, text=True)
        assert told.returncode == 1 and "line 2 of the log was changed" in told.stderr + told.stdout
    finally:
        path.write_bytes(whole)


def test_a_death_between_code_and_session_uses_nothing_up(door, monkeypatch):  # noqa: F811
    """Both are one transaction: a process that ends in between leaves the code as it was, and nobody in."""
    one = Member.of(door, "dood@example.nl")
    token, code = entering.sign_in(door.portal, one.mail, SENTENCE, STRANGER), one.code()

    class Killed(BaseException):
        pass

    def killed(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(entering.sessions, "begin", killed)
        with pytest.raises(Killed):
            entering.second_factor(door.portal, token, code, STRANGER)
    assert entering.second_factor(door.portal, token, code, STRANGER)


def test_every_requirement_has_its_test():
    """Number by number; and the guide for the office names each."""
    assert sorted(TESTED) == sorted(ASKED)
