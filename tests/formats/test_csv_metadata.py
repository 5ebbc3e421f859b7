"""CSVW metadata and the data package, judged by csvw and by frictionless on the files of a release."""

import json
from decimal import Decimal

import frictionless
import pytest
from celwacht.publish.formats import table_files
from celwacht.publish.formats.metadata import csv_columns, csvw, datapackage
from celwacht.publish.formats.parts import words
from celwacht.publish.formats.statline import csv_bundle, odata_sets
from celwacht.publish.formats.statline.csv_bundle import guarded
from celwacht.publish.sets.make_table import write
from celwacht.publish.store import store
from csvw import TableGroup
from hypothesis import HealthCheck, given, settings

from tests.formats import made
from tests.publish import small


@pytest.fixture(scope="module", params=["hostile", "small"])
def released(request, tmp_path_factory):
    """(publication, folder of the table as in a release)."""
    publication = made.hostile() if request.param == "hostile" else small.published()
    folder = tmp_path_factory.mktemp("release") / publication.table
    write(publication, folder, store.Disk())
    return publication, folder


def field(value):
    """A value of an entity as it is read from the CSV."""
    return None if value == "" else guarded(value) if isinstance(value, str) else value


def check_csvw(publication, folder):
    """csvw reads every row by the metadata: types, nulls, keys, references; the figures are those of the table."""
    group = TableGroup.from_file(folder / csvw.NAME)
    group.check_referential_integrity()
    tables = {t.local_name: t for t in group.tables}
    for table in group.tables:
        assert table.check_primary_key()
    rows = list(tables["Observations.csv"].iterdicts())
    for place, (row, (codes, measure, state, value)) in enumerate(zip(rows, made.truth(publication), strict=True)):
        assert (row["Id"], row["Measure"], row["StringValue"]) == (place, measure, None)
        assert row["ValueAttribute"] == made.WORD[state]
        assert row["Value"] is None if value is None else (isinstance(row["Value"], Decimal) and row["Value"] == value)
        assert [row[d.name] for d in publication.dimensions] == [guarded(c) for c in codes]
    for name, want in odata_sets.small_sets(publication).items():
        found = list(tables[f"{name}.csv"].iterdicts())
        assert [{k: field(v) for k, v in row.items()} for row in want] == found
    return group


def test_csvw(released):
    check_csvw(*released)


def test_csvw_says_symbols_and_notes(released):
    """What the marks mean stands at their column and in the notes; every footnote with what it is on."""
    publication, folder = released
    document = json.loads((folder / csvw.NAME).read_bytes())
    notes = {(n["target"], n["body"]["nl"]) for n in document["notes"]}
    for note in words.notes(publication):
        on = publication.measures[note.measure].code if note.measure is not None else publication.table
        on = publication.dimensions[note.dimension].name if note.dimension is not None else on
        assert (on, note.text.nl) in notes
    assert {("ValueAttribute", m.nl) for m in words.MEANING.values()} <= notes
    column = next(c for c in document["tables"][0]["tableSchema"]["columns"] if c["name"] == "ValueAttribute")
    assert all(m.en in column["dc:description"][1]["@value"] for m in words.MEANING.values())
    assert {t["url"] for t in document["tables"]} == {p.name for p in (folder / "csv").glob("*.csv")}


def test_frictionless(released):
    """Every file is there with its size and hash, and every row of every CSV fits its schema, keys included."""
    publication, folder = released
    package = frictionless.Package(str(folder / datapackage.NAME))
    report = package.validate()
    assert report.valid, report.flatten(["title", "type", "note"])[:5]
    listed = {r.path for r in package.resources}
    assert listed | {datapackage.NAME} == {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    rows = package.get_resource("csv-observations.csv").read_rows()
    assert [row["Value"] for row in rows] == [value for *_, value in made.truth(publication)]
    assert [row["ValueAttribute"] for row in rows] == [made.WORD[state] for _, _, state, _ in made.truth(publication)]


@pytest.mark.parametrize(
    "name, old, new",
    [
        ("csv/Observations.csv", b";Confidential;;", b";Confidential;5;"),
        ("{table}.px", b'"."', b'".."'),
        ("sdmx/structure.xml", b"Free", b"Vrij"),
    ],
)
def test_frictionless_finds_a_changed_file(released, tmp_path, name, old, new):
    """What was changed afterwards does not pass: the hash is that of the file."""
    publication, folder = released
    for path in folder.rglob("*"):
        if path.is_file():
            target = tmp_path / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    changed = tmp_path / name.format(table=publication.table)
    content = changed.read_bytes()
    changed.write_bytes(content.replace(old, new, 1))
    assert changed.read_bytes() != content
    assert not frictionless.Package(str(tmp_path / datapackage.NAME)).validate().valid


def test_package_says_symbols_and_notes(released):
    publication, folder = released
    document = json.loads((folder / datapackage.NAME).read_bytes())
    assert document["notes"] == words.notes_in(publication, "nl")
    assert document["languages"]["en"]["notes"] == words.notes_in(publication, "en")
    assert document["symbols"]["Confidential"]["en"] == words.ATTRIBUTE_MEANING["Confidential"].en
    assert document["licenses"][0]["name"] == "CC-BY-4.0"
    hashes = {r["path"]: r["hash"] for r in document["resources"]}
    assert all(hashes[path] == f"sha256:{store.digest(folder / path)}" for path in hashes)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made.publications(bad="\x00", codes="Aa1_-/é;="))
def test_any_table(tmp_path_factory, publication):
    """csvw and frictionless agree with the table whatever its texts."""
    folder = tmp_path_factory.mktemp("any")
    disk = store.Disk()
    store.stage(folder, csv_bundle.files(publication), disk)
    store.stage(folder, iter([(csvw.NAME, csvw.encode(publication)), table_files.package(publication, folder)]), disk)
    check_csvw(publication, folder)
    report = frictionless.Package(str(folder / datapackage.NAME)).validate()
    assert report.valid, report.flatten(["title", "type", "note"])[:5]


def test_columns_are_those_of_the_files():
    """The columns that both describe are the headers of the files."""
    files = dict(csv_bundle.files(made.hostile()))
    for table in csv_columns.tables(made.hostile()):
        header = files.pop(f"csv/{table.path}").decode("utf-8-sig").split("\r\n")[0].split(";")
        assert header == [c.name for c in table.columns]
    assert not files
