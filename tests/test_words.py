"""Every sentence that a reader sees, in Dutch and in English: terms of the field, generated sentences, notes that fit their table."""

from __future__ import annotations

import ast
import csv
import itertools
import re
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml
from celwacht.disclosure.policy.policy import read_policy
from celwacht.publish.gate import assemble
from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import Publication, PublicCode, PublicDimension, PublicMeasure, Words
from celwacht.tables.counting.codings import coding
from celwacht.tables.periods import Period

from tests.tables.standard import standard

ROOT = Path(__file__).parents[1]
GLOSSARY = yaml.safe_load((ROOT / "docs" / "glossary.yaml").read_text(encoding="utf-8"))
TABLES = standard()
STATUSES = ("Voorlopig", "NaderVoorlopig", "Definitief")
PERIODS = [*(f"2024KW0{i}" for i in (1, 2, 3, 4)), "2024HJ01", "2024HJ02", "2024JJ00", "2024MM03", "2024WE07", "2024SJ08", "2024BJ04"]


def pairs(value) -> list[tuple[str, str]]:
    """Every {nl, en} in a document, in order."""
    if isinstance(value, dict):
        if set(value) <= {"nl", "en"} and "nl" in value:
            return [(str(value["nl"]), str(value.get("en", "")))]
        return [p for part in value.values() for p in pairs(part)]
    return [p for part in value for p in pairs(part)] if isinstance(value, list) else []


@cache
def of_specifications() -> list[tuple[str, str, str]]:
    files = [
        p
        for folder in ("", "classifications", "sets", "reports", "indicators", "checks")
        for p in sorted((ROOT / "table_specs" / folder).glob("*.yaml"))
    ]
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where there is libyaml
    return [(p.name, nl, en) for p in files for nl, en in pairs(yaml.load(p.read_text(encoding="utf-8"), loader))]


@cache
def of_viewer() -> list[tuple[str, str, str]]:
    """The pairs ['Dutch', 'English'] of the two lists of words."""
    found = []
    for path in ("publish/viewer/words.js", "publish/viewer/charts/words.js"):
        text = (ROOT / path).read_text(encoding="utf-8")
        found += [(path, nl, en) for nl, en in re.findall(r"\['((?:[^'\\]|\\.)*)',\s*'((?:[^'\\]|\\.)*)'\]", text)]
    return found


def of_program() -> list[tuple[str, str, str]]:
    return [
        ("texts", texts.MADE_UP.nl, texts.MADE_UP.en),
        *(("texts", m.nl, m.en) for _, m in (*texts.SYMBOLS, texts.ZERO)),
        *(("texts", m.nl, m.en) for m in (texts.SUMS, texts.MAY_BE_ROUNDED, texts.DOT_MAY_BE_ZERO, *texts.MULTIPLES.values())),
    ]


@cache
def of_pages() -> list[tuple[str, str, str]]:
    """Every pair (Dutch, English) in the program: calls of Words, and tuples of two texts in the modules of words."""
    found = []
    for path in sorted((ROOT / "publish").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "Words" in text or "words" in path.name else ():
            parts = node.args if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Words" else []
            if isinstance(node, ast.Tuple) and "words" in path.name:
                parts = node.elts
            texts_of = [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]
            if len(parts) == len(texts_of) == 2:
                found.append((path.name, *texts_of))
    return found


@cache
def everything() -> list[tuple[str, str, str]]:
    """Read when a test asks for it: not by every worker that only looks for its tests."""
    return [*of_specifications(), *of_viewer(), *of_program(), *of_pages()]


def test_the_lists_of_texts_are_whole():
    """The lint reads something of every kind."""
    assert len(of_specifications()) > 500 and len(of_viewer()) > 150 and len(of_pages()) > 120


@pytest.mark.parametrize("rule", GLOSSARY["forbidden"]["nl"] + GLOSSARY["forbidden"]["en"], ids=lambda r: r["words"])
def test_no_text_has_words_that_were_wrong(rule):
    """Wording that misled a reader before, with what is said instead."""
    found = [(where, text) for where, nl, en in everything() for text in (nl, en) if rule["words"].lower() in text.lower()]
    assert found == [], f"say: {rule['say']}"


@pytest.mark.parametrize("term", [t for t in GLOSSARY["terms"] if "not" in t], ids=lambda t: t["nl"])
def test_english_has_the_terms_of_the_office(term):
    """No other English for a term than that of the glossary."""
    wrong = [re.compile(rf"\b{re.escape(words)}\b", re.IGNORECASE) for words in term["not"]]
    assert [(where, en) for where, _, en in everything() if any(w.search(en) for w in wrong)] == [], f"say: {term['en']}"


@pytest.mark.parametrize("term", [t for t in GLOSSARY["terms"] if t["nl"].startswith("jeugd")], ids=lambda t: t["nl"])
def test_a_title_has_the_english_of_its_dutch(term):
    """Where a title says jeugdhulp, the English says youth assistance, and so on."""
    word = re.compile(rf"\b{term['nl']}\b", re.IGNORECASE)
    titles = [(where, nl, en) for where, nl, en in of_specifications() if en and word.search(nl) and len(nl) < 90]
    assert [t for t in titles if term["en"] not in t[2].lower() and "total" not in t[2].lower() and "care" not in t[2].lower()] == []


@pytest.mark.parametrize("code, status, dated", list(itertools.product(PERIODS, STATUSES, (False, True))))
def test_the_sentence_on_the_status_is_dutch(code, status, dated):
    """For every kind of period and every status: over a period, of a day, and the status as a predicate."""
    period = Period.parse(code)
    title = Words(period.title("nl", reference_date=dated), period.title("en", reference_date=dated))
    (line,) = texts.status_text((PublicCode(code, title, status=status),)).splitlines()
    day = r"van \d{1,2} [a-z]+ \d{4}"
    span = r"over (het \de (halfjaar|kwartaal) van \d{4}|week \d+ van \d{4}|maart \d{4}|het (school|boek)jaar \d{4}/'\d\d|\d{4})"
    assert re.fullmatch(rf"De cijfers ({day}|{span}) zijn (voorlopig|nader voorlopig|definitief)\.", line), line
    assert ("van" in line.split(str(period.year))[0].split() and "over" not in line) == dated


@pytest.mark.parametrize("table", sorted(TABLES))
def test_notes_fit_their_table(table):
    """No note twice, none on what the table does not have, none that repeats the title it stands under."""
    spec = TABLES[table]
    notes = [n.text.nl for n in spec.footnotes]
    assert len(set(notes)) == len(notes)
    general = [n.text.nl for n in spec.footnotes if n.on is None] + [spec.description.nl]
    fields = {d.classification for d in spec.dimensions}
    for word, classification in (("geslacht", "geslacht"), ("leeftijd", "leeftijd")):
        allowed = any(field.startswith(classification) for field in fields) or "niet naar leeftijd" in " ".join(notes)
        assert allowed or not any(word in text.lower().split("jeugdhulp in natura:")[0] for text in general), (table, word)
    assert all(not n.text.nl.lower().startswith((n.on or "-").lower()) for n in spec.footnotes)
    dated = any(re.search(r"\bpeildatum\b", text) for text in notes + [spec.title.nl])
    assert not dated or spec.moment == "stand", table
    counts_persons = any("telt een jongere maar één keer" in text for text in notes)
    assert not counts_persons or spec.unit == "jongeren", table


@pytest.mark.parametrize("table", sorted(TABLES))
def test_titles_tell_the_unit_and_the_dimensions(table):
    """In English as in Dutch: of whom or of what, then by what; and nothing is without English."""
    spec = TABLES[table]
    unit = r"young persons|key figures" if spec.unit == "jongeren" else r"trajector|authorisation|activities|course of"
    unit = {"adviezen": "advice", "meldingen": "reports", "onderzoeken": "investigations"}.get(spec.unit, unit)
    assert re.search(unit, spec.title.en.lower()), spec.title.en
    assert spec.title.nl.count(";") == spec.title.en.count(";") == 1
    assert len(re.split(r"[;,]", spec.title.nl.split(";")[1])) >= len(spec.dimensions) - 1
    assert all(n.text.en for n in spec.footnotes) and spec.description.en and all(m.title.en for m in spec.measures)


SAID_OF_STATUS = {
    (
        "halfjaar",
        "jaar",
    ): "cijfers over een 1e halfjaar zijn in oktober voorlopig, in april nader voorlopig en in oktober daarna definitief",
    ("halfjaar",): "cijfers van 30 juni zijn in oktober voorlopig, in april nader voorlopig en in oktober daarna definitief",
    ("jaar",): "cijfers over een jaar zijn in april voorlopig en in oktober definitief",
    ("kwartaal",): "een kwartaal is voorlopig als het voor het eerst verschijnt, en nader voorlopig als het volgende kwartaal verschijnt",
}


def test_a_half_year_table_says_of_statuses_what_the_sets_do():
    """October: first half provisional, the year before definite; April: first half revised, second half and year provisional."""
    april, october = (yaml.safe_load((ROOT / "table_specs" / "sets" / f"{s}.yaml").read_text())["periods"] for s in ("april", "october"))
    assert {p["part"]: p["status"] for p in april} == {"HJ01": "NaderVoorlopig", "HJ02": "Voorlopig", "JJ00": "Voorlopig"}
    assert {(p["year"], p["part"]): p["status"] for p in october if p["year"] == 0} == {(0, "HJ01"): "Voorlopig"}
    assert {p["status"] for p in october if p["year"] == -1} == {"Definitief"}
    for table, spec in TABLES.items():
        if spec.years.last > 2020:
            assert SAID_OF_STATUS[spec.periods] in " ".join(spec.description.nl.split()), table


def test_no_source_is_named_that_the_data_folder_does_not_name():
    """The words for a folder without a source name no office."""
    assert "CBS" not in assemble.SOURCE.nl + assemble.SOURCE.en


def test_names_of_youth_regions_are_spelled_as_dutch():
    """A compass point is joined to what it is a part of: Midden-Holland, Zuidoost-Brabant; no 'Gooi-en'."""
    with (ROOT / "table_specs" / "regions" / "gemeenten_2023.csv").open(encoding="utf-8", newline="") as stream:
        names = {row["jeugdregionaam"] for row in csv.DictReader(stream)}
    assert len(names) == 42
    wrong = re.compile(r"\b(Noord|Oost|Zuid|West|Midden) [A-Z]|-Oost |-en |(Noord|Zuid)-(Oost|West)")
    assert [name for name in sorted(names) if wrong.search(name)] == []


def a_table(values: list[int], state: list[int], unit: str = "jongeren", decimals: int = 0) -> Publication:
    """A publication with one measure over so many regions and one period."""
    codes = tuple(PublicCode(f"GM{i:04d}", Words(f"Gemeente {i}")) for i in range(len(values)))
    period = PublicCode("2024JJ00", Words("2024", "2024"), status="Voorlopig")
    dimensions = (
        PublicDimension("RegioS", Words("Regio's", "Regions"), "GeoDimension", codes),
        PublicDimension("Perioden", Words("Perioden", "Periods"), "TimeDimension", (period,)),
    )
    figures = np.array(values, np.int64)[:, None], np.array(state, np.uint8)[:, None]
    measure = PublicMeasure("M000001", "Jongeren", Words("Jongeren"), "", unit, decimals, *figures)
    return Publication("t", "", Words("T"), Words("T"), "jongeren", "bron", date(2025, 4, 30), dimensions, (measure,))


def test_rounding_is_told_as_it_is():
    """Thirty multiples of five and a dot: rounded to fives, and the dot may be zero. Exact figures: no such word."""
    fives = a_table([*range(10, 155, 5), 0, 0], [0] * 29 + [1, 1])
    assert texts.rounding(fives).nl == f"Aantallen zijn afgerond op vijftallen. {texts.SUMS.nl} Een punt kan ook nul zijn."
    assert texts.rounding(fives).en == f"Counts are rounded to multiples of five. {texts.SUMS.en} A dot can stand for zero too."
    exact = a_table([*range(10, 40), 0, 0], [0] * 31 + [1])
    assert texts.rounding(exact).nl == f"Cijfers kunnen zijn afgerond. {texts.SUMS.nl}"
    few = a_table([10, 20, 0], [0, 0, 1])
    assert texts.rounding(few).nl == f"Cijfers kunnen zijn afgerond. {texts.SUMS.nl}"


def test_a_symbol_is_explained_where_it_occurs():
    """The line on 0 stands under rates and rounded counts that print one, and nowhere else."""
    rate = a_table([0, 12], [0, 0], unit="%", decimals=1)
    assert [s for s, _ in texts.symbols(rate)] == ["niets (blank)", ".", "0 (0,0)", "*", "**"]
    for plain in (a_table([0, 12], [1, 0], unit="%", decimals=1), a_table([*range(30), 0], [0] * 31)):
        assert [s for s, _ in texts.symbols(plain)] == ["niets (blank)", ".", "*", "**"]


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("table", sorted(t for t, spec in TABLES.items() if len(spec.periods) == 1))
def test_a_table_speaks_of_its_own_periods_only(table):
    """A table by year says nothing of half-years, one of reference dates or quarters nothing of whole years."""
    told = flat(TABLES[table].description.nl)
    assert "halfjaar" not in told
    assert ("over een jaar" in told) == (TABLES[table].periods == ("jaar",))


def test_one_dutch_text_has_one_english():
    """What is said twice in Dutch is said in the same words in English, over all specifications."""
    english: dict[str, set[str]] = {}
    for _, nl, en in of_specifications():
        if en:
            english.setdefault(flat(nl), set()).add(flat(en))
    assert {nl: en for nl, en in english.items() if len(en) > 1} == {}


def test_a_note_follows_the_title_it_is_on():
    """It is printed as "Soort start: ..."; a second colon at its beginning does not read."""
    notes = [(t, n.text.nl) for t, spec in TABLES.items() for n in spec.footnotes if n.on]
    assert [note for note in notes if re.match(r"[A-Z][\w ]{1,24}: ", note[1])] == []


def test_a_clause_ends_with_a_comma_before_the_verb():
    """'Trajecten die op die dag eindigden, tellen niet mee', in every Dutch text."""
    wrong = re.compile(r"\b(die|wie|wat)\b[^.,;:]{3,60}\b(eindigden|aansluit|had|heeft) (tellen|telt|is|zijn)\b", re.IGNORECASE)
    assert [(where, nl) for where, nl, _ in everything() if wrong.search(nl)] == []


def test_titles_have_no_number_of_statline_before_them():
    """Some tables of StatLine have JH 12 or JB 11 before a title and others have not; ours never."""
    assert [(where, nl) for where, nl, _ in of_specifications() if re.match(r"J[HBRZ] (\d|Totaal)", nl)] == []


STATUS_IN_ENGLISH = {
    (
        "halfjaar",
        "jaar",
    ): "those of a first half-year are provisional in October, revised provisional in April and definite in October after that",
    ("halfjaar",): "those of 30 June are provisional in October, revised provisional in April and definite in October after that",
    ("jaar",): "those of a year are provisional in April and definite in October",
    ("kwartaal",): "a quarter is provisional when it first appears, and revised provisional when the next quarter appears",
}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_english_tells_what_dutch_tells(table):
    """As many paragraphs, the statuses and the moments of new figures among them; what is a choice is said to be one in both."""
    spec = TABLES[table]
    nl, en = (text.strip().split("\n") for text in (spec.description.nl, spec.description.en))
    assert len(nl) == len(en), (len(nl), len(en))
    texts_of = [(spec.description.nl, spec.description.en), *((n.text.nl, n.text.en) for n in spec.footnotes)]
    for dutch, english in texts_of:
        assert ("keuze" in dutch) == ("choice" in english), (dutch, english)
        assert ("PGB" in dutch) == ("PGB" in english)
        assert len(re.findall(r"\d{4}", dutch)) == len(re.findall(r"\d{4}", english)), (dutch, english)
    if spec.years.last > 2020:
        assert STATUS_IN_ENGLISH[spec.periods] in flat(spec.description.en)
    assert "nieuwe cijfers?" in spec.description.nl and "When will there be new figures?" in spec.description.en


@pytest.mark.parametrize("table", sorted(TABLES))
def test_notes_name_titles_that_are_there(table):
    """What stands between quotes in a note is the title of a code, in Dutch as in English; or of another note's dimension."""
    spec = TABLES[table]
    shown = {"nl": set(), "en": set()}
    for d in spec.dimensions:
        for code in coding(d.classification, dimension_name=d.name, levels=d.levels, field=d.field).classification.codes:
            shown["nl"].add(code.title_nl)
            shown["en"].add(code.title_en)
    for note in spec.footnotes:
        for language, text in (("nl", note.text.nl), ("en", note.text.en)):
            assert set(re.findall(r"(?<!\w)'([^']+)'", flat(text))) <= shown[language], (language, text)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_notes_speak_of_what_is_counted(table):
    """Where trajectories are counted, no young person 'counts', and the other way round; PGB is named where youth assistance counts."""
    spec = TABLES[table]
    notes = " ".join(n.text.nl for n in spec.footnotes)
    assert ("telt de jongere" in notes) <= (spec.unit == "jongeren")
    assert ("telt het traject" in notes) <= (spec.unit == "trajecten")
    assert ("PGB" in spec.description.nl) == (spec.source in ("jeugdhulp", "jeugdzorg"))
    first = flat(spec.description.en).split(". ")[0]
    assert first.startswith("This table holds the number of ") and ";" not in first


def test_an_amount_takes_its_pronoun():
    """'Het aantal meldingen dat', not 'die'; 'one of figures' agree in number wherever {n} can be 1 (glossary)."""
    assert [(where, nl) for where, nl, _ in everything() if re.search(r"\baantal \w+( \w+)? die\b", nl)] == []


def test_nobody_is_only_who():
    """'A young person who had', not 'Who had': a sentence or what follows 'of' has somebody to whom 'who' belongs."""
    assert [
        (where, en) for where, _, en in everything() if re.search(r"(^|[.;:] |\bof )[Ww]ho (had|has|is|asked|was)\b(?![^.]*\?)", en)
    ] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_two_tables_say_the_same_of_themselves(language):
    """Title and first sentence tell one table from another; a measure tells in both languages of which care it is."""
    for of in (lambda t: getattr(t.title, language), lambda t: flat(getattr(t.description, language)).split(". ")[0]):
        said = [of(t) for t in TABLES.values()]
        assert [one for one in said if said.count(one) > 1] == []


@pytest.mark.parametrize("term", ["jeugdhulp", "jeugdbescherming", "jeugdreclassering", "jeugdzorg"])
def test_a_measure_has_the_english_of_its_dutch(term):
    """'Jeugdhulptrajecten op peildatum' are trajectories of youth assistance, not of anything."""
    english = next(t["en"] for t in GLOSSARY["terms"] if t["nl"] == term)
    measures = [(name, m.title.nl, m.title.en) for name, t in TABLES.items() for m in t.measures]
    assert [one for one in measures if term in one[1].lower() and english not in one[2].lower()] == []


def test_who_is_meant_was_named():
    """'Die jongeren' and 'die trajecten' begin no part of a sentence in a note: what they point at is not in it."""
    assert [(where, nl) for where, nl, _ in everything() if re.search(r"[:;] die (jongeren|trajecten)\b", flat(nl))] == []


@pytest.mark.parametrize("table", sorted(t for t, spec in TABLES.items() if not spec.source.startswith("vt_")))
def test_who_is_protected_is_told(table):
    """Where municipalities or districts are shown, one institution may stand behind a number; not where the policy has rules on them."""
    spec = TABLES[table]
    small = any(
        d.classification == "wijk" or (d.classification == "regio" and "gemeente" in (d.levels or ["gemeente"])) for d in spec.dimensions
    )
    told = [n for n in spec.footnotes if "niet over instellingen" in flat(n.text.nl) and "not of institutions" in flat(n.text.en)]
    assert len(told) == (small and read_policy(spec.policy).rules is None)


@pytest.mark.parametrize(
    "unit, english",
    [
        ("jongeren", "young persons"),
        ("% van de jongeren van 0 tot 23 jaar", "% of young persons aged 0 to 22"),
        ("per 1.000 inwoners", "per 1,000 inhabitants"),
        ("per 1.000 inwoners van 65 jaar en ouder", "per 1,000 inhabitants aged 65 and over"),
        (
            "% van de jongeren in de leeftijdsklasse, van leeftijd van de rij",
            "% of young persons in the class of age, of the age of the row",
        ),
        (
            "per 1.000 jongeren van 12 tot 18 jaar, van leeftijd en geslacht van de rij",
            "per 1,000 young persons aged 12 to 17, of the age and sex of the row",
        ),
        ("vierkante meters", ""),
    ],
)
def test_units_in_english(unit, english):
    assert texts.unit(unit) == Words(unit, english)


def test_every_unit_of_ours_is_known_in_english():
    assert [spec.unit for spec in TABLES.values() if not texts.unit(spec.unit).en] == []
