"""Made-up deliveries of the law of 2011: every record kind of one quarter, into data/deliveries of this project.

    python examples/wet_2011/make_deliveries.py examples/wet_2011/data 2013KW01
    celwacht --project examples/wet_2011 publish w11_kwartaal_1 2013 --embargo "2013-05-01 09:00"

Nothing in it is anybody's: numbers, days and kinds are drawn, the same for the same quarter. Codes and fields are those of the layouts.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from celwacht.tables import home, region_files
from celwacht.tables.periods import Period
from celwacht.tables.sources.layouts import Layout, load_layout, row_of, to_csv

MANY = {"w11_clienttraject": 2600, "w11_zorgtraject": 2200, "w11_zorgvorm": 2600, "w11_aanspraak": 1800, "w11_amk_contact": 1500}
"""Records of a kind; of the others FEW."""
FEW = 900
PEOPLE = 3000
PROVINCES = ("PV20", "PV21", "PV22")
SOURCE = (
    "version: 1\nsource: {nl: Verzonnen gegevens naar het besluit van 2011, en: Made-up data after the decree of 2011}\nmade_up: true\n"
)


def kinds() -> list[str]:
    """The record kinds of this project."""
    return sorted(path.name.removesuffix("_2011.yaml") for path in home.files("layouts") if path.name.endswith("_2011.yaml"))


def people(draw: random.Random, period: Period) -> list[dict[str, str]]:
    """Children of 0 to 17, each in one gemeente; the more in the first ones."""
    places = [row["gemeente"] for row in region_files.gemeenten(2023) if row["provincie"] in PROVINCES]
    found = []
    for number in range(PEOPLE):
        born = period.begin - timedelta(days=draw.randint(30, 17 * 365))
        place = places[min(draw.randrange(len(places)), draw.randrange(len(places)))]
        found.append({"nummer": f"J{number:06d}", "geboortedatum": f"{born:%Y%m%d}", "geslacht": draw.choice("VM"), "gemeente": place})
    return found


def records(layout: Layout, period: Period, everybody: list[dict[str, str]], draw: random.Random) -> list[tuple[str, ...]]:
    """Records that ran in the period, or of events in it; one per person and kind at most."""
    end = layout.role("end")
    rows = []
    for person in draw.sample(everybody, min(MANY.get(layout.record, FEW), len(everybody))):
        begin = period.begin + timedelta(days=draw.randrange(90))
        if end is not None and draw.random() < 0.6:  # it ran already; never from before birth
            begin = period.begin - timedelta(days=draw.randrange(1, 700))
            begin = max(begin, date.fromisoformat(person["geboortedatum"])) if layout.birth else begin
        values = dict(person) | {layout.fields[0].name: person["nummer"]}
        for field in layout.fields:
            if field.type == "code" and field.name not in person:
                values[field.name] = draw.choice(field.codes).code if field.required or draw.random() < 0.8 else ""
        values |= _days(layout, period, begin, draw)
        rows.append(row_of(layout, values))
    return rows


def _days(layout: Layout, period: Period, begin: date, draw: random.Random) -> Mapping[str, str]:
    """The days of a record: some end in the period, others are a while after the begin and not after the period."""
    found = {}
    for field in layout.fields:
        if field.type != "datum":
            continue
        day = begin if field.role == "begin" else begin + timedelta(days=draw.randrange(100))
        if field.role == "end":
            day = max(begin, period.begin) + timedelta(days=draw.randrange(180))
        if field.name in ("bedreiging", "uitspraak", "aanmelding"):
            day = begin - timedelta(days=draw.randrange(1, 120))
        found[field.name] = f"{day:%Y%m%d}" if day <= period.end else ""
    return found


def main(data: Path, code: str) -> None:
    """Writes the deliveries of one quarter and says how many records they hold."""
    period, draw = Period.parse(code), random.Random(code)
    (data / "deliveries").mkdir(parents=True, exist_ok=True)
    (data / "source.yaml").write_text(SOURCE, encoding="utf-8")
    with home.using(Path(__file__).resolve().parent / "specs"):
        everybody, written, those = people(draw, period), 0, kinds()
        for kind in those:
            layout = load_layout(kind, period)
            rows = records(layout, period, everybody, draw)
            (data / "deliveries" / f"{kind}_00000001_{code}.csv").write_bytes(to_csv(layout, rows))
            written += len(rows)
    print(f"{written:,} records of {len(those)} kinds in {data / 'deliveries'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
