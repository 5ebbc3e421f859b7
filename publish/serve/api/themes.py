"""By what a reader leafs through the tables: theme and facets, read from a table's own title and dimensions."""

from __future__ import annotations

import re

from celwacht.publish.publication.publication import Publication, Words

THEMES: tuple[tuple[str, Words, str], ...] = (
    ("kerncijfers", Words("Kerncijfers", "Key figures"), r"kerncijfers|samenloop"),
    ("uithuisplaatsing", Words("Uithuisplaatsing", "Out-of-home placement"), r"uithuisplaatsing"),
    ("jeugdreclassering", Words("Jeugdreclassering", "Juvenile rehabilitation"), r"jeugdreclassering"),
    ("jeugdbescherming", Words("Jeugdbescherming", "Youth protection"), r"jeugdbescherming"),
    ("jeugdhulp", Words("Jeugdhulp", "Youth assistance"), r"jeugdhulp"),
    ("veilig_thuis", Words("Veilig Thuis", "Domestic violence and child abuse"), r"veilig thuis|kindermishandeling"),
)
ORDER = ("kerncijfers", "jeugdhulp", "jeugdbescherming", "uithuisplaatsing", "jeugdreclassering", "veilig_thuis", "overig", "own")
OTHER = Words("Overige onderwerpen", "Other subjects")
REFERENCE_DATE = re.compile(r"peildatum", re.IGNORECASE)
AGE = re.compile(r"^(leeftijd|age)", re.IGNORECASE)


def theme(publication: Publication) -> tuple[str, Words]:
    """(key, words) of the theme of the project; else of the first whose word is in the Dutch title; of a title of none, ('overig', ...)."""
    if publication.face.theme:
        return "own", Words(publication.face.theme, publication.face.theme)
    for key, words, pattern in THEMES:
        if re.search(pattern, publication.title.nl, re.IGNORECASE):
            return key, words
    return "overig", OTHER


def facets(publication: Publication) -> list[str]:
    """What a reader can ask for besides a theme: 'leeftijd', 'wijk', 'gemeente', 'peildatum' or 'periode', 'percentage'."""
    kinds = {d.kind for d in publication.dimensions}
    geo = [c.code for d in publication.dimensions if d.kind.startswith("Geo") for c in d.codes]
    found = {
        "leeftijd": any(AGE.match(d.name) for d in publication.dimensions),
        "wijk": "GeoDetail" in kinds,
        "gemeente": any(code.startswith("GM") for code in geo),
        "peildatum": bool(REFERENCE_DATE.search(publication.title.nl)),
        "percentage": any("%" in m.unit for m in publication.measures),
    }
    return [name for name, there in found.items() if there] + ([] if found["peildatum"] else ["periode"])


def place(key: str, publication: Publication) -> tuple[int, int, str]:
    """For sorting what is equally good: by theme, key figures before all, the newest on top, then by title."""
    title = publication.title.nl.casefold()
    return 2 * ORDER.index(key) + ("kerncijfers" not in title), -publication.modified.toordinal(), title
