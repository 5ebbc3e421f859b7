"""Which cells are withheld, and the proof that none of them can be got back."""

import os
from hashlib import sha256
from pathlib import Path

# numba keeps compiled code beside the source and trips over what an older version of the source left there; a folder
# for each version of the kernels cannot be stale. Set before anything here imports numba; an own choice is respected.
_HERE = Path(__file__).parent
_VERSION = sha256(b"".join(p.read_bytes() for p in sorted([*_HERE.glob("*_search.py"), _HERE / "search_state.py", _HERE / "world_pool.py"])))
os.environ.setdefault("NUMBA_CACHE_DIR", str(_HERE / "__pycache__" / f"numba-{_VERSION.hexdigest()[:12]}"))

_IN_ONE_CALL = ("protect_counts", "protect_cube", "protect_cells", "ProtectionResult")


def __getattr__(name: str):
    """`from celwacht.disclosure import protect_counts`, without loading the kernels for those who want something else."""
    if name not in _IN_ONE_CALL:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from celwacht.disclosure import standalone

    return getattr(standalone, name)
