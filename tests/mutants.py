"""Small changes to a Python source, one at a time: the mutants of mutation testing.

Operators: comparisons, arithmetic, bit and boolean operators, unary operators, constants, texts, conditions, statements
left out, arguments left out, ends of slices, and pairs of functions that are easily mistaken for each other.
Type hints, docstrings and imports are left alone.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

COMPARE = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.FloorDiv),
    ast.FloorDiv: (ast.Mult,),
    ast.Div: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitXor: (ast.BitOr,),
    ast.LShift: (ast.RShift,),
    ast.RShift: (ast.LShift,),
}
MISTAKEN = {
    "any": ("all",),
    "all": ("any",),
    "minimum": ("maximum",),
    "maximum": ("minimum",),
    "min": ("max",),
    "max": ("min",),
    "zeros": ("ones",),
    "ones": ("zeros",),
    "repeat": ("tile",),
    "flatnonzero": ("argwhere",),
    "int64": ("int32",),
    "least": ("greatest",),
    "greatest": ("least",),
    "lower": ("upper",),
    "upper": ("lower",),
    "low": ("high",),
    "high": ("low",),
    "lpl": ("upl",),
    "upl": ("lpl",),
    "SAFE": ("UNSAFE", "INCONCLUSIVE"),
    "UNSAFE": ("SAFE", "INCONCLUSIVE"),
    "INCONCLUSIVE": ("SAFE", "UNSAFE"),
    "printed_low": ("printed_high",),
    "printed_high": ("printed_low",),
    "ceil": ("floor",),
    "floor": ("ceil",),
}


@dataclass(frozen=True)
class Mutant:
    """One change. name: `function: before -> after`, with a number where the same change occurs more than once."""

    name: str
    line: int
    tree: ast.Module


def mutants_of(source: str) -> Iterator[Mutant]:
    """All mutants of a source text."""
    tree = ast.parse(source)
    seen: dict[str, int] = {}
    for path, where in _places(tree):
        node = _at(tree, path)
        for after in _changes(node):
            name = f"{where}: {_text(node)} -> {_text(after)}"
            seen[name] = seen.get(name, 0) + 1
            changed = copy.deepcopy(tree)
            _put(changed, path, after)
            yield Mutant(
                name + (f" ({seen[name]})" if seen[name] > 1 else ""), getattr(node, "lineno", 0), ast.fix_missing_locations(changed)
            )


def _places(tree: ast.Module) -> Iterator[tuple[tuple, str]]:
    """(path, name of the function around it) of every node that may be changed."""

    def walk(node, path, where):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            where = node.name
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "type_params"):
                continue
            many = isinstance(value, list)
            for i, child in enumerate(value if many else [value]):
                if not isinstance(child, ast.AST) or isinstance(child, (ast.Import, ast.ImportFrom)) or _is_text(child):
                    continue
                here = (*path, (name, i if many else None))
                if hasattr(child, "lineno") or isinstance(child, ast.comprehension):
                    yield here, where
                yield from walk(child, here, where)

    yield from walk(tree, (), "module")


def _is_text(node) -> bool:
    """A docstring, or a text that stands by itself."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _at(tree, path):
    for name, i in path:
        tree = getattr(tree, name) if i is None else getattr(tree, name)[i]
    return tree


def _put(tree, path, node) -> None:
    above, (name, i) = _at(tree, path[:-1]), path[-1]
    if i is None:
        setattr(above, name, node)
    else:
        getattr(above, name)[i] = node


def _text(node) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 110 else text[:107] + "..."


def _with(node, **fields):
    new = copy.deepcopy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _changes(node) -> Iterator[ast.AST]:
    """The changed forms of one node, itself unchanged."""
    if isinstance(node, ast.Compare):
        for i, op in enumerate(node.ops):
            for other in COMPARE[type(op)]:
                yield _with(node, ops=[*node.ops[:i], other(), *node.ops[i + 1 :]])
    elif isinstance(node, ast.BinOp):
        for other in ARITHMETIC.get(type(node.op), ()):
            yield _with(node, op=other())
        yield from (node.left, node.right)
    elif isinstance(node, ast.AugAssign):
        for other in ARITHMETIC.get(type(node.op), ()):
            yield _with(node, op=other())
        yield ast.copy_location(ast.Pass(), node)
    elif isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
        yield from node.values
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Constant):
        yield from (_with(node, value=v) for v in _other_values(node.value))
    elif isinstance(node, ast.Name) or isinstance(node, ast.Attribute):
        yield from _mistaken(node)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.Slice):
        yield from (_with(node, **{end: None}) for end in ("lower", "upper", "step") if getattr(node, end) is not None)
    elif isinstance(node, ast.JoinedStr):
        yield ast.copy_location(ast.Constant("XX"), node)
    else:
        yield from _statements(node)


def _other_values(value):
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1] if value else [1, -1]
    if isinstance(value, str):
        return ["XX" + value]
    return []


def _mistaken(node):
    name = "attr" if isinstance(node, ast.Attribute) else "id"
    if isinstance(node.ctx, ast.Load):
        yield from (_with(node, **{name: other}) for other in MISTAKEN.get(getattr(node, name), ()))


def _calls(node):
    """One argument less; a method of an array (`x.ravel()`) left out."""
    for i in range(len(node.args)):
        if len(node.args) > 1:
            yield _with(node, args=[*node.args[:i], *node.args[i + 1 :]])
    for i in range(len(node.keywords)):
        yield _with(node, keywords=[*node.keywords[:i], *node.keywords[i + 1 :]])
    if isinstance(node.func, ast.Attribute) and not (isinstance(node.func.value, ast.Name) and node.func.value.id == "np"):
        yield node.func.value


def _statements(node):
    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        yield _with(node, test=ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test))
        yield _with(node, test=ast.copy_location(ast.Constant(False), node.test))
        if not isinstance(node, ast.While):
            yield _with(node, test=ast.copy_location(ast.Constant(True), node.test))
    elif isinstance(node, ast.For):
        yield _with(node, body=[ast.copy_location(ast.Pass(), node)])
        yield _with(node, body=[*node.body, ast.copy_location(ast.Break(), node)])
    elif isinstance(node, ast.comprehension):
        yield from (_with(node, ifs=[*node.ifs[:i], *node.ifs[i + 1 :]]) for i in range(len(node.ifs)))
    elif isinstance(node, (ast.Expr, ast.Assign, ast.Raise, ast.Assert)):
        yield ast.copy_location(ast.Pass(), node)
    elif isinstance(node, ast.Return) and node.value is not None:
        yield _with(node, value=None)
    elif isinstance(node, (ast.Continue, ast.Break)):
        yield ast.copy_location(ast.Break() if isinstance(node, ast.Continue) else ast.Continue(), node)
