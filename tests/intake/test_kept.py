"""What is kept of deliveries, how long, and under which key. Retention: only what the policy lets go is dropped, and the register tells it.
Rotation: nobody keeps a pseudonym, nobody loses a link. Killed at any moment, both are wholly before or wholly after."""

import os
from datetime import date

import duckdb
import pytest
from celwacht.tables.checks import stored
from celwacht.tables.intake.retain import retain
from celwacht.tables.intake.rotate import rotate
from celwacht.tables.intake.vault.key import CHAIN, Key, KeyRefused, open_key
from celwacht.tables.intake.vault.vault import Vault
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.register.accounts import check_vault
from celwacht.tables.register.register import read_register
from celwacht.tables.sources.retention_policy import read_retention

from tests.checks.test_examples import lists
from tests.intake.deliveries import CANARY, KEY, Maker, Office

POLICY = "version: 1\nfiles_months: 12\nrecords_years: 10\n"
OLD, NEW = "jeugdhulp_12345678_2023HJ02", "jeugdhulp_12345678_2024HJ01"


def office_at(path, policy=POLICY):
    """An office with two half-years: 2023HJ02 closed after 21 July 2024, 2024HJ01 after 21 January 2025."""
    office, make = Office(path), Maker()
    office.put(
        f"{OLD}.csv",
        make.csv((0, "aanvang", "20230115"), (0, "einde", ""), (0, "reden", ""), (2, "aanvang", "20231228"), period="2023HJ02"),
    )
    office.put(f"{NEW}.csv", make.csv((0, "aanvang", "20230115")))
    assert office.take_in().ok
    if policy:
        (office.data / "retention.yaml").write_text(policy)
    return office


def register_of(office):
    return {one.id: one for one in read_register(office.data / "vault" / "register.jsonl").entries}


@pytest.mark.parametrize(
    ("day", "files", "records"),
    [
        ("2025-07-21", [], []),
        ("2025-07-22", [OLD], []),
        ("2026-01-22", [OLD, NEW], []),
        ("2033-12-31", [OLD, NEW], []),
        ("2034-01-01", [OLD, NEW], ["2023HJ02"]),
        ("2034-07-01", [OLD, NEW], ["2023HJ02", "2024HJ01"]),
    ],
)
def test_what_may_go_on_a_day(day, files, records, office_of_all):
    """The last day of keeping, and the day after it; nothing has changed by asking."""
    found = retain(office_of_all.data, Key(KEY), date.fromisoformat(day))
    assert [one.removesuffix("_v1") for one in found.ids] == files and [period for _, period in found.records] == records
    assert len(list((office_of_all.data / "deliveries").iterdir())) == 2


@pytest.fixture(scope="module")
def office_of_all(tmp_path_factory):
    return office_at(tmp_path_factory.mktemp("office"))


def test_dropped_and_told(tmp_path):
    """File and records of the old period go, those of the new stay; the vault is as its register says; the next intake knows both."""
    office = office_at(tmp_path)
    changed = office.put("jeugdhulp_12345678_2023HJ02_v2.csv", b"not what anybody registered")
    done = retain(office.data, Key(KEY), date(2034, 1, 1), drop=True)
    assert done.rows == 3 and done.dropped
    assert sorted(path.name for path in (office.data / "deliveries").iterdir()) == [changed.name]
    vault = office.data / "vault"
    assert not list(vault.glob("*/jeugdhulp/2023HJ02.parquet")) and (vault / "microdata" / "jeugdhulp" / "2024HJ01.parquet").is_file()
    told = register_of(office)
    assert told[f"{OLD}_v1"].file_dropped == told[f"{OLD}_v1"].records_dropped == "2034-01-01" == told[f"{NEW}_v1"].file_dropped
    assert told[f"{OLD}_v1"].rows == 3 and not told[f"{NEW}_v1"].records_dropped
    check_vault(vault)
    again = retain(office.data, Key(KEY), date(2034, 1, 1), drop=True)
    assert not again.files and not again.records
    office.put("jeugdhulp_87654321_2024HJ01.csv", Maker().csv())
    assert [one.id for one in office.take_in().accepted] == ["jeugdhulp_87654321_2024HJ01_v1"]
    assert register_of(office)[f"{OLD}_v1"].records_dropped == "2034-01-01"


def test_nothing_goes_without_a_policy(tmp_path):
    """No file, no dropping; a broken one is told with its place, and with another key nothing is looked at."""
    office = office_at(tmp_path, "")
    assert not retain(office.data, Key(KEY), date(2099, 1, 1), drop=True).files
    (office.data / "retention.yaml").write_text("version: 1\nfiles_months: soon\nrecord_years: 5\n")
    with pytest.raises(ProblemsFound) as found:
        read_retention(office.data)
    assert {(one.line, one.rule) for one in found.value.problems} == {(2, "wrong-value"), (3, "unknown-key")}
    (office.data / "retention.yaml").write_text(POLICY)
    with pytest.raises(ProblemsFound, match="another key"):
        retain(office.data, Key(bytes(range(50, 90))), date(2099, 1, 1), drop=True)


class Killed(BaseException):
    """As if the process were gone."""


@pytest.mark.parametrize("step", [3, *(pytest.param(n, marks=pytest.mark.long) for n in range(14) if n != 3)])
def test_dropping_killed_at_any_step(step, tmp_path, monkeypatch):
    """Killed before the n-th change to the disk: the vault is as its register says, no file is gone of which the register does not tell,
    and the same run again completes it."""
    office = office_at(tmp_path)
    with monkeypatch.context() as patched:
        count = [0]

        def dying(real):
            def act(*given, **more):
                count[0] += 1
                if count[0] > step:
                    raise Killed
                return real(*given, **more)

            return act

        for name in ("link", "symlink", "replace", "rename", "unlink", "rmdir"):
            patched.setattr(os, name, dying(getattr(os, name)))
        patched.setattr(Vault, "abandon", lambda *_: None)
        try:
            retain(office.data, Key(KEY), date(2034, 1, 1), drop=True)
        except Killed:
            pass
    check_vault(office.data / "vault")
    there = {path.stem for path in (office.data / "deliveries").iterdir()}
    assert {one.removesuffix("_v1") for one, entry in register_of(office).items() if not entry.file_dropped} <= there
    retain(office.data, Key(KEY), date(2034, 1, 1), drop=True)
    assert not list((office.data / "deliveries").iterdir())
    assert register_of(office)[f"{OLD}_v1"].records_dropped


FIRST = Key(KEY)
STRANGER = bytes(range(100, 132))


def keys_office_at(path):
    """An office with two half-years of youth help and two kinds of Safe Home that name each other's cases."""
    office, make = Office(path), Maker()
    lists(office.data)
    office.put(
        "jeugdhulp_12345678_2023HJ02.csv",
        make.csv((0, "aanvang", "20230115"), (0, "einde", ""), (0, "reden", ""), (2, "aanvang", "20231228"), period="2023HJ02"),
    )
    office.put("jeugdhulp_12345678_2024HJ01.csv", make.csv((0, "geboortedatum", "20000101"), (0, "aanvang", "20230115")))
    office.put("vt_melding_12345678_2024HJ01.csv", make.csv((0, "vervolg", "N01"), (0, "onderzoeksnummer", "O1"), record="vt_melding"))
    office.put("vt_onderzoek_12345678_2024HJ01.csv", make.csv((1, "uitkomst", "N06"), record="vt_onderzoek"))
    assert office.take_in().ok
    return office


@pytest.fixture
def rotating(tmp_path):
    return keys_office_at(tmp_path)


def records(office, record, period, column="persoon"):
    """The pseudonyms in a file, each with the record's begin."""
    path = office.data / "vault" / "microdata" / record / f"{period}.parquet"
    return duckdb.sql(f"SELECT \"{column}\", aanvang FROM read_parquet('{path}') ORDER BY aanvang").fetchall()


def everything(office):
    """Every pseudonym of the vault by place."""
    found = {(r, p, day): who for r, p in (("jeugdhulp", "2023HJ02"), ("jeugdhulp", "2024HJ01")) for who, day in records(office, r, p)}
    found["named"] = records(office, "vt_melding", "2024HJ01", "onderzoeksnummer")[0][0]
    found["case"] = records(office, "vt_onderzoek", "2024HJ01")[0][0]
    for number, one in enumerate(stored.read(office.data / "vault" / "answers" / "jeugdhulp" / "2024HJ01.parquet")):
        found |= {("answer", number, at): who for at, who in enumerate(one.persons)}
    return found


def test_links_stay_and_no_pseudonym_does(rotating, tmp_path):
    """Places with one person before have one after, over periods, record kinds and answers; and a delivery that comes later fits."""
    before, target = everything(rotating), tmp_path / "new.key"
    done = rotate(rotating.data, FIRST, target)
    after = everything(rotating)
    assert set(before) == set(after) and not set(before.values()) & set(after.values())
    assert {(before[a] == before[b]) == (after[a] == after[b]) for a in before for b in before} == {True}
    assert before["named"] == before["case"] and after["named"] == after["case"]
    assert any(place[0] == "answer" for place in after)
    new = open_key(target, rotating.data)
    assert target.read_bytes().startswith(CHAIN) and new.id == done.key != FIRST.id and new.secret == FIRST.secret
    rotating.put("jeugdhulp_87654321_2024HJ01.csv", Maker().csv((0, "aanvang", "20240220")))
    report = rotating.take_in(key=new)
    assert report.ok and len(report.unchanged) == 4
    told = {who for who, _ in records(rotating, "jeugdhulp", "2024HJ01")}
    assert after["jeugdhulp", "2024HJ01", records(rotating, "jeugdhulp", "2024HJ01")[0][1]] in told
    assert new.person(CANARY) in told and FIRST.person(CANARY) not in told


def test_the_old_key_is_refused_afterwards_and_the_new_one_before(rotating, tmp_path):
    """Nobody takes in with the wrong one of two."""
    target = tmp_path / "new.key"
    with pytest.raises(KeyRefused, match="another key"):
        rotate(rotating.data, Key(STRANGER), tmp_path / "x.key")
    rotate(rotating.data, FIRST, target)
    with pytest.raises(ProblemsFound, match="another key"):
        rotating.take_in()
    with pytest.raises(KeyRefused, match="does not follow"):
        rotate(rotating.data, Key(STRANGER), target)
    assert rotating.take_in(key=open_key(target, rotating.data)).ok


@pytest.mark.long
def test_it_can_be_rotated_again(rotating, tmp_path):
    """A chain of three; and the same rotation again changes nothing."""
    first, second = tmp_path / "1.key", tmp_path / "2.key"
    rotate(rotating.data, FIRST, first)
    state = Vault(rotating.data / "vault").current
    assert rotate(rotating.data, FIRST, first).files == 0 and Vault(rotating.data / "vault").current == state
    rotate(rotating.data, open_key(first, rotating.data), second)
    key = open_key(second, rotating.data)
    assert key.person(CANARY) in {who for who, _ in records(rotating, "jeugdhulp", "2024HJ01")}
    assert rotating.take_in(key=key).ok


@pytest.mark.long
@pytest.mark.parametrize("step", [7, *(pytest.param(n, marks=pytest.mark.long) for n in range(12) if n != 7)])
def test_a_rotation_killed_at_any_step(step, tmp_path, monkeypatch):
    """Killed before the n-th change of a name or link: the vault is of one key, and the same rotation again completes it."""
    office, target = keys_office_at(tmp_path), tmp_path / "new.key"
    with monkeypatch.context() as patched:
        count = [0]

        def dying(real):
            def act(*given, **more):
                count[0] += 1
                if count[0] > step:
                    raise Killed
                return real(*given, **more)

            return act

        for name in ("link", "symlink", "replace", "rename", "unlink"):
            patched.setattr(os, name, dying(getattr(os, name)))
        patched.setattr(Vault, "abandon", lambda *_: None)  # a process that is gone tidies nothing
        try:
            rotate(office.data, FIRST, target)
        except Killed:
            pass
    assert len(read_register(office.data / "vault" / "register.jsonl").keys) == 1
    rotate(office.data, FIRST, target)
    key = open_key(target, office.data)
    assert read_register(office.data / "vault" / "register.jsonl").keys == {key.id}
    assert office.take_in(key=key).ok
    assert {who for who, _ in records(office, "jeugdhulp", "2023HJ02")} & {who for who, _ in records(office, "jeugdhulp", "2024HJ01")}
