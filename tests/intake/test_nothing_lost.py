"""No record is lost in silence: register and vault agree, states are accounted for, and what takes records away waits for a word."""

import json
import os
import shutil

import duckdb
import pytest
from celwacht.tables.counting.microdata import Microdata
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound

from tests.intake.deliveries import Maker
from tests.intake.test_vault import JH, OTHER, outcomes, persons

HEADER = b"bsn;geboortedatum;geslacht;postcode;verwijzer;hulpvorm;crisis;aanvang;einde;reden\r\n"


def nothing(make, kind):
    """A delivery that says that there is nothing to report."""
    if kind == "asc":
        return b"NIETS TE MELDEN\r\n"
    if kind == "csv":
        return HEADER + b"Niets te  melden;;;;;;;;;\r\n"

    def empty(book):
        book.active.delete_rows(2, 9)
        book.active["C2"] = "NIETS TE MELDEN"

    return make.xlsx(spoil=empty)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "asc"])
def test_nothing_to_report_can_be_said(kind, make, office):
    """In every kind of file: taken in with 0 records, known the next time, and the period is there to be counted."""
    office.put(f"{JH}.{kind}", nothing(make, kind))
    report = office.take_in()
    assert report.ok and report.rows == 0 and [one.id for one in report.accepted] == [f"{JH}_v1"]
    assert persons(office) == {} and outcomes(office) == {f"{JH}_v1": "accepted"}
    assert office.take_in().unchanged == (f"{JH}_v1",)
    office.put(f"{OTHER}.csv", make.csv())
    assert office.take_in().ok and persons(office) == {"87654321": 3}


def other_persons(make):
    return make.csv((0, "bsn", "900000053"), (1, "bsn", "900000065"))


def fewer(make):
    return b"".join(make.csv().splitlines(keepends=True)[:2])


TAKING_AWAY = {"nothing": (lambda make: nothing(make, "csv"), 0), "one record of three": (fewer, 1), "other persons": (other_persons, 3)}


@pytest.mark.parametrize("what", TAKING_AWAY)
def test_a_redelivery_that_takes_most_away_waits_for_the_office(what, make, office):
    """It is refused, the earlier records stay to the byte; with the office's word it counts, and the register keeps the word.

    Brothers looked for: nothing to report, fewer than half of the records, as many records of other persons.
    """
    content, rows = TAKING_AWAY[what]
    office.put(f"{JH}.csv", make.csv())
    office.put(f"{OTHER}.csv", make.csv())
    office.take_in()
    before = office.parquet().read_bytes()
    office.put(f"{JH}_v2.csv", content(make))
    for _ in range(2):
        report = office.take_in()
        assert [one.rule for one in report.problems] == ["herlevering"]
        assert f"celwacht intake DATA --approve {JH}_v2" in report.problems[0].message
        assert office.parquet().read_bytes() == before and outcomes(office)[f"{JH}_v1"] == "accepted"
    report = office.take_in(approve=[f"{JH}_v2"])
    assert report.ok and report.replaced == (f"{JH}_v1",)
    assert persons(office) == {"87654321": 3} | ({"12345678": rows} if rows else {})
    lines = [json.loads(line) for line in (office.data / "vault/register.jsonl").read_text().splitlines()]
    assert [one["version"] for one in lines if one["approved"]] == [2]
    assert office.take_in().unchanged == (f"{JH}_v1", f"{JH}_v2", f"{OTHER}_v1")


def test_a_lower_version_counts_where_the_higher_waits(make, office):
    """Version 3 would take most away, version 2 corrects: 2 is taken in, 3 is refused; the records of 3 are nowhere."""
    office.put(f"{JH}.csv", make.csv())
    office.take_in()
    office.put(f"{JH}_v2.csv", make.csv((0, "crisis", "01")))
    office.put(f"{JH}_v3.csv", other_persons(make))
    report = office.take_in()
    assert [one.id for one in report.accepted] == [f"{JH}_v2"] and [one.rule for one in report.problems] == ["herlevering"]
    found = duckdb.sql(f"SELECT DISTINCT bestand FROM read_parquet('{office.parquet()}')").fetchall()
    assert found == [(f"{JH}_v2",)]


def test_a_word_for_what_is_not_there(make, office):
    """The office's word for a delivery that is not among the files changes nothing, and says so without repeating it."""
    office.put(f"{JH}.csv", make.csv())
    with pytest.raises(ProblemsFound, match="1 of the deliveries named is not among the files") as found:
        office.take_in(approve=["900000016"])
    assert "900000016" not in str(found.value) and not office.parquet().exists()


def test_a_leap_of_versions_locks_nobody_out(make, office):
    """_v9999 is refused, also beside good files and as the first; the next correction of the provider counts."""
    office.put(f"{JH}_v9999.csv", make.csv((0, "crisis", "01")))
    assert [one.rule for one in office.take_in().problems] == ["versie-sprong"]
    office.put(f"{JH}.csv", make.csv())
    office.put(f"{JH}_v13.csv", make.csv((1, "geslacht", "V")))
    report = office.take_in()
    assert [one.id for one in report.accepted] == [f"{JH}_v1"] and len(report.problems) == 2
    office.put(f"{JH}_v2.csv", make.csv((2, "geslacht", "V")))
    assert [one.id for one in office.take_in().accepted] == [f"{JH}_v2"]


def test_the_office_can_go_back_to_a_lower_version(make, office):
    """A vault in which _v9999 counts already: a later _v2 is told to be late, and counts at the office's word; so does _v3 after it."""
    office.put(f"{JH}_v9999.csv", make.csv())
    assert office.take_in(approve=[f"{JH}_v9999"]).ok
    office.put(f"{JH}_v2.csv", make.csv((0, "crisis", "01")))
    assert office.take_in().late == (f"{JH}_v2",)
    assert [one.id for one in office.take_in(approve=[f"{JH}_v2"]).accepted] == [f"{JH}_v2"]
    assert outcomes(office) == {f"{JH}_v2": "accepted", f"{JH}_v9999": "replaced"}
    assert set(office.take_in().unchanged) == {f"{JH}_v2", f"{JH}_v9999"}


def remove(path):
    path.unlink()


def cut(path):
    path.write_bytes(path.read_bytes()[:-200])


def empty(path):
    path.write_bytes(b"")


def lose_a_record(path):
    rewritten(path, "SELECT * FROM t LIMIT 5")


def double_a_record(path):
    rewritten(path, "SELECT * FROM t UNION ALL (SELECT * FROM t LIMIT 1)")


def change_a_record(path):
    rewritten(path, "SELECT * REPLACE ('O' AS geslacht) FROM t")


def of_another_delivery(path):
    rewritten(path, f"SELECT * REPLACE ('{JH}_v7' AS bestand) FROM t")


def lose_a_provider(path):
    rewritten(path, "SELECT * FROM t WHERE aanbieder <> '87654321'")


def rewritten(path, query):
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT * FROM read_parquet($1)", [str(path)])
        path.unlink()
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")


DAMAGE = [remove, cut, empty, lose_a_record, double_a_record, change_a_record, of_another_delivery, lose_a_provider]


def damaged(make, office):
    office.put(f"{JH}.csv", make.csv())
    office.put(f"{OTHER}.csv", make.csv())
    office.put("jeugdbescherming_12345678_2024HJ01.csv", make.csv(record="jeugdbescherming"))
    office.take_in()
    return office.parquet().resolve()


@pytest.mark.parametrize("damage", DAMAGE)
def test_microdata_that_are_not_as_registered_are_not_counted(damage, make, office):
    """Intake and counting refuse, with the remedy of a damaged vault, and change nothing.

    Brothers looked for: a file gone, cut off, empty; records fewer, more, changed, of another delivery; a provider gone.
    """
    damage(damaged(make, office))
    state = office.state()
    office.put(f"{JH}_v2.csv", make.csv((0, "crisis", "01")))
    with pytest.raises(ProblemsFound) as found:
        office.take_in()
    assert {one.rule for one in found.value.problems} == {"kluis"}
    assert "restore it whole from a backup" in str(found.value) and "disk full" not in str(found.value)
    assert office.state() == state
    with Microdata(office.data) as microdata, pytest.raises(ProblemsFound, match="restore it whole"):
        microdata.records("jeugdhulp", 2024, [Period.parse("2024HJ01")])


def test_the_register_gone(make, office):
    """Without a register nothing is accounted for: intake and counting refuse, and nothing is removed."""
    path = damaged(make, office)
    (office.data / "vault/register.jsonl").resolve().unlink()
    with pytest.raises(ProblemsFound, match="Restore the vault whole"):
        office.take_in()
    with Microdata(office.data) as microdata, pytest.raises(ProblemsFound, match="expected the register"):
        microdata.records("jeugdhulp", 2024, [Period.parse("2024HJ01")])
    assert path.exists()


def lose_link(vault):
    (vault / "current").unlink()


def lose_links(vault):
    for name in ("current", "microdata", "register.jsonl"):
        (vault / name).unlink()


def dangling(vault):
    (vault / "current").unlink()
    os.symlink("states/000099", vault / "current")


def copied_links(vault):
    (vault / "current").unlink()
    shutil.copytree(next((vault / "states").iterdir()), vault / "current")


@pytest.mark.parametrize("lose", [lose_link, lose_links, dangling, copied_links])
def test_no_state_is_removed_that_nothing_accounts_for(lose, make, office):
    """vault/current lost, with or without the other links, dangling, or copied as a folder: refused, nothing removed; putting the
    link back as the message says mends it."""
    damaged(make, office)
    vault = office.data / "vault"
    (state,) = (vault / "states").iterdir()
    files = {path: path.read_bytes() for path in state.rglob("*") if path.is_file()}
    lose(vault)
    for _ in range(2):
        with pytest.raises(ProblemsFound) as found:
            office.take_in()
        assert found.value.problems[0].rule == "toestand"
        assert {path: path.read_bytes() for path in files} == files
    if lose in (lose_link, lose_links):
        assert f"ln -s states/{state.name} current" in str(found.value)
        os.symlink(f"states/{state.name}", vault / "current")
        assert len(office.take_in().unchanged) == 3


def test_a_state_of_another_backup_is_not_removed(make, office, tmp_path):
    """A present state put back from before, beside a state with deliveries that it does not have and the other way round: refused."""
    office.put(f"{JH}.csv", make.csv())
    office.take_in()
    vault = office.data / "vault"
    shutil.copytree(vault / "states/000001", tmp_path / "old")
    (office.data / "deliveries" / f"{JH}.csv").unlink()
    office.put(f"{OTHER}.csv", Maker().csv())
    office.take_in()
    line = (tmp_path / "old/register.jsonl").read_text()
    (tmp_path / "old/register.jsonl").write_text(line + line.replace("12345678", "11112222"))
    shutil.copytree(tmp_path / "old", vault / "states/000001")
    with pytest.raises(ProblemsFound, match="states/000001 has deliveries that the present register does not have"):
        office.take_in()
    assert (vault / "states/000001/register.jsonl").exists() and (vault / "states/000002/register.jsonl").exists()


def test_part_names_are_followed(make, office):
    """A workbook whose parts have other names (SharedStrings.xml, a book and a sheet elsewhere) says what it says under the usual ones."""

    def elsewhere(parts):
        sheet = parts.pop("xl/worksheets/sheet1.xml").replace(
            b'<c r="E2" t="inlineStr"><is><t>01</t></is></c>', b'<c r="E2" t="s"><v>0</v></c>'
        )
        parts["boek/blad/Een.xml"] = sheet
        parts["boek/Werkmap.xml"] = parts.pop("xl/workbook.xml")
        parts["boek/SharedStrings.xml"] = b'<sst xmlns="http://x"><si><t>01</t></si></sst>'
        relations = parts.pop("xl/_rels/workbook.xml.rels").replace(b"/xl/worksheets/sheet1.xml", b"/boek/blad/Een.xml")
        kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
        extra = b'<Relationship Id="rId77" Type="' + kind + b'" Target="sharedStrings.xml"/></Relationships>'
        parts["boek/_rels/Werkmap.xml.rels"] = relations.replace(b"</Relationships>", extra)
        parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"xl/workbook.xml", b"boek/Werkmap.xml")

    office.put(f"{JH}.xlsx", make.rezipped(make.xlsx(), elsewhere))
    report = office.take_in()
    assert report.ok, report.problems
    moved = office.parquet().read_bytes()
    shutil.rmtree(office.data / "vault")
    office.put(f"{JH}.xlsx", make.xlsx())
    office.take_in()
    assert office.parquet().read_bytes() == moved
