"""An indicator: one number per region and period, worked out from published figures by a stated rule.

    value: {kind: printed, table: key_figures, measure: PersonsPer1000, at: {Form: F12}}
    value: {kind: share, table: begun, measure: Cases, of: {Referrer: R02}, within: {Referrer: R00}}

A dimension that is not named stands at its first code, its total. Where a figure that is needed is withheld, there is no number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from celwacht.tables import home
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.yaml.model import CODE, Name, Strict, TableId, Text, Title
from celwacht.tables.yaml.read import name_of, read_models
from pydantic import Field, StringConstraints

INDICATORS, AREAS = "indicators", "areas"
Code = Annotated[str, StringConstraints(pattern=CODE)]
Codes = Annotated[dict[Name, Code], Field(max_length=6)]


class Printed(Strict):
    """A figure as it is published: a rate."""

    kind: Literal["printed"] = Field(description="The figure itself.")
    table: TableId = Field(description="The table.")
    measure: Name = Field(description="Its measure.")
    at: Codes = Field(default={}, description="Codes of dimensions; default: the first, which is the total.")


class Share(Strict):
    """The share of one published count in another, in %."""

    kind: Literal["share"] = Field(description="100 times the count of `of`, by the count of `within`.")
    table: TableId = Field(description="The table of both counts.")
    measure: Name = Field(description="Their measure, a count.")
    of: Codes = Field(description="Codes of the part.")
    within: Codes = Field(description="Codes of the whole, of the same dimensions.")


class Indicator(Strict):
    """One file is one indicator."""

    version: Literal[1] = Field(description="Version of this language: 1.")
    id: TableId = Field(description="Name of the indicator; equal to the file's name.")
    title: Title = Field(description="What it is called.")
    unit: Title = Field(description="What a number is of: % van de inwoners tot 23 jaar.")
    value: Annotated[Printed | Share, Field(discriminator="kind")] = Field(description="How the number is made.")
    polarity: Literal["neutral", "higher", "lower"] = Field(
        description="Whether more is better, or less. neutral: neither, and no page colours or ranks it."
    )
    origin: Literal["office", "own"] = Field(description="office: as the statistical office publishes it. own: with a definition of ours.")
    definition: Text = Field(description="What is counted, and of whom.")
    rationale: Text = Field(description="What it is looked at for.")
    limits: Text = Field(description="What it does not say.")


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
    unknown = [one for one in page.tiles if one not in indicators()] if page else []
    if unknown:
        raise ProblemsFound([_problem(AREAS, "gebied", f"there is no indicator '{one}'.{nearest(one, indicators())}") for one in unknown])
    return page


def _named(found: Mapping[str, Indicator | AreaPage], folder: str) -> None:
    wrong = [
        _problem(folder, name, f"id '{one.id}' is not the file's name. Write id: {name}.") for name, one in found.items() if one.id != name
    ]
    if wrong:
        raise ProblemsFound(wrong)


def _problem(folder: str, name: str, said: str) -> Problem:
    return Problem(name_of(home.file(folder, f"{name}.yaml")), 1, 0, "indicator", said)
