"""A made report as the content of a page, and as PDF."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from html import escape

from celwacht.publish import viewer
from celwacht.publish.areas.figures import Value
from celwacht.publish.areas.regions import plain_title
from celwacht.publish.areas.wording import WHY_DOT, day, in_language, unit_in, words
from celwacht.publish.formats.pdf.pdf_writer import Bar, pdf
from celwacht.publish.formats.pdf.pdf_writer import Part as PaperPart
from celwacht.publish.publication.publication import WITHHELD
from celwacht.publish.reports.bars_drawing import bars_svg
from celwacht.publish.reports.made import MadeReport, MadeSection, MadeTable, Run
from celwacht.publish.reports.map_drawing import map_svg
from celwacht.publish.reports.mapped import titled
from celwacht.publish.reports.report_csv import has_figures, report_csv
from celwacht.publish.reports.revisions import difference

DROPPED = {
    "absent": ("Hiervan zijn over deze periode geen cijfers gepubliceerd.", "No figures of this period were published."),
    "first": (
        "Er is nog geen periode waarvan voorlopige cijfers door latere zijn vervangen.",
        "There is no period yet of which provisional figures were replaced by later ones.",
    ),
    "withheld": (
        "Van deze tabel wordt minder dan de helft van de cijfers getoond; daarom staat zij niet in dit rapport.",
        "Less than half of the figures of this table is shown; it is therefore not in this report.",
    ),
}
SIGNS = (
    ". = niet getoond; niets (blanco) = kan niet voorkomen; * = voorlopig; ** = nader voorlopig.",
    ". = not shown; nothing (blank) = cannot occur; * = provisional; ** = revised provisional.",
)
REVISED = (("eerst", "at first"), ("later", "later"), ("het eerste cijfer was", "the first figure was"))
PERIOD, TERM_HEADS = ("periode", "period"), (("Begrip", "Term"), ("Betekenis", "Meaning"))
ERRATUM = ("Erratum", "Erratum")
TERMS, SIGNS_TITLE, ABOUT = ("Begrippen", "Terms"), ("Verklaring van tekens", "Symbols"), ("Over deze publicatie", "About this publication")


def _either(pair: tuple[str, str], language: str) -> str:
    return pair[1] if language == "en" else pair[0]


def report_list(made: Sequence[MadeReport]) -> str:
    """The reports as a list: title, first sentence, page and PDF."""
    return "".join(
        f'<section><h2><a href="{one.id}{"?lang=en" if one.language == "en" else ""}">{escape(one.title)}</a></h2>'
        f'<p>{_runs(one.summary[0]) if one.summary else ""}</p><p class="meta">{_papers(one)}</p></section>'
        for one in made
    )


def report_body(report: MadeReport, csv_at: Callable[[str], str] | None = None) -> str:
    """The report as the content of a page; figures in sentences are <b class="fig">.

    csv_at: number of a section -> where its figures are as CSV; default: below the address of the report.
    """
    language, led = report.language, csv_at or (lambda number: f"{report.id}/{number}.csv")
    parts = [f'<article class="area report"><h1>{escape(report.title)}</h1>']
    parts.append(
        f'<p class="meta"><span>{escape(words(language, "modified", date=day(report.modified, language)))}</span>'
        f"<span>{escape(plain_title(report.region, language))}</span>{_papers(report) if csv_at is None else ''}</p>"
    )
    parts.append("".join(f'<p class="key">{_runs(s)}</p>' for s in report.summary))
    for i, chapter in enumerate(report.chapters, 1):
        parts.append(f"<h2>{i} {escape(in_language(chapter.title, language))}</h2>")
        if chapter.intro:
            parts.append(f"<p>{escape(in_language(chapter.intro, language))}</p>")
        parts += [_section(s, f"{i}.{j}", report, led) for j, s in enumerate(chapter.sections, 1)]
    if report.terms:
        terms = "".join(f"<dt>{escape(in_language(t, language))}</dt><dd>{escape(in_language(x, language))}</dd>" for t, x in report.terms)
        parts.append(f'<h2>{_either(TERMS, language)}</h2><dl class="facts wide">{terms}</dl>')
    parts.append(
        f"<h2>{_either(SIGNS_TITLE, language)}</h2><p>{escape(_either(SIGNS, language))} {escape(in_language(WHY_DOT, language))}</p>"
    )
    parts.append(f'<p class="muted">{escape(words(language, "source", source=report.source))}</p></article>')
    return "".join(parts)


def report_file(report: MadeReport, errata: Sequence[str] = ()) -> bytes:
    """The report as one HTML file that needs nothing else: its looks and the figures of each chart and table, as CSV, are in it."""
    language = report.language
    style = "".join((viewer.FOLDER / "style" / f"{name}.css").read_text(encoding="utf-8") for name in ("base", "area"))

    def within(number: str) -> str:
        return f"data:text/csv;base64,{base64.b64encode(report_csv(report, number)).decode()}"

    told = f'<aside class="made-up">{escape(words(language, "madeUp"))}</aside>' if report.made_up else ""
    wrong = "".join(f"<p><strong>{_either(ERRATUM, language)}.</strong> {escape(text)}</p>" for text in errata)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(report.title)}</title><style>{style}</style></head>'
        f'<body>{told}<main id="main">{wrong}{report_body(report, within)}</main></body></html>\n'
    ).encode()


def _papers(report: MadeReport) -> str:
    return f'<a href="{report.id}.pdf">PDF</a><a href="{report.id}.csv">CSV</a>'


def _runs(runs: tuple[Run, ...]) -> str:
    return "".join(f'<b class="fig">{escape(text)}</b>' if is_figure else escape(text) for text, is_figure in runs)


def _section(section: MadeSection, number: str, report: MadeReport, led: Callable[[str], str]) -> str:
    language = report.language
    title = f"<h3>{number} {escape(in_language(section.title, language))}</h3>"
    if section.dropped:
        return f'{title}<p class="muted">{escape(_either(DROPPED[section.dropped], language))}</p>'
    text = "".join(f"<p>{_runs(s)}</p>" for s in section.sentences)
    table = _table(section.shows, number, in_language(section.title, language), report) if section.shows else ""
    note = f'<p class="muted">{escape(in_language(section.note, language))}</p>' if section.note else ""
    return title + text + table + _revised(section, number, language) + _csv_link(section, number, language, led) + note


def _csv_link(section: MadeSection, number: str, language: str, led: Callable[[str], str]) -> str:
    """Where the figures of its chart, map and table are."""
    if not has_figures(section):
        return ""
    told = f'<span class="vh"> {number} {escape(in_language(section.title, language))}</span>'
    return f'<p class="meta"><a href="{escape(led(number))}" download="{number}.csv">CSV{told}</a></p>'


def _revised(section: MadeSection, number: str, language: str) -> str:
    """Periods of which provisional figures were replaced: first, now, and by how much the first was off."""
    if not section.revised:
        return ""
    heads = "".join(f'<th scope="col" class="n">{escape(_either(h, language))}</th>' for h in REVISED)
    rows = "".join(
        f'<tr class="d1"><th scope="row">{escape(titled(r.period, language))}</th>{_cell(r.first, language)}{_cell(r.later, language)}'
        f'<td class="n">{escape(difference(r.difference, language))}</td></tr>'
        for r in section.revised
    )
    caption = f"{number} {in_language(section.title, language)}"
    return (
        f'<div class="part"><div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></div></div>"
    )


def _cell(value: Value, language: str) -> str:
    if value.state == WITHHELD:
        return f'<td class="n"><span aria-hidden="true">.</span><span class="vh">{escape(words(language, "not"))}</span></td>'
    return f'<td class="n">{escape(value.text(language))}</td>'


def _table(table: MadeTable, number: str, title: str, report: MadeReport) -> str:
    language = report.language
    heads = "".join(f'<th scope="col" class="n">{escape(titled(p, language))}</th>' for p in table.periods)
    rows = "".join(
        f'<tr class="d{min(code.depth, 4)}"><th scope="row">{escape(plain_title(code.title, language))}</th>'
        + "".join(_cell(v, language) for v in values)
        + "</tr>"
        for code, values in table.rows
    )
    caption = f"{number} {title}; {unit_in(table.unit, language)}"
    return (
        f'{bars_svg(table, _bars(table, language), language) if table.chart else ""}{_map(table, language, number)}<div class="part"><div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></div></div>"
    )


def _bars(table: MadeTable, language: str) -> list[tuple[str, float, str]]:
    """(label, length, figure) of the parts under the total, of the newest period; what is not shown has no bar."""
    under = [(c, v[-1]) for c, v in table.rows if c.depth == 1] or [(c, v[-1]) for c, v in table.rows]
    return [(plain_title(c.title, language), float(v.number or 0), v.text(language) or "–") for c, v in under]


def _map(table: MadeTable, language: str, number: str) -> str:
    """The map of a table of regions, and how to read it; nothing where it has none."""
    drawn = map_svg(table.map, language, number) if table.map else ""
    return f'{drawn}<p class="muted">{escape(table.map.read(language))}</p>' if table.map and drawn else ""


def report_pdf(report: MadeReport, errata: Sequence[str] = ()) -> bytes:
    """The report on paper: tagged, the same bytes for the same figures. errata: what was wrong in it before, in front."""
    language = report.language
    told = words(language, "madeUp") + " " if report.made_up else ""
    parts = [PaperPart(_either(ERRATUM, language), text) for text in errata]
    parts += [PaperPart(_either(ABOUT, language), " ".join(_plain(s) for s in report.summary))]
    for i, chapter in enumerate(report.chapters, 1):
        parts.append(
            PaperPart(f"{i} {in_language(chapter.title, language)}", in_language(chapter.intro, language) if chapter.intro else "")
        )
        parts += [_paper(s, f"{i}.{j}", language) for j, s in enumerate(chapter.sections, 1)]
    terms = [(in_language(t, language), in_language(x, language)) for t, x in report.terms]
    if terms:
        parts.append(PaperPart(_either(TERMS, language), "", tuple(_either(h, language) for h in TERM_HEADS), terms, (False, False)))
    parts.append(PaperPart(_either(SIGNS_TITLE, language), f"{_either(SIGNS, language)} {in_language(WHY_DOT, language)}"))
    subtitle = (
        f"{told}{words(language, 'modified', date=day(report.modified, language))}. {words(language, 'source', source=report.source)}"
    )
    return pdf(report.title, subtitle, parts, lang=language)


def _plain(runs: tuple[Run, ...]) -> str:
    return "".join(text for text, _ in runs)


def _paper(section: MadeSection, number: str, language: str) -> PaperPart:
    title = f"{number} {in_language(section.title, language)}"
    if section.dropped:
        return PaperPart(title, _either(DROPPED[section.dropped], language), level=3)
    note = " ".join([*(_plain(s) for s in section.sentences), in_language(section.note, language) if section.note else ""]).strip()
    if section.revised:
        head: tuple[str, ...] = (_either(PERIOD, language), *(_either(h, language) for h in REVISED))
        rows: list[tuple[str, ...]] = [
            (titled(r.period, language), r.first.text(language), r.later.text(language), difference(r.difference, language))
            for r in section.revised
        ]
        return PaperPart(title, note, head, rows, (False, True, True, True), level=3)
    if section.shows is None:
        return PaperPart(title, note, level=3)
    table = section.shows
    head = (unit_in(table.unit, language), *(titled(p, language) for p in table.periods))
    rows = [("\u00a0\u00a0" * c.depth + plain_title(c.title, language), *(v.text(language) for v in values)) for c, values in table.rows]
    bars = _bars(table, language) if table.chart else []
    most = max((value for _, value, _ in bars), default=0) or 1
    picture = map_svg(table.map, language, number, paper=True) if table.map else ""
    told = table.map.told(language) if table.map and picture else ""
    note = f"{note} {table.map.read(language)}".strip() if table.map and picture else note
    numbers = (False, *[True] * len(table.periods))
    return PaperPart(title, note, head, rows, numbers, [Bar(*bar) for bar in bars], most, picture=picture, told=told, level=3)
