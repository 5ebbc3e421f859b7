"""Running plans: a locked database, the same answer whatever the order, and clear words when data are missing."""

import shutil
from datetime import date

import duckdb
import numpy as np
import pytest
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.microdata import shared
from celwacht.tables.cubes.cube import SummedCube
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound

from tests.tables import tiny
from tests.tables.counting.test_plan import spec
from tests.tables.standard import standard
from tests.tables.vaults import vault

TABLES = standard()
H1, H2, YEAR = (Period.parse(f"2024{p}") for p in ("HJ01", "HJ02", "JJ00"))
KW = [Period.parse(f"2024KW0{i}") for i in (1, 2, 3, 4)]


data, microdata = vault(7, persons=80)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM '/etc/passwd'",
        "COPY jeugdhulp_2024 TO 'out.csv'",
        "ATTACH 'other.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET threads = 1",
        "EXPORT DATABASE 'out'",
        "IMPORT DATABASE 'out'",
        "SELECT * FROM read_parquet('{data}/regions/postcodes.parquet')",
        "SELECT * FROM read_parquet('https://example.org/x.parquet')",
        "SELECT getenv('HOME')",
    ],
)
def test_once_loaded_the_database_has_no_files_and_no_settings(microdata, data, statement):
    """Reading, writing, attaching, installing and setting are refused, also of the files it was loaded from."""
    database = microdata.records("jeugdhulp", 2024, [H1]).connection
    with pytest.raises(duckdb.Error):
        database.execute(statement.format(data=data))


def test_the_order_of_the_records_changes_nothing(data, microdata, tmp_path):
    """The same records in another order in the files: the same atoms, bit for bit."""
    other = tiny.make(tmp_path, 7, persons=80, order=99)
    for table in ("jeugdhulp_gebruik_jongeren", "jeugdbescherming_jongeren", "samenloop_jeugdzorg"):
        pairs = zip(build_cube(TABLES[table], [H1, YEAR], data, connection=microdata), build_cube(TABLES[table], [H1, YEAR], other))
        for a, b in pairs:
            assert [d.leaves for d in a.dimensions] == [d.leaves for d in b.dimensions]
            assert np.array_equal(a.atoms, b.atoms)


def test_every_trajectory_or_person_is_in_exactly_one_atom(data, microdata):
    """The first cell counts everybody once, and so do the atoms together."""
    for table in ("jeugdhulp_gebruik_jongeren", "samenloop_jeugdzorg", "wijk_jeugdhulp_trajecten"):
        for cube in build_cube(TABLES[table], [YEAR], data, connection=microdata):
            assert cube.atoms.sum() == cube.cells[(0,) * len(cube.dimensions)] > 0


def test_young_persons_of_a_half_year_have_a_perioden_of_one_code(data, microdata):
    """One cube per period, Perioden last with one code and one leaf."""
    cubes = build_cube(TABLES["jeugdhulp_gebruik_jongeren"], [H1, H2], data, connection=microdata)
    assert [c.dimensions[-1].codes[0].code for c in cubes] == ["2024HJ01", "2024HJ02"]
    assert all(c.dimensions[-1].n_leaves == 1 and c.unit == "jongeren" for c in cubes)


def test_quarters_make_a_half_year_of_probation(data, microdata):
    """Probation is delivered per quarter; what began in two quarters began in the half-year."""
    half = build_cube(TABLES["jeugdreclassering_instroom"], [H1, YEAR], data, connection=microdata)[0]
    quarters = build_cube(TABLES["jeugdreclassering_kwartaal_instroom"], KW, data, connection=microdata)[0]
    assert half.cells[0, 0, 0] == quarters.cells[0, 0, :2].sum() > 0
    assert half.cells[0, 0, 1] == quarters.cells[0, 0].sum()


def test_sums_stand_beside_the_counts(data, microdata):
    """A mean measure: days and how many have them, per atom, exact whole numbers that roll up like counts."""
    measures = [
        {"kind": "count", "name": "Aantal", "title": {"nl": "Aantal"}},
        {"kind": "mean", "name": "Duur", "title": {"nl": "Duur"}, "field": "duur_dagen"},
        {"kind": "sum", "name": "Jaren", "title": {"nl": "Jaren"}, "field": "leeftijd"},
    ]
    cube = build_cube(spec(moment="uitstroom", measures=measures), [H1, H2, YEAR], data, connection=microdata)[0]
    assert isinstance(cube, SummedCube) and cube.sums["duur_dagen"].shape == cube.atoms.shape
    rows = (
        microdata.records("jeugdhulp", 2024, [H1, H2, YEAR])
        .connection.execute(
            "SELECT count(*), sum(einde - aanvang), count(leeftijd), sum(leeftijd) FROM jeugdhulp_2024 WHERE year(einde) = 2024"
        )
        .fetchone()
    )
    assert rows == (cube.atoms.sum(), cube.sums["duur_dagen"].sum(), cube.known["leeftijd"].sum(), cube.sums["leeftijd"].sum())
    assert cube.known["duur_dagen"].sum() == cube.atoms.sum()


def test_a_running_trajectory_lasts_to_the_end_of_its_period(tmp_path):
    """gebruik by duration: of what runs on, days to the last day of the period, also if it ended later."""
    data = one_person(tmp_path, [{"aanvang": date(2024, 1, 1), "einde": date(2024, 8, 1)}])
    by_duration = spec(moment="gebruik", dimensions=[{"name": "Duur", "classification": "duur"}])
    half, year = build_cube(by_duration, [H1, YEAR], data)
    assert [c.code for c, n in zip(half.dimensions[0].codes, half.cells[:, 0]) if n] == ["CWDU00", "CWDU02"]
    assert [c.code for c, n in zip(year.dimensions[0].codes, year.cells[:, 0]) if n] == ["CWDU00", "CWDU03"]


def one_person(folder, records: list[dict]):
    """A vault with one young person and these records of youth help, all in the delivery of each half-year."""
    data = tiny.make(folder, 1, persons=0)
    base = {
        "persoon": "0" * 32,
        "bsn_bekend": True,
        "geboortedatum": date(2010, 5, 5),
        "ongeboren": False,
        "geslacht": "V",
        "postcode": "1011AB",
        "aanbieder": "00000001",
        "bestand": "x",
        "verwijzer": "02",
        "hulpvorm": "02",
        "crisis": "02",
    }
    columns = tiny.COMMON | dict.fromkeys(tiny.OWN["jeugdhulp"], "VARCHAR")
    for part in ("HJ01", "HJ02"):
        rows = [base | {"periode": f"2024{part}"} | r for r in records]
        tiny._write(
            duckdb.connect(),
            data / "vault" / "microdata" / "jeugdhulp" / f"2024{part}.parquet",
            columns,
            [[r.get(c) for c in columns] for r in rows],
        )
    return data


@pytest.mark.parametrize(
    "records, expected",
    [
        ([("2024-01-01", "02"), ("2024-02-01", "11")], {"CWJH12", "A042503", "A027917", "CWHV02", "A027918", "CWHV11"}),
        ([("2024-01-01", "11"), ("2024-02-01", "11")], {"CWJH12", "A027918", "CWHV11"}),
    ],
)
def test_a_young_person_counts_once_in_every_form_touched(tmp_path, records, expected):
    """And once in the total, however many trajectories."""
    data = one_person(tmp_path, [{"aanvang": date.fromisoformat(a), "hulpvorm": h} for a, h in records])
    cube = build_cube(TABLES["jeugdhulp_gebruik_hulpvorm"], [H1], data)[0]
    forms = cube.cells[:, 0, 0, 0, 0]
    assert {c.code for c, n in zip(cube.dimensions[0].codes, forms) if n} == expected and forms.max() == 1


def test_the_latest_begin_decides_and_the_kind_of_help_a_tie(tmp_path):
    """Region of the trajectory that began last; of two that began on one day, of the higher form of help."""
    data = one_person(
        tmp_path,
        [
            {"aanvang": date(2024, 1, 1), "hulpvorm": "14", "postcode": "6711AB"},
            {"aanvang": date(2024, 3, 1), "hulpvorm": "11", "postcode": "3901AB"},
            {"aanvang": date(2024, 3, 1), "hulpvorm": "02", "postcode": "1011AB"},
        ],
    )
    cube = build_cube(TABLES["jeugdhulp_gebruik_jongeren"], [H1], data)[0]
    region = cube.dimensions[3]
    assert cube.cells[0, 0, 0, region.position("GM0345"), 0] == 1
    assert cube.cells[0, 0, 0, region.position("GM0363"), 0] == 0


def test_a_form_of_help_that_no_list_has_is_an_error_not_a_loss(tmp_path):
    """A classification without an unknown leaf: the table stops, for one class and for sets of classes."""
    data = one_person(tmp_path, [{"aanvang": date(2024, 1, 1), "hulpvorm": "99"}])
    for table in ("jeugdhulp_gebruik_jongeren", "jeugdhulp_gebruik_trajecten"):
        with pytest.raises(ProblemsFound, match=r"leaf: '99' \(fewer than 10 records\)\. List them"):
            build_cube(TABLES[table], [H1], data)


def test_codes_that_no_list_has_are_named_with_how_many_records(tmp_path):
    """In order; from ten records on the number is told; blank is a value; at most five are named."""
    codes = [*["98"] * 12, "99", None, *map(str, range(90, 94))]
    data = one_person(tmp_path, [{"aanvang": date(2024, 1, 1 + n), "hulpvorm": code} for n, code in enumerate(codes)])
    few = "(fewer than 10 records)"
    told = f"blank {few}, '90' {few}, '91' {few}, '92' {few}, '93' {few} and 2 more values. List"
    with pytest.raises(ProblemsFound) as found:
        build_cube(TABLES["jeugdhulp_gebruik_trajecten"], [H1], data)
    assert told in str(found.value)
    data = one_person(tmp_path / "two", [{"aanvang": date(2024, 1, 1 + n), "hulpvorm": code} for n, code in enumerate(codes[:13])])
    with pytest.raises(ProblemsFound, match=r"leaf: '98' \(12 records\), '99' \(fewer than 10 records\)"):
        build_cube(TABLES["jeugdhulp_gebruik_trajecten"], [H1], data)


@pytest.mark.parametrize(
    "table, lost, message",
    [
        ("jeugdhulp_stand_trajecten", "vault/microdata/jeugdhulp/2024HJ02.parquet", "for the whole of 2024HJ02"),
        ("jeugdreclassering_stand", "vault/microdata/jeugdreclassering/2024KW02.parquet", "for the whole of 2024HJ01"),
        ("jeugdhulp_stand_trajecten", "regions/postcodes.parquet", "needs regions"),
        ("jeugdhulp_herkomst", "vault/microdata/persoonskenmerken", "needs herkomst"),
    ],
)
def test_missing_data_are_told_and_never_counted_as_zero(data, tmp_path, table, lost, message):
    """A gap in the deliveries is a problem with a remedy."""
    copy = tmp_path / "copy"
    shutil.copytree(data, copy)
    path = copy / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(ProblemsFound, match=message):
        build_cube(TABLES[table], [H1, H2, YEAR], copy)


def test_no_period_of_the_table_no_cube(data, microdata):
    """A yearly table of a half-year is empty-handed, not wrong."""
    assert build_cube(TABLES["jeugdhulp_herkomst"], [H1], data, connection=microdata) == []


def test_a_replaced_delivery_is_seen_by_an_open_worker(tmp_path):
    """The microdata of a process notice that a file is another one now."""
    data = one_person(tmp_path, [{"aanvang": date(2024, 1, 1)}])
    table = TABLES["jeugdhulp_stand_trajecten"]
    assert build_cube(table, [H1], data, connection=shared(data))[0].atoms.sum() == 1
    one_person(tmp_path, [{"aanvang": date(2024, 1, 1)}, {"aanvang": date(2024, 2, 1)}])
    assert build_cube(table, [H1], data, connection=shared(data))[0].atoms.sum() == 2
    shared(data).close()


def test_microdata_and_cubes_tell_nothing_when_printed(data, microdata):
    """Not a value, not a person."""
    cube = build_cube(TABLES["jeugdhulp_stand_trajecten"], [H1], data, connection=microdata)[0]
    for shown in (repr(microdata), repr(cube)):
        assert "confidential" in shown and not any(len(word) > 31 for word in shown.split())
