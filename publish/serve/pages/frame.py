"""The frame of a page that is rendered here: head for search engines, the site's header and footer. No script, no style of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from html import escape
from typing import Any

from celwacht.publish import viewer
from celwacht.publish.areas.wording import words
from celwacht.tables.face import PLAIN, Face


@dataclass(frozen=True, slots=True)
class Head:
    """What search engines and social media read. address: path of the page from the root of the site, without a slash in front."""

    title: str
    summary: str
    address: str
    data: Mapping[str, Any] = field(default_factory=dict)
    """schema.org, as JSON-LD; empty: none."""
    picture: str = ""
    """Path of a picture for other sites, from the root of the site; '': none."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a page: the face of the project, and which of the pages in FOOT there are none of."""

    face: Face = PLAIN
    without: frozenset[str] = frozenset()


_FRAME: ContextVar[Frame] = ContextVar("frame")


def framed() -> Frame:
    """The frame of the page that is being made."""
    return _FRAME.get(Frame())


@contextmanager
def within(frame: Frame) -> Iterator[None]:
    """Pages made inside the block stand in this frame."""
    token = _FRAME.set(frame)
    try:
        yield
    finally:
        _FRAME.reset(token)


def document(head: Head, body: str, language: str, *, site: str = "", made_up: bool = False) -> bytes:
    """A whole page, in the root of the site or one folder below it. site: scheme, host and prefix for addresses that must be absolute."""
    up = "../" if "/" in head.address else "./"
    kept = f"{up}v/{viewer.version()}/"
    full = f"{site}/{head.address}" if site else ""
    face = framed().face
    other = "nl" if language == "en" else "en"
    switch = (
        ""
        if other not in face.languages
        else (
            f'<a class="language" lang="{other}" hreflang="{other}" href="?lang={other}">{"Nederlands" if other == "nl" else "English"}</a>'
        )
    )
    told = (
        f'<aside class="made-up" aria-label="{escape(words(language, "note"))}">{escape(band(face, language))}</aside>' if made_up else ""
    )
    linked = _linked(head, site, full)
    nav = f'<nav aria-label="{escape(words(language, "language"))}">{switch}</nav>' if switch else ""
    alternates = "".join(f'<link rel="alternate" hreflang="{one}" href="{escape(full)}?lang={one}">' for one in face.languages)
    alternates = alternates if len(face.languages) > 1 else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(head.title)} | {escape(face.name)}</title>"
        f'<meta name="description" content="{escape(head.summary)}"><meta property="og:title" content="{escape(head.title)}">'
        f'<meta property="og:description" content="{escape(head.summary)}"><meta property="og:type" content="website">'
        f"{linked}{alternates}"
        f'<link rel="icon" href="{kept}icon.svg" type="image/svg+xml"><link rel="stylesheet" href="{kept}style/base.css">'
        f'<link rel="stylesheet" href="{kept}style/controls.css"><link rel="stylesheet" href="{kept}style/area.css">'
        f'<link rel="alternate" type="application/atom+xml" title="{escape(words(language, "news"))}" href="{up}feed.atom">'
        f"{_data(head.data)}</head>"
        f'<body><a class="skip" href="#main">{escape(words(language, "skip"))}</a>{told}'
        f'<header class="site-head"><a class="brand" href="{up}{"#/?lang=en" if language == "en" else ""}">'
        f'<span class="brand-mark" aria-hidden="true"></span>{escape(face.name)}</a>'
        f"{nav}</header>"
        f'<main id="main" tabindex="-1">{body}</main>'
        f'<footer class="site-foot"><p>{_links(up, language)}</p><p>CC BY 4.0</p></footer></body></html>\n'
    ).encode()


def band(face: Face, language: str) -> str:
    """What stands above every page where figures are made up."""
    return words(language, "madeUp" if face == PLAIN else "madeUpOwn")


def _linked(head: Head, site: str, full: str) -> str:
    """The whole addresses of the page and its picture; nothing where the site's own is not known."""
    if not full:
        return ""
    picture = (
        f'<meta property="og:image" content="{escape(f"{site}/{head.picture}")}"><meta name="twitter:card" content="summary_large_image">'
    )
    return f'<link rel="canonical" href="{escape(full)}"><meta property="og:url" content="{escape(full)}">{picture if head.picture else ""}'


FOOT = {
    "regions": "gebied/",
    "benchmark": "benchmark/",
    "reports": "rapport/",
    "tables": "",
    "calendar": "kalender",
    "news": "nieuws",
    "data": "data",
    "explained": "uitleg",
}
"""Word -> address of what every page leads to."""


def _links(up: str, language: str) -> str:
    english = "?lang=en" if language == "en" else ""
    links = {key: f"{up}#/{english}" if not path else f"{up}{path}{english}" for key, path in FOOT.items()}
    return " · ".join(f'<a href="{links[key]}">{escape(words(language, key))}</a>' for key in FOOT if key not in framed().without)


def _data(data: Mapping[str, Any]) -> str:
    """JSON-LD; < is written as an escape, so that no text ends the element."""
    if not data:
        return ""
    return f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False).replace("<", chr(92) + "u003c")}</script>'
