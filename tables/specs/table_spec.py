"""What a table specification may say: the law of `table_specs/*.yaml`, and the source of its JSON Schema.

One file is one table. Everything a reader of the table sees (titles, footnotes) and everything that decides a figure
(unit, moment, filter, dimensions, periods, policy) is in it. No SQL: the filter is a closed grammar (filter_language.py).
"""

from __future__ import annotations

from typing import Annotated, Literal

from celwacht.tables.regions.region_spec import DIVISION, WhichDivision
from celwacht.tables.yaml.model import CLOCK, DAY_OF_YEAR, PART, FieldName, Line, Name, Strict, TableId, Text, Title
from pydantic import ConfigDict, Field, StringConstraints


class DimensionSpec(Strict):
    """One dimension of the table."""

    name: Name = Field(description="Name in the published cube, such as Area or Reason.")
    classification: FieldName = Field(description="File in table_specs/classifications/ with codes and hierarchy.")
    field: FieldName | None = Field(default=None, description="Field of the records; default: the classification's own.")
    levels: tuple[FieldName, ...] | None = Field(
        default=None, description="Which levels of the hierarchy are published, coarse to fine; default: all."
    )
    per_person: Literal["laatste", "alle"] = Field(
        default="laatste",
        description="Only for a unit of persons. laatste: a person counts in one class, that of the trajectory that "
        "began last. alle: counts once in every class touched, so that classes do not add up.",
    )
    title: Title | None = Field(default=None, description="Title; default: the classification's own.")
    division: WhichDivision | None = Field(
        default=None, description=f"Only for regions: which division; default: that of the table. {DIVISION}"
    )


_KIND = "What is measured: count, sum, mean, share or rate."
_NAME = "Name of the measure in the published cube, such as BegonnenTrajecten."
_TITLE = "Title of the measure, as above the column."
_EXPLAINED = "What the reader must know to use the measure."
_DECIMALS = "Places after the decimal point as printed."
Age = Annotated[int, Field(ge=0, le=150)]


class CountMeasure(Strict):
    """Number of units: trajectories, or distinct persons."""

    kind: Literal["count"] = Field(description=_KIND)
    name: Name = Field(description=_NAME)
    title: Title = Field(description=_TITLE)
    description: Text | None = Field(default=None, description=_EXPLAINED)


class SumMeasure(Strict):
    """Sum of a numeric field over trajectories."""

    kind: Literal["sum"] = Field(description=_KIND)
    name: Name = Field(description=_NAME)
    title: Title = Field(description=_TITLE)
    field: FieldName = Field(description="Numeric field, such as duur_dagen.")
    unit: Line = Field(default="dagen", description="Unit as shown to the reader.")
    description: Text | None = Field(default=None, description=_EXPLAINED)


class MeanMeasure(Strict):
    """Mean of a numeric field over trajectories, printed to `decimals` places."""

    kind: Literal["mean"] = Field(description=_KIND)
    name: Name = Field(description=_NAME)
    title: Title = Field(description=_TITLE)
    field: FieldName = Field(description="Numeric field, such as duur_dagen.")
    decimals: Annotated[int, Field(ge=0, le=2)] = Field(default=0, description=_DECIMALS)
    unit: Line = Field(default="dagen", description="Unit as shown to the reader.")
    description: Text | None = Field(default=None, description=_EXPLAINED)


class MedianMeasure(Strict):
    """Median of a numeric field over trajectories. It can be asked for, so that the answer says why it is refused; it is not counted."""

    kind: Literal["median"] = Field(description=_KIND)
    name: Name = Field(description=_NAME)
    title: Title = Field(description=_TITLE)
    field: FieldName = Field(description="Numeric field, such as duur_dagen.")
    decimals: Annotated[int, Field(ge=0, le=2)] = Field(default=0, description=_DECIMALS)
    unit: Line = Field(default="dagen", description="Unit as shown to the reader.")
    description: Text | None = Field(default=None, description=_EXPLAINED)


class ShareMeasure(Strict):
    """Share of a code in another code of the same dimension, from published counts only."""

    kind: Literal["share"] = Field(description=_KIND)
    name: Name = Field(description=_NAME)
    title: Title = Field(description=_TITLE)
    of: Name = Field(description="The count measure that is divided.")
    within: Name = Field(description="The dimension within which shares are taken: part / the dimension's first code.")
    decimals: Annotated[int, Field(ge=0, le=2)] = Field(default=1, description=_DECIMALS)
    description: Text | None = Field(default=None, description=_EXPLAINED)


class AgesOfCode(Strict):
    """The ages of the people among whom those of one code, and of the codes below it, are counted."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z_]{1,10}$")] = Field(description="Code of the dimension `by`.")
    from_: Age | None = Field(default=None, alias="from", description="Lowest age; default: that of the measure.")
    below: Age | None = Field(default=None, description="Lowest age above it; default: that of the measure.")


class RateMeasure(Strict):
    """Units per 100 or 1 000 persons of the region, age and sex of the row, from published counts and public populations only."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    kind: Literal["rate"] = Field(description=_KIND)
    name: Name = Field(description=_NAME)
    title: Title = Field(description=_TITLE)
    of: Name = Field(description="The count measure that is divided.")
    population: FieldName = Field(default="inwoners", description="Population: the files of table_specs/populations/ with that name.")
    from_: Age | None = Field(default=None, alias="from", description="Lowest age of the people who are divided by; default: 0.")
    below: Age | None = Field(default=None, description="Lowest age above them; default: all ages.")
    by: Name | None = Field(default=None, description="The dimension of which some codes have other ages: those under `ages`.")
    ages: tuple[AgesOfCode, ...] = Field(default=(), description="Codes of dimension `by` of which people of other ages are divided by.")
    per: Literal[100, 1000] = Field(default=100, description="Per how many people.")
    decimals: Annotated[int, Field(ge=0, le=2)] = Field(default=1, description=_DECIMALS)
    description: Text | None = Field(default=None, description=_EXPLAINED)


Measure = Annotated[CountMeasure | SumMeasure | MeanMeasure | MedianMeasure | ShareMeasure | RateMeasure, Field(discriminator="kind")]


class Footnote(Strict):
    """A note for the reader, on the table or on one dimension or measure."""

    text: Text = Field(description="The note.")
    on: Name | None = Field(default=None, description="Name of a dimension or measure; default: the whole table.")


class YearsOfTable(Strict):
    """The years that a table is made for, where records hold what it shows in some years only."""

    first: Annotated[int, Field(ge=1900, le=9999)] = Field(default=1900, description="First year.")
    last: Annotated[int, Field(ge=1900, le=9999)] = Field(default=9999, description="Last year.")


class TableSpec(Strict):
    """One standard table."""

    version: Literal[1] = Field(description="Version of the specification language.")
    id: TableId = Field(description="Name of the table; equal to the file's name.")
    statline: Annotated[str, StringConstraints(pattern=r"^[0-9]{5}(NED|ned)$")] | None = Field(
        default=None, description="Table of Statistics Netherlands that this one follows."
    )
    title: Title = Field(description="Title of the table.")
    description: Text = Field(description="What the table shows, for whom and when, in a few sentences.")
    source: TableId = Field(description="Which records are counted: the name of a file of sources/.")
    unit: FieldName = Field(
        description="What is counted, by the names of the source: trajectories (additive) or distinct persons (not additive)."
    )
    moment: Literal["instroom", "uitstroom", "gebruik", "stand"] = Field(
        description="instroom: begins in the period; uitstroom: ends in it; gebruik: runs at any time in it; "
        "stand: runs on the reference date, the last day of the period."
    )
    stand_includes_end: bool = Field(
        default=False, description="Only for stand: whether a trajectory that ends on the reference date still counts."
    )
    where: Annotated[str, StringConstraints(min_length=1, max_length=1000)] | None = Field(
        default=None, description="Filter on fields in the closed expression grammar, such as: reason == '01'."
    )
    impossible: tuple[Annotated[str, StringConstraints(min_length=1, max_length=1000)], ...] = Field(
        default=(),
        description="Filters that no record can fit, beside what the layouts of the deliveries say: such cells are blank, for "
        "they cannot occur. As in: type == '21' and reden == '01'.",
    )
    dimensions: Annotated[tuple[DimensionSpec, ...], Field(min_length=1, max_length=6)] = Field(
        description="Dimensions, in the order in which they are shown; Perioden comes by itself."
    )
    periods: Annotated[
        tuple[Literal["week", "maand", "kwartaal", "halfjaar", "jaar", "schooljaar", "boekjaar"], ...], Field(min_length=1)
    ] = Field(description="For which kinds of period the table is made.")
    years: YearsOfTable = Field(default=YearsOfTable(), description="Years of which the records hold what the table shows; default: all.")
    measures: Annotated[tuple[Measure, ...], Field(min_length=1, max_length=12)] = Field(
        description="What is counted, summed, averaged or divided, in the order in which it is shown."
    )
    footnotes: tuple[Footnote, ...] = Field(default=(), description="Notes for the reader.")
    keep: tuple[Name, ...] = Field(
        default=(),
        description="Dimensions whose figures at the total of all others are headline figures, beside those that the policy keeps: "
        "withheld last, or never.",
    )
    division: WhichDivision | None = Field(
        default=None, description=f"Which division in regions; default: that of the set, or else of regions/. {DIVISION}"
    )
    policy: FieldName = Field(description="Disclosure policy: a file in table_specs/policies/.")

    def made_for(self, year: int) -> bool:
        """Whether the table is made for periods of this year."""
        return self.years.first <= year <= self.years.last


class PeriodOfSet(Strict):
    """One period of a publication set, relative to the year of the set."""

    year: Annotated[int, Field(ge=-5, le=0)] = Field(description="0: the set's year; -1: the year before.")
    part: Annotated[str, StringConstraints(pattern=PART)] = Field(
        description="As in HJ01, MM05 (May), WE07 (week 7), SJ08 (school year from August), BJ04 (financial year from April)."
    )
    status: Literal["Voorlopig", "NaderVoorlopig", "Definitief"] = Field(
        description="Voorlopig: first figures; NaderVoorlopig: revised; Definitief: final."
    )


class ReleaseMoment(Strict):
    """When a publication set becomes public, in the time of Amsterdam."""

    day: Annotated[str, StringConstraints(pattern=DAY_OF_YEAR)] | None = Field(
        default=None,
        description="Day and month, as in 30-04: the first such day after the last period; default: the last day of "
        "the fourth month after it.",
    )
    time: Annotated[str, StringConstraints(pattern=CLOCK)] = Field(default="00:00", description="Time of day.")


class SetSpec(Strict):
    """A publication set: which tables, for which periods, with which status."""

    version: Literal[1] = Field(description="Version of the specification language.")
    id: TableId = Field(description="Name of the set; equal to the file's name.")
    title: Title = Field(description="Title of the set.")
    description: Text = Field(description="What the set holds and when it is published.")
    tables: Annotated[tuple[TableId, ...], Field(min_length=1)] = Field(description="Ids of the tables.")
    when_delivered: tuple[TableId, ...] = Field(
        default=(),
        description="Of these tables: those that are left out, and said to be, as long as nobody ever delivered records of their source; default: none.",
    )
    periods: Annotated[tuple[PeriodOfSet, ...], Field(min_length=1)] = Field(
        description="Periods of the set; a table takes those of the kinds that it is made for."
    )
    division: WhichDivision | None = Field(
        default=None, description=f"Which division in regions, of tables that do not say; default: that of regions/. {DIVISION}"
    )
    release: ReleaseMoment | None = Field(
        default=None, description="When the set becomes public; default: 00:00 on the last day of the fourth month after its last period."
    )
