"""What readers could have seen: the releases against which a new one has to be proved.

Law. Readers may have seen a release from its moment on, and for ever: that it was replaced later, or that a table was
withdrawn from it, takes nothing out of their heads. A release that was replaced before its moment was never public. One that
still waits for its moment when a new release of the *same* set takes its place will not be; one of another set will.

Example: april published for 30 April, mended on 29 April and again on 2 May: seen are the second and the third.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from celwacht.disclosure.ledger.chain import Line


def seen(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines of all releases that readers have seen or will see as things stand, oldest first; a release that came back counts
    once, where it came first."""
    gone = unseen_at(lines)
    kept: dict[tuple[str, str], Line] = {}
    for place, line in enumerate(lines):
        if place not in gone:
            kept.setdefault((line.set, line.release), line)
    return tuple(kept.values())


def seen_before(lines: Sequence[Line], set_name: str, now: datetime) -> tuple[Line, ...]:
    """The same for a new release of `set_name` that takes its place at `now` (with a zone): those of that set which still wait for
    their moment then are left out, for they never come."""
    waiting = waiting_of(lines, set_name, now)
    return tuple(line for line in seen(lines) if line.set != set_name or line.release not in waiting)


def waiting_of(lines: Sequence[Line], set_name: str, now: datetime) -> tuple[str, ...]:
    """Releases of a set whose moment is still to come at `now`, and that nobody has seen by then: what a new release of the
    set replaces unseen."""
    own = [line for line in seen(lines) if line.set == set_name]
    return tuple(line.release for line in own if datetime.fromisoformat(line.moment) > now)


def unseen_at(lines: Sequence[Line]) -> frozenset[int]:
    """Places of the lines whose release a later line of the same set says was replaced before its moment."""
    gone: set[int] = set()
    for place, line in enumerate(lines):
        gone |= {p for p in range(place) if lines[p].set == line.set and lines[p].release in line.unseen}
    return frozenset(gone)
