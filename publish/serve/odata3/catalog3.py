"""The sets of /ODataCatalog: every table with its addresses, and the themes that tables are found under."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celwacht.publish.serve.catalogue.catalogue import Catalogue
from celwacht.publish.serve.entity_sets.entity_set import EntitySet
from celwacht.publish.serve.entity_sets.row_set import Listed
from celwacht.publish.serve.odata3.sets3 import columns
from celwacht.publish.store.shelf import Table

TABLE = (
    "Updated",
    "ID",
    "Identifier",
    "Title",
    "ShortTitle",
    "ShortDescription",
    "Summary",
    "Modified",
    "MetaDataModified",
    "ReasonDelivery",
    "ExplanatoryText",
    "OutputStatus",
    "Source",
    "Language",
    "Catalog",
    "Frequency",
    "Period",
    "SummaryAndLinks",
    "ApiUrl",
    "FeedUrl",
    "DefaultPresentation",
    "DefaultSelection",
    "GraphTypes",
    "RecordCount",
    "ColumnCount",
    "SearchPriority",
)
THEME = ("ID", "ParentID", "Number", "Title", "Language", "Catalog")
OTHER = {
    "Tables_Themes": ("ID", "TableID", "ThemeID"),
    "Featured": ("ID", "Title", "Description", "Language", "Catalog"),
    "Table_Featured": ("ID", "TableID", "FeaturedID"),
}
KINDS = {"Tables": "Table", "Themes": "Theme", "Tables_Themes": "Table_Theme", "Featured": "Featured", "Table_Featured": "Table_Featured"}


def of_catalog(catalogue: Catalogue, base: str) -> Mapping[str, EntitySet]:
    """The five sets; base: scheme and host of the addresses in Tables."""
    tables = [_table(catalogue, number, table, base) for number, table in enumerate(catalogue.tables().values())]
    face = catalogue.shelf.face
    title = face.theme or face.said("Tabellen", "Tables")
    theme = {"ID": 1, "ParentID": None, "Number": "1", "Title": title, "Language": face.main, "Catalog": catalogue.shelf.catalog}
    joined = [{"ID": i, "TableID": table["ID"], "ThemeID": 1} for i, table in enumerate(tables, 1)]
    rows: dict[str, list[dict[str, Any]]] = {
        "Tables": tables,
        "Themes": [theme],
        "Tables_Themes": joined,
        "Featured": [],
        "Table_Featured": [],
    }
    names = {"Tables": TABLE, "Themes": THEME, **OTHER}
    return {
        name: Listed(name, kind, columns(names[name], ("ID",)), ("ID",), rows[name], catalogue.database, blanks=True)
        for name, kind in KINDS.items()
    }


def _table(catalogue: Catalogue, number: int, table: Table, base: str) -> dict[str, Any]:
    info = catalogue.facts(table).info
    return {
        **{name: info[name] for name in TABLE if name in info},
        "ID": number,
        "Updated": info["Modified"],
        "SummaryAndLinks": "",
        "ApiUrl": f"{base}/ODataApi/odata/{table.id}",
        "FeedUrl": f"{base}/ODataFeed/odata/{table.id}",
    }
