"""Answers about made-up figures say so on every wire: a header, the name of a download, and what lists say of their codes."""

from dataclasses import replace

import pytest
from celwacht.publish.serve.app import make_app
from celwacht.publish.store.shelf import Shelf
from starlette.testclient import TestClient

from tests.publish import small
from tests.serve import live, made

REAL, MADE = small.published(), replace(made.publication(), made_up=True)
ANSWERS = (
    "/odata/v1/Celwacht/{}/Observations?$top=1",
    "/odata/v1/Celwacht/{}/PeriodenCodes",
    "/odata/v1/Celwacht/{}/Properties",
    "/odata/v1/Celwacht/{}/Observations/$count",
    "/ODataFeed/odata/{}/TypedDataSet?$format=json&$top=1",
    "/ODataApi/odata/{}/Perioden",
    "/ODataFeed/odata/{}/DataProperties?$format=atom",
    "/CSV/Celwacht/nl/{}",
    "/CSV/Celwacht/nl/{}/Observations.csv",
    "/api/v1/tables/{}/download?format=csv",
)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    out = tmp_path_factory.mktemp("made_up") / "out"
    live.publish(out, REAL, MADE)
    with TestClient(make_app(Shelf.open(out)), base_url="http://cijfers.test") as client:
        yield client


@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_has_the_header(client, address):
    """About the made-up table, and not about the other."""
    told, silent = (client.get(address.format(p.table)) for p in (MADE, REAL))
    assert told.status_code == silent.status_code == 200
    assert "verzonnen" in told.headers["Celwacht-Data"] and "Celwacht-Data" not in silent.headers
    if "Content-Disposition" in told.headers:
        assert 'filename="verzonnen_gegevens_' in told.headers["Content-Disposition"]
        assert "verzonnen" not in silent.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "address",
    [
        "/odata/v1/Celwacht/{}/Observations?$top=1",
        "/odata/v1/Celwacht/{}/Dimensions",
        "/odata/v1/Celwacht/{}/PeriodenCodes",
        "/ODataFeed/odata/{}/DataProperties?$format=json",
        "/ODataFeed/odata/{}/Perioden?$format=json",
        "/CSV/Celwacht/nl/{}/MeasureCodes.csv",
    ],
)
def test_what_is_taken_out_of_the_table_says_it_by_itself(client, address):
    """Also without the header: in an annotation, or in what a list says of its codes."""
    assert "verzonnen gegevens" in client.get(address.format(MADE.table)).text.lower()
    assert "verzonnen" not in client.get(address.format(REAL.table)).text.lower()
