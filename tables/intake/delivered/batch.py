"""The records of one delivery, read but not yet trusted: texts per field, and what can be made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from celwacht.tables.intake.delivered.findings import Findings
from celwacht.tables.intake.delivered.text_column import Column, bsn_test, days_of
from celwacht.tables.periods import Period
from celwacht.tables.regions.by_name import coded
from celwacht.tables.sources.layouts import Layout, LayoutField
from celwacht.tables.sources.sources import of_record
from celwacht.tables.text_files import ungrouped
from celwacht.tables.written_days import PLAIN_DAY, digits_of

"""Days as eight digits; a layout may have them with hyphens instead."""
NO_DAY = np.datetime64("NaT", "D")
MOST_CODE = 10
"""Characters of the code of a region, at most."""


@dataclass(frozen=True)
class Raw:
    """What a reader gives: texts without surrounding spaces, one sequence per field, all equally long."""

    columns: Mapping[str, Sequence[str]] = field(repr=False)
    lines: Sequence[int] | np.ndarray = field(repr=False)
    places: Mapping[str, int]
    nothing: bool = False
    """The file says that there is nothing to report (readers/nothing.py)."""

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(frozen=True)
class Batch:
    """The records of one delivery, with their layout, and the place where problems are noted."""

    layout: Layout
    period: Period
    raw: Raw
    findings: Findings

    def __len__(self) -> int:
        return len(self.raw)

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Characters of every field of the layout."""
        return {one.name: self._column(one) for one in self.layout.fields}

    def _column(self, one: LayoutField) -> Column:
        if one.is_year_of_birth:
            texts = self.raw.columns[one.name]
            return Column.of([f"{text}0000" if len(text) == 4 and text not in one.special else text for text in texts], len("JJJJ0000"))
        if one.type in ("datum", "geboortedatum") and self.layout.dates != PLAIN_DAY:
            form = self.layout.dates  # anything else stays as it is, to be refused
            return Column.of([digits_of(text, form) or text for text in self.raw.columns[one.name]], one.widest)
        if one.type == "gebied" and one.by == "name":
            return Column.of(self._regions_by_name[one.name][0], max(one.widest, MOST_CODE))
        column = Column.of(self.raw.columns[one.name], one.widest)
        if one.type != "woonplaats" or not ((column.characters == ord(" ")) | (column.characters >= ord("a"))).any():
            return column
        # A postal code may be written `1234 ab`: nothing else can be meant.
        return Column.of(["".join(text.split()).upper() for text in self.raw.columns[one.name]], one.widest)

    @cached_property
    def _regions_by_name(self) -> dict[str, tuple[list[str], list[bool]]]:
        """Of each field with the name of a region: the codes, and where a name stands for several regions. Special values stay."""
        found = {}
        for one in self.layout.fields:
            if one.type == "gebied" and one.by == "name":
                codes, several = coded(self.raw.columns[one.name], self.period.year, one.regions)
                given = self.raw.columns[one.name]
                found[one.name] = (
                    [text if text in one.special else code for text, code in zip(given, codes, strict=True)],
                    [text not in one.special and more for text, more in zip(given, several, strict=True)],
                )
        return found

    def of_several_regions(self, name: str) -> np.ndarray:
        """Where the field has a name that several regions have."""
        several = self._regions_by_name.get(name, ([], []))[1]
        return np.array(several, dtype=bool) if several else np.zeros(len(self), dtype=bool)

    @cached_property
    def amounts(self) -> dict[str, list[int | None]]:
        """Of each field with a number: the numbers as they are kept, times 10**decimals; None where there is none: 12.5, 12,50, 0012 and
        1.234,50 with two decimals are 1250, 1250, 1200 and 123450."""
        return {one.name: _amounts(self.raw.columns[one.name], one.decimals) for one in self.fields_of("getal")}

    @cached_property
    def begin(self) -> np.ndarray:
        """First day of each record for this provider: of the measure, or of taking it over; NaT where unreadable."""
        begin, taken = self.layout.role("begin"), self.layout.role("taken_over")
        if begin is None:
            return np.full(len(self), NO_DAY)
        days = self.day(begin.name)
        return days if taken is None else np.where(self.columns[begin.name].filled, days, self.day(taken.name))

    @cached_property
    def end(self) -> np.ndarray:
        """Last day of each record, of an event its only day; NaT where it runs on or is unreadable."""
        end = self.layout.role("end")
        return self.begin if end is None else self.day(end.name)

    @cached_property
    def _days(self) -> dict[str, np.ndarray]:
        return {
            one.name: np.where(self.columns[one.name].length == 8, days_of(self.columns[one.name].number), NO_DAY)
            for one in self.layout.fields
            if one.type == "datum"
        }

    def day(self, name: str) -> np.ndarray:
        """Days of a date field; NaT where it is empty or no day."""
        return self._days[name]

    def special(self, name: str, meaning: str) -> np.ndarray:
        """Where the field has a special value with this meaning (`onbekend`, `ongeboren`)."""
        one = self.layout.field(name)
        if one is None:
            return np.zeros(len(self), dtype=bool)
        return self.columns[name].among([text for text, means in one.special.items() if means == meaning])

    @cached_property
    def identifier(self) -> np.ndarray:
        """What tells persons apart, as texts: the identifier, or where the source names more fields all of them, no two alike."""
        names = [self.layout.person.name, *of_record(self.layout.record).person.with_]
        if len(names) == 1:
            return self.columns[names[0]].array
        parts = zip(*(self.columns[name].array.tolist() for name in names), strict=True)
        return np.array(["".join(f"{len(text)}:{text}" for text in texts) for texts in parts], dtype=np.str_)

    @cached_property
    def person_known(self) -> np.ndarray:
        """Where the identifier of the person is a real one: no special value; of type bsn nine digits that pass the test of eleven."""
        one = self.layout.person
        column, special = self.columns[one.name], list(one.special)
        if one.type != "bsn":
            known = column.filled & (column.length <= one.length) & ~column.among(special)
            for name in of_record(self.layout.record).person.with_:
                known &= self.columns[name].filled
            return known
        nine = column.digits & (column.length == 9)
        return nine & bsn_test(column.number) & (column.number != 0) & ~column.among(special)

    @cached_property
    def birth(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Earliest possible, stored, and latest possible day of birth; NaT where unborn or unreadable.

        A day that is not known is stored as the 15th, a month that is not known as 1 July.
        """
        column = self.columns[self.layout.birth.name]
        number = np.where(column.length == 8, column.number, -1)
        day, month = number % 100, number // 100 % 100
        no_month, no_day = (month == 0) & (day == 0), (day == 0) & (month > 0)
        first = days_of(number + no_month * 101 + no_day)
        stored = days_of(number + no_month * 701 + no_day * 15)
        next_month = (first.astype("datetime64[M]") + np.where(no_month, 12, 1)).astype("datetime64[D]")
        last = np.where(no_month | no_day, next_month - 1, first)
        return first, stored, last

    @cached_property
    def unborn(self) -> np.ndarray:
        """Where the date of birth says that the person is not yet born."""
        return self.special(self.layout.birth.name, "ongeboren")

    def value(self, name: str, index: int) -> str:
        """The text of one field of one record, to be masked by whoever uses it in a message."""
        return self.raw.columns[name][index]

    def fields_of(self, *types: str) -> list[LayoutField]:
        """The fields of these types."""
        return [one for one in self.layout.fields if one.type in types]


def _amounts(texts: Sequence[str], decimals: int) -> list[int | None]:
    form = re.compile(r"(-?)(\d{1,15})" + (rf"(?:[.,](\d{{1,{decimals}}}))?" if decimals else "()"), re.ASCII)
    found = (form.fullmatch(ungrouped(text.strip())) for text in texts)
    return [None if m is None else int(f"{m[1]}{m[2]}{(m[3] or '').ljust(decimals, '0')}") for m in found]
