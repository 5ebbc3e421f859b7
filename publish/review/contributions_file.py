"""Who contributes how much to the cells of a table, beside its certificate: from this the levels that rules ask can be worked out anew.

    <table>/0.contributors.npz   leaf, contributor, amount, and holding and asks where rules need them; the leaves of each code

Confidential, as the rest of the record.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from celwacht.disclosure.rules.contributions import Contributions
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.cubes.cube import Cube

_FIELDS = ("leaf", "contributor", "amount")
_MORE = ("holding", "asks")


def name_of(number: int) -> str:
    """Name of the file that belongs to the certificate of a cube."""
    return f"{number}.contributors.npz"


def save(path: Path, found: Contributions) -> None:
    """Into one new file; FileExistsError if there is one."""
    arrays = {name: getattr(found, name) for name in _FIELDS}
    arrays |= {name: getattr(found, name) for name in _MORE if getattr(found, name) is not None}
    for i, d in enumerate(found.dimensions):
        arrays[f"leaves{i}"] = np.concatenate(d.members).astype(np.int32)
        arrays[f"lengths{i}"] = np.array([len(m) for m in d.members] + [d.n_leaves], np.int32)
    with path.open("xb") as file:
        np.savez_compressed(file, **arrays)


def read(path: Path, cube: Cube) -> Contributions:
    """Those of a cube; ValueError, KeyError, OSError or BadZipFile where the file is not that."""
    with np.load(path, allow_pickle=False) as a:
        dimensions = tuple(_over(d, a[f"leaves{i}"], a[f"lengths{i}"]) for i, d in enumerate(cube.dimensions))
        holding, asks = (a[name] if name in a else None for name in _MORE)
        leaf, contributor, amount = (a[name] for name in _FIELDS)
    return Contributions(dimensions, leaf, contributor, amount, amount, holding, asks)


def _over(dimension: Classification, leaves: np.ndarray, lengths: np.ndarray) -> Classification:
    """The codes of a dimension over leaves that only have numbers."""
    members = tuple(part.copy() for part in np.split(leaves, np.cumsum(lengths[:-1])[:-1]))
    names = tuple(map(str, range(int(lengths[-1]))))
    return Classification(dimension.name, dimension.title_nl, dimension.title_en, dimension.codes, names, members, dimension.kind)
