"""The figures that a report names, found in Publications: as published, a share of two, a change with a year earlier, how provisional ones turned out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from celwacht.publish.areas.figures import ABSENT, Value, figure, said, share, year_earlier
from celwacht.publish.publication.publication import Publication, PublicCode
from celwacht.publish.reports.revisions import Revised, revised, summed_up
from celwacht.tables.indicators.report_spec import Figure, Part, Reference, Revision, Source
from celwacht.tables.problems import Problem, ProblemsFound, nearest

MORE = {"nl": "{} procent meer", "en": "{} percent more"}
LESS = {"nl": "{} procent minder", "en": "{} percent less"}
SAME = {"nl": "niet meer of minder", "en": "no more or less"}


@dataclass(frozen=True, slots=True)
class Resolved:
    text: str
    number: Fraction | None = None
    """Of a growth: by how much, with its sign, as it is said."""


class References:
    """All figures of a report for one period. resolved: name -> what it says; None where it is withheld or not there."""

    def __init__(
        self,
        source: Source,
        tables: Mapping[str, Publication],
        period: PublicCode,
        language: str,
        earlier: Mapping[str, Sequence[Publication]],
    ):
        self.source, self.tables, self.period, self.language, self.earlier = source, tables, period, language, earlier
        self.resolved: dict[str, Resolved | None] = {}
        self.revised: dict[str, tuple[Revised, ...]] = {}

    def resolve(self) -> None:
        """All references at once; ProblemsFound with every one that fits no table."""
        problems: list[Problem] = []
        for name, one in self.source.report.figures.items():
            publication = self.tables.get(one.table)
            if publication is None:
                self.resolved[name] = None
                continue
            wrong = self._wrong(name, one, publication)
            problems += wrong
            self.resolved[name] = (
                None if wrong else self._revision(name, one) if isinstance(one, Revision) else self._reference(one, publication)
            )
        if problems:
            raise ProblemsFound(problems)

    def _wrong(self, name: str, one: Reference, publication: Publication) -> list[Problem]:
        """What of a reference the table does not have."""
        found = []
        measure = next((m for m in publication.measures if m.name == one.measure), None)
        if measure is None:
            known = [m.name for m in publication.measures]
            found.append(self._problem(name, "measure", f"{one.table} has no measure '{one.measure}'.{nearest(one.measure, known)}"))
        fields = (("of", one.of), ("within", one.within)) if isinstance(one, Part) else (("at", one.at),)
        for key, codes in fields:
            found += [self._problem(name, key, said) for said in wrong_codes(publication, codes)]
        most = measure.decimals if measure and isinstance(one, Figure) else 1
        asked = one.decimals if isinstance(one, (Figure, Part)) else None
        if asked is not None and asked > most:
            found.append(self._problem(name, "decimals", f"{asked} decimals, and the published figures bear {most}. Ask for no more."))
        return found

    def _problem(self, name: str, key: str, said: str) -> Problem:
        return self.source.problem(("figures", name, key), said)

    def _revision(self, name: str, one: Revision) -> Resolved | None:
        self.revised[name] = revised(self.earlier.get(one.table, ()), one.measure, one.at, self.period.code[4:6])
        text = summed_up(self.revised[name], self.language)
        return None if text is None else Resolved(text)

    def _reference(self, one: Reference, publication: Publication) -> Resolved | None:
        def value(codes: Mapping[str, str], period: str = self.period.code) -> Value:
            return figure(publication, one.measure, {**codes, publication.periods.name: period})

        if isinstance(one, Part):
            found = share(value(one.of), value(one.within))
            return _said(found, one.decimals, self.language)
        if isinstance(one, Figure):
            return _said(value(one.at), one.decimals, self.language)
        now, before = value(one.at), value(one.at, year_earlier(self.period.code))
        if now.number is None or not before.number:
            return None
        change = 100 * (now.number - before.number) / before.number
        text = said(abs(change), 1, self.language)
        if not any(c in "123456789" for c in text):
            return Resolved(SAME[self.language], Fraction(0))
        return Resolved((MORE if change > 0 else LESS)[self.language].format(text), change)


def wrong_codes(publication: Publication, codes: Mapping[str, str]) -> list[str]:
    found = []
    for name, code in codes.items():
        dimension = next((d for d in publication.dimensions if d.name == name), None)
        if dimension is None:
            found.append(f"{publication.table} has no dimension '{name}'.{nearest(name, [d.name for d in publication.dimensions])}")
        elif code not in {c.code for c in dimension.codes}:
            found.append(f"{name} of {publication.table} has no code '{code}'.{nearest(code, [c.code for c in dimension.codes])}")
    return found


def _said(value: Value, decimals: int | None, language: str) -> Resolved | None:
    if value.number is None or value.state == ABSENT:
        return None
    places = value.decimals if decimals is None else min(decimals, value.decimals)
    return Resolved(said(value.number, places, language))
