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

from collections.abc import Callable

import numpy as np
from celwacht.disclosure.model.insiders import Insiders
from celwacht.disclosure.model.levels import Levels
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.policy.headline import Elsewhere, given_up, headline_ranks
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.policy.sensitivity import Sensitivity
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.disclosure.search.cubes.suppress import suppress
from celwacht.tables.cubes.cube import Cube


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
    if policy.rules is not None and sensitivity is None:  # never published as if they had been applied
        raise ValueError(
            f"policy {policy.id} has rules: give the sensitivity of {cube.table} that they lead to (sensitivity.sensitive_cells)"
        )
    levels, forced, contributions = None, None, None
    if sensitivity is not None:
        contributions = sensitivity.contributions
        levels = Levels(*(a.reshape(cube.shape) for a in (sensitivity.lpl, sensitivity.upl, sensitivity.spl, sensitivity.mask)))
        forced = sensitivity.forced.reshape(cube.shape)
    ranks = headline_ranks(cube, policy.keep, keep)
    kept = ranks if elsewhere is None else np.where(ranks > 0, ranks, elsewhere.of(cube))
    found = suppress(
        cube,
        policy,
        levels=levels,
        forced=forced,
        kept=given_up(kept, cube.cells, policy.keep),
        singletons=singletons,
        insiders=insiders,
        key=key,
        threads=threads,
        progress=progress,
    )
    withheld = found.pattern != Status.PUBLISHED
    shown = np.where(withheld, 0, policy.printed(cube.cells))
    for array in (found.pattern, shown):
        array.flags.writeable = False
    return Protected(cube, policy, found.pattern, shown, found.worlds, levels, sensitivity, ranks, insiders, contributions)
