"""Where the regions of a project's own map stand on the map of a report: their outlines, as large as fits.

    {"E001": [[0, 0, 100, 0, 100, 80, 0, 80]]} on 450 by 560  ->  "M64.3 64.3L...Z": 60 of 3,000 stay free around them

Context is what of the map lies in the surface and is not in the table. A name gets the widest strip that lies within the outline.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from statistics import median

from celwacht.publish.reports.hexagons import Plane, Room, Shape
from celwacht.publish.viewer.own_map import outlines
from celwacht.tables.face import face

EDGE = 60
"""Free around the regions, of the 3,000 that a map is wide."""
STEP, STRIPS = 4.0, (14.0, 28.0)
"""Between the lines along which an outline is cut; heights of a name in one line and in two."""
NEAR = 0.25
"""Points of an outline nearer than this to the one before are left out."""
Rings = Sequence[Sequence[int]]
Points = list[tuple[float, float]]


def own_outlines() -> Mapping[str, Rings]:
    """The outlines of the project in force; none where it has no map."""
    path = face().map
    return _read(path, Path(path).stat().st_mtime_ns) if path else {}


@lru_cache(maxsize=2)
def _read(path: str, _changed: int) -> Mapping[str, Rings]:
    return outlines(Path(path))


def own_plane(drawn: Mapping[str, Rings], codes: Collection[str], width: float, height: float) -> Plane | None:
    """The regions of `drawn` that are among codes, the others in sight as context; None where there are none."""
    wanted = sorted(code for code in codes if code in drawn)
    if not wanted:
        return None
    xs, ys = ([n for code in wanted for ring in drawn[code] for n in ring[k::2]] for k in (0, 1))
    left, top = min(xs) - EDGE, min(ys) - EDGE
    unit = min(width / (max(xs) - left + EDGE), height / (max(ys) - top + EDGE))
    wide, high = (max(xs) - left + EDGE) * unit, (max(ys) - top + EDGE) * unit

    def placed(code: str) -> list[Points]:
        return [_thinned([((x - left) * unit, (y - top) * unit) for x, y in zip(ring[::2], ring[1::2])]) for ring in drawn[code]]

    shapes = tuple(_shape(code, placed(code)) for code in wanted)
    others = [_within(ring, wide, high) for code in sorted(drawn) if code not in codes for ring in placed(code)]
    size = median(max((room.width for room in shape.rooms), default=0.0) for shape in shapes)
    return Plane(wide, high, max(20.0, min(size, 96.0)), shapes, _path(others), "", ringed=False)


def _thinned(points: Points) -> Points:
    kept = points[:1]
    for point in points[1:]:
        if math.dist(point, kept[-1]) > NEAR:
            kept.append(point)
    return kept


def _path(rings: Iterable[Points]) -> str:
    return "".join(f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in ring)}Z" for ring in rings if len(ring) > 2)


def _shape(code: str, rings: list[Points]) -> Shape:
    low, high = min(y for ring in rings for _, y in ring), max(y for ring in rings for _, y in ring)
    count = max(1, int((high - low) / STEP))
    lines = [low + (k + 0.5) * (high - low) / count for k in range(count)]
    cuts = [_cut(rings, y) for y in lines]
    (a, b), y = max(
        (((a, b), y) for y, spans in zip(lines, cuts) for a, b in spans), key=lambda one: one[0][1] - one[0][0], default=((0, 0), low)
    )
    rooms = [room for tall in STRIPS for room in _rooms(lines, cuts, tall)]
    path, x = _path(rings), (a + b) / 2
    rooms.sort(key=lambda room: (math.hypot(room.x - x, room.y - y), -room.width))
    return Shape(code, path, path, x, y, (*rooms[:8], Room(x, y, b - a, 0.0)))


def _cut(rings: list[Points], y: float) -> list[tuple[float, float]]:
    """From where to where a line lies within the outline."""
    found = sorted(
        x1 + (y - y1) / (y2 - y1) * (x2 - x1)
        for ring in rings
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1])
        if (y1 > y) != (y2 > y)
    )
    return list(zip(found[::2], found[1::2]))


def _rooms(lines: Sequence[float], cuts: Sequence[list[tuple[float, float]]], tall: float) -> list[Room]:
    """What the lines of a strip have in common: the widest, for every place of the strip."""
    found = []
    for at, y in enumerate(lines):
        strip = [spans for line, spans in zip(lines[at:], cuts[at:]) if line <= y + tall]
        if lines[-1] - y < tall or not strip:
            break
        common = strip[0]
        for spans in strip[1:]:
            common = [(max(a, c), min(b, d)) for a, b in common for c, d in spans if max(a, c) < min(b, d)]
        if common:
            a, b = max(common, key=lambda span: span[1] - span[0])
            found.append(Room((a + b) / 2, y + tall / 2, b - a, tall))
    return found


def _within(ring: Points, width: float, height: float) -> Points:
    """The part of an outline on the surface: cut off at each side in turn (Sutherland and Hodgman, 1974)."""
    for axis, limit, sign in ((0, 0.0, 1), (0, width, -1), (1, 0.0, 1), (1, height, -1)):
        kept: Points = []
        for one, two in zip(ring, ring[1:] + ring[:1]):
            inside, next_inside = ((p[axis] - limit) * sign >= 0 for p in (one, two))
            if inside:
                kept.append(one)
            if inside != next_inside:
                part = (limit - one[axis]) / (two[axis] - one[axis])
                kept.append((one[0] + part * (two[0] - one[0]), one[1] + part * (two[1] - one[1])))
        ring = kept
    return ring
