"""All that is collected is in a table: section 2 of the handreiking, item by item; and its two examples can be made for any gemeente."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from celwacht.tables.counting import codings
from celwacht.tables.specs.read_spec import read_set

from tests.tables.standard import standard

HANDREIKING = yaml.safe_load((Path(__file__).parent / "handreiking.yaml").read_text(encoding="utf-8"))
ITEMS, COMBINATIONS = HANDREIKING["items"], HANDREIKING["combinations"]
TABLES = standard()
PUBLISHED = {t for name in ("april", "october", "tot_2020") for t in read_set(name).tables}
EXAMPLE_1 = {
    "Totaal alle verwijzers": "CWVW00",
    "Gemeentelijke toegang": "CWVW01",
    "Huisarts": "CWVW02",
    "Jeugdarts": "CWVW03",
    "Medisch specialist": "CWVW05",
    "Gecertificeerde instelling": "CWVW04",
    "Geen verwijzer": "CWVW06",
}
COLUMNS = {
    "Totaal alle jeugdhulp": "CWJH12",
    "Jeugdhulp zonder verblijf, door wijkteam": "A017916",
    "Jeugdhulp zonder verblijf niet door wijkteam": "A027917",
    "Jeugdhulp met verblijf": "A027918",
}
AGES = {"0 tot 4 jaar": "CWLF01", "4 tot 12 jaar": "CWLF02", "12 tot 18 jaar": "CWLF03", "18 tot 23 jaar": "CWLF04"}
SEXES = {"jongen": "3000", "meisje": "4000"}


def dimensions(table: str) -> dict[str, codings.Classification]:
    """Name of the field read -> the dimension, with the codes that the table publishes."""
    found = {}
    for d in TABLES[table].dimensions:
        coded = codings.coding(d.classification, dimension_name=d.name, levels=d.levels, field=d.field)
        found[coded.field] = coded
    return found


@pytest.mark.parametrize("item", ITEMS, ids=lambda i: i["item"])
def test_every_collected_item_has_its_place(item):
    """Each item is a dimension, a moment or a filter of a table that some set publishes; with every value that is collected."""
    tables = item.get("tables") or item["used_by"]
    assert set(tables) <= PUBLISHED
    for table in tables:
        spec = TABLES[table]
        if "field" in item:
            coded = dimensions(table)[item["field"]]
            told_apart = {coded.values.get(v, coded.unknown) for v in item.get("values", ())}  # one may share its class with unknown
            assert len(told_apart) == len(item.get("values", ())), table
        if "where" in item:
            assert spec.where == item["where"]
    if "moment" in item:
        assert item["moment"] in {TABLES[t].moment for t in tables}
    if "not_shown" in item:
        assert all(TABLES[t].unit == "jongeren" for t in tables)


@pytest.mark.parametrize("asked", COMBINATIONS, ids=lambda c: c["what"])
def test_what_can_be_set_against_each_other_is_in_one_table(asked):
    """Chapters 4 and 7: the fields stand together in a published table, at the moment that is meant, and as fine in region as it is said."""
    for table in asked["tables"]:
        there = dimensions(table)
        assert table in PUBLISHED and TABLES[table].moment == asked["moment"] and set(asked["fields"]) <= set(there), table
        assert asked["level"] in {c.level for coded in there.values() for c in coded.classification.codes}, table


@pytest.mark.parametrize(
    "table, rows",
    [("jeugdhulp_instroom_verwijzer", {"verwijzer": EXAMPLE_1}), ("jeugdhulp_gebruik_jongeren", {"leeftijd": AGES, "geslacht": SEXES})],
)
def test_the_examples_of_the_handreiking_can_be_made_for_any_gemeente(table, rows):
    """Voorbeeld 1 and 2: every row and column is a code of the table, and every gemeente is one of its regions."""
    there = dimensions(table)
    codes = {field: {c.code: c.title_nl for c in coded.classification.codes} for field, coded in there.items()}
    assert set(COLUMNS.values()) <= set(codes["hulpvorm"])
    for field, wanted in rows.items():
        assert set(wanted.values()) <= set(codes[field])
    gemeenten = [c for c in there["gemeente"].classification.codes if c.level == "gemeente" and not c.unknown]
    assert len(gemeenten) == 342 and TABLES[table].periods == ("halfjaar", "jaar")


def test_the_rows_have_the_titles_of_the_handreiking():
    """A reader of the handreiking finds its words; columns are the same in StatLine's words."""
    titles = {
        c.code: c.title_nl
        for t in ("jeugdhulp_instroom_verwijzer", "jeugdhulp_gebruik_jongeren")
        for d in dimensions(t).values()
        for c in d.classification.codes
    }
    for wanted in (EXAMPLE_1, AGES):
        assert all(titles[code] == title for title, code in wanted.items() if not title.startswith("Totaal"))
    assert "met verblijf" in titles["A027918"] and "Niet uitgevoerd door wijkteam" == titles["A027917"]
