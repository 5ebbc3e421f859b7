"""The records that providers deliver: which of them are in a delivery of a period, and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.tables.demo.care.measures import Measures
from celwacht.tables.demo.care.youth_help import REASONS, Help
from celwacht.tables.demo.country import assumptions as chosen
from celwacht.tables.demo.country.addresses import Traits, day_texts
from celwacht.tables.demo.country.calendar import RUNNING, Days, Span
from celwacht.tables.demo.country.draw import Ints
from celwacht.tables.demo.country.places import NOT_IN_LIST, Places
from celwacht.tables.demo.files import Texts
from celwacht.tables.demo.providers import Providers, assign_measures

UNKNOWN_NUMBER, UNBORN_NUMBER, UNBORN_BIRTH = b"999999999", b"000000000", b"00000000"


@dataclass(frozen=True, slots=True)
class Records:
    """What one kind of provider has in its files over the whole time, one row per trajectory and provider."""

    record: str
    person: Ints
    begin: Days
    end: Days
    provider: Ints
    codes: dict[str, np.ndarray]
    at_end: tuple[str, ...]
    """Codes that are told only once it has ended."""
    number_known: np.ndarray
    unborn: np.ndarray
    postcode_known: np.ndarray
    postcode_listed: np.ndarray
    handed_over: Days
    """Last day with this provider; RUNNING where it stays."""
    taken_over: Days
    """First day with this provider; -1 where it began there."""

    def __len__(self) -> int:
        return len(self.person)

    def __repr__(self) -> str:
        return f"Records({self.record}, {len(self)})"

    def in_period(self, span: Span) -> Ints:
        """Rows that are delivered for the period, sorted by provider."""
        begin, last = np.maximum(self.begin, self.taken_over), np.minimum(self.end, self.handed_over)
        rows = np.flatnonzero((begin <= span.end) & (last >= span.begin))
        return rows[np.argsort(self.provider[rows], kind="stable")]


def _records(
    rng: np.random.Generator,
    record: str,
    person: Ints,
    begin: Days,
    end: Days,
    provider: Ints,
    providers: Providers,
    codes: dict[str, np.ndarray],
    at_end: tuple[str, ...],
) -> Records:
    count = len(person)
    none = np.full(count, RUNNING, dtype=np.int32)
    return Records(
        record,
        person,
        begin,
        end,
        provider,
        codes,
        at_end,
        rng.random(count) >= chosen.BSN_UNKNOWN,
        np.zeros(count, dtype=bool),
        rng.random(count) >= providers.municipality_only[provider],
        rng.random(count) >= chosen.POSTCODE_TOO_NEW,
        none,
        np.full(count, -1, dtype=np.int32),
    )


def help_records(rng: np.random.Generator, help_: Help, provider: Ints, providers: Providers, spans: list[Span]) -> Records:
    """Records of jeugdhulp. A few children are unborn: only where the help begins and ends in one period."""
    codes = {
        "verwijzer": np.array(chosen.REFERRERS, dtype="S2")[help_.referrer],
        "hulpvorm": np.array(chosen.FORMS, dtype="S2")[help_.form],
        "crisis": np.where(help_.crisis, b"01", b"02"),
        "reden": np.where(help_.reason >= 0, np.array(REASONS, dtype="S2")[help_.reason], b""),
    }
    records = _records(rng, "jeugdhulp", help_.person, help_.begin, help_.end, provider, providers, codes, ("reden",))
    able = np.zeros(len(help_), dtype=bool)
    for span in spans:
        able |= (help_.begin >= span.begin) & (help_.end <= span.end) & ~chosen.WITH_STAY[help_.form]
    wanted = chosen.UNBORN * len(help_) / max(1, int(able.sum()))
    records.unborn[:] = able & (rng.random(len(help_)) < wanted)
    return records


def measure_records(
    rng: np.random.Generator,
    record: str,
    measures: Measures,
    types: tuple[str, ...],
    places: Places,
    traits: Traits,
    providers: Providers,
    spans: list[Span],
) -> Records:
    """Records of jeugdbescherming, jeugdreclassering or machtiging_uhp; some measures are handed over on the way."""
    provider = assign_measures(rng, providers, places.region[traits.gemeente[measures.person, 0]], measures.person)
    codes, at_end = {"type": np.array(types, dtype="S2")[measures.kind]}, ()
    if record == "jeugdbescherming":
        codes["reden"], at_end = measures.reason, ("reden",)
    if record == "jeugdreclassering":
        codes |= {
            "reden": np.zeros(len(measures), dtype="S2"),
            "drp": _drawn(rng, ("41", "42", "43"), chosen.RISK_AT_END, len(measures)),
            "doorverwijzing": _drawn(rng, ("51", "52"), chosen.REFERRED_AT_END, len(measures)),
            "interventie": _drawn(rng, ("01", "02"), chosen.INTERVENTION, len(measures)),
        }
        at_end = ("drp", "doorverwijzing", "interventie")
    records = _records(rng, record, measures.person, measures.begin, measures.end, provider, providers, codes, at_end)
    return records if record == "machtiging_uhp" else _hand_over(rng, records, providers, spans)


def _drawn(rng: np.random.Generator, codes: tuple[str, ...], shares: tuple[float, ...], count: int) -> np.ndarray:
    return rng.choice(np.array(codes, dtype="S2"), count, p=shares)


def _hand_over(rng: np.random.Generator, records: Records, providers: Providers, spans: list[Span]) -> Records:
    """Hands some running measures over: the first institution keeps them until a day, the second has them after it."""
    first, last = spans[0].begin + 30, spans[-1].end - 30
    able = np.flatnonzero((records.begin < first) & (records.end > last))
    rows = able[rng.random(len(able)) < min(1.0, chosen.HANDED_OVER * len(spans) * len(records) / max(1, len(able)))]
    day = rng.integers(first, last - 1, len(rows)).astype(np.int32)
    records.handed_over[rows] = day
    institutions = providers.of_kind("instelling")
    step = rng.integers(1, len(institutions), len(rows))
    other = institutions[(records.provider[rows] - institutions[0] + step) % len(institutions)]
    both = np.r_[np.arange(len(records)), rows]
    grown = {name: getattr(records, name)[both] for name in Records.__slots__ if isinstance(getattr(records, name), np.ndarray)}
    grown["provider"][len(records) :] = other
    grown["taken_over"][len(records) :] = day + 1
    grown["handed_over"][len(records) :] = RUNNING
    return Records(
        record=records.record, at_end=records.at_end, codes={name: values[both] for name, values in records.codes.items()}, **grown
    )


def texts_of(records: Records, rows: Ints, span: Span, half: int, traits: Traits, places: Places) -> Texts:
    """What stands in these records in the delivery of the period; `half` is the number of its half-year."""
    person = records.person[rows]
    known, unborn = records.number_known[rows], records.unborn[rows]
    ended = (records.end[rows] <= span.end) & (records.handed_over[rows] > span.end)
    texts = {
        "bsn": np.where(unborn, UNBORN_NUMBER, np.where(known, traits.number[person], UNKNOWN_NUMBER)),
        "geboortedatum": np.where(unborn, UNBORN_BIRTH, traits.birth[person]),
        "geslacht": np.where(unborn, b"O", traits.sex[person]),
        "postcode": _places_of(records, rows, half, traits, places),
    }
    texts |= {name: np.where(ended | (name not in records.at_end), values[rows], b"") for name, values in records.codes.items()}
    taken = records.taken_over[rows]
    texts["aanvang"] = _days(records.begin[rows], taken < 0)
    texts["einde"] = _days(records.end[rows], ended)
    texts["overgedragen"] = _days(records.handed_over[rows], records.handed_over[rows] <= span.end)
    texts["overgedragen_gekregen"] = _days(taken, taken >= 0)
    return texts


def _days(days: Days, shown: np.ndarray) -> np.ndarray:
    texts = np.zeros(len(days), dtype="S8")
    texts[shown] = day_texts(days[shown])
    return texts


def _places_of(records: Records, rows: Ints, half: int, traits: Traits, places: Places) -> np.ndarray:
    """The postal code at the time; the code of the gemeente where that is not known; one with new letters at times."""
    person = records.person[rows]
    now = (traits.moved[person] <= half).astype(np.int64)
    code = traits.postcode[person, now]
    new = ~records.postcode_listed[rows]
    code[new] = np.array([one[:4] + NOT_IN_LIST.encode() for one in code[new].tolist()], dtype="S6")
    municipal = places.gemeenten.astype("S6")[traits.gemeente[person, now]]
    return np.where(records.postcode_known[rows], code, municipal)
