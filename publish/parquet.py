"""A Publication as Parquet, the form for bulk use: Observations as in JSON and CSV, and the lists of codes.

Written by one thread of DuckDB from columns in memory: the same Publication gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from celwacht.publish import entities
from celwacht.publish.publication import PRINTED, Publication

FOLDER = "parquet"
ROWS_PER_GROUP = 122_880  # a multiple of DuckDB's vector size: the same grouping whatever the table


def write(publication: Publication, folder: Path) -> list[Path]:
    """Writes the files to an existing, empty folder and returns them in order."""
    import duckdb

    written = []
    with duckdb.connect(":memory:", config={"threads": 1, "preserve_insertion_order": True}) as database:
        for name, frame in _frames(publication):
            target = folder / f"{name}.parquet"
            database.register("frame", frame)
            database.sql("SELECT * FROM frame").write_parquet(
                str(target), compression="zstd", row_group_size=ROWS_PER_GROUP)
            database.unregister("frame")
            written.append(target)
    return written


def _frames(publication: Publication):
    yield "Observations", _observations(publication)
    for name, rows in entities.small_sets(publication).items():
        if rows:
            yield name, pd.DataFrame(rows)


def _observations(publication: Publication) -> pd.DataFrame:
    """Id bigint, Measure, ValueAttribute, Value double (null where not printed), and one column per dimension."""
    measures, shape = publication.measures, publication.shape
    state = np.stack([m.state for m in measures], axis=-1).ravel()
    value = np.stack([m.values / 10 ** m.decimals for m in measures], axis=-1).ravel()
    n = state.size
    columns = {
        "Id": np.arange(n, dtype=np.int64),
        "Measure": _categories([m.code for m in measures], np.arange(n) % len(measures)),
        "ValueAttribute": _categories(list(entities.ATTRIBUTE), state),
        "Value": np.where(state == PRINTED, value, np.nan),
    }
    places = np.unravel_index(np.arange(n) // len(measures), shape)
    for dimension, place in zip(publication.dimensions, places):
        columns[dimension.name] = _categories([c.code for c in dimension.codes], place)
    return pd.DataFrame(columns)


def _categories(names: list[str], places: np.ndarray) -> pd.Categorical:
    return pd.Categorical.from_codes(places.astype(np.int32), categories=pd.Index(names, dtype=object))
