"""The pages of the benchmark as HTML: all indicators, one indicator, and the CSV of one. No ranking; better and worse only where that is known."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from celwacht.publish.areas.profile import Trend
from celwacht.publish.areas.regions import KINDS
from celwacht.publish.areas.wording import in_language, starred
from celwacht.publish.benchmark.comparison import Beside, Verdict, beside, country, outside, verdict
from celwacht.publish.benchmark.measured import Measured
from celwacht.publish.benchmark.state import Bench, of_kinds
from celwacht.publish.benchmark.wording import words
from celwacht.publish.serve.pages.area_drawings import legend, lines, shown
from celwacht.publish.serve.pages.benchmark_drawings import Drawn, funnel, intervals
from celwacht.publish.serve.pages.frame import Head, document
from celwacht.tables.indicators.indicator_spec import Indicator

THEMES = ("use", "society")


def said_verdict(found: Verdict, indicator: Indicator, language: str) -> str:
    """The verdict as HTML: higher or lower; better or worse, with its colour, only where the indicator says which is which."""
    if indicator.polarity == "neutral" or found not in ("higher", "lower"):
        return f'<span class="verdict {"clear" if found in ("higher", "lower") else "muted"}">{escape(words(language, found))}</span>'
    good = found == indicator.polarity
    return f'<span class="verdict {"good" if good else "bad"}">{escape(words(language, found))}, {escape(words(language, "better" if good else "worse"))}</span>'


def _choose(bench: Bench, region: str, language: str) -> str:
    """A list of the regions, sent as an ordinary form."""
    options = "".join(
        f'<option value="{c}"{" selected" if c == region else ""}>{escape(r.full)}</option>' for c, r in bench.regions.items()
    )
    keep = '<input type="hidden" name="lang" value="en">' if language == "en" else ""
    return (
        f'<form class="compare" method="get"><div class="row"><label><span class="vh">{escape(words(language, "choose"))}</span><select name="gebied">'
        f'<option value="">{escape(words(language, "choose"))}</option>{options}</select></label>{keep}'
        f'<button class="main" type="submit">{escape(words(language, "show"))}</button></div></form>'
    )


def benchmark_html(bench: Bench, region: str, language: str, site: str = "", lessons: bool = False) -> bytes:
    """All indicators: of one region beside the others, or of the whole where none is chosen ('')."""
    title = words(language, "benchmark") + (f": {bench.name(region)}" if region else "")
    body = "".join(
        [
            f'<article class="area"><h1>{escape(title)}</h1><p class="lead">{escape(words(language, "benchmarkLead"))}</p>',
            _choose(bench, region, language),
            *(_theme(bench, theme, region, language) for theme in THEMES),
            f'<p class="hint">{escape(words(language, "noRank"))}</p>',
            _dossiers(bench, language, lessons),
            "</article>",
        ]
    )
    made_up = bench.any_made_up(bench.shown())
    return document(Head(title, words(language, "benchmarkLead"), "benchmark/"), body, language, site=site, made_up=made_up)


def _theme(bench: Bench, theme: str, region: str, language: str) -> str:
    names = [n for n in bench.shown() if bench.indicator(n).theme == theme]
    if not names:
        return ""
    found = {n: {b.name: b for b in _beside(bench, n, region, language)} if region else {} for n in names}
    others = list(dict.fromkeys(other for n in names for other in found[n]))  # all that any of the indicators is compared with
    heads = "".join(f'<th scope="col" class="n">{escape(h)}</th>' for h in others)
    own = (
        f'<th scope="col" class="n">{escape(bench.name(region))}</th>'
        if region
        else f'<th scope="col" class="n">{escape(words(language, "number"))}</th>'
    )
    rows = "".join(_row(bench, n, region, [found[n].get(other) for other in others], language) for n in names)
    made = f'<p class="muted">{escape(words(language, "fileMadeUp"))}</p>' if bench.any_made_up(names) and theme == "society" else ""
    return (
        f'<section class="part"><h2 id="{theme}">{escape(words(language, theme))}</h2>{made}'
        f'<div class="wide" tabindex="0" role="region" aria-labelledby="{theme}"><table><thead><tr><th scope="col">{escape(words(language, "indicator"))}</th>'
        f"{own}{heads}</tr></thead><tbody>{rows}</tbody></table></div></section>"
    )


def _beside(bench: Bench, name: str, region: str, language: str) -> list[Beside]:
    """What a region stands beside; the whole of the indicator last, where it is not among the larger regions."""
    found = beside(bench.sizes, bench.measures, bench.regions, name, region, bench.near(region), lambda key: words(language, key))
    whole = country(bench.measures, name)
    if whole is not None and whole != region and whole not in {b.code for b in found}:
        found.append(Beside(bench.name(whole), whole, bench.measures.newest(name, whole)))
    return [b for b in found if b.measured.value.number is not None]


def _row(bench: Bench, name: str, region: str, others: Sequence[Beside | None], language: str) -> str:
    """A row of the table: the region, and each column that it is compared with; None: not of this indicator."""
    indicator, asked = bench.indicator(name), f"?gebied={region}" if region else ""
    asked += ("&amp;" if asked else "?") + "lang=en" if language == "en" else ""
    period = starred(bench.measures.periods(name)[-1], language)
    head = (
        f'<th scope="row"><a href="{name}{asked}">{escape(in_language(indicator.title, language))}</a> '
        f'<span class="muted">{escape(in_language(indicator.unit, language))}, {escape(period)}</span></th>'
    )
    whole = country(bench.measures, name) or ""
    own = bench.measures.newest(name, region or whole)
    cells = f'<td class="n"><b>{shown(own.value, language)}</b>{_ends(own, indicator.decimals, language)}</td>'
    for b in others:
        told = f"{shown(b.measured.value, language)}<br>{said_verdict(verdict(own, b.measured), indicator, language)}" if b else "–"
        cells += f'<td class="n">{told}</td>'
    return f"<tr>{head}{cells}</tr>"


def _ends(measured: Measured, decimals: int, language: str) -> str:
    told = measured.ends(decimals, language)
    return f'<br><span class="muted">{escape(told)}</span>' if told else ""


def _dossiers(bench: Bench, language: str, lessons: bool) -> str:
    english = "?lang=en" if language == "en" else ""
    links = "".join(
        f'<li><a href="../dossier/{n}{english}">{escape(in_language(bench.indicator(n).title, language))}</a></li>' for n in bench.shown()
    )
    own = f'<p class="meta"><a href="../lessen/{english}">{escape(words(language, "lessons"))}</a></p>' if lessons else ""
    return f'<section><h2>{escape(words(language, "dossiers"))}</h2><ul class="region-list">{links}</ul>{own}</section>'


def indicator_html(bench: Bench, name: str, region: str, language: str, site: str = "") -> bytes:
    """One indicator: a region beside others, the funnel, the trend, all regions by name, and what it is."""
    indicator = bench.indicator(name)
    title = in_language(indicator.title, language) + (f": {bench.name(region)}" if region else "")
    english = "?lang=en" if language == "en" else ""
    whole = country(bench.measures, name) or ""
    asked = f"?gebied={region}" + ("&amp;lang=en" if english else "") if region else english
    link = f'<p class="back"><a href="./{asked}">{escape(words(language, "pageOf", name=bench.name(region)) if region else words(language, "benchmark"))}</a></p>'
    body = "".join(
        [
            f'<article class="area">{link}<h1>{escape(title)}</h1><p class="meta"><span>{escape(in_language(indicator.unit, language))}, '
            f"{escape(starred(bench.measures.periods(name)[-1], language))}</span>"
            f'<a href="{name}.csv">{escape(words(language, "csv"))}</a><a href="../dossier/{name}{english}">{escape(words(language, "dossier"))}</a></p>',
            _choose(bench, region, language),
            _compared(bench, name, region, whole, language),
            _funnel(bench, name, region, whole, language),
            _trend(bench, name, region, whole, language),
            _all(bench, name, whole, language),
            _about(bench, name, language),
            "</article>",
        ]
    )
    summary = f"{in_language(indicator.title, language)}: {in_language(indicator.definition, language)}"[:300]
    return document(Head(title, summary, f"benchmark/{name}"), body, language, site=site, made_up=bench.made_up(name))


def _compared(bench: Bench, name: str, region: str, whole: str, language: str) -> str:
    """Intervals: a region with what it is compared with, and each that is alike; where none is chosen, the larger regions."""
    m, indicator = bench.measures, bench.indicator(name)
    line = m.newest(name, whole)
    if region:
        rows = [Drawn(bench.name(region), m.newest(name, region), own=True)]
        for b in _beside(bench, name, region, language):
            note = words(language, "together", shown=str(b.shown), all=str(b.all)) if b.all else ""
            rows.append(Drawn(b.name, b.measured, note=note))
        rows += [Drawn(bench.name(c), m.newest(name, c)) for c in sorted(bench.near(region), key=bench.name)]
    else:
        rows = [Drawn(bench.name(c), m.newest(name, c)) for c in of_kinds(bench, name, ("NL", "PV", "JZ"))]
    rows = [r for r in rows if r.measured.value.number is not None or r.own]
    if not rows:
        return ""
    key = words(language, "compared", name=bench.name(region)) if region else words(language, "comparedAll")
    return (
        f'<section><h2>{escape(key)}</h2><p class="hint">{escape(words(language, "comparedHint", name=bench.name(whole)))}</p>'
        f'{intervals(rows, line, indicator.decimals, language)}<p class="hint">{escape(words(language, "noRank"))}</p></section>'
    )


def _funnel(bench: Bench, name: str, region: str, whole: str, language: str) -> str:
    m = bench.measures
    codes = of_kinds(bench, name, ("GM",))
    rows = [Drawn(bench.name(c), m.newest(name, c), own=c == region) for c in codes]
    printed = sum(r.measured.value.number is not None for r in rows)
    out = len(outside(m, name, m.periods(name)[-1].code))
    told = words(language, "funnelTold", shown=str(printed), all=str(len(rows)), out=str(out))
    drawn = funnel(rows, m.newest(name, whole), m.outer(name, m.periods(name)[-1].code), m.per(name), told, language)
    if not drawn:
        return ""
    return (
        f'<section><h2>{escape(words(language, "funnel"))}</h2><p class="hint">{escape(words(language, "funnelHint", name=bench.name(whole)))} {escape(told)}</p>'
        f"{drawn}</section>"
    )


def _trend(bench: Bench, name: str, region: str, whole: str, language: str) -> str:
    periods = bench.measures.periods(name)
    if len(periods) < 2:
        return ""
    codes = list(dict.fromkeys(c for c in (region, *(bench.regions[region].larger[:1] if region else ()), whole) if c))
    trend = Trend(periods, tuple(tuple(bench.measures.of(name, c, p.code).value for p in periods) for c in codes))
    names = [bench.name(c) for c in codes]
    return (
        f'<section><h2>{escape(words(language, "trends"))}</h2>{legend(names)}<div class="trends"><figure class="trend">{lines(names, trend, language)}</figure></div>'
        f'<p class="hint">{escape(words(language, "trendHint"))}</p></section>'
    )


def _all(bench: Bench, name: str, whole: str, language: str) -> str:
    """Every region by kind and name: number, interval, and how it stands to the whole."""
    m, indicator = bench.measures, bench.indicator(name)
    line = m.newest(name, whole)
    rows = ""
    for code in of_kinds(bench, name, ("NL", "PV", "JZ", "GM")):
        own = m.newest(name, code)
        found = "" if code == whole else said_verdict(verdict(own, line), indicator, language)
        ends = own.ends(indicator.decimals, language) or "–"
        linked = f'<a href="?gebied={code}">{escape(bench.name(code))}</a>' if code in bench.regions else escape(bench.name(code))
        kind = in_language(KINDS[code[:2]], language)
        rows += f'<tr><th scope="row">{linked}</th><td>{escape(kind)}</td><td class="n">{shown(own.value, language)}</td><td class="n">{escape(ends)}</td><td>{found}</td></tr>'
    against = words(language, "against", name=bench.name(whole))
    heads = (
        f'<th scope="col">{escape(words(language, "area"))}</th><td></td><th scope="col" class="n">{escape(words(language, "number"))}</th>'
        f'<th scope="col" class="n">{escape(words(language, "interval"))}</th><th scope="col">{escape(against)}</th>'
    )
    return (
        f'<section class="part"><h2 id="all">{escape(words(language, "allAreas"))}</h2><details><summary>{escape(words(language, "asTable"))}</summary>'
        f'<div class="wide" tabindex="0" role="region" aria-labelledby="all"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details></section>'
    )


def _about(bench: Bench, name: str, language: str) -> str:
    """Definition, formula, populations, unit, decimals, polarity, rationale, limits, origin, source."""
    i = bench.indicator(name)
    people = "".join(
        "<li>"
        + escape(
            words(
                language,
                "population",
                title=in_language(p.title, language),
                ages=p.ages,
                year=in_language(p.year, language),
                source=in_language(p.source, language),
            )
        )
        + "</li>"
        for p in i.populations
    )
    polarity = {"neutral": "neutral", "higher": "polarHigher", "lower": "polarLower"}[i.polarity]
    told = [
        ("definition", escape(in_language(i.definition, language))),
        ("formula", escape(in_language(i.formula, language))),
        ("populations", f"<ul>{people}</ul>"),
        ("unit", escape(in_language(i.unit, language))),
        ("decimals", str(i.decimals)),
        ("polarity", escape(words(language, polarity))),
        ("rationale", escape(in_language(i.rationale, language))),
        ("limits", escape(in_language(i.limits, language))),
        ("origin", escape(words(language, i.origin))),
    ]
    facts = "".join(f"<dt>{escape(words(language, key))}</dt><dd>{found}</dd>" for key, found in told)
    return f'<section><h2>{escape(words(language, "about"))}</h2><dl class="facts wide">{facts}</dl><p class="muted">{escape(bench.source(name, language))}</p></section>'
