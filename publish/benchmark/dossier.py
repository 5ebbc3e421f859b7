"""Step two: a dossier of an indicator, what research of a few gemeenten starts from; Markdown, every number a published one or worked out from them.

It says who stands out and by how much, over the years, and how the make-up of their figures differs from the country's. It names no cause.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from celwacht.publish.areas.figures import Value, said
from celwacht.publish.areas.profile import Profile, parts_of
from celwacht.publish.areas.wording import day, in_language, period_text
from celwacht.publish.benchmark.comparison import Outlying
from celwacht.publish.benchmark.measured import Measures
from celwacht.publish.benchmark.wording import dossier_words as words

MOST_TOLD = 12
"""Regions of which years and make-up are told; of all others only that they stand out."""
LEAST_POINTS = 5
"""Percentage points from which on a part of the make-up is named."""
Named = Callable[[str], str]
QUESTIONS = ("use", "duration", "registration", "teams", "people", "problems")


@dataclass(frozen=True, slots=True)
class Dossier:
    """What one dossier holds; profile_of: a region beside the country, asked of those that are told only; None where it has no page."""

    name: str
    outlying: Sequence[Outlying]
    asked: tuple[str, ...]
    whole: str
    all: int
    profile_of: Callable[[str], Profile | None]
    modified: str
    source: str
    made_up: bool


def dossier_markdown(dossier: Dossier, measures: Measures, named: Named, language: str = "nl") -> str:
    """The dossier as Markdown. named: the name of a code of a region."""
    indicator = measures.indicators[dossier.name]
    title, unit = in_language(indicator.title, language), in_language(indicator.unit, language)
    lines = [f"# {words(language, 'title', name=title)}", ""]
    if dossier.made_up:
        lines += [f"**{words(language, 'madeUp')}**", ""]
    lines += [words(language, "lead"), "", f"*{unit}.* {in_language(indicator.definition, language)}", ""]
    lines += [f"{words(language, 'source', source=dossier.source, date=day(dossier.modified, language))}", ""]
    lines += [f"## 1. {words(language, 'who')}", "", _who(dossier, named, language), ""]
    by_name = sorted(dossier.outlying, key=lambda o: (named(o.region).removeprefix("'"), o.region))
    told = by_name[:MOST_TOLD]
    if told:
        lines += _table(told, dossier, measures, named, language)
    if len(dossier.outlying) > MOST_TOLD:
        names = ", ".join(named(o.region) for o in by_name[MOST_TOLD:])
        lines += [words(language, "others", names=names), ""]
    lines += [f"## 2. {words(language, 'years')}", "", *_years(told, dossier, measures, named, language)]
    lines += [f"## 3. {words(language, 'makeUp')}", "", *_make_up(told, dossier, named, language)]
    lines += [f"## 4. {words(language, 'questions')}", "", words(language, "questionsLead"), ""]
    lines += [f"- {words(language, key)}" for key in QUESTIONS]
    lines += ["", f"## 5. {words(language, 'limits')}", "", in_language(indicator.limits, language), "", words(language, "chance"), ""]
    return "\n".join(lines)


def _who(dossier: Dossier, named: Named, language: str) -> str:
    years = (
        words(language, "both", first=dossier.asked[0][:4], last=dossier.asked[-1][:4]) if len(dossier.asked) > 1 else dossier.asked[-1][:4]
    )
    key = "some" if dossier.outlying else "nobody"
    return words(language, key, n=str(len(dossier.outlying)), all=str(dossier.all), years=years, whole=named(dossier.whole))


def _table(told: Sequence[Outlying], dossier: Dossier, measures: Measures, named: Named, language: str) -> list[str]:
    head = [words(language, key) for key in ("gemeente", "value", "interval", "limit", "side")]
    places = measures.indicators[dossier.name].decimals
    rows = [
        [
            *(named(o.region), o.measured.value.text(language), o.measured.ends(places, language) or "–"),
            *(said(o.limit, places, language), words(language, o.side)),
        ]
        for o in told
    ]
    whole = measures.newest(dossier.name, dossier.whole)
    rows.append([named(dossier.whole), _text(whole.value, language), "", "", ""])
    return [*_markdown_table(head, rows), ""]


def _years(told: Sequence[Outlying], dossier: Dossier, measures: Measures, named: Named, language: str) -> list[str]:
    periods = measures.periods(dossier.name)
    head = [words(language, "gemeente"), *(period_text(p, language) for p in periods)]
    codes = [*(o.region for o in told), dossier.whole]
    rows = [[named(c), *(_text(measures.of(dossier.name, c, p.code).value, language) for p in periods)] for c in codes]
    return [*_markdown_table(head, rows), ""]


def _make_up(told: Sequence[Outlying], dossier: Dossier, named: Named, language: str) -> list[str]:
    """Parts of the breakdowns in which a region differs from the whole by at least LEAST_POINTS."""
    lines = []
    for o in told:
        profile = dossier.profile_of(o.region)
        if profile is None or len(profile.regions) < 2:
            continue
        found = []
        for part in profile.parts:
            for row in parts_of(part):
                own, whole = row.shares[0], row.shares[1]
                if own.number is None or whole.number is None or abs(own.number - whole.number) < LEAST_POINTS:
                    continue
                name = f"{in_language(part.title, language)}: {in_language(row.title, language)}"
                found.append(
                    words(language, "differs", part=name, own=own.text(language), whole=whole.text(language), name=profile.regions[1].full)
                )
        lines += [f"### {named(o.region)}", "", *([f"- {one}" for one in found] or [words(language, "same")]), ""]
    return lines or [words(language, "noMakeUp"), ""]


def _text(value: Value, language: str) -> str:
    return value.text(language) or "–"


def _markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(plain(c) for c in cells) + " |"

    return [line(head), "|" + " --- |" * len(head), *(line(r) for r in rows)]


def plain(text: str) -> str:
    """A text as Markdown that stays a text: no mark-up, no cell of a table ends in it."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|" else c for c in text.replace("\n", " "))
