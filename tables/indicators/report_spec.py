"""A report as a specification (reports/*.yaml): chapters of sentences, tables and charts, in which no figure is typed.

    figures:
      totaal: {kind: figure, table: in_use, measure: Persons}
      groei: {kind: growth, table: in_use, measure: Persons}
    text:
      - nl: "In {periode} waren er {totaal} personen, {groei} dan een jaar eerder."

A name in braces is a figure, resolved when the report is made; a digit in a sentence is refused. A sentence that needs a figure which is
withheld is left out. A growth says itself which way: '3,1 procent meer'; a title may follow it (`finding`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from celwacht.tables import home
from celwacht.tables.face import face
from celwacht.tables.indicators.indicator_spec import Codes
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.yaml.confront import confront
from celwacht.tables.yaml.document import Document
from celwacht.tables.yaml.model import FieldName, Name, Strict, TableId, Text, Title
from celwacht.tables.yaml.read import read_document
from pydantic import Field

REPORTS = "reports"
HOLE = re.compile(r"\{([^{}]*)\}")
GIVEN = ("periode", "regio", "jaar")
"""What every sentence may name besides figures: the period, the region, and the year of the period."""


class Figure(Strict):
    """A figure as it is published."""

    kind: Literal["figure"] = Field(description="The figure itself.")
    table: TableId = Field(description="The table.")
    measure: Name = Field(description="Its measure.")
    at: Codes = Field(default={}, description="Codes of dimensions; default: the first, which is the total.")
    decimals: Annotated[int, Field(ge=0, le=3)] | None = Field(default=None, description="No more than the table has; default: those.")


class Part(Strict):
    """The share of one published count in another, in %."""

    kind: Literal["share"] = Field(description="100 times the count of `of`, by the count of `within`.")
    table: TableId = Field(description="The table of both counts.")
    measure: Name = Field(description="Their measure, a count.")
    of: Codes = Field(description="Codes of the part.")
    within: Codes = Field(default={}, description="Codes of the whole; default: the total.")
    decimals: Annotated[int, Field(ge=0, le=3)] | None = Field(
        default=None, description="At most one, and none of a whole under a thousand."
    )


class Growth(Strict):
    """How much a published count differs from that of a year earlier, in %, with the word for more or less."""

    kind: Literal["growth"] = Field(description="The difference with a year earlier, in %.")
    table: TableId = Field(description="The table.")
    measure: Name = Field(description="Its measure, a count.")
    at: Codes = Field(default={}, description="Codes of dimensions; default: the first, which is the total.")


class Revision(Strict):
    """How provisional figures turned out before: those of earlier periods as first published, beside what came later."""

    kind: Literal["revision"] = Field(description="By how many percent they were lower or higher.")
    table: TableId = Field(description="The table.")
    measure: Name = Field(description="Its measure, a count.")
    at: Codes = Field(default={}, description="Codes of dimensions; default: the first, which is the total.")


Reference = Annotated[Figure | Part | Growth | Revision, Field(discriminator="kind")]


class Finding(Strict):
    """A title that follows a growth; without a figure, the section's own title stands."""

    of: FieldName = Field(description="A growth of `figures`.")
    more: Title = Field(description="The title where it grew.")
    less: Title = Field(description="The title where it shrank.")
    same: Title = Field(description="The title where it did neither.")


class MapOf(Strict):
    """A map above a table of regions; the table has its figures."""

    draws: Literal["rate", "circles"] = Field(description="rate: a shade for each region, of a rate; circles: of a count.")
    level: Literal["GM", "JZ", "PV"] | None = Field(
        default=None,
        description="Which regions, by the letters that their codes begin with; the rows of the table have them. Default: the finest regions of the project's own map.",
    )


class TableOf(Strict):
    """A table of the report: one published table by one dimension, over the last periods of the report's kind."""

    table: TableId = Field(description="The table.")
    measure: Name | None = Field(default=None, description="Its measure; default: the first.")
    by: Name = Field(description="The dimension in the rows.")
    at: Codes = Field(default={}, description="Codes of other dimensions; default: the first.")
    levels: Annotated[int, Field(ge=1, le=5)] = Field(default=2, description="How many levels of the dimension.")
    chart: bool = Field(default=True, description="Whether bars of the newest period stand above it.")
    only: Annotated[tuple[Literal["NL", "PV", "JZ", "GM"], ...], Field(max_length=4)] = Field(
        default=(), description="Of regions: only these kinds, whatever their level; default: all."
    )
    map: MapOf | None = Field(default=None, description="A map of the newest period above it, where its rows are regions.")


class Section(Strict):
    title: Title = Field(description="Its title.")
    finding: Finding | None = Field(default=None, description="A title that says what the figures say.")
    text: Annotated[tuple[Text, ...], Field(max_length=12)] = Field(default=(), description="Sentences, each with the figures it needs.")
    shows: TableOf | None = Field(default=None, description="Its table, with or without a chart.")
    revisions: FieldName | None = Field(default=None, description="A revision of `figures`, shown as a table of its periods.")
    note: Text | None = Field(default=None, description="What a reader must know of it.")


class Chapter(Strict):
    title: Title = Field(description="Its title.")
    intro: Text | None = Field(default=None, description="What comes before its sections.")
    sections: Annotated[tuple[Section, ...], Field(max_length=15)] = Field(default=(), description="In their order.")


class Term(Strict):
    term: Title = Field(description="A word.")
    text: Text = Field(description="What it means here.")


class Report(Strict):
    """One file is one report."""

    version: Literal[1] = Field(description="Version of this language: 1.")
    id: TableId = Field(description="Name of the report; equal to the file's name.")
    title: Title = Field(description="Its title; {periode} is the period.")
    period: Literal["halfjaar", "jaar"] = Field(description="The kind of period it is about; the newest that is published.")
    figures: Annotated[dict[FieldName, Reference], Field(max_length=200)] = Field(
        default={}, description="The figures that its texts name."
    )
    summary: Annotated[tuple[Text, ...], Field(max_length=12)] = Field(default=(), description="Sentences in front.")
    chapters: Annotated[tuple[Chapter, ...], Field(min_length=1, max_length=12)] = Field(description="In their order.")
    terms: Annotated[tuple[Term, ...], Field(max_length=60)] = Field(default=(), description="The words, explained.")


@dataclass(frozen=True)
class Source:
    """A report with the file it was read from, for messages about a place in it."""

    report: Report
    document: Document

    def problem(self, path: tuple[str | int, ...], said: str) -> Problem:
        return Problem(self.document.file, *self.document.key_of(path), "report", said)


def names() -> tuple[str, ...]:
    """The reports of the project."""
    return tuple(sorted(p.stem for p in home.files(REPORTS)))


def read_report(name: str) -> Source:
    """The report of that name; ProblemsFound with all that is wrong in its file, each with its line."""
    if name not in names():
        raise ProblemsFound([Problem(REPORTS, 0, 0, "report", f"there is no report {name[:40]}.{nearest(name, names())}")])
    return read_file(home.file(REPORTS, f"{name}.yaml"))


def read_file(path: Path) -> Source:
    """A report from a file."""
    document, problems = read_document(path)
    if document is None:
        raise ProblemsFound(problems)
    report, misfits = confront(document, Report)
    if report is None or problems or misfits:
        raise ProblemsFound([*problems, *misfits])
    source = Source(report, document)
    wrong = wrong_report(source)
    if report.id != path.stem:
        wrong.append(source.problem(("id",), f"id '{report.id}' is not the file's name. Write id: {path.stem}."))
    if wrong:
        raise ProblemsFound(wrong)
    return source


def wrong_report(source: Source) -> list[Problem]:
    """What no schema can say of a report: figures that are not named, digits in a sentence, maps of nothing."""
    return [*_wrong_texts(source), *_wrong_findings(source), *_wrong_maps(source)]


def _sentences(report: Report) -> Iterator[tuple[tuple[str | int, ...], Text]]:
    """(place, sentence) of all sentences with figures."""
    for n, text in enumerate(report.summary):
        yield ("summary", n), text
    for i, chapter in enumerate(report.chapters):
        for j, section in enumerate(chapter.sections):
            for n, text in enumerate(section.text):
                yield ("chapters", i, "sections", j, "text", n), text


def _wrong_texts(source: Source) -> Iterator[Problem]:
    known = (*source.report.figures, *GIVEN)
    for path, text in _sentences(source.report):
        for language, said in (("nl", text.nl), ("en", text.en)):
            for hole in HOLE.findall(said):
                if hole not in known:
                    yield source.problem((*path, language), f"'{{{hole[:40]}}}' is no figure of this report.{nearest(hole, known)}")
            if re.search(r"\d", HOLE.sub("", said)):
                yield source.problem(
                    (*path, language), "a sentence holds a digit. No figure is typed: name it under figures, and write its name in braces."
                )


def _wrong_findings(source: Source) -> Iterator[Problem]:
    growths = [name for name, one in source.report.figures.items() if isinstance(one, Growth)]
    revisions = [name for name, one in source.report.figures.items() if isinstance(one, Revision)]
    for i, chapter in enumerate(source.report.chapters):
        for j, section in enumerate(chapter.sections):
            if section.finding and section.finding.of not in growths:
                said = f"'{section.finding.of}' is no growth among the figures.{nearest(section.finding.of, growths)}"
                yield source.problem(("chapters", i, "sections", j, "finding", "of"), said)
            if section.revisions and section.revisions not in revisions:
                said = f"'{section.revisions}' is no revision among the figures.{nearest(section.revisions, revisions)}"
                yield source.problem(("chapters", i, "sections", j, "revisions"), said)


def _wrong_maps(source: Source) -> Iterator[Problem]:
    """Maps that would show nothing: of the regions of the project's own map, where it has none."""
    for i, chapter in enumerate(source.report.chapters):
        for j, section in enumerate(chapter.sections):
            if section.shows and section.shows.map and not section.shows.map.level and not face().map:
                said = (
                    "the map names no level, and this project has no map of its own. Write level: GM, JZ or PV; or name the file of a map "
                    'in celwacht.toml: map = "areas.geojson".'
                )
                yield source.problem(("chapters", i, "sections", j, "shows", "map"), said)
