"""A Publication as a PX file (PC-Axis, AXIS-VERSION 2013, UTF-8), in Dutch with English.

The measures are the content variable. A withheld figure is "." and an impossible one ".."; NOTEX says what they mean.
PX finds a category by its title, so that equal titles get their code behind them (those of variables and measures also where they
are equal between languages). A PX text cannot hold a quotation
mark (it becomes a closing one) nor a line end (# in a note, a space elsewhere). TIMEVAL wants periods of one kind: it
is left out where years stand beside half-years. HIERARCHIES wants one root: it is left out where there are several.
https://www.scb.se/en/services/statistical-programs-for-px-files/px-file-format/
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from celwacht.publish.formats.parts import figures, words
from celwacht.publish.formats.statline import odata_sets
from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import IMPOSSIBLE, PRINTED, WITHHELD, Publication, PublicDimension, PublicMeasure, Words
from celwacht.tables.face import LANGUAGES, Face

DOTS = {WITHHELD: ".", IMPOSSIBLE: ".."}
TIMES = {"JJ": ("A1", 0), "HJ": ("H1", 1), "KW": ("Q1", 1)}
"""Letters of a period code -> time scale of PX, and how many digits of the part it wants."""
LINE = 240
"""Most characters of a text in one line; PX allows 256."""


_ENGLISH = re.compile(r"[A-Z-]+\[en\]")


@dataclass(frozen=True, slots=True)
class _Variable:
    """A dimension, or the measures, as PX knows it: titles in both languages, made fit and distinct."""

    name: dict[str, str]
    codes: list[str]
    values: dict[str, list[str]]


def encode(publication: Publication) -> bytes:
    """The bytes of the file: UTF-8, as CODEPAGE says, without a byte order mark before the first keyword."""
    variables = _variables(publication)
    lines = [
        *_head(publication),
        *_shape(variables),
        *_times(publication, variables),
        *_trees(publication, variables),
        *_measures(publication, variables),
        *_remarks(publication, variables),
        "DATA=",
    ]
    last = len(publication.shape) - 1
    body = figures.table_rows(publication, figures.figure_texts(publication, _renderer), range(last), [last])
    return (
        ("\r\n".join(_spoken(lines, publication.face)) + "\r\n").encode()
        + b"".join(figures.blocks(" ".join(row) + " \r\n" for row in body))
        + b";\r\n"
    )


def _spoken(lines: Sequence[str], face: Face) -> list[str]:
    """The lines in the languages of the project. Of one language alone no keyword has a language; English stands behind its Dutch."""
    if len(face.languages) > 1:
        return list(lines)
    kept = [line for line in lines if not line.startswith("LANGUAGES=")]
    if face.main == "nl":
        return [line for line in kept if not _ENGLISH.match(line)]
    told = [line for line, after in itertools.pairwise([*kept, ""]) if not _ENGLISH.match(after)]
    return [re.sub(r"^([A-Z-]+)\[en\]", r"\1", line).replace('LANGUAGE="nl"', 'LANGUAGE="en"') for line in told]


def _renderer(measure: PublicMeasure, status: str) -> figures.Render:
    return lambda state, value: odata_sets.decimal_text(value, measure.decimals, ".") if state == PRINTED else f'"{DOTS[state]}"'


def fit(text: str) -> str:
    """A text as PX can hold it in one line; never empty."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text.replace('"', "\u201d")).strip() or "-"


def _note(text: str) -> str:
    """A text as PX can hold it in a note: # is a line end there."""
    return "#".join(fit(line) for line in text.replace("#", "\uff03").splitlines() if line.strip()) or "-"


def _string(text: str) -> str:
    """A quoted text, over several lines where it is long; never broken at a space, which readers strip."""
    pieces: list[str] = []
    while len(text) > LINE:
        cut = next((i for i in range(LINE, 1, -1) if text[i - 1] != " " and text[i] != " "), LINE)
        pieces, text = [*pieces, text[:cut]], text[cut:]
    return "\r\n".join(f'"{piece}"' for piece in [*pieces, text])


def _list(items: Sequence[str]) -> str:
    return ",\r\n".join(f'"{item}"' for item in items)


def _both(keyword: str, nl: str, en: str) -> list[str]:
    """The keyword in Dutch, and right behind it in English."""
    return [f"{keyword}={nl};", f"{keyword}[en]={en};"]


def _words(keyword: str, text: Words, made=fit) -> list[str]:
    return _both(keyword, *(_string(made(words.in_language(text, language))) for language in LANGUAGES))


def _of(keyword: str, variable: _Variable, language: str, value: int | None = None) -> str:
    """KEYWORD("variable") or KEYWORD("variable","value"), in a language."""
    inside = [variable.name[language], *([] if value is None else [variable.values[language][value]])]
    sign = "" if language == "nl" else "[en]"
    return f"{keyword}{sign}(" + ",".join(f'"{text}"' for text in inside) + ")"


def _each(keyword: str, variable: _Variable, made: dict[str, str], value: int | None = None) -> list[str]:
    return [f"{_of(keyword, variable, language, value)}={made[language]};" for language in LANGUAGES]


def _variables(publication: Publication) -> list[_Variable]:
    """The dimensions in order, then the measures."""
    columns = [(d.name, d.title, [c.code for c in d.codes], [c.title for c in d.codes]) for d in publication.dimensions]
    columns.append(
        (
            words.free_name("Topics", publication),
            words.TOPICS,
            [m.code for m in publication.measures],
            [m.title for m in publication.measures],
        )
    )
    names = _apart({la: [fit(words.in_language(title, la)) for _, title, _, _ in columns] for la in LANGUAGES}, [c[0] for c in columns])
    made = []
    for place, (_, _, codes, titles) in enumerate(columns):
        fitting = [fit(code) for code in codes]
        values = {la: [fit(words.in_language(t, la) or code) for t, code in zip(titles, codes)] for la in LANGUAGES}
        last = place == len(columns) - 1
        values = _apart(values, fitting) if last else {la: words.distinct(values[la], fitting) for la in LANGUAGES}
        made.append(_Variable({la: names[la][place] for la in LANGUAGES}, fitting, values))
    return made


def _apart(titles: dict[str, list[str]], codes: Sequence[str]) -> dict[str, list[str]]:
    """Titles that are keys of the file, with their code behind them where the same text means another in any language.

    VALUES("Hulp") in Dutch and VALUES[en]("Hulp") of another variable are two keys of PX, and one key to readers that drop the
    language once they have chosen it: the values of the first are then lost.
    """
    made = {la: words.distinct(titles[la], codes) for la in LANGUAGES}
    while True:
        meant: dict[str, set[int]] = {}
        for la in LANGUAGES:
            for place, title in enumerate(made[la]):
                meant.setdefault(title, set()).add(place)
        if all(len(places) == 1 for places in meant.values()):
            return made
        made = {la: [f"{t} ({c})" if len(meant[t]) > 1 else t for t, c in zip(made[la], codes)] for la in LANGUAGES}


def _head(publication: Publication) -> Iterator[str]:
    day = publication.modified.strftime("%Y%m%d 00:00")
    most, least = (f(m.decimals for m in publication.measures) for f in (max, min))
    yield from (
        'CHARSET="ANSI";',
        'AXIS-VERSION="2013";',
        'CODEPAGE="utf-8";',
        'LANGUAGE="nl";',
        'LANGUAGES="nl","en";',
        f'CREATION-DATE="{day}";',
        f'TABLEID="{fit(publication.table)}";',
        f"DECIMALS={most};",
        f"SHOWDECIMALS={least};",
        f'MATRIX="{fit(publication.table)}";',
        "COPYRIGHT=NO;",
        'SUBJECT-CODE="1";',
    )
    yield from _words("SUBJECT-AREA", _subject(publication))
    yield from _words("DESCRIPTION", publication.title)
    yield from _words("TITLE", publication.title)
    yield from _words("CONTENTS", publication.title)
    yield from _words("UNITS", Words(publication.unit))


def _subject(publication: Publication) -> Words:
    """What the table is about: its title without the breakdowns behind the semicolon."""
    return Words(*(text.partition(";")[0] for text in (publication.title.nl, publication.title.en)))


def _shape(variables: list[_Variable]) -> Iterator[str]:
    stub, heading = variables[:-2], variables[-2:]
    for keyword, some in (("STUB", stub), ("HEADING", heading)):
        if some:
            yield from _both(keyword, *(_list([v.name[la] for v in some]) for la in LANGUAGES))
    yield from _both("CONTVARIABLE", *(f'"{variables[-1].name[la]}"' for la in LANGUAGES))
    for variable in variables:
        yield from _each("VALUES", variable, {la: _list(variable.values[la]) for la in LANGUAGES})
    for variable in variables:
        yield from _each("CODES", variable, dict.fromkeys(LANGUAGES, _list(variable.codes)))


def _times(publication: Publication, variables: list[_Variable]) -> list[str]:
    codes = [m for c in publication.periods.codes if (m := re.fullmatch(r"(\d{4})(JJ|HJ|KW)0(\d)", c.code))]
    if len(codes) != len(publication.periods.codes) or len(kinds := {c[2] for c in codes}) != 1:
        return []
    scale, digits = TIMES[kinds.pop()]
    listed = ",".join(f'"{c[1]}{c[3] if digits else ""}"' for c in codes)
    return _each("TIMEVAL", variables[-2], dict.fromkeys(LANGUAGES, f"TLIST({scale}),{listed}"))


def _trees(publication: Publication, variables: list[_Variable]) -> Iterator[str]:
    for dimension, variable in zip(publication.dimensions, variables):
        tree = _tree(dimension, variable.codes)
        if tree:
            depth = max(c.depth for c in dimension.codes) + 1
            yield from _each("HIERARCHIES", variable, dict.fromkeys(LANGUAGES, ",\r\n".join(tree)))
            yield from _each("HIERARCHYLEVELS", variable, dict.fromkeys(LANGUAGES, str(depth)))
            yield from _each("HIERARCHYLEVELSOPEN", variable, dict.fromkeys(LANGUAGES, "1"))


def _tree(dimension: PublicDimension, fitting: list[str]) -> list[str]:
    """The root, then "parent":"child" for every other code; nothing where there is not one root above all."""
    known = {c.code: f for c, f in zip(dimension.codes, fitting)}
    roots = [c for c in dimension.codes if c.group not in known]
    if len(roots) != 1 or len(dimension.codes) < 2:
        return []
    pairs = [f'"{known[c.group]}":"{known[c.code]}"' for c in dimension.codes if c.group in known]
    return [f'"{known[roots[0].code]}"', *pairs]


def _measures(publication: Publication, variables: list[_Variable]) -> Iterator[str]:
    topics = variables[-1]
    day = publication.modified.strftime('"%Y%m%d 00:00"')
    least = min(m.decimals for m in publication.measures)
    for place, measure in enumerate(publication.measures):
        title = {la: topics.values[la][place] for la in LANGUAGES}
        yield from _both_of("UNITS", title, f'"{fit(measure.unit)}"')
        yield from _both_of("LAST-UPDATED", title, day)
        if measure.decimals > least:
            yield from _each("PRECISION", topics, dict.fromkeys(LANGUAGES, str(measure.decimals)), place)


def _both_of(keyword: str, value: dict[str, str], said: str) -> list[str]:
    return [f'{keyword}("{value["nl"]}")={said};', f'{keyword}[en]("{value["en"]}")={said};']


def _remarks(publication: Publication, variables: list[_Variable]) -> Iterator[str]:
    yield from _words("SOURCE", Words(publication.source))
    yield from (f'DATASYMBOL{i}="{dots}";' for i, dots in enumerate(DOTS.values(), 1))
    notes = words.notes(publication)
    general = [n.text for n in notes if n.dimension is None and n.measure is None]
    yield from _both(
        "NOTEX",
        *(
            _paragraphs(
                [
                    words.in_language(publication.description, la),
                    *_symbols(la),
                    _licence(la),
                    *(words.in_language(text, la) for text in general),
                ]
            )
            for la in LANGUAGES
        ),
    )
    for place, dimension in enumerate(publication.dimensions):
        yield from _noted("NOTEX", variables[place], [n.text for n in notes if n.dimension == place])
        for i, code in enumerate(dimension.codes):
            said = [Words(code.description), words.STATUS.get(code.status, Words(""))]
            yield from _noted("VALUENOTE", variables[place], said, i)
    for place, measure in enumerate(publication.measures):
        own = [n.text for n in notes if n.measure == place]
        yield from _noted("VALUENOTEX", variables[-1], [Words(measure.description), *own], place)


def _noted(keyword: str, variable: _Variable, said: Sequence[Words], value: int | None = None) -> list[str]:
    """A note on a variable or on one of its values, where there is something to say."""
    some = [text for text in said if text.nl or text.en]
    if not some:
        return []
    made = {la: _paragraphs([words.in_language(text, la) for text in some]) for la in LANGUAGES}
    return _each(keyword, variable, made, value)


def _paragraphs(lines: Sequence[str]) -> str:
    return _string(_note("\n".join(lines)))


def _symbols(language: str) -> list[str]:
    return [f"{dots} : {words.in_language(words.MEANING[state], language)}" for state, dots in DOTS.items()]


def _licence(language: str) -> str:
    return f"{'Licentie' if language == 'nl' else 'Licence'}: {texts.LICENCE}"
