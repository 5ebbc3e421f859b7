"""Sending in: a file in pieces, answered by the checks of the intake, then sealed to the office, so that the portal cannot read it back.

    receiving  ->  checking  ->  ready  ->  collected        by `celwacht portal collect`
                            ->  refused                      the answer says why; send again
    receiving, ready  ->  withdrawn                          as long as the office has not collected it

A piece is taken only at the place where the file ends so far, so that a line that breaks costs one piece at most.
"""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from celwacht.publish.portal.exchange import answers
from celwacht.publish.portal.keeping.portal_folder import Portal
from celwacht.publish.portal.keeping.sealing import for_office
from celwacht.tables.intake.check_delivery import LARGEST
from celwacht.tables.periods import KINDS, Period
from celwacht.tables.register.calendar import is_open
from celwacht.tables.sources.layouts import load_layout
from celwacht.tables.sources.sources import record_kinds, registers_of_persons
from celwacht.tables.whole_file import write_whole

PIECE = 4_000_000
"""Most bytes of a piece."""
PIECES = 1000
"""Most pieces of an upload: the page sends sixty or so of the largest file."""
A_DAY = 100
"""Uploads that one account may begin in a day."""
ABANDONED = 2 * 86400
"""Seconds after which an upload that was not finished is removed."""
AT_ONCE = 5
"""Unfinished uploads of one account."""
_COLUMNS = ("id", "account", "party", "record", "period", "form", "size", "received", "state", "answer", "made")


@dataclass(frozen=True)
class Upload:
    """One file that somebody sends."""

    id: str
    account: str
    party: str
    record: str
    period: str
    form: str
    size: int
    received: int
    state: str
    answer: bytes = field(repr=False)
    made: int


class Misplaced(ValueError):
    """A piece for another place than where the file ends; `received` says where that is."""

    def __init__(self, received: int):
        super().__init__("misplaced")
        self.received = received


def open_periods(day: date) -> list[tuple[str, str]]:
    """(record kind, period) that can be delivered on that day: what ended last and what came before it, newest first."""
    every = [
        one
        for year in (day.year, day.year - 1, day.year - 2)
        for letters, parts in KINDS.values()
        for part in (range(parts, 0, -1) if parts > 1 else (0,))
        if (one := _period(f"{year}{letters}{part:02}"))
    ]
    return [(record, one.code) for one in every if is_open(one, day) for record in _kinds() if _delivered(record, one)]


def _period(code: str) -> Period | None:
    try:
        return Period.parse(code)
    except ValueError:
        return None  # the 53rd week of a year that has 52


def _kinds() -> list[str]:
    """What providers deliver: not the office's own registers of persons."""
    return [record for record in record_kinds() if record not in registers_of_persons()]


def today(portal: Portal) -> date:
    """The day, by the portal's clock."""
    return datetime.fromtimestamp(portal.now(), UTC).date()


def _delivered(record: str, period: Period) -> bool:
    try:
        load_layout(record, period)
    except ValueError:
        return False  # not of this record kind, or not in that year
    return True


def begin(portal: Portal, account: str, party: str, record: str, period: str, form: str, size: int) -> Upload | None:
    """A new upload; None where it is none of what is open, too large, or too many are begun, at once or in a day."""
    if (record, period) not in open_periods(today(portal)) or not 0 < size <= LARGEST.get(form, 0):
        return None
    new = Upload(secrets.token_hex(16), account, party, record, period, form, size, 0, "receiving", b"", portal.now())
    with portal.database.change() as db:
        begun = db.execute("SELECT count(*) FROM upload WHERE account = ? AND state IN ('receiving', 'checking')", (account,)).fetchone()[0]
        today_made = db.execute("SELECT count(*) FROM upload WHERE account = ? AND made > ?", (account, new.made - 86400)).fetchone()[0]
        if begun >= AT_ONCE or today_made >= A_DAY:
            return None
        db.execute(f"INSERT INTO upload VALUES ({', '.join('?' * len(_COLUMNS))})", [getattr(new, name) for name in _COLUMNS])
    _place(portal, new.id).mkdir(mode=0o700)
    portal.note("upload begun", account=account, upload=new.id)
    return new


def find(portal: Portal, party: str, number: str) -> Upload | None:
    """An upload of this party; None alike for another's and for none."""
    row = portal.database.row("SELECT * FROM upload WHERE id = ? AND party = ?", number, party)
    return Upload(**dict(row)) if row else None


def of_party(portal: Portal, party: str) -> list[Upload]:
    """What this party sent, newest first."""
    return [Upload(**dict(row)) for row in portal.database.rows("SELECT * FROM upload WHERE party = ? ORDER BY made DESC LIMIT 50", party)]


def add_piece(portal: Portal, upload: Upload, offset: int, content: bytes) -> int:
    """Takes a piece: where the file ends now. Misplaced for one that does not begin there, or goes beyond the size that was told."""
    if upload.state != "receiving" or offset != upload.received or not content or offset + len(content) > upload.size:
        raise Misplaced(upload.received)
    place = _place(portal, upload.id)
    if len(_pieces(portal, upload.id)) >= PIECES:
        raise Misplaced(upload.received)
    name, end = f"{offset:012}", offset + len(content)
    sealed = portal.seal.closed(content, f"{upload.id}/{name}")
    with portal.database.change() as db:  # of two pieces at once the one that moves the end is the one that lies there
        moved = db.execute(
            "UPDATE upload SET received = ? WHERE id = ? AND received = ? AND state = 'receiving'", (end, upload.id, offset)
        ).rowcount
        if moved:
            write_whole(place / name, sealed)
    if not moved:
        raise Misplaced(upload.received)
    return end


def finish(portal: Portal, upload: Upload) -> None:
    """Checks a file that is whole, in a process of its own; what passes is sealed to the office. The pieces are gone afterwards.

    Whatever keeps the checks from an answer is told as a refusal with a remedy: a file never waits without end.
    """
    with portal.database.change() as db:
        if not db.execute(
            "UPDATE upload SET state = 'checking' WHERE id = ? AND received = size AND state IN ('receiving', 'checking')", (upload.id,)
        ).rowcount:
            return
    try:
        content = b"".join(portal.seal.opened(path.read_bytes(), f"{upload.id}/{path.name}") for path in _pieces(portal, upload.id))
        # in the folder that goes with the pieces, so that a start of the portal removes what a kill leaves of it
        answer = answers.answer(upload.record, upload.party, upload.period, upload.form, content, _place(portal, upload.id))
        if answer.accepted:
            write_whole(portal.folder / "drop" / f"{upload.id}.sealed", for_office(portal.office, content, upload.id))
    except Exception as error:  # the boundary of a task that nobody waits for; a text of a library may hold a value, so it is not repeated
        answer = answers.NOT_JUDGED
        portal.note("not judged", upload=upload.id, why=type(error).__name__)
    sealed = portal.seal.closed(answer.as_json(), f"answer/{upload.id}")
    with portal.database.change() as db:
        state = "ready" if answer.accepted else "refused"
        db.execute("UPDATE upload SET state = ?, answer = ? WHERE id = ? AND state = 'checking'", (state, sealed, upload.id))
    shutil.rmtree(_place(portal, upload.id), ignore_errors=True)
    portal.note("sent in", account=upload.account, upload=upload.id, outcome=state)


def answer_of(portal: Portal, upload: Upload) -> answers.Answer | None:
    """What the checks said; None as long as they have not."""
    return answers.Answer.from_json(portal.seal.opened(upload.answer, f"answer/{upload.id}")) if upload.answer else None


def withdraw(portal: Portal, upload: Upload) -> bool:
    """Takes a file back that was not collected yet: whether that was in time."""
    with portal.database.change() as db:
        done = db.execute("UPDATE upload SET state = 'withdrawn' WHERE id = ? AND state IN ('receiving', 'ready')", (upload.id,)).rowcount
        if done:
            (portal.folder / "drop" / f"{upload.id}.sealed").unlink(missing_ok=True)
    if done:  # what is being checked keeps its pieces
        shutil.rmtree(_place(portal, upload.id), ignore_errors=True)
        portal.note("withdrawn", account=upload.account, upload=upload.id)
    return bool(done)


def unfinished(portal: Portal) -> list[Upload]:
    """Files that are whole and not answered, because the process ended in between."""
    rows = portal.database.rows("SELECT * FROM upload WHERE received = size AND state IN ('receiving', 'checking')")
    return [Upload(**dict(row)) for row in rows]


def remove_abandoned(portal: Portal) -> None:
    """Removes what somebody began to send and left."""
    rows = portal.database.rows("SELECT * FROM upload WHERE state = 'receiving' AND made <= ?", portal.now() - ABANDONED)
    for row in rows:
        withdraw(portal, Upload(**dict(row)))


def _pieces(portal: Portal, number: str) -> list[Path]:
    """In order, those that are whole: one that a process that was killed was writing has another name."""
    return sorted(path for path in _place(portal, number).iterdir() if path.name.isdigit())


def _place(portal: Portal, number: str) -> Path:
    return portal.folder / "incoming" / number
