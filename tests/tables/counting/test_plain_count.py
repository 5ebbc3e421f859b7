"""All standard tables, from deliveries over intake to cubes, against a count in plain Python of what truly happened (tests/tables/plain)."""

from __future__ import annotations

import os
from collections import Counter

import duckdb
import pytest
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.microdata import Microdata
from celwacht.tables.intake import Key, take_in
from celwacht.tables.periods import Period

from tests.tables.plain import deliveries, tables
from tests.tables.plain.history import POSTCODES
from tests.tables.standard import standard

KEY = Key(bytes(range(32)), None)
TABLES = {name: one for name, one in standard().items() if not one.source.startswith("vt_")}  # those: tests/tables/test_safe_home.py


def taken_in(seed: int, year: int, folder) -> deliveries.Register:
    """A register of this seed, with its deliveries taken in: those that came first, then those that came again."""
    made = deliveries.make_register(seed, year=year)
    (folder / "regions").mkdir(parents=True)
    rows = ", ".join(str((p, *places)) for p, places in POSTCODES.items())
    duckdb.sql(f"SELECT * FROM (VALUES {rows}) AS t(postcode, wijk, gemeente)").write_parquet(str(folder / "regions" / "postcodes.parquet"))
    every = sorted({period for _, _, period in made.files})
    for first in (True, False):
        if deliveries.write(made, folder / "deliveries", first=first):
            assert [str(p) for p in take_in(folder, KEY, workers=0, opened=every).problems] == []
    return made


def differences(made: deliveries.Register, folder, *, only: str = "") -> dict[str, list]:
    """Table -> cells that are not what truly happened: (codes, counted, right)."""
    found = {}
    with Microdata(folder, keep=6) as microdata:
        for name in sorted(TABLES, key=lambda t: TABLES[t].source):
            if (only and name != only) or not TABLES[name].made_for(made.year) or (made.year < 2022 and "machtiging" in name):
                continue
            periods = [Period.parse(p.code) for p in tables.periods_of(tables.TABLES[name], made.year)]
            counted = Counter()
            for cube in build_cube(TABLES[name], periods, folder, connection=microdata):
                for place in zip(*cube.cells.nonzero()):
                    counted[tuple(d.codes[i].code for d, i in zip(cube.dimensions, place))] = int(cube.cells[place])
            right = tables.count(name, made)
            wrong = [(codes, counted[codes], right[codes]) for codes in sorted({*counted, *right}) if counted[codes] != right[codes]]
            if wrong:
                found[name] = wrong
    return found


def test_every_standard_table_is_counted_in_plain_python():
    """None without, and each with its own unit and number of dimensions."""
    assert set(tables.TABLES) == set(TABLES)
    for name, table in tables.TABLES.items():
        assert len(table.dimensions) == len(TABLES[name].dimensions) and table.persons == (TABLES[name].unit == "jongeren")
        assert len(table.periods) == len(TABLES[name].periods)


def test_the_registers_hold_every_way_to_mislead():
    """Of 20 registers: handed over and unknown begin, closed by rule, moved, delivered again, a child that returned, two at once."""
    made = [deliveries.make_register(seed) for seed in range(20)]
    courses = [c for one in made for c in one.courses]
    assert sum(len(one.again) for one in made) > 100
    assert sum(len(c.taken) > 1 for c in courses) > 20 and sum(c.begun is None for c in courses) > 10
    assert sum(c.end is not None and c.traits.get("reden", "") is None for c in courses) > 50
    assert sum(len(c.person.moves) > 1 for c in courses) > 300 and sum(c.person.bsn is None for c in courses) > 100
    keys = Counter((i, c.person.number, c.record, c.kind) for i, one in enumerate(made) for c in one.courses)
    assert sum(n > 1 for n in keys.values()) > 100


@pytest.mark.parametrize("year", [2024, pytest.param(2018, marks=pytest.mark.long)])
def test_figures_are_what_truly_happened(tmp_path, year):
    """Every cell of every standard table that is made for the year."""
    made = taken_in(1, year, tmp_path / "data")
    assert differences(made, tmp_path / "data") == {}
    for name, table in tables.TABLES.items():
        if TABLES[name].made_for(year) and table.records != ("machtiging_uhp",):
            assert sum(tables.count(name, made).values()) > 11, "the register says nothing about this table"
    lost = next(c for c in made.courses if c.record == "jeugdhulp" and c.end is None)  # a fault: one trajectory is forgotten
    made.courses.remove(lost)
    assert differences(made, tmp_path / "data", only="jeugdhulp_stand_trajecten")


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 100 + int(os.environ.get("CELWACHT_REGISTERS", "24"))))
def test_figures_of_many_registers(tmp_path, seed):
    """As above; a seed that fails is a register to look at (make_register(seed, year=...))."""
    year = 2018 if seed % 4 == 0 else 2024
    made = taken_in(seed, year, tmp_path / "data")
    assert differences(made, tmp_path / "data") == {}
