"""The pages that the server renders, in a browser: nothing that axe sees, no scroll sideways, no shift of the page, nothing asked elsewhere."""

import threading
from collections.abc import Iterator

import pytest
import uvicorn
from celwacht.publish.serve.pages import benchmark_routes, pages, report_routes, site_routes
from celwacht.publish.serve.static import viewer_pages
from starlette.applications import Starlette

from tests.browser.test_access import axe, faults  # noqa: F401
from tests.serve import live, stand_in
from tests.serve.pages.test_area_pages import KERN, REFERRED, WIJKEN

PLACES = ("gebied/", "gebied/GM0106?met=GM0114", "rapport/", "tabel/kerncijfers_jeugdzorg", "kalender", "nieuws", "data", "uitleg")
PLACES += (
    "benchmark/",
    "benchmark/?gebied=GM0106",
    "benchmark/kinderen_in_bijstandsgezin?gebied=GM0106",
    "dossier/jongeren_met_jeugdhulp",
    "lessen/",
    "lessen/wijkteams_die_zelf_behandelen",
)
WIDTHS = (1280, 768, 390)
SHIFT = """() => new Promise(done => { let sum = 0; new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value; })
  .observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 60); })"""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Address of a server over Publications in memory."""
    shown = pages.Pages(stand_in.Shelf(KERN, REFERRED, WIJKEN))
    app = Starlette(
        routes=[
            *pages.routes(shown),
            *report_routes.routes(report_routes.ReportPages(shown)),
            *site_routes.routes(shown),
            *benchmark_routes.routes(shown),
            *viewer_pages.routes(),
        ]
    )
    port = live.free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    while not server.started:
        running.join(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    running.join(10)


@pytest.mark.parametrize("n, place", list(enumerate(PLACES)), ids=PLACES)
def test_no_fault_in_either_language(opened, axe, n, place):  # noqa: F811
    """Dutch and English, light and dark, wide and narrow in turn; at every width nothing stands out of the page."""
    for language, scheme in (("nl", "light"), ("en", "dark")) if n % 2 else (("nl", "dark"), ("en", "light")):
        width = 1280 if scheme == "light" else 390
        page = opened(f"/{place}{'&' if '?' in place else '?'}lang={language}", width=width, color_scheme=scheme)
        assert page.evaluate("document.documentElement.lang") == language
        assert faults(page, axe) == []
        assert page.evaluate(SHIFT) < 0.1
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 850})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
