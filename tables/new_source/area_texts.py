"""The files of the areas of a new register: classification, levels, and the list."""

from __future__ import annotations

from celwacht.tables.new_source.columns import Column
from celwacht.tables.new_source.guess import Guess
from celwacht.tables.new_source.places import Level, Places, not_known
from celwacht.tables.new_source.words_in_files import MODELINE, UNKNOWN, both, class_id, header_of, lined, quoted


def regions_text(id: str, places: Places) -> str:
    """regions/ID.yaml."""
    area = places.area
    assert area is not None
    whole, taken = "TOTAL", _codes(places)
    while whole in taken:
        whole += "_"
    unknown = UNKNOWN
    while unknown in taken:
        unknown += "Z"
    return lined(
        [
            f"{MODELINE}../schema/regions.schema.json",
            "# The areas: areas_YEAR.csv lists those of 1 January of a year; what changes since is a row of a file changes_ID_YEAR.csv.",
            "version: 1",
            f"id: {id}",
            f"title: {both('Totaal', 'Total')}  # guess: call the whole by its name, such as England",
            f"whole: {whole}",
            f"region: {{level: {'land_area' if area.name == 'land' else area.name}, files: {area_files(id)}, code: code, name: name{_under(places)}, unknown: {unknown}}}",
            *_larger(places),
            f"changes: changes_{id}",
            "division: year",
        ]
    )


def _codes(places: Places) -> set[str]:
    """The codes of all areas, larger ones too."""
    assert places.area is not None
    columns = [(places.area, places.made), *((level.code, level.made) for level in places.larger)]
    return {code for one, made in columns for code in (one.counts if made is None else made.values())}


def field_text(found: Guess) -> str:
    """What the layout says of the field with the area, behind its type and length: by name, of which list, and what says that it is not known."""
    area, places = found.area, found.places
    assert area is not None
    lists = f", regions: {places.regions or found.id}" if places.regions or places.made is not None else ""
    nobody = [text for text in area.counts if not_known(text)]
    special = f", special: {{{', '.join(f'{quoted(text)}: onbekend' for text in nobody)}}}" if nobody else ""
    return f"{', by: name' if places.made is not None else ''}{lists}{special}"


def _under(places: Places) -> str:
    return f", under: {_level(places.larger[0])}" if places.larger else ""


def _level(level: Level) -> str:
    """The name of a level: that of its column; `land` is that of the whole."""
    return "land_level" if level.code.name == "land" else level.code.name


def _larger(places: Places) -> list[str]:
    if not places.larger:
        said = "a level above the areas: {level: county, code: county, name: county_name}, with its columns in the list"
        return [f"larger: []                 # {said}"]
    levels = [f"  - {{level: {_level(one)}, code: {one.code.name}, name: {_named(one)}}}" for one in reversed(places.larger)]
    return ["larger:                    # guess: each area lies in one of these; from coarse to fine", *levels]


def _named(level: Level) -> str:
    """The column of the list with the names of a level."""
    return level.name.name if level.name is not None else f"{level.code.name}_name"[:40]


def area_files(id: str) -> str:
    """The lists of areas: ID_areas_YEAR.csv."""
    return f"{id[:34]}_areas"


def list_text(places: Places) -> str:
    """regions/areas_YEAR.csv: every area, with its name where the file tells, and the larger ones that it lies in."""
    area = places.area
    assert area is not None
    header = ["code", "name", *(name for level in places.larger for name in (level.code.name, _named(level)))]
    columns = [places.name or area, *(one for level in places.larger for one in (level.code, level.name or level.code))]
    made = [None, *(one for level in places.larger for one in (level.made, None))]
    told: dict[str, list[str]] = {}
    for text, *texts in zip(area.texts, *(one.texts for one in columns)):
        code = text if places.made is None else places.made.get(text, "")
        told.setdefault(code, [own if codes is None else codes.get(own, "") for own, codes in zip(texts, made)])
    return lined([",".join(header), *(",".join([code, *map(_cell, told[code])]) for code in sorted(told) if code)])


def _cell(text: str) -> str:
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(c in text for c in ',"') else text


def area_text(found: Guess, area: Column) -> str:
    """classifications/FIELD.yaml of an area: made from regions/."""
    return lined(
        [
            f"{MODELINE}../schema/classification.schema.json",
            "version: 1",
            f"id: {class_id(found, area.name)}",
            "kind: regio",
            f"regions: {found.places.regions or found.id}",
            f"title: {header_of(area)}",
            f"field: {area.name}",
            f"unknown: {both('Gebied onbekend', 'Area unknown')}",
        ]
    )
