"""A cube of the table compiler, or any counts over trees, as a suppression problem.

Cells are the cube's cells in C order. Where every leaf of every dimension has a code, relations are the lines `total = parts` (parts
are the codes shown under it or, for a second hierarchy over the dimension, leaves); they say all that atoms say. Otherwise (leaves without
a code) the atoms themselves follow the cells, HIDDEN, with one relation `cell = its atoms` for every cell.
"""

from __future__ import annotations

from functools import reduce

import numpy as np
from celwacht.disclosure.model import intruder
from celwacht.disclosure.model.lines import families
from celwacht.disclosure.model.problem import UNBOUNDED, Relations, SuppressionProblem
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.policy.sensitivity import Sensitivity, sensitive_cells
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.cubes.cube import Cube, roll_up


def problem_of_cube(cube: Cube, policy: DisclosurePolicy, sensitivity: Sensitivity | None = None) -> SuppressionProblem:
    """The cube under a policy: thresholds as sensitive cells, `width` as sliding level, rounding as what printing
    tells.

    sensitivity: of the same cube, where contributors or a list decide as well; by default by the policy alone, and
    ValueError if it has rules on contributors.
    """
    found = sensitive_cells(cube, policy) if sensitivity is None else sensitivity
    value = cube.cells.ravel()
    cost, low, high = printing(policy, value)
    status = np.select([found.mask.ravel(), found.forced.ravel()], [Role.SENSITIVE, Role.FORCED], Role.FREE).astype(np.uint8)
    cost = np.where(np.isnan(found.cost.ravel()), cost, found.cost.ravel())
    lpl, upl, spl = (a.ravel() for a in (found.lpl, found.upl, found.spl))
    facts, atoms = facts_of(cube.dimensions, cube.atoms)
    extra = len(atoms)
    fill = lambda array, what: np.concatenate([array, np.full(extra, what, array.dtype)])  # noqa: E731
    zero, possible = np.zeros(value.size + extra, np.int64), intruder.possible(cube.atoms, cube.impossible)
    somebody = np.concatenate([roll_up(possible.astype(np.int64), cube.dimensions).ravel(), possible.ravel()[:extra]]) > 0
    return SuppressionProblem(
        cube.table,
        np.concatenate([value, atoms]),
        fill(cost, 0),
        fill(status, Role.HIDDEN),
        zero,
        np.where(somebody, UNBOUNDED, 0),  # what occurs nowhere is known to be empty
        fill(low, 0),
        fill(high, UNBOUNDED),
        fill(lpl, 0),
        fill(upl, 0),
        fill(spl, 0),
        facts,
        label=lambda i: _label(cube, i),
    )


def printing(policy: DisclosurePolicy, value: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(cost, least, greatest) of counts, shape as given: what withholding each costs, float64, and what printing it would tell, int64.

    A 0 that the policy never prints costs nothing and tells nothing.
    """
    withheld = policy.never_printed(value)
    least, greatest = intruder.rounding_interval(policy.printed(value), policy.rounding_base)
    cost = np.where(withheld, 0, value if policy.cost == "value" else 1).astype(np.float64)
    return cost, np.where(withheld, 0, least), np.where(withheld, UNBOUNDED, greatest)


def _label(cube: Cube, i: int) -> str:
    if i >= cube.cells.size:
        return f"atom {i - cube.cells.size}"
    return ", ".join(f"{d.name}={d.codes[c].code}" for d, c in zip(cube.dimensions, np.unravel_index(i, cube.shape)))


def _leaves_have_codes(dimension: Classification) -> bool:
    """Whether every leaf has a code of its own: then every other code is the sum of such codes, whatever trees there are."""
    return len({int(m[0]) for m in dimension.members if len(m) == 1}) == dimension.n_leaves


def _sums(dimension: Classification) -> list[tuple[int, tuple[int, ...]]]:
    """(total, parts) for every code of more than one leaf: the codes under it, or else its leaves' own codes."""
    found = families(dimension)
    made_up = {total for total, _ in found}
    single: dict[int, int] = {}
    for c, m in enumerate(dimension.members):
        if len(m) == 1:
            single.setdefault(int(m[0]), c)
    rest = [(c, m) for c, m in enumerate(dimension.members) if len(m) > 1 and c not in made_up]
    return [*found, *((c, tuple(single[int(leaf)] for leaf in m)) for c, m in rest if all(int(leaf) in single for leaf in m))]


def facts_of(dimensions: tuple[Classification, ...], atoms: np.ndarray) -> tuple[Relations, np.ndarray]:
    """(relations between the cells in C order and, after them, hidden atoms; the hidden atoms flat)."""
    shape = tuple(d.n_codes for d in dimensions)
    if all(map(_leaves_have_codes, dimensions)):
        return lines(dimensions, shape), np.zeros(0, np.int64)
    n, atoms = int(np.prod(shape)), atoms.ravel()
    matrix = [d.matrix().astype(bool) for d in dimensions]
    members = [np.flatnonzero(reduce(np.kron, [m[i] for m, i in zip(matrix, place)])) for place in np.ndindex(shape)]
    first = np.concatenate([[0], np.cumsum([1 + len(m) for m in members])]).astype(np.int64)
    cell = np.concatenate([np.r_[i, n + m] for i, m in enumerate(members)]).astype(np.int32)
    sign = np.ones(len(cell), np.int64)
    sign[first[:-1]] = -1
    return Relations(first, cell, sign, np.zeros(n, np.int64), np.zeros(n, np.int64)), atoms


def lines(dimensions: tuple[Classification, ...], shape: tuple[int, ...]) -> Relations:
    """All lines `parts - total = 0` along every dimension, for cells in C order of the codes."""
    place = np.arange(int(np.prod(shape)), dtype=np.int32).reshape(shape)
    blocks = []
    for axis, dimension in enumerate(dimensions):
        along = np.moveaxis(place, axis, 0).reshape(shape[axis], -1)
        blocks += [along[[total, *parts]].T for total, parts in _sums(dimension)]
        blocks += [along[[a, b]].T for a, b in _twins(dimension)]
    lengths = np.concatenate([np.full(len(b), b.shape[1]) for b in blocks] or [np.zeros(0, int)])
    first = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    sign = np.ones(int(first[-1]), np.int64)
    sign[first[:-1]] = -1
    cell = np.concatenate([b.ravel() for b in blocks] or [np.zeros(0, np.int32)]).astype(np.int32)
    return Relations(first, cell, sign, np.zeros(len(lengths), np.int64), np.zeros(len(lengths), np.int64))


def _twins(dimension: Classification) -> list[tuple[int, int]]:
    """Pairs of codes that stand for the same single leaf, and that no family ties together."""
    tied = {frozenset((t, p[0])) for t, p in families(dimension) if len(p) == 1}
    first: dict[int, int] = {}
    found = []
    for c, m in enumerate(dimension.members):
        if len(m) == 1:
            other = first.setdefault(int(m[0]), c)
            if other != c and frozenset((other, c)) not in tied:
                found.append((other, c))
    return found
