"""Which records of a file are alike, and what tells them apart; whether what one person has overlaps."""

from __future__ import annotations

from collections.abc import Sequence

from celwacht.tables.new_source.columns import Column, one_each
from celwacht.tables.new_source.guess import Guess
from celwacht.tables.new_source.words import NUMBERS
from celwacht.tables.written_days import digits_of


def twins(found: Guess) -> list[int]:
    """Records (from 0) of which the person, the begin, the kind and `also` are those of an earlier one: a delivery may not have them."""
    return _twins(found, found.also)


def _twins(found: Guess, also: Sequence[Column]) -> list[int]:
    days = [digits_of(text, found.dates) for text in found.begin.texts]
    seen: set[tuple[str | None, ...]] = set()
    again = []
    for row, key in enumerate(zip(found.who, _years(found), days, found.kind.texts, *(one.texts for one in also))):
        if key in seen:
            again.append(row)
        seen.add(key)
    return again


def _years(found: Guess) -> Sequence[str]:
    """The year of delivery of each record, '' of a file of one."""
    return found.year.texts if found.year else [""] * len(found.who)


def tell_apart(found: Guess) -> tuple[Column, ...]:
    """What was said to be the kind too, and one more column, where with it no records are alike: a category that is filled in everywhere, or
    the number of the record."""
    if not _twins(found, found.also):
        return found.also
    full = [one for one in (*found.rest, *found.categories) if one.is_full and one is not found.kind]
    full = [one for one in full if one is not found.sex and (one in found.categories or one.called(*NUMBERS))]
    return next(((*found.also, one) for one in full if not _twins(found, (*found.also, one))), found.also)


def is_of_person(column: Column, found: Guess) -> bool:
    """Whether nobody has two values of it."""
    return one_each(column, found.who)


def overlaps(found: Guess) -> bool:
    """Whether somebody's record begins before an earlier one of the same kind has ended."""
    if found.end is None:
        return False
    last: dict[tuple[str, str, str], str] = {}
    days = [(digits_of(a, found.dates) or "", digits_of(b, found.dates) or "99999999") for a, b in zip(found.begin.texts, found.end.texts)]
    for (begin, end), who in sorted(zip(days, zip(found.who, _years(found), found.kind.texts))):
        if begin <= last.get(who, ""):
            return True
        last[who] = max(end, last.get(who, ""))
    return False
