"""The report of the loss as one page: no script, no address, nothing fetched. Confidential: it holds true values."""

from __future__ import annotations

from collections.abc import Sequence

from celwacht.disclosure.loss.loss import Loss, Tally
from celwacht.disclosure.loss.view import View
from celwacht.disclosure.loss.widths import Bin
from celwacht.publish.review.loss_report import loss_tables, map_layout, pattern_map
from celwacht.publish.review.loss_report.charts import legend, level_bars, mirrored, possible_heat
from celwacht.publish.review.loss_report.markup import Markup, el
from celwacht.publish.review.loss_report.sections import Pen, document, wide


def page(loss: Loss, view: View, *, title: str = "", language: str = "nl") -> str:
    """The report of one table. view: what the numbers came from, for the map and the words of codes."""
    pen = Pen(loss, view, language)
    made = [
        _head(pen, title),
        _tiles(pen),
        _levels(pen),
        _map(pen),
        _widths(pen),
        _possible(pen),
        loss_tables.combinations(pen),
        loss_tables.rules(pen),
        loss_tables.dearest(pen),
        loss_tables.margins(pen),
        pen.section("h_read", pen.word("read_text")),
    ]
    return document(f"{loss.table}: {pen.word('title')}", language, made)


def _head(pen: Pen, title: str) -> Markup:
    word, loss = pen.word, pen.loss
    said = [f"{word('policy')} {loss.policy}"] if loss.policy else []
    if loss.threshold:
        said.append(f"{word('threshold')} {loss.threshold}")
    if loss.widths.kind == "width" and loss.widths.asked:
        said.append(f"{word('width_word')} {loss.widths.asked}")
    said.append(f"{word('base')} {loss.base}" if loss.base > 1 else word("exact"))
    name = f" \u00b7 {loss.table}" if title else ""
    told = el("span", " \u00b7 " + " \u00b7 ".join(said), class_="soft")
    return el("header", pen.banner(), el("h1", word("title")), el("p", el("strong", title or loss.table), name, told))


def _tiles(pen: Pen) -> Markup:
    t, whole = pen.loss.total, pen.whole
    tiles = [(whole(t.cells), "cells", ""), (whole(t.primary), "sensitive", "primary"), (whole(t.secondary), "secondary", "secondary")]
    tiles += [(whole(t.zero), "zero", "zero")] if t.zero else []
    tiles += [
        (pen.figures.percent(t.share_value), "value", ""),
        (whole(t.primary - pen.loss.widths.short), "proved", ""),
        (whole(pen.loss.worlds), "worlds", ""),
    ]
    lost, headline = pen.loss.headline
    tiles += [(f"{whole(lost)} / {whole(headline)}", "headline", "")] if headline else []
    tiles += [(pen.value(t.rounding), "rounding", "")] if pen.loss.base > 1 else []
    return el(
        "div",
        [el("div", el("b", n), el("span", pen.word(f"tile_{key}")), class_=f"tile {kind}".strip()) for n, key, kind in tiles],
        class_="tiles",
    )


def _kinds(pen: Pen) -> list[tuple[str, str]]:
    """The legend of what the table has."""
    t = pen.loss.total
    there = ((pen.shown_as, 1), ("primary", t.primary), ("secondary", t.secondary), ("zero", t.zero))
    return [(kind, pen.word(kind)) for kind, n in there if n]


def _levels(pen: Pen) -> Markup:
    word, loss = pen.word, pen.loss
    rows = [(pen.names[x.at[0][0]], pen.level(x.at[0][1]), _counts(x.tally), x.tally.share_value) for x in loss.by_level]
    rows = rows or [(word("cells"), word("total"), _counts(loss.total), loss.total.share_value)]
    keys = legend([*_kinds(pen), ("ink", word("value_withheld"))])
    drawn = level_bars(rows, pen.shown_as, pen.figures, word("h_levels"))
    return pen.section("h_levels", word("levels_text"), keys, wide(drawn))


def _counts(t: Tally) -> tuple[int, int, int, int]:
    return t.published, t.primary, t.secondary, t.zero


def _map(pen: Pen) -> Markup | None:
    if not pen.view.dimensions:
        return None
    word, made = pen.word, map_layout.plan(pen.view, pen.english)
    said = [word("map_rows", dimension=made.rows)]
    if made.bands:
        said.append(word("map_columns", dimensions=", ".join(f"{t} ({len(labels)})" for t, labels in made.bands)))
    if made.apart:
        said.append(word("map_apart", dimension=made.apart))
    if made.folded:
        said.append(word("map_folded", dimensions=", ".join(made.folded)))
    grouped = [pen.level(p.level).capitalize() for p in made.panels if p.grouped]
    said += dict.fromkeys(word("map_grouped", level=level) for level in grouped)
    keys = [] if all(p.shares for p in made.panels) else [legend(_kinds(pen))]
    if any(p.shares for p in made.panels):
        part = 100 // map_layout.SHADES
        shades = [(f"shade{i}", f"{'> ' if i > 1 else ''}{part * (i - 1)}\u2013{part * i} %") for i in range(1, map_layout.SHADES + 1)]
        keys.append(legend([(pen.shown_as, word("none")), *shades]))
    drawn = pattern_map.draw(made, pen.shown_as, pen.figures, pen.level, word("h_map"))
    return pen.section("h_map", " ".join(said), keys, wide(drawn))


def _widths(pen: Pen) -> Markup:
    word, w, many = pen.word, pen.loss.widths, pen.loss.total.primary
    if not many:
        return pen.section("h_widths", word("no_sensitive"))
    judged = word("short", n=pen.whole(w.short)) if w.short else word("none_short", n=pen.whole(many))
    bins = _used(w.bins)
    edge, unit, axis = (w.asked, "", "axis_width") if w.kind == "width" else (1.0, "\u00d7", "axis_ratio")
    asked = next((i for i, b in enumerate(bins) if b.low >= edge), len(bins))
    line = f"{word('asked')}: {pen.figures.short(edge)}{unit}"
    drawn = mirrored(
        [(_span(pen, b, w.kind), b.proved, b.possible) for b in bins],
        asked,
        (word("proved"), word("possible"), line),
        word(axis),
        pen.figures,
        word("h_widths"),
    )
    both = any(b.possible is not None for b in w.bins)
    return pen.section("h_widths", word("widths_text" if both else "widths_proved_only"), el("p", el("strong", judged)), wide(drawn))


def _used(bins: Sequence[Bin]) -> list[Bin]:
    """Without the empty ones after the last that holds a cell."""
    last = max((i for i, b in enumerate(bins) if b.proved or b.possible), default=0)
    return list(bins[: last + 1])


def _span(pen: Pen, b: Bin, kind: str) -> str:
    short = pen.figures.short
    if b.high is None:
        return pen.word("open") if kind == "width" else f"\u2265 {short(b.low)}"
    if kind == "width" and b.high == b.low + 1:
        return short(b.low)
    return f"{short(b.low)}\u2013{short(b.high - 1 if kind == 'width' else b.high)}"


def _possible(pen: Pen) -> Markup | None:
    word, table = pen.word, pen.loss.possible
    if not table:
        return None
    drawn = possible_heat(table, pen.loss.threshold, (word("true_value"), word("axis_value")), pen.figures, word("h_possible"))
    return pen.section("h_possible", word("possible_text"), wide(drawn))
