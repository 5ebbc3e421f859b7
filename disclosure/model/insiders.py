"""Who contributes to a table and knows its own contribution: the insiders of a cube, such as the providers of its records.

Example: an atom of 12 holds 11 records of provider 0 and 1 of provider 1: rows (atom 5, who 0, own 11), (5, 1, 1). In the eyes of
provider 0 the atom holds at least 11, so that a world with 10 there is none; for provider 1 it is one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np


@dataclass(frozen=True, eq=False)
class Insiders:
    """Own counts by atom and insider. Confidential. n rows, ordered by atom, then insider; no pair twice.

    atom: int64 (n,), flat in C order of the leaves. who: int64 (n,), any numbers >= 0; those of one holding have one number. own:
    int64 (n,), > 0, the insider's records (or clients) in the atom, at most the atom's count. coalition: how many insiders may put
    together what they know.
    """

    atom: np.ndarray = field(repr=False)
    who: np.ndarray = field(repr=False)
    own: np.ndarray = field(repr=False)
    coalition: int = 1

    def malformed(self, count: np.ndarray) -> bool:
        """Whether these cannot be the insiders of atoms that hold `count` (flat): rows out of order, an atom that nobody contributed to,
        or more than it holds."""
        if self.coalition < 1 or not len(self.atom) == len(self.who) == len(self.own):
            return True
        step, other = np.diff(self.atom), np.diff(self.who)
        if np.any((step < 0) | ((step == 0) & (other <= 0))) or np.any((self.who < 0) | (self.who >= 1 << 31)) or np.any(self.own < 1):
            return True
        if len(self.atom) and (self.atom[0] < 0 or self.atom[-1] >= count.size or np.any(self.own > count[self.atom])):
            return True
        whole = np.zeros(count.size, np.int64)
        np.add.at(whole, self.atom, self.own)
        return bool(np.any(whole < count))  # several may have the same client, but every client has somebody

    @cached_property
    def together(self) -> tuple[np.ndarray, np.ndarray]:
        """(atoms, most that any coalition has in each), int64, atoms ascending."""
        order = np.lexsort((-self.own, self.atom))
        atom, first, size = np.unique(self.atom[order], return_index=True, return_counts=True)
        rank = np.arange(len(order)) - np.repeat(first, size)
        return atom, np.add.reduceat(np.where(rank < self.coalition, self.own[order], 0), first) if len(first) else first

    def __repr__(self) -> str:
        return f"<Insiders: {len(self.atom)} (confidential)>"


def insiders_of(atom: np.ndarray, who: np.ndarray, own: np.ndarray, coalition: int = 1) -> Insiders:
    """Insiders from rows in any order; those of one pair are added up, and nothing stays of none."""
    atom, who, own = (np.asarray(a, np.int64) for a in (atom, who, own))
    order = np.lexsort((who, atom))
    atom, who, own = atom[order], who[order], own[order]
    first = np.flatnonzero(np.r_[True, (np.diff(atom) != 0) | (np.diff(who) != 0)])[: len(atom)]
    added = np.add.reduceat(own, first) if len(first) else own
    there = added > 0
    return Insiders(atom[first][there], who[first][there], added[there], coalition)
