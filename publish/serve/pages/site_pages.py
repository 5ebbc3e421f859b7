"""The calendar, the news, the data page and the page that explains, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import PurePosixPath
from urllib.parse import quote

from celwacht.publish.areas.wording import WHY_DOT, WHY_DOT_OWN, day, in_language
from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import Words
from celwacht.publish.serve.pages.feeds import anchor, change_text
from celwacht.publish.serve.pages.frame import Head, document, framed
from celwacht.publish.serve.pages.news import Coming, Entry
from celwacht.publish.serve.pages.site_words import moment_text, word
from celwacht.publish.store.shelf import PublicSet
from celwacht.tables.face import PLAIN
from celwacht.tables.indicators.site_spec import Accessibility, Message, Site

SHOWN = 60
"""News on the page; older news is in the history of each table."""


def calendar_html(coming: Sequence[Coming], past: Sequence[Entry], language: str, site: str, made_up: bool) -> bytes:
    """What is announced, and what has appeared."""

    def rows(found: Sequence[tuple[str, Words]]) -> str:
        body = "".join(f'<tr><th scope="row">{escape(m)}</th><td>{escape(in_language(t, language))}</td></tr>' for m, t in found)
        heads = "".join(f'<th scope="col">{escape(word(language, key))}</th>' for key in ("when", "what"))
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"

    announced = [(moment_text(c.moment, language), c.title) for c in coming]
    appeared = [(moment_text(e.moment, language), e.title) for e in past if e.kind in ("release", "again")][:SHOWN]
    body = (
        f"{_top('calendar', language)}"
        f'<section class="part" aria-labelledby="coming"><h2 id="coming">{escape(word(language, "coming"))}</h2>'
        f"{rows(announced) if announced else _paragraph(word(language, 'nothingComing'))}"
        f'<p class="meta"><a href="kalender.ics">{escape(word(language, "subscribe"))}</a></p></section>'
        f'<section class="part" aria-labelledby="appeared"><h2 id="appeared">{escape(word(language, "appeared"))}</h2>'
        f"{rows(appeared) if appeared else _paragraph(word(language, 'nothingYet'))}</section></article>"
    )
    return _page("calendar", "kalender", body, language, site, made_up)


def news_html(entries: Sequence[Entry], public: Mapping[str, Words], language: str, site: str, made_up: bool) -> bytes:
    """public: the titles of the tables that one can open now."""
    links = f'<p class="meta"><a href="feed.atom">{word(language, "atom")}</a><a href="feed.json">{word(language, "jsonFeed")}</a></p>'
    told = "".join(_entry(e, public, language) for e in entries[:SHOWN]) or _paragraph(word(language, "nothingYet"))
    return _page("news", "nieuws", f"{_top('news', language)}{links}{told}</article>", language, site, made_up)


def _entry(entry: Entry, public: Mapping[str, Words], language: str) -> str:
    kind = "" if entry.kind == "news" else f'<span class="badge">{escape(word(language, entry.kind))}</span>'
    there = [t for t in entry.tables if t in public]
    items = "".join(
        f'<li><a href="tabel/{quote(t)}{_english(language)}">{escape(in_language(public[t], language))}</a></li>' for t in sorted(there)
    )
    listed = f"<details><summary>{escape(word(language, 'tables', n=str(len(there))))}</summary><ul>{items}</ul></details>" if there else ""
    paragraphs = _paragraphs(f"{in_language(entry.text, language)} {change_text(entry.changed, language)}".strip())
    return (
        f'<section class="entry" id="{escape(anchor(entry))}"><h2>{escape(in_language(entry.title, language))}</h2>'
        f'<p class="meta"><time datetime="{entry.moment.isoformat()}">{escape(moment_text(entry.moment, language))}</time>{kind}</p>'
        f"{paragraphs}{listed}</section>"
    )


def data_html(sets: Sequence[PublicSet], titles: Mapping[str, Words], language: str, site: str, made_up: bool) -> bytes:
    """sets: newest first. titles: of the tables that one can open now; a file of another is shown by its name."""
    lead = escape(word(language, "dataLead", list="\0")).replace("\0", f'<a href="files/">{escape(word(language, "machineList"))}</a>')
    body = (
        f'<article class="area"><h1>{escape(word(language, "data"))}</h1><p class="lead">{lead}</p>'
        f"<h2>{escape(word(language, 'clients'))}</h2><p>{escape(word(language, 'clientsText'))} "
        '<a href="api/v1/openapi.json">OpenAPI</a>, <a href="odata/v1/">OData v4</a>, <a href="ODataCatalog/">OData v3</a>.</p>'
        + "".join(_set(one, titles, language, n == 0) for n, one in enumerate(sets))
        + ("" if sets else _paragraph(word(language, "nothingYet")))
        + "</article>"
    )
    return _page("data", "data", body, language, site, made_up)


def _set(one: PublicSet, titles: Mapping[str, Words], language: str, opened: bool) -> str:
    base = f"files/{quote(one.name)}/"
    of_table: dict[str, list[tuple[str, int]]] = {}
    for name, (size, _) in one.listed.items():
        table, _, file = name.partition("/")
        if file and "/" not in file:
            of_table.setdefault(table, []).append((file, size))
    catalogues = [name for name in one.listed if "/" not in name and name.startswith("catalog.")]
    rows = "".join(_files(base, table, files, titles, language) for table, files in of_table.items())
    dcat = ", ".join(f'<a href="{base}{quote(name)}">{escape(name)}</a>' for name in catalogues)
    known = f"<p>{escape(word(language, 'catalogues'))}{dcat}</p>" if dcat else ""
    label = f"{escape(one.title)} ({escape(one.name)})"
    return (
        f'<section class="part"><h2>{label}</h2><p class="meta"><span>{escape(moment_text(one.moment, language))}</span></p>{known}'
        f"<details{' open' if opened else ''}><summary>{escape(word(language, 'tables', n=str(len(of_table))))}</summary>"
        f'<div class="wide" tabindex="0" role="region" aria-label="{label}"><table class="files"><thead><tr>'
        f'<th scope="col">{escape(word(language, "table"))}</th><th scope="col">{escape(word(language, "files"))}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details></section>"
    )


def _files(base: str, table: str, files: Sequence[tuple[str, int]], titles: Mapping[str, Words], language: str) -> str:
    links = " ".join(
        f'<a href="{base}{quote(table)}/{quote(name)}">{escape(_format(name, table))}</a> <span class="muted">{_size(size)}</span>'
        for name, size in sorted(files)
    )
    title = escape(in_language(titles[table], language)) if table in titles else escape(table)
    head = f'<a href="tabel/{quote(table)}{_english(language)}">{title}</a>' if table in titles else title
    return f'<tr><th scope="row">{head}</th><td class="formats">{links}</td></tr>'


def _format(name: str, table: str) -> str:
    """'tabel-pivot.csv' -> 'pivot.csv'; 'tabel.px' -> 'px'; another name as it is."""
    return name[len(table) + 1 :] if name.startswith((f"{table}.", f"{table}-")) else PurePosixPath(name).name


def _size(size: int) -> str:
    return f"{max(1, round(size / 1000))} kB"


def explained_html(own: Site | None, terms: Sequence[tuple[Words, Words]], language: str, site: str, made_up: bool) -> bytes:
    """terms: words with their meaning."""
    signs = "".join(
        f"<dt>{escape(word(language, 'blank') if n == 0 else texts.sign_of(sign, language))}</dt><dd>{escape(in_language(meaning, language))}</dd>"
        for n, (sign, meaning) in enumerate((*texts.SYMBOLS, texts.ZERO))
    )
    parts = [
        _part(
            "symbols",
            word(language, "symbols"),
            f'<dl class="symbols">{signs}</dl><p>{escape(in_language(WHY_DOT if framed().face == PLAIN else WHY_DOT_OWN, language))}</p>',
        ),
        _part("rounding", word(language, "rounding"), _paragraph(word(language, "roundingText"))),
    ]
    for n, one in enumerate(own.explanations if own else ()):
        text = in_language(one.text, language)
        parts.append(_part(f"part-{n}", in_language(one.title, language), _paragraphs(text)))
    if terms:
        listed = "".join(f"<dt>{escape(in_language(t, language))}</dt><dd>{escape(in_language(x, language))}</dd>" for t, x in terms)
        parts.append(_part("terms", word(language, "terms"), f'<dl class="facts wide">{listed}</dl>'))
    if own and own.accessibility:
        parts.append(_part("accessibility", word(language, "accessibility"), _statement(own.accessibility, own.contact, language)))
    if own:
        name, mail = in_language(own.name, language), own.contact
        parts.append(
            _part("contact", word(language, "contact"), f'<p>{escape(name)}, <a href="mailto:{escape(mail)}">{escape(mail)}</a></p>')
        )
    return _page("explained", "uitleg", f"{_top('explained', language)}{''.join(parts)}</article>", language, site, made_up)


def errata_html(errata: Sequence[Message], language: str) -> str:
    """What was wrong in a table or a report, for the top of its page; '' where nothing was."""
    if not errata:
        return ""
    told = "".join(
        f"<p><b>{escape(in_language(one.title, language))}</b> ({escape(day(one.day, language))}). "
        f"{escape(' '.join(in_language(one.text, language).split()))}</p>"
        for one in errata
    )
    return f'<section class="notice" aria-labelledby="errata"><div><h2 id="errata">{escape(word(language, "errata"))}</h2>{told}</div></section>'


def errata_text(one: Message, language: str) -> str:
    """An erratum as a line of text, for paper."""
    return f"{in_language(one.title, language)} ({day(one.day, language)}). {' '.join(in_language(one.text, language).split())}"


def _statement(one: Accessibility, mail: str, language: str) -> str:
    lacking = "".join(f"<li>{escape(in_language(t, language))}</li>" for t in one.lacking)
    return (
        f"<p>{escape(word(language, one.status))} {escape(in_language(one.tested, language))}</p>"
        + (f"<p>{escape(word(language, 'lacking'))}</p><ul>{lacking}</ul>" if lacking else "")
        + _paragraph(word(language, "drawnUp", date=day(one.day, language), mail=mail))
    )


def _part(name: str, title: str, content: str) -> str:
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{escape(title)}</h2>{content}</section>'


def _top(key: str, language: str) -> str:
    return f'<article class="area"><h1>{escape(word(language, key))}</h1><p class="lead">{escape(word(language, f"{key}Lead"))}</p>'


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _paragraphs(text: str) -> str:
    return "".join(_paragraph(" ".join(part.split())) for part in text.split("\n\n") if part.strip())


def _english(language: str) -> str:
    return "?lang=en" if language == "en" else ""


def _page(key: str, address: str, body: str, language: str, site: str, made_up: bool) -> bytes:
    summary = word(language, f"{key}Lead", list=word(language, "machineList")) if key == "data" else word(language, f"{key}Lead")
    return document(Head(word(language, key), summary, address), body, language, site=site, made_up=made_up)
