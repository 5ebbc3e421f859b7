"""Made-up data say so: in the publication, and so in every file, page and answer."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from celwacht.publish.commands.set_commands import intake
from celwacht.publish.formats import table_files
from celwacht.publish.formats.excel import workbook
from celwacht.publish.formats.statline import csv_bundle, odata_json
from celwacht.publish.gate import assemble
from celwacht.publish.publication import description_file, texts
from celwacht.publish.verify.read_back import documents
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.sources.data_source import FILE, DataSource, data_source, made_up, write_made_up

from tests.formats import made
from tests.intake.deliveries import Maker, Office


def sourced(source: DataSource):
    """A publication from a folder of this source."""
    found = made.hostile()
    named, description, invented = assemble.sourced(found.description, source)
    return replace(found, source=named, description=description, made_up=invented)


@pytest.fixture()
def publication(tmp_path: Path):
    write_made_up(tmp_path)
    return sourced(data_source(tmp_path))


def test_a_folder_without_a_source_is_told_what_to_write(tmp_path):
    """The remedy names the file and its lines; with it, the folder has a source."""
    with pytest.raises(ProblemsFound) as found:
        data_source(tmp_path)
    (problem,) = found.value.problems
    assert problem.rule == "no-source" and FILE in problem.message and "made_up: true" in problem.message
    (tmp_path / FILE).write_text('version: 1\nsource: {nl: "Gemeente X"}\n')
    assert data_source(tmp_path) == DataSource(version=1, source={"nl": "Gemeente X"}) and not made_up(tmp_path)


def test_intake_reminds_of_a_source_that_is_not_named(tmp_path, capsys):
    """Before anything is published; not where the folder names one."""
    office = Office(tmp_path)
    office.put("jeugdhulp_12345678_2024HJ01.csv", Maker().csv(period="2024HJ01"))
    intake(office.data, tmp_path / "own.key")
    assert f"Before publishing: {office.data / FILE} is not there" in " ".join(capsys.readouterr().out.split())
    write_made_up(office.data)
    intake(office.data, tmp_path / "own.key")
    assert "Before publishing" not in capsys.readouterr().out


def test_a_source_file_that_is_wrong_is_refused(tmp_path):
    """A misspelt key is no source."""
    (tmp_path / FILE).write_text('version: 1\nsource: {nl: "X"}\nmadeup: true\n')
    with pytest.raises(ProblemsFound):
        data_source(tmp_path)


def test_the_description_begins_with_it_and_the_source_is_it(publication):
    """In Dutch and in English, before anything else is said."""
    assert publication.made_up and publication.description.nl.startswith("VERZONNEN GEGEVENS")
    assert publication.description.en.startswith("MADE-UP DATA")
    assert "Verzonnen gegevens" in publication.source and "Made-up data" in publication.source


def test_real_data_do_not_say_so():
    """Nothing of it where the folder names a real source."""
    real = sourced(DataSource(version=1, source={"nl": "Gemeente X"}))
    assert not real.made_up and real.description == made.hostile().description and real.source.startswith("Gemeente X")


ONLY_FIGURES = "sdmx/vreemde_tabel.csv.zip"
"""Rows of figures by a standard that has no room for a text; the structure file beside it says it."""


def texts_of(name: str, content: bytes) -> bytes:
    """All that is in a file, packed or not."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return b"\n".join(packed.read(one) for one in packed.namelist())


def test_every_format_says_it(publication, tmp_path):
    """Each file taken alone tells that its figures are made up."""
    files = dict(table_files.files(publication)) | {"table.xlsx": workbook.build(publication)}
    files |= {"odata": b"\n".join(content for _, content in odata_json.files(publication))}
    silent = {n for n, c in files.items() if b"verzonnen gegevens" not in texts_of(n, c).lower()}
    assert silent == {ONLY_FIGURES}
    assert len(files) > 5
    assert texts.headline(publication).startswith("VERZONNEN GEGEVENS") and "VERZONNEN GEGEVENS" in texts.chapters(publication)


def test_every_list_of_the_bundle_says_it_but_the_figures(publication):
    """Codes, groups, dimensions, measures and Properties, each by itself; Observations has columns of codes and figures only."""
    for files in (csv_bundle.files(publication), odata_json.files(publication)):
        silent = {n for n, c in files if b"verzonnen gegevens" not in c.lower() and b"[]" not in c and c.count(b"\n") > 1}
        assert silent <= {"csv/Observations.csv", "odata/index.json"} and "odata/Observations.json" not in silent
    real = replace(publication, made_up=False, description=made.hostile().description, source="Gemeente X")
    assert not any(b"verzonnen" in c.lower() for _, c in (*csv_bundle.files(real), *odata_json.files(real)))


def test_the_words_before_the_rows_are_those_that_verify_knows():
    """It reads the pages by itself, and takes no other words there."""
    assert documents.MADE_UP == texts.MADE_UP.nl


def test_it_is_part_of_what_verify_reads_back(publication):
    """The description file holds it, so that a file that leaves it out is not the publication."""
    assert b'"made_up":true' in description_file.write_description(publication).replace(b" ", b"")
    assert description_file.write_description(publication) != description_file.write_description(replace(publication, made_up=False))
