"""The certificate: a problem, its suppression pattern and the worlds that prove it, in memory and on disk. Confidential.

One format for all that is protected, and this file alone writes and reads it. A NumPy archive:

    form         2; another number is refused
    problem      "cube" or "cells": which of the two ways to state a problem
    pattern      uint8, Status of every cell
    world_...    the fields of Worlds
    cube:        atoms, shown, leaves0, lengths0, ... (members of each dimension), rule = threshold, base, width, singletons, and
                 level_... (Levels), where further rules ask something; insider_... (fields of Insiders), where they are asked;
                 impossible (bits), where there are structural zeros
    cells:       value, ..., spl (fields of SuppressionProblem), fact_... (Relations), integral, decimals, names

What a certificate proves rests on nothing but this file, the two problems and the checkers: no search, no solver, no policy.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from celwacht.disclosure.model.cube_problem import CubeProblem
from celwacht.disclosure.model.insiders import Insiders
from celwacht.disclosure.model.levels import Levels
from celwacht.disclosure.model.problem import CELL_ARRAYS, Relations, SuppressionProblem
from celwacht.disclosure.model.verdict import CheckResult, Verdict
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.proof.checker import Seen, check, judge, look
from celwacht.disclosure.proof.insider_checker import check_insiders
from celwacht.disclosure.proof.singleton_checker import check_singletons
from celwacht.tables.spread import Spread

PIECE = 64
"""Worlds that are looked at in one go, where they are looked at in pieces."""
FORM = 2
_IN_FILE = {"role": "status"}  # the name that files of form 2 have for it
_FACTS = ("first", "cell", "coefficient", "least", "greatest")
_INSIDERS = ("atom", "who", "own", "coalition")
_WORLDS = ("first", "unknown", "difference", "scale")


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """pattern: uint8, Status, in the shape of the problem's cells. Its repr holds no value."""

    problem: CubeProblem | SuppressionProblem = field(repr=False)
    pattern: np.ndarray = field(repr=False)
    worlds: Worlds = field(repr=False)

    def check(self, spread: Spread | None = None) -> CheckResult:
        """The word of the checkers: `check`, and `check_insiders` and `check_singletons` where the problem asks for that. spread: looks at worlds
        in pieces, side by side; the verdict is reached here, from what they show."""
        if spread is None:
            judged = check(self.problem, self.pattern, self.worlds)
        else:
            judged = judge(self.problem, self.pattern, lambda: spread(look_at, [(self.problem, self.pattern)], pieces(self.worlds)))
        inside, alone = (getattr(self.problem, name, None) for name in ("insiders", "singletons"))
        for asked, whom, further in ((inside is not None, "insiders", check_insiders), (bool(alone), "singletons", check_singletons)):
            if judged.verdict is Verdict.SAFE and asked:
                if self.worlds.part is None:
                    return CheckResult(Verdict.INCONCLUSIVE, f"no proof against {whom}, which was asked", np.zeros(0, np.int64))
                judged = further(self.problem, self.pattern, self.worlds)
        return judged

    def save(self, path: Path) -> None:
        """Writes it into one new file; FileExistsError if there is one."""
        kind, stated = ("cube", _cube) if isinstance(self.problem, CubeProblem) else ("cells", _cells)
        arrays = {"form": np.array(FORM), "problem": np.array(kind), "pattern": self.pattern, **stated(self.problem)}
        arrays |= {f"world_{name}": getattr(self.worlds, name) for name in _WORLDS}
        if self.worlds.part is not None:
            arrays["world_part"] = self.worlds.part
        with path.open("xb") as file:
            np.savez_compressed(file, **arrays)

    def __repr__(self) -> str:
        return f"<Certificate over {self.pattern.size:,} cells with {len(self.worlds):,} worlds (confidential)>"


def pieces(worlds: Worlds) -> list[tuple[int, tuple[int, Worlds]]]:
    """Worlds, PIECE at a time, as rows for a Spread: (0, (number of the first of them, these)). At least one, which may be empty."""
    found = []
    for begin in range(0, max(len(worlds), 1), PIECE):
        end = min(begin + PIECE, len(worlds))
        at = slice(worlds.first[begin], worlds.first[end])
        own = worlds.first[begin : end + 1] - worlds.first[begin]
        found.append((0, (begin, Worlds(own, worlds.unknown[at], worlds.difference[at], scale=worlds.scale[begin:end]))))
    return found


def look_at(of: tuple[CubeProblem | SuppressionProblem, np.ndarray], piece: tuple[int, Worlds]) -> Seen | str:
    """What `look` says of one piece."""
    return look(*of, piece[1], piece[0])


def read_certificate(path: Path) -> Certificate:
    """The certificate in a file; ValueError if it is not one of this form, or was cut short. It is not yet judged."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            if int(archive["form"]) != FORM:
                raise KeyError("form")
            problem = {"cube": _read_cube, "cells": _read_cells}[str(archive["problem"])](archive)
            part = archive["world_part"] if "world_part" in archive else None
            first, unknown, difference, scale = (archive[f"world_{name}"] for name in _WORLDS)
            return Certificate(problem, archive["pattern"], Worlds(first, unknown, difference, part, scale))
    except (KeyError, OSError, IndexError, EOFError, BadZipFile, zlib.error, ValueError, TypeError, RuntimeError) as error:
        raise ValueError(f"{path.name} is not a certificate, or was cut short") from error


def _cube(problem: CubeProblem) -> dict[str, np.ndarray]:
    rule = np.array([problem.threshold, problem.base, problem.width, int(problem.singletons)])
    arrays = {"atoms": problem.atoms, "shown": problem.shown, "rule": rule}
    for i, members in enumerate(problem.members):
        arrays[f"leaves{i}"] = np.concatenate(members).astype(np.int32)
        arrays[f"lengths{i}"] = np.array([len(m) for m in members], np.int32)
    if problem.levels is not None:
        arrays |= {f"level_{name}": array for name, array in problem.levels._asdict().items()}
    if problem.insiders is not None:
        arrays |= {f"insider_{name}": np.asarray(getattr(problem.insiders, name)) for name in _INSIDERS}
    if problem.impossible is not None:
        arrays["impossible"] = np.packbits(problem.impossible)
    return arrays


def _read_cube(a: Mapping[str, np.ndarray]) -> CubeProblem:
    atoms = a["atoms"]
    members = tuple(tuple(np.split(a[f"leaves{i}"], np.cumsum(a[f"lengths{i}"])[:-1])) for i in range(atoms.ndim))
    threshold, base, width, singletons = map(int, a["rule"])
    names = [f"level_{name}" for name in Levels._fields]
    levels = Levels(*(a[name] for name in names)) if names[0] in a else None
    insiders = None
    if "insider_coalition" in a:
        insiders = Insiders(*(a[f"insider_{name}"] for name in _INSIDERS[:-1]), int(a["insider_coalition"]))
    bits = np.unpackbits(a["impossible"], count=atoms.size).astype(bool).reshape(atoms.shape) if "impossible" in a else None
    return CubeProblem(atoms, members, a["shown"], threshold, base, width, levels, bool(singletons), insiders, bits)


def _cells(problem: SuppressionProblem) -> dict[str, np.ndarray]:
    arrays = {_IN_FILE.get(name, name): getattr(problem, name) for name in CELL_ARRAYS}
    arrays |= {f"fact_{name}": getattr(problem.relations, name) for name in _FACTS}
    about = {"integral": np.array(problem.integral), "decimals": np.array(problem.decimals), "names": np.array(problem.names, np.str_)}
    return arrays | about


def _read_cells(a: Mapping[str, np.ndarray]) -> SuppressionProblem:
    facts = Relations(*(a[f"fact_{name}"] for name in _FACTS))
    about = {"decimals": int(a["decimals"]), "names": tuple(map(str, a["names"]))}
    return SuppressionProblem("certificate", *(a[_IN_FILE.get(name, name)] for name in CELL_ARRAYS), facts, bool(a["integral"]), **about)
