"""The certificate of a set on disk: types and worlds; what was printed stands in the records of its tables. Confidential.

A NumPy archive: form 2, count, first, cube, atom (Types), world_first, world_kind, world_difference (TypeWorlds), earlier (names of records);
form 1 had no releases before.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from celwacht.disclosure.sets.model import Types, TypeWorlds

FORM = 2
_TYPES = ("count", "first", "cube", "atom")
_WORLDS = ("first", "kind", "difference")


@dataclass(frozen=True, slots=True, eq=False)
class SetProof:
    """types: over the cubes of all tables, in the order of the release, and then those of the releases before that it was proved
    beside. worlds: of all of them at once. earlier: the names of the records of those releases."""

    types: Types = field(repr=False)
    worlds: TypeWorlds = field(repr=False)
    earlier: tuple[str, ...] = ()


def save(path: Path, proof: SetProof) -> None:
    """Writes it into one new file; FileExistsError if there is one."""
    arrays = {"form": np.array(FORM)} | {n: getattr(proof.types, n) for n in _TYPES}
    arrays |= {f"world_{n}": getattr(proof.worlds, n) for n in _WORLDS}
    arrays["earlier"] = np.array(proof.earlier, dtype=str)
    with path.open("xb") as file:
        np.savez_compressed(file, **arrays)


def read(path: Path) -> SetProof:
    """The certificate in a file; ValueError if it is not one of this form, or was cut short. It is not yet judged."""
    try:
        with np.load(path, allow_pickle=False) as a:
            if int(a["form"]) not in (1, FORM):
                raise KeyError("form")
            whole = {n: a[n].astype(np.int64) for n in (*_TYPES, *(f"world_{w}" for w in _WORLDS))}
            earlier = tuple(map(str, a["earlier"].tolist())) if int(a["form"]) == FORM else ()
        if any(x.ndim != 1 for x in whole.values()):
            raise ValueError
        return SetProof(Types(*(whole[n] for n in _TYPES)), TypeWorlds(*(whole[f"world_{n}"] for n in _WORLDS)), earlier)
    except (KeyError, OSError, IndexError, EOFError, BadZipFile, zlib.error, ValueError, TypeError, RuntimeError) as error:
        raise ValueError(f"{path.name} is not the certificate of a set, or was cut short") from error
