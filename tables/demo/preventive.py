"""Activities in the preventive judicial framework: what institutions do without a measure, delivered among the measures as type 31.

Drawn from a generator of their own, so that nothing else of the demo depends on them. How many there are is not published: a choice.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
from celwacht.tables.demo.country import assumptions as chosen
from celwacht.tables.demo.country.calendar import RUNNING, Span, birthday
from celwacht.tables.demo.country.draw import Ints
from celwacht.tables.demo.country.people import People
from celwacht.tables.demo.providers import Providers
from celwacht.tables.demo.records import Records

TYPE = b"31"
"""Of the activities, and of the reason with which they end."""
OF_MEASURES = ("drp", "doorverwijzing", "interventie")


def with_preventive(seed: int, records: Records, people: People, providers: Providers, spans: list[Span], share: float) -> Records:
    """The records with these activities under them: one per person, begun from a year before the first period on."""
    rng = np.random.Generator(np.random.PCG64([seed, 31, *records.record.encode()]))
    first = spans[0].begin - 365
    wanted = round(chosen.PREVENTIVE[records.record] * share * (len(spans) + 2))
    begin = rng.integers(first, spans[-1].end, wanted)
    end = begin + 14 + np.floor(rng.exponential(chosen.PREVENTIVE_DAYS, wanted)).astype(np.int64)
    youngest, oldest = chosen.PREVENTIVE_AGES[records.record]
    person = rng.permutation(len(people))[:wanted]
    wanted = len(person)
    begin, end = begin[:wanted], end[:wanted]
    fits = (birthday(people.birth[person], youngest) <= begin) & (birthday(people.birth[person], oldest) > end) & (end >= spans[0].begin)
    return _under(records, person[fits], begin[fits], np.where(end > spans[-1].end, RUNNING, end)[fits], rng, providers)


def _under(records: Records, person: Ints, begin: Ints, end: Ints, rng: np.random.Generator, providers: Providers) -> Records:
    count = len(person)
    made = {
        "person": person,
        "begin": begin.astype(np.int32),
        "end": end.astype(np.int32),
        "provider": rng.choice(providers.of_kind("instelling"), count),
        "number_known": np.ones(count, dtype=bool),
        "unborn": np.zeros(count, dtype=bool),
        "postcode_known": rng.random(count) < 0.8,
        "postcode_listed": np.ones(count, dtype=bool),
        "handed_over": np.full(count, RUNNING, dtype=np.int32),
        "taken_over": np.full(count, -1, dtype=np.int32),
    }
    whole: dict[str, Any] = {f.name: np.concatenate([getattr(records, f.name), made[f.name]]) for f in fields(records) if f.name in made}
    codes = {name: np.concatenate([values, np.full(count, _code(name))]) for name, values in records.codes.items()}
    return replace(records, codes=codes, at_end=tuple(dict.fromkeys((*records.at_end, "reden"))), **whole)


def _code(name: str) -> bytes:
    return b"" if name in OF_MEASURES else TYPE
