"""From a confidential cube to what may be printed, with its proof: the one call that `publish` makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from celwacht.disclosure.model.printed import PrintedTable
from celwacht.disclosure.model.verdict import CheckResult, Verdict
from celwacht.disclosure.policy.headline import headline_ranks
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.policy.sensitivity import Sensitivity
from celwacht.disclosure.proof.cube_checker import check
from celwacht.disclosure.proof.singleton_checker import check_singletons
from celwacht.disclosure.search.cubes.suppress import Levels, Status, Worlds, suppress
from celwacht.tables.cubes.cube import Cube


@dataclass(frozen=True, slots=True, eq=False)
class Protected:
    """A cube with its suppression pattern and its certificate. Confidential until it has passed the gate.

    status: uint8 of the cube's shape (Status). shown: int64, what is printed; 0 where withheld.
    """

    cube: Cube = field(repr=False)
    policy: DisclosurePolicy = field(repr=False)
    status: np.ndarray = field(repr=False)
    shown: np.ndarray = field(repr=False)
    worlds: Worlds = field(repr=False)
    levels: Levels | None = field(default=None, repr=False)
    """What rules beside the threshold ask, if there are any."""
    sensitivity: Sensitivity | None = field(default=None, repr=False)
    """Which rule made which cell sensitive, for reports."""
    headline: np.ndarray | None = field(default=None, repr=False)
    """int16, the cube's shape: ranks of headline figures (headline.py), for reports; None where they are not known."""

    @property
    def withheld(self) -> np.ndarray:
        """bool, the cube's shape."""
        return self.status != Status.PUBLISHED

    @property
    def _headline(self) -> np.ndarray:
        """bool, the cube's shape: headline figures that are not sensitive themselves."""
        there = np.zeros(self.status.shape, bool) if self.headline is None else self.headline > 0
        return there & ((self.status == Status.PUBLISHED) | (self.status == Status.SECONDARY))

    def printed(self) -> PrintedTable:
        """What an intruder will have before them."""
        return PrintedTable(self.cube.dimensions, self.shown, self.withheld, self.policy.rounding_base)

    def check(self) -> CheckResult:
        """The word of the certificate checkers, which believe nothing that the search says."""
        return judge(
            self.cube.atoms,
            members_of(self.cube),
            self.shown,
            self.withheld,
            self.worlds,
            threshold=self.policy.threshold,
            base=self.policy.rounding_base,
            width=self.policy.width,
            levels=self.levels,
            singletons=self.policy.singletons or self.worlds.part is not None,
        )

    def save(self, path: Path) -> None:
        """Writes what the certificate checkers need into a new file."""
        save_certificate(path, self)

    def summary(self) -> dict[str, int]:
        """For the closing table: numbers of cells and the value that is withheld. Confidential."""
        cells = self.cube.cells
        return {
            "cells": cells.size,
            "sensitive": int((self.status == Status.PRIMARY).sum()),
            "withheld": int(self.withheld.sum()),
            "secondary": int((self.status == Status.SECONDARY).sum()),
            "value": int(cells.sum()),
            "value_withheld": int(cells[self.withheld].sum()),
            "worlds": len(self.worlds),
            "headline": int(self._headline.sum()),
            "headline_withheld": int((self._headline & (self.status == Status.SECONDARY)).sum()),
        }

    def __repr__(self) -> str:
        return f"<Protected {self.cube.table} under {self.policy.id} (confidential)>"


def judge(atoms, members, shown, withheld, worlds: Worlds, *, singletons: bool, **rules) -> CheckResult:
    """The verdict: `check`, and `check_singletons` where the worlds are meant to stand against singletons."""
    judged = check(atoms, members, shown, withheld, worlds, **rules)
    if judged.verdict is not Verdict.SAFE or not singletons:
        return judged
    if worlds.part is None:
        return CheckResult(Verdict.INCONCLUSIVE, "no proof against singletons, which was asked", np.zeros(0, np.int64))
    return check_singletons(atoms, members, shown, withheld, worlds, **rules)


def members_of(cube: Cube) -> tuple[tuple[np.ndarray, ...], ...]:
    """The leaves of every code of every dimension, as the checker wants them."""
    return tuple(d.members for d in cube.dimensions)


def protect(
    cube: Cube,
    policy: DisclosurePolicy,
    *,
    sensitivity: Sensitivity | None = None,
    keep: tuple[str, ...] = (),
    key: bytes = b"",
    singletons: bool = False,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Protected:
    """Withholds what the policy asks and what protects that, rounds the rest, and keeps the proof.

    sensitivity: what the policy's rules and an a-priori list say of this cube (sensitivity.py); ValueError if the policy
    has rules and it is not there. keep: dimensions whose totals over all others are headline figures, as the policy's levels
    are. singletons: against people who are alone in an atom as well. key: secret bytes that break ties, so that the pattern cannot be replayed by an
    outsider; same cube, policy and key: same result, however many threads. progress(proved, sensitive cells) is called
    now and then. The result is not yet judged: see `Protected.check` and the release gate.
    """
    if policy.rules is not None and sensitivity is None:  # never published as if they had been applied
        raise ValueError(
            f"policy {policy.id} has rules: give the sensitivity of {cube.table} that they lead to (sensitivity.sensitive_cells)"
        )
    levels, forced = None, None
    if sensitivity is not None:
        levels = Levels(*(a.reshape(cube.shape) for a in (sensitivity.lpl, sensitivity.upl, sensitivity.spl, sensitivity.mask)))
        forced = sensitivity.forced.reshape(cube.shape)
    ranks = headline_ranks(cube, policy.keep, keep)
    pattern = suppress(
        cube, policy, levels=levels, forced=forced, kept=ranks, singletons=singletons, key=key, threads=threads, progress=progress
    )
    withheld = pattern.status != Status.PUBLISHED
    shown = np.where(withheld, 0, policy.printed(cube.cells))
    for array in (pattern.status, shown):
        array.flags.writeable = False
    return Protected(cube, policy, pattern.status, shown, pattern.worlds, levels, sensitivity, ranks)


def save_certificate(path: Path, protected: Protected) -> None:
    """Writes all that the checker needs into one file (NumPy archive) for the confidential folder."""
    arrays = {
        "atoms": protected.cube.atoms,
        "shown": protected.shown,
        "withheld": protected.withheld,
        "first": protected.worlds.first,
        "atom": protected.worlds.atom,
        "difference": protected.worlds.difference,
        "policy": np.array(
            [
                protected.policy.threshold,
                protected.policy.rounding_base,
                protected.policy.width,
                int(protected.policy.singletons or protected.worlds.part is not None),
            ]
        ),
    }
    if protected.worlds.part is not None:
        arrays["part"] = protected.worlds.part
    if protected.levels is not None:
        arrays |= {f"level_{name}": array for name, array in protected.levels._asdict().items()}
    for i, dimension in enumerate(protected.cube.dimensions):
        arrays[f"leaves{i}"] = np.concatenate(dimension.members).astype(np.int32)
        arrays[f"lengths{i}"] = np.array([len(m) for m in dimension.members], np.int32)
    with path.open("xb") as file:
        np.savez_compressed(file, **arrays)


def worlds_of(archive) -> Worlds:
    """The worlds in an opened certificate."""
    return Worlds(archive["first"], archive["atom"], archive["difference"], archive["part"] if "part" in archive else None)


def levels_of(archive) -> Levels | None:
    """The levels in an opened certificate; None if it was made without further rules."""
    names = [f"level_{name}" for name in Levels._fields]
    return Levels(*(archive[name] for name in names)) if all(name in archive for name in names) else None
