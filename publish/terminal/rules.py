"""Every rule that a message can name in its brackets, found in the code itself: `celwacht rule`, and docs/reference/errors.md.

A rule is the word at the end of a message, such as `[wrong-value]` (tables/problems.py). This reads the package's own source, so that the
index is always that of the code that runs:

    raise _stop("register", "busy", "another intake is at work; wait for it to end")   ->   busy: another intake is at work; ...

A call tells a rule where it makes a Problem, or calls a function that has a parameter `rule`. What the message fills in stands in ‹›.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOMS = ("tables", "disclosure", "publish")
_SHAPE = re.compile(r"[a-z]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One rule: the files that judge by it, and the sentences in which it is told (culprit, reason and remedy)."""

    name: str
    files: tuple[str, ...]
    texts: tuple[str, ...]


def all_rules(home: Path | None = None) -> dict[str, Rule]:
    """Every rule by name, sorted. home: the folder of the package, or of a checkout."""
    top = home or Path(__file__).resolve().parents[2]
    trees = {
        p.relative_to(top).as_posix(): ast.parse(p.read_text(encoding="utf-8")) for r in ROOMS for p in sorted((top / r).rglob("*.py"))
    }
    shared = {name: at for tree in trees.values() for name, at in _tellers(tree).items() if not name.startswith("_")}
    files: dict[str, dict[str, None]] = {}
    texts: dict[str, dict[str, None]] = {}
    for path, tree in trees.items():
        for rule, text in _told(tree, {**shared, **_tellers(tree)}):
            files.setdefault(rule, {})[path] = None
            texts.setdefault(rule, {}).update({text: None} if text else {})
    return {name: Rule(name, tuple(files[name]), tuple(texts[name])) for name in sorted(files)}


def _tellers(tree: ast.Module) -> dict[str, int]:
    """Functions with a parameter `rule`: name -> its place, self not counted."""
    found = {"Problem": 3}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [a.arg for a in node.args.args if a.arg != "self"]
            if "rule" in names and len(names) > 1:
                found[node.name] = names.index("rule")
    return found


def _told(tree: ast.Module, tellers: dict[str, int]) -> Iterator[tuple[str, str]]:
    """(rule, text) of every call that tells one."""
    prefixes = {_prefix(n.args[3]) for n in ast.walk(tree) if isinstance(n, ast.Call) and _name(n) == "Problem" and len(n.args) > 3}
    prefix = next((p for p in prefixes if p.endswith("-")), "")
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or _name(node) not in tellers:
            continue
        rule = _rule_of(node, tellers[_name(node)])
        rest = [*node.args, *(k.value for k in node.keywords)]
        told = next((text for a in rest if a is not rule and " " in (text := _text(a))), "")
        for name in _values(rule, tree):
            full = name if _name(node) == "Problem" else prefix + name
            if _SHAPE.fullmatch(full):
                yield full, told


def _rule_of(node: ast.Call, place: int) -> ast.expr | None:
    """The argument that is the rule. In `add("syntax", *place, text)` and `Problem(file, *place, "rule", text)` a place is two numbers."""
    before = node.args[: place + 1]
    if any(isinstance(a, ast.Starred) for a in before) or len(node.args) <= place:
        words = (a for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str) and _SHAPE.fullmatch(a.value))
        return next(words, next((k.value for k in node.keywords if k.arg == "rule"), None))
    return node.args[place]


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _prefix(node: ast.expr) -> str:
    """`trees-` of f"trees-{rule}"."""
    first = node.values[0] if isinstance(node, ast.JoinedStr) and len(node.values) == 2 else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def _values(node: ast.expr | None, tree: ast.Module) -> list[str]:
    """The words that an expression can be: a constant, one of two, or what a function of this file returns."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _values(node.body, tree) + _values(node.orelse, tree)
    if isinstance(node, ast.Call):
        functions = [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) and f.name == _name(node)]
        returned = [r.value for f in functions for r in ast.walk(f) if isinstance(r, ast.Return)]
        return [v for r in returned if not isinstance(r, ast.Call) for v in _values(r, tree)]
    return []


def _text(node: ast.expr | None) -> str:
    """The sentence of a message, with what it fills in as ‹name›; '' where it is made elsewhere."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(v) if isinstance(v, ast.Constant) else f"‹{_word(v)}›" for v in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left) + _text(node.right)
    return _text(node.body) if isinstance(node, ast.Lambda | ast.IfExp) else ""


def _word(node: ast.expr) -> str:
    """A name for what is filled in: the last name in the expression."""
    names = [n.attr if isinstance(n, ast.Attribute) else n.id for n in ast.walk(node) if isinstance(n, ast.Name | ast.Attribute)]
    return names[-1] if len(names) == 1 else next((n for n in names if n not in ("shown", "str", "len", "int", "self")), "…")
