"""A real server and a real browser for the tests: Debian's Chromium, which may reach that server only.

A test that takes `page` fails when the page wrote an error to the console, threw one, or asked anything of another machine.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from tests.browser import tables
from tests.serve import live

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
"""The shell first: it draws pages by the same engine without a window of Chromium's own around each, which takes a second of CPU a page."""
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--no-first-run",
    "--no-pings",
    "--mute-audio",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
"""No sandbox: tests run as root in containers. No background networking: what is asked is asked by the page."""


@pytest.fixture(scope="package")  # Playwright's event loop ends with the last of these tests, and no other test meets it
def browser() -> Iterator:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def site(browser, tmp_path_factory) -> Iterator[str]:
    """Address of a server over one release with the tables of tables.py; not started where there is no browser."""
    out = tmp_path_factory.mktemp("out")
    live.publish(out, tables.youths(), tables.districts(), tables.hostile())
    with live.serving(out) as server:
        yield server.url


@dataclass
class Opened:
    """Pages of one test, and what went wrong in them."""

    browser: object
    site: str
    troubles: list[str] = field(default_factory=list)
    contexts: list = field(default_factory=list)

    def __call__(self, path: str = "/", *, width: int = 1200, height: int = 850, ready: str = "main", **options):
        """A page of its own at a path of the site, once `ready` is there."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True, **{"locale": "nl-NL", "reduced_motion": "reduce"} | options
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda m: m.type in ("error", "warning") and self.troubles.append(f"console: {m.text} ({m.location['url']})"))
        page.on("pageerror", lambda e: self.troubles.append(f"error: {e}"))
        page.on("dialog", lambda d: (self.troubles.append(f"dialog: {d.message}"), d.dismiss()))
        page.on("request", lambda r: self._look(r.url))
        page.goto(self.site + path)
        page.wait_for_selector(ready)
        return page

    def _look(self, url: str) -> None:
        if not url.startswith((self.site + "/", "blob:" + self.site, "data:", "about:blank")):
            self.troubles.append(f"asked of another machine: {url}")


@pytest.fixture
def opened(browser, site) -> Iterator[Callable]:
    """Opens pages; at the end none of them may have had trouble."""
    pages = Opened(browser, site)
    yield pages
    for context in pages.contexts:
        context.close()
    assert pages.troubles == []
