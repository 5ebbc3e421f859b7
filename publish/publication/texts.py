"""The words around the figures that are the same for every table: symbols, statuses, chapters, licence."""

from __future__ import annotations

import re

from celwacht.publish.publication.publication import Publication, PublicCode, Words

LICENCE = "https://creativecommons.org/licenses/by/4.0/"

SYMBOLS = (
    ("niets (blank)", "een cijfer kan op logische gronden niet voorkomen"),
    (".", "het cijfer is onbekend, onvoldoende betrouwbaar of geheim"),
    ("*", "voorlopige cijfers"),
    ("**", "nader voorlopige cijfers"),
)
STATUS_WORDS = {
    "Voorlopig": "Voorlopige cijfers",
    "NaderVoorlopig": "Nader voorlopige cijfers",
    "Definitief": "Definitieve cijfers",
    "": "",
}
SAID = {"Voorlopig": "voorlopig", "NaderVoorlopig": "nader voorlopig", "Definitief": "definitief"}
"""The status as what is said of figures."""
STARS = {"Voorlopig": "*", "NaderVoorlopig": "**", "Definitief": "", "": ""}
FREQUENCY = {"KW": "kwartaal", "HJ": "halfjaar", "JJ": "jaar"}

MADE_UP = Words(
    "VERZONNEN GEGEVENS: deze cijfers zijn bedacht en gaan over niemand, ook waar namen van echte gemeenten staan.",
    "MADE-UP DATA: these figures are invented and are about nobody, even where real municipalities are named.",
)
ROUNDING_NOTE = "Cijfers kunnen zijn afgerond. De som van afgeronde onderdelen kan daardoor afwijken van het totaal dat erbij staat."


def symbols_text() -> str:
    """The symbols with their meaning, one per line."""
    return "\n".join(f"{symbol} : {meaning}" for symbol, meaning in SYMBOLS)


def status_text(periods: tuple[PublicCode, ...]) -> str:
    """One sentence per period: which status its figures have."""
    return "\n".join(f"{_of_period(c.title.nl)} zijn {SAID[c.status]}." for c in periods if c.status)


def _of_period(title: str) -> str:
    """ "De cijfers over het 1e halfjaar van 2024", "De cijfers van 30 juni 2024", "De cijfers over 2024"."""
    if part := re.fullmatch(r"(\d{4}) (\de) (halfjaar|kwartaal)", title):
        return f"De cijfers over het {part[2]} {part[3]} van {part[1]}"
    return f"De cijfers {'over' if title.isdecimal() else 'van'} {title}"


def starred(period: PublicCode) -> str:
    """Title of a period as StatLine shows it, with * or ** behind it."""
    return period.title.nl + STARS[period.status]


def headline(publication: Publication) -> str:
    """The title as it stands above figures, which says so where these are made up."""
    return f"VERZONNEN GEGEVENS – {publication.title.nl}" if publication.made_up else publication.title.nl


def frequency(publication: Publication) -> str:
    """How often there are figures, from the kinds of period in the table."""
    kinds = {c.code[4:6] for c in publication.periods.codes}
    return "Per " + " en ".join(word for letters, word in FREQUENCY.items() if letters in kinds)


def coverage(publication: Publication) -> str:
    """From which year to which; of one period, that period."""
    codes = publication.periods.codes
    first, last = codes[0].code[:4], codes[-1].code[:4]
    if len(codes) == 1:
        return codes[0].title.nl
    return first if first == last else f"{first} - {last}"


def chapters(publication: Publication) -> str:
    """The long description: numbered chapters, as under a table on StatLine."""
    notes = [ROUNDING_NOTE]
    named = {d.name: d.title.nl for d in publication.dimensions} | {m.name: m.title.nl for m in publication.measures}
    notes += [(f"{named[on]}: " if on else "") + words.nl for on, words in publication.footnotes]
    since = f"Gegevens beschikbaar vanaf: {publication.periods.codes[0].title.nl}."
    parts = (
        ("INHOUD EN STATUS VAN DE CIJFERS", "\n\n".join((publication.description.nl, since, status_text(publication.periods.codes)))),
        ("VERKLARING VAN SYMBOLEN", symbols_text()),
        ("TOELICHTING", "\n\n".join(notes)),
        ("BRON EN LICENTIE", f"Bron: {publication.source}\nLicentie: CC BY 4.0 ({LICENCE})"),
    )
    return "\n\n".join(f"{i}. {title}\n\n{text}" for i, (title, text) in enumerate(parts, 1))
