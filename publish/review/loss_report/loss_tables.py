"""The tables of the report of the loss: combinations of levels, rules, dearest cells, withheld totals. Confidential."""

from __future__ import annotations

from celwacht.disclosure.loss.loss import LevelLoss, RuleLoss
from celwacht.publish.review.loss_report.charts import small_bar
from celwacht.publish.review.loss_report.markup import Markup, el
from celwacht.publish.review.loss_report.sections import Pen, table_of

MOST_COMBINATIONS = 10
"""Combinations of levels shown before the rest, which is folded up."""


def combinations(pen: Pen) -> Markup | None:
    """Where the loss falls; dimensions of one level are left out."""
    lines = [line for line in pen.loss.by_combination if line.tally.cells]
    if not lines:
        return None
    dimensions = pen.view.dimensions
    free = [i for i in range(len(dimensions)) if len({line.at[i][1] for line in lines}) > 1] or [0]
    keys = ("cells", "primary_short", "secondary_short", "zero_short", "value", "value_withheld", "share")
    heads = [*((pen.names[dimensions[i].name], False) for i in free), *((pen.word(k), True) for k in keys), ("", True)]
    by_loss = sorted(lines, key=lambda line: (-line.tally.value_withheld, -line.tally.share_value))
    shown = table_of(heads, (_combination(pen, x, free) for x in by_loss[:MOST_COMBINATIONS]))
    rest = None
    if len(lines) > MOST_COMBINATIONS:
        rest = el(
            "details",
            el("summary", pen.word("all_combinations", n=pen.whole(len(lines)))),
            table_of(heads, (_combination(pen, x, free) for x in lines)),
        )
    return pen.section("h_combinations", pen.word("combinations_text"), shown, rest)


def _combination(pen: Pen, line: LevelLoss, free: list[int]) -> list[object]:
    t = line.tally
    return [
        *(pen.level(line.at[i][1]) for i in free),
        *map(pen.whole, (t.cells, t.primary, t.secondary, t.zero)),
        pen.value(t.value),
        pen.value(t.value_withheld),
        pen.figures.percent(t.share_value),
        small_bar(t.share_value),
    ]


def rules(pen: Pen) -> Markup | None:
    """What each rule costs."""
    keys = ("cells", "alone", "value_alone", "saved", "saved_value")
    heads = [(pen.word("rule"), False), *((pen.word(k), True) for k in keys)]
    rows = [[_rule(pen, r.rule), pen.whole(r.cells), pen.whole(r.alone), pen.value(r.value_alone), *_saved(pen, r)] for r in pen.loss.rules]
    return pen.section("h_rules", pen.word("rules_text"), table_of(heads, rows)) if rows else None


def _rule(pen: Pen, name: str) -> str:
    if name == "threshold":
        return pen.word("rule_threshold_base" if pen.loss.base > 1 else "rule_threshold", n=pen.loss.threshold)
    return pen.word("rule_zeros") if name == "zeros" else name


def _saved(pen: Pen, rule: RuleLoss) -> tuple[str, str]:
    if rule.rule == "zeros":
        return "\u2013", "\u2013"
    return (pen.word("not_run"), "") if rule.saved is None else (pen.whole(rule.saved[0]), pen.value(rule.saved[1]))


def dearest(pen: Pen) -> Markup:
    """The dearest secondary cells, with what they protect."""
    if not pen.loss.dearest:
        return pen.section("h_dearest", pen.word("dearest_none"))
    heads = [(pen.word("cell"), False), (pen.word("value"), True), (pen.word("protects"), True), (pen.word("among_them"), False)]
    rows = (
        [
            pen.cell(c.cell),
            pen.value(c.value),
            pen.whole(c.protects),
            el("ul", [el("li", pen.cell(e)) for e in c.examples]) if c.examples else "",
        ]
        for c in pen.loss.dearest
    )
    return pen.section("h_dearest", pen.word("dearest_text"), table_of(heads, rows))


def margins(pen: Pen) -> Markup | None:
    """The largest withheld totals."""
    if not pen.view.dimensions:
        return None
    if not pen.loss.margins:
        return pen.section("h_margins", pen.word("margins_none"))
    heads = [(pen.word("cell"), False), (pen.word("status"), False), (pen.word("value"), True), (pen.word("covers"), True)]
    rows = (
        [pen.cell(c.cell), el("span", pen.word(f"{c.status}_short"), class_=f"pill {c.status}"), pen.value(c.value), pen.whole(c.covers)]
        for c in pen.loss.margins
    )
    return pen.section("h_margins", pen.word("margins_text"), table_of(heads, rows))
