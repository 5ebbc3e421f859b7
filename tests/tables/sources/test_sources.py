"""Sources as data: every mistake is told at its place, and the program knows no register but by its file."""

import re
import shutil
from pathlib import Path

import pytest
from celwacht.tables import home
from celwacht.tables.counting.check_specs import check
from celwacht.tables.intake.vault.microdata import columns_of
from celwacht.tables.sources.sources import SOURCES, handed_on, is_union, parts_of, persons_unit, record_kinds


@pytest.fixture
def project(tmp_path):
    """A folder of specifications with our sources and layouts."""
    for name in ("sources", "layouts"):
        shutil.copytree(home.PACKAGED / name, tmp_path / "specs" / name)
    return tmp_path / "specs"


CORPUS = Path(__file__).with_name("broken_sources.txt").read_text(encoding="utf-8")


def cases():
    """(name of the source, lines of it, what replaces them, expected problems) for every block of broken_sources.txt."""
    for block in CORPUS.strip().split("\n\n")[1:]:
        story, name, *lines = block.split("\n")
        old, new = ("".join(line[2:] + "\n" for line in lines if line.startswith(sign)) for sign in ("- ", "+ "))
        expected = [line for line in lines if not line.startswith(("- ", "+ "))]
        yield pytest.param(name.removeprefix("@ "), old, new, expected, id=story[2:])


def test_our_sources_are_right(project):
    """What is committed has no problem."""
    assert check([project / "sources"]) == []


@pytest.mark.parametrize("name, old, new, expected", list(cases()))
def test_every_mistake_is_told_to_the_letter(project, monkeypatch, name, old, new, expected):
    """Exactly these problems, in order of place, each with the reason and a remedy."""
    monkeypatch.chdir(project)
    file = Path("sources") / f"{name}.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    assert [str(one).removeprefix(f"{file}:") for one in check([file])] == expected


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
    assert parts_of("jeugdzorg") == {"jeugdhulp": "JHA", "jeugdbescherming": "JB", "jeugdreclassering": "JR"}
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
    r"jeugd|machtiging|uithuisplaatsing|persoonskenmerk|hulpvorm|\bhulp\b|pleegzorg|verblijf|verwijzer|reclassering|voogdij|gecertificeerd"
    r"|\bjongeren\b|\bkinderen\b|\bpreventi|crisis|wijkteam|veilig.?thuis|safe.?home|youth|young person|unborn child|probation|guardianship"
    r"|'31'|\"31\"",
    re.IGNORECASE,
)
"""Words of one register, and of the regions that only it has."""
HOUSE = Path(__file__).parents[3]
ALLOWED = {("tables/indicators/society.py", "Kinderen"), ("tables/yaml/parse.py", "hulp")}
"""A column of a file of somebody else's, and a text with a comma: no register."""


def test_no_word_of_a_register_is_in_the_program():
    """Code, docstrings, comments and messages of tables/ know no register; the demo, which makes up one, does."""
    said = {}
    for path in sorted((HOUSE / "tables").rglob("*.py")):
        place = path.relative_to(HOUSE).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if place.startswith("tables/demo/") or {(place, found) for found in WORDS.findall(line)} <= ALLOWED:
                continue
            said[f"{place}:{number}"] = line.strip()
    assert said == {}


@pytest.mark.parametrize(
    "line",
    [
        'KEY_FIELD = {"jeugdhulp": "hulpvorm"}',
        'PREVENTIVE = "31"',
        "(a jeugdregio may cross a provincie)",
        '''    """Whether a record is of the Youth Act."""''',
        "x = 1  # of Veilig Thuis",
    ],
)
def test_the_words_would_be_found(line):
    """In code, in a docstring, in a comment, and in the name of a region that one register alone has."""
    assert WORDS.search(line)
