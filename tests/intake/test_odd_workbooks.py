"""Workbooks as no program should write them, on a first and on a second intake: read to the letter, or refused with the reason."""

import re

import pytest

from tests.intake.deliveries import Maker

JH = "jeugdhulp_12345678_2024HJ01"
SHEET, STRICT = "xl/worksheets/sheet1.xml", "http://purl.oclc.org/ooxml/"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def in_sheet(change):
    def spoil(parts):
        parts[SHEET] = change(parts[SHEET].decode()).encode()

    return spoil


def rows_of(sheet):
    return re.findall(r"<row.*?</row>", sheet, flags=re.DOTALL)


def index(text):
    """The last text of the sheet stands in the table of texts, at this index."""

    def spoil(parts):
        sheet, texts = parts[SHEET].decode(), []

        def to_index(match):
            texts.append(match[2])
            return f'<c r="{match[1]}" t="s"><v>{len(texts) - 1}</v></c>'

        sheet = re.sub(r'<c r="([A-Z]+[0-9]+)" t="inlineStr"><is><t>([^<]*)</t></is></c>', to_index, sheet)
        head, mark, tail = sheet.rpartition('t="s"><v>')
        parts[SHEET] = (head + mark + text + tail[tail.index("</v>") :]).encode()
        parts["xl/sharedStrings.xml"] = f"<sst xmlns='{MAIN}'>{''.join(f'<si><t>{t}</t></si>' for t in texts)}</sst>".encode()

    return spoil


def rows_swapped(sheet):
    one, two = rows_of(sheet)[1:3]
    return sheet.replace(one, "@").replace(two, one).replace("@", two)


def cells_swapped(sheet):
    row = rows_of(sheet)[1]
    one, two = re.findall(r"<c .*?</c>", row, flags=re.DOTALL)[:2]
    return sheet.replace(row, row.replace(one + two, two + one))


def chart_first(parts):
    """A sheet that is a chart stands before that with the records."""
    parts["xl/chartsheets/sheet1.xml"] = f'<chartsheet xmlns="{MAIN}"/>'.encode()
    sheet = f'<sheet xmlns="{MAIN}" xmlns:r="{RELATIONS}" name="Chart" sheetId="99" r:id="rId99"/>'
    book = parts["xl/workbook.xml"].decode()
    parts["xl/workbook.xml"] = re.sub(r"(<(?:\w+:)?sheets[^>]*>)", rf"\1{sheet}", book).encode()
    one = f'<Relationship Id="rId99" Type="{RELATIONS}/chartsheet" Target="chartsheets/sheet1.xml"/></Relationships>'
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(b"</Relationships>", one.encode())


def strict(parts):
    """ISO's strict form has other names for the same."""
    for name in list(parts):
        for one, other in ((MAIN, f"{STRICT}spreadsheetml/main"), (RELATIONS, f"{STRICT}officeDocument/relationships")):
            parts[name] = parts[name].replace(one.encode(), other.encode())


def declared(size):
    """The directory of the archive says that the sheet has this size."""

    def patch(content):
        content, at = bytearray(content), content.find(b"PK\x01\x02")
        while at >= 0:
            if SHEET.encode() in content[at : at + 100]:
                content[at + 24 : at + 28] = size.to_bytes(4, "little")
            at = content.find(b"PK\x01\x02", at + 4)
        return bytes(content)

    return patch


READ = {
    "rows out of order": in_sheet(rows_swapped),
    "cells out of order": in_sheet(cells_swapped),
    "a row without number": in_sheet(lambda s: s.replace('<row r="2"', "<row")),
    "an empty text, as pandas writes what is missing": in_sheet(
        lambda s: re.sub(r'(<row r="2".*?)</row>', r'\1<c r="AZ2" t="inlineStr"></c></row>', s)
    ),
    "a chart first": chart_first,
    "strict": strict,
}
REFUSED = {
    "an index below 0": (index("-1"), "excel-fout"),
    "an index that is no number": (index("abc"), "excel-fout"),
    "an index with a point": (index("1.5"), "excel-fout"),
    "an index of 5,000 digits": (index("9" * 5_000), "excel-fout"),
    "no index": (index(""), "excel-fout"),
    "a row twice": (in_sheet(lambda s: s.replace(rows_of(s)[1], rows_of(s)[1] * 2)), "excel-fout"),
    "a cell of another row": (in_sheet(lambda s: s.replace('r="A2"', 'r="A9"')), "excel-fout"),
    "a type that is none": (in_sheet(lambda s: s.replace('<c r="A2" t="inlineStr">', '<c r="A2" t="zzz">')), "excel-fout"),
}
PATCHED = {"4 GB, it says": (declared(0xFFFFFFFE), "excel-bom"), "10 bytes, it says": (declared(10), "excel-beschadigd")}


@pytest.mark.parametrize("second", [False, True], ids=["first", "second"])
@pytest.mark.parametrize("name", [*READ, *REFUSED, *PATCHED])
def test_odd_workbooks(name, second, make: Maker, office):
    """What is read gives the bytes of the good file; what is refused leaves every byte that was there."""
    if second:
        office.put(f"{JH}.csv", make.csv())
        office.take_in()
    before = office.state()
    spoil, rule = PATCHED.get(name) or REFUSED.get(name) or (READ[name], "")
    content = spoil(make.xlsx()) if name in PATCHED else make.rezipped(make.xlsx(), spoil)
    office.put(f"{JH}{'_v2' * second}.xlsx", content)
    report = office.take_in()
    assert (rule in {one.rule for one in report.problems}) if rule else report.ok and report.rows == 3
    assert not rule or {k: v for k, v in office.state().items() if k != "register.jsonl"} == {
        k: v for k, v in before.items() if k != "register.jsonl"
    }
