"""The small data folders of ../shared/trials/records, whose figures once came out wrong, against the right answers beside them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.intake import Key, take_in
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound

from tests.tables.standard import standard

TRIALS = next((p / "shared/trials/records" for p in Path(__file__).parents if (p / "shared/trials/records").is_dir()), None)
KEY = Key(bytes(range(32)), None)
TABLES = standard()
H1, H2, YEAR = "2024HJ01", "2024HJ02", "2024JJ00"
pytestmark = pytest.mark.skipif(TRIALS is None, reason="the trials of ../shared are not here")


@pytest.fixture
def trial(tmp_path):
    """trial(name): a copy of a folder, with its deliveries taken in."""

    def make(name: str) -> Path:
        data = tmp_path / name
        shutil.copytree(TRIALS / name, data)
        assert [str(p) for p in take_in(data, KEY, workers=0).problems] == []
        return data

    return make


def counted(data: Path, table: str, *periods: str, **codes: str) -> list[int]:
    """Figures of a table for these periods, at these codes and else at the total of each dimension."""
    found = {}
    for cube in build_cube(TABLES[table], [Period.parse(p) for p in periods], data):
        names = [[c.code for c in d.codes] for d in cube.dimensions]
        where = tuple(n.index(codes.get(d.name, n[0])) for d, n in zip(cube.dimensions[:-1], names))
        found |= {code: int(cube.cells[(*where, i)]) for i, code in enumerate(names[-1])}
    return [found[p] for p in periods]


@pytest.mark.parametrize("name, others", [("1a_third_record", 1), ("1b_earlier_first_day", 0)])
def test_a_handover_is_linked_by_its_day(trial, name, others):
    """Stand 1; what began and ended in between is another."""
    data = trial(name)
    assert counted(data, "jeugdbescherming_stand", H1) == [1]
    assert counted(data, "jeugdbescherming_gebruik_trajecten", H1) == [1 + others]


@pytest.mark.parametrize("name", ["3a_twins_ended_first", "3b_twins_running_first"])
def test_twins_are_two_in_any_order(trial, name):
    """Stand 1, 1; out 1."""
    data = trial(name)
    assert counted(data, "jeugdhulp_stand_trajecten", H1, H2) == [1, 1]
    assert counted(data, "jeugdhulp_uitstroom_duur_reden", H1, H2) == [1, 0]


def test_a_child_is_one_however_its_place_is_written(trial):
    """0363 and GM0363."""
    assert counted(trial("4_0363_GM0363"), "jeugdhulp_gebruik_jongeren", YEAR) == [1]


def test_a_quarter_is_the_same_in_every_set(trial):
    """Asked for alone, with the quarter before, or with the year: the client of the provider that fell silent is closed in all."""
    data = trial("6_kw04_two_sets")
    for table, right in (("jeugdreclassering_kwartaal_stand", 1), ("jeugdreclassering_kwartaal_uitstroom", 1)):
        told = [
            counted(data, table, *periods)[-1]
            for periods in (["2023KW04"], ["2023KW03", "2023KW04"], [f"2023KW0{i}" for i in (1, 2, 3, 4)])
        ]
        assert told == [right] * 3, table


def test_a_wijk_that_no_list_has_leaves_the_gemeente_known(trial):
    """Gemeente 1, wijk unknown 1, gemeente unknown 0."""
    data = trial("7_wijk_not_in_list")
    for code, right in (("GM1979", 1), ("WK1979XX", 1), ("GM9999", 0)):
        assert counted(data, "wijk_jeugdhulp_trajecten", YEAR, WijkenEnBuurten=code) == [right]


def test_region_and_wijk_tables_name_one_gemeente(trial):
    """One row of the postal code decides both."""
    data = trial("8_postcode_in_two_gemeenten")
    by_region, by_wijk = ([counted(data, t, YEAR, **{d: gm}) for gm in ("GM0363", "GM1979")] for t, d in BOTH)
    assert by_region == by_wijk and sorted(by_region) == [[0], [1]]


BOTH = (("jeugdhulp_gebruik_trajecten", "RegioS"), ("wijk_jeugdhulp_trajecten", "WijkenEnBuurten"))


def test_an_extract_of_another_year_is_a_problem(trial):
    """Nobody is counted as unknown without a word."""
    with pytest.raises(ProblemsFound, match="there: 2023"):
        counted(trial("9_kenmerken_of_2023"), "jeugdhulp_huishouden", YEAR)


def test_records_above_the_header_are_refused(tmp_path):
    """Nothing is lost in silence."""
    (tmp_path / "deliveries").mkdir()
    shutil.copy(TRIALS / "header_in_the_middle.xlsx", tmp_path / "deliveries" / "jeugdhulp_00000001_2024HJ01.xlsx")
    assert take_in(tmp_path, KEY, workers=0).problems
