"""The ledger of a data folder: what it holds, what is a trial, what is withdrawn, and folders from before there was one."""

import json
import shutil
from datetime import UTC, datetime

import numpy as np
import pytest
from celwacht.publish.publication.publication import SYMBOL
from celwacht.publish.review import ledger_file, records
from celwacht.publish.sets import earlier
from celwacht.publish.store import store
from celwacht.tables.problems import ProblemsFound

from tests.publish import quick_sets, small
from tests.publish.quick_sets import problems, publish
from tests.publish.tampering import snapshot


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    quick_sets.stand_in(monkeypatch, "tweede_tabel")


def lines(folder):
    found = ledger_file.read(folder / "data")
    assert found.problems == ()
    return found.lines


def test_a_line_names_what_was_printed_by_what_and_from_what(tmp_path):
    """Manifest, record, certificates, policy and specification by their hashes; what it replaces and why."""
    first = publish(tmp_path, b"one")
    second = publish(tmp_path, b"two", reason="een redelivery")
    one, two = lines(tmp_path)
    assert (one.release, two.release, two.replaces) == (first.release.name, second.release.name, first.release.name)
    assert two.manifest == store.id_of(second.release) and two.reason == "een redelivery" and second.head == two.digest
    record = tmp_path / "data/vault/reports" / two.record
    assert two.sealed == store.digest(record / records.RELEASED)
    assert two.tables["kleine_tabel"]["certificates"] == [store.digest(record / "kleine_tabel/0.certificate.npz")]
    assert one.tables == two.tables and len({t["spec"] for t in two.tables.values()}) == 2


def test_nothing_of_the_policy_or_of_counts_is_public_or_in_the_ledger(tmp_path):
    """The public folder has the id of the ledger and no other word of it."""
    publish(tmp_path)
    line = lines(tmp_path)[0]
    for content in (c for c in snapshot([tmp_path / "out"]).values() if isinstance(c, bytes)):
        assert line.digest.encode() not in content and line.tables["kleine_tabel"]["policy"].encode() not in content
    assert ledger_file.path_of(tmp_path / "data").stat().st_mode & 0o077 == 0
    assert not {"threshold", "width", "value"} & set(
        json.loads(ledger_file.path_of(tmp_path / "data").read_text())["tables"]["kleine_tabel"]
    )


def test_a_trial_touches_nothing(tmp_path):
    """Published elsewhere: made, marked as a trial, its own record; the official set, its record and the ledger are as they were."""
    publish(tmp_path, b"official")
    roots = [tmp_path / "out", tmp_path / "data/vault/reports", ledger_file.path_of(tmp_path / "data")]
    before = snapshot(roots)
    done = publish(tmp_path, b"trial", out=tmp_path / "elsewhere")
    assert done.trial and done.head == "" and snapshot(roots) == before
    assert problems(tmp_path) == [] and problems(tmp_path, out="elsewhere") == []
    publish(tmp_path, b"trial again", out=tmp_path / "elsewhere")
    assert snapshot(roots) == before and problems(tmp_path, out="elsewhere") == []
    assert not publish(tmp_path, b"official again").trial and len(lines(tmp_path)) == 2


def test_a_folder_that_was_moved_is_still_the_one(tmp_path):
    publish(tmp_path, b"one")
    (tmp_path / "out").rename(tmp_path / "moved")
    assert not publish(tmp_path, b"two", out=tmp_path / "moved").trial
    assert problems(tmp_path, out="moved") == [] and len(lines(tmp_path)) == 2


def test_public_folders_of_others(tmp_path):
    """Sets that the ledger does not know stand in OUT, or its mark is gone: refused, with the remedy, nothing changed."""
    publish(tmp_path, b"one")
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(ProblemsFound, match="does not know it"):
        publish(other, b"two", out=tmp_path / "out")
    publish(other, b"two")
    with pytest.raises(ProblemsFound, match="ledger of another data folder"):
        publish(other, b"three", out=tmp_path / "out")
    mark = (tmp_path / "out/.ledger").read_text()
    (tmp_path / "out/.ledger").unlink()
    with pytest.raises(ProblemsFound, match=f"its mark holds: {mark.strip()}"):
        publish(tmp_path, b"two")
    assert len(lines(tmp_path)) == 1 and problems(tmp_path) != []
    (tmp_path / "out/.ledger").write_text(mark)
    assert problems(tmp_path) == []


def test_fewer_tables_want_a_word(tmp_path):
    """Each table that would go is named; with the word it goes, which the ledger tells with the reason."""
    publish(tmp_path)
    with pytest.raises(ProblemsFound, match="table tweede_tabel .* Add --withdraw"):
        publish(tmp_path, without=("tweede_tabel",))
    assert len(lines(tmp_path)) == 1 and (tmp_path / "out/2024-april/tweede_tabel").is_dir()
    done = publish(tmp_path, without=("tweede_tabel",), withdraw=True, reason="fout in de bron")
    assert done.withdrawn == ("tweede_tabel",) == lines(tmp_path)[-1].withdrawn and problems(tmp_path) == []
    seen = earlier.before(tmp_path / "data", "2024-october", datetime.now(UTC))
    assert [e.tables for e in seen] == [("kleine_tabel", "tweede_tabel"), ("kleine_tabel",)], "readers keep what they saw"


def test_the_union_against_which_a_release_is_proved(tmp_path):
    """Public once, or public later in another set: in it. Replaced before its moment: never. The records are those of then."""
    later, data = datetime(2090, 1, 1, tzinfo=UTC), tmp_path / "data"
    publish(tmp_path, b"seen")
    publish(tmp_path, b"never", embargo=later)
    publish(tmp_path, b"waits", embargo=later)
    publish(tmp_path, b"mei", set_name="mei", embargo=later)
    all_lines = lines(tmp_path)
    now = datetime.now(UTC)
    assert [e.line for e in earlier.before(data, "2024-mei", now)] == [all_lines[0], all_lines[2]]
    assert [e.line for e in earlier.before(data, "2024-april", now)] == [all_lines[0], all_lines[3]]
    assert [e.line for e in earlier.before(data, "2024-april", datetime(2091, 1, 1, tzinfo=UTC))] == [all_lines[i] for i in (0, 2, 3)]
    kept = earlier.before(data, "2024-april", now)[0].record("kleine_tabel")
    (part,) = kept.parts
    assert np.array_equal(part.shown, quick_sets.protected().shown) and kept.policy == small.POLICY and kept.spec.id == "kleine_tabel"
    assert problems(tmp_path) == []


def test_what_the_world_knows_about_a_cell(tmp_path):
    """Printed figures and dots, per release and period, as they were printed."""
    publish(tmp_path)
    (release,) = earlier.all_seen(tmp_path / "data")
    part = quick_sets.protected()
    for cell in np.ndindex(part.cube.shape):
        codes = {d.name: d.codes[i].code for d, i in zip(part.cube.dimensions, cell)}
        (found,) = earlier.printed(release, "kleine_tabel", codes)
        assert found.text == (SYMBOL if part.withheld[cell] else str(part.shown[cell])) and found.period == codes["Perioden"]
    assert [p.period for p in earlier.printed(release, "kleine_tabel", {})] == list(small.STATUSES)
    assert list(earlier.printed(release, "kleine_tabel", {"RegioS": "GM0001"})) == []


def without_ledger(folder):
    """A folder as an older celwacht made it."""
    ledger_file.path_of(folder / "data").unlink()
    (folder / "out/.ledger").unlink()
    for path in (folder / "data/vault/reports").glob("*/released.json"):
        path.unlink()
        (path.parent / records.DELIVERIES).unlink()
    for path in (folder / "data/vault/reports").glob("*/*/about.json"):
        about = json.loads(path.read_text())
        about.pop("spec", None)  # found twice, through the link of the set as well
        path.write_text(json.dumps(about))


def test_a_folder_from_before_is_taken_in(tmp_path):
    """Its releases become the first lines, in the order of their moments; the next publication follows them."""
    publish(tmp_path, b"one")
    publish(tmp_path, b"two")
    publish(tmp_path, b"mei", set_name="mei")
    old = [(x.set, x.release) for x in lines(tmp_path)]
    without_ledger(tmp_path)
    publish(tmp_path, b"three")
    assert sorted((x.set, x.release) for x in lines(tmp_path)[:3]) == sorted(old)
    assert [x.what for x in lines(tmp_path)] == ["taken in"] * 3 + ["published"]
    assert problems(tmp_path) == [] and problems(tmp_path, "2024-mei") == []


@pytest.mark.parametrize("lost", ["record", "release", "folder"])
def test_a_folder_that_is_not_whole_is_not_taken_in(tmp_path, lost):
    """A release without its record or its files, or another public folder: refused, and what to do; nothing is written."""
    publish(tmp_path, b"one")
    publish(tmp_path, b"two")
    first = lines(tmp_path)[0]
    without_ledger(tmp_path)
    if lost == "record":
        shutil.rmtree(tmp_path / "data/vault/reports" / first.record / "tweede_tabel")
    elif lost == "release":
        (tmp_path / "out/releases" / first.release / "kleine_tabel/een.txt").write_bytes(b"")
    with pytest.raises(ProblemsFound, match="has no ledger yet, and takes in only what is whole"):
        publish(tmp_path, b"three", **({"out": tmp_path / "elsewhere"} if lost == "folder" else {}))
    assert not ledger_file.path_of(tmp_path / "data").exists()
