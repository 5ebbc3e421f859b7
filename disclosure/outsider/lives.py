"""When a trajectory counts: every moment and period is a set of *lives* (first day, last day, day of beginning), written as a bitmask.

Days between two edges of periods are alike, so that a few hundred lives stand for all; those that no question tells apart are one bit. Stock and flow,
halves and year, quarters, and classes such as `began in the period` then are relations between sets, like those of any other classification.

Example, of one half-year:  gebruik = 0b111 (ran before and ended, ran through, began) ; uitstroom = 0b001 ; stand = 0b110.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from celwacht.tables.periods import Period

Question = tuple[str, str]
"""(what, period code). what: instroom, uitstroom, gebruik, stand, stand+ (the last day counts too), or begins or ends with a class number."""
Life = tuple[date, date | None, date | None]


def asked(what: str, period: Period, life: Life) -> bool:
    """Whether a life answers to a question."""
    first, last, begun = life
    began = begun is not None and period.begin <= begun <= period.end
    ended = last is not None and period.begin <= last <= period.end
    ran_already = first < period.begin
    return {
        "instroom": began,
        "uitstroom": ended,
        "gebruik": first <= period.end and (last is None or last >= period.begin),
        "stand": first <= period.end and (last is None or last > period.end),
        "stand+": first <= period.end and (last is None or last >= period.end),
        "begins 0": ran_already and not began,
        "begins 1": began,
        "begins 2": not ran_already and not began,
        "ends 0": ended,
        "ends 1": not ended,
    }[what]


def edges(periods: Iterable[Period]) -> list[date]:
    """The days on both sides of every edge of the periods, in order: between two of them no answer changes."""
    return sorted({d + timedelta(days=k) for p in periods for d in (p.begin, p.end) for k in (-1, 0, 1)})


def every_life(days: list[date], handed_on: bool) -> Iterator[Life]:
    """Every life from one of these days to another, or without end."""
    for i, first in enumerate(days):
        for last in (*days[i:], None):
            if not handed_on:
                yield first, last, first
                continue
            for begun in (None, *(d for d in days[i:] if last is None or d <= last)):
                yield first, last, begun


def sets_of_lives(questions: Iterable[Question], handed_on: bool) -> dict[Question, int]:
    """Every question as the set of lives that answer to it. handed_on: trajectories may be taken over, so that they begin on another day than
    their first, or on none that is known."""
    questions = list(dict.fromkeys(questions))
    periods = {code: Period.parse(code) for _, code in questions}
    kinds: dict[tuple[bool, ...], int] = {}
    for life in every_life(edges(periods.values()), handed_on):
        answers = tuple(asked(what, periods[code], life) for what, code in questions)
        if any(answers):
            kinds.setdefault(answers, len(kinds))
    return {q: sum(1 << bit for answers, bit in kinds.items() if answers[i]) for i, q in enumerate(questions)}
