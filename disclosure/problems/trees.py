"""Hierarchies as people write them down: for every dimension a tree `parent -> parts`, and the code at its top.

    {"dims": ["region", "sex"],
     "trees": {"region": {"NL": ["north", "south"], "north": ["n1", "n2"]}, "sex": {"both": ["M", "F"]}},
     "root": {"region": "NL", "sex": "both"}}

`dims` gives the order of the dimensions. A code without an entry of its own is a leaf; every other code is the sum of
its parts. Codes are text: "0363" and "363" are two codes. A list of trees over the same leaves is several hierarchies over one
dimension (several_trees.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from celwacht.disclosure.problems.several_trees import combined, disagreements
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.problems import Noted, Problem, ProblemsFound, nearest, repeated

RESERVED = ("value", "status", "printed")
"""Columns of pattern.csv; no dimension may be called so."""
MOST_DEPTH = 100
Place = Callable[..., int]
"""place(word, ...): the line of the last of these words, after the keys before it; 0: unknown."""


@dataclass(frozen=True, slots=True)
class Trees:
    """Checked trees. children: per dimension `parent -> parts`; root: per dimension the code at the top; further: per dimension
    other trees over the same leaves, where it has more than one hierarchy."""

    dims: tuple[str, ...]
    children: Mapping[str, Mapping[str, tuple[str, ...]]]
    root: Mapping[str, str]
    further: Mapping[str, tuple[Mapping[str, tuple[str, ...]], ...]] = field(default_factory=dict)

    def all_of(self, dim: str) -> tuple[Mapping[str, tuple[str, ...]], ...]:
        """Every tree over a dimension."""
        return (self.children[dim], *self.further.get(dim, ()))

    def classifications(self) -> tuple[Classification, ...]:
        """One classification per dimension, in order; every node of a tree is a code, depth first."""
        return tuple(combined(d, self.all_of(d), self.root[d]) for d in self.dims)

    def text(self) -> str:
        """The JSON text that `read_trees` reads."""
        lists = {d: [{p: list(c) for p, c in tree.items()} for tree in self.all_of(d)] for d in self.dims}
        trees = {d: found if len(found) > 1 else found[0] for d, found in lists.items()}
        return json.dumps({"dims": list(self.dims), "trees": trees, "root": dict(self.root)}, ensure_ascii=False) + "\n"


def read_trees(text: str, name: str) -> Trees:
    """The trees in a JSON text; ProblemsFound with everything that is wrong. name: the file's, for messages."""
    twice: list[str] = []

    def pairs(found: list[tuple[str, object]]) -> dict[str, object]:
        twice.extend(repeated([k for k, _ in found]))
        return dict(found)

    if not text.strip():
        raise ProblemsFound([Problem(name, 0, 0, "trees-empty", "the file is empty; expected a JSON object with dims, trees and root")])
    try:
        data = json.loads(text, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        raise ProblemsFound([Problem(name, error.lineno, error.colno, "trees-json", f"this is no JSON: {error.msg}")]) from None
    except RecursionError:
        raise ProblemsFound([Problem(name, 0, 0, "trees-json", "brackets are nested too deep")]) from None
    place = _places(text)
    wrong = [
        Problem(
            name,
            place("trees", k),
            0,
            "trees-twice",
            f"'{k[:60]}' is written twice in one object, so that the first is lost; join the two lists of parts",
        )
        for k in sorted(set(twice))
    ]
    try:
        trees = trees_of(data, name, place)
    except ProblemsFound as found:
        raise ProblemsFound([*wrong, *found.problems]) from None
    if wrong:
        raise ProblemsFound(wrong)
    return trees


def _places(text: str) -> Place:
    def find(word: str, key: bool, start: int) -> int:
        spellings = {re.escape(json.dumps(word, ensure_ascii=plain)) for plain in (True, False)}
        found = re.compile(f"(?:{'|'.join(spellings)})" + (r"\s*:" if key else "")).search(text, start)
        return found.start() if found else -1

    def place(*words: str) -> int:
        at = found = -1
        for i, word in enumerate(words):
            at = find(word, i < len(words) - 1, at + 1)
            if at < 0:
                break
            found = at
        return text.count("\n", 0, found) + 1 if found >= 0 else 0

    return place


def trees_of(data: object, name: str = "trees", place: Place = lambda *_: 0) -> Trees:
    """Trees from a dictionary with `dims`, `trees` and `root`; ProblemsFound with everything that is wrong."""
    wrong = Noted()

    def complain(rule: str, message: str, *words: str) -> None:
        wrong.note(lambda: Problem(name, place(*words), 0, f"trees-{rule}", message))

    if not isinstance(data, Mapping):
        raise ProblemsFound([Problem(name, 1 if place("") else 0, 0, "trees-shape", "expected an object with dims, trees and root")])
    dims = _dims(data.get("dims"), complain)
    trees = _object(data, "trees", dims, complain)
    root = _object(data, "root", dims, complain)
    children: dict[str, tuple] = {}
    for d in dims:
        if d in trees and d in root:
            several = trees[d] if isinstance(trees[d], (list, tuple)) and trees[d] else [trees[d]]
            before = len(wrong) + wrong.more
            children[d] = tuple(_tree(d, tree, root[d], complain) for tree in several)
            for reason in disagreements(children[d], root[d]) if len(wrong) + wrong.more == before else ():
                complain("hierarchies", f"{d}: {reason}", "trees", d)
    if wrong:
        raise wrong.found()
    further = {d: found[1:] for d, found in children.items() if len(found) > 1}
    return Trees(tuple(dims), {d: found[0] for d, found in children.items()}, {d: root[d] for d in dims}, further)


def _dims(found: object, complain) -> list[str]:
    if not isinstance(found, (list, tuple)) or not found or not all(isinstance(d, str) and d for d in found):
        complain("dims", 'dims must be a list of the names of the dimensions, such as ["region", "sex"]', "dims")
        return []
    twice = set(repeated(found))
    for d in sorted(set(found)):
        if d in twice:
            complain("dims", f"dims names '{d[:60]}' twice; name every dimension once", "dims", d)
        if d in RESERVED:
            complain(
                "dims", f"a dimension cannot be called '{d}', which is a column of pattern.csv; rename it here and in the counts", "dims", d
            )
    return list(dict.fromkeys(found))


def _object(data: Mapping, key: str, dims: list[str], complain) -> Mapping:
    """data[key], which must have an entry for each dimension and for nothing else."""
    found = data.get(key)
    if not isinstance(found, Mapping):
        complain(key, f"{key} must be an object with an entry for each dimension", key)
        return {}
    for d in dims:
        if d not in found:
            complain(key, f"{key} has no entry for dimension '{d[:60]}'.{nearest(d, map(str, found))}", key)
    for d in found:
        if dims and d not in dims:
            complain(key, f"{key} has '{str(d)[:60]}', which is not among dims.{nearest(str(d), dims)}", key, str(d))
    return found


def _tree(d: str, tree: object, root: object, complain) -> dict[str, tuple[str, ...]]:
    """The tree of dimension d, parts as tuples; whatever is wrong is reported."""
    if not isinstance(tree, Mapping) or not all(isinstance(parts, (list, tuple)) for parts in tree.values()):
        complain("shape", f"{d}: a tree is an object `code: [parts]`, or a list of such objects for several hierarchies", "trees", d)
        return {}
    odd = [c for parts in ([*tree], *tree.values(), [root]) for c in parts if not isinstance(c, str) or not c]
    for c in odd[:10]:
        complain(
            "code",
            f"{d}: codes are non-empty texts, {json.dumps(c, default=str)[:60]} is not; write it in quotes, with its leading zeros",
            "trees",
            d,
        )
    if odd:
        return {}
    parent: dict[str, str] = {}
    again: list[tuple[str, str]] = []
    for p, parts in tree.items():
        for c in parts:
            if c in parent:
                again.append((p, c))
            parent.setdefault(c, p)
    for p, c in again:
        _second_parent(d, parent, p, c, complain)
    if root not in tree and root not in parent:
        tops = [p for p in tree if p not in parent]
        complain(
            "root",
            f"{d}: the root '{root}' is no code of the tree." + (f" Did you mean '{tops[0]}'?" if len(tops) == 1 else nearest(root, tree)),
            "root",
            d,
        )
    elif root in parent:
        complain("root", f"{d}: the root '{root}' stands under '{parent[root]}', so that it is not the top", "root", d)
    else:
        _reached(d, tree, root, parent, complain)
    return {p: tuple(parts) for p, parts in tree.items() if parts}


def _second_parent(d: str, parent: dict[str, str], p: str, c: str, complain) -> None:
    """Tells that c stands under p too: twice the same, in a cycle, or under two codes."""
    way = [p]
    while way[-1] in parent and parent[way[-1]] not in way and way[-1] != c:
        way.append(parent[way[-1]])
    if parent[c] == p:
        reason = f"'{c}' stands twice under '{p}'; name every part once"
    elif way[-1] == c:
        reason = f"{' under '.join(map(repr, [c, *way][:12]))}: a cycle; no code can stand under itself"
    else:
        reason = f"'{c}' stands under both '{parent[c]}' and '{p}'; a code has one parent. (Two hierarchies over it: a list of two trees)"
    complain("parents", f"{d}: {reason}", "trees", d, p, c)


def _reached(d: str, tree: Mapping, root: str, parent: dict[str, str], complain) -> None:
    """Tells of codes that do not lead up to the root, and of cycles among them."""
    seen, level, depth = {root}, [root], 0
    while level:
        level = [c for p in level for c in tree.get(p, ()) if c not in seen]
        seen.update(level)
        depth += 1
    if depth > MOST_DEPTH:
        complain("depth", f"{d}: the tree is {depth} levels deep; at most {MOST_DEPTH} are read", "trees", d)
    reported: set[str] = set()
    for c in [*tree, *parent]:
        if c in seen or c in reported:
            continue
        way = [c]
        while way[-1] in parent and parent[way[-1]] not in way and parent[way[-1]] not in reported:
            way.append(parent[way[-1]])
        end = parent.get(way[-1])
        if end in way:
            loop = [*way[way.index(end) :], end]
            complain(
                "cycle", f"{d}: {' under '.join(repr(x) for x in loop[:12])}: a cycle; no code can stand under itself", "trees", d, end
            )
        elif end is None:
            complain(
                "loose",
                f"{d}: '{way[-1]}' and what is under it do not lead up to the root '{root}'; put it under a code, or take it out",
                "trees",
                d,
                way[-1],
            )
        reported.update(way)
        reported.update(_below(tree, way))


def _below(tree: Mapping, codes: list[str]) -> set[str]:
    found, level = set(codes), list(codes)
    while level:
        level = [c for p in level for c in tree.get(p, ()) if c not in found]
        found.update(level)
    return found
