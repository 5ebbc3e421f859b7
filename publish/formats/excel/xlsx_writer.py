"""A small writer of Excel workbooks whose bytes depend on their content only.

openpyxl stamps the clock into docProps and into the zip, and takes about 9 microseconds a cell; this takes about half
a microsecond. Only what the tables need: texts, numbers, a handful of styles, column widths, frozen panes. Texts are inline strings
and never formulas; there are no hidden sheets, no macros, no links, no author.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
_EPOCH = (1980, 1, 1, 0, 0, 0)
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # characters that XML 1.0 cannot hold
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DOC_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# Styles by name -> place in cellXfs below.
PLAIN, BOLD, TITLE, HEADER, WRAPPED, SYMBOL = 0, 1, 2, 3, 4, 5
COUNT, TENTHS, HUNDREDTHS = 6, 7, 8  # 1.234; 12,3; 12,34
INDENT = 9  # INDENT + n: text, indented n steps
DEEPEST = 5

_XFS = [
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>',
    '<xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>',
    '<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>',
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>',
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment horizontal="right"/></xf>',
    '<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>',
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>',
    '<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>',
    *(
        f'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment horizontal="left" indent="{n}"/></xf>'
        for n in range(DEEPEST + 1)
    ),
]
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0.0"/></numFmts>'
    '<fonts count="3"><font><sz val="10"/><name val="Arial"/></font><font><b/><sz val="10"/><name val="Arial"/></font>'
    '<font><b/><sz val="13"/><name val="Arial"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE3EEF7"/><bgColor indexed="64"/></patternFill></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="{len(_XFS)}">{"".join(_XFS)}</cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows of ready cells (see `text`, `number`), widths in characters, and how much stays in view."""

    name: str
    rows: list[list[str]]
    widths: tuple[int, ...] = ()
    frozen_rows: int = 0
    frozen_columns: int = 0
    heights: Mapping[int, float] = field(default_factory=dict)
    """Row, counted from 1 -> its height in points, for texts over more than one line."""
    pages_wide: int = 0
    """On paper: lying A4, as wide as so many pages, with what is frozen on each; 0: no set-up."""


def clean(value: str) -> str:
    """A text without the characters that XML 1.0 cannot hold."""
    return _BAD.sub("\ufffd", value)


def text(value: str, style: int = PLAIN) -> str:
    """A cell that holds a text, whatever the text looks like; to be given its place by the sheet."""
    if not value:
        return f'" s="{style}"/>'
    shown = escape(clean(value[:32_767]))
    return f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'


def number(digits: str, style: int = COUNT) -> str:
    """A cell that holds a number, given as text with a decimal point."""
    return f'" s="{style}"><v>{digits}</v></c>'


def sheet_name(wanted: str, taken: list[str]) -> str:
    """A name that Excel accepts and that is not in `taken`: at most 31 characters, none of []:*?/\\ ."""
    base = re.sub(r"[\[\]:*?/\\]", " ", wanted).strip().strip("'")[:31] or "Blad"
    name, n = base, 1
    while name.lower() in {t.lower() for t in taken}:
        n += 1
        name = f"{base[: 31 - len(str(n)) - 1]} {n}"
    return name


def letters(column: int) -> str:
    """Name of a column, counted from 1: 1 -> A, 27 -> AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def workbook(sheets: list[Sheet], title: str) -> bytes:
    """The bytes of the workbook; ValueError where a sheet is larger than Excel allows."""
    for sheet in sheets:
        if len(sheet.rows) > MOST_ROWS or max(map(len, sheet.rows), default=0) > MOST_COLUMNS:
            raise ValueError(f"sheet {sheet.name} is larger than Excel allows")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in _fixed_parts(sheets, title):
            _add(archive, name, content)
        for i, sheet in enumerate(sheets, 1):
            _add(archive, f"xl/worksheets/sheet{i}.xml", _sheet_xml(sheet))
    return packed.getvalue()


def zip_entry(name: str) -> zipfile.ZipInfo:
    """An entry of a zip with a fixed date and no trace of the machine."""
    entry = zipfile.ZipInfo(name, date_time=_EPOCH)
    entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0
    return entry


def _add(archive: zipfile.ZipFile, name: str, content: str) -> None:
    archive.writestr(zip_entry(name), content.encode())


def _fixed_parts(sheets: list[Sheet], title: str):
    numbers = range(1, len(sheets) + 1)
    overrides = "".join(f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{_TYPES}.worksheet+xml"/>' for i in numbers)
    yield (
        "[Content_Types].xml",
        (
            f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
            '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
            f"{overrides}</Types>"
        ),
    )
    yield (
        "_rels/.rels",
        (
            f'{_HEAD}<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_DOC_RELS}/officeDocument" '
            'Target="xl/workbook.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/'
            'relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>'
        ),
    )
    yield (
        "docProps/core.xml",
        (
            f'{_HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title></cp:coreProperties>'
        ),
    )
    yield "xl/workbook.xml", _book(sheets)
    links = "".join(f'<Relationship Id="rId{i}" Type="{_DOC_RELS}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in numbers)
    yield (
        "xl/_rels/workbook.xml.rels",
        (
            f'{_HEAD}<Relationships xmlns="{_RELS}">{links}<Relationship Id="rId{len(sheets) + 1}" '
            f'Type="{_DOC_RELS}/styles" Target="styles.xml"/></Relationships>'
        ),
    )
    yield "xl/styles.xml", _STYLES


def _sheet_xml(sheet: Sheet) -> str:
    places = [f'<c r="{letters(c)}' for c in range(1, max(map(len, sheet.rows), default=0) + 1)]
    lines = [
        f'<row r="{r}"{_height(sheet, r)}>' + "".join(f"{place}{r}{cell}" for place, cell in zip(places, row)) + "</row>"
        for r, row in enumerate(sheet.rows, 1)
    ]
    columns = "".join(f'<col min="{i}" max="{i}" width="{w}" customWidth="1"/>' for i, w in enumerate(sheet.widths, 1))
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}">{_FIT if sheet.pages_wide else ""}{_view(sheet)}{f"<cols>{columns}</cols>" if columns else ""}'
        f"<sheetData>{''.join(lines)}</sheetData>{_paper(sheet)}</worksheet>"
    )


def _book(sheets: list[Sheet]) -> str:
    """The list of sheets, and what of each stands on every page."""
    listed = "".join(f'<sheet name={quoteattr(s.name)} sheetId="{i}" r:id="rId{i}"/>' for i, s in enumerate(sheets, 1))
    repeated = "".join(_repeated(i, s) for i, s in enumerate(sheets))
    defined = f"<definedNames>{repeated}</definedNames>" if repeated else ""
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_DOC_RELS}"><sheets>{listed}</sheets>{defined}</workbook>'


_FIT = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'


def _height(sheet: Sheet, row: int) -> str:
    return f' ht="{sheet.heights[row]:g}" customHeight="1"' if row in sheet.heights else ""


def _paper(sheet: Sheet) -> str:
    if not sheet.pages_wide:
        return ""
    return f'<pageSetup paperSize="9" orientation="landscape" fitToWidth="{sheet.pages_wide}" fitToHeight="0"/>'


def _repeated(place: int, sheet: Sheet) -> str:
    """The rows and columns that stand on every page."""
    if not sheet.pages_wide or not (sheet.frozen_rows or sheet.frozen_columns):
        return ""
    name = "'" + escape(sheet.name).replace("'", "''") + "'"
    parts = [f"{name}!$A:${letters(sheet.frozen_columns)}"] if sheet.frozen_columns else []
    parts += [f"{name}!$1:${sheet.frozen_rows}"] if sheet.frozen_rows else []
    return f'<definedName name="_xlnm.Print_Titles" localSheetId="{place}">{",".join(parts)}</definedName>'


def _view(sheet: Sheet) -> str:
    rows, columns = sheet.frozen_rows, sheet.frozen_columns
    if not rows and not columns:
        return ""
    pane = "bottomRight" if rows and columns else "bottomLeft" if rows else "topRight"
    split = (f' xSplit="{columns}"' if columns else "") + (f' ySplit="{rows}"' if rows else "")
    corner = f"{letters(columns + 1)}{rows + 1}"
    return (
        f'<sheetViews><sheetView workbookViewId="0"><pane{split} topLeftCell="{corner}" activePane="{pane}" '
        f'state="frozen"/></sheetView></sheetViews>'
    )
