"""A database that is kept for small work gives what one opened for the occasion gives, and keeps nothing of anybody."""

import subprocess
import sys

import duckdb
import pytest
from celwacht.tables import small_work
from celwacht.tables.checks.database import connect_for
from celwacht.tables.intake import run_intake, worker

from tests.intake.deliveries import Office

JH = "jeugdhulp_12345678_2024HJ01"


def test_kept_or_opened_anew_the_same_bytes(make, tmp_path, monkeypatch):
    """Microdata, register and answers of two intakes are the same to the byte, whatever counts as small."""
    states = []
    for small in (small_work.SMALL, -1):
        monkeypatch.setattr(small_work, "_most", [small])
        office = Office(tmp_path / str(small))
        office.put(f"{JH}.csv", make.csv())
        office.take_in()
        office.put(f"{JH}_v2.csv", make.csv((0, "crisis", "01")))
        office.put("jeugdhulp_87654321_2024HJ01.csv", make.csv())
        office.take_in()
        states.append(office.state())
    assert states[0] == states[1] and len(states[0]) == 2


@pytest.mark.long
def test_a_worker_reads_one_chunk_after_another(make, office, monkeypatch):
    """No worker dies of what it keeps: one does all of ten chunks, within the memory that it may take."""
    started = []
    begin = worker._Process.__init__
    monkeypatch.setattr(worker._Process, "__init__", lambda self, key: (started.append(1), begin(self, key))[1])
    monkeypatch.setattr(run_intake, "CHUNK_BYTES", 1)
    for provider in range(12345601, 12345611):
        office.put(f"jeugdhulp_{provider}_2024HJ01.csv", make.csv())
    assert len(office.take_in(workers=1).accepted) == 10 and len(started) == 1


def test_nothing_is_said_at_the_end_of_python():
    """A database that is still open then is complained about on the screen of whoever ran the command."""
    script = "from celwacht.tables.checks.database import connect_for; connect_for(1)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True).stderr == b""


def test_nothing_stays_behind_and_large_work_is_apart():
    """A temporary view is gone at the next use; work that is large does not see what small work left."""
    with connect_for(1) as connection:
        connection.execute("CREATE TEMP VIEW records AS SELECT 1")
        connection.execute("CREATE TABLE left_behind AS SELECT 1")
    with connect_for(small_work.SMALL) as connection, pytest.raises(duckdb.CatalogException):
        connection.execute("SELECT * FROM records")
    with connect_for(1) as connection:
        connection.execute("DROP TABLE left_behind")  # a kept one, so that it is there to be dropped
    with connect_for(small_work.SMALL + 1) as connection, pytest.raises(duckdb.CatalogException):
        connection.execute("SELECT * FROM left_behind")
