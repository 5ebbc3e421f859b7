"""Three kinds of file, one meaning; and what Excel does to numbers and dates is undone."""

import hashlib
import re
from datetime import date

import duckdb
import pytest
from celwacht.tables.intake.check_delivery import check
from celwacht.tables.intake.delivered.file_names import delivery_of
from celwacht.tables.intake.delivered.findings import Findings
from celwacht.tables.intake.vault.key import Key
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import drawn
from tests.intake.deliveries import CANARY, GOOD, KEY, PERIODS, Maker, Office

JH = "jeugdhulp_12345678_2024HJ01"


def taken(tmp_path, name, content, record="jeugdhulp", period="2024HJ01"):
    """Digest of the microdata that one file gives."""
    office = Office(tmp_path / hashlib.sha256(name.encode() + content).hexdigest()[:12])
    office.put(name, content)
    report = office.take_in()
    assert report.ok, report.problems
    return hashlib.sha256(office.parquet(record, period).read_bytes()).hexdigest()


@pytest.mark.parametrize("record", GOOD)
def test_the_same_records_in_any_kind_of_file_give_the_same_bytes(record, make, tmp_path):
    """CSV, Excel and fixed width of the same records give identical Parquet, for every record kind."""
    period = PERIODS.get(record, "2024HJ01")
    name = f"{record}_12345678_{period}"
    found = {taken(tmp_path, f"{name}.{kind}", getattr(make, kind)(record=record), record, period) for kind in ("csv", "xlsx", "asc")}
    assert len(found) == 1


CSV_VARIANTS = {
    "comma": lambda text: text.replace(";", ",").encode(),
    "byte order mark": lambda text: text.encode("utf-8-sig"),
    "unix line ends": lambda text: text.replace("\r\n", "\n").encode(),
    "old mac line ends": lambda text: text.replace("\r\n", "\r").encode(),
    "no last line end": lambda text: text.rstrip().encode(),
    "quoted": lambda text: re.sub(r"([^;\r\n]+)", r'"\1"', text).encode(),
    "spaces around": lambda text: text.replace(";", " ; ").encode(),
    "blank lines": lambda text: text.replace("\r\n", "\r\n\r\n").encode(),
    "names in capitals": lambda text: text.replace("bsn;geboortedatum", "BSN;Geboortedatum").encode(),
    "columns in another order": lambda text: "\n".join(";".join(reversed(line.split(";"))) for line in text.splitlines()).encode(),
    "postal code with a blank": lambda text: text.replace("1234AB", "1234 ab").encode(),
    "gemeente with GM": lambda text: text.replace("0363", "GM0363").encode(),
}


@pytest.mark.parametrize("variant", CSV_VARIANTS)
def test_csv_as_delivered(variant, make, tmp_path):
    """What programs make of a CSV file does not change what it says."""
    text = make.csv().decode()
    assert taken(tmp_path, f"{JH}.csv", CSV_VARIANTS[variant](text)) == taken(tmp_path, f"{JH}.csv", make.csv())


def test_fixed_width_as_delivered(make, tmp_path):
    """Unix line ends and a missing last line end are no problem."""
    good, want = make.asc(), taken(tmp_path, f"{JH}.csv", make.csv())
    assert taken(tmp_path, f"{JH}.asc", good.replace(b"\r\n", b"\n")) == want
    assert taken(tmp_path, f"{JH}.asc", good.rstrip(b"\r\n")) == want


def as_numbers(book):
    """Every text of digits becomes a number, as when somebody types it."""
    for row in book.active.iter_rows(min_row=2):
        for cell in row:
            if isinstance(cell.value, str) and cell.value.isdigit():
                cell.value = int(cell.value)


def as_dates(book):
    """Dates become real dates of Excel."""
    for row in book.active.iter_rows(min_row=2):
        for cell in row:
            if isinstance(cell.value, str) and re.fullmatch(r"20[0-9]{6}", cell.value) and not cell.value.endswith("00"):
                cell.value = date(int(cell.value[:4]), int(cell.value[4:6]), int(cell.value[6:]))


def as_dates_1904(book):
    """The same in a workbook that counts from 1904."""
    book.epoch = __import__("openpyxl").utils.datetime.CALENDAR_MAC_1904
    as_dates(book)


def with_title(book):
    """Two rows above the header, and an empty row below it."""
    book.active.insert_rows(1, 2)
    book.active["A1"] = "Levering jeugdhulp"
    book.active.insert_rows(4)


@pytest.mark.parametrize("spoil", [as_numbers, as_dates, as_dates_1904, with_title])
def test_excel_as_delivered(spoil, make, tmp_path):
    """Numbers for texts, real dates and a title row do not change what a workbook says."""
    assert taken(tmp_path, f"{JH}.xlsx", make.xlsx(spoil=spoil)) == taken(tmp_path, f"{JH}.csv", make.csv())


def test_excel_restores_a_lost_leading_zero_of_a_bsn(make, tmp_path):
    """A BSN of eight digits gets its zero back where it then passes the test of eleven."""
    restored = taken(tmp_path, f"{JH}.xlsx", make.xlsx((0, "bsn", "12345672")))
    assert restored == taken(tmp_path, f"{JH}.csv", make.csv((0, "bsn", "012345672")))


def test_excel_with_shared_strings(make, tmp_path):
    """Most programs keep texts in a table of their own in the workbook; rich text is joined, phonetics left out."""

    def share(parts):
        sheet, texts = parts["xl/worksheets/sheet1.xml"].decode(), []

        def to_index(match):
            texts.append(match[2])
            return f'<c r="{match[1]}" t="s"><v>{len(texts) - 1}</v></c>'

        parts["xl/worksheets/sheet1.xml"] = re.sub(
            r'<c r="([A-Z]+[0-9]+)" t="inlineStr"><is><t>([^<]*)</t></is></c>', to_index, sheet
        ).encode()
        items = "".join(f"<si><r><t>{text[:1]}</t></r><r><t>{text[1:]}</t></r><rPh><t>x</t></rPh></si>" for text in texts)
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="http://x">{items}</sst>'.encode()

    shared = make.rezipped(make.xlsx(), share)
    assert taken(tmp_path, f"{JH}.xlsx", shared) == taken(tmp_path, f"{JH}.csv", make.csv())


def test_a_stored_result_of_a_formula_counts(make, tmp_path):
    """A formula with its result beside it is read as the result."""

    def change(parts):
        name = "xl/worksheets/sheet1.xml"
        parts[name] = parts[name].replace(
            b'<c r="E2" t="inlineStr"><is><t>01</t></is></c>', b'<c r="E2" t="str"><f>"0"&amp;1</f><v>01</v></c>'
        )

    assert taken(tmp_path, f"{JH}.xlsx", make.rezipped(make.xlsx(), change)) == taken(tmp_path, f"{JH}.csv", make.csv())


def test_excel_never_guesses(make, office):
    """TRUE is no code 01, and a number that is no code with a zero before it stays what it is."""

    def spoil(book):
        book.active["G2"] = True
        book.active["F3"] = 7

    office.put(f"{JH}.xlsx", make.xlsx(spoil=spoil))
    assert [(one.line, one.rule) for one in office.take_in().problems] == [(2, "code"), (3, "code")]


def told_by(name, content):
    """Every text that comes out of a check of arbitrary bytes."""
    findings = Findings("x")
    from pathlib import Path

    checked = check(delivery_of(Path(f"/nowhere/{name}"), "x", findings), content, Key(KEY))
    return checked, "".join(map(str, checked.problems)) + repr(checked)


@settings(max_examples=drawn(20, long=150), deadline=None)
@given(kind=st.sampled_from(["csv", "asc", "xlsx"]), content=st.binary(max_size=400))
def test_arbitrary_bytes_are_a_list_of_problems(kind, content):
    """Whatever bytes come, the answer is problems that rules foresaw: nothing raises."""
    checked, _ = told_by(f"{JH}.{kind}", content)
    assert checked.problems and checked.microdata is None
    assert "lezen-mislukt" not in {one.rule for one in checked.problems}


SOUND = {kind: getattr(Maker(), kind)() for kind in ("csv", "asc", "xlsx")}


@settings(max_examples=drawn(32, long=250), deadline=None)
@given(kind=st.sampled_from(["csv", "asc", "xlsx"]), data=st.data())
def test_a_good_file_damaged_anywhere(kind, data):
    """A good file with some bytes changed, lost or doubled is taken in or refused by rules; no BSN is ever told."""
    content = bytearray(SOUND[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        change = data.draw(st.sampled_from(["set", "cut", "double"]))
        if change == "set":
            content[at] = data.draw(st.integers(0, 255))
        elif change == "cut":
            del content[at : at + data.draw(st.integers(1, 60))]
        else:
            content[at:at] = content[at : at + data.draw(st.integers(1, 60))]
    checked, told = told_by(f"{JH}.{kind}", bytes(content))
    assert bool(checked.problems) != (checked.microdata is not None)
    assert "lezen-mislukt" not in {one.rule for one in checked.problems}
    assert CANARY not in told and not re.search(r"[0-9]{9}", re.sub(r"999999999|0{8,9}|12345678_", "", told))


CELL = st.one_of(st.text(max_size=12), st.sampled_from([CANARY, "20100317", "1234AB", "01", "V", "20240115", "", "\u0661", "'", "x" * 99]))


@settings(max_examples=drawn(20, long=150), deadline=None)
@given(rows=st.lists(st.lists(CELL, min_size=10, max_size=10), min_size=1, max_size=6))
def test_arbitrary_cells_are_told_masked(rows):
    """Any text in any cell: the check answers, and tells no value that could be a person's."""
    import csv
    import io

    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerows([Maker().layout().header, *rows])
    checked, told = told_by(f"{JH}.csv", stream.getvalue().encode("utf-8", "replace"))
    assert checked.microdata is None or not checked.problems
    assert CANARY not in told and "20100317" not in told
    assert "1234AB" not in told.replace("such as 1234AB", "")
    assert "lezen-mislukt" not in {one.rule for one in checked.problems}


def test_microdata_hold_what_was_delivered(make, office):
    """The columns of the contract, with their types; texts keep their zeros, unknown days are set in the middle."""
    office.put(f"{JH}.csv", make.csv())
    office.take_in()
    rows = duckdb.sql(f"SELECT * FROM read_parquet('{office.parquet()}') ORDER BY aanvang").fetchall()
    columns = duckdb.sql(f"SELECT column_name, column_type FROM (DESCRIBE FROM read_parquet('{office.parquet()}'))").fetchall()
    assert [name for name, _ in columns] == [
        "persoon",
        "bsn_bekend",
        "geboortedatum",
        "ongeboren",
        "geslacht",
        "postcode",
        "gemeente",
        "aanvang",
        "einde",
        "aanbieder",
        "periode",
        "bestand",
        "verwijzer",
        "hulpvorm",
        "crisis",
        "reden",
        "perspectief",
    ]
    assert dict(columns)["geboortedatum"] == "DATE" and dict(columns)["bsn_bekend"] == "BOOLEAN"
    key = Key(KEY)
    assert [row[0] for row in rows] == [key.person("900000028"), key.person(CANARY), key.person("900000041")]
    assert rows[0][1:] == (
        True,
        date(2010, 3, 17),
        False,
        "M",
        None,
        "GM0363",
        date(2022, 5, 1),
        None,
        "12345678",
        "2024HJ01",
        f"{JH}_v1",
        "06",
        "01",
        "02",
        None,
        None,
    )
    assert rows[2][2] == date(2015, 6, 15)
    assert rows[1][8] == date(2024, 4, 1) and rows[1][15] == "01"


def test_children_without_bsn(make, office):
    """Unborn, and known only by their traits: no BSN is known, the pseudonym is of the traits, and twins are two."""
    office.put(
        f"{JH}.csv",
        make.csv(
            (3, "bsn", "999999999"),
            (4, "bsn", "999999999"),  # twins, copies of record 0 as it still is here
            (0, "bsn", "000000000"),
            (0, "geboortedatum", "00000000"),
            (0, "geslacht", "O"),
            (1, "bsn", "999999999"),
            (1, "geboortedatum", "20100000"),
            (2, "bsn", "999999999"),
        ),
    )
    assert office.take_in().ok
    rows = duckdb.sql(
        f"SELECT persoon, bsn_bekend, geboortedatum, ongeboren, aanvang FROM read_parquet('{office.parquet()}') ORDER BY aanvang, persoon"
    ).fetchall()
    assert not any(known for _, known, *_ in rows)
    assert rows[0][2] == date(2010, 7, 1)
    unborn = [row for row in rows if row[3]]
    assert len(unborn) == 1 and unborn[0][2] is None
    assert len({row[0] for row in rows}) == 5


def test_a_measure_taken_over_begins_when_it_was_taken_over(make, office):
    """An institution that took a measure over does not know its first day."""
    office.put("jeugdbescherming_12345678_2024HJ01.csv", make.csv(record="jeugdbescherming"))
    assert office.take_in().ok
    path = office.parquet("jeugdbescherming")
    assert duckdb.sql(f"SELECT aanvang, overgedragen_gekregen FROM read_parquet('{path}') WHERE type = '21'").fetchall() == [
        (date(2024, 3, 1), date(2024, 3, 1))
    ]


def test_the_special_values_swap_between_versions(make, office):
    """000000000 is unborn in version 7 and unknown in that of 2015."""
    changes = [
        (index, name, value)
        for index in range(3)
        for name, value in (("perspectief", "02"), ("aanvang", "20160201"), ("einde", ""), ("reden", ""), ("geboortedatum", "20100317"))
    ]
    office.put(
        "jeugdhulp_12345678_2016HJ01.csv",
        make.csv(*changes, (0, "bsn", "000000000"), (1, "bsn", "999999999"), (1, "geboortedatum", "99999999"), period="2016HJ01"),
    )
    assert office.take_in().ok
    path = office.parquet(period="2016HJ01")
    assert sorted(duckdb.sql(f"SELECT bsn_bekend, ongeboren FROM read_parquet('{path}')").fetchall()) == [
        (False, False),
        (False, True),
        (True, False),
    ]


OUTCOME = ("nut_1", "zonder_hulp_1", "informant_1", "nut_2", "zonder_hulp_2", "informant_2")


def test_columns_on_outcome_are_not_read(make, tmp_path):
    """Voluntary columns of chapter 4 anywhere in a CSV or Excel file, in whole or in part, give the microdata of a file without them."""
    text = make.csv().decode()
    lines = text.splitlines()
    right = taken(tmp_path, f"{JH}.csv", text.encode())
    behind = [lines[0] + ";" + ";".join(OUTCOME), *(line + ";8;04;jeugdige;;;" for line in lines[1:])]
    assert taken(tmp_path, f"{JH}.csv", "\n".join(behind).encode()) == right
    before = [f"Nut_1;{lines[0]}", *(f"10;{line}" for line in lines[1:])]
    assert taken(tmp_path, f"{JH}.csv", "\n".join(before).encode()) == right


def test_another_column_is_still_unknown(make, office):
    """What is not of the layout is a problem as before, with its name where that is safe."""
    lines = make.csv().decode().splitlines()
    office.put(f"{JH}.csv", "\n".join([lines[0] + ";tevredenheid", *(line + ";8" for line in lines[1:])]).encode())
    report = office.take_in()
    assert not report.ok and any("kolom-onbekend" in str(one) for one in report.problems)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"%PDF-1.7\n1 0 obj", "a PDF"),
        (b"{\\rtf1 bsn;geboortedatum}", "word processor"),
        (b"\x1f\x8b\x08\x00", "compressed"),
        (b"\xef\xbb\xbf<html><table>", "web page"),
        (b'[{"bsn": 1}]', "JSON"),
        (b'\r\n{"bsn": 1}', "JSON"),
    ],
)
def test_a_file_that_is_no_csv_is_told_for_what_it_is(content, word, office):
    """Under the name .csv: what it is, and what to do; one problem, and not one for every line."""
    office.put("jeugdhulp_12345678_2024HJ01.csv", content)
    problems = office.take_in().problems
    assert [one.rule for one in problems] == ["csv-vorm"] and word in str(problems[0]) and "Export" in str(problems[0])


def test_csv_under_the_name_of_fixed_width(make, office):
    """One sentence with the remedy, in place of the width of every line."""
    office.put("jeugdhulp_12345678_2024HJ01.asc", make.csv())
    problems = office.take_in().problems
    assert [one.rule for one in problems] == ["regelbreedte"] and "Name it .csv" in str(problems[0])
