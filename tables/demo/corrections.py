"""The demo over time: what providers had delivered when a half-year closed, and what they corrected since.

`celwacht demo DATA --until 2024HJ01` writes the deliveries of the half-years up to that one, with first versions that are wrong in places; asked again with a
later half-year it adds what came since: new half-years, and new versions of old ones. In a first version some records are missing (late), some have wrong codes, a
wrong postcode or no end (changed), and some stand under the number of another child of about the same age as well (deleted later). Each fault ends one or two half-years later, in whatever version
its provider delivers from then on; who never delivers again leaves it as it is.

Example: 1,000 records of 2023HJ01: 12 late, 16 changed, 6 to be deleted. With 2023HJ02 half of the providers deliver 2023HJ01 again, and what was mended by
then is right in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from celwacht.tables.demo.files import Texts
from celwacht.tables.periods import Period

LATE, CHANGED, UNENDED, DELETED = 0.012, 0.010, 0.006, 0.006
"""Parts of the records of a first version that are missing, have codes of another record, have no end yet, or stand there for another child as well."""
AGAIN = (0.5, 0.3)
"""Chance that a provider delivers a half-year again with the next one, and with the one after that; then never."""
EXCHANGED = {"jeugdhulp": ("hulpvorm", "verwijzer")}
"""Codes of one record that go together: they are exchanged with those of another record of the same file. Of other kinds: the postcode."""
PERSON = ("bsn", "geboortedatum", "geslacht", "postcode")
NOBODY = (b"999999999", b"000000000")
"""Numbers of children whose own is not known, or who are unborn: their records stay as they are."""
AT_END = ("einde", "reden", "drp", "doorverwijzing", "interventie")


@dataclass(frozen=True, slots=True)
class Corrections:
    """until: the last half-year that has closed; seed: of the demo. A file follows from these, its record kind, period and provider, and nothing else."""

    seed: int
    until: Period

    def closed(self, period: Period) -> bool:
        """Whether a period had been delivered by then."""
        return period.end <= self.until.end

    def versions(self, kind: str, period: Period, provider: int, texts: Texts) -> list[Texts]:
        """The content of every version that was delivered by then, the first one first; texts: what truly is in the file."""
        rng = np.random.Generator(np.random.PCG64([self.seed, provider, *kind.encode(), *period.code.encode()]))
        later = _halves_between(period, self.until)
        chances = AGAIN if period.letters == "HJ" else AGAIN[:1]  # quarters are closed by then
        again = [n + 1 for n, chance in enumerate(chances) if rng.random() < chance]
        wrong = _Wrong.drawn(rng, kind, texts)
        return [wrong.at(n) for n in (0, *again) if n <= later]


@dataclass(frozen=True, slots=True, eq=False)
class _Wrong:
    """What is wrong in a file. Per record the number of half-years after which a fault has ended (0: none); other: whose codes a changed one has."""

    kind: str
    texts: Texts
    late: np.ndarray
    changed: np.ndarray
    unended: np.ndarray
    deleted: np.ndarray
    other: np.ndarray

    @classmethod
    def drawn(cls, rng: np.random.Generator, kind: str, texts: Texts) -> _Wrong:
        n = len(texts["bsn"])
        by_age = np.argsort(texts["geboortedatum"], kind="stable")
        other = np.empty(n, np.int64)
        other[by_age] = np.concatenate([by_age[:1], by_age[:-1]])  # an older one, so that nobody is helped before birth
        apart = (texts["bsn"] != texts["bsn"][other]) & ~np.isin(texts["bsn"], NOBODY) & ~np.isin(texts["bsn"][other], NOBODY)

        def some(part: float) -> np.ndarray:
            return np.where(rng.random(n) < part, rng.integers(1, 3, n), 0)

        _, own, times = np.unique(texts["bsn"], return_inverse=True, return_counts=True)
        once = times[own] == 1  # two records of one child and form of help in a file would overlap, and be refused
        form = texts["hulpvorm" if "hulpvorm" in texts else "type"]
        late, changed, unended, deleted = (some(part) for part in (LATE, CHANGED, UNENDED, DELETED))
        changed *= apart & once
        deleted *= apart & once[other] & (changed[other] == 0) & (form != form[other])
        return cls(kind, texts, late, changed, unended * once, deleted, other)

    def at(self, halves: int) -> Texts:
        """The file as it was delivered so many half-years later. At least one record is always there."""
        there = np.flatnonzero(self.late <= halves)
        there = there if len(there) else np.arange(1)
        ghosts = np.flatnonzero(self.deleted > halves)
        rows = np.concatenate([there, ghosts])
        mixed = np.where(self.changed[there] > halves, self.other[there], there)
        person = np.concatenate([there, self.other[ghosts]])
        taken = dict.fromkeys(PERSON, person)
        if self.kind in EXCHANGED:
            taken |= dict.fromkeys(EXCHANGED[self.kind], np.concatenate([mixed, ghosts]))
        else:
            taken["postcode"] = np.concatenate([mixed, self.other[ghosts]])
        running = self.unended[rows] > halves
        return {
            name: np.where(running, b"", values[rows]) if name in AT_END else values[taken.get(name, rows)]
            for name, values in self.texts.items()
        }


def _halves_between(period: Period, until: Period) -> int:
    """How many half-years later than the one in which the period ends."""

    def number(p: Period) -> int:
        return 2 * p.end.year + (p.end.month > 6)

    return number(until) - number(period)
