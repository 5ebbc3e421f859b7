"""The examples that the default command draws do not depend on what is imported (tests/conftest.py)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DRAWN = """
import sys
sys.path.insert(0, {folder!r})
import {more}
from hypothesis import given, settings, strategies as st

@settings(max_examples=300)
@given(st.integers(), st.text())
def test_drawn(number, text):
    with open("drawn.txt", "a", encoding="utf-8") as file:
        print(number, ascii(text), file=file)
"""


def _drawn(folder, more, profile):
    """What the same test draws in a process of its own that has imported one module more."""
    folder.mkdir()
    (folder / "constants_of_ours.py").write_text(f"A, B = 918273645, 'a text of ours'\nC = {list(range(8_000_000, 8_000_300))}\n")
    out = folder / "drawn.txt"
    (folder / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    (folder / "test_drawn.py").write_text(DRAWN.format(folder=str(folder), more=more))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", f"--hypothesis-profile={profile}", "."]
    environment = {**os.environ, "PYTEST_ADDOPTS": "", "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "kept")}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout
    return out.read_text(encoding="utf-8")


@pytest.mark.long
def test_the_same_examples_whatever_is_imported(tmp_path):
    """With and without a module of ours that is full of constants: the same numbers and texts, none of them from it."""
    plain, more = (_drawn(tmp_path / module, module, "same") for module in ("json", "constants_of_ours"))
    assert plain == more
    assert "918273645" not in more


@pytest.mark.long
def test_the_long_command_draws_constants_of_ours(tmp_path):
    """There they are wanted: what a module compares with is what may break it. If this fails, so may the reason for the test above."""
    drawn = "".join(_drawn(tmp_path / str(i), "constants_of_ours", "new") for i in range(2))
    assert "80000" in drawn or "918273645" in drawn or "a text of ours" in drawn
