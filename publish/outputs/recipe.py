"""How the attack came to a figure, as a sum of printed ones: "your table 3 (girls: 25) minus your table 4 (girls in A: 21) gives 4 trajecten".

The attacker keeps, of each end of each interval, the relation that told it. Put in for each other, these relations end in printed figures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.disclosure.outsider.attack import Found
from celwacht.disclosure.outsider.bounds import HIGH, LOW
from celwacht.disclosure.outsider.public_table import ENDLESS
from celwacht.publish.outputs.findings import Tables

MOST_TERMS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Which table shows a figure: per figure the first released table that prints it, else the first sheet, else any that shows it; -1 for none."""

    by: np.ndarray

    @classmethod
    def of(cls, found: Found, tables: Tables) -> Shown:
        by = np.full(len(found.bounds.low), -1, np.int64)
        figures = found.figures
        order = [*range(len(tables.known), len(figures.tables)), *range(len(tables.known))]
        for printed in (False, True):
            for n in reversed(order):
                table, place = figures.tables[n], figures.place[n]
                if printed:
                    telling = ~table.dot & (table.low == figures.low[place]) & (table.high == figures.high[place])
                    by[place[telling]] = n
                else:
                    by[place.ravel()] = n
        return cls(by)


def terms(found: Found, i: int, side: int) -> dict[int, int] | None:
    """Figure -> how many times it is taken, for the lower or upper end of figure i; None where it does not follow by sums of ones."""
    whole: dict[int, int] = {}
    queue = [(i, 1, np.iinfo(np.int64).max)]
    while queue:
        k, times, before = queue.pop()
        end = side if times > 0 else 1 - side
        row, when = int(found.bounds.by[end][k]), int(found.bounds.sweep[end][k])
        if row < 0 or when >= before:
            if row < -1:
                return None
            whole[k] = whole.get(k, 0) + times
        else:
            at, coefficients = found.system.row(row)
            own = int(coefficients[at == k][0])
            if abs(own) != 1:
                return None
            queue += [(int(j), -times * own * int(c), when) for j, c in zip(at, coefficients) if j != k]
        if len(queue) + len(whole) > MOST_TERMS:
            return None
    return {k: t for k, t in whole.items() if t}


def told(found: Found, shown: Shown, tables: Tables, i: int) -> tuple[str, frozenset[int]]:
    """(sentence, tables that take part) of figure i."""
    low, high = terms(found, i, LOW), terms(found, i, HIGH)
    gives = f"gives {between(int(found.bounds.low[i]), int(found.bounds.high[i]))} in {found.figures.label(i)}"
    if low is None or high is None:
        return f"together {gives}: " + " | ".join(found.recipe(i)), _of_recipe(found, shown, i)
    by = frozenset(int(shown.by[k]) for k in {*low, *high} if shown.by[k] >= 0)
    if low == high:
        return f"{_sum(found, shown, tables, low)} {gives}", by
    return f"{_sum(found, shown, tables, low)} is the least, and {_sum(found, shown, tables, high)} the most: {gives}", by


def _of_recipe(found: Found, shown: Shown, i: int) -> frozenset[int]:
    """Tables that show a figure of any relation behind figure i."""
    queue, done = [i], {i}
    while queue:
        k = queue.pop()
        for side in (LOW, HIGH):
            row = int(found.bounds.by[side][k])
            if row >= 0:
                more = [int(j) for j in found.system.row(row)[0] if int(j) not in done]
                done.update(more)
                queue += more
    return frozenset(int(shown.by[k]) for k in done if shown.by[k] >= 0)


def between(low: int, high: int) -> str:
    """A figure, or between which it lies."""
    return str(low) if low == high else f"{low} or more" if high >= ENDLESS else f"{low} to {high}"


def _sum(found: Found, shown: Shown, tables: Tables, whole: dict[int, int]) -> str:
    said: list[str] = []
    for k, times in sorted(whole.items(), key=lambda item: (item[1] < 0, item[0])):
        n = int(shown.by[k])
        if n < 0 and found.figures.low[k] == 0:
            continue  # what nobody shows is not negative, and that is all that is known of it
        name = tables.name(n) if n >= 0 else "what is left"
        word = ("" if not said else "plus ") if times > 0 else "minus "
        many = f"{abs(times)} times " if abs(times) > 1 else ""
        said.append(f"{word}{many}{name} ({found.figures.label(k)}: {between(int(found.figures.low[k]), int(found.figures.high[k]))})")
    return " ".join(said) or "that no figure is negative"
