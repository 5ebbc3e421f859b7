"""Jeugdbescherming: stock and flow by type of measure as published, and the orders to place out of home."""

from __future__ import annotations

import numpy as np
from celwacht.tables.demo.care import measures as common
from celwacht.tables.demo.care.flows import Flow
from celwacht.tables.demo.care.measures import Measures
from celwacht.tables.demo.care.targets import published
from celwacht.tables.demo.care.youth_help import Help
from celwacht.tables.demo.country import assumptions as chosen
from celwacht.tables.demo.country.calendar import RUNNING, Span, birthday
from celwacht.tables.demo.country.draw import Floats, Ints
from celwacht.tables.demo.country.people import People, draw_ages

RECORD, FIRST_HALF = "jeugdbescherming", "1e halfjaar 2023"
OTS, VOTS, GUARDIAN = 0, 1, 2
REFERRED_BY_INSTITUTION = 3
"""Position of the gecertificeerde instelling among the referrers."""


def protection_flow(halves: int, share: float) -> Flow:
    """Counts per type: the first half-year as published, then the same inflow and a slower decline."""
    stock, begun, ended = (_by_type(measure) for measure in ("beginstand", "instroom", "uitstroom"))
    declines = np.isin(chosen.PROTECTION, ("11", "21"))
    later = begun + chosen.DECLINE_GOES_ON * (ended - begun) * declines
    return common.with_durations(
        stock, [begun] * halves, [ended] + [later] * (halves - 1), chosen.PROTECTION_BOUNDS, chosen.PROTECTION_DURATIONS, share
    )


def _by_type(measure: str) -> Floats:
    single = [published(RECORD, measure, code, period=FIRST_HALF) for code in chosen.PROTECTION[:3]]
    both = published(RECORD, measure, "22+23", period=FIRST_HALF)
    return np.array([*single, both * (1 - chosen.TEMPORARY_OF_BOTH), both * chosen.TEMPORARY_OF_BOTH])


def simulate_protection(rng: np.random.Generator, people: People, help_: Help, spans: list[Span], share: float) -> Measures:
    """All youth protection measures that run in the spans; most persons are those of `help_`."""
    flow, measures = protection_flow(len(spans), share), Measures()
    rows = common.stock(rng, measures, flow, spans[0])
    _persons(rng, people, help_, measures, rows, spans[0])
    for half, span in enumerate(spans):
        adult = common.come_of_age(people, measures, span)
        rows = common.begin_some(rng, measures, flow.begun[half], span)
        _persons(rng, people, help_, measures, rows[measures.kind[rows] != OTS], span)
        common.end_measures(rng, people, measures, flow, half, span, (VOTS,), adult)
        _reasons(rng, people, measures, span, (VOTS,), share)
        rest = _from_vots(rng, measures, rows[measures.kind[rows] == OTS], span)
        _persons(rng, people, help_, measures, rest, span)
        others = tuple(one for one in range(len(chosen.PROTECTION)) if one != VOTS)
        common.end_measures(rng, people, measures, flow, half, span, others, adult)
        _reasons(rng, people, measures, span, others, share)
    return measures


def _persons(rng: np.random.Generator, people: People, help_: Help, measures: Measures, rows: Ints, span: Span) -> None:
    """Four in five have youth assistance in the same period, mostly with the institution as referrer or with stay."""
    with_help = published("jeugdzorg", "samenloop", "JB+JH") + published("jeugdzorg", "samenloop", "JB+JH+JR")
    fresh = len(rows) - round(len(rows) * with_help / published("jeugdzorg", "samenloop", "JBtotaal"))
    minor_on = span.begin if (measures.begin[rows] < span.begin).all() else span.end
    weights = _weights(people, help_, measures, span, minor_on)
    guardian = measures.kind[rows] == GUARDIAN
    older = np.where(birthday(people.birth, 12) <= span.end, chosen.GUARDIANS_ARE_OLDER, 1.0)
    parts = ((rows[guardian], chosen.GUARDIANSHIP_AGES, older), (rows[~guardian], chosen.PROTECTION_AGES, 1.0))
    for part, age_weights, factor in parts:
        count = round(fresh * len(part) / max(1, len(rows)))
        common.give_persons(rng, people, measures, part, weights * factor, draw_ages(rng, count, age_weights), span.period.year)
        weights[measures.person[part][measures.person[part] < len(weights)]] = 0.0


def _weights(people: People, help_: Help, measures: Measures, span: Span, minor_on: int) -> Floats:
    """Chance per person to have a measure: with youth assistance in the span, not yet 18 on that day, no measure so far."""
    running = (help_.begin <= span.end) & (help_.end >= span.begin)
    weights = np.zeros(len(people))
    weights[help_.person[running]] = 1.0
    weights[help_.person[running & chosen.WITH_STAY[help_.form]]] = 6.0
    weights[help_.person[running & (help_.referrer == REFERRED_BY_INSTITUTION)]] = 25.0
    weights[birthday(people.birth, 18) <= minor_on] = 0.0
    weights[people.birth > span.begin] = 0.0
    busy = measures.person[(measures.person >= 0) & (measures.end >= span.begin)]
    weights[busy] = 0.0
    return weights


def _from_vots(rng: np.random.Generator, measures: Measures, rows: Ints, span: Span) -> Ints:
    """An OTS that follows a VOTS begins the day after; returns the rows that got nobody that way."""
    before = np.flatnonzero(
        (measures.kind == VOTS)
        & (measures.reason == chosen.VOTS_TO_OTS.encode())
        & (measures.end >= span.begin)
        & (measures.end < span.end)
    )
    before = rng.permutation(before)[: len(rows)]
    measures.person[rows[: len(before)]] = measures.person[before]
    measures.begin[rows[: len(before)]] = measures.end[before] + 1
    return rows[len(before) :]


def _reasons(rng: np.random.Generator, people: People, measures: Measures, span: Span, kinds: tuple[int, ...], share: float) -> None:
    """Coming of age has its own reason; then the published counts of a year, halved; then the rest."""
    ended = (measures.end >= span.begin) & (measures.end <= span.end)
    for kind in kinds:
        code = chosen.PROTECTION[kind]
        rows = np.flatnonzero(ended & (measures.kind == kind))
        adult = birthday(people.birth[measures.person[rows]], 18) <= measures.end[rows]
        measures.reason[rows[adult]] = b"01" if kind in (OTS, VOTS) else b"11"
        reasons = ("04",) if kind == OTS else ("12", "13") if kind == GUARDIAN else ()
        fixed = {one: round(published(RECORD, "reden", code, one) * share / 2) for one in reasons}
        common.fill_reasons(rng, measures, rows[~adult], fixed, chosen.OTHER_REASONS[code])


def placements(rng: np.random.Generator, measures: Measures, last_day: int) -> Measures:
    """Orders to place out of home under an OTS: kind 0 is secure (71), kind 1 is not (72)."""
    orders = Measures()
    for kind, part in ((1, chosen.PLACED_OUT), (0, chosen.PLACED_SECURE)):
        rows = np.flatnonzero(measures.kind == OTS)
        rows = rows[rng.random(len(rows)) < part]
        begin = measures.begin[rows] + np.floor(rng.exponential(120.0, len(rows))).astype(np.int64)
        length = 20 + np.floor(rng.exponential(160.0 if kind == 0 else 800.0, len(rows))).astype(np.int64)
        able = begin < np.minimum(measures.end[rows], last_day)
        rows, begin, length = rows[able], begin[able], length[able]
        new = orders.add(begin, np.full(len(rows), kind))
        orders.person[new] = measures.person[rows]
        end = np.minimum(begin + length, measures.end[rows])
        orders.end[new] = np.where(end > last_day, RUNNING, end)
    return orders
