"""The catalogue of broken deliveries: how each is made from a good one.

What is said of each, to the letter, stands in broken_messages.txt under its name; there `@` is the path of the file.
In CSV and Excel the first record is on line 2, for line 1 is the header.
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from tests.intake.deliveries import CANARY, Maker

JH = "jeugdhulp_12345678_2024HJ01.csv"
ASC = "jeugdhulp_12345678_2024HJ01.asc"
XLSX = "jeugdhulp_12345678_2024HJ01.xlsx"
JB = "jeugdbescherming_12345678_2024HJ01.csv"
VA = "vt_advies_12345678_2024HJ01.csv"
VM = "vt_melding_12345678_2024HJ01.csv"
VO = "vt_onderzoek_12345678_2024HJ01.csv"
JR = "jeugdreclassering_12345678_2024KW01.csv"
E2 = b'<c r="E2" t="inlineStr"><is><t>01</t></is></c>'
PK = "persoonskenmerken_00000001_2024JJ00.csv"


@dataclass(frozen=True)
class Broken:
    """One broken delivery."""

    name: str
    file: str
    content: Callable[[Maker], bytes]


def edit(name, *changes, file=JH, record="jeugdhulp", period=None):
    """A CSV delivery that is good but for these changes."""
    return Broken(name, file, lambda make: make.csv(*changes, record=record, period=period))


def replaced(name, old, new, file=JH):
    """A CSV delivery in which the bytes `old` became `new`, once."""
    return Broken(name, file, lambda make: make.csv().replace(old, new, 1))


def excel(name, spoil):
    """A workbook spoilt while it is open."""
    return Broken(name, XLSX, lambda make: make.xlsx(spoil=spoil))


def parts(name, change):
    """A workbook of which the parts are changed."""
    return Broken(name, XLSX, lambda make: make.rezipped(make.xlsx(), change))


def cell(place, value):
    """Spoils one cell of the sheet."""

    def spoil(book):
        book.active[place] = value

    return spoil


def bomb(make):
    """A workbook that unpacks to 20 MB from 20 kB."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            with archive.open(name, "w") as part:
                for _ in range(10):
                    part.write(bytes(1_000_000))
    return stream.getvalue()


def sub(name, old, new):
    """Changes a part of a workbook."""

    def change(found):
        assert old in found[name]
        found[name] = found[name].replace(old, new, 1)

    return change


def second_sheet(book):
    sheet = book.create_sheet("Blad2")
    for row in book.worksheets[0].iter_rows(values_only=True):
        sheet.append(row)


def hide(book):
    book.create_sheet("Oud").sheet_state = "veryHidden"


def hide_row(book):
    book.active.row_dimensions[3].hidden = True


def hide_column(book):
    book.active.column_dimensions["E"].hidden = True


SHEET = "xl/worksheets/sheet1.xml"


def in_sheet(name, old, new):
    """A workbook of which one place in the sheet is changed."""
    return parts(name, sub(SHEET, old, new))


def header_in_the_middle(book):
    """What sorting a range with its header in it does: two records stand above the header."""
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    for number, row in enumerate([rows[1], rows[2], rows[0], *rows[3:]], start=1):
        for column, value in enumerate(row, start=1):
            book.active.cell(number, column).value = value


def sheet_without_header(number_of_cells):
    """Records on a second visible sheet, without their header; of each so many cells from the left."""

    def spoil(book):
        sheet = book.create_sheet("Blad2")
        for row in book.worksheets[0].iter_rows(min_row=2, max_row=3, max_col=number_of_cells, values_only=True):
            sheet.append(row)

    return spoil


def many_sheets(book):
    for number in range(110):
        book.create_sheet(f"b{number}")


CASES = [
    # fields by themselves
    edit("no bsn", (0, "bsn", "")),
    edit("bsn of eight digits", (0, "bsn", "12345678")),
    edit("bsn with dots", (0, "bsn", "9000.00.016")),
    edit("bsn fails the test of eleven", (0, "bsn", "900000017")),
    edit("bsn of fullwidth digits", (0, "bsn", "９００００００１６")),
    edit("no date of birth", (1, "geboortedatum", "")),
    edit("date of birth, month 13", (1, "geboortedatum", "20101317")),
    edit("date of birth with dashes", (1, "geboortedatum", "17-03-2010")),
    edit("date of birth, 30 February", (1, "geboortedatum", "20100230")),
    edit("date of birth, month 0 and day 5", (1, "geboortedatum", "20100005")),
    edit("unborn as in 2015", (1, "geboortedatum", "99999999")),
    edit("sex unknown letter", (0, "geslacht", "X")),
    edit("sex in small letter", (0, "geslacht", "v")),
    edit("no postal code", (0, "postcode", "")),
    edit("postal code with forbidden letters", (0, "postcode", "1234SS")),
    edit("postal code beginning with 0", (0, "postcode", "0234AB")),
    edit("gemeente that never was", (1, "postcode", "9998")),
    edit("gemeente that was merged before", (1, "postcode", "0003")),
    edit("referrer of 2015 only", (0, "verwijzer", "07")),
    edit("referrer not on the list", (0, "verwijzer", "99")),
    edit("referrer without its zero", (0, "verwijzer", "1")),
    edit("a bsn in the wrong column", (0, "verwijzer", "900000016")),
    edit("type of help empty", (0, "hulpvorm", "")),
    edit("crisis not said", (2, "crisis", "")),
    edit("begin of two-digit year", (0, "aanvang", "150124")),
    edit("begin is 31 April", (2, "aanvang", "20240431")),
    edit("begin without day", (0, "aanvang", "20240100")),
    edit("begin in the year 24", (0, "aanvang", "00240115")),
    # between fields
    edit("end before begin", (0, "einde", "20240110")),
    edit("begin before birth", (2, "geboortedatum", "20240629")),
    edit("begin before unknown day of birth", (2, "geboortedatum", "20240700")),
    edit("thirty years old", (0, "geboortedatum", "19940115")),
    edit("eight year old on probation", (0, "geboortedatum", "20160101"), file=JR, record="jeugdreclassering"),
    edit("begin after the period", (2, "aanvang", "20240701")),
    edit("end after the period", (0, "einde", "20240801")),
    edit("over before the period", (1, "einde", "20231231"), (1, "reden", "01")),
    edit("end without reason", (0, "reden", "")),
    edit("reason without end", (2, "reden", "02")),
    edit("wijkteam with a referrer", (1, "verwijzer", "02")),
    edit("unborn by bsn only", (0, "bsn", "000000000")),
    edit("unborn by date only", (0, "geboortedatum", "00000000")),
    edit("reason of guardianship for supervision", (0, "reden", "12"), file=JB, record="jeugdbescherming"),
    edit("reason 07 for supervision", (0, "reden", "07"), file=JB, record="jeugdbescherming"),
    edit("neither begin nor taken over", (1, "overgedragen_gekregen", ""), file=JB, record="jeugdbescherming"),
    edit(
        "handed over in an earlier period", (2, "overgedragen", "20230302"), (2, "aanvang", "20230102"), file=JB, record="jeugdbescherming"
    ),
    edit("taken over two days after", (2, "overgedragen_gekregen", "20240304"), file=JB, record="jeugdbescherming"),
    edit("handed over before the begin", (2, "overgedragen", "20240101"), file=JB, record="jeugdbescherming"),
    edit("handed over after the end", (0, "overgedragen", "20240215"), file=JB, record="jeugdbescherming"),
    edit("type of measure unknown", (0, "type", "13"), file=JB, record="jeugdbescherming"),
    edit("reason of 2020 in 2024", (0, "reden", "21"), file=JR, record="jeugdreclassering"),
    edit("no risk profile at the end", (0, "drp", ""), file=JR, record="jeugdreclassering"),
    edit("risk profile for preventive work", (1, "drp", "42"), file=JR, record="jeugdreclassering"),
    edit("other year in the extract", (1, "jaar", "2023"), file=PK, record="persoonskenmerken"),
    edit("unknown bsn in the extract", (1, "bsn", "999999999"), file=PK, record="persoonskenmerken"),
    # versions
    edit(
        "special values of version 7 in 2016",
        (0, "bsn", "000000000"),
        (0, "geboortedatum", "00000000"),
        (0, "perspectief", "02"),
        (1, "perspectief", "03"),
        (2, "perspectief", "04"),
        (0, "aanvang", "20160201"),
        (0, "einde", ""),
        (0, "reden", ""),
        (1, "aanvang", "20160201"),
        (2, "aanvang", "20160201"),
        file="jeugdhulp_12345678_2016HJ01.csv",
        period="2016HJ01",
    ),
    edit(
        "referrer 07 for help begun in 2016",
        (0, "verwijzer", "07"),
        (0, "aanvang", "20160201"),
        (0, "einde", ""),
        (0, "reden", ""),
        (0, "perspectief", "02"),
        (1, "perspectief", "03"),
        (2, "perspectief", "04"),
        (1, "aanvang", "20160201"),
        (2, "aanvang", "20160201"),
        file="jeugdhulp_12345678_2016HJ01.csv",
        period="2016HJ01",
    ),
    edit(
        "perspective 01 in 2018",
        (0, "perspectief", "01"),
        (1, "perspectief", "03"),
        (2, "perspectief", "04"),
        (0, "aanvang", "20180201"),
        (0, "einde", ""),
        (0, "reden", ""),
        (1, "aanvang", "20180201"),
        (2, "aanvang", "20180201"),
        file="jeugdhulp_12345678_2018HJ01.csv",
        period="2018HJ01",
    ),
    # between records
    edit("the same record twice", (3, "crisis", "01")),
    edit("overlapping records", (3, "aanvang", "20240301")),
    edit("record within a longer one", (3, "aanvang", "20240201"), (3, "einde", "20240210"), (4, "aanvang", "20240301")),
    edit("one person, two dates of birth", (3, "hulpvorm", "03"), (3, "geboortedatum", "20100318")),
    edit("one person, two sexes", (3, "hulpvorm", "03"), (3, "geslacht", "M")),
    edit("the same person twice in the extract", (2, "huishouden", "3"), file=PK, record="persoonskenmerken"),
    edit(
        "thirty wrong codes",
        *(
            (index, name, value)
            for index in range(3, 33)
            for name, value in (("verwijzer", "77"), ("bsn", "999999999"), ("postcode", "1011AB"))
        ),
    ),
    edit("three problems in one record", (0, "geslacht", "?"), (0, "verwijzer", "0"), (0, "einde", "31-01-24")),
    # the file
    Broken("empty file", JH, lambda make: b""),
    Broken("blank lines only", JH, lambda make: b"\r\n \r\n"),
    # No bytes but the words for it mean "nothing to report". Brothers looked for: both separators, quoted and blank cells, in every kind of file.
    *(
        Broken(f"empty cells only {content!r}", JH, lambda make, content=content: content)
        for content in (b",", b";", b",,,\n,,,", b'"";""', b'"",""\r\n', b" ; ;\n", b";\n\n;\n", b"\xef\xbb\xbf,", b"\n\n,")
    ),
    Broken("header only", JH, lambda make: make.csv().splitlines(keepends=True)[0]),
    Broken("no header", JH, lambda make: make.csv().partition(b"\r\n")[2]),
    replaced("misspelt column", b"verwijzer;", b"verwijzr;"),
    replaced("unknown column", b"reden\r\n", b"reden;opmerking\r\n"),
    replaced("column of before 2019", b"crisis;", b"perspectief;"),
    replaced("column twice", b"crisis;", b"geslacht;"),
    replaced("number as column name", b"reden\r\n", b"reden;900000016\r\n"),
    replaced("a field too many", b"01\r\n", b"01;x\r\n"),
    replaced("a field too few", b";01;02;02;", b";01;02;"),
    Broken("tabs", JH, lambda make: make.csv().replace(b";", b"\t")),
    replaced("quote left open", b"V;1234AB", b'"V;1234AB'),
    replaced("NUL byte", b"V;1234AB", b"V\0;1234AB"),
    Broken("UTF-16", JH, lambda make: make.csv().decode().encode("utf-16")),
    replaced("byte that is no text", b"V;1234AB", b"\x81;1234AB"),
    replaced("cell of a million characters", b"V;1234AB", b"V" * 1_000_000 + b";1234AB"),
    Broken("workbook named csv", JH, lambda make: make.xlsx()),
    # fixed width
    Broken("short line", ASC, lambda make: make.asc().replace(b"1234AB", b"1234A", 1)),
    Broken("long line", ASC, lambda make: make.asc().replace(b"1234AB", b"1234AB ", 1)),
    Broken("csv named asc", ASC, lambda make: make.csv()),
    Broken("no ASCII", ASC, lambda make: make.asc().replace(b"1234AB", "1234ÀB".encode("latin-1"), 1)),
    Broken("wrong code in fixed width", ASC, lambda make: make.asc((1, "hulpvorm", "15"))),
    Broken(
        "something between the fields",
        "jeugdhulp_12345678_2016HJ01.asc",
        lambda make: make.asc(
            *((i, n, v) for i in range(3) for n, v in (("perspectief", "02"), ("aanvang", "20160201"), ("einde", ""), ("reden", ""))),
            period="2016HJ01",
        ).replace(b"02  2016", b"02012016", 1),
    ),
    Broken("NUL in fixed width", ASC, lambda make: make.asc().replace(b"1234AB", b"1234A\0", 1)),
    Broken("blank lines only, fixed width", ASC, lambda make: b" \r\n\r\n"),
    # Excel
    excel("two leading zeros lost", cell("A2", 1234567)),
    excel("number in a code that is none", cell("E2", 9)),
    excel("date as text", cell("H2", "15-01-2024")),
    excel("date with time", cell("H2", 45306.5)),
    excel("formula without result", cell("E2", "=1+0")),
    parts("error value", sub("xl/worksheets/sheet1.xml", E2, b'<c r="E2" t="e"><v>#REF!</v></c>')),
    excel("merged cells", lambda book: book.active.merge_cells("E2:E3")),
    excel("hidden sheet", hide),
    excel("hidden row", hide_row),
    excel("hidden column", hide_column),
    excel("records on two sheets", second_sheet),
    excel("value beside the table", cell("M3", "let op")),
    excel("header too deep", lambda book: book.active.insert_rows(1, 25)),
    # Records that would be lost. Brothers looked for: one record above the header, all of them, a number for a BSN, a sheet of BSNs only.
    excel("header in the middle", header_in_the_middle),
    excel("one bsn above the header", lambda book: (book.active.insert_rows(1), cell("C1", CANARY)(book))),
    excel("a bsn as a number above the header", lambda book: (book.active.insert_rows(1), cell("C1", int(CANARY))(book))),
    excel("records without header on a second sheet", sheet_without_header(10)),
    excel("bsns without header on a second sheet", sheet_without_header(1)),
    excel("many sheets", many_sheets),
    # Cells that would read as empty or as another. Brothers looked for: no index, no text, twice, elsewhere, unknown kind.
    in_sheet("text that is not in the table of texts", E2, b'<c r="E2" t="s"><v>999</v></c>'),
    in_sheet(
        "end of a record that is not in the table of texts",
        b'<c r="I2" t="inlineStr"><is><t>20240401</t></is></c>',
        b'<c r="I2" t="s"><v>7</v></c>',
    ),
    in_sheet("text without an index", E2, b'<c r="E2" t="s"><v></v></c>'),
    in_sheet("text with a negative index", E2, b'<c r="E2" t="s"><v>-1</v></c>'),
    in_sheet("text of its own without text", E2, b'<c r="E2" t="inlineStr"><v>01</v></c>'),
    in_sheet("the same cell twice", E2, E2 + E2.replace(b"01", b"02")),
    in_sheet("a cell of another row", E2, E2.replace(b"E2", b"E3")),
    in_sheet("a cell without a column", E2, E2.replace(b"E2", b"22")),
    in_sheet("a cell beyond the last column", E2, E2 + E2.replace(b"E2", b"XFE2")),
    in_sheet("a cell of an unknown kind", E2, E2.replace(b"inlineStr", b"geheim")),
    in_sheet("the same row twice", b'<row r="3"', b'<row r="2"'),
    in_sheet("a row without a number", b'<row r="3"', b'<row r="x"'),
    # Rows and columns that cannot be seen.
    in_sheet("row without height", b'<row r="3"', b'<row r="3" ht="0" customHeight="1"'),
    in_sheet("row of next to no height", b'<row r="3"', b'<row r="3" ht="0.25"'),
    in_sheet("rows hidden unless they say otherwise", b"<sheetFormatPr", b'<sheetFormatPr zeroHeight="1"'),
    in_sheet("rows without height unless they say otherwise", b'defaultRowHeight="15"', b'defaultRowHeight="0"'),
    in_sheet("column without width", b"<sheetData>", b'<cols><col min="5" max="5" width="0" customWidth="1"/></cols><sheetData>'),
    # Nothing to report, and yet something. Brothers looked for: every kind of file, before and after the records.
    replaced("nothing to report before records", b"reden\r\n", b"reden\r\nNIETS TE MELDEN;;;;;;;;;\r\n"),
    Broken("nothing to report after records", JH, lambda make: make.csv() + b";;niets te melden;;;;;;;\r\n"),
    Broken("nothing to report twice", ASC, lambda make: b"NIETS TE MELDEN\r\nNIETS TE MELDEN\r\n"),
    excel("nothing to report and records in Excel", cell("A5", "NIETS TE MELDEN")),
    Broken("nothing to report without header", JH, lambda make: b"NIETS TE MELDEN;\r\n"),
    # More than can be read.
    in_sheet("elements too deep", E2, b"<x>" * 40 + b"</x>" * 40),
    in_sheet("a row of too many elements", E2, b"<x/>" * 110_000),
    parts(
        "two sheets that are one part",
        lambda found: found.update(
            {
                "xl/workbook.xml": found["xl/workbook.xml"].replace(
                    b"</sheets>",
                    b'<sheet xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" name="x" sheetId="9" r:id="rId1"/></sheets>',
                )
            }
        ),
    ),
    parts("two parts of one name", lambda found: found.update({"xl/Workbook.xml": b"<x/>"})),
    Broken(
        "a header of 20,000 names",
        JH,
        lambda make: make.csv().replace(b"reden\r\n", b"reden;" + b";".join(b"n%d" % i for i in range(20_000)) + b"\r\n", 1),
    ),
    Broken(
        "a header of 20,000 times one name", JH, lambda make: make.csv().replace(b"reden\r\n", b"reden" + b";reden" * 20_000 + b"\r\n", 1)
    ),
    replaced("a person in the place of a column", b"reden\r\n", b"reden;Pieter Jansen\r\n"),
    edit("a name in the place of a code", (0, "verwijzer", "Jan")),
    excel("empty sheet", lambda book: book.active.delete_rows(1, 9)),
    excel("header only in Excel", lambda book: book.active.delete_rows(2, 9)),
    Broken("text named xlsx", XLSX, lambda make: make.csv()),
    Broken("old xls", XLSX, lambda make: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    Broken("password", XLSX, lambda make: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")),
    Broken("cut off", XLSX, lambda make: make.xlsx()[:2000]),
    Broken("zip bomb", XLSX, bomb),
    parts("xlsb", lambda found: found.update({"xl/workbook.bin": b""})),
    parts("no sheet in it", lambda found: found.pop("xl/worksheets/sheet1.xml")),
    parts("no relations in it", lambda found: found.pop("xl/_rels/workbook.xml.rels")),
    parts("OpenDocument", lambda found: found.update({"mimetype": b"x", "content.xml": b"<x/>"})),
    parts("only hidden sheets", sub("xl/workbook.xml", b'state="visible"', b'state="hidden"')),
    parts("UTF-16 inside", lambda found: found.update({"xl/workbook.xml": found["xl/workbook.xml"].decode().encode("utf-16")})),
    parts("no workbook in it", lambda found: found.pop("xl/workbook.xml")),
    parts("macros", lambda found: found.update({"xl/vbaProject.bin": b"x"})),
    parts("links to other workbooks", lambda found: found.update({"xl/externalLinks/externalLink1.xml": b"<x/>"})),
    parts("entities", sub("xl/worksheets/sheet1.xml", b"<worksheet", b'<!DOCTYPE x [<!ENTITY y "z">]><worksheet')),
    parts("broken XML", sub("xl/worksheets/sheet1.xml", b"</sheetData>", b"</sheet>")),
    # Veilig Thuis
    edit("number of a report too long", (0, "meldingsnummer", "M123456789012"), file=VM, record="vt_melding"),
    edit("gemeente of a report that never was", (0, "gemeente", "GM4321"), file=VM, record="vt_melding"),
    edit("a report twice with one nature", (1, "aard", "N01"), file=VM, record="vt_melding"),
    edit("follow-up of a report in old codes", (0, "vervolg", "01"), file=VM, record="vt_melding"),
    edit("investigation announced without number", (0, "vervolg", "N01"), file=VM, record="vt_melding"),
    edit("decision before the report", (0, "datum_triage", "20240110"), file=VM, record="vt_melding"),
    edit("one number for two reports", (1, "aard", "N02"), (1, "datum", "20240201"), (1, "datum_triage", ""), file=VM, record="vt_melding"),
    edit("advice after the period", (0, "datum", "20240801"), file=VA, record="vt_advies"),
    edit("advice without a reason", (0, "aanleiding", ""), file=VA, record="vt_advies"),
    edit("one number for two pieces of advice", (1, "aanleiding", "N02"), (1, "datum", "20240401"), file=VA, record="vt_advies"),
    edit("investigation completed before it began", (0, "datum_afronding", "20240110"), file=VO, record="vt_onderzoek"),
    edit("investigation that is not completed", (0, "datum_afronding", ""), file=VO, record="vt_onderzoek"),
    edit(
        "investigation of the year before",
        (0, "datum_start", "20230101"),
        (0, "datum_afronding", "20230301"),
        file=VO,
        record="vt_onderzoek",
    ),
    # names
    Broken("no name of a delivery", "gegevens 900000016.csv", lambda make: make.csv()),
    Broken("provider of seven digits", "jeugdhulp_1234567_2024HJ01.csv", lambda make: make.csv()),
    Broken("unknown record kind", "jeugdhulpen_12345678_2024HJ01.csv", lambda make: make.csv()),
    Broken("quarter for youth care", "jeugdhulp_12345678_2024KW01.csv", lambda make: make.csv()),
    Broken("no such period", "jeugdhulp_12345678_2024HJ03.csv", lambda make: make.csv()),
    Broken("before the order existed", "machtiging_uhp_12345678_2021HJ02.csv", lambda make: make.csv()),
    Broken("capitals in the name", "Jeugdhulp_12345678_2024HJ01.csv", lambda make: make.csv()),
    Broken("version without v", "jeugdhulp_12345678_2024HJ01_2.csv", lambda make: make.csv()),
    Broken("short period", "jeugdhulp_12345678_2024H1.csv", lambda make: make.csv()),
    Broken("version 0", "jeugdhulp_12345678_2024HJ01_v0.csv", lambda make: make.csv()),
    Broken("other kind of file", "jeugdhulp_12345678_2024HJ01.pdf", lambda make: b"%PDF"),
    Broken("old Excel by name", "jeugdhulp_12345678_2024HJ01.xls", lambda make: b""),
]
