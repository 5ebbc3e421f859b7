"""What a certificate file proves, as a pattern: values and statuses that follow from it, and the checker's verdict.

For `celwacht verify`: nothing is taken from the search or from the folder's own words, only from the certificate.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from celwacht.disclosure.model.problem import Pattern, SuppressionProblem
from celwacht.disclosure.model.verdict import CheckResult
from celwacht.disclosure.own_table.result import names_of, status_of
from celwacht.disclosure.problems.jj_format import in_units
from celwacht.disclosure.proof.cube_checker import codes_of_leaves, prints, totals
from celwacht.disclosure.proof.protected_problem import CellsProtection, of_archive
from celwacht.disclosure.search.cubes.protect_cube import judge, levels_of, worlds_of


@dataclass(frozen=True, slots=True, eq=False)
class Certified:
    """value, status: flat over cells, as in ProtectionResult. members: leaves of every code of every dimension, () for
    a problem without dimensions. printed: what is printed under rounding, else None. asked: the guarantee's numbers."""

    judged: CheckResult
    value: np.ndarray = field(repr=False)
    status: np.ndarray = field(repr=False)
    printed: np.ndarray | None = field(repr=False)
    members: tuple[tuple[np.ndarray, ...], ...] = field(repr=False)
    asked: dict[str, object]
    decimals: int = 0
    cells: tuple[str, ...] = field(default=(), repr=False)
    problem: SuppressionProblem | None = field(default=None, repr=False)


def read_certified(path: Path) -> Certified:
    """Judges the certificate in a file; ValueError if it is not one."""
    try:
        with np.load(path, allow_pickle=False) as a:
            return _of_cube(a) if "atoms" in a else _of_cells(of_archive(a))
    except (KeyError, OSError, IndexError, EOFError, BadZipFile, zlib.error, ValueError, TypeError) as error:
        raise ValueError(f"{path.name} is not a certificate, or was cut short") from error


def _of_cells(found: CellsProtection) -> Certified:
    problem = found.problem
    status = status_of(problem, found.pattern)
    level = np.maximum(np.maximum(problem.lpl, problem.upl), problem.spl)[problem.sensitive]
    asked = (
        {
            "protection levels from": in_units(int(level.min(initial=1 << 50)), problem.decimals),
            "to": in_units(int(level.max()), problem.decimals),
        }
        if len(level)
        else {}
    )
    return Certified(found.check(), problem.value, status, None, (), asked, problem.decimals, names_of(problem), problem)


def _of_cube(a) -> Certified:
    atoms, shown, withheld = a["atoms"], a["shown"], a["withheld"]
    members = tuple(_members(a[f"leaves{i}"], a[f"lengths{i}"]) for i in range(atoms.ndim))
    threshold, base, width, singletons = map(int, a["policy"])
    levels = levels_of(a)
    judged = judge(
        atoms,
        members,
        shown,
        withheld,
        worlds_of(a),
        threshold=threshold,
        base=base,
        width=width,
        levels=levels,
        singletons=bool(singletons),
    )
    there = np.flatnonzero(atoms)
    codes = [codes_of_leaves(m, n) for m, n in zip(members, atoms.shape)]
    value = totals(there, atoms.ravel()[there], atoms.shape, codes, tuple(map(len, members))).ravel()
    primary = (value > 0) & (prints(value, base) < threshold)
    primary |= levels.sensitive.ravel() if levels else False
    status = np.where(withheld.ravel(), np.where(primary, Pattern.PRIMARY, Pattern.SECONDARY), Pattern.PUBLISHED)
    asked = {"threshold": threshold, "width": width, "rounding_base": base, "singletons": bool(singletons)}
    return Certified(judged, value, status.astype(np.uint8), shown.ravel() if base > 1 else None, members, asked)


def _members(leaves: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, ...]:
    return tuple(np.split(leaves, np.cumsum(lengths)[:-1]))
