"""What the benchmark, its dossiers and its lessons say themselves, in Dutch and English."""

from __future__ import annotations

from celwacht.publish.areas import wording
from celwacht.publish.publication.publication import Words

WORDS: dict[str, Words] = {
    "benchmark": Words("Benchmark", "Benchmark"),
    "benchmarkLead": Words(
        "Trap één van het drietrapsmodel: zes indicatoren over het gebruik van jeugdzorg en zes maatschappelijke, van elke gemeente naast het "
        "land, de regio, gemeenten van dezelfde grootte en gemeenten die erop lijken.",
        "Step one of the three: six indicators on the use of youth care and six on society, of every municipality beside the country, the "
        "region, municipalities of the same size and municipalities that are alike.",
    ),
    "use": Words("Gebruik van jeugdzorg", "Use of youth care"),
    "society": Words("Maatschappelijke indicatoren", "Indicators on society"),
    "choose": Words("Kies een gebied", "Choose an area"),
    "indicator": Words("Indicator", "Indicator"),
    "size": Words("Zelfde grootte", "Same size"),
    "near": Words("Gemeenten die erop lijken, samen", "Municipalities that are alike, together"),
    "nearShort": Words("Lijken erop", "Alike"),
    "against": Words("Naast {name}", "Beside {name}"),
    "higher": Words("hoger", "higher"),
    "lower": Words("lager", "lower"),
    "alike": Words("geen duidelijk verschil", "no clear difference"),
    "unknown": Words("niet te zeggen", "cannot be said"),
    "better": Words("gunstiger", "more favourable"),
    "worse": Words("ongunstiger", "less favourable"),
    "interval": Words("Tussen", "Between"),
    "number": Words("Cijfer", "Figure"),
    "area": Words("Gebied", "Area"),
    "noRank": Words(
        "Er is geen rangorde: gebieden staan op naam. Een verschil heet hoger of lager waar het groter is dan toeval en afronding samen (95 %). Van twee "
        "gebieden waarvan de balken elkaar overlappen is niet te zeggen welk het hoogst is.",
        "There is no ranking: areas stand by name. A difference is called higher or lower where it is more than chance and rounding together (95 %). Of two "
        "areas whose bars overlap it cannot be said which is highest.",
    ),
    "about": Words("Over deze indicator", "About this indicator"),
    "definition": Words("Omschrijving", "Definition"),
    "formula": Words("Berekening", "Calculation"),
    "populations": Words("Over wie", "About whom"),
    "population": Words("{title} ({ages} jaar; {year}). Bron: {source}.", "{title} (ages {ages}; {year}). Source: {source}."),
    "unit": Words("Eenheid", "Unit"),
    "decimals": Words("Decimalen", "Decimals"),
    "polarity": Words("Richting", "Direction"),
    "neutral": Words("Meer is niet beter of slechter.", "More is neither better nor worse."),
    "polarHigher": Words("Hoger is gunstiger.", "Higher is more favourable."),
    "polarLower": Words("Lager is gunstiger.", "Lower is more favourable."),
    "rationale": Words("Waarvoor", "What for"),
    "limits": Words("Wat het niet zegt", "What it does not say"),
    "numbered": Words("Tabel", "Table"),
    "origin": Words("Herkomst", "Origin"),
    "office": Words("Zoals het bureau het publiceert.", "As the office publishes it."),
    "own": Words("De omschrijving is van de samensteller.", "The definition is that of the compiler."),
    "licence": Words(
        "Bron: {source}. Licentie: {licence}. Opgehaald op {date}.", "Source: {source}. Licence: {licence}. Retrieved on {date}."
    ),
    "fileMadeUp": Words(
        "Deze maatschappelijke cijfers zijn verzonnen, ook waar een echte gemeente staat.",
        "These figures on society are made up, even where a real municipality is named.",
    ),
    "compared": Words("{name} vergeleken", "{name} compared"),
    "comparedAll": Words("Gebieden naast elkaar", "Areas beside each other"),
    "comparedHint": Words(
        "Punt: het cijfer. Balk: wat toeval en afronding openlaten (95 %). Streep: {name}.",
        "Dot: the figure. Bar: what chance and rounding leave open (95 %). Line: {name}.",
    ),
    "funnel": Words("Groot en klein: de trechter", "Large and small: the funnel"),
    "funnelHint": Words(
        "Elke punt is een gemeente; naar rechts grotere. Binnen de gestreepte lijnen: niet meer verschil met {name} dan door toeval (95 %). Binnen de dichte: ook niet meer dan gemeenten van die grootte gewoonlijk verschillen (99,8 %).",
        "Each dot is a municipality; larger ones to the right. Within the dashed lines: no more difference from {name} than by chance (95 %). Within the solid ones: nor more than municipalities of that size usually differ (99.8 %).",
    ),
    "funnelTold": Words(
        "Van {shown} van de {all} gemeenten is het cijfer te zien; {out} liggen buiten de buitenste lijnen.",
        "Of {shown} of the {all} municipalities the figure is shown; {out} lie outside the outer lines.",
    ),
    "people": Words("grootte: waarvan het een deel is (logaritmisch)", "size: of what it is a part (logarithmic)"),
    "allAreas": Words("Alle gebieden", "All areas"),
    "csv": Words("Cijfers van deze indicator (CSV)", "Figures of this indicator (CSV)"),
    "dossier": Words("Dossier: wie opvalt", "Dossier: who stands out"),
    "dossiers": Words("Dossiers (trap twee)", "Dossiers (step two)"),
    "dossierMarkdown": Words("Als Markdown", "As Markdown"),
    "lessons": Words("Lessen (trap drie)", "Lessons (step three)"),
    "lessonsLead": Words(
        "Wat onderzoek bij enkele gemeenten leerde. De gemeenten zijn onherkenbaar gemaakt.",
        "What research at a few municipalities taught. The municipalities cannot be recognised.",
    ),
    "noLessons": Words("Er zijn nog geen lessen.", "There are no lessons yet."),
    "together": Words("samen, van {shown} van de {all}", "together, of {shown} of the {all}"),
    "pageOf": Words("Alle indicatoren van {name}", "All indicators of {name}"),
}
DOSSIER: dict[str, Words] = {
    "title": Words("Dossier: {name}", "Dossier: {name}"),
    "madeUp": Words("VERZONNEN GEGEVENS: deze cijfers gaan over niemand.", "MADE-UP DATA: these figures are about nobody."),
    "lead": Words(
        "Trap twee van het drietrapsmodel begint hier: gemeenten waarvan dit cijfer meer afwijkt dan door toeval en dan gemeenten gewoonlijk verschillen, en wat de gepubliceerde cijfers er verder over zeggen. "
        "Waarom het zo is, staat er niet in: dat is de vraag voor nader onderzoek.",
        "Step two of the three begins here: municipalities of which this figure differs by more than chance and than municipalities usually differ, and what else the published figures say of it. "
        "Why it is so is not in it: that is the question for research.",
    ),
    "source": Words("Bron: {source}; bijgewerkt op {date}.", "Source: {source}; updated on {date}."),
    "who": Words("Wie opvalt", "Who stands out"),
    "both": Words("{first} en {last}, beide", "{first} and {last}, both"),
    "some": Words(
        "Van de {all} gemeenten vallen er {n} op: zij liggen in {years}, aan dezelfde kant buiten de grenzen van 99,8 % om het cijfer van {whole}, ook als hun aantal door afronden "
        "wat hoger of lager is. Ze staan op naam, niet op volgorde van cijfer.",
        "Of the {all} municipalities, {n} stand out: in {years}, on the same side outside of the limits of 99.8 % around the figure of {whole}, also where rounding made their "
        "count somewhat higher or lower. They stand by name, not in order of figure.",
    ),
    "nobody": Words(
        "Van de {all} gemeenten valt er geen op: geen ligt in {years} buiten de grenzen van 99,8 % om het cijfer van {whole}.",
        "Of the {all} municipalities none stands out: none lies outside of the limits of 99.8 % around the figure of {whole} in {years}.",
    ),
    "others": Words("Ook: {names}.", "Also: {names}."),
    "gemeente": Words("Gemeente", "Municipality"),
    "value": Words("Cijfer", "Figure"),
    "interval": Words("Toeval en afronding (95 %)", "Chance and rounding (95 %)"),
    "limit": Words("Grens (99,8 %)", "Limit (99.8 %)"),
    "side": Words("Kant", "Side"),
    "higher": Words("hoger", "higher"),
    "lower": Words("lager", "lower"),
    "years": Words("Door de jaren", "Over the years"),
    "makeUp": Words("Samenstelling", "Make-up"),
    "differs": Words("{part}: {own} %, tegen {whole} % in {name}.", "{part}: {own} %, and {whole} % in {name}."),
    "same": Words(
        "Geen onderdeel dat wordt getoond, verschilt vijf procentpunten of meer.",
        "No part that is shown differs by five percentage points or more.",
    ),
    "noMakeUp": Words("Hierover zijn geen cijfers gepubliceerd.", "No figures of this are published."),
    "questions": Words("Vragen voor nader onderzoek", "Questions for research"),
    "questionsLead": Words(
        "In drie of vier gemeenten, met wie er werkt, en vooral in gesprekken.",
        "In three or four municipalities, with those who work there, and mostly by talking.",
    ),
    "use": Words("Beroep: wie vraagt hulp, en langs welke weg komt die?", "Use: who asks for help, and by which way does it come?"),
    "duration": Words(
        "Duur: hoe lang loopt een traject, en wanneer heet het beëindigd?",
        "Duration: how long does a trajectory run, and when is it called ended?",
    ),
    "registration": Words(
        "Registratie: leveren alle aanbieders, en verstaan zij hetzelfde onder een traject?",
        "Registration: do all providers report, and do they mean the same by a trajectory?",
    ),
    "teams": Words("Opdracht van de wijkteams: wat doen zij zelf?", "Task of the local teams: what do they do themselves?"),
    "people": Words("Bevolking: leeftijd, gezinnen, inkomen.", "People: age, families, income."),
    "problems": Words(
        "Aard van de problemen: verschilt die, of alleen het antwoord erop?",
        "Kind of problems: do they differ, or only the answer to them?",
    ),
    "limits": Words("Wat dit dossier niet zegt", "What this dossier does not say"),
    "chance": Words(
        "De grenzen zijn die van toeval, verruimd met wat gemeenten onderling gewoonlijk verschillen; van duizend gemeenten zonder ander verschil ligt er elk jaar ongeveer twee buiten. Cijfers zijn afgerond; wat niet wordt getoond, kan niet opvallen.",
        "The limits are those of chance, widened by what municipalities usually differ among themselves; of a thousand without any other difference about two lie outside each year. Figures are rounded; what is not shown cannot stand out.",
    ),
}


def words(language: str, key: str, **filled: str) -> str:
    """The words for a key, with {names} filled in; those of region pages where the benchmark has none of its own."""
    return _said(WORDS, language, key, filled) if key in WORDS else wording.words(language, key, **filled)


def dossier_words(language: str, key: str, **filled: str) -> str:
    """The words of a dossier."""
    return _said(DOSSIER, language, key, filled)


def _said(among: dict[str, Words], language: str, key: str, filled: dict[str, str]) -> str:
    text = among[key].en if language == "en" else among[key].nl
    return text.format(**filled) if filled else text
