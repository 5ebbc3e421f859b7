"""What is wrong with outputs, in words for two readers: the checker, who may see everything, and the researcher, who may not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from celwacht.publish.outputs.released import Known
from celwacht.publish.outputs.sheets import Sheet
from celwacht.publish.outputs.statbarns import SAID

PASS, REVIEW, FAIL = "pass", "review", "fail"
WORST = (PASS, REVIEW, FAIL)


@dataclass(frozen=True, slots=True)
class Finding:
    """outputs: numbers of the form. recipe: for the checker, with figures; confidential. beside: names of tables that everybody has; other: whether
    something takes part that not everybody has, of which the researcher may not learn."""

    outputs: frozenset[int]
    risk: str
    verdict: str
    recipe: str = field(repr=False)
    beside: frozenset[str] = frozenset()
    other: bool = False

    def for_researcher(self, number: int) -> str:
        """Without a figure, and without a word on what only somebody else has."""
        others = [f"your table {n}" for n in sorted(self.outputs - {number})] + sorted(self.beside)
        if self.other:
            others.append("something that was released before")
        return f"{self.risk}: {SAID.get(self.risk, self.risk)}" + (f"; beside {', '.join(others)}" if others else "") + "."


def worst(verdicts: Iterable[str]) -> str:
    """The most severe; pass for none."""
    return max(verdicts, key=WORST.index, default=PASS)


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """All tables that are looked at together: first those that were released, then the sheets."""

    known: Sequence[Known]
    sheets: Sequence[Sheet]

    def sheet(self, n: int) -> Sheet | None:
        return self.sheets[n - len(self.known)] if n >= len(self.known) else None

    def name(self, n: int) -> str:
        its = self.sheet(n)
        if its is not None:
            return its.name
        return f"{'the published table' if self.known[n].public else 'what was handed out as'} {self.known[n].name}"

    def finding(self, by: Iterable[int], risk: str, verdict: str, recipe: str, also: Iterable[int] = ()) -> Finding:
        """by: tables that take part."""
        sheets = {s.number for n in by if (s := self.sheet(n)) is not None} | set(also)
        known = [self.known[n] for n in by if n < len(self.known)]
        beside = frozenset(f"the published table {k.name}" for k in known if k.public)
        return Finding(frozenset(sheets), risk, verdict, recipe, beside, any(not k.public for k in known))
