"""Who contributes to the cells of a standard table: against the records themselves, one trajectory after the other."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.contributors import build_contributors
from celwacht.tables.cubes.cube import roll_up
from celwacht.tables.periods import Period

from tests.tables import tiny
from tests.tables.standard import standard
from tests.tables.vaults import vault

TABLES = standard()
YEAR, H1 = Period.parse("2024JJ00"), Period.parse("2024HJ01")
ADDITIVE = ("jeugdhulp_gebruik_trajecten", "jeugdbescherming_instroom", "wijk_jeugdhulp_trajecten")
PERSONS = ("jeugdhulp_gebruik_jongeren", "jeugdbescherming_jongeren", "samenloop_jeugdzorg")


data, microdata = vault(5, persons=80)


def cells_of(found, rows):
    """Counts per cell of some of the rows of contributors."""
    atoms = np.zeros([d.n_leaves for d in found.dimensions], np.int64)
    np.add.at(atoms, tuple(found.leaf[rows].T), found.count[rows])
    return roll_up(atoms, found.dimensions)


@pytest.mark.parametrize("table", ADDITIVE)
def test_contributions_of_trajectories_add_up_to_the_cube(data, microdata, table):
    """All providers together give every cell, and there is more than one."""
    pairs = list(
        zip(
            build_cube(TABLES[table], [H1, YEAR], data, connection=microdata),
            build_contributors(TABLES[table], [H1, YEAR], data, connection=microdata),
            strict=True,
        )
    )
    assert pairs
    for cube, found in pairs:
        assert [d.codes for d in found.dimensions] == [d.codes for d in cube.dimensions]
        assert np.array_equal(cells_of(found, np.arange(len(found.count))), cube.cells)
        assert len(set(found.provider)) > 3 and np.all(found.count > 0)
        assert str(found.provider[0]) not in repr(found)


@pytest.mark.parametrize("table", PERSONS)
def test_a_provider_of_persons_never_gives_more_than_the_cell(data, microdata, table):
    """Each provider alone counts persons of the cell; together they cover it; where classes overlap they may exceed
    it."""
    cubes = build_cube(TABLES[table], [YEAR], data, connection=microdata)
    for cube, found in zip(cubes, build_contributors(TABLES[table], [YEAR], data, connection=microdata), strict=True):
        together = np.zeros(cube.shape, np.int64)
        for provider in sorted(set(found.provider)):
            own = cells_of(found, np.flatnonzero(found.provider == provider))
            assert np.all(own <= cube.cells)
            together += own
        assert np.all(together >= cube.cells) and np.any(together > cube.cells)


def test_persons_count_for_a_provider_in_the_classes_touched_there(data, microdata):
    """The first cell and the cells of one hulpvorm, over all regions, ages and sexes, from the rows of the loaded
    records."""
    (found,) = build_contributors(TABLES["jeugdhulp_gebruik_hulpvorm"], [YEAR], data, connection=microdata)
    rows = (
        microdata.records("jeugdhulp", 2024, [YEAR])
        .connection.execute(
            "SELECT persoon, aanbieder, hulpvorm FROM jeugdhulp_2024 WHERE aanvang <= DATE '2024-12-31' "
            "AND (einde IS NULL OR einde >= DATE '2024-01-01')"
        )
        .fetchall()
    )
    axis = next(i for i, d in enumerate(found.dimensions) if any("leegzorg" in c.title_nl for c in d.codes))
    form = next(c.code for c in found.dimensions[axis].codes if c.title_nl.lower() == "pleegzorg")
    any_form, in_form = defaultdict(set), defaultdict(set)
    for person, provider, hulpvorm in rows:
        any_form[provider].add(person)
        if hulpvorm == "11":
            in_form[provider].add(person)
    first = tuple(0 for _ in found.dimensions)
    place = tuple(found.dimensions[axis].position(form) if i == axis else 0 for i in range(len(first)))
    for provider in sorted(set(found.provider)):
        own = cells_of(found, np.flatnonzero(found.provider == provider))
        assert own[first] == len(any_form[provider])
        assert own[place] == len(in_form[provider])


def test_the_order_of_records_changes_nothing(data, microdata, tmp_path):
    other = tiny.make(tmp_path, 5, persons=80, order=31)
    for table in ("jeugdhulp_gebruik_trajecten", "jeugdhulp_gebruik_jongeren"):
        for a, b in zip(
            build_contributors(TABLES[table], [YEAR], data, connection=microdata),
            build_contributors(TABLES[table], [YEAR], other),
            strict=True,
        ):
            rows = [
                Counter({(tuple(leaf), p): n for leaf, p, n in zip(x.leaf.tolist(), x.provider.tolist(), x.count.tolist())}) for x in (a, b)
            ]
            assert rows[0] == rows[1]
