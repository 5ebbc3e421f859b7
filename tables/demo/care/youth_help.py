"""Trajectories of youth assistance: begun, running and ended as published, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.tables.demo.care.flows import Durations, Flow, end_some, stock_begins
from celwacht.tables.demo.care.targets import published, row, shares
from celwacht.tables.demo.country import assumptions as chosen
from celwacht.tables.demo.country.calendar import RUNNING, Days, Span, begin_days, birthday, new_year, year_of
from celwacht.tables.demo.country.draw import Floats, Ints, fitted, pick, quota, scaled
from celwacht.tables.demo.country.people import People, ages_by_group, born_before, draw_ages

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
    """Counts per referrer: what begins as published for the first half of 2023; as many end in each half-year as in 2021.

    "Verwijzer onbekend" is published but cannot be delivered any more: it is counted with the gemeente.
    """
    stock, begun = at_first()
    begins = [begun * (chosen.SECOND_HALF if half % 2 else 1.0) for half in range(halves)]
    ended = np.array([sum(published(RECORD, "duur", code, one) for one in DURATION_DETAILS) for code in chosen.REFERRERS])
    in_half = sum(published(RECORD, "duur", "totaal", one) for one in DURATION_DETAILS) / 2
    ends = (begun / begun.sum() + ended / ended.sum()) / 2 * in_half
    durations = Durations(DURATION_BOUNDS, np.array([shares(RECORD, "duur", code, DURATION_DETAILS) for code in chosen.REFERRERS]))
    return Flow(scaled(stock, share), tuple(scaled(one, share) for one in begins), (scaled(ends, share),) * halves, durations)


def at_first() -> tuple[Floats, Floats]:
    """Per referrer, in the first half of 2023: running on the first day, and begun."""
    all_of, begun = (row(RECORD, measure, chosen.REFERRERS, FIRST_HALF) for measure in ("trajecten", "begonnen"))
    all_of[0] += published(RECORD, "trajecten", "onbekend")
    begun[0] += published(RECORD, "begonnen", "onbekend")
    return (all_of - begun) * chosen.MORE_IN_STOCK, begun.astype(np.float64)


def forms_by_referrer() -> tuple[Floats, Floats]:
    """Weights of the forms of help (columns) by referrer (rows), in the stock and in what begins.

    The forms together are as published for the first half of 2022, the referrers as for that of 2023; what there is more in
    2023 is without stay, for help with stay went down.
    """
    stock, begun = at_first()
    rows = np.concatenate([stock, begun])
    together = row(RECORD, "trajecten vorm", chosen.FORMS).astype(np.float64)
    stay = together[chosen.WITH_STAY].sum()
    together[~chosen.WITH_STAY] *= (rows.sum() - stay) / (together.sum() - stay)
    table = fitted(np.concatenate([chosen.FORMS_IN_STOCK, chosen.FORMS_IN_FLOW]), rows, together)
    return table[: len(stock)], table[len(stock) :]


def ages_in_stock() -> Floats:
    """Age on 31 December of who runs on the first day of that year: as published, a year on."""
    single = [float(published("jeugdzorg", "stand leeftijd", str(age))) for age in range(19)]
    oldest = published("jeugdzorg", "stand leeftijd", "19-")
    return np.array([0.01, *single, *(part * oldest for part in chosen.OLDEST)])


def simulate_help(rng: np.random.Generator, people: People, spans: list[Span], share: float) -> Help:
    """All trajectories that run in the spans; adds their persons to `people`."""
    flow = help_flow(len(spans), share)
    begin, referrer = stock_begins(rng, flow.stock, flow.durations, spans[0].begin)
    in_stock, in_flow = forms_by_referrer()
    form = _forms(rng, referrer, in_stock)
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
        state = _append(state, _beginning(rng, flow.begun[half], in_flow, span))
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


def _beginning(rng: np.random.Generator, counts: Ints, forms: Floats, span: Span) -> Help:
    total = int(counts.sum())
    referrer = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    form = _forms(rng, referrer, forms)
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
        _new_persons(rng, people, state, stock[:fresh], span, ages_in_stock())
        _known_persons(rng, people, state, stock[fresh:], span)
        rows = rows[state.begin[rows] >= span.begin]
    fresh = round(chosen.NEW_PERSONS[min(half, 1)] * len(rows))
    _new_persons(rng, people, state, rows[:fresh], span, chosen.NEW_AGES)
    _known_persons(rng, people, state, rows[fresh:], span)


def _new_persons(rng: np.random.Generator, people: People, state: Help, rows: Ints, span: Span, ages: Floats) -> None:
    """Somebody new for each row; `ages` has the weights of the ages on 31 December of all of them together."""
    form, year = state.form[rows], span.period.year
    by_form = ages_by_group(np.bincount(form, minlength=len(chosen.FORMS)), chosen.AGE_BY_FORM, ages)
    age = np.empty(len(rows), dtype=np.int64)
    for which in np.unique(form):
        mine = np.flatnonzero(form == which)
        drawn = draw_ages(rng, len(mine), by_form[which])
        age[mine] = born_before(rng, drawn, year - year_of(state.begin[rows[mine]]))
    state.person[rows] = people.add(rng, age, year, state.begin[rows])


def _known_persons(rng: np.random.Generator, people: People, state: Help, rows: Ints, span: Span) -> None:
    """Names somebody met before who is not yet 18, often one with the same form of help; else somebody new.

    Two providers may give the same form to one person at a time. A wijkteam has no second, so there it is not allowed.
    """
    if not len(people):
        return _new_persons(rng, people, state, rows, span, chosen.NEW_AGES)
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
    _new_persons(rng, people, state, rows, span, chosen.NEW_AGES)


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
    of_form = [weights * (has[which] + chosen.OTHER_STAY * stay * chosen.WITH_STAY[which]) for which in range(len(chosen.FORMS))]
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
