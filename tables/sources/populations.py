"""Public populations by region, from the facts in table_specs/regions (CBS, CC BY 4.0)."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping

from celwacht.tables import home

POPULATION_YEAR = 2020
"""The populations are those of 1 January of this year, whatever the period (table_specs/regions/README.md)."""


@home.per_folder
def population(name: str) -> Mapping[str, int]:
    """Region code (NL01, NL00, PV.., JZ.., GM...., WK......) -> persons; `name` is jongeren_0_23 or inwoners."""
    people: Counter[str] = Counter()
    for row in _rows("gemeenten_2023.csv"):
        for region in ("NL01", "NL00", row["provincie"], row["jeugdregio"], row["gemeente"]):
            people[region] += int(row[name] or 0)
    for row in _rows("wijken_2020.csv"):
        people[row["wijk"]] += int(row[name] or 0)
    return dict(people)


def _rows(file: str) -> list[dict[str, str]]:
    text = (home.folder("regions") / file).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))
