"""Sources as data: every mistake is told at its place, and the program knows no register but by its file."""

import re
import shutil
from pathlib import Path

import pytest
from celwacht.tables import home
from celwacht.tables.counting.check_specs import check
from celwacht.tables.intake.vault.microdata import columns_of
from celwacht.tables.sources.sources import SOURCES, handed_on, is_union, parts_of, persons_unit, record_kinds

TEXT = (home.PACKAGED / "sources" / "jeugdbescherming.yaml").read_text(encoding="utf-8")
UNION = (home.PACKAGED / "sources" / "jeugdzorg.yaml").read_text(encoding="utf-8")
PERSONS = (home.PACKAGED / "sources" / "persoonskenmerken.yaml").read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path):
    """A folder of specifications with our sources and layouts."""
    for name in ("sources", "layouts"):
        shutil.copytree(home.PACKAGED / name, tmp_path / "specs" / name)
    return tmp_path / "specs"


def told(project, text, name="jeugdbescherming"):
    """Lines (from 1), columns and rules of what is wrong with a file of sources; and the messages."""
    (project / "sources" / f"{name}.yaml").write_text(text, encoding="utf-8")
    found = check([project / "sources" / f"{name}.yaml"])
    return [(text.splitlines()[p.line - 1].strip() if p.line else "", p.rule) for p in found], "\n".join(map(str, found))


def test_our_sources_are_right(project):
    """What is committed has no problem."""
    assert check([project / "sources"]) == []


@pytest.mark.parametrize(
    "before, after, line, rule, word",
    [
        ("kind: register", "kind: registr", "kind: registr", "wrong-value", "register"),
        ("kind: type", "kind: typ", "kind: typ", "unknown-field", "Did you mean 'type'"),
        ("kind: type", "kind: geslacht", "kind: geslacht", "unknown-field", "not of the person"),
        ("kind: type", "kind: eerste_contact", "kind: eerste_contact", "unknown-field", "of type code"),
        ("clears: [reden]", "clears: [redn]", "clears: [redn]", "unknown-field", "Did you mean 'reden'"),
        ("until: eerste_contact", "until: contact", "until: contact", "unknown-field", "of type date"),
        ("until: eerste_contact", "until: reden", "until: reden", "unknown-field", "of type date"),
        ("  birth: geboortedatum\n", "", "- make: age", "no-birth", "person: birth"),
        ("  handover: {away: overgedragen, taken: overgedragen_gekregen, days: 1}\n", "", "- make: taken_over", "no-handover", "Remove it"),
        ("away: overgedragen,", "away: overgedrgen,", None, "unknown-field", "Did you mean 'overgedragen'"),
        (
            "away: overgedragen, taken: overgedragen_gekregen",
            "away: overgedragen_gekregen, taken: overgedragen",
            None,
            "role",
            "Make them agree",
        ),
        ("days: 1}", "days: 400}", None, "wrong-value", "366"),
        ("years: 5", "years: 0", "years: 0", "wrong-value", "1"),
        ("among: type != '31'", "among: type !! '31'", "among: type !! '31'", "filter", "among:"),
        ("among: type != '31'", "among: soort != '31'", "among: soort != '31'", "filter", "unknown field"),
        ("among: type != '31'", "among: leeftijd < 3", "among: leeftijd < 3", "filter", "unknown field"),
        ("check: elfproef", "check: elf", None, "wrong-value", "elfproef"),
        ("check: elfproef", "check: none", None, "field-kind", "expected nummer"),
        ("field: bsn", "field: bns", "field: bns", "unknown-field", "Did you mean 'bsn'"),
        ("birth: geboortedatum", "birth: geboren", "birth: geboren", "unknown-field", "layouts"),
        ("birth: geboortedatum", "birth: aanvang", "birth: aanvang", "field-kind", "expected geboortedatum"),
        ("without: [geslacht,", "without: [sexe,", None, "unknown-field", "geslacht"),
        ("known: bsn_bekend", "known: type", None, "duplicate-name", "another field"),
        ("known: bsn_bekend", "known: persoon", "known: persoon", "reserved-name", "column of the program"),
        ("record: jeugdbescherming", "record: bescherming", "record: bescherming", "no-layout", "layouts/"),
        ("record: jeugdbescherming", "record: jeugdhulp", "record: jeugdhulp", "record-twice", "jeugdhulp"),
        ("persons: jongeren}", "persons: trajecten}", None, "duplicate-name", "own name"),
        ("persons: [persoonskenmerken]", "persons: [kenmerken]", None, "unknown-field", "persoonskenmerken"),
        ("persons: [persoonskenmerken]", "persons: [jeugdhulp]", None, "unknown-field", "register of persons"),
        ("- name: type\n", "- name: soortmaatregel\n", "- name: soortmaatregel", "unknown-field", "layouts"),
        ("- name: type\n", "- name: reden\n", "- name: reden", "duplicate-name", "line"),
        ("- name: reden\n", "- name: herkomst\n", "persons: [persoonskenmerken]", "duplicate-name", "Rename"),
        ("    type: date\n", "", "- name: eerste_contact", "field-kind", "datum"),
        ("begin: aanvang", "begin: einde", "begin: einde", "role", "begin"),
        ("begin: aanvang", "begin: aanvng", "begin: aanvng", "unknown-field", "Did you mean 'aanvang'"),
        ("provider_in_key: false", "provider_in_key: nee", None, "wrong-value", "false"),
        ("field: gesloten_door", "field: type", "field: type", "duplicate-name", "Each has its own"),
        ("field: gesloten_door", "field: einde", "field: einde", "reserved-name", "another name"),
        ("id: jeugdbescherming", "id: bescherming", "id: bescherming", "id-not-file-name", "jeugdbescherming"),
        ('codes: ["01", "02", "03"]', 'codes: ["01", "02"]', None, "missing-key", "derived.3.codes"),
        ("make: duration", "make: length", "- make: length", "wrong-value", "duration"),
        ("fields:\n", "field:\n", None, "unknown-key", "fields"),
        ("  field: postcode", "  field: type", "field: type", "field-kind", "woonplaats"),
        ("area: gemeente", "area: wijk", None, "duplicate-name", "wijk"),
        ('across: ["11", "12"]', 'across: ["1\'1", "12"]', None, "wrong-value", "code"),
        ("title: {nl:", "title: {en:", None, "missing-key", "nl"),
        ("version: 1", "version: 2", "version: 2", "wrong-value", "1"),
    ],
)
def test_every_mistake_is_told_at_its_place(project, before, after, line, rule, word):
    """One mistake in the file of a source: its rule, its line, and a word of the remedy."""
    assert before in TEXT
    found, said = told(project, TEXT.replace(before, after, 1))
    assert rule in [r for _, r in found], said
    assert line is None or (line, rule) in [(text.split("#")[0].strip(), r) for text, r in found], said
    assert word in said


@pytest.mark.parametrize(
    "before, after, rule, word",
    [
        ("source: jeugdhulp", "source: jeugdhlp", "unknown-field", "Did you mean 'jeugdhulp'"),
        ("source: jeugdhulp", "source: persoonskenmerken", "unknown-field", "register"),
        ("code: JH", "code: JB", "duplicate-name", "JB"),
        ("source: jeugdhulp", "source: jeugdreclassering", "duplicate-name", "line"),
        ("among: type != '31'}", "among: hulpvorm != '31'}", "filter", "unknown field"),
        ("- huishouden", "- hulpvorm", "unknown-field", "jeugdbescherming"),
        ("- huishouden", "- huishoudn", "unknown-field", "Did you mean 'huishouden'"),
        ("- huishouden", "- vorm", "duplicate-name", "Remove it here"),
        ("parts:", "delen:", "unknown-key", "parts"),
    ],
)
def test_every_mistake_in_a_union_is_told(project, before, after, rule, word):
    """One mistake in a union: its rule, and a word of the remedy."""
    assert before in UNION
    found, said = told(project, UNION.replace(before, after, 1), "jeugdzorg")
    assert rule in [r for _, r in found] and word in said, said


@pytest.mark.parametrize(
    "before, after, rule",
    [
        ("year: jaar", "year: jar", "unknown-field"),
        ("name: herkomst", "name: huishouden", "duplicate-name"),
        ("name: herkomst", "name: afkomst", "unknown-field"),
        ("check: elfproef", "check: none", "field-kind"),
        ("year: jaar", "year: herkomst", "field-kind"),
    ],
)
def test_every_mistake_in_a_register_of_persons_is_told(project, before, after, rule):
    """One mistake in a register of persons, and its rule."""
    assert before in PERSONS
    found, said = told(project, PERSONS.replace(before, after, 1), "persoonskenmerken")
    assert rule in [r for _, r in found], said


def test_a_table_of_a_source_that_is_not_there_is_refused(project):
    """With the nearest that is."""
    text = (home.PACKAGED / "jeugdhulp_crisis.yaml").read_text(encoding="utf-8").replace("source: jeugdhulp", "source: jeugdhlp")
    (project / "jeugdhulp_crisis.yaml").write_text(text, encoding="utf-8")
    said = "\n".join(map(str, check([project / "jeugdhulp_crisis.yaml"])))
    assert "unknown-source" in said and "Did you mean 'jeugdhulp'" in said


def test_what_the_program_knows_of_a_register_is_in_its_file():
    """Kinds, parts, units and columns, as they were when they stood in the program."""
    safe_home = {"vt_advies", "vt_melding", "vt_onderzoek"}
    assert set(record_kinds()) - safe_home == {"jeugdhulp", "jeugdbescherming", "jeugdreclassering", "machtiging_uhp", "persoonskenmerken"}
    assert parts_of("jeugdzorg") == {"jeugdhulp": "JH", "jeugdbescherming": "JB", "jeugdreclassering": "JR"}
    assert [name for name in SOURCES if handed_on(name)] == ["jeugdbescherming", "jeugdreclassering", "jeugdzorg"]
    assert [name for name in SOURCES if is_union(name)] == ["jeugdzorg"]
    assert persons_unit("jeugdhulp", "jongeren") and not persons_unit("jeugdhulp", "trajecten")
    who = "persoon bsn_bekend geboortedatum ongeboren geslacht postcode gemeente aanvang einde aanbieder periode bestand"
    rest = "type reden drp doorverwijzing interventie overgedragen overgedragen_gekregen eerste_contact"
    assert [name for name, _ in columns_of("jeugdreclassering")] == f"{who} {rest}".split()
    kinds = dict(columns_of("jeugdreclassering"))
    assert [n for n, kind in kinds.items() if kind == "DATE"] == [
        "geboortedatum",
        "aanvang",
        "einde",
        "overgedragen",
        "overgedragen_gekregen",
        "eerste_contact",
    ]
    assert [name for name, _ in columns_of("persoonskenmerken")] == "persoon jaar huishouden herkomst aanbieder periode bestand".split()


WORDS = re.compile(
    r"jeugd(?!regio)|machtiging|uithuisplaatsing|persoonskenmerk|hulpvorm|pleegzorg|reclassering|voogdij|\bjongeren\b|\bpreventi"
    r"|youth(?!.?region)|young person|probation|guardianship|'31'|\"31\"",
    re.IGNORECASE,
)
"""Words of one register. Regions of the Netherlands (jeugdregio) are not of a register; they are to become data too (issue 12, point 3)."""
HOUSE = Path(__file__).parents[3]


@pytest.mark.parametrize("path", sorted((HOUSE / "tables").rglob("*.py")), ids=lambda p: p.relative_to(HOUSE / "tables").as_posix())
def test_no_word_of_a_register_is_in_the_program(path):
    """Code, comments and messages of tables/ know no register; the demo, which makes up one, does."""
    if "demo" in path.parts:
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [f"{i}: {line.strip()}" for i, line in enumerate(lines, 1) if WORDS.search(line)] == []


def test_the_words_would_be_found():
    """The list of words finds what stood in the program once."""
    assert WORDS.search('KEY_FIELD = {"jeugdhulp": "hulpvorm"}') and WORDS.search('PREVENTIVE = "31"') and not WORDS.search("jeugdregio")
