"""The files of a column of numbers: what it counts, its bounds, and classes of it."""

from __future__ import annotations

import itertools

from celwacht.tables.new_source.columns import LARGEST, Column, Numbers
from celwacht.tables.new_source.guess import Guess
from celwacht.tables.new_source.words_in_files import both, class_head, header_of, lined, range_line, unknown_line


def limits_of(one: Column) -> str:
    """Decimals and the lowest number, for the layout."""
    numbers = _numbers(one)
    return (f", decimals: {numbers.decimals}" if numbers.decimals else "") + (f", least: -{LARGEST}" if min(numbers.values) < 0 else "")


def unit_of(one: Column) -> str:
    """What a number counts as it is kept: hundredths of what has two decimals."""
    places = _numbers(one).decimals
    return f"1/{10**places} {one.title.strip()}"[:40] if places else one.title.strip()[:40]


def _numbers(one: Column) -> Numbers:
    assert one.numbers is not None
    return one.numbers


def numbers_text(found: Guess, one: Column) -> str:
    """classifications/FIELD.yaml of a number: four classes of about as many records, with round limits."""
    numbers = _numbers(one)
    ordered, limits = sorted(numbers.values), list[int]()
    for quarter in (1, 2, 3):
        limit = _round(ordered[len(ordered) * quarter // 4])
        if limit > (limits[-1] if limits else ordered[0]):
            limits.append(limit)
    limits = limits or [ordered[-1]]
    guess = f"change the limits; they are in {unit_of(one)}"
    lines = class_head(found, one.name, "ranges", f"{header_of(one)}  # guess: the header of the column", guess)
    for n, (first, below) in enumerate(itertools.pairwise([None, *limits, None])):
        shown = [None if limit is None else _plain(limit, numbers.decimals) for limit in (first, below)]
        said = both(f"{shown[0] or ''} tot {shown[1]}".strip(), f"{shown[0] or ''} to {shown[1]}".strip())
        said = said if below is not None else both(f"{shown[0]} en meer", f"{shown[0]} and over")
        said = said if first is not None else both(f"minder dan {shown[1]}", f"less than {shown[1]}")
        lines.append(range_line(f"C{n + 1}", said, first, below))
    lines.append(unknown_line())
    return lined(lines)


def _round(number: int) -> int:
    """To one figure: 1,734 is 2,000."""
    step = 10 ** max(0, len(str(abs(number))) - 1)
    return (number + step // 2) // step * step


def _plain(number: int, decimals: int) -> str:
    """1250 with two decimals is 12.50."""
    whole, part = divmod(abs(number), 10**decimals)
    return f"{'-' if number < 0 else ''}{whole}{f'.{part:0{decimals}d}' if decimals else ''}"
