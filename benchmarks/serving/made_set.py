"""A table of national size for the benchmarks of the server, published through the real writers: no real figure is in it.

3,440 regions (country, 342 gemeenten, 3,097 wijken) x 21 forms of help x 3 periods, of 3 measures: 650,160 observations.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
from celwacht.publish.publication.publication import (
    IMPOSSIBLE,
    PRINTED,
    WITHHELD,
    Publication,
    PublicCode,
    PublicDimension,
    PublicMeasure,
    Words,
)
from celwacht.publish.sets import make_table
from celwacht.publish.store import store

TABLE, CATALOG = "wijk_landelijk", "Celwacht"
GEMEENTEN, WIJKEN, FORMS = 342, 3097, 20
PERIODS = (("2024HJ01", "2024 1e halfjaar"), ("2024HJ02", "2024 2e halfjaar"), ("2024JJ00", "2024"))
GEMEENTE = [f"GM{n:04d}" for n in range(1, GEMEENTEN + 1)]


def regions() -> tuple[PublicCode, ...]:
    codes = [PublicCode("NL01", Words("Nederland"))]
    for n, gemeente in enumerate(GEMEENTE):
        codes.append(PublicCode(gemeente, Words(f"Gemeente nummer {n + 1}"), "NL01", 1))
        own = WIJKEN // GEMEENTEN + (n < WIJKEN % GEMEENTEN)
        codes += [PublicCode(f"WK{gemeente[2:]}{w:02d}", Words(f"Wijk {w:02d} van gemeente {n + 1}"), gemeente, 2) for w in range(own)]
    return tuple(codes)


def national() -> Publication:
    """The same figures every time: a third withheld, many zeros, most of them small."""
    forms = (
        PublicCode("T001", Words("Totaal jeugdhulp")),
        *(PublicCode(f"A0{450 + n}", Words(f"Vorm van jeugdhulp nummer {n + 1}"), "T001", 1) for n in range(FORMS)),
    )
    dimensions = (
        PublicDimension("WijkenEnBuurten", Words("Wijken en buurten"), "GeoDetail", regions()),
        PublicDimension("VormenVanJeugdhulp", Words("Vormen van jeugdhulp"), "Dimension", forms),
        PublicDimension(
            "Perioden", Words("Perioden"), "TimeDimension", tuple(PublicCode(c, Words(t), status="Voorlopig") for c, t in PERIODS)
        ),
    )
    shape = tuple(len(d.codes) for d in dimensions)
    draw = np.random.default_rng(20250430)

    def measure(code: str, title: str, decimals: int, scale: float) -> PublicMeasure:
        values = (draw.gamma(0.6, scale, shape)).astype(np.int64) * (1 if decimals else 5)
        state = draw.choice(np.array([PRINTED, WITHHELD, IMPOSSIBLE], np.uint8), shape, p=[0.66, 0.33, 0.01])
        values[state != PRINTED] = 0
        return PublicMeasure(code, title.title().replace(" ", ""), Words(title), "", "%" if decimals else "aantal", decimals, values, state)

    measures = (
        measure("M000001", "Jongeren met jeugdhulp", 0, 12),
        measure("M000002", "Trajecten jeugdhulp", 0, 15),
        measure("M000003", "Jongeren met jeugdhulp relatief", 1, 60),
    )
    return Publication(
        TABLE,
        "85097NED",
        Words("Jeugdhulp naar wijk, landelijk"),
        Words("Verzonnen cijfers om de snelheid te meten."),
        "jongeren",
        "Celwacht (verzonnen)",
        date(2025, 4, 30),
        dimensions,
        measures,
    )


def publish(out: Path) -> Publication:
    """Publishes it to OUT, unless it is there."""
    publication = national()
    if not (out / "2024-april").exists():
        disk = store.Disk()
        with store.publishing(out, disk) as place:
            make_table.write(publication, place.table_folder(TABLE), disk)
            place.seal(
                {
                    "set": "2024-april",
                    "title": "Landelijk",
                    "modified": "2025-04-30",
                    "license": "CC BY 4.0",
                    "tables": [{"id": TABLE, "title": publication.title.nl}],
                }
            )
            place.commit("2024-april")
    return publication
