"""Files of other shapes: a sheet with titles, UTF-16, long headers, decimal commas, Parquet, several years in one; and what is no register."""

import random
from datetime import date, timedelta
from pathlib import Path

import duckdb
import openpyxl
import pytest
from celwacht.publish.cli import celwacht
from celwacht.tables import home
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.periods import Period
from celwacht.tables.specs.read_spec import read_tables
from click.testing import CliRunner

from tests.commands import taken_in


def days(draw, year, count):
    return [date(year, 1, 1) + timedelta(days=draw.randrange(300)) for _ in range(count)]


def french(draw):
    """Letters with accents, columns with spaces and signs, days with slashes, amounts with a comma."""
    yield "N\u00b0 dossier;Date de naissance;Sexe;Code d\u00e9partement;D\u00e9partement;Type d'aide;Date de d\u00e9but;Date de fin;Montant mensuel"
    for n, begun in enumerate(days(draw, 2023, 120)):
        where = draw.choice(["75;Paris", "13;Bouches-du-Rh\u00f4ne"])
        kind = draw.choice(["Aide \u00e0 domicile", "H\u00e9bergement"])
        amount = f"{draw.randrange(100, 900)},{draw.randrange(10, 99)}"
        born = date(1950, 1, 1) + timedelta(days=37 * (n // 2))
        yield f"D{n // 2};{born:%d/%m/%Y};{'HF'[n // 2 % 2]};{where};{kind};{begun:%d/%m/%Y};{begun + timedelta(days=40):%d/%m/%Y};{amount}"


def german(draw):
    """UTF-16 with tabs, and a header of fifty characters."""
    yield "Fallnummer\tGeschlecht\tAmtlicher Gemeindeschl\u00fcssel des Wohnortes der Person\tLeistungsart\tBeginn\tEnde"
    for n, begun in enumerate(days(draw, 2024, 120)):
        yield f"F{n}\t{'mw'[n % 2]}\t{draw.choice(['05111000', '09162000'])}\t{draw.choice(['Heim', 'Pflege'])}\t{begun:%d.%m.%Y}\t31.12.2024"


def several(draw):
    """Three years in one file, each record with its year; areas by name."""
    yield "person;year;kind;area name;started"
    for n in range(120):
        year = 2021 + n % 3
        yield f"q{n // 2};{year};{draw.choice('AB')};{draw.choice(['North', 'South'])};{days(draw, year, 1)[0]}"


def dentist(draw):
    """Of a spreadsheet in Windows-1252: names of columns broken over lines, days of ISO weeks, years of birth, points between thousands."""
    yield '"Praktijk nr.";"Pati\u00ebnt-\nnummer";"Geb. jaar";"M/V";"Spoed";"Datum bezoek";"Verrichting";"Bedrag (\u20ac)"'
    for n in range(120):
        amount = f"{1 + n % 3}.{100 + n},{n % 10}0" if n % 2 else f"{20 + n},50"
        day = f"2024-W{1 + n % 50:02d}-{1 + n % 7}"
        yield f"{n % 3:03d};{n // 6};{1950 + n // 6};{'MV'[n // 6 % 2]};{'jn'[n % 2]};{day};{draw.choice(['Controle', 'Vulling'])};{amount}"


def prisons(draw):
    """Three years in one file: what runs on comes back in the next, without an end; days as Americans write them."""
    yield "Inmate,Fiscal Year,Type,Entered,Released"
    for n, begun in enumerate(days(draw, 2022, 40)):
        yield f"i{n},2022,{'AB'[n % 2]},{begun:%b} {begun.day} {begun.year},"
        for year in (2023, 2024):
            released = "" if year == 2023 else f"March {1 + n % 28} 2024"
            yield f"i{n},{year},{'AB'[n % 2]},{begun:%b} {begun.day} {begun.year},{released}"


def shelter(draw, path):
    """Parquet as pandas writes it, with the numbers of its rows; a larger area in a column `land`."""
    rows = ", ".join(
        f"('A{n}', '0{1 + n % 4 // 2}', '0{1 + n % 4 // 2}0{n % 4}', 'K{n % 2}', DATE '{begun}', {n})"
        for n, begun in enumerate(days(draw, 2024, 120))
    )
    with duckdb.connect() as database:
        made = f"SELECT * FROM (VALUES {rows}) AS t(nr, land, kreis, art, beginn, __index_level_0__)"
        database.execute(f"COPY ({made}) TO '{path}' (FORMAT parquet)")


def sheet(draw, path):
    """Two lines of titles and an empty one above the header; days as days."""
    book = openpyxl.Workbook()
    for row in (["Statistics Utopia"], ["Hospital stays 2022"], [], ["Patient id", "Born", "Ward", "Admission", "Discharge", "Score"]):
        book.active.append(row)
    for n, begun in enumerate(days(draw, 2022, 120)):
        born = date(1940, 1, 1) + timedelta(days=60 * (n // 2))
        book.active.append([f"P{n // 2}", born, draw.choice(["Surgery", "ICU"]), begun, begun + timedelta(days=9), draw.randrange(1, 500)])
    book.save(path)


SCHOOLS = ("Norr", "S\u00f6der")


def pupils(draw, path):
    """Parquet with categories and halves of hours."""
    rows = ", ".join(
        f"('E{n // 3}', '{draw.choice(SCHOOLS)}', DATE '{day}', '{draw.choice(['sjuk', 'ogiltig'])}', {draw.randrange(80) / 10})"
        for n, day in enumerate(date(2024, 1, 1) + timedelta(days=2 * n) for n in range(120))
    )
    with duckdb.connect() as database:
        database.execute("CREATE TYPE skolor AS ENUM ('Norr', 'S\u00f6der')")
        made = (
            f"SELECT elev_id, skola::skolor AS skola, datum, orsak, timmar FROM (VALUES {rows}) AS t(elev_id, skola, datum, orsak, timmar)"
        )
        database.execute(f"COPY ({made}) TO '{path}' (FORMAT parquet)")


def run(*words):
    done = CliRunner().invoke(celwacht, words)
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done.output


CASES = {  # file -> (what is said besides, guesses, columns kept as numbers)
    "fr.csv": ((), ["person: n_dossier", "birth: date_de_naissance", "area: code_departement", "end: date_de_fin"], ["montant_mensuel"]),
    "de.csv": ((), ["person: fallnummer", "area: amtlicher_gemeindeschlussel_des_wohnorte", "begin: beginn"], []),
    "years.csv": ((), ["person: person", "begin: started", "year: year"], []),
    "prisons.csv": ((), ["person: inmate", "year: fiscal_year", "begin: entered", "end: released"], []),
    "dentist.csv": (
        ("--column", "person=Praktijk nr.,Pati\u00ebnt- nummer", "--column", "kind=Verrichting,Spoed"),
        ["person: praktijk_nr", "birth: geb_jaar", "sex: m_v", "begin: datum_bezoek"],
        ["bedrag"],
    ),
    "de.parquet": ((), ["person: nr", "area: kreis", "larger area: land", "begin: beginn"], []),
    "utopia.xlsx": ((), ["person: patient_id", "begin: admission", "end: discharge", "birth: born"], ["score"]),
    "se.parquet": ((), ["person: elev_id", "begin: datum"], ["timmar"]),
}


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CELWACHT_KEY", str(tmp_path / "key"))
    draw = random.Random(5)
    Path("fr.csv").write_text("\n".join(french(draw)) + "\n", encoding="utf-8")
    Path("de.csv").write_text("\n".join(german(draw)) + "\n", encoding="utf-16")
    Path("years.csv").write_text("\n".join(several(draw)) + "\n")
    Path("dentist.csv").write_text("\n".join(dentist(draw)) + "\n", encoding="cp1252")
    Path("prisons.csv").write_text("\n".join(prisons(draw)) + "\n")
    shelter(draw, "de.parquet")
    sheet(draw, "utopia.xlsx")
    pupils(draw, "se.parquet")


@pytest.mark.parametrize("file", CASES)
def test_a_file_of_another_shape(files, file):
    """What it holds is found, nothing is wrong with what is written, and all records come in, numbers as numbers."""
    more, guesses, numbers = CASES[file]
    run("init", "ours", "--empty", "--language", "en")
    made = run("--project", "ours", "new", "--source", "register", "--from", file, "--deliver", *more)
    assert [one for one in guesses if f"  {one}, by" not in made] == [], made
    assert "No problems" in run("--project", "ours", "check")
    assert taken_in(Path("ours")) == 120
    with duckdb.connect() as database:
        columns = dict(
            row[:2] for row in database.execute("DESCRIBE SELECT * FROM 'ours/data/vault/microdata/register/*.parquet'").fetchall()
        )
    assert [name for name in numbers if columns.get(name) != "BIGINT"] == [] and "n__index_level_0" not in columns
    assert "index" not in made


def test_a_file_of_several_years_is_a_delivery_for_each(files):
    """Of 2021, 2022 and 2023, so that each year can be counted and published by itself."""
    run("init", "ours", "--empty")
    made = run("--project", "ours", "new", "--source", "register", "--from", "years.csv", "--deliver")
    names = [f"register_00000001_{year}JJ00.csv" for year in (2021, 2022, 2023)]
    assert sorted(p.name for p in Path("ours/data/deliveries").iterdir()) == names and all(name in made for name in names)
    taken_in(Path("ours"))
    periods = [Period.parse(f"{year}JJ00") for year in (2021, 2022, 2023)]
    with home.using(Path("ours/specs").resolve()):
        cubes = build_cube(read_tables(only=["register_per_year"])["register_per_year"], periods, Path("ours/data").resolve())
    assert [int(cube.atoms.sum()) for cube in cubes] == [40, 40, 40]


@pytest.mark.parametrize(
    "text, said",
    [
        ("area;2019;2020;2021\nA;1;2;3\nB;2;3;4\n", "2019, 2020, 2021 look like a column for each year: these are counts, and no records."),
        (
            "id,quarter,outcome\n" + "".join(f"c{n},2023 Q{1 + n % 4},{'ab'[n % 2]}\n" for n in range(60)),
            "quarter holds periods and no days; a record has a day. Write the first day of each period in its place, such as 2024-04-01 for a second",
        ),
        ("person;year;kind;started\n" + "".join(f"p{n};20x4;{'AB'[n % 2]};2024-01-0{1 + n % 9}\n" for n in range(60)), "not all of its cells are years"),
    ],
)  # fmt: skip
def test_what_is_no_register_is_told_what_it_is(files, text, said):
    Path("file.csv").write_text(text)
    run("init", "ours", "--empty")
    more = ["--column", "year=year"] if "year;" in text else []
    done = CliRunner().invoke(celwacht, ["--project", "ours", "new", "--source", "register", "--from", "file.csv", *more])
    assert done.exit_code and said in str(done.exception), done.exception


def test_a_broken_list_of_regions_is_told_by_intake(files):
    """In its own words, with its file: it was told as a delivery that could not be read."""
    run("init", "ours", "--empty")
    run("--project", "ours", "new", "--source", "register", "--from", "de.parquet", "--deliver")
    regions = Path("ours/specs/regions/register.yaml")
    regions.write_text(regions.read_text().replace("land_level", "land"))
    done = CliRunner().invoke(celwacht, ["--project", "ours", "intake"])
    assert done.exit_code and "level 'land' occurs twice; land is that of the whole" in str(done.exception), done.output
    assert not list(Path("ours/data/vault").glob("**/*.parquet"))
