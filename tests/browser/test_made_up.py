"""The band above every page with made-up figures: there at every width, wherever one has scrolled, on paper, and in what one saves."""

from dataclasses import replace

import pytest

from tests.browser import tables
from tests.browser.conftest import Opened
from tests.browser.hands import until
from tests.serve import live

TOLD = {"nl": "Verzonnen gegevens", "en": "Made-up data"}
BAND = "#made-up"
IN_SIGHT = """(() => { const box = document.getElementById('made-up').getBoundingClientRect();
const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
return box.top >= 0 && box.bottom <= innerHeight && box.width > 0.9 * document.documentElement.clientWidth && top.id === 'made-up'; })()"""
"""Wholly in the window, as wide as the page, and nothing lies over it."""


@pytest.fixture(scope="module")
def invented(browser, tmp_path_factory):
    """A site of its own with one table of made-up figures."""
    out = tmp_path_factory.mktemp("invented")
    live.publish(out, replace(tables.youths(), made_up=True))
    with live.serving(out) as server:
        yield server.url


@pytest.fixture
def pages(browser, invented):
    found = Opened(browser, invented)
    yield found
    for context in found.contexts:
        context.close()
    assert found.troubles == []


@pytest.mark.parametrize("width", (1400, 800, 360))
def test_the_band_is_in_sight_at_every_width(pages, width):
    """In the list and at a table, at the top and at the very bottom."""
    for path, ready in (("/", "ol.tables > li .title"), ("/#/table/jongeren_proef", "table.figures tbody td")):
        page = pages(path, width=width, ready=ready)
        assert page.locator(BAND).inner_text().startswith(TOLD["nl"])
        assert page.evaluate(IN_SIGHT), (path, width)
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        until(page, IN_SIGHT)


def test_it_is_there_in_english_and_on_paper(pages):
    """The language of the page is that of the band; printing keeps it."""
    page = pages("/#/table/jongeren_proef?lang=en", ready="table.figures tbody td")
    assert page.locator(BAND).inner_text().startswith(TOLD["en"])
    page.emulate_media(media="print")
    assert page.locator(BAND).is_visible()


def test_what_is_saved_says_it(pages):
    """The drawing of a chart, above its title."""
    page = pages("/#/table/jongeren_proef?v=chart", ready="svg.ch-svg")
    with page.expect_download() as vector:
        page.get_by_role("button", name="Bewaar als SVG").click()
    assert "VERZONNEN GEGEVENS – " in vector.value.path().read_text(encoding="utf-8")


def test_real_figures_have_no_band(opened):
    """The other site's tables are not made up, and nothing says so."""
    page = opened("/#/table/jongeren_proef", ready="table.figures tbody td")
    assert page.locator(BAND).is_hidden()
