"""cbsodata (PyPI), the v3 client of most Python users: every call, unchanged, against a live server."""

from decimal import Decimal

import cbsodata
import pytest
import requests

from tests.serve import truth


@pytest.fixture(autouse=True)
def pointed(house, monkeypatch):
    """As its users point it at another publisher."""
    before = cbsodata.options.catalog_url
    monkeypatch.setattr(cbsodata.options, "use_https", False)
    cbsodata.options.catalog_url = house.server.host
    yield
    cbsodata.options.catalog_url = before


def topics(table):
    """Column names of the measures, in order."""
    found = [p for p in cbsodata.get_meta(table, "DataProperties") if p["Type"] == "Topic"]
    return [p["Key"] for p in sorted(found, key=lambda p: p["Position"])]


def shown(publication, rows, columns, figure):
    """Rows with titles -> codes of the cell -> figure(text or number) per measure."""
    back = {d.name: {title: code for code, title in truth.titles(publication, d.name).items()} for d in publication.dimensions}
    return {tuple(back[d.name][row[d.name]] for d in publication.dimensions): tuple(figure(row[c]) for c in columns) for row in rows}


def number(value):
    return None if value is None else Decimal(str(value))


def marked(value):
    """An untyped cell: a figure, `.` or nothing."""
    text = "" if value is None else value.strip()
    return ("Confidential", None) if text == "." else ("None", Decimal(text)) if text else ("Impossible", None)


def test_table_list(house):
    """All tables, with what the list says of them; a filter and a selection of columns."""
    rows = {row["Identifier"]: row for row in cbsodata.get_table_list()}
    assert rows.keys() == house.tables.keys()
    for table, publication in house.tables.items():
        assert rows[table]["Title"] == publication.title.nl
        assert rows[table]["RecordCount"] == len(house.truth(table))
    assert cbsodata.get_table_list(select=["Identifier", "Title"], filters="Identifier eq 'kleine_tabel'") == [
        {"Identifier": "kleine_tabel", "Title": house.tables["kleine_tabel"].title.nl}
    ]
    assert cbsodata.get_table_list(filters="Language eq 'xx'") == []


@pytest.mark.parametrize("table", ["kleine_tabel", "gemaakte_tabel", "grote_tabel"])
def test_info_and_metadata(house, table):
    """Titles, measures, codes and status, as published and in order."""
    publication = house.tables[table]
    info = cbsodata.get_info(table)
    assert info["Identifier"] == table and info["Title"] == publication.title.nl and info["Modified"].startswith("2025-04-30")
    measures = [p for p in cbsodata.get_meta(table, "DataProperties") if p["Type"] == "Topic"]
    assert [(m["Title"], m["Unit"], m["Decimals"]) for m in measures] == [(m.title.nl, m.unit, m.decimals) for m in publication.measures]
    for dimension in publication.dimensions:
        rows = cbsodata.get_meta(table, dimension.name)
        assert [(r["Key"].rstrip(), r["Title"]) for r in rows] == [(c.code, c.title.nl) for c in dimension.codes]
        assert len({len(r["Key"]) for r in rows}) == 1  # padded to one width
    assert [r["Status"] for r in rows] == [c.status for c in publication.periods.codes]


@pytest.mark.parametrize("table", ["kleine_tabel", "gemaakte_tabel", "grote_tabel"])
def test_whole_table(house, table):
    """Every cell, in order, also over several pages of 10,000; what is withheld or cannot be is None, and never 0."""
    publication, expected = house.tables[table], house.truth(table)
    rows = cbsodata.get_data(table)
    assert len(rows) == len(expected) and [r["ID"] for r in rows] == list(range(len(rows)))
    found = shown(publication, rows, topics(table), number)
    assert list(found) == list(expected)
    assert found == {key: tuple(figure for _, figure in cell) for key, cell in expected.items()}


@pytest.mark.parametrize("table", ["kleine_tabel", "gemaakte_tabel"])
def test_whole_table_untyped(house, table):
    """`typed=True` fetches the untyped set (its own old mistake): texts, in which a point is a withheld figure."""
    publication = house.tables[table]
    found = shown(publication, cbsodata.get_data(table, typed=True), topics(table), marked)
    assert found == house.truth(table)


@pytest.mark.parametrize(
    "filters, codes",
    [
        ("RegioS eq 'GM0001'", {"RegioS": {"GM0001"}}),
        ("RegioS eq 'NL01  ' or RegioS eq 'GM0001  '", {"RegioS": {"NL01", "GM0001"}}),
        ("(Hulpvorm eq 'A0  ') and substringof('JJ',Perioden)", {"Hulpvorm": {"A0"}, "Perioden": {"2023JJ00"}}),
        ("substring(RegioS,0,4) eq 'WK00' and Perioden eq '2024HJ02'", {"Perioden": {"2024HJ02"}, "RegioS": "WK00"}),
        ("RegioS eq 'GM9999'", {"RegioS": set()}),
    ],
)
def test_filtered(house, filters, codes):
    """Filters as users write them, with keys padded and not; and no row beside."""
    publication = house.tables["gemaakte_tabel"]
    if codes.get("RegioS") == "WK00":
        codes = {**codes, "RegioS": {c.code for c in publication.dimensions[0].codes if c.code.startswith("WK00")}}
    found = shown(publication, cbsodata.get_data("gemaakte_tabel", filters=filters), topics("gemaakte_tabel"), number)
    expected = truth.only(house.truth("gemaakte_tabel"), publication, **codes)
    assert found == {key: tuple(figure for _, figure in cell) for key, cell in expected.items()}


def test_selected_columns(house):
    """Only the columns asked for."""
    measure = topics("gemaakte_tabel")[1]
    rows = cbsodata.get_data("gemaakte_tabel", select=["RegioS", measure], filters="Perioden eq '2024HJ01' and Hulpvorm eq 'T001'")
    assert {tuple(r) for r in rows} == {("RegioS", measure)} and len(rows) == len(house.tables["gemaakte_tabel"].dimensions[0].codes)


def test_download_to_a_folder(house, tmp_path):
    """A file per set of the table."""
    data = cbsodata.download_data("kleine_tabel", dir=str(tmp_path))
    assert (
        {p.stem for p in tmp_path.iterdir()}
        == set(data)
        >= {"TableInfos", "DataProperties", "TypedDataSet", "RegioS", "Hulpvorm", "Perioden"}
    )


def test_no_such_table(house):
    """The client's own error, with the status of the server in it."""
    with pytest.raises(requests.HTTPError, match="Downloading table 'geen_tabel' failed. 404"):
        cbsodata.get_data("geen_tabel")
    with pytest.raises(requests.HTTPError, match="400"):
        cbsodata.get_data("kleine_tabel", filters="RegioS eq")
