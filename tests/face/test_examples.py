"""The examples run, and say what they say here."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SAID = {
    "protect_a_table.py": ["SAFE {'all': 36", "SAFE by the checker alone"],
    "protect_a_problem.py": ["SAFE cost 170.0 no pattern costs less than 170.0"],
    "round_a_table.py": ["'cells': 36", "least possible, proved"],
    "audit_somebodys_table.py": ["2 exact, 0 narrow, 0 open", "Total [14]".lower()],
}


def test_every_example_is_run():
    """Each file of examples/ has a test here."""
    assert {p.name for p in EXAMPLES.glob("*.py")} == {*SAID, "publish_a_set.py"}


def run(name, *words):
    return subprocess.run([sys.executable, str(EXAMPLES / name), *map(str, words)], capture_output=True, text=True)


@pytest.mark.parametrize("name", SAID)
def test_example(name):
    done = run(name)
    assert done.returncode == 0, done.stderr
    for text in SAID[name]:
        assert text in done.stdout


@pytest.mark.long
def test_publish_a_set(tmp_path):
    """From deliveries to a verified set, from Python."""
    done = run("publish_a_set.py", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "SAFE" in done.stdout and "<Cube jeugdhulp_crisis" in done.stdout
