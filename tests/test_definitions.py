"""docs/definitions.yaml has a line for everything that a specification can mean, and no other."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
import yaml
from celwacht.tables.counting.codings import names, read_classification
from celwacht.tables.sources.sources import SOURCES, units_of
from celwacht.tables.specs.spec_rules import MEASURE_KINDS
from celwacht.tables.specs.table_spec import TableSpec

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
