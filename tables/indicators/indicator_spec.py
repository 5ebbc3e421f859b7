"""An indicator: one number per region and period, worked out from published figures by a stated rule.

    value: {kind: printed, table: key_figures, measure: PersonsPer1000, at: {Form: F12}}
    value: {kind: share, table: begun, measure: Cases, of: {Referrer: R02}, within: {Referrer: R00}}
    value: {kind: file, file: benefits}        from society/benefits.yaml, see society.py

A dimension that is not named stands at its first code, its total. Where a figure that is needed is withheld, there is no number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from celwacht.tables import home
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.yaml.model import CODE, Line, Name, Strict, TableId, Text, Title
from celwacht.tables.yaml.read import name_of, read_models
from pydantic import Field, StringConstraints

INDICATORS, AREAS, BENCHMARK = "indicators", "areas", "benchmark"
Code = Annotated[str, StringConstraints(pattern=CODE)]
Codes = Annotated[dict[Name, Code], Field(max_length=6)]


class Printed(Strict):
    """A figure as it is published: a rate."""

    kind: Literal["printed"] = Field(description="The figure itself.")
    table: TableId = Field(description="The table.")
    measure: Name = Field(description="Its measure.")
    at: Codes = Field(default={}, description="Codes of dimensions; default: the first, which is the total.")
    count: Name | None = Field(
        default=None,
        description="The measure of the count that the rate is of, in the same table: for intervals of chance, and no rate is told where it is withheld.",
    )
    per: Literal[100, 1000] = Field(default=100, description="Per how many the rate is.")


class Share(Strict):
    """The share of one published count in another, in %."""

    kind: Literal["share"] = Field(description="100 times the count of `of`, by the count of `within`.")
    table: TableId = Field(description="The table of both counts.")
    measure: Name = Field(description="Their measure, a count.")
    of: Codes = Field(description="Codes of the part.")
    within: Codes = Field(description="Codes of the whole, of the same dimensions.")


class FromFile(Strict):
    """A figure that somebody else publishes: a file with a layout and a licence of its own."""

    kind: Literal["file"] = Field(description="A column of a file in society/.")
    file: TableId = Field(description="The file of society/ that says what its columns are.")


class Population(Strict):
    """People that an indicator counts, or divides by."""

    title: Title = Field(description="Who, such as inhabitants of 0 to 22 years.")
    ages: Line = Field(description="Their ages: 0 tot 23.")
    year: Title = Field(description="Of which moment: 1 januari van het verslagjaar.")
    source: Title = Field(description="Where their number comes from.")


class Indicator(Strict):
    """One file is one indicator."""

    version: Literal[1] = Field(description="Version of this language: 1.")
    id: TableId = Field(description="Name of the indicator; equal to the file's name.")
    title: Title = Field(description="What it is called.")
    unit: Title = Field(description="What a number is of: % van de inwoners tot 23 jaar.")
    value: Annotated[Printed | Share | FromFile, Field(discriminator="kind")] = Field(description="How the number is made.")
    theme: Literal["use", "society"] = Field(description="use: of care. society: of what may lie behind it.")
    formula: Text = Field(description="How the number is worked out, in words.")
    populations: Annotated[tuple[Population, ...], Field(min_length=1, max_length=3)] = Field(
        description="Who is counted, and who it is divided by."
    )
    decimals: Annotated[int, Field(ge=0, le=2)] = Field(description="The most decimals that a number is said with.")
    polarity: Literal["neutral", "higher", "lower"] = Field(
        description="Whether more is better, or less. neutral: neither, and no page colours or ranks it."
    )
    origin: Literal["office", "own"] = Field(description="office: as the statistical office publishes it. own: with a definition of ours.")
    definition: Text = Field(description="What is counted, and of whom.")
    rationale: Text = Field(description="What it is looked at for.")
    limits: Text = Field(description="What it does not say.")

    @property
    def table(self) -> str | None:
        """The table of its figures; None for a file of somebody else's."""
        return None if isinstance(self.value, FromFile) else self.value.table


class Breakdown(Strict):
    """A part of a page: one table by one of its dimensions."""

    table: TableId = Field(description="The table.")
    by: Name = Field(description="The dimension; all others stand at their first code.")
    title: Title = Field(description="Its heading.")
    divides: bool = Field(
        default=True,
        description="Whether everyone is in one of its codes and no more: drawn as one bar of 100 %. false: each code as a bar of its own.",
    )


class AreaPage(Strict):
    """What the page of a region shows."""

    version: Literal[1] = Field(description="Version of this language: 1.")
    id: TableId = Field(description="Name of the page; equal to the file's name.")
    tiles: Annotated[tuple[TableId, ...], Field(min_length=1, max_length=8)] = Field(description="Indicators, in their order.")
    breakdowns: Annotated[tuple[Breakdown, ...], Field(max_length=8)] = Field(default=(), description="Parts, in their order.")
    districts: TableId | None = Field(default=None, description="Table with districts, shown for the region that they lie in.")


class Benchmark(Strict):
    """What the benchmark shows, and with whom a region is compared."""

    version: Literal[1] = Field(description="Version of this language: 1.")
    id: TableId = Field(description="benchmark: equal to the file's name.")
    indicators: Annotated[tuple[TableId, ...], Field(min_length=1, max_length=40)] = Field(description="Indicators, in their order.")
    size: Line | None = Field(default=None, description="The level of regions/ that has classes of size: grootteklasse.")
    alike: Annotated[tuple[TableId, ...], Field(max_length=12)] = Field(
        default=(), description="Indicators on which regions that are alike are found, each weighing the same."
    )
    most_alike: Annotated[int, Field(ge=2, le=20)] = Field(default=8, description="How many of those that are most alike.")


@home.per_folder
def indicators() -> Mapping[str, Indicator]:
    """Every indicator of the project by id; ProblemsFound with all that is wrong in any of their files."""
    found = read_models(home.files(INDICATORS), Indicator)
    _named(found, INDICATORS)
    return found


@home.per_folder
def area_page() -> AreaPage | None:
    """The page of regions (areas/gebied.yaml); None where a project has none. ProblemsFound for an indicator that is not there."""
    found = read_models([p for p in home.files(AREAS) if p.stem == "gebied"], AreaPage)
    _named(found, AREAS)
    page = found.get("gebied")
    _there(page.tiles if page else (), AREAS, "gebied")
    files = [one for one in (page.tiles if page else ()) if indicators()[one].table is None]
    if files:
        raise ProblemsFound([_problem(AREAS, "gebied", f"{one} is not of a published table. Leave it to the benchmark.") for one in files])
    return page


@home.per_folder
def benchmark() -> Benchmark | None:
    """What the benchmark shows (benchmark/benchmark.yaml); None where a project has none. ProblemsFound as of `area_page`."""
    found = read_models([p for p in home.files(BENCHMARK) if p.stem == "benchmark"], Benchmark)
    _named(found, BENCHMARK)
    page = found.get("benchmark")
    _there((*page.indicators, *page.alike) if page else (), BENCHMARK, "benchmark")
    return page


def _there(names: Sequence[str], folder: str, file: str) -> None:
    unknown = [one for one in names if one not in indicators()]
    if unknown:
        raise ProblemsFound([_problem(folder, file, f"there is no indicator '{one}'.{nearest(one, indicators())}") for one in unknown])


def _named(found: Mapping[str, Indicator | AreaPage | Benchmark], folder: str) -> None:
    wrong = [
        _problem(folder, name, f"id '{one.id}' is not the file's name. Write id: {name}.") for name, one in found.items() if one.id != name
    ]
    if wrong:
        raise ProblemsFound(wrong)


def _problem(folder: str, name: str, said: str) -> Problem:
    return Problem(name_of(home.file(folder, f"{name}.yaml")), 1, 0, "indicator", said)
