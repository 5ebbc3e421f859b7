"""A report as sections of rows, and its forms: a page without a network, a workbook, JSON, and PDF where asked for. The same content, the same bytes."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from celwacht.publish.formats.excel.xlsx_writer import BOLD, HEADER, TENTHS, TITLE, WRAPPED, Sheet, number, sheet_name, text, workbook
from celwacht.publish.formats.pdf import pdf_writer
from celwacht.tables.sources.data_source import INVENTED, made_up

Cell = str | int | float
HEAD_ROWS = 5
"""Rows of a sheet down to the names of its columns: they stay in view."""
STYLE = (
    "body{font:15px/1.45 system-ui,sans-serif;max-width:76em;margin:2em auto;padding:0 1em;color:#1a2733;background:#fff}"
    "h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em;border-bottom:1px solid #b9c6d1}"
    "table{border-collapse:collapse;margin:.8em 0}th,td{padding:.2em .7em;text-align:left;border-bottom:1px solid #dde5eb;vertical-align:top}"
    "td.t{min-width:11em}table.dense{font-size:13px}table.dense th,table.dense td{padding:.2em .4em}th.n,td.n{text-align:right;font-variant-numeric:tabular-nums}th{background:#e3eef7}svg{max-width:50em;width:100%;height:auto}"
    "svg text{font-size:12px;fill:#1a2733}svg rect{fill:#0b5f9e}svg rect.rest{fill:#d3dfe8}p.note{color:#4a5b68}"
    "div.wide{overflow-x:auto}@media(max-width:40em){body{margin:1em auto;font-size:14px}th,td{padding:.2em .4em}}"
    "@media print{div.wide{overflow:visible}h2{break-after:avoid}table{font-size:11px}}"
)


@dataclass(frozen=True)
class Section:
    """A heading, a sentence, a table, and where `bars` is given a picture of it."""

    title: str
    note: str = ""
    header: tuple[str, ...] = ()
    rows: Sequence[tuple[Cell, ...]] = ()
    bars: Sequence[tuple[str, int | float]] = ()
    """(label, value) of a picture with bars."""
    out_of: float = 0
    """What a whole bar stands for; 0: the largest value."""

    def __post_init__(self) -> None:
        if not all(head.strip() for head in self.header):
            raise ValueError(
                f"a column of '{self.title}' has no header: who hears the table cannot tell what its cells are, and no PDF can be made of it"
            )


@dataclass(frozen=True)
class Report:
    """A report to one reader."""

    title: str
    subtitle: str
    sections: Sequence[Section] = field(default_factory=list)


def marked(report: Report, data: Path) -> Report:
    """The report, saying in title and subtitle that its figures are made up where the data folder says so."""
    if not made_up(data):
        return report
    return Report(f"VERZONNEN GEGEVENS – {report.title}", f"{INVENTED} {report.subtitle}", report.sections)


DENSE = 8
"""Columns from which on a table is set smaller."""
LONG, LABEL = 35, 46
"""Characters from which on a text of a wide table is given room, and that fit beside a bar."""


def shown(value: Cell) -> str:
    """A cell as a Dutch reader sees it: 1.234 and 12,3."""
    if isinstance(value, str):
        return value
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else f"{value:.1f}".replace(".", ",")


def as_html(report: Report) -> str:
    """One page with everything in it: no script, nothing from elsewhere."""
    body = "".join(map(_section_html, report.sections))
    title = html.escape(report.title)
    return (
        f'<!doctype html>\n<html lang="nl"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" '
        f"content=\"default-src 'none'; style-src 'unsafe-inline'\"><style>{STYLE}</style></head>"
        f"<body><h1>{title}</h1><p>{html.escape(report.subtitle)}</p>{body}</body></html>\n"
    )


def _section_html(section: Section) -> str:
    parts = [f"<h2>{html.escape(section.title)}</h2>"]
    if section.note:
        parts.append(f'<p class="note">{html.escape(section.note)}</p>')
    if section.bars:
        parts.append(bars(section.bars, section.title, section.out_of))
    if section.rows:
        kinds = [_kind(section, n) for n, _ in enumerate(section.header)]
        head = "".join(f'<th scope="col"{kind}>{html.escape(one)}</th>' for one, kind in zip(section.header, kinds))
        rows = "".join("<tr>" + "".join(map(_cell_html, row, kinds)) + "</tr>" for row in section.rows)
        dense = ' class="dense"' if len(section.header) > DENSE else ""
        table = f"<table{dense}><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        parts.append(f'<div class="wide" role="region" tabindex="0" aria-label="{html.escape(section.title)}">{table}</div>')
    return "".join(parts)


def _kind(section: Section, n: int) -> str:
    """The class of a column: numbers to the right, long texts not narrower than they can be read."""
    if numeric(section, n):
        return ' class="n"'
    return ' class="t"' if len(section.header) > 6 and any(len(shown(row[n])) > LONG for row in section.rows[:50]) else ""


def numeric(section: Section, n: int) -> bool:
    """Whether a column has numbers, nothings and dots only."""
    return all(not isinstance(row[n], str) or row[n] in ("", ".") for row in section.rows)


def _cell_html(value: Cell, kind: str) -> str:
    return f"<td{kind}>{html.escape(shown(value))}</td>"


def bars(values: Sequence[tuple[str, int | float]], label: str, out_of: float = 0) -> str:
    """Horizontal bars as inline SVG; each begins at the same place, and says its number."""
    most, left, wide, step = out_of or max((value for _, value in values), default=0) or 1, 320, 310, 20
    drawn = [
        f'<svg role="img" viewBox="0 0 700 {step * len(values) + 6}" xmlns="http://www.w3.org/2000/svg"><title>{html.escape(label)}</title>'
    ]
    for place, (name, value) in enumerate(values):
        y, length = step * place + 3, wide * min(value, most) / most
        drawn.append(
            f'<text x="{left - 8}" y="{y + 12}" text-anchor="end">{html.escape(name if len(name) <= LABEL else name[: LABEL - 1] + "…")}</text>'
            f'<rect class="rest" x="{left}" y="{y}" width="{wide}" height="15"/><rect x="{left}" y="{y}" width="{length:.1f}" height="15"/>'
            f'<text x="{left + wide + 8}" y="{y + 12}">{shown(value)}</text>'
        )
    return "".join(drawn) + "</svg>"


def as_workbook(report: Report) -> bytes:
    """A sheet per section, values only."""
    sheets: list[Sheet] = []
    for section in report.sections:
        rows = [[text(report.title if not sheets else section.title, TITLE)], [text(report.subtitle, BOLD)], [text(section.note, WRAPPED)]]
        if section.rows:
            rows += [[], [text(one, HEADER) for one in section.header]]
            rows += [
                [text(v) if isinstance(v, str) else number(f"{v:.1f}", TENTHS) if isinstance(v, float) else number(str(v)) for v in row]
                for row in section.rows
            ]
        widths = tuple(
            max(12, min(60, 2 + max([len(head), *(len(shown(row[n])) for row in section.rows[:50])])))
            for n, head in enumerate(section.header)
        )
        name = sheet_name(section.title.replace(":", ""), [one.name for one in sheets])
        sheets.append(Sheet(name, rows, widths or (60,), frozen_rows=HEAD_ROWS if section.rows else 0))
    return workbook(sheets, report.title)


def as_json(report: Report) -> str:
    """Title, and per section header and rows."""
    sections = [
        _json({"title": s.title, "note": s.note, "header": list(s.header)}, "rows", [_dumps(list(row)) for row in s.rows])
        for s in report.sections
    ]
    return _json({"title": report.title, "subtitle": report.subtitle}, "sections", sections) + "\n"


_dumps = json.JSONEncoder(ensure_ascii=False).encode  # without indent= it is the encoder in C, several times as fast


def _json(head: dict[str, object], name: str, items: Sequence[str]) -> str:
    """An object with a list of things that are JSON already, one on a line."""
    listed = ",\n".join(items)
    return f'{_dumps(head)[:-1]}, "{name}": [\n{listed}]}}' if items else f'{_dumps(head)[:-1]}, "{name}": []}}'


def as_pdf(report: Report) -> bytes:
    """The same on paper, tagged for who hears it instead of seeing it."""
    return pdf_writer.pdf(report.title, report.subtitle, [_part(section) for section in report.sections])


def _part(section: Section) -> pdf_writer.Part:
    numbers = [numeric(section, n) for n, _ in enumerate(section.header)]
    drawn = [pdf_writer.Bar(label, value, shown(value)) for label, value in section.bars]
    most = section.out_of or max((bar.value for bar in drawn), default=1)
    rows = [tuple(map(shown, row)) for row in section.rows]
    return pdf_writer.Part(section.title, section.note, section.header if rows else (), rows, numbers if rows else (), drawn, most)
