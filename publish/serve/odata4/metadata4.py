"""$metadata of v4: CSDL 4.0 as XML, with the keys and types that Excel and Power BI go by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

from celwacht.publish.serve.entity_sets.entity_set import EntitySet

NAMESPACE = "Celwacht"
KEY = "Identifier"
"""Key of Properties."""


def csdl(sets: Iterable[EntitySet], singleton: Mapping[str, Any] | None = None, types: Mapping[str, str] | None = None) -> bytes:
    """The document for a service with these sets; `singleton`: Properties, typed by `types` (else Edm.String)."""
    sets = list(sets)
    known: dict[str, str] = {s.type_name: _entity(s) for s in sets}
    parts = list(known.values())
    container = [f'<EntitySet Name={quoteattr(s.name)} EntityType="{NAMESPACE}.{s.type_name}" />' for s in sets]
    if singleton is not None:
        parts += _properties(singleton, types or {})
        container.append(f'<Singleton Name="Properties" Type="{NAMESPACE}.Properties" />')
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>'
        f'<Schema Namespace="{NAMESPACE}" xmlns="http://docs.oasis-open.org/odata/ns/edm">\n'
        + "\n".join(parts)
        + '\n<EntityContainer Name="Container">\n'
        + "\n".join(container)
        + "\n</EntityContainer>\n</Schema></edmx:DataServices></edmx:Edmx>\n"
    ).encode()


def _entity(rows: EntitySet) -> str:
    key = "".join(f"<PropertyRef Name={quoteattr(name)} />" for name in rows.key)
    columns = "".join(_property(c.name, c.edm, c.nullable) for c in rows.columns.values())
    return f"<EntityType Name={quoteattr(rows.type_name)}><Key>{key}</Key>{columns}</EntityType>"


def _property(name: str, edm: str, nullable: bool) -> str:
    needed = "" if nullable else ' Nullable="false"'
    return f'<Property Name={quoteattr(name)} Type="{edm}"{needed} />'


def _properties(singleton: Mapping[str, Any], types: Mapping[str, str]) -> list[str]:
    """Properties has lists of sources, which are a type of their own; strict readers want a key even of a singleton."""
    plain = "".join(_property(n, types.get(n, "Edm.String"), n != KEY) for n, v in singleton.items() if not isinstance(v, list))
    lists = "".join(
        f'<Property Name={quoteattr(n)} Type="Collection({NAMESPACE}.Source)" Nullable="false" />'
        for n, v in singleton.items()
        if isinstance(v, list)
    )
    parts = "".join(_property(name, "Edm.String", True) for name in ("Title", "Url"))
    source = f'<ComplexType Name="Source">{parts}</ComplexType>'
    return [source, f'<EntityType Name="Properties"><Key><PropertyRef Name="{KEY}" /></Key>{plain}{lists}</EntityType>']
