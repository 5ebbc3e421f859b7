"""OData v3 over real files: typed and untyped figures, padded keys, pages and the 10,000 rule, JSON and Atom, against the Publications."""

import json
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from celwacht.publish.formats.statline import odata_sets
from celwacht.publish.serve.app import make_app
from celwacht.publish.serve.catalogue import words3
from celwacht.publish.serve.http.limits import Limits
from celwacht.publish.serve.odata3 import sets3
from celwacht.publish.store.shelf import Shelf
from starlette.testclient import TestClient

from tests.publish import small
from tests.serve import live, made, truth

SMALL, MADE = small.published(), made.publication()
WIJKEN = made.publication("wijken_tabel", wijken=True)
FEED, API = "/ODataFeed/odata/gemaakte_tabel", "/ODataApi/odata/gemaakte_tabel"
TOPICS = ("BegonnenTrajecten_1", "AandeelInHetTotaal_2")
LIMITS = Limits(feed_rows=200, api_rows=200)
ATOM, D = "{http://www.w3.org/2005/Atom}", "{http://schemas.microsoft.com/ado/2007/08/dataservices}"
M = "{http://schemas.microsoft.com/ado/2007/08/dataservices/metadata}"
EDM = "{http://schemas.microsoft.com/ado/2009/11/edm}"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    out = tmp_path_factory.mktemp("v3") / "out"
    live.publish(out, SMALL, MADE, WIJKEN)
    with TestClient(make_app(Shelf.open(out), limits=LIMITS), base_url="http://cijfers.test") as client:
        yield client


def got(client, address, status=200):
    answer = client.get(address + ("&" if "?" in address else "?") + "$format=json")
    assert answer.status_code == status, (address, answer.text[:300])
    assert answer.headers["DataServiceVersion"] == "3.0;" and "json" in answer.headers["Content-Type"]
    return json.loads(answer.text, parse_float=Decimal)


def every(client, address):
    rows = []
    while address:
        page = got(client, address)
        rows += page["value"]
        address = page.get("odata.nextLink", "").replace("&$format=json", "").replace("?$format=json", "?")
    return rows


def cells(publication, topics, typed):
    """The rows of the data sets, from the Publication alone."""
    pads = [
        max([{"RegioS": 6, "Perioden": 8, "WijkenEnBuurten": 10}.get(d.name, 1), *(len(c.code) for c in d.codes)])
        for d in publication.dimensions
    ]
    rows = []
    for i, (places, cell) in enumerate(truth.figures(publication).items()):
        row = {"ID": i, **{d.name: code.ljust(n) for d, code, n in zip(publication.dimensions, places, pads)}}
        for topic, (attribute, figure) in zip(topics, cell):
            text = {"None": str(figure), "Confidential": ".", "Impossible": ""}[attribute].rjust(8)
            row[topic] = figure if typed else text
        rows.append(row)
    return rows


@pytest.mark.parametrize("typed", [True, False])
def test_data_sets_are_the_publication(client, typed):
    """Every cell with all its topics, over the pages of the Feed."""
    name = "TypedDataSet" if typed else "UntypedDataSet"
    assert every(client, f"{FEED}/{name}") == cells(MADE, TOPICS, typed)
    short = ("BegonnenTrajecten_1", "Aandeel_2", "Per100Jongeren_3")
    assert every(client, f"/ODataFeed/odata/kleine_tabel/{name}") == cells(SMALL, short, typed)


def test_withheld_is_never_a_figure(client):
    """Null among the typed figures; among the untyped ones a point for withheld, blanks for what cannot occur."""
    typed, untyped = every(client, f"{FEED}/TypedDataSet"), every(client, f"{FEED}/UntypedDataSet")
    states = {(a[t] is None, b[t] if a[t] is None else "figure") for a, b in zip(typed, untyped) for t in TOPICS}
    assert states == {(False, "figure"), (True, "       ."), (True, "        ")}


def test_keys_fit_everywhere(client):
    """The key in a dimension is, letter by letter, the key in the data; as wide as its classification."""
    for table, width in (("gemaakte_tabel", {"RegioS": 8, "Hulpvorm": 4, "Perioden": 8}), ("wijken_tabel", {"WijkenEnBuurten": 10})):
        rows = every(client, f"/ODataFeed/odata/{table}/TypedDataSet")
        for name, n in width.items():
            keys = [c["Key"] for c in got(client, f"/ODataFeed/odata/{table}/{name}")["value"]]
            assert set(keys) == {row[name] for row in rows} and {len(k) for k in keys} == {n}


def test_filters_on_padded_keys(client):
    """With and without the blanks, as cbsodataR and people write them."""
    for text in (
        "RegioS eq 'NL01'",
        "RegioS eq 'NL01    '",
        "RegioS eq 'NL01 '",
        "RegioS in ('NL01','x')",
        "(RegioS eq 'NL01    ' or RegioS eq 'XX')",
        "substring(RegioS,0,4) eq 'NL01'",
        "substringof('NL01',RegioS)",
        "startswith(RegioS,'NL')",
        "not (RegioS ne 'NL01')",
        "'NL01' eq RegioS",
    ):
        rows = every(client, f"{FEED}/TypedDataSet?$filter={text}")
        assert {r["RegioS"] for r in rows} == {"NL01    "} and len(rows) == 24, text
    assert got(client, f"{FEED}/RegioS('NL01')")["Title"] == got(client, f"{FEED}/RegioS('NL01    ')")["Title"] == "Nederland"
    assert [r["Key"] for r in got(client, f"{FEED}/Perioden?$filter=Status eq 'Voorlopig' and substringof('HJ',Key)")["value"]] == [
        "2024HJ02"
    ]


def test_selection_of_the_table_itself_works(client):
    """DefaultSelection and DefaultPresentation name what is there: used as they stand, they give rows."""
    info = got(client, f"{FEED}/TableInfos")["value"][0]
    found = got(client, f"{FEED}/TypedDataSet?{info['DefaultSelection']}")["value"]
    assert len(found) == 3 and set(found[0]) == {"RegioS", "Hulpvorm", "Perioden", *TOPICS}
    assert "RegioS eq 'NL01    '" in info["DefaultSelection"]
    assert info["Modified"] == "2025-04-30T00:00:00" and info["Frequency"] == "Perhalfjaar" and info["Identifier"] == "gemaakte_tabel"


def test_properties_and_groups(client):
    """DataProperties in the order of the columns, each kind with its own fields; groups numbered over all dimensions."""
    rows = got(client, f"{API}/DataProperties")["value"]
    assert [r["ID"] for r in rows] == [r["Position"] for r in rows] == list(range(5))
    assert [r["Key"] for r in rows] == ["RegioS", "Hulpvorm", "Perioden", *TOPICS]
    assert [r["odata.type"] for r in rows] == [f"Cbs.OData.{k}" for k in ("GeoDimension", "Dimension", "TimeDimension", "Topic", "Topic")]
    assert rows[0]["MapYear"] == 2024 and "MapYear" not in rows[1] and rows[2]["ReleasePolicy"] is True
    assert (rows[3]["Datatype"], rows[3]["Decimals"], rows[4]["Datatype"], rows[4]["Decimals"]) == ("Integer", 0, "Double", 1)
    groups = {g["ID"]: g for g in got(client, f"{API}/CategoryGroups")["value"]}
    assert list(groups) == list(range(1, len(groups) + 1)) and groups[1]["ParentID"] == 0
    regions = got(client, f"{API}/RegioS")["value"]
    assert regions[0]["CategoryGroupID"] is None
    assert groups[regions[1]["CategoryGroupID"]]["Title"] == "Nederland"
    wijk = got(client, "/ODataFeed/odata/wijken_tabel/WijkenEnBuurten")["value"][2]
    assert (wijk["Municipality"], wijk["DetailRegionCode"]) == ("GM0000", "WK000001")


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Totaal", "Totaal_1"),
        ("Beëindigde trajecten (%)", "BeeindigdeTrajecten_1"),
        ("0 tot 4 jaar", "k_0Tot4Jaar_1"),
        ("Totaal jongeren met jeugdzorg in natura", "TotaalJongerenMetJeugdzorgInNatur_1"),
        ("€", "k__1"),
    ],
)
def test_keys_of_topics(title, key):
    assert words3.topic_key(title, 1) == key


def test_the_rule_of_ten_thousand(client):
    """The Api refuses a query with more rows, and names the way out; the Feed gives pages; lists of codes are never cut."""
    error = got(client, f"{API}/TypedDataSet", 400)["odata.error"]
    assert (
        error["code"] == "TooManyRecords"
        and "more than 200 records" in error["message"]["value"]
        and "ODataFeed" in error["message"]["value"]
    )
    assert len(got(client, f"{API}/TypedDataSet?$top=200")["value"]) == 200
    got(client, f"{API}/TypedDataSet?$top=201", 400)
    assert len(got(client, f"{API}/TypedDataSet?$filter=RegioS eq 'GM0001'")["value"]) == 24
    page = got(client, f"{FEED}/TypedDataSet?$inlinecount=allpages")
    assert page["odata.count"] == str(24 * 30) and page["odata.nextLink"].startswith(f"http://cijfers.test{FEED}/TypedDataSet?")
    assert client.get(f"{FEED}/TypedDataSet/$count?$filter=RegioS eq 'NL01'").text == "24"


def test_addresses(client):
    """Capitals, slashes at the end, absolute addresses that lead somewhere."""
    for address in ("/ODataFeed/odata/gemaakte_tabel/", "/ODataFeed/OData/GEMAAKTE_tabel", "/odatafeed/odata/gemaakte_tabel"):
        sets = got(client, address)["value"]
        assert [s["name"] for s in sets] == [
            "TableInfos",
            "UntypedDataSet",
            "TypedDataSet",
            "DataProperties",
            "CategoryGroups",
            "RegioS",
            "Hulpvorm",
            "Perioden",
        ]
        assert all(client.get(s["url"]).status_code == 200 for s in sets)
    assert "json" in client.get(f"{API}/RegioS").headers["Content-Type"] and "atom" in client.get(f"{FEED}/RegioS").headers["Content-Type"]
    assert "json" in client.get(f"{FEED}/RegioS", headers={"Accept": "application/json;odata=minimalmetadata"}).headers["Content-Type"]
    assert "atom" in client.get(f"{API}/RegioS?$format=atom").headers["Content-Type"]
    got(client, "/ODataFeed/odata/kleine_tabel/CategoryGroups")


def test_catalog(client):
    tables = got(client, "/ODataCatalog/Tables")["value"]
    assert [t["Identifier"] for t in tables] == ["gemaakte_tabel", "kleine_tabel", "wijken_tabel"] and [t["ID"] for t in tables] == [
        0,
        1,
        2,
    ]
    assert client.get(tables[0]["ApiUrl"]).status_code == client.get(tables[0]["FeedUrl"]).status_code == 200
    assert (tables[0]["RecordCount"], tables[0]["ColumnCount"]) == (24 * 30, 5)
    chosen = got(
        client,
        "/ODataCatalog/Tables?%24select=Identifier%2CTitle&%24filter=Language+eq+%27nl%27+and+Modified+gt+datetime%272025-04-29T00:00:00%27",
    )
    assert [set(t) for t in chosen["value"]] == [{"Identifier", "Title"}] * 3
    assert {r["TableID"] for r in got(client, "/ODataCatalog/Tables_Themes")["value"]} == {0, 1, 2}
    assert got(client, "/ODataCatalog/Themes")["value"][0]["Title"] == "Tabellen"
    assert got(client, "/ODataCatalog/Featured")["value"] == got(client, "/ODataCatalog/Table_Featured")["value"] == []


def properties(entry):
    """The properties of an Atom entry as JSON would have them."""
    found = {}
    for value in entry.find(f"{ATOM}content/{M}properties"):
        kind = value.get(f"{M}type", "Edm.String")
        read = {"Edm.Int32": int, "Edm.Byte": int, "Edm.Double": Decimal, "Edm.Boolean": "true".__eq__}.get(kind, str)
        found[value.tag.removeprefix(D)] = None if value.get(f"{M}null") else read(value.text or "")
    return found


@pytest.mark.parametrize("name", ["TypedDataSet", "UntypedDataSet", "RegioS", "Hulpvorm", "TableInfos", "DataProperties", "CategoryGroups"])
def test_atom_tells_the_same(client, name):
    """Entry by entry what JSON says, hostile titles included; every id leads to its own entry."""
    feed = ElementTree.fromstring(client.get(f"{FEED}/{name}?$top=60").content)
    rows = [{k: v for k, v in row.items() if k != "odata.type"} for row in got(client, f"{FEED}/{name}?$top=60")["value"]]
    entries = feed.findall(f"{ATOM}entry")
    assert [properties(e) for e in entries] == [{k: str(v) if isinstance(v, str) else v for k, v in r.items()} for r in rows]
    alone = ElementTree.fromstring(client.get(entries[-1].find(f"{ATOM}id").text).content)
    assert properties(alone) == properties(entries[-1])
    assert feed.find(f"{ATOM}updated").text == "2025-04-30T00:00:00+02:00"


def test_atom_pages(client):
    feed = ElementTree.fromstring(client.get(f"{FEED}/TypedDataSet?$inlinecount=allpages&$filter=RegioS ne 'x'").content)
    assert feed.find(f"{M}count").text == str(24 * 30) and len(feed.findall(f"{ATOM}entry")) == 200
    link = next(e for e in feed.findall(f"{ATOM}link") if e.get("rel") == "next").get("href")
    following = ElementTree.fromstring(client.get(link).content)
    assert properties(following.find(f"{ATOM}entry"))["ID"] == 200


def test_metadata(client):
    """A type for every set, with the columns that come; the kinds of DataProperties derive from one."""
    document = ElementTree.fromstring(client.get(f"{API}/$metadata").content)
    types = {t.get("Name"): t for t in document.iter(f"{EDM}EntityType")}
    sets = {s.get("Name"): types[s.get("EntityType").removeprefix("Cbs.OData.")] for s in document.iter(f"{EDM}EntitySet")}
    assert list(sets) == [s["name"] for s in got(client, API)["value"]]
    for name in ("TypedDataSet", "UntypedDataSet", "TableInfos", "RegioS", "Perioden", "CategoryGroups"):
        told = [p.get("Name") for p in sets[name].iter(f"{EDM}Property")]
        assert told == list(got(client, f"{API}/{name}?$top=1")["value"][0])
    assert types["Topic"].get("BaseType") == "Cbs.OData.DimensionOrTopic"
    kinds = {p.get("Name"): p.get("Type") for p in types["TData"].iter(f"{EDM}Property")}
    assert kinds == {
        "ID": "Edm.Int32",
        "RegioS": "Edm.String",
        "Hulpvorm": "Edm.String",
        "Perioden": "Edm.String",
        TOPICS[0]: "Edm.Int32",
        TOPICS[1]: "Edm.Double",
    }
    assert document.tag.startswith("{http://schemas.microsoft.com/ado/2007/06/edmx}")


def test_errors_in_the_form_of_v3(client):
    """JSON where JSON was asked, XML where Atom is usual; the same bytes for all that is not there."""
    error = got(client, f"{FEED}/TypedDataSet?$filter=Regio eq 'x'", 400)["odata.error"]
    assert error["message"]["lang"] == "en-US" and "character 1" in error["message"]["value"] and error["innererror"]["culprit"] == "Regio"
    answer = client.get(f"{FEED}/TypedDataSet?$filter=<x>&")
    assert answer.status_code == 400 and ElementTree.fromstring(answer.content).find(f"{M}message").text.startswith("$filter, character 1")
    for query in ("$count=true", "$expand=x", "$format=xlsx", "$top=x", "$inlinecount=yes"):
        assert client.get(f"{API}/TypedDataSet?{query}").status_code == 400
    for form in ("?$format=json", ""):
        bodies = {
            client.get(a + form).content
            for a in (
                f"{FEED}/Nergens",
                "/ODataFeed/odata/nergens",
                "/ODataFeed/odata/nergens/TypedDataSet",
                "/ODataFeed/x",
                "/ODataFeed",
                f"{FEED}/TypedDataSet/x",
                f"{FEED}/TypedDataSet(100000)",
            )
        }
        assert len(bodies) == 1


def test_a_topic_has_the_number_of_its_measure_in_v4():
    """At CBS, ID in v3 and Index in v4 are one number; readers join on it."""
    publication = made.publication()
    topics = [row["ID"] for row in sets3.data_properties(publication) if row["Type"] == "Topic"]
    assert topics == [row["Index"] for row in odata_sets.small_sets(publication)["MeasureCodes"]]
