"""Which cells are withheld, and the proof that none of them can be got back."""

import os
from hashlib import sha256
from pathlib import Path

# numba keeps compiled code beside the source and trips over what an older version of the source left there; a folder
# for each version of the kernels cannot be stale. Set before anything here imports numba; an own choice is respected.
_HERE = Path(__file__).parent
_VERSION = sha256(b"".join(p.read_bytes() for p in sorted(_HERE.glob("*_search.py")) + [_HERE / "search_state.py"]))
os.environ.setdefault("NUMBA_CACHE_DIR", str(_HERE / "__pycache__" / f"numba-{_VERSION.hexdigest()[:12]}"))
