"""What a record tells about a person: number, date of birth, sex, address, and which of these are unknown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.tables.demo.country import assumptions as chosen
from celwacht.tables.demo.country.draw import Floats, Ints, quota
from celwacht.tables.demo.country.people import SEXES, People, ServiceNumbers
from celwacht.tables.demo.country.places import Places, choose_postcodes, choose_wijken, move

NEVER = 10**6


@dataclass(frozen=True, slots=True)
class Traits:
    """One row per person: texts as they stand in a record, and two addresses with the half-year of the move."""

    number: np.ndarray
    birth: np.ndarray
    sex: np.ndarray
    postcode: np.ndarray
    """dtype S6, n x 2."""
    gemeente: Ints
    """n x 2 positions."""
    moved: Ints
    """Half-year from which the second address holds; NEVER for who stays."""
    wijk: Ints

    def __repr__(self) -> str:
        return f"Traits({len(self.number)} persons)"


def make_traits(rng: np.random.Generator, people: People, places: Places, halves: int, numbers: ServiceNumbers) -> Traits:
    """Addresses and texts for all persons. numbers: what their service numbers are taken from."""
    count = len(people)
    wijk = choose_wijken(rng, places, count)
    moved = np.full(count, NEVER)
    leaves = rng.random(count) < chosen.MOVES_PER_HALF_YEAR * (halves - 1)
    moved[leaves] = rng.integers(1, max(2, halves), int(leaves.sum()))
    second = wijk.copy()
    second[leaves] = move(rng, places, wijk[leaves])
    codes = [choose_postcodes(rng, places, wijk), choose_postcodes(rng, places, second)]
    codes[1][~leaves] = codes[0][~leaves]
    return Traits(
        numbers.take(rng, count).astype("S9"),
        _births(rng, people),
        np.array(SEXES, dtype="S1")[people.sex],
        np.stack([places.postcodes[one] for one in codes], axis=1),
        np.stack([places.gemeente[wijk], places.gemeente[second]], axis=1),
        moved,
        wijk,
    )


def _births(rng: np.random.Generator, people: People) -> np.ndarray:
    """JJJJMMDD, with 00 for a day, or a day and a month, that is not known."""
    texts = day_texts(people.birth).view("S1").reshape(-1, 8).copy()
    unknown = rng.random(len(people))
    texts[unknown < chosen.BIRTH_DAY_UNKNOWN, 6:] = b"0"
    texts[unknown < chosen.BIRTH_MONTH_UNKNOWN, 4:] = b"0"
    return texts.view("S8").ravel()


def day_texts(days: np.ndarray) -> np.ndarray:
    """Day numbers as JJJJMMDD, dtype S8."""
    first, last = int(days.min(initial=0)), int(days.max(initial=0))
    every = np.arange(first, last + 1).astype("datetime64[D]").astype("S10").view("S1").reshape(-1, 10)
    table = np.ascontiguousarray(every[:, [0, 1, 2, 3, 5, 6, 8, 9]]).view("S8").ravel()
    return np.ascontiguousarray(table[days - first])


def characteristics(
    rng: np.random.Generator, places: Places, traits: Traits, person: Ints, with_stay: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Type of household and origin of each person, as codes; `with_stay` per row of `person`."""
    household = np.empty(len(person), dtype=np.int64)
    for rows, shares in ((~with_stay, chosen.HOUSEHOLDS), (with_stay, chosen.HOUSEHOLDS_WITH_STAY)):
        household[rows] = quota(rng, int(rows.sum()), shares)
    outside, europe = _origin_shares(places, traits.wijk[person])
    level = rng.random(len(person))
    origin = np.where(level < outside, 2, np.where(level < outside + europe, 1, 0))
    origin[rng.random(len(person)) < 0.004] = 3
    return np.array([b"1", b"2", b"3", b"9"])[household], np.array([b"1", b"2", b"3", b"9"])[origin]


def _origin_shares(places: Places, wijk: Ints) -> tuple[Floats, Floats]:
    """Parts of the young of a wijk with origin outside Europe and in Europe, from those of all its inhabitants."""
    return np.minimum(0.8, 1.15 * places.outside_europe[wijk]), np.minimum(0.3, 0.65 * places.europe[wijk])
