"""The workbook that a provider fills in: the fields of the period as columns, cells as text, code lists and lengths as validations.

Nothing is hidden and nothing is a formula, so that the intake reads the workbook as it is. Its bytes depend on the layout only.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import openpyxl
from celwacht.publish.formats.excel.xlsx_writer import zip_entry
from celwacht.tables.periods import Period
from celwacht.tables.sources.layouts import Layout, LayoutField, load_layout
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

ROWS = 20_000
"""Rows that have the validations."""
_FORM = {
    "bsn": ("9 cijfers, met voorloopnullen", "textLength", "equal", "9", None),
    "geboortedatum": ("JJJJMMDD, JJJJMM00 of JJJJ0000", "textLength", "between", "8", "9"),
    "datum": ("JJJJMMDD", "textLength", "equal", "8", None),
    "woonplaats": ("postcode 1234AB, of gemeentecode 0363", "textLength", "between", "4", "7"),
    "jaar": ("JJJJ", "textLength", "equal", "4", None),
}


def template(record: str, period: Period, *, redelivery: bool = False) -> bytes:
    """An empty workbook for a record kind and period. ValueError, with the reason, where there is no such layout.

    redelivery: says in its explanation that it replaces the whole earlier file."""
    layout = load_layout(record, period)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = record[:31]
    sheet.append(list(layout.header))
    for number, field in enumerate(layout.fields, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].number_format = "@"  # what is typed stays what was typed: no lost zeros, no dates
        sheet.column_dimensions[letter].width = max(12, len(field.name) + 3)
        sheet.cell(1, number).font, sheet.cell(1, number).fill = Font(bold=True), PatternFill("solid", fgColor="E3EEF7")
        validation = _validation(field)
        validation.add(f"{letter}2:{letter}{ROWS + 1}")
        sheet.add_data_validation(validation)
    sheet.freeze_panes = "A2"
    _explained(book.create_sheet("Toelichting"), layout, period, redelivery)
    return _fixed(book)


def _form(field: LayoutField) -> tuple[str, str, str, str, str | None]:
    """(words, kind and operator of a validation, its bounds) of a field without codes: of a number of a case, its length."""
    what = {"code": "code van het gebied, ", "name": "naam of code van het gebied, "}[field.by] if field.type == "gebied" else ""
    return _FORM.get(field.type) or (f"{what}hoogstens {field.length} tekens", "textLength", "between", "1", str(field.length))


def _validation(field: LayoutField) -> DataValidation:
    if field.codes:
        made = DataValidation(type="list", formula1=f'"{",".join(code.code for code in field.codes)}"', allow_blank=not field.required)
        made.prompt = "; ".join(f"{code.code} {code.nl}" for code in field.codes)[:250]
    else:
        words, kind, operator, first, second = _form(field)
        made = DataValidation(type=kind, operator=operator, formula1=first, formula2=second, allow_blank=not field.required)
        made.prompt = words
    made.promptTitle, made.errorTitle = field.title.nl[:32], field.title.nl[:32]
    made.error = "Deze waarde past niet bij het veld; zie het blad Toelichting."
    made.showInputMessage = made.showErrorMessage = True
    return made


def _explained(sheet: openpyxl.worksheet.worksheet.Worksheet, layout: Layout, period: Period, redelivery: bool) -> None:
    """What each field holds, in words: a sheet that has no records."""
    replaces = "Herlevering: dit bestand vervangt het eerdere van deze periode helemaal." if redelivery else ""
    sheet.append(
        [f"{layout.title.nl}, {period.title()} ({period.begin.isoformat()} tot en met {period.end.isoformat()}). {replaces}".strip()]
    )
    sheet.append(["Is er niets te melden? Schrijf dan NIETS TE MELDEN in de eerste cel onder de kopregel."])
    for field in layout.fields:
        codes = "; ".join(f"{code.code} = {code.nl}" for code in field.codes) or _form(field)[0]
        special = "".join(f"; {value} = {meaning}" for value, meaning in field.special.items())
        sheet.append([f"{field.title.nl}{' (verplicht)' * field.required}: {codes}{special}"])
    sheet.column_dimensions["A"].width = 120


def _fixed(book: openpyxl.Workbook) -> bytes:
    """The bytes without the clock: fixed dates in the zip and in the properties."""
    book.properties.created = book.properties.modified = datetime(2015, 1, 1)
    stream, packed = io.BytesIO(), io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as made, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in made.namelist():
            content = made.read(name)
            if name == "docProps/core.xml":  # openpyxl writes the moment of saving over what was set
                content = content[: content.index(b"<dcterms:modified")] + content[content.index(b"</dcterms:modified>") + 19 :]
            archive.writestr(zip_entry(name), content)
    return packed.getvalue()
