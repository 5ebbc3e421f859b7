"""The news as Atom (RFC 4287) and JSON Feed 1.1, the calendar as iCalendar (RFC 5545). Addresses in them are absolute."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from celwacht.publish.publication.publication import Words
from celwacht.publish.serve.http.errors import xml_safe
from celwacht.publish.serve.pages.news import AHEAD, Coming, Entry
from celwacht.publish.serve.pages.site_words import word
from celwacht.tables.face import PLAIN, Face

MOST = 100
"""Entries in a feed, the newest."""


def anchor(entry: Entry) -> str:
    """The name of an entry on the page of news."""
    return entry.key.replace("/", "-")


def _id(entry: Entry) -> str:
    return f"tag:celwacht.example,2025:{quote(entry.key)}"


def sentence(entry: Entry, language: str) -> str:
    """What an entry says, in one text."""
    text = entry.text.en or entry.text.nl if language == "en" else entry.text.nl
    changed = change_text(entry.changed, language)
    return f"{text} {changed}".strip()


def change_text(changed: Mapping[str, int] | None, language: str) -> str:
    """'170 cijfers herzien, 39 niet meer getoond.'; '' where nothing was counted."""
    parts = [word(language, key, n=f"{n:,}".replace(",", ".") if language == "nl" else f"{n:,}") for key, n in _counts(changed) if n]
    return f"{', '.join(parts)[:1].upper()}{', '.join(parts)[1:]}." if parts else ""


def _counts(changed: Mapping[str, int] | None) -> list[tuple[str, int]]:
    return [(key, (changed or {}).get(key, 0)) for key in ("revised", "withheld", "printed")]


def atom(entries: Sequence[Entry], title: Words, site: str, own: str, face: Face = PLAIN) -> bytes:
    """own: address of this feed below the site. updated is the moment of the newest entry."""
    shown = entries[:MOST]
    updated = _utc(shown[0].moment) if shown else "1970-01-01T00:00:00Z"
    items = "".join(
        f"<entry><id>{escape(_id(e))}</id><title>{_safe(face.of(e.title))}</title><updated>{_utc(e.moment)}</updated>"
        f'<link rel="alternate" href={quoteattr(f"{site}/nieuws#{anchor(e)}")}/><category term={quoteattr(e.kind)}/>'
        f"<summary>{_safe(sentence(e, face.main))}</summary></entry>"
        for e in shown
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{face.main}">'
        f"<id>{escape(f'{site}/{own}')}</id><title>{_safe(face.of(title))}</title><updated>{updated}</updated>"
        f'<link rel="self" type="application/atom+xml" href={quoteattr(f"{site}/{own}")}/><link rel="alternate" href={quoteattr(f"{site}/nieuws")}/>'
        f"<author><name>{_safe(face.name)}</name></author>{items}</feed>\n"
    ).encode()


def json_feed(entries: Sequence[Entry], title: Words, site: str, face: Face = PLAIN) -> bytes:
    items = [
        {
            "id": _id(e),
            "url": f"{site}/nieuws#{anchor(e)}",
            "title": face.of(e.title),
            "content_text": sentence(e, face.main),
            "date_published": e.moment.isoformat(),
            "tags": [e.kind],
        }
        for e in entries[:MOST]
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": face.of(title),
        "language": face.main,
        "home_page_url": f"{site}/nieuws",
        "feed_url": f"{site}/feed.json",
        "items": items,
    }
    return (json.dumps(feed, ensure_ascii=False) + "\n").encode()


def calendar(coming: Sequence[Coming], site: str, face: Face = PLAIN) -> bytes:
    """The announced moments; the stamp of each is some year before it, when it was announced, and no clock's."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Celwacht//{face.main.upper()}", "CALSCALE:GREGORIAN"]
    for one in coming:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.set_name}-{_basic(one.moment)}@celwacht.example",
            f"DTSTAMP:{_basic(one.moment - AHEAD)}",
            f"DTSTART:{_basic(one.moment)}",
            f"DTEND:{_basic(one.moment + timedelta(minutes=30))}",
            f"SUMMARY:{_ical(face.of(one.title))}",
            f"URL:{site}/kalender",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(_folded(line) for line in [*lines, "END:VCALENDAR"]).encode()


def _folded(line: str) -> str:
    """Lines of at most 75 bytes, that go on after a blank (RFC 5545, 3.1)."""
    pieces, now = [], b""
    for letter in line:
        one = letter.encode()
        if len(now) + len(one) > 74:
            pieces.append(now.decode())
            now = b""
        now += one
    return "\r\n ".join([*pieces, now.decode()]) + "\r\n"


def _ical(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _basic(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _safe(text: str) -> str:
    return escape(xml_safe(text))
