"""A report with its figures in it: sentences resolved, sections that show too little dropped with a word.

"{totaal} jongeren, {groei} dan een jaar eerder"   ->   [("12.670", True), (" jongeren, ", False), ("3,1 procent meer", True), ...]
with a withheld total                               ->   the sentence is not there
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from celwacht.publish.areas.figures import Value, figure, geo_of
from celwacht.publish.areas.regions import plain_title
from celwacht.publish.areas.wording import in_language
from celwacht.publish.publication.publication import PRINTED, Publication, PublicCode, PublicDimension, PublicMeasure, Words
from celwacht.publish.reports.mapped import MadeMap
from celwacht.publish.reports.own_plane import own_outlines
from celwacht.publish.reports.references import References, wrong_codes
from celwacht.publish.reports.revisions import Revised
from celwacht.tables.indicators.report_spec import HOLE, Revision, Section, Source, TableOf
from celwacht.tables.problems import ProblemsFound

KINDS = {"halfjaar": "HJ", "jaar": "JJ"}
MOST_PERIODS = 4
LEAST_SHOWN = Fraction(1, 2)
"""A table of which less is shown is left out."""
Run = tuple[str, bool]
"""A piece of a sentence, and whether it is a figure."""


@dataclass(frozen=True, slots=True)
class MadeTable:
    table: str
    unit: str
    periods: tuple[PublicCode, ...]
    rows: tuple[tuple[PublicCode, tuple[Value, ...]], ...]
    chart: bool
    decimals: int
    map: MadeMap | None = None


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
    found = References(source, tables, period, language, earlier or {})
    found.resolve()
    first = next(t for t in used if period.code in {c.code for c in t.periods.codes})
    geo = geo_of(first)
    region = geo.codes[0].title if geo else Words("")
    given = {"periode": in_language(period.title, language), "jaar": period.code[:4], "regio": plain_title(region, language)}
    maker = _Maker(found, given)
    return MadeReport(
        report.id,
        in_language(report.title, language).replace("{periode}", given["periode"]),
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


def named_tables(source: Source) -> set[str]:
    """The tables that a report needs."""
    report = source.report
    shown = {s.shows.table for c in report.chapters for s in c.sections if s.shows}
    return shown | {one.table for one in report.figures.values()}


def revised_tables(source: Source) -> set[str]:
    """The tables of which a report needs all releases."""
    return {one.table for one in source.report.figures.values() if isinstance(one, Revision)}


class _Maker:
    def __init__(self, found: References, given: Mapping[str, str]):
        self.found, self.given = found, given
        self.source, self.tables, self.period, self.language = found.source, found.tables, found.period, found.language

    def sentences(self, texts: Sequence) -> tuple[tuple[Run, ...], ...]:
        """The sentences of which every figure is there."""
        made = (self._sentence(in_language(t, self.language)) for t in texts)
        return tuple(one for one in made if one is not None)

    def _sentence(self, text: str) -> tuple[Run, ...] | None:
        runs: list[Run] = []
        for n, piece in enumerate(HOLE.split(text)):
            if n % 2 == 0:
                runs.append((piece, False))
            elif piece in self.given:
                runs.append((self.given[piece], False))
            else:
                found = self.found.resolved.get(piece)
                if found is None:
                    return None
                runs.append((found.text, True))
        return tuple(run for run in runs if run[0])

    def section(self, section: Section) -> MadeSection:
        title, note = Words(section.title.nl, section.title.en), Words(section.note.nl, section.note.en) if section.note else None
        if section.finding:
            growth = self.found.resolved.get(section.finding.of)
            if growth is not None and growth.number is not None:
                way = section.finding.more if growth.number > 0 else section.finding.less if growth.number < 0 else section.finding.same
                title = Words(way.nl, way.en)
        sentences = self.sentences(section.text)
        if section.revisions:
            found = self.found.revised.get(section.revisions, ())
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
        wrong = wrong_codes(publication, one.at)
        if measure is None or by is None or wrong:
            said_ = [
                *wrong,
                *([] if by else [f"{one.table} has no dimension '{one.by}'."]),
                *([] if measure else [f"no measure '{one.measure}'."]),
            ]
            raise ProblemsFound([self.source.problem(("chapters",), said) for said in said_])
        wrong = _wrong_map(one, measure, by)
        if wrong:
            raise ProblemsFound([self.source.problem(("chapters",), said) for said in wrong])
        kind = self.period.code[4:6]
        periods = tuple(c for c in publication.periods.codes if c.code[4:6] == kind and c.code <= self.period.code)[-MOST_PERIODS:]
        rows = tuple(
            (c, tuple(figure(publication, measure.name, {**one.at, by.name: c.code, publication.periods.name: p.code}) for p in periods))
            for c in by.codes
            if c.depth < one.levels and (not one.only or c.code[:2] in one.only)
        )
        drawn = self._map(one, by, measure, periods[-1], [(c, values[-1]) for c, values in rows]) if one.map else None
        return MadeTable(one.table, measure.unit, periods, rows, one.chart, measure.decimals, drawn)

    def _map(
        self, one: TableOf, by: PublicDimension, measure: PublicMeasure, period: PublicCode, rows: Sequence[tuple[PublicCode, Value]]
    ) -> MadeMap | None:
        """On the project's own map where that has the regions; else on ours."""
        assert one.map is not None
        level, own = one.map.level or "", own_outlines()
        if level:
            regions = tuple((c, value) for c, value in rows if c.code[:2] == level)
        else:  # the finest regions that the map has
            deepest = max((c.depth for c, _ in rows if c.code in own), default=0)
            regions = tuple((c, value) for c, value in rows if c.code in own and c.depth == deepest)
        if not regions and any(c.code[:2] == level for c in by.codes):
            said = f"the map is of {level}, and no row of its table is: give the table more levels, or name {level} in only."
            raise ProblemsFound([self.source.problem(("chapters",), said)])
        if not regions and not level:
            said = f"the project's own map has no region that is a row of {one.table}: show more levels, or name level: GM, JZ or PV."
            raise ProblemsFound([self.source.problem(("chapters",), said)])
        listed, shown = {c.code for c in by.codes}, {c.code for c, _ in regions}
        outlines = {code: rings for code, rings in own.items() if code in shown or code not in listed} if shown & own.keys() else {}
        return MadeMap(one.map.draws, level, measure.unit, period, regions, outlines) if regions else None


def _wrong_map(one: TableOf, measure: PublicMeasure, by: PublicDimension) -> list[str]:
    """What of a table cannot be on a map: what is not regions, a count as a shade, a rate as a circle."""
    found = []
    if (one.map or one.only) and not by.kind.startswith("Geo"):
        found.append(f"{one.by} of {one.table} has no regions: only and map are for a dimension of regions.")
    if one.map and (one.map.draws == "rate") != relative(measure):
        told, other = ("a rate", "rate") if relative(measure) else ("a count", "circles")
        found.append(f"measure {measure.name} of {one.table} is {told}; on a map it is drawn by draws: {other}.")
    return found


def relative(measure: PublicMeasure) -> bool:
    """Whether a measure is a share or a rate, which a shade may stand for."""
    return measure.decimals > 0 or "%" in measure.unit or bool(re.search(r"\bper\b", measure.unit))
