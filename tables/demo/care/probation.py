"""Jeugdreclassering: stock and flow by type of measure as published."""

from __future__ import annotations

import numpy as np
from celwacht.tables.demo.care import measures as common
from celwacht.tables.demo.care.flows import Flow
from celwacht.tables.demo.care.measures import Measures
from celwacht.tables.demo.care.targets import published, shares
from celwacht.tables.demo.care.youth_help import Help
from celwacht.tables.demo.country import assumptions as chosen
from celwacht.tables.demo.country.calendar import RUNNING, Span, year_of
from celwacht.tables.demo.country.draw import Floats, Ints, apportion, quota
from celwacht.tables.demo.country.people import People

RECORD = "jeugdreclassering"
DURATIONS = ("0-91", "91-182", "182-365", "365-730", "730-")
YOUNGEST = 12
BOY = 1


def probation_flow(halves: int, share: float) -> Flow:
    """Counts per type: the stock at the end of 2022 and the inflow of 2022; the stands of 2023 tell what ends."""
    stock, begun, june, december = (
        np.array([_figure(code, what) for code in chosen.PROBATION]) for what in ("stock", "begun", "june", "december")
    )
    ended = [stock + begun - june, june + begun - december] + [begun] * halves
    return common.with_durations(stock, [begun] * halves, ended[:halves], chosen.PROBATION_BOUNDS, _durations(begun), share)


def _durations(begun: Floats) -> Floats:
    """Weights of the classes of duration per type, such that together they are as published."""
    total = shares(RECORD, "duur", "totaal", DURATIONS)
    rows = np.array([chosen.PROBATION_DURATIONS.get(code, total) for code in chosen.PROBATION], dtype=np.float64)
    first = chosen.PROBATION.index("41")
    others = (begun[:, None] * rows).sum(axis=0) - begun[first] * rows[first]
    rows[first] = np.maximum(begun.sum() * total - others, 0.0)
    return rows


def _figure(code: str, what: str) -> float:
    if code in chosen.PROBATION_SMALL:
        return float(chosen.PROBATION_SMALL[code][what == "begun"])
    if what == "stock":
        return float(published(RECORD, "eindstand", code, period="2022"))
    if what == "begun":
        return published(RECORD, "instroom", code, period="2022") / 2
    day = {"june": "30 juni 2023", "december": "31 december 2023"}[what]
    return float(published(RECORD, "stand", code, period=day))


def simulate_probation(
    rng: np.random.Generator, people: People, help_: Help, protection: Measures, spans: list[Span], share: float
) -> Measures:
    """All probation measures that run in the spans; half of the persons are also in youth assistance or protected.

    Part of what begins is for somebody whose measure of another type ended in that half-year.
    """
    flow, measures = probation_flow(len(spans), share), Measures()
    every = tuple(range(len(chosen.PROBATION)))
    rows = common.stock(rng, measures, flow, spans[0])
    _persons(rng, people, help_, protection, measures, rows, spans[0])
    for half, span in enumerate(spans):
        rows = common.begin_some(rng, measures, flow.begun[half], span)
        later = rows[: round(chosen.PROBATION_GOES_ON * len(rows))]
        _persons(rng, people, help_, protection, measures, rows[len(later) :], span)
        measures.end[later] = span.begin - 1  # what goes on does not end in the half-year in which it begins
        common.end_measures(rng, people, measures, flow, half, span, every, rows[:0])
        measures.end[later] = RUNNING
        _persons(rng, people, help_, protection, measures, _after_another(rng, measures, later, span), span)
    return measures


def _persons(
    rng: np.random.Generator, people: People, help_: Help, protection: Measures, measures: Measures, rows: Ints, span: Span
) -> None:
    """With youth assistance, protection, both or neither, as published for 2017."""
    groups = np.array([published("jeugdzorg", "samenloop", one) for one in ("JR+JH+JB", "JR+JB", "JR+JH", "JRalleen")])
    running = (help_.begin <= span.end) & (help_.end >= span.begin)
    in_help, protected = np.zeros(len(people), dtype=bool), np.zeros(len(people), dtype=bool)
    in_help[help_.person[running]] = True
    protected[protection.person[protection.active(span.begin, span.end)]] = True
    weights = _weights(people, measures, span)
    parts = np.split(rng.permutation(rows), np.cumsum(apportion(len(rows), groups))[:-1])
    pools = (in_help & protected, ~in_help & protected, in_help & ~protected, np.zeros(len(people), dtype=bool))
    for part, pool in zip(parts, pools, strict=True):
        new = max(0, len(part) - int(np.count_nonzero(weights * pool)))
        ages = _new_ages(rng, len(part))
        common.give_persons(rng, people, measures, part, weights * pool, new, ages, span.period.year, chosen.PROBATION_BOYS, YOUNGEST)


def _after_another(rng: np.random.Generator, measures: Measures, rows: Ints, span: Span) -> Ints:
    """Lets these measures begin the day after one of another type ended; returns the rows that got nobody that way."""
    left, free = [], np.flatnonzero((measures.end >= span.begin) & (measures.end < span.end) & (measures.person >= 0))
    for kind in range(len(chosen.PROBATION)):
        mine = rows[measures.kind[rows] == kind]
        left.append(common.go_on(rng, measures, mine, free[measures.kind[free] != kind]))
        free = free[~np.isin(measures.person[free], measures.person[mine])]
    return np.concatenate(left)


def _weights(people: People, measures: Measures, span: Span) -> Floats:
    by_age = np.zeros(200)
    by_age[list(chosen.PROBATION_AGES)] = list(chosen.PROBATION_AGES.values())
    weights = by_age[np.clip(span.period.year - year_of(people.birth), 0, 199)]
    weights *= np.where(people.sex == BOY, 4.0, 1.0)
    weights[measures.person[(measures.person >= 0) & (measures.end >= span.begin)]] = 0.0
    return weights


def _new_ages(rng: np.random.Generator, count: int) -> Ints:
    ages, weights = np.array(list(chosen.PROBATION_AGES)), np.array(list(chosen.PROBATION_AGES.values()))
    return np.maximum(ages, YOUNGEST + 1)[quota(rng, count, weights)]
