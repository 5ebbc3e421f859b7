"""docs/definitions.yaml has a line for everything that a specification can mean, and no other."""

from __future__ import annotations

from importlib import util
from pathlib import Path
from typing import get_args

import pytest
import yaml
from celwacht.tables.counting.codings import names, read_classification
from celwacht.tables.sources.sources import SOURCES, units_of
from celwacht.tables.specs.spec_rules import MEASURE_KINDS
from celwacht.tables.specs.table_spec import TableSpec

from tests.tables.standard import standard

DEFINED = yaml.safe_load((Path(__file__).parents[1] / "docs" / "definitions.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "part, wanted",
    [
        ("fields", {name for fields in SOURCES.values() for name in fields}),
        ("units", {unit for name in SOURCES for unit in units_of(name).model_dump().values()}),
        ("moments", set(get_args(TableSpec.model_fields["moment"].annotation))),
        ("measures", set(MEASURE_KINDS)),
    ],
)
def test_everything_has_its_line(part, wanted):
    """Every field, unit, moment and kind of measure."""
    assert set(DEFINED[part]) == wanted


def test_every_line_has_a_source_or_is_a_choice():
    """Nobody has to guess where a meaning comes from."""
    lines = [(part, name, about) for part, entries in DEFINED.items() if part != "version" for name, about in entries.items()]
    assert len(lines) > 40
    assert [name for _, name, about in lines if not (len(about["what"]) > 15 and len(about["source"]) > 6)] in ([], ["count"])


@pytest.mark.parametrize("name", names())
def test_every_classification_says_where_its_codes_come_from(name):
    """StatLine, the protocol, or this project."""
    assert read_classification(name).source is not None


def test_every_table_has_its_line_on_the_page():
    """What it counts, by what, down to which region, for which periods, and what it follows; docs/generate.py makes the page."""
    spec = util.spec_from_file_location("generate", Path(__file__).parents[1] / "docs" / "generate.py")
    made = util.module_from_spec(spec)
    spec.loader.exec_module(made)
    page = made.definitions()
    rows = {
        line.split("|")[1].strip(): [cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("| ")
    }
    for name, table in standard().items():
        row = rows[name]
        assert len(row) == 7 and all(row), name
        assert (
            row[1] == table.title.nl
            and table.source in row[2]
            and row[6] == (f"StatLine {table.statline}" if table.statline else "own choice")
        )
    assert len([t for t in standard().values() if not t.source.startswith("vt_")]) == 63
    for part in ("corrected begin", "transfer", "cannot be", "inwoners_2020", "leeftijd", "duur"):
        assert part in rows
