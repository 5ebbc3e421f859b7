"""Figures from the other files: OData in JSON, JSON-stat, PX, Parquet, the Excel workbook."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from celwacht.publish.verify.read_back.form import WORDS, Figures, Form, Unfit, of_rows, of_sequence, placed, position, states_of
from celwacht.publish.verify.read_back.tables import of_marks

MADE_UP = "VERZONNEN GEGEVENS: deze cijfers zijn bedacht en gaan over niemand, ook waar namen van echte gemeenten staan."
MADE_UP_PLAIN = (
    "VERZONNEN GEGEVENS: deze cijfers zijn bedacht en gaan over niemand.",
    "MADE-UP DATA: these figures are invented and are about nobody.",
)
"""What pages of made-up figures say before their rows, and no other words; PLAIN: of a project with a face of its own."""


def odata(form: Form, folder: Path) -> Figures:
    """odata/Observations.json and the pages that it leads to."""
    rows, name, seen = [], "Observations.json", set()
    while name:
        page = json.loads((folder / "odata" / name).read_bytes(), parse_float=str, parse_int=str)
        if page.keys() - {"value", "@odata.nextLink", "@celwacht.data"} or page.get("@celwacht.data", MADE_UP) not in (
            MADE_UP,
            *MADE_UP_PLAIN,
        ):
            raise Unfit("has something beside its rows")
        rows += page["value"]
        seen.add(name)
        name = page.get("@odata.nextLink", "")
    if {p.name for p in (folder / "odata").glob("Observations*")} != seen:
        raise Unfit("has pages that no other leads to")
    columns = ["Id", "Measure", "ValueAttribute", "Value", "StringValue", *(d.name for d in form.dimensions)]
    if any(list(row) != columns for row in rows):
        raise Unfit("has a row with other fields")
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    codes = [position(d.codes) for d in form.dimensions]
    place = of_rows(form, frame, columns[5:], "Measure", codes, position(form.measures))
    if frame["Id"].tolist() != [str(p) for p in place.tolist()] or frame["StringValue"].notna().any():
        raise Unfit("has an Id that is not the place of its row, or a StringValue")
    texts = ["" if v is None else v for v in frame["Value"].tolist()]
    return placed(form, place, texts, states_of(frame["ValueAttribute"]), ".")


def jsonstat(form: Form, folder: Path) -> Figures:
    """TABLE.jsonstat.json: values in the order of the table, and a word for each that is not printed."""
    found = json.loads((folder / f"{form.table}.jsonstat.json").read_bytes(), parse_float=str, parse_int=str)
    listed = [d.codes for d in form.dimensions] + [form.measures]
    names = found["id"]
    if [list(found["dimension"][n]["category"]["index"]) for n in names] != list(map(list, listed)):
        raise Unfit("has other codes than the table")
    if names[:-1] != [d.name for d in form.dimensions] or found["size"] != [str(n) for n in form.shape]:
        raise Unfit("has other dimensions than the table")
    states = np.zeros(form.size, np.int64)
    for place, word in found["status"].items():
        states[int(place)] = WORDS[word]
    return of_sequence(form, ["" if v is None else v for v in found["value"]], states, ".")


def px(form: Form, folder: Path) -> Figures:
    """TABLE.px: what stands behind DATA=, in the order of the table; "." withheld, ".." impossible."""
    text = (folder / f"{form.table}.px").read_bytes().decode("utf-8")
    head, sign, data = text.partition("DATA=\r\n")
    codes = [re.findall(r'"([^"]*)"', part) for part in re.findall(r'(?m)^CODES\("[^"]*"\)=(.*?);\r$', head, re.DOTALL)]
    if codes != [[_fit(c) for c in d.codes] for d in form.dimensions] + [[_fit(m) for m in form.measures]]:
        raise Unfit("has other codes than the table")
    body, end, rest = data.partition(";")
    if not (sign and end) or rest != "\r\n":
        raise Unfit("does not end as it should")
    return of_marks(form, body.split(), ".", '"."', '".."')


def _fit(code: str) -> str:
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", code.replace('"', "\u201d")).strip() or "-"


def parquet(form: Form, folder: Path) -> Figures:
    """parquet/Observations.parquet: a row per figure, the value as a double."""
    import duckdb

    columns = ["Id", "Measure", "ValueAttribute", "Value", *(d.name for d in form.dimensions)]
    with duckdb.connect(":memory:", config={"threads": 1}) as database:
        rows = database.execute("SELECT * FROM read_parquet(?)", [str(folder / "parquet/Observations.parquet")]).fetch_df()
    if list(rows.columns) != columns:
        raise Unfit("has other columns than the table")
    place = of_rows(form, rows, columns[4:], "Measure", [position(d.codes) for d in form.dimensions], position(form.measures))
    if rows["Id"].tolist() != place.tolist():
        raise Unfit("has an Id that is not the place of its row")
    states = states_of(rows["ValueAttribute"].astype(str))
    decimals = np.array(form.decimals)[place % len(form.decimals)]
    empty = rows["Value"].isna().to_numpy()
    values = np.where(empty, 0, rows["Value"].to_numpy(float))
    whole = np.rint(values * 10.0**decimals).astype(np.int64)
    if np.any(empty != (states != 0)) or np.any(whole / 10.0**decimals != values) or np.any(whole < 0):
        raise Unfit("has a figure that is not one, or one where none is printed")
    made: Figures = (np.zeros(form.size, np.int64), np.zeros(form.size, np.uint8))
    made[0][place], made[1][place] = whole, states
    return made[0].reshape(form.shape), made[1].reshape(form.shape)


def excel(form: Form, folder: Path) -> tuple[Figures, int]:
    """TABLE.xlsx: a sheet per period, at most the last ones; (figures, how many of the first periods are not in it).

    Where `(code)` stands in the head of a column its dimension goes down; the others go across, before the measures.
    """
    from openpyxl import load_workbook

    book = load_workbook(folder / f"{form.table}.xlsx", read_only=True)
    sheets = book.sheetnames[1:]
    left_out = form.shape[-2] - len(sheets)
    if left_out < 0:
        raise Unfit("has more sheets than the table has periods")
    values, states = np.zeros(form.shape, np.int64), np.zeros(form.shape, np.uint8)
    expected = list(range(left_out, form.shape[-2]))
    sheet_of = [[list(row) for row in book[name].iter_rows(values_only=True)] for name in sheets]
    for order in (expected, expected[::-1]):  # the newest first; the other way round in releases of before
        if all(len(r) > 1 and _same(str(r[1][0]).rstrip("*"), form.dimensions[-1].titles[p].rstrip("*")) for r, p in zip(sheet_of, order)):
            break
    else:
        raise Unfit("has a sheet of another period")
    for period, rows in zip(order, sheet_of):
        values[..., period, :], states[..., period, :] = _sheet(form, rows)
    return (values, states), left_out


def _sheet(form: Form, rows: list[list[object]]) -> Figures:
    """(values, states) of one period, over the dimensions but the last, and the measures."""
    dimensions = form.dimensions[:-1]
    first = next((i for i, row in enumerate(rows) if any(str(v).endswith(" (code)") for v in row)), None)
    if first is None:
        raise Unfit("has a sheet without a head")
    n_keys = sum(str(v).endswith(" (code)") for v in rows[first])
    titles = [str(rows[first][2 * k])[: -len(" (code)")] for k in range(n_keys)]
    at: list[int] = []
    for title in titles:
        at.append(next((i for i, d in enumerate(dimensions) if i not in at and _same(d.title, title)), -1))
    if -1 in at:
        raise Unfit("has a dimension that the table does not have")
    across = [i for i in range(len(dimensions)) if i not in at]
    keys = list(product(*(dimensions[i].codes for i in at)))
    width = 2 * n_keys + int(np.prod([len(dimensions[i].codes) for i in across], dtype=np.int64)) * len(form.measures)
    body = _body(rows, first + 1, len(keys), width)
    if [tuple(str(row[2 * k]) for k in range(n_keys)) for row in body] != keys:
        raise Unfit("has other rows than the table")
    _heads(form, rows[: first + 1], across, 2 * n_keys)
    shape = (*(len(dimensions[i].codes) for i in [*at, *across]), len(form.measures))
    flat = [cell for row in body for cell in row[2 * n_keys :]]
    if len(flat) != int(np.prod(shape)):
        raise Unfit("has other columns than the table")
    decimals = np.resize(np.array(form.decimals), len(flat)).tolist()
    found = np.array([_cell(value, places) for value, places in zip(flat, decimals)], np.int64).reshape(-1, 2)
    order = np.argsort([*at, *across, len(dimensions)])
    return tuple(np.transpose(found[:, k].reshape(shape), order) for k in (0, 1))


def _body(rows: list[list[object]], start: int, long: int, width: int) -> list[list[object]]:
    """The rows of figures. Below them, after an empty row, there may be notes: texts in the first column, and nothing else."""
    below = rows[start + long :]
    if below and any(value is not None for value in below[0]):
        raise Unfit("has other rows than the table")
    if any(value is not None and (k > 0 or not isinstance(value, str)) for row in below for k, value in enumerate(row)):
        raise Unfit("has something else than notes below its figures")
    if any(value is not None for row in rows for value in row[width:]):
        raise Unfit("has other columns than the table")
    return [row[:width] for row in rows[start : start + long]]


def _heads(form: Form, rows: list[list[object]], across: list[int], n_keys: int) -> None:
    """The titles above the figures must be those of the codes and measures, in their order."""
    expected = list(product(*(form.dimensions[i].titles for i in across), range(len(form.measures))))
    for n, row in enumerate(rows[len(rows) - 1 - len(across) : len(rows) - 1]):
        if not all(map(_same, row[n_keys : n_keys + len(expected)], [combination[n] for combination in expected])):
            raise Unfit("has other headings than the table")
    told = [f"{t} ({u})" if u else t for t, u in zip(form.titles, form.units)]
    last = rows[-1][: n_keys + len(expected)]
    if len(told) == 1 and not any(last[n_keys:]):  # said once, above the table
        if len(last) != n_keys + len(expected) or len(rows) < 4 or not _same(rows[2][0], told[0]):
            raise Unfit("has other headings than the table")
        return
    if len(last) != n_keys + len(expected) or not all(map(_same, last[n_keys:], [told[c[-1]] for c in expected])):
        raise Unfit("has other headings than the table")


def _same(one: object, other: object) -> bool:
    """Are these the same text, but for what a workbook cannot hold?"""
    return re.sub(r"[^\x20-\ufffd]|_x000D_", "", str(one or "")) == re.sub(r"[^\x20-\ufffd]", "", str(other or ""))


def _cell(value: object, decimals: int) -> tuple[int, int]:
    """(figure times 10**decimals, state) of a cell."""
    if value is None or value == "":
        return 0, 2
    if value == ".":
        return 0, 1
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit("has a cell that is neither a figure nor a mark")
    whole = round(value * 10**decimals)
    if abs(whole - value * 10**decimals) > 1e-6 or whole < 0:
        raise Unfit("has a figure with more decimals than its measure")
    return whole, 0
