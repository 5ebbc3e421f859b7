"""Drawings of the benchmark: intervals beside each other, and the funnel. Neutral colours; their figures stand in tables on the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from math import log10

from celwacht.publish.areas.figures import said
from celwacht.publish.benchmark import chance
from celwacht.publish.benchmark.measured import Measured
from celwacht.publish.benchmark.wording import words
from celwacht.publish.serve.pages.area_drawings import end_of_axis, shown

FUNNEL = (680, 400)
LEFT, RIGHT, TOP, BOTTOM = 56, 20, 16, 52
Across = Callable[[float], float]
"""Where a size is drawn."""
Up = Callable[[Fraction], float]
"""Where a number is drawn."""
STEPS = 48
"""Points of each limit of a funnel."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Something with a number: its name, whether it is the region that the page is about, and what is said of it in words."""

    name: str
    measured: Measured
    own: bool = False
    note: str = ""


def intervals(rows: Sequence[Drawn], line: Measured, decimals: int, language: str) -> str:
    """A row for each: name, the bar of its interval with a dot, its number. line: the number that the upright line stands at."""
    numbers = [n for r in rows for n in (r.measured.high, r.measured.value.number) if n is not None]
    numbers += [line.value.number] if line.value.number is not None else []
    top = end_of_axis(max(numbers, default=Fraction(1)))
    made = "".join(_interval(r, line, top, decimals, language) for r in rows)
    return (
        f'<div class="intervals">{made}<div class="interval ends muted"><span></span><span class="axis-ends"><span>0</span>'
        f"<span>{escape(said(top, 0 if top >= 1 else 1, language))}</span></span><span></span></div></div>"
    )


def _interval(row: Drawn, line: Measured, top: Fraction, decimals: int, language: str) -> str:
    m = row.measured

    def x(number: Fraction) -> str:
        return f"{float(number / top) * 100:.2f}"

    drawn = '<line x1="0" x2="100" y1="10" y2="10" class="rule"/>'
    if line.value.number is not None:
        drawn += f'<line x1="{x(line.value.number)}" x2="{x(line.value.number)}" y1="0" y2="20" class="whole"/>'
    if m.low is not None and m.high is not None:
        drawn += f'<line x1="{x(m.low)}" x2="{x(m.high)}" y1="10" y2="10" class="reach"/>'
    if m.value.number is not None:
        drawn += f'<line x1="{x(m.value.number)}" x2="{x(m.value.number)}" y1="10" y2="10" class="dot"/>'
    ends = m.ends(decimals, language)
    told = f' <span class="muted">{escape(ends)}</span>' if ends else ""
    note = f' <span class="muted">{escape(row.note)}</span>' if row.note else ""
    return (
        f'<div class="interval{" own" if row.own else ""}"><span class="interval-name">{escape(row.name)}{note}</span>'
        f'<svg viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg><span class="interval-number"><b>{shown(m.value, language)}</b>{told}</span></div>'
    )


def funnel(rows: Sequence[Drawn], whole: Measured, outer: float, per: int, told: str, language: str) -> str:
    """Size to the right (logarithmic), number upwards, with the limits around the number of the whole. '' of fewer than three that are shown."""
    dotted = [r for r in rows if r.measured.of and r.measured.value.number is not None]
    share = whole.value.number
    if len(dotted) < 3 or share is None:
        return ""
    width, height = FUNNEL
    sizes = [float(r.measured.of or 1) for r in dotted]
    first, last = log10(min(sizes)) - 0.05, log10(max(sizes)) + 0.05
    top = end_of_axis(max([*(r.measured.value.number or Fraction(0) for r in dotted), share]))
    base = height - BOTTOM

    def x(size: float) -> float:
        return LEFT + (log10(size) - first) / (last - first) * (width - LEFT - RIGHT)

    def y(number: Fraction) -> float:
        return max(TOP, base - float(number / top) * (base - TOP))

    dots = "".join(_dot(r, x, y, language) for r in sorted(dotted, key=lambda r: r.own))
    limits = "".join(_limits(share, z, kind, (first, last), x, y, per) for z, kind in ((chance.WIDE, "inner"), (outer, "outer")))
    label = f"{told} {words(language, 'number')}: 0 – {said(top, 0 if top >= 1 else 1, language)}."
    return (
        f'<svg class="funnel" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">{_axes(top, first, last, x, y, language)}'
        f'<line x1="{LEFT}" x2="{width - RIGHT}" y1="{y(share):.1f}" y2="{y(share):.1f}" class="whole"/>{limits}{dots}</svg>'
    )


def _dot(row: Drawn, x: Across, y: Up, language: str) -> str:
    m = row.measured
    assert m.value.number is not None
    return (
        f'<g><title>{escape(row.name)}: {escape(m.value.text(language))}</title><circle cx="{x(float(m.of or 1)):.1f}" cy="{y(m.value.number):.1f}" '
        f'r="{6.5 if row.own else 3.4}" class="{"own" if row.own else "one"}"/></g>'
    )


def _limits(share: Fraction, z: float, kind: str, ends: tuple[float, float], x: Across, y: Up, per: int) -> str:
    """The lower and the upper limit over all sizes."""
    sizes = [10 ** (ends[0] + (ends[1] - ends[0]) * k / STEPS) for k in range(STEPS + 1)]
    pairs = [(size, chance.funnel(share, Fraction(round(size)), z, per)) for size in sizes]
    points = [[f"{x(size):.1f} {y(pair[side]):.1f}" for size, pair in pairs] for side in (0, 1)]
    return "".join(f'<path d="M{"L".join(line)}" class="limit {kind}"/>' for line in points)


def _axes(top: Fraction, first: float, last: float, x: Across, y: Up, language: str) -> str:
    width, height = FUNNEL
    base = height - BOTTOM
    places = next(p for p in range(4) if (top / 2 * 10**p).denominator == 1)
    rows = "".join(
        f'<line x1="{LEFT}" x2="{width - RIGHT}" y1="{y(v):.1f}" y2="{y(v):.1f}" class="grid"/>'
        f'<text x="{LEFT - 8}" y="{y(v) + 4:.1f}" text-anchor="end" class="tick">{escape(said(v, places, language))}</text>'
        for v in (Fraction(0), top / 2, top)
    )
    marks: list[int] = []
    for steps in ((1,), (1, 2, 5)):  # the powers of ten; more of them where there is one at most
        if len(marks) < 2:
            marks = [k * 10**power for power in range(8) for k in steps if first <= log10(k * 10**power) <= last]
    columns = "".join(
        f'<text x="{x(size):.1f}" y="{base + 20}" text-anchor="middle" class="tick">{escape(said(Fraction(size), 0, language))}</text>'
        for size in marks
    )
    name = f'<text x="{width - RIGHT}" y="{base + 42}" text-anchor="end" class="tick">{escape(words(language, "people"))}</text>'
    return f'{rows}<line x1="{LEFT}" x2="{width - RIGHT}" y1="{base}" y2="{base}" class="axis"/>{columns}{name}'
