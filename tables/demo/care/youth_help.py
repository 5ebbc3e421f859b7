"""Trajectories of youth assistance: begun, running and ended as published, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.tables.demo.care.flows import Durations, Flow, end_some, stock_begins
from celwacht.tables.demo.care.targets import published, row, shares
from celwacht.tables.demo.country import assumptions as chosen
from celwacht.tables.demo.country.calendar import RUNNING, Days, Span, begin_days, birthday, new_year
from celwacht.tables.demo.country.draw import Floats, Ints, pick, quota, scaled
from celwacht.tables.demo.country.people import People, draw_ages

RECORD, FIRST_HALF = "jeugdhulp", "1e halfjaar 2023"
DURATION_DETAILS = ("0-91", "91-182", "182-365", "365-730", "730-1095", "1095-1460", "1460-")
DURATION_BOUNDS = np.array([1, 91, 182, 365, 730, 1095, 1460, 2900])
REASONS = ("01", "02", "03", "04", "05")
WIJKTEAM = 0
"""Position of the wijkteam among the forms of help."""


@dataclass(frozen=True, slots=True)
class Help:
    """Trajectories, one per row. `form`, `referrer`, `reason` are positions in the code lists; reason -1: not ended."""

    person: Ints
    begin: Days
    end: Days
    form: Ints
    referrer: Ints
    crisis: np.ndarray
    reason: Ints

    def __len__(self) -> int:
        return len(self.person)

    def __repr__(self) -> str:
        return f"Help({len(self)} trajectories)"


def help_flow(halves: int, share: float) -> Flow:
    """Counts per referrer: the first half-year as published for the first of 2023, then back to the long run.

    "Verwijzer onbekend" is published but cannot be delivered any more: it is counted with the gemeente.
    """
    all_of, begun = (row(RECORD, measure, chosen.REFERRERS, FIRST_HALF) for measure in ("trajecten", "begonnen"))
    all_of[0] += published(RECORD, "trajecten", "onbekend")
    begun[0] += published(RECORD, "begonnen", "onbekend")
    running = float(published(RECORD, "stand", "totaal", period="30 juni 2023"))
    begins, leaving = [begun.astype(np.float64)], [all_of.sum() - running]
    for half in range(1, halves):
        begins.append(begun * (chosen.SECOND_HALF if half % 2 else 1.0))
        surplus = chosen.BACK_TO_STOCK * (running - chosen.STOCK_IN_THE_LONG_RUN)
        leaving.append(begins[-1].sum() + surplus)
        running -= surplus
    ended_2021 = np.array([sum(published(RECORD, "duur", code, one) for one in DURATION_DETAILS) for code in chosen.REFERRERS])
    mixture = (begun / begun.sum() + ended_2021 / ended_2021.sum()) / 2
    ends = [mixture * total for total in leaving]
    durations = Durations(DURATION_BOUNDS, np.array([shares(RECORD, "duur", code, DURATION_DETAILS) for code in chosen.REFERRERS]))
    return Flow(
        scaled(all_of - begun, share), tuple(scaled(one, share) for one in begins), tuple(scaled(one, share) for one in ends), durations
    )


def simulate_help(rng: np.random.Generator, people: People, spans: list[Span], share: float) -> Help:
    """All trajectories that run in the spans; adds their persons to `people`."""
    flow = help_flow(len(spans), share)
    begin, referrer = stock_begins(rng, flow.stock, flow.durations, spans[0].begin)
    form = _forms(rng, referrer, chosen.FORMS_IN_STOCK)
    state = Help(
        np.full(len(begin), -1),
        begin,
        np.full(len(begin), RUNNING, dtype=np.int32),
        form,
        referrer,
        rng.random(len(begin)) < chosen.CRISIS_BY_FORM[form],
        np.full(len(begin), -1),
    )
    for half, span in enumerate(spans):
        state = _append(state, _beginning(rng, flow.begun[half], span))
        _give_persons(rng, people, state, span, half, share)
        end_some(rng, state.begin, state.end, state.referrer, _ending_weights(people, state, span), flow.ended[half], flow.durations, span)
        _give_reasons(rng, state, span)
    _separate(state)
    return state


def _forms(rng: np.random.Generator, referrer: Ints, weights: Floats) -> Ints:
    form = np.empty(len(referrer), dtype=np.int64)
    for which, one in enumerate(weights):
        rows = np.flatnonzero(referrer == which)
        form[rows] = quota(rng, len(rows), one)
    return form


def _beginning(rng: np.random.Generator, counts: Ints, span: Span) -> Help:
    total = int(counts.sum())
    referrer = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    form = _forms(rng, referrer, chosen.FORMS_IN_FLOW)
    return Help(
        np.full(total, -1),
        begin_days(rng, span, total),
        np.full(total, RUNNING, dtype=np.int32),
        form,
        referrer,
        rng.random(total) < chosen.CRISIS_BY_FORM[form],
        np.full(total, -1),
    )


def _append(first: Help, second: Help) -> Help:
    parts = ((getattr(first, name), getattr(second, name)) for name in Help.__slots__)
    return Help(*(np.concatenate(pair) for pair in parts))


def _give_persons(rng: np.random.Generator, people: People, state: Help, span: Span, half: int, share: float) -> None:
    """Names a person for every row without one: somebody new, or somebody who has or had other help."""
    rows = rng.permutation(np.flatnonzero(state.person < 0))
    stock = rows[state.begin[rows] < span.begin] if half == 0 else rows[:0]
    fresh = round(chosen.FIRST_PERSONS * share)
    if len(stock):
        _new_persons(rng, people, state, stock[:fresh], span)
        _known_persons(rng, people, state, stock[fresh:], span)
        rows = rows[state.begin[rows] >= span.begin]
    fresh = round(chosen.NEW_PERSONS[min(half, 1)] * len(rows))
    _new_persons(rng, people, state, rows[:fresh], span)
    _known_persons(rng, people, state, rows[fresh:], span)


def _new_persons(rng: np.random.Generator, people: People, state: Help, rows: Ints, span: Span) -> None:
    age = np.empty(len(rows), dtype=np.int64)
    for form, weights in enumerate(chosen.AGE_BY_FORM):
        mine = np.flatnonzero(state.form[rows] == form)
        age[mine] = draw_ages(rng, len(mine), weights)
    state.person[rows] = people.add(rng, age, span.period.year, state.begin[rows])


def _known_persons(rng: np.random.Generator, people: People, state: Help, rows: Ints, span: Span) -> None:
    """Names somebody met before who is not yet 18, often one with the same form of help; else somebody new.

    Two providers may give the same form to one person at a time. A wijkteam has no second, so there it is not allowed.
    """
    if not len(people):
        return _new_persons(rng, people, state, rows, span)
    general, of_form, in_team = _known_weights(people, state, span)
    for _ in range(6):
        person = pick(rng, general, len(rows))
        same = rng.random(len(rows)) < chosen.TO_SAME_FORM[state.form[rows]]
        for form in np.unique(state.form[rows]):
            mine = same & (state.form[rows] == form)
            if of_form[form].any():
                person[mine] = pick(rng, of_form[form], int(mine.sum()))
        free = (state.form[rows] != WIJKTEAM) | (~in_team[person] & _first_of_its_kind(person, len(people)))
        free &= (people.birth[person] < state.begin[rows]) & (general[person] > 0)
        state.person[rows[free]] = person[free]
        in_team[person[free & (state.form[rows] == WIJKTEAM)]] = True
        rows = rows[~free]
    _new_persons(rng, people, state, rows, span)


def _known_weights(people: People, state: Help, span: Span) -> tuple[Floats, list[Floats], np.ndarray]:
    """Chance per person to get further help; the same per form for those who have it; and who is with a wijkteam."""
    there = np.flatnonzero(state.person >= 0)
    person, form = state.person[there], state.form[there]
    last = np.zeros(len(people), dtype=np.int64)
    np.maximum.at(last, person, state.end[there])
    weights = np.where(last >= span.begin, 1.0, np.where(last >= span.begin - 365, 0.9, 0.15))
    weights[birthday(people.birth, 18) <= span.end] = 0.0
    has = np.zeros((len(chosen.FORMS), len(people)), dtype=bool)
    has[form, person] = True
    stay = has[chosen.WITH_STAY].any(axis=0)
    of_form = [weights * (stay if chosen.WITH_STAY[which] else has[which]) for which in range(len(chosen.FORMS))]
    in_team = np.zeros(len(people), dtype=bool)
    in_team[person[(form == WIJKTEAM) & (state.end[there] >= span.begin)]] = True
    return np.where(stay, chosen.STAY_ALSO_HELPED, 1.0) * weights, of_form, in_team


def _first_of_its_kind(key: Ints, size: int) -> np.ndarray:
    """Where a key occurs for the first time."""
    first = np.full(size, -1)
    first[key[::-1]] = np.arange(len(key))[::-1]
    return first[key] == np.arange(len(key))


def _separate(state: Help) -> None:
    """No two records of one person begin with the same form on the same day: that is the key of a record."""
    for _ in range(30):
        order = np.lexsort((state.begin, state.form, state.person))
        keys = (state.person, state.form, state.begin)
        same = np.all([np.diff(one[order]) == 0 for one in keys], axis=0)
        if not same.any():
            return
        state.begin[order[1:][same]] -= 1


def _ending_weights(people: People, state: Help, span: Span) -> Floats:
    weights = chosen.ENDS_SOONER[state.form].copy()
    adult = birthday(people.birth, 18)[state.person] <= span.end
    weights[adult] *= chosen.ADULT_ENDS_SOONER[state.form[adult]]
    weights[(new_year(span.period.year - 21) > people.birth[state.person])] *= 50
    return weights


def reason_weights() -> Ints:
    """Published ends by referrer (rows) and reason; "geen verwijzer" is what is left of the total."""
    counts = np.array([[published(RECORD, "reden", code, reason) for reason in REASONS] for code in chosen.REFERRERS])
    total = np.array([published(RECORD, "reden", "totaal", reason) for reason in REASONS])
    counts[chosen.REFERRERS.index("06")] = total - counts.sum(axis=0)
    return counts


def _give_reasons(rng: np.random.Generator, state: Help, span: Span) -> None:
    ended = (state.end >= span.begin) & (state.end <= span.end)
    for which, weights in enumerate(reason_weights()):
        rows = np.flatnonzero(ended & (state.referrer == which))
        state.reason[rows] = quota(rng, len(rows), weights)
