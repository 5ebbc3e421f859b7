"""Classifications, from file to the dimension of a cube.

A `Coding` says how a value of a record becomes a leaf. Its leaves are as few as the published codes allow: values
that no code of the table tells apart share a leaf, so that a table of provincies has no atoms per gemeente.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from celwacht.tables import home
from celwacht.tables.counting.coding import Coding, of_sets, restrict
from celwacht.tables.counting.regions import of_regions
from celwacht.tables.cubes.classification import Classification, Code
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.regions.divisions import resolved, system
from celwacht.tables.specs.classification_spec import CLASSIFICATION, CombinationSpec, RegionSpec, TreeSpec
from celwacht.tables.specs.read_spec import read_file
from celwacht.tables.specs.table_spec import TableSpec
from celwacht.tables.yaml.model import Title
from celwacht.tables.yaml.read import name_of, read_yaml

_KINDS = {"regio": "GeoDimension", "wijk": "GeoDetail"}


def names() -> tuple[str, ...]:
    """Names of all classifications, sorted."""
    return tuple(path.stem for path in home.files("classifications"))


@home.per_folder
def read_classification(name: str) -> TreeSpec | RegionSpec | CombinationSpec:
    """The classification of table_specs/classifications/`name`.yaml; ProblemsFound if it is not there or not right."""
    file = name_of(home.file("classifications", f"{name}.yaml"))
    if name not in names():
        raise ProblemsFound(
            [Problem(file, 0, 0, "unknown-classification", f"there is no classification '{name}'.{nearest(name, names())}")]
        )
    spec = _read(home.file("classifications", f"{name}.yaml"))
    if spec.id != name:
        raise ProblemsFound([Problem(file, 0, 0, "id-not-file-name", f"id '{spec.id}' must be the file's name, '{name}'.")])
    return spec


def _read(path: Path) -> TreeSpec | RegionSpec | CombinationSpec:
    """What is wrong with one is told as its own check tells it, so that a fault has one place and one text."""
    try:
        spec: TreeSpec | RegionSpec | CombinationSpec = read_yaml(path, CLASSIFICATION)
    except ProblemsFound as found:
        raise ProblemsFound(read_file(path, "classification", None)[1] or found.problems) from None
    return spec


def in_division(spec: TableSpec, year: int | None) -> TableSpec:
    """The table with, at each dimension of regions, the year of its division: its own, that of the table, or that of regions/.

    year: the newest that is published, for division `year`. Dimensions that already name a year stay as they are.
    """
    dimensions = []
    for one in spec.dimensions:
        listed = _listed_or_none(one.classification)
        if isinstance(listed, RegionSpec):
            asked = spec.division if one.division is None else one.division
            one = one.model_copy(update={"division": resolved(system(listed.regions), asked, year)})
        dimensions.append(one)
    return spec.model_copy(update={"dimensions": tuple(dimensions)})


def _listed_or_none(name: str) -> TreeSpec | RegionSpec | CombinationSpec | None:
    """A classification that cannot be read is told of where it is used."""
    try:
        found: TreeSpec | RegionSpec | CombinationSpec = read_classification(name)
    except ProblemsFound:
        return None
    return found


def build(
    name: str,
    *,
    dimension_name: str,
    levels: tuple[str, ...] | None = None,
    leaves_observed: Iterable[int] | None = None,
    division: int | str | None = None,
) -> Classification:
    """The dimension `dimension_name` over classification `name`, with only the codes of `levels`.

    leaves_observed: for per_person: alle, the sets of base leaves that occur, as bitmasks; the leaves are then sets.
    """
    coded = coding(name, dimension_name=dimension_name, levels=levels, division=division)
    return coded.classification if leaves_observed is None else of_sets(coded, leaves_observed)[0]


def coding(
    name: str,
    *,
    dimension_name: str,
    levels: tuple[str, ...] | None = None,
    title: Title | None = None,
    field: str | None = None,
    division: int | str | None = None,
) -> Coding:
    """Leaves and codes of classification `name` for a table that publishes only `levels` (None: all)."""
    spec = read_classification(name)
    for level in levels or ():
        if level not in spec.levels():
            raise ProblemsFound(
                [
                    Problem(
                        name_of(home.file("classifications", f"{name}.yaml")),
                        0,
                        0,
                        "unknown-level",
                        f"has no level '{level}'.{nearest(level, spec.levels())}",
                    )
                ]
            )
    if isinstance(spec, TreeSpec):
        full = _of_tree(spec)
    elif isinstance(spec, RegionSpec):
        full = of_regions(spec, division)
    else:
        full = _of_combinations(spec)
    shown = title or spec.title
    named = replace(full.classification, name=dimension_name, title_nl=shown.nl, title_en=shown.en, kind=_KINDS.get(spec.kind, "Dimension"))
    full = replace(full, classification=named, field=field or spec.field)
    if isinstance(spec, RegionSpec) and levels:
        _all_there(spec, full.classification, levels)
    return full if spec.kind == "combinaties" else restrict(full, levels)


def usual_levels(name: str, levels: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """What a table publishes that asks for these levels: itself, or without any all but those that are on request."""
    spec = None if levels else _listed_or_none(name)
    return system(spec.regions).usual(spec.kind == "wijk") if isinstance(spec, RegionSpec) else levels


def _all_there(spec: RegionSpec, found: Classification, levels: tuple[str, ...]) -> None:
    """ProblemsFound where the division has no regions of a level."""
    for level in levels:
        if not any(code.level == level for code in found.codes):
            place = name_of(home.file("classifications", f"{spec.id}.yaml"))
            said = f"the division has no level '{level}': its list of regions does not have the columns. Add them, or leave the level out."
            raise ProblemsFound([Problem(place, 0, 0, "unknown-level", said)])


def _of_tree(spec: TreeSpec) -> Coding:
    """All codes of a tree; its leaves in the order of the file."""
    nodes = list(spec.tree.walk())
    leaves = [n for n, _ in nodes if not n.children]
    place = {n.code: i for i, n in enumerate(leaves)}
    codes = tuple(
        Code(n.code, n.title.nl, n.title.en, parent, n.level, n.description.nl if n.description else "", n.unknown)
        for n, parent in nodes
        if n.published
    )
    members = tuple(np.array([place[m.code] for m, _ in n.walk() if m.code in place], dtype=np.int32) for n, _ in nodes if n.published)
    unknown = next((place[n.code] for n in leaves if n.unknown), None)
    return Coding(
        Classification(spec.id, spec.title.nl, spec.title.en, codes, tuple(n.code for n in leaves), members),
        spec.field,
        spec.kind,
        {v: place[n.code] for n in leaves for v in n.values},
        tuple((n.from_, n.below, place[n.code]) for n in leaves if spec.kind == "ranges" and not n.unknown),
        unknown,
    )


def _of_combinations(spec: CombinationSpec) -> Coding:
    """Base values as leaves; the codes over their combinations come with of_sets."""
    bit = {b.name: 1 << i for i, b in enumerate(spec.base)}
    codes = tuple(Code(c.code, c.title.nl, c.title.en, c.parent, c.level, c.description.nl if c.description else "") for c in spec.codes)
    everything = np.arange(len(spec.base), dtype=np.int32)
    pairs = tuple((sum(bit[n] for n in c.has), sum(bit[n] for n in c.lacks)) for c in spec.codes)
    dimension = Classification(
        spec.id, spec.title.nl, spec.title.en, codes, tuple(b.name for b in spec.base), tuple(everything.copy() for _ in codes)
    )
    return Coding(dimension, spec.field, spec.kind, {v: i for i, b in enumerate(spec.base) for v in b.values}, combinations=pairs)
