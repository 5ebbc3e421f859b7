"""Triples as Turtle and as JSON-LD, in the order in which they come: same triples, same bytes. No blank nodes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any


@dataclass(frozen=True, slots=True)
class Iri:
    """An address; `short`: written with a prefix."""

    value: str
    short: bool = False


@dataclass(frozen=True, slots=True)
class Node(Iri):
    """A thing that the document itself says something of."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in a language, or a value of a datatype (with a prefix)."""

    value: str
    language: str = ""
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class Triple:
    """Subject, property (with a prefix) and value."""

    subject: Node
    property: str
    value: Iri | Literal


def turtle(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> bytes:
    """The triples as Turtle; those of one subject beside each other in the input stay together."""
    lines = [f"@prefix {name}: <{address}> ." for name, address in prefixes.items()]
    for subject, said in groupby(triples, key=lambda t: t.subject):
        parts = []
        for name, values in groupby(said, key=lambda t: t.property):
            parts.append(f"    {name} " + ",\n        ".join(_value(t.value) for t in values))
        lines.append(f"\n{_value(subject)}\n" + " ;\n".join(parts) + " .")
    return ("\n".join(lines) + "\n").encode()


def _value(value: Iri | Literal) -> str:
    if isinstance(value, Iri):
        return value.value if value.short else f"<{_address(value.value)}>"
    shown = '"' + re.sub(r'[\x00-\x1f"\\\x7f]', _escaped, value.value) + '"'
    return shown + (f"@{value.language}" if value.language else f"^^{value.datatype}" if value.datatype else "")


def _escaped(match: re.Match[str]) -> str:
    return {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(match[0], f"\\u{ord(match[0]):04X}")


def _address(address: str) -> str:
    """An address without the characters that no address may have."""
    return re.sub(r'[\x00-\x20<>"{}|^`\\]', lambda m: f"%{ord(m[0]):02X}", address)


def json_ld(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> bytes:
    """The triples as JSON-LD: a context of prefixes and a graph with an object per subject."""
    graph = []
    for subject, said in groupby(triples, key=lambda t: t.subject):
        thing: dict[str, Any] = {"@id": _address(subject.value)}
        for name, values in groupby(said, key=lambda t: t.property):
            thing["@type" if name == "rdf:type" else name] = [t.value.value if name == "rdf:type" else _object(t.value) for t in values]
        graph.append(thing)
    document = {"@context": dict(prefixes), "@graph": graph}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _object(value: Iri | Literal) -> dict[str, str]:
    if isinstance(value, Iri):
        return {"@id": value.value if value.short else _address(value.value)}
    kind = {"@language": value.language} if value.language else {"@type": value.datatype} if value.datatype else {}
    return {"@value": value.value, **kind}
