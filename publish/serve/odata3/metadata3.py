"""$metadata of v3: EDMX 1.0, with the types of Statistics Netherlands and a container called WebAPI."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from celwacht.publish.serve.entity_sets.entity_set import EntitySet
from celwacht.publish.serve.filter.filter_tree import Column
from celwacht.publish.serve.odata3.sets3 import DATA_PROPERTY, NAMESPACE, columns

BASE = DATA_PROPERTY[:7]
DERIVED = {
    "Dimension": (),
    "GeoDimension": ("MapYear",),
    "GeoDetail": ("MapYear",),
    "TimeDimension": ("ReleasePolicy",),
    "TopicGroup": (),
    "Topic": DATA_PROPERTY[9:],
}
"""The kinds of DataProperties, and what each has beyond the base."""


def edmx(sets: Iterable[EntitySet]) -> bytes:
    """The document for a service with these sets."""
    sets = list(sets)
    types = {rows.type_name: _type(rows) for rows in sets}
    container = "".join(f'<EntitySet Name={quoteattr(rows.name)} EntityType="{NAMESPACE}.{rows.type_name}" />\n' for rows in sets)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">'
        '<edmx:DataServices m:DataServiceVersion="3.0" m:MaxDataServiceVersion="3.0" '
        'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">\n'
        f'<Schema Namespace="{NAMESPACE}" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">\n'
        + "\n".join(types.values())
        + f'\n<EntityContainer Name="WebAPI" m:IsDefaultEntityContainer="true">\n{container}</EntityContainer>\n'
        "</Schema></edmx:DataServices></edmx:Edmx>\n"
    ).encode()


def _type(rows: EntitySet) -> str:
    if rows.type_name != "DimensionOrTopic":
        return _entity(rows.type_name, rows.columns.values(), rows.key)
    base = _entity(rows.type_name, [rows.columns[name] for name in BASE], rows.key)
    return "\n".join(
        [
            base,
            *(
                f'<EntityType Name="{name}" BaseType="{NAMESPACE}.{rows.type_name}">{_columns(columns(names, ()))}</EntityType>'
                for name, names in DERIVED.items()
            ),
        ]
    )


def _entity(name: str, found: Iterable[Column], key: Iterable[str]) -> str:
    refs = "".join(f"<PropertyRef Name={quoteattr(k)} />" for k in key)
    return f"<EntityType Name={quoteattr(name)}><Key>{refs}</Key>{_columns(found)}</EntityType>"


def _columns(found: Iterable[Column]) -> str:
    return "".join(f'<Property Name={quoteattr(c.name)} Type="{c.edm}" Nullable="{str(c.nullable).lower()}" />' for c in found)
