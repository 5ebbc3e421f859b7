"""What the report of the loss looks at: one table with its pattern and its proof, whatever protected it.
Confidential.

From a protected cube, from the protected cubes of one table (one per period) joined along their last dimension, or
from any suppression problem with its pattern and worlds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from celwacht.disclosure.intruder.outer_bounds import outer_bounds
from celwacht.disclosure.loss.partners import Ties, cell_worlds, ties_of_lines, ties_of_relations
from celwacht.disclosure.model.problem import SuppressionProblem
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.policy.sensitivity import LISTED, Sensitivity
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.tables.cubes.classification import Classification

MOST_BOUNDED = 60_000
"""Cells of a cube for which the bounds from outside are found in a tenth of a second."""


@dataclass(frozen=True, slots=True, eq=False)
class Reasons:
    """Which rules made which cells sensitive: bit i of mask (uint32, (n,)) for names[i]."""

    names: tuple[str, ...]
    mask: np.ndarray = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """Arrays (n,) over cells; with dimensions, in C order of their codes.

    value, shown: int64, in units of 10**-decimals; shown counts only where published. status: uint8, Status. lpl,
    upl, spl: int64, what each sensitive cell asks. worlds: over cells. bounds: (least, greatest) from outside, int64,
    -1 for no greatest; None where not worked out. names: of the cells, where there are no dimensions. hidden: bool,
    cells of no table. headline: bool, headline figures (headline.py); None where there are none to speak of.
    """

    table: str
    unit: str
    policy: str
    threshold: int
    base: int
    decimals: int
    dimensions: tuple[Classification, ...] = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    value: np.ndarray = field(repr=False)
    shown: np.ndarray = field(repr=False)
    status: np.ndarray = field(repr=False)
    lpl: np.ndarray = field(repr=False)
    upl: np.ndarray = field(repr=False)
    spl: np.ndarray = field(repr=False)
    worlds: Worlds = field(repr=False)
    ties: Ties = field(repr=False)
    reasons: Reasons = field(repr=False)
    hidden: np.ndarray = field(repr=False)
    bounds: tuple[np.ndarray, np.ndarray] | None = field(default=None, repr=False)
    headline: np.ndarray | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.value)

    @property
    def shape(self) -> tuple[int, ...]:
        """Codes of each dimension; of a problem without dimensions, its number of cells."""
        return tuple(d.n_codes for d in self.dimensions) or (len(self),)

    @property
    def sensitive(self) -> np.ndarray:
        """Positions of the cells that must be protected."""
        return np.flatnonzero(self.status == Status.PRIMARY)

    def codes(self, cell: int) -> tuple[tuple[str, str], ...]:
        """(dimension, code) of a cell, or ('', its name)."""
        if not self.dimensions:
            return (("", self.names[cell] if self.names else str(cell)),)
        return tuple((d.name, d.codes[i].code) for d, i in zip(self.dimensions, np.unravel_index(cell, self.shape)))

    def label(self, cell: int, english: bool = False) -> tuple[str, ...]:
        """Titles of a cell, one per dimension that has more than one code; or its name."""
        if not self.dimensions:
            return (self.codes(cell)[0][1],)
        codes = [d.codes[i] for d, i in zip(self.dimensions, np.unravel_index(cell, self.shape)) if d.n_codes > 1]
        return tuple((c.title_en if english else "") or c.title_nl or c.code for c in codes)


def view_of_cube(part: Protected, reasons: Reasons | None = None, *, bounded: bool | None = None) -> View:
    """A protected cube. bounded: whether to work out bounds from outside; default: where that is quick.

    reasons: mask in C order of the cells; default: the threshold made every sensitive cell sensitive.
    """
    cube, policy, dimensions = part.cube, part.policy, part.cube.dimensions
    n = cube.cells.size
    status = part.status.ravel()
    primary = status == Status.PRIMARY
    none = np.zeros(n, np.int64)
    bounds = _bounds(part) if (n <= MOST_BOUNDED if bounded is None else bounded) else None
    return View(
        cube.table,
        cube.unit,
        policy.id,
        policy.threshold,
        policy.rounding_base,
        0,
        dimensions,
        (),
        cube.cells.ravel(),
        part.shown.ravel(),
        status,
        none,
        none,
        np.where(primary, policy.width, 0),
        cell_worlds(dimensions, part.worlds),
        ties_of_lines(dimensions),
        reasons or Reasons(("threshold",), primary.astype(np.uint32)),
        np.zeros(n, bool),
        bounds,
        np.zeros(n, bool) if part.headline is None else part.headline.ravel() > 0,
    )


def _bounds(part: Protected) -> tuple[np.ndarray, np.ndarray] | None:
    """From outside; None for a table that contradicts itself (which the gate refuses, and a report is made of all the
    same).
    """
    try:
        least, greatest = outer_bounds(part.printed())
    except ValueError:
        return None
    return least.ravel(), greatest.ravel()


def reasons_of(found: Sensitivity) -> Reasons:
    """The reasons that the rules and the a-priori list gave."""
    names = tuple(r.name if r.name == "threshold" else f"{r.name}: {r.reason}" for r in found.rules)
    listed = bool((found.reasons >> np.uint32(len(names)) & 1).any())
    return Reasons((*names, LISTED) if listed else names, found.reasons.ravel().astype(np.uint32))


def view_of_problem(
    problem: SuppressionProblem,
    pattern: np.ndarray,
    worlds: Worlds,
    *,
    dimensions: tuple[Classification, ...] = (),
    reasons: Reasons | None = None,
    shown: np.ndarray | None = None,
    policy: str = "",
    threshold: int = 0,
    base: int = 1,
) -> View:
    """Any problem with its pattern (uint8, Pattern) and worlds; of a cube, its first cells are those of the
    dimensions. shown: what is printed, int64 over the cells of the table; default: the values.
    """
    primary = pattern == Status.PRIMARY
    status = np.where(primary & ~problem.sensitive, Status.ZERO, pattern).astype(np.uint8)
    n = int(np.prod([d.n_codes for d in dimensions])) if dimensions else len(problem)
    hidden = problem.role == Role.HIDDEN
    printed = problem.value if shown is None else np.concatenate([shown, problem.value[n:]])
    view = View(
        problem.name,
        "",
        policy,
        threshold,
        base,
        problem.decimals,
        (),
        problem.names,
        problem.value,
        printed,
        np.where(hidden, Status.PUBLISHED, status).astype(np.uint8),
        problem.lpl,
        problem.upl,
        problem.spl,
        worlds,
        ties_of_relations(problem.relations),
        reasons or Reasons((), np.zeros(len(problem), np.uint32)),
        hidden,
    )
    return _of_table(view, dimensions, n) if dimensions else view


def _of_table(view: View, dimensions: tuple[Classification, ...], n: int) -> View:
    """Without the hidden atoms behind the cells of a cube."""
    kept = view.worlds.unknown < n
    first = np.concatenate([[0], np.cumsum(kept)])[view.worlds.first]
    worlds = Worlds(first, view.worlds.unknown[kept], view.worlds.difference[kept], scale=view.worlds.scale)
    short = {name: getattr(view, name)[:n] for name in ("value", "shown", "status", "lpl", "upl", "spl", "hidden")}
    return replace(
        view,
        **short,
        dimensions=dimensions,
        worlds=worlds,
        ties=ties_of_lines(dimensions),
        reasons=Reasons(view.reasons.names, view.reasons.mask[:n]),
    )


def joined(views: Sequence[View]) -> View:
    """The cubes of one table side by side along their last dimension (the periods); nothing is added up over it."""
    if len(views) == 1:
        return views[0]
    first = views[0]
    last = _side_by_side([v.dimensions[-1] for v in views])
    dimensions = (*first.dimensions[:-1], last)
    shape = tuple(d.n_codes for d in dimensions)
    offsets = np.concatenate([[0], np.cumsum([v.shape[-1] for v in views])])
    place = [_places(v.shape, shape, int(at)) for v, at in zip(views, offsets)]

    def over(name: str) -> np.ndarray:
        return np.concatenate([getattr(v, name).reshape(v.shape) for v in views], axis=-1).ravel()

    arrays = {name: over(name) for name in ("value", "shown", "status", "lpl", "upl", "spl", "hidden")}
    if all(v.headline is not None for v in views):
        arrays["headline"] = over("headline")
    worlds, ties = [v.worlds for v in views], [v.ties for v in views]
    bounds = (
        None
        if any(v.bounds is None for v in views)
        else tuple(np.concatenate([v.bounds[i].reshape(v.shape) for v in views], axis=-1).ravel() for i in (0, 1))
    )
    mask = np.concatenate([v.reasons.mask.reshape(v.shape) for v in views], axis=-1).ravel()
    return replace(
        first,
        **arrays,
        dimensions=dimensions,
        bounds=bounds,
        reasons=Reasons(max((v.reasons.names for v in views), key=len), mask),
        worlds=Worlds(
            _chained([w.first for w in worlds]),
            np.concatenate([p[w.unknown] for p, w in zip(place, worlds)]),
            np.concatenate([w.difference for w in worlds]),
            scale=np.concatenate([w.scale for w in worlds]),
        ),
        ties=Ties(_chained([t.first for t in ties]), np.concatenate([p[t.cell] for p, t in zip(place, ties)])),
    )


def _places(shape: tuple[int, ...], wide: tuple[int, ...], at: int) -> np.ndarray:
    """int32: where each cell of `shape` stands in `wide`, `at` codes further along the last dimension."""
    whole = np.arange(int(np.prod(wide)), dtype=np.int32).reshape(wide)
    return whole[..., at : at + shape[-1]].ravel()


def _chained(firsts: list[np.ndarray]) -> np.ndarray:
    ends = np.concatenate([[0], np.cumsum([f[-1] for f in firsts])])
    return np.concatenate([np.zeros(1, np.int64), *(f[1:] + e for f, e in zip(firsts, ends))]).astype(np.int64)


def _side_by_side(parts: Sequence[Classification]) -> Classification:
    leaves = np.concatenate([[0], np.cumsum([d.n_leaves for d in parts])])
    members = tuple(m + np.int32(at) for d, at in zip(parts, leaves) for m in d.members)
    named = tuple(f"{i}.{leaf}" for i, d in enumerate(parts) for leaf in d.leaves)
    return Classification(
        parts[0].name, parts[0].title_nl, parts[0].title_en, tuple(c for d in parts for c in d.codes), named, members, parts[0].kind
    )
