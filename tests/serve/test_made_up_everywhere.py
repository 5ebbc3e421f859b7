"""Every address of the server, found in its routes: an answer with made-up figures says so, or stands below with the reason why it need not."""

import re
from dataclasses import replace

import pytest
from celwacht.publish.publication import texts
from celwacht.publish.serve.app import make_app
from celwacht.publish.store.shelf import Shelf
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.serve import live
from tests.serve.pages.test_area_pages import KERN, REFERRED, WIJKEN

TOLD = re.compile(rb"verzonnen|made-up|\"made_?up\": ?true", re.IGNORECASE)
SAMPLES = {  # of every {parameter} of a route: values that lead somewhere
    "/gebied/{name}": ("GM0106", "GM0106.csv", "GM0106.pdf", "GM0106.png"),
    "/tabel/{id}": (KERN.table,),
    "/feed/{name}": (f"{KERN.table}.atom",),
    "/api/v1/tables/{id}": (KERN.table,),
    "/api/v1/tables/{id}/history": (KERN.table,),
    "/api/v1/tables/{id}/data": (KERN.table,),
    "/api/v1/tables/{id}/download": (KERN.table,),
    "/files/{set}/{name:path}": None,  # every file of the manifest, below
    "/benchmark/{name}": (
        "jongeren_met_jeugdhulp",
        "jongeren_met_jeugdhulp.csv",
        "kinderen_in_bijstandsgezin",
        "kinderen_in_bijstandsgezin.csv",
    ),
    "/dossier/{name}": ("jongeren_met_jeugdhulp", "jongeren_met_jeugdhulp.md", "kinderen_in_bijstandsgezin.md"),
    "/lessen/{name}": None,  # no figures: tests/serve/pages/test_benchmark.py
    "/rapport/{name}/{part}": None,  # likewise: tests/serve/pages/test_report_maps.py
    "/rapport/{name}": None,  # needs more tables: tests/serve/pages, tests/publish/reports
    "/api/v1/{rest:path}": None,  # nothing is there
}
SILENT = {
    "/health": "how many tables there are",
    "/robots.txt": "addresses",
    "/sitemap.xml": "addresses",
    "/kalender.ics": "days on which something is announced",
    "/.well-known/security.txt": "an address",
    "/api/v1": "addresses",
    "/api/v1/openapi.json": "a description of questions",
    "/api/v1/formats": "names of formats",
    "/files/": "names and sizes of files",
    "/lessen/": "titles of lessons",
    "/map/provinces.json": "outlines",
    "/map/tiles.json": "outlines",
    "/rapport/": "a list of titles; none without the tables that a report needs",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    out = tmp_path_factory.mktemp("everywhere") / "out"
    live.publish(out, *(replace(t, source="Verzonnen gegevens", description=texts.MADE_UP) for t in (KERN, REFERRED, WIJKEN)))
    with TestClient(make_app(Shelf.open(out)), base_url="http://cijfers.test") as client:
        client.folder = out
        yield client


def says(answer) -> bool:
    """In its text or in its header."""
    assert answer.status_code == 200, answer.request.url
    return bool(TOLD.search(answer.content)) or "verzonnen" in answer.headers.get("Celwacht-Data", "")


def addresses(client) -> list[tuple[str, str]]:
    """(route, an address of it) of every route that answers readers."""
    found = []
    for route in client.app.routes:
        path = route.path if isinstance(route, Route) else ""
        if "{" not in path:
            found += [(path, path)] if path else []
        else:
            assert path in SAMPLES, f"{path}: give a sample, so that it is known to say that its figures are made up"
            found += [(path, re.sub(r"\{[^}]+\}", one, path)) for one in SAMPLES[path] or ()]
    return found


def test_every_address_says_it_or_has_no_figures(client):
    """Pages, lists, feeds, API: whatever is added to the server is asked too."""
    asked = addresses(client)
    assert len(asked) > 12 and {route for route, _ in asked} > set(SILENT)
    silent = {
        address
        for route, address in asked
        if re.sub(r"^/v/[0-9a-f]+(?=/map/)", "", route) not in SILENT and not is_asset(route) and not says(client.get(address))
    }
    assert silent == set()


def is_asset(path: str) -> bool:
    """Program, drawings and the page that the program fills: it asks the API, which says it (tests/browser/test_made_up.py)."""
    return path in ("/", "/embed", "/index.html") or path.endswith(
        (".js", ".mjs", ".css", ".svg", ".ico", ".woff2", ".png", ".webmanifest")
    )


def test_every_file_of_a_set_says_it(client):
    """Also the rows that have no room for a word: in the header. What is in each file by itself: tests/publish/gate/test_made_up.py."""
    shelf = Shelf.open(client.folder)
    names = [f"/files/{name}/{one}" for name, found in shelf.sets().items() for one in found.listed]
    assert len(names) > 30
    silent = [n for n in names if not says(client.get(n))]
    assert silent == []
