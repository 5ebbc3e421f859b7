"""Which cells are withheld, and the proof that none of them can be got back."""

import os
from hashlib import sha256
from pathlib import Path

# numba keeps compiled code beside the source and trips over what an older version of the source left there; a folder
# for each version of the kernels cannot be stale. Set before anything here imports numba; an own choice is respected.
_HERE = Path(__file__).parent
COMPILED = ("audit/bounds", "loss", "rounding", "rules", "search/cubes", "search/relations", "search/sets")
"""The rooms with compiled code."""
_KERNELS = [path for room in COMPILED for path in sorted((_HERE / room).glob("*.py"))]
_VERSION = sha256(b"".join(path.read_bytes() for path in _KERNELS))
os.environ.setdefault("NUMBA_CACHE_DIR", str(_HERE / "__pycache__" / f"numba-{_VERSION.hexdigest()[:12]}"))

_IN_ONE_CALL = ("protect_counts", "protect_cube", "protect_cells", "ProtectionResult")


def __getattr__(name: str):
    """`from celwacht.disclosure import protect_counts`, without loading the kernels for those who want something else."""
    if name not in _IN_ONE_CALL:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from celwacht.disclosure.own_table import protect_own_table

    return getattr(protect_own_table, name)
