"""Where the made-up people live: real regions (table_specs/regions), postal codes with made-up letters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from celwacht.tables import home, region_files
from celwacht.tables.demo.country import assumptions as chosen
from celwacht.tables.demo.country.draw import Floats, Ints, pick

LETTERS = [a + b for a in "ABCDEGHJKLMNPRSTVWXZ" for b in "ABCDEGHJKLMNPRSTVWXZ" if a + b not in ("SA", "SD", "SS")]
"""Pairs of letters that occur in postal codes."""
NOT_IN_LIST = "ZZ"
"""The letters of postal codes that are too new for the list: kept free."""
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Places:
    """The wijken of the demo and their gemeenten (positions in these arrays), and the postal codes in them."""

    share: float
    """Part of the young people of the Netherlands that lives here."""
    gemeenten: np.ndarray
    names: np.ndarray
    region: Ints
    """Position of the jeugdregio per gemeente."""
    regions: np.ndarray
    wijken: np.ndarray
    gemeente: Ints
    """Gemeente per wijk."""
    young: Floats
    """Estimated persons of 0-22 per wijk."""
    europe: Floats
    outside_europe: Floats
    postcodes: np.ndarray
    """dtype S6, sorted by wijk; those of wijk w are first[w] up to first[w + 1]."""
    first: Ints

    def __repr__(self) -> str:
        return f"Places({len(self.wijken)} wijken, {len(self.postcodes)} postcodes)"


def _rows(name: str) -> region_files.Rows:
    """Those of this installation: the demo is the same in every project."""
    return region_files.rows_of(home.PACKAGED / region_files.FOLDER / name)


def load_places(province: str | None = None) -> Places:
    """The places of one province, or of the whole country."""
    everywhere = _rows("gemeenten_2023.csv")
    here = [row for row in everywhere if province in (None, row["provincie"])]
    share = sum(int(row["jongeren_0_23"]) for row in here) / sum(int(row["jongeren_0_23"]) for row in everywhere)
    position = {row["gemeente"]: number for number, row in enumerate(here)}
    regions = sorted({row["jeugdregio"] for row in here})
    wijken = [row for row in _rows("wijken_2020.csv") if row["gemeente"] in position]
    people = np.array([max(1, int(row["inwoners"])) for row in wijken], dtype=np.float64)
    postcodes, first = _postcodes([row["wijk"] for row in wijken])
    young = np.array([int(row["jongeren_0_23"]) for row in wijken], dtype=np.float64) * (np.diff(first) > 0)
    inside = np.array([position[row["gemeente"]] for row in wijken])
    return Places(
        share,
        np.array([row["gemeente"] for row in here]),
        np.array([row["naam"] for row in here]),
        np.array([regions.index(row["jeugdregio"]) for row in here]),
        np.array(regions),
        np.array([row["wijk"] for row in wijken]),
        inside,
        young,
        np.array([int(row["westers"]) for row in wijken]) / people,
        np.array([int(row["niet_westers"]) for row in wijken]) / people,
        postcodes,
        first,
    )


def _postcodes(wijken: list[str]) -> tuple[np.ndarray, Ints]:
    """One postal code per so many young people of a wijk; a pair of letters is used once per four digits."""
    parts: dict[str, list[tuple[str, int]]] = {wijk: [] for wijk in wijken}
    whole: dict[str, int] = {}
    for row in _rows("postcode4_2020.csv"):
        count = max(1, int(row["jongeren_0_23"]) // chosen.YOUNG_PER_POSTCODE) if int(row["jongeren_0_23"]) else 0
        whole[row["postcode4"]] = whole.get(row["postcode4"], 0) + count
        if row["wijk"] in parts and count:
            parts[row["wijk"]].append((row["postcode4"], count))
    used: dict[str, int] = {}
    codes, first = [], [0]
    for wijk in wijken:
        for four, count in parts[wijk]:
            count = max(1, min(count, count * 380 // whole[four]))
            start = used.get(four, 0)
            codes += [four + pair for pair in LETTERS[start : start + count] if pair != NOT_IN_LIST]
            used[four] = start + count
        first.append(len(codes))
    return np.array(codes, dtype="S6"), np.array(first)


def choose_wijken(rng: np.random.Generator, places: Places, count: int) -> Ints:
    """A wijk for each of `count` persons: by population, but gemeenten and wijken differ in how much help they use."""
    by_gemeente = np.exp(rng.normal(0.0, chosen.GEMEENTE_SPREAD, len(places.gemeenten)))
    by_wijk = np.exp(rng.normal(0.0, chosen.WIJK_SPREAD, len(places.wijken)))
    return pick(rng, places.young * by_gemeente[places.gemeente] * by_wijk, count)


def choose_postcodes(rng: np.random.Generator, places: Places, wijk: Ints) -> Ints:
    """A postal code (its position) in each wijk."""
    first = places.first[wijk]
    return first + np.floor((places.first[wijk + 1] - first) * rng.random(len(wijk))).astype(np.int64)


def move(rng: np.random.Generator, places: Places, wijk: Ints) -> Ints:
    """The next wijk of who moves: mostly in the same gemeente, else anywhere."""
    new = pick(rng, places.young, len(wijk))
    near = rng.random(len(wijk)) < chosen.MOVES_WITHIN_GEMEENTE
    for gemeente in np.unique(places.gemeente[wijk[near]]):
        mine = np.flatnonzero(near & (places.gemeente[wijk] == gemeente))
        new[mine] = pick(rng, places.young * (places.gemeente == gemeente), len(mine))
    return new


def write_postcodes(places: Places, path: Path) -> None:
    """The list of postal codes of the office: postcode, wijk, gemeente."""
    wijk = np.repeat(np.arange(len(places.wijken)), np.diff(places.first))
    table = pd.DataFrame(
        {
            "postcode": places.postcodes.astype("U6").astype(object),
            "wijk": places.wijken[wijk].astype(object),
            "gemeente": places.gemeenten[places.gemeente[wijk]].astype(object),
        }
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("postcodes", table)
        connection.execute("COPY (SELECT * FROM postcodes ORDER BY postcode) TO ? (FORMAT parquet)", [str(path)])
