"""Why no register can be made of a file: each reason with what can be done about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from celwacht.tables.new_source.columns import Column, name_of
from celwacht.tables.new_source.words import BIRTH, ROLES
from celwacht.tables.problems import Problem, nearest

_FORMS = "2024-03-12, 20240312, 12-03-2024, 12/03/2024, 12.03.2024, 03/12/2024, 12-Mar-2024, Mar 12, 2024, 2024-W11-2 (an hour may follow)"


def missing(file: str, person: Column | None, begin: Column | None, kind: Column | None) -> list[Problem]:
    """What no register can do without."""
    what = [
        (person, "an identifier of the person: a column filled in everywhere, of which values may come back, such as child_id", "person"),
        (
            begin,
            f"a day of begin: a column of days, filled in everywhere, such as started. Days are written in one form: {_FORMS}",
            "begin",
        ),
        (kind, "a category: a column with few values that come back, such as placement", "kind"),
    ]
    said = [
        (f"it has not {text}. Add it, name a column so, or say which it is: --column {role}=NAME.")
        for one, text, role in what
        if one is None
    ]
    return [Problem(file, 1, 0, "new-source", text) for text in said]


PERIOD = re.compile(r"(\d{4}) ?[-/]? ?[QTKH][1-4]|[QTKH][1-4] ?[-/]? ?\d{4}|\d{4}", re.ASCII)
"""A quarter, half-year or year as text."""


def other_forms(file: str, columns: Sequence[Column]) -> list[Problem]:
    """What the file is instead: with periods in the place of days, or counts with a column for each year."""
    years = [one.title.strip() for one in columns if re.fullmatch(r"[A-Za-z ]*(19|20)\d\d", one.title.strip())]
    if len(years) > 1:
        said = (
            f"{', '.join(years[:4])} look like a column for each year: these are counts, and no records. `celwacht protect` takes counts."
        )
        return [Problem(file, 1, 0, "new-source", said)]
    coded = [one for one in columns if one.filled and not one.called(*BIRTH) and all(PERIOD.fullmatch(text) for text in one.filled)]
    said = "holds periods and no days; a record has a day. Write the first day of each period in its place, such as 2024-04-01 for a second quarter."
    return [Problem(file, 1, 0, "new-source", f"{one.name} {said}") for one in coded]


def unknown(file: str, columns: Sequence[Column], said: Mapping[str, tuple[str, ...]]) -> list[Problem]:
    """What was said of roles and columns that are not there."""
    names, problems = [c.name for c in columns], []
    for role, some in said.items():
        if role not in ROLES:
            problems.append(Problem("--column", 0, 0, "new-source", f"'{role}' is nothing a column can be.{nearest(role, ROLES)}"))
        for name in some:
            if name_of(name) not in names:
                near = nearest(name_of(name) or name, names)
                problems.append(Problem("--column", 0, 0, "new-source", f"{role}: there is no column '{name}' in {file}.{near}"))
    return problems


def no_year(file: str, one: Column) -> Problem:
    """Of a column that was said to be the year."""
    said = f"{one.name} is said to be the year, and not all of its cells are years such as 2024. Write them so, or name another column."
    return Problem(file, 1, 0, "new-source", said)


def no_day(file: str, one: Column, dates: str, role: str) -> Problem:
    """Of a column that was said to hold days."""
    said = f"{one.name} is said to be the {role}, and not all of its cells are days written {dates}. Write them so, or name another column."
    return Problem(file, 1, 0, "new-source", said)


def names(file: str, columns: Sequence[Column]) -> list[Problem]:
    """What is wrong with the header, and a file without records."""
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
