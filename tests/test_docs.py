"""What the README says is so: every command has an example, every folder on the map is there, every link leads somewhere."""

import re
import shlex
from pathlib import Path

import click
import pytest
from celwacht.publish.cli import celwacht
from celwacht.publish.terminal.rules import all_rules
from celwacht.tables.demo.country import assumptions
from celwacht.tables.version import VERSION
from click.testing import CliRunner

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = sorted((ROOT / "docs").rglob("*.md"))
TOUR = (ROOT / "docs/explanation/tour.md").read_text(encoding="utf-8")
MANUAL = "\n".join([README, *(p.read_text(encoding="utf-8") for p in DOCS)])
"""The README and all pages of docs/."""
EXAMPLES = re.findall(r"^\$ (celwacht .+)$", MANUAL, flags=re.MULTILINE)
FOLDERS = sorted(
    p for p in ROOT.rglob("README.md") if not {".venv", "data", "out", "node_modules", "docs"} & set(p.relative_to(ROOT).parts)
)
PAGES = [*FOLDERS, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *DOCS]
GENERATED = {
    ROOT / "docs" / "reference" / f"{name}.md" for name in ("python", "specifications", "errors", "options", "rooms", "definitions")
}
"""Made by docs/generate.py when the site is built."""


@pytest.mark.parametrize("name", sorted(celwacht.commands))
def test_every_command_has_an_example_and_help(name):
    """In the README or docs/, and in its own --help."""
    assert any(shlex.split(e)[1] == name for e in EXAMPLES), f"no example of celwacht {name}; write one in docs/reference/commands.md"
    told = CliRunner().invoke(celwacht, [name, "--help"])
    assert told.exit_code == 0 and f"celwacht {name}" in told.output and "Example" in told.output
    assert celwacht.commands[name].short_help


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_have_options_that_exist(example):
    """Every option in an example is one that the command has."""
    _, name, *words = shlex.split(example)
    command = celwacht.commands[name]
    if isinstance(command, click.Group):
        command = command.commands[words[0]]
    options = {o for parameter in command.params for o in parameter.opts}
    assert {w for w in words if w.startswith("--")} <= options


def test_map_of_folders_is_true():
    """The folders on the map are those that are there."""
    on_map = set(re.findall(r"^\| \[?`?([a-z_]+)/", README, flags=re.MULTILINE))
    there = {p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith(".") and any(p.glob("*.*"))}
    assert on_map == there - {"data", "out", "build", "__pycache__"} - {p.name for p in ROOT.glob("*.egg-info")}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    """No page points to a file that is not there."""
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http", "mailto")):
            place = (page.parent / target).resolve()
            assert place.exists() or place in GENERATED, target


def test_publish_page_names_every_file():
    """The table of publish/README.md has each file of the folder."""
    named = set(re.findall(r"`([a-z_]+\.py)`", (ROOT / "publish/README.md").read_text(encoding="utf-8")))
    assert {p.name for p in (ROOT / "publish").glob("*.py")} - {"__init__.py"} <= named


def test_make_targets_are_there():
    """What the README says that make does, make does; the small demo is the province that the demo makes."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`(?:SCALE=small )?make ([a-z-]+)`", MANUAL):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target
    assert f"--province {assumptions.SMALL_PROVINCE}" in makefile


def test_licence_and_version():
    """Apache-2.0 in full, the licence of CBS's figures named, and one version number."""
    assert "Apache License" in (ROOT / "LICENSE").read_text() and "APPENDIX" in (ROOT / "LICENSE").read_text()
    assert "CC BY 4.0" in README and "CC BY 4.0" in (ROOT / "NOTICE").read_text()
    assert f'version = "{VERSION}"' in (ROOT / "pyproject.toml").read_text()


def test_lock_has_a_hash_for_everything_and_no_host():
    """Each locked package has hashes, and the lock names no registry."""
    lock = (ROOT / "requirements.lock").read_text()
    packages = re.findall(r"^([a-z0-9-]+)==", lock, flags=re.MULTILINE)
    assert len(packages) > 25 and "://" not in lock and not re.search(r"^-", lock, flags=re.MULTILINE)
    for block in re.split(r"^(?=[a-z0-9-]+==)", lock, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in block


def test_the_tour_has_ten_stops_and_every_file_on_it_is_there():
    """Mend docs/explanation/tour.md when a room moves."""
    assert len(re.findall(r"^## \d+\. ", TOUR, flags=re.MULTILINE)) == 10
    named = re.findall(r"`([a-z_]+/[a-z_/]*(?:\.py)?)`", TOUR)
    assert len(named) > 20
    missing = [n for n in named if not (ROOT / n).exists()]
    assert not missing, f"docs/explanation/tour.md names what is not there: {missing}"


def test_every_rule_has_a_sentence():
    """The index of messages: every [rule] that the code can tell, each with its sentence."""
    rules = all_rules(ROOT)
    assert len(rules) > 180
    silent = [r.name for r in rules.values() if not any(r.texts)]
    assert not silent, f"no sentence was found for these rules: write one in ELSEWHERE (publish/terminal/rules.py): {silent}"
