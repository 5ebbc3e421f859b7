"""The words of the report of the loss, (Dutch, English), in the terms of the field."""

from __future__ import annotations

LANGUAGES = ("nl", "en")

WORDS = {
    "title": ("Wat de beveiliging kost", "What the protection costs"),
    "confidential": ("VERTROUWELIJK", "CONFIDENTIAL"),
    "warning": (
        "Deze pagina bevat ware aantallen. Niet doorsturen, niet publiceren.",
        "This page holds true values. Do not pass it on, do not publish it.",
    ),
    "policy": ("Beleid", "Policy"),
    "threshold": ("drempel", "threshold"),
    "width_word": ("breedte", "width"),
    "base": ("afgerond op", "rounded to"),
    "exact": ("exacte waarden", "exact values"),
    "cells": ("cellen", "cells"),
    "cell": ("cel", "cell"),
    "sensitive": ("gevoelig", "sensitive"),
    "published": ("gepubliceerd", "published"),
    "rounded": ("afgerond gepubliceerd", "published, rounded"),
    "primary": ("primair: gevoelig", "primary: sensitive"),
    "secondary": ("secundair: beschermt andere", "secondary: protects others"),
    "zero": ("nul, niet getoond", "zero, not shown"),
    "withheld": ("onderdrukt", "withheld"),
    "value": ("waarde", "value"),
    "value_withheld": ("waarde onderdrukt", "value withheld"),
    "share": ("aandeel", "share"),
    "level": ("niveau", "level"),
    "total": ("alle cellen", "all cells"),
    "tile_cells": ("cellen in de tabel", "cells in the table"),
    "tile_sensitive": ("gevoelig (primair)", "sensitive (primary)"),
    "tile_secondary": ("secundair onderdrukt", "secondary suppressions"),
    "tile_zero": ("nullen niet getoond", "zeros not shown"),
    "tile_value": ("van de waarde onderdrukt", "of the value withheld"),
    "tile_headline": ("kerncijfers onderdrukt", "headline figures withheld"),
    "tile_proved": ("daarvan bewezen", "of these proved"),
    "tile_worlds": ("lagen in het bewijs", "layers in the proof"),
    "tile_rounding": ("verschoven door afronden", "moved by rounding"),
    "h_levels": ("Hoeveel blijft er staan, per niveau", "How much stays, per level"),
    "levels_text": (
        "Elke balk is één niveau van één dimensie, met alle niveaus van de andere dimensies erbij. De smalle balk "
        "eronder is het deel van de waarde dat onderdrukt is.",
        "Each bar is one level of one dimension, over all levels of the other dimensions. The thin bar below it is "
        "the share of the value that is withheld.",
    ),
    "h_combinations": ("Waar het verlies valt: combinaties van niveaus", "Where the loss falls: combinations of levels"),
    "combinations_text": (
        "Elke cel hoort bij precies één combinatie; binnen een combinatie telt iedereen één keer. Bovenaan staat "
        "waar de meeste waarde wegvalt.",
        "Each cell is in exactly one combination, within which everybody counts once. The largest losses of value come first.",
    ),
    "all_combinations": ("Alle {n} combinaties", "All {n} combinations"),
    "h_map": ("Kaart van het patroon", "Map of the pattern"),
    "map_rows": ("Rijen: {dimension}, per niveau.", "Rows: {dimension}, by level."),
    "map_columns": ("Kolommen, van buiten naar binnen: {dimensions}.", "Columns, outermost first: {dimensions}."),
    "map_apart": ("Eén kaart per code van {dimension}.", "One map per code of {dimension}."),
    "map_folded": (
        "Samengevat in elk vakje: {dimensions}; de tint is het aandeel onderdrukte cellen.",
        "Folded into each square: {dimensions}; the shade is the share of cells withheld.",
    ),
    "map_grouped": (
        "{level}: één rij per bovenliggende code; de tint is het aandeel onderdrukte cellen.",
        "{level}: one row per parent code; the shade is the share of cells withheld.",
    ),
    "per_parent": ("per bovenliggende code", "by parent code"),
    "none": ("niets", "none"),
    "over": ("meer dan", "over"),
    "up_to": ("tot", "to"),
    "h_widths": ("Hoe breed de intervallen zijn", "How wide the intervals are"),
    "widths_text": (
        "Boven de lijn: hoe ver de werelden van het certificaat elke gevoelige cel uiteen zetten (bewezen). "
        "Eronder: hoe ver de regels van de tabel hem hooguit openlaten (grens van buiten). Wat een aanvaller kan "
        "afleiden ligt daar tussenin.",
        "Above the line: how far the worlds of the certificate put each sensitive cell apart (proved). Below: how "
        "far the lines of the table leave it open at most (bound from outside). What an intruder can infer lies in "
        "between.",
    ),
    "widths_proved_only": (
        "Hoe ver de werelden van het certificaat elke gevoelige cel uiteen zetten (bewezen). Wat een aanvaller kan "
        "afleiden is zeker niet smaller. Grenzen van buiten zijn hier niet uitgerekend.",
        "How far the worlds of the certificate put each sensitive cell apart (proved). What an intruder can infer "
        "is certainly no narrower. Bounds from outside were not worked out here.",
    ),
    "axis_width": ("breedte van het interval", "width of the interval"),
    "axis_ratio": ("breedte, in keren wat gevraagd is", "width, in times what is asked"),
    "proved": ("bewezen", "proved"),
    "possible": ("hooguit", "at most"),
    "asked": ("gevraagd", "asked"),
    "open": ("open", "open"),
    "short": ("{n} gevoelige cellen halen de gevraagde breedte niet", "{n} sensitive cells fall short of the width asked"),
    "none_short": ("Alle {n} gevoelige cellen halen wat gevraagd is.", "All {n} sensitive cells reach what is asked."),
    "no_sensitive": ("Er zijn geen gevoelige cellen.", "There are no sensitive cells."),
    "h_possible": ("Wat mogelijk blijft, per waar aantal", "What stays possible, per true value"),
    "possible_text": (
        "Per waar aantal (rij): voor welk deel van de cellen elke waarde (kolom) binnen het bewezen interval ligt. "
        "Het omlijnde vakje is de waarheid zelf.",
        "Per true value (row): for which share of the cells each value (column) lies within the proved interval. "
        "The outlined square is the truth itself.",
    ),
    "true_value": ("waar aantal", "true value"),
    "axis_value": ("waarde binnen het bewezen interval", "value within the proved interval"),
    "h_rules": ("Wat elke regel kost", "What each rule costs"),
    "rules_text": (
        "\u201cAlleen deze\u201d: gevoelig door geen enkele andere regel. \u201cVrij zonder deze\u201d: secundaire "
        "cellen die zonder de regel gepubliceerd zouden zijn.",
        "\u201cThis alone\u201d: sensitive by no other rule. \u201cSaved without it\u201d: secondary "
        "cells that would be published without the rule.",
    ),
    "rule": ("regel", "rule"),
    "alone": ("alleen deze", "this alone"),
    "value_alone": ("waarde daarvan", "their value"),
    "saved": ("vrij zonder deze", "saved without it"),
    "saved_value": ("waarde daarvan", "their value"),
    "not_run": ("niet uitgerekend", "not worked out"),
    "rule_threshold": ("drempel: minder dan {n}", "threshold: fewer than {n}"),
    "rule_threshold_base": ("drempel: rondt af tot onder {n}", "threshold: would be printed below {n}"),
    "rule_zeros": ("nullen worden niet getoond", "zeros are not shown"),
    "rule_level": ("beschermingsniveau", "protection level"),
    "h_dearest": ("Duurste secundaire cellen, en wat zij beschermen", "Dearest secondary cells, and what they protect"),
    "dearest_text": (
        "Beschermt: de gevoelige cellen die meebewegen in een wereld van het certificaat die de cel verandert, en "
        "daarin het dichtst bij haar liggen, geteld in lijnen van totaal en delen.",
        "Protects: the sensitive cells that move in a world of the certificate that changes the cell, and lie "
        "nearest to it there, counted in lines of a total and its parts.",
    ),
    "protects": ("beschermt", "protects"),
    "among_them": ("waaronder", "among them"),
    "status": ("status", "status"),
    "h_margins": ("Grootste onderdrukte totalen", "Largest withheld totals"),
    "margins_text": (
        "De onderdrukte cellen die het meeste omvatten: zo hoog in de tabel moet een lezer iets missen.",
        "The withheld cells that cover most: this is how far up in the table a reader misses something.",
    ),
    "covers": ("omvat", "covers"),
    "margins_none": ("Geen enkel totaal is onderdrukt.", "No total is withheld."),
    "dearest_none": ("Er is niets secundair onderdrukt.", "Nothing is withheld as secondary."),
    "primary_short": ("primair", "primary"),
    "secondary_short": ("secundair", "secondary"),
    "zero_short": ("nul", "zero"),
    "h_index": ("Verlies per tabel", "Loss per table"),
    "table": ("tabel", "table"),
    "all_tables": ("alle tabellen", "all tables"),
    "verdict": ("oordeel", "verdict"),
    "then": ("waarde onderdrukt in {name}", "value withheld in {name}"),
    "shared": ("ook in andere tabellen", "in other tables too"),
    "alike": ("voor andere tabellen", "for other tables"),
    "shared_text": (
        "Ook in andere tabellen: cellen die hetzelfde tellen als een cel van een andere tabel van de set, en overal of nergens worden onderdrukt "
        "(behalve grote). Voor andere tabellen: cellen die worden onderdrukt omdat een andere tabel dat nodig heeft. Samen tellen zij dubbel.",
        "In other tables too: cells that count the same as a cell of another table of the set, and are withheld everywhere or nowhere (but for "
        "large ones). For other tables: cells that are withheld because another table needs it. Together they count twice.",
    ),
    "h_set": ("Hoeveel blijft er staan, per tabel", "How much stays, per table"),
    "index_text": (
        "Eén regel per tabel van de set; de naam leidt naar het rapport van de tabel.",
        "One line per table of the set; the name leads to the table's report.",
    ),
    "h_read": ("Zo leest u dit", "How to read this"),
    "read_text": (
        "Waarde is de som van ware aantallen; over niveaus heen telt zij dezelfde jongere meer dan eens, dus "
        "vergelijk aandelen alleen binnen één combinatie van niveaus. Bewezen breedtes zijn ondergrenzen: zij "
        "volgen uit de werelden die in het certificaat staan.",
        "Value is the sum of true values; across levels it counts the same contributor more than once, so compare "
        "shares only within one combination of levels. Proved widths are lower bounds: they follow from the worlds "
        "stored in the certificate.",
    ),
}


def words(language: str):
    """word(key, **parts) in a language; KeyError for a word that is not there."""
    place = LANGUAGES.index(language)

    def word(key: str, **parts: object) -> str:
        said = WORDS[key][place]
        return said.format(**parts) if parts else said

    return word
