"""A map of regions as SVG: shades of a rate, circles of a count, a legend; for a page, whose colours it takes, and for paper.

What is withheld is hatched, and never drawn as 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from math import floor, log10, sqrt

from celwacht.publish.areas.figures import Value, said
from celwacht.publish.areas.wording import unit_in, words
from celwacht.publish.publication.publication import WITHHELD
from celwacht.publish.reports.hexagons import Plane, Room, plane
from celwacht.publish.reports.mapped import CLASSES, MadeMap, borders, class_of, name_of, number_of, titled
from celwacht.publish.reports.own_plane import own_plane

LINE = 12
"""Height of a line of a name."""
LEAST = 3
"""Regions from which on there is a map."""
WIDE, SIDE, HIGH = 450, 230, 560
"""Room for the regions and for the legend beside them, and height at most."""
SPREAD = {1: (2,), 2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}
"""Number of classes -> which of the five shades they get: few classes lie far apart."""
PAPER = {
    "k0": "#dbe9f6",
    "k1": "#abcde8",
    "k2": "#6ea8d6",
    "k3": "#2c78b3",
    "k4": "#0b4373",
    "none": "#f2f4f5",
    "plain": "#ffffff",
    "ink": "#1a2733",
    "line": "#ffffff",
    "edge": "#c5d0d8",
    "ring": "#4a5b68",
    "hatch": "#8a94a1",
}
"""Colours on paper; on the page they are those of the viewer, light and dark (style/area.css)."""
TO, AND_MORE = {"nl": "{} tot {}", "en": "{} to under {}"}, {"nl": "{} en meer", "en": "{} and more"}
NO_DATA = {"nl": "niet in de tabel", "en": "not in the table"}


def map_svg(made: MadeMap, language: str, number: str, paper: bool = False) -> str:
    """The drawing: on a page map and legend, which stand below each other where it is narrow; on paper one picture with its colours in it.

    '' where fewer than LEAST regions have a place on the map. number: that of the section, for names within the page.
    """
    codes = {c.code for c, _ in made.rows}
    surface = own_plane(made.outlines, codes, WIDE, HIGH) if made.outlines else plane(made.level, codes, WIDE, HIGH)
    if surface is None or len(surface.shapes) < LEAST:
        return ""
    printed = [v for _, v in made.rows if v.number is not None]
    limits = borders([number_of(v) for v in printed], printed[0].decimals) if printed else []
    most = max((number_of(v) for v in printed), default=Fraction(1)) or Fraction(1)
    drawing = _Drawing(made, surface, language, f"h{number.replace('.', '-')}", paper, printed, limits, most)
    high, side = surface.height + 8, drawing.legend_height()
    if paper:
        font = 'font-family="Libertinus Serif" xmlns="http://www.w3.org/2000/svg"'
        return f'<svg viewBox="0 0 {WIDE + SIDE} {max(high, side):.0f}" {font}>{drawing.drawn()}{drawing.legend(WIDE + 16)}</svg>'
    return (
        f'<div class="map-drawn"><svg viewBox="0 0 {WIDE} {high:.0f}" role="img" aria-label="{escape(made.told(language))}">{drawing.drawn()}</svg>'
        f'<svg viewBox="0 0 {SIDE + 20} {side:.0f}" aria-hidden="true">{drawing.legend(4)}</svg></div>'
    )


@dataclass(frozen=True, slots=True)
class _Drawing:
    made: MadeMap
    surface: Plane
    language: str
    hatch: str
    paper: bool
    printed: Sequence[Value]
    limits: Sequence[Fraction]
    """Borders of the classes of a rate."""
    most: Fraction
    """The largest count."""

    def drawn(self) -> str:
        tiles, over = "", ""
        values = {c.code: (c, v) for c, v in self.made.rows}
        for shape in self.surface.shapes:
            code, value = values[shape.code]
            kind, figure = self._kind(value), value.text(self.language) or "–"
            title = "" if self.paper else f"<title>{escape(name_of(code, self.language))}: {escape(figure)}</title>"
            tiles += f"<g>{title}{self._path(shape.path, kind)}{self._circle(shape.x, shape.y, value)}</g>"
            over += f'<path d="{shape.ring}"{self._of("ring", "stroke")}/>' if self.surface.ringed else ""
            over += self._named(shape.rooms, name_of(code, self.language), kind)
        context = self._path(self.surface.context, "none") if self.surface.context else ""
        lines = (
            f'<path d="{self.surface.provinces}"{self._of("ring", "stroke")}/>'
            if self.surface.provinces and not self.surface.ringed
            else ""
        )
        pattern = (
            f'<defs><pattern id="{self.hatch}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            f'<rect width="5" height="5"{self._of("plain")}/><path d="M0 0V5"{self._of("hatch", "stroke")}/></pattern></defs>'
        )
        return pattern + context + tiles + lines + over

    def _of(self, kind: str, what: str = "fill") -> str:
        """The looks of a kind: a class, or its colour on paper."""
        if not self.paper:
            return f' class="m-{kind}"'
        return f' fill="{PAPER[kind]}"' if what == "fill" else f' fill="none" stroke="{PAPER[kind]}" stroke-width="1.4"'

    def _path(self, path: str, kind: str) -> str:
        edge = f' stroke="{PAPER["edge" if kind in ("plain", "none") else "line"]}" stroke-width="0.8"' if self.paper else ""
        if kind == "withheld":
            looks = ' class="m-withheld"'
            return f'<path d="{path}" fill="url(#{self.hatch})"{edge or looks}/>'
        return f'<path d="{path}"{self._of(kind)}{edge}/>'

    def _kind(self, value: Value) -> str:
        if value.state == WITHHELD:
            return "withheld"
        if value.number is None:
            return "none"
        if self.made.draws == "circles":
            return "plain"
        return f"k{SPREAD[max(1, len(self.limits) - 1)][class_of(value.number, self.limits)]}"

    def _radius(self, number: Fraction) -> float:
        """Areas are in proportion to counts; the largest fits its region."""
        return self.surface.unit * (0.8 if self.surface.ringed else 0.47) * sqrt(number / self.most)

    def _circle(self, x: float, y: float, value: Value) -> str:
        if self.made.draws != "circles" or not value.number:
            return ""
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{self._radius(value.number):.1f}"{self._of("k3")}/>'

    def _named(self, rooms: Sequence[Room], name: str, kind: str) -> str:
        """The name where it fits, in one line or two, at about half a letter's height a letter; never over another region, whose shade
        may be as light as its letters."""
        if self.made.draws == "circles":
            return ""
        fits = ((lines, room) for most in (1, 2) for room in rooms if (lines := _fitting(name, room, most)))
        lines, room = next(fits, ([], None))
        if room is None:
            return ""
        x, y = room.x, room.y
        tone = "plain" if kind in ("k3", "k4") else "ink"
        looks = f' fill="{PAPER[tone]}"' if self.paper else f' class="m-name {"on" if tone == "plain" else ""}"'
        return "".join(
            f'<text x="{x:.1f}" y="{y + 4 + LINE * (n - (len(lines) - 1) / 2):.1f}" text-anchor="middle" font-size="11"{looks}>{escape(line)}</text>'
            for n, line in enumerate(lines)
        )

    def _keys(self) -> list[tuple[str, str]]:
        """(kind, text) per line of the legend."""
        made, states = self.made, {v.state for _, v in self.made.rows}
        found: list[tuple[str, str]] = []
        if made.draws == "rate":
            limits, places = self.limits, self.printed[0].decimals if self.printed else 0
            alone = len({v.number for v in self.printed}) <= CLASSES
            for k in range(len(limits) - 1):
                a, b = said(limits[k], places, self.language), said(limits[k + 1], places, self.language)
                text = a if alone else (AND_MORE if k == len(limits) - 2 else TO)[self.language].format(a, b)
                found.append((f"k{SPREAD[len(limits) - 1][k]}", text))
        if WITHHELD in states:
            found.append(("withheld", f". {words(self.language, 'notShown')}"))
        if self.surface.context:
            found.append(("none", NO_DATA[self.language]))
        return found

    def _sizes(self) -> list[Fraction]:
        """Three round counts whose circles stand in the legend, the largest first."""
        if self.made.draws == "rate" or not self.printed or self.most < 1:
            return []
        step = 10 ** floor(log10(self.most))
        large = self.most // step * step
        return sorted({Fraction(x) for x in (large, round(large / 4), round(large / 20)) if x}, reverse=True)

    def legend_height(self) -> float:
        return 66 + 24 * len(self._keys()) + sum(max(24.0, 2 * self._radius(s) + 6) for s in self._sizes())

    def legend(self, left: float) -> str:
        """What shades, circles and hatching stand for, from `left` on."""
        x, y = left, 22.0
        name = f' fill="{PAPER["ink"]}"' if self.paper else ' class="m-name"'

        def write(at: float, down: float, text: str) -> str:
            return f'<text x="{at:.0f}" y="{down:.1f}" font-size="13"{name}>{escape(text)}</text>'

        heads, sizes = [*_wrapped(unit_in(self.made.unit, self.language), 32), titled(self.made.period, self.language)], self._sizes()
        out = "".join(write(x, y + 16 * n, line) for n, line in enumerate(heads))
        y += 16 * len(heads)
        full = max((self._radius(s) for s in sizes), default=0.0)
        for size in sizes:
            r = self._radius(size)
            step = max(24.0, 2 * r + 6)
            out += f'<circle cx="{x + full:.1f}" cy="{y + step / 2 - 6:.1f}" r="{r:.1f}"{self._of("k3")}/>'
            out += write(x + 2 * full + 10, y + step / 2 - 2, said(size, 0, self.language))
            y += step
        y += 6
        for kind, text in self._keys():
            box = f"M{x:.0f} {y - 11:.1f}h26v17h-26Z"
            out += self._path(box, kind) + write(x + 34, y + 2, text)
            y += 24
        return out


def _fitting(name: str, room: Room, most: int) -> list[str]:
    """The lines of a name in a room of a region, at most so many; none where it does not fit."""
    lines = _wrapped(name, int((room.width - 4) / 5.8))
    return lines if len(lines) <= most and len(lines) * LINE <= room.height else []


def _wrapped(name: str, room: int) -> list[str]:
    """A text in one line or two of `room` letters; none where it does not fit."""
    if len(name) <= room:
        return [name]
    parts = name.replace("-", "- ").split()
    pairs = [(" ".join(parts[:k]).replace("- ", "-"), " ".join(parts[k:]).replace("- ", "-")) for k in range(1, len(parts))]
    best = min(pairs, key=lambda pair: max(map(len, pair)), default=("", name))
    return list(best) if max(map(len, best)) <= room else []
