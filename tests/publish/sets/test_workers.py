"""A set ends, and says why, when one of its workers is killed."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "when",
    [
        "working",
        pytest.param("telling", marks=pytest.mark.long),
        pytest.param("starting", marks=pytest.mark.long),
        pytest.param("idle", marks=pytest.mark.long),
    ],
)
def test_a_killed_worker_ends_the_set(when, tmp_path):
    """The reason is told, the other worker ends too, and the process itself ends. One that has told all it had to is not missed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.publish.sets.dying", when, tmp_path], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    told, left = done.stdout.splitlines()
    assert left == "left 0", done.stderr
    if when == "idle":
        assert told == "done ('endless', 'victim')"
    else:
        assert told.startswith("OSError a worker process was ended from outside")
