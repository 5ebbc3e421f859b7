"""From the columns of a file to what they are together: person, birth, sex, begin, end, place and categories. Each guess with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from celwacht.tables.new_source import refusals
from celwacht.tables.new_source.calendar import period_of, year_of
from celwacht.tables.new_source.columns import Column, is_bsn, name_of, one_each
from celwacht.tables.new_source.places import Places, places_of
from celwacht.tables.new_source.words import BEGIN, BIRTH, END, NUMBERS, PERSON, SEX, SEXES
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.written_days import FORMS

Said = Mapping[str, tuple[str, ...]]
"""Role (words.ROLES) -> the columns that were said to be it; none at all: the file has no such column."""


@dataclass(frozen=True)
class Guess:
    """What the columns of a file seem to be; why: column -> the reason, in words. Categories in the order of the file.

    more: columns that only together with `person` tell persons apart. end: None for events of one day."""

    columns: tuple[Column, ...]
    dates: str
    person: Column
    more: tuple[Column, ...]
    begin: Column
    end: Column | None
    kind: Column
    birth: Column | None
    sex: Column | None
    places: Places
    categories: tuple[Column, ...]
    period: Period
    why: dict[str, str] = field(default_factory=dict)
    last: date = date(2000, 1, 1)
    first: date = date(2000, 1, 1)
    id: str = ""
    also: tuple[Column, ...] = ()
    """What tells records of one person, begin and kind apart (tell_apart)."""
    year: Column | None = None
    """Of a file of several years: the year that each record is delivered for."""
    taken: frozenset[str] = frozenset()
    """Names of classifications that are there already."""

    @property
    def area(self) -> Column | None:
        """The column with the codes of the smallest areas."""
        return self.places.area

    @property
    def who(self) -> tuple[str, ...]:
        """What tells persons apart, per record."""
        return tuple("\x1f".join(texts) for texts in zip(self.person.texts, *(one.texts for one in self.more)))

    @cached_property
    def numbers(self) -> tuple[Column, ...]:
        """The columns of amounts and counts: of numbers, and not of the number of something."""
        return tuple(c for c in self._free if not c.called(*NUMBERS) and c.numbers is not None)

    @property
    def rest(self) -> tuple[Column, ...]:
        """The columns that are not kept."""
        return tuple(c for c in self._free if c not in self.numbers)

    @property
    def _free(self) -> list[Column]:
        """The columns that are nothing yet: no role, no category and no place."""
        kept = (self.person, *self.more, self.begin, self.end, self.birth, self.year, *self.categories, *self.also)
        own = {one.name for one in kept if one is not None} | set(self.places.columns)
        return [c for c in self.columns if c.name not in own]


def guess(file: str, columns: Sequence[Column], said: Said | None = None, period: Period | None = None) -> Guess:
    """What the columns are; ProblemsFound, with all that is missing, where no register can be made of them.

    said: what is known already, which is not guessed. period: of the file; default: by its days."""
    said = said or {}
    problems = [*refusals.names(file, columns), *refusals.unknown(file, columns, said)]
    if problems:
        raise ProblemsFound(problems)
    return _guess(file, columns, {role: [_called(columns, name) for name in names] for role, names in said.items()}, period)


def _called(columns: Sequence[Column], name: str) -> Column:
    return next(c for c in columns if c.name == name_of(name))


def _guess(file: str, columns: Sequence[Column], given: Mapping[str, list[Column]], period: Period | None) -> Guess:
    dates, dated = _dates(columns)
    why = {one.name: "said so" for some in given.values() for one in some}
    birth = _first(given, "birth") if "birth" in given else _birth(columns, dated, why, given)
    times = {name: days for name, days in dated.items() if birth is None or name != birth.name}
    begin, end = _begin_end(columns, times, why, given)
    used = {c.name for c in (birth, begin, end) if c is not None} | set(times)
    person = _first(given, "person") if "person" in given else _person([c for c in columns if c.name not in used], birth, why)
    more = tuple(given.get("person", ())[1:])
    free = [c for c in columns if c.name not in used and c is not person]
    year = _year(free, person, begin, end, dates, why, given)
    categories = [c for c in free if c.is_category and c not in more and c is not year]
    places = Places() if given.get("area") == [] else places_of(categories, why, _first(given, "area"))
    sex = _first(given, "sex") if "sex" in given else _sex(categories, why)
    kept = [c for c in categories if c.name not in places.columns]
    if not kept and places.made is not None:
        places, kept = Places(), categories  # the only category is what happened, whatever its name
    kind = _first(given, "kind") or _kind([c for c in kept if c is not sex] or kept, person, begin)
    wrong = refusals.missing(file, person, begin, kind)
    wrong = [*wrong, *refusals.other_forms(file, columns)] if wrong else []
    wrong += [
        refusals.no_day(file, one, dates, role)
        for role, one in (("begin", begin), ("end", end), ("birth", birth))
        if one and one.name not in dated and not (role == "birth" and one.is_years)
    ]
    if year is not None and not (year.is_years and year.is_full):
        wrong.append(refusals.no_year(file, year))
    if wrong or person is None or begin is None or kind is None:
        raise ProblemsFound(wrong)
    days = [day for one in (begin, end) if one is not None for day in times.get(one.name, ())]
    first = min(times[begin.name])
    latest = max(times[begin.name]) if _ends_are_later(times, begin, end) else max(days)
    when = period or (Period(max(map(int, year.texts)), "JJ", 0) if year else period_of(first, latest))
    made = Guess(tuple(columns), dates, person, more, begin, end, kind, birth, sex, places, tuple(kept), when, why, max(days), first)
    return replace(made, year=year, also=tuple(given.get("kind", ())[1:]))


def _first(given: Mapping[str, list[Column]], role: str) -> Column | None:
    return next(iter(given.get(role, ())), None)


def _year(
    free: Sequence[Column],
    person: Column | None,
    begin: Column | None,
    end: Column | None,
    dates: str,
    why: dict[str, str],
    given: Mapping[str, list[Column]],
) -> Column | None:
    """The column with the year of delivery, of a file of several years."""
    if "year" in given or person is None or begin is None:
        return _first(given, "year")
    found = year_of(free, begin, end, person.texts, dates)
    if found is not None:
        why[found.name] = "its name, and each record runs in its year: a delivery for each"
    return found


def _ends_are_later(times: dict[str, tuple[date, ...]], begin: Column, end: Column | None) -> bool:
    """Whether the file is of the year in which all began, and tells some ends that came after it."""
    if end is None or end.name not in times:
        return False
    first, last = min(times[begin.name]), max(times[begin.name])
    by_begin = period_of(first, last)
    return by_begin.begin <= first and max(times[end.name]) > by_begin.end


def _dates(columns: Sequence[Column]) -> tuple[str, dict[str, tuple[date, ...]]]:
    """The form in which most columns of days are written, and the days of each."""
    found = {form: {c.name: days for c in columns if (days := c.days(form)) is not None} for form in FORMS}
    best = max(FORMS, key=lambda form: (len(found[form]), -list(FORMS).index(form)))
    return best, found[best]


def _birth(
    columns: Sequence[Column], dated: dict[str, tuple[date, ...]], why: dict[str, str], given: Mapping[str, list[Column]]
) -> Column | None:
    """By name, or else days that lie years before all other days."""
    taken = [one for some in given.values() for one in some]
    there = [c for c in columns if c.name in dated and c not in taken]
    for one in there:
        if one.called(*BIRTH):
            why[one.name] = "its name, and days"
            return one
    years = next((c for c in columns if c not in taken and c.called(*BIRTH) and c.is_years), None)
    if years is not None:
        why[years.name] = "its name, and years"
        return years
    if len(there) + len([c for c in taken if c.name in dated]) < 3:
        return None
    middle = {c.name: sorted(dated[c.name])[len(dated[c.name]) // 2] for c in columns if c.name in dated}
    first, second = sorted(middle, key=lambda name: middle[name])[:2]
    if (middle[second] - middle[first]).days < 1000 or first not in [c.name for c in there]:
        return None
    why[first] = "days that lie years before the others"
    return next(c for c in there if c.name == first)


def _begin_end(
    columns: Sequence[Column], times: dict[str, tuple[date, ...]], why: dict[str, str], given: Mapping[str, list[Column]]
) -> tuple[Column | None, Column | None]:
    """By name, or else the fullest of days is the begin and the emptiest the end. One column of days: events of one day."""
    there = [c for c in columns if c.name in times and why.get(c.name) != "said so"]
    begin, end = _first(given, "begin"), _first(given, "end")
    if begin is None:
        begin = next((c for c in there if c.called(*BEGIN)), None)
        if begin is not None:
            why[begin.name] = "its name, and days"
    if end is None and "end" not in given:
        end = next((c for c in there if c.called(*END) and c is not begin), None)
        if end is not None:
            why[end.name] = "its name, and days"
    if begin is None:
        begin = max((c for c in there if c is not end), key=lambda c: (len(c.filled), -there.index(c)), default=None)
        if begin is not None:
            why[begin.name] = "the first column of days that is filled in most"
    if end is None and "end" not in given:
        end = min((c for c in there if c is not begin), key=lambda c: (len(c.filled), there.index(c)), default=None)
        if end is not None:
            why[end.name] = "the column of days that is filled in least"
    if begin is None and end is not None:
        begin, end = end, None  # one column of days
        why[begin.name] = "the only column of days: an event of one day"
    return begin, end


def _person(columns: Sequence[Column], birth: Column | None, why: dict[str, str]) -> Column | None:
    """An identifier: filled in everywhere, with many values, each born on one day; by name first."""
    there = [c for c in columns if len(c.filled) == len(c.texts) and len(c.counts) > max(1, len(c.texts) // 20)]
    named = [c for c in there if c.called(*PERSON)]
    found = max(
        named or there,
        key=lambda c: (c.called(*PERSON[:8]), birth is None or one_each(birth, c.texts), _comes_back(c), len(c.counts)),
        default=None,
    )
    if found is not None:
        why[found.name] = "its name, and many values" if named else "many values, filled in everywhere"
        if not named and _comes_back(found):
            why[found.name] += ", of which some come back"
        if is_bsn(found):
            why[found.name] += ", nine digits that pass the test of eleven"
    return found


def _comes_back(column: Column) -> bool:
    """Whether a person has several records; a number of the record itself is another in each."""
    return len(column.counts) < len(column.texts)


def _sex(categories: Sequence[Column], why: dict[str, str]) -> Column | None:
    """By name, or else by its values: M and F."""
    named = next((c for c in categories if c.called(*SEX)), None)
    if named is not None:
        why.setdefault(named.name, "its name, and few values")
        return named
    for one in categories:
        values = {text.casefold() for text in one.counts}
        if len(values) <= 4 and all(values & some for some in SEXES):
            why.setdefault(one.name, "its values")
            return one
    return None


def _kind(kinds: Sequence[Column], person: Column | None, begin: Column | None) -> Column | None:
    """The category that tells apart most of what one person began on one day; of equals the first."""
    if person is None or begin is None:
        return next(iter(kinds), None)
    return max(kinds, key=lambda c: (len(c.filled) == len(c.texts), len(set(zip(person.texts, begin.texts, c.texts)))), default=None)
