"""A checker of what a machine can tell of PDF/UA-1, by the conditions of the Matterhorn Protocol; shares nothing with the writer.

It reads a PDF with PDFium. What it cannot see (metadata as XMP, the role map, tab order) is checked in the bytes where they are plain.
"""

import ctypes
import re

import pypdfium2
import pypdfium2.raw as raw

HEADINGS = re.compile(r"H([1-6])$")
INSIDE = {
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
    "LI": {"L"},
    "LBody": {"LI"},
    "THead": {"Table"},
    "TBody": {"Table"},
}
"""Kind of element -> what it may stand in."""


def faults(content):
    """What is wrong, each as 'condition: what'; an empty list where nothing was found."""
    with pypdfium2.PdfDocument(content) as document:
        found, seen = [], []
        if not raw.FPDFCatalog_IsTagged(document.raw):
            found.append("01-005: not marked as tagged")
        if not _text(raw.FPDFCatalog_GetLanguage, document.raw):
            found.append("11-006: no language")
        if not document.get_metadata_value("Title"):
            found.append("06-003: no title")
        for page in document:
            found += _of_page(page, seen)
    found += _of_headings([kind for kind, _ in seen])
    for needed, said in (
        (rb"<pdfuaid:part>1</pdfuaid:part>", "06-002: no mark of PDF/UA-1"),
        (rb"/DisplayDocTitle true", "07-001: title not shown"),
    ):
        if not re.search(needed, content):
            found.append(said)
    return found


def _of_page(page, seen):
    found, marked = [], set()
    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    for n in range(raw.FPDF_StructTree_CountChildren(tree)):
        _walk(raw.FPDF_StructTree_GetChildAtIndex(tree, n), "", found, marked, seen)
    raw.FPDF_StructTree_Close(tree)
    loose = [o for o in page.get_objects(max_depth=1) if not _told(o, marked)]
    if loose:
        found.append(f"01-003: {len(loose)} pieces of the page are neither tagged nor an artifact")
    for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        font = raw.FPDFTextObj_GetFont(one.raw)
        if font and raw.FPDFFont_GetIsEmbedded(font) != 1:
            found.append("31-009: a font is not in the file")
            break
    return found


def _told(one, marked):
    """Whether a piece of the page belongs to an element, or says that it is none."""
    if raw.FPDFPageObj_GetMarkedContentID(one.raw) in marked:
        return True
    names = []
    for n in range(raw.FPDFPageObj_CountMarks(one.raw)):
        mark, size, length = raw.FPDFPageObj_GetMark(one.raw, n), ctypes.c_ulong(), 200
        buffer = ctypes.create_string_buffer(length)
        raw.FPDFPageObjMark_GetName(mark, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length, ctypes.byref(size))
        names.append(buffer.raw[: size.value].decode("utf-16-le").rstrip("\0"))
    return "Artifact" in names


def _walk(element, parent, found, marked, seen):
    kind = _text(raw.FPDF_StructElement_GetType, element)
    alt = _text(raw.FPDF_StructElement_GetAltText, element)
    if kind:
        seen.append((kind, alt))
    if kind == "Figure" and not alt:
        found.append("13-004: a figure has no alternative text")
    if kind in INSIDE and parent not in INSIDE[kind]:
        found.append(f"09-004: {kind} in {parent or 'nothing'}")
    for n in range(max(raw.FPDF_StructElement_CountChildren(element), 0)):
        child = raw.FPDF_StructElement_GetChildAtIndex(element, n)
        if child:
            _walk(child, kind, found, marked, seen)
        else:
            marked.add(raw.FPDF_StructElement_GetChildMarkedContentID(element, n))
    for n in range(max(raw.FPDF_StructElement_GetMarkedContentIdCount(element), 0)):
        marked.add(raw.FPDF_StructElement_GetMarkedContentIdAtIndex(element, n))
    marked.discard(-1)


def _of_headings(kinds):
    """The first heading is the first level, and none is left out."""
    levels = [int(found[1]) for kind in kinds if (found := HEADINGS.match(kind))]
    found = [] if not levels or levels[0] == 1 else ["14-002: the first heading is not H1"]
    return found + [f"14-003: H{b} after H{a}" for a, b in zip(levels, levels[1:]) if b > a + 1]


def elements(content):
    """(kind, alternative text) of every element, page by page, in reading order."""
    seen = []
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            _of_page(page, seen)
    return seen


def _text(ask, *handle):
    length = ask(*handle, None, 0)
    if length <= 2:
        return ""
    buffer = ctypes.create_string_buffer(length)
    ask(*handle, ctypes.cast(buffer, ask.argtypes[len(handle)]), length)
    return buffer.raw[:length].decode("utf-16-le").rstrip("\0")
