"""Headline figures: the totals for which a table is read, and which protection leaves alone if it can.

A headline figure is a total over all other dimensions: of a region at a level that the policy names in `keep` (the country
before a province, a province before a gemeente), or of a code of a dimension that the table names in its own `keep`. Every
period has its own. What is sensitive itself is no headline figure that could be kept.

Example: policy `keep: [land, gemeente]`, table `keep: [Hulpvorm]`, dimensions Hulpvorm x RegioS x Perioden. All help in
the Netherlands has rank 1, all help in Assen rank 2, foster care in the Netherlands rank 3, foster care in Assen none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce

import numpy as np
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.cubes.cube import Cube

SMALL = 100
"""A headline figure of less is given up before any larger one; on the last level that is kept (gemeenten) of less than half of it."""


def headline_ranks(cube: Cube, levels: tuple[str, ...], dimensions: tuple[str, ...] = ()) -> np.ndarray:
    """int16 of the cube's shape: 1 for the most important headline figures, 2 for the next; 0 for all other cells.

    levels: names of levels, most important first; dimensions: names of dimensions whose own codes come after these. The
    total over everything is of the first rank, where there is any.
    """
    return ranks_of(cube.dimensions, levels, dimensions)


def ranks_of(axes: tuple[Classification, ...], levels: tuple[str, ...], dimensions: tuple[str, ...] = ()) -> np.ndarray:
    """The same, of a cube with these dimensions."""
    total = [_is_total(d) for d in axes]
    ranks = np.zeros(tuple(d.n_codes for d in axes), np.int16)
    choices: list[tuple[str | None, str | None, int]] = [(None, None, 1)] if levels or dimensions else []
    choices += [(level, None, rank) for rank, level in enumerate(levels, 1)]
    choices += [(None, name, len(levels) + 1) for name in dimensions]
    for level, name, rank in reversed(choices):
        for axis, d in enumerate(axes):
            chosen = np.array([c.level == level for c in d.codes]) if name is None else np.full(d.n_codes, d.name == name)
            if level is None and name is None:
                chosen = total[axis]
            if chosen.any() and d.kind != "TimeDimension":
                ranks[_along([chosen if i == axis else t for i, t in enumerate(total)])] = rank
    return ranks


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Cells of a table that are headline figures of other tables of its set. codes: per dimension, periods last; ranks: int16 of their shape, 0 for
    none. What is withheld here would be withheld there as well."""

    codes: tuple[tuple[str, ...], ...]
    ranks: np.ndarray = field(repr=False)

    def of(self, cube: Cube) -> np.ndarray:
        """int16 of the cube's shape, which may have fewer regions and periods; 0 for codes that are not known here."""
        known = np.pad(self.ranks, [(0, 1)] * self.ranks.ndim)
        places = [{code: i for i, code in enumerate(codes)} for codes in self.codes]
        at = [[place.get(c.code, -1) for c in d.codes] for place, d in zip(places, cube.dimensions, strict=True)]
        return known[np.ix_(*at)]


def given_up(ranks: np.ndarray, cells: np.ndarray, levels: tuple[str, ...]) -> np.ndarray:
    """The ranks (of `levels`, as above) in which the search gives headline figures up, where it must: small ones of any level before all others, and
    then from the last rank to the first. int16 of their shape.

    Example: beside a sensitive cell of Zeeland the totals 384 of the province and 38 of one of its gemeenten could go; 38 goes.
    """
    least = np.where(ranks == len(levels), SMALL // 2, SMALL)
    return np.where((ranks > 0) & (cells < least), ranks.max(initial=0) + 1, ranks).astype(np.int16)


def _is_total(dimension: Classification) -> np.ndarray:
    """bool (codes,): those that hold all that any code holds; every code of a dimension of periods."""
    if dimension.kind == "TimeDimension":
        return np.ones(dimension.n_codes, bool)
    everything = len(np.unique(np.concatenate(dimension.members)))
    return np.array([len(m) == everything for m in dimension.members])


def _along(chosen: list[np.ndarray]) -> np.ndarray:
    """bool, the cube's shape: cells whose code is chosen along every dimension."""
    return reduce(np.logical_and.outer, chosen)
