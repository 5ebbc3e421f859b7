"""The report of the loss as one page: no script, no address, nothing fetched. Confidential: it holds true values."""

from __future__ import annotations

from collections.abc import Sequence

from celwacht.disclosure.loss import CellLoss, LevelLoss, Loss, Tally
from celwacht.disclosure.loss_view import View
from celwacht.disclosure.loss_widths import Bin
from celwacht.publish import loss_map
from celwacht.publish.loss_markup import Figures, Markup, el, join
from celwacht.publish.loss_style import CSS
from celwacht.publish.loss_svg import legend, level_bars, mirrored, possible_heat, small_bar
from celwacht.publish.loss_words import words

MOST_COMBINATIONS = 10
"""Combinations of levels shown before the rest, which is folded up."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def document(title: str, language: str, *inside: object) -> str:
    """A whole page around its contents."""
    head = el("head", el("meta", charset="utf-8"), el("meta", http_equiv="Content-Security-Policy", content=_POLICY),
              el("meta", name="viewport", content="width=device-width, initial-scale=1"), el("title", title), el("style", Markup(CSS)))
    return "<!DOCTYPE html>\n" + el("html", head, el("body", el("main", *inside)), lang=language) + "\n"


def page(loss: Loss, view: View, *, title: str = "", language: str = "nl") -> str:
    """The report of one table. view: what the numbers came from, for the map and the words of codes."""
    made = _Page(loss, view, language)
    sections = [made.head(title), made.tiles(), made.levels(), made.map(), made.widths(), made.possible(), made.combinations(), made.rules(),
                made.dearest(), made.margins(), made.reading()]
    return document(f"{loss.table}: {made.word('title')}", language, sections)


def table_of(heads: Sequence[tuple[str, bool]], rows) -> Markup:
    """heads: (words, whether figures stand under it)."""
    kind = ["n" if number else None for _, number in heads]
    head = el("thead", el("tr", [el("th", said, class_=k) for (said, _), k in zip(heads, kind)]))
    body = el("tbody", [el("tr", [el("td", cell, class_=k) for cell, k in zip(row, kind)]) for row in rows])
    return el("div", el("table", head, body), class_="scroll")


class _Page:
    def __init__(self, loss: Loss, view: View, language: str):
        self.loss, self.view, self.word, self.figures = loss, view, words(language), Figures(language)
        self.english = language == "en"
        self.shown_as = "rounded" if loss.base > 1 else "published"
        self.titles = {d.name: {c.code: self._title(c) for c in d.codes} for d in view.dimensions}
        self.names = {d.name: self._title(d) for d in view.dimensions}

    def _title(self, thing) -> str:
        return (thing.title_en if self.english else "") or thing.title_nl or getattr(thing, "code", "")

    def head(self, title: str) -> Markup:
        word, loss = self.word, self.loss
        said = [f"{word('policy')} {loss.policy}"] if loss.policy else []
        if loss.threshold:
            said.append(f"{word('threshold')} {loss.threshold}")
        if loss.widths.kind == "width" and loss.widths.asked:
            said.append(f"{word('width_word')} {loss.widths.asked}")
        said.append(f"{word('base')} {loss.base}" if loss.base > 1 else word("exact"))
        return el("header", el("p", el("span", word("confidential"), class_="flag"), word("warning"), class_="soft"),
                  el("h1", word("title")), el("p", el("strong", title or loss.table), f" \u00b7 {loss.table}" if title else "",
                                             el("span", " \u00b7 " + " \u00b7 ".join(said), class_="soft")))

    def tiles(self) -> Markup:
        word, t, whole = self.word, self.loss.total, self.figures.whole
        proved = t.primary - self.loss.widths.short
        tiles = [(whole(t.cells), "tile_cells", None), (whole(t.primary), "tile_sensitive", "primary"),
                 (whole(t.secondary), "tile_secondary", "secondary"), (whole(t.zero), "tile_zero", "zero") if t.zero else None,
                 (self.figures.percent(t.share_value), "tile_value", None),
                 (whole(proved), "tile_proved", None), (whole(self.loss.worlds), "tile_worlds", None),
                 (whole(t.rounding), "tile_rounding", None) if self.loss.base > 1 else None]
        return el("div", [el("div", el("b", n), el("span", word(key)), class_=f"tile {kind}" if kind else "tile")
                          for n, key, kind in filter(None, tiles)], class_="tiles")

    def _keys(self, kinds: Sequence[str]) -> Markup:
        return legend([(k, self.word(k)) for k in kinds])

    def _kinds(self) -> list[str]:
        t = self.loss.total
        return [k for k, n in ((self.shown_as, 1), ("primary", t.primary), ("secondary", t.secondary), ("zero", t.zero)) if n]

    def levels(self) -> Markup:
        word = self.word
        rows = [(self.names[line.at[0][0]], self._level(line.at[0][1]), _counts(line.tally), line.tally.share_value) for line in self.loss.by_level]
        rows = rows or [(word("cells"), word("total"), _counts(self.loss.total), self.loss.total.share_value)]
        kinds = legend([*((k, word(k)) for k in self._kinds()), ("ink", word("value_withheld"))])
        return self._section("h_levels", word("levels_text"), kinds, _wide(level_bars(rows, self.shown_as, self.figures, word("h_levels"))))

    def map(self) -> Markup | None:
        if not self.view.dimensions:
            return None
        word, made = self.word, loss_map.plan(self.view, self.english)
        said = [word("map_rows", dimension=made.rows)]
        if made.bands:
            said.append(word("map_columns", dimensions=", ".join(f"{t} ({len(labels)})" for t, labels in made.bands)))
        if made.apart:
            said.append(word("map_apart", dimension=made.apart))
        if made.folded:
            said.append(word("map_folded", dimensions=", ".join(made.folded)))
        said += dict.fromkeys(word("map_grouped", level=self._level(p.level).capitalize()) for p in made.panels if p.grouped)
        keys = [self._keys(self._kinds())] if not all(p.shares for p in made.panels) else []
        if any(p.shares for p in made.panels):
            keys.append(legend([(self.shown_as, word("none")), *((f"shade{i}", f"{'' if i == 1 else '> '}{20 * (i - 1)}\u2013{20 * i} %")
                                                                 for i in range(1, loss_map.SHADES + 1))]))
        return self._section("h_map", " ".join(said), keys, _wide(loss_map.draw(made, self.shown_as, self.figures, self._level, word("h_map"))))

    def widths(self) -> Markup:
        word, w, many = self.word, self.loss.widths, self.loss.total.primary
        if not many:
            return self._section("h_widths", word("no_sensitive"))
        both = any(b.possible is not None for b in w.bins)
        judged = word("short", n=self.figures.whole(w.short)) if w.short else word("none_short", n=self.figures.whole(many))
        bins = _used(w.bins)
        edge = w.asked if w.kind == "width" else 1.0
        asked = next((i for i, b in enumerate(bins) if b.low >= edge), len(bins))
        line = f"{word('asked')}: {self.figures.short(edge)}" + ("" if w.kind == "width" else "\u00d7")
        drawn = mirrored([(self._span(b, w.kind), b.proved, b.possible) for b in bins], asked,
                         (word("proved"), word("possible"), line), word("axis_width" if w.kind == "width" else "axis_ratio"),
                         self.figures, word("h_widths"))
        return self._section("h_widths", word("widths_text" if both else "widths_proved_only"), el("p", el("strong", judged)), _wide(drawn))

    def _span(self, b: Bin, kind: str) -> str:
        short = self.figures.short
        if b.high is None:
            return self.word("open") if kind == "width" else f"\u2265 {short(b.low)}"
        if kind == "width" and b.high == b.low + 1:
            return short(b.low)
        return f"{short(b.low)}\u2013{short(b.high - 1 if kind == 'width' else b.high)}"

    def possible(self) -> Markup | None:
        word, table = self.word, self.loss.possible
        if not table:
            return None
        return self._section("h_possible", word("possible_text"), _wide(possible_heat(
            table, self.loss.threshold, (word("true_value"), word("axis_value")), self.figures, word("h_possible"))))

    def combinations(self) -> Markup | None:
        lines = [line for line in self.loss.by_combination if line.tally.cells]
        if not lines:
            return None
        word = self.word
        free = [i for i, d in enumerate(self.view.dimensions) if len({line.at[i][1] for line in lines}) > 1] or [0]
        heads = [*((self.names[self.view.dimensions[i].name], False) for i in free), (word("cells"), True), (word("primary_short"), True),
                 (word("secondary_short"), True), (word("zero_short"), True), (word("value"), True), (word("value_withheld"), True),
                 (word("share"), True), ("", True)]
        dear = sorted(lines, key=lambda line: (-line.tally.value_withheld, -line.tally.share_value))[:MOST_COMBINATIONS]
        rest = el("details", el("summary", word("all_combinations", n=self.figures.whole(len(lines)))),
                  table_of(heads, (self._combination(line, free) for line in lines))) if len(lines) > len(dear) else None
        return self._section("h_combinations", word("combinations_text"), table_of(heads, (self._combination(x, free) for x in dear)), rest)

    def _combination(self, line: LevelLoss, free: list[int]) -> list[object]:
        t, whole = line.tally, self.figures.whole
        return [*(self._level(line.at[i][1]) for i in free), whole(t.cells), whole(t.primary), whole(t.secondary), whole(t.zero), self._value(t.value),
                self._value(t.value_withheld), self.figures.percent(t.share_value), small_bar(t.share_value)]

    def rules(self) -> Markup | None:
        word, whole = self.word, self.figures.whole
        heads = [(word("rule"), False), (word("cells"), True), (word("alone"), True), (word("value_alone"), True), (word("saved"), True),
                 (word("saved_value"), True)]
        rows = [[self._rule(r.rule), whole(r.cells), whole(r.alone), self._value(r.value_alone),
                 *(("\u2013", "\u2013") if r.rule == "zeros" else (word("not_run"), "") if r.saved is None
                   else (whole(r.saved[0]), self._value(r.saved[1])))] for r in self.loss.rules]
        return self._section("h_rules", word("rules_text"), table_of(heads, rows)) if rows else None

    def _rule(self, name: str) -> str:
        if name == "threshold":
            return self.word("rule_threshold_base" if self.loss.base > 1 else "rule_threshold", n=self.loss.threshold)
        return self.word("rule_zeros") if name == "zeros" else name

    def dearest(self) -> Markup:
        word, whole = self.word, self.figures.whole
        heads = [(word("cell"), False), (word("value"), True), (word("protects"), True), (word("among_them"), False)]
        rows = ([self._where(c), self._value(c.value), whole(c.protects), el("ul", [el("li", self._named(e)) for e in c.examples])
                 if c.examples else ""] for c in self.loss.dearest)
        if not self.loss.dearest:
            return self._section("h_dearest", word("dearest_none"))
        return self._section("h_dearest", word("dearest_text"), table_of(heads, rows))

    def margins(self) -> Markup | None:
        word, whole = self.word, self.figures.whole
        if not self.view.dimensions:
            return None
        heads = [(word("cell"), False), (word("status"), False), (word("value"), True), (word("covers"), True)]
        rows = ([self._where(c), el("span", word(f"{c.status}_short"), class_=f"pill {c.status}"), self._value(c.value), whole(c.covers)]
                for c in self.loss.margins)
        return self._section("h_margins", word("margins_text"), table_of(heads, rows)) if self.loss.margins else self._section(
            "h_margins", word("margins_none"))

    def reading(self) -> Markup:
        return self._section("h_read", self.word("read_text"))

    def _level(self, name: str) -> str:
        return f"{self.word('level')} {name}" if name.isdigit() else name

    def _value(self, value: int) -> str:
        return self.figures.value(value, self.loss.decimals)

    def _where(self, cell: CellLoss) -> str:
        return self._named(cell.cell)

    def _named(self, cell: int) -> str:
        return " \u00b7 ".join(self.view.label(cell, self.english))

    def _section(self, head: str, said: str, *inside: object) -> Markup:
        return el("section", el("h2", self.word(head)), el("p", said, class_="soft"), *inside)


def _counts(t: Tally) -> tuple[int, int, int, int]:
    return t.published, t.primary, t.secondary, t.zero


def _wide(picture: Markup) -> Markup:
    return el("figure", el("div", picture, class_="scroll"))


def _used(bins: Sequence[Bin]) -> list[Bin]:
    """Without the empty ones after the last that holds a cell."""
    last = max((i for i, b in enumerate(bins) if b.proved or b.possible), default=0)
    return list(bins[:last + 1])
