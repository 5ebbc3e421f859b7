"""How a value of a record becomes a leaf.

The leaves are as few as the published codes allow: values that no code of the table tells apart share a leaf, so
that a table of provincies has no atoms per gemeente.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from celwacht.tables.cubes.classification import Classification, Code
from celwacht.tables.problems import Problem, ProblemsFound

MOST_IN_A_SET = 62
"""Base leaves of a dimension with per_person: alle: a person's set of them is a bitmask in a BIGINT."""


@dataclass(frozen=True, slots=True)
class Coding:
    """How one value of a field becomes a leaf of `classification`.

    values: value of the record -> leaf. ranges: (from, below, leaf), None for no bound. unknown: the leaf for all
    else, or None if all else is an error. combinations: for kind combinaties, per code (has, lacks) as bitmasks.
    """

    classification: Classification
    field: str
    kind: str
    values: Mapping[str, int] = dataclasses.field(repr=False)
    ranges: tuple[tuple[int | None, int | None, int], ...] = ()
    unknown: int | None = None
    combinations: tuple[tuple[int, int], ...] = ()
    fallback: str = ""
    """The field that decides the leaf where `field` does not: the region of an unknown district."""


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
    merged, place = merge(whole)
    return merged, {s: int(place[i]) for i, s in enumerate(sets)}


def restrict(coded: Coding, levels: tuple[str, ...] | None) -> Coding:
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

    def below(code: Code) -> Code:
        parent = ancestor(code.parent)
        return code if parent == code.parent else replace(code, parent=parent)

    codes = tuple(below(full.codes[i]) for i in kept)
    merged, place = merge(replace(full, codes=codes, members=tuple(full.members[i] for i in kept)))
    return replace(
        coded,
        classification=merged,
        values={v: int(place[i]) for v, i in coded.values.items()},
        ranges=tuple((a, b, int(place[i])) for a, b, i in coded.ranges),
        unknown=None if coded.unknown is None else int(place[coded.unknown]),
    )


def merge(full: Classification) -> tuple[Classification, np.ndarray]:
    """The same codes over as few leaves as they tell apart, and the new leaf of each old one."""
    holders: list[list[int]] = [[] for _ in full.leaves]
    for i, leaves in enumerate(full.members):
        for leaf in leaves:
            holders[leaf].append(i)
    first: dict[tuple[int, ...], int] = {}
    place = np.array([first.setdefault(tuple(h), len(first)) for h in holders], dtype=np.int32)
    if len(first) == full.n_leaves:
        return full, place
    names: list[list[str]] = [[] for _ in first]
    for leaf, new in zip(full.leaves, place):
        names[new].append(leaf)
    members = tuple(np.unique(place[m]) for m in full.members)
    titles = tuple(n[0] if len(n) == 1 else f"{n[0]}..{n[-1]}" for n in names)
    return replace(full, leaves=titles, members=members), place
