"""Every sentence that a reader sees, in Dutch and in English: terms of the field, generated sentences, notes that fit their table."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
import yaml
from celwacht.publish.gate import assemble
from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import PublicCode, Words
from celwacht.tables.periods import Period
from celwacht.tables.specs.read_spec import read_tables

ROOT = Path(__file__).parents[1]
GLOSSARY = yaml.safe_load((ROOT / "docs" / "glossary.yaml").read_text(encoding="utf-8"))
TABLES = read_tables()
STATUSES = ("Voorlopig", "NaderVoorlopig", "Definitief")
PERIODS = [*(f"2024KW0{i}" for i in (1, 2, 3, 4)), "2024HJ01", "2024HJ02", "2024JJ00"]


def pairs(value) -> list[tuple[str, str]]:
    """Every {nl, en} in a document, in order."""
    if isinstance(value, dict):
        if set(value) <= {"nl", "en"} and "nl" in value:
            return [(str(value["nl"]), str(value.get("en", "")))]
        return [p for part in value.values() for p in pairs(part)]
    return [p for part in value for p in pairs(part)] if isinstance(value, list) else []


def of_specifications() -> list[tuple[str, str, str]]:
    files = [p for folder in ("", "classifications", "sets") for p in sorted((ROOT / "table_specs" / folder).glob("*.yaml"))]
    return [(p.name, nl, en) for p in files for nl, en in pairs(yaml.safe_load(p.read_text(encoding="utf-8")))]


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
        ("texts", texts.ROUNDING_NOTE, ""),
        *(("texts", m, "") for _, m in texts.SYMBOLS),
    ]


ALL = [*of_specifications(), *of_viewer(), *of_program()]


def test_the_lists_of_texts_are_whole():
    """The lint reads something of every kind."""
    assert len(of_specifications()) > 500 and len(of_viewer()) > 150


@pytest.mark.parametrize("rule", GLOSSARY["forbidden"]["nl"] + GLOSSARY["forbidden"]["en"], ids=lambda r: r["words"])
def test_no_text_has_words_that_were_wrong(rule):
    """Wording that misled a reader before, with what is said instead."""
    found = [(where, text) for where, nl, en in ALL for text in (nl, en) if rule["words"].lower() in text.lower()]
    assert found == [], f"say: {rule['say']}"


@pytest.mark.parametrize("term", [t for t in GLOSSARY["terms"] if "not" in t], ids=lambda t: t["nl"])
def test_english_has_the_terms_of_the_office(term):
    """No other English for a term than that of the glossary."""
    wrong = [re.compile(rf"\b{re.escape(words)}\b", re.IGNORECASE) for words in term["not"]]
    assert [(where, en) for where, _, en in ALL if any(w.search(en) for w in wrong)] == [], f"say: {term['en']}"


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
    span = r"over (het \de (halfjaar|kwartaal) van \d{4}|\d{4})"
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
        allowed = classification in fields or "niet naar leeftijd" in " ".join(notes)
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
    assert re.search(unit, spec.title.en.lower()), spec.title.en
    assert spec.title.nl.count(";") == spec.title.en.count(";") == 1
    assert len(re.split(r"[;,]", spec.title.nl.split(";")[1])) >= len(spec.dimensions) - 1
    assert all(n.text.en for n in spec.footnotes) and spec.description.en and all(m.title.en for m in spec.measures)


def test_a_half_year_table_says_of_statuses_what_the_sets_do():
    """October: first half provisional, the year before definite; April: first half revised, second half and year provisional."""
    april, october = (yaml.safe_load((ROOT / "table_specs" / "sets" / f"{s}.yaml").read_text())["periods"] for s in ("april", "october"))
    assert {p["part"]: p["status"] for p in april} == {"HJ01": "NaderVoorlopig", "HJ02": "Voorlopig", "JJ00": "Voorlopig"}
    assert {(p["year"], p["part"]): p["status"] for p in october if p["year"] == 0} == {(0, "HJ01"): "Voorlopig"}
    assert {p["status"] for p in october if p["year"] == -1} == {"Definitief"}
    for table, spec in TABLES.items():
        if spec.periods != ("kwartaal",) and spec.years.last > 2020:
            assert "1e halfjaar zijn in oktober voorlopig, in april nader voorlopig" in " ".join(spec.description.nl.split()), table


def test_no_source_is_named_that_the_data_folder_does_not_name():
    """The words for a folder without a source name no office."""
    assert "CBS" not in assemble.SOURCE
