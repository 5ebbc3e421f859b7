"""What may be handed on of a protected table: the same figures as CSV, Excel and JSON, one symbol for all that is withheld.

    safe.csv     a row per cell: its codes (or `cell`), and `value`: the printed figure, or . where it is withheld
    safe.xlsx    the same, for people; safe.json: the same, for programs, with null where withheld

Made only of what the checker calls SAFE. Nothing here tells which of the withheld cells are sensitive.
"""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
from celwacht.publish.formats.excel import xlsx_writer as xlsx

NAMES = ("safe.csv", "safe.xlsx", "safe.json")
SYMBOL = "."
_SAID = "Figures that are withheld are shown as one symbol, whatever the reason."


def files(pattern: pd.DataFrame, name: str, stem: str = "safe") -> dict[str, bytes]:
    """Content of each file, by name; same pattern: same bytes. pattern: as in `pattern_frame`. name: of the table; stem: of the files."""
    codes = [c for c in pattern.columns if c not in ("value", "status", "printed")]
    figure = (pattern["printed"] if "printed" in pattern.columns else pattern["value"]).astype(str)
    shown = figure.where(pattern["status"] == "published", SYMBOL)
    rows = list(zip(*(pattern[c].astype(str) for c in codes), shown, strict=True))
    return {f"{stem}.csv": _csv(codes, rows), f"{stem}.xlsx": _xlsx(codes, rows, name), f"{stem}.json": _json(codes, rows, name)}


def _csv(codes: list[str], rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([[*codes, "value"], *rows])
    return text.getvalue().encode("utf-8")


def _xlsx(codes: list[str], rows: list[tuple[str, ...]], name: str) -> bytes:
    """One sheet, or as many as the rows take."""
    head, most = [xlsx.text(c, xlsx.HEADER) for c in (*codes, "value")], xlsx.MOST_ROWS - 1
    sheets: list[xlsx.Sheet] = []
    for first in range(0, max(len(rows), 1), most):
        body = [
            [*map(xlsx.text, row[:-1]), xlsx.text(SYMBOL, xlsx.SYMBOL) if row[-1] == SYMBOL else xlsx.number(row[-1], xlsx.PLAIN)]
            for row in rows[first : first + most]
        ]
        widths = (*(18 for _ in codes), 12)
        sheets.append(xlsx.Sheet(xlsx.sheet_name("safe", [s.name for s in sheets]), [head, *body], widths, 1))
    return xlsx.workbook(sheets, name)


def _json(codes: list[str], rows: list[tuple[str, ...]], name: str) -> bytes:
    lines = [
        json.dumps(
            {**dict(zip(codes, row[:-1], strict=True)), "value": None if row[-1] == SYMBOL else json.loads(row[-1])}, ensure_ascii=False
        )
        for row in rows
    ]
    head = f'{{"table": {json.dumps(name, ensure_ascii=False)}, "about": {json.dumps(_SAID)}, "cells": [\n'
    return (head + ",\n".join(lines) + "\n]}\n").encode("utf-8")
