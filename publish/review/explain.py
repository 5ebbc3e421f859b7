"""Why is this cell withheld, and what could an intruder still infer? For the disclosure reviewer. CONFIDENTIAL.

Reads the record of a published set, so that it speaks of what was published, not of what a new run would give.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from celwacht.disclosure.intruder.feasibility import Attack, Interval
from celwacht.disclosure.intruder.outer_bounds import outer_bounds
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.publish.publication.publication import SYMBOL
from celwacht.publish.review import records
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.problems import Problem, ProblemsFound, nearest

MOST_ATTACKED = 6_000
"""Cells of a cube for which the attacker's problem is still solved in seconds."""


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """All that is known of one cell. Confidential; its repr is hidden."""

    part: Protected
    cell: tuple[int, ...]
    lowest: int
    highest: int
    """Least and greatest value of the cell over the truth and all worlds of the certificate: both are proved possible."""
    interval: Interval | None
    """What an intruder infers of a withheld cell; None for a printed one."""

    def __repr__(self) -> str:
        return f"<Explanation of a cell of {self.part.cube.table} (confidential)>"


def parse_cell(text: str) -> dict[str, str]:
    """`RegioS=GM0363, Hulpvorm=11` -> codes by dimension; ProblemsFound if it cannot be read."""
    codes: dict[str, str] = {}
    for piece in filter(None, (p.strip() for p in text.split(","))):
        name, sign, code = (part.strip() for part in piece.partition("="))
        if not sign or not name or not code or name in codes:
            raise ProblemsFound(
                [
                    Problem(
                        "CELL",
                        0,
                        0,
                        "cell",
                        f"'{piece[:60]}' is not a code of a dimension; write each dimension once, as in: RegioS=GM0363, Perioden=2024JJ00",
                    )
                ]
            )
        codes[name] = code
    return codes


def explain(folder: Path, wanted: Mapping[str, str]) -> Explanation:
    """The cell that `wanted` names in the record `folder` of a table. What is left out stands at its total."""
    part, cell = _find(records.load(folder), wanted)
    lowest, highest = _span(part, cell)
    return Explanation(part, cell, lowest, highest, _interval(part, cell) if part.withheld[cell] else None)


def _interval(part: Protected, cell: tuple[int, ...]) -> Interval:
    """What an intruder can infer of a cell: exactly where the cube is small, bounds from outside where it is not."""
    if part.status.size <= MOST_ATTACKED:
        return Attack(part.printed()).interval(cell)
    least, greatest = outer_bounds(part.printed())
    most = int(greatest[cell])
    return Interval(int(least[cell]), None if most < 0 else most, exact=False)


def _find(parts: list[Protected], wanted: Mapping[str, str]) -> tuple[Protected, tuple[int, ...]]:
    """The cube that holds the period asked for (default: the last one), and the place of the cell in it."""
    dimensions = parts[0].cube.dimensions
    names = [d.name for d in dimensions]
    problems = [
        Problem("CELL", 0, 0, "unknown-dimension", f"the table has no dimension '{n[:40]}'.{nearest(n, names)}")
        for n in wanted
        if n not in names
    ]
    by_period = {c.code: p for p in parts for c in p.cube.dimensions[-1].codes}
    period = wanted.get(names[-1], max(by_period))
    if period not in by_period:
        problems.append(_unknown(names[-1], period, by_period))
    place = []
    for dimension in dimensions[:-1]:
        codes = [c.code for c in dimension.codes]
        code = wanted.get(dimension.name, codes[0])
        if code not in codes:
            problems.append(_unknown(dimension.name, code, codes))
        else:
            place.append(codes.index(code))
    if problems:
        raise ProblemsFound(problems)
    part = by_period[period]
    return part, (*place, part.cube.dimensions[-1].position(period))


def _unknown(dimension: str, code: str, codes) -> Problem:
    return Problem("CELL", 0, 0, "unknown-code", f"{dimension} has no code '{code[:40]}'.{nearest(code, codes)}")


def _span(part: Protected, cell: tuple[int, ...]) -> tuple[int, int]:
    """Least and greatest value of a cell over the truth and the worlds."""
    worlds, dimensions = part.worlds, part.cube.dimensions
    inside = np.ones(len(worlds.unknown), dtype=bool)
    for axis, coordinates in enumerate(np.unravel_index(worlds.unknown, part.cube.atoms.shape)):
        inside &= np.isin(coordinates, dimensions[axis].members[cell[axis]])
    layer = np.repeat(np.arange(len(worlds)), np.diff(worlds.first))
    change = np.zeros(len(worlds) + 1, np.int64)
    np.add.at(change, layer[inside], worlds.difference[inside])
    value = int(part.cube.cells[cell])
    return value + int(change.min()), value + int(change.max())


def lines(found: Explanation) -> list[str]:
    """The explanation in words, one line each, beginning with the warning."""
    part, cell = found.part, found.cell
    value, status, policy = int(part.cube.cells[cell]), Status(int(part.status[cell])), part.policy
    told = ["CONFIDENTIAL: true values follow. Do not copy them into a message, a ticket or a log.", ""]
    for dimension, i in zip(part.cube.dimensions, cell):
        told.append(f"{dimension.name:<24}{dimension.codes[i].code}  {dimension.codes[i].title_nl}")
    told += [
        "",
        f"{'true value':<24}{value}",
        f"{'the reader sees':<24}{int(part.shown[cell]) if status is Status.PUBLISHED else SYMBOL}",
        f"{'because':<24}{_reason(status, value, policy)}",
    ]
    if found.interval is not None:
        told += [
            "",
            f"{'worlds show':<24}{found.lowest} and {found.highest} are both possible (checked, in integers)",
            f"{'an intruder infers':<24}{_inferred(found.interval)}",
        ]
        if status is Status.PRIMARY:
            told.append(f"{'the policy asks for':<24}an interval at least {policy.width} wide")
    told += ["", "withheld beside it"]
    told += [f"  over {d.name:<17} {_beside(part, cell, axis, d)}" for axis, d in enumerate(part.cube.dimensions)]
    return told


def _reason(status: Status, value: int, policy) -> str:
    printed = f", printed as a multiple of {policy.rounding_base}," if policy.rounding_base > 1 else ""
    return {
        Status.PUBLISHED: "it is not sensitive, and no other cell needs it withheld",
        Status.PRIMARY: f"it is sensitive: {value}{printed} is below the threshold of {policy.threshold} (policy {policy.id})",
        Status.SECONDARY: "it is withheld to protect sensitive cells that it adds up with (secondary suppression)",
        Status.ZERO: f"policy {policy.id} prints nothing below {policy.threshold}, zeros included",
    }[status]


def _inferred(interval: Interval) -> str:
    span = f"at least {interval.least}" if interval.greatest is None else f"{interval.least} to {interval.greatest}"
    return span + ("" if interval.exact else " (from the lines of the table; all of them together may tell a little more)")


def _beside(part: Protected, cell: tuple[int, ...], axis: int, dimension: Classification) -> str:
    """How many of the codes shown under the same parent are withheld, with all other dimensions as they are."""
    parent = dimension.codes[cell[axis]].parent
    family = [i for i, c in enumerate(dimension.codes) if c.parent == parent and i != cell[axis]]
    line = np.moveaxis(part.withheld, axis, 0)[(slice(None), *cell[:axis], *cell[axis + 1 :])]
    return f"{int(line[family].sum())} of {len(family)}" if family else "stands alone"
