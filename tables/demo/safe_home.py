"""Deliveries of Veilig Thuis: advice, reports and investigations, near the figures published for a half-year. Nobody is in them.

Published (StatLine 84849NED, the Netherlands): 84,935 pieces of advice begun and 66,270 reports received in the first half of 2025; by who
asked or reported, of 2023, per thousand: health care, education, youth care, day care, justice, and all professionals. All else is an assumption of this project: one organisation per province (there are 25), gemeenten by their inhabitants, the shares below, one
investigation for every seven reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from celwacht.tables import region_files
from celwacht.tables.demo.country.calendar import half_years
from celwacht.tables.demo.provider_file import add_providers
from celwacht.tables.sources.layouts import load_layout, row_of, to_csv

ADVICE, REPORTS, INVESTIGATIONS = 84_935, 66_270, 9_467
"""Of the Netherlands in a half-year."""
SMALL = "PV22"
REASONS = (24, 2, 4, 5, 1, 6, 14, 24, 14, 6)
CAPACITY = (50, 8, 4, 48, 22, 50, 28, 12, 140, 30, 44, 16, 50, 13, 30, 31, 126, 126, 63, 16, 16, 77)
REPORTER = (40, 12, 2, 17, 28, 24, 13, 6, 75, 8, 13, 5, 660, 12, 0, 12, 18, 20, 14, 10, 1, 10)
NATURE = (22, 4, 34, 4, 8, 4, 2, 16, 0, 0, 5, 1)
DECISION = (14, 56, 6, 24)
OUTCOME = (4, 14, 34, 3, 15, 25, 1, 2, 2)
KIND = "veilig_thuis"
"""As in column `soort` of aanbieders.csv."""
INVESTIGATE = "N01"
SECOND = 0.25
"""Part of advice, reports and investigations with a second reason, nature or outcome."""


def write_safe_home(folder: Path, scale: str, seed: int, years: Sequence[int]) -> int:
    """Writes the deliveries of every organisation and half-year, as CSV, to folder/deliveries, and a line for each organisation behind
    folder/aanbieders.csv; how many deliveries. The same scale, seed and years give the same bytes, beside whatever else is in the demo."""
    rng = np.random.Generator(np.random.PCG64([seed, 2015]))
    rows = region_files.gemeenten(2023)
    everybody = sum(int(row["inwoners"]) for row in rows)
    files, listed = 0, list[tuple[str, str, str, str]]()
    for number, province in enumerate(sorted({row["provincie"] for row in rows}), 1):
        here = [row for row in rows if row["provincie"] == province]
        people = np.array([int(row["inwoners"]) for row in here], dtype=np.float64)
        if scale == "small" and province != SMALL:
            continue
        codes, organisation = np.array([row["gemeente"] for row in here]), f"{99000000 + number:08d}"
        listed.append((organisation, f"Veilig Thuis {here[0]['provincienaam']} (demo)", KIND, str(codes[people.argmax()])))
        for span in half_years(tuple(years)):
            place = _Place(rng, codes, people / people.sum(), span.period.begin, span.period.end, people.sum() / everybody)
            for record, texts in (("vt_advies", _advice(place)), ("vt_melding", _reports(place)), ("vt_onderzoek", _investigations(place))):
                layout = load_layout(record, span.period)
                target = folder / "deliveries" / f"{record}_{organisation}_{span.period.code}.csv"
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(to_csv(layout, [row_of(layout, one) for one in texts]))
                files += 1
    add_providers(folder / "aanbieders.csv", listed)
    return files


class _Place:
    """What one organisation draws from in one half-year."""

    def __init__(self, rng: np.random.Generator, codes: np.ndarray, chance: np.ndarray, begin: date, end: date, share: float):
        self.rng, self.codes, self.chance, self.begin, self.end, self.share = rng, codes, chance, begin, end, share

    def some(self, national: int) -> int:
        return round(national * self.share)

    def gemeenten(self, n: int) -> list[str]:
        return [str(code) for code in self.rng.choice(self.codes, n, p=self.chance)]

    def days(self, n: int) -> list[date]:
        length = (self.end - self.begin).days + 1
        return [self.begin + timedelta(days=int(d)) for d in self.rng.integers(0, length, n)]

    def codes_of(self, weights: Sequence[int], n: int) -> list[str]:
        chance = np.array(weights, dtype=np.float64)
        return [f"N{int(i) + 1:02d}" for i in self.rng.choice(len(weights), n, p=chance / chance.sum())]

    def several(self, weights: Sequence[int], n: int) -> list[tuple[str, ...]]:
        """One code, or two that differ, for each."""
        first, second = self.codes_of(weights, n), self.codes_of(weights, n)
        twice = self.rng.random(n) < SECOND
        return [(a, b) if two and a != b else (a,) for a, b, two in zip(first, second, twice)]

    def numbers(self, letter: str, n: int) -> list[str]:
        """Numbers of cases, unique for the organisation."""
        return [f"{letter}{self.begin:%y%m}{i:06d}" for i in range(1, n + 1)]


def _advice(place: _Place) -> list[dict[str, str]]:
    n = place.some(ADVICE)
    days, gemeenten, who = place.days(n), place.gemeenten(n), place.codes_of(CAPACITY, n)
    return [
        {"adviesnummer": number, "datum": f"{day:%Y%m%d}", "gemeente": gemeente, "aanleiding": code, "hoedanigheid": one}
        for number, day, gemeente, codes, one in zip(place.numbers("A", n), days, gemeenten, place.several(REASONS, n), who)
        for code in codes
    ]


def _reports(place: _Place) -> list[dict[str, str]]:
    n = place.some(REPORTS)
    days, gemeenten, who = place.days(n), place.gemeenten(n), place.codes_of(REPORTER, n)
    decided = [day + timedelta(days=int(wait)) for day, wait in zip(days, place.rng.gamma(2.0, 3.0, n))]
    decisions, natures = place.codes_of(DECISION, n), place.several(NATURE, n)
    texts = []
    investigations = iter(place.numbers("O", n))
    for number, day, gemeente, one, late, decision, codes in zip(
        place.numbers("M", n), days, gemeenten, who, decided, decisions, natures, strict=True
    ):
        known = late <= place.end  # what is not decided yet has no day of a decision
        case = next(investigations) if decision == INVESTIGATE else ""  # the numbers of those that are completed in the same half-year
        common = {"meldingsnummer": number, "datum": f"{day:%Y%m%d}", "gemeente": gemeente, "hoedanigheid": one, "vervolg": decision}
        texts += [{**common, "onderzoeksnummer": case, "aard": code, "datum_triage": f"{late:%Y%m%d}" if known else ""} for code in codes]
    return texts


def _investigations(place: _Place) -> list[dict[str, str]]:
    n = place.some(INVESTIGATIONS)
    ended, gemeenten = place.days(n), place.gemeenten(n)
    begun = [day - timedelta(days=10 + int(wait)) for day, wait in zip(ended, place.rng.gamma(3.0, 20.0, n))]
    return [
        {
            "onderzoeksnummer": number,
            "datum_start": f"{first:%Y%m%d}",
            "datum_afronding": f"{last:%Y%m%d}",
            "gemeente": gemeente,
            "uitkomst": code,
        }
        for number, first, last, gemeente, codes in zip(place.numbers("O", n), begun, ended, gemeenten, place.several(OUTCOME, n))
        for code in codes
    ]
