"""Published files, one by one: those of the manifests, byte for byte, and nothing else that lies in the folder."""

import errno
import hashlib
import json
import os
from datetime import UTC, datetime
from urllib.parse import urljoin

import pytest
from celwacht.publish.formats import set_files
from celwacht.publish.serve import bulk
from celwacht.publish.serve.app import make_app
from celwacht.publish.sets import make_table
from celwacht.publish.store import shelf, store
from rdflib import Graph, URIRef
from starlette.testclient import TestClient

from tests.publish import small
from tests.serve import live, made

BEFORE, AFTER = datetime(2025, 5, 31, tzinfo=UTC), datetime(2025, 6, 2, tzinfo=UTC)
HOST = "http://testserver"


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """A set with its catalogue, and one that is public from the first of June."""
    folder, disk = tmp_path_factory.mktemp("files") / "out", store.Disk()
    publication = small.published()
    about = {
        "set": "2024-april",
        "title": "Cijfers",
        "modified": "2025-04-30",
        "tables": [{"id": publication.table, "title": publication.title.nl}],
    }
    with store.publishing(folder, disk) as place:
        make_table.write(publication, place.table_folder(publication.table), disk)
        store.stage(folder / store.STAGING, set_files.files(folder / store.STAGING, about), disk)
        place.seal(about)
        place.commit("2024-april")
    live.publish(folder, made.publication("geheime_tabel"), name="2025-april", release_moment="2025-06-01T00:00:00+02:00")
    (folder / "2024-april" / "notes.txt").write_text("not published")
    return folder


@pytest.fixture
def client(out, monkeypatch):
    monkeypatch.setattr(shelf, "LOOK_AGAIN", -1.0)
    clock = Clock()
    with TestClient(make_app(shelf.Shelf.open(out, clock))) as found:
        found.clock = clock
        yield found


class Clock:
    now = BEFORE

    def __call__(self):
        return self.now


def test_every_file_of_the_manifest_is_served_as_it_is(client, out):
    manifest = json.loads((out / "2024-april/manifest.json").read_text())
    listed = client.get("/files/").json()["sets"]
    assert [s["set"] for s in listed] == ["2024-april"]
    assert {f["url"] for f in listed[0]["files"]} == {f"/files/2024-april/{e['path']}" for e in manifest["files"]}
    for entry in listed[0]["files"]:
        answer = client.get(entry["url"])
        assert answer.status_code == 200, entry["url"]
        assert (len(answer.content), hashlib.sha256(answer.content).hexdigest()) == (entry["bytes"], entry["sha256"])
        assert client.get(entry["url"], headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
        assert client.head(entry["url"]).headers["content-length"] == str(entry["bytes"])


def test_a_harvester_can_follow_the_catalogue(client):
    """Relative addresses in the catalogue lead to the files, whose sizes and hashes it tells."""
    address = f"{HOST}/files/2024-april/catalog.ttl"
    graph = Graph().parse(data=client.get(address).text, format="turtle", publicID=address)
    dcat, spdx = "http://www.w3.org/ns/dcat#", "http://spdx.org/rdf/terms#"
    found = list(graph.subject_objects(URIRef(dcat + "downloadURL")))
    assert len(found) >= 8
    for distribution, url in found:
        answer = client.get(str(url))
        checksum = graph.value(graph.value(distribution, URIRef(spdx + "checksum")), URIRef(spdx + "checksumValue"))
        assert answer.status_code == 200 and hashlib.sha256(answer.content).hexdigest() == str(checksum), url


def test_metadata_beside_the_csv_leads_to_it(client):
    """CSVW and the data package name their files by addresses relative to themselves."""
    package = "/files/2024-april/kleine_tabel/datapackage.json"
    for resource in client.get(package).json()["resources"]:
        assert client.get(urljoin(package, resource["path"])).status_code == 200, resource["path"]


@pytest.mark.parametrize(
    "path",
    [
        "2024-april/notes.txt",
        "2024-april/manifest.json",
        "2024-april/",
        "2024-april",
        "2025-april/geheime_tabel/publication.json",
        "2024-april/../2025-april/manifest.json",
        "2024-april/%2e%2e/releases",
        "2024-april/kleine_tabel",
        "nonsense/a.csv",
        ".staging/a",
    ],
)
def test_what_is_in_no_public_manifest_is_not_there(client, path):
    """Beside a set, above it, or not public yet: the same answer as for nonsense."""
    answer, nonsense = client.get(f"/files/{path}"), client.get("/nonsense")
    assert (answer.status_code, answer.content) == (404, nonsense.content)


def test_it_appears_at_its_moment(client):
    path = "/files/2025-april/geheime_tabel/publication.json"
    tag = client.get("/files/").headers["etag"]
    assert client.get(path).status_code == 404
    client.clock.now = AFTER
    assert client.get(path).status_code == 200
    again = client.get("/files/", headers={"If-None-Match": tag})
    assert [s["set"] for s in again.json()["sets"]] == ["2024-april", "2025-april"]


def test_a_part_of_a_file(client):
    path = "/files/2024-april/kleine_tabel/parquet/Observations.parquet"
    whole = client.get(path).content
    part = client.get(path, headers={"Range": "bytes=4-19"})
    assert part.status_code == 206 and part.content == whole[4:20]


def test_a_file_that_was_changed_is_not_served(client, out):
    path = out / "2024-april/kleine_tabel/kleine_tabel.px"
    content = path.read_bytes()
    path.write_bytes(content + b" ")
    try:
        assert client.get("/files/2024-april/kleine_tabel/kleine_tabel.px").status_code == 503
    finally:
        path.write_bytes(content)


def test_changed_bytes_of_equal_size_are_not_sent(client, out):
    """A file changed in place, of equal size and with its time set back, is refused under /files and /CSV, also after it was sent once;
    put back as it was, it is sent again. Brothers looked for: cut off, gone, a link to the same bytes."""
    name = "kleine_tabel/csv/Observations.csv"
    url, path = f"/files/2024-april/{name}", out / "2024-april" / name
    csv = "/CSV/Celwacht/nl/kleine_tabel/Observations.csv"
    sound, times = path.read_bytes(), (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    assert client.get(url).content == sound == client.get(csv).content

    def changed():
        path.write_bytes(bytes([sound[0] ^ 1]) + sound[1:])
        os.utime(path, ns=times)

    def linked():
        path.rename(path.with_suffix(".old"))
        path.symlink_to(path.with_suffix(".old"))

    for damage in (changed, lambda: path.write_bytes(sound[:-1]), path.unlink, linked):
        damage()
        for address in (url, csv):
            answer = client.get(address, headers={"Accept-Encoding": "identity"})
            assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store"), address
        path.unlink(missing_ok=True)
        path.with_suffix(".old").unlink(missing_ok=True)
        path.write_bytes(sound)
        assert client.get(url).content == sound == client.get(csv).content


def test_the_folder_renamed_away(client, out, caplog):
    """Every address says in a line that the files cannot be read now, the log has no traceback; back again, all is as before."""
    addresses = ["/files/", "/odata/v1/Celwacht", "/ODataCatalog/Tables", "/CSV/Celwacht/nl/kleine_tabel", "/api/v1/tables"]
    before = [client.get(address).status_code for address in addresses]
    away = out.rename(out.with_name("elsewhere"))
    found = [client.get(address) for address in addresses]
    away.rename(out)
    assert {answer.status_code for answer in found} == {503}
    assert all(answer.text == "The files of this table cannot be read now.\n" for answer in found)
    assert caplog.records and all(record.exc_info is None and str(out) not in record.getMessage() for record in caplog.records)
    assert before == [client.get(address).status_code for address in addresses] == [200] * 5


def test_a_full_disk_is_told(client, monkeypatch, caplog):
    """Where a zip cannot be made for want of room, the answer says so, nothing stays of it, and the next one is made."""

    def full(table, to):
        to.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device", str(to))

    with monkeypatch.context() as patch:
        patch.setattr(bulk, "_zip", full)
        answer = client.get("/CSV/Celwacht/nl/kleine_tabel")
    assert (answer.status_code, answer.text) == (503, "There is no room on the disk of the server.\n")
    assert [r.getMessage() for r in caplog.records] == ["the published files cannot be served: No space left on device"]
    assert client.get("/CSV/Celwacht/nl/kleine_tabel").status_code == 200


FOREIGN = ["evil.test", "evil.test:80", "testserver:81", "10.0.0.1", "[::2]", "testserver.evil.test", "localhost"]


@pytest.mark.parametrize("host", FOREIGN)
def test_a_foreign_host_is_in_no_link(client, host):
    """Whatever the header Host says, links lead to the server that was asked: in every dialect."""
    for address in (
        "/odata/v1/Celwacht",
        "/odata/v1/Datasets",
        "/ODataCatalog/Tables",
        "/ODataFeed/odata/kleine_tabel",
        "/api/v1/tables",
        "/sitemap.xml",
        "/robots.txt",
    ):
        answer = client.get(address, headers={"Host": host})
        assert answer.status_code == 200 and f"//{host}" not in answer.text, address


@pytest.mark.parametrize("host", ["testserver:80@evil.test", "testserver:80/../evil.test", "testserver:+80evil", "testserver:\xb2"])
def test_a_host_whose_port_is_no_number(client, host):
    """Was a fault inside the server, in what links to pages: a bad request at most, and in no link."""
    for address in ("/sitemap.xml", "/robots.txt", "/odata/v1/Celwacht"):
        answer = client.get(address, headers={"Host": host.encode("latin-1")})
        assert answer.status_code in (200, 400) and "evil" not in answer.text, address


@pytest.mark.parametrize("path", ["/", "/api/v1/tables", "/files/", "/gebied/", "/odata/v1/Datasets", "/ODataCatalog/Tables"])
def test_a_notebook_may_send_headers_of_its_own(client, path):
    """The question that a browser asks first is answered everywhere; a plain OPTIONS, and writing, are not."""
    asked = {
        "Origin": "https://observablehq.com",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }
    answer = client.options(path, headers=asked)
    assert answer.status_code == 204 and answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-headers"] == "*" and "POST" not in answer.headers["access-control-allow-methods"]
    assert "Content-Range" in client.get(path).headers["access-control-expose-headers"]
    assert client.post(path).status_code == 405


def test_pages_know_nothing_of_an_embargo(client):
    """Neither the page of the table, the sitemap nor the count of tables tells of what is not public yet."""
    assert client.get("/health").text == "ok, 1 tables\n"
    assert client.get("/tabel/geheime_tabel").content == client.get("/tabel/bestaat_niet").content
    assert client.get("/tabel/geheime_tabel").status_code == 404 and "geheime" not in client.get("/sitemap.xml").text
    client.clock.now = datetime(2025, 7, 1, tzinfo=UTC)
    assert client.get("/tabel/geheime_tabel").status_code == 200 and "tabel/geheime_tabel" in client.get("/sitemap.xml").text
