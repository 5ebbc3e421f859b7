"""All formats together: what one may choose from, the workbook and Parquet, and the same bytes every time."""

import io
import json
import zipfile
from dataclasses import replace

import duckdb
import openpyxl
import pytest
from celwacht.publish.formats import FORMATS, parquet, table_files
from celwacht.publish.formats.excel import workbook
from celwacht.publish.formats.parts import words
from celwacht.publish.publication.publication import IMPOSSIBLE, PRINTED, WITHHELD, Words
from celwacht.publish.sets.make_table import write
from celwacht.publish.store import store

from tests.formats import made
from tests.publish import small


def test_listed():
    """What the contract with the server says, under keys and endings that differ."""
    assert {"jsonstat", "px", "sdmx-csv", "csv", "csv-pivot", "xlsx", "parquet"} <= set(FORMATS)
    for key, form in FORMATS.items():
        assert form.key == key and form.suffix.startswith((".", "-")) and "/" in form.media_type
    assert len({form.suffix for form in FORMATS.values()}) == len(FORMATS)
    assert all(form.title.nl and form.title.en for form in FORMATS.values())


@pytest.mark.parametrize("key", FORMATS)
def test_same_publication_same_bytes(key):
    """Encoded twice, and from a Publication that was made twice."""
    assert FORMATS[key].encode(made.hostile()) == FORMATS[key].encode(made.hostile())


@pytest.mark.parametrize("key", [k for k in FORMATS if k not in ("xlsx", "parquet")])
def test_notes_and_symbols_survive(key):
    """The last note and what a withheld figure means can be found in every text format."""
    content = FORMATS[key].encode(made.hostile()).decode()
    if key in ("sdmx-csv", "csv-comma"):  # codes, or figures, only: words are in the structure or the forms beside it
        return
    squeezed = content.replace('"\r\n"', "").replace("&lt;", "<").replace("&gt;", ">")
    assert "Alleen Nederlands <img src=x>" in squeezed and words.MEANING[WITHHELD].nl in squeezed
    assert words.MEANING[IMPOSSIBLE].nl in squeezed


def test_parquet(tmp_path):
    """DuckDB finds the figures, null where nothing is printed, and the notes in the metadata of the file."""
    publication = made.hostile()
    (tmp_path / "t.parquet").write_bytes(FORMATS["parquet"].encode(publication))
    names = ", ".join(f'"{d.name}"' for d in publication.dimensions)
    file = f"'{tmp_path}/t.parquet'"
    rows = duckdb.sql(f"SELECT Measure, ValueAttribute, Value, {names} FROM {file} ORDER BY Id").fetchall()
    assert rows == [
        (measure, made.WORD[state], None if value is None else float(value), *codes)
        for codes, measure, state, value in made.truth(publication)
    ]
    about = dict(duckdb.sql(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata({file})").fetchall())
    assert about["title"] == publication.title.nl and about["identifier"] == publication.table
    assert all(text.nl in about["description"] for _, text in publication.footnotes)
    assert words.MEANING[WITHHELD].nl in about["description"]


def test_workbook():
    """openpyxl finds each figure at its codes, `.` where it is withheld, a blank where it is impossible, every note."""
    publication = made.hostile()
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].encode(publication)))
    said = "\n".join(str(c) for row in book["Overzicht"].iter_rows(values_only=True) for c in row if c is not None)
    assert all(line in said for _, text in publication.footnotes for line in text.nl.split("\n"))
    assert words.MEANING[WITHHELD].nl in said and words.MEANING[IMPOSSIBLE].nl in said
    truth = {(codes, measure): (state, value) for codes, measure, state, value in made.truth(publication)}
    strange = [c.code for c in publication.dimensions[2].codes]  # across; regions and forms of help go down
    for period, sheet in zip(publication.periods.codes[::-1], book.sheetnames[1:], strict=True):  # the newest first
        rows = list(book[sheet].iter_rows(values_only=True))
        top = next(i for i, row in enumerate(rows) if str(row[0]).endswith("(code)"))
        long = publication.shape[0] * publication.shape[1]
        assert rows[1][0].rstrip("*") == period.title.nl and not any(rows[top + 1 + long])
        noted = [row[0] for row in rows[top + 2 + long :]]
        assert all(line in noted for _, text in publication.footnotes for line in text.nl.split("\n") if line)
        for row in rows[top + 1 : top + 1 + long]:
            places = [((row[0], row[2], code, period.code), m.code) for code in strange for m in publication.measures]
            for place, shown in zip(places, row[4:], strict=True):
                state, value = truth[place]
                assert shown == (float(value) if state == PRINTED else "." if state == WITHHELD else None)


def test_workbook_is_fit_to_read_and_to_print():
    """One measure is said once; heads are as high as their words; on paper they stand on every page, and names get no more room than they need."""
    hostile = made.hostile()
    long = replace(hostile.dimensions[2].codes[1], title=Words("Jeugdhulp zonder verblijf, niet uitgevoerd door het wijk- of buurtteam"))
    third = replace(hostile.dimensions[2], codes=(hostile.dimensions[2].codes[0], long, *hostile.dimensions[2].codes[2:]))
    publication = replace(
        hostile, footnotes=(), measures=hostile.measures[:1], dimensions=(*hostile.dimensions[:2], third, *hostile.dimensions[3:])
    )
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].encode(publication)))
    for name in book.sheetnames[1:]:
        sheet = book[name]
        measure = workbook._measure_title(publication.measures[0])
        cells = [c for row in sheet.iter_rows() for c in row if c.value == measure]
        assert [c.coordinate for c in cells] == ["A3"]
        top = next(r for r in range(1, 20) if str(sheet.cell(r, 1).value).endswith("(code)"))
        keys = 2 * sum(str(c.value).endswith("(code)") for c in sheet[top])
        assert sheet.print_title_rows == f"$1:${top}" and sheet.print_title_cols == f"$A:${openpyxl.utils.get_column_letter(keys)}"
        assert (
            sheet.page_setup.orientation == "landscape"
            and sheet.sheet_properties.pageSetUpPr.fitToPage
            and sheet.page_setup.fitToHeight == 0
        )
        for row in range(4, top + 1):
            most = max(len(str(c.value or "")) / (sheet.column_dimensions[c.column_letter].width or 9) for c in sheet[row])
            assert (sheet.row_dimensions[row].height or 13.5) >= min(400, 12.5 * most), "no head lies over the row below it"
        assert sheet.column_dimensions["B"].width <= 44
    overview = book["Overzicht"]
    for row in overview.iter_rows():
        most = max((len(str(c.value)) / 112 for c in row[1:] if c.value and c.alignment.wrap_text), default=0)
        assert (overview.row_dimensions[row[0].row].height or 13.5) >= min(400, 12.5 * most)


def test_files_of_a_table(tmp_path):
    """A release has every form; the zips hold the CSV files that a download gives, and nothing of the clock."""
    publication = small.published()
    write(publication, tmp_path / "t", store.Disk())
    table = publication.table
    for path, key in ((f"{table}.csv.zip", "csv"), (f"sdmx/{table}.csv.zip", "sdmx-csv")):
        with zipfile.ZipFile(tmp_path / "t" / path) as archive:
            (entry,) = archive.infolist()
            assert entry.filename == f"{table}.csv" and entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert archive.read(entry) == FORMATS[key].encode(publication)
    for path, key in (
        (f"{table}.jsonstat.json", "jsonstat"),
        (f"{table}.px", "px"),
        (f"{table}-pivot.csv", "csv-pivot"),
        ("sdmx/structure.xml", "sdmx-structure"),
        (f"{table}.xlsx", "xlsx"),
        ("parquet/Observations.parquet", "parquet"),
    ):
        assert (tmp_path / "t" / path).read_bytes() == FORMATS[key].encode(publication)
    assert json.loads((tmp_path / "t/datapackage.json").read_bytes())["id"] == table


def test_pieces_are_the_whole():
    """A form that can be streamed gives the same bytes in pieces."""
    for form in FORMATS.values():
        if form.blocks:
            assert b"".join(form.blocks(made.hostile())) == form.encode(made.hostile())


def test_a_note_on_nothing_stands_alone():
    """A note on the whole table is told as it is; one on a dimension or a measure names it."""
    told = words.notes_in(made.hostile(), "en")
    assert told[1:] == [
        "Note on the table",
        "Form of help: Note on help",
        "Per 1,000: Note on the measure",
        "Alleen Nederlands <img src=x>",
    ]


def test_files_in_a_fixed_order():
    names = [name for name, _ in table_files.files(small.published())]
    assert names == [name for name, _ in table_files.files(small.published())] and len(set(names)) == len(names)


def test_code_lists_in_parquet_are_texts(monkeypatch, tmp_path):
    """However many codes have nothing in a column: its type is not taken from a sample of them."""
    rows = [{"Identifier": f"c{n}", "Index": n, "DimensionGroupId": None, "Nothing": None} for n in range(5_000)]
    rows[3_333]["DimensionGroupId"] = "PV22"
    monkeypatch.setattr(parquet.odata_sets, "small_sets", lambda _: {"RegioSCodes": rows})
    *_, path = parquet.write(small.published(), tmp_path)
    file = f"read_parquet('{path}')"
    assert duckdb.sql(f"SELECT max(DimensionGroupId), max(Index), count(*) FROM {file}").fetchall()[0] == ("PV22", 4_999, 5_000)
    assert [row[1] for row in duckdb.sql(f"DESCRIBE SELECT * FROM {file}").fetchall()] == ["VARCHAR", "BIGINT", "VARCHAR", "VARCHAR"]
