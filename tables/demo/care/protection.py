"""Jeugdbescherming: stock and flow by type of measure as published, and the orders to place out of home."""

from __future__ import annotations

import numpy as np
from celwacht.tables.demo.care import measures as common
from celwacht.tables.demo.care.flows import Flow
from celwacht.tables.demo.care.measures import Measures
from celwacht.tables.demo.care.targets import published
from celwacht.tables.demo.care.youth_help import Help
from celwacht.tables.demo.country import assumptions as chosen
from celwacht.tables.demo.country.calendar import RUNNING, Span, birthday, year_of
from celwacht.tables.demo.country.draw import Floats, Ints
from celwacht.tables.demo.country.people import People, born_before, draw_ages

RECORD, FIRST_HALF = "jeugdbescherming", "1e halfjaar 2023"
OTS, VOTS, GUARDIAN = 0, 1, 2
REFERRED_BY_INSTITUTION = 3
"""Position of the gecertificeerde instelling among the referrers."""


def protection_flow(halves: int, share: float) -> Flow:
    """Counts per type: the first half-year as published, then the same inflow and a slower decline."""
    stock, begun, ended = (_by_type(measure) for measure in ("beginstand", "instroom", "uitstroom"))
    later = begun + chosen.DECLINE_GOES_ON * (ended - begun)
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
    """Four in five have youth assistance in the same period, mostly with the institution as referrer or with stay.

    Who is under guardianship has the published ages: those of the stand, on the eve of the first day.
    """
    stock = bool((measures.begin[rows] < span.begin).all())
    guardian = measures.kind[rows] == GUARDIAN
    mine, others = rows[guardian], rows[~guardian]
    ages = draw_ages(rng, len(mine), guardians_by_age() if stock else chosen.NEW_GUARDIANS) + stock
    ages = born_before(rng, ages, span.period.year - year_of(measures.begin[mine]))
    weights = _weights(people, help_, measures, span, stock)
    for age in np.unique(ages):
        part = mine[ages == age]
        of_age = weights * (span.period.year - year_of(people.birth[: len(weights)]) == age)
        common.give_persons(rng, people, measures, part, of_age, _without_help(len(part)), ages[ages == age], span.period.year)
    weights = _weights(people, help_, measures, span, stock)
    ages = draw_ages(rng, len(others), chosen.PROTECTION_AGES)
    common.give_persons(rng, people, measures, others, weights, _without_help(len(others)), ages, span.period.year)


def _without_help(count: int) -> int:
    """How many of so many with a measure have no youth assistance, as published for 2017."""
    with_help = published("jeugdzorg", "samenloop", "JB+JH") + published("jeugdzorg", "samenloop", "JB+JH+JR")
    return count - round(count * with_help / published("jeugdzorg", "samenloop", "JBtotaal"))


def guardians_by_age() -> Floats:
    """Published numbers under guardianship by single year of age."""
    return np.array([published(RECORD, "stand leeftijd voogdij", str(age)) for age in range(18)], dtype=np.float64)


def _weights(people: People, help_: Help, measures: Measures, span: Span, stock: bool) -> Floats:
    """Chance per person to have a measure: with youth assistance in the span, not yet 18, no measure so far."""
    running = (help_.begin <= span.end) & (help_.end >= span.begin)
    weights = np.zeros(len(people))
    weights[help_.person[running]] = 1.0
    weights[help_.person[running & chosen.WITH_STAY[help_.form]]] = 6.0
    weights[help_.person[running & (help_.referrer == REFERRED_BY_INSTITUTION)]] = 25.0
    weights[birthday(people.birth, 18) <= (span.begin if stock else span.end)] = 0.0
    weights[people.birth > span.begin] = 0.0
    busy = measures.person[(measures.person >= 0) & (measures.end >= span.begin)]
    weights[busy] = 0.0
    return weights


def _from_vots(rng: np.random.Generator, measures: Measures, rows: Ints, span: Span) -> Ints:
    """An OTS that follows a VOTS begins the day after; returns the rows that got nobody that way."""
    to_ots = (measures.kind == VOTS) & (measures.reason == chosen.VOTS_TO_OTS.encode())
    return common.go_on(rng, measures, rows, np.flatnonzero(to_ots & (measures.end >= span.begin) & (measures.end < span.end)))


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
