"""What pages and fact sheets of regions say themselves, in Dutch and English."""

from __future__ import annotations

from celwacht.publish.publication.publication import PublicCode, Words
from celwacht.publish.publication.texts import unit
from celwacht.tables.face import Both

WHY_DOT = Words(
    "Een punt betekent dat een cijfer niet wordt getoond, omdat er anders over enkele jongeren iets te weten zou komen. Ook een groot "
    "aantal kan een punt hebben: anders is het kleine aantal ernaast door aftrekken te vinden. Een punt is geen nul, maar kan ook een nul zijn.",
    "A dot means that a figure is not shown, as it would otherwise give away something about a few young people. A large number can have a "
    "dot too: else the small one beside it could be found by subtraction. A dot is not zero, though it can stand for zero.",
)
WHY_DOT_OWN = Words(WHY_DOT.nl.replace("enkele jongeren", "enkele mensen"), WHY_DOT.en.replace("a few young people", "a few people"))
"""The same in a project that is not about youth care."""
MADE_UP_COLUMN = ("gegevens", "verzonnen (made-up data)")
"""Head and content of the column in which a file of made-up figures says so."""
WORDS: dict[str, Words] = {
    "site": Words("Celwacht", "Celwacht"),
    "tables": Words("Alle tabellen", "All tables"),
    "noPage": Words("Deze pagina is er niet", "There is no such page"),
    "noPageLead": Words(
        "Het adres klopt niet helemaal, of wat hier stond is er niet meer. In de tabellen is op onderwerp en op gebied te zoeken.",
        "The address is not quite right, or what was here is gone. Tables can be searched by subject and by area.",
    ),
    "regions": Words("Alle gebieden", "All areas"),
    "regionsTitle": Words("Jeugdzorg per gebied", "Youth care by area"),
    "regionsLead": Words(
        "Kies een gemeente, jeugdregio of provincie: zes cijfers naast de regio en het land, en wat erachter zit.",
        "Choose a municipality, youth region or province: six figures beside the region and the country, and what is behind them.",
    ),
    "title": Words("Jeugdzorg in {name}", "Youth care in {name}"),
    "lead": Words("Gepubliceerde cijfers over {period}.", "Published figures of {period}."),
    "modified": Words("Bijgewerkt op {date}", "Updated on {date}"),
    "sheet": Words("Factsheet (PDF)", "Fact sheet (PDF, in Dutch)"),
    "csv": Words("Cijfers van deze pagina (CSV)", "Figures of this page (CSV)"),
    "compare": Words("Vergelijk met", "Compare with"),
    "compareHint": Words("Tot drie gebieden ernaast.", "Up to three areas beside it."),
    "show": Words("Toon", "Show"),
    "tiles": Words("Zes cijfers", "Six figures"),
    "year": Words("Met een jaar eerder: {change}", "From a year earlier: {change}"),
    "noYear": Words("Geen cijfer van een jaar eerder om mee te vergelijken.", "No figure of a year earlier to compare with."),
    "points": Words("procentpunt", "percentage points"),
    "spread": Words("{name} tussen de gemeenten", "{name} among the municipalities"),
    "spreadText": Words(
        "Van {shown} van de {all} gemeenten is dit cijfer te zien: het loopt van {low} tot {high}, en de middelste helft ligt van {quarter} tot {three}.",
        "Of {shown} of the {all} municipalities this figure is shown: it goes from {low} to {high}, and the middle half lies from {quarter} to {three}.",
    ),
    "spreadLegend": Words(
        "Lichte balk: alle gemeenten. Donkere balk: de middelste helft. Streep: de middelste gemeente. Punt: {name}.",
        "Light bar: all municipalities. Dark bar: the middle half. Line: the middle municipality. Dot: {name}.",
    ),
    "trends": Words("Ontwikkeling", "Trend"),
    "trendHint": Words(
        "De as begint bij nul. Een open punt onder de as: niet getoond. Gestreept en met *: voorlopig.",
        "The axis begins at zero. An open dot under the axis: not shown. Dashed and with *: provisional.",
    ),
    "sheetBars": Words(
        "De kleur van een stuk balk is die van zijn rij; gearceerd is niet getoond. * voorlopig, ** nader voorlopig.",
        "The colour of a piece of a bar is that of its row; hatched is not shown. * provisional, ** revised provisional.",
    ),
    "asTable": Words("Toon als tabel", "Show as table"),
    "notShown": Words("Niet getoond", "Not shown"),
    "definition": Words("Wat is dit?", "What is this?"),
    "own": Words("De omschrijving is van de samensteller.", "The definition is that of the compiler."),
    "reports": Words("Rapporten", "Reports"),
    "reportsLead": Words(
        "Rapporten over de gepubliceerde cijfers, per halfjaar en per jaar.", "Reports on the published figures, by half-year and by year."
    ),
    "benchmark": Words("Benchmark", "Benchmark"),
    "calendar": Words("Kalender", "Calendar"),
    "news": Words("Nieuws", "News"),
    "data": Words("Open data", "Open data"),
    "explained": Words("Uitleg", "Explanation"),
    "share": Words("Aandeel in %", "Share in %"),
    "toTable": Words("Naar de tabel", "To the table"),
    "districts": Words("Wijken", "Districts"),
    "dot": Words("Waarom een punt?", "Why a dot?"),
    "rounded": Words(
        "Aantallen zijn afgerond; percentages zijn berekend uit afgeronde, gepubliceerde cijfers.",
        "Counts are rounded; percentages are worked out from rounded, published figures.",
    ),
    "neutral": Words(
        "Meer of minder gebruik is op zichzelf niet beter of slechter; er is geen rangorde.",
        "More or less use is by itself neither better nor worse; there is no ranking.",
    ),
    "madeUp": Words(
        "Verzonnen gegevens: deze cijfers gaan over niemand, ook waar een echte gemeente staat.",
        "Made-up data: these figures are about nobody, even where a real municipality is named.",
    ),
    "madeUpOwn": Words("Verzonnen gegevens: deze cijfers gaan over niemand.", "Made-up data: these figures are about nobody."),
    "note": Words("Let op", "Please note"),
    "source": Words("Bron: {source}. Licentie: CC BY 4.0.", "Source: {source}. Licence: CC BY 4.0."),
    "not": Words("niet getoond", "not shown"),
    "language": Words("Taal", "Language"),
    "skip": Words("Naar de inhoud", "Skip to content"),
    "open": Words("Open de tabel: indelen, grafiek, kaart, downloaden", "Open the table: arrange, chart, map, download"),
    "period": Words("Perioden", "Periods"),
    "within": Words("Ligt in", "Lies in"),
}


def words(language: str, key: str, **filled: str) -> str:
    """The words for a key, with {names} filled in."""
    text = WORDS[key].en if language == "en" else WORDS[key].nl
    return text.format(**filled) if filled else text


def in_language(text: Both, language: str) -> str:
    """The text in the language, or Dutch where there is no English: words that are published, or a title or text of a specification."""
    return text.en or text.nl if language == "en" else text.nl


def unit_in(said: str, language: str) -> str:
    """The unit of a published measure in one language: unit_in('trajecten', 'en') == 'trajectories'."""
    return in_language(unit(said), language)


STARS = {"Voorlopig": "*", "NaderVoorlopig": "**"}
"""Status of a period that is provisional -> its sign."""


def period_text(code: PublicCode, language: str) -> str:
    """A year by its number, any other period by its title."""
    return code.code[:4] if code.code.endswith("JJ00") else in_language(code.title, language)


def starred(code: PublicCode, language: str) -> str:
    """'2024*': with stars where the period is provisional."""
    return period_text(code, language).rstrip("*") + STARS.get(code.status, "")


MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december".split(),
    "en": "January February March April May June July August September October November December".split(),
}


def day(iso: str, language: str = "nl") -> str:
    """'2025-04-30' -> '30 april 2025'; anything else as it is."""
    parts = iso.split("-")
    if len(parts) != 3 or not all(p.isdigit() for p in parts):
        return iso
    return f"{int(parts[2])} {MONTHS[language][int(parts[1]) - 1]} {parts[0]}"
