"""The page of a region as HTML: a profile with its words, and the CSV of the same figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from urllib.parse import quote

from celwacht.publish.areas.fact_sheet import change_text
from celwacht.publish.areas.figures import Value, spreadsheet_safe
from celwacht.publish.areas.profile import Part, Profile, Tile
from celwacht.publish.areas.regions import Region
from celwacht.publish.areas.wording import MADE_UP_COLUMN, WHY_DOT, day, in_language, starred, unit_in, words
from celwacht.publish.publication.publication import PublicCode
from celwacht.publish.serve.pages.area_drawings import legend, lines, shown, spine, whole_bars
from celwacht.publish.serve.pages.frame import Head, document


def area_html(profile: Profile, regions: Mapping[str, Region], language: str, site: str = "") -> bytes:
    """The page. regions: those that one can compare with."""
    name = profile.region.full
    period = in_language(profile.tiles[0].period.title, language) if profile.tiles else ""
    title = words(language, "title", name=name)
    address, asked = f"gebied/{profile.region.code}", "?lang=en" if language == "en" else ""
    head = Head(title, _summary(profile, title, language), address, _data(profile, title, language), f"{address}.png{asked}")
    body = "".join(
        [
            f'<article class="area"><p class="back"><a href="./">{escape(words(language, "regions"))}</a></p><h1>{escape(title)}</h1>',
            f'<p class="meta"><span>{escape(words(language, "lead", period=period))}</span>'
            f"<span>{escape(words(language, 'modified', date=day(profile.modified, language)))}</span>"
            f'<a href="../benchmark/?gebied={profile.region.code}{"&amp;lang=en" if language == "en" else ""}">{escape(words(language, "benchmark"))}</a>'
            f'<a href="{profile.region.code}.pdf">{escape(words(language, "sheet"))}</a>'
            f'<a href="{profile.region.code}.csv">{escape(words(language, "csv"))}</a></p>',
            _within(profile, regions, language),
            f'<section aria-labelledby="tiles"><h2 id="tiles">{escape(words(language, "tiles"))}</h2><div class="tiles">',
            *(_tile(profile, tile, language) for tile in profile.tiles),
            "</div></section>",
            _compare(profile, regions, language),
            _trends(profile, language),
            *(_part(profile, part, language, n) for n, part in enumerate(profile.parts)),
            _districts(profile, language),
            f'<section class="notes-area"><h2>{escape(words(language, "dot"))}</h2><p>{escape(in_language(WHY_DOT, language))}</p>'
            f"<p>{escape(words(language, 'rounded'))} {escape(words(language, 'neutral'))}</p>"
            f'<p class="muted">{escape(words(language, "source", source=profile.source))}</p></section></article>',
        ]
    )
    return document(head, body, language, site=site, made_up=profile.made_up)


def _summary(profile: Profile, title: str, language: str) -> str:
    told = [
        f"{in_language(t.indicator.title, language)}: {t.values[0].text(language)}"
        for t in profile.tiles[:3]
        if t.values[0].number is not None
    ]
    return f"{title}. {'; '.join(told)}" if told else title


def _data(profile: Profile, title: str, language: str) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": title,
        "description": _summary(profile, title, language) + (f" {words(language, 'madeUp')}" if profile.made_up else ""),
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "dateModified": profile.modified,
        "spatialCoverage": profile.region.name,
        "creator": {"@type": "Organization", "name": profile.source},
        "distribution": [{"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": f"{profile.region.code}.csv"}],
    }


def _within(profile: Profile, regions: Mapping[str, Region], language: str) -> str:
    links = [f'<a href="{c}">{escape(regions[c].full)}</a>' for c in profile.region.larger if c in regions]
    return f'<p class="within">{escape(words(language, "within"))}: {", ".join(links)}</p>' if links else ""


def _tile(profile: Profile, tile: Tile, language: str) -> str:
    title, unit = in_language(tile.indicator.title, language), in_language(tile.indicator.unit, language)
    others = "".join(
        f"<li><span>{escape(region.full)}</span> <b>{shown(value, language)}</b></li>"
        for region, value in zip(profile.beside, tile.values[1:])
    )
    change = words(language, "year", change=change_text(tile, language)) if tile.change is not None else words(language, "noYear")
    own = f" {escape(words(language, 'own'))}" if tile.indicator.origin == "own" else ""
    spread = spine(title, tile, tile.spread, language) if tile.spread else ""
    return (
        f'<section class="tile" aria-label="{escape(title)}"><h3>{escape(title)}</h3>'
        f'<p class="value"><b>{shown(tile.values[0], language)}</b> <span class="muted">{escape(unit)}</span></p>'
        f'<ul class="beside">{others}</ul><p class="muted change">{escape(change)}</p>{spread}'
        f"<details><summary>{escape(words(language, 'definition'))}</summary><p>{escape(in_language(tile.indicator.definition, language))}{own}</p>"
        f"<p>{escape(in_language(tile.indicator.limits, language))}</p></details></section>"
    )


def _compare(profile: Profile, regions: Mapping[str, Region], language: str) -> str:
    """Three lists of regions, sent as an ordinary form: it works without a script."""
    lists = []
    for n in range(3):
        chosen = profile.beside[n].code if n < len(profile.beside) else ""
        options = "".join(
            f'<option value="{c}"{" selected" if c == chosen else ""}>{escape(r.full)}</option>'
            for c, r in regions.items()
            if c != profile.region.code
        )
        lists.append(
            f'<label><span class="vh">{escape(words(language, "compare"))} {n + 1}</span>'
            f'<select name="met"><option value="">–</option>{options}</select></label>'
        )
    keep = '<input type="hidden" name="lang" value="en">' if language == "en" else ""
    return (
        f'<form class="compare" method="get"><h2>{escape(words(language, "compare"))}</h2><p class="hint">{escape(words(language, "compareHint"))}</p>'
        f'<div class="row">{"".join(lists)}{keep}<button class="main" type="submit">{escape(words(language, "show"))}</button></div></form>'
    )


def _trends(profile: Profile, language: str) -> str:
    """Lines of every indicator of which there is more than one period, and their figures as a table."""
    drawable = [(t, t.trend) for t in profile.tiles if t.trend is not None]
    if not drawable:
        return ""
    names = [r.full for r in profile.regions]
    drawn = "".join(
        f'<figure class="trend"><figcaption>{escape(in_language(t.indicator.title, language))} '
        f'<span class="muted">{escape(in_language(t.indicator.unit, language))}</span></figcaption>{lines(names, trend, language)}</figure>'
        for t, trend in drawable
    )
    periods = list({p.code: p for _, trend in drawable for p in trend.periods}.values())
    heads = "".join(f'<th scope="col" class="n">{escape(starred(p, language))}</th>' for p in periods)
    rows = "".join(_trend_row(profile, t, k, periods, language) for t, _ in drawable for k in range(len(profile.regions)))
    return (
        f'<section class="part"><h2 id="trends">{escape(words(language, "trends"))}</h2>{legend(names)}'
        f'<div class="trends">{drawn}</div><p class="hint">{escape(words(language, "trendHint"))}</p>'
        f"<details><summary>{escape(words(language, 'asTable'))}</summary>"
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(words(language, "trends"))}"><table><thead><tr><td></td><td></td>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details></section>"
    )


def _trend_row(profile: Profile, tile: Tile, region: int, periods: Sequence[PublicCode], language: str) -> str:
    assert tile.trend is not None
    found = {p.code: v for p, v in zip(tile.trend.periods, tile.trend.values[region])}
    cells = "".join(f'<td class="n">{shown(found[p.code], language) if p.code in found else "–"}</td>' for p in periods)
    title, n = escape(in_language(tile.indicator.title, language)), len(profile.regions)
    first = f'<th scope="rowgroup" rowspan="{n}">{title}</th>' if region == 0 else ""
    return f'<tr class="d1">{first}<th scope="row">{escape(profile.regions[region].full)}</th>{cells}</tr>'


def _part(profile: Profile, part: Part, language: str, number: int) -> str:
    heads = "".join(f'<th scope="col" class="n">{escape(r.full)} (%)</th>' for r in profile.regions)
    rows = "".join(
        f'<tr class="d{min(r.depth, 4)}"><th scope="row">{escape(in_language(r.title, language))}</th><td class="n">{shown(r.count, language)}</td>'
        + "".join(f'<td class="n">{shown(v, language)}{_bar(v) if not part.divides else ""}</td>' for v in r.shares)
        + "</tr>"
        for r in part.rows
    )
    return (
        f'<section class="part"><h2 id="part-{number}">{escape(in_language(part.title, language))}</h2>'
        f'<p class="meta"><span>{escape(in_language(part.period.title, language))}</span>'
        f'<a href="../tabel/{quote(part.table)}">{escape(words(language, "toTable"))}</a></p>'
        f"{whole_bars(profile, part, language)}"
        f'<div class="wide" tabindex="0" role="region" aria-labelledby="part-{number}"><table><thead><tr><td></td>'
        f'<th scope="col" class="n">{escape(unit_in(part.unit, language))}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div></section>'
    )


def _bar(value: Value) -> str:
    if value.number is None:
        return ""
    long = min(float(value.number), 100)
    return (
        '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="6" class="track"/>'
        f'<rect width="{long:.1f}" height="6"/></svg>'
    )


def _districts(profile: Profile, language: str) -> str:
    part = profile.districts
    if part is None:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{escape(in_language(r.title, language))}</th><td class="n">{shown(r.count, language)}</td></tr>'
        for r in part.rows
    )
    return (
        f'<section class="part" aria-labelledby="districts"><h2 id="districts">{escape(words(language, "districts"))}</h2>'
        f'<p class="meta"><span>{escape(in_language(part.title, language))}, {escape(in_language(part.period.title, language))}</span>'
        f'<a href="../tabel/{quote(part.table)}">{escape(words(language, "toTable"))}</a></p>'
        f'<table><thead><tr><td></td><th scope="col" class="n">{escape(unit_in(part.unit, language))}</th></tr></thead><tbody>{rows}</tbody></table></section>'
    )


def area_csv(profile: Profile) -> bytes:
    """Every figure of the page: gebied, onderdeel, categorie, periode, eenheid, waarde; withheld as '.'. Decimal point, comma between."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    told = MADE_UP_COLUMN if profile.made_up else ("", "")
    writer.writerow(["gebied", "naam", "onderdeel", "categorie", "periode", "eenheid", "waarde", *filter(None, told[:1])])
    writer.writerows([*(spreadsheet_safe(cell) for cell in row), *filter(None, told[1:])] for row in _rows(profile))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _rows(profile: Profile) -> Iterable[tuple[str, ...]]:
    for tile in profile.tiles:
        for region, value in zip(profile.regions, tile.values):
            yield region.code, region.full, tile.indicator.title.nl, "", tile.period.code, tile.indicator.unit.nl, value.plain()
        if tile.trend is not None:
            for region, years in zip(profile.regions, tile.trend.values):
                for period, value in zip(tile.trend.periods[:-1], years):  # the last is above
                    yield region.code, region.full, tile.indicator.title.nl, "", period.code, tile.indicator.unit.nl, value.plain()
    for part in (*profile.parts, *([profile.districts] if profile.districts else [])):
        for row in part.rows:
            yield (
                *(profile.region.code, profile.region.full, part.title.nl, row.title.nl),
                *(part.period.code, part.unit, row.count.plain()),
            )
            for region, value in zip(profile.regions, row.shares):
                yield region.code, region.full, part.title.nl, row.title.nl, part.period.code, "%", value.plain()


def index_html(regions: Mapping[str, Region], language: str, site: str = "", made_up: bool = False) -> bytes:
    """All regions, by kind."""
    kinds: dict[str, list[Region]] = {}
    for region in regions.values():
        kinds.setdefault(region.kind.nl, []).append(region)
    title = words(language, "regionsTitle")
    lists = "".join(
        f'<section><h2>{escape(in_language(found[0].kind, language))}</h2><ul class="region-list">'
        + "".join(f'<li><a href="{r.code}">{escape(r.name)}</a></li>' for r in found)
        + "</ul></section>"
        for found in kinds.values()
    )
    body = f'<article class="area"><h1>{escape(title)}</h1><p class="lead">{escape(words(language, "regionsLead"))}</p>{lists}</article>'
    return document(Head(title, words(language, "regionsLead"), "gebied/"), body, language, site=site, made_up=made_up)
