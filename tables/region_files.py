"""The files of regions, read in one way: `gemeenten_2023.csv`, `wijken_2020.csv`, `changes_2020_2023.csv` (table_specs/regions/README.md).

gemeente,naam,provincie
GM0014,Groningen,PV20      ->  {"gemeente": "GM0014", "naam": "Groningen", "provincie": "PV20"}
"""

from __future__ import annotations

import csv
from pathlib import Path

from celwacht.tables import home
from celwacht.tables.problems import Problem, ProblemsFound

FOLDER = "regions"
Rows = tuple[dict[str, str], ...]


def gemeenten(division: int) -> Rows:
    """The gemeenten of a division, in the order of the file."""
    return rows(f"gemeenten_{division}.csv", "gemeente")


def divisions() -> tuple[int, ...]:
    """The years of whose division there is a file."""
    return tuple(int(name[-8:-4]) for name in names("gemeenten_[0-9][0-9][0-9][0-9].csv"))


def names(pattern: str) -> tuple[str, ...]:
    """The files of regions whose names fit, such as `wijken_*.csv`, sorted."""
    return tuple(path.name for path in home.files(FOLDER, pattern))


def has(division: int) -> bool:
    return home.file(FOLDER, f"gemeenten_{division}.csv").is_file()


def wijken() -> Rows:
    """The wijken, in the order of the file."""
    return rows("wijken_2020.csv", "wijk")


@home.per_folder
def rows(name: str, *columns: str) -> Rows:
    """The rows of a file of the project's regions; ProblemsFound where it is not there, cannot be read or lacks one of `columns`."""
    return rows_of(home.file(FOLDER, name), *columns)


def rows_of(path: Path, *columns: str) -> Rows:
    """The rows of a file of regions anywhere; as `rows`."""
    shown = f"{FOLDER}/{path.name}"
    try:
        reader = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
        found = tuple(reader)
    except FileNotFoundError:
        raise _wrong(
            shown, "there is no such file of regions. Copy the folder regions of the installation, and change what differs."
        ) from None
    except UnicodeDecodeError:
        raise _wrong(shown, "this is not UTF-8. Save the file again as CSV in UTF-8.") from None
    missing = [c for c in columns if c not in (reader.fieldnames or ())]
    if missing:
        raise _wrong(shown, f"there is no column '{missing[0]}'. The first line names the columns, with commas between them.", 1)
    return found


def line(name: str, column: str, value: str) -> int:
    """The line of the first row with this value in a file that can be read; 0 where there is none."""
    return next((n for n, row in enumerate(rows(name), 2) if row.get(column) == value), 0)


def _wrong(file: str, message: str, line: int = 0) -> ProblemsFound:
    return ProblemsFound([Problem(file, line, 0, "region-file", message)])
