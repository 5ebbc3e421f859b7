"""Blocks of random cubes as rows, and a digest of what a search found in them."""

import hashlib

import numpy as np
from celwacht.disclosure.search.cubes import suppress

from tests.disclosure.search.test_box_search import ROUNDED, country


def rows_of_blocks():
    """(what each cube's blocks share, rows) of three cubes; one block is many times as large as the others."""
    begun = [suppress.begin(country(seed, n=n), ROUNDED, key=b"k") for seed, n in ((1, 30), (2, 6), (3, 4))]
    return [one.faces() for one in begun], [(number, block) for number, one in enumerate(begun) for block in one.blocks()]


def digest(found) -> str:
    made = hashlib.sha256()
    for one in found:
        for array in (*one.cells, *one.pool):
            made.update(str((array.dtype, array.shape)).encode() + np.ascontiguousarray(array).tobytes())
    return made.hexdigest()
