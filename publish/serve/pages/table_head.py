"""A table at a real address (`/tabel/ID`): what it is, for readers who come from elsewhere and for search engines, and the way into it."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from celwacht.publish.areas.wording import day, in_language, words
from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import Publication
from celwacht.publish.serve.pages.frame import Head, document

FORMATS = (("csv", "CSV", "text/csv"), ("xlsx", "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))


def table_html(publication: Publication, language: str, site: str = "", errata: str = "") -> bytes:
    """The page of a table. errata: what was wrong in it, as HTML."""
    title = in_language(publication.title, language)
    lines = [line for line in in_language(publication.description, language).split("\n") if line.strip()]
    summary = next((line for line in lines if not line.startswith(("VERZONNEN", "MADE-UP"))), title)[:300]
    path = f"../api/v1/tables/{quote(publication.table)}/download?format="
    data = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": title,
        "description": " ".join(lines)[:4000] or title,
        "identifier": publication.table,
        "license": texts.LICENCE,
        "dateModified": publication.modified.isoformat(),
        "creator": {"@type": "Organization", "name": publication.source},
        "variableMeasured": [in_language(m.title, language) for m in publication.measures],
        "distribution": [{"@type": "DataDownload", "encodingFormat": media, "contentUrl": path + key} for key, _, media in FORMATS],
    }
    link = f"../#/table/{quote(publication.table)}{'?lang=en' if language == 'en' else ''}"
    by = "".join(f"<li>{escape(in_language(d.title, language))} ({len(d.codes)})</li>" for d in publication.dimensions)
    body = (
        f'<article class="area"><p class="back"><a href="../">{escape(words(language, "tables"))}</a></p><h1>{escape(title)}</h1>'
        f'<p class="meta"><span>{escape(words(language, "modified", date=day(publication.modified.isoformat(), language)))}</span></p>'
        + errata
        + "".join(f"<p>{escape(line)}</p>" for line in lines)
        + f'<p><a class="main" href="{link}">{escape(words(language, "open"))}</a></p><ul class="region-list">{by}</ul><p class="meta">'
        + "".join(f'<a href="{path}{key}">{name}</a>' for key, name, _ in FORMATS)
        + "</p></article>"
    )
    return document(Head(title, summary, f"tabel/{publication.table}", data), body, language, site=site, made_up=publication.made_up)
