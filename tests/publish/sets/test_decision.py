"""A publication is decided by its line in the ledger: whatever fails or is killed, ledger, vault and public folder end alike."""

import os
import random
import signal
import time
from datetime import UTC, datetime

import pytest
from celwacht.disclosure.ledger import chain
from celwacht.publish.review import ledger_file, records
from celwacht.publish.sets import data_lock, decision, make_set, make_table
from celwacht.publish.sets.ground import ground_of, shown_in
from celwacht.publish.store import store
from celwacht.publish.terminal.console import Refused
from celwacht.tables.problems import ProblemsFound

from tests.commands import celwacht
from tests.publish import quick_sets
from tests.publish.quick_sets import problems, publish
from tests.publish.store.test_store import Failing

OLD, NEW, NEXT = b"old", b"new" * 100, b"next"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    quick_sets.stand_in(monkeypatch, "tweede_tabel")


def lines(folder):
    found = ledger_file.read(folder / "data")
    assert found.problems == ()
    return found.lines


def public(folder) -> bytes | None:
    path = folder / "out/2024-april/kleine_tabel/een.txt"
    return path.read_bytes() if path.exists() else None


def assert_agree(folder, entered: int) -> None:
    """The public set is whole and is one of the ledger; what the ledger says last is there or can be shown."""
    out = folder / "out"
    out.mkdir(exist_ok=True)
    for release in shown_in(out).values():
        assert store.problems_of(out / store.RELEASES / release) == []
        assert release in {line.release for line in lines(folder)}
    assert len(lines(folder)) == entered
    for line in lines(folder):
        assert store.problems_of(out / store.RELEASES / line.release) == []
        assert (folder / "data/vault/reports" / line.record / "released.json").is_file()


@pytest.mark.parametrize("before", [0, 1], ids=["first", "second"])
def test_any_failing_write(tmp_path, before):
    """Every change to the disk fails once, in the first publication and in the second: the message says what is true, and the
    next run ends with everything agreeing."""
    counting = Failing()
    (tmp_path / "count").mkdir()
    if before:
        publish(tmp_path / "count", OLD)
    publish(tmp_path / "count", NEW, counting)
    assert counting.calls > 25
    decided = 0
    for n in range(1, counting.calls + 1):
        folder = tmp_path / str(n)
        folder.mkdir()
        if before:
            publish(folder, OLD)
        with pytest.raises((OSError, Refused)) as caught:
            publish(folder, NEW, Failing(n))
        entered = len(lines(folder)) if (folder / "data/vault/ledger.jsonl").exists() else 0
        assert_agree(folder, entered)
        if isinstance(caught.value, Refused):
            decided += 1
            assert "2024-april is published" in str(caught.value) and entered == before + 1
            assert (
                ("Readers are led to it" in str(caught.value)) == (public(folder) == NEW) == ("readers may still" not in str(caught.value))
            )
        else:
            assert entered == before and public(folder) == (OLD if before else None)
        publish(folder, NEXT)
        assert public(folder) == NEXT and problems(folder) == []
        assert len(lines(folder)) == entered + 1
    assert 3 <= decided < counting.calls


@pytest.mark.parametrize("nature", [OSError, KeyboardInterrupt])
def test_what_fails_right_after_the_public_link_has_moved_is_told_and_mended(tmp_path, nature):
    """The new set is public: that is what is said; verify names the remedy; what the repair did is told, and is not 'nothing'."""

    class After(store.Disk):
        def link(self, path, target):
            if path.parent.name == "reports" and public(tmp_path) == NEW:
                raise nature(28, "No space left on device")
            super().link(path, target)

    publish(tmp_path, OLD)
    with pytest.raises(Refused, match="is published: .* Readers are led to it; what came after that failed"):
        publish(tmp_path, NEW, After())
    assert public(tmp_path) == NEW
    found = problems(tmp_path)
    assert any("reports/2024-april does not lead" in text and "celwacht ledger --repair" in text for text in found)
    with store.publishing(tmp_path / "out") as place:
        repaired = ground_of(tmp_path / "data", place, store.Disk(), b"geheim").repaired
    assert len(repaired) == 1 and repaired[0].startswith("2024-april: the vault led to another record")
    assert problems(tmp_path) == [] and public(tmp_path) == NEW
    assert publish(tmp_path, NEW).repaired == ()


def killed(folder, wait: float) -> None:
    """A child publishes one content after another, and is killed."""
    child = os.fork()
    if child == 0:
        try:
            n = 0
            while True:
                n += 1
                publish(folder, str(n).encode() * 1000)
        finally:
            os._exit(1)
    time.sleep(wait)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def kills(folder, n, seed):
    draw, entered, repaired = random.Random(seed), 0, 0
    quick_sets.protected()
    for turn in range(n):
        place = folder / str(turn // 10)  # ten turns on each: the first of them kills a first publication
        place.mkdir(exist_ok=True)
        killed(place, draw.uniform(0, 0.12))
        (place / "out").mkdir(exist_ok=True)
        there = (place / "data/vault/ledger.jsonl").exists()
        now = len(lines(place)) if there else 0
        if there:
            assert_agree(place, now)
        repaired += len(publish(place, b"after %d" % turn).repaired)
        assert public(place) == b"after %d" % turn and problems(place) == []
        assert len(lines(place)) == now + 1
        entered += now
    return entered, repaired


@pytest.mark.long
def test_killed_at_any_moment(tmp_path):
    """After each kill -9 the next run finds all agreeing, and nothing that was decided is lost."""
    entered, _ = kills(tmp_path, 20, 1)
    assert entered > 0


@pytest.mark.long
def test_killed_hundreds_of_times(tmp_path):
    entered, repaired = kills(tmp_path, 500, 2)
    print(f"500 kills, {repaired} times something decided was shown by the next run")
    assert entered > 100


def test_a_second_publisher_is_busy_and_takes_nothing(tmp_path, monkeypatch):
    """While one is at work another on the same data, to whatever folder, is refused before it touches anything; the first one's
    release has all its records."""
    told = []

    def meanwhile(job, *more, **others):
        child = os.fork()
        if child == 0:
            try:
                quick_sets.publish(tmp_path, b"second", out=tmp_path / "elsewhere")
            except store.Busy:
                os._exit(7)
            finally:
                os._exit(1)
        told.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        return quick_sets.made(job, *more, **others)

    monkeypatch.setattr(make_table, "make", meanwhile)
    monkeypatch.setattr(data_lock, "_held", _Forgetful())
    publish(tmp_path, NEW)
    assert told == [7, 7] and problems(tmp_path) == [] and not (tmp_path / "elsewhere").exists()


class _Forgetful(set):
    """The locks that a process holds: none after a fork."""

    def __init__(self):
        super().__init__()
        self.owner = os.getpid()

    def __contains__(self, name):
        return os.getpid() == self.owner and super().__contains__(name)


def test_a_release_is_sealed_only_with_all_its_records(tmp_path, monkeypatch):
    """A record that is gone before the end stops the set; nothing appears."""

    def without_record(job, *more, **others):
        outcome = quick_sets.made(job, *more, **others)
        if job.spec.id == "tweede_tabel":
            (job.record / "0.certificate.npz").unlink()
        return outcome

    with monkeypatch.context() as patch:
        patch.setattr(make_table, "make", without_record)
        with pytest.raises(ValueError, match="tweede_tabel"):
            publish(tmp_path)
    assert not (tmp_path / "out/2024-april").exists() and not ledger_file.path_of(tmp_path / "data").exists()
    publish(tmp_path)
    assert problems(tmp_path) == []


def test_a_torn_last_line_never_counted(tmp_path):
    """A line without its end is no release: told, not an error, and cut off by the next run."""
    publish(tmp_path, OLD)
    path = ledger_file.path_of(tmp_path / "data")
    whole = path.read_text()
    path.write_text(whole + whole[:-40])
    assert len(lines(tmp_path)) == 1 and any("not written to its end" in t for t in problems(tmp_path))
    publish(tmp_path, NEW)
    assert len(lines(tmp_path)) == 2 and problems(tmp_path) == [] and path.read_text().startswith(whole)


def test_a_broken_or_shortened_ledger_stops_publication(tmp_path):
    """A changed line, and a last line that is gone while its release is public: refused with the remedy, nothing changed."""
    publish(tmp_path, OLD)
    publish(tmp_path, NEW)
    path = ledger_file.path_of(tmp_path / "data")
    whole = path.read_text()
    first, second = whole.splitlines(keepends=True)
    for damaged, says in ((first.replace("2024-april", "2024-maart") + second, "line 1"), (first, "does not know it"), (second, "line 1")):
        path.write_text(damaged)
        with pytest.raises(ProblemsFound, match=says):
            publish(tmp_path, NEXT)
        assert path.read_text() == damaged and public(tmp_path) == NEW and problems(tmp_path)
    path.write_text(whole)
    assert problems(tmp_path) == []


def test_the_same_set_again_adds_no_line(tmp_path):
    publish(tmp_path, OLD)
    head = ledger_file.read(tmp_path / "data").head
    assert publish(tmp_path, OLD).head == head and len(lines(tmp_path)) == 1


def test_the_same_bytes_from_other_counts_are_a_new_record(tmp_path, monkeypatch):
    """A redelivery that changes nothing in print has its own certificates, deliveries and line; the old record stays."""
    publish(tmp_path, OLD)
    monkeypatch.setattr(records, "list_deliveries", lambda data: b'{"id": "x"}\n')
    publish(tmp_path, OLD)
    first, second = lines(tmp_path)
    assert first.release == second.release and second.record == f"{first.record}.2" and second.deliveries == 1
    assert problems(tmp_path) == []


def test_a_release_that_became_public_meanwhile(tmp_path, monkeypatch):
    """It was to be replaced unseen, and its moment came while the next one was made: the work is refused, for it was proved
    against the wrong union."""
    publish(tmp_path, OLD, embargo=datetime(2030, 1, 1, tzinfo=UTC))

    class Late(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2030, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(decision, "datetime", Late)
    assert make_set.datetime is not Late
    with pytest.raises(Refused, match="became public while this one was made"):
        publish(tmp_path, NEW)
    assert public(tmp_path) == OLD and len(lines(tmp_path)) == 1 and chain.START == lines(tmp_path)[0].before


def test_a_set_is_not_judged_while_another_is_made(tmp_path):
    """What is half made is no damage: verify says that somebody is at work, and then that all is as made; judging makes no file."""
    (tmp_path / "out").mkdir()
    publish(tmp_path)
    words = ("verify", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out"))
    with data_lock.locked(tmp_path / "data"):
        (tmp_path / "data/vault/reports/.staging-0").mkdir()
        told = celwacht(*words)
        assert told.returncode and "another celwacht is at work on this data folder" in told.stderr and "DAMAGED" not in told.stdout
        (tmp_path / "data/vault/reports/.staging-0").rmdir()
    (tmp_path / "data/vault/.publishing").unlink()
    with data_lock.at_rest(tmp_path / "data"):
        assert not (tmp_path / "data/vault/.publishing").exists()
    assert "at work" not in celwacht(*words).stderr
