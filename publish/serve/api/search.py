"""Finding tables by words, in Dutch and in English at once, whatever the accents and capitals.

    'meisjes assen 2024'  ->  region Assen (GM0106), year 2024, and 'vrouwen' (a synonym) in the words of a table

Names of regions are taken out first (former and everyday names too: region_names), then years; of the rest every word must be found,
itself or what it is a synonym of. A word counts by where it is found (WEIGHTS) and by how (MATCH). Compounds are searched inside: 'zorg'
finds 'jeugdzorg'. A word that is nowhere may have one wrong letter. The order follows from score and title alone. A hit says what to
choose: the region, the periods of the year, the category.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from celwacht.publish.publication.publication import Publication, PublicDimension, Words
from celwacht.publish.serve.api import themes
from celwacht.publish.serve.api.region_names import Names, OtherName, Region, near, words_of
from celwacht.publish.serve.api.synonyms import STOP, SYNONYMS

WEIGHTS = {"title": 10.0, "id": 8.0, "dimension": 5.0, "measure": 5.0, "category": 2.0, "description": 1.0}
MATCH = (1.0, 0.75, 0.4, 0.3)
"""A whole word, the beginning of one, the inside of one, one letter wrong."""
INSIDE, TYPED = 3, 5
"""Least length of a word that is looked for inside others; and of one that may have a letter wrong."""
MOST_WORDS = 12
MOST_REGIONS = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """The words of one table: per place of WEIGHTS, folded; its regions, periods and categories by name."""

    table: str
    order: tuple[int, int, str]
    words: dict[str, frozenset[str]]
    geo: str = ""
    regions: dict[str, Words] = field(default_factory=dict)
    periods: tuple[str, ...] = ()
    categories: tuple[tuple[str, str, frozenset[str]], ...] = ()
    """(dimension, code, words of its title), in the order of the table."""
    time: str = "Perioden"
    """The name of the dimension of time."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a question found. hits: (table, what to choose in it: dimension -> codes), best first."""

    hits: tuple[tuple[str, dict[str, list[str]]], ...]
    regions: tuple[Region, ...] = ()


def entry(publication: Publication) -> Entry:
    """What can be found of a table. Regions and periods stand apart: nearly every table has them."""
    plain = [d for d in publication.dimensions if d.kind == "Dimension"]
    geo: PublicDimension | None = next((d for d in publication.dimensions if d.kind.startswith("Geo")), None)
    shares = ("percentage",) if any("%" in m.unit for m in publication.measures) else ()
    places = {
        "title": _of([publication.title]),
        "id": frozenset(words_of(f"{publication.table} {publication.table.replace('_', ' ')} {publication.statline}")),
        "dimension": _of(d.title for d in publication.dimensions),
        "measure": _of(m.title for m in publication.measures) | frozenset(shares),
        "category": _of(c.title for d in plain for c in d.codes),
        "description": _of([publication.description]),
    }
    return Entry(
        publication.table,
        themes.place(themes.theme(publication)[0], publication),
        places,
        geo.name if geo else "",
        {c.code: c.title for c in geo.codes} if geo else {},
        tuple(c.code for c in publication.periods.codes),
        tuple((d.name, c.code, _of([c.title])) for d in plain for c in d.codes),
        publication.periods.name,
    )


def _of(texts: Iterable[Words]) -> frozenset[str]:
    return frozenset(w for text in texts for part in (text.nl, text.en) for w in words_of(part))


def _match(word: str, words: frozenset[str]) -> float:
    if word in words:
        return MATCH[0]
    if any(w.startswith(word) for w in words):
        return MATCH[1]
    return MATCH[2] if len(word) >= INSIDE and any(word in w for w in words) else 0.0


def _word_score(found: Entry, word: str) -> float:
    """The best place of a word, itself or by its synonyms; 0 where it is nowhere."""
    own = max((weight * _match(word, found.words[place]) for place, weight in WEIGHTS.items()), default=0.0)
    if word in SYNONYMS:
        others = [max(weight * _match(w, found.words[place]) for place, weight in WEIGHTS.items()) for w in SYNONYMS[word]]
        own = max(own, min(others))
    return own


def _typed_score(found: Entry, word: str) -> float:
    if len(word) < TYPED:
        return 0.0
    places = WEIGHTS.items()
    return max((weight * MATCH[3] for place, weight in places if any(near(word, w) for w in found.words[place])), default=0.0)


def score(found: Entry, asked: Sequence[str], typed: frozenset[str] = frozenset()) -> float:
    """0 where a word is not found; higher is better. typed: words that no table has, which may have one letter wrong."""
    total = 0.0
    for word in asked:
        best = _typed_score(found, word) if word in typed else _word_score(found, word)
        if not best:
            return 0.0
        total += best
    return total


def names_of(entries: Sequence[Entry], others: Iterable[OtherName] = ()) -> Names:
    """The names of the regions in these tables, to look for them in questions; kept as long as the tables are the same."""
    return Names.of({code: title for e in entries for code, title in e.regions.items()}, others)


def found_by(entries: Sequence[Entry], query: str, names: Names | None = None) -> Found:
    """The tables that have all that a question names, best first, with what to choose; all of them, by theme, for an empty question."""
    asked = list(dict.fromkeys(words_of(query)))[:MOST_WORDS]
    if query.strip() and not asked:
        return Found(())
    names = names or names_of(entries)
    regions, asked = names.named_in(words_of(query)[:MOST_WORDS], lambda word: any(_word_score(e, word) for e in entries))
    years = [w for w in asked if re.fullmatch(r"(19|20)\d\d", w) and any(p.startswith(w) for e in entries for p in e.periods)]
    asked = [w for w in dict.fromkeys(asked) if w not in years]
    rest = [w for w in asked if w not in STOP] or ([] if regions or years else asked)
    typed = frozenset(w for w in rest if not any(_word_score(e, w) for e in entries))
    scored = []
    for e in entries:
        own = [r for r in regions if r.code in e.regions]
        periods = [p for p in e.periods if any(p.startswith(y) for y in years)]
        value = score(e, rest, typed)
        if (value or not rest) and (own or not regions) and (periods or not years):
            scored.append((value, e, _chosen(e, own, periods, rest)))
    order = sorted(scored, key=lambda s: (-s[0], s[1].order, s[1].table))
    return Found(tuple((e.table, chosen) for _, e, chosen in order), tuple(regions[:MOST_REGIONS]))


def _chosen(e: Entry, regions: Sequence[Region], periods: list[str], rest: Sequence[str]) -> dict[str, list[str]]:
    """What to choose in a table: the first region found, the periods of the year, and the category with a word that no title has."""
    chosen: dict[str, list[str]] = {}
    if regions:
        chosen[e.geo] = [regions[0].code]
    if periods and len(periods) < len(e.periods):
        chosen[e.time] = periods
    for word in rest:
        for sought in (word, *SYNONYMS.get(word, ())):
            if sought in e.words["title"] or sought in e.words["dimension"]:
                continue
            hits = [(len(words), name, code) for name, code, words in e.categories if sought in words and name not in chosen]
            if hits:
                _, name, code = min(hits, key=lambda h: h[0])  # 'Vrouwen' before 'Totaal mannen en vrouwen'
                chosen[name] = [code]
    return chosen
