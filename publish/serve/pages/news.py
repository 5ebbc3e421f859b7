"""What there is to tell: sets that became public, messages of the office whose day has come, and what it announces.

Only what is public at this moment goes in, and the calendar of `site.yaml`: a set that is made and still under embargo is in none of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from celwacht.publish.publication.publication import Words
from celwacht.publish.store import embargo
from celwacht.publish.store.releases import Release
from celwacht.publish.store.shelf import Shelf, Table
from celwacht.tables.indicators import site_spec
from celwacht.tables.indicators.report_spec import Source, names, read_report
from celwacht.tables.indicators.site_spec import Expected, Message, Site
from celwacht.tables.problems import ProblemsFound

_log = logging.getLogger("celwacht.serve")
AHEAD = timedelta(days=400)
"""How far ahead the calendar is told: a year, and the day itself again."""
COUNTED = 12
"""Of so many releases what they changed is counted; of older ones it is told with each table."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A set that is announced for a moment."""

    set_name: str
    title: Words
    moment: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of news. key: its name for ever, for feeds."""

    key: str
    kind: str
    """'release', 'again' (a set that was published before), 'news' or 'erratum'."""
    moment: datetime
    title: Words
    text: Words
    tables: tuple[str, ...]
    reports: tuple[str, ...] = ()
    changed: Mapping[str, int] | None = None
    """Of a release: figures revised, now withheld, now printed, over its tables; None: not counted, or nothing before it."""


def coming(site: Site | None, now: datetime) -> list[Coming]:
    """What is announced from now on, earliest first."""
    found = [one for expected in (site.calendar if site else ()) for one in _of_years(expected, now)]
    return sorted(found, key=lambda one: (one.moment, one.set_name))


def _of_years(expected: Expected, now: datetime) -> list[Coming]:
    found, title = [], Words(expected.title.nl, expected.title.en)
    day = embargo.next_day(expected.day, now.date() - timedelta(days=2))
    for _ in range(3):
        moment = embargo.at(day, expected.time)
        if now < moment <= now + AHEAD:
            found.append(Coming(expected.set, title, moment))
        day = embargo.next_day(expected.day, day)
    return found


def told(messages: Sequence[Message], now: datetime) -> list[Message]:
    """The messages whose moment has come."""
    return [one for one in messages if moment_of(one) <= now]


def moment_of(message: Message) -> datetime:
    return embargo.read_moment(f"{message.day} {message.time}")


def errata_of(messages: Sequence[Message], now: datetime, *, table: str = "", report: str = "") -> list[Message]:
    """Errors that were told of in a table or a report, newest first."""
    own = [one for one in told(messages, now) if one.kind == "erratum" and (table in one.tables or report in one.reports)]
    return own[::-1]


Counts = Mapping[tuple[str, str], Mapping[str, int] | None]
"""(set, release) -> what it changed."""


def entries(shelf: Shelf, messages: Sequence[Message], counts: Counts) -> list[Entry]:
    """All news, newest first. counts: of the releases of which it is known (`counted`)."""
    now, tables = shelf.now(), shelf.tables()
    releases = list(shelf.releases())
    found = [_of_release(r, releases[n + 1 :], counts.get((r.set_name, r.id))) for n, r in enumerate(releases)]
    for one in told(messages, now):
        title, text = Words(one.title.nl, one.title.en), Words(one.text.nl, one.text.en)
        public = tuple(t for t in one.tables if t in tables)
        found.append(Entry(f"message/{one.id}", one.kind, moment_of(one), title, text, public, one.reports))
    return sorted(found, key=lambda e: (e.moment, e.key), reverse=True)


def newest(shelf: Shelf) -> list[Release]:
    """The releases of which it is told what they changed."""
    return list(shelf.releases())[:COUNTED]


def counted(shelf: Shelf, known: Counts) -> Counts:
    """What the newest releases changed; reads the figures of every release that `known` has not."""
    tables, found = shelf.tables(), {}
    for release in newest(shelf):
        key = (release.set_name, release.id)
        found[key] = known[key] if key in known else _changes(release, [str(t["id"]) for t in release.about["tables"]], tables)
    return found


def _of_release(release: Release, before: Sequence[Release], changed: Mapping[str, int] | None) -> Entry:
    """before: the releases that were public before it."""
    names = tuple(str(t["id"]) for t in release.about["tables"])
    again = any(r.set_name == release.set_name for r in before)
    title = Words(f"{release.about.get('title', '')} ({release.set_name})")
    known = {str(t["id"]) for r in before for t in r.about["tables"]}
    new = [n for n in names if n not in known]
    text = Words(
        ("Deze set is opnieuw gepubliceerd. " if again else "") + _counted(len(names), len(new) if before else 0),
        ("This set was published again. " if again else "") + _counted_en(len(names), len(new) if before else 0),
    )
    moment = release.moment.astimezone(embargo.ZONE)
    key = f"release/{release.set_name}/{release.id}"
    return Entry(key, "again" if again else "release", moment, title, text, names, (), changed)


def _counted(tables: int, new: int) -> str:
    said = "1 tabel" if tables == 1 else f"{tables} tabellen"
    return f"{said}{f', waarvan {new} nieuw' if new else ''}."


def _counted_en(tables: int, new: int) -> str:
    said = "1 table" if tables == 1 else f"{tables} tables"
    return f"{said}{f', of which {new} new' if new else ''}."


def _changes(release: Release, names: Sequence[str], tables: Mapping[str, Table]) -> Mapping[str, int] | None:
    total: dict[str, int] = {}
    for name in names:
        table = tables.get(name)
        if table is None:
            continue
        at = next((n for n, r in enumerate(table.releases) if r.release == release.id and r.set_name == release.set_name), None)
        if at is None or at == len(table.releases) - 1:
            continue
        for key, number in (table.changes()[at] or {}).items():
            total[key] = total.get(key, 0) + number
    return total or None


T = TypeVar("T")


def of_project(what: Callable[[], T], otherwise: T, lacking: str) -> T:
    """What the project says; `otherwise`, with what is lacking in the log, where it is not right."""
    try:
        return what()
    except ProblemsFound as found:
        _log.error("%s: %s", lacking, found)
        return otherwise


def messages_of_project() -> tuple[Message, ...]:
    """News and errata of the office; none where they are not right."""
    return of_project(site_spec.messages, (), "no messages")


def reports_of_project() -> dict[str, Source]:
    """The reports of the project; those that are not right are left out, with a word in the log."""
    found = {}
    for name in names():
        try:
            found[name] = read_report(name)
        except ProblemsFound as problems:
            _log.error("no report %s: %s", name, problems)
    return found
