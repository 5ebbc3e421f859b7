"""The list of providers of the office: a line for each, with its number, name, kind and gemeente."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

HEADER = ("aanbieder", "naam", "soort", "gemeente")


def add_providers(path: Path, rows: Iterable[tuple[str, str, str, str]]) -> None:
    """Writes rows behind the list, with its header where there is none yet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if not path.exists():
        writer.writerow(HEADER)
    writer.writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(text.getvalue())
