"""The columns of the files of csv_bundle as data: what CSVW and Frictionless both say, each in its own words."""

from __future__ import annotations

from dataclasses import dataclass

from celwacht.publish.formats.parts import words
from celwacht.publish.formats.statline import csv_bundle, odata_sets
from celwacht.publish.publication.publication import Publication, Words

# Kinds of column that are no text; every other column is text.
KINDS = {
    "Index": "integer",
    "Decimals": "integer",
    "ObservationCount": "integer",
    "ContainsGroups": "boolean",
    "ContainsCodes": "boolean",
    "Modified": "date",
    "ObservationsModified": "date",
}
TITLES = {
    "Measure": Words("Onderwerp", "Topic"),
    "Value": Words("Waarde", "Value"),
    "ValueAttribute": Words("Waarom er geen waarde staat", "Why there is no value"),
    "Identifier": Words("Code", "Code"),
    "Title": Words("Titel", "Title"),
    "Description": Words("Toelichting", "Description"),
    "Unit": Words("Eenheid", "Unit"),
    "Decimals": Words("Decimalen", "Decimals"),
    "Status": Words("Status", "Status"),
    "DimensionGroupId": Words("Valt onder", "Shown under"),
    "ParentId": Words("Valt onder", "Shown under"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: kind is string, integer, decimal, boolean or date; `table` and `key`: the column that it refers to."""

    name: str
    kind: str
    title: Words
    required: bool = False
    table: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A file of the bundle: its name without `.csv`, its columns in order and the key of a row."""

    name: str
    columns: tuple[Column, ...]
    key: str

    @property
    def path(self) -> str:
        """Relative to the folder of the bundle."""
        return f"{self.name}.csv"


def tables(publication: Publication) -> list[Table]:
    """Every file that csv_bundle writes, in its order."""
    made = [_observations(publication)]
    for name, rows in odata_sets.small_sets(publication).items():
        header = list(rows[0]) if rows else list(odata_sets.GROUP_KEYS)
        columns = tuple(_column(key, name, key == header[0]) for key in header)
        made.append(Table(name, columns, header[0]))
    facts = [key for key, value in odata_sets.properties(publication).items() if not isinstance(value, list)]
    about = tuple(_column(key, "Properties", key == "Identifier") for key in facts)
    return [*made, Table("Properties", about, "Identifier")]


def _column(key: str, table: str, required: bool) -> Column:
    refers = ("", "")
    if key == "DimensionGroupId":
        refers = (table.removesuffix("Codes") + "Groups", "Id")
    elif key == "ParentId":
        refers = (table, "Id")
    return Column(key, KINDS.get(key, "string"), TITLES.get(key, Words(key)), required, *refers)


def _observations(publication: Publication) -> Table:
    dimensions = tuple(Column(d.name, "string", d.title, True, f"{d.name}Codes", "Identifier") for d in publication.dimensions)
    columns = (
        Column("Id", "integer", Words("Volgnummer", "Row number"), True),
        Column("Measure", "string", TITLES["Measure"], True, "MeasureCodes", "Identifier"),
        Column("ValueAttribute", "string", TITLES["ValueAttribute"], True),
        Column("Value", "decimal", TITLES["Value"]),
        Column("StringValue", "string", Words("Tekst", "Text")),
    )
    return Table("Observations", columns + dimensions, "Id")


def symbols(language: str) -> str:
    """The words of ValueAttribute with their meaning, as one text."""
    return "; ".join(f"{word}: {words.in_language(meaning, language)}" for word, meaning in words.ATTRIBUTE_MEANING.items())


FOLDER = csv_bundle.FOLDER
