"""The folder of `celwacht protect`: there at once or not at all; and `celwacht verify` finds whatever was changed in
it."""

import json
import os
import re
import shutil

import numpy as np
import pytest
from celwacht.publish.own_tables import folder as protection_folder

from tests.protect.own_tables import TEXT, celwacht, written


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An output, with its input beside it."""
    folder = tmp_path_factory.mktemp("made")
    counts, trees = written(folder)
    assert celwacht("protect", counts, "--hierarchy", trees, "--method", "fast", "--out", folder / "out") == 0
    return folder


@pytest.fixture
def copy(made, tmp_path):
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def again(folder, *options, out="out"):
    return celwacht(
        "protect", folder / "counts.csv", "--hierarchy", folder / "trees.json", "--method", "fast", "--out", folder / out, *options
    )


def hidden(folder):
    return [p.name for p in folder.iterdir() if p.name.startswith(".")]


def test_earlier_output_is_replaced(copy):
    """The same folder again, with another width; nothing is left beside it."""
    assert again(copy, "--width", 3) == 0
    assert json.loads((copy / "out/audit.json").read_text())["guarantee"]["width"] == 3
    assert celwacht("verify", copy / "out") == 0 and hidden(copy) == []


def test_anything_else_is_refused(copy, capsys):
    """A folder with something of somebody's own in it: exit 2 before any work, and it stays as it was; --force keeps
    it."""
    (copy / "out/notes.txt").write_text("mine")
    assert again(copy) == 2
    assert "--force" in capsys.readouterr().err and hidden(copy) == []
    assert again(copy, "--force") == 0
    assert (copy / "out.before-1/notes.txt").read_text() == "mine"
    assert celwacht("verify", copy / "out") == 0


def test_file_in_the_way(copy):
    """A file is never replaced."""
    (copy / "file").write_text("mine")
    assert again(copy, "--force", out="file") == 2 and (copy / "file").read_text() == "mine"


def test_empty_folder_is_taken(copy):
    """As mktemp -d makes one."""
    (copy / "new").mkdir(mode=0o755)
    assert again(copy, out="new") == 0 and celwacht("verify", copy / "new") == 0
    assert (copy / "new").stat().st_mode & 0o777 == 0o700


def test_link_is_followed(copy):
    """--out may be a link to a folder; the link stays."""
    (copy / "link").symlink_to(copy / "out")
    assert again(copy, "--width", 3, out="link") == 0
    assert (copy / "link").is_symlink() and celwacht("verify", copy / "out") == 0


@pytest.mark.long
@pytest.mark.parametrize(
    "step, forced",
    [pytest.param(step, forced, marks=[pytest.mark.long] if (step + forced) % 2 else []) for forced in (False, True) for step in range(12)],
)
def test_killed_at_any_moment(copy, step, forced):
    """Killed at each change of the disk in turn: what was there is there whole, or the new one is; then all goes on. (The default command takes
    every second change without --force, and those between with it.)"""
    if forced:
        (copy / "out/notes.txt").write_text("mine")
    child = os.fork()
    if not child:
        left = [step]

        def deadly(work):
            def wrapped(*args, **more):
                if left[0] == 0:
                    os._exit(9)
                left[0] -= 1
                return work(*args, **more)

            return wrapped

        os.fsync, os.rename = deadly(os.fsync), deadly(os.rename)
        protection_folder._exchange = deadly(protection_folder._exchange)
        protection_folder.shutil.rmtree = deadly(shutil.rmtree)
        os._exit(again(copy, "--width", 3, *(["--force"] if forced else [])))
    killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    there = copy / "out"
    if forced:
        mine = [p for p in (copy / "out/notes.txt", copy / "out.before-1/notes.txt") if p.exists()]
        assert len(mine) == 1
        if (copy / "out/notes.txt").exists():
            (copy / "out/notes.txt").unlink()
    if there.exists():
        assert celwacht("verify", there) == 0
    else:
        assert killed and forced
    assert again(copy) == 0 and hidden(copy) == [] and celwacht("verify", there) == 0


def test_without_exchange(copy, monkeypatch):
    """On a system that cannot exchange two folders it is two steps."""
    monkeypatch.setattr(protection_folder, "_exchange", lambda *_: False)
    assert again(copy, "--width", 3) == 0 and celwacht("verify", copy / "out") == 0 and hidden(copy) == []


def test_running_neighbour_is_left_alone(copy):
    """The staging folder of a run that is still going is not swept."""
    with protection_folder.staged(copy / "other", False) as folder:
        assert again(copy, out="other") == 0
        assert folder.is_dir()


def edit(name, old, new):
    def change(folder):
        path = folder / name
        text = path.read_text()
        assert re.search(old, text, flags=re.M), old
        path.write_text(re.sub(old, new, text, count=1, flags=re.M))

    return change


CHANGES = [
    (edit("pattern_CONFIDENTIAL.csv", r"^NL,T,111,published", "NL,T,112,published"), "pattern_CONFIDENTIAL.csv:3: value is not what"),
    (edit("pattern_CONFIDENTIAL.csv", r"primary$", "published"), "status is not what the certificate proves"),
    (edit("pattern_CONFIDENTIAL.csv", r"secondary$", "published"), "status is not what the certificate proves"),
    (edit("pattern_CONFIDENTIAL.csv", r"secondary$", "primary"), "status is not what the certificate proves"),
    (edit("pattern_CONFIDENTIAL.csv", r"^NL,T,.*\n", ""), "region=NL, sex=T stands in 0 rows"),
    (edit("pattern_CONFIDENTIAL.csv", r"^(NL,T,.*\n)", r"\1\1"), "region=NL, sex=T stands in 2 rows"),
    (edit("pattern_CONFIDENTIAL.csv", r"^NL,T", "BE,T"), "pattern_CONFIDENTIAL.csv:3: no such cell"),
    (edit("pattern_CONFIDENTIAL.csv", r"^0101,M", "0101,M,"), "pattern_CONFIDENTIAL.csv"),
    (edit("pattern_CONFIDENTIAL.csv", r"status", "stand"), "no column status"),
    (edit("hierarchy.json", r'"0101", "0102"', '"0102", "0101"'), "changed since"),
    (
        edit("hierarchy.json", r'"01": \["0101", "0102"\], "02": \["0201", "0202"\]', '"01": ["0101", "0102", "0201"], "02": ["0202"]'),
        "not the trees that the certificate was made for",
    ),
    (edit("audit.json", r'"verdict": "SAFE"', '"verdict": "UNSAFE"'), "the verdict is not that of the checker"),
    (edit("audit.json", r'"width": 5', '"width": 9'), "width is not that of the certificate"),
    (edit("audit.json", r'"threshold": 10', '"threshold": 15'), "threshold is not that of the certificate"),
    (lambda folder: (folder / "audit.json").write_text("[]"), "it is damaged"),
]


@pytest.mark.parametrize(("change", "says"), CHANGES)
def test_verify_finds(copy, capsys, change, says):
    """Exit 1 for each change, with its place; no value in the message."""
    change(copy / "out")
    assert celwacht("verify", copy / "out") == 1
    told = capsys.readouterr().err
    assert says in told and "111" not in told and "must not be published" in told


def test_verify_takes_rows_in_any_order(copy):
    """Sorted by somebody's spreadsheet, the pattern is the same; only the hash tells."""
    path = copy / "out/pattern_CONFIDENTIAL.csv"
    first, head, *rows = path.read_text().splitlines()
    path.write_text("\n".join([first, head, *reversed(rows)]) + "\n")
    audit = json.loads((copy / "out/audit.json").read_text())
    del audit["files"]["pattern_CONFIDENTIAL.csv"]
    (copy / "out/audit.json").write_text(json.dumps(audit))
    assert celwacht("verify", copy / "out") == 0


@pytest.mark.parametrize("name", ["pattern_CONFIDENTIAL.csv", "audit.json", "certificate.npz"])
def test_verify_without_a_file(copy, capsys, name):
    """Exit 2: bad input."""
    (copy / "out" / name).unlink()
    assert celwacht("verify", copy / "out") == 2 and name in capsys.readouterr().err


def test_verify_broken_certificate(copy, capsys):
    """Cut short, or no certificate at all: exit 2 and no traceback."""
    path = copy / "out/certificate.npz"
    content = path.read_bytes()
    for broken in (content[:-40], b"", b"PK", content[: len(content) // 2]):
        path.write_bytes(broken)
        assert celwacht("verify", copy / "out") == 2
        assert "is not a certificate, or was cut short" in capsys.readouterr().err


def test_verify_worlds_taken_away(copy, capsys):
    """A certificate without its worlds proves nothing: exit 1."""
    path = copy / "out/certificate.npz"
    with np.load(path) as a:
        arrays = dict(a)
    arrays.update(
        {name: arrays[name][:0] for name in ("world_unknown", "world_difference", "world_scale")}, world_first=np.zeros(1, np.int64)
    )
    np.savez(path, **arrays)
    assert celwacht("verify", copy / "out") == 1
    assert "INCONCLUSIVE" in capsys.readouterr().out


def test_verify_against_other_input(copy, capsys):
    """The certificate of one table does not vouch for another."""
    (copy / "counts.csv").write_text(TEXT.replace("M,21", "M,22"))
    given = ("--against", copy / "counts.csv", "--hierarchy", copy / "trees.json")
    assert celwacht("verify", copy / "out", *given) == 1
    assert "the certificate is about other counts" in capsys.readouterr().err


@pytest.mark.parametrize("args", [[], ["out", "--data", "."], ["out", "--set", "2024-april"], ["--data", ".", "--against", "x"]])
def test_verify_wrong_use(copy, monkeypatch, args):
    monkeypatch.chdir(copy)
    assert celwacht("verify", *args) == 2
