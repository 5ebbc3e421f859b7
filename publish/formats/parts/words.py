"""Words that go with the figures in every format: what the marks mean, notes, titles in Dutch and English.

Law: a figure that is not printed has the mark of its state; what a mark means travels with the file.

    state       ValueAttribute  on paper  PX    SDMX OBS_STATUS, CONF_STATUS
    WITHHELD    Confidential    .         "."   Q (missing; suppressed), C (confidential)
    IMPOSSIBLE  Impossible      blank     ".."  M (missing; cannot exist), F (free)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import ATTRIBUTE, IMPOSSIBLE, SYMBOL, WITHHELD, Publication, Words

MEANING = {WITHHELD: texts.SYMBOLS[1][1], IMPOSSIBLE: texts.SYMBOLS[0][1]}
ATTRIBUTE_MEANING = {ATTRIBUTE[state]: meaning for state, meaning in MEANING.items()}
"""The words of ValueAttribute with their meaning."""
SYMBOL_MEANING = {SYMBOL: MEANING[WITHHELD], "": MEANING[IMPOSSIBLE]}
"""The same, for formats in which a mark stands in the place of the figure."""
BLANK = Words("niets (blank)", "nothing (blank)")
STATUS = {
    "Voorlopig": Words(texts.STATUS_WORDS["Voorlopig"], "Provisional figures"),
    "NaderVoorlopig": Words(texts.STATUS_WORDS["NaderVoorlopig"], "Revised provisional figures"),
    "Definitief": Words(texts.STATUS_WORDS["Definitief"], "Definite figures"),
    **{status: Words(said, said) for status, said in texts.STATUS_WORDS.items() if status in texts.STATUS_IN_ENGLISH.values()},
}
TOPICS = Words("Onderwerp", "Topic")
"""Title of the dimension that the measures form where a format wants one."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note: on a dimension (its place), on a measure (its place), or on the whole table (neither)."""

    text: Words
    dimension: int | None = None
    measure: int | None = None


def in_language(words: Words, language: str) -> str:
    """The text in a language; Dutch where there is no English."""
    return words.en or words.nl if language == "en" else words.nl


def in_all(words: Words, languages: Sequence[str]) -> dict[str, str]:
    """The text in each of these languages."""
    return {language: in_language(words, language) for language in languages}


def notes(publication: Publication) -> list[Note]:
    """Every note of a table: those of all tables first, then its footnotes in their order."""
    dimensions = {d.name: i for i, d in enumerate(publication.dimensions)}
    measures = {m.name: i for i, m in enumerate(publication.measures)}
    general = [Note(texts.rounding(publication))]
    return general + [Note(text, dimensions.get(on), None if on in dimensions else measures.get(on)) for on, text in publication.footnotes]


def subject(publication: Publication, note: Note) -> Words | None:
    """Title of what a note is on; None: the whole table."""
    if note.dimension is not None:
        return publication.dimensions[note.dimension].title
    return publication.measures[note.measure].title if note.measure is not None else None


def notes_in(publication: Publication, language: str) -> list[str]:
    """Every note as a sentence that names what it is on."""
    made = []
    for note in notes(publication):
        on = subject(publication, note)
        made.append((f"{in_language(on, language)}: " if on else "") + in_language(note.text, language))
    return made


def free_name(wanted: str, publication: Publication) -> str:
    """A name for the dimension of the measures that no dimension of the table has."""
    taken = {d.name for d in publication.dimensions}
    while wanted in taken:
        wanted += "_"
    return wanted


def distinct(titles: Sequence[str], codes: Iterable[str]) -> list[str]:
    """The titles, with the code behind those that occur more than once: some formats know a category by its title."""
    made = list(titles)
    codes = list(codes)
    while len(found := Counter(made)) < len(made):
        made = [f"{t} ({c})" if found[t] > 1 else t for t, c in zip(made, codes)]
    return made
