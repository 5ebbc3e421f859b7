"""The charts of the report of the loss as inline SVG: bars per level, the histogram of widths, what stays possible.

Numbers in, markup out. Colours are classes (style.py), so that one drawing serves light, dark and paper.
"""

from __future__ import annotations

from collections.abc import Sequence

from celwacht.publish.review.loss_report.markup import Figures, Markup, el

WIDE = 1000
STATUSES = ("published", "primary", "secondary", "zero")


def svg(width: float, height: float, *inside: object, label: str) -> Markup:
    """A picture that fills its column; label: what it shows, for who cannot see it."""
    return el("svg", el("title", label), *inside, viewBox=f"0 0 {width:g} {height:g}", role="img", class_="chart")


def words_at(x: float, y: float, said: object, **more: object) -> Markup:
    """A text whose baseline begins (or, by class, ends or is centred) at a point."""
    return el("text", said, x=f"{x:.2f}", y=f"{y:.2f}", **more)


def box(x: float, y: float, width: float, height: float, class_: str, tip: str | None = None, **more: object) -> Markup:
    """A rectangle; tip: what it says when pointed at."""
    return el(
        "rect",
        el("title", tip) if tip else None,
        x=f"{x:.2f}",
        y=f"{y:.2f}",
        width=f"{max(width, 0):.2f}",
        height=f"{height:.2f}",
        class_=class_,
        **more,
    )


def legend(entries: Sequence[tuple[str, str]]) -> Markup:
    """(class, words) as a line of swatches, outside the picture so that it wraps."""

    def swatch(kind: str) -> Markup:
        return el("svg", box(0, 0, 12, 12, kind), viewBox="0 0 12 12", width=12, height=12, aria_hidden="true")

    return el("p", [el("span", swatch(kind), said, class_="key") for kind, said in entries], class_="legend")


def level_bars(rows: Sequence[tuple[str, str, tuple[int, int, int, int], float]], shown_as: str, figures: Figures, label: str) -> Markup:
    """rows: (dimension, level, cells published / primary / secondary / zero, share of value withheld).

    What is withheld begins at the left, so that bars compare. shown_as: class of the published.
    """
    left, span, y, drawn, last = 250, WIDE - 455, 6, [], None
    for dimension, level, counts, share in rows:
        if dimension != last:
            y += 22 if last is not None else 12
            drawn.append(words_at(0, y + 2, dimension, class_="head"))
            y, last = y + 12, dimension
        whole, withheld, total = figures.whole, sum(counts[1:]), max(sum(counts), 1)
        drawn.append(box(left, y, span, 14, shown_as))
        x = float(left)
        for kind, n in zip(STATUSES[1:], counts[1:]):
            if n:
                drawn.append(box(x, y, span * n / total, 14, kind, f"{level}: {whole(n)} / {whole(sum(counts))}"))
                x += span * n / total
        drawn += [
            words_at(left - 10, y + 12, cut(level, 36), class_="end"),
            words_at(left + span + 10, y + 12, f"{whole(withheld)} / {whole(sum(counts))}"),
            words_at(WIDE, y + 12, figures.percent(withheld / total), class_="end strong"),
            box(left, y + 16, span, 4, "track"),
            box(left, y + 16, span * share, 4, "ink"),
        ]
        y += 28
    return svg(WIDE, y + 4, drawn, label=label)


def cut(said: str, most: int) -> str:
    """A label that is not longer than `most`."""
    return said if len(said) <= most else said[: most - 1] + "\u2026"


def mirrored(
    bins: Sequence[tuple[str, int, int | None]], asked: int, names: tuple[str, str, str], axis: str, figures: Figures, label: str
) -> Markup:
    """The histogram of widths: bins of (words under the bar, proved, possible at most).

    asked: the bin at which the widths that are asked begin. names: of the upper bars, the lower ones, and the line.
    """
    left, up, base, whole = 70, 170, 212, figures.whole
    down = 110 if any(b[2] is not None for b in bins) else 0
    step = (WIDE - left) / max(len(bins), 1)
    most_up, most_down = max(1, *(b[1] for b in bins)), max(1, *(b[2] or 0 for b in bins))
    drawn = [el("line", x1=left, x2=WIDE, y1=base, y2=base, class_="axis")]
    for i, (said, proved, may) in enumerate(bins):
        x, high, low = left + i * step, up * proved / most_up, down * (may or 0) / most_down
        kind = "bad" if i < asked else "secondary"
        drawn += [
            box(x + 1, base - high, step - 2, high, kind, f"{said}: {whole(proved)}"),
            words_at(x + step / 2, base + 13, said, class_="mid small"),
        ]
        if proved:
            drawn.append(words_at(x + step / 2, base - high - 4, whole(proved), class_="mid small strong"))
        if may:
            drawn += [
                box(x + 1, base + 20, step - 2, low, "ghost", f"{said}: {whole(may)}"),
                words_at(x + step / 2, base + 32 + low, whole(may), class_="mid small"),
            ]
    x = f"{left + asked * step:.2f}"
    drawn += [
        words_at(0, base - up / 2, names[0], class_="strong"),
        words_at(0, base + 45, names[1]) if down else None,
        el("line", x1=x, x2=x, y1=base - up - 34, y2=base + 4, class_="mark"),
        words_at(left + asked * step + 5, base - up - 24, names[2], class_="strong"),
    ]
    bottom = base + (45 + down if down else 22)
    return svg(WIDE, bottom + 18, drawn, words_at(WIDE, bottom + 10, axis, class_="end"), label=label)


def possible_heat(table: Sequence[Sequence[int]], threshold: int, axes: tuple[str, str], figures: Figures, label: str) -> Markup:
    """table[v - 1][x]: cells of true value v whose proved interval holds x. axes: names of rows and columns."""
    columns = max((i + 1 for row in table for i, n in enumerate(row) if n), default=1)
    size, left, top = min(34.0, (WIDE - 190) / columns), 130, 34
    drawn = [words_at(left, 12, axes[1]), words_at(left - 30, top - 8, axes[0], class_="end")]
    drawn += [words_at(left + (x + 0.5) * size, top - 8, str(x), class_="mid small") for x in range(columns) if size > 15 or x % 5 == 0]
    for v, row in enumerate(table, 1):
        of, y = row[v] if v < len(row) else 0, top + (v - 1) * size
        drawn += [
            words_at(left - 36, y + size / 2 + 4, str(v), class_="end strong"),
            words_at(left + columns * size + 8, y + size / 2 + 4, figures.whole(of), class_="small"),
        ]
        shares = [row[x] / of if of and x < len(row) else 0.0 for x in range(columns)]
        drawn += [_square(left + x * size, y, size, share, f"{v} \u2192 {x}", figures) for x, share in enumerate(shares)]
        drawn.append(box(left + v * size + 1, y + 1, size - 2, size - 2, "outline"))
    if 0 < threshold < columns:
        at, end = f"{left + threshold * size:.2f}", f"{top + len(table) * size:.2f}"
        drawn.append(el("line", x1=at, x2=at, y1=top - 6, y2=end, class_="mark"))
    return svg(WIDE, top + len(table) * size + 8, drawn, label=label)


def _square(x: float, y: float, size: float, share: float, tip: str, figures: Figures) -> list[Markup]:
    """A share as a shade, with its figure where there is room."""
    place = (x + 1, y + 1, size - 2, size - 2)
    drawn = [box(*place, "track")]
    if share:
        drawn.append(box(*place, "heat", f"{tip}: {figures.percent(share)}", fill_opacity=f"{share:.3f}"))
    if share >= 0.005 and size > 24:
        kind = "mid figure onheat" if share > 0.5 else "mid figure"
        drawn.append(words_at(x + size / 2, y + size / 2 + 4, f"{100 * share:.0f}", class_=kind))
    return drawn


def small_bar(share: float, class_: str = "secondary") -> Markup:
    """A bar of 0 to 1 for a row of a table."""
    return el(
        "svg",
        box(0, 0, 100, 8, "track"),
        box(0, 0, 100 * min(max(share, 0), 1), 8, class_),
        viewBox="0 0 100 8",
        width=100,
        height=8,
        aria_hidden="true",
        preserveAspectRatio="none",
        class_="bar",
    )
