"""A Publication as Parquet, the form for bulk use: Observations as in JSON and CSV, and the lists of codes.

The metadata of Observations has the chapters of the table: symbols, statuses and notes.

Written by one thread of DuckDB from columns in memory: the same Publication gives the same bytes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from celwacht.publish.formats.statline import odata_sets
from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import ATTRIBUTE, PRINTED, Publication

FOLDER = "parquet"
OBSERVATIONS = "Observations"
ROWS_PER_GROUP = 122_880  # a multiple of DuckDB's vector size: the same grouping whatever the table


def write(publication: Publication, folder: Path) -> list[Path]:
    """Writes the files to an existing, empty folder and returns them in order."""
    return _write(publication, _frames(publication), folder)


def encode(publication: Publication) -> bytes:
    """Observations alone, as the bytes of one file, with what the table is in its metadata."""
    with tempfile.TemporaryDirectory() as folder:
        (target,) = _write(publication, [(OBSERVATIONS, _observations(publication))], Path(folder))
        return target.read_bytes()


def _write(publication: Publication, frames: Iterable[tuple[str, pd.DataFrame]], folder: Path) -> list[Path]:
    import duckdb

    written = []
    plain = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_PER_GROUP}"
    about = ", ".join(f"{key}: {_sql(text)}" for key, text in _about(publication).items())
    with duckdb.connect(":memory:", config={"threads": 1, "preserve_insertion_order": True}) as database:
        database.execute("SET pandas_analyze_sample = 0")  # an object is a text: a sample that is empty says nothing of the others
        for name, frame in frames:
            written.append(folder / f"{name}.parquet")
            options = f"{plain}, KV_METADATA {{{about}}}" if name == OBSERVATIONS else plain
            database.register("frame", frame)
            database.execute(f"COPY frame TO {_sql(str(written[-1]))} ({options})")
            database.unregister("frame")
    return written


def _sql(text: str) -> str:
    """A text of SQL; COPY takes no parameters."""
    return "'" + text.replace("'", "''").replace("\0", "\ufffd") + "'"


def _about(publication: Publication) -> dict[str, str]:
    """Metadata of the file: what the table is, in Dutch, with its symbols and notes."""
    return {
        "title": publication.title.nl,
        "identifier": publication.table,
        "modified": publication.modified.isoformat(),
        "description": texts.chapters(publication),
    }


def _frames(publication: Publication):
    yield OBSERVATIONS, _observations(publication)
    for name, rows in odata_sets.small_sets(publication).items():
        if rows:
            yield name, pd.DataFrame(rows)


def _observations(publication: Publication) -> pd.DataFrame:
    """Id bigint, Measure, ValueAttribute, Value double (null where not printed), and one column per dimension."""
    measures, shape = publication.measures, publication.shape
    state = np.stack([m.state for m in measures], axis=-1).ravel()
    value = np.stack([m.values / 10**m.decimals for m in measures], axis=-1).ravel()
    n = state.size
    columns = {
        "Id": np.arange(n, dtype=np.int64),
        "Measure": _categories([m.code for m in measures], np.arange(n) % len(measures)),
        "ValueAttribute": _categories(list(ATTRIBUTE), state),
        "Value": np.where(state == PRINTED, value, np.nan),
    }
    places = np.unravel_index(np.arange(n) // len(measures), shape)
    for dimension, place in zip(publication.dimensions, places):
        columns[dimension.name] = _categories([c.code for c in dimension.codes], place)
    return pd.DataFrame(columns)


def _categories(names: list[str], places: np.ndarray) -> pd.Categorical:
    return pd.Categorical.from_codes(places.astype(np.int32), categories=pd.Index(names, dtype=object))
