"""Whole tables as CSV: the bytes of the release where the table is one, else those that the writer makes of the joined figures."""

import gzip
import io
import zipfile

import pytest
from celwacht.publish.formats.statline import csv_bundle
from celwacht.publish.publication import selection
from celwacht.publish.serve.app import make_app
from celwacht.publish.store.shelf import Shelf
from starlette.testclient import TestClient

from tests.publish import small
from tests.serve import live, made

OLDER, NEWER = made.publication(n_periods=2, seed=2), made.publication(n_periods=3)
JOINED = selection.joined([OLDER, selection.selection(NEWER, {"Perioden": ["2024HJ01", "2024HJ02"]})])


@pytest.fixture  # for each test anew: no test may lean on files that another had made
def client(tmp_path_factory):
    out = tmp_path_factory.mktemp("bulk") / "out"
    live.publish(out, OLDER, small.published(), name="2024-april", release_moment="2024-04-30T00:00:00+02:00")
    live.publish(out, selection.selection(NEWER, {"Perioden": ["2024HJ01", "2024HJ02"]}), name="2024-october")
    with TestClient(make_app(Shelf.open(out))) as client:
        yield client


@pytest.mark.parametrize(("table", "publication"), [("kleine_tabel", small.published()), ("gemaakte_tabel", JOINED)])
def test_zip_and_files_are_what_the_writer_makes(client, table, publication):
    wanted = {name.removeprefix("csv/"): content for name, content in csv_bundle.files(publication)}
    answer = client.get(f"/CSV/Celwacht/nl/{table}")
    assert answer.headers["Content-Type"] == "application/zip" and f'filename="{table}.zip"' in answer.headers["Content-Disposition"]
    bundle = zipfile.ZipFile(io.BytesIO(answer.content))
    assert bundle.testzip() is None and set(wanted) <= set(bundle.namelist())
    for name, content in wanted.items():
        assert bundle.read(name) == content, name
        plain = client.get(f"/CSV/CBS/nl/{table}/{name}", headers={"Accept-Encoding": "identity"})
        assert plain.content == content and plain.headers["Content-Length"] == str(len(content))
    assert client.get(f"/csv/cbs/NL/{table.upper()}").content == answer.content


@pytest.mark.long
def test_compressed_on_request(client):
    address = "/CSV/Celwacht/nl/gemaakte_tabel/Observations.csv"
    with client.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["Content-Encoding"] == "gzip" and answer.headers["Content-Length"] == str(len(packed))
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    assert gzip.decompress(packed) == plain.content
    etag = plain.headers["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    head = client.head(address, headers={"Accept-Encoding": "identity"})
    assert head.content == b"" and head.headers["Content-Length"] == str(len(plain.content))


def test_what_is_not_there_is_one_answer(client):
    addresses = (
        "/CSV/Celwacht/nl/nergens",
        "/CSV/X/nl/kleine_tabel",
        "/CSV/Celwacht/en/kleine_tabel",
        "/CSV",
        "/CSV/Celwacht/nl/kleine_tabel/x.csv",
        "/CSV/Celwacht/nl/kleine_tabel/../publication.json",
        "/CSV/Celwacht/nl/kleine_tabel/%2e%2e/publication.json",
        "/CSV/Celwacht/nl/kleine_tabel/a/b",
        "/CSV/Celwacht/nl/nergens/Observations.csv",
    )
    answers = [client.get(a) for a in addresses]
    assert {a.status_code for a in answers} == {404} and len({a.content for a in answers}) == 1
    assert client.get("/CSV/Celwacht/nl/kleine_tabel?$filter=x").status_code == 400
    assert client.post("/CSV/Celwacht/nl/kleine_tabel").status_code == 405
