"""Tables of counts, or records to be counted, as cubes: one table, or several in one call of `celwacht protect`, each over the variables
whose columns it has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from celwacht.disclosure.problems.column_trees import TOTALS, ColumnTree, trees_of_columns
from celwacht.disclosure.problems.counts import counts_of
from celwacht.disclosure.problems.trees import Trees
from celwacht.publish.own_tables.inputs import hierarchy_input, input_files
from celwacht.publish.own_tables.inputs.hierarchy_input import Hierarchies
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.problems import Problem, ProblemsFound, kept, option_problem


@dataclass(slots=True)
class _Table:
    """One of the files, while it is read."""

    path: Path
    frame: pd.DataFrame
    lines: np.ndarray
    _trees: Trees | None = None

    @property
    def trees(self) -> Trees:
        assert self._trees is not None  # _by_files or _by_columns gave them
        return self._trees

    @trees.setter
    def trees(self, trees: Trees) -> None:
        self._trees = trees


def read_linked(order, wrong: list[Problem]) -> tuple[tuple[Path, ...], list[Cube], list[Trees], tuple[str, ...]]:
    """(files, cubes, trees of each, what is to be said); ProblemsFound with everything that is wrong, `wrong` included."""
    paths = (order.source, *order.linked)
    wrong += [option_problem("INPUT", f"{p} is given twice; name every table once") for p in dict.fromkeys(paths) if paths.count(p) > 1]
    stated = kept(wrong, hierarchy_input.hierarchies, order.hierarchy)
    found = [kept(wrong, input_files.read_table, p, wrong) for p in paths]
    if not order.hierarchy:
        wrong.append(hierarchy_input.missing(found[0][0] if found[0] else None, (order.freq,)))
    if wrong or stated is None:
        raise ProblemsFound(wrong)
    tables = [_Table(p, one[0].copy(), one[1]) for p, one in zip(paths, found, strict=True) if one is not None]  # all: nothing is wrong
    notes = _by_files(stated, tables) if stated.files else _by_columns(stated, tables, order.freq)
    for one in tables if stated.columns and not order.microdata else ():
        wrong += hierarchy_input.sums_of_others(stated, one.frame, order.freq, str(one.path))
    cubes = []
    for one in tables:
        freq = None if order.microdata else order.freq
        counted = kept(wrong, lambda t=one, f=freq: counts_of(t.frame, t.trees, str(t.path), freq=f, lines=t.lines, most=order.most))
        if counted:
            cubes.append(Cube(one.path.name.removesuffix(".gz"), counted[0].dimensions, counted[0].atoms))
            said = f"a table of {' x '.join(one.trees.dims)}", _unused(one, stated, order.freq), *counted[1]
            notes += [f"{one.path.name}: {line}" for line in said if line]
    if wrong:
        raise ProblemsFound(wrong)
    return (*paths, *stated.files), cubes, [t.trees for t in tables], tuple(notes)


def _by_files(stated: Hierarchies, tables: list[_Table]) -> list[str]:
    """One file for all tables, or one for each in their order."""
    if len(stated.files) not in (1, len(tables)):
        reason = f"{len(tables)} tables take one file with trees for all, or one for each in their order; {len(stated.files)} are given"
        raise ProblemsFound([option_problem("--hierarchy", reason)])
    wrong: list[Problem] = []
    trees = [kept(wrong, hierarchy_input.read_tree_file, f) for f in stated.files]
    if wrong:
        raise ProblemsFound(wrong)
    for n, one in enumerate(tables):
        whole = trees[n % len(trees)]
        assert whole is not None  # a file that could not be read is wrong
        dims = [d for d in whole.dims if d in one.frame.columns] if len(trees) == 1 else list(whole.dims)
        one.trees = _part(whole, dims)
        if not dims:
            wrong.append(_no_dimension(one, list(whole.dims)))
    if wrong:
        raise ProblemsFound(wrong)
    return []


def _part(trees: Trees, dims: list[str]) -> Trees:
    """The trees of some dimensions only."""
    further = {d: trees.further[d] for d in dims if d in trees.further}
    return Trees(tuple(dims), {d: trees.children[d] for d in dims}, {d: trees.root[d] for d in dims}, further)


def _no_dimension(one: _Table, dims: list[str]) -> Problem:
    message = f"it has none of the dimensions as a column: {', '.join(dims)}; name them so in the header, or in --hierarchy"
    return Problem(str(one.path), 1, 0, "counts-column", message)


def _by_columns(stated: Hierarchies, tables: list[_Table], freq: str) -> list[str]:
    """Trees of the columns: over the rows of all tables that have them, so that a code is the same code in each."""
    wrong: list[Problem] = []
    notes: list[str] = []
    own: list[dict[str, Trees]] = [{} for _ in tables]
    for dim in dict.fromkeys(w.dim for w in stated.columns):
        trees = [w for w in stated.columns if w.dim == dim]
        columns = list(dict.fromkeys(c for w in trees for c in w.columns))
        full = [n for n, t in enumerate(tables) if set(columns) <= set(t.frame.columns)]
        if not full:
            reason = f"no table has all the columns {', '.join(columns)} of '{dim[:60]}'"
            wrong.append(option_problem("--hierarchy", f"{reason}; one must, the others may lack some of them"))
            continue
        rows = pd.concat([tables[n].frame[columns] for n in full], ignore_index=True)
        lines = np.concatenate([tables[n].lines for n in full])
        name = " and ".join(str(tables[n].path) for n in full)
        made = kept(wrong, lambda r=rows, t=trees, n=name, at=lines: trees_of_columns(r, t, n, at, (freq,)))
        if made is None:
            continue
        notes += made.notes
        cuts = np.cumsum([len(tables[n].frame) for n in full])[:-1]
        for n, codes in zip(full, np.split(made.frame[dim].to_numpy(object), cuts), strict=True):
            tables[n].frame[dim], own[n][dim] = codes, made.trees
        for n in set(range(len(tables))) - set(full):
            if trees[0].columns[0] in tables[n].frame.columns:
                own[n][dim] = _by_leaves(tables[n], trees[0], made.trees)
            elif coarse := _coarser(tables[n], trees, made.trees, rows):
                own[n][dim] = coarse
    for n, one in enumerate(tables):
        if not own[n]:
            wrong.append(_no_dimension(one, [w.columns[0] for w in stated.columns]))
    if wrong:
        raise ProblemsFound(wrong)
    for one, parts in zip(tables, own, strict=True):
        one.trees = Trees(
            tuple(parts),
            {d: t.children[d] for d, t in parts.items()},
            {d: t.root[d] for d, t in parts.items()},
            {d: t.further[d] for d, t in parts.items() if d in t.further},
        )
    return notes


def _by_leaves(one: _Table, wanted: ColumnTree, trees: Trees) -> Trees:
    """The whole tree for a table that has the leaves and not all that they belong to: the other tables tell that. Its codes are put in place."""
    text = one.frame[wanted.columns[0]].fillna("").astype(str).str.strip()
    one.frame[wanted.dim] = [trees.root[wanted.dim] if t.casefold() in TOTALS else t for t in text]
    return trees


def _unused(one: _Table, stated: Hierarchies, freq: str | None) -> str:
    """What is said of columns of a table that no hierarchy names; empty where there are none."""
    named = {freq, *one.trees.dims, *(c for w in stated.columns for c in w.columns)}
    left = [str(c) for c in one.frame.columns if c not in named]
    return f"not used: {', '.join(left)} (a dimension? --hierarchy {left[0]})" if left else ""


def _coarser(one: _Table, wanted: list[ColumnTree], trees: Trees, rows: pd.DataFrame) -> Trees | None:
    """The tree of a table that has a level of a hierarchy and not those below: cut off at that level. Its codes are put in place."""
    there = [(w, k) for w in wanted for k, c in enumerate(w.columns) if c in one.frame.columns and k]
    if not there:
        return None
    tree, at = min(((w, k) for w, k in there), key=lambda p: (wanted.index(p[0]), p[1]))
    column, dim = tree.columns[at], tree.dim
    number = wanted.index(tree)
    children = trees.all_of(dim)[number]
    known = {trees.root[dim], *children}

    def code(text: str) -> str:
        return f"{text} ({column})" if f"{text} ({column})" in known else text

    cut = {code(t) for t in rows[column].astype(str).str.strip()}
    text = one.frame[column].astype(str).str.strip()
    one.frame[dim] = [trees.root[dim] if t.casefold() in TOTALS else code(t) for t in text]
    kept_parts, stack = {}, [trees.root[dim]]
    while stack:
        at_code = stack.pop()
        if at_code in children and (at_code not in cut or at_code == trees.root[dim]):
            kept_parts[at_code] = children[at_code]
            stack += children[at_code]
    return Trees((dim,), {dim: kept_parts}, {dim: trees.root[dim]})


def read_counts(order, wrong: list[Problem]) -> tuple[tuple[Path, ...], Cube, Trees, tuple[str, ...]]:
    """(files, cube, trees, what is to be said) of one table; ProblemsFound with everything that is wrong, `wrong` included."""
    stated = kept(wrong, hierarchy_input.hierarchies, order.hierarchy)
    file = kept(wrong, hierarchy_input.one_file, stated) if stated else None
    trees = kept(wrong, hierarchy_input.read_tree_file, file) if file else None
    found = kept(wrong, input_files.read_table, order.source, wrong)
    if not order.hierarchy:
        wrong.append(hierarchy_input.missing(found[0] if found else None, (order.freq,)))
    cube = None
    notes: tuple[str, ...] = ()
    if found and stated and (trees or stated.columns):
        freq, name = None if order.microdata else order.freq, str(order.source)
        if order.microdata and order.freq in found[0].columns:
            notes += (f"every row is counted as one record; the column {order.freq} is not looked at",)
        if freq and stated.columns and freq not in found[0].columns:
            wrong.append(hierarchy_input.freq_problem(name, found[0], freq))
        made = kept(wrong, lambda: hierarchy_input.with_trees(stated, trees, found, name, (order.freq,)))
        if made and not (freq and stated.columns and freq not in found[0].columns):
            trees, frame, more = made
            sums = hierarchy_input.sums_of_others(stated, frame, freq, name) if freq and stated.columns else []
            wrong += sums
            counted = None if sums else kept(wrong, lambda: counts_of(frame, trees, name, freq=freq, lines=found[1], most=order.most))
            cube, done = counted or (None, [])
            notes += (*more, *done)
    if wrong:
        raise ProblemsFound(wrong)
    assert cube is not None and trees is not None  # or something was wrong
    name = order.source.name.removesuffix(".gz")
    files = (order.source, *([file] if file else []))
    return files, Cube(name, cube.dimensions, cube.atoms), trees, notes


def unfit(order) -> list[Problem]:
    """Options that say nothing of counts."""
    if not order.whole:
        return []
    return [option_problem("--whole", "counts are whole anyway; leave this option out")]
