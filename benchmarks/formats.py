"""How fast each format is written, beside pandas and pyjstat with the same figures: `python -m benchmarks.formats`.

One table of 600,000 observations (400 regions, 10 x 50 categories, three years, one measure), two in five withheld.
Seconds are the least of three runs in one process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
from celwacht.publish.formats import FORMATS, csv_labels, table_files
from celwacht.publish.formats.metadata import csvw
from celwacht.publish.formats.sdmx import sdmx_csv
from celwacht.publish.formats.statline import csv_bundle, odata_json
from celwacht.publish.publication.publication import Publication, PublicCode, PublicDimension, PublicMeasure, Words
from pyjstat import pyjstat

SHAPE = (400, 10, 50, 3)


def table() -> Publication:
    """The table, the same every time."""
    draw = np.random.default_rng(1)
    regions = tuple(PublicCode(f"GM{i:04d}", Words(f"Gemeente nummer {i}"), "GM0000" if i else "", int(i > 0)) for i in range(SHAPE[0]))
    forms = tuple(PublicCode(f"A{i:05d}", Words(f"Jeugdhulp zonder verblijf, vorm {i}", "Help")) for i in range(SHAPE[1]))
    reasons = tuple(PublicCode(f"T{i:06d}", Words(f"Reden van beëindiging {i}", "Reason")) for i in range(SHAPE[2]))
    years = tuple(PublicCode(f"{2020 + i}JJ00", Words(str(2020 + i)), status="Voorlopig") for i in range(SHAPE[3]))
    state = (draw.random(SHAPE) < 0.4).astype(np.uint8)
    values = np.where(state > 0, 0, draw.poisson(200, SHAPE) * 5).astype(np.int64)
    dimensions = (
        PublicDimension("RegioS", Words("Regio's", "Regions"), "GeoDimension", regions),
        PublicDimension("Hulpvorm", Words("Vorm van hulp", "Form of help"), "Dimension", forms),
        PublicDimension("Reden", Words("Reden", "Reason"), "Dimension", reasons),
        PublicDimension("Perioden", Words("Perioden", "Periods"), "TimeDimension", years),
    )
    measure = PublicMeasure("M000001", "Jongeren", Words("Jongeren"), "", "jongeren", 0, values, state)
    return Publication(
        "grote_tabel",
        "",
        Words("Grote tabel", "Large table"),
        Words("Beschrijving."),
        "jongeren",
        "bron",
        date(2025, 4, 30),
        dimensions,
        (measure,),
        (("Reden", Words("Een noot.")),),
    )


def least(work: Callable[[], bytes]) -> tuple[float, int]:
    """(seconds, bytes) of the quickest of three runs."""
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        made = work()
        seconds.append(time.perf_counter() - began)
    return min(seconds), len(made)


def frame(publication: Publication, titles: bool) -> pd.DataFrame:
    """The same figures as a data frame, for the peers."""
    columns = {}
    places = np.unravel_index(np.arange(publication.n_observations), publication.shape)
    for dimension, place in zip(publication.dimensions, places):
        columns[dimension.name] = np.array([c.code for c in dimension.codes], dtype=object)[place]
        if titles:
            columns[f"{dimension.name}Title"] = np.array([c.title.nl for c in dimension.codes], dtype=object)[place]
    measure = publication.measures[0]
    columns["value"] = np.where(measure.state.ravel() == 0, measure.values.ravel(), np.nan)
    return pd.DataFrame(columns)


def main() -> None:
    publication = table()
    works: dict[str, Callable[[], bytes]] = {key: lambda f=f: f.encode(publication) for key, f in FORMATS.items()}
    works["csv, zipped"] = lambda: table_files.zipped("t.csv", csv_labels.blocks(publication))
    works["sdmx-csv, zipped"] = lambda: table_files.zipped("t.csv", sdmx_csv.blocks(publication))
    works["CSVW metadata"] = lambda: csvw.encode(publication)
    works["CSV of CBS (csv_bundle)"] = lambda: b"".join(c for _, c in csv_bundle.files(publication))
    works["OData JSON"] = lambda: b"".join(c for _, c in odata_json.files(publication))
    labelled, coded = frame(publication, True), frame(publication, False)
    works["pandas: to_csv with titles"] = lambda: labelled.to_csv(sep=";", decimal=",", index=False).encode()
    works["pyjstat: JSON-stat"] = lambda: pyjstat.Dataset.read(coded).write().encode()
    for name, work in works.items():
        seconds, size = least(work)
        print(f"{name:28} {seconds:6.2f} s {size / 1e6:8.2f} MB")


if __name__ == "__main__":
    main()
