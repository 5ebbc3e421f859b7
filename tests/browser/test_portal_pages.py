"""The portal's pages in a browser, before and behind its door: nothing that axe sees, in either language, light and dark, wide and narrow."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
import uvicorn
from celwacht.publish.portal.accounts import accounts, one_time
from celwacht.publish.portal.exchange import answers, drafts, reports, uploads
from celwacht.publish.portal.web.app import make_portal_app

from tests.browser.test_access import axe, faults  # noqa: F401
from tests.portal.made import SENTENCE, Office, seed_on
from tests.serve import live

PARTY = "40000001"
BEFORE = ("inloggen", "uitnodiging", "vergeten", "herstellen", "aanmelden", "nergens")
BEHIND = ("rapporten", "inzenden", "formulier", "account")


@pytest.fixture(scope="module")
def office(browser, tmp_path_factory) -> Iterator[Office]:
    """A portal with one report, served in this process."""
    made = Office(tmp_path_factory.mktemp("portal"))
    port = live.free_port()
    settings = replace(made.portal.settings, url=f"http://127.0.0.1:{port}")
    made.portal = replace(made.portal, settings=settings, clock=time.time)
    place = made.folder / "spiegelrapporten" / PARTY
    place.mkdir(parents=True)
    (place / "jeugdhulp-2026HJ01-spiegelrapport.html").write_text("<p>rapport</p>")
    reports.put_in(made.portal, place.parent, {PARTY})
    server = uvicorn.Server(uvicorn.Config(make_portal_app(made.portal), port=port, log_level="error"))
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    while not server.started:
        running.join(0.02)
    yield made
    server.should_exit = True
    running.join(10)


@pytest.fixture(scope="module")
def site(office) -> str:
    return office.portal.settings.url


def dresses(n: int):
    return (("nl", "light", 1280), ("en", "dark", 390)) if n % 2 else (("nl", "dark", 1280), ("en", "light", 390))


@pytest.mark.parametrize("n, place", list(enumerate(BEFORE)), ids=BEFORE)
def test_before_the_door(opened, axe, n, place):  # noqa: F811
    for language, scheme, width in dresses(n):
        page = opened(f"/{place}?taal={language}", width=width, color_scheme=scheme)
        assert page.evaluate("document.documentElement.lang") == language
        assert faults(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    opened.troubles[:] = [t for t in opened.troubles if "404" not in t or place != "nergens"]


def a_form_that_was_refused(office, monkeypatch) -> drafts.Draft:
    """A draft of two rows that was sent in and refused."""
    account = accounts.by_mail(office.portal, "zorg@example.nl")
    record, period = next(one for one in uploads.open_periods(uploads.today(office.portal)) if one[0] == "jeugdhulp")
    draft = drafts.begin(office.portal, account.id, PARTY, record, period)
    for _ in range(2):
        drafts.put_row(office.portal, draft, "", {"bsn": "123456789", "geslacht": "V", "aanvang": "20260131"})
        draft = drafts.find(office.portal, account.id, draft.id)
    told = tuple(answers.Told(line, "bsn-elfproef", "bsn: expected a number that passes the test of eleven.") for line in (0, 1, 2))
    monkeypatch.setattr(answers, "answer", lambda *_: answers.Answer(False, 2, 1, told, 3))  # the checks are not what is looked at
    drafts.send(office.portal, draft)
    return drafts.find(office.portal, account.id, draft.id)


def test_from_the_invitation_to_the_reports(opened, office, axe, monkeypatch):  # noqa: F811
    """Every step of coming in, as somebody with a browser does it; then every page behind the door, in both dresses."""
    code = accounts.invite(office.portal, PARTY, "zorg@example.nl")
    page = opened("/uitnodiging?taal=nl", width=390)

    def fill(**fields: str) -> None:
        assert faults(page, axe) == []
        for name, value in fields.items():
            page.fill(f"#{name}", value)
        with page.expect_navigation():
            page.click("main form button")

    fill(mail="zorg@example.nl", code=code)
    fill(password=SENTENCE, again=SENTENCE)
    seed = seed_on(page.content())
    fill(code=one_time.code_at(seed, int(time.time()) // 30))
    assert faults(page, axe) == [] and page.locator("li, code").count() >= 10  # recovery codes
    draft = a_form_that_was_refused(office, monkeypatch)
    form = f"formulier/{draft.id}"
    for n, place in enumerate((*BEHIND, form, f"{form}/nieuw", f"{form}/{draft.rows[0].id}", f"inzenden/{draft.upload}")):
        for language, scheme, width in dresses(n):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 850})
            page.goto(f"{office.portal.settings.url}/{place}?taal={language}")
            assert page.evaluate("document.documentElement.lang") == language
            assert faults(page, axe) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{office.portal.settings.url}/{form}/nieuw?taal=nl")
    page.fill("#veld-bsn", "1112223334")
    with page.expect_navigation():
        page.click("button[name=save]")
    assert page.locator("[aria-invalid]").count() == 1 and faults(page, axe) == []
    opened.troubles[:] = [t for t in opened.troubles if "400" not in t]  # the page of a form that is not right
