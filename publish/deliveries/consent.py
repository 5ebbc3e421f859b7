"""Who may see a copy of a provider's mirror report, and what was sent: two files of the office in the data folder.

consent.csv: aanbieder, vanaf, tot. A provider lets the office give its gemeenten a copy of its mirror report, from a day on, to a day or
(empty) until further notice. Seed 001: "Met ingang van 2021, kunnen jeugdhulpaanbieders het CBS toestemming geven om een kopie van hun
spiegelrapport rechtstreeks aan gemeenten te leveren."
reported.csv: aanbieder, record, periode, levering, dag. The provider's own reports that were written; a copy never goes before them.
"""

from __future__ import annotations

import csv
import fcntl
import io
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.sources.office_list import read_list
from celwacht.tables.whole_file import write_whole

CONSENT, REPORTED = "consent.csv", "reported.csv"
_CONSENT = ("aanbieder", "vanaf", "tot")
_DUTCH_DAY = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", re.ASCII)
_REPORTED = ("aanbieder", "record", "periode", "levering", "dag")


@dataclass(frozen=True)
class Consent:
    """The word of one provider."""

    aanbieder: str
    since: date
    until: date | None

    def on(self, day: date) -> bool:
        """Whether it holds on that day."""
        return self.since <= day and (self.until is None or day <= self.until)


def read_consents(data: Path) -> list[Consent]:
    """All consents of a data folder; none without the file. ProblemsFound with every line that cannot be read."""
    path = data / CONSENT
    if not path.is_file():
        return []
    listed = read_list(path, _CONSENT[0])
    if listed is None or set(_CONSENT) - set(listed[0]):
        raise ProblemsFound(
            [Problem(CONSENT, 1, 0, "consent", f"the first line does not name the columns {', '.join(_CONSENT)}. Write it so.")]
        )
    found, wrong = [], []
    for line, row in listed[1]:
        try:
            provider, since, until = (row[name] for name in _CONSENT)
            if not (len(provider) == 8 and provider.isascii() and provider.isdigit()) or row.get(""):
                raise ValueError
            found.append(Consent(provider, _day(since), _day(until) if until else None))
        except (ValueError, KeyError):
            text = "a line has a provider's number of 8 digits, a day such as 2024-01-31, and a second day or nothing. Correct it."
            wrong.append(Problem(CONSENT, line, 0, "consent", text))
    if wrong:
        raise ProblemsFound(wrong)
    return found


def _day(text: str) -> date:
    """2024-01-31, or 31-1-2024 as a Dutch spreadsheet saves it; ValueError otherwise."""
    found = _DUTCH_DAY.fullmatch(text)
    return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)


def read_reported(data: Path) -> set[tuple[str, str, str, str]]:
    """(provider, record kind, period, delivery) of the reports that were written for the providers themselves."""
    path = data / REPORTED
    if not path.is_file():
        return set()
    rows = csv.DictReader(path.read_text("utf-8-sig").splitlines())
    return {(row["aanbieder"], row["record"], row["periode"], row["levering"]) for row in rows if all(row.get(k) for k in _REPORTED)}


def note_reported(data: Path, made: Iterable[tuple[str, str, str, str]], day: str) -> None:
    """Adds what was written today; what is there stays. The file is replaced whole, or not at all; two runs at a time add both."""
    with one_writer(data):
        _note(data, made, day)


@contextmanager
def one_writer(data: Path) -> Iterator[None]:
    """Of two runs that add to a list of the office in the data folder, the second waits for the first."""
    folder = os.open(data, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _note(data: Path, made: Iterable[tuple[str, str, str, str]], day: str) -> None:
    path = data / REPORTED
    new = sorted(set(made) - read_reported(data))
    if not new:
        return
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    if not path.is_file():
        lines.writerow(_REPORTED)
    lines.writerows((*one, day) for one in new)
    before = path.read_text("utf-8-sig") if path.is_file() else ""
    write_whole(path, before + text.getvalue())
