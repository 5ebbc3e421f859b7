"""An Excel workbook (.xlsx) as a stranger delivers it: opened within limits, and read without trusting any of it.

A reader of our own rather than a library: what is wrong with a workbook (hidden rows, formulas without a stored
result, merged cells) is just what libraries pass over in silence.
"""

from __future__ import annotations

import io
import lzma
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from celwacht.tables.intake.delivered.findings import Findings

MOST_BYTES, MOST_ENTRIES, MOST_RATIO = 500_000_000, 1_000, 100
MOST_SHEETS, DEEPEST, SMALL_PARTS, MOST_IN_ROW = 100, 32, 10_000_000, 100_000
"""Sheets; elements within each other; bytes of the parts that only lead to others; elements in one row."""
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

    parts: Parts = field(repr=False)
    sheets: tuple[Sheet, ...]
    strings: tuple[str, ...] = field(repr=False)
    from_1904: bool


class Parts:
    """The parts of a workbook by their name. Names differ by more than capitals, as the standard (OPC) has it."""

    def __init__(self, archive: zipfile.ZipFile, findings: Findings):
        self.archive, self.findings = archive, findings
        self._names = {one.filename.lower(): one for one in archive.infolist()}
        if len(self._names) < len(archive.infolist()):
            _refuse(findings, "excel-beschadigd", "expected each part of the workbook once; found one twice. Save it again as .xlsx.")

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def info(self, name: str) -> zipfile.ZipInfo:
        """KeyError where there is no such part."""
        return self._names[name.lower()]

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """Relation id -> kind and part, of the relations of one part ("" for the package itself), without links to elsewhere."""
        folder, _, file = name.rpartition("/")
        found = {}
        for one in part(self, f"{folder}/_rels/{file}.rels".lstrip("/")):
            if one.get("TargetMode") != "External":
                target = one.get("Target", "")
                path = target if target.startswith("/") else f"{folder}/{target}"
                found[one.get("Id", "")] = (one.get("Type", "").rpartition("/")[2], posixpath.normpath(path).lstrip("/"))
        return found


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
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, UnicodeDecodeError):
        _refuse(
            findings, "excel-beschadigd", "expected an .xlsx workbook; found a file that is none or is damaged. Save it again as .xlsx."
        )
    _within_limits(archive, len(content), findings)
    parts = Parts(archive, findings)
    main = _main(parts)
    _of_the_kind(parts, main, findings)
    book, related = part(parts, main), parts.related(main)
    from_1904 = any(_true(one.get("date1904")) for one in book.iter() if local(one) == "workbookPr")
    return Workbook(parts, _sheets(book, related, findings), _strings(parts, related), from_1904)


def _main(parts: Parts) -> str:
    """The part that is the workbook: the package says which; by habit it is xl/workbook.xml."""
    if "_rels/.rels" in parts:
        return next((target for kind, target in parts.related("").values() if kind == "officeDocument"), "xl/workbook.xml")
    return "xl/workbook.xml"


def _refuse(findings: Findings, rule: str, message: str) -> None:
    findings.add(rule, message)
    raise Unreadable


def _within_limits(archive: zipfile.ZipFile, size: int, findings: Findings) -> None:
    """Refuses what unpacks to far more than a delivery can be. The sizes told are enforced when a part is read."""
    parts = archive.infolist()
    total = sum(one.file_size for one in parts)
    packed = min(sum(one.compress_size for one in parts), size) or 1  # entries may lie over one another
    if len(parts) > MOST_ENTRIES or total > MOST_BYTES or (total > SMALL_PART and total / packed > MOST_RATIO):
        _refuse(
            findings,
            "excel-bom",
            f"expected at most {MOST_ENTRIES:,} parts and {MOST_BYTES // 1_000_000} MB, not "
            f"compressed more than {MOST_RATIO} times; found more. Deliver CSV, or in parts.",
        )


def _of_the_kind(parts: Parts, main: str, findings: Findings) -> None:
    if any(name.endswith(".bin") and name.startswith("xl/workbook") for name in parts):
        _refuse(findings, "excel-soort", "expected an .xlsx workbook; found an .xlsb one. Save it as .xlsx.")
    if "mimetype" in parts and "content.xml" in parts:
        _refuse(findings, "excel-soort", "expected an .xlsx workbook; found an OpenDocument one. Save it as .xlsx.")
    if main not in parts:
        _refuse(findings, "excel-beschadigd", "expected an .xlsx workbook; found an archive without one. Save it again as .xlsx.")
    if any(name.endswith("vbaproject.bin") for name in parts):
        findings.add("excel-macro", "expected a workbook without macros; found macros. Save it as .xlsx.")
    if any(name.startswith("xl/externallinks/") for name in parts):
        findings.add("excel-koppeling", "expected a workbook by itself; found links to other workbooks. Paste the values.")


def _raw(parts: Parts, name: str) -> bytes:
    try:
        info = parts.info(name)
        with parts.archive.open(info) as stream:
            content = stream.read(info.file_size + 1)
        if len(content) != info.file_size:
            raise zipfile.BadZipFile
    except (KeyError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, OSError, EOFError, NotImplementedError, ValueError):
        _refuse(
            parts.findings,
            "excel-beschadigd",
            "expected an .xlsx workbook; found one of which a part is missing or damaged. Save it again.",
        )
    head = content[:4]
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head:
        _refuse(
            parts.findings,
            "excel-beschadigd",
            "expected plain XML in the workbook; found declarations that no Excel writes. Save it again as .xlsx.",
        )
    return content


def _elements(parts: Parts, name: str, kinds: tuple[str, ...], what: str) -> Iterator[ElementTree.Element]:
    """The elements of these kinds of one part, each whole and in order; what is read is let go of, so that a part is never in
    memory as a tree. Bounded: how deep elements lie within each other, and how many lie in one that is asked for."""
    stack: list[ElementTree.Element] = []
    inside = count = 0
    try:
        for event, element in ElementTree.iterparse(io.BytesIO(_raw(parts, name)), events=("start", "end")):
            if event == "start":
                stack.append(element)
                count = count + 1 if inside else 0
                inside += local(element) in kinds
                if len(stack) > DEEPEST or count > MOST_IN_ROW:
                    _refuse(parts.findings, "te-groot", f"expected a {what} as Excel writes it; found far more in it. Deliver CSV.")
                continue
            stack.pop()
            if local(element) in kinds:
                inside -= 1
                if not inside:
                    yield element
            if not inside and stack:
                stack[-1].clear()
    except (ElementTree.ParseError, ValueError, LookupError):
        _refuse(parts.findings, "excel-beschadigd", f"expected an .xlsx workbook; found one of which a {what} is damaged. Save it again.")


def part(parts: Parts, name: str) -> ElementTree.Element:
    """The XML tree of one small part."""
    content = _raw(parts, name)
    if len(content) > SMALL_PARTS:
        _refuse(parts.findings, "te-groot", "expected a workbook as Excel writes it; found far more in a part. Deliver CSV.")
    try:
        return ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError):
        _refuse(parts.findings, "excel-beschadigd", "expected an .xlsx workbook; found one of which a part is damaged. Save it again.")


def rows(book: Workbook, sheet: Sheet) -> Iterator[ElementTree.Element]:
    """The elements of a sheet that matter, in order: each `row`, and `mergeCell`, `col`, `sheetFormatPr`."""
    return _elements(book.parts, sheet.part, ("row", "mergeCell", "col", "sheetFormatPr"), "sheet")


def local(element: ElementTree.Element) -> str:
    """Name of an element without its namespace (transitional and strict workbooks differ in it)."""
    return element.tag.rpartition("}")[2]


def _true(text: str | None) -> bool:
    return text in ("1", "true")


def hidden(element: ElementTree.Element) -> bool:
    """Whether a row or column cannot be seen (or, of sheetFormatPr, all that do not say their height): hidden, or without height."""
    size = {"row": "ht", "col": "width", "sheetFormatPr": "defaultRowHeight"}[local(element)]
    told = element.get(size)
    return _true(element.get("hidden")) or _true(element.get("zeroHeight")) or (told is not None and _is_nothing(told))


def _is_nothing(size: str) -> bool:
    """Less than a third of a point, or of a character: nothing of a text shows."""
    try:
        return not float(size) >= 0.34
    except ValueError:
        return True


def _sheets(book: ElementTree.Element, related: dict[str, tuple[str, str]], findings: Findings) -> tuple[Sheet, ...]:
    found = []
    for one in book.iter():
        if local(one) != "sheet":
            continue
        link = next((value for name, value in one.attrib.items() if name.rpartition("}")[2] == "id"), "")
        kind, target = related.get(link, ("worksheet", ""))
        if kind not in ("chartsheet", "dialogsheet"):
            found.append(Sheet(one.get("name", ""), target, one.get("state", "visible") != "visible"))
    if not found:
        _refuse(findings, "excel-beschadigd", "expected a workbook with a sheet; found none. Save it again as .xlsx.")
    if len(found) > MOST_SHEETS:
        _refuse(findings, "te-groot", f"expected at most {MOST_SHEETS} sheets; found more. Deliver the records on one sheet.")
    if len({one.part.lower() for one in found}) < len(found):
        _refuse(findings, "excel-beschadigd", "expected sheets of their own; found two that are one part. Save it again as .xlsx.")
    return tuple(found)


def _strings(parts: Parts, related: dict[str, tuple[str, str]]) -> tuple[str, ...]:
    """The table of texts, where the workbook says it is, or by habit; a workbook may have none."""
    habit = "xl/sharedStrings.xml"
    name = next((target for kind, target in related.values() if kind == "sharedStrings"), habit if habit in parts else None)
    return () if name is None else tuple(text_of(one) for one in _elements(parts, name, ("si",), "table of texts"))


def text_of(element: ElementTree.Element) -> str:
    """The text of a rich or plain string, without its phonetic reading."""
    found = []
    for child in element:
        if local(child) == "t":
            found.append(child.text or "")
        elif local(child) == "r":
            found += [grandchild.text or "" for grandchild in child if local(grandchild) == "t"]
    return "".join(found)
