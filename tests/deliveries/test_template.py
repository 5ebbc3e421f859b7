"""The workbook that a provider fills in, as people fill it in; and text files as their programs write them."""

import io
from datetime import date

import duckdb
import openpyxl
import pytest
from celwacht.publish.commands.template_command import template as command
from celwacht.publish.deliveries.template import template
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.sources.layouts import load_layout
from click.testing import CliRunner

from tests.checks.test_scan import persons
from tests.intake.deliveries import BASE, GOOD, PERIODS, SAFE_HOME

FILLED = GOOD | SAFE_HOME
KINDS = tuple(FILLED)
JH = "jeugdhulp_12345678_2024HJ01"


def filled(record, change=lambda name, value: value, above=0):
    """The template with the good records of the tests, each cell after `change(field, text)`."""
    book = openpyxl.load_workbook(io.BytesIO(template(record, Period.parse(PERIODS.get(record, "2024HJ01")))))
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    if above:
        sheet.insert_rows(1, above)
    for row, one in enumerate(FILLED[record], start=2 + above):
        for column, name in enumerate(header, start=1):
            value = {**BASE, **one}.get(name)
            sheet.cell(row, column).value = value and change(name, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("record", KINDS)
def test_a_template_that_is_filled_in_is_taken_in(record, office):
    """Header, code lists and lengths are those of the layout; all records come in."""
    office.put(f"{record}_12345678_{PERIODS.get(record, '2024HJ01')}.xlsx", filled(record))
    report = office.take_in()
    assert report.ok, report.problems
    assert report.rows == len(FILLED[record])


@pytest.mark.parametrize("record", KINDS)
def test_dates_and_numbers_as_excel_has_them(record, office):
    """For every kind: what looks like a day is one, and what looks like a number is one, as a spreadsheet makes of what is typed."""

    def typed(name, value):
        layout = load_layout(record, Period.parse(PERIODS.get(record, "2024HJ01"))).field(name)
        full = layout.type in ("datum", "geboortedatum") and value[4:6] != "00" and value[6:] != "00"
        return date(int(value[:4]), int(value[4:6]), int(value[6:])) if full else as_number(name, value)

    office.put(f"{record}_12345678_{PERIODS.get(record, '2024HJ01')}.xlsx", filled(record, typed))
    report = office.take_in()
    assert report.ok and report.rows == len(FILLED[record]), report.problems


@pytest.mark.parametrize("record", KINDS)
@pytest.mark.parametrize("year", [2015, 2017, 2019, 2021, 2024])
def test_there_is_a_template_for_every_layout(record, year):
    """Of every year that has a layout, also for the redelivery; each field with its words and a check of its own."""
    period = Period.parse(f"{year}{PERIODS.get(record, '2024HJ01')[4:]}")
    try:
        layout = load_layout(record, period)
    except ValueError:
        return  # the kind was not delivered then
    book = openpyxl.load_workbook(io.BytesIO(template(record, period, redelivery=True)))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(layout.header)
    assert len(sheet.data_validations.dataValidation) == len(layout.fields)
    assert all(one.prompt and (one.type != "list" or len(one.formula1) <= 255) for one in sheet.data_validations.dataValidation)


def test_a_template_left_empty_is_refused(office):
    """An empty sheet is not nothing to report; the words for that are read."""
    office.put(f"{JH}.xlsx", template("jeugdhulp", Period.parse("2024HJ01")))
    assert [one.rule for one in office.take_in().problems] == ["alleen-kopregel"]
    book = openpyxl.load_workbook(io.BytesIO(template("jeugdhulp", Period.parse("2024HJ01"))))
    book.worksheets[0]["A2"] = "NIETS TE MELDEN"
    stream = io.BytesIO()
    book.save(stream)
    office.put(f"{JH}_v2.xlsx", stream.getvalue())
    assert [one.rows for one in office.take_in().accepted] == [0]


def as_number(name, value):
    return int(value) if value.isdigit() else value


def as_date(name, value):
    full = name in ("aanvang", "einde", "geboortedatum") and value[4:6] != "00" and value[6:] != "00"
    return date(int(value[:4]), int(value[4:6]), int(value[6:])) if full else value


WAYS = {
    "numbers for texts, so that zeros are lost": (as_number, 0),
    "dates as dates": (as_date, 0),
    "header on the fourth row": (lambda name, value: value, 3),
    "spaces that do not break": (lambda name, value: f"\xa0{value}\xa0", 0),
    "a space in the postal code": (lambda name, value: value.replace("1234AB", "1234\xa0ab"), 0),
}


@pytest.mark.parametrize("way", WAYS)
def test_as_people_fill_it_in(way, make, office):
    """Whatever the way, the microdata are those of the plain file, byte for byte."""
    office.put(f"{JH}.xlsx", filled("jeugdhulp", *WAYS[way]))
    report = office.take_in()
    assert report.ok, report.problems
    found = office.parquet().read_bytes()
    office.put(f"{JH}_v2.csv", make.csv())
    assert office.take_in().ok and len(found) and persons(office) == {"12345678": 3}

    office.parquet().with_suffix(".old").write_bytes(found)
    columns = "SELECT * EXCLUDE (bestand) FROM read_parquet('{}')"
    old, new = (columns.format(path) for path in (office.parquet().with_suffix(".old"), office.parquet()))
    assert duckdb.sql(f"({old}) EXCEPT ({new})").fetchall() == []


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"sep=;\r\n" + text,
        lambda text: b'\xef\xbb\xbf"sep=;"\r\n' + text,
        lambda text: text.replace(b";01;", ";\xa001\u202f;".encode()),
        lambda text: text.replace(b"1234AB", "1234\xa0ab".encode()),
        lambda text: text.replace(b"bsn;", "\xa0BSN ;".encode()),
    ],
)
def test_text_files_as_programs_write_them(change, make, office):
    """A line sep=;, and spaces that do not break: nothing else can be meant."""
    content = change(make.csv())
    assert content != make.csv()
    office.put(f"{JH}.csv", content)
    report = office.take_in()
    assert report.ok, report.problems
    assert persons(office) == {"12345678": 3}


@pytest.mark.parametrize("content, rule", [(b"sep=;\r\n", "leeg-bestand"), (b"sep=;", "leeg-bestand"), (b"sep=;\r\nx\r\n", "csv-vorm")])
def test_a_line_sep_alone_is_no_delivery(content, rule, office):
    """And a problem below that line is reported at its own line."""
    office.put(f"{JH}.csv", content)
    assert [one.rule for one in office.take_in().problems] == [rule]


def test_lines_are_counted_with_the_line_sep(make, office):
    """The record on the third line of the file is reported there."""
    office.put(f"{JH}.csv", b"sep=;\r\n" + make.csv((0, "verwijzer", "99")))
    assert [one.line for one in office.take_in().problems] == [3]


def test_the_same_template_twice_is_the_same_bytes():
    """No clock in it; codes of another year are not offered."""
    period = Period.parse("2024HJ01")
    assert template("jeugdhulp", period) == template("jeugdhulp", period)
    book = openpyxl.load_workbook(io.BytesIO(template("jeugdhulp", period)))
    lists = [one.formula1 for one in book.worksheets[0].data_validations.dataValidation if one.type == "list"]
    assert '"01,02,03,04,05,06,08"' in lists and [sheet.sheet_state for sheet in book] == ["visible", "visible"]


def test_the_command_names_the_file_as_a_delivery(tmp_path):
    """With the version of a redelivery; never over a file that is there; what does not exist is reported."""
    run = CliRunner()
    for _ in range(2):
        done = run.invoke(command, ["jeugdbescherming", "2022HJ02", "--aanbieder", "12345678", "--redelivery", "2", "--to", str(tmp_path)])
    assert [one.name for one in tmp_path.iterdir()] == ["jeugdbescherming_12345678_2022HJ02_v2.xlsx"]
    assert isinstance(done.exception, ProblemsFound) and "[template-there]" in str(done.exception)
    for words, said in (
        (["jeugdhulp", "2024KW01"], "delivered per halfjaar"),
        (["jeugd", "2024HJ01"], "not a record kind"),
        (["jeugdhulp", "x"], ""),
    ):
        wrong = run.invoke(command, [*words, "--to", str(tmp_path)])
        assert "template-layout" in str(wrong.exception) and said in str(wrong.exception)
