"""All tables of a set counted together are the tables counted one by one, cell by cell."""

import numpy as np
import pytest
from celwacht.tables.counting.build_cube import Microdata, build_cube
from celwacht.tables.periods import Period
from celwacht.tables.together.count_together import count_together

from tests.tables import tiny
from tests.tables.standard import standard

TABLES = {name: one for name, one in standard().items() if not one.source.startswith("vt_")}  # the vault of tiny.py has no others
PERIODS = [Period.parse(f"2024{p}") for p in ("HJ01", "HJ02", "JJ00")]


@pytest.mark.parametrize("seed", [3, pytest.param(8, marks=pytest.mark.long)])
def test_cubes_from_records_are_the_cubes_of_today(tmp_path, seed):
    """Every standard table, trajectories and persons, several moments and periods: same leaves, same atoms."""
    data = tiny.make(tmp_path, seed, persons=90)
    specs = [TABLES[t] for t in sorted(TABLES) if "halfjaar" in TABLES[t].periods or "jaar" in TABLES[t].periods]
    with Microdata(data) as opened:
        together = iter(count_together(specs, PERIODS, data, connection=opened))
        for spec in specs:
            for cube in build_cube(spec, PERIODS, data, connection=opened):
                made = next(together)
                assert made.cube.table == spec.id and made.cube.unit == cube.unit
                assert [d.leaves for d in made.cube.dimensions] == [d.leaves for d in cube.dimensions]
                assert np.array_equal(made.cube.atoms, cube.atoms) and cube.atoms.sum() == len(made.person)
    assert next(together, None) is None


def test_a_persons_records_are_known_by_the_same_number_in_all_tables(tmp_path):
    """Two tables of one source: the same record number is the same person, so that a change can be followed."""
    data = tiny.make(tmp_path, 5, persons=40)
    made = count_together([TABLES["jeugdhulp_gebruik_trajecten"], TABLES["jeugdhulp_instroom_verwijzer"]], PERIODS, data)
    one, other = made[0].counted, made[1].counted
    assert np.array_equal(one.record, other.record) and np.array_equal(one.person, other.person)
    assert len(set(one.record.tolist())) == len(one.record) > 0
