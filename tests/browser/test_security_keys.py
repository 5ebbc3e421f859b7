"""Security keys at a running `celwacht portal serve`, with Chromium's own virtual authenticator (DevTools, WebAuthn domain): add, sign in, refuse, remove."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celwacht.publish.portal.accounts import accounts, one_time
from celwacht.publish.portal.keeping.portal_folder import Portal, make_portal, open_portal

from tests.browser.test_access import axe, faults  # noqa: F401
from tests.portal.made import SENTENCE, seed_on
from tests.serve import live

PARTY = "40000001"
KEY = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": True, "isUserVerified": True}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where this portal and its key are; others of the same worker have theirs."""
    return tmp_path_factory.mktemp("portal_with_keys")


@pytest.fixture(scope="module")
def site(browser, folder) -> Iterator[str]:
    """The portal's process at http://localhost, where browsers allow keys without TLS."""
    make_portal(folder / "portal", folder / "portal.key", folder / "office.key")
    port = live.free_port()
    settings = folder / "portal" / "portal.toml"
    settings.write_text(settings.read_text().replace("https://portal.example.nl", f"http://localhost:{port}"))
    command = [sys.executable, "-m", "celwacht.publish.cli", "portal", "serve", str(folder / "portal"), "--key", str(folder / "portal.key")]
    process = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.PIPE, text=True)
    assert "Serving" in process.stdout.readline()
    yield f"http://localhost:{port}"
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="module")
def portal(site, folder) -> Portal:
    """The office's view of it."""
    return open_portal(folder / "portal", folder / "portal.key")


class Person:
    """Somebody with a browser, an account and a key that is plugged in."""

    def __init__(self, opened, portal: Portal, mail: str):
        self.page, self.mail, self.used = opened("/uitnodiging?taal=nl", width=390), mail, 0
        self.devtools = self.page.context.new_cdp_session(self.page)
        self.devtools.send("WebAuthn.enable")
        self.key = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]
        self.fill(mail=mail, code=accounts.invite(portal, PARTY, mail))
        self.fill(password=SENTENCE, again=SENTENCE)
        self.seed = seed_on(self.page.content())
        self.fill(code=self.code())

    def code(self) -> str:
        """A code that was not used yet: of the running half minute, or of the next, which is taken too."""
        while (step := max(int(time.time()) // 30, self.used + 1)) > int(time.time()) // 30 + 1:
            time.sleep(1)
        self.used = step
        return one_time.code_at(self.seed, step)

    def fill(self, press: str = "form.form button:not([type])", **fields: str) -> None:
        for name, value in fields.items():
            self.page.fill(f"#{name}", value)
        with self.page.expect_navigation():
            self.page.click(press)

    def to(self, path: str) -> None:
        self.page.goto(re.match(r"http://[^/]+", self.page.url)[0] + path)

    def sign_in_with_key(self) -> None:
        self.page.click("nav button")
        self.page.wait_for_url("**/inloggen")
        self.fill(mail=self.mail, password=SENTENCE)
        self.fill(press=".key button")


def test_a_key_is_added_used_refused_and_removed(opened, portal, axe):  # noqa: F811
    """In the browser, without a code of the app where the key is there; each page without a fault of axe, in Dutch and English."""
    one = Person(opened, portal, "zorg@example.nl")
    page = one.page
    one.to("/sleutels")
    assert faults(page, axe) == [] and page.locator(".key").count() == 0
    assert page.locator("h1").inner_text() == "Beveiligingssleutels en passkeys"
    one.fill(current=SENTENCE, code=one.code())
    assert faults(page, axe) == [] and page.locator("h1").inner_text() == "Een sleutel toevoegen"
    one.fill(press=".key button", name="<b>blauwe sleutel</b>")
    assert "De sleutel is toegevoegd" in page.inner_text("main") and "<b>blauwe sleutel</b>:" in page.inner_text("main")
    assert faults(page, axe) == []
    one.sign_in_with_key()
    assert page.url.endswith("/rapporten")
    assert portal.log.lines()[-1]["factor"] == "password+webauthn"
    (row,) = portal.database.rows("SELECT * FROM security_key")
    assert row["counter"] > 0 and row["used"] > 0
    for language, scheme, width in (("nl", "dark", 1280), ("en", "light", 390)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 850})
        for path in ("/sleutels", "/account"):
            one.to(f"{path}?taal={language}")
            assert faults(page, axe) == [] and page.evaluate("document.documentElement.scrollWidth") <= width
    # The page says it, nothing is sent, and the code of the app can still be filled in, when the key is not verified.
    one.devtools.send("WebAuthn.setUserVerified", {"authenticatorId": one.key, "isUserVerified": False})
    page.click("nav button")
    page.wait_for_url("**/inloggen")
    one.fill(mail=one.mail, password=SENTENCE)
    assert faults(page, axe) == []
    page.click(".key button")
    page.locator(".key [role=status]:not(:empty)").wait_for()
    assert page.url.endswith("/code") and page.locator("#code[required]").count() == 1
    one.devtools.send("WebAuthn.setUserVerified", {"authenticatorId": one.key, "isUserVerified": True})
    one.fill(press=".key button")
    assert page.url.endswith("/rapporten")
    # Removed with the key itself as the factor; then the browser is asked for none any more.
    one.to("/sleutels")
    page.select_option("#what", index=1)
    one.fill(press=".key button", current=SENTENCE)
    assert "The key was removed" in page.inner_text("main") and portal.database.rows("SELECT * FROM security_key") == []


@pytest.mark.long
def test_a_copied_key_and_a_moved_account(opened, portal):
    """A copy with a counter of before is refused with a reason on the page; what the office moves has no keys any more."""
    one = Person(opened, portal, "kopie@example.nl")
    one.to("/sleutels")
    one.fill(current=SENTENCE, code=one.code())
    one.fill(press=".key button", name="sleutel")
    one.sign_in_with_key()
    (copy,) = one.devtools.send("WebAuthn.getCredentials", {"authenticatorId": one.key})["credentials"]
    one.devtools.send("WebAuthn.clearCredentials", {"authenticatorId": one.key})
    one.devtools.send("WebAuthn.addCredential", {"authenticatorId": one.key, "credential": {**copy, "signCount": 0}})
    one.sign_in_with_key()
    assert one.page.url.endswith("/code") and "niet aangenomen" in one.page.inner_text("[role=alert]")
    assert [line["why"] for line in portal.log.lines() if "why" in line][-1] == "counter"
    accounts.move_account(portal, one.mail, "nieuw@example.nl")
    assert portal.database.rows("SELECT * FROM security_key WHERE account = ?", accounts.by_mail(portal, "nieuw@example.nl").id) == []
    opened.troubles[:] = [t for t in opened.troubles if "400" not in t]  # the page of a key that was refused
