"""Regions that are no more, by the names readers still know: Appingedam is in Eemsdelta since 2021. From the public lists of regions."""

from __future__ import annotations

from celwacht.tables.problems import ProblemsFound
from celwacht.tables.regions import divisions


def former_regions() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Code of a region that went up in others -> (its name, the codes that have it today). Empty where a project keeps no such lists."""
    try:
        names = divisions.names()
        into: dict[str, list[str]] = {}
        for change in (c for spec in divisions.systems().values() for c in divisions.changes(spec)):
            if change.kind != "border" and change.old != change.new:
                into.setdefault(change.old, []).append(change.new)
    except (ProblemsFound, OSError):
        return {}
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for old in into:
        now: list[str] = []
        todo = list(into[old])
        while todo:  # what it went up in may itself have gone up in another since
            code = todo.pop(0)
            if code in into and code not in now:
                todo += into[code]
            elif code not in now:
                now.append(code)
        if old in names and now:
            found[old] = names[old], tuple(now)
    return found
