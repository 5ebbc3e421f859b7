"""Requests of clients that are not here (R, Julia, C#, Excel), letter by letter as they were recorded, with the keys of our tables.

What each needs of the answer stands beside its request; sources in the reference on StatLine's wire formats.
"""

import json
from decimal import Decimal

import pytest

from tests.serve import truth

TABLE = "gemaakte_tabel"
CBSODATAR_META = ("TableInfos", "DataProperties", "CategoryGroups", "RegioS", "Hulpvorm", "Perioden")


def got(house, target, **headers):
    answer = house.server.ask(target, headers=headers)
    assert answer.status == 200, (target, answer.status, answer.body[:300])
    assert "json" in answer.header("content-type"), target
    return json.loads(answer.body, parse_float=Decimal)


def keys(rows, *names):
    return {tuple(row[n].rstrip() for n in names) for row in rows}


def wanted(house, **codes):
    publication = house.tables[TABLE]
    chosen = truth.only(house.truth(TABLE), publication, **codes)
    return set(chosen)


def starting(house, letters):
    return {c.code for c in house.tables[TABLE].dimensions[0].codes if c.code.startswith(letters)}


def test_cbsodatar(house):
    """R, v3: the table of contents; metadata from the Api without a format; then data from the Feed with padded keys."""
    assert {t["Identifier"] for t in got(house, "/ODataCatalog/Tables?$format=json")["value"]} == set(house.tables)
    for name in ("Themes", "Tables_Themes"):
        assert "value" in got(house, f"/ODataCatalog/{name}?$format=json")
    sets = got(house, f"/ODataApi/odata/{TABLE}")["value"]
    assert {"TypedDataSet", "UntypedDataSet"} <= {s["name"] for s in sets} and all(s["url"].startswith(house.server.url) for s in sets)
    assert {s["name"] for s in sets} <= {*CBSODATAR_META, "TypedDataSet", "UntypedDataSet"}
    metadata = {s["name"]: got(house, s["url"].removeprefix(house.server.url))["value"] for s in sets if "DataSet" not in s["name"]}
    assert [c["Key"].rstrip() for c in metadata["RegioS"]] == [c.code for c in house.tables[TABLE].dimensions[0].codes]
    padded = next(c["Key"] for c in metadata["RegioS"] if c["Key"].startswith("NL01"))
    rows = got(
        house,
        f"/ODataFeed/odata/{TABLE}/TypedDataSet?$format=json&$filter=(RegioS%20eq%20'GM0001'%20or%20RegioS%20eq%20'"
        f"{padded.replace(' ', '%20')}')%20and%20(substringof('JJ',%20Perioden))",
    )["value"]
    assert keys(rows, "RegioS", "Hulpvorm", "Perioden") == wanted(house, RegioS={"GM0001", "NL01"}, Perioden={"2023JJ00"})
    one = got(
        house, f"/ODataFeed/odata/{TABLE}/UntypedDataSet?$format=json&$filter=(Perioden%20eq%20'2024HJ01')&$select=RegioS,%20Hulpvorm"
    )
    assert {tuple(r) for r in one["value"]} == {("RegioS", "Hulpvorm")}


def test_cbsodata4_in_r(house):
    """R, v4: the same walk as the Python client, with its own way of writing filters."""
    base = "/odata/v1"
    catalogs = {c["Identifier"] for c in got(house, f"{base}/Catalogs")["value"]}
    assert {d["Catalog"] for d in got(house, f"{base}/Datasets")["value"]} == catalogs == {"Celwacht", "CBS"}
    sets = [s["name"] for s in got(house, f"{base}/Celwacht/{TABLE}")["value"]]
    assert {"MeasureCodes", "Dimensions", "RegioSCodes", "HulpvormCodes", "PeriodenCodes", "Observations"} <= set(sets)
    for name in ("Dimensions", *(s for s in sets if s.endswith(("Codes", "Groups")))):
        assert isinstance(got(house, f"{base}/Celwacht/{TABLE}/{name}")["value"], list)
    assert got(house, f"{base}/Celwacht/{TABLE}/Properties")["Identifier"] == TABLE
    page = got(
        house,
        f"{base}/Celwacht/{TABLE}/Observations?$filter=(RegioS%20eq%20'GM0001'%20or%20RegioS%20eq%20'NL01')"
        "%20and%20(contains(Perioden,'JJ'))",
    )
    assert keys(page["value"], "RegioS", "Hulpvorm", "Perioden") == wanted(house, RegioS={"GM0001", "NL01"}, Perioden={"2023JJ00"})


def test_plus_for_space_and_everything_encoded(house):
    """Python, v3: `+` is a space, `$` and `,` are encoded."""
    rows = got(house, "/ODataCatalog/Tables?$format=json&%24select=Identifier%2CTitle&%24filter=Language+eq+%27nl%27")["value"]
    assert {tuple(r) for r in rows} == {("Identifier", "Title")} and len(rows) == len(house.tables)
    assert got(house, f"/ODataFeed/odata/{TABLE}/?%24format=json")["value"]
    rows = got(house, f"/ODataFeed/odata/{TABLE}/TypedDataSet?%24format=json&%24select=RegioS%2CPerioden&%24filter=RegioS+eq+%27GM0001%27")
    assert keys(rows["value"], "RegioS") == {("GM0001",)}


def test_counting_first(house):
    """A v4 client that counts, then skips in steps of 100,000 and never looks at a next link."""
    base, n = "/odata/v1/Celwacht/grote_tabel", house.tables["grote_tabel"].n_observations
    page = got(house, f"{base}/Observations?$filter=contains(WijkenEnBuurten,%27W%27)&$count=true&$top=0")
    assert page["value"] == [] and 0 < page["@odata.count"] < n
    ids = [o["Id"] for skip in range(0, n, 100_000) for o in got(house, f"{base}/Observations?$count=true&$skip={skip}")["value"]]
    assert ids == list(range(n))
    assert got(house, f"/odata/v1/Celwacht/{TABLE}?")["value"] and got(house, f"/odata/v1/Celwacht/{TABLE}/HulpvormCodes?")["value"]
    page = got(house, f"/odata/v1/Celwacht/{TABLE}/Observations?$count=true&$top=1")
    assert page["@odata.count"] == house.tables[TABLE].n_observations and len(page["value"]) == 1


def test_a_plain_loop_over_next_links(house):
    """The loop of every quick start: ask, add, follow the link until there is none; v4 and v3."""
    for target, key, n in (
        ("/odata/v1/Celwacht/grote_tabel/Observations", "@odata.nextLink", house.tables["grote_tabel"].n_observations),
        ("/ODataFeed/odata/grote_tabel/UntypedDataSet?$format=json", "odata.nextLink", len(house.truth("grote_tabel"))),
    ):
        ids, pages = [], 0
        while target:
            page = got(house, target)
            ids += [row.get("Id", row.get("ID")) for row in page["value"]]
            target = page.get(key, "").removeprefix(house.server.url)
            pages += 1
        assert ids == list(range(n)) and pages > 1


@pytest.mark.parametrize("top, skip, select", [(25_000, 0, ""), (12_345, 777, ""), (10_000, 0, ""), (10_001, 5, "&$select=ID")])
def test_top_and_skip_across_pages(house, top, skip, select):
    """The Feed serves $top over several pages, no row more, and $select and $skip with it."""
    target, ids = f"/ODataFeed/odata/grote_tabel/TypedDataSet?$format=json&$top={top}&$skip={skip}{select}", []
    while target:
        page = got(house, target)
        assert len(page["value"]) <= 10_000
        ids += [row["ID"] for row in page["value"]]
        target = page.get("odata.nextLink", "").removeprefix(house.server.url)
    assert ids == list(range(skip, skip + top))


def test_searching_datasets(house):
    """A model's tool: title or description in small letters, newest first, and no number behind $top."""
    found = got(
        house,
        "/odata/v1/Celwacht/Datasets?$filter=(contains(tolower(Title),'wijken')%20or%20contains(tolower(Description),'wijken'))"
        "&$select=Identifier&$top=5&$orderby=Modified%20desc&$format=json",
    )["value"]
    assert found == [{"Identifier": "grote_tabel"}]
    assert [
        t["Identifier"] for t in got(house, f"/ODataCatalog/Tables?$format=json&$filter=(Identifier%20eq%20%27{TABLE}%27)")["value"]
    ] == [TABLE]


def test_default_selection(house):
    """What stands in DefaultSelection of CBS: padded keys, brackets in brackets, and blanks in $select."""
    first = got(house, f"/ODataApi/odata/{TABLE}/TypedDataSet?$top=1")["value"][0]
    topic = next(k for k in first if k.endswith("_1"))
    page = got(
        house,
        f"/ODataApi/odata/{TABLE}/TypedDataSet?$filter=((Hulpvorm%20eq%20'T001')%20or%20(Hulpvorm%20eq%20'A0%20%20'))%20and%20"
        f"((Perioden%20eq%20'2024JJ00')%20or%20(Perioden%20eq%20'2024HJ01'))&$select=Hulpvorm,%20RegioS,%20Perioden,%20{topic}",
    )
    assert keys(page["value"], "RegioS", "Hulpvorm", "Perioden") == wanted(house, Hulpvorm={"T001", "A0"}, Perioden={"2024HJ01"})
    assert set(page["value"][0]) == {"Hulpvorm", "RegioS", "Perioden", topic}


def test_trailing_slashes_and_other_spellings(house):
    """Julia's client writes a slash before the question mark; v3 does not mind large or small letters in `odata` and the id."""
    for target in (
        f"/ODataFeed/odata/{TABLE}/TypedDataSet/?$format=json&$top=2",
        f"/ODataFeed/OData/{TABLE}/TypedDataSet?$format=json&$top=2",
        f"/ODataFeed/odata/{TABLE.upper()}/TypedDataSet?$format=json&$top=2",
        f"/ODataApi/OData/{TABLE}/TypedDataSet?$top=2",
    ):
        assert len(got(house, target)["value"]) == 2
    assert house.server.ask(f"/odata/v1/Celwacht/{TABLE.upper()}").status == 404  # v4 does mind


def test_excel_and_power_bi(house):
    """Office asks by headers and reads $metadata: version 4 or 3 in the answer, names of types that it knows."""
    office = {
        "OData-MaxVersion": "4.0",
        "OData-Version": "4.0",
        "MaxDataServiceVersion": "3.0",
        "Accept-Encoding": "gzip",
        "Accept": "application/json;odata.metadata=minimal;q=1.0,application/atom+xml;q=0.7,application/xml;q=0.5,*/*;q=0.1",
    }
    answer = house.server.ask(f"/odata/v1/Celwacht/{TABLE}", headers={**office, "Accept-Encoding": "identity"})
    assert answer.status == 200 and answer.header("odata-version") == "4.0" and "odata.metadata=minimal" in answer.header("content-type")
    described = house.server.ask(f"/odata/v1/Celwacht/{TABLE}/$metadata", headers={"Accept": "application/xml"})
    assert described.status == 200 and b"Edm.Double" in described.body and b"EntityContainer" in described.body
    assert house.server.ask(f"/odata/v1/Celwacht/{TABLE}/Observations?$top=1000&$skip=10&$count=true", headers=office).status == 200
    older = house.server.ask(f"/ODataFeed/odata/{TABLE}/$metadata", headers={"MaxDataServiceVersion": "3.0"})
    assert older.status == 200 and b"Cbs.OData" in older.body and older.header("dataserviceversion").startswith("3.0")
