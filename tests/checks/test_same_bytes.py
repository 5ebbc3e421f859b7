"""The very bytes of a delivery under another name are refused; what may be the same is not."""

import pytest
from celwacht.tables.intake import same_bytes

from tests.intake.test_nothing_lost import nothing
from tests.intake.test_vault import JH, OTHER, outcomes, persons

LATER = "jeugdhulp_12345678_2024HJ02"


@pytest.fixture(autouse=True)
def however_few(monkeypatch):
    """The files here have three records at most."""
    monkeypatch.setattr(same_bytes, "BY_CHANCE", 1)


def test_few_records_may_be_the_same_rightly(make, office, monkeypatch):
    """Two providers that give the same child the same help from the same day on deliver the same line."""
    monkeypatch.undo()
    office.put(f"{JH}.csv", make.csv(), exact=True)
    office.put(f"{OTHER}.csv", make.csv(), exact=True)
    assert office.take_in().ok and persons(office) == {"12345678": 3, OTHER.split("_")[1]: 3}


def running(make):
    """A record that fits either half of 2024."""
    rows = make.csv((0, "einde", ""), (0, "reden", "")).splitlines(keepends=True)
    return rows[0] + rows[1]


@pytest.mark.parametrize("name", [OTHER, LATER])
def test_the_bytes_of_another_delivery_are_refused(name, make, office):
    """Under another provider or period, in a later run: refused with the name that counts, every time; what counts stays to the byte.
    It was taken in, and its records counted twice."""
    office.put(f"{JH}.csv", running(make), exact=True)
    assert office.take_in().ok
    before = office.state()
    office.put(f"{name}.csv", running(make), exact=True)
    for _ in range(2):
        report = office.take_in()
        assert [one.rule for one in report.problems] == ["zelfde-bestand"]
        assert f"the very bytes of {JH}_v1" in report.problems[0].message and f"--approve {name}_v1" in report.problems[0].message
    after = office.state()
    assert outcomes(office) == {f"{JH}_v1": "accepted", f"{name}_v1": "refused"} and persons(office) == {"12345678": 1}
    assert {path: after[path] for path in before if path != "register.jsonl"} == {
        path: text for path, text in before.items() if path != "register.jsonl"
    }
    assert office.take_in(approve=[f"{name}_v1"]).ok and office.take_in().ok
    assert outcomes(office) == {f"{JH}_v1": "accepted", f"{name}_v1": "accepted"}


def test_both_are_refused_where_nothing_tells_whose_they_are(make, office):
    """Two names in one run; with one gone, the other counts."""
    office.put(f"{JH}.csv", make.csv(), exact=True)
    path = office.put(f"{OTHER}.csv", make.csv(), exact=True)
    assert [one.rule for one in office.take_in().problems] == ["zelfde-bestand"] * 2
    path.unlink()
    assert office.take_in().ok and persons(office) == {"12345678": 3}


def test_a_file_under_the_wrong_name_may_come_under_the_right_one(make, office):
    """The first half got the file of the second by mistake; its correction and the file under its right name come in one run."""
    office.put(f"{JH}.csv", running(make), exact=True)
    office.take_in()
    office.put(f"{JH}_v2.csv", running(make) + make.csv().splitlines(keepends=True)[3], exact=True)
    office.put(f"{LATER}.csv", running(make), exact=True)
    assert office.take_in().ok
    assert outcomes(office) == {f"{JH}_v1": "replaced", f"{JH}_v2": "accepted", f"{LATER}_v1": "accepted"}


def test_what_makes_no_room_is_in_the_way(make, office):
    """The correction itself is the file of somebody else, and refused: what it was to replace still counts, and its bytes too."""
    office.put(f"{JH}.csv", running(make), exact=True)
    office.put(f"{OTHER}.csv", make.csv(), exact=True)
    office.take_in()
    office.put(f"{JH}_v2.csv", make.csv(), exact=True)
    office.put(f"{LATER}.csv", running(make), exact=True)
    assert [one.rule for one in office.take_in().problems] == ["zelfde-bestand"] * 2
    assert outcomes(office)[f"{JH}_v1"] == "accepted"


def test_what_may_be_the_same(make, office):
    """Nothing to report, and a version of one's own; the same name again is known already."""
    office.put(f"{JH}.csv", nothing(make, "csv"), exact=True)
    office.put(f"{OTHER}.csv", nothing(make, "csv"), exact=True)
    assert office.take_in().ok
    office.put("jeugdhulp_11111111_2024HJ01.csv", make.csv(), exact=True)
    office.take_in()
    assert len(office.take_in().unchanged) == 3
    office.put("jeugdhulp_11111111_2024HJ01_v2.csv", make.csv(), exact=True)
    assert office.take_in().ok
