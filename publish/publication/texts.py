"""The words around the figures that are the same for every table: symbols, statuses, chapters, licence."""

from __future__ import annotations

import re

import numpy as np
from celwacht.publish.publication.publication import PRINTED, WITHHELD, Publication, PublicCode, Words
from celwacht.tables.face import PLAIN, Face

LICENCE = "https://creativecommons.org/licenses/by/4.0/"

SYMBOLS = (
    ("niets (blank)", Words("een cijfer kan op logische gronden niet voorkomen", "a figure cannot occur on logical grounds")),
    (".", Words("het cijfer is onbekend, onvoldoende betrouwbaar of geheim", "the figure is unknown, not reliable enough or confidential")),
    ("*", Words("voorlopige cijfers", "provisional figures")),
    ("**", Words("nader voorlopige cijfers", "revised provisional figures")),
)
ZERO = (
    "0 (0,0)",
    Words("het cijfer is kleiner dan de helft van de gekozen eenheid", "the figure is less than half of the unit it is given in"),
)
"""Only where a rounded figure is 0."""
STATUS_IN_ENGLISH = {"Voorlopig": "Provisional", "NaderVoorlopig": "RevisedProvisional", "Definitief": "Definite"}
"""The statuses of a project that speaks English only."""
STATUS_WORDS = {
    "Voorlopig": "Voorlopige cijfers",
    "NaderVoorlopig": "Nader voorlopige cijfers",
    "Definitief": "Definitieve cijfers",
    "Provisional": "Provisional figures",
    "RevisedProvisional": "Revised provisional figures",
    "Definite": "Definite figures",
    "": "",
}
SAID = {
    "Voorlopig": "voorlopig",
    "NaderVoorlopig": "nader voorlopig",
    "Definitief": "definitief",
    "Provisional": "provisional",
    "RevisedProvisional": "revised provisional",
    "Definite": "definite",
}
"""The status as what is said of figures."""
STARS = {"Voorlopig": "*", "NaderVoorlopig": "**", "Definitief": "", "Provisional": "*", "RevisedProvisional": "**", "Definite": "", "": ""}
FREQUENCY = {"WE": "week", "MM": "maand", "KW": "kwartaal", "HJ": "halfjaar", "JJ": "jaar", "SJ": "schooljaar", "BJ": "boekjaar"}
FREQUENCY_IN_ENGLISH = {
    "WE": "week",
    "MM": "month",
    "KW": "quarter",
    "HJ": "half-year",
    "JJ": "year",
    "SJ": "school year",
    "BJ": "financial year",
}

MADE_UP = Words(
    "VERZONNEN GEGEVENS: deze cijfers zijn bedacht en gaan over niemand, ook waar namen van echte gemeenten staan.",
    "MADE-UP DATA: these figures are invented and are about nobody, even where real municipalities are named.",
)
MADE_UP_PLAIN = Words(
    "VERZONNEN GEGEVENS: deze cijfers zijn bedacht en gaan over niemand.", "MADE-UP DATA: these figures are invented and are about nobody."
)
"""The same in a project that is not of our country."""


def made_up_words(face: Face) -> Words:
    """What is said of made-up figures in a project of that face."""
    return MADE_UP if face == PLAIN else MADE_UP_PLAIN


MADE_UP_MARK = Words("Verzonnen gegevens.", "Made-up data.")
"""In the lists that can be taken out of their table; in the main language, as these lists are."""


def marked(publication: Publication, text: str) -> str:
    """A description in a list of codes, measures or dimensions: of a made-up table it says so, as the list may be read by itself."""
    if not publication.made_up:
        return text
    mark = publication.face.of(MADE_UP_MARK)
    return f"{text}{'' if text.endswith('.') else '.'} {mark}" if text else mark


SUMS = Words(
    "De som van afgeronde onderdelen kan daardoor afwijken van het totaal dat erbij staat.",
    "The sum of rounded parts can therefore differ from the total beside them.",
)
MAY_BE_ROUNDED = Words("Cijfers kunnen zijn afgerond.", "Figures may have been rounded.")
MULTIPLES = {
    3: Words("Aantallen zijn afgerond op drietallen.", "Counts are rounded to multiples of three."),
    5: Words("Aantallen zijn afgerond op vijftallen.", "Counts are rounded to multiples of five."),
    10: Words("Aantallen zijn afgerond op tientallen.", "Counts are rounded to multiples of ten."),
}
DOT_MAY_BE_ZERO = Words("Een punt kan ook nul zijn.", "A dot can stand for zero too.")
ENOUGH_FIGURES = 20
"""So many printed counts that are all multiples of a number are no coincidence."""


def rounding(publication: Publication) -> Words:
    """What readers are told of rounding: read off the printed counts, so that it tells nothing that they do not.

    All of 20 or more counts multiples of 5: "Aantallen zijn afgerond op vijftallen"; otherwise that figures may be rounded.
    """
    printed = [m.values[m.state == PRINTED] for m in publication.measures if m.decimals == 0 and m.unit == publication.unit]
    counts = np.concatenate([np.zeros(0, np.int64), *printed])
    base = int(np.gcd.reduce(counts)) if np.count_nonzero(counts) >= ENOUGH_FIGURES else 0
    told = [next((MULTIPLES[one] for one in (10, 5, 3) if base and base % one == 0), MAY_BE_ROUNDED), SUMS]
    if base and not np.any(counts == 0) and any(np.any(m.state == WITHHELD) for m in publication.measures):
        told.append(DOT_MAY_BE_ZERO)
    return Words(*(" ".join(getattr(one, language) for one in told) for language in ("nl", "en")))


def symbols(publication: Publication) -> tuple[tuple[str, Words], ...]:
    """The symbols with their meaning, blank first; 0 where a figure that is rounded is printed as 0."""
    exact = rounding(publication).nl.startswith(MAY_BE_ROUNDED.nl)
    rounded = [m for m in publication.measures if m.decimals or m.unit != publication.unit or not exact]
    zero = any(np.any((m.values == 0) & (m.state == PRINTED)) for m in rounded)
    listed = (*SYMBOLS[:2], *((ZERO,) if zero else ()), *SYMBOLS[2:])
    return tuple((sign_of(sign, publication.face.main), meaning) for sign, meaning in listed)


def symbols_text(publication: Publication) -> str:
    """The symbols with their meaning, one per line."""
    face = publication.face
    return "\n".join(f"{symbol} : {face.of(meaning)}" for symbol, meaning in symbols(publication))


def sign_of(symbol: str, language: str) -> str:
    """A symbol as it is named in a language."""
    return {SYMBOLS[0][0]: "nothing (blank)", ZERO[0]: "0 (0.0)"}.get(symbol, symbol) if language == "en" else symbol


def status_text(periods: tuple[PublicCode, ...], english: bool = False) -> str:
    """One sentence per period: which status its figures have."""
    if english:
        return "\n".join(f"The figures of {c.title.nl} are {SAID[c.status]}." for c in periods if c.status)
    return "\n".join(f"{_of_period(c.title.nl)} zijn {SAID[c.status]}." for c in periods if c.status)


def _of_period(title: str) -> str:
    """ "De cijfers over het 1e halfjaar van 2024", "De cijfers van 30 juni 2024", "De cijfers over 2024", "De cijfers over maart 2024", "De cijfers
    over week 7 van 2024", "De cijfers over het schooljaar 2024/'25"."""
    if part := re.fullmatch(r"(\d{4}) (\de) (halfjaar|kwartaal)", title):
        return f"De cijfers over het {part[2]} {part[3]} van {part[1]}"
    if part := re.fullmatch(r"(\d{4}) week (\d+)", title):
        return f"De cijfers over week {part[2]} van {part[1]}"
    if part := re.fullmatch(r"(\d{4}) ([a-z]+)", title):
        return f"De cijfers over {part[2]} {part[1]}"
    if title.startswith(("schooljaar", "boekjaar")):
        return f"De cijfers over het {title}"
    return f"De cijfers {'over' if title.isdecimal() else 'van'} {title}"


def _part_first(title: str) -> str:
    """ "1e halfjaar 2024" of "2024 1e halfjaar", and any other title as it is."""
    return re.sub(r"(\d{4}) (\de (halfjaar|kwartaal))", r"\2 \1", title)


def starred(period: PublicCode) -> str:
    """Title of a period as StatLine shows it, with * or ** behind it."""
    return period.title.nl + STARS[period.status]


def headline(publication: Publication) -> str:
    """The title as it stands above figures, which says so where these are made up."""
    made_up = publication.face.said("VERZONNEN GEGEVENS", "MADE-UP DATA")
    return f"{made_up} – {publication.title.nl}" if publication.made_up else publication.title.nl


def frequency(publication: Publication) -> str:
    """How often there are figures, from the kinds of period in the table."""
    kinds = {c.code[4:6] for c in publication.periods.codes}
    words = FREQUENCY if publication.face.main == "nl" else FREQUENCY_IN_ENGLISH
    return "Per " + publication.face.said(" en ", " and ").join(word for letters, word in words.items() if letters in kinds)


def coverage(publication: Publication) -> str:
    """From which year to which; of one period, that period."""
    codes = publication.periods.codes
    first, last = codes[0].code[:4], codes[-1].code[:4]
    if len(codes) == 1:
        return codes[0].title.nl
    return first if first == last else f"{first} - {last}"


def chapters(publication: Publication) -> str:
    """The long description: numbered chapters, as under a table on StatLine."""
    face = publication.face
    notes = [face.of(rounding(publication))]
    named = {d.name: d.title.nl for d in publication.dimensions} | {m.name: m.title.nl for m in publication.measures}
    notes += [(f"{named[on]}: " if on else "") + words.nl for on, words in publication.footnotes]
    since = f"{face.said('Gegevens beschikbaar vanaf', 'Data available from')}: {_part_first(publication.periods.codes[0].title.nl)}."
    status = status_text(publication.periods.codes, face.english)
    source = f"{face.said('Bron', 'Source')}: {publication.source}\n{face.said('Licentie', 'Licence')}: CC BY 4.0 ({LICENCE})"
    parts = (
        (
            face.said("INHOUD EN STATUS VAN DE CIJFERS", "CONTENTS AND STATUS OF THE FIGURES"),
            "\n\n".join((publication.description.nl, since, status)),
        ),
        (face.said("VERKLARING VAN SYMBOLEN", "EXPLANATION OF SYMBOLS"), symbols_text(publication)),
        (face.said("TOELICHTING", "NOTES"), "\n\n".join(notes)),
        (face.said("BRON EN LICENTIE", "SOURCE AND LICENCE"), source),
    )
    return "\n\n".join(f"{i}. {title}\n\n{text}" for i, (title, text) in enumerate(parts, 1))


UNITS = {
    "jongeren": "young persons",
    "trajecten": "trajectories",
    "adviezen": "advices",
    "meldingen": "reports",
    "onderzoeken": "investigations",
}
"""Units of counts in English."""
_RATE = re.compile(
    r"^(% van de|per 1\.000) (jongeren|inwoners)(?: van (\d+)(?: tot (\d+) jaar| jaar en ouder)| in de leeftijdsklasse)?(, van .* van de rij)?$"
)
_ROW = {", van leeftijd van de rij": ", of the age of the row", ", van geslacht van de rij": ", of the sex of the row"}
_BOTH = ", of the age and sex of the row"


def unit(said: str) -> Words:
    """A unit in both languages; in Dutch alone where it is not known. '% van de jongeren van 0 tot 23 jaar' -> '% of young persons aged 0 to 22'"""
    found = _RATE.match(said)
    if found is None:
        return Words(said, UNITS.get(said, ""))
    people = "young persons" if found[2] == "jongeren" else "inhabitants"
    ages = f" aged {found[3]} to {int(found[4]) - 1}" if found[4] else f" aged {found[3]} and over" if found[3] else ""
    if "in de leeftijdsklasse" in said:
        ages = " in the class of age"
    row = _ROW.get(found[5], _BOTH) if found[5] else ""
    return Words(said, f"{'% of' if found[1].startswith('%') else 'per 1,000'} {people}{ages}{row}")
