"""The lists of the office: of providers, a line for each with its number, name, kind and gemeente; and of those that consent to copies."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from celwacht.tables.demo.country.places import Places
from celwacht.tables.demo.providers import Providers

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


def write_providers(providers: Providers, places: Places, path: Path) -> None:
    """Names of the providers; the office has them from the gemeenten (protocol, chapter 6)."""
    every = zip(providers.number, providers.name, providers.kind, providers.gemeente, strict=True)
    add_providers(path, ((n.decode(), name, kind, places.gemeenten[g] if g >= 0 else "") for n, name, kind, g in every))


def write_consents(providers: Providers, path: Path) -> None:
    """Two of every three providers let the office give gemeenten a copy of their mirror report, from 2021 on."""
    agreed = (number.decode() for place, number in enumerate(providers.number) if place % 3)
    with path.open("a", encoding="utf-8") as file:
        file.write(("" if file.tell() else "aanbieder,vanaf,tot\n") + "".join(f"{number},2021-01-01,\n" for number in agreed))
