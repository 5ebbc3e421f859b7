"""The demo of one province, as files: valid, the same every time, and as uneven as reality."""

import csv
import hashlib
from collections import Counter, defaultdict

import duckdb
import numpy as np
import pytest
from celwacht.tables.demo import write_demo
from celwacht.tables.demo.country.people import ServiceNumbers, service_numbers
from celwacht.tables.demo.files import csv_header, csv_lines, fixed_width, workbook
from celwacht.tables.intake.run_intake import take_in
from celwacht.tables.periods import Period
from celwacht.tables.sources.layouts import load_layout, to_csv, to_fixed_width

KEY = b"a key that is only for this test"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    return write_demo(folder, scale="small", seed=1)


@pytest.fixture(scope="module")
def taken(demo):
    """The demo taken in; returns the report, and a connection with one view per record kind."""
    report = take_in(demo.folder, KEY, workers=1)
    connection = duckdb.connect()
    for record in ("jeugdhulp", "jeugdbescherming", "jeugdreclassering", "machtiging_uhp", "persoonskenmerken"):
        found = sorted(str(path) for path in (demo.folder / "vault" / "microdata" / record).glob("*.parquet"))
        connection.execute(f"CREATE VIEW {record} AS SELECT * FROM read_parquet({found!r}, union_by_name=true)")
    path = str(demo.folder / "regions" / "postcodes.parquet")
    connection.execute(f"CREATE VIEW postcodes AS SELECT * FROM read_parquet('{path}')")
    return report, connection


def hashes(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "vault" not in path.parts
    }


def test_nothing_of_it_is_refused(demo, taken):
    """Intake finds no fault in any delivery, and a redelivery takes the place of the first."""
    report, _ = taken
    assert report.refused == ()
    assert len(report.replaced) == demo.redeliveries > 0
    assert report.rows == demo.rows


@pytest.mark.long
def test_first_deliveries_are_valid_too(demo, tmp_path):
    """What a redelivery replaces was a valid file as well; only its content was wrong."""
    for path in (demo.folder / "deliveries").rglob("*_v2.*"):
        first = path.with_name(path.name.replace("_v2", ""))
        (tmp_path / "deliveries").mkdir(exist_ok=True)
        (tmp_path / "deliveries" / first.name).write_bytes(first.read_bytes())
        assert first.read_bytes() != path.read_bytes()
    report = take_in(tmp_path, KEY, workers=1)
    assert report.refused == () and len(report.accepted) == demo.redeliveries


@pytest.mark.long
def test_the_same_seed_gives_the_same_bytes(demo, tmp_path):
    """Two runs agree in every byte of every file, the Excel and Parquet files included; another seed does not."""
    write_demo(tmp_path / "again", scale="small", seed=1)
    assert hashes(tmp_path / "again") == hashes(demo.folder)
    write_demo(tmp_path / "other", scale="small", seed=2)
    assert hashes(tmp_path / "other") != hashes(demo.folder)


def test_all_three_forms_of_file_occur(demo):
    """Most providers deliver CSV, some fixed-width, small ones Excel."""
    forms = Counter(path.suffix for path in (demo.folder / "deliveries").rglob("*.*"))
    assert forms[".csv"] > forms[".xlsx"] > 0 and forms[".asc"] > 0
    assert demo.files == sum(forms.values())


def test_service_numbers_are_made_up_valid_and_different():
    """Nine digits that start with a 9, pass the test of eleven, and occur once."""
    numbers = service_numbers(np.random.default_rng(5), 100_000)
    digits = numbers[:, None] // 10 ** np.arange(8, -1, -1) % 10
    assert ((digits * np.array([9, 8, 7, 6, 5, 4, 3, 2, -1])).sum(axis=1) % 11 == 0).all()
    assert (digits[:, 0] == 9).all() and len(np.unique(numbers)) == 100_000


def test_providers_are_of_very_different_size(taken):
    """The largest has a hundred times as many trajectories as the smallest; some cells are fed by one provider."""
    _, connection = taken
    sizes = [
        row[0] for row in connection.execute("SELECT count(*) FROM jeugdhulp WHERE periode = '2023HJ01' GROUP BY aanbieder").fetchall()
    ]
    assert max(sizes) > 100 * min(sizes) and min(sizes) < 20
    alone = connection.execute("""SELECT count(*) FROM (SELECT gemeente, hulpvorm, count(DISTINCT aanbieder) AS n FROM
        (SELECT r.*, coalesce(p.gemeente, r.gemeente) AS gemeente_2 FROM jeugdhulp r LEFT JOIN postcodes p USING (postcode)
         WHERE periode = '2023HJ01') GROUP BY ALL) WHERE n = 1""").fetchone()[0]
    assert alone >= 5


def test_some_wijken_have_one_or_two_children(taken):
    """Wijken differ from all but empty to very large."""
    _, connection = taken
    counts = [
        row[0]
        for row in connection.execute("""SELECT count(DISTINCT persoon) FROM jeugdhulp JOIN postcodes
        USING (postcode) WHERE periode LIKE '2023%' GROUP BY wijk""").fetchall()
    ]
    assert sum(count <= 2 for count in counts) >= 2 and max(counts) > 200


def test_the_wijk_is_unknown_for_a_share_as_published(taken):
    """In Almere the wijken add up to 15 to 30 per cent less than the gemeente: part of the young people has no wijk."""
    _, connection = taken
    known, total = connection.execute("""SELECT count(DISTINCT persoon) FILTER (wijk IS NOT NULL), count(DISTINCT persoon)
        FROM jeugdhulp LEFT JOIN postcodes USING (postcode) WHERE periode LIKE '2023%'""").fetchone()
    assert 0.08 < 1 - known / total < 0.30
    rows = connection.execute("SELECT avg((wijk IS NULL)::INT) FROM jeugdhulp LEFT JOIN postcodes USING (postcode)").fetchone()
    assert 0.12 < rows[0] < 0.28


def test_there_are_the_oddities_of_reality(taken):
    """Unknown numbers and days of birth, unborn children, unknown sex, moves, handed over measures, several at once."""
    _, connection = taken

    def one(query):
        return connection.execute(query).fetchone()[0]

    assert 0.003 < one("SELECT avg((NOT bsn_bekend)::INT) FROM jeugdhulp") < 0.015
    assert one("SELECT count(*) FROM jeugdhulp WHERE ongeboren") > 0
    assert one("SELECT count(DISTINCT geslacht) FROM jeugdhulp") == 3
    assert one("SELECT count(*) FROM jeugdhulp WHERE geboortedatum IS NULL AND NOT ongeboren") == 0
    moved = one("""SELECT count(*) FROM (SELECT persoon FROM jeugdhulp WHERE postcode IS NOT NULL AND bsn_bekend
                   GROUP BY persoon HAVING count(DISTINCT postcode) > 1)""")
    assert moved > 50
    assert one("SELECT count(*) FROM jeugdbescherming WHERE overgedragen IS NOT NULL") > 0
    assert (
        one("""SELECT count(*) FROM (SELECT persoon FROM jeugdhulp WHERE periode = '2023HJ01' GROUP BY persoon
                  HAVING count(DISTINCT hulpvorm) > 1)""")
        > 500
    )
    assert one("SELECT count(*) FROM jeugdhulp WHERE postcode IS NOT NULL AND postcode NOT IN (SELECT postcode FROM postcodes)") > 0


def test_a_trajectory_that_runs_on_is_delivered_again_with_its_end_later(taken):
    """Every trajectory that runs at the end of a half-year is in the next one; its end comes when it has ended."""
    _, connection = taken
    missing, later = connection.execute("""
        WITH first AS (SELECT persoon, aanvang, hulpvorm FROM jeugdhulp WHERE periode = '2023HJ01' AND einde IS NULL AND bsn_bekend),
        second AS (SELECT persoon, aanvang, hulpvorm, einde FROM jeugdhulp WHERE periode = '2023HJ02')
        SELECT count(*) FILTER (s.persoon IS NULL), count(s.einde)
        FROM first f LEFT JOIN second s USING (persoon, aanvang, hulpvorm)""").fetchone()
    assert missing == 0 and later > 1000


def test_nearly_everybody_is_in_the_register(taken):
    """Household and origin are known for most persons with a record in the year."""
    _, connection = taken
    share = connection.execute("""SELECT avg((k.persoon IS NOT NULL)::INT) FROM (SELECT DISTINCT persoon FROM jeugdhulp
        WHERE periode LIKE '2024%' AND bsn_bekend) p LEFT JOIN (SELECT * FROM persoonskenmerken WHERE jaar = 2024) k
        USING (persoon)""").fetchone()[0]
    assert share > 0.95


def test_the_files_are_in_the_form_of_the_layout(tmp_path):
    """The fast writers give the same bytes as the plain ones of intake, and the workbook opens in Excel's reader."""
    layout = load_layout("jeugdhulp", Period.parse("2024HJ01"))
    texts = {name: np.array([b"1" * layout.field(name).length, b"", b"2"], dtype=f"S{layout.field(name).length}") for name in layout.header}
    rows = [tuple(texts[name][at].decode() for name in layout.header) for at in range(3)]
    assert csv_header(layout) + csv_lines(layout, texts)[0].tobytes() == to_csv(layout, rows)
    assert fixed_width(layout, texts, np.arange(3)) == to_fixed_width(layout, rows)
    from openpyxl import load_workbook

    (tmp_path / "a.xlsx").write_bytes(workbook(layout, texts, np.arange(3)))
    sheet = load_workbook(tmp_path / "a.xlsx").active
    assert [tuple(cell or "" for cell in row) for row in sheet.iter_rows(values_only=True)] == [layout.header, *rows]


def test_names_of_providers_go_with_their_numbers(demo):
    """aanbieders.csv names every provider that delivers; a wijkteam with its gemeente."""
    with (demo.folder / "aanbieders.csv").open(encoding="utf-8", newline="") as stream:
        named = {row["aanbieder"]: row for row in csv.DictReader(stream)}
    kinds = defaultdict(set)
    for path in (demo.folder / "deliveries").rglob("*.*"):
        record, number = path.name.rsplit("_", 3)[0], path.name.split("_20")[0].rsplit("_", 1)[1]
        if not path.name.startswith("persoonskenmerken"):
            kinds[named[number]["soort"]].add(record)
    assert set(kinds) == {"wijkteam", "aanbieder", "instelling"}
    assert all((row["gemeente"] != "") == (row["soort"] == "wijkteam") for row in named.values())


def test_two_demos_are_not_mixed(demo):
    """A folder that has deliveries already is refused: two made-up countries in one vault would be nonsense."""
    with pytest.raises(FileExistsError, match="not empty"):
        write_demo(demo.folder, scale="small")


@pytest.mark.parametrize(("scale", "years"), [("huge", (2023,)), ("small", ()), ("small", (2023, 2025)), ("small", (2019,))])
def test_wrong_wishes_are_named(tmp_path, scale, years):
    """A scale or years that the demo does not have are refused before anything is written."""
    with pytest.raises(ValueError, match="scale|years"):
        write_demo(tmp_path / "none", scale=scale, years=years)
    assert not (tmp_path / "none").exists()


@pytest.mark.long
def test_several_countries_are_of_other_persons_and_providers_and_the_first_is_the_one(demo, tmp_path):
    """Three times the province: the first is the demo of one, to the byte; all numbers of persons and providers differ."""
    report = write_demo(tmp_path / "three", scale="small", seed=1, years=(2023,), times=3)
    alone = write_demo(tmp_path / "one", scale="small", seed=1, years=(2023,))
    three, one = hashes(report.folder), hashes(alone.folder)
    whole = {
        name for name in one if name.endswith(("aanbieders.csv", "consent.csv")) or name.startswith(("populations", "deliveries/persoons"))
    }
    assert {name: three[name] for name in one if name not in whole} == {name: one[name] for name in one if name not in whole}
    for name in whole - {name for name in whole if name.startswith("populations")}:
        assert (report.folder / name).read_bytes().startswith((alone.folder / name).read_bytes())
    files = list((report.folder / "deliveries/jeugdbescherming/2023HJ01").iterdir())
    assert len(files) > 2 * len(list((alone.folder / "deliveries/jeugdbescherming/2023HJ01").iterdir()))
    assert report.persons > 2.9 * alone.persons and report.providers == 3 * alone.providers and report.rows > 2.9 * alone.rows
    numbers = [line.split(",")[0] for line in (report.folder / "aanbieders.csv").read_text().splitlines()[1:]]
    assert len(set(numbers)) == len(numbers) == report.providers
    extract = next((report.folder / "deliveries/persoonskenmerken/2023JJ00").iterdir()).read_text().splitlines()
    persons = [line.split(";")[0] for line in extract[1:]]
    assert len(set(persons)) == len(persons) and sum(line.startswith("bsn") for line in extract) == 1
    assert len(persons) > 2.9 * len(next((alone.folder / "deliveries/persoonskenmerken/2023JJ00").iterdir()).read_text().splitlines())
    men = [
        sum(int(line.split(",")[5]) for line in (one.folder / "populations/gemeenten_2023.csv").read_text().splitlines()[1:])
        for one in (report, alone)
    ]
    assert 2.9 < men[0] / men[1] < 3.1


@pytest.mark.parametrize("countries", [1, 10, 11])
def test_numbers_of_several_countries_are_all_different_and_pass_the_test_of_eleven(countries):
    """A million a country would be more than there are with a 9 for eleven; for ten there are enough."""
    rng, numbers = np.random.default_rng(3), ServiceNumbers(countries)
    taken = np.concatenate([numbers.take(rng, 60_000) for _ in range(3)])
    assert len(np.unique(taken)) == len(taken) and (taken // 10**8 == 9).all() == (countries <= 10)
    digits = taken[:, None] // 10 ** np.arange(8, -1, -1) % 10
    assert ((digits * np.array([9, 8, 7, 6, 5, 4, 3, 2, -1])).sum(axis=1) % 11 == 0).all() and (taken >= 100_000_000).all()
    numbers.used = numbers.room - 10
    with pytest.raises(OverflowError):
        numbers.take(rng, 100)
