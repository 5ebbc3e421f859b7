"""What the calendar, the news, the data page and the page that explains say themselves, in Dutch and English."""

from __future__ import annotations

from datetime import datetime

from celwacht.publish.areas import wording
from celwacht.publish.publication.publication import Words
from celwacht.publish.store.embargo import ZONE

WORDS: dict[str, Words] = {
    "calendarLead": Words(
        "Wanneer welke cijfers verschijnen. Tijden zijn die van Amsterdam.", "When which figures appear. Times are those of Amsterdam."
    ),
    "coming": Words("Aangekondigd", "Announced"),
    "appeared": Words("Verschenen", "Published"),
    "nothingComing": Words("Er is nu niets aangekondigd.", "Nothing is announced now."),
    "nothingYet": Words("Er is nog niets verschenen.", "Nothing has been published yet."),
    "when": Words("Wanneer", "When"),
    "what": Words("Wat", "What"),
    "subscribe": Words("In uw agenda (iCalendar)", "In your own calendar (iCalendar)"),
    "newsLead": Words("Nieuwe cijfers, herzieningen en fouten die zijn hersteld.", "New figures, revisions, and errors that were mended."),
    "atom": Words("Volg met Atom", "Follow by Atom"),
    "jsonFeed": Words("JSON Feed", "JSON Feed"),
    "release": Words("Nieuwe cijfers", "New figures"),
    "again": Words("Opnieuw gepubliceerd", "Published again"),
    "erratum": Words("Erratum", "Erratum"),
    "errata": Words("Errata", "Errata"),
    "revised": Words("{n} cijfers herzien", "{n} figures revised"),
    "withheld": Words("{n} cijfers niet meer getoond", "{n} figures no longer shown"),
    "printed": Words("{n} cijfers nu wel getoond", "{n} figures now shown"),
    "tables": Words("Tabellen ({n})", "Tables ({n})"),
    "dataLead": Words(
        "Alle gepubliceerde sets met hun bestanden, zoals zij zijn gepubliceerd. Het getal achter een bestand is zijn omvang in kB; de "
        "controlegetallen (SHA-256) staan in {list}.",
        "All published sets with their files, as they were published. The number behind a file is its size in kB; the checksums (SHA-256) are in {list}.",
    ),
    "machineList": Words("de lijst voor programma's", "the list for programs"),
    "table": Words("Tabel", "Table"),
    "files": Words("Bestanden", "Files"),
    "catalogues": Words("Catalogus van deze set (DCAT-AP-NL): ", "Catalogue of this set (DCAT-AP-NL): "),
    "clients": Words("Voor R, Python en Excel", "For R, Python and Excel"),
    "clientsText": Words(
        "Wie StatLine leest met cbsodataR, cbsodata of cbsodata4, leest deze cijfers met dezelfde opdrachten.",
        "Who reads StatLine with cbsodataR, cbsodata or cbsodata4 reads these figures with the same commands.",
    ),
    "explainedLead": Words(
        "Wat de tekens betekenen, hoe cijfers zijn afgerond, wat voorlopig is, en welke woorden hier worden gebruikt.",
        "What the symbols mean, how figures are rounded, what is provisional, and which words are used here.",
    ),
    "symbols": Words("Tekens", "Symbols"),
    "blank": Words("niets (blanco)", "nothing (blank)"),
    "rounding": Words("Afronding", "Rounding"),
    "roundingText": Words(
        "Aantallen zijn afgerond; bij elke tabel staat waarop. De som van afgeronde onderdelen kan daardoor afwijken van het totaal dat erbij staat. "
        "Percentages op deze site zijn berekend uit afgeronde, gepubliceerde cijfers: van een geheel onder de duizend zonder decimaal.",
        "Counts are rounded; each table says to what. The sum of rounded parts can therefore differ from the total beside them. "
        "Percentages on this site are worked out from rounded, published figures: of a whole under a thousand without a decimal.",
    ),
    "terms": Words("Begrippen", "Terms"),
    "accessibility": Words("Toegankelijkheid", "Accessibility"),
    "full": Words("Deze site voldoet aan WCAG 2.2, niveau AA.", "This site meets WCAG 2.2 at level AA."),
    "partial": Words("Deze site voldoet gedeeltelijk aan WCAG 2.2, niveau AA.", "This site partly meets WCAG 2.2 at level AA."),
    "none": Words("Deze site voldoet niet aan WCAG 2.2, niveau AA.", "This site does not meet WCAG 2.2 at level AA."),
    "lacking": Words("Wat er nog niet aan voldoet:", "What does not meet it yet:"),
    "drawnUp": Words(
        "Opgesteld op {date}. Loopt u ergens tegenaan, schrijf dan naar {mail}.",
        "Drawn up on {date}. If something stands in your way, write to {mail}.",
    ),
    "contact": Words("Contact", "Contact"),
    "contactText": Words("{name}, {mail}", "{name}, {mail}"),
}


def word(language: str, key: str, **filled: str) -> str:
    """The words for a key, with {names} filled in."""
    if key not in WORDS:
        return wording.words(language, key, **filled)
    text = WORDS[key].en if language == "en" else WORDS[key].nl
    return text.format(**filled) if filled else text


def moment_text(moment: datetime, language: str) -> str:
    """'30 april 2025'; with the time where it is not midnight."""
    there = moment.astimezone(ZONE)
    day = f"{there.day} {wording.MONTHS[language][there.month - 1]} {there.year}"
    return day if (there.hour, there.minute) == (0, 0) else f"{day}, {there:%H:%M}"
