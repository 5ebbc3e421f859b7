"""The very bytes of a delivery that counts already, under another name: refused, for its records would be counted twice.

    stays_12345678_2024HJ01.csv   accepted
    stays_87654321_2024HJ01.csv   the same bytes: refused; both new in one run: both refused, for nothing tells whose they are

Not meant: a file of fewer than BY_CHANCE records, another version of the same delivery (it replaces the first), what says that there is nothing to report, and what was
replaced since (a file under the wrong name that was corrected may come again under the right one).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from celwacht.tables.intake.worker import Outcome
from celwacht.tables.problems import Problem
from celwacht.tables.register.register import ACCEPTED, Register

BY_CHANCE = 10
"""Files of fewer records may be alike by chance, or rightly: two providers that do the same for a person from the same day on."""


def same_elsewhere(outcomes: Sequence[Outcome], new: Collection[str], register: Register, approved: Collection[str]) -> dict[str, Problem]:
    """Delivery id -> why it is refused, for those of `new` whose very bytes count under another record kind, period or provider.

    outcomes: all of the run that were accepted so far; register: as it was before the run; approved: where the office gave its word.
    """
    held: dict[str, Problem] = {}
    while True:  # what is refused makes no room for what counted before it, so that it is asked again
        counting = [one for one in outcomes if one.delivery.id not in held]
        making_way = {one.delivery.slot for one in counting}
        places: dict[str, dict[tuple[str, str, str], str]] = {}
        for entry in register.entries:
            if entry.outcome == ACCEPTED and entry.rows >= BY_CHANCE and entry.slot not in making_way:
                places.setdefault(entry.digest, {})[entry.slot] = entry.id
        for one in counting:
            if one.rows >= BY_CHANCE:
                places.setdefault(one.digest, {})[one.delivery.slot] = one.delivery.id
        more = {}
        for one in counting:
            others = sorted(name for slot, name in places.get(one.digest, {}).items() if slot != one.delivery.slot)
            if others and one.rows >= BY_CHANCE and one.delivery.id in new and one.delivery.id not in approved:
                more[one.delivery.id] = _problem(one, others[0])
        if not more:
            return held
        held |= more


def _problem(one: Outcome, other: str) -> Problem:
    return Problem(
        one.delivery.shown,
        0,
        0,
        "zelfde-bestand",
        f"expected a file of its own; found the very bytes of {other}. Nothing was taken in. Remove the one under the wrong name, or ask "
        f"the aanbieder; where both are right, give the office's word: celwacht intake DATA --approve {one.delivery.id}",
    )
