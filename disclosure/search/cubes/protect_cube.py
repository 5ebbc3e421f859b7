"""From a confidential cube to what may be printed, with its proof: the one call that `publish` makes.

Example:

    >>> from celwacht.disclosure.model.example import cube
    >>> from celwacht.disclosure.own_table.protect_own_table import policy_of
    >>> done = protect(cube(), policy_of(threshold=2, width=3))      # doctest: +SKIP
    >>> done.status      # doctest: +SKIP
    array([[0, 0, 0],
           [0, 1, 2],
           [0, 2, 2]], dtype=uint8)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256

import numpy as np
from celwacht.disclosure.model.insiders import Insiders
from celwacht.disclosure.model.levels import Levels
from celwacht.disclosure.model.problem import Found
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.policy.headline import Elsewhere, given_up, headline_ranks
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.policy.sensitivity import Sensitivity
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.disclosure.search.cubes.block import Searched
from celwacht.disclosure.search.cubes.suppress import Begun, begin, end
from celwacht.tables.cubes.cube import Cube

AGAIN = 2
"""Searches more, at most, for a cube of which a large headline figure is lost."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A cube and all that is asked of its protection; can travel. Confidential. Fields as the arguments of `protect`."""

    cube: Cube = field(repr=False)
    policy: DisclosurePolicy = field(repr=False)
    sensitivity: Sensitivity | None = field(default=None, repr=False)
    keep: tuple[str, ...] = ()
    elsewhere: Elsewhere | None = field(default=None, repr=False)
    key: bytes = field(default=b"", repr=False)
    singletons: bool = False
    insiders: Insiders | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.policy.rules is not None and self.sensitivity is None:  # never published as if they had been applied
            raise ValueError(
                f"policy {self.policy.id} has rules: give the sensitivity of {self.cube.table} that they lead to (sensitivity.sensitive_cells)"
            )

    @property
    def ranks(self) -> np.ndarray:
        """int16, the cube's shape: ranks of headline figures."""
        return headline_ranks(self.cube, self.policy.keep, self.keep)

    @property
    def kept(self) -> np.ndarray:
        """int16, the cube's shape: the same with those of other tables."""
        return self.ranks if self.elsewhere is None else np.where(self.ranks > 0, self.ranks, self.elsewhere.of(self.cube))

    @property
    def given_up(self) -> np.ndarray:
        """int16, the cube's shape: the ranks in which the search gives them up."""
        return given_up(self.kept, self.cube.cells, self.policy.keep)

    @property
    def levels(self) -> Levels | None:
        """What rules beside the threshold ask."""
        its = self.sensitivity
        return None if its is None else Levels(*(a.reshape(self.cube.shape) for a in (its.lpl, its.upl, its.spl, its.mask)))


def begun(asked: Asked) -> Begun:
    """The cube with its blocks, which `search_block` searches anywhere."""
    cube, policy, its = asked.cube, asked.policy, asked.sensitivity
    forced = None if its is None else its.forced.reshape(cube.shape)
    return begin(cube, policy, levels=asked.levels, forced=forced, kept=asked.given_up, key=asked.key)


def ended(asked: Asked, first: Begun, done: Iterable[Searched], progress: Callable[[int, int], None] | None = None) -> Protected:
    """What blocks left over, and the end. done: what became of the blocks, in their order.

    Where that costs a large headline figure, the cube is searched again, in this process, with equals in another order, a few times at most: what a
    search finds for its last cells hangs on what it did for those before. The pattern is taken that leaves the fewest cells unproved, then loses the
    fewest headline figures, those of the first rank before others, then withholds the least value.
    """
    large = np.where(asked.given_up > asked.kept, 0, asked.kept)
    found = _end(asked, first, done, progress)
    best = _price(asked, large, found)
    for again in range(1, AGAIN + 1):
        if not any(best[1]):
            break
        other = begun(replace(asked, key=sha256(b"celwacht/1/again/%d\0" % again + asked.key).digest()))
        instead = _end(asked, other, other.searched(1), progress)
        price = _price(asked, large, instead)
        if price < best:
            found, best = instead, price
    return _protected(asked, found)


def _end(asked: Asked, first: Begun, done: Iterable[Searched], progress: Callable[[int, int], None] | None) -> Found:
    return end(first, done, asked.cube, singletons=asked.singletons, insiders=asked.insiders, progress=progress)


def _price(asked: Asked, large: np.ndarray, found: Found) -> tuple[int, tuple[int, ...], int]:
    """(cells without proof, large headline figures withheld per rank, value withheld). large: int16, the cube's shape, their ranks."""
    withheld = found.pattern == Status.SECONDARY
    lost = np.bincount(large[withheld], minlength=int(large.max(initial=0)) + 1)
    return len(found.unproved), tuple(int(n) for n in lost[1:]), int(asked.cube.cells[withheld].sum())


def _protected(asked: Asked, found: Found) -> Protected:
    cube, policy, its = asked.cube, asked.policy, asked.sensitivity
    withheld = found.pattern != Status.PUBLISHED
    shown = np.where(withheld, 0, policy.printed(cube.cells))
    for array in (found.pattern, shown):
        array.flags.writeable = False
    contributions = None if its is None else its.contributions
    return Protected(cube, policy, found.pattern, shown, found.worlds, asked.levels, its, asked.ranks, asked.insiders, contributions)


def protect(
    cube: Cube,
    policy: DisclosurePolicy,
    *,
    sensitivity: Sensitivity | None = None,
    keep: tuple[str, ...] = (),
    elsewhere: Elsewhere | None = None,
    key: bytes = b"",
    singletons: bool = False,
    insiders: Insiders | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Protected:
    """Withholds what the policy asks and what protects that, rounds the rest, and keeps the proof.

    sensitivity: what the policy's rules and an a-priori list say of this cube (sensitivity.py); ValueError if the policy
    has rules and it is not there. keep: dimensions whose totals over all others are headline figures, as the policy's levels
    are; elsewhere: what is a headline figure of another table, and left alone like those. singletons: against people who are alone in an atom as well. insiders: against those who contribute to the atoms as
    well (model/insiders.py). key: secret bytes that break ties, so that the pattern cannot be replayed by an
    outsider; same cube, policy and key: same result, however many threads. progress(proved, sensitive cells) is called
    now and then. The result is not yet judged: see `Protected.check` and the release gate.
    """
    return protect_asked(Asked(cube, policy, sensitivity, keep, elsewhere, key, singletons, insiders), threads, progress)


def protect_asked(asked: Asked, threads: int | None = None, progress: Callable[[int, int], None] | None = None) -> Protected:
    """The same, of what is asked already."""
    first = begun(asked)
    return ended(asked, first, first.searched(threads), progress)
