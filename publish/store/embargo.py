"""The moment at which a release becomes public, in the time of the Netherlands.

Theory. A release is made before readers may see it. Its manifest says from when: `release_moment`, ISO 8601 with the
offset from UTC (`2025-04-30T00:00:00+02:00`); without that key, from the first
moment of the day on its tables. The moment follows from the set and the
year alone, never from a clock, so that the same set keeps the same bytes. Somebody writes it as the clock on the wall in
Amsterdam shows it. Twice a year that clock is no good: in March an hour does not exist, in October one comes twice.
Nothing is guessed there: the first is refused, the second as well until the offset stands beside it.

Source of the rules of summer time: the tz database (zoneinfo; package tzdata where the system has none).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")
KEY = "release_moment"
"""The key of the manifest."""
MIDNIGHT = "00:00"
FORM = "2025-04-30 02:00"

_WRITTEN = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?", re.ASCII)


def read_moment(text: str) -> datetime:
    """The moment that somebody writes down: `2025-04-30 02:00`, with `+02:00` or `Z` behind it where that is wanted.

    ValueError, with the remedy, where it is no moment, does not exist in Amsterdam, or comes there twice.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if not match:
        raise ValueError(f"'{text[:40]}' is not a moment; write it as {FORM} (time of Amsterdam)")
    try:
        wall = datetime.fromisoformat(f"{match[1]}T{match[2]}")
        if match[3] is None:
            return on_the_wall(wall)
        return datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3].replace('Z', '+00:00')}").astimezone(ZONE)
    except OverflowError:
        raise ValueError(f"'{text[:40]}' lies outside the calendar") from None


def on_the_wall(wall: datetime) -> datetime:
    """The moment at which the clock in Amsterdam shows `wall` (without a zone); ValueError where it never does, or twice."""
    first, second = (wall.replace(tzinfo=ZONE, fold=fold) for fold in (0, 1))
    shown = f"{wall:%Y-%m-%d %H:%M}"
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(UTC).astimezone(ZONE).replace(tzinfo=None) != wall:
        later = first.astimezone(UTC).astimezone(ZONE)
        raise ValueError(f"{shown} does not exist in Amsterdam: the clock goes forward over it; write {later:%Y-%m-%d %H:%M}")
    raise ValueError(
        f"{shown} comes twice in Amsterdam, for the clock goes back; write {shown}{_offset(first)} (summer time) "
        f"or {shown}{_offset(second)} (winter time)"
    )


def _offset(moment: datetime) -> str:
    return moment.isoformat()[-6:]


def at(day: date, clock: str = MIDNIGHT) -> datetime:
    """The moment at which the clock in Amsterdam shows `clock` (HH:MM) on a day; ValueError as `on_the_wall`."""
    return on_the_wall(datetime.combine(day, time.fromisoformat(clock)))


def next_day(day_month: str, after: date) -> date:
    """The first `30-04` (day, month) after a date. Not for 29-02, which not every year has."""
    day, month = map(int, day_month.split("-"))
    found = date(after.year, month, day)
    return found if found > after else date(after.year + 1, month, day)


def written(moment: datetime) -> str:
    """As in the manifest: ISO 8601 in the time of Amsterdam, with its offset."""
    return moment.astimezone(ZONE).isoformat()


def moment_in_words(moment: datetime) -> str:
    """As a person reads it: `30 April 2025, 00:00 (Europe/Amsterdam, +02:00)`."""
    local = moment.astimezone(ZONE)
    return f"{local.day} {local:%B %Y, %H:%M} ({ZONE.key}, {_offset(local)})"


def moment_of(manifest: Mapping[str, object]) -> datetime | None:
    """The moment in a manifest; without the key the first of the day `modified`; None where there is neither. ValueError where
    what is there is not a moment with an offset: such a release is never public.
    """
    if KEY not in manifest:
        return at(date.fromisoformat(str(manifest["modified"]))) if "modified" in manifest else None
    value = manifest[KEY]
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo is None:
        raise ValueError(f"{KEY} must be a moment with an offset, such as {written(at(date(2025, 4, 30)))}")
    return moment.astimezone(ZONE)
