"""The header row of a CSV or Excel file: which column is which field."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from celwacht.tables.intake.delivered.findings import LISTED, Findings, shown_name
from celwacht.tables.sources.layouts import Layout
from celwacht.tables.text_files import field_name


def plain(cell: str) -> str:
    """A header cell as a field name."""
    return field_name(cell)


def looks_like_header(cells: Sequence[str], layout: Layout) -> bool:
    """Whether at least half of the fields, and two at least, are named in this row."""
    return len({plain(cell) for cell in cells} & set(layout.header)) >= max(2, len(layout.header) // 2)


def places_of(cells: Sequence[str], layout: Layout, expired: frozenset[str], findings: Findings, line: int) -> dict[str, int]:
    """Column number (from 1) of every field that the header names; notes what is unknown, missing or double. What the layout does not
    read has no place."""
    if not looks_like_header(cells, layout):
        findings.add(
            "kopregel", f"expected a header row with the field names {', '.join(layout.header)}; found none. Add it as the first row.", line
        )
        return {}
    places: dict[str, int] = {}
    meant: set[str] = set()
    unknown: list[tuple[int, str]] = []
    double: list[tuple[int, str]] = []
    for number, cell in enumerate(cells, start=1):
        name = plain(cell)
        if name in places:
            double.append((number, f"expected each field once; found a second column {name}. Remove one."))
        elif name in layout.header:
            places[name] = number
        elif name in layout.not_read:
            continue
        else:
            # Only the first cells can be listed, and a cell longer than any name is near none: strangers' headers cost no time.
            known = [one for one in layout.header if one not in cells] if len(unknown) < LISTED and len(name) < 60 else []
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
            meant.update(near)
            unknown.append((number, _unknown(cell, near, name in expired)))
    findings.columns("kolom-dubbel", double, line)
    findings.columns("kolom-onbekend", unknown, line)
    missing = [name for name in layout.header if name not in places and name not in meant]
    for name in missing:
        findings.add("kolom-ontbreekt", f"expected a column {name}; found none. Add it, empty where it does not apply.", line)
    return places


def _unknown(cell: str, near: list[str], expired: bool) -> str:
    if expired:
        return f"expected only fields of this period; found the column {plain(cell)}, which it does not have. Remove it."
    if not cell:
        return "expected a field name; found an empty cell with the header. Name the column or remove it."
    remedy = f"Did you mean '{near[0]}'?" if near else "Remove the column."
    return f"expected a field name; found {shown_name(cell)}. {remedy}"
