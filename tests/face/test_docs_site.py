"""The site: built from what is there, complete, and every link in it leads somewhere."""

import importlib.util
import re
import sys
from pathlib import Path

import celwacht
import pytest
from celwacht.publish.terminal.rules import all_rules

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def build():
    """docs/build.py as a module."""
    sys.path.insert(0, str(ROOT / "docs"))
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_decision_is_listed():
    listed = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs/decisions").glob("0*.md"):
        assert page.name in listed and "**Decided.**" in page.read_text(encoding="utf-8")


def test_rules_in_messages_are_in_the_index():
    """What the intake says of broken deliveries, to the letter: each of its rules is in the index."""
    told = (ROOT / "tests/intake/broken_messages.txt").read_text(encoding="utf-8")
    rules = all_rules(ROOT)
    wild = [r[:-1] for r in rules if r.endswith("*")]
    for rule in set(re.findall(r"\[([a-z0-9-]+)\]$", told, flags=re.MULTILINE)):
        assert rule in rules or rule.startswith(tuple(wild)), rule


def test_the_site(build, tmp_path):
    """Every page, the generated ones among them; links between pages, and into the repository, hold; nothing comes from a network."""
    assert build.main(tmp_path / "docs" / "site") == 0
    site = tmp_path / "docs" / "site"
    for name in ("python", "specifications", "errors", "options", "rooms"):
        assert (site / "docs/reference" / f"{name}.html").is_file()
    python = (site / "docs/reference/python.html").read_text(encoding="utf-8")
    assert all(f'id="{name}"' in python for name in celwacht.__all__ if name.islower() and name != "__version__")
    pages = list(site.rglob("*.html"))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r'(?:src|<link[^>]*href)="', text), page
        for link in re.findall(r'href="([^"#]+)', text):
            if not link.startswith(("http", "mailto")):
                place = (page.parent / link).resolve()
                inside = place.is_relative_to(site)
                assert place.exists() if inside else (ROOT / place.relative_to(tmp_path)).exists(), (page.name, link)
