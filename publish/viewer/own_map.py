"""The map of a project: a GeoJSON file of its areas as outlines for the viewer, in the form of its own provinces.json.

    {"type": "Feature", "properties": {"code": "E001"}, "geometry": {"type": "Polygon", "coordinates": [[[4.1, 52.0], ...]]}}

becomes "E001": [[x, y, x, y, ...]], a list for each ring: whole numbers, 3,000 from side to side, y downwards. Coordinates between -180
and 180 are taken for degrees, and narrowed as their latitude asks; others are metres.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

WIDE = 3000
MOST = 20_000_000
"""Bytes of a file that is read."""


def outlines(path: Path) -> dict[str, list[list[int]]]:
    """Code of an area -> its rings. ValueError, with what is wrong and the remedy, where the file is no such map."""
    try:
        if path.stat().st_size > MOST:
            raise ValueError(f"the file has more than {MOST // 1_000_000} MB. Simplify its borders.")
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise ValueError("this is no GeoJSON in UTF-8. Export the areas as GeoJSON.") from None
    features = found.get("features") if isinstance(found, dict) and found.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        raise ValueError("expected a FeatureCollection with a feature for each area. Export the areas as GeoJSON.")
    rings = {_code(n, one): _rings(n, one) for n, one in enumerate(features, 1)}
    return _scaled(rings)


def _code(number: int, feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("code", feature.get("id")) if isinstance(properties, dict) else None
    if not isinstance(code, str | int) or isinstance(code, bool) or not str(code):
        raise ValueError(f"feature {number} has no code. Give each area its code in the tables, under properties: code.")
    return str(code)


def _rings(number: int, feature: Any) -> list[list[tuple[float, float]]]:
    try:
        geometry = feature["geometry"]
        polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}[geometry["type"]]
        found = [[(float(point[0]), float(point[1])) for point in ring] for polygon in polygons for ring in polygon]
    except (KeyError, TypeError, ValueError, IndexError):
        found = []
    if not found or any(len(ring) < 4 or not all(math.isfinite(x) and math.isfinite(y) for x, y in ring) for ring in found):
        raise ValueError(f"feature {number} has no outline: expected a Polygon or a MultiPolygon of points with two numbers each.")
    return found


def _scaled(rings: dict[str, list[list[tuple[float, float]]]]) -> dict[str, list[list[int]]]:
    points = [point for some in rings.values() for ring in some for point in ring]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    bottom, top = min(y for _, y in points), max(y for _, y in points)
    degrees = max(abs(left), abs(right)) <= 180 and max(abs(bottom), abs(top)) <= 90
    narrow = math.cos(math.radians((bottom + top) / 2)) if degrees else 1.0
    unit = WIDE / max((right - left) * narrow, top - bottom, 1e-9)
    return {
        code: [[n for x, y in ring for n in (round((x - left) * narrow * unit), round((top - y) * unit))] for ring in some]
        for code, some in rings.items()
    }
