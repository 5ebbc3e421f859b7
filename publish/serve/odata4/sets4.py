"""The sets of OData v4: which columns they have, of which type, with which key, and their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from celwacht.publish.formats.statline import odata_sets
from celwacht.publish.publication.publication import Publication
from celwacht.publish.serve.catalogue.catalogue import ALIASES, Catalogue
from celwacht.publish.serve.entity_sets import cube_columns
from celwacht.publish.serve.entity_sets.cube_set import Cube
from celwacht.publish.serve.entity_sets.entity_set import EntitySet
from celwacht.publish.serve.entity_sets.row_set import Listed
from celwacht.publish.serve.filter.filter_tree import Column
from celwacht.publish.store.shelf import Table

TYPES = {
    "Index": "Edm.Int32",
    "Decimals": "Edm.Int32",
    "ContainsGroups": "Edm.Boolean",
    "ContainsCodes": "Edm.Boolean",
    "ObservationCount": "Edm.Int64",
    "Modified": "Edm.DateTimeOffset",
    "ObservationsModified": "Edm.DateTimeOffset",
}
"""Columns that are not a text."""
DATASET = (
    "Identifier",
    "Title",
    "Description",
    "Language",
    "Catalog",
    "Version",
    "VersionNotes",
    "VersionReason",
    "Status",
    "Modified",
    "ObservationsModified",
    "ObservationCount",
    "DatasetType",
)
CATALOG = ("Identifier", "Index", "Title", "Description", "Publisher", "Language", "License")
CODE_KEYS = {"MeasureCodes": "Identifier", "Dimensions": "Identifier"}


@dataclass(frozen=True, slots=True)
class TableSets:
    """All sets of one table, in the order of its service document, and Properties."""

    sets: Mapping[str, EntitySet]
    properties: Mapping[str, Any]


def columns(names: Iterable[str], key: Sequence[str]) -> list[Column]:
    return [Column(name, TYPES.get(name, "Edm.String"), nullable=name not in key) for name in names]


def of_table(table: Table, catalogue: Catalogue) -> TableSets:
    """The sets of a table."""
    publication = table.publication
    sets: dict[str, EntitySet] = {"Observations": observations(publication, catalogue)}
    for name, rows in odata_sets.small_sets(publication).items():
        key = "Id" if name.endswith("Groups") else "Identifier"
        names = list(rows[0]) if rows else list(odata_sets.GROUP_KEYS)
        kind = {"MeasureCodes": "MeasureCode", "Dimensions": "Dimension"}.get(name, name.removesuffix("s"))
        sets[name] = Listed(name, kind, columns(names, (key,)), (key,), rows, catalogue.database)
    return TableSets(sets, catalogue.facts(table).properties)


def observations(publication: Publication, catalogue: Catalogue) -> Cube:
    """One row per figure; Id is its position, the measures of a cell beside each other."""
    measures = publication.measures
    axes = [d.name for d in publication.dimensions]
    on_axes = [cube_columns.on_axis(Column(d.name), [c.code for c in d.codes], i) for i, d in enumerate(publication.dimensions)]
    return Cube(
        "Observations",
        "Observation",
        [
            cube_columns.Position(Column("Id", "Edm.Int64")),
            cube_columns.on_axis(Column("Measure"), [m.code for m in measures], len(axes)),
            cube_columns.attribute(Column("ValueAttribute"), measures),
            cube_columns.Figures(Column("Value", "Edm.Double", nullable=True), measures, along=True),
            cube_columns.Null(Column("StringValue", nullable=True)),
            *on_axes,
        ],
        [*axes, "Measure"],
        "Id",
        catalogue.database,
    )


def catalogs(catalogue: Catalogue) -> Listed:
    """The catalog, and the name under which clients of CBS look for it."""
    face = catalogue.shelf.face
    title = f"{face.name}: {face.said('tabellen, bewezen veilig', 'tables, proved safe')}"
    other = face.said(
        "Andere naam van {}, voor programma's die om CBS vragen. Het zijn dezelfde tabellen.",
        "Another name of {}, for programs that ask for CBS. The tables are the same.",
    )
    rows = [
        {
            "Identifier": name,
            "Index": i,
            "Title": title,
            "Description": "" if name == catalogue.shelf.catalog else other.format(catalogue.shelf.catalog),
            "Publisher": face.name,
            "Language": face.main,
            "License": odata_sets.texts.LICENCE,
        }
        for i, name in enumerate(ALIASES.values())
    ]
    return Listed("Catalogs", "Catalog", columns(CATALOG, ("Identifier",)), ("Identifier",), rows, catalogue.database)


def datasets(catalogue: Catalogue, names: Sequence[str]) -> Listed:
    """Every table, once for each of these catalogs."""
    rows = []
    for name in names:
        for table in catalogue.tables().values():
            facts = {**catalogue.facts(table).properties, "Catalog": name}
            rows.append({key: facts[key] for key in DATASET})
    key = ("Catalog", "Identifier") if len(names) > 1 else ("Identifier",)
    return Listed("Datasets", "Dataset", columns(DATASET, key), key, rows, catalogue.database)
