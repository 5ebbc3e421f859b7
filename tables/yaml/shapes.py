"""What a place in a YAML file may hold, in words, read from the JSON Schema of the model that the file must fit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from celwacht.tables.yaml.characters import shown
from celwacht.tables.yaml.document import Path
from celwacht.tables.yaml.model import SHAPES


class Shapes:
    """A JSON Schema that can be asked what belongs at a path of a document."""

    def __init__(self, schema: dict[str, Any]):
        self.schema = schema

    def at(self, path: Path, tree: Any) -> dict[str, Any]:
        """The schema of the value at `path`; where several kinds are allowed, that of the kind that `tree` has there.

        {} if nothing is known about the place.
        """
        shape = self.resolve(self.schema, tree)
        for step in path:
            tree = _child(tree, step)
            if isinstance(step, int):
                inner = shape.get("items", {})
            else:
                inner = shape.get("properties", {}).get(step) or _of_any_key(shape)
            shape = self.resolve(inner if isinstance(inner, dict) else {}, tree)
        return shape

    def key_expected(self, shape: dict[str, Any]) -> str:
        """What a key of a mapping with free keys may be, in words."""
        pattern = next(iter(shape.get("patternProperties", {})), "")
        return _text({"pattern": pattern} if pattern else shape.get("propertyNames", {}))

    def resolve(self, shape: dict[str, Any], value: Any) -> dict[str, Any]:
        """Follows references, and chooses among alternatives by the value; alternatives stay if none fits better."""
        while True:
            if "$ref" in shape:
                shape = self.schema["$defs"][shape["$ref"].rsplit("/", 1)[1]]
                continue
            options = alternatives(shape)
            tag = shape.get("discriminator", {})
            kind = _child(value, tag.get("propertyName"))
            named = tag.get("mapping", {}).get(kind) if isinstance(kind, str) else None
            if named:
                shape = {"$ref": named}
            elif len(options) == 1:
                shape = options[0]
            else:
                return shape

    def expected(self, shape: dict[str, Any]) -> str:
        """What is allowed, in words: `jaar or halfjaar`, `a whole number of 0 to 2`, `a list of 1 to 6 items`."""
        options = alternatives(shape)
        if options:
            return either(dict.fromkeys(self.expected(self.resolve(o, None)) for o in options))
        if "const" in shape:
            return str(shape["const"])
        if "enum" in shape:
            return either(map(str, shape["enum"]))
        return _WORDS.get(shape.get("type", ""), lambda _: "another value")(shape)


def alternatives(shape: dict[str, Any]) -> list[dict[str, Any]]:
    """The alternatives of an anyOf or oneOf, without null: a key with nothing behind it is never meant."""
    return [o for o in shape.get("anyOf", shape.get("oneOf", ())) if o.get("type") != "null"]


def either(words: Iterable[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} or {last}" if first else last


def found(value: Any, source: str) -> str:
    """What stands there, as written."""
    if value is None and not source:
        return "nothing"
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    return shown(source) or "an empty text"


def path_in_words(path: Path) -> str:
    """`measures.2.name`; items of a list count from 1, as people do."""
    return ".".join(str(step + 1) if isinstance(step, int) else shown(step) for step in path)


def _of_any_key(shape: dict[str, Any]) -> Any:
    """What stands behind a key that has no name of its own in the schema."""
    return next(iter(shape.get("patternProperties", {}).values()), shape.get("additionalProperties", {}))


def _child(tree: Any, step: Any) -> Any:
    try:
        return tree[step]
    except (KeyError, IndexError, TypeError):
        return None


def _span(low: Any, high: Any, unit: str = "") -> str:
    unit = f" {unit}" if unit else ""
    if low is not None and low == high:
        return f" of {low}{unit}"
    if low is not None and high is not None:
        return f" of {low} to {high}{unit}"
    if low is not None:
        return f" of at least {low}{unit.removesuffix('s') if low == 1 else unit}"
    return f" of at most {high}{unit}" if high is not None else ""


def _text(shape: dict[str, Any]) -> str:
    if shape.get("format") == "date":
        return "a date such as 2024-01-31"
    pattern = shape.get("pattern")
    if pattern:
        return SHAPES.get(pattern, f"text of the form {pattern}")
    return "text" + _span(shape.get("minLength") or None, shape.get("maxLength"), "characters")


def _mapping(shape: dict[str, Any]) -> str:
    keys = list(shape.get("properties", {}))
    return f"a mapping with keys {', '.join(keys[:6])}{', ...' if len(keys) > 6 else ''}" if keys else "a mapping"


_WORDS = {
    "string": _text,
    "integer": lambda s: "a whole number" + _span(s.get("minimum"), s.get("maximum")),
    "number": lambda s: "a number" + _span(s.get("minimum"), s.get("maximum")),
    "boolean": lambda s: "true or false",
    "array": lambda s: "a list" + _span(s.get("minItems"), s.get("maxItems"), "items"),
    "object": _mapping,
}
