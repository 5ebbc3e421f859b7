"""What the office says itself on the site: who it is, when sets appear (`site/site.yaml`), news and errata (`messages/*.yaml`).

    calendar:
      - {title: {nl: Cijfers over het jaar}, day: 30-04, set: april}
    messages/2025_05_12_ages.yaml: {kind: erratum, day: 2025-05-12, tables: [use_by_age], ...}

Whatever stands in the calendar is announced: readers see it at once. A message is shown from its day on, and not before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from celwacht.tables import home
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.yaml.model import CLOCK, DATE, DAY_OF_YEAR, MAIL, Strict, TableId, Text, Title
from celwacht.tables.yaml.read import name_of, read_models
from pydantic import Field, StringConstraints

SITE, MESSAGES = "site", "messages"
Day = Annotated[str, StringConstraints(pattern=DATE)]
Clock = Annotated[str, StringConstraints(pattern=CLOCK)]
Mail = Annotated[str, StringConstraints(pattern=MAIL)]


class Expected(Strict):
    """A set that appears every year on the same day."""

    title: Title = Field(description="What appears.")
    set: TableId = Field(description="The set.")
    day: Annotated[str, StringConstraints(pattern=DAY_OF_YEAR)] = Field(description="Day and month: 30-04.")
    time: Clock = Field(default="00:00", description="In the time of Amsterdam.")


class Explanation(Strict):
    """A part of the page that explains."""

    title: Title = Field(description="Its heading.")
    text: Text = Field(description="Paragraphs, with an empty line between them.")


class Accessibility(Strict):
    """The accessibility statement that a public body owes its readers."""

    day: Day = Field(description="When it was drawn up or looked at again.")
    status: Literal["full", "partial", "none"] = Field(description="Whether the site meets WCAG 2.2 at level AA.")
    tested: Text = Field(description="How that was found out.")
    lacking: Annotated[tuple[Text, ...], Field(max_length=20)] = Field(default=(), description="What does not meet it yet.")


class Security(Strict):
    """What security.txt says (RFC 9116)."""

    contact: Mail = Field(description="Where a weakness is reported.")
    expires: Day = Field(description="Until when this holds; the file is not served after it.")


class Site(Strict):
    """What the site says of itself."""

    version: Literal[1] = Field(description="Version of this language: 1.")
    id: TableId = Field(description="Name of the site; equal to the file's name.")
    name: Title = Field(description="Who publishes.")
    contact: Mail = Field(description="Where readers can ask.")
    security: Security | None = Field(default=None, description="What security.txt says; default: there is none.")
    calendar: Annotated[tuple[Expected, ...], Field(max_length=60)] = Field(default=(), description="What is announced.")
    explanations: Annotated[tuple[Explanation, ...], Field(max_length=20)] = Field(default=(), description="Parts of /uitleg, in order.")
    accessibility: Accessibility | None = Field(default=None, description="The accessibility statement.")


class Message(Strict):
    """One file is one message to readers: news, or an error in something published."""

    version: Literal[1] = Field(description="Version of this language: 1.")
    id: TableId = Field(description="Name of the message; equal to the file's name.")
    kind: Literal["news", "erratum"] = Field(description="erratum: something published was wrong.")
    day: Day = Field(description="From this day on readers see it.")
    time: Clock = Field(default="00:00", description="From this time on, in Amsterdam.")
    title: Title = Field(description="Its heading.")
    text: Text = Field(description="What there is to say. No figure that is not public.")
    tables: Annotated[tuple[TableId, ...], Field(max_length=100)] = Field(default=(), description="Tables that it is about.")
    reports: Annotated[tuple[TableId, ...], Field(max_length=40)] = Field(default=(), description="Reports that it is about.")


@home.per_folder
def site() -> Site | None:
    """What the site says of itself (site/site.yaml); None where a project has no such file. ProblemsFound with all that is wrong."""
    path = home.file(SITE, "site.yaml")
    if not path.is_file():
        return None
    found: Mapping[str, Site] = read_models([path], Site)
    own = found["site"]
    days = [("accessibility", own.accessibility.day)] if own.accessibility else []
    days += [("security", own.security.expires)] if own.security else []
    wrong = [_problem(path, f"{key}: {day} is no day of the calendar.") for key, day in days if not _is_day(day)]
    if own.id != "site":
        wrong.append(_problem(path, f"id '{own.id}' is not the file's name. Write id: site."))
    if wrong:
        raise ProblemsFound(wrong)
    return own


@home.per_folder
def messages() -> tuple[Message, ...]:
    """Every message, by day and name, also those whose day has not come; ProblemsFound with all that is wrong in any file."""
    paths = home.files(MESSAGES)
    found: Mapping[str, Message] = read_models(paths, Message)
    wrong = []
    for path in paths:
        one = found[path.stem]
        if one.id != path.stem:
            wrong.append(_problem(path, f"id '{one.id}' is not the file's name. Write id: {path.stem}."))
        if not _is_day(one.day):
            wrong.append(_problem(path, f"day: {one.day} is no day of the calendar."))
    if wrong:
        raise ProblemsFound(wrong)
    return tuple(sorted(found.values(), key=lambda one: (one.day, one.time, one.id)))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _problem(path: Path, said: str) -> Problem:
    return Problem(name_of(path), 1, 0, "site", said)
