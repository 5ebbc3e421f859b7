"""Broken deliveries: refused whole, every problem told to the letter, nothing stored, nobody given away."""

import re
from pathlib import Path

import pytest
from celwacht.tables.checks import stored as answers
from celwacht.tables.intake import check_delivery

from tests.intake.broken import CASES
from tests.intake.deliveries import CANARY, GOOD, Office

MESSAGES = Path(__file__).with_name("broken_messages.txt")
PERSONAL = sorted(
    {CANARY, "1234AB"}
    | {one[name] for records in GOOD.values() for one in records for name in ("bsn", "geboortedatum") if name in one}
    | {"20100317"}
)


def expected():
    """Name of a case -> its messages."""
    found = {}
    for line in MESSAGES.read_text("utf-8").splitlines()[1:]:
        if line.startswith("## "):
            said = found.setdefault(line[3:], [])
        else:
            said.append(line.strip())
    return found


EXPECTED = expected()


def test_the_catalogue_is_large_and_complete():
    """At least 40 broken deliveries, each with a name of its own and at least one message."""
    names = [case.name for case in CASES]
    assert len(names) >= 40 and len(set(names)) == len(names)
    assert set(names) == set(EXPECTED) and all(EXPECTED.values())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_broken_delivery(case, make, office, capfd):
    """The messages are exact; no record is stored; no value of a person shows, in messages, output or vault."""
    office.put(case.file, case.content(make))
    report = office.take_in()
    assert [str(problem).replace(f"deliveries/{case.file}", "@") for problem in report.problems] == EXPECTED[case.name]
    assert not report.accepted and not report.ok
    stored = {path.parent.parent.name for path in (office.data / "vault").resolve().rglob("*.parquet")}
    assert stored <= {"answers"}  # by line, without a word of a record
    assert not [one for path in (office.data / "vault" / "answers").rglob("*.parquet") for one in answers.read(path) if one.persons]
    told = repr(report) + "".join(capfd.readouterr()) + "".join(map(str, office.state().values()))
    inside = told.replace(case.file, "")
    assert not [value for value in PERSONAL if value in inside.replace("such as 1234AB", "")]
    assert not re.search(r"Traceback|Error\b", told)


@pytest.mark.parametrize(
    "case", [pytest.param(one, marks=[pytest.mark.long] if i % 3 else [], id=one.name) for i, one in enumerate(CASES[::6])]
)
def test_a_broken_redelivery_leaves_the_earlier_one(case, make, office):
    """The good version 1 stays, byte for byte, when a broken correction comes."""
    named = case.file.replace("_2024HJ01.", "_2024HJ01_v2.")
    good = office.put("jeugdhulp_12345678_2024HJ01.csv", make.csv())
    assert office.take_in().ok
    before = office.parquet().read_bytes()
    office.put(named if named != good.name else "x.csv", case.content(make))
    report = office.take_in()
    assert not report.ok and report.unchanged == ("jeugdhulp_12345678_2024HJ01_v1",)
    assert office.parquet().read_bytes() == before


def test_the_good_deliveries_are_good(make, office):
    """Each good delivery of which the broken ones are made is taken in: otherwise the catalogue proves nothing."""
    for record in GOOD:
        period = {"jeugdreclassering": "2024KW01", "persoonskenmerken": "2024JJ00"}.get(record, "2024HJ01")
        office.put(f"{record}_12345678_{period}.csv", make.csv(record=record))
    report = office.take_in()
    assert report.ok, report.problems
    assert report.rows == sum(map(len, GOOD.values()))


def test_no_rule_lists_more_than_twenty(make, tmp_path):
    """A file in which every record is wrong in every field gives a list that can be read."""
    office = Office(tmp_path)
    office.put(
        "jeugdhulp_12345678_2024HJ01.csv",
        make.csv(
            *(
                (i, n, "?")
                for i in range(2000)
                for n in ("bsn", "geboortedatum", "geslacht", "postcode", "verwijzer", "hulpvorm", "crisis", "aanvang", "einde", "reden")
            )
        ),
    )
    problems = office.take_in().problems
    assert 10 * 21 <= len(problems) <= 12 * 21
    assert sum("2,000 records in all break this rule; the first 20 are listed." in one.message for one in problems) >= 10


def test_what_no_rule_foresees_is_told_without_a_word_of_it(make, office, monkeypatch, capfd):
    """A fault in a reader refuses the file; the text of the error, which may hold a value, is not repeated."""

    def fail(*_):
        raise RuntimeError(f"could not convert {CANARY}")

    monkeypatch.setattr(check_delivery, "read_csv", fail)
    office.put("jeugdhulp_12345678_2024HJ01.csv", make.csv())
    report = office.take_in()
    assert [one.rule for one in report.problems] == ["lezen-mislukt"]
    assert CANARY not in repr(report) + "".join(capfd.readouterr())


def test_every_rule_has_a_broken_delivery():
    """Every rule that the readers and checks can name is in the catalogue or in a test of the store."""
    source = "".join(path.read_text("utf-8") for path in Path(check_delivery.__file__).parent.rglob("*.py"))
    rules = set(
        re.findall(
            r'(?:findings\.(?:add|records|many)\(|_refuse\(findings, |_note_pairs\(batch, |Problem\([^"]*?'
            r')\s*"([a-z0-9-]+)"',
            source,
        )
    )
    told = set(re.findall(r"\[([a-z0-9-]+)\]", MESSAGES.read_text("utf-8")))
    elsewhere = {
        "geen-bestand",
        "te-groot",
        "onleesbaar",
        "gewijzigd",
        "lezen-mislukt",
        "versie-dubbel",
        "andere-bron",
        "getal",  # of numbers: tests/tables/sources/test_numbers.py
        "nummer",  # of layouts of other registers: tests/tables/sources/test_foreign_register.py
        "gebied",
        "sleutel",
        "register",
        "layout",
        "vault",
        "kluis",
        "toestand",
        "herlevering",
        "zelfde-bestand",
        "periode-gesloten",
        "versie-sprong",
        "onbekend",
        "--approve",
    }
    assert len(rules) > 40 and rules - told - elsewhere == set()
