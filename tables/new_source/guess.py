"""From the columns of a file to what they are together: person, birth, sex, begin, end, place and categories. Each guess with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from celwacht.tables.new_source.columns import Column, is_bsn
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.written_days import FORMS, digits_of

BIRTH = ("birth", "born", "dob", "geboor", "geboren", "naissance", "geburt")
BEGIN = ("start", "begin", "began", "from", "since", "admission", "admitted", "aanvang", "van", "opened", "entry", "ingang")
END = ("end", "ended", "until", "till", "discharge", "exit", "einde", "eind", "tot", "closed", "stop", "stopped", "ceased", "left")
PERSON = ("child", "person", "client", "bsn", "pupil", "patient", "persoon", "kind", "clientnummer", "nummer", "number", "id")
SEX = ("sex", "gender", "geslacht")
AREA = (
    *("area", "region", "borough", "county", "municipality", "gemeente", "gebied", "regio", "authority", "ward", "wijk", "district"),
    *("commune", "council", "canton", "province", "provincie", "parish", "gss", "lsoa", "kommune"),
)
GSS = re.compile(r"[A-Z]\d{8}", re.ASCII)
"""Codes of areas in the United Kingdom."""
REGION_CODE = re.compile(r"[0-9A-Z_]{1,10}", re.ASCII)


@dataclass(frozen=True)
class Guess:
    """What the columns of a file seem to be; why: column -> the reason, in words. Categories in the order of the file."""

    columns: tuple[Column, ...]
    dates: str
    person: Column
    begin: Column
    end: Column
    kind: Column
    birth: Column | None
    sex: Column | None
    area: Column | None
    area_name: Column | None
    categories: tuple[Column, ...]
    why: dict[str, str] = field(default_factory=dict)
    last: date = date(2000, 1, 1)
    first: date = date(2000, 1, 1)
    id: str = ""
    taken: frozenset[str] = frozenset()
    """Names of classifications that are there already."""

    @property
    def rest(self) -> tuple[Column, ...]:
        """The columns that are not kept."""
        own = {c.name for c in (self.person, self.begin, self.end, self.birth, self.area, *self.categories) if c is not None}
        return tuple(c for c in self.columns if c.name not in own)


def guess(file: str, columns: Sequence[Column]) -> Guess:
    """What the columns are; ProblemsFound, with all that is missing, where no register can be made of them."""
    problems = _names(file, columns)
    if problems:
        raise ProblemsFound(problems)
    dates, dated = _dates(columns)
    why: dict[str, str] = {}
    birth = _birth(columns, dated, why)
    times = {name: days for name, days in dated.items() if birth is None or name != birth.name}
    begin, end = _begin_end(columns, times, why)
    used = {c.name for c in (birth, begin, end) if c is not None} | set(times)
    person = _person([c for c in columns if c.name not in used], birth, why)
    categories = [c for c in columns if c.name not in used and c is not person and c.is_category]
    area = _area(categories, why)
    sex = next((c for c in categories if c.called(*SEX)), None)
    if sex is not None:
        why[sex.name] = "its name, and few values"
    other = [c for c in categories if c is not area and c is not sex]
    kinds = [c for c in other if area is None or c is not _name_of(area, categories, {})]
    kind = _kind(kinds, person, begin) if person is not None and begin is not None else next(iter(kinds), None)
    missing = [
        (person, "an identifier of the person: a column filled in everywhere, of which values may come back, such as child_id"),
        (begin, "a day of begin: a column of days, filled in everywhere, such as started"),
        (end, "a day of end: a column of days, empty while it runs, such as ended"),
        (kind, "a category: a column with few values that come back, such as placement"),
    ]
    wrong = [
        Problem(file, 1, 0, "new-source", f"it has not {said}. Add it, or name a column so.") for found, said in missing if found is None
    ]
    if wrong or person is None or begin is None or end is None or kind is None:
        raise ProblemsFound(wrong)
    named = _name_of(area, categories, why) if area is not None else None
    kept = tuple(c for c in categories if c is not area and c is not named)
    days = [day for name in (begin.name, end.name) for day in times.get(name, ())]
    return Guess(tuple(columns), dates, person, begin, end, kind, birth, sex, area, named, kept, why, max(days), min(times[begin.name]))


def _names(file: str, columns: Sequence[Column]) -> list[Problem]:
    problems = []
    for number, one in enumerate(columns, 1):
        if not one.name:
            said = f"column {number}: its header is no name of a field: letters without accents, digits and _, at most 40. Name it so."
            problems.append(Problem(file, 1, 0, "new-source", said))
        elif [c.name for c in columns].count(one.name) > 1:
            problems.append(Problem(file, 1, 0, "new-source", f"column {number}: there is another {one.name}. Give each its own name."))
    if not any(one.filled for one in columns):
        problems.append(Problem(file, 1, 0, "new-source", "there are no records below the header. Give a file with some hundreds of them."))
    return problems


def _dates(columns: Sequence[Column]) -> tuple[str, dict[str, tuple[date, ...]]]:
    """The form in which most columns of days are written, and the days of each."""
    found = {form: {c.name: days for c in columns if (days := c.days(form)) is not None} for form in FORMS}
    best = max(FORMS, key=lambda form: (len(found[form]), -list(FORMS).index(form)))
    return best, found[best]


def _birth(columns: Sequence[Column], dated: dict[str, tuple[date, ...]], why: dict[str, str]) -> Column | None:
    """By name, or else days that lie years before all other days."""
    there = [c for c in columns if c.name in dated]
    for one in there:
        if one.called(*BIRTH):
            why[one.name] = "its name, and days"
            return one
    if len(there) < 3:
        return None
    middle = {c.name: sorted(dated[c.name])[len(dated[c.name]) // 2] for c in there}
    first, second = sorted(there, key=lambda c: middle[c.name])[:2]
    if (middle[second.name] - middle[first.name]).days < 1000:
        return None
    why[first.name] = "days that lie years before the others"
    return first


def _begin_end(columns: Sequence[Column], times: dict[str, tuple[date, ...]], why: dict[str, str]) -> tuple[Column | None, Column | None]:
    """By name, or else the fullest of days is the begin and the emptiest the end."""
    there = [c for c in columns if c.name in times]
    begin = next((c for c in there if c.called(*BEGIN)), None)
    end = next((c for c in there if c.called(*END) and c is not begin), None)
    for one in (begin, end):
        if one is not None:
            why[one.name] = "its name, and days"
    if begin is None:
        begin = max((c for c in there if c is not end), key=lambda c: (len(c.filled), -there.index(c)), default=None)
        if begin is not None:
            why[begin.name] = "the first column of days that is filled in most"
    if end is None:
        end = min((c for c in there if c is not begin), key=lambda c: (len(c.filled), there.index(c)), default=None)
        if end is not None:
            why[end.name] = "the column of days that is filled in least"
    return begin, end


def _person(columns: Sequence[Column], birth: Column | None, why: dict[str, str]) -> Column | None:
    """An identifier: filled in everywhere, with many values, each born on one day; by name first."""
    there = [c for c in columns if len(c.filled) == len(c.texts) and len(c.counts) > max(1, len(c.texts) // 20)]
    named = [c for c in there if c.called(*PERSON)]
    found = max(
        named or there,
        key=lambda c: (c.called(*PERSON[:8]), birth is None or is_of_person(birth, c), _comes_back(c), len(c.counts)),
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


def _kind(kinds: Sequence[Column], person: Column, begin: Column) -> Column | None:
    """The category that tells apart most of what one person began on one day; of equals the first."""
    return max(kinds, key=lambda c: len(set(zip(person.texts, begin.texts, c.texts))), default=None)


def is_of_person(column: Column, person: Column) -> bool:
    """Whether nobody has two values of it."""
    filled = {pair for pair in zip(person.texts, column.texts) if pair[1]}
    return len(filled) == len({who for who, _ in filled})


def overlaps(found: Guess) -> bool:
    """Whether somebody's record begins before an earlier one of the same kind has ended."""
    last: dict[tuple[str, str], str] = {}
    days = [(digits_of(a, found.dates) or "", digits_of(b, found.dates) or "99999999") for a, b in zip(found.begin.texts, found.end.texts)]
    for (begin, end), who in sorted(zip(days, zip(found.person.texts, found.kind.texts))):
        if begin <= last.get(who, ""):
            return True
        last[who] = max(end, last.get(who, ""))
    return False


def _area(categories: Sequence[Column], why: dict[str, str]) -> Column | None:
    """A category named after a kind of area, with codes of regions."""
    for one in categories:
        if len(one.counts) > 1 and all(GSS.fullmatch(text) for text in one.counts):
            why[one.name] = "codes of a letter and eight digits, as areas have"
            return one
        if one.called(*AREA) and len(one.counts) > 1 and all(REGION_CODE.fullmatch(text) for text in one.counts):
            why[one.name] = "its name, and codes in capitals and digits"
            return one
    return None


def _name_of(area: Column, categories: Sequence[Column], why: dict[str, str]) -> Column | None:
    """The category with the names of the areas: one for each, and another for every other."""
    for one in categories:
        pairs = set(zip(area.texts, one.texts))
        if one is not area and len(pairs) == len(area.counts) == len(one.counts) and one.called(*AREA, "name", "naam"):
            why[one.name] = f"one value for each of {area.name}: its name, for the list of areas"
            return one
    return None
