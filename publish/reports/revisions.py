"""How provisional figures turned out before: a figure as it was first published, beside what was published of the same period later.

first 1.000 (Voorlopig, October), later 1.030 (Definitief, a year on)  ->  the first was 2,9 percent lower

Both are published figures; the difference is that of two rounded numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from celwacht.publish.areas.figures import Value, figure, rounded, said
from celwacht.publish.publication.publication import Publication, PublicCode

FINAL = {"Voorlopig": 0, "NaderVoorlopig": 1, "Definitief": 2}
"""Status -> how final it is."""
LOWER, HIGHER = {"nl": "procent lager", "en": "percent lower"}, {"nl": "procent hoger", "en": "percent higher"}
SAME = {"nl": "even hoog", "en": "as high"}
TO, BETWEEN = {"nl": "tot", "en": "to"}, {"nl": "tussen {} en {}", "en": "between {} and {}"}


@dataclass(frozen=True, slots=True)
class Revised:
    """A period whose figure was provisional first. difference: of the first from the later one, in %, as it is said."""

    period: PublicCode
    first: Value
    later: Value
    difference: Fraction


def revised(releases: Sequence[Publication], measure: str, at: Mapping[str, str], kind: str) -> tuple[Revised, ...]:
    """Every period of a kind (JJ, HJ) that was provisional and is more final now, oldest first; those of which either is withheld left out.

    releases: of one table, oldest first.
    """
    told: dict[str, list[tuple[PublicCode, Value]]] = {}
    for publication in releases:
        for code in publication.periods.codes:
            if code.code[4:6] == kind:
                told.setdefault(code.code, []).append((code, figure(publication, measure, {**at, publication.periods.name: code.code})))
    found = []
    for _, versions in sorted(told.items()):
        (first_code, first), (last_code, last) = versions[0], versions[-1]
        if FINAL.get(first_code.status, 2) >= FINAL.get(last_code.status, 2) or first.number is None or not last.number:
            continue
        change = 100 * (first.number - last.number) / last.number
        found.append(Revised(last_code, first, last, rounded(change, 1)))
    return tuple(found)


def summed_up(found: Sequence[Revised], language: str) -> str | None:
    """'1,2 tot 3,4 procent lager'; None where there is nothing to tell of."""
    if not found:
        return None
    low, high = min(r.difference for r in found), max(r.difference for r in found)
    if low == high:
        return difference(low, language)
    if low >= 0 or high <= 0:
        near, far = sorted((abs(low), abs(high)))
        word = LOWER if high <= 0 else HIGHER
        return f"{said(near, 1, language)} {TO[language]} {said(far, 1, language)} {word[language]}"
    return BETWEEN[language].format(difference(low, language), difference(high, language))


def difference(number: Fraction, language: str) -> str:
    """'1,2 procent lager', 'even hoog'."""
    if number == 0:
        return SAME[language]
    return f"{said(abs(number), 1, language)} {(LOWER if number < 0 else HIGHER)[language]}"
