"""A project of another country from `init --empty` to a proved, served set: its own register, areas, districts and population."""

import csv
import json
import random
from datetime import UTC, datetime

import pytest
from celwacht.publish.cli import celwacht
from celwacht.publish.commands import project
from celwacht.publish.serve.app import make_app
from celwacht.publish.store.shelf import Shelf
from click.testing import CliRunner
from starlette.testclient import TestClient

from tests.tables.sources.test_foreign_register import LAYOUT, SOURCE

AREAS = [("E001", "North", "C1", "Upper"), ("E002", "Middle", "C1", "Upper"), ("E003", "South", "C2", "Lower")]
REGIONS = """\
version: 1
id: island
title: {nl: Eiland, en: Island}
whole: X0
region: {level: borough, files: boroughs, code: code, name: label, under: county, unknown: E999}
larger: [{level: county, code: county, name: county_name}]
district: {level: ward, file: wards.csv, code: ward, name: label, within: borough, letters: W}
"""
CLASSES = {
    "area": "kind: regio\ntitle: {nl: Gebied, en: Area}\nfield: area\nunknown: {nl: Onbekend, en: Unknown}\n",
    "ward": "kind: wijk\ntitle: {nl: Buurt, en: Ward}\nfield: ward\nregion_field: area\nunknown: {nl: Onbekend, en: Unknown}\n",
    "sex": """kind: codes
title: {nl: Geslacht, en: Sex}
field: sex
tree:
  code: T
  title: {nl: Totaal, en: Total}
  level: total
  children: [{code: F, title: {nl: Meisjes}, level: sex, values: [F]}, {code: M, title: {nl: Jongens}, level: sex, values: [M]}]
""",
}
POPULATION = """\
version: 1
id: people_2024
population: people
year: 2024
source: {nl: Verzonnen, en: Made up}
licence: CC0
made_up: true
division: 2024
sexes: [F, M]
files: [people_2024.csv]
"""
TABLE = """\
version: 1
id: {id}
title: {{nl: Kinderen in zorg, en: Children in care}}
description: {{nl: Wie er in zorg was., en: Who was in care.}}
source: children_in_care
unit: {unit}
moment: gebruik
where: age < 18
dimensions:
{dimensions}
periods: [jaar]
measures:
  - {{kind: count, name: Number, title: {{nl: aantal, en: number}}}}
{more}policy: statline
"""
RATE = "  - {kind: rate, name: Rate, title: {nl: per 1000}, of: Number, population: people, below: 18, per: 1000}\n"
SET = """\
version: 1
id: year
title: {nl: Jaar, en: Year}
description: {nl: Eens per jaar., en: Once a year.}
periods: [{year: 0, part: JJ00, status: Definitief}]
tables: [in_care, in_care_by_ward]
"""


def returned():
    """600 episodes of as many children of 3 to 14, most of them in North."""
    draw = random.Random(1)
    lines = ["child_id,date_of_birth,sex,placement,area,ward,started,ended"]
    for i in range(600):
        area = draw.choice(["E001", "E001", "E002", "E003"])
        born = f"20{draw.randint(10, 20)}-0{draw.randint(1, 9)}-{draw.randint(10, 28)}"
        ward = draw.choice([f"W{area[-1]}1", f"W{area[-1]}2", ""])
        ended = draw.choice(["", "2024-10-01"])
        row = [f"X-{i}", born, draw.choice("FM"), draw.choice(["U1", "K2"]), area, ward, f"2024-0{draw.randint(1, 6)}-11", ended]
        lines.append(",".join(row))
    return "\n".join(lines) + "\n"


@pytest.fixture
def foreign(tmp_path):
    made = project.make(tmp_path / "ours", empty=True)
    specs, data = made.specs, made.data
    area = (
        "{name: area, title: {nl: gebied}, type: code, length: 4, required: true, codes: [{code: E001, nl: Noord}, {code: E002, nl: Zuid}]}"
    )
    assert area in LAYOUT
    wards = ", ".join(f"{{code: W{i}{j}, nl: Buurt {i}{j}}}" for i in (1, 2, 3) for j in (1, 2))
    ward = f"{{name: ward, title: {{nl: buurt}}, type: code, length: 3, codes: [{wards}]}}"
    layout = LAYOUT.replace(area, f"{{name: area, title: {{nl: gebied}}, type: gebied, length: 4, required: true}}\n  - {ward}")
    source = SOURCE.replace("name: area,", "name: area, type: area,").replace("birth: date_of_birth", "birth: date_of_birth, sex: sex")
    source = source.replace("trajectories:", "  - {name: ward, type: area, meaning: {nl: buurt, en: ward}}\ntrajectories:")
    (specs / "layouts" / "children_in_care_1.yaml").write_text(layout)
    (specs / "sources" / "children_in_care.yaml").write_text(source)
    (specs / "regions" / "island.yaml").write_text(REGIONS)
    (specs / "regions" / "boroughs_2024.csv").write_text("\n".join(["code,label,county,county_name", *map(",".join, AREAS)]) + "\n")
    wards = [f"W{i}{j},Ward {i}{j},E00{i}" for i in (1, 2, 3) for j in (1, 2)]
    (specs / "regions" / "wards.csv").write_text("\n".join(["ward,label,borough", *wards]) + "\n")
    for name, text in CLASSES.items():
        (specs / "classifications" / f"{name}.yaml").write_text(f"version: 1\nid: {name}\n{text}")
    (specs / "populations" / "people_2024.yaml").write_text(POPULATION)
    people = ["region,sex,0-17,18+", *(f"{code},{sex},{(n + 1) * 1000},9000" for n, (code, *_) in enumerate(AREAS) for sex in "FM")]
    (specs / "populations" / "people_2024.csv").write_text("\n".join(people) + "\n")
    by_sex = "  - {name: Area, classification: area}\n  - {name: Sex, classification: sex}"
    (specs / "in_care.yaml").write_text(TABLE.format(id="in_care", unit="children", dimensions=by_sex, more=RATE))
    by_ward = "  - {name: Ward, classification: ward}"
    (specs / "in_care_by_ward.yaml").write_text(TABLE.format(id="in_care_by_ward", unit="episodes", dimensions=by_ward, more=""))
    (specs / "sets" / "year.yaml").write_text(SET)
    (data / "deliveries" / "children_in_care_00000301_2024JJ00.csv").write_text(returned())
    (data / "source.yaml").write_text("version: 1\nsource: {nl: De autoriteiten van het eiland, en: The authorities of the island}\n")
    return made


def run(made, *args):
    key = str(made.file.parent.parent / "key")
    done = CliRunner(env={"CELWACHT_KEY": key}).invoke(celwacht, ["--project", str(made.file.parent), *args])
    assert done.exit_code == 0, (args, done.output, done.exception)
    return done.output


@pytest.mark.long
def test_from_an_empty_project_to_readers(foreign):
    """Checked, taken in, tried, published, verified and served; the figures of the table by sex are those of the return, rounded to 5."""
    assert "No problems" in run(foreign, "check")
    assert "600 records" in run(foreign, "intake")
    assert "SAFE" in run(foreign, "preview", "in_care", "--period", "2024JJ00")
    assert "proved SAFE" in run(foreign, "publish", "year", "2024", "--embargo", "2025-01-01 00:00", "--workers", "1")
    run(foreign, "verify")
    assert figures(foreign) == {code: str(5 * round(n / 5)) for code, n in counted().items()}
    texts = [p for p in (foreign.out / "2024-year").rglob("*") if p.is_file() and p.suffix in (".json", ".jsonld", ".ttl", ".px", ".csv")]
    assert texts and [p.name for p in texts if b"jeugd" in p.read_bytes().lower()] == []
    served(foreign)


def counted():
    """Children by place, from the return itself."""
    found = {}
    for line in returned().splitlines()[1:]:
        area = line.split(",")[4]
        for code in ("X0", {"E001": "C1", "E002": "C1", "E003": "C2"}[area], area):
            found[code] = found.get(code, 0) + 1
    return found


def figures(made):
    """Code of a place -> the figure of both sexes."""
    text = (made.out / "2024-year" / "in_care" / "in_care-pivot.csv").read_text(encoding="utf-8-sig")
    rows = [line for line in csv.reader(text.splitlines(), delimiter=";") if len(line) > 4 and line[2] == "T"]
    return {row[0]: row[4] for row in rows if row[0] != "E999"}


def served(made):
    """The catalogue and the tables as readers get them, over HTTP."""
    with TestClient(make_app(Shelf.open(made.out, lambda: datetime(2026, 1, 1, tzinfo=UTC)))) as client:
        listed = client.get("/api/v1/tables").json()
        assert {one["id"] for one in listed["tables"]} == {"in_care", "in_care_by_ward"}
        themes = client.get("/ODataCatalog/Themes?$format=json").json()["value"]
        assert "jeugd" not in json.dumps([listed, themes]).lower()
        wards = client.get("/ODataApi/odata/in_care_by_ward/Ward").json()["value"]
        assert {row["Key"].strip(): row["Municipality"] for row in wards}["W12"] == "E001"
