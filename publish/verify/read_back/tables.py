"""Figures from the CSV files: the bundle of Statistics Netherlands, the long one with titles, the pivot, SDMX-CSV."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from celwacht.publish.verify.read_back.form import Figures, Form, Unfit, of_rows, of_sequence, placed, position, states_of

BOM = "\ufeff"
_PERIOD = re.compile(r"(\d{4})(JJ|HJ|KW)0(\d)", re.ASCII)
_PROVISIONAL = {"Voorlopig": "V", "NaderVoorlopig": "NV", "Provisional": "V", "RevisedProvisional": "NV"}


def bundle(form: Form, folder: Path) -> Figures:
    """csv/Observations.csv: a row per figure, with its codes."""
    rows = _read((folder / "csv/Observations.csv").read_bytes(), ";")
    names = [_as_text(d.name) for d in form.dimensions]
    _expect(rows, ["Id", "Measure", "ValueAttribute", "Value", "StringValue", *names])
    if (rows["StringValue"] != "").any():
        raise Unfit("has a StringValue")
    codes = [position([_as_text(c) for c in d.codes]) for d in form.dimensions]
    place = of_rows(form, rows, names, "Measure", codes, position([_as_text(m) for m in form.measures]))
    if rows["Id"].tolist() != [str(p) for p in place.tolist()]:
        raise Unfit("has an Id that is not the place of its row")
    return placed(form, place, rows["Value"].tolist(), states_of(rows["ValueAttribute"]), ",")


def labelled(form: Form, folder: Path) -> Figures:
    """TABLE.csv.zip: a row per figure with codes and titles, and remarks below, of which only the first field is filled."""
    rows = _read(_unzipped(folder / f"{form.table}.csv.zip", f"{form.table}.csv"), ";")
    names = [_as_text(d.name) for d in form.dimensions]
    titles = [_as_text(f"{d.name}Title") for d in form.dimensions]
    keys = [column for pair in zip(names, titles) for column in pair]
    _expect(rows, [*keys, _as_text(f"{form.dimensions[-1].name}Status"), "Measure", "MeasureTitle", "Unit", "Value", "ValueAttribute"])
    figures, remarks = rows.iloc[: form.size], rows.iloc[form.size :]
    if (remarks.iloc[:, 1:] != "").to_numpy().any():
        raise Unfit("has figures below the table")
    codes = [position([_as_text(c) for c in d.codes]) for d in form.dimensions]
    place = of_rows(form, figures, names, "Measure", codes, position([_as_text(m) for m in form.measures]))
    for n, (column, dimension) in enumerate(zip(titles, form.dimensions)):
        said = figures[names[n]].map(dict(zip(map(_as_text, dimension.codes), map(_as_text, dimension.titles))))
        if (said != figures[column]).any():
            raise Unfit(f"has a title in column {column} that is not that of the code")
    return placed(form, place, figures["Value"].tolist(), states_of(figures["ValueAttribute"]), ",")


def pivot(form: Form, folder: Path) -> Figures:
    """TABLE-pivot.csv: periods and measures across, the rest down; `.` withheld, blank impossible; remarks below."""
    down, n_across = form.dimensions[:-1], form.shape[-2] * form.shape[-1]
    lines = list(_read((folder / f"{form.table}-pivot.csv").read_bytes(), ";", header=None).itertuples(index=False, name=None))
    width, n_rows = 2 * len(down) + n_across, form.size // n_across
    if not lines or any(len(line) != width for line in lines) or len(lines) < n_rows + 1:
        raise Unfit("has not the columns or the rows of the table")
    expected = product(*([(_as_text(c), _as_text(t)) for c, t in zip(d.codes, d.titles)] for d in down))
    for line, key in zip(lines[1 : n_rows + 1], expected):
        if line[: 2 * len(down)] != tuple(text for pair in key for text in pair):
            raise Unfit("has a row whose codes or titles are not those of the table")
    heads = [name for d in down for name in (_as_text(d.name), _as_text(f"{d.name}Title"))]
    if list(lines[0][: len(heads)]) != heads or any(text for line in lines[n_rows + 1 :] for text in line[1:]):
        raise Unfit("has another head, or figures below the table")
    return of_marks(form, [text for line in lines[1 : n_rows + 1] for text in line[len(heads) :]], ",", ".", "")


def sdmx(form: Form, folder: Path) -> Figures:
    """sdmx/TABLE.csv.zip: a row per figure; NaN where none is printed, with OBS_STATUS and CONF_STATUS."""
    rows = _read(_unzipped(folder / f"sdmx/{form.table}.csv.zip", f"{form.table}.csv"), ",", bom="")
    tail = ["TIME_PERIOD", "MEASURE", "OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "PERIOD_STATUS", "UNIT_MEASURE", "DECIMALS"]
    head = list(rows.columns[: len(rows.columns) - len(tail)])
    if list(rows.columns[len(head) :]) != tail or len(head) != 3 + len(form.dimensions) - 1:
        raise Unfit("has other columns than the table")
    *others, periods = form.dimensions
    codes = [position([_sdmx_id(c) for c in d.codes]) for d in others] + [position([_time(c) for c in periods.codes])]
    place = of_rows(form, rows, [*head[3:], "TIME_PERIOD"], "MEASURE", codes, position([_sdmx_id(m) for m in form.measures]))
    final = {_time(c): _PROVISIONAL.get(s, "D") for c, s in zip(periods.codes, periods.statuses)}
    printed = rows["TIME_PERIOD"].map(lambda time: "A" if final[time] == "D" else "P")
    marks = list(zip(rows["OBS_STATUS"], rows["CONF_STATUS"]))
    known = [{(p, "F"): 0, ("Q", "C"): 1, ("M", "F"): 2}.get(mark, -1) for p, mark in zip(printed, marks)]
    if min(known) < 0 or (rows["PERIOD_STATUS"] != rows["TIME_PERIOD"].map(final)).any():
        raise Unfit("has a status that does not fit")
    states = np.array(known)
    if ((rows["OBS_VALUE"] == "NaN").to_numpy() != (states != 0)).any():
        raise Unfit("has a figure where none is printed")
    return placed(form, place, rows["OBS_VALUE"].replace("NaN", "").tolist(), states, ".")


def of_marks(form: Form, texts: Sequence[str], point: str, withheld: str, impossible: str) -> Figures:
    """Figures in the order of the table, with a mark in the place of each that is not printed."""
    states = np.array([1 if t == withheld else 2 if t == impossible else 0 for t in texts])
    return of_sequence(form, ["" if s else t for t, s in zip(texts, states.tolist())], states, point)


def _read(content: bytes, delimiter: str, header: int | None = 0, bom: str = BOM) -> pd.DataFrame:
    """Every field as text. Unfit where it is no table."""
    text = content.decode("utf-8")
    if not text.startswith(bom):
        raise Unfit("does not begin as it should")
    try:
        return pd.read_csv(
            io.StringIO(text[len(bom) :], newline=""), sep=delimiter, header=header, dtype=str, keep_default_na=False, na_filter=False
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise Unfit("is no table") from error


def _expect(rows: pd.DataFrame, columns: list[str]) -> None:
    if list(rows.columns) != columns:
        raise Unfit("has other columns than the table")


def _unzipped(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        if archive.namelist() != [name]:
            raise Unfit(f"holds something else than {name}")
        return archive.read(name)


def _as_text(text: str) -> str:
    """A text as it stands in a CSV for spreadsheets: an apostrophe before what would be a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _sdmx_id(code: str) -> str:
    allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@-"
    return "".join(c if c in allowed else "".join(f"${b:02X}" for b in c.encode()) for c in code) or "$"


def _time(code: str) -> str:
    found = _PERIOD.fullmatch(code)
    if not found:
        return _sdmx_id(code)
    return found[1] + {"JJ": "", "HJ": f"-S{found[3]}", "KW": f"-Q{found[3]}"}[found[2]]
