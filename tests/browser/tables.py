"""Tables for the browser: one with everything a chart and a map need, one of wijken, one whose words attack the page."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
from celwacht.publish.publication.publication import PRINTED, WITHHELD, Publication, PublicCode, PublicDimension, PublicMeasure, Words

REGIONS = Path(__file__).resolve().parents[2] / "table_specs" / "regions"
HOSTILE = "<img src=x onerror=window.attacked=1>"
"""Runs when it is read as markup: the page must show these letters."""
PERIODS = tuple(
    PublicCode(f"{year}{part}", Words(f"{year}{nl}", f"{year}{en}"), status=status)
    for year, status in ((2021, "Definitief"), (2022, "Definitief"), (2023, "NaderVoorlopig"), (2024, "Voorlopig"))
    for part, nl, en in (("HJ01", " 1e halfjaar", " first half"), ("HJ02", " 2e halfjaar", " second half"), ("JJ00", "", ""))
)
SEXES = (
    PublicCode("T001038", Words("Totaal mannen en vrouwen", "Men and women, total")),
    PublicCode("3000", Words("Mannen", "Men"), "T001038", 1),
    PublicCode("4000", Words("Vrouwen", "Women"), "T001038", 1),
)
AGES = (
    PublicCode("10000", Words("Totaal leeftijd", "Age, total")),
    *(
        PublicCode(f"CWLF0{i}", Words(f"{a} tot {b} jaar", f"{a} to {b} years"), "10000", 1)
        for i, (a, b) in enumerate(((0, 4), (4, 12), (12, 18), (18, 23)), 1)
    ),
)
FORMS = (
    PublicCode("CWJH12", Words("Totaal jeugdhulp", "Youth help, total")),
    PublicCode("A042503", Words("Jeugdhulp zonder verblijf", "Youth help without stay"), "CWJH12", 1),
    PublicCode("A027918", Words("Jeugdhulp met verblijf", "Youth help with stay"), "CWJH12", 1),
)


def gemeenten() -> list[dict[str, str]]:
    with (REGIONS / "gemeenten_2023.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def regions(provinces: tuple[str, ...]) -> tuple[PublicCode, ...]:
    """The country, provinces, their jeugdregio's and gemeenten, with the codes of StatLine."""
    codes = [PublicCode("NL01", Words("Nederland", "Netherlands"))]
    rows = [r for r in gemeenten() if r["provincie"] in provinces]
    for province in provinces:
        own = [r for r in rows if r["provincie"] == province]
        codes.append(PublicCode(province, Words(f"{own[0]['provincienaam']} (PV)"), "NL01", 1))
        for jeugdregio in sorted({r["jeugdregio"] for r in own}):
            inner = [r for r in own if r["jeugdregio"] == jeugdregio]
            codes.append(PublicCode(jeugdregio, Words(f"{inner[0]['jeugdregionaam']} (JZ)"), province, 2))
            codes += [PublicCode(r["gemeente"], Words(r["naam"]), jeugdregio, 3) for r in inner]
    return tuple(codes)


def figures(shape: tuple[int, ...], weights: tuple[np.ndarray, ...], seed: int, decimals: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Figures that grow with the weights of their codes, rounded to 5; what is under 10 is withheld, and one in twelve besides."""
    draw = np.random.default_rng(seed)
    size = np.ones(shape)
    for axis, weight in enumerate(weights):
        size = size * weight.reshape([-1 if k == axis else 1 for k in range(len(shape))])
    values = (draw.integers(40, 180, shape) if decimals else (np.round(size * draw.uniform(0.85, 1.15, shape) / 5) * 5)).astype(np.int64)
    state = np.where((draw.random(shape) < 1 / 12) | (values < 10), WITHHELD, PRINTED).astype(np.uint8)
    values[state != PRINTED] = 0
    return values, state


def table(name: str, title: Words, dimensions: tuple[PublicDimension, ...], seed: int, footnotes=(), base: float = 4000) -> Publication:
    shape = tuple(len(d.codes) for d in dimensions)
    weights = tuple(
        np.array([(base if k == 0 else 1) * (0.4**c.depth) * (0.7 if c.code.endswith(("HJ01", "HJ02")) else 1) for c in d.codes])
        for k, d in enumerate(dimensions)
    )
    count, share = figures(shape, weights, seed), figures(shape, weights, seed + 1, 1)
    measures = (
        PublicMeasure(
            "M000001", "Jongeren", Words("Jongeren met jeugdhulp", "Young people with help"), "Aantal jongeren.", "aantal", 0, *count
        ),
        PublicMeasure(
            "M000002", "Aandeel", Words("Jongeren met jeugdhulp, relatief", "Young people with help, relative"), "Aandeel.", "%", 1, *share
        ),
    )
    return Publication(
        name,
        "85100NED",
        title,
        Words("Een tabel om mee te toetsen.", "A table for tests."),
        "jongeren",
        "Celwacht (proef)",
        date(2025, 4, 30),
        dimensions,
        measures,
        footnotes,
    )


def youths() -> Publication:
    """Everything that charts and map use: form x age x sex x region x periods."""
    return table(
        "jongeren_proef",
        Words("Jongeren met jeugdhulp; vorm, leeftijd, geslacht, regio", "Young people with help; form, age, sex, region"),
        (
            PublicDimension("VormenVanJeugdzorg", Words("Vormen van jeugdzorg", "Forms of youth care"), "Dimension", FORMS),
            PublicDimension("Leeftijd", Words("Leeftijd", "Age"), "Dimension", AGES),
            PublicDimension("Geslacht", Words("Geslacht", "Sex"), "Dimension", SEXES),
            PublicDimension("RegioS", Words("Regio's", "Regions"), "GeoDimension", regions(("PV20", "PV22"))),
            PublicDimension("Perioden", Words("Perioden", "Periods"), "TimeDimension", PERIODS),
        ),
        4,
        (
            ("", Words("Een noot bij de hele tabel.", "A note to the whole table.")),
            ("Leeftijd", Words("Op de laatste dag van de periode.", "On the last day of the period.")),
        ),
    )


def districts(national: bool = False) -> Publication:
    """Wijken under their gemeente: of Drenthe, or the largest table there is."""
    own = {r["gemeente"]: r["naam"] for r in gemeenten() if national or r["provincie"] == "PV22"}
    with (REGIONS / "wijken_2020.csv").open(encoding="utf-8") as file:
        wijken = [r for r in csv.DictReader(file) if r["gemeente"] in own]
    codes = []
    for gemeente, name in own.items():
        codes.append(PublicCode(gemeente, Words(name)))
        codes += [PublicCode(r["wijk"], Words(r["naam"]), gemeente, 1) for r in wijken if r["gemeente"] == gemeente]
    return table(
        "wijken_proef",
        Words("Jongeren met jeugdhulp; hulpvorm, wijken", "Young people with help; form, districts"),
        (
            PublicDimension("VormenVanJeugdzorg", Words("Vormen van jeugdzorg", "Forms of youth care"), "Dimension", FORMS),
            PublicDimension("WijkenEnBuurten", Words("Wijken", "Districts"), "GeoDetail", tuple(codes)),
            PublicDimension("Perioden", Words("Perioden", "Periods"), "TimeDimension", PERIODS[-1:]),
        ),
        5,
        base=900,
    )


def hostile() -> Publication:
    """Markup in every word that a reader gets to see, and in a code."""
    attack = Words(f"{HOSTILE} nl", f"{HOSTILE} en")
    codes = (
        PublicCode("T", Words(f"Totaal {HOSTILE}")),
        PublicCode("<b>1", Words("<script>window.attacked=1</script>"), "T", 1, HOSTILE),
        PublicCode("\"'><svg/onload=window.attacked=1>", Words("</td></tr></table><h1>kop</h1>"), "T", 1),
        PublicCode("javascript:window.attacked=1", Words("${window.attacked=1} {{1+1}}"), "T", 1),
    )
    made = table(
        "vijandig",
        attack,
        (
            PublicDimension("Vorm", attack, "Dimension", codes),
            PublicDimension(
                "RegioS",
                attack,
                "GeoDimension",
                (
                    PublicCode("PV22", attack),
                    PublicCode("GM0106", Words(f"Assen {HOSTILE}"), "PV22", 1),
                    PublicCode("GM0114", Words(HOSTILE), "PV22", 1),
                ),
            ),
            PublicDimension(
                "Perioden",
                Words("Perioden"),
                "TimeDimension",
                (
                    PublicCode("2023JJ00", Words(f"2023 {HOSTILE}"), status="Definitief"),
                    PublicCode("2024JJ00", Words("2024"), status="Voorlopig"),
                ),
            ),
        ),
        6,
        (("", attack), ("Vorm", Words(HOSTILE)), ("Jongeren", Words(f"<style>*{{display:none}}</style>{HOSTILE}"))),
    )
    return made
