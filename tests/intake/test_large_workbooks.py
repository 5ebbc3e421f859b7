"""Small files that unpack to much: read within bounds of memory and of work, each to the word of a rule."""

import io
import os
import pickle
import random
import resource
import zipfile

import pytest
from celwacht.tables.intake.delivered.findings import Findings
from celwacht.tables.intake.readers.read_excel import read_excel

from tests.intake.deliveries import Maker

MEMORY, SECONDS = 400_000_000, 60
"""Bytes more than this process has, and seconds of the processor."""


def noise(size, seed=1):
    """Bytes that do not compress: with them a file is no bomb by its ratio."""
    return random.Random(seed).randbytes(size)


def workbook(sheet=None, strings=None, header=True, padding=140_000):
    """A workbook of about 146 kB: the good one with the rows of its sheet, or its table of texts, replaced."""

    def change(parts):
        if sheet is not None:
            old = parts["xl/worksheets/sheet1.xml"]
            first = old[old.index(b"<row") : old.index(b"</row>") + 6] if header else b""
            rows = first + sheet
            parts["xl/worksheets/sheet1.xml"] = old[: old.index(b"<row")] + rows + old[old.rindex(b"</row>") + 6 :]
        if strings is not None:
            head = b'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            parts["xl/sharedStrings.xml"] = head + strings + b"</sst>"
        parts["docProps/thumbnail.jpeg"] = noise(padding)

    return Maker().rezipped(Maker().xlsx(), change)


ROW = b'<row r="%d">%s</row>'
LARGE = {
    "2,500,000 empty texts": workbook(strings=b"<si/>" * 2_500_000),
    "half a million texts": workbook(strings=b"<si><t>aap</t></si>" * 500_000),
    "one text of ten million characters": workbook(strings=b"<si><t>" + b"a" * 10_000_000 + b"</t></si>"),
    "millions of empty cells": workbook(b"".join(ROW % (n, b"<c/>" * 16_000) for n in range(2, 150))),
    "a row of 3,000,000 cells": workbook(ROW % (2, b"<c/>" * 3_000_000)),
    "a million empty rows": workbook(b"<row/>" * 1_000_000),
    "a cell at the far corner": workbook(ROW % (1_048_576, b'<c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c>')),
    "a hundred thousand cells with a value": workbook(
        b"".join(ROW % (n, b'<c t="inlineStr"><is><t>x</t></is></c>' * 100) for n in range(2, 3_000))
    ),
    "elements within each other": workbook(b"<row>" * 1_000_000),
    "ten thousand attributes": workbook(b"<row %s/>" % b" ".join(b'a%d=""' % n for n in range(10_000))),
    "a header of 16,384 columns": workbook(
        ROW % (1, b"".join(b'<c t="inlineStr"><is><t>n%d</t></is></c>' % n for n in range(16_384))), header=False
    ),
    "packed a thousand times": workbook(b"<row/>" * 1_000_000, padding=0),
}


def within_bounds(content):
    """read_excel in a process with bounds: the problems (rule and text), or the signal that ended it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            used = int(next(line for line in open("/proc/self/status") if line.startswith("VmData")).split()[1]) * 1024
            resource.setrlimit(resource.RLIMIT_DATA, (used + MEMORY, used + MEMORY))
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            findings = Findings("file")
            read_excel(content, Maker().layout(), frozenset(), findings)
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump([(p.rule, p.message) for p in findings.problems], pipe)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(answer) if answer else None


HEAVY = ("2,500,000 empty texts", "half a million texts", "millions of empty cells", "a million empty rows")
"""Some seconds each; and "a hundred thousand cells with a value"."""


@pytest.mark.parametrize("kind", [pytest.param(k, marks=pytest.mark.long) if k in HEAVY or "hundred" in k else k for k in LARGE])
def test_within_bounds(kind):
    content = LARGE[kind]
    assert len(content) < 260_000
    problems = within_bounds(content)
    assert problems is not None, "it took more than it may"
    assert len(problems) < 30 and all(len(text) < 500 for _, text in problems)
    if kind not in ("2,500,000 empty texts", "half a million texts", "one text of ten million characters"):
        assert problems
    print(kind, len(content), [rule for rule, _ in problems][:3])


def test_a_large_header_is_told_in_few_lines():
    """20,000 header cells that no layout has: twenty are named, and how many there are."""
    problems = within_bounds(LARGE["a header of 16,384 columns"])
    assert 1 <= len(problems) < 30, problems


def test_an_archive_without_end():
    """Entries that lie over one another, and a part that says to be smaller than it is."""
    content = bytearray(workbook(b"<row/>" * 200_000))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        at = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    central = content.index(b"PK\x01\x02")
    place = next(
        i
        for i in range(central, len(content))
        if content[i : i + 4] == b"PK\x01\x02" and content[i + 42 : i + 46] == at.to_bytes(4, "little")
    )
    content[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    assert [rule for rule, _ in within_bounds(bytes(content))] == ["excel-beschadigd"]
