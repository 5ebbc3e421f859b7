"""Finding tables by words, in Dutch and in English at once, whatever the accents and capitals.

Every word asked for must be found somewhere; a word counts by where it is found (WEIGHTS) and by how (MATCH). Compounds are
searched inside: 'zorg' finds 'jeugdzorg'. The order follows from score and title alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from celwacht.publish.publication.publication import Publication, Words

WEIGHTS = {"title": 10.0, "id": 8.0, "dimension": 5.0, "measure": 5.0, "category": 2.0, "description": 1.0}
MATCH = (1.0, 0.75, 0.4)
"""A whole word, the beginning of one, the inside of one."""
INSIDE = 3
"""Least length of a word that is looked for inside others."""
MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """The words of one table: per place of WEIGHTS, folded."""

    table: str
    title: str
    words: dict[str, frozenset[str]]


def folded(text: str) -> str:
    """Without accents and capitals: folded('Beëindigd') == 'beeindigd'."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", folded(text))


def entry(publication: Publication) -> Entry:
    """What can be found of a table. Codes of regions and periods are left out: nearly every table has them."""
    plain = [d for d in publication.dimensions if d.kind == "Dimension"]
    places = {
        "title": _of([publication.title]),
        "id": frozenset(words_of(f"{publication.table} {publication.table.replace('_', ' ')} {publication.statline}")),
        "dimension": _of(d.title for d in publication.dimensions),
        "measure": _of(m.title for m in publication.measures),
        "category": _of(c.title for d in plain for c in d.codes),
        "description": _of([publication.description]),
    }
    return Entry(publication.table, folded(publication.title.nl), places)


def _of(texts: Iterable[Words]) -> frozenset[str]:
    return frozenset(w for text in texts for part in (text.nl, text.en) for w in words_of(part))


def score(found: Entry, asked: Sequence[str]) -> float:
    """0 where a word is not found; higher is better."""
    total = 0.0
    for word in asked:
        best = max((weight * _match(word, found.words[place]) for place, weight in WEIGHTS.items()), default=0.0)
        if not best:
            return 0.0
        total += best
    return total


def _match(word: str, words: frozenset[str]) -> float:
    if word in words:
        return MATCH[0]
    if any(w.startswith(word) for w in words):
        return MATCH[1]
    return MATCH[2] if len(word) >= INSIDE and any(word in w for w in words) else 0.0


def ranked(entries: Iterable[Entry], query: str) -> list[str]:
    """Ids of the tables that have all words of the query, best first; all of them, by title, for an empty query."""
    asked = list(dict.fromkeys(words_of(query)))[:MOST_WORDS]
    if query.strip() and not asked:
        return []
    scored = [(score(e, asked) if asked else 1.0, e) for e in entries]
    return [e.table for s, e in sorted(((s, e) for s, e in scored if s), key=lambda p: (-p[0], p[1].title, p[1].table))]
