"""A disk that is full says so, whoever meets it; what stood there stands as it was, and the same command can be given again."""

import errno
import os
import shutil
from pathlib import Path

import duckdb
import pytest
from celwacht.publish.terminal import console
from celwacht.tables.whole_file import write_whole

from tests.protect.own_tables import celwacht

FULL = os.strerror(errno.ENOSPC)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, FULL),
        duckdb.IOException("Could not write file '123456782': No space left on device"),
        shutil.Error([("a", "b", f"[Errno {errno.ENOSPC}] {FULL}: 'b'")]),
    ],
    ids=lambda e: type(e).__name__,
)
def test_it_is_told_as_what_it_is(error, capsys):
    """Not as a fault of the program, and without the text of a library."""

    def command():
        raise error

    assert console.run(command) == console.REFUSED
    said = capsys.readouterr().err
    assert f"The system refused: {FULL}" in said and "123456782" not in said and "Make room" in said


def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path, monkeypatch):
    page = tmp_path / "page.html"
    write_whole(page, "before")

    def full(path, content):
        os.close(os.open(path, os.O_CREAT))
        raise OSError(errno.ENOSPC, FULL)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match=FULL):
        write_whole(page, "after")
    assert page.read_text() == "before" and [p.name for p in tmp_path.iterdir()] == ["page.html"]


def test_the_file_that_did_not_fit_is_named(tmp_path, monkeypatch, capsys):
    """The system's error of writing names none; found on a small disk, 28 November."""

    def full(path, content):
        raise OSError(errno.ENOSPC, FULL)

    monkeypatch.setattr(Path, "write_bytes", full)
    assert console.run(lambda: write_whole(tmp_path / "page.html", "x")) == console.REFUSED
    assert f"{FULL} ({tmp_path}/page.html)" in capsys.readouterr().err


def test_no_half_project_stays(tmp_path, monkeypatch):
    """Nor half a specification; a second try, on a disk with room, succeeds."""

    def full(source, to, **options):
        Path(to).mkdir(parents=True)
        raise shutil.Error([("a", "b", f"[Errno {errno.ENOSPC}] {FULL}: 'b'")])

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copytree", full)
        assert celwacht("init", tmp_path / "own") == console.REFUSED
    assert not (tmp_path / "own").exists()
    assert celwacht("init", tmp_path / "own") == 0
