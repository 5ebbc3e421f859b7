"""A project that speaks English only, with areas, a name, a theme and a map of its own: no word of ours in any public byte."""

import io
import json
import random
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from celwacht.publish.cli import celwacht
from celwacht.publish.commands import project
from celwacht.publish.serve.app import make_app
from celwacht.publish.store.shelf import Shelf
from celwacht.tables import face, home
from click.testing import CliRunner
from starlette.testclient import TestClient

OURS = re.compile(
    r"totaal|aantal|gemeente|jeugd|echte|jongeren|\bperioden?\b|\bjaar\b|halfjaar|definitief|voorlopig|cijfer|\bbron\b|tabel\b|toelichting|"
    r"licentie|geheim|verzonnen|onbekend|\bwijk|provincie|\bniets\b|gewijzigd|overzicht|\bvan de\b|\bhet\b|\been\b|trajecten|noemer|regulier|"
    r"perjaar|youth|municipalit|hreflang=.nl|\"nl\"|xml:lang=.nl",
    re.IGNORECASE,
)
"""Dutch that the program or its own specifications could say, and what is ours in English."""
THEIRS = re.compile(r"tabel/|\"facets\":\[[^]]*\]|Celwacht-Data|verzonnen gegevens \(made-up data\)")
"""Addresses, keys of the API, and a header, which are of no language."""
CHILDREN = """\
version: 1
id: children
title: {en: Children in care; sex}
description: {en: Children with a placement in the year.}
source: care
unit: persons
moment: gebruik
where: age < 18
dimensions:
  - {name: Area, classification: area}
  - {name: Sex, classification: sex}
periods: [jaar]
measures:
  - {kind: count, name: Children, title: {en: Children}}
  - {kind: share, name: Part, title: {en: Share}, of: Children, within: Sex}
  - {kind: rate, name: Rate, title: {en: Per 1000}, of: Children, population: people, below: 18, per: 1000}
footnotes:
  - {text: {en: Areas of 2024.}, on: Area}
policy: statline
"""
PEOPLE = """\
version: 1
id: people_2024
population: people
year: 2024
source: {en: Made up}
licence: CC0
made_up: true
division: 2024
sexes: [F, M]
files: [people_2024.csv]
"""
SETTINGS = 'name = "Office of the Island"\ntheme = "Children in care"\nmap = "map.geojson"\n'


def children():
    draw = random.Random(1)
    yield "child_id,date_of_birth,sex,placement,area,county,started,ended"
    for n in range(300):
        area = draw.choice(["E001", "E001", "E002", "E003"])
        born = f"20{draw.randint(10, 20)}-0{draw.randint(1, 9)}-{draw.randint(10, 28)}"
        where = f"{draw.choice(['Foster care', 'Kin'])},{area},{'C1' if area < 'E003' else 'C2'}"
        yield f"X-{n},{born},{draw.choice('FM')},{where},2024-0{draw.randint(1, 6)}-11,{draw.choice(['', '2024-10-01'])}"


def square(code, x):
    ring = [[x, 52], [x + 1, 52], [x + 1, 53], [x, 53], [x, 52]]
    return {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


@pytest.fixture(scope="module")
def island(tmp_path_factory):
    """The settings of a project that published one set."""
    top = tmp_path_factory.mktemp("island")
    (top / "care.csv").write_text("\n".join(children()) + "\n")
    ours = top / "ours"
    run(top, "init", str(ours), "--empty", "--language", "en")
    run(top, "--project", str(ours), "new", "--source", "care", "--from", str(top / "care.csv"), "--deliver")
    (ours / "celwacht.toml").write_text((ours / "celwacht.toml").read_text() + SETTINGS)
    areas = [square(code, 4 + n) for n, code in enumerate(["E001", "E002", "E003"])]
    (ours / "map.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": areas}))
    (ours / "specs" / "populations" / "people_2024.yaml").write_text(PEOPLE)
    rows = ["region,sex,0-17,18+", *(f"E00{n},{sex},2000,9000" for n in (1, 2, 3) for sex in "FM")]
    (ours / "specs" / "populations" / "people_2024.csv").write_text("\n".join(rows) + "\n")
    (ours / "specs" / "children.yaml").write_text(CHILDREN)
    sets = ours / "specs" / "sets" / "year.yaml"
    sets.write_text(sets.read_text().replace("tables: [care_per_year]", "tables: [care_per_year, children]"))
    (ours / "data" / "source.yaml").write_text("version: 1\nsource: {en: The authorities of the island}\nmade_up: true\n")
    assert "No problems" in run(top, "--project", str(ours), "check")
    run(top, "--project", str(ours), "publish", "year", "2024", "--embargo", "2025-01-01 09:00", "--workers", "1")
    run(top, "--project", str(ours), "verify")
    return project.read(ours / "celwacht.toml")


def run(top, *words):
    done = CliRunner(env={"CELWACHT_KEY": str(top / "key")}).invoke(celwacht, words)
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done.output


def texts_of(name: str, content: bytes):
    """(name, text) of what can be read in a file."""
    if content[:2] == b"PK":
        archive = zipfile.ZipFile(io.BytesIO(content))
        yield from ((f"{name}!{one}", archive.read(one).decode("utf-8", "replace")) for one in archive.namelist())
    else:
        yield name, content.decode("utf-8", "replace")


def of_parquet(path: Path):
    with duckdb.connect() as database:
        rows = database.execute("SELECT * FROM read_parquet(?)", [str(path)])
        yield path.name, str([one[0] for one in rows.description]) + str(rows.fetchall())
        yield path.name, str(database.execute("SELECT value FROM parquet_kv_metadata(?)", [str(path)]).fetchall())


def ours_in(found):
    return {(name, one[0]) for name, text in found for one in OURS.finditer(THEIRS.sub("", text))}


def test_no_public_file_has_a_word_of_ours(island):
    """Every file of the release, opened: workbooks, archives and Parquet too."""
    files = [p for p in island.out.rglob("*") if p.is_file() and not p.is_symlink()]
    assert len(files) > 60
    found = [
        one
        for p in files
        for one in (of_parquet(p) if p.suffix == ".parquet" else texts_of(p.relative_to(island.out).as_posix(), p.read_bytes()))
    ]
    assert ours_in(found) == set()
    text = (island.out / "2024-year" / "children" / "children-pivot.csv").read_text(encoding="utf-8-sig")
    assert (
        '\n"MADE-UP DATA – Children in care; sex"' in text and "Figures may have been rounded" in text and "Definite figures: 2024" in text
    )


def addresses(client):
    yield from (
        "/",
        "/embed",
        "/tabel/children",
        "/kalender",
        "/kalender.ics",
        "/nieuws",
        "/feed.atom",
        "/feed.json",
        "/feed/children.atom",
    )
    yield from (
        "/data",
        "/uitleg",
        "/sitemap.xml",
        "/robots.txt",
        "/api/v1",
        "/api/v1/formats",
        "/api/v1/tables",
        "/api/v1/tables/children",
    )
    yield from ("/api/v1/tables/children/history", "/api/v1/tables/children/data", "/api/v1/tables?q=care")
    yield from ("/odata/v1/", "/odata/v1/Catalogs", "/odata/v1/Datasets", "/odata/v1/Celwacht/children/Properties")
    yield from (f"/odata/v1/Celwacht/children/{name}" for name in ("Observations", "PeriodsCodes", "Dimensions", "MeasureCodes"))
    yield from ("/ODataCatalog/Tables?$format=json", "/ODataCatalog/Themes?$format=json")
    yield from (f"/ODataApi/odata/children/{name}" for name in ("TableInfos", "TypedDataSet", "DataProperties", "Periods", "Area"))
    forms = [one["key"] for one in client.get("/api/v1/formats").json()["formats"] if one["key"] != "parquet"]
    yield from (f"/api/v1/tables/children/download?format={key}" for key in forms)


@pytest.mark.parametrize("with_project", [True, False])
def test_no_page_has_a_word_of_ours(island, with_project):
    """Pages, feeds, catalogue and both OData services; with the project beside it, and on a server that has the public folder alone."""
    if with_project:
        with home.using(island.specs), face.using(island.face):
            look(island)
    else:
        look(island)


def look(island):
    with TestClient(make_app(Shelf.open(island.out, lambda: datetime(2026, 1, 1, tzinfo=UTC)))) as client:
        answers = {address: client.get(address) for address in addresses(client)}
        assert {address: one.status_code for address, one in answers.items() if one.status_code != 200} == {}
        found = [one for address, answer in answers.items() for one in texts_of(address, answer.content)]
        assert ours_in(found) == set()
        assert client.get("/gebied/").status_code == 404
        assert "<title>News | Office of the Island</title>" in answers["/nieuws"].text and "Nederlands" not in answers["/nieuws"].text
        assert 'data-languages="en" data-name="Office of the Island"' in answers["/"].text
        assert "<name>Office of the Island</name>" in answers["/feed.atom"].text
        assert answers["/ODataCatalog/Themes?$format=json"].json()["value"][0]["Title"] == "Children in care"
        assert answers["/api/v1/tables"].json()["tables"][0]["theme"]["title"] == {"en": "Children in care"}


def test_the_map_of_a_project(island):
    """Its areas as outlines for the viewer, from the project's own file; a server that has the public folder alone has none."""
    with home.using(island.specs), face.using(island.face):
        with TestClient(make_app(Shelf.open(island.out, lambda: datetime(2026, 1, 1, tzinfo=UTC)))) as client:
            assert 'data-map="map.json"' in client.get("/").text
            drawn = client.get("/map.json").json()
    assert list(drawn) == ["E001", "E002", "E003"]
    assert drawn["E001"][0][:2] == [0, 1643] and max(drawn["E003"][0][::2]) == 3000


def test_a_project_in_dutch_alone(island, tmp_path):
    """The same texts under `nl`: no English in its files."""
    told = face.Face(languages=("nl",))
    schema = json.loads((island.specs / "schema" / "table.schema.json").read_text())
    assert schema["definitions"]["Title"]["required"] == ["en"], "an editor asks for what this project speaks"
    assert told.spoken("Totaal", "Total") == ("Totaal", "") and told.main == "nl" and not told.english


@pytest.mark.parametrize(
    "line, said",
    [
        (
            'languages = ["no"]',
            'languages: expected a list of nl, en or both, each once, such as ["en"]; the program has its own words in these two.',
        ),
        (
            'languages = "en"',
            'languages: expected a list of nl, en or both, each once, such as ["en"]; the program has its own words in these two.',
        ),
        ('naem = "x"', "unknown setting 'naem'. Did you mean 'name'?"),
        ('map = "no.geojson"', "map: there is no such file. Put the GeoJSON file there, or leave the setting out."),
        ('map = "celwacht.toml"', "map: this is no GeoJSON in UTF-8. Export the areas as GeoJSON."),
        ('map = "bare.geojson"', "map: feature 1 has no code. Give each area its code in the tables, under properties: code."),
        ("name = 7", "name: expected a text in quotes."),
    ],
)
def test_settings_that_are_not_right(tmp_path, line, said):
    """Told with file, line and remedy."""
    (tmp_path / "bare.geojson").write_text('{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}}]}')
    (tmp_path / "celwacht.toml").write_text(line + "\n")
    with pytest.raises(Exception) as found:
        project.read(tmp_path / "celwacht.toml")
    assert said in str(found.value) and "celwacht.toml:1" in str(found.value)
