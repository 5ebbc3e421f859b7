"""What the worlds of a set say of one cube: its proof by itself, as the checker of one table wants it.

Example: a world of the set takes person 3 out of atom 5 of cube 0 and puts it in atom 6. For cube 0 that is {5: -1, 6: +1}; cube 1, where nothing changes,
has no world of it.
"""

from __future__ import annotations

import numpy as np
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.search.sets.clean_up import Changes, needed
from celwacht.disclosure.sets.model import Types, TypeWorlds


def worlds_of_cube(number: int, cells: tuple[int, int], spl: np.ndarray, types: Types, worlds: TypeWorlds, changes: Changes) -> Worlds:
    """The worlds of the set that cube `number` needs, as differences over its atoms. cells: its first cell in the set, and the one
    after its last; apart: of all cells of the set, how far they must be apart; changes: what each of the worlds does to them."""
    keep = needed(changes, np.where((np.arange(len(spl)) >= cells[0]) & (np.arange(len(spl)) < cells[1]), spl, 0))
    owner = np.repeat(np.arange(len(types.count)), np.diff(types.first))
    mine = np.flatnonzero(types.cube == number)
    at = np.searchsorted(owner[mine], np.arange(len(types.count) + 1))
    world = np.repeat(np.arange(len(worlds)), np.diff(worlds.first))
    rows = np.flatnonzero(keep[world])
    many = np.diff(at)[worlds.kind[rows]]
    row = np.repeat(at[worlds.kind[rows]], many) + np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    place = np.stack([np.repeat(world[rows], many), types.atom[mine][row].astype(np.int64)])
    found, which = np.unique(place, axis=1, return_inverse=True)
    change = np.zeros(found.shape[1], np.int64)
    np.add.at(change, which.reshape(-1), np.repeat(worlds.difference[rows], many))
    found, change = found[:, change != 0], change[change != 0]
    ends = np.flatnonzero(np.diff(found[0], prepend=-1, append=-2)) if found.shape[1] else np.zeros(1, np.int64)
    return Worlds(ends.astype(np.int64), found[1], change)
