"""Which cells are withheld, and the proof that none of them can be got back."""

import os
from hashlib import sha256
from pathlib import Path

# numba keeps compiled code beside the source, and looks at the time of the one file that holds a function: what an older version of
# that file, or of a constant in another one, left there would be taken for good. A folder for each version of all of them cannot be
# stale. Set before anything here imports numba; in a cache folder of one's own choice it is a folder in that.
_HERE = Path(__file__).parent
COMPILED = ("audit/bounds", "loss", "rounding", "rules", "search/cubes", "search/relations", "search/sets", "search/small", "search/units")
"""The rooms with compiled code."""
CONSTANTS = ("model/problem.py", "search/small/state.py")
"""Files without compiled code whose constants are compiled into it."""
_SOURCES = [(_HERE / file).read_bytes() for file in CONSTANTS]
_SOURCES += [text for room in COMPILED for path in sorted((_HERE / room).glob("*.py")) if b"numba" in (text := path.read_bytes())]
_VERSION = f"numba-{sha256(b''.join(_SOURCES)).hexdigest()[:12]}"
_CACHE = Path(os.environ.get("NUMBA_CACHE_DIR") or _HERE / "__pycache__")
os.environ["NUMBA_CACHE_DIR"] = str(_CACHE if _CACHE.name == _VERSION else _CACHE / _VERSION)


WARMED = "warmed"
"""File of the cache folder that says that everything was compiled beforehand (`python -m celwacht.publish.warm`), and of what."""


def warm_mark(by: Path) -> str:
    """What the file WARMED holds where `by` compiled everything of these very files, for this numba and this processor: numba looks at the time and size
    of a file, and at the processor's name, and compiles anew where any of them is another."""
    from importlib.metadata import version

    from llvmlite.binding import get_host_cpu_name

    files = [path for room in COMPILED for path in sorted((_HERE / room).glob("*.py"))]
    seen = [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files if b"numba" in path.read_bytes()]
    told = sha256(by.read_bytes()).hexdigest(), version("numba"), get_host_cpu_name(), seen
    return sha256(repr(told).encode()).hexdigest()


def warmed(by: Path) -> bool:
    """Whether `by` has compiled everything, so that nothing of ours needs to be compiled any more."""
    file = Path(os.environ["NUMBA_CACHE_DIR"]) / WARMED
    return file.is_file() and file.read_text(encoding="utf-8") == warm_mark(by)


def compiled() -> bool:
    """Whether any search of this version was compiled before: the first run without takes minutes for it."""
    return any(Path(os.environ["NUMBA_CACHE_DIR"]).glob("**/*.nbi"))


_IN_ONE_CALL = ("protect_counts", "protect_cube", "protect_cells", "ProtectionResult")


def __getattr__(name: str):
    """`from celwacht.disclosure import protect_counts`, without loading the kernels for those who want something else."""
    if name not in _IN_ONE_CALL:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from celwacht.disclosure.own_table import protect_own_table

    return getattr(protect_own_table, name)
