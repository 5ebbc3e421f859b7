"""What `--hierarchy` names: a file with trees, or columns of the data; and the trees that it makes of the data.

--hierarchy trees.json
--hierarchy region=kommune<fylke --hierarchy region=kommune<zone --hierarchy sex
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from celwacht.disclosure.problems.column_trees import TOTALS, ColumnTree, parse, trees_of_columns
from celwacht.disclosure.problems.subtotals import subtotals
from celwacht.disclosure.problems.trees import Trees, read_trees
from celwacht.publish.own_tables.inputs import input_files
from celwacht.tables.problems import MOST_SHOWN, Problem, ProblemsFound, kept, nearest, option_problem


@dataclass(frozen=True, slots=True)
class Hierarchies:
    """files: with trees; columns: of the data. One of the two is empty."""

    files: tuple[Path, ...] = ()
    columns: tuple[ColumnTree, ...] = ()


def hierarchies(texts: Sequence[str]) -> Hierarchies:
    """What the options say; ProblemsFound with everything that is wrong with them."""
    wrong: list[Problem] = []
    files = [Path(t) for t in texts if _is_file(t)]
    columns = [one for t in texts if not _is_file(t) and (one := kept(wrong, parse, t))]
    if files and columns:
        wrong.append(option_problem("--hierarchy", "a file with trees and columns of the data do not go together; give one or the other"))
    if wrong:
        raise ProblemsFound(wrong)
    return Hierarchies(tuple(files), tuple(columns))


def _is_file(text: str) -> bool:
    return text.endswith((".json", ".json.gz")) or Path(text).is_file() or ("=" not in text and "/" in text)


def read_tree_file(path: Path) -> Trees:
    """The trees in a file; ProblemsFound with everything that is wrong with it."""
    return read_trees(input_files.read_text(path), str(path))


def one_file(stated: Hierarchies) -> Path | None:
    """The file, if there is one; ProblemsFound where there are more and one table."""
    if len(stated.files) > 1:
        raise ProblemsFound(
            [option_problem("--hierarchy", f"one table has one file with trees, {len(stated.files)} are given; join them into one")]
        )
    return stated.files[0] if stated.files else None


def with_trees(
    stated: Hierarchies, trees: Trees | None, found: tuple[pd.DataFrame, np.ndarray], name: str, used: Sequence[str]
) -> tuple[Trees, pd.DataFrame, tuple[str, ...]]:
    """(trees, frame with a column per dimension, what is to be said) of a table as read. trees: those of a file; used: columns that are
    no dimensions."""
    frame, lines = found
    if trees is not None:
        unused = [str(c) for c in frame.columns if c not in (*trees.dims, *used)]
        return trees, frame, (f"not used: {', '.join(unused)}",) if unused else ()
    made = trees_of_columns(frame, stated.columns, name, lines, used)
    return made.trees, made.frame, made.notes


def missing(frame: pd.DataFrame | None, freq: Sequence[str]) -> Problem:
    """The complaint that no hierarchy is given, with the columns that may be dimensions."""
    names = [str(c) for c in frame.columns if str(c) not in freq][:3] if frame is not None else []
    example = " ".join(f"--hierarchy {n}" for n in names) or "--hierarchy sex"
    reason = (
        f"say what the dimensions are: columns of the data ({example}; with levels --hierarchy region=kommune<fylke), or a file "
        "(--hierarchy TREES.json). A problem is read from a file that ends in .jj or .jj.gz, or from a folder with cells.csv and relations.csv"
    )
    return option_problem("--hierarchy", reason)


def freq_problem(name: str, frame: pd.DataFrame, freq: str) -> Problem:
    """There is no column with the counts."""
    return Problem(
        name,
        1,
        0,
        "counts-column",
        f"there is no column '{freq[:60]}' with the counts.{nearest(freq, map(str, frame.columns))} Name it with --freq; if every row is a "
        "record to be counted, say --microdata",
    )


def sums_of_others(stated: Hierarchies, frame: pd.DataFrame, freq: str, name: str) -> list[Problem]:
    """Codes that are sums of other codes of their column: as leaves they would be counted twice. frame: with a column per dimension."""
    dims = [d for d in dict.fromkeys(w.dim for w in stated.columns) if d in frame.columns]
    if freq not in frame.columns:
        return []
    found = []
    for w in dict.fromkeys(w for w in stated.columns if w.dim in dims):
        leaf = frame[w.columns[0]].astype(str).str.strip() if w.columns[0] in frame.columns else frame[w.dim]
        rows = frame[~leaf.str.casefold().isin(TOTALS)]
        sums = subtotals(rows, w.dim, [d for d in dims if d != w.dim], freq)
        for code, parts in sums[:MOST_SHOWN]:
            of = ", ".join(p[:30] for p in parts[:3]) + (f" and {len(parts) - 3} more" if len(parts) > 3 else "")
            reason = f"{w.columns[0]}: '{code[:60]}' is everywhere the sum of {of}, so that all of these would be counted twice"
            remedy = (
                f"Leave its rows out, or give its parts a column of their own (--hierarchy {w.dim}={w.columns[0]}<PARENT); if it is a code beside them, say so in a "
                "file with trees (--hierarchy TREES.json)"
            )
            found.append(Problem(name, 0, 0, "counts-subtotal", f"{reason}. {remedy}"))
    return list(dict.fromkeys(found))
