"""The whole made-up country, or one province of it: persons, trajectories, providers, and the records that follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from celwacht.tables.demo.care.measures import Measures
from celwacht.tables.demo.care.probation import simulate_probation
from celwacht.tables.demo.care.protection import placements, simulate_protection
from celwacht.tables.demo.care.youth_help import Help, simulate_help
from celwacht.tables.demo.country import assumptions as chosen
from celwacht.tables.demo.country.addresses import Traits, make_traits
from celwacht.tables.demo.country.calendar import Span, half_years
from celwacht.tables.demo.country.people import People, ServiceNumbers
from celwacht.tables.demo.country.places import Places, load_places
from celwacht.tables.demo.preventive import with_preventive
from celwacht.tables.demo.providers import Providers, assign_help, make_providers
from celwacht.tables.demo.records import Records, help_records, measure_records

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done and how many there are."""
SCALES = ("national", "small")
TIMES = {"10x": 10, "100x": 100}
"""So many countries in the same places, for who has the machines (`write_demo`, times)."""
FIRST_YEAR, LAST_YEAR = 2023, 2026
"""The division in gemeenten and the layouts that the demo uses hold in these years."""
MOST_YEARS = 3
ORDERS = ("71", "72")


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that the deliveries are made from."""

    years: tuple[int, ...]
    spans: list[Span]
    places: Places
    people: People
    help: Help
    protection: Measures
    probation: Measures
    orders: Measures

    def __repr__(self) -> str:
        return f"Model({self.years}, {self.people})"


def simulate(rng: np.random.Generator, scale: str, years: tuple[int, ...]) -> Model:
    """Persons and trajectories. ValueError for a scale or years that the demo does not have."""
    if scale not in SCALES:
        raise ValueError(f"'{scale}' is not a scale of the demo; choose one of {', '.join(SCALES)}")
    in_a_row = years == tuple(range(years[0], years[0] + len(years))) if years else False
    if not in_a_row or years[0] < FIRST_YEAR or years[-1] > LAST_YEAR or len(years) > MOST_YEARS:
        raise ValueError(f"the years must be one to {MOST_YEARS} in a row, from {FIRST_YEAR} to {LAST_YEAR}")
    places = load_places(chosen.SMALL_PROVINCE if scale == "small" else None)
    people, spans = People(), half_years(years)
    help_ = simulate_help(rng, people, spans, places.share)
    protection = simulate_protection(rng, people, help_, spans, places.share)
    probation = simulate_probation(rng, people, help_, protection, spans, places.share)
    return Model(years, spans, places, people, help_, protection, probation, placements(rng, protection, spans[-1].end))


def records_of(
    rng: np.random.Generator, model: Model, numbers: ServiceNumbers | None = None, country: int = 0
) -> tuple[Traits, Providers, list[Records]]:
    """Addresses, providers, and the records of each kind. numbers, country: of one of several countries, whose persons and providers
    are others than those of the countries before."""
    places, spans = model.places, model.spans
    traits = make_traits(rng, model.people, places, len(spans), numbers or ServiceNumbers())
    providers = make_providers(rng, places, country)
    given = model.help
    provider = assign_help(rng, providers, places, traits.gemeente[given.person, 0], given.person, given.form, given.begin, given.end)
    kinds = (
        ("jeugdbescherming", model.protection, chosen.PROTECTION),
        ("jeugdreclassering", model.probation, chosen.PROBATION),
        ("machtiging_uhp", model.orders, ORDERS),
    )
    helped = help_records(rng, given, provider, providers, spans)
    measures = [measure_records(rng, record, found, types, places, traits, providers, spans) for record, found, types in kinds]
    for n, one in enumerate(measures):
        if one.record in chosen.PREVENTIVE:
            measures[n] = with_preventive(len(model.people), one, model.people, providers, spans, places.share)
    return traits, providers, [helped, *measures]
