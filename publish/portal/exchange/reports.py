"""Reports to be fetched: the office puts them in, sealed each to its own name; a party sees its own, for so many months, and no other's.

put_in(portal, Path("spiegelrapporten"))   the folders of `celwacht reports --to`: one per provider, or per gemeente with --gemeenten
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from celwacht.publish.portal.keeping.portal_folder import Portal
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.register.calendar import copies_from
from celwacht.tables.whole_file import write_whole

MONTH = 30 * 86400
FORMS = {
    ".html": "text/html; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".json": "application/json",
    ".pdf": "application/pdf",
}
COPY = "-spiegelrapporten."
"""In the name of a copy for a gemeente, of all who consent; a provider's own is of one (publish/deliveries/write_copies.py)."""
_NAME = re.compile(r"[a-z_]{3,40}-([0-9]{4}[A-Z]{2}[0-9]{2})-[a-z]{3,40}\.[a-z]{3,4}", re.ASCII)


@dataclass(frozen=True)
class Shown:
    """A report as its party sees it in the list."""

    id: str
    party: str
    name: str
    period: str
    size: int
    sha256: str
    made: int
    expires: int


@dataclass(frozen=True)
class PutIn:
    """What became of the reports of a folder."""

    done: Mapping[str, int]
    """Party -> new reports."""
    without: Mapping[str, int]
    """Party without an account -> reports that were left out."""
    back: int = 0
    """Copies for gemeenten that were there and are not in the folder any more: taken back."""


def put_in(portal: Portal, folder: Path, parties: Collection[str]) -> PutIn:
    """Puts every report below folder/PARTY in, for the parties that have an account.

    A report of a name that is there already replaces it, if it is another one. Where the folder has copies for gemeenten of a kind and period, those that
    it has not any more are taken back: nobody there consents now. ProblemsFound for files whose name is none of a report.
    """
    found = [
        (place.name, path) for place in sorted(folder.iterdir()) if place.is_dir() for path in sorted(place.iterdir()) if path.is_file()
    ]
    strange = [number for number, (_, path) in enumerate(found, 1) if not _NAME.fullmatch(path.name) or path.suffix not in FORMS]
    if not found:
        raise ProblemsFound(
            [Problem("FOLDER", 0, 0, "no-reports", "there are no reports here. Write them: celwacht reports PERIOD --to FOLDER.")]
        )
    if strange:
        told = f"{len(strange)} files are none of a report"
        raise ProblemsFound([Problem("FOLDER", 0, 0, "no-reports", f"{told}. Name the folder that celwacht reports wrote, with its --to.")])
    if wrong := _misplaced(found, datetime.fromtimestamp(portal.now(), UTC).date()):
        raise ProblemsFound(wrong)
    done, without = Counter[str](), Counter[str]()
    for party, path in found:
        if party in parties:
            done[party] += _put(portal, party, path.name, path.read_bytes())
        else:
            without[party] += 1
    return PutIn(done, without, _taken_back(portal, {(party, path.name) for party, path in found}))


def _misplaced(found: Collection[tuple[str, Path]], day: date) -> list[Problem]:
    """Copies for gemeenten before their time, or in a provider's folder; and reports of a provider in a folder that is not a provider's."""
    problems = []
    mixed = sum((COPY in path.name) == party.isdigit() for party, path in found)
    if mixed:
        text = f"{mixed} files lie in a folder of another kind: copies go to gemeenten only, and a provider's own reports to that provider."
        problems.append(
            Problem("FOLDER", 0, 0, "no-reports", f"{text} Write each to a folder of its own: celwacht reports, and with --gemeenten.")
        )
    for code in sorted({_NAME.fullmatch(path.name)[1] for party, path in found if COPY in path.name}):  # type: ignore[index]
        if day < (since := copies_from(Period.parse(code))):
            problems.append(Problem("FOLDER", 0, 0, "too-early", f"copies on {code} go to gemeenten from {since} on. Wait until then."))
    return problems


def _taken_back(portal: Portal, made: Collection[tuple[str, str]]) -> int:
    """Removes the copies of the kinds and periods of these (party, name) that are not among them: how many."""
    runs = {Path(name).stem for _, name in made if COPY in name}
    rows = portal.database.rows("SELECT id, party, name FROM report")
    gone = [row for row in rows if Path(row["name"]).stem in runs and (row["party"], row["name"]) not in made]
    for row in gone:
        with portal.database.change() as db:
            db.execute("DELETE FROM report WHERE id = ?", (row["id"],))
        _path(portal, row["id"]).unlink(missing_ok=True)
        portal.note("taken back", party=row["party"], report=row["id"])
    return len(gone)


def _put(portal: Portal, party: str, name: str, content: bytes) -> int:
    """1 where the report is new or another one than before."""
    digest, now, number = hashlib.sha256(content).hexdigest(), portal.now(), secrets.token_hex(16)
    there = portal.database.row("SELECT id, sha256, expires FROM report WHERE party = ? AND name = ?", party, name)
    if there and there["sha256"] == digest and there["expires"] > now:
        return 0
    with portal.database.change() as db:  # with its file, so that no server that starts takes it for one that no row names
        write_whole(_path(portal, number), portal.seal.closed(content, f"{party}/{number}"))
        db.execute("INSERT OR IGNORE INTO untold VALUES (?)", (party,))
        db.execute("DELETE FROM report WHERE party = ? AND name = ?", (party, name))
        row = (number, party, name, _NAME.fullmatch(name)[1], len(content), digest, now, now + portal.settings.months * MONTH)  # type: ignore[index]
        db.execute("INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    if there:
        _path(portal, there["id"]).unlink(missing_ok=True)
    portal.note("put in", party=party, report=number)
    return 1


def untold(portal: Portal) -> frozenset[str]:
    """Parties with new reports whose accounts were not written to yet, by this run or by one that ended too soon."""
    return frozenset(row["party"] for row in portal.database.rows("SELECT party FROM untold"))


def told(portal: Portal, party: str) -> None:
    """Whoever fetches for this party was written to."""
    with portal.database.change() as db:
        db.execute("DELETE FROM untold WHERE party = ?", (party,))


def of_party(portal: Portal, party: str) -> list[Shown]:
    """What this party can fetch now, newest period first."""
    rows = portal.database.rows("SELECT * FROM report WHERE party = ? AND expires > ? ORDER BY period DESC, name", party, portal.now())
    return [Shown(**dict(row)) for row in rows]


def fetch(portal: Portal, party: str, number: str) -> tuple[Shown, bytes] | None:
    """A report and its content; None alike for one that is another's, is over, or never was (ASVS 8.2.2)."""
    row = portal.database.row("SELECT * FROM report WHERE id = ? AND party = ? AND expires > ?", number, party, portal.now())
    if row is None:
        return None
    content = portal.seal.opened(_path(portal, row["id"]).read_bytes(), f"{party}/{number}")
    return Shown(**dict(row)), content


def remove_expired(portal: Portal) -> int:
    """Removes what nobody can fetch any more, and files that no row names: how many reports."""
    with portal.database.change() as db:
        gone = db.execute("DELETE FROM report WHERE expires <= ?", (portal.now(),)).rowcount
        kept = {row["id"] for row in db.execute("SELECT id FROM report")}
        for path in (portal.folder / "reports").iterdir():
            if path.stem not in kept and not path.name.startswith("."):
                path.unlink()
    return gone


def _path(portal: Portal, number: str) -> Path:
    return portal.folder / "reports" / f"{number}.sealed"
