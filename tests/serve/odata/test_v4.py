"""OData v4 over real files: every set, option, page and error against the Publications, and $metadata against what is served."""

import json
from decimal import Decimal
from urllib.parse import quote, unquote
from xml.etree import ElementTree

import pytest
from celwacht.publish.formats.statline import odata_sets
from celwacht.publish.serve.app import make_app
from celwacht.publish.serve.http.limits import Limits
from celwacht.publish.store.shelf import Shelf
from starlette.testclient import TestClient

from tests.publish import small
from tests.serve import live, made, truth

SMALL, MADE = small.published(), made.publication()
ROOT = "/odata/v1/Celwacht/gemaakte_tabel"
EDM = "{http://docs.oasis-open.org/odata/ns/edm}"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    out = tmp_path_factory.mktemp("v4") / "out"
    live.publish(out, SMALL, MADE)
    with TestClient(make_app(Shelf.open(out), limits=Limits(v4_rows=500)), base_url="http://cijfers.test") as client:
        yield client


def got(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.text[:300])
    assert answer.headers["OData-Version"] == "4.0"
    return json.loads(answer.text, parse_float=Decimal)


def every(client, address):
    """All rows, over the next links, and how many pages."""
    rows, pages = [], 0
    while address:
        page = got(client, address)
        rows += page["value"]
        pages += 1
        address = page.get("@odata.nextLink")
        assert address is None or address.startswith("http://cijfers.test/odata/v1/")
    return rows, pages


def observations(publication):
    codes, names = [m.code for m in publication.measures], [d.name for d in publication.dimensions]
    rows = []
    for places, cell in truth.figures(publication).items():
        for code, (attribute, figure) in zip(codes, cell):
            rows.append(
                {
                    "Id": len(rows),
                    "Measure": code,
                    "ValueAttribute": attribute,
                    "Value": figure,
                    "StringValue": None,
                    **dict(zip(names, places)),
                }
            )
    return rows


ROWS = observations(MADE)


@pytest.mark.parametrize("publication", [SMALL, MADE], ids=lambda p: p.table)
def test_observations_are_the_publication(client, publication):
    """Every figure with its attribute, over the pages, in order; figures to the digit."""
    rows, pages = every(client, f"/odata/v1/Celwacht/{publication.table}/Observations")
    assert rows == observations(publication)
    assert pages == -(-len(rows) // 500)


def test_figures_are_the_text_of_the_file(client):
    """12.5 and not 12.50 or 12.499: the same letters as in the ready-made JSON."""
    text = client.get(f"{ROOT}/Observations?$top=400").text
    row = next(r for r in ROWS[:400] if r["Value"] is not None and r["Value"] % 1)
    assert f'"Id":{row["Id"]},' in text and f'"Value":{row["Value"]},' in text


def test_lists_are_the_entities(client):
    """Codes, groups, measures and dimensions as in the files, and the service document names each set."""
    sets = odata_sets.small_sets(MADE)
    listed = {s["name"]: s for s in got(client, ROOT)["value"]}
    assert set(listed) == {"Observations", "Properties", *sets}
    assert all(s["url"] == name for name, s in listed.items()) and listed["Properties"]["kind"] == "Singleton"
    for name, rows in sets.items():
        assert got(client, f"{ROOT}/{name}")["value"] == rows
    properties = got(client, f"{ROOT}/Properties")
    for name, value in odata_sets.properties(MADE).items():
        assert properties[name] == value or name in ("Version", "Modified", "ObservationsModified")
    assert properties["Modified"] == "2025-04-30T00:00:00+02:00" and "value" not in properties


def test_datasets_and_catalogs(client):
    """Each table once in each catalog: cbsodata4 looks for CBS, and others for ours."""
    assert [c["Identifier"] for c in got(client, "/odata/v1/Catalogs")["value"]] == ["Celwacht", "CBS"]
    found = [(d["Catalog"], d["Identifier"]) for d in got(client, "/odata/v1/Datasets")["value"]]
    assert sorted(found) == sorted((c, t.table) for c in ("Celwacht", "CBS") for t in (SMALL, MADE))
    for catalog in ("Celwacht", "CBS", "cbs"):
        own = got(client, f"/odata/v1/{catalog}/Datasets")["value"]
        assert {d["Identifier"] for d in own} == {"kleine_tabel", "gemaakte_tabel"} and len({d["Catalog"] for d in own}) == 1
        assert {d["ObservationCount"] for d in own} == {SMALL.n_observations, MADE.n_observations}
    assert got(client, "/odata/v1/CBS/gemaakte_tabel/Properties")["Catalog"] == "CBS"
    chosen = got(
        client, "/odata/v1/Celwacht/Datasets?$filter=contains(tolower(Title),'gemaakt') and Modified gt 2025-04-29&$select=Identifier"
    )
    assert chosen["value"] == [{"Identifier": "gemaakte_tabel"}]
    assert got(client, "/odata/v1/Celwacht/Datasets?$filter=Language eq 'nl' and Modified gt 2025-04-30T01:00:00Z")["value"] == []


def typed(publication, client):
    return ElementTree.fromstring(client.get(f"/odata/v1/Celwacht/{publication.table}/$metadata").content)


@pytest.mark.parametrize("publication", [SMALL, MADE], ids=lambda p: p.table)
def test_metadata_tells_what_is_served(client, publication):
    """Every set in the container; its type has exactly the columns that come, its key is unique, nulls only where it says so."""
    document = typed(publication, client)
    types = {t.get("Name"): t for t in document.iter(f"{EDM}EntityType")}
    sets = {s.get("Name"): types[s.get("EntityType").removeprefix("Celwacht.")] for s in document.iter(f"{EDM}EntitySet")}
    assert set(sets) == {"Observations", *odata_sets.small_sets(publication)}
    kinds = {"Edm.String": str, "Edm.Int64": int, "Edm.Int32": int, "Edm.Double": (int, Decimal), "Edm.Boolean": bool}
    for name, kind in sets.items():
        columns = {p.get("Name"): p for p in kind.iter(f"{EDM}Property")}
        key = [r.get("Name") for r in kind.iter(f"{EDM}PropertyRef")]
        rows = got(client, f"/odata/v1/Celwacht/{publication.table}/{name}?$top=300")["value"]
        assert len({tuple(row[k] for k in key) for row in rows}) == len(rows) and key
        for row in rows:
            assert list(row) == list(columns)
            for column, value in row.items():
                assert (value is None and columns[column].get("Nullable") is None) or isinstance(value, kinds[columns[column].get("Type")])
    single = types["Properties"]
    told = {p.get("Name") for p in single.iter(f"{EDM}Property")}
    assert {k for k in got(client, f"/odata/v1/Celwacht/{publication.table}/Properties") if not k.startswith("@")} == told


def test_one_row_by_its_key(client):
    row = got(client, f"{ROOT}/Observations(7)")
    assert row.pop("@odata.context").endswith("$metadata#Observations/$entity") and row == ROWS[7]
    assert got(client, f"{ROOT}/Observations(7)?$select=Value").keys() == {"@odata.context", "Value"}
    assert got(client, f"{ROOT}/RegioSCodes('GM0001')")["Title"] == "Gemeente 1"
    assert got(client, "/odata/v1/Datasets(Catalog='CBS',Identifier='kleine_tabel')")["Identifier"] == "kleine_tabel"
    for absent in (
        "Observations(-1)",
        f"Observations({len(ROWS)})",
        "Observations()",
        "Observations('7')",
        "Observations(7,8)",
        "Observations(x=7)",
        "RegioSCodes('GM')",
        "RegioSCodes(GM0001)",
        "Observations(7)/Value",
        "Observations(7)/$count",
        "Properties/Title",
        "Nonsense(1)",
    ):
        got(client, f"{ROOT}/{absent}", 404)


def test_count_select_order_top_skip(client):
    """The options by themselves and together."""
    where = "$filter=Value gt 4000 and Measure eq 'M000001'"
    wanted = [r for r in ROWS if r["Value"] is not None and r["Value"] > 4000 and r["Measure"] == "M000001"]
    assert client.get(f"{ROOT}/Observations/$count").text == str(len(ROWS))
    assert client.get(f"{ROOT}/Observations/$count?{where}").text == str(len(wanted)) and len(wanted) > 20
    none = got(client, f"{ROOT}/Observations?{where}&$count=true&$top=0")
    assert none["@odata.count"] == len(wanted) and none["value"] == [] and "@odata.nextLink" not in none
    few = got(client, f"{ROOT}/Observations?{where}&$orderby=Value desc, Id desc&$skip=2&$top=5&$select=Value,Id,Value")
    ordered = sorted(wanted, key=lambda r: (r["Value"], r["Id"]), reverse=True)[2:7]
    assert few["value"] == [{"Value": r["Value"], "Id": r["Id"]} for r in ordered] and list(few["value"][0]) == ["Value", "Id"]
    assert few["@odata.context"].endswith("#Observations(Value,Id)")
    nulls = (
        got(client, f"{ROOT}/Observations?$orderby=Value&$top=1")["value"]
        + got(client, f"{ROOT}/Observations?$orderby=Value desc&$top=1")["value"]
    )
    assert nulls[0]["Value"] is None and nulls[1]["Value"] == max(r["Value"] for r in ROWS if r["Value"] is not None)
    assert got(client, f"{ROOT}/Observations?$skip=100000000")["value"] == []
    assert got(client, f"{ROOT}/Observations?$format=application/json;odata.metadata=minimal&$top=1")["value"] == ROWS[:1]
    assert got(client, f"{ROOT}/Observations??$top=1")["value"] == ROWS[:1]


def test_next_links_carry_everything(client):
    """Filter, order, columns and what is left of $top; the pages together are the answer."""
    text = "(RegioS eq 'NL01' or startswith(RegioS,'WK')) and ValueAttribute ne 'x+y&z=''%'"
    rows, pages = every(
        client, f"{ROOT}/Observations?$filter={quote(text)}&$orderby=Perioden desc&$select=Id,Perioden&$top=1100&$count=true"
    )
    wanted = sorted((r for r in ROWS if r["RegioS"] == "NL01" or r["RegioS"].startswith("WK")), key=lambda r: r["Perioden"], reverse=True)
    assert rows == [{"Id": r["Id"], "Perioden": r["Perioden"]} for r in wanted][:1100]
    assert pages == -(-min(1100, len(wanted)) // 500)
    link = got(client, f"{ROOT}/Observations?$top=600")["@odata.nextLink"]
    assert unquote(link) == f"http://cijfers.test{ROOT}/Observations?$top=100&$skip=500"


@pytest.mark.parametrize(
    ("query", "code", "target"),
    [
        ("$filter=Regio eq 'x'", "InvalidQuery", "$filter"),
        ("$select=Nonsense", "InvalidQuery", "$select"),
        ("$orderby=Value up", "InvalidQuery", "$orderby"),
        ("$top=-1", "InvalidQuery", "$top"),
        ("$top=٣", "InvalidQuery", "$top"),
        ("$skip=1e3", "InvalidQuery", "$skip"),
        ("$count=yes", "InvalidQuery", "$count"),
        ("$apply=groupby((RegioS))", "UnsupportedOption", "$apply"),
        ("$expand=x", "UnsupportedOption", "$expand"),
        ("$top=1&$top=2", "InvalidQuery", "$top"),
        ("$format=xml", "UnsupportedFormat", "$format"),
        ("$select=", "InvalidQuery", "$select"),
        ("$filter=", "InvalidQuery", "$filter"),
        ("$filter=1e300 mul 1e300 mul Value gt 1", None, None),
        ("$inlinecount=allpages", "UnsupportedOption", "$inlinecount"),
    ],
)
def test_errors_in_the_form_of_v4(client, query, code, target):
    answer = client.get(f"{ROOT}/Observations?{query}")
    if code is None:  # may be reckoned or refused, never fail
        assert answer.status_code in (200, 400)
        return
    error = got(client, f"{ROOT}/Observations?{query}", 400)["error"]
    assert (error["code"], error.get("target")) == (code, target) and target in error["message"] and error["details"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("plain", "dollared"),
    [
        ("filter=Value gt 4000&top=3&select=Id,Value", "$filter=Value gt 4000&$top=3&$select=Id,Value"),
        ("Filter=Value gt 4000&TOP=3&orderBy=Value desc&count=true", "$filter=Value gt 4000&$top=3&$orderby=Value desc&$count=true"),
        ("skip=2&$top=1&lineage=x&myfilter=1", "$skip=2&$top=1"),
    ],
)
def test_options_without_a_dollar(client, plain, dollared):
    """As OData 4.01 has it: the same rows; what is no option of OData stays the reader's own; twice is twice."""
    assert got(client, f"{ROOT}/Observations?{plain}") == got(client, f"{ROOT}/Observations?{dollared}")
    assert got(client, f"{ROOT}/Observations?filter=Id eq 1&$filter=Id eq 1", 400)["error"]["target"] == "$filter"
    assert got(client, f"{ROOT}/Observations?apply=x", 400)["error"]["code"] == "UnsupportedOption"
    assert got(client, f"{ROOT}/Observations?filter=Regio eq 'x'", 400)["error"]["target"] == "$filter"


def test_what_is_not_there_is_one_answer(client):
    """The same bytes for every table, catalog and set that is not there."""
    bodies = {
        client.get(address).content
        for address in (
            "/odata/v1/Celwacht/nergens",
            "/odata/v1/Celwacht/nergens/Observations",
            "/odata/v1/X/gemaakte_tabel",
            "/odata/v1/Nonsense/a/b/c",
            f"{ROOT}/Nonsense",
            "/odata/v1/Celwacht/GEMAAKTE_TABEL",
            f"{ROOT}/Observations/x",
            "/odata/v1/Celwacht/nergens/Observations?$filter=x",
        )
    }
    assert len(bodies) == 1 and client.get("/odata/v1/Celwacht/nergens").status_code == 404


def test_conditional_compressed_and_head(client):
    """ETag and 304; gzip on request only; HEAD as GET without the body; nothing can be changed."""
    first = client.get(f"{ROOT}/RegioSCodes", headers={"Accept-Encoding": "identity"})
    etag = first.headers["ETag"]
    assert etag.startswith('W/"') and first.headers["Cache-Control"] == "no-cache" and "Content-Encoding" not in first.headers
    for tag in (etag, f'"x", {etag}', "*", etag.removeprefix("W/")):
        again = client.get(f"{ROOT}/RegioSCodes", headers={"If-None-Match": tag})
        assert again.status_code == 304 and again.content == b"" and again.headers["ETag"] == etag
    packed = client.get(f"{ROOT}/RegioSCodes", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and packed.content == first.content and "Accept-Encoding" in packed.headers["Vary"]
    head = client.head(f"{ROOT}/RegioSCodes", headers={"Accept-Encoding": "identity"})
    assert head.content == b"" and head.headers["Content-Length"] == str(len(first.content)) and head.headers["ETag"] == etag
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.request(method, ROOT).status_code == 405
    for answer in (first, client.get("/odata/v1/x"), client.options(ROOT)):
        assert answer.headers["Access-Control-Allow-Origin"] == "*" and answer.headers["X-Content-Type-Options"] == "nosniff"


def test_hosts_that_are_none(client):
    """The header Host ends up in links, so that it has to be one."""
    for host in ("evil test", 'a"b', "<x>", ""):
        assert client.get(ROOT, headers={"Host": host}).status_code == 400
    assert got(client, ROOT)["@odata.context"].startswith("http://cijfers.test/")
