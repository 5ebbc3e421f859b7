"""What was published and told stays true when the key is renewed and when retention drops records: the set verifies, the ledger is whole, the
next set is one line more, and reports on what is gone say so."""

from datetime import date

import pytest
from celwacht.publish.commands import deliveries_command
from celwacht.publish.review import ledger_file
from celwacht.tables.intake.retain import retain
from celwacht.tables.intake.rotate import rotate
from celwacht.tables.intake.vault.key import Key, open_key
from celwacht.tables.register.accounts import check_vault
from click.testing import CliRunner

from tests.intake.deliveries import KEY
from tests.intake.test_kept import office_at
from tests.publish import quick_sets


@pytest.fixture
def published(tmp_path, monkeypatch):
    """An office that has published a set of two tables from its deliveries."""
    quick_sets.stand_in(monkeypatch, "tweede_tabel")
    office = office_at(tmp_path, "version: 1\nfiles_months: 12\nrecords_years: 10\n")
    quick_sets.publish(tmp_path)
    assert not quick_sets.problems(tmp_path)
    return office


def public(folder):
    return {path.relative_to(folder): path.read_bytes() for path in (folder / "out").rglob("*") if path.is_file()}


def test_an_old_set_verifies_under_a_new_key(published, tmp_path):
    """Nothing public changes, verify finds nothing, the seals of the ledger are those of the first secret, and the next set is line two."""
    before = public(tmp_path)
    rotate(published.data, Key(KEY), tmp_path / "new.key")
    assert public(tmp_path) == before and not quick_sets.problems(tmp_path)
    key = open_key(tmp_path / "new.key", published.data)
    assert key.secret == Key(KEY).secret and published.take_in(key=key).ok
    quick_sets.publish(tmp_path, b"second")
    assert not quick_sets.problems(tmp_path) and len(ledger_file.read(published.data).lines) == 2


def test_an_old_set_verifies_when_records_are_dropped(published, tmp_path):
    """The same when files and the records of a period are gone; and when the key is renewed after that."""
    before = public(tmp_path)
    assert retain(published.data, Key(KEY), date(2034, 1, 1), drop=True).rows == 3
    assert public(tmp_path) == before and not quick_sets.problems(tmp_path)
    rotate(published.data, Key(KEY), tmp_path / "new.key")
    check_vault(published.data / "vault")
    assert not quick_sets.problems(tmp_path)
    quick_sets.publish(tmp_path, b"second")
    assert not quick_sets.problems(tmp_path) and len(ledger_file.read(published.data).lines) == 2


def test_what_is_gone_is_told(published, tmp_path):
    """Reports on a period without records are refused with the day; the list of deliveries says it; the period that is there is reported."""
    retain(published.data, Key(KEY), date(2034, 1, 1), drop=True)
    where = ["--data", str(published.data), "--day", "2034-01-02"]
    refused = CliRunner().invoke(deliveries_command.reports, ["2023HJ02", "--to", str(tmp_path / "r"), *where])
    assert "jeugdhulp 2034-01-01" in str(refused.exception) and not (tmp_path / "r").exists()
    listed = CliRunner().invoke(deliveries_command.deliveries, where).output
    assert [line[:9] for line in listed.splitlines() if "records gewist op 2034-01-01" in line] == ["2023HJ02 "]
    done = CliRunner().invoke(deliveries_command.reports, ["2024HJ01", "--to", str(tmp_path / "s"), *where])
    assert done.exit_code == 0 and "7 files for 1 providers" in done.output
