"""The sets of OData v3: their columns, keys and rows. A row of TypedDataSet is a cell with all its topics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import Publication, PublicCode, PublicDimension, PublicMeasure
from celwacht.publish.serve.catalogue import words3
from celwacht.publish.serve.catalogue.catalogue import Catalogue
from celwacht.publish.serve.entity_sets import cube_columns
from celwacht.publish.serve.entity_sets.cube_set import Cube
from celwacht.publish.serve.entity_sets.entity_set import EntitySet
from celwacht.publish.serve.entity_sets.row_set import Listed
from celwacht.publish.serve.entity_sets.value_forms import TYPE
from celwacht.publish.serve.filter.filter_tree import Column
from celwacht.publish.store.shelf import Table

NAMESPACE = "Cbs.OData"
TYPES = {
    "ID": "Edm.Int32",
    "Position": "Edm.Int32",
    "ParentID": "Edm.Int32",
    "CategoryGroupID": "Edm.Int32",
    "TableID": "Edm.Int32",
    "ThemeID": "Edm.Int32",
    "FeaturedID": "Edm.Int32",
    "MapYear": "Edm.Int32",
    "RecordCount": "Edm.Int32",
    "ColumnCount": "Edm.Int32",
    "Decimals": "Edm.Byte",
    "ReleasePolicy": "Edm.Boolean",
    "Modified": "Edm.DateTime",
    "MetaDataModified": "Edm.DateTime",
    "Updated": "Edm.DateTime",
}
"""Columns that are not a text."""
DATA_PROPERTY = (
    "ID",
    "Position",
    "ParentID",
    "Type",
    "Key",
    "Title",
    "Description",
    "MapYear",
    "ReleasePolicy",
    "Datatype",
    "Unit",
    "Decimals",
    "Default",
    "PresentationType",
)
CATEGORIES = {
    "TimeDimension": ("TimeCategory", ("Key", "Title", "Description", "Status")),
    "GeoDetail": ("GeoDetailCategory", ("Key", "Title", "Description", "Municipality", "DetailRegionCode")),
}
CATEGORY = ("Category", ("Key", "Title", "Description", "CategoryGroupID"))
GROUP = ("ID", "DimensionKey", "Title", "Description", "ParentID")
COUNTS = ("RecordCount", "ColumnCount")
_INT32 = 2**31


def columns(names: Iterable[str], key: Sequence[str]) -> list[Column]:
    return [Column(name, TYPES.get(name, "Edm.String"), nullable=name not in key) for name in names]


def of_table(table: Table, catalogue: Catalogue) -> Mapping[str, EntitySet]:
    """The sets of a table, in the order of its service document."""
    publication, info = table.publication, catalogue.facts(table).info
    made: list[EntitySet] = [
        _listed(catalogue, "TableInfos", "TableInfo", "ID", [info], [n for n in info if n not in COUNTS]),
        _data(publication, catalogue, "UntypedDataSet"),
        _data(publication, catalogue, "TypedDataSet"),
        _listed(catalogue, "DataProperties", "DimensionOrTopic", "ID", data_properties(publication), DATA_PROPERTY),
    ]
    groups, number = category_groups(publication)
    if groups:
        made.append(_listed(catalogue, "CategoryGroups", "CategoryGroup", "ID", groups, GROUP))
    for dimension in publication.dimensions:
        kind, names = CATEGORIES.get(dimension.kind, CATEGORY)
        made.append(_listed(catalogue, dimension.name, kind, "Key", _categories(publication, dimension, number), names))
    return {rows.name: rows for rows in made}


def _listed(catalogue: Catalogue, name: str, kind: str, key: str, rows: Sequence[Mapping[str, Any]], names: Sequence[str] = ()) -> Listed:
    return Listed(name, kind, columns(names or rows[0], (key,)), (key,), rows, catalogue.database, blanks=True)


def _data(publication: Publication, catalogue: Catalogue, name: str) -> Cube:
    axes = [d.name for d in publication.dimensions]
    on_axes = [cube_columns.on_axis(Column(d.name), words3.keys(d), i) for i, d in enumerate(publication.dimensions)]
    if name == "TypedDataSet":
        figures = [
            cube_columns.Figures(Column(key, _edm(m), nullable=True), [m])
            for key, m in zip(words3.topics(publication), publication.measures)
        ]
    else:
        marks = cube_columns.WITHHELD_TEXT, cube_columns.IMPOSSIBLE_TEXT
        figures = [cube_columns.Figures(Column(key), [m], marks=marks) for key, m in zip(words3.topics(publication), publication.measures)]
    return Cube(
        name,
        "TData" if name == "TypedDataSet" else "UData",
        [cube_columns.Position(Column("ID", "Edm.Int32")), *on_axes, *figures],
        axes,
        "ID",
        catalogue.database,
        blanks=True,
    )


def _edm(measure: PublicMeasure) -> str:
    """Whole figures are Int32: v3 writes Int64 as a text in JSON, which no client here expects."""
    if measure.decimals:
        return "Edm.Double"
    return "Edm.Int32" if measure.values.max(initial=0) < _INT32 else "Edm.Int64"


def data_properties(publication: Publication) -> list[dict[str, Any]]:
    """Dimensions, then topics; ID counts both, and is the place of the column too, as there are no groups of topics."""
    rows: list[dict[str, Any]] = []
    for i, dimension in enumerate(publication.dimensions):
        row = {
            TYPE: f"{NAMESPACE}.{dimension.kind}",
            "ID": i,
            "Position": i,
            "ParentID": None,
            "Type": dimension.kind,
            "Key": dimension.name,
            "Title": dimension.title.nl,
            "Description": texts.marked(publication, ""),
        }
        if dimension.kind in ("GeoDimension", "GeoDetail"):
            row["MapYear"] = int(publication.periods.codes[-1].code[:4])
        if dimension.kind == "TimeDimension":
            row["ReleasePolicy"] = True
        rows.append(row)
    for key, measure in zip(words3.topics(publication), publication.measures):
        rows.append(
            {
                TYPE: f"{NAMESPACE}.Topic",
                "ID": len(rows),
                "Position": len(rows),
                "ParentID": None,
                "Type": "Topic",
                "Key": key,
                "Title": measure.title.nl,
                "Description": texts.marked(publication, measure.description),
                "Datatype": {"Edm.Double": "Double", "Edm.Int32": "Integer"}.get(_edm(measure), "Long"),
                "Unit": measure.unit,
                "Decimals": measure.decimals,
                "Default": "Missing",
                "PresentationType": "Relative" if measure.decimals else "Absolute",
            }
        )
    return rows


def category_groups(publication: Publication) -> tuple[list[dict[str, Any]], dict[tuple[str, str], int]]:
    """The groups of all dimensions, numbered from 1, and the number of each (dimension, code). 0: under no group."""
    number: dict[tuple[str, str], int] = {}
    for dimension in publication.dimensions:
        if dimension.kind not in CATEGORIES:
            for code in dimension.groups():
                number[dimension.name, code.code] = len(number) + 1
    rows = [
        {
            "ID": number[d.name, c.code],
            "DimensionKey": d.name,
            "Title": c.title.nl,
            "Description": texts.marked(publication, c.description),
            "ParentID": number.get((d.name, c.group), 0),
        }
        for d in publication.dimensions
        for c in d.codes
        if (d.name, c.code) in number
    ]
    return rows, number


def _categories(publication: Publication, dimension: PublicDimension, number: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    rows = []
    for key, code in zip(words3.keys(dimension), dimension.codes):
        row: dict[str, Any] = {"Key": key, "Title": code.title.nl, "Description": texts.marked(publication, code.description)}
        if dimension.kind == "TimeDimension":
            row["Status"] = code.status
        elif dimension.kind == "GeoDetail":
            row |= {"Municipality": _municipality(dimension, code), "DetailRegionCode": code.code}
        else:
            row["CategoryGroupID"] = number.get((dimension.name, code.group))
        rows.append(row)
    return rows


def _municipality(dimension: PublicDimension, code: PublicCode) -> str:
    """The region in which a district lies: GM1680 for WK168000. A code of StatLine says so itself; of any other that is the code under
    which it stands, where something stands under the whole at all."""
    for text in (code.group, code.code):
        if text.startswith("GM"):
            return text
    if code.code[:2] in ("WK", "BU"):
        return f"GM{code.code[2:6]}"
    deepest = max(one.depth for one in dimension.codes)
    return "" if code.depth == 0 else code.group if code.depth == deepest else code.code if code.depth == deepest - 1 else ""
