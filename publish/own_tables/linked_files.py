"""What `celwacht protect` writes of several tables: one pattern over all their cells, and for each table its own safe files.

hierarchy.json   {"tables": [{"name": "a.csv", "safe": "safe_a", "dims": ..., "trees": ..., "root": ...}, ...]}
safe_a.csv, .xlsx, .json; safe_b.csv, ...: as safe_files.py writes them
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
from celwacht.disclosure.problems.linked import Cells, cells_of
from celwacht.disclosure.problems.trees import Trees, trees_of
from celwacht.publish.own_tables import safe_files
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.problems import Problem, ProblemsFound

PREFIX = "safe_"
_SAFE = re.compile(r"safe_[A-Za-z0-9._-]{1,80}", re.ASCII)


@dataclass(frozen=True, slots=True)
class LinkedTable:
    """name: of its file; safe: what its safe files are called, without ending."""

    name: str
    safe: str
    trees: Trees = field(repr=False)

    def classifications(self) -> tuple[Classification, ...]:
        return self.trees.classifications()


def named(names: Sequence[str], trees: Sequence[Trees]) -> tuple[LinkedTable, ...]:
    """The tables with a name for the safe files of each, all different."""
    found: list[LinkedTable] = []
    for name, own in zip(names, trees, strict=True):
        stem = PREFIX + (re.sub(r"[^A-Za-z0-9._-]+", "_", name.rsplit(".", 1)[0])[:60] or "table")
        taken = {t.safe for t in found}
        found.append(LinkedTable(name, next(s for s in (stem, *(f"{stem}_{n}" for n in range(2, 99))) if s not in taken), own))
    return tuple(found)


def text(tables: Sequence[LinkedTable]) -> str:
    """hierarchy.json."""
    rows = [{"name": t.name, "safe": t.safe, **json.loads(t.trees.text())} for t in tables]
    return json.dumps({"tables": rows}, ensure_ascii=False) + "\n"


def read(content: str, file: str) -> tuple[LinkedTable, ...]:
    """The tables in a hierarchy.json, () where it is that of one table; ProblemsFound where it is damaged."""
    try:
        data = json.loads(content)
        if "tables" not in data:
            return ()
        found = tuple(LinkedTable(str(t["name"]), str(t["safe"]), trees_of(t, file)) for t in data["tables"])
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, ProblemsFound):
            raise
        return ()
    if not all(_SAFE.fullmatch(t.safe) for t in found):
        raise ProblemsFound([Problem(file, 0, 0, "file", "this is not what celwacht protect writes; run it again")])
    return found


def files(pattern: pd.DataFrame, tables: Sequence[LinkedTable]) -> dict[str, bytes]:
    """Content of every safe file, by name. pattern: of all cells, in the order of `cells_of`."""
    dimensions = [t.classifications() for t in tables]
    cells: Cells = cells_of(dimensions)
    by_name = {c: i for i, c in enumerate(pattern["cell"])}
    made: dict[str, bytes] = {}
    for one, own, place in zip(tables, dimensions, cells.place, strict=True):
        rows = pattern.iloc[[by_name[cells.names[i]] for i in place]].drop(columns="cell").reset_index(drop=True)
        codes = pd.MultiIndex.from_product([[c.code for c in d.codes] for d in own], names=[d.name for d in own]).to_frame(index=False)
        made |= safe_files.files(pd.concat([codes, rows], axis=1), one.name, one.safe)
    return made
