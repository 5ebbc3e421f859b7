"""An Excel workbook (.xlsx) as a stranger delivers it: opened within limits, and read without trusting any of it.

A reader of our own rather than a library: what is wrong with a workbook (hidden rows, formulas without a stored
result, merged cells) is just what libraries pass over in silence.
"""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from celwacht.tables.intake.delivered.findings import Findings

MOST_BYTES, MOST_ENTRIES, MOST_RATIO = 500_000_000, 1_000, 100
SMALL_PART = 1_000_000
"""Below this many unpacked bytes the ratio of compression tells nothing."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Unreadable(Exception):
    """The workbook cannot be read further; the problem is already noted."""


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook."""

    name: str = field(repr=False)
    part: str
    hidden: bool


@dataclass(frozen=True)
class Workbook:
    """An opened workbook: its sheets in order, and what is needed to read their cells."""

    archive: zipfile.ZipFile = field(repr=False)
    sheets: tuple[Sheet, ...]
    strings: tuple[str, ...] = field(repr=False)
    from_1904: bool


def open_workbook(content: bytes, findings: Findings) -> Workbook:
    """Opens a workbook; Unreadable, with a problem noted, when it is none or is not to be trusted."""
    if content.startswith(_OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in content
        _refuse(
            findings,
            "excel-wachtwoord" if encrypted else "excel-soort",
            "expected a workbook without password; found one with a password. Save it without."
            if encrypted
            else "expected an .xlsx workbook; found the old .xls form. Save it as .xlsx.",
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = {one.filename: one for one in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, UnicodeDecodeError):
        _refuse(
            findings, "excel-beschadigd", "expected an .xlsx workbook; found a file that is none or is damaged. Save it again as .xlsx."
        )
    _within_limits(archive, findings)
    _of_the_kind(parts, findings)
    book = part(archive, "xl/workbook.xml", findings)
    from_1904 = any(_true(one.get("date1904")) for one in book.iter() if local(one) == "workbookPr")
    sheets = _sheets(book, _targets(archive, findings), findings)
    return Workbook(archive, sheets, _strings(archive, parts, findings), from_1904)


def _refuse(findings: Findings, rule: str, message: str) -> None:
    findings.add(rule, message)
    raise Unreadable


def _within_limits(archive: zipfile.ZipFile, findings: Findings) -> None:
    """Refuses what unpacks to far more than a delivery can be. The sizes told are enforced when a part is read."""
    parts = archive.infolist()
    total = sum(one.file_size for one in parts)
    packed = sum(one.compress_size for one in parts) or 1
    if len(parts) > MOST_ENTRIES or total > MOST_BYTES or (total > SMALL_PART and total / packed > MOST_RATIO):
        _refuse(
            findings,
            "excel-bom",
            f"expected at most {MOST_ENTRIES:,} parts and {MOST_BYTES // 1_000_000} MB, not "
            f"compressed more than {MOST_RATIO} times; found more. Deliver CSV, or in parts.",
        )


def _of_the_kind(parts: dict, findings: Findings) -> None:
    if any(name.lower().endswith((".bin",)) and name.lower().startswith("xl/workbook") for name in parts):
        _refuse(findings, "excel-soort", "expected an .xlsx workbook; found an .xlsb one. Save it as .xlsx.")
    if "mimetype" in parts and "content.xml" in parts:
        _refuse(findings, "excel-soort", "expected an .xlsx workbook; found an OpenDocument one. Save it as .xlsx.")
    if "xl/workbook.xml" not in parts:
        _refuse(findings, "excel-beschadigd", "expected an .xlsx workbook; found an archive without one. Save it again as .xlsx.")
    if any(name.lower().endswith("vbaproject.bin") for name in parts):
        findings.add("excel-macro", "expected a workbook without macros; found macros. Save it as .xlsx.")
    if any(name.startswith("xl/externalLinks/") for name in parts):
        findings.add("excel-koppeling", "expected a workbook by itself; found links to other workbooks. Paste the values.")


def _raw(archive: zipfile.ZipFile, name: str, findings: Findings) -> bytes:
    try:
        told = archive.getinfo(name).file_size
        with archive.open(name) as stream:
            content = stream.read(told + 1)
        if len(content) != told:
            raise zipfile.BadZipFile
    except (KeyError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, OSError, EOFError, NotImplementedError, ValueError):
        _refuse(findings, "excel-beschadigd", "expected an .xlsx workbook; found one of which a part is missing or damaged. Save it again.")
    head = content[:4]
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head:
        _refuse(
            findings,
            "excel-beschadigd",
            "expected plain XML in the workbook; found declarations that no Excel writes. Save it again as .xlsx.",
        )
    return content


def part(archive: zipfile.ZipFile, name: str, findings: Findings) -> ElementTree.Element:
    """The XML tree of one part."""
    try:
        return ElementTree.fromstring(_raw(archive, name, findings))
    except (ElementTree.ParseError, ValueError, LookupError):
        _refuse(findings, "excel-beschadigd", "expected an .xlsx workbook; found one of which a part is damaged. Save it again.")


def rows(book: Workbook, sheet: Sheet, findings: Findings) -> Iterator[ElementTree.Element]:
    """The elements of a sheet that matter, in order: each `row`, and `mergeCell`, `col`. Each is cleared after use."""
    stream = io.BytesIO(_raw(book.archive, sheet.part, findings))
    try:
        for _, element in ElementTree.iterparse(stream):
            if local(element) in ("row", "mergeCell", "col"):
                yield element
                element.clear()
    except (ElementTree.ParseError, ValueError, LookupError):
        _refuse(findings, "excel-beschadigd", "expected an .xlsx workbook; found one of which a sheet is damaged. Save it again.")


def local(element: ElementTree.Element) -> str:
    """Name of an element without its namespace (transitional and strict workbooks differ in it)."""
    return element.tag.rpartition("}")[2]


def _true(text: str | None) -> bool:
    return text in ("1", "true")


def hidden(element: ElementTree.Element) -> bool:
    """Whether a row or column is hidden."""
    return _true(element.get("hidden"))


def _targets(archive: zipfile.ZipFile, findings: Findings) -> dict[str, str]:
    """Relation id -> part, within xl/."""
    found = {}
    for one in part(archive, "xl/_rels/workbook.xml.rels", findings):
        target = one.get("Target", "")
        found[one.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _sheets(book: ElementTree.Element, targets: dict[str, str], findings: Findings) -> tuple[Sheet, ...]:
    found = []
    for one in book.iter():
        if local(one) != "sheet":
            continue
        link = next((value for name, value in one.attrib.items() if name.rpartition("}")[2] == "id"), "")
        found.append(Sheet(one.get("name", ""), targets.get(link, ""), one.get("state", "visible") != "visible"))
    if not found:
        _refuse(findings, "excel-beschadigd", "expected a workbook with a sheet; found none. Save it again as .xlsx.")
    return tuple(found)


def _strings(archive: zipfile.ZipFile, parts: dict, findings: Findings) -> tuple[str, ...]:
    if "xl/sharedStrings.xml" not in parts:
        return ()
    return tuple(text_of(one) for one in part(archive, "xl/sharedStrings.xml", findings) if local(one) == "si")


def text_of(element: ElementTree.Element) -> str:
    """The text of a rich or plain string, without its phonetic reading."""
    found = []
    for child in element:
        if local(child) == "t":
            found.append(child.text or "")
        elif local(child) == "r":
            found += [grandchild.text or "" for grandchild in child if local(grandchild) == "t"]
    return "".join(found)
