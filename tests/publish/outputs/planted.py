"""Planted pairs of outputs: each table fine by itself, and one minus the other tells of fewer than ten. Records are made up; seed 7."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

import numpy as np
import pandas as pd

PLACES = (
    "GM0014",
    "GM0034",
    "GM0037",
    "GM0050",
    "GM0059",
    "GM0060",
    "GM0072",
    "GM0074",
    "GM0080",
    "GM0085",
    "GM0086",
    "GM0088",
    "GM0090",
    "GM0093",
)
FORMS = ("20", "30", "41", "42", "45", "50", "60", "11", "12", "13")
SEX = ("V", "M")


@cache
def records() -> pd.DataFrame:
    """One row per trajectory, each of another child: gemeente, leeftijd, hulpvorm, geslacht."""
    draw = np.random.default_rng(7)
    rows = []
    for k, place in enumerate(PLACES):
        small = k % 2 == 0  # some places have few girls
        for sex, many in zip(SEX, (3 + k % 6 if small else 120, 40 + k if small else 190)):
            rows += [
                (place, int(draw.integers(4, 23)), str(draw.choice(FORMS, p=[0.3, 0.2, 0.2, 0.1, 0.1, 0.04, 0.03, 0.01, 0.01, 0.01])), sex)
                for _ in range(many)
            ]
    return pd.DataFrame(rows, columns=["gemeente", "leeftijd", "hulpvorm", "geslacht"])


@dataclass(frozen=True)
class Selection:
    """The same selection for pandas and for the form."""

    query: str
    where: str


@cache
def _counted(which: Selection) -> pd.DataFrame:
    found = records().query(which.query).groupby("geslacht").size().reindex(list(SEX), fill_value=0)
    return pd.DataFrame({"n": [*found, found.sum()]}, index=pd.Index([*SEX, "All"], name="geslacht"))


@dataclass(frozen=True)
class Pair:
    """Two tables by sex, the second of a part of the first."""

    kind: str
    more: Selection
    less: Selection

    def table(self, which: Selection) -> pd.DataFrame:
        """Counts by sex, with All."""
        return _counted(which)

    @property
    def apart(self) -> list[int]:
        return (self.table(self.more)["n"] - self.table(self.less)["n"]).tolist()

    @property
    def smallest(self) -> int:
        """Of all cells that are shown."""
        return int(min(self.table(s)["n"].min() for s in (self.more, self.less)))


def _in(field: str, values) -> Selection:
    listed = ", ".join(f"'{v}'" for v in values)
    return Selection(f"{field} in [{listed}]", f"{field} in ({listed})")


def _group(forms, place: str) -> Selection:
    own = _in("hulpvorm", forms)
    return Selection(f"{own.query} and gemeente == '{place}'", f"{own.where} and gemeente == '{place}'")


def _ages(low: int, below: int, place: str) -> Selection:
    said = f"leeftijd >= {low} and leeftijd < {below} and gemeente == '{place}'"
    return Selection(said, said)


def candidates() -> Iterator[Pair]:
    """With and without one gemeente; ages to 17 and to 18; two definitions of a group of care. One by one: each takes two selections from all records,
    and no test wants them all."""
    return (pair for pair in _pairs() if pair.smallest >= 10)


def _pairs() -> Iterator[Pair]:
    for place in PLACES:
        region = [*PLACES[1:8:2], *([place] if place not in PLACES[1:8:2] else [])]
        rest = [p for p in region if p != place]
        yield Pair("gemeente", _in("gemeente", region), _in("gemeente", rest))
        whole, without = Selection("leeftijd < 99", ""), Selection(f"gemeente != '{place}'", f"gemeente != '{place}'")
        yield Pair("gemeente", whole, without)
        for low in (6, 8, 10, 12):
            yield Pair("age", _ages(low, low + 6, place), _ages(low, low + 5, place))
        for n in (1, 2, 3):
            for extra in FORMS[n:]:
                more, less = (_group(forms, place) for forms in ([*FORMS[:n], extra], FORMS[:n]))
                yield Pair("definition", more, less)


@cache
def planted(many: int = 10) -> list[Pair]:
    """`many` of each kind, that tell of 1 to 9."""
    found: dict[str, list[Pair]] = {"gemeente": [], "age": [], "definition": []}
    for pair in candidates():
        if len(found[pair.kind]) < many and any(0 < n < 10 for n in pair.apart):
            found[pair.kind].append(pair)
        if all(len(pairs) == many for pairs in found.values()):
            break
    return [pair for pairs in found.values() for pair in pairs]


@cache
def harmless(many: int = 30) -> list[Pair]:
    """The first `many` that are apart by ten or more, or by nobody, in every cell."""
    return list(islice((c for c in candidates() if all(n == 0 or n >= 10 for n in c.apart)), many))
