"""One delivered file from bytes to microdata or to a list of problems: the only way in."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from celwacht.tables.intake.checks.check_fields import check_fields
from celwacht.tables.intake.checks.check_records import check_records
from celwacht.tables.intake.delivered.batch import Batch, Raw
from celwacht.tables.intake.delivered.file_names import Delivery
from celwacht.tables.intake.delivered.findings import Findings
from celwacht.tables.intake.readers.read_csv import read_csv
from celwacht.tables.intake.readers.read_excel import read_excel
from celwacht.tables.intake.readers.read_fixed_width import read_ascii
from celwacht.tables.intake.vault.key import Key
from celwacht.tables.intake.vault.microdata import Origin, to_microdata
from celwacht.tables.problems import Problem
from celwacht.tables.sources.layouts import expired_fields, load_layout

LARGEST = {"csv": 250_000_000, "asc": 250_000_000, "xlsx": 60_000_000}
"""Bytes of a file by kind."""
TOO_LARGE = "te-groot"
UNOPENED = ("geen-bestand", "onleesbaar")
"""Rules by which nothing is known of what is in a file."""


_NO_CSV = {
    b"%PDF": "a PDF",
    b"{\\rtf": "a text of a word processor",
    b"\x1f\x8b": "a compressed file",
    b"<": "a web page or XML",
    b"[{": "JSON",
    b'{"': "JSON",
}
"""How a file begins that is something else than it says."""


@dataclass(frozen=True)
class Checked:
    """The outcome for one file: rows of microdata, or problems (never both)."""

    delivery: Delivery
    problems: tuple[Problem, ...]
    microdata: dict[str, np.ndarray] | None = field(repr=False)
    """Empty where the file says that there is nothing to report."""
    rows: int
    """Records in the file, as far as they could be read."""
    broken: Mapping[str, Sequence[int]] = field(default_factory=dict, repr=False)
    """Rule of the intake -> the line of each record that breaks it; 0 for the file as a whole."""
    lines: Sequence[int] | np.ndarray | None = field(default=None, repr=False)
    """Line of each record; None where the file could not be read."""


def read_file(path: Path, kind: str, findings: Findings) -> bytes | None:
    """The bytes of an ordinary file within the limit of its kind; None with a problem noted otherwise."""
    limit = LARGEST[kind]
    try:
        found = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        status = os.fstat(found)
        if not stat.S_ISREG(status.st_mode):
            os.close(found)
            findings.add("geen-bestand", "expected an ordinary file; found something else. Remove it.")
            return None
        with os.fdopen(found, "rb") as file:
            if status.st_size > limit:
                findings.add(
                    TOO_LARGE, f"expected at most {limit // 1_000_000} MB; found {status.st_size // 1_000_000:,} MB. Is it the right file?"
                )
                return None
            return file.read(limit + 1)
    except OSError as error:
        if os.path.islink(path):
            findings.add("geen-bestand", "expected an ordinary file; found a link. Put the file itself here.")
        else:
            findings.add("onleesbaar", f"the file cannot be read: {os.strerror(error.errno or 0)}. Check its permissions.")
        return None


def fingerprint(path: Path, kind: str, key: Key, findings: Findings) -> tuple[str, int]:
    """(keyed digest, bytes) of a file as it was offered, so that the register has a line of one that is not read as well: of one that is too
    large, of its size and its first bytes up to the limit; of what is no file or cannot be opened, of that alone. Problems are noted."""
    content = read_file(path, kind, findings)
    if content is not None:
        return key.file(content), len(content)
    rule = findings.problems[-1].rule
    if rule != TOO_LARGE:
        return key.file(rule.encode()), 0
    digest, left = hashlib.sha256(), LARGEST[kind]
    try:
        size = os.stat(path).st_size
        with open(path, "rb") as file:
            while left and (block := file.read(min(left, 1 << 20))):
                digest.update(block)
                left -= len(block)
    except OSError:  # gone, or changed, since it was looked at
        return key.file(rule.encode()), 0
    return key.file(b"%s %d " % (rule.encode(), size) + digest.digest()), size


def check(delivery: Delivery, content: bytes, key: Key) -> Checked:
    """Reads and checks the content of one delivery. Never raises for what is in it, and tells no personal value."""
    findings = Findings(delivery.shown)
    try:
        columns, lines = _check(delivery, content, key, findings)
    except MemoryError:
        raise  # the worker ends, and says so by ending
    except Exception:  # the error boundary: whatever a library says may hold a value of a person, so it is not repeated
        findings = Findings(delivery.shown)
        findings.add(
            "lezen-mislukt",
            "the file could not be read, for a reason that no rule foresees. Export it again; "
            "if that does not help, it is a fault of this program: report it without the file.",
        )
        columns, lines = None, None
    if columns is None and not findings:  # no records, and not a word why: never taken for nothing to report
        findings.add("leeg-bestand", "expected records; found none. Is there nothing to report? Then say so: NIETS TE MELDEN.")
    rows = 0 if lines is None else len(lines)
    return Checked(delivery, tuple(sorted(findings.problems)), None if findings else columns, rows, findings.broken, lines)


def _check(
    delivery: Delivery, content: bytes, key: Key, findings: Findings
) -> tuple[dict[str, np.ndarray] | None, Sequence[int] | np.ndarray | None]:
    """The microdata (None where there is a problem, empty where there is nothing to report), and the lines of the records."""
    layout = load_layout(delivery.record, delivery.period)
    raw = _read(delivery, content, findings)
    if raw is None:
        return None, None
    findings.lines, findings.places = raw.lines, raw.places
    batch = Batch(layout, delivery.period, raw, findings)
    if raw.nothing:
        return (None, None) if findings else ({}, raw.lines)
    check_fields(batch)
    check_records(batch)
    if findings:
        return None, raw.lines
    return to_microdata(batch, key, Origin(delivery.aanbieder, delivery.periode, delivery.id)), raw.lines


def _read(delivery: Delivery, content: bytes, findings: Findings) -> Raw | None:
    layout = load_layout(delivery.record, delivery.period)
    if not content:
        findings.add("leeg-bestand", "expected a header and records; found an empty file.")
        return None
    if delivery.kind == "asc":
        return read_ascii(content, layout, findings)
    expired = expired_fields(delivery.record, delivery.period)
    if delivery.kind == "xlsx":
        return read_excel(content, layout, expired, findings)
    if other := next((what for begin, what in _NO_CSV.items() if content.lstrip(b"\xef\xbb\xbf \r\n").startswith(begin)), ""):
        findings.add("csv-vorm", f"expected a CSV file; found {other} under the name .csv. Export the records as CSV, or as .xlsx.")
        return None
    if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        findings.add("csv-vorm", "expected a CSV file; found a workbook under the name .csv. Save it as CSV, or name it .xlsx.")
        return None
    return read_csv(content, layout, expired, findings)
