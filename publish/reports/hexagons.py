"""Where regions stand on the map of a report: the hexagons of the viewer's map, one for each gemeente.

    column 2, row 1 -> centre (2.5, 0.866): a row lies half a hexagon to the right of the one above it

A region is the hexagons of its gemeenten; a border is every edge between two hexagons of different regions. Lengths are in widths of a hexagon.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache

from celwacht.publish import viewer

ROW, RADIUS = math.sqrt(0.75), 1 / math.sqrt(3)
LEVELS = ("GM", "JZ", "PV")
"""Gemeente, jeugdregio and province: what regions can be on the map."""
ROOM = 0.8
"""Around regions that are not the whole country, in which their neighbours are seen."""


@dataclass(frozen=True, slots=True)
class Tile:
    gemeente: str
    column: int
    row: int
    region: Mapping[str, str]
    """Level -> the region of that level in which it lies."""

    @property
    def x(self) -> float:
        return self.column + 0.5 * (self.row % 2)

    @property
    def y(self) -> float:
        return self.row * ROW


@dataclass(frozen=True, slots=True)
class Room:
    """A rectangle that lies wholly within a region: its middle, its width and its height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Shape:
    """A region: its outline and its inner lines as SVG paths, its middle, and where there is room for words, nearest the middle first."""

    code: str
    path: str
    ring: str
    x: float
    y: float
    rooms: tuple[Room, ...]


@dataclass(frozen=True, slots=True)
class Plane:
    """Regions on a surface of width by height; context: the other hexagons in sight; provinces: where a region of another province lies next to one of them. unit: width of a hexagon."""

    width: float
    height: float
    unit: float
    shapes: tuple[Shape, ...]
    context: str
    provinces: str
    ringed: bool = True
    """Whether a region may be of several pieces, with a line around them."""


@cache
def tiles() -> tuple[Tile, ...]:
    """The hexagons, in order of code."""
    listed = json.loads((viewer.FOLDER / "map" / "tiles.json").read_text(encoding="utf-8"))
    return tuple(Tile(code, x, y, {"GM": code, "PV": province, "JZ": youth}) for code, (x, y, province, youth) in sorted(listed.items()))


def plane(level: str, codes: Collection[str], width: float, height: float) -> Plane | None:
    """The regions of a level that are among codes, as large as fits; None where none of them is on the map."""
    own = [t for t in tiles() if t.region[level] in codes]
    if not own:
        return None
    room = ROOM if len(own) < len(tiles()) else 0.0
    left, right = min(t.x for t in own) - 0.55 - room, max(t.x for t in own) + 0.55 + room
    top, bottom = min(t.y for t in own) - RADIUS - 0.05 - room, max(t.y for t in own) + RADIUS + 0.05 + room
    unit = min(width / (right - left), height / (bottom - top), 96.0)
    pen = _Pen(left, top, unit)
    seen = [t for t in tiles() if left - 0.5 < t.x < right + 0.5 and top - 0.5 < t.y < bottom + 0.5]
    grouped: dict[str, list[Tile]] = defaultdict(list)
    for tile in own:
        grouped[tile.region[level]].append(tile)
    return Plane(
        (right - left) * unit,
        (bottom - top) * unit,
        unit,
        tuple(pen.shape(code, group, level) for code, group in sorted(grouped.items())),
        "".join(pen.hexagon(t) for t in seen if t.region[level] not in codes),
        pen.edges(own, lambda a, b: b is not None and a.region["PV"] != b.region["PV"]),
        level != "GM",
    )


@cache
def _at() -> dict[tuple[int, int], Tile]:
    return {(t.column, t.row): t for t in tiles()}


def _around(tile: Tile) -> list[Tile | None]:
    """The six neighbours in the order of the edges, from upper right clockwise."""
    x, y, s = tile.column, tile.row, tile.row % 2
    places = [(x + s, y - 1), (x + 1, y), (x + s, y + 1), (x - 1 + s, y + 1), (x - 1, y), (x - 1 + s, y - 1)]
    return [_at().get(place) for place in places]


@dataclass(frozen=True, slots=True)
class _Pen:
    left: float
    top: float
    unit: float

    def corner(self, tile: Tile, k: int) -> str:
        angle = k * math.pi / 3
        x, y = tile.x - self.left + RADIUS * math.sin(angle), tile.y - self.top - RADIUS * math.cos(angle)
        return f"{x * self.unit:.1f} {y * self.unit:.1f}"

    def hexagon(self, tile: Tile) -> str:
        return f"M{'L'.join(self.corner(tile, k) for k in range(6))}Z"

    def edges(self, some: Collection[Tile], differs: Callable[[Tile, Tile | None], bool]) -> str:
        return "".join(
            f"M{self.corner(tile, k)}L{self.corner(tile, k + 1)}"
            for tile in some
            for k, other in enumerate(_around(tile))
            if differs(tile, other)
        )

    def shape(self, code: str, group: Collection[Tile], level: str) -> Shape:
        x, y = (sum(numbers) / len(group) for numbers in ([t.x for t in group], [t.y for t in group]))
        ring = self.edges(group, lambda _, other: other is None or other.region[level] != code)
        mid_x, mid_y = (x - self.left) * self.unit, (y - self.top) * self.unit
        return Shape(
            code,
            "".join(self.hexagon(t) for t in group),
            ring,
            mid_x,
            mid_y,
            tuple(sorted(self.rooms(group), key=lambda room: math.hypot(room.x - mid_x, room.y - mid_y))),
        )

    def rooms(self, group: Collection[Tile]) -> list[Room]:
        """Every run of hexagons of a row, and what two runs of rows that follow each other have in common: what is said there stays inside."""
        runs = _runs(group)
        spans = [(left, right, row, row) for row, left, right in runs]
        spans += [(max(a, c), min(b, d), row, below) for row, a, b in runs for below, c, d in runs if below == row + 1]
        return [
            Room(
                ((left + right) / 2 - self.left) * self.unit,
                ((row + below) / 2 * ROW - self.top) * self.unit,
                (right - left) * self.unit,
                ((below - row) * ROW + RADIUS) * self.unit,
            )
            for left, right, row, below in spans
            if right - left >= 0.9
        ]


def _runs(group: Collection[Tile]) -> list[tuple[int, float, float]]:
    """(row, left edge, right edge) of hexagons of one row that touch, from the top left."""
    found: list[tuple[int, float, float]] = []
    for tile in sorted(group, key=lambda t: (t.row, t.x)):
        if found and found[-1][0] == tile.row and abs(found[-1][2] - (tile.x - 0.5)) < 0.01:
            found[-1] = (tile.row, found[-1][1], tile.x + 0.5)
        else:
            found.append((tile.row, tile.x - 0.5, tile.x + 0.5))
    return found
