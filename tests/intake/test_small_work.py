"""A database that is kept for small work gives what one opened for the occasion gives, and keeps nothing of anybody."""

import duckdb
import pytest
from celwacht.tables import small_work
from celwacht.tables.checks.database import connect_for

from tests.intake.deliveries import Office

JH = "jeugdhulp_12345678_2024HJ01"


def test_kept_or_opened_anew_the_same_bytes(make, tmp_path, monkeypatch):
    """Microdata, register and answers of two intakes are the same to the byte, whatever counts as small."""
    states = []
    for small in (small_work.SMALL, -1):
        monkeypatch.setattr(small_work, "SMALL", small)
        office = Office(tmp_path / str(small))
        office.put(f"{JH}.csv", make.csv())
        office.take_in()
        office.put(f"{JH}_v2.csv", make.csv((0, "crisis", "01")))
        office.put("jeugdhulp_87654321_2024HJ01.csv", make.csv())
        office.take_in()
        states.append(office.state())
    assert states[0] == states[1] and len(states[0]) == 2


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
