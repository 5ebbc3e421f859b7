"""Celwacht: statistical disclosure control with a proof, and a StatLine-style table publisher.

What stands in `__all__` is the public face; everything else in the package is internal and may move.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from celwacht.disclosure.model.verdict import Verdict
    from celwacht.disclosure.own_table.protect_own_table import protect_counts
    from celwacht.disclosure.policy.policy import read_policy
    from celwacht.tables.version import VERSION as __version__

_FACE = {
    "Verdict": ("celwacht.disclosure.model.verdict", "Verdict"),
    "__version__": ("celwacht.tables.version", "VERSION"),
    "protect_counts": ("celwacht.disclosure.own_table.protect_own_table", "protect_counts"),
    "read_policy": ("celwacht.disclosure.policy.policy", "read_policy"),
}
"""Public name: where it lives. Loaded when first asked for, so that `import celwacht` costs nothing."""

__all__ = ["Verdict", "__version__", "protect_counts", "read_policy"]


def __getattr__(name: str) -> Any:
    if name not in _FACE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, own = _FACE[name]
    value = getattr(import_module(module), own)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
