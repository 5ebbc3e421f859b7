"""Numbers in records: their form and bounds at intake, classes and filters of them in tables, and what is told where they are not right."""

from pathlib import Path

import duckdb
import pytest
from celwacht.tables import home
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.check_specs import check
from celwacht.tables.intake import take_in
from celwacht.tables.periods import Period
from celwacht.tables.specs.read_spec import read_tables

LAYOUT = """\
version: 1
record: lessons
layout: "1"
title: {nl: Lessen}
source: made up
valid: [2020, 9999]
periods: [jaar]
key: [pupil, day, subject]
dates: JJJJ-MM-DD
fields:
  - {name: pupil, title: {nl: leerling}, type: nummer, length: 5, required: true}
  - {name: day, title: {nl: dag}, type: datum, length: 10, required: true, role: begin}
  - {name: subject, title: {nl: vak}, type: code, length: 1, required: true, codes: [{code: A, nl: rekenen}, {code: B, nl: taal}]}
  - {name: cost, title: {nl: kosten}, type: getal, length: 10, decimals: 2, most: 100000}
  - {name: balance, title: {nl: saldo}, type: getal, length: 6, least: -50}
"""
SOURCE = """\
version: 1
id: lessons
kind: register
title: {nl: Lessen, en: Lessons}
record: lessons
units: {records: lessons, persons: pupils}
person: {field: pupil, check: none}
provider: {nl: school, en: school}
fields:
  - {name: subject, meaning: {nl: vak, en: subject}}
  - {name: cost, type: number, unit: eurocent, meaning: {nl: kosten, en: cost}}
  - {name: balance, type: number, meaning: {nl: saldo, en: balance}}
trajectories: {begin: day, kind: subject, provider_in_key: true}
"""
CLASSES = """\
version: 1
id: cost
kind: ranges
title: {nl: Kosten}
field: cost
tree:
  code: T
  title: {nl: Totaal}
  level: totaal
  children:
    - {code: LOW, title: {nl: minder dan 12.50}, level: klasse, below: 1250}
    - {code: HIGH, title: {nl: 12.50 en meer}, level: klasse, from: 1250}
    - {code: NONE, title: {nl: onbekend}, level: klasse, unknown: true}
"""
TABLE = """\
version: 1
id: lessons_by_cost
title: {nl: Lessen}
description: {nl: Lessen.}
source: lessons
unit: lessons
moment: instroom
where: balance >= -10 or balance is unknown
dimensions: [{name: Cost, classification: cost}]
periods: [jaar]
measures: [{kind: count, name: Lessons, title: {nl: Lessen}}]
policy: strict
"""
ROWS = [  # cost, balance
    *(("12,49", "3"), ("12.5", "-10"), ("12.50", ""), ("", "0"), ("0", "-11"), ("1000.00", "007"))
]


@pytest.fixture
def project(tmp_path):
    specs = tmp_path / "specs"
    files = {"layouts/lessons_1": LAYOUT, "sources/lessons": SOURCE, "classifications/cost": CLASSES, "lessons_by_cost": TABLE}
    for name, text in files.items():
        (specs / name).parent.mkdir(parents=True, exist_ok=True)
        (specs / f"{name}.yaml").write_text(text)
    (tmp_path / "data" / "deliveries").mkdir(parents=True)
    with home.using(specs):
        yield tmp_path


def delivered(project, rows=ROWS):
    lines = [f"p{n};2024-03-0{n + 1};A;{cost};{balance}" for n, (cost, balance) in enumerate(rows)]
    text = "\n".join(["pupil;day;subject;cost;balance", *lines]) + "\n"
    (project / "data" / "deliveries" / "lessons_00000001_2024JJ00.csv").write_text(text)
    return take_in(project / "data", bytes(range(32)), workers=0)


def test_numbers_are_kept_in_their_smallest_unit(project):
    """12,49 and 12.50 as 1249 and 1250, whole; what is empty stays unknown."""
    assert check([project / "specs"]) == [] and delivered(project).ok
    with duckdb.connect() as database:
        found = database.execute(
            f"SELECT cost, balance FROM '{project}/data/vault/microdata/lessons/*.parquet' ORDER BY aanvang"
        ).fetchall()
    assert found == [(1249, 3), (1250, -10), (1250, None), (None, 0), (0, -11), (100000, 7)]


def test_a_data_folder_may_be_named_from_where_one_stands(project, monkeypatch):
    """As `take_in(Path("data"), ...)` from Python, in one project after another: the database that is kept may touch one folder only."""
    for place in (project, project / "other"):
        (place / "data" / "deliveries").mkdir(parents=True, exist_ok=True)
        monkeypatch.chdir(place)
        assert delivered(Path()).ok and list(Path("data/vault/microdata/").rglob("*.parquet"))


def test_classes_and_filters_of_a_number(project):
    """Of the six one is left out by its balance: total 5, low 1, high 3, unknown 1."""
    assert delivered(project).ok
    [cube] = build_cube(read_tables(only=["lessons_by_cost"])["lessons_by_cost"], [Period.parse("2024JJ00")], project / "data")
    assert {c.code: int(n) for c, n in zip(cube.dimensions[0].codes, cube.cells[:, 0])} == {"T": 5, "LOW": 1, "HIGH": 3, "NONE": 1}


@pytest.mark.parametrize(
    "cost, balance, said",
    [
        ("12.505", "1", "cost: expected a number with at most 2 decimals; found"),
        ("1.00,00", "1", "cost: expected a number with at most 2 decimals; found"),
        ("1000.01", "1", "cost: expected a number from 0.00 to 1000.00; found one outside."),
        ("-1", "1", "cost: expected a number from 0.00 to 1000.00; found one outside."),
        ("1", "1.5", "balance: expected a whole number; found"),
        ("1", "-51", "balance: expected a number from -50 to 999999999; found one outside."),
        ("1", "twee", "balance: expected a whole number; found"),
    ],
)
def test_what_is_no_number_or_out_of_bounds_is_refused(project, cost, balance, said):
    """With its line and field, and never the number itself."""
    report = delivered(project, [("1", "1"), (cost, balance)])
    told = "\n".join(map(str, report.problems))
    assert not report.ok and said in told and ".csv:3" in told and "1000.01" not in told and "twee" not in told


@pytest.mark.parametrize(
    "name, change, said",
    [
        ("sources/lessons", ("type: number, unit: eurocent, ", "unit: eurocent, "), "'cost' is no number, and a unit is for numbers. Remove it, or write"),
        ("sources/lessons", ("type: number, meaning: {nl: saldo", 'type: number, codes: ["1"], meaning: {nl: saldo'), "'balance' is a number; codes, unknown"),
        ("sources/lessons", ("{name: subject, meaning", "{name: subject, type: number, meaning"), "the layouts say that 'subject' is of type code; expected getal."),
        ("layouts/lessons_1", ("type: getal, length: 6, least: -50", "type: overig, length: 6, least: -50"), "field 'balance' is no number; decimals, least"),
        ("layouts/lessons_1", ("least: -50", "least: 50, most: 5"), "field 'balance': least and most must be in order"),
        ("lessons_by_cost", ("balance >= -10", "balance >= '10'"), "balance is a number"),
        ("lessons_by_cost", ("classification: cost}", "classification: cost, field: subject}"), "takes a number; field 'subject' holds codes"),
    ],
)  # fmt: skip
def test_specifications_of_numbers_that_are_not_right(project, name, change, said):
    file = project / "specs" / f"{name}.yaml"
    text = file.read_text()
    assert text.count(change[0]) == 1
    file.write_text(text.replace(*change))
    assert said in "\n".join(map(str, check([project / "specs"])))
