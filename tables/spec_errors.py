"""From a model's refusal to problems that a statistician can repair: exact place, plain words, one for each culprit."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, to_json

from celwacht.tables.problems import Problem, nearest
from celwacht.tables.spec_shapes import Shapes, either, found, path_in_words
from celwacht.tables.yaml_nodes import Document, Path
from celwacht.tables.yaml_text import character

_MEANT = {"yes": "true", "on": "true", "ja": "true", "no": "false", "off": "false", "nee": "false"}


@lru_cache(maxsize=64)
def _adapter(model: Any) -> tuple[TypeAdapter, Shapes]:
    adapter = model if isinstance(model, TypeAdapter) else TypeAdapter(model)
    return adapter, Shapes(adapter.json_schema())


def confront(document: Document, model: Any) -> tuple[Any, list[Problem]]:
    """The document as a value of `model` (None if it does not fit), and every reason why it does not.

    model: a pydantic class or TypeAdapter. Validated strictly, as JSON: '1' is no whole number, lists may be tuples.
    """
    adapter, shapes = _adapter(model)
    problems = [_empty(document, path) for path in _empties(document)]
    value, errors = None, []
    try:
        value = adapter.validate_json(to_json(document.value), strict=True, by_alias=True, by_name=False)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    silent = document.refused | set(_empties(document))
    told: set[tuple[str, Path]] = set()
    placed = [(detail, _path(detail["loc"], document.value)) for detail in errors]
    misspelt = [path for detail, path in placed if detail["type"] == "extra_forbidden"]
    for detail, path in placed:
        if any(path[:n] in silent for n in range(len(path) + 1)) or _follows(detail, path, misspelt, document):
            continue
        rule, message, place = _problem(detail, path, document, shapes)
        if (rule, path) not in told:
            told.add((rule, path))
            problems.append(Problem(document.file, *place, rule, message))
    return (None if problems or errors else value), problems


def _follows(detail: ErrorDetails, path: Path, misspelt: list[Path], document: Document) -> bool:
    """Whether an error only follows from another: a missing key that is there misspelt; a list that is too short
    because its items do not fit."""
    if detail["type"] == "missing":
        beside = [str(other[-1]) for other in misspelt if other[:-1] == path[:-1]]
        return bool(get_close_matches(str(path[-1]), beside, n=1, cutoff=0.6))
    if detail["type"] == "too_short":
        value = document.get(path)
        return isinstance(value, (list, dict)) and len(value) >= detail["ctx"]["min_length"]
    return False


def _empties(document: Document) -> list[Path]:
    """Keys and items with nothing behind them. None of our files means anything by that."""
    return [path for path in document.marks
            if path and document.get(path) is None and path not in document.refused and not _dropped(path)]


def _dropped(path: Path) -> bool:
    return "<dropped>" in path


def _empty(document: Document, path: Path) -> Problem:
    source = document.mark(path).source
    what = f"found {source}" if source else "found nothing"
    return Problem(document.file, *document.key_of(path), "empty-value",
                   f"{path_in_words(path)}: expected a value, {what}. Fill it in, or leave the key out.")


def _path(loc: tuple[str | int, ...], tree: Any) -> Path:
    """The place in the document of an error's `loc`, which also names kinds of unions that are no keys."""
    best = _descend(loc, tree)
    return best if best is not None else ()


def _descend(loc: tuple[str | int, ...], tree: Any) -> Path | None:
    if not loc:
        return ()
    step, rest = loc[0], loc[1:]
    inside = (isinstance(tree, dict) and step in tree) or (isinstance(tree, list) and isinstance(step, int)
                                                           and step < len(tree))
    if inside:
        below = _descend(rest, tree[step])
        if below is not None:
            return (step, *below)
    if step == "[key]":
        return ()
    if not rest and isinstance(tree, dict) and not inside:
        return (step,)  # a missing key
    if isinstance(step, str):
        skipped = _descend(rest, tree)  # the kind of a union
        return skipped if skipped is not None else ()
    return None


def _problem(detail: ErrorDetails, path: Path, document: Document, shapes: Shapes) -> tuple[str, str, tuple[int, int]]:
    """(rule, message, (line, column)) for one error."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "union_tag_not_found" or kind == "union_tag_invalid":
        path = (*path, context["discriminator"].strip("'"))
        kind = "tag" if path in document.marks else "missing"
    if kind == "missing":
        return _missing(path, document, shapes)
    if kind == "extra_forbidden":
        return _unknown(path, document, shapes)
    where = path_in_words(path)
    prefix = f"{where}: " if where else ""
    if kind in ("value_error", "assertion_error"):
        said = str(context.get("error", detail["msg"]))
        return "not-allowed", prefix + said + ("" if said.endswith((".", "?")) else "."), document.line_of(path)
    shape = shapes.at(path, document.value)
    if kind == "tag":
        tags = [t.strip().strip("'") for t in context.get("expected_tags", "").split(",") if t.strip()]
        shape = {"enum": tags or _tags(shapes.at(path[:-1], document.value))}
    mark = document.mark(path)
    return "wrong-value", prefix + _misfit(shape, document.get(path), mark.source, shapes), (mark.line, mark.column)


def _missing(path: Path, document: Document, shapes: Shapes) -> tuple[str, str, tuple[int, int]]:
    parent, key = path[:-1], path[-1]
    shape = shapes.at(parent, document.value)
    properties = shape.get("properties", {})
    meaning = properties.get(key, {}).get("description", "")
    if not properties:
        meaning = f"One of {either(_tags(shape))}."
    where = f" in {path_in_words(parent)}" if parent else ""
    return "missing-key", f"key '{key}' is missing{where}." + (f" {meaning}" if meaning else ""), document.key_of(parent)


def _unknown(path: Path, document: Document, shapes: Shapes) -> tuple[str, str, tuple[int, int]]:
    shape = shapes.at(path[:-1], document.value)
    where = f"{path_in_words(path[:-1])}: " if path[:-1] else ""
    return ("unknown-key", f"{where}unknown key '{path_in_words(path[-1:])}'.{nearest(str(path[-1]), shape.get('properties', ()))}",
            document.key_of(path))


def _tags(shape: dict[str, Any]) -> list[str]:
    return list(shape.get("discriminator", {}).get("mapping", ()))


def _misfit(shape: dict[str, Any], value: Any, source: str, shapes: Shapes) -> str:
    """`expected ..., found ....` with the remedy."""
    kind = shape.get("type")
    there = found(value, source)
    if kind == "array" and isinstance(value, list):
        there = f"{len(value)} item{'' if len(value) == 1 else 's'}"
    long = shape.get("maxLength")
    if isinstance(value, str) and long and len(value) > long:
        there = f"{len(value)} characters"
    return f"expected {shapes.expected(shape)}, found {there}.{_remedy(shape, value, source)}"


def _remedy(shape: dict[str, Any], value: Any, source: str) -> str:
    """How to write what was probably meant; '' if there is no telling."""
    kind = shape.get("type")
    if "enum" in shape and isinstance(value, str):
        names = [str(v) for v in shape["enum"]]
        close = nearest(value, names)
        return " Write it without quotes." if value in names else close if close.startswith(" Did") else ""
    if kind == "string" and isinstance(value, (bool, int, float)):
        return f" Put it in quotes: '{source}'."
    if kind == "string" and isinstance(value, str) and not value.isascii() and "pattern" in shape:
        return f" It has {character(next(c for c in value if not c.isascii()))}."
    if kind in ("integer", "number") and isinstance(value, str):
        return " Write it without quotes." if value.isdigit() and source[:1] in "'\"" else ""
    if "const" in shape and isinstance(value, str) and value == str(shape["const"]):
        return " Write it without quotes."
    if kind == "boolean" and isinstance(value, str) and value.lower() in _MEANT:
        return f" Write {_MEANT[value.lower()]}."
    if kind == "array" and isinstance(value, str):
        return f" Write [{source}]."
    if kind == "array" and isinstance(value, dict):
        return " Begin every item with '- '."
    if kind == "object" and not isinstance(value, (dict, list)):
        return " Its keys go on the lines below, indented by two spaces."
    return ""
