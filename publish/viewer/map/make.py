"""Makes tiles.json: one hexagon per gemeente, in a place that looks like the Netherlands.

    python publish/viewer/map/make.py

From `places.csv` (where the seat of each gemeente lies) and the regions of `table_specs/`. No borders are used, so no
licence on borders binds the outcome. The same files give the same bytes: the random numbers have a fixed seed.

How. Seats are pushed apart until each has the room of one hexagon. Then they stand on a lattice of hexagons, and
simulated annealing moves and swaps them; what it minimises is the sum of
  the squared distance from where the seat was pushed to, and
  for each pair of neighbours the distance beyond one hexagon, which weighs more within a jeugdregio or province,
so that these stay in one piece: a jeugdregio or a province on the map is the hexagons of its gemeenten.
`pieces` tells in how many each fell.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
from numba import njit

HERE = Path(__file__).resolve().parent
REGIONS = HERE.parents[2] / "table_specs" / "regions" / "gemeenten_2023.csv"
SPACING = 10.6
"""Kilometres that one hexagon is wide: the land of the Netherlands over the number of gemeenten."""
SAME_JEUGDREGIO, SAME_PROVINCE, OTHER = 3.0, 1.6, 0.7
"""Weight of a neighbour, by what the two share."""
TOGETHER = 0.15
"""Weight of two gemeenten of a jeugdregio that are not neighbours: holds it together."""
PULL = 0.12
"""Weight of the squared distance from the pushed place."""
SIDE = 48
"""Hexagons on a side of the lattice."""


def kilometres(rows: list[dict[str, str]]) -> np.ndarray:
    """Places (n, 2) east and south of the middle of the country: an equirectangular projection is enough here."""
    east = np.array([float(r["longitude"]) for r in rows])
    north = np.array([float(r["latitude"]) for r in rows])
    return np.column_stack([(east - 5.4) * 111.3 * np.cos(np.radians(52.2)), (52.2 - north) * 111.3])


def neighbours(places: np.ndarray) -> list[tuple[int, int]]:
    """Gabriel graph: i and j are neighbours if nobody lies in the circle that has them as its diameter."""
    square = ((places[:, None] - places[None]) ** 2).sum(2)
    pairs = []
    for i in range(len(places)):
        for j in range(i + 1, len(places)):
            between = square[i] + square[j] < square[i, j] - 1e-9
            if not between.any():
                pairs.append((i, j))
    return pairs


def pushed_apart(places: np.ndarray, pairs: list[tuple[int, int]], steps: int = 600) -> np.ndarray:
    """Places in hexagons (n, 2): no two nearer than one, neighbours drawn towards each other where there is room."""
    at = places / SPACING
    first, second = np.array(pairs).T
    for _step in range(steps):
        apart = at[:, None] - at[None]
        distance = np.sqrt((apart**2).sum(2)) + np.eye(len(at))
        overlap = np.maximum(1.0 - distance, 0.0) * (1 - np.eye(len(at)))
        move = (apart / np.maximum(distance, 1e-6)[..., None] * overlap[..., None]).sum(1) * 0.35
        line = at[second] - at[first]
        length = np.sqrt((line**2).sum(1))
        draw = line / np.maximum(length, 1e-6)[:, None] * (np.clip(length - 1.0, 0, 3.0) * 0.03)[:, None]
        np.add.at(move, first, draw)
        np.add.at(move, second, -draw)
        at = at + move
    return at


@njit(cache=False)
def _cost(i, x, y, target, start, other, weight, cx, cy, skip):
    """Cost of gemeente i at (x, y); `skip` is a neighbour that is left out (it swaps with i)."""
    total = PULL * ((x - target[i, 0]) ** 2 + (y - target[i, 1]) ** 2)
    for e in range(start[i], start[i + 1]):
        j = other[e]
        if j != skip:
            total += weight[e] * (max(np.sqrt((x - cx[j]) ** 2 + (y - cy[j]) ** 2), 1.0) - 1.0)
    return total


@njit(cache=False)
def _anneal(col, row, target, start, other, weight, moves, hot, cold, seed):
    np.random.seed(seed)
    n = len(col)
    taken = np.full((SIDE, SIDE), -1)
    cx, cy = np.empty(n), np.empty(n)
    for i in range(n):
        taken[row[i], col[i]] = i
        cx[i], cy[i] = col[i] + 0.5 * (row[i] % 2), row[i] * np.sqrt(0.75)
    for move in range(moves):
        heat = hot * (cold / hot) ** (move / moves)
        i = np.random.randint(n)
        reach = 1 + int(np.random.random() * 3)
        c, r = col[i] + np.random.randint(-reach, reach + 1), row[i] + np.random.randint(-reach, reach + 1)
        if c < 0 or r < 0 or c >= SIDE or r >= SIDE or (c == col[i] and r == row[i]):
            continue
        j = taken[r, c]
        x, y = c + 0.5 * (r % 2), r * np.sqrt(0.75)
        change = _cost(i, x, y, target, start, other, weight, cx, cy, j) - _cost(i, cx[i], cy[i], target, start, other, weight, cx, cy, j)
        if j >= 0:
            change += _cost(j, cx[i], cy[i], target, start, other, weight, cx, cy, i) - _cost(
                j, x, y, target, start, other, weight, cx, cy, i
            )
        if change < 0 or np.random.random() < np.exp(-change / heat):
            taken[row[i], col[i]] = j
            if j >= 0:
                col[j], row[j], cx[j], cy[j] = col[i], row[i], cx[i], cy[i]
            taken[r, c] = i
            col[i], row[i], cx[i], cy[i] = c, r, x, y


def on_lattice(at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A first place for each: the nearest hexagon that is free, those in the middle first."""
    at = at - at.min(0) + 4
    free = {(c, r): (c + 0.5 * (r % 2), r * np.sqrt(0.75)) for r in range(SIDE) for c in range(SIDE)}
    col, row = np.zeros(len(at), np.int64), np.zeros(len(at), np.int64)
    for i in np.argsort(((at - at.mean(0)) ** 2).sum(1), kind="stable"):
        best = min(free, key=lambda k: (free[k][0] - at[i, 0]) ** 2 + (free[k][1] - at[i, 1]) ** 2)
        col[i], row[i] = best
        del free[best]
    return col, row


def adjacent(col: int, row: int) -> list[tuple[int, int]]:
    """The six hexagons around one; odd rows stand half a hexagon to the right."""
    shift = row % 2
    return [
        (col - 1, row),
        (col + 1, row),
        (col - 1 + shift, row - 1),
        (col + shift, row - 1),
        (col - 1 + shift, row + 1),
        (col + shift, row + 1),
    ]


def pieces(cells: set[tuple[int, int]]) -> int:
    """In how many connected pieces these hexagons fall."""
    left, count = set(cells), 0
    while left:
        count += 1
        todo = [left.pop()]
        while todo:
            for cell in adjacent(*todo.pop()):
                if cell in left:
                    left.remove(cell)
                    todo.append(cell)
    return count


def weight_of(a: dict[str, str], b: dict[str, str], near: bool) -> float:
    """How strongly two gemeenten draw each other; 0: not at all."""
    if a["jeugdregio"] == b["jeugdregio"]:
        return SAME_JEUGDREGIO if near else TOGETHER
    if not near:
        return 0.0
    return SAME_PROVINCE if a["provincie"] == b["provincie"] else OTHER


def layout(rows: list[dict[str, str]], regions: list[dict[str, str]], moves: int = 60_000_000) -> dict[str, list]:
    """gemeente -> [column, row, province, jeugdregio]; columns and rows count from 0 at the top left."""
    places = kilometres(rows)
    pairs = neighbours(places)
    target = pushed_apart(places, pairs)
    target = target - target.min(0) + 4
    n, edges = len(rows), [[] for _ in rows]
    near = set(pairs)
    for i in range(n):
        for j in range(i + 1, n):
            if weight := weight_of(regions[i], regions[j], (i, j) in near):
                edges[i].append((j, weight))
                edges[j].append((i, weight))
    start = np.cumsum([0] + [len(e) for e in edges])
    other = np.array([j for e in edges for j, _ in e])
    weight = np.array([w for e in edges for _, w in e])
    col, row = on_lattice(target)
    _anneal(col, row, target, start, other, weight, moves, 3.0, 0.02, 4)
    row -= row.min() // 2 * 2  # an even number, or the odd rows would shift the other way
    col -= col.min()
    return {r["gemeente"]: [int(col[i]), int(row[i]), regions[i]["provincie"], regions[i]["jeugdregio"]] for i, r in enumerate(rows)}


def main() -> None:
    rows = list(csv.DictReader((HERE / "places.csv").open(encoding="utf-8")))
    by_code = {r["gemeente"]: r for r in csv.DictReader(REGIONS.open(encoding="utf-8"))}
    if [r["gemeente"] for r in rows] != sorted(by_code):
        raise SystemExit("places.csv and gemeenten_2023.csv do not hold the same gemeenten: mend places.csv")
    tiles = layout(rows, [by_code[r["gemeente"]] for r in rows])
    for place, what in ((2, "provincie"), (3, "jeugdregio")):
        split = {
            code: count
            for code in sorted({t[place] for t in tiles.values()})
            if (count := pieces({(t[0], t[1]) for t in tiles.values() if t[place] == code})) > 1
        }
        print(f"{what} in more than one piece: {split or 'none'}")
    lines = ",\n".join(f'"{code}":{json.dumps(tile, separators=(",", ":"))}' for code, tile in sorted(tiles.items()))
    (HERE / "tiles.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
