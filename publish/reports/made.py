"""A report with its figures in it: sentences resolved, sections that show too little dropped with a word.

"{totaal} jongeren, {groei} dan een jaar eerder"   ->   [("12.670", True), (" jongeren, ", False), ("3,1 procent meer", True), ...]
with a withheld total                               ->   the sentence is not there
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from celwacht.publish.areas.figures import ABSENT, Value, figure, geo_of, said, share, year_earlier
from celwacht.publish.areas.regions import plain_title
from celwacht.publish.publication.publication import PRINTED, Publication, PublicCode, Words
from celwacht.publish.reports.revisions import Revised, revised, summed_up
from celwacht.tables.indicators.report_spec import HOLE, Figure, Part, Reference, Revision, Section, Source, TableOf
from celwacht.tables.problems import Problem, ProblemsFound, nearest

KINDS = {"halfjaar": "HJ", "jaar": "JJ"}
MOST_PERIODS = 4
LEAST_SHOWN = Fraction(1, 2)
"""A table of which less is shown is left out."""
MORE = {"nl": "{} procent meer", "en": "{} percent more"}
LESS = {"nl": "{} procent minder", "en": "{} percent less"}
SAME = {"nl": "niet meer of minder", "en": "no more or less"}
Run = tuple[str, bool]
"""A piece of a sentence, and whether it is a figure."""


@dataclass(frozen=True, slots=True)
class Resolved:
    text: str
    number: Fraction | None = None
    """Of a growth: by how much, with its sign, as it is said."""


@dataclass(frozen=True, slots=True)
class MadeTable:
    table: str
    unit: str
    periods: tuple[PublicCode, ...]
    rows: tuple[tuple[PublicCode, tuple[Value, ...]], ...]
    chart: bool
    decimals: int


@dataclass(frozen=True, slots=True)
class MadeSection:
    title: Words
    sentences: tuple[tuple[Run, ...], ...]
    shows: MadeTable | None
    note: Words | None
    dropped: str = ""
    """Why it is not shown: '' (it is), 'absent' (no such table of this period), 'withheld' (less than half of its cells is shown), 'first' (no
    provisional figure was followed by a later one yet)."""
    revised: tuple[Revised, ...] = ()
    """Earlier periods as they were first published, and as they are now."""


@dataclass(frozen=True, slots=True)
class MadeChapter:
    title: Words
    intro: Words | None
    sections: tuple[MadeSection, ...]


@dataclass(frozen=True, slots=True)
class MadeReport:
    id: str
    title: str
    language: str
    period: PublicCode
    region: Words
    summary: tuple[tuple[Run, ...], ...]
    chapters: tuple[MadeChapter, ...]
    terms: tuple[tuple[Words, Words], ...]
    made_up: bool
    modified: str
    source: str


def make_report(
    source: Source, tables: Mapping[str, Publication], language: str = "nl", earlier: Mapping[str, Sequence[Publication]] | None = None
) -> MadeReport:
    """The report of the newest period of its kind. earlier: all releases of tables, oldest first, for how they turned out. ProblemsFound where a reference fits no published table, or asks for more decimals
    than there are; and where no table has such a period."""
    report = source.report
    used = [t for t in tables.values() if t.table in named_tables(source)]
    periods = [c for t in used for c in t.periods.codes if c.code[4:6] == KINDS[report.period]]
    if not periods:
        raise ProblemsFound([source.problem(("period",), f"no published table of this report has a {report.period}.")])
    period = max(periods, key=lambda c: c.code)
    maker = _Maker(source, tables, period, language, earlier or {})
    first = next(t for t in used if period.code in {c.code for c in t.periods.codes})
    geo = geo_of(first)
    region = geo.codes[0].title if geo else Words("")
    given = {"periode": _words(period.title, language), "jaar": period.code[:4], "regio": plain_title(region, language)}
    maker.given = given
    maker.resolve()
    return MadeReport(
        report.id,
        _words(Words(report.title.nl, report.title.en), language).replace("{periode}", given["periode"]),
        language,
        period,
        region,
        maker.sentences(report.summary),
        tuple(
            MadeChapter(
                Words(c.title.nl, c.title.en),
                Words(c.intro.nl, c.intro.en) if c.intro else None,
                tuple(maker.section(s) for s in c.sections),
            )
            for c in report.chapters
        ),
        tuple((Words(t.term.nl, t.term.en), Words(t.text.nl, t.text.en)) for t in report.terms),
        any(t.made_up for t in used),
        max(t.modified for t in used).isoformat(),
        first.source,
    )


def _words(text: Words, language: str) -> str:
    return text.en or text.nl if language == "en" else text.nl


def named_tables(source: Source) -> set[str]:
    """The tables that a report needs."""
    report = source.report
    shown = {s.shows.table for c in report.chapters for s in c.sections if s.shows}
    return shown | {one.table for one in report.figures.values()}


def revised_tables(source: Source) -> set[str]:
    """The tables of which a report needs all releases."""
    return {one.table for one in source.report.figures.values() if isinstance(one, Revision)}


class _Maker:
    def __init__(
        self,
        source: Source,
        tables: Mapping[str, Publication],
        period: PublicCode,
        language: str,
        earlier: Mapping[str, Sequence[Publication]],
    ):
        self.source, self.tables, self.period, self.language, self.earlier = source, tables, period, language, earlier
        self.given: dict[str, str] = {}
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
            found += [self._problem(name, key, said) for said in _wrong_codes(publication, codes)]
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

    def sentences(self, texts: Sequence) -> tuple[tuple[Run, ...], ...]:
        """The sentences of which every figure is there."""
        made = (self._sentence(_words(Words(t.nl, t.en), self.language)) for t in texts)
        return tuple(one for one in made if one is not None)

    def _sentence(self, text: str) -> tuple[Run, ...] | None:
        runs: list[Run] = []
        for n, piece in enumerate(HOLE.split(text)):
            if n % 2 == 0:
                runs.append((piece, False))
            elif piece in self.given:
                runs.append((self.given[piece], False))
            else:
                found = self.resolved.get(piece)
                if found is None:
                    return None
                runs.append((found.text, True))
        return tuple(run for run in runs if run[0])

    def section(self, section: Section) -> MadeSection:
        title, note = Words(section.title.nl, section.title.en), Words(section.note.nl, section.note.en) if section.note else None
        if section.finding:
            growth = self.resolved.get(section.finding.of)
            if growth is not None and growth.number is not None:
                way = section.finding.more if growth.number > 0 else section.finding.less if growth.number < 0 else section.finding.same
                title = Words(way.nl, way.en)
        sentences = self.sentences(section.text)
        if section.revisions:
            found = self.revised.get(section.revisions, ())
            return MadeSection(title, sentences if found else (), None, note, "" if found else "first", found)
        if section.shows is None:
            return MadeSection(title, sentences, None, note)
        shows = self._table(section.shows)
        own = Words(section.title.nl, section.title.en)
        if shows is None:
            return MadeSection(own, (), None, note, "absent")
        cells = [v for _, values in shows.rows for v in values]
        if sum(v.state == PRINTED for v in cells) < LEAST_SHOWN * len(cells):
            return MadeSection(own, (), None, note, "withheld")
        return MadeSection(title, sentences, shows, note)

    def _table(self, one: TableOf) -> MadeTable | None:
        publication = self.tables.get(one.table)
        if publication is None or self.period.code not in {c.code for c in publication.periods.codes}:
            return None
        measure = next((m for m in publication.measures if one.measure in (None, m.name)), None)
        by = next((d for d in publication.dimensions if d.name == one.by), None)
        wrong = _wrong_codes(publication, one.at)
        if measure is None or by is None or wrong:
            said_ = [
                *wrong,
                *([] if by else [f"{one.table} has no dimension '{one.by}'."]),
                *([] if measure else [f"no measure '{one.measure}'."]),
            ]
            raise ProblemsFound([self.source.problem(("chapters",), said) for said in said_])
        kind = self.period.code[4:6]
        periods = tuple(c for c in publication.periods.codes if c.code[4:6] == kind and c.code <= self.period.code)[-MOST_PERIODS:]
        rows = tuple(
            (c, tuple(figure(publication, measure.name, {**one.at, by.name: c.code, publication.periods.name: p.code}) for p in periods))
            for c in by.codes
            if c.depth < one.levels
        )
        return MadeTable(one.table, measure.unit, periods, rows, one.chart, measure.decimals)


def _wrong_codes(publication: Publication, codes: Mapping[str, str]) -> list[str]:
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
