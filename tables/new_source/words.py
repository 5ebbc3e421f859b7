"""Words in the names of columns, of several languages, without accents: what a column of that name probably is."""

from __future__ import annotations

BIRTH = (
    "birth",
    "born",
    "dob",
    "yob",
    "geb",
    "geboor",
    "geboren",
    "naissance",
    "geburt",
    "fodsel",
    "fodt",
    "fdato",
    "nacimiento",
    "nascita",
)
BEGIN = (
    *("start", "begin", "began", "from", "since", "admission", "admitted", "aanvang", "van", "opened", "entry", "ingang", "admidate"),
    *("debut", "inicio", "inizio", "innlagt", "fra", "von", "filed", "decom", "received"),
)
END = (
    *("end", "ended", "until", "till", "discharge", "exit", "einde", "eind", "tot", "closed", "stop", "stopped", "ceased", "left"),
    *("slutt", "slut", "fin", "ende", "bis", "fine", "utskrevet", "disposed", "finalised", "finalized", "disdate", "dec"),
)
PERSON = (
    *("child", "person", "client", "bsn", "pupil", "patient", "persoon", "kind"),  # the first eight go before the rest
    *("household", "upn", "elev", "klient", "clientnummer", "nummer", "number", "lopenr", "lopenummer", "id"),
)
SEX = ("sex", "gender", "geslacht", "kjonn", "kon", "geschlecht", "sexe", "sexo", "sesso")
SEXES = ({"m", "male", "man", "mann", "homme", "boy", "jongen"}, {"f", "v", "w", "k", "female", "vrouw", "frau", "femme", "girl", "meisje"})
"""Values of a column of sexes, whatever its name: one of the first and one of the second."""
AREA = (
    *("area", "region", "borough", "county", "municipality", "gemeente", "gebied", "regio", "authority", "ward", "wijk", "district"),
    *("commune", "council", "canton", "province", "provincie", "parish", "gss", "lsoa", "kommune", "fylke", "state", "land", "kreis"),
    *("bezirk", "departement", "comune", "provincia", "lan", "nuts", "la", "municipio", "bydel", "zip", "gemeinde"),
)
YEAR = ("year", "jaar", "jahr", "annee", "anno", "ano", "yr")
NUMBERS = ("number", "nummer", "no", "nr", "id", "key", "ref", "reference", "spell", "episode", "case", "seq")
"""Of the number of a record."""
NOT_KNOWN = (
    *("unknown", "not known", "not stated", "not recorded", "n/a", "-", "?", "onbekend", "ukjent", "okänd", "ukendt", "unbekannt"),
    *("inconnu", "desconocido", "sconosciuto"),
)
"""What stands in the place of an area that is not known."""
ROLES = ("person", "begin", "end", "kind", "birth", "sex", "area", "year")
"""What a column can be said to be."""
