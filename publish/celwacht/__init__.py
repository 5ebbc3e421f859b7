"""Celwacht: statistical disclosure control with a proof, and a StatLine-style table publisher.

    import celwacht

    done = celwacht.protect_counts(frame, trees, threshold=10, width=5)
    done.verdict, done.table(), done.audit()

What stands in `__all__` is the public face, and docs/reference/python.md documents it; everything else in the package is internal and
may move.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from celwacht import publish as publish
    from celwacht.disclosure.model.problem import SuppressionProblem as SuppressionProblem
    from celwacht.disclosure.model.verdict import Verdict as Verdict
    from celwacht.disclosure.own_table.protect_own_table import protect_counts as protect_counts
    from celwacht.disclosure.policy.policy import read_policy as read_policy
    from celwacht.publish.face.own_tables import audit_table as audit_table
    from celwacht.publish.face.own_tables import protect_problem as protect_problem
    from celwacht.publish.face.own_tables import round_counts as round_counts
    from celwacht.publish.face.own_tables import verify as verify
    from celwacht.publish.face.sets import build_cubes as build_cubes
    from celwacht.publish.face.sets import publish_set as publish_set
    from celwacht.tables.problems import ProblemsFound as ProblemsFound
    from celwacht.tables.version import VERSION as __version__

_FACE = {
    "ProblemsFound": "celwacht.tables.problems",
    "SuppressionProblem": "celwacht.disclosure.model.problem",
    "Verdict": "celwacht.disclosure.model.verdict",
    "audit_table": "celwacht.publish.face.own_tables",
    "build_cubes": "celwacht.publish.face.sets",
    "protect_counts": "celwacht.disclosure.own_table.protect_own_table",
    "protect_problem": "celwacht.publish.face.own_tables",
    "publish_set": "celwacht.publish.face.sets",
    "read_policy": "celwacht.disclosure.policy.policy",
    "round_counts": "celwacht.publish.face.own_tables",
    "verify": "celwacht.publish.face.own_tables",
}
"""Public name: the module that has it. Loaded when first asked for, so that `import celwacht` costs nothing."""

__all__ = ["__version__", "publish", *_FACE]


def __getattr__(name: str) -> Any:
    value: Any
    if name == "__version__":
        value = import_module("celwacht.tables.version").VERSION
    elif name == "publish":  # the package of this name, which is a function as well
        value = import_module("celwacht.publish")
    elif name in _FACE:
        value = getattr(import_module(_FACE[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
