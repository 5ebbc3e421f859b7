"""A suppression problem with its pattern and its certificate, in memory and on disk. Confidential."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from celwacht.disclosure.model.problem import CellWorlds, Found, Relations, SuppressionProblem
from celwacht.disclosure.model.verdict import CheckResult
from celwacht.disclosure.proof.problem_checker import check_cells

_CELLS = ("value", "cost", "status", "lower", "upper", "printed_low", "printed_high", "lpl", "upl", "spl")
_FACTS = ("first", "cell", "coefficient", "least", "greatest")
_WORLDS = ("first", "cell", "difference", "scale")


@dataclass(frozen=True, slots=True, eq=False)
class CellsProtection:
    """What a method found for a problem. pattern: uint8 (n,) of Pattern."""

    problem: SuppressionProblem = field(repr=False)
    pattern: np.ndarray = field(repr=False)
    worlds: CellWorlds = field(repr=False)
    lower_bound: float | None = None
    method: str = ""

    @classmethod
    def of(cls, problem: SuppressionProblem, found: Found) -> CellsProtection:
        return cls(problem, found.pattern, found.worlds, found.lower_bound, found.method)

    def check(self) -> CheckResult:
        """The word of the solver-free checker."""
        return check_cells(self.problem, self.pattern, self.worlds)

    def save(self, path: Path) -> None:
        """Writes all that the checker needs into one new file (NumPy archive)."""
        p = self.problem
        arrays = {name: getattr(p, name) for name in _CELLS}
        arrays |= {f"fact_{name}": getattr(p.relations, name) for name in _FACTS}
        arrays |= {f"world_{name}": getattr(self.worlds, name) for name in _WORLDS}
        arrays |= {
            "pattern": self.pattern,
            "integral": np.array(p.integral),
            "decimals": np.array(p.decimals),
            "names": np.array(p.names, np.str_),
        }
        with path.open("xb") as file:
            np.savez_compressed(file, **arrays)


def of_archive(a) -> CellsProtection:
    """What `save` wrote, from an opened archive; KeyError or ValueError if it is something else."""
    facts = Relations(*(a[f"fact_{name}"] for name in _FACTS))
    problem = SuppressionProblem(
        "certificate",
        *(a[name] for name in _CELLS),
        facts,
        bool(a["integral"]),
        decimals=int(a["decimals"]),
        names=tuple(map(str, a["names"])),
    )
    return CellsProtection(problem, a["pattern"], CellWorlds(*(a[f"world_{name}"] for name in _WORLDS)))
