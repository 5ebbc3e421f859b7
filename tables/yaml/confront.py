"""From a model's refusal to problems that a statistician can repair: exact place, plain words, one for each culprit."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from celwacht.tables.problems import Problem, nearest
from celwacht.tables.yaml.characters import character, shown
from celwacht.tables.yaml.document import Document, Path
from celwacht.tables.yaml.shapes import Shapes, either, found, path_in_words
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, to_json

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
    empties, truths = _empties(document), _truths(document, shapes)
    problems = [_empty(document, path) for path in empties]
    problems += [_wrong(path, shapes.at(path, document.value), document, shapes) for path in truths]
    value, errors = None, []
    try:
        value = adapter.validate_json(to_json(document.value), strict=True, by_alias=True, by_name=False)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    silent = document.refused.union(empties, truths)
    told: set[tuple[str, Path]] = set()
    placed = [(detail, _path(detail, document.value)) for detail in errors]
    misspelt = [path for detail, path in placed if detail["type"] == "extra_forbidden"]
    missing: dict[Path, list[str]] = {}
    for detail, path in placed:
        if any(path[:n] in silent for n in range(len(path) + 1)) or _follows(detail, path, misspelt, document):
            continue
        path, kind = _about(detail, path, document)
        if (kind, path) in told:
            continue
        told.add((kind, path))
        if kind == "missing":
            missing.setdefault(path[:-1], []).append(str(path[-1]))
        else:
            problems.append(_problem(detail, kind, path, document, shapes))
    for parent, keys in missing.items():
        problems.append(Problem(document.file, *document.key_of(parent), "missing-key", _missing(parent, keys, document, shapes)))
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
    return [path for path in document.marks if path and document.get(path) is None and path not in document.refused and not _dropped(path)]


def _dropped(path: Path) -> bool:
    return "<dropped>" in path


def _empty(document: Document, path: Path) -> Problem:
    source = document.mark(path).source
    what = f"found {source}" if source else "found nothing"
    return Problem(
        document.file,
        *document.key_of(path),
        "empty-value",
        f"{path_in_words(path)}: expected a value, {what}. Fill it in, or leave the key out.",
    )


def _truths(document: Document, shapes: Shapes) -> list[Path]:
    """Places of true and false where a number is wanted: to Python, and so to a model, true is 1."""
    numbers = [(path, shapes.at(path, document.value)) for path in document.marks if isinstance(document.get(path), bool)]
    return [path for path, shape in numbers if any(type(v) is int for v in (shape.get("const"), *shape.get("enum", ())))]


def _wrong(path: Path, shape: dict[str, Any], document: Document, shapes: Shapes) -> Problem:
    """A value that is not what its shape asks for."""
    where = f"{path_in_words(path)}: " if path else ""
    misfit = _misfit(shape, document.get(path), document.mark(path).source, shapes)
    return Problem(document.file, *document.line_of(path), "wrong-value", where + misfit)


def _path(detail: ErrorDetails, tree: Any) -> Path:
    """The place in the document of an error, whose `loc` also names kinds of unions that are no keys."""
    loc = detail["loc"]
    if detail["type"] == "missing":
        return (*(_descend(loc[:-1], tree) or ()), loc[-1])
    return _descend(loc, tree) or ()


def _descend(loc: tuple[str | int, ...], tree: Any) -> Path | None:
    """The longest way down the tree that follows `loc`, in order, passing over names of kinds."""
    if not loc or loc[0] == "[key]":
        return ()
    step, rest = loc[0], loc[1:]
    if (isinstance(tree, dict) and step in tree) or (isinstance(tree, list) and isinstance(step, int) and step < len(tree)):
        below = _descend(rest, tree[step])
        if below is not None:
            return (step, *below)
    return _descend(rest, tree) if isinstance(step, str) else None


def _about(detail: ErrorDetails, path: Path, document: Document) -> tuple[Path, str]:
    """What an error is about: the path of the culprit, and the kind of error: missing, unknown, key, tag, said or value."""
    kind, context = detail["type"], detail.get("ctx", {})
    if detail["loc"] and detail["loc"][-1] == "[key]":
        return path, "key"
    if kind == "missing" and isinstance(path[-1], int):  # a list of a fixed length that is too short
        return path[:-1], "value"
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        path = (*path, context["discriminator"].strip("'"))
        return path, "tag" if path in document.marks else "missing"
    kinds = {"missing": "missing", "extra_forbidden": "unknown", "value_error": "said", "assertion_error": "said"}
    return path, kinds.get(kind, "value")


def _problem(detail: ErrorDetails, kind: str, path: Path, document: Document, shapes: Shapes) -> Problem:
    """What to say of an error about something that is there."""
    file, where = document.file, path_in_words(path)
    if kind == "unknown":
        return Problem(file, *document.key_of(path), "unknown-key", _unknown(path, document, shapes))
    if kind == "key":
        expected = shapes.key_expected(shapes.at(path[:-1], document.value))
        return Problem(file, *document.key_of(path), "wrong-key", f"{where}: expected as key {expected}.")
    if kind == "said":
        said = str(detail.get("ctx", {}).get("error", detail["msg"]))
        said += "" if said.endswith((".", "?")) else "."
        culprit, around = said.split(maxsplit=1)[0].rstrip(":"), document.get(path)
        named = isinstance(around, dict) and culprit in around  # the whole is refused for one of its keys
        place = document.key_of((*path, culprit)) if named else document.line_of(path)
        return Problem(file, *place, "not-allowed", f"{where}: {said}" if where else said)
    if not path and document.value is None:
        return Problem(file, 1, 1, "wrong-value", "the file is empty. `celwacht new` makes a table to begin with.")
    shape = shapes.at(path, document.value)
    if kind == "tag":
        shape = {"enum": _tags(shapes.at(path[:-1], document.value))}
    return _wrong(path, shape, document, shapes)


def _missing(parent: Path, keys: list[str], document: Document, shapes: Shapes) -> str:
    shape = shapes.at(parent, document.value)
    where = f" in {path_in_words(parent)}" if parent else ""
    if len(keys) > 1:
        *first, last = (f"'{key}'" for key in keys)
        return f"keys {', '.join(first)} and {last} are missing{where}."
    properties = shape.get("properties", {})
    meaning = properties.get(keys[0], {}).get("description", "") if properties else f"One of {either(_tags(shape))}."
    return f"key '{keys[0]}' is missing{where}." + (f" {meaning}" if meaning else "")


def _unknown(path: Path, document: Document, shapes: Shapes) -> str:
    shape = shapes.at(path[:-1], document.value)
    where = f"{path_in_words(path[:-1])}: " if path[:-1] else ""
    return f"{where}unknown key '{shown(str(path[-1]))}'.{nearest(str(path[-1]), shape.get('properties', ()))}"


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
    if kind == "string" and isinstance(value, (bool, int, float)) and "enum" not in shape:
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
    if kind == "object" and isinstance(value, str) and source:
        return " Its keys go on the lines below, indented by two spaces."
    return ""
