"""DATA/aanbieders.csv, the list of providers of the office: a column `aanbieder` (the number), and naam, soort, gemeente where known."""

from __future__ import annotations

from pathlib import Path

from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.sources.office_list import read_list

FILE = "aanbieders.csv"
KEY = "aanbieder"


def read_provider_list(path: Path) -> dict[str, dict[str, str]]:
    """Provider -> its row; none where there is no such file. However it was saved (office_list.py). ProblemsFound for a
    list that is none: it would say of every provider that it is unknown."""
    if not path.is_file():
        return {}
    found = read_list(path, KEY)
    if found is None:
        raise ProblemsFound(
            [
                Problem(
                    FILE,
                    1,
                    0,
                    "providers-header",
                    f"expected a header with the column {KEY}, and a line per provider. Repair it, or remove it.",
                )
            ]
        )
    return {row[KEY]: {name: text for name, text in row.items() if name} for _, row in found[1] if row.get(KEY)}
