"""The providers behind a cube: as the contributors that the rules of a policy look at, and as insiders who know their own clients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from celwacht.disclosure.model.cube_problem import codes_of_leaves
from celwacht.disclosure.model.insiders import Insiders, insiders_of
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.rules.contributions import Contributions
from celwacht.tables.counting.contributors import Contributors
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.cubes.cube import Cube


@dataclass(frozen=True)
class Providers:
    """What is known of providers: of each its parent organisation ('' for none), and which asked for protection."""

    parent: Mapping[str, str] = field(default_factory=dict, repr=False)
    asks: frozenset[str] = field(default=frozenset(), repr=False)


def contributions_of(found: Contributors, cube: Cube, policy: DisclosurePolicy, providers: Providers = Providers()) -> Contributions:
    """Contributions to the cells of `cube`, which may have fewer codes than the table that was counted (one province).

    Providers of one parent are one contributor where the policy has `holdings: true`. ValueError if the cube has a
    dimension or a code that the contributors were not counted for.
    """
    if found.table != cube.table or len(found.dimensions) != len(cube.dimensions):
        raise ValueError(f"these are contributors of {found.table}, not of {cube.table}")
    names, number = np.unique(found.provider, return_inverse=True)
    holding = None
    if policy.holdings:
        parents = np.array([providers.parent.get(p, "") for p in names.tolist()], dtype=str)
        place = np.unique(parents, return_inverse=True)[1].astype(np.int64)
        holding = np.where(parents == "", -1, place)[number]
    asks = np.array([p in providers.asks for p in names.tolist()], bool)[number]
    dimensions = tuple(_only(a, b) for a, b in zip(found.dimensions, cube.dimensions))
    return Contributions(dimensions, found.leaf, number.astype(np.int64), found.count, found.count, holding, asks)


def insiders_of_cube(found: Contributors, cube: Cube, policy: DisclosurePolicy) -> Insiders:
    """Who has how many of the units of every atom of `cube`, from contributors counted as they know it (build_contributors, known).

    The cube may be narrowed to some regions; what lies in none of its atoms is left out. ValueError if the contributors are of another table.
    """
    if found.table != cube.table or len(found.dimensions) != len(cube.dimensions):
        raise ValueError(f"these are contributors of {found.table}, not of {cube.table}")
    leaf = np.stack([_places(a, b)[found.leaf[:, i]] for i, (a, b) in enumerate(zip(found.dimensions, cube.dimensions))], axis=1)
    there = np.all(leaf >= 0, axis=1)
    atom = np.ravel_multi_index(tuple(leaf[there].T), cube.atoms.shape)
    who = np.unique(found.provider, return_inverse=True)[1]
    return insiders_of(atom, who[there], found.count[there], policy.insiders)


def held_cells(found: Contributors, cube: Cube) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Provider -> (cells of `cube`, flat and ascending, how many of each it knows to be its clients). found: counted as they know it; confidential."""
    leaf = np.stack([_places(a, b)[found.leaf[:, i]] for i, (a, b) in enumerate(zip(found.dimensions, cube.dimensions))], axis=1)
    there = np.all(leaf >= 0, axis=1)
    place, shape = np.zeros((int(there.sum()), 1), np.int64), cube.cells.shape
    for k, d in enumerate(cube.dimensions):
        codes = codes_of_leaves(d.members, d.n_leaves)[leaf[there, k]]
        place = np.where((place < 0)[:, :, None] | (codes == shape[k])[:, None, :], -1, place[:, :, None] * shape[k] + codes[:, None, :])
        place = place.reshape(len(place), -1)
    row, _ = np.nonzero(place >= 0)
    cell, who, own = place[place >= 0], found.provider[there][row], found.count[there][row]
    result = {}
    for name in dict.fromkeys(who.tolist()):
        its, back = np.unique(cell[who == name], return_inverse=True)
        result[name] = its, np.bincount(back, own[who == name]).astype(np.int64)  # counts of clients are far below 2^53
    return result


def _places(full: Classification, target: Classification) -> np.ndarray:
    """(leaves of full,) the leaf of `target` that lies in the same of its codes; -1 where it lies in none."""
    if full.leaves == target.leaves:
        return np.arange(full.n_leaves)
    codes = {c.code: i for i, c in enumerate(full.codes)}
    place = {column.tobytes(): i for i, column in enumerate(target.matrix().T)}
    belongs = full.matrix()[[codes[c.code] for c in target.codes]].T
    return np.array([place.get(row.tobytes(), -1) if row.any() else -1 for row in belongs], np.int64)


def _only(full: Classification, target: Classification) -> Classification:
    """The codes of `target`, over the leaves of `full`; leaves of no code left are invisible."""
    if [c.code for c in full.codes] == [c.code for c in target.codes]:
        return full
    try:
        kept = [full.position(c.code) for c in target.codes]
    except KeyError as error:
        raise ValueError(f"contributors were not counted for code {error.args[0]} of {target.name}") from None
    return replace(full, codes=target.codes, members=tuple(full.members[i] for i in kept))
