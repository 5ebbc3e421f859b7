"""The published national figures to which the demo is calibrated (targets.csv; CBS, CC BY 4.0)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from celwacht.tables.demo.country.draw import Floats, Ints


@dataclass(frozen=True, slots=True)
class Target:
    """One published figure: what it counts, of which group, and where it was read."""

    record: str
    measure: str
    group: str
    detail: str
    value: int
    table: str
    period: str
    source: str


@cache
def targets() -> tuple[Target, ...]:
    """All published figures, in the order of the file."""
    text = files("celwacht.tables").joinpath("demo", "care", "targets.csv").read_text("utf-8")
    return tuple(Target(**{**row, "value": int(row["value"])}) for row in csv.DictReader(text.splitlines()))


def published(record: str, measure: str, group: str, detail: str = "", period: str | None = None) -> int:
    """The figure; 0 where it was not published (too small to print)."""
    found = [
        one.value
        for one in targets()
        if (one.record, one.measure, one.group, one.detail) == (record, measure, group, detail) and period in (None, one.period)
    ]
    if len(found) > 1:
        raise ValueError(f"{record} {measure} {group} {detail} is published for several periods; name one")
    return found[0] if found else 0


def row(record: str, measure: str, groups: tuple[str, ...], period: str | None = None) -> Ints:
    """The figures of the groups, in that order."""
    return np.array([published(record, measure, group, period=period) for group in groups])


def shares(record: str, measure: str, group: str, details: tuple[str, ...]) -> Floats:
    """The figures of the details as parts of their sum."""
    counts = np.array([published(record, measure, group, detail) for detail in details], dtype=np.float64)
    return counts / counts.sum()
