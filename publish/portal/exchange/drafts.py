"""A form for small providers: at most fifty records of one kind and period, kept as a draft until they are sent in.

    begin -> put_row, remove_row ... -> send   =  an upload like any other: the same checks, sealed to the office, withdrawable

A draft lies sealed under its own name and account, and is removed DAYS after its last change, when its period closes, when its account
ends, and when what it holds was accepted (unless its account asked to keep it). Sent in, row 1 is line 1 of a fixed-width file, so that
every message of the checks names the row of the form. Each change names the revision that it was made on: of two at once, or of one form
sent twice, the second is told and changes nothing.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from sqlite3 import Row

from celwacht.publish.portal.exchange import uploads
from celwacht.publish.portal.exchange.uploads import Upload
from celwacht.publish.portal.keeping.portal_folder import Portal
from celwacht.tables.periods import Period
from celwacht.tables.sources.layouts import Layout, load_layout, row_of, to_fixed_width

MOST = 50
"""Records of a form."""
DAYS = 14
"""After its last change a draft is removed."""
NOTHING = b"NIETS TE MELDEN\r\n"


@dataclass(frozen=True)
class Filled:
    """One row. Its id stays when others come or go, so that a form that was open meanwhile never writes over another row."""

    id: str
    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Draft:
    """What one account filled in for one kind of record and period."""

    id: str
    account: str
    party: str
    record: str
    period: str
    revision: int
    upload: str
    """What was sent of it last; "" for nothing."""
    judged: int
    """The revision that was sent then."""
    changed: int
    rows: tuple[Filled, ...] = field(repr=False)

    @property
    def layout(self) -> Layout:
        """The fields and codes of the period."""
        return load_layout(self.record, Period.parse(self.period))

    @property
    def until(self) -> int:
        """When it is removed, in seconds since 1970, if nothing changes."""
        return self.changed + DAYS * 86400


def begin(portal: Portal, account: str, party: str, record: str, period: str) -> Draft | None:
    """The draft of that kind and period, new or as it was left; None where that is not open."""
    if (record, period) not in uploads.open_periods(uploads.today(portal)):
        return None
    remove_old(portal)
    number = secrets.token_hex(16)
    with portal.database.change() as db:
        row = (number, account, party, record, period, _sealed(portal, number, account, ()), portal.now())
        new = db.execute("INSERT OR IGNORE INTO draft VALUES (?, ?, ?, ?, ?, 0, '', 0, 0, ?, ?)", row).rowcount
    if new:
        portal.note("form begun", account=account, form=number)
    return next((one for one in of_account(portal, account) if (one.record, one.period) == (record, period)), None)


def of_account(portal: Portal, account: str) -> list[Draft]:
    """What this account has in hand, newest period first. What is over is removed first."""
    remove_old(portal)
    return [
        _read(portal, row) for row in portal.database.rows("SELECT * FROM draft WHERE account = ? ORDER BY period DESC, record", account)
    ]


def find(portal: Portal, account: str, number: str) -> Draft | None:
    """A draft of this account; None alike for another's, one that is over, and none."""
    remove_old(portal)
    row = portal.database.row("SELECT * FROM draft WHERE id = ? AND account = ?", number, account)
    return _read(portal, row) if row else None


def put_row(portal: Portal, draft: Draft, row: str, values: Mapping[str, str]) -> bool:
    """Writes the row of that id anew, or one more behind the others (""). False where the draft changed meanwhile, or is full."""
    rows = [Filled(one.id, values) if one.id == row else one for one in draft.rows]
    if not row:
        rows.append(Filled(secrets.token_hex(6), values))
    return len(rows) <= MOST and _change(portal, draft, rows)


def remove_row(portal: Portal, draft: Draft, row: str) -> bool:
    """Takes one row out. False where the draft changed meanwhile."""
    return _change(portal, draft, [one for one in draft.rows if one.id != row])


def remove(portal: Portal, draft: Draft) -> None:
    """Removes the draft, and what was filled in."""
    with portal.database.change() as db:
        db.execute("DELETE FROM draft WHERE id = ? AND account = ?", (draft.id, draft.account))
    portal.note("form removed", account=draft.account, form=draft.id)


def send(portal: Portal, draft: Draft, keep: bool = False) -> Upload | None:
    """Sends the rows in, or that there is nothing to report where there are none, and waits for the answer of the checks.

    keep: the draft stays when it is accepted. None where its period is closed, too many files are unfinished, it changed
    meanwhile, or a value fits its field no more.
    """
    try:
        content = to_fixed_width(draft.layout, [row_of(draft.layout, row.values) for row in draft.rows]) if draft.rows else NOTHING
    except ValueError:  # the layout became narrower since
        return None
    upload = uploads.begin(portal, draft.account, draft.party, draft.record, draft.period, "asc", len(content))
    if upload is None:
        return None
    told = (upload.id, keep, draft.id, draft.revision)
    with portal.database.change() as db:
        mine = db.execute(
            "UPDATE draft SET upload = ?, keep = ?, revision = revision + 1, judged = revision + 1 WHERE id = ? AND revision = ?", told
        ).rowcount
    if not mine:
        uploads.withdraw(portal, upload)
        return None
    uploads.add_piece(portal, upload, 0, content)
    uploads.finish(portal, upload)
    remove_old(portal)
    return uploads.find(portal, draft.party, upload.id)


def remove_old(portal: Portal) -> None:
    """Removes what is over, what cannot be sent any more, and what was accepted as it stands and was not to be kept."""
    can = set(uploads.open_periods(uploads.today(portal)))
    with portal.database.change() as db:
        db.execute("DELETE FROM draft WHERE changed <= ?", (portal.now() - DAYS * 86400,))
        db.execute(
            "DELETE FROM draft WHERE keep = 0 AND judged = revision AND upload IN "
            "(SELECT id FROM upload WHERE state IN ('ready', 'withdrawn', 'collected') AND answer <> x'')"
        )
        for row in db.execute("SELECT DISTINCT record, period FROM draft").fetchall():
            if tuple(row) not in can:
                db.execute("DELETE FROM draft WHERE record = ? AND period = ?", tuple(row))


def _change(portal: Portal, draft: Draft, rows: Sequence[Filled]) -> bool:
    sealed = _sealed(portal, draft.id, draft.account, rows)
    with portal.database.change() as db:
        told = (sealed, portal.now(), draft.id, draft.revision)
        done = db.execute("UPDATE draft SET content = ?, changed = ?, revision = revision + 1 WHERE id = ? AND revision = ?", told).rowcount
    return bool(done)


def _sealed(portal: Portal, number: str, account: str, rows: Sequence[Filled]) -> bytes:
    return portal.seal.closed(json.dumps([[row.id, dict(row.values)] for row in rows]).encode(), f"draft/{account}/{number}")


def _read(portal: Portal, row: Row) -> Draft:
    told = {name: row[name] for name in ("id", "account", "party", "record", "period", "revision", "upload", "judged", "changed")}
    content = portal.seal.opened(row["content"], f"draft/{row['account']}/{row['id']}")
    return Draft(**told, rows=tuple(Filled(number, values) for number, values in json.loads(content)))
