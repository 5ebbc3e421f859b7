"""Classifications, from file to the dimension of a cube.

A `Coding` says how a value of a record becomes a leaf. Its leaves are as few as the published codes allow: values
that no code of the table tells apart share a leaf, so that a table of provincies has no atoms per gemeente.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

import numpy as np
from celwacht.tables.cubes.classification import Classification, Code
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.specs.classification_spec import CLASSIFICATION, CombinationSpec, RegionSpec, TreeSpec
from celwacht.tables.yaml.model import Title
from celwacht.tables.yaml.read import read_yaml

DIVISION = 2023
"""The division in gemeenten of all periods from 2023; earlier periods are published on it as well."""
MOST_IN_A_SET = 62
"""Base leaves of a dimension with per_person: alle: a person's set of them is a bitmask in a BIGINT."""
UNKNOWN_GEMEENTE = "GM9999"
_KINDS = {"regio": "GeoDimension", "wijk": "GeoDetail"}


@dataclass(frozen=True, slots=True)
class Coding:
    """How one value of a field becomes a leaf of `classification`.

    values: value of the record -> leaf. ranges: (from, below, leaf), None for no bound. unknown: the leaf for all
    else, or None if all else is an error. combinations: for kind combinaties, per code (has, lacks) as bitmasks.
    """

    classification: Classification
    field: str
    kind: str
    values: Mapping[str, int] = field(repr=False)
    ranges: tuple[tuple[int | None, int | None, int], ...] = ()
    unknown: int | None = None
    combinations: tuple[tuple[int, int], ...] = ()


def names() -> tuple[str, ...]:
    """Names of all classifications, sorted."""
    folder = files("celwacht.table_specs") / "classifications"
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


@cache
def read_classification(name: str) -> TreeSpec | RegionSpec | CombinationSpec:
    """The classification of table_specs/classifications/`name`.yaml; ProblemsFound if it is not there or not right."""
    file = f"table_specs/classifications/{name}.yaml"
    if name not in names():
        raise ProblemsFound(
            [Problem(file, 0, 0, "unknown-classification", f"there is no classification '{name}'.{nearest(name, names())}")]
        )
    spec = read_yaml(files("celwacht.table_specs") / "classifications" / f"{name}.yaml", CLASSIFICATION)
    if spec.id != name:
        raise ProblemsFound([Problem(file, 0, 0, "id-not-file-name", f"id '{spec.id}' must be the file's name, '{name}'.")])
    return spec


def build(
    name: str,
    *,
    dimension_name: str,
    levels: tuple[str, ...] | None = None,
    leaves_observed: Iterable[int] | None = None,
    division: int = DIVISION,
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
    division: int = DIVISION,
) -> Coding:
    """Leaves and codes of classification `name` for a table that publishes only `levels` (None: all)."""
    spec = read_classification(name)
    for level in levels or ():
        if level not in spec.levels():
            raise ProblemsFound(
                [
                    Problem(
                        f"table_specs/classifications/{name}.yaml",
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
        full = _of_regions(spec, division)
    else:
        full = _of_combinations(spec)
    shown = title or spec.title
    named = replace(full.classification, name=dimension_name, title_nl=shown.nl, title_en=shown.en, kind=_KINDS.get(spec.kind, "Dimension"))
    full = replace(full, classification=named, field=field or spec.field)
    return full if spec.kind == "combinaties" else _restrict(full, levels)


def of_sets(coded: Coding, masks: Iterable[int]) -> tuple[Classification, dict[int, int]]:
    """The dimension whose leaves are sets of base leaves, and the leaf of each set.

    A set is a bitmask over the leaves of `coded`. Leaves are the sets given and all singletons (for combinaties: all
    sets there can be); a code is every leaf that holds one of its base leaves. Sets that no code tells apart share
    a leaf.
    """
    base = coded.classification
    if base.n_leaves > MOST_IN_A_SET:
        raise ProblemsFound(
            [
                Problem(
                    base.name,
                    0,
                    0,
                    "too-many-leaves",
                    f"per_person: alle takes at most {MOST_IN_A_SET} classes, {base.name} has {base.n_leaves}; use laatste.",
                )
            ]
        )
    if coded.combinations:
        sets = list(range(1, 1 << base.n_leaves))
        touches = [[(s & has) == has and not s & lacks for s in sets] for has, lacks in coded.combinations]
    else:
        sets = sorted({int(m) for m in masks} | {1 << i for i in range(base.n_leaves)})
        touches = [[bool(s & sum(1 << int(i) for i in members)) for s in sets] for members in base.members]
    titles = tuple("+".join(leaf for i, leaf in enumerate(base.leaves) if s >> i & 1) for s in sets)
    members = tuple(np.flatnonzero(t).astype(np.int32) for t in touches)
    whole = Classification(base.name, base.title_nl, base.title_en, base.codes, titles, members, base.kind)
    merged, place = _merge(whole)
    return merged, {s: int(place[i]) for i, s in enumerate(sets)}


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


def _rows(file: str) -> list[dict[str, str]]:
    path = files("celwacht.table_specs") / "regions" / file
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


@cache
def _of_regions(spec: RegionSpec, division: int) -> Coding:
    """Land, provincies, jeugdregio's and gemeenten; or land, provincies, gemeenten and wijken."""
    gemeenten = sorted(_rows(f"gemeenten_{division}.csv"), key=lambda r: r["gemeente"])
    return _wijken(spec, gemeenten) if spec.kind == "wijk" else _gemeenten(spec, gemeenten)


def _gemeenten(spec: RegionSpec, gemeenten: list[dict[str, str]]) -> Coding:
    """Jeugdregio's stand beside the provincies, both under the country: some cross a border."""
    place = {r["gemeente"]: i for i, r in enumerate(gemeenten)}
    unknown = len(gemeenten)
    codes = [Code("NL01", spec.country.nl, spec.country.en, level="land")]
    members = [list(range(unknown + 1))]
    for column, title, level, suffix in (
        ("provincie", "provincienaam", "provincie", " (PV)"),
        ("jeugdregio", "jeugdregionaam", "jeugdregio", " (JZ)"),
    ):
        for code, name in sorted({(r[column], r[title]) for r in gemeenten}):
            codes.append(Code(code, name + suffix, parent="NL01", level=level))
            members.append([place[r["gemeente"]] for r in gemeenten if r[column] == code])
    for r in gemeenten:
        codes.append(Code(r["gemeente"], r["naam"], parent=r["provincie"], level="gemeente"))
        members.append([place[r["gemeente"]]])
    codes.append(Code(UNKNOWN_GEMEENTE, spec.unknown.nl, spec.unknown.en, "NL01", "gemeente", unknown=True))
    members.append([unknown])
    merged_away = {
        r["old"]: place[r["new"]]
        for r in _rows(f"changes_2020_{DIVISION}.csv")
        if float(r["share"]) == 1 and r["new"] in place and r["old"] not in place
    }
    dimension = Classification(
        spec.id, spec.title.nl, spec.title.en, tuple(codes), (*place, UNKNOWN_GEMEENTE), tuple(np.array(m, dtype=np.int32) for m in members)
    )
    return Coding(dimension, spec.field, spec.kind, place | merged_away, unknown=unknown)


def unknown_wijk(gemeente: str) -> str:
    """Code of the wijk of those of whom only the gemeente is known; no real wijk ends in XX."""
    return f"WK{gemeente[2:]}XX"


def _wijken(spec: RegionSpec, gemeenten: list[dict[str, str]]) -> Coding:
    """A leaf for each wijk, one per gemeente for `wijk unknown`, and one for those without a gemeente."""
    wijken = sorted(_rows("wijken_2020.csv"), key=lambda r: r["wijk"])
    leaves = [r["wijk"] for r in wijken] + [unknown_wijk(r["gemeente"]) for r in gemeenten] + [UNKNOWN_GEMEENTE]
    place = {leaf: i for i, leaf in enumerate(leaves)}
    codes = [Code("NL00", spec.country.nl, spec.country.en, level="land")]
    members = [list(range(len(leaves)))]
    inside = {
        g["gemeente"]: sorted([place[w["wijk"]] for w in wijken if w["gemeente"] == g["gemeente"]] + [place[unknown_wijk(g["gemeente"])]])
        for g in gemeenten
    }
    for code, name in sorted({(g["provincie"], g["provincienaam"]) for g in gemeenten}):
        codes.append(Code(code, name + " (PV)", parent="NL00", level="provincie"))
        members.append(sorted(i for g in gemeenten if g["provincie"] == code for i in inside[g["gemeente"]]))
    for g in gemeenten:
        codes.append(Code(g["gemeente"], g["naam"], parent=g["provincie"], level="gemeente"))
        members.append(inside[g["gemeente"]])
        for w in (w for w in wijken if w["gemeente"] == g["gemeente"]):
            codes.append(Code(w["wijk"], w["naam"], parent=g["gemeente"], level="wijk"))
            members.append([place[w["wijk"]]])
        code = unknown_wijk(g["gemeente"])
        codes.append(Code(code, spec.unknown_wijk.nl, spec.unknown_wijk.en, g["gemeente"], "wijk", unknown=True))
        members.append([place[code]])
    codes.append(Code(UNKNOWN_GEMEENTE, spec.unknown.nl, spec.unknown.en, "NL00", "gemeente", unknown=True))
    members.append([place[UNKNOWN_GEMEENTE]])
    dimension = Classification(
        spec.id, spec.title.nl, spec.title.en, tuple(codes), tuple(leaves), tuple(np.array(m, dtype=np.int32) for m in members)
    )
    values = {w["wijk"]: place[w["wijk"]] for w in wijken}
    values |= {g["gemeente"]: place[unknown_wijk(g["gemeente"])] for g in gemeenten}
    return Coding(dimension, spec.field, spec.kind, values, unknown=place[UNKNOWN_GEMEENTE])


def _restrict(coded: Coding, levels: tuple[str, ...] | None) -> Coding:
    """Only the codes of `levels`; leaves that these do not tell apart merge.

    An `unknown` code stays whatever its level where a code beside it stays, or a reader would find it by subtraction.
    """
    full = coded.classification
    by_code = {c.code: c for c in full.codes}
    beside = {c.parent for c in full.codes if levels is None or c.level in levels}
    kept = [i for i, c in enumerate(full.codes) if levels is None or c.level in levels or (c.unknown and c.parent in beside)]
    names = {full.codes[i].code for i in kept}

    def ancestor(code: str) -> str:
        while code and code not in names:
            code = by_code[code].parent
        return code

    codes = tuple(replace(full.codes[i], parent=ancestor(full.codes[i].parent)) for i in kept)
    merged, place = _merge(replace(full, codes=codes, members=tuple(full.members[i] for i in kept)))
    return replace(
        coded,
        classification=merged,
        values={v: int(place[i]) for v, i in coded.values.items()},
        ranges=tuple((a, b, int(place[i])) for a, b, i in coded.ranges),
        unknown=None if coded.unknown is None else int(place[coded.unknown]),
    )


def _merge(full: Classification) -> tuple[Classification, np.ndarray]:
    """The same codes over as few leaves as they tell apart, and the new leaf of each old one."""
    holders: list[list[int]] = [[] for _ in full.leaves]
    for i, leaves in enumerate(full.members):
        for leaf in leaves:
            holders[leaf].append(i)
    first: dict[tuple[int, ...], int] = {}
    place = np.array([first.setdefault(tuple(h), len(first)) for h in holders], dtype=np.int32)
    if len(first) == full.n_leaves:
        return full, place
    names = [[] for _ in first]
    for leaf, new in zip(full.leaves, place):
        names[new].append(leaf)
    members = tuple(np.unique(place[m]) for m in full.members)
    titles = tuple(n[0] if len(n) == 1 else f"{n[0]}..{n[-1]}" for n in names)
    return replace(full, leaves=titles, members=members), place
