"""A set appears all at once: after any failure and after any kill, what stood before still stands, whole."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from celwacht.publish.store import store

ROOT = Path(__file__).resolve().parents[3]


class Failing(store.Disk):
    """Lets the n-th change to the disk fail as a full disk would, and counts."""

    def __init__(self, fail_at: int = 0):
        self.calls, self.fail_at = 0, fail_at

    def _count(self):
        self.calls += 1
        if self.calls == self.fail_at:
            raise OSError(28, "No space left on device")


for _name in ("write", "private", "append", "flush", "adopt", "folder", "flush_folder", "rename", "link", "remove"):

    def _counted(self, *args, _name=_name):
        self._count()
        return getattr(store.Disk, _name)(self, *args)

    setattr(Failing, _name, _counted)


def publish(out: Path, content: bytes, disk: store.Disk | None = None, name: str = "2024-april") -> Path:
    """A set of two tables with this content."""
    with store.publishing(out, disk) as place:
        for table in ("een", "twee"):
            folder = place.table_folder(table)
            store.stage(folder, iter([("csv/Observations.csv", content), (f"{table}.txt", content * 2)]), disk or store.Disk())
        place.seal({"set": name})
        return place.commit(name)


def assert_whole(out: Path, content: bytes, name: str = "2024-april"):
    """The set is there, is what its manifest says, and holds the content."""
    release = out / name
    assert store.problems_of(release) == []
    assert (release / "twee/csv/Observations.csv").read_bytes() == content
    assert len(json.loads((release / "manifest.json").read_text())["files"]) == 4


def test_a_set_is_published_and_replaced(tmp_path):
    """The link moves to the new release; the old one stays, since the world has seen it."""
    old = publish(tmp_path, b"old")
    assert_whole(tmp_path, b"old")
    new = publish(tmp_path, b"new")
    assert_whole(tmp_path, b"new")
    assert old != new and store.problems_of(old) == []


def test_the_same_set_again_changes_nothing(tmp_path):
    """Publishing the same content twice gives the same release, made once."""
    first = publish(tmp_path, b"same")
    made = first.stat().st_ino
    assert publish(tmp_path, b"same") == first and first.stat().st_ino == made
    assert sorted(p.name for p in (tmp_path / "releases").iterdir()) == [first.name]


def test_any_failing_write_leaves_the_earlier_set(tmp_path):
    """The n-th change to the disk fails, for every n: the old set stands, or the new one does, never half of one."""
    counting = Failing()
    publish(tmp_path / "count", b"new", counting)
    assert counting.calls > 20
    survived = 0
    for n in range(1, counting.calls + 1):
        out = tmp_path / str(n)
        publish(out, b"old")
        with pytest.raises(OSError):
            publish(out, b"new", Failing(n))
        now = (out / "2024-april/twee/csv/Observations.csv").read_bytes()
        assert_whole(out, now)
        survived += now == b"old"
        publish(out, b"newer")  # and the next run is not disturbed by what was left
        assert_whole(out, b"newer")
        assert not (out / ".staging").exists()
    assert survived >= counting.calls - 1  # only the last flush comes after the set has appeared


_VICTIM = """
import sys
from tests.publish.store.test_store import publish
from pathlib import Path
n = 0
print("ready", flush=True)
while True:
    n += 1
    publish(Path(sys.argv[1]), str(n).encode() * 50_000)
"""


@pytest.mark.long
def test_killed_at_any_moment(tmp_path):
    """A publisher is killed a dozen times, at moments spread over its work; the set is whole every time."""
    publish(tmp_path, b"0" * 50_000)
    seen: set[bytes] = set()
    for turn in itertools.chain(range(12), range(12, 400, 12)):
        if turn >= 12 and len(seen) > 1:
            break  # longer only where the machine is so slow that none had published yet
        victim = subprocess.Popen([sys.executable, "-c", _VICTIM, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
        victim.stdout.readline()
        time.sleep(0.013 * turn)
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
        victim.stdout.close()
        now = (tmp_path / "2024-april/twee/csv/Observations.csv").read_bytes()
        assert_whole(tmp_path, now)
        seen.add(now)
    assert len(seen) > 1  # some of them did publish
    publish(tmp_path, b"after")
    assert_whole(tmp_path, b"after")


def test_one_publisher_at_a_time(tmp_path):
    """A second publisher is told to wait; the lock goes with the first, also when that fails."""
    with store.publishing(tmp_path):
        with pytest.raises(store.Busy, match="another celwacht"):
            publish(tmp_path, b"x")
    with pytest.raises(RuntimeError):
        with store.publishing(tmp_path):
            raise RuntimeError
    publish(tmp_path, b"x")


def test_damage_is_noticed_and_mended(tmp_path):
    """A changed, missing or added file is named; publishing the same set again puts a whole one in its place."""
    release = publish(tmp_path, b"good")
    (release / "een/een.txt").write_bytes(b"bad")
    (release / "twee/twee.txt").unlink()
    (release / "extra.txt").write_bytes(b"")
    assert store.problems_of(release) == ["extra.txt is not in the manifest", "een/een.txt has been changed", "twee/twee.txt is missing"]
    publish(tmp_path, b"good")
    assert_whole(tmp_path, b"good")


def test_public_files_are_readable_whatever_the_umask(tmp_path):
    """A private umask protects the vault, not the public files."""
    before = os.umask(0o077)
    try:
        release = publish(tmp_path / "out", b"x")
        small_file = release / "een/een.txt"
        assert small_file.stat().st_mode & 0o777 == 0o644 and release.stat().st_mode & 0o777 == 0o755
    finally:
        os.umask(before)
