"""Written files, read back by readers that are not ours: json, csv, DuckDB and openpyxl."""

import csv
import io
import json
import zipfile
from decimal import Decimal

import duckdb
import numpy as np
import openpyxl
import pytest
from celwacht.publish.formats import parquet
from celwacht.publish.formats.excel import workbook, xlsx_writer
from celwacht.publish.formats.statline import csv_bundle, odata_json, odata_sets
from celwacht.publish.publication.publication import IMPOSSIBLE, PRINTED, WITHHELD, PublicCode, PublicDimension, Words
from celwacht.publish.sets.make_table import write
from celwacht.publish.store import store

from tests.publish import small

ATTRIBUTE = {PRINTED: "None", WITHHELD: "Confidential", IMPOSSIBLE: "Impossible"}


@pytest.fixture(scope="module")
def publication():
    return small.published()


def expected(publication):
    """Every observation by the definition: cells in order of codes, measures beside each other."""
    rows = []
    for cell in np.ndindex(publication.shape):
        for m in publication.measures:
            state = m.state[cell]
            value = Decimal(int(m.values[cell])).scaleb(-m.decimals) if state == PRINTED else None
            codes = tuple(d.codes[i].code for d, i in zip(publication.dimensions, cell))
            rows.append((len(rows), m.code, ATTRIBUTE[int(state)], value, codes))
    return rows


def names(publication):
    return [d.name for d in publication.dimensions]


def test_json_says_what_the_publication_says(publication):
    """Observations.json holds every cell once, in order, with one word for what is withheld."""
    files = dict(odata_json.files(publication))
    rows = json.loads(files["odata/Observations.json"], parse_float=Decimal)["value"]
    found = [(r["Id"], r["Measure"], r["ValueAttribute"], r["Value"], tuple(r[n] for n in names(publication))) for r in rows]
    assert found == expected(publication)
    assert {r["StringValue"] for r in rows} == {None}
    assert "Impossible" in {r["ValueAttribute"] for r in rows}  # GM9999 has no inhabitants: the rate


def test_json_sets_of_cbs(publication):
    """All sets are there under CBS's names, and index.json lists exactly the files."""
    files = dict(odata_json.files(publication))
    listed = {row["url"] for row in json.loads(files["odata/index.json"])["value"]}
    assert {f"odata/{u}" for u in listed} | {"odata/index.json"} == set(files)
    assert {
        "Observations.json",
        "MeasureCodes.json",
        "Dimensions.json",
        "RegioSCodes.json",
        "RegioSGroups.json",
        "PeriodenCodes.json",
        "PeriodenGroups.json",
        "Properties.json",
    } <= listed
    periods = json.loads(files["odata/PeriodenCodes.json"])["value"]
    assert [(p["Identifier"], p["Status"]) for p in periods] == list(small.STATUSES.items())
    groups = {g["Id"]: g["ParentId"] for g in json.loads(files["odata/RegioSGroups.json"])["value"]}
    assert groups == {"NL01": None, "PV20": "NL01", "PV24": "NL01"}
    about = json.loads(files["odata/Properties.json"])
    assert about["Modified"] == "2025-04-30" and "by/4.0" in about["License"]
    assert ". : het cijfer is onbekend, onvoldoende betrouwbaar of geheim" in about["LongDescription"]


def test_pages_follow_each_other(publication, monkeypatch):
    """Beyond a page of observations the next file is named, and all pages together are all rows."""
    monkeypatch.setattr(odata_sets, "PAGE", 100)
    files = {n: json.loads(c) for n, c in odata_json.files(publication) if "Observations" in n}
    name, ids = "Observations.json", []
    while name:
        page = files.pop(f"odata/{name}")
        assert len(page["value"]) <= 100
        ids += [r["Id"] for r in page["value"]]
        name = page.get("@odata.nextLink")
    assert not files and ids == list(range(publication.n_observations))


def test_csv_with_decimal_comma(publication):
    """Semicolon, decimal comma, BOM; an empty field for null."""
    content = dict(csv_bundle.files(publication))["csv/Observations.csv"]
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    found = [
        (
            int(r["Id"]),
            r["Measure"],
            r["ValueAttribute"],
            Decimal(r["Value"].replace(",", ".")) if r["Value"] else None,
            tuple(r[n] for n in names(publication)),
        )
        for r in rows
    ]
    assert found == expected(publication)
    assert not any("." in r["Value"] for r in rows) and any("," in r["Value"] for r in rows)


def test_csv_texts_come_back(publication):
    """Titles with quotes, semicolons and line ends survive; what looks like a formula is guarded."""
    files = dict(csv_bundle.files(publication))
    rows = list(csv.DictReader(io.StringIO(files["csv/HulpvormCodes.csv"].decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [r["Title"] for r in rows] == ["Totaal", "'=1+1", '\'+31; "x"', "3"]
    about = next(csv.DictReader(io.StringIO(files["csv/Properties.csv"].decode("utf-8-sig"), newline=""), delimiter=";"))
    assert about["LongDescription"] == odata_sets.properties(publication)["LongDescription"]


def test_parquet_says_the_same(publication, tmp_path):
    """Parquet holds the same observations, null where nothing is printed."""
    parquet.write(publication, tmp_path)
    dims = ", ".join(f'"{n}"' for n in names(publication))
    rows = duckdb.sql(f"SELECT Id, Measure, ValueAttribute, Value, {dims} FROM '{tmp_path}/Observations.parquet' ORDER BY Id").fetchall()
    want = [(i, m, a, None if v is None else float(v), *codes) for i, m, a, v, codes in expected(publication)]
    assert rows == want
    titles = duckdb.sql(f"SELECT Title FROM '{tmp_path}/HulpvormCodes.parquet' ORDER BY \"Index\"").fetchall()
    assert titles == [("Totaal",), ("=1+1",), ('+31; "x"',), ("3",)]


def test_workbook_shows_every_figure(publication):
    """openpyxl finds each figure of each period at its region and category, and `.` where it is withheld."""
    book = openpyxl.load_workbook(io.BytesIO(workbook.build(publication)))
    assert book.sheetnames == ["Overzicht", "2024", "2024 2e halfjaar", "2024 1e halfjaar"]
    help_, measures = publication.dimensions[1].codes, publication.measures
    for p, name in enumerate(book.sheetnames[:0:-1]):
        rows = list(book[name].iter_rows(values_only=True))
        top = next(i for i, row in enumerate(rows) if row[0] and str(row[0]).endswith("(code)"))
        assert list(rows[top - 1][2:]) == [c.title.nl for c in help_ for _ in measures]
        for r, region in enumerate(publication.dimensions[0].codes):
            row = rows[top + 1 + r]
            assert row[0] == region.code
            for k, value in enumerate(row[2:]):
                m, cell = measures[k % 3], (r, k // 3, p)
                want = {PRINTED: int(m.values[cell]) / 10**m.decimals, WITHHELD: ".", IMPOSSIBLE: None}
                assert value == want[int(m.state[cell])]


def test_workbook_has_no_formulas_and_nothing_hidden(publication):
    """Texts stay texts, no sheet is hidden, and no author or clock is in the file."""
    content = workbook.build(publication)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert "=1+1" in {c.value for c in cells} and not [c for c in cells if c.data_type == "f"]
    assert {sheet.sheet_state for sheet in book} == {"visible"}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {e.date_time for e in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
        assert "creator" not in core and "created" not in core and "modified" not in core


def test_workbook_too_large_says_what_it_leaves_out(publication, monkeypatch):
    """With room for one period only, the last is shown and the overview names the others."""
    monkeypatch.setattr(workbook, "MOST_CELLS", publication.n_observations // 3)
    book = openpyxl.load_workbook(io.BytesIO(workbook.build(publication)))
    assert book.sheetnames == ["Overzicht", "2024"]
    texts = [row[0] for row in book["Overzicht"].iter_rows(values_only=True)]
    assert "2024 1e halfjaar**" in texts and any(t and t.startswith("Niet in dit werkboek") for t in texts)


def test_wide_tables_go_down(publication, monkeypatch):
    """Where columns would be too many, a dimension goes down beside the regions, and no figure is lost."""
    monkeypatch.setattr(workbook, "WIDEST", 3)
    book = openpyxl.load_workbook(io.BytesIO(workbook.build(publication)))
    rows = list(book["2024"].iter_rows(values_only=True))
    top = next(i for i, row in enumerate(rows) if row[0] == "regios (code)" or str(row[0]).endswith("(code)"))
    end = next(i for i, row in enumerate(rows[top:], top) if not any(row))  # notes stand below
    assert end - top - 1 == publication.shape[0] * publication.shape[1]


def test_sheet_names_that_excel_accepts():
    """Forbidden signs and length are mended, and names stay different."""
    long = "Een heel lange naam: met [tekens] die niet mogen"
    first = xlsx_writer.sheet_name(long, [])
    second = xlsx_writer.sheet_name(long, [first])
    assert first != second and max(len(first), len(second)) <= 31 and not set("[]:*?/\\") & set(first + second)


def test_same_publication_same_bytes(tmp_path):
    """Made twice from the same input and key, every file is the same to the byte."""
    for name in ("a", "b"):
        write(small.published(), tmp_path / name, store.Disk())
    assert store.encoded_manifest(tmp_path / "a", {}) == store.encoded_manifest(tmp_path / "b", {})


def test_groups_only_where_codes_have_parents():
    """A flat dimension has no groups."""
    flat = PublicDimension("Geslacht", Words("Geslacht"), "Dimension", (PublicCode("T", Words("t")), PublicCode("V", Words("v"))))
    assert flat.groups() == ()


@pytest.mark.parametrize("value, decimals, text", [(0, 0, "0"), (1250, 0, "1250"), (5, 1, "0,5"), (1250, 2, "12,50")])
def test_decimal_text(value, decimals, text):
    """Exact, with as many decimals as the measure has."""
    assert odata_sets.decimal_text(value, decimals, ",") == text
