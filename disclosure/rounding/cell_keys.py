"""Cell keys: every record has a secret number, a cell's key is their sum modulo 2^32, and a p-table does the rest.

Theory (Fraser and Wooton 2005). Two cells of the same records have the same key, whatever table they are in, so they
are printed alike; asking the same question often gives one answer, not an average. One record more gives the cell a
key that has nothing to do with the one before. The sum of even one uniform secret number is uniform.

With records: `record_keys` from pseudonyms, `add_up` to atoms, `cell_keys` to cells. Where only counts are
there (a table that somebody hands over), `keys_of_counts` gives each atom the key that such records might have had;
the same counts in the same atoms then have the same keys, and tables rolled up from the same atoms agree.

Example: records with secret numbers 7 and 2^32 - 3 make a cell of 2 with key 4, in whatever table it stands; a third record with 10 makes it 14.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from celwacht.disclosure.rounding.keyed_hash import cell_words, siphash
from celwacht.disclosure.rounding.p_table import TOTAL
from celwacht.tables.cubes.cube import Cube, roll_up

_RECORD = b"celwacht-record/1"
_MODULUS = np.int64(TOTAL - 1)


def record_keys(pseudonyms: Iterable[str], key: bytes) -> np.ndarray:
    """(n,) int64 in 0..2^32-1: the same pseudonym and key, the same number. key: secret, at least 16 bytes."""
    if len(key) < 16:
        raise ValueError("the key for record keys has fewer than 16 bytes; use one of 32 random bytes")
    start = blake2b(_RECORD, key=key[:64], digest_size=4)

    def digest(name: str) -> bytes:
        h = start.copy()
        h.update(name.encode())
        return h.digest()

    return np.frombuffer(b"".join(map(digest, pseudonyms)), "<u4").astype(np.int64)


def add_up(keys: np.ndarray, atom: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """int64 of `shape`: sums modulo 2^32 of the keys (n,) of the records whose flat atom is atom (n,)."""
    sums = np.zeros(int(np.prod(shape)), np.int64)
    np.add.at(sums, atom, keys)  # 2^31 records of 32 bits still fit
    return (sums & _MODULUS).reshape(shape)


def keys_of_counts(cube: Cube, key: bytes, series: str = "") -> np.ndarray:
    """int64 of the atoms' shape: a key for each atom from its codes and its count; 0 for empty atoms."""
    words = cell_words(cube.dimensions, key, f"atoms\0{series}", leaves=True)
    secret = blake2b(b"celwacht-atom/1", key=key[:64], digest_size=16).digest()
    keys = siphash(secret, np.stack([words, cube.atoms.astype(np.uint64)], axis=-1)) >> np.uint64(32)
    return np.where(cube.atoms > 0, keys.astype(np.int64), 0)


def cell_keys(cube: Cube, atom_keys: np.ndarray) -> np.ndarray:
    """int64 of the cells' shape, 0..2^32-1: sums of the keys of the atoms under each cell, modulo 2^32."""
    return roll_up(atom_keys, cube.dimensions) & _MODULUS
