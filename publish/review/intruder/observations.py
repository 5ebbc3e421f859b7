"""Public tables for the attack, read from nothing but their CSV files, their specifications and the policies by name."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from celwacht.disclosure.outsider.public_table import ENDLESS, PublicTable, read
from celwacht.disclosure.policy.policy import read_policy
from celwacht.tables.counting.denominators import denominators
from celwacht.tables.cubes.classification import Classification, Code
from celwacht.tables.face import periods_name
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.specs.table_spec import RateMeasure, ShareMeasure, TableSpec

DOT, NOBODY = "Confidential", "Impossible"


def tables_in(folder: Path, release: str, names: list[str], specs: Mapping[str, TableSpec]) -> list[PublicTable]:
    """Every table of a release. ProblemsFound with all that have no specification or cannot be read."""
    found, problems = [], []
    for name in names:
        if name not in specs:
            said = "there is no specification of this table any more; an intruder has the one that it was made by. Put it back, or give --specs."
            problems.append(Problem(f"{release}/{name}", 0, 0, "no-spec", said))
            continue
        try:
            found.append(table(folder / name / "csv", release, specs[name]))
        except (OSError, ValueError, KeyError) as error:
            said = f"its CSV files cannot be read as the table of its specification ({type(error).__name__}); publish the set again."
            problems.append(Problem(f"{release}/{name}", 0, 0, "damaged", said))
    if problems:
        raise ProblemsFound(problems)
    return found


def table(folder: Path, release: str, spec: TableSpec) -> PublicTable:
    """One table; what its shares and rates tell of a count that is withheld is in its bounds."""
    names = [*(d.name for d in spec.dimensions), periods_name()]
    codes = tuple(tuple(row["Identifier"] for row in _rows(folder / f"{name}Codes.csv")) for name in names)
    measures = {row["Title"]: row["Identifier"] for row in _rows(folder / "MeasureCodes.csv")}
    at = [{code: i for i, code in enumerate(its)} for its in codes]
    shape = tuple(map(len, codes))
    values = {code: np.full(shape, np.nan) for code in measures.values()}
    states = {code: np.full(shape, "", object) for code in measures.values()}
    for row in _rows(folder / "Observations.csv"):
        place = tuple(its[row[name]] for its, name in zip(at, names))
        states[row["Measure"]][place] = row["ValueAttribute"]
        if row["Value"]:
            values[row["Measure"]][place] = float(row["Value"].replace(",", "."))
    (count,) = [m for m in spec.measures if m.kind == "count"][:1]
    own = measures[count.title.nl]
    base = read_policy(spec.policy).rounding_base
    printed = np.nan_to_num(values[own]).astype(np.int64)
    plain = read(release, spec, codes, printed, states[own] == DOT, base)
    zero = np.zeros(shape, np.int64)
    plain = plain.within(zero, zero, states[own] == NOBODY)
    for m in spec.measures:
        if isinstance(m, ShareMeasure | RateMeasure) and m.of == count.name:
            plain = _with_ratio(plain, m, values[measures[m.title.nl]], printed, base)
    return plain


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        yield from csv.DictReader(text, delimiter=";")


def _with_ratio(plain: PublicTable, m: ShareMeasure | RateMeasure, ratio: np.ndarray, printed: np.ndarray, base: int) -> PublicTable:
    """A ratio that is printed beside a dot tells between which printed counts that dot lies."""
    telling = plain.dot & ~np.isnan(ratio)
    if not telling.any():
        return plain
    if isinstance(m, ShareMeasure):
        axis = [d.name for d in plain.spec.dimensions].index(m.within)
        whole, scale = np.broadcast_to(np.take(printed, [0], axis=axis), printed.shape), 100
    else:
        whole, scale = np.broadcast_to(_people(plain, m), printed.shape), m.per
    half = 0.5 * 10.0**-m.decimals
    low = np.ceil((ratio - half) * whole / scale - 1e-9) - base // 2
    high = np.floor((ratio + half) * whole / scale + 1e-9) + (base - 1) // 2
    return plain.within(np.nan_to_num(low).astype(np.int64), np.nan_to_num(high, nan=ENDLESS).astype(np.int64), telling & (whole > 0))


def _people(plain: PublicTable, m: RateMeasure) -> np.ndarray:
    """What a rate is divided by: everybody has the same population figures."""
    dims = []
    for d, codes in zip(plain.spec.dimensions, plain.codes):
        leaves = tuple(np.array([i], np.int32) for i in range(len(codes)))
        dims.append(Classification(d.name, "", "", tuple(Code(c, c, unknown=True) for c in codes), codes, leaves, "Dimension"))
    return denominators(plain.spec, dims, plain.codes[-1])[m.name].persons
