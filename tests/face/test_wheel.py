"""What is installed is all that is needed: the data files are in the wheel, and it works outside a checkout."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NOT_INSTALLED = re.compile(r"publish/viewer/map/|__pycache__|README")


def data_files() -> set[str]:
    """Files beside the code that the code may read, as git has them."""
    listed = subprocess.run(
        ["git", "ls-files", "tables", "disclosure", "publish", "table_specs"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {f for f in listed.stdout.split() if not f.endswith((".py", ".md")) and not NOT_INSTALLED.search(f)}


def test_patterns_of_the_wheel_have_every_data_file():
    """pyproject.toml's package data, file by file: what it does not name is missing where somebody installs."""
    patterns = PROJECT["tool"]["setuptools"]["package-data"]
    folders = PROJECT["tool"]["setuptools"]["package-dir"]
    named: set[str] = set()
    for package in PROJECT["tool"]["setuptools"]["packages"]:
        top = ".".join(package.split(".")[:2])
        folder = ROOT / folders[top] / "/".join(package.split(".")[2:])
        for pattern in (*patterns["*"], *patterns.get(package, ())):
            named |= {p.relative_to(ROOT).as_posix() for p in folder.glob(pattern)}
    missing = sorted(data_files() - named)
    assert not missing, f"not in the wheel; add a pattern to package-data in pyproject.toml: {missing[:10]}"


@pytest.mark.long
def test_the_wheel_works_outside_a_checkout(tmp_path):
    """Built, installed in an environment of its own, in a folder with a space and an accent: a table, a set's data, the version."""
    place = tmp_path / "été naïf"
    place.mkdir()
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(place), str(ROOT)], check=True)
    (wheel,) = place.glob("*.whl")
    assert "celwacht/table_specs/regions/gemeenten_2023.csv" in zipfile.ZipFile(wheel).namelist()
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--target", str(place / "packages"), str(wheel)], check=True)
    code = (
        "import celwacht, sys; assert 'packages' in celwacht.__file__, celwacht.__file__;"
        "from celwacht.tables.specs.read_spec import read_tables; print(len(read_tables()), celwacht.read_policy('strict').threshold);"
        "from celwacht.publish.cli import main; main(['demo', 'data één', '--scale', 'small', '--years', '2024'])"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = [{str(place / 'packages')!r}, *{sys.path!r}]; {code}"],
        cwd=place,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "data één holds" in done.stdout
