"""Well-named files that are not read: too large, a link, or closed to us. Each has a line in the register and an answer for its provider."""

import errno
import json
import os
from datetime import date

import pytest
from celwacht.publish.commands import deliveries_command
from celwacht.publish.deliveries.write import write_reports
from celwacht.tables.intake import check_delivery
from celwacht.tables.intake.retain import retain
from celwacht.tables.intake.vault.key import Key
from celwacht.tables.periods import Period
from celwacht.tables.register.calendar import calendar
from celwacht.tables.register.register import read_register
from click.testing import CliRunner

from tests.intake.deliveries import KEY, Maker, Office

NAME = "jeugdhulp_12345678_2024HJ01"
DAY = "2024-07-10"


@pytest.fixture
def office(tmp_path, monkeypatch):
    """An office that takes 1 MB of CSV at most."""
    monkeypatch.setitem(check_delivery.LARGEST, "csv", 1_000_000)
    return Office(tmp_path / "office")


def large(office, name, begin=b""):
    """A file of 2 MB with nothing but its beginning."""
    path = office.put(f"{name}.csv", begin)
    os.truncate(path, 2_000_000)
    return path


def register_of(office):
    return read_register(office.data / "vault" / "register.jsonl")


def answer(office, folder, ending="kwaliteitsrapport"):
    """(verdict, rules that failed) of the report of the provider."""
    register = register_of(office)
    write_reports(office.data, register, calendar(register, date(2024, 7, 31)), Period.parse("2024HJ01"), folder, "2024-07-31")
    (path,) = folder.rglob(f"*-{ending}.json")
    sections = {one["title"]: one["rows"] for one in json.loads(path.read_text())["sections"]}
    return dict(map(tuple, sections["Oordeel"]))["Oordeel"], [row[0] for row in sections["Regels met opmerkingen"]]


def test_a_file_too_large_is_registered_and_answered(office, tmp_path):
    """Refused in the register, in the calendar and in the quality report; looked at again, no second line; a right one after it counts."""
    large(office, NAME)
    for _ in range(2):
        assert [one.id for one in office.take_in(when=DAY).refused] == [f"{NAME}_v1"]
        assert [(one.outcome, one.refusal) for one in register_of(office).entries] == [("refused", "te-groot")]
    assert next(one.status for one in calendar(register_of(office), date(2024, 7, 31))) == "refused"
    assert answer(office, tmp_path / "told") == ("niet bruikbaar (geweigerd)", ["B035"])
    office.put(f"{NAME}.csv", Maker().csv())
    assert office.take_in(when="2024-07-11").ok
    assert [one.outcome for one in sorted(register_of(office).entries, key=lambda one: one.when)] == ["refused", "accepted"]
    assert "geweigerd" not in answer(office, tmp_path / "then")[0]


def test_another_file_of_a_version_that_counts(office, tmp_path):
    """Too large: it is refused beside what counts. One that cannot be opened may be the very one that counts: no line."""
    path = office.put(f"{NAME}.csv", Maker().csv())
    office.take_in(when=DAY)
    path.unlink()
    path.symlink_to(tmp_path)
    assert not office.take_in(when="2024-07-11").ok and [one.outcome for one in register_of(office).entries] == ["accepted"]
    path.unlink()
    large(office, NAME)
    office.take_in(when="2024-07-12")
    assert answer(office, tmp_path / "told", "geweigerd") == ("niet bruikbaar (geweigerd)", ["B035"])


@pytest.mark.parametrize(("how", "rule", "code"), [("link", "geen-bestand", "B036"), ("locked", "onleesbaar", "B037")])
def test_a_file_that_cannot_be_opened(office, tmp_path, monkeypatch, how, rule, code):
    """The same of a link, and of a file without permission."""
    path = office.put(f"{NAME}.csv", Maker().csv())
    if how == "link":
        path.rename(tmp_path / "elsewhere.csv")
        path.symlink_to(tmp_path / "elsewhere.csv")
    opened = os.open

    def closed(name, *arguments, **named):
        if how == "locked" and str(name) == str(path):
            raise PermissionError(errno.EACCES, "")
        return opened(name, *arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", closed)
        office.take_in(when=DAY)
    assert [(one.outcome, one.refusal) for one in register_of(office).entries] == [("refused", rule)]
    assert answer(office, tmp_path / "told") == ("niet bruikbaar (geweigerd)", [code])


def test_retention_drops_a_file_too_large_and_no_link(office, tmp_path):
    """It may hold persons as any other; what came in its place with another content stays, and so does a link."""
    path, other = large(office, NAME), large(office, "jeugdhulp_12345679_2024HJ01")
    link = office.put("jeugdhulp_12345670_2024HJ01.csv", b"")
    link.unlink()
    link.symlink_to(path)
    office.take_in(when=DAY)
    large(office, "jeugdhulp_12345679_2024HJ01", b"other")
    (office.data / "retention.yaml").write_text("version: 1\nfiles_months: 12\n")
    assert retain(office.data, Key(KEY), date(2027, 1, 1), drop=True).ids == (f"{NAME}_v1",)
    assert not path.exists() and other.exists() and link.is_symlink()


def test_no_policy_of_retention_is_said(office, tmp_path):
    """That nothing goes for want of a policy is another answer than that nothing is due."""
    office.take_in(when=DAY)
    (tmp_path / "key").write_bytes(KEY)
    (tmp_path / "key").chmod(0o600)
    words = ["--data", str(office.data), "--key", str(tmp_path / "key"), "--day", "2027-01-01"]
    assert "There is no retention.yaml" in CliRunner().invoke(deliveries_command.retention, words).output
    (office.data / "retention.yaml").write_text("version: 1\nfiles_months: 12\n")
    assert "There is no" not in CliRunner().invoke(deliveries_command.retention, words).output
