"""Areas of a new file that a list of the project has already, by code or by name: then no list is made of the file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from celwacht.tables import home
from celwacht.tables.new_source.guess import Guess
from celwacht.tables.new_source.places import not_known
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.regions import divisions
from celwacht.tables.regions.by_name import codes_of, folded


def with_known_areas(found: Guess, specs: Path) -> Guess:
    """The guess with the file of regions/ in `specs` that has at least half of its areas; as it was where none has."""
    area = found.area
    if area is None:
        return found
    given = [text for text in area.counts if not not_known(text)]
    missing = {id: [text for text in given if folded(text) not in codes] for id, codes in _lists(found.period.year, specs).items()}
    best = min(missing, key=lambda id: (len(missing[id]), id), default=None)
    if best is None or 2 * len(missing[best]) > len(given):
        return found
    told = f"; {len(missing[best])} of {len(given)} stand in no list: intake tells the lines" if missing[best] else ""
    why = f"areas of regions/{best}.yaml, by {'code' if found.places.made is None else 'name'}{told}"
    return replace(found, places=replace(found.places, regions=best), why={**found.why, area.name: why})


def _lists(year: int, specs: Path) -> dict[str, dict[str, frozenset[str]]]:
    """File of regions/ -> the names and codes of its areas, as a delivery over that year may have them; none where these are not right."""
    try:
        with home.using(specs):
            return {id: dict(codes_of(year, id)) for id in divisions.systems()}
    except ProblemsFound:
        return {}  # `celwacht check` tells what is wrong with them
