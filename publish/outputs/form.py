"""The short form that goes with a folder of outputs: what each file shows, in the words of the table language.

    version: 1
    title: Jeugdhulp in Noord-Drenthe
    researcher: A. de Boer
    purpose: Dissertation on the use of youth care in rural municipalities
    outputs:
      - file: output_0_0.csv
        title: Young people in care by municipality and sex
        statbarn: Frequencies
        counts:
          source: jeugdhulp
          unit: jongeren
          moment: gebruik
          period: 2024HJ01
          where: leeftijd >= 12 and leeftijd < 18
          rows: [{classification: regio}]
          columns: {classification: geslacht}
      - file: model.txt
        title: Regression
        statbarn: StatisticalHypothesisTests

An axis is a classification of the house, own groups (`groups: {north: "gemeente in ('GM1680', 'GM1730')"}`, a filter for each), or `periods: true`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from celwacht.publish.outputs.statbarns import RISKS
from celwacht.tables.yaml.model import FieldName, Line, Strict, TableId
from pydantic import Field, StringConstraints, model_validator

FORM = "form.yaml"
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
Filter = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
PERIOD = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}[A-Z]{2}[0-9]{2}$")]


class Axis(Strict):
    """What the labels along one side of a table mean: exactly one of the three."""

    classification: FieldName | None = Field(default=None, description="A classification; labels are its codes or titles, or All.")
    field: FieldName | None = Field(default=None, description="Field of the records; default: the classification's own.")
    per_person: Literal["laatste", "alle"] = Field(default="laatste", description="As in a table of persons.")
    groups: dict[str, Filter] | None = Field(default=None, description="Own groups: label -> filter on the records.")
    periods: Literal[True] | None = Field(default=None, description="Labels are periods, such as 2024HJ01.")

    @model_validator(mode="after")
    def _one(self) -> Axis:
        if sum(x is not None for x in (self.classification, self.groups, self.periods)) != 1:
            raise ValueError("an axis is a classification, groups or periods: exactly one of these")
        return self


class Counts(Strict):
    """A table of counts, or of sums, over the register."""

    source: TableId = Field(description="Which records: the name of a file of sources/.")
    unit: FieldName = Field(description="What is counted, such as trajecten or jongeren; of sums: who contributes.")
    moment: Literal["instroom", "uitstroom", "gebruik", "stand"] = Field(description="As in a table.")
    stand_includes_end: bool = Field(default=False, description="As in a table.")
    period: PERIOD | None = Field(default=None, description="Of the whole table, unless an axis has periods.")
    where: Filter | None = Field(default=None, description="The selection of the whole table.")
    rounded: Annotated[int, Field(ge=1, le=100)] = Field(default=1, description="To multiples of this; 1: exact.")
    rows: tuple[Axis, ...] = Field(default=(), description="The leading columns of the file, in order.")
    columns: Axis | None = Field(default=None, description="The header, where the figures stand in several columns.")
    sum_of: FieldName | None = Field(default=None, description="Numeric field that is summed; default: a count.")

    @model_validator(mode="after")
    def _period_once(self) -> Counts:
        axes = [a for a in (*self.rows, self.columns) if a is not None]
        if sum(a.periods is not None for a in axes) + (self.period is not None) != 1:
            raise ValueError("say the period once: `period`, or one axis with `periods: true`")
        if not axes:
            raise ValueError("a table has rows or columns")
        return self


class Output(Strict):
    """One output."""

    file: FileName = Field(description="The file, in the same folder.")
    sheet: Line | None = Field(default=None, description="Sheet of a workbook; default: the first.")
    title: Line = Field(description="What it shows.")
    statbarn: Literal[tuple(RISKS)] | None = Field(default=None, description="Kind of statistic; default: what ACRO recorded.")  # type: ignore[valid-type]
    counts: Counts | None = Field(default=None, description="Of frequencies and sums: what is counted. Without it a person must look.")
    note: Line | None = Field(default=None, description="For the checker.")


class Form(Strict):
    """The whole form."""

    version: Literal[1] = Field(description="Version of the form.")
    title: Line = Field(description="Of the analysis.")
    researcher: Line = Field(description="Who asks; may never be one of the checkers.")
    purpose: Line = Field(description="What the outputs are for.")
    outputs: Annotated[tuple[Output, ...], Field(min_length=1, max_length=200)] = Field(description="Every file that is to leave.")

    @model_validator(mode="after")
    def _each_once(self) -> Form:
        names = [(o.file, o.sheet) for o in self.outputs]
        if len(set(names)) < len(names):
            raise ValueError("a file (or sheet) is named twice under outputs")
        return self
