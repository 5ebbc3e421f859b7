"""Publications made up for tests of the server: any size, every state, titles and codes that clients trip over."""

from datetime import date

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

HOSTILE = ("<img src=x onerror=alert(1)>", "=1+1", 'a;b"c', "O'Brien & co", "ünïcode 100 %", "1e3", "  twee  spaties")
PERIODS = (
    ("2023JJ00", "2023", "Definitief"),
    ("2024HJ01", "2024 1e halfjaar", "NaderVoorlopig"),
    ("2024HJ02", "2024 2e halfjaar", "Voorlopig"),
    ("2024JJ00", "2024", "Voorlopig"),
)


def regions(n: int) -> tuple[PublicCode, ...]:
    """The country, gemeenten under it, wijken under those: codes of 4, 6 and 8 characters."""
    codes = [PublicCode("NL01", Words("Nederland", "Netherlands"))]
    gemeente = ""
    for i in range(n - 1):
        if i % 12 == 0:
            gemeente = f"GM{i // 12:04d}"
            codes.append(PublicCode(gemeente, Words(f"Gemeente {i // 12}"), "NL01", 1, f"Gemeente {i // 12} ({gemeente})"))
        else:
            codes.append(PublicCode(f"WK{gemeente[2:]}{i % 12:02d}", Words(f"Wijk {i}"), gemeente, 2))
    return tuple(codes)


def help_forms() -> tuple[PublicCode, ...]:
    """A total and what is under it, with titles that are hard on everyone; one code is the beginning of another."""
    return (
        PublicCode("T001", Words("Totaal", "Total")),
        *(PublicCode(f"A{i:02d}" if i else "A0", Words(title), "T001", 1, f"Uitleg: {title}") for i, title in enumerate(HOSTILE)),
    )


def periods(n: int) -> tuple[PublicCode, ...]:
    return tuple(PublicCode(code, Words(title), status=status) for code, title, status in PERIODS[:n])


def measure(code: str, name: str, title: str, decimals: int, shape: tuple[int, ...], seed: int, most: int = 5000) -> PublicMeasure:
    """Figures with one in ten withheld, one in forty impossible, and many that are printed zeros."""
    draw = np.random.default_rng(seed)
    values = np.where(draw.random(shape) < 0.2, 0, draw.integers(0, most, shape)).astype(np.int64)
    state = draw.choice(np.array([PRINTED, WITHHELD, IMPOSSIBLE], np.uint8), shape, p=[0.875, 0.1, 0.025])
    values[state != PRINTED] = 0
    return PublicMeasure(code, name, Words(title), f"Uitleg bij {title.lower()}.", "%" if decimals else "aantal", decimals, values, state)


def publication(
    table: str = "gemaakte_tabel",
    *,
    n_regions: int = 30,
    n_periods: int = 3,
    seed: int = 1,
    wijken: bool = False,
    title: str = "Gemaakt; hulpvorm, regio",
    most: int = 5000,
) -> Publication:
    """Regions x forms of help x periods, with two measures (whole, and one decimal)."""
    dimensions = (
        PublicDimension(
            "WijkenEnBuurten" if wijken else "RegioS",
            Words("Regio's", "Regions"),
            "GeoDetail" if wijken else "GeoDimension",
            regions(n_regions),
        ),
        PublicDimension("Hulpvorm", Words("Vorm van hulp", "Form of help"), "Dimension", help_forms()),
        PublicDimension("Perioden", Words("Perioden", "Periods"), "TimeDimension", periods(n_periods)),
    )
    shape = tuple(len(d.codes) for d in dimensions)
    return Publication(
        table,
        "85097NED",
        Words(title, "Made up"),
        Words("Een tabel om mee te toetsen.\n\nTweede alinea.", "A table for tests."),
        "trajecten",
        "Celwacht (proef)",
        date(2025, 4, 30),
        dimensions,
        (
            measure("M000001", "Trajecten", "Begonnen trajecten", 0, shape, seed, most),
            measure("M000002", "Aandeel", "Aandeel in het totaal", 1, shape, seed + 1000, 1000),
        ),
        (
            ("", Words("Een noot bij de tabel.", "A note.")),
            ("Hulpvorm", Words("Een noot bij hulpvorm.")),
            ("Trajecten", Words("Een noot bij trajecten.")),
        ),
    )
