"""The CSV with titles and the pivoted one, read back by csv and by DuckDB."""

import csv
import io
from dataclasses import replace
from decimal import Decimal
from itertools import product

import duckdb
import pytest
from celwacht.publish.formats import csv_comma, csv_labels, csv_pivot
from celwacht.publish.formats.parts import words
from celwacht.publish.formats.statline.csv_bundle import guarded
from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import IMPOSSIBLE, PRINTED
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats import made
from tests.publish import small

SIGN = {1: ".", 2: ""}


def parsed(content):
    """Every row, all of one width."""
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))
    assert len({len(row) for row in rows}) == 1
    return rows


def remarks(rows):
    """Rows of which only the first field is filled."""
    return [row[0] for row in rows if not any(row[1:])]


def check_remarks(publication, rows):
    said = remarks(rows)
    for text in (publication.title.nl, *words.notes_in(publication, "nl"), f"Licentie: {texts.LICENCE}"):
        assert guarded(text) in said
    for meaning in words.MEANING.values():
        assert any(meaning.nl in text for text in said)


def check_labels(publication):
    header, *rows = parsed(csv_labels.encode(publication))
    assert header == csv_labels.header(publication) and len(set(header)) == len(header)
    found = [dict(zip(header, row)) for row in rows]
    figures = [row for row in found if row["Measure"]]
    titles = {d.name: {c.code: c for c in d.codes} for d in publication.dimensions}
    measures = {m.code: m for m in publication.measures}
    for row, (codes, measure, state, value) in zip(figures, made.truth(publication), strict=True):
        for dimension, code in zip(publication.dimensions, codes):
            assert row[dimension.name] == guarded(code)
            assert row[f"{dimension.name}Title"] == guarded(titles[dimension.name][code].title.nl)
        assert row["PeriodenStatus"] == titles["Perioden"][codes[-1]].status
        assert (row["Measure"], row["MeasureTitle"]) == (measure, guarded(measures[measure].title.nl))
        assert row["Unit"] == guarded(measures[measure].unit)
        assert row["Value"] == ("" if value is None else format(value, "f").replace(".", ","))
        assert row["ValueAttribute"] == made.WORD[state]
    check_remarks(publication, rows)


def check_comma(publication):
    """The variant with commas: the same figures row for row, with a decimal point, no mark of bytes and nothing below."""
    content = csv_comma.encode(publication)
    assert not content.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(content.decode(), newline=""), strict=True)
    other, *expected = parsed(csv_labels.encode(publication))
    measure, value = header.index("Measure"), header.index("Value")
    if publication.made_up:
        assert header.pop() == "Gegevens" and {row.pop() for row in rows} == {"verzonnen (made-up data)"}
    assert header == other
    assert rows == [[f.replace(",", ".") if k == value else f for k, f in enumerate(row)] for row in expected if row[measure]]


def check_pivot(publication, across):
    """The figure of each row and column is the one of their codes; the mark where there is none."""
    header, *rows = parsed(csv_pivot.encode(publication, across))
    place = [i for i, d in enumerate(publication.dimensions) if d.name in across]
    place.sort(key=lambda i: across.index(publication.dimensions[i].name))
    down = [i for i in range(len(publication.dimensions)) if i not in place]
    truth = {(codes, measure): (state, value) for codes, measure, state, value in made.truth(publication)}
    columns = list(product(*(publication.dimensions[i].codes for i in place), publication.measures))
    lines = list(product(*(publication.dimensions[i].codes for i in down)))
    assert len(header) == 2 * len(down) + len(columns) and len(set(header[2 * len(down) :])) == len(columns)
    for line, row in zip(lines, rows):
        assert row[: 2 * len(down)] == [text for c in line for text in (guarded(c.code), guarded(c.title.nl))]
        for (*right, measure), text in zip(columns, row[2 * len(down) :], strict=True):
            at = dict(zip(down, line)) | dict(zip(place, right))
            state, value = truth[tuple(at[i].code for i in sorted(at)), measure.code]
            assert text == (format(value, "f").replace(".", ",") if state == PRINTED else SIGN[state])
    check_remarks(publication, rows[len(lines) :])


@pytest.mark.parametrize("publication", [made.hostile(), small.published()], ids=["hostile", "small"])
def test_read_back(publication):
    check_labels(publication)
    check_comma(publication)
    check_pivot(publication, ["Perioden"])
    check_pivot(publication, ["Perioden", "Hulpvorm"])


@settings(max_examples=60, deadline=None)
@given(made.publications(codes='Aa1_- /é;=\n"'), st.data())
def test_any_table(publication, data):
    check_labels(publication)
    check_comma(publication)
    names = [d.name for d in publication.dimensions]
    across = data.draw(st.permutations(names))[: data.draw(st.integers(0, len(names)))]
    check_pivot(publication, list(across))


def test_made_up_figures_say_so_in_every_row():
    check_comma(replace(made.hostile(), made_up=True))


def test_headings_of_the_pivot():
    """Stars behind periods that are not final; a code behind equal titles."""
    header = parsed(csv_pivot.encode(made.hostile(), ["Perioden"]))[0]
    assert header[6:9] == ["2023 | Jongeren; totaal (jongeren)", '2023 | =Aandeel "x" (%)', "2023 | Per 1 000 (per 1 000 inwoners)"]
    assert header[9].startswith("2024 1e halfjaar** | ") and header[12].startswith("2024* | ")
    header = parsed(csv_pivot.encode(made.hostile(), ["Hulpvorm"]))[0]
    assert {text.split(" | ")[0] for text in header} >= {"Totaal (A15)", "Totaal (A16)", "'=cmd|' /C calc'!A0"}


def test_unknown_dimension():
    with pytest.raises(ValueError, match="no dimension Leeftijd; it has RegioS, Hulpvorm, Vreemd, Perioden"):
        csv_pivot.encode(made.hostile(), ["Leeftijd"])


def test_nothing_runs_as_a_formula():
    """No field of either file begins as a formula does."""
    table = made.hostile()
    for content in (csv_labels.encode(table), csv_pivot.encode(table), csv_pivot.encode(table, ["Hulpvorm"])):
        assert not [f for row in parsed(content) for f in row if f.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_duckdb(tmp_path):
    """DuckDB reads the long CSV as it stands: numbers are numbers, notes are rows without a measure."""
    publication = made.hostile()
    (tmp_path / "t.csv").write_bytes(csv_labels.encode(publication))
    rows = duckdb.sql(f"""SELECT Value, ValueAttribute FROM read_csv(
        '{tmp_path}/t.csv', delim=';', header=true, quote='"', escape='"', decimal_separator=',',
        types={{'Value': 'DECIMAL(12,2)'}}) WHERE Measure IS NOT NULL""").fetchall()
    want = [(value, made.WORD[state]) for _, _, state, value in made.truth(publication)]
    assert [(None if v is None else Decimal(v), word) for v, word in rows] == want
    assert IMPOSSIBLE in {state for _, _, state, _ in made.truth(publication)}
