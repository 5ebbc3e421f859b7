"""What a source of records may say: the law of `table_specs/sources/*.yaml`, and the source of its JSON Schema.

One file is one source, of one of three kinds. `register`: records that providers deliver, and how they become trajectories. `persons`:
a register of persons, whose fields stand beside those records. `union`: several registers counted together. Nothing of a register is
known to the program but what such a file and its layouts say.
"""

from __future__ import annotations

from typing import Annotated, Literal

from celwacht.tables.sources.union_parts import Expression, Part, SourceCode
from celwacht.tables.yaml.model import FieldName, Strict, TableId, Title
from pydantic import Field, StringConstraints, TypeAdapter


class Units(Strict):
    """What the source counts, by the names that tables use."""

    records: FieldName = Field(default="trajecten", description="Name of the unit that is one trajectory; such units add up.")
    persons: FieldName | None = Field(
        default=None,
        description="Name of the unit that is one person, or whatever the identifier tells apart; such units do not add up over classes.",
    )


class Identified(Strict):
    """Who a record is about."""

    field: FieldName = Field(description="Field of the layouts with the identifier; it is replaced by a pseudonym at intake.")
    check: Literal["elfproef", "none"] = Field(
        description="elfproef: nine digits that pass the test of eleven; none: any text that the layout allows."
    )
    with_: tuple[FieldName, ...] = Field(
        default=(), alias="with", description="More fields of the layouts that only together with it tell persons apart, such as a court."
    )
    per_provider: bool = Field(default=False, description="Whether two providers may give one identifier to different persons or cases.")
    known: FieldName | None = Field(default=None, description="Name of the field that says whether the identifier was known.")
    birth: FieldName | None = Field(default=None, description="Field of the layouts with the day of birth; default: there is none.")
    sex: FieldName | None = Field(default=None, description="Field with the sex, by which populations are known; default: there is none.")
    without: tuple[FieldName, ...] = Field(
        default=(), description="Fields that together stand for the person where the identifier is not known."
    )


class Placed(Strict):
    """Where a record belongs, by a field of type woonplaats and the list of postal codes of the data folder."""

    field: FieldName = Field(description="Field of the layouts with a postal code, or the code of an area in its place.")
    area: FieldName = Field(description="Name of the field with the area.")
    area_meaning: Title = Field(description="What the area is.")
    district: FieldName = Field(description="Name of the field with the district within the area.")
    district_meaning: Title = Field(description="What the district is.")


class RecordField(Strict):
    """A field of the layouts that is kept."""

    name: FieldName = Field(description="Name of the field in the layouts, and in tables.")
    type: Literal["code", "area", "date", "number"] = Field(
        default="code",
        description="code: one of a list; area: the code of a region; number: for classes of it (kind ranges) and filters; date: a day, for derived "
        "fields only.",
    )
    unit: Annotated[str, StringConstraints(max_length=40)] = Field(
        default="", description="Of a number: what it counts, as it is kept, such as eurocent or lessons."
    )
    meaning: Title = Field(description="What it is.")
    codes: tuple[SourceCode, ...] = Field(default=(), description="Every code that records can hold, where it is fixed; default: any.")
    unknown: tuple[SourceCode, ...] = Field(default=(), description="Codes that say that it is not known.")
    of_person: bool = Field(default=False, description="Whether all records of a person should have the same value.")


class OtherCase(Strict):
    """A field with the number of a case of another record kind of the same provider. Kept as the pseudonym which that case has."""

    name: FieldName = Field(description="Name of the field in the layouts, of type overig.")
    record: FieldName = Field(description="The record kind that has the case.")


class Closed(Strict):
    """The rule for what ran on when last delivered, although its provider delivered later periods without it."""

    rule: FieldName = Field(description="Name of the rule, on the record that it ends.")
    clears: tuple[FieldName, ...] = Field(default=(), description="Fields that are not known of what the rule ends.")
    field: FieldName | None = Field(default=None, description="Name of the field that holds the name of the rule.")
    meaning: Title | None = Field(default=None, description="What that field is.")


class Handover(Strict):
    """Chains of records: what one provider hands over goes on at another."""

    away: FieldName = Field(description="Field with the day on which it was handed over.")
    taken: FieldName = Field(description="Field with the day on which it was taken over.")
    days: Annotated[int, Field(ge=0, le=366)] = Field(default=1, description="Days from handing over to taking over.")


class Trajectories(Strict):
    """How delivered records become trajectories: records of one key are one, of which the newest delivery wins."""

    begin: FieldName = Field(description="Field of the layouts with the first day (role: begin).")
    end: FieldName | None = Field(
        default=None,
        description="Field of the layouts with the last day (role: end); empty: it runs on. Default: records are events of one day, the begin.",
    )
    kind: FieldName = Field(description="Field that, with the person and the begin, tells records apart.")
    also: tuple[FieldName, ...] = Field(
        default=(), description="More fields that tell records of one person, begin and kind apart: codes, areas, or numbers under `names`."
    )
    provider_in_key: bool = Field(description="Whether two providers may each have one with the same person, begin and kind.")
    wins: Literal["latest"] = Field(default="latest", description="latest: the delivery of the latest period wins.")
    closed: Closed | None = Field(default=None, description="What happens to what does not return; default: it runs on.")
    handover: Handover | None = Field(default=None, description="How records go from provider to provider; default: they do not.")

    @property
    def alike(self) -> tuple[FieldName, ...]:
        """The fields that with the person and the begin tell records apart."""
        return (self.kind, *self.also)


class _Made(Strict):
    name: FieldName = Field(description="Name of the field, for tables.")
    meaning: Title = Field(description="What it is.")


_FROM = "What the field is made from: age, duration, days, earlier, nth, begins, ends or taken_over."


class Age(_Made):
    """Whole years: on the reference date for moment stand, else on 31 December of the year of the period."""

    make: Literal["age"] = Field(description=_FROM)


class Duration(_Made):
    """Days from begin to end, or to the end of the period while it runs."""

    make: Literal["duration"] = Field(description=_FROM)


class Days(_Made):
    """Days from the begin, or from another day, to a day."""

    make: Literal["days"] = Field(description=_FROM)
    until: FieldName = Field(description="The field with that day, or the one with the end.")
    since: FieldName | None = Field(default=None, description="The field with the day from which is counted; default: the begin.")


class Earlier(_Made):
    """Whether the person had an earlier trajectory of the source that ended within so many years, and some days, before."""

    make: Literal["earlier"] = Field(description=_FROM)
    years: Annotated[int, Field(ge=1, le=50)] = Field(description="So many years back.")
    days: Annotated[int, Field(ge=1, le=366)] = Field(description="Ended so many days before the begin, or more.")
    among: Expression | None = Field(default=None, description="A filter on the earlier one; default: any.")
    codes: tuple[SourceCode, SourceCode] = Field(description="Code for no, code for yes.")


class Nth(_Made):
    """Which trajectory of the person in the source it is, by begin: those that begin on one day are alike. As far as there are deliveries."""

    make: Literal["nth"] = Field(description=_FROM)
    codes: Annotated[tuple[SourceCode, ...], Field(min_length=2, max_length=20)] = Field(
        description="Code for the first, for the second, ...; the last is for that one and all later ones."
    )


class Begins(_Made):
    """Whether it ran before the period, began in it, or neither is known. Another value in every period."""

    make: Literal["begins"] = Field(description=_FROM)
    codes: tuple[SourceCode, SourceCode, SourceCode] = Field(description="Codes for: ran before; began in it; neither.")


class Ends(_Made):
    """Whether it ended in the period. Another value in every period."""

    make: Literal["ends"] = Field(description=_FROM)
    codes: tuple[SourceCode, SourceCode] = Field(description="Code for ended in it, code for ran on.")


class TakenOver(_Made):
    """Whether it was handed over in the period. Another value in every period."""

    make: Literal["taken_over"] = Field(description=_FROM)
    codes: tuple[SourceCode, SourceCode] = Field(description="Code for yes, code for no.")


Made = Annotated[Age | Duration | Days | Earlier | Nth | Begins | Ends | TakenOver, Field(discriminator="make")]


MadeOfAll = Annotated[Age | Duration | Earlier | Nth | Begins | Ends, Field(discriminator="make")]
"""What a union can make of the trajectories of all its registers."""


class AtTheSameTime(Strict):
    """A field for rules on deliveries: whether another record of the person runs at the same time, in the same delivery."""

    name: FieldName = Field(description="Name of the field, for rules.")
    meaning: Title = Field(description="What it is.")
    other: tuple[SourceCode, ...] = Field(default=(), description="The other one is of one of these kinds.")
    across: tuple[SourceCode, ...] = Field(default=(), description="One of the two is of these kinds, and the other is not.")
    without: tuple[SourceCode, ...] = Field(default=(), description="Neither of the two is of these kinds.")
    other_kind: bool = Field(default=False, description="The other one is of another kind.")


class _Common(Strict):
    version: Literal[1] = Field(description="Version of this language: 1.")
    id: TableId = Field(description="Name of the source; equal to the file's name.")
    title: Title = Field(description="Title of the source.")


class RegisterSource(_Common):
    """Records that providers deliver."""

    kind: Literal["register"] = Field(description="register, persons or union.")
    record: FieldName = Field(description="The record kind: the layouts with this `record` carry it, and files are named after it.")
    units: Units = Field(description="What is counted.")
    person: Identified = Field(description="Who a record is about.")
    place: Placed | None = Field(default=None, description="Where a record belongs, by postal code.")
    provider: Title = Field(description="What the field aanbieder is: who delivers.")
    fields: Annotated[tuple[RecordField, ...], Field(min_length=1)] = Field(description="The fields that are kept.")
    trajectories: Trajectories = Field(description="How records become trajectories.")
    derived: tuple[Made, ...] = Field(default=(), description="Fields that are made from others.")
    persons: tuple[TableId, ...] = Field(default=(), description="Registers of persons of which the fields stand beside the records.")
    at_the_same_time: tuple[AtTheSameTime, ...] = Field(default=(), description="Fields for rules on deliveries.")
    names: tuple[OtherCase, ...] = Field(default=(), description="Fields that name cases of other record kinds.")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The codes and areas that are not of the person, in order."""
        return tuple(f.name for f in self.fields if f.type in ("code", "area") and not f.of_person)

    @property
    def told(self) -> tuple[str, ...]:
        """The same, with the numbers that tell records apart."""
        return tuple(dict.fromkeys([*self.kinds, *self.trajectories.also]))

    @property
    def traits(self) -> tuple[str, ...]:
        """The codes and areas of the person, in order."""
        return tuple(f.name for f in self.fields if f.type in ("code", "area") and f.of_person)

    @property
    def dates(self) -> tuple[str, ...]:
        """The days that are kept, beside begin, end and handing over."""
        return tuple(f.name for f in self.fields if f.type == "date")

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers that are kept, in order."""
        return tuple(f.name for f in self.fields if f.type == "number")

    @property
    def handed(self) -> tuple[str, ...]:
        """The fields with the days of handing and taking over, or none."""
        over = self.trajectories.handover
        return (over.away, over.taken) if over else ()


class PersonSource(_Common):
    """A register of persons, one record per person and year, from one provider."""

    kind: Literal["persons"] = Field(description="register, persons or union.")
    record: FieldName = Field(description="The record kind: the layouts with this `record` carry it.")
    person: Identified = Field(description="Who a record is about.")
    year: FieldName = Field(description="Field of the layouts with the year.")
    fields: Annotated[tuple[RecordField, ...], Field(min_length=1)] = Field(description="The fields that are kept.")


class UnionSource(_Common):
    """Several registers counted together."""

    kind: Literal["union"] = Field(description="register, persons or union.")
    units: Units = Field(description="What is counted.")
    field: FieldName = Field(description="Name of the field that tells the registers apart.")
    meaning: Title = Field(description="What that field is.")
    parts: Annotated[tuple[Part, ...], Field(min_length=2)] = Field(description="The registers.")
    shared: Annotated[tuple[FieldName, ...], Field(min_length=1)] = Field(description="The fields of the registers that tables may use.")
    derived: tuple[MadeOfAll, ...] = Field(
        default=(), description="Fields made of the trajectories of all registers together, so that no register needs to have them."
    )


SourceSpec = Annotated[RegisterSource | PersonSource | UnionSource, Field(discriminator="kind")]
SOURCE = TypeAdapter(SourceSpec)
"""Validates any kind of source file."""
