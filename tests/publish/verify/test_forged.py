"""A forger who makes every hash right again (manifest, name, links, list of the record, ledger and its seal) is found by the figures:
what is public must be, in every format, what the certificates prove under the policy as released."""

import json
import os
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from celwacht.disclosure.ledger import chain
from celwacht.publish.publication import description_file
from celwacht.publish.review import ledger_file, records
from celwacht.publish.sets import make_set
from celwacht.publish.store import store
from celwacht.publish.verify import public_folder, public_table, verify_set

from tests.publish.sets.test_pipeline import counted, order

KEY = b"geheim"
TABLE = "kleine_tabel"


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    folder = tmp_path_factory.mktemp("forged")
    with pytest.MonkeyPatch.context() as patch:
        counted(patch)
        (folder / "data").mkdir()
        make_set.publish(order(folder))
    assert found(folder).problems == []
    return folder


@pytest.fixture
def made(original, tmp_path):
    """A published set of two tables, to be spoilt."""
    shutil.copytree(original, tmp_path, symlinks=True, dirs_exist_ok=True)
    return tmp_path


def found(folder):
    data = folder / "data"
    return verify_set.verify(data, records.reports_of(data), "2024-april", folder / "out", key=KEY)


def reseal(folder: Path) -> None:
    """Every hash on both sides made right again, as somebody with the key could."""
    out, reports = folder / "out", folder / "data/vault/reports"
    release = (out / "2024-april").resolve()
    about = json.loads((release / "manifest.json").read_bytes())
    about.pop("files")
    (release / "manifest.json").write_bytes(store.encoded_manifest(release, about))
    manifest = store.id_of(release)
    record = (reports / "2024-april").resolve()
    for path in (out / "2024-april", out / "history/2024-april", reports / "2024-april"):
        path.unlink()
    release = release.rename(release.with_name(manifest[:20]))
    record = record.rename(record.with_name(manifest[:20]))
    os.symlink(f"releases/{release.name}", out / "2024-april")
    (out / "history/2024-april").write_text(release.name + "\n")
    os.symlink(record.name, reports / "2024-april")
    tables = [t["id"] for t in about["tables"]]
    sealed = {"release": release.name, "manifest": manifest, "set": "2024-april", "tables": tables}
    (record / records.RELEASED).write_bytes(records.contents(record, sealed))
    line = ledger_file.read(folder / "data").lines[-1]
    try:
        hashes = records.hashes_of(record, tables)
    except ValueError:
        hashes = line.tables
    digest = records.digest_of((record / records.RELEASED).read_bytes())
    line = replace(line, release=release.name, manifest=manifest, record=record.name, sealed=digest, tables=hashes)
    ledger_file.path_of(folder / "data").write_text(chain.text_of(chain.closed(line, KEY)))


def test_resealing_alone_changes_nothing(made):
    """The forger of these tests is a good one: without a change, nothing is noticed."""
    reseal(made)
    assert found(made).problems == []


def public(folder: Path) -> Path:
    return folder / "out/2024-april" / TABLE


def in_zip(path: Path, change) -> None:
    with zipfile.ZipFile(path) as archive:
        content = {n: archive.read(n) for n in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, old in content.items():
            archive.writestr(name, change(old))


def one_digit(content: bytes, mark: bytes, more: bytes = b"") -> bytes:
    """The content with the first digit behind the mark made another."""
    at = content.index(mark) + len(mark)
    while not 48 <= content[at] <= 57:
        at += 1
    return content[:at] + (b"8" if content[at] != 56 else b"7") + more + content[at + 1 :]


def another_figure(folder: Path, name: str) -> None:
    """One figure of one file made another."""
    path = public(folder) / name
    if name.endswith(".zip"):
        in_zip(path, lambda old: one_digit(old, b";trajecten;" if "sdmx" not in name else b",M000001,"))
    elif name.endswith(".xlsx"):
        with zipfile.ZipFile(path) as archive:
            content = {n: archive.read(n) for n in archive.namelist()}
        with zipfile.ZipFile(path, "w") as archive:
            for n, old in content.items():
                archive.writestr(n, one_digit(old, b"<v>") if n.endswith("sheet2.xml") else old)
    elif name.endswith(".parquet"):
        import duckdb

        frame = duckdb.sql(f"SELECT * REPLACE (Value + (Id = 0)::INT AS Value) FROM read_parquet('{path}') ORDER BY Id")
        frame.write_parquet(str(path) + ".new")
        os.replace(str(path) + ".new", path)
    else:
        marks = {
            "json": b'"Value":' if "odata" in name else b'"value":[',
            "csv": b";None;" if "pivot" not in name else b"\r\n",
            "px": b"DATA=\r\n",
        }
        mark = marks[name.rsplit(".", 1)[1]]
        if "pivot" in name:
            mark = next(line for line in path.read_bytes().split(b"\r\n")[1:2]).rsplit(b";", 1)[0] + b";"
        path.write_bytes(one_digit(path.read_bytes(), mark))


@pytest.mark.parametrize("name", [*public_table.readers(TABLE), f"{TABLE}.xlsx"])
def test_another_figure_in_one_format(made, name):
    """Any one format that prints another figure is named, all hashes being right."""
    another_figure(made, name)
    reseal(made)
    told = found(made).problems
    assert len(told) == 1 and told[0].startswith(f"{TABLE}/{name} "), told


def test_a_withheld_figure_is_printed(made):
    """The dot of the pivot and the null of OData made a figure: named."""
    path = public(made) / f"{TABLE}-pivot.csv"
    path.write_bytes(path.read_bytes().replace(b";.;", b";7;", 1))
    json_path = public(made) / "odata/Observations.json"
    text = json_path.read_bytes().replace(b'"ValueAttribute":"Confidential","Value":null', b'"ValueAttribute":"None","Value":7', 1)
    json_path.write_bytes(text)
    reseal(made)
    assert [t.split(" ")[0] for t in found(made).problems] == [f"{TABLE}/odata/Observations.json", f"{TABLE}/{TABLE}-pivot.csv"]


def test_every_file_with_figures_has_a_reader(made):
    """No public file that holds a printed figure as text is left to the hash alone."""
    read = {*public_table.readers(TABLE), f"{TABLE}.xlsx", description_file.DESCRIPTION}
    others = [p for p in public(made).rglob("*") if p.is_file() and p.relative_to(public(made)).as_posix() not in read]
    values = {str(v) for v in found_counts(made) if v > 99}
    for path in others:
        content = path.read_bytes().decode("utf-8", "replace")
        if path.suffix in {".json", ".csv", ".xml"} and path.name != "datapackage.json":
            assert not {v for v in values if f'"{v}"' in content or f";{v};" in content or f">{v}<" in content}, path.name


def found_counts(folder):
    (part,) = records.load(folder / "data/vault/reports/2024-april" / TABLE)
    return part.shown[~part.withheld].tolist()


def rewritten(path: Path, change) -> None:
    """The arrays of an archive, changed."""
    with np.load(path) as old:
        arrays = dict(old)
    change(arrays)
    np.savez_compressed(path.open("wb"), **arrays)


def record_of(folder: Path) -> Path:
    return folder / "data/vault/reports/2024-april" / TABLE


def test_parameters_in_a_certificate_are_not_believed(made):
    """Worlds that prove nothing do not pass under a threshold and a width of 1 that the certificate itself claims."""

    def weaker(arrays):
        arrays["rule"][:] = 1, 1, 1, 0
        arrays["world_first"], arrays["world_difference"] = np.zeros(1, np.int64), np.zeros(0, np.int32)
        arrays["world_unknown"], arrays["world_scale"] = np.zeros(0, np.int64), np.zeros(0, np.int64)

    rewritten(record_of(made) / "0.certificate.npz", weaker)
    reseal(made)
    result = found(made)
    assert result.tables[TABLE][0].value == "INCONCLUSIVE"
    assert f"table {TABLE}: the checker does not find it SAFE under the policy as released" in result.problems


def test_a_weaker_policy_in_the_record(made):
    """Threshold 1 in the policy of the record: it is no policy at all. Another one that would prove: not the hash in the ledger."""
    path = record_of(made) / "about.json"
    original = path.read_text()
    path.write_text(original.replace('"threshold": 10', '"threshold": 1'))
    assert path.read_text() != original
    reseal(made)
    assert any("missing or damaged" in t for t in found(made).problems)
    line = ledger_file.read(made / "data").lines[-1]
    path.write_text(original.replace('"width": 5', '"width": 1'))
    reseal(made)
    weaker = ledger_file.read(made / "data").lines[-1]
    assert weaker.tables[TABLE]["policy"] != line.tables[TABLE]["policy"]
    ledger_file.path_of(made / "data").write_text(chain.text_of(chain.closed(replace(weaker, tables=line.tables), KEY)))
    assert any("policy, specification or certificates are not those in the ledger" in t for t in found(made).problems)


def test_a_certificate_that_says_all_is_withheld(made):
    """Its statuses and its certificate agree, the checker finds it SAFE, and figures are public: every format is named."""

    def withheld(arrays):
        arrays["pattern"][arrays["pattern"] == 0] = 2
        arrays["shown"][:] = 0

    rewritten(record_of(made) / "0.certificate.npz", withheld)
    reseal(made)
    result = found(made)
    assert result.tables[TABLE][0].value == "SAFE" and len(result.problems) == 9


@pytest.mark.parametrize("what", ["record", "certificate", "another table's record", "a table more"])
def test_records_that_are_not_of_the_tables(made, what):
    """A table without its record or with that of another, a certificate less, a record too many: all told, whatever the hashes."""
    record = record_of(made)
    if what == "record":
        shutil.rmtree(record)
    elif what == "certificate":
        (record / "0.certificate.npz").unlink()
        about = json.loads((record / "about.json").read_text())
        (record / "about.json").write_text(json.dumps({**about, "cubes": []}))
    elif what == "a table more":
        shutil.copytree(record, record.with_name("derde_tabel"))
    else:
        shutil.rmtree(record)
        shutil.copytree(record.with_name("tweede_tabel"), record)
    reseal(made)
    result = found(made)
    assert result.problems and (what == "a table more" or any(TABLE in t for t in result.problems))


def test_a_period_without_certificate(made):
    """A cube that lacks a period of the public table is not a proof of it."""
    path = public(made) / description_file.DESCRIPTION
    about = json.loads(path.read_bytes())
    about["dimensions"][-1]["codes"].append(["2023JJ00", "2023", "", "", 0, "", "Definitief"])
    path.write_bytes(json.dumps(about).encode())
    reseal(made)
    assert any("other codes or periods than the certificates" in t for t in found(made).problems)


def test_the_ledger_with_another_key(made):
    """Somebody who rewrites everything and has not the key: the seal of the line is wrong."""
    path = public(made) / f"{TABLE}.px"
    path.write_bytes(path.read_bytes().replace(b"Begonnen", b"Begonnem"))
    reseal(made)
    line = ledger_file.read(made / "data").lines[-1]
    forged = replace(chain.closed(line, b"another"), key=line.key)
    forged = replace(forged, digest=chain._digest(forged))
    ledger_file.path_of(made / "data").write_text(chain.text_of(forged))
    assert any("was not written with the key that it names" in t for t in found(made).problems)


def test_an_older_release_is_shown_again(made, monkeypatch):
    """The link back to what was replaced, with the record of then: the ledger knows better."""
    counted(monkeypatch)
    old = (made / "out/2024-april").resolve().name
    make_set.publish(order(made, modified=date(2025, 5, 1)))
    (made / "out/2024-april").unlink()
    os.symlink(f"releases/{old}", made / "out/2024-april")
    assert any("does not show release" in t for t in found(made).problems)
    (made / "data/vault/reports/2024-april").unlink()
    os.symlink(old, made / "data/vault/reports/2024-april")
    assert any("does not lead to the record that the ledger names" in t for t in found(made).problems)


def test_a_public_link_to_the_confidential_record(made):
    """The record has the name of the release: a link to it, of whatever set, is not taken for one to the release."""
    link = made / "out/2024-april"
    record = (made / "data/vault/reports/2024-april").resolve()
    link.unlink()
    os.symlink(record, link)
    assert record.name == ledger_file.read(made / "data").lines[-1].release
    line = ledger_file.read(made / "data").lines[-1]
    assert any("does not show release" in t for t in public_folder.problems_of(made / "out", ledger_file.read(made / "data"), line))
