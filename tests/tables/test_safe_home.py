"""Veilig Thuis: every cell of its tables by a query written by hand on the files as delivered, and the layouts of both protocols."""

import duckdb
import pytest
from celwacht.publish.sets import make_set
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.check_specs import check
from celwacht.tables.demo.safe_home import write_safe_home
from celwacht.tables.home import PACKAGED
from celwacht.tables.intake import take_in
from celwacht.tables.periods import Period
from celwacht.tables.specs.read_spec import read_set, read_tables

YEAR = [Period.parse(code) for code in ("2024HJ01", "2024HJ02", "2024JJ00")]
LAW = "CASE WHEN d IS NULL THEN 'CWDA99' WHEN d <= 5 THEN 'CWDA01' WHEN d <= 14 THEN 'CWDA02' ELSE 'CWDA03' END"
TIME = "CASE WHEN d <= 35 THEN 'CWDO01' WHEN d <= 70 THEN 'CWDO02' WHEN d <= 140 THEN 'CWDO03' ELSE 'CWDO04' END"
BY_HAND = {  # table -> (dimension beside RegioS: code of a row), the number of the case, its day, the columns of the file; Vervolg by itself
    "vt_adviezen": ("'CWHO' || hoedanigheid", "adviesnummer", "datum", "vt_advies"),
    "vt_meldingen": ("'CWAA' || aard", "meldingsnummer", "datum", "vt_melding"),
    "vt_meldingen_wachttijd": (LAW, "meldingsnummer", "datum", "vt_melding"),
    "vt_onderzoeken_uitkomst": ("'CWUI' || uitkomst", "onderzoeksnummer", "datum_afronding", "vt_onderzoek"),
    "vt_onderzoeken_doorlooptijd": (TIME, "onderzoeksnummer", "datum_afronding", "vt_onderzoek"),
}
DAYS = {
    "vt_melding": ", date_diff('day', strptime(datum, '%Y%m%d'), try_strptime(datum_triage, '%Y%m%d')) AS d",
    "vt_onderzoek": ", date_diff('day', strptime(datum_start, '%Y%m%d'), strptime(datum_afronding, '%Y%m%d')) AS d",
    "vt_advies": "",
}


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    data = tmp_path_factory.mktemp("veilig_thuis")
    assert write_safe_home(data, "small", 1, (2024,)) == 6
    report = take_in(data, bytes(range(32)), workers=0)
    assert report.ok, report.problems
    return data


def counted(data, table):
    """(place, code, period) -> cases; places are gemeente, region of Veilig Thuis, province and country; each case once per code and in the total,
    whatever the rows of its file."""
    code, number, day, record = BY_HAND[table]
    with duckdb.connect() as database:
        files = str(data / "deliveries" / f"{record}_*.csv")
        rows = f"SELECT *{DAYS[record]} FROM read_csv('{files}', all_varchar = true, delim = ';', header = true)"
        half = f"CASE WHEN {day}[5:6] <= '06' THEN '2024HJ01' ELSE '2024HJ02' END"
        each = f"SELECT gemeente, {code} AS code, {number} AS number, unnest([{half}, '2024JJ00']) AS period FROM ({rows})"
        places = f"read_csv('{PACKAGED / 'regions' / 'gemeenten_2023.csv'}', all_varchar = true)"
        both = (
            "SELECT unnest([e.gemeente, veiligthuisregio, provincie, 'NL01']) AS place, unnest([code, code, code, code]) AS code, number, period "
            f"FROM ({each}) AS e JOIN {places} AS p ON p.gemeente = e.gemeente"
        )
        wide = f"SELECT place, unnest([code, 'T001']) AS code, number, period FROM ({both})"
        query = f"SELECT place, code, period, count(DISTINCT number) FROM ({wide}) GROUP BY ALL"
        return {tuple(row[:3]): row[3] for row in database.execute(query).fetchall()}


@pytest.mark.parametrize("table", list(BY_HAND))
def test_every_cell_is_what_a_query_by_hand_finds(office, table):
    """Per gemeente, region of Veilig Thuis, province and for the country, per class and in total, per half-year and year."""
    truth = counted(office, table)
    spec = read_tables(only=[table])[table]
    seen = 0
    for cube in build_cube(spec, YEAR, office):
        names = [[c.code for c in d.codes] for d in cube.dimensions]
        cells = cube.cells if len(names) == 3 else cube.cells[:, :, 0]  # vt_meldingen: all follow-ups together
        for i, place in enumerate(names[0]):
            for j, code in enumerate(names[1]):
                if code in ("CWHOB", "CWHON"):
                    continue
                for k, period in enumerate(names[-1]):
                    assert cells[i, j, k] == truth.get((place, code, period), 0), (place, code, period)
                    seen += int(cells[i, j, k] > 0)
    assert seen >= 0.9 * len(truth)
    assert {place for place, *_ in truth} >= {"CWVT03", "PV22", "NL01", "GM0106"}


def test_follow_ups_add_up_to_all_reports(office):
    """Every report has one decision."""
    for cube in build_cube(read_tables(only=["vt_meldingen"])["vt_meldingen"], YEAR, office):
        assert (cube.cells[:, :, 0] == cube.cells[:, :, 1:].sum(axis=2)).all() and cube.cells[0, 0, 0] > 0


def test_the_demo_is_near_what_is_published(office):
    """84,935 pieces of advice and 66,270 reports in a half-year, of which Drenthe has its part by inhabitants."""
    truth = {name: counted(office, name)["NL01", "T001", "2024HJ01"] for name in ("vt_adviezen", "vt_meldingen")}
    share = 493_682 / 17_407_585
    assert abs(truth["vt_adviezen"] - 84_935 * share) < 40 and abs(truth["vt_meldingen"] - 66_270 * share) < 40


def test_all_files_are_right_and_both_sets_hold_all_tables():
    files = [PACKAGED / "sources" / f"{name}.yaml" for name in DAYS] + [PACKAGED / f"{name}.yaml" for name in BY_HAND]
    assert check(files) == []
    for name in ("april", "october"):
        assert read_set(name).tables[-5:] == read_set(name).when_delivered == tuple(BY_HAND)
        assert {p.part for p in read_set(name).periods} >= {"HJ01", "JJ00"}


def test_a_set_goes_without_them_where_nobody_ever_delivered(office, tmp_path):
    """And has them as soon as one organisation delivered: a half-year that is missing then is told, and no reason to leave them out."""
    wanted = read_set("april")
    periods = make_set.periods_of(wanted, 2024)
    for data, there in ((office, True), (tmp_path, False)):
        chosen, skipped = make_set._chosen(make_set.Order("april", 2024, data, tmp_path), wanted, periods)
        assert (set(BY_HAND) <= {one.id for one in chosen}) is there and (set(skipped) == set() if there else set(skipped) == set(BY_HAND))


HEADER = "adviesnummer;datum;gemeente;aanleiding;hoedanigheid\n"


@pytest.mark.parametrize(
    "period, rows, said",
    [
        ("2016HJ01", "A1;20160105;GM0106;08;40\n", None),
        ("2016HJ01", "A1;20160105;GM0106;N08;40\n", "expected one of 01, 02"),
        ("2024HJ01", "A1;20240105;GM0106;N08;N15\nA1;20240105;GM0106;N09;N15\n", None),
        ("2024HJ01", "A1;20240105;GM0106;08;N15\n", "expected one of N01, N02"),
        ("2024HJ01", "A1;20240105;GM0106;N08;N15\nA1;20240105;GM0106;N08;N15\n", "dubbel-record"),
        ("2024HJ01", "A1;20240705;GM0106;N08;N15\n", "expected a day on or before 2024-06-30"),
        ("2024HJ01", "A1;20231231;GM0106;N08;N15\n", "expected a record that runs in 2024HJ01"),
        ("2024HJ01", "A1;20240105;GM9998;N08;N15\n", "expected the code of a region"),
    ],
)
def test_the_layouts_of_2015_and_of_the_recent_protocol(tmp_path, period, rows, said):
    """Each with its own codes, in its own years; an event lies in its period, and a case has a reason once."""
    (tmp_path / "deliveries").mkdir()
    (tmp_path / "deliveries" / f"vt_advies_99000003_{period}.csv").write_text(HEADER + rows)
    report = take_in(tmp_path, bytes(range(32)), workers=0)
    assert report.ok is (said is None), report.problems
    assert said is None or said in "\n".join(map(str, report.problems)), report.problems


def test_the_same_number_of_two_organisations_is_two_cases(tmp_path):
    """Numbers are unique per organisation only."""
    (tmp_path / "deliveries").mkdir()
    for period in ("2024HJ01", "2024HJ02"):
        for provider in ("99000003", "99000004"):
            day = f"{period[:4]}{'0105' if period.endswith('1') else '0805'}"
            text = HEADER + f"A1;{day};GM0106;N08;N15\n" + "\n" * (provider == "99000004")  # the very bytes of another are refused
            (tmp_path / "deliveries" / f"vt_advies_{provider}_{period}.csv").write_text(text)
    assert take_in(tmp_path, bytes(range(32)), workers=0).ok
    cubes = build_cube(read_tables(only=["vt_adviezen"])["vt_adviezen"], YEAR, tmp_path)
    assert [int(cube.cells[0, 0, 0]) for cube in cubes] == [2, 2, 2]


def test_an_event_has_no_stand(tmp_path):
    """A table of what runs on a reference date would be empty without a word."""
    text = (PACKAGED / "vt_adviezen.yaml").read_text(encoding="utf-8").replace("moment: instroom", "moment: stand")
    draft = tmp_path / "vt_adviezen.yaml"
    draft.write_text(text, encoding="utf-8")
    assert [p.rule for p in check([draft])] == ["event-moment"]
