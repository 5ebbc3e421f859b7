"""Several hierarchies over one dimension: municipalities in provinces, and the same municipalities in police regions.

    "trees": {"region": [{"NL": ["north", "south"], "north": ["a", "b"], "south": ["c"]},
                         {"NL": ["coast", "land"], "coast": ["a", "c"], "land": ["b"]}]}

All have the same top and the same leaves. The dimension has the codes of all of them; a code that two of them have must hold the same
leaves in both, and is one code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from celwacht.tables.cubes.classification import Classification, Code, from_tree

Tree = Mapping[str, tuple[str, ...]]


def combined(name: str, trees: Sequence[Tree], root: str) -> Classification:
    """One classification with the codes of all trees: those of the first depth first, then the further inner codes of each other one."""
    first = from_tree(name, {p: list(c) for p, c in trees[0].items()}, root)
    codes, members = list(first.codes), list(first.members)
    known, leaf = {c.code for c in codes}, {c: i for i, c in enumerate(first.leaves)}
    for number, tree in enumerate(trees[1:], 2):
        for code, parent, depth in _inner(tree, root):
            if code not in known:
                known.add(code)
                codes.append(Code(code, code, parent=parent, level=f"{number}.{depth}"))
                members.append(np.array(sorted(leaf[x] for x in leaves_below(tree, code)), np.int32))
    return Classification(name, name, name, tuple(codes), first.leaves, tuple(members))


def _inner(tree: Tree, root: str) -> list[tuple[str, str, int]]:
    """(code, parent, depth) of every code with parts but the root, depth first."""
    found, stack = [], [(c, root, 1) for c in reversed(tree.get(root, ()))]
    while stack:
        code, parent, depth = stack.pop()
        if tree.get(code):
            found.append((code, parent, depth))
            stack += [(c, code, depth + 1) for c in reversed(tree[code])]
    return found


def leaves_below(tree: Tree, code: str) -> frozenset[str]:
    """The leaves that a code of a tree holds; a leaf holds itself."""
    leaves, stack = set(), [code]
    while stack:
        at = stack.pop()
        parts = tree.get(at, ())
        stack += parts
        if not parts:
            leaves.add(at)
    return frozenset(leaves)


def disagreements(trees: Sequence[Tree], root: str) -> list[str]:
    """Why checked trees are not hierarchies over the same leaves, in sentences; [] where they are."""
    all_leaves, reasons = leaves_below(trees[0], root), []
    held: dict[str, frozenset[str]] = {c: leaves_below(trees[0], c) for c in {root, *trees[0]}}
    for number, tree in enumerate(trees[1:], 2):
        own = leaves_below(tree, root)
        reasons += [f"'{c[:60]}' is a leaf of hierarchy 1 and not of hierarchy {number}" for c in sorted(all_leaves - own)[:10]]
        reasons += [f"'{c[:60]}' is a leaf of hierarchy {number} and not of hierarchy 1" for c in sorted(own - all_leaves)[:10]]
        for code in tree:
            leaves = leaves_below(tree, code)
            if held.setdefault(code, leaves) != leaves and own == all_leaves:
                reasons.append(f"'{code[:60]}' holds other leaves in hierarchy {number} than before; give one of the two another code")
    return reasons
