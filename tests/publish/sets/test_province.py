"""A table for one province: its own regions with the same figures, and nothing of the rest of the country."""

from dataclasses import replace

import numpy as np
import pytest
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.cubes.province import narrowed
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.regions.part import part_of as regions_of

from tests.publish import small


def test_the_regions_of_a_province_keep_their_figures():
    """Every cell of a region that stays is what it was; the country and other provinces are gone."""
    cube = Cube("kleine_tabel", small.dimensions(), small.atoms())
    part = narrowed(cube, frozenset({"PV24", "GM0034", "GM0050", "GM0171"}))
    assert [c.code for c in part.dimensions[0].codes] == ["PV24", "GM0034", "GM0050", "GM0171"]
    assert [c.parent for c in part.dimensions[0].codes] == ["", "PV24", "PV24", "PV24"]
    for i, code in enumerate(part.dimensions[0].codes):
        assert np.array_equal(part.cells[i], cube.cells[cube.dimensions[0].position(code.code)])


def test_leaves_that_no_code_tells_apart_are_one():
    """With the province alone there is one class left, and without its regions the cube stays as it is."""
    cube = Cube("kleine_tabel", small.dimensions(), small.atoms())
    assert narrowed(cube, frozenset({"PV24"})).dimensions[0].n_leaves == 1
    assert narrowed(cube, frozenset({"PV31"})) is cube
    flat = replace(cube.dimensions[0], kind="Dimension")
    without = Cube("kleine_tabel", (flat, *cube.dimensions[1:]), small.atoms())
    assert narrowed(without, frozenset({"PV24"})) is without


def test_regions_of_drenthe():
    """12 gemeenten with their wijken, the unknown wijk of each, and the jeugdregio."""
    regions = regions_of("PV22")
    assert sum(r.startswith("GM") for r in regions) == 12 == sum(r.endswith("XX") for r in regions)
    assert {r for r in regions if r.startswith(("PV", "JZ"))} >= {"PV22"} and not {"NL01", "NL00"} & regions
    with pytest.raises(ProblemsFound, match="Did you mean 'PV22'"):
        regions_of("PV222")
