"""What a file of regions/ may say: how the regions of a country are named, which larger ones they add up to, and by which division.

The regions themselves are tables beside it: `<files>_<year>.csv` holds those of 1 January of a year, `<changes>_<year>.csv` what changed since.
"""

from __future__ import annotations

from typing import Annotated, Literal

from celwacht.tables.problems import nearest
from celwacht.tables.yaml.model import CSV_NAME, FieldName, Strict, TableId, Title
from pydantic import Field, StringConstraints, model_validator

RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z_]{1,10}$")]
Year = Annotated[int, Field(ge=1900, le=2200)]
WhichDivision = Year | Literal["year", "newest"]
DIVISION = (
    "year: the division of the newest year that is published; newest: that of the newest file or change; or a fixed year, as in 2023."
)


class Smallest(Strict):
    """The regions that records name, and of which all others are sums."""

    level: FieldName = Field(description="Name of the level, for tables.")
    files: FieldName = Field(description="Files of the regions: gemeenten for gemeenten_2023.csv, of 1 January of that year.")
    code: FieldName = Field(description="Column with the code.")
    name: FieldName = Field(description="Column with the name.")
    under: FieldName | None = Field(default=None, description="The larger level under which they are shown; default: the whole.")
    letters: Annotated[str, StringConstraints(pattern=r"^[A-Z]{0,4}$")] = Field(
        default="", description="Letters of a code that deliveries may leave out, as GM of GM0363."
    )
    unknown: RegionCode = Field(description="Code of the place of records without a region; no region has it.")


class Larger(Strict):
    """A level of regions that are sums of the smallest."""

    level: FieldName = Field(description="Name of the level, for tables.")
    code: FieldName = Field(description="Column with the code of the larger region.")
    name: FieldName = Field(description="Column with its name.")
    on_request: bool = Field(
        default=False,
        description="Whether only tables have it that name it under levels; a list of regions without its columns does not have it.",
    )
    suffix: str = Field(default="", max_length=20, description="What stands behind the name, so that names of two levels differ.")


class Districts(Strict):
    """A level below the smallest regions, of one year."""

    level: FieldName = Field(description="Name of the level, for tables.")
    file: Annotated[str, StringConstraints(pattern=CSV_NAME)] = Field(description="File with the districts.")
    code: FieldName = Field(description="Column with the code.")
    name: FieldName = Field(description="Column with the name.")
    within: FieldName = Field(description="Column with the region in which it lies.")
    letters: Annotated[str, StringConstraints(pattern=r"^[A-Z]{0,4}$")] = Field(
        default="", description="First letters of the code of the unknown district of a region, as WK of WK0363XX."
    )
    unknown: Annotated[str, StringConstraints(pattern=r"^[A-Z_]{1,4}$")] = Field(
        default="XX", description="Last letters of that code; no district has them."
    )


class OtherNames(Strict):
    """How readers call a region whose name in the lists is another."""

    code: RegionCode = Field(description="Code of the region.")
    names: tuple[Annotated[str, StringConstraints(min_length=1, max_length=80)], ...] = Field(
        description="The names, in any language, that search knows.", min_length=1
    )


class RegionsFile(Strict):
    """One file is one way to divide a country."""

    version: Literal[1] = Field(description="Version of this language: 1.")
    id: TableId = Field(description="Name of the division; equal to the file's name.")
    title: Title = Field(description="Name of the whole, for readers.")
    whole: RegionCode = Field(description="Code of the whole.")
    whole_by_district: RegionCode | None = Field(default=None, description="Its code in tables by district; default: the same.")
    region: Smallest = Field(description="The smallest regions.")
    larger: tuple[Larger, ...] = Field(default=(), description="Larger levels, in the order in which they are shown.")
    district: Districts | None = Field(default=None, description="A level below the smallest regions; default: none.")
    changes: FieldName = Field(
        default="changes",
        description="Files of what changed: changes for changes_2027.csv; with another division beside it, a name of its own.",
    )
    also: tuple[OtherNames, ...] = Field(
        default=(), description="Names by which readers look for a region, beside that of the lists: {code: GM0518, names: [Den Haag]}."
    )
    division: WhichDivision = Field(default="year", description=f"Which division tables use that do not say. {DIVISION}")

    @model_validator(mode="after")
    def _levels_differ(self) -> RegionsFile:
        levels = ["land", self.region.level, *(one.level for one in self.larger), *([self.district.level] if self.district else [])]
        twice = [level for level in levels if levels.count(level) > 1]
        if twice:
            key = "larger" if twice[0] in [one.level for one in self.larger] else "region" if twice[0] == self.region.level else "district"
            raise ValueError(f"{key}: level '{twice[0]}' occurs twice; land is that of the whole. Give one of them another name")
        if self.region.under is not None and self.region.under not in [one.level for one in self.larger]:
            known = nearest(self.region.under, [one.level for one in self.larger]) or " Add it to larger, or leave it out."
            raise ValueError(f"region: under: '{self.region.under}' is no level of larger.{known}")
        return self

    def levels(self, by_district: bool) -> tuple[str, ...]:
        """The levels of a classification, the whole first; by district only those that lie over the smallest regions one by one."""
        shown = [one.level for one in self.larger if not by_district or one.level == self.region.under]
        return ("land", *shown, self.region.level, *([self.district.level] if by_district and self.district else []))

    def usual(self, by_district: bool) -> tuple[str, ...]:
        """The levels of a table that names none: all but those that are on request."""
        asked = {one.level for one in self.larger if one.on_request}
        return tuple(level for level in self.levels(by_district) if level not in asked)

    def unknown_district(self, region: str) -> str:
        """Code of the district of those of whom only the region is known: WK0363XX for GM0363."""
        assert self.district is not None
        return f"{self.district.letters}{region.removeprefix(self.region.letters)}{self.district.unknown}"
