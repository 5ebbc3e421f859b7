"""Records of several deliveries become the right trajectories: small deliveries with the answer beside them, taken in and counted."""

from __future__ import annotations

import duckdb
import pytest
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.intake import Key
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound

from tests.tables.standard import standard

TABLES = standard()
KEY = Key(bytes(range(32)), None)
CHILD, OTHER = "100007922;20120505;M;1011AB", "100007946;20130505;V;1011AB"
NO_BSN = "999999999;20120505;M"


def counted(data, table: str, *periods: str, **codes: str) -> list[int]:
    """The figures of a table for these periods, at these codes and else at the first code (the total) of each dimension."""
    found = {}
    for cube in build_cube(TABLES[table], [Period.parse(p) for p in periods], data):
        names = [[c.code for c in d.codes] for d in cube.dimensions]
        where = [n.index(codes[d.name]) if d.name in codes else 0 for d, n in zip(cube.dimensions, names)]
        for i, code in enumerate(names[-1]):
            found[code] = int(cube.cells[(*where[:-1], i)])
    return [found[p] for p in periods]


H1, H2, YEAR = "2024HJ01", "2024HJ02", "2024JJ00"


def test_two_providers_that_begin_on_one_day_are_two(office):
    """Protocol 3.3: both deliver; each is a trajectory."""
    row = f"{CHILD};01;02;02;20240401;;"
    data = office({f"jeugdhulp_0000000{n}_{p}": [row] for n in (1, 2) for p in (H1, H2)})
    assert counted(data, "jeugdhulp_stand_trajecten", H1, H2) == [2, 2]
    assert counted(data, "jeugdhulp_instroom_verwijzer", H1, H2, YEAR) == [2, 0, 2]


@pytest.mark.parametrize("begin", ["20240408", "20240325"], ids=["later", "earlier"])
def test_a_begin_that_was_corrected_is_one(office, begin):
    """The provider's newest delivery says which trajectories there are; the half-year before is not delivered again."""
    data = office(
        {f"jeugdhulp_00000001_{H1}": [f"{CHILD};01;02;02;20240401;;"], f"jeugdhulp_00000001_{H2}": [f"{CHILD};01;02;02;{begin};;"]}
    )
    assert counted(data, "jeugdhulp_stand_trajecten", H1, H2) == [1, 1]
    assert counted(data, "jeugdhulp_instroom_verwijzer", H1, H2, YEAR) == [1, 0, 1]


def test_a_second_trajectory_is_no_correction(office):
    """What ended before, or begins after the half-year, is another one."""
    data = office(
        {
            f"jeugdhulp_00000001_{H1}": [f"{CHILD};01;02;02;20240201;20240301;01", f"{CHILD};01;02;02;20240401;;"],
            f"jeugdhulp_00000001_{H2}": [f"{CHILD};01;02;02;20240401;20240901;01", f"{CHILD};01;02;02;20241001;;"],
        }
    )
    assert counted(data, "jeugdhulp_instroom_verwijzer", H1, H2, YEAR) == [2, 1, 3]
    assert counted(data, "jeugdhulp_uitstroom_duur_reden", H1, H2, YEAR) == [1, 1, 2]
    assert counted(data, "jeugdhulp_stand_trajecten", H1, H2) == [1, 1]


def test_what_does_not_return_is_closed_with_reason_unknown(office):
    """It counts on the last reference date on which it was reported and on none after; its ending has no known reason."""
    data = office(
        {f"jeugdhulp_00000001_{H1}": [f"{CHILD};01;02;02;20240401;;"], f"jeugdhulp_00000002_{H2}": [f"{OTHER};01;02;02;20240401;;"]}
    )
    assert counted(data, "jeugdhulp_stand_trajecten", H1, H2) == [2, 1]
    assert counted(data, "jeugdhulp_uitstroom_duur_reden", H1, H2, YEAR) == [0, 1, 1]
    assert counted(data, "jeugdhulp_uitstroom_duur_reden", H2, RedenBeeindiging="CWRH99") == [1]


def test_a_period_counts_the_same_records_in_every_set(office):
    """Asked for alone, or with the half-year before: what was last reported in that one is closed in both."""
    data = office(
        {f"jeugdhulp_00000001_{H1}": [f"{CHILD};01;02;02;20240401;;"], f"jeugdhulp_00000002_{H2}": [f"{OTHER};01;02;02;20240801;;"]}
    )
    for table in ("jeugdhulp_stand_trajecten", "jeugdhulp_gebruik_trajecten", "jeugdhulp_instroom_verwijzer"):
        assert counted(data, table, H2) == counted(data, table, H1, H2)[1:], table


OLD = f"{CHILD};11;20230101;;;20240331;"


@pytest.mark.parametrize(
    "between, new",
    [
        ([f"{CHILD};11;20240201;20240220;04;;"], f"{CHILD};11;;;;;20240401"),
        ([], f"{CHILD};11;20221224;;;;20240401"),
        ([], f"{CHILD};11;20230101;;;;20240401"),
        ([f"{CHILD};11;20220101;20240110;04;;"], f"{CHILD};11;;;;;20240401"),
    ],
    ids=["another in between", "an earlier first day", "the same first day", "a child that returned"],
)
def test_a_handover_is_found_by_its_day(office, between, new):
    """One measure, whatever lies in between and whichever first day the new institution gives."""
    files = {f"jeugdbescherming_00000001_{H1}": [OLD], f"jeugdbescherming_00000002_{H1}": [new]}
    data = office(files | ({f"jeugdbescherming_00000003_{H1}": between} if between else {}))
    assert counted(data, "jeugdbescherming_stand", H1) == [1]
    assert counted(data, "jeugdbescherming_instroom", H1) == [sum("20240201" in row for row in between)]


def test_two_handovers_in_a_row(office):
    """From the first to the second to the third institution: one measure, ended by the third."""
    data = office(
        {
            f"jeugdbescherming_00000001_{H1}": [OLD],
            f"jeugdbescherming_00000002_{H1}": [f"{CHILD};11;;;;20240531;20240401"],
            f"jeugdbescherming_00000003_{H1}": [f"{CHILD};11;;20240615;04;;20240601"],
        }
    )
    assert counted(data, "jeugdbescherming_stand", H1) == [0]
    assert counted(data, "jeugdbescherming_uitstroom", H1) == [1]


def test_a_handover_that_fits_nothing_ends(office):
    """Nobody took it over: it ended with the old institution, once a delivery could have said otherwise; before that it runs on."""
    data = office({f"jeugdbescherming_00000001_{H1}": [OLD]})
    assert counted(data, "jeugdbescherming_stand", H1) == [0] and counted(data, "jeugdbescherming_uitstroom", H1) == [1]
    last_day = office({f"jeugdbescherming_00000001_{H1}_v2": [f"{CHILD};11;20230101;;;20240630;"]})
    assert counted(last_day, "jeugdbescherming_stand", H1) == [1]


@pytest.mark.parametrize("turned", [False, True])
def test_twins_without_bsn_do_not_depend_on_the_order_of_lines(office, turned):
    """Two records with the same key: one that runs on and one that ended."""
    rows = [f"{NO_BSN};1011AB;01;02;02;20240101;20240301;01", f"{NO_BSN};1011AB;01;02;02;20240101;;"]
    data = office({f"jeugdhulp_00000001_{H1}": rows[::-1] if turned else rows, f"jeugdhulp_00000001_{H2}": rows[1:]})
    assert counted(data, "jeugdhulp_stand_trajecten", H1, H2) == [1, 1]
    assert counted(data, "jeugdhulp_uitstroom_duur_reden", H1, H2) == [1, 0]


def test_a_child_without_bsn_is_known_by_what_is_meant(office):
    """0363 and GM0363 are one gemeente, so one child."""
    data = office({f"jeugdhulp_00000001_{p}": [f"{NO_BSN};{place};01;02;02;20240101;;"] for p, place in ((H1, "0363"), (H2, "GM0363"))})
    assert counted(data, "jeugdhulp_gebruik_jongeren", YEAR) == [1]
    assert counted(data, "jeugdhulp_stand_trajecten", H1, H2) == [1, 1]


def test_a_wijk_that_is_not_in_the_list_falls_back_on_the_gemeente(office):
    """The gemeente is known; only the wijk is not."""
    data = office({f"jeugdhulp_00000001_{p}": [f"{CHILD};01;02;02;20240101;;"] for p in (H1, H2)}, [("1011AB", "WK197999", "GM1979")])
    assert counted(data, "wijk_jeugdhulp_trajecten", YEAR, WijkenEnBuurten="GM1979") == [1]
    assert counted(data, "wijk_jeugdhulp_trajecten", YEAR, WijkenEnBuurten="WK1979XX") == [1]


def test_one_row_of_a_postcode_decides_gemeente_and_wijk(office):
    """Region tables and wijk tables name the same gemeente."""
    two = [("1011AB", "WK036300", "GM0363"), ("1011AB", "WK000300", "GM1979")]
    data = office({f"jeugdhulp_00000001_{p}": [f"{CHILD};01;02;02;20240101;;"] for p in (H1, H2)}, two)
    for code in ("GM0363", "GM1979"):
        assert counted(data, "jeugdhulp_stand_trajecten", H2, RegioS=code) == counted(
            data, "wijk_jeugdhulp_trajecten", YEAR, WijkenEnBuurten=code
        )


def test_an_extract_of_another_year_is_a_problem(office, tmp_path):
    """Nobody is counted as unknown because the register of the year was not there."""
    data = office({f"jeugdhulp_00000001_{p}": [f"{CHILD};01;02;02;20240101;;"] for p in (H1, H2)})
    folder = (data / "vault" / "microdata").resolve() / "persoonskenmerken"
    folder.mkdir()
    duckdb.sql("SELECT 'x' AS persoon, 2023 AS jaar, '1' AS huishouden, '1' AS herkomst").write_parquet(str(folder / "2023JJ00.parquet"))
    with pytest.raises(ProblemsFound, match=r"needs huishouden of 2024.*there: 2023"):
        build_cube(TABLES["jeugdhulp_huishouden"], [Period.parse(YEAR)], data)


def test_age_is_that_of_the_reference_date(office):
    """Born on 1 July 2006: 17 on 30 June 2024, 18 on 31 December; in the tables of periods the age on 31 December."""
    row = f"{CHILD.replace('20120505', '20060701')};01;02;02;20240101;;"
    data = office({f"jeugdhulp_00000001_{p}": [row] for p in (H1, H2)})
    assert counted(data, "jeugdhulp_stand_jongeren", H1, H2, Leeftijd="CWLF03") == [1, 0]
    assert counted(data, "jeugdhulp_stand_jongeren", H1, H2, Leeftijd="CWLF04") == [0, 1]
    assert counted(data, "jeugdhulp_gebruik_jongeren", H1, H2, Leeftijd="CWLF04") == [1, 1]
