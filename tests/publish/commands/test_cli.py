"""The command line from outside: what it prints, and 0 done, 1 refused or failed, 2 bad input or wrong use."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from celwacht.publish.terminal import console
from celwacht.tables.sources.data_source import write_made_up

from tests.commands import celwacht as run
from tests.publish.staged_cli import CANARY, stage

ROOT = Path(__file__).resolve().parents[3]


def celwacht(*args, staged=None, **environment):
    """Runs the command; `staged`: over made-up counts (staged_cli.py)."""
    with pytest.MonkeyPatch.context() as patch:
        if staged is not None:
            stage(patch, staged)
        return run(*args, **environment)


@pytest.fixture
def data(tmp_path):
    (tmp_path / "data/deliveries").mkdir(parents=True)
    write_made_up(tmp_path / "data")
    return tmp_path / "data"


def publish(data, *more, staged=""):
    return celwacht(
        "publish",
        "april",
        2024,
        "--data",
        data,
        "--out",
        data.parent / "out",
        "--workers",
        1,
        "--key",
        data.parent / "key",
        *more,
        staged=staged,
    )


def test_published_set(data):
    """Exit 0; the closing table ends the run; explain and verify speak of the set that was made."""
    done = publish(data)
    assert done.returncode == 0, done.stderr
    assert "verdict" in done.stdout and "SAFE" in done.stdout and "kwartaaltabel" in done.stdout
    assert (data.parent / "out/2024-april/kleine_tabel/kleine_tabel.xlsx").is_file()
    told = celwacht("explain", "kleine_tabel", "RegioS=GM0014, Hulpvorm=2, Perioden=2024HJ01", "--data", data)
    assert told.returncode == 0 and "CONFIDENTIAL" in told.stdout and "true value              3" in told.stdout
    checked = celwacht("verify", "--data", data, "--out", data.parent / "out")
    assert checked.returncode == 0 and checked.stdout.count("SAFE") == 2 and "AS MADE" in checked.stdout
    (data.parent / "out/2024-april/kleine_tabel/kleine_tabel.xlsx").write_bytes(b"")
    damaged = celwacht("verify", "--data", data, "--out", data.parent / "out", "--set", "2024-april")
    assert damaged.returncode == 1 and "kleine_tabel.xlsx has been changed" in damaged.stderr


def test_embargo_on_the_command_line(data):
    """The moment is told and in the manifest; a moment that Amsterdam never has is refused before any work."""
    skipped = publish(data, "--embargo", "2027-03-28 02:30")
    assert skipped.returncode == 2 and "does not exist in Amsterdam" in skipped.stderr and not (data.parent / "out").exists()
    done = publish(data, "--embargo", "2027-05-02 02:00")
    assert done.returncode == 0 and "2 May 2027, 02:00 (Europe/Amsterdam, +02:00)" in done.stdout
    assert '"release_moment": "2027-05-02T02:00:00+02:00"' in (data.parent / "out/2024-april/manifest.json").read_text()


def test_refused_set(data):
    """Exit 1, with the table, its verdict and a reason on public grounds, and how to publish the rest."""
    done = publish(data, staged="refused")
    assert done.returncode == 1 and not (data.parent / "out/2024-april").exists()
    assert "tweede_tabel: INCONCLUSIVE: measure Duur is a mean" in done.stderr
    assert "--without tweede_tabel" in done.stderr


def test_unexpected_error_tells_no_value(data):
    """Exit 1, one line with a code; no traceback and nothing of the text of the error, unless asked for."""
    done = publish(data, staged="broken")
    assert done.returncode == 1 and CANARY not in done.stdout + done.stderr and "Traceback" not in done.stderr
    assert "[KeyError at " in done.stderr and len(done.stderr.strip().splitlines()) == 1
    debug = celwacht(
        "publish",
        "april",
        2024,
        "--data",
        data,
        "--out",
        data.parent / "out",
        "--workers",
        1,
        "--key",
        data.parent / "key",
        staged="broken",
        CELWACHT_DEBUG="1",
    )
    assert debug.stderr.startswith("CONFIDENTIAL") and "Traceback" in debug.stderr


def test_full_disk(data):
    """Exit 1 and the system's own words; nothing appears."""
    done = publish(data, staged="full")
    assert done.returncode == 1 and "No space left on device" in done.stderr and "Traceback" not in done.stderr
    assert not (data.parent / "out/2024-april").exists()


@pytest.mark.long
def test_a_reader_of_the_lines_who_went_away(data):
    """The set was shown before the lines could not be: the message does not say that nothing was published."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "tests.publish.staged_cli", "publish", "april", "2024", "--data", data, "--out", data.parent / "out"]
            + ["--workers", "1", "--key", data.parent / "key"],
            cwd=ROOT,
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
        )
    shown = (data.parent / "out/2024-april").is_symlink()
    assert done.returncode == 1 and ("Nothing was published" in done.stderr) is not shown, done.stderr


def test_public_and_confidential_apart(data):
    """Exit 2 where OUT lies inside DATA, before anything is written."""
    done = celwacht("publish", "april", 2024, "--data", data, "--out", data / "out", staged="")
    assert done.returncode == 2 and "confidential" in done.stderr and not (data / "out").exists()


def test_nothing_published_yet(data):
    """Exit 2, and what to do."""
    done = celwacht("explain", "kleine_tabel", "RegioS=GM0014", "--data", data)
    assert done.returncode == 2 and "celwacht publish" in done.stderr


@pytest.mark.parametrize(
    "args, says",
    [
        (["publsh"], "No such command"),
        (["publish", "april"], "Missing argument 'YEAR'"),
        (["publish", "april", "24", "--data", ".", "--out", "x"], "1900<=x<=2200"),
        (["sql", "jeugdhulp_instrom_verwijzer", "2024HJ01"], "Did you mean 'jeugdhulp_instroom_verwijzer'?"),
        (["sql", "jeugdhulp_instroom_verwijzer", "2024H1"], "2024HJ01"),
        (["check", "no_such_file.yaml"], "no_such_file.yaml"),
        (["new", "Mijn Tabel"], "mijn_tabel"),
        (["intake", "/no/such/folder"], "does not exist"),
    ],
)
def test_bad_input(args, says):
    """Exit 2, with the culprit and the remedy, and no traceback."""
    done = celwacht(*args)
    assert done.returncode == 2 and says in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("years", "says"),
    [
        ("2024-2023", "'2024-2023' is not a range of years; write 2024, or 2023-2024."),
        ("gisteren", "'gisteren' is not a range of years; write 2024, or 2023-2024."),
        ("2010-2011", "the years must be one to 3 in a row, from 2023 to 2026."),
    ],
)
def test_demo_years_that_cannot_be(tmp_path, years, says):
    """Years that the demo cannot make are refused with what it can make, and nothing is written."""
    done = celwacht("demo", tmp_path / "data", "--scale", "small", "--years", years)
    assert done.returncode == 2 and says in done.stdout + done.stderr
    assert not (tmp_path / "data" / "deliveries").exists()


def test_set_that_is_not_there(data):
    """Exit 2 with the sets that are there."""
    done = celwacht("publish", "oktober", 2024, "--data", data, "--out", data.parent / "out", "--key", data.parent / "key")
    assert done.returncode == 2 and "october" in done.stderr


def test_check_names_line_and_remedy(tmp_path):
    """Every problem of a specification on a line of its own, with its place; exit 2, and 0 once it is right."""
    made = celwacht("new", "mijn_tabel", "--to", tmp_path)
    assert made.returncode == 0, made.stderr
    path = tmp_path / "mijn_tabel.yaml"
    assert celwacht("check", path).returncode == 0
    path.write_text(path.read_text().replace("unit:", "unitt:").replace("moment: ", "moment: x"))
    broken = celwacht("check", path)
    assert broken.returncode == 2 and broken.stderr.count("mijn_tabel.yaml:") >= 2 and "unit" in broken.stderr


def test_help_is_quick_and_complete():
    """--help lists every command with a line, and needs none of the heavy libraries."""
    done = celwacht("--help")
    commands = ("check", "demo", "explain", "intake", "new", "publish", "sql", "verify")
    assert done.returncode == 0 and all(f"\n  {name} " in done.stdout for name in commands)
    heavy = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "celwacht.publish.cli", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stderr
    assert not {"pandas", "duckdb", "numba", "pydantic"} & {line.split("|")[-1].strip() for line in heavy.splitlines()}


def test_a_reader_that_stops_reading_is_no_fault(capsys):
    """`celwacht deliveries ... | head` ends with a word on that, and not with one of a fault inside the program."""

    def stopped():
        raise SystemExit(1)

    assert console.run(stopped) == 1
    told = capsys.readouterr().err
    assert "stopped reading" in told and "went wrong" not in told
