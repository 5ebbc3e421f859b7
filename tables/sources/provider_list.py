"""DATA/aanbieders.csv, the list of providers of the office: a column `aanbieder` (the number), and naam, soort, gemeente where known."""

from __future__ import annotations

import csv
from pathlib import Path

from celwacht.tables.problems import Problem, ProblemsFound

FILE = "aanbieders.csv"
KEY = "aanbieder"


def read_provider_list(path: Path) -> dict[str, dict[str, str]]:
    """Provider -> its row; none where there is no such file. Separated by commas, or by semicolons as Excel does here. ProblemsFound for a
    list that is none: it would say of every provider that it is unknown."""
    if not path.is_file():
        return {}
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    lines = text.splitlines()
    separator = ";" if lines and KEY in [name.strip(' "') for name in lines[0].split(";")] else ","
    rows = csv.DictReader(lines, delimiter=separator, skipinitialspace=True)
    if KEY not in [(name or "").strip() for name in rows.fieldnames or ()]:
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
    found = {}
    for row in rows:
        known = {name.strip(): (value or "").strip() for name, value in row.items() if name and not isinstance(value, list)}
        if known.get(KEY):
            found[known[KEY]] = known
    return found
