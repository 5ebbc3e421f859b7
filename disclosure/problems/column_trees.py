"""Hierarchies that stand in the columns of the data: `region=kommune<fylke` makes the tree over region of columns kommune and fylke.

    kommune,fylke,zone,sex,freq        region=kommune<fylke   ->   Total over the fylker, a fylke over its kommuner
    0301,03,east,M,12                  region=kommune<zone    ->   a second hierarchy over the same kommuner
    1103,11,west,F,7                   sex                    ->   Total over M and F

The first column holds the leaves, each next one what they belong to. Every code on the way, and the total on top, becomes a code of the
table. A row whose leaf is blank or says "Total" is a row of totals: it is held against the sum of its parts (counts.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from celwacht.disclosure.problems.several_trees import Tree, leaves_below
from celwacht.disclosure.problems.trees import Trees, trees_of
from celwacht.tables.problems import Problem, ProblemsFound, nearest, option_problem

if TYPE_CHECKING:
    import pandas as pd

TOTALS = ("", "total", "totaal", "totalt", "all", "alle", "insgesamt", "i alt", "tot", "_t")
"""What stands for "all of them" in a column of codes, in small letters."""
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ColumnTree:
    """One --hierarchy: the dimension, and the columns of its levels from the leaves up."""

    dim: str
    columns: tuple[str, ...]


def parse(text: str) -> ColumnTree:
    """`region=kommune<fylke<land`, `region=kommune`, or `sex` alone; ProblemsFound with the remedy."""
    dim, equals, levels = (part.strip() for part in text.partition("="))
    columns = tuple(c.strip() for c in (levels if equals else dim).split("<"))
    if not dim or not all(columns) or (not equals and len(columns) > 1) or len(set(columns)) < len(columns):
        reason = (
            f"'{text[:60]}' names no hierarchy; write DIMENSION=LEAVES<PARENTS with columns of the data, such as region=kommune<fylke, "
            "or the name of one column, or a file with trees (.json)"
        )
        raise ProblemsFound([option_problem("--hierarchy", reason)])
    return ColumnTree(dim, columns)


@dataclass(frozen=True, eq=False)
class Found:
    """trees: of the data; frame: the data with a column per dimension, holding codes of the trees; notes: what was made and what was not
    used, in sentences."""

    trees: Trees
    frame: pd.DataFrame
    notes: tuple[str, ...]


def trees_of_columns(
    frame: pd.DataFrame, hierarchies: Sequence[ColumnTree], name: str, lines: np.ndarray | None = None, used: Sequence[str] = ("freq",)
) -> Found:
    """The trees that the columns of a frame of texts say. ProblemsFound with everything that is wrong.

    hierarchies: in the order of the command line; those of one dimension are hierarchies over it and have the same leaves. name: of the file;
    lines: (rows,) line of each row in it, for messages. used: columns that are no dimensions.
    """
    place = np.arange(len(frame)) if lines is None else lines
    wrong = _fit(frame, hierarchies, name, lines is not None)
    if wrong:
        raise ProblemsFound(wrong)
    dims = list(dict.fromkeys(w.dim for w in hierarchies))
    made: dict[str, Any] = {"dims": dims, "trees": {}, "root": {}}
    frame, notes = frame.copy(), []
    for dim in dims:
        maker = _Maker(frame, [w for w in hierarchies if w.dim == dim], name, place, wrong)
        trees, root, codes = maker.make()
        made["trees"][dim], made["root"][dim] = list(trees) if len(trees) > 1 else trees[0], root
        frame[dim] = codes
        notes.append(_described(dim, trees, root))
        notes += maker.notes
    if wrong:
        raise ProblemsFound(wrong)
    mentioned = {*dims, *used, *(c for w in hierarchies for c in w.columns)}
    if unused := [str(c) for c in frame.columns if c not in mentioned]:
        notes.append(
            f"not used, so that rows which differ in nothing else are added up: {', '.join(unused)} (a dimension? --hierarchy {unused[0]})"
        )
    return Found(trees_of(made, name), frame, tuple(notes))


def _fit(frame: pd.DataFrame, hierarchies: Sequence[ColumnTree], name: str, from_file: bool) -> list[Problem]:
    """What the options and the header do not agree on."""
    names, wrong = [str(c) for c in frame.columns], []
    for column in dict.fromkeys(c for w in hierarchies for c in w.columns):
        if names.count(column) != 1:
            twice = names.count(column) > 1
            notes = "there are several columns" if twice else "there is no column"
            remedy = " Rename all but one." if twice else nearest(column, names)
            wrong.append(Problem(name, int(from_file), 0, "counts-column", f"{notes} '{column[:60]}', which --hierarchy names.{remedy}"))
    for dim in dict.fromkeys(w.dim for w in hierarchies):
        own = [w for w in hierarchies if w.dim == dim]
        if len({w.columns[0] for w in own}) > 1:
            reason = f"the hierarchies of '{dim[:60]}' begin with different columns ({', '.join(w.columns[0] for w in own)}); they are over the same leaves"
            wrong.append(option_problem("--hierarchy", reason))
        if len(set(own)) < len(own):
            wrong.append(option_problem("--hierarchy", f"'{dim[:60]}' has the same hierarchy twice; leave one out"))
        if dim in names and any(dim != w.columns[0] for w in own):
            reason = f"there is a column '{dim[:60]}' that does not hold the leaves of '{dim[:60]}'; give the dimension another name"
            wrong.append(option_problem("--hierarchy", reason))
    return wrong


def _described(dim: str, trees: Sequence[Tree], root: str) -> str:
    """`region: 357 leaves; totals made of them: 'Total', 15 of fylke`."""
    totals = len({c for tree in trees for c in tree}) - 1
    over = f", and {totals} totals between them" * (totals > 0)
    return f"{dim}: {len(leaves_below(trees[0], root))} leaves under '{root}'{over}{f', in {len(trees)} hierarchies' * (len(trees) > 1)}"


class _Maker:
    """The trees over one dimension."""

    def __init__(self, frame: pd.DataFrame, own: Sequence[ColumnTree], name: str, place: np.ndarray, wrong: list[Problem]):
        self.dim, self.own, self.name, self.place, self.wrong = own[0].dim, own, name, place, wrong
        self.text = {c: frame[c].fillna("").astype(str).str.strip().to_numpy(object) for w in own for c in w.columns}
        self.notes: list[str] = []
        self.held: dict[str, frozenset[str]] = {}
        leaves = self.text[own[0].columns[0]]
        self.total_row = np.array([t.casefold() in TOTALS for t in leaves], bool)
        self.leaves = list(dict.fromkeys(leaves[~self.total_row]))
        self.held = {leaf: frozenset([leaf]) for leaf in self.leaves}

    def make(self) -> tuple[list[dict[str, tuple[str, ...]]], str, np.ndarray]:
        """(trees, root, (rows,) code of each row)."""
        all_words = [t for w in self.own for c in w.columns for t in self.text[c] if t and t.casefold() in TOTALS]
        root = all_words[0] if all_words else "Total"
        codes = np.where(self.total_row, root, self.text[self.own[0].columns[0]]).astype(object)
        if not self.leaves:
            self._complain(0, "counts-code", "there are no leaves, only blanks and totals; expected a row per leaf")
            return [{root: ()}], root, codes
        trees, tops = [], set()
        for one in self.own:
            named = self._levels(one)
            trees.append(self._tree(one, named))
            tops.add(self._top(trees[-1]))
            for column, words in named.items():
                here = self.total_row & np.array([t.casefold() not in TOTALS for t in self.text[column]], bool)
                codes[here & (codes == root)] = [words[t] for t in self.text[column][here & (codes == root)]]
        if len(tops) == 1 and None not in tops:
            top = tops.pop()
            assert top is not None  # there is one, and it is not None
            codes[codes == root] = top
            return trees, top, codes
        return [{root: tuple(self._without_parent(tree)), **tree} for tree in trees], root, codes

    def _top(self, tree: Mapping[str, tuple[str, ...]]) -> str | None:
        """The one code above all others, if there is one."""
        tops = self._without_parent(tree)
        return tops[0] if len(tops) == 1 and tops[0] in tree else None

    def _without_parent(self, tree: Mapping[str, tuple[str, ...]]) -> list[str]:
        below = {c for parts in tree.values() for c in parts}
        return [c for c in (*self.leaves, *tree) if c not in below]

    def _levels(self, one: ColumnTree) -> dict[str, dict[str, str]]:
        """Per column above the leaves: its texts and the codes that they become. A text that is a code already, of other leaves,
        gets the name of its column; one that holds the same leaves is the same code."""
        found: dict[str, dict[str, str]] = {}
        leaf = self.text[one.columns[0]]
        for column in one.columns[1:]:
            members: dict[str, set[str]] = {}
            for t, x, total in zip(self.text[column], leaf, self.total_row, strict=True):
                if not total and t:
                    members.setdefault(t, set()).add(x)
            words = found[column] = {t: t for t in self.text[column]}
            for t, held in members.items():
                if self.held.setdefault(t, frozenset(held)) != frozenset(held):
                    words[t] = f"{t} ({column})"
                    self.held[words[t]] = frozenset(held)
                    self.notes.append(f"{self.dim}: '{t}' of {column} is called '{words[t]}', for another code is called so too")
        return found

    def _tree(self, one: ColumnTree, named: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
        """parent -> parts, column by column; a child under two parents, or none, is reported with its lines."""
        parts: dict[str, dict[str, None]] = {}
        leaf = one.columns[0]
        words = {leaf: {t: t for t in self.text[leaf]}, **named}
        for child, parent in zip(one.columns[:-1], one.columns[1:], strict=True):
            first: dict[str, tuple[str, int]] = {}
            bad: set[str] = set()
            for row in np.flatnonzero(~self.total_row).tolist():
                c, p = self.text[child][row], self.text[parent][row]
                if c in bad:
                    continue
                if not p:
                    bad.add(c)
                    self._complain(row, "counts-parent", f"{parent} is empty beside {child} '{c[:60]}'; say what it belongs to")
                    continue
                there, line = first.setdefault(c, (p, row))
                if there != p:
                    bad.add(c)
                    self._complain(
                        row,
                        "counts-parent",
                        f"{child} '{c[:60]}' lies in {parent} '{p[:60]}' here and in '{there[:60]}' on line {self.place[line]}; it can "
                        "belong to one. If both are right, the columns are no hierarchy: leave one out",
                    )
                    continue
                a, b = words[child][c], words[parent][p]
                if a != b:
                    parts.setdefault(b, {})[a] = None
        return {p: tuple(c) for p, c in parts.items()}

    def _complain(self, row: int, rule: str, message: str) -> None:
        n = sum(p.rule == rule for p in self.wrong)
        if n < MOST_SHOWN:
            self.wrong.append(Problem(self.name, int(self.place[row]) if len(self.place) else 0, 0, rule, f"{self.dim}: {message}"))
