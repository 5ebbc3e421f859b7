"""Drawings of a profile as SVG: the spine, bars of 100 %, lines over the years. No colour says good or bad; what is not shown is never drawn as 0.

Every drawing has its figures in a table on the page, and says them in its label.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from html import escape

from celwacht.publish.areas.figures import Value, said
from celwacht.publish.areas.profile import Part, Profile, Row, Spread, Tile, Trend, parts_of, segments
from celwacht.publish.areas.wording import STARS, in_language, starred, words
from celwacht.publish.publication.publication import WITHHELD

WIDE = 300
"""Width of the drawing of a spread, in its own units."""
SERIES = 8
"""Colours for the parts of a bar; the last is for all that come after."""
LINES = (360, 190)
"""Width and height of a drawing of lines; about the pixels that it gets."""
LEFT, RIGHT, TOP, BOTTOM = 38, 24, 12, 42


def shown(value: Value, language: str) -> str:
    """A number as HTML; what is withheld is said to who cannot see its dot."""
    text = value.text(language) or "–"
    if value.state != WITHHELD:
        return escape(text)
    return f'<span aria-hidden="true">.</span><span class="vh">{escape(words(language, "not"))}</span>'


def spine(title: str, tile: Tile, spread: Spread, language: str) -> str:
    """All gemeenten, their middle half, the middle one, and this region."""
    low, quarter, middle, three, high = spread.points
    places = max(tile.values[0].decimals, 0)

    def x(number: Fraction) -> str:
        return f"{8 + float((number - low) / ((high - low) or 1)) * (WIDE - 16):.1f}"

    names = dict(zip(("low", "quarter", "three", "high"), (said(n, places, language) for n in (low, quarter, three, high))))
    told = words(language, "spreadText", shown=str(spread.shown), all=str(spread.all), **names)
    own = tile.values[0].number
    dot = f'<circle cx="{x(min(max(own, low), high))}" cy="14" r="6" class="own"/>' if own is not None else ""
    label = f"{words(language, 'spread', name=title)}. {told}"
    return (
        f'<svg class="spine" viewBox="0 0 {WIDE} 28" role="img" aria-label="{escape(label)}">'
        f'<rect x="8" y="10" width="{WIDE - 16}" height="8" rx="4" class="all"/>'
        f'<rect x="{x(quarter)}" y="10" width="{max(2.0, float(x(three)) - float(x(quarter))):.1f}" height="8" class="half"/>'
        f'<line x1="{x(middle)}" x2="{x(middle)}" y1="5" y2="23" class="middle"/>{dot}</svg>'
        f'<p class="ends muted"><span>{escape(names["low"])}</span><span>{escape(names["high"])}</span></p>'
    )


def whole_bars(profile: Profile, part: Part, language: str) -> str:
    """One bar of 100 % for each region; the part of it that is not shown is hatched, and says so."""
    rows = parts_of(part)
    if len(rows) < 2 or not part.divides:
        return ""
    bars = "".join(
        f'<div class="hundred"><span class="hundred-name">{escape(region.full)}</span>{_whole_bar(rows, k, language)}</div>'
        for k, region in enumerate(profile.regions)
    )
    hidden = any(r.shares[k].number is None for r in rows for k in range(len(profile.regions)))
    keys = [(f"q{min(n, SERIES - 1)}", in_language(r.title, language)) for n, r in enumerate(rows)]
    if hidden:
        keys.append(("rest", words(language, "notShown")))
    legend = "".join(
        f'<li><svg viewBox="0 0 14 14" aria-hidden="true"><rect width="14" height="14" class="{kind}"/>{_hatch(0, 14, 14) if kind == "rest" else ""}</svg>{escape(name)}</li>'
        for kind, name in keys
    )
    return f'<div class="hundreds">{bars}<ul class="key-list">{legend}</ul></div>'


def _whole_bar(rows: Sequence[Row], region: int, language: str) -> str:
    told = "; ".join(f"{in_language(r.title, language)} {_said(r.shares[region], language)}" for r in rows)
    if all(r.shares[region].number is None for r in rows):
        return f'<span class="muted hundred-none">{escape(words(language, "notShown"))}</span>'
    drawn, at = "", 0.0
    for n, length in segments(rows, region):
        kind = "rest" if n is None else f"q{min(n, SERIES - 1)}"
        title = (
            words(language, "notShown")
            if n is None
            else f"{in_language(rows[n].title, language)}: {_said(rows[n].shares[region], language)}"
        )
        drawn += f'<g><title>{escape(title)}</title><rect x="{at:.2f}" y="0" width="{max(length, 0):.2f}" height="20" class="{kind}"/>{_hatch(at, length, 20) if n is None else ""}</g>'
        at += length
    return f'<svg class="hundred-bar" viewBox="0 0 100 20" preserveAspectRatio="none" role="img" aria-label="{escape(told)}">{drawn}</svg>'


def _hatch(at: float, length: float, height: int) -> str:
    """Upright lines over a stretch of a bar."""
    step = 1.5 if height == 20 else 3.5
    lines = "".join(f"M{at + k * step:.2f} 0V{height}" for k in range(1, int(length / step) + 1))
    return f'<path d="{lines}" class="hatch"/>' if lines else ""


def _said(value: Value, language: str) -> str:
    if value.number is None:
        return words(language, "not") if value.state == WITHHELD else "–"
    return f"{value.text(language)} %"


def lines(names: Sequence[str], trend: Trend, language: str) -> str:
    """Lines over the periods, from zero on; what is withheld breaks its line and stands as a dot under the axis."""
    width, height = LINES
    numbers = [v.number for row in trend.values for v in row if v.number is not None]
    top = end_of_axis(max(numbers, default=Fraction(1)))
    base, step = height - BOTTOM, (width - LEFT - RIGHT) / (len(trend.periods) - 1)

    def x(n: int) -> float:
        return LEFT + n * step

    def y(number: Fraction) -> float:
        return base - float(number / top) * (base - TOP)

    places = 0 if top >= 10 or (top.denominator == 1 and int(top) % 2 == 0) else 1
    grid = "".join(
        f'<line x1="{LEFT}" x2="{width - RIGHT}" y1="{y(v):.1f}" y2="{y(v):.1f}" class="grid"/>'
        f'<text x="{LEFT - 6}" y="{y(v) + 4:.1f}" text-anchor="end" class="tick">{escape(said(v, places, language))}</text>'
        for v in (Fraction(0), top / 2, top)
    )
    every = -(-len(trend.periods) // 4)
    ticks = "".join(
        f'<text x="{x(n):.1f}" y="{base + 18}" text-anchor="middle" class="tick">{escape(starred(p, language))}</text>'
        for n, p in enumerate(trend.periods)
        if (len(trend.periods) - 1 - n) % every == 0
    )
    drawn = "".join(_line(trend, k, x, y, base) for k in reversed(range(len(trend.values))))
    told = "; ".join(f"{r}: {', '.join(_said(v, language) for v in row)}" for r, row in zip(names, trend.values))
    return (
        f'<svg class="lines" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(told)}">{grid}'
        f'<line x1="{LEFT}" x2="{width - RIGHT}" y1="{base}" y2="{base}" class="axis"/>{ticks}{drawn}</svg>'
    )


def _line(trend: Trend, region: int, x: Callable[[int], float], y: Callable[[Fraction], float], base: int) -> str:
    """One line with its points; a stretch towards a provisional figure is dashed."""
    out, before = "", None
    for n, (period, value) in enumerate(zip(trend.periods, trend.values[region])):
        if value.number is None:
            if value.state == WITHHELD:
                out += f'<circle cx="{x(n) + 7 * region - 7:.1f}" cy="{base + 32}" r="3.5" class="mark l{region} hollow"/>'
            before = None
            continue
        at = (x(n), y(value.number))
        if before:
            dashed = ' stroke-dasharray="5 4"' if period.status in STARS else ""
            out += f'<line x1="{before[0]:.1f}" y1="{before[1]:.1f}" x2="{at[0]:.1f}" y2="{at[1]:.1f}" class="line l{region}"{dashed}/>'
        out += f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{4.2 if region == 0 else 3.2}" class="mark l{region}"/>'
        before = at
    return out


def end_of_axis(most: Fraction) -> Fraction:
    """The end of an axis that begins at zero: 1, 2, 4, 5 or 10 times a power of ten, no lower than `most`."""
    power = Fraction(1, 10)
    while True:
        for step in (1, 2, 4, 5):
            if most <= step * power:
                return step * power
        power *= 10


def legend(names: Sequence[str]) -> str:
    """Which line is whose."""
    return (
        '<ul class="key-list">'
        + "".join(
            f'<li><svg viewBox="0 0 26 14" aria-hidden="true"><line x1="0" x2="26" y1="7" y2="7" class="line l{k}"/><circle cx="13" cy="7" r="{4.2 if k == 0 else 3.2}" class="mark l{k}"/></svg>{escape(r)}</li>'
            for k, r in enumerate(names)
        )
        + "</ul>"
    )
