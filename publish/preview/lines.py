"""The rows of a preview, for screen and page: titles of the categories, then a figure per period and policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from celwacht.disclosure.model.status import Status
from celwacht.publish.preview.trial import MARKS, Trial
from celwacht.publish.publication.publication import IMPOSSIBLE, WITHHELD, Publication, PublicMeasure, Words
from celwacht.publish.review.loss_report.markup import Figures


@dataclass(frozen=True, slots=True)
class Row:
    """One combination of categories. `figures`: a text per column; `kinds`: published, primary, secondary, zero or nothing."""

    titles: tuple[str, ...]
    figures: tuple[str, ...]
    kinds: tuple[str, ...]


def in_language(words: Words, language: str) -> str:
    return words.en if language == "en" and words.en else words.nl


def head(trials: Sequence[Trial], language: str) -> tuple[list[str], list[str]]:
    """Names of the dimensions but Perioden, and of the columns of figures: periods, each under every policy."""
    shown = published(trials)
    names = [in_language(d.title, language) for d in shown[0].dimensions[:-1]]
    periods = [in_language(c.title, language) for c in shown[0].periods.codes]
    several = len(shown) > 1
    return names, [f"{p}, {t.policy}" if several else p for p in periods for t in trials if isinstance(t.outcome, Publication)]


def published(trials: Sequence[Trial]) -> list[Publication]:
    """The trials that the gate let pass."""
    return [t.outcome for t in trials if isinstance(t.outcome, Publication)]


def rows(trials: Sequence[Trial], measure: int, language: str) -> Iterator[Row]:
    """Every combination of categories in the order of the table, with the figures of one measure."""
    passed = [(t, t.outcome) for t in trials if isinstance(t.outcome, Publication)]
    dimensions = passed[0][1].dimensions
    figures = Figures(language)
    for place in product(*(range(len(d.codes)) for d in dimensions[:-1])):
        titles = tuple(in_language(d.codes[i].title, language) for d, i in zip(dimensions[:-1], place, strict=True))
        cells = [
            _cell(shown.measures[measure], t, (*place, period), figures)
            for period in range(len(dimensions[-1].codes))
            for t, shown in passed
        ]
        yield Row(titles, tuple(text for text, _ in cells), tuple(kind for _, kind in cells))


def _cell(measure: PublicMeasure, trial: Trial, place: tuple[int, ...], figures: Figures) -> tuple[str, str]:
    status = Status(int(trial.status[place]))
    if measure.state[place] == IMPOSSIBLE:
        return "", "nothing"
    if measure.state[place] == WITHHELD:  # a share is withheld also where only its whole is
        return MARKS.get(status, "."), {Status.PRIMARY: "primary", Status.ZERO: "zero"}.get(status, "secondary")
    return figures.value(int(measure.values[place]), measure.decimals), "published"


def differing(trials: Sequence[Trial]) -> int:
    """In how many cells one policy withholds and another prints."""
    passed = [t for t in trials if isinstance(t.outcome, Publication)]
    if len(passed) < 2:
        return 0
    withheld = [t.status != Status.PUBLISHED for t in passed]
    return int((sum(w.astype(int) for w in withheld) % len(withheld) != 0).sum())
