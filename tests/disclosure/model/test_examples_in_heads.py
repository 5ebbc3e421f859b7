"""Every algorithm of disclosure/ has an example of a few cells at its head; those that are code are run."""

import ast
import doctest
import importlib
import re
from pathlib import Path

import pytest
from celwacht import disclosure

ROOT = Path(disclosure.__file__).parent
ALGORITHMS = [
    *(p for room in ("search", "proof", "rules", "sets", "ledger", "audit/bounds", "audit/recipes") for p in (ROOT / room).rglob("*.py")),
    *(ROOT / "intruder").glob("*.py"),
    *(ROOT / "intruder" / "sets" / f"{n}.py" for n in ("across", "families", "lines", "links", "moments")),
    *(ROOT / "audit" / "reading" / f"{n}.py" for n in ("discover", "flags", "guess", "percentages", "total_columns")),
    *(ROOT / "rounding").glob("*.py"),
    *(ROOT / "model" / f"{n}.py" for n in ("cube_problem", "insiders", "intruder", "lines")),
    *(ROOT / f"{n}.py" for n in ("audit/audit", "audit/model/recipe", "loss/partners", "policy/headline", "solver/highs", "solver/work")),
]
NONE = {
    "certificate",
    "protected_cube",
    "set_certificate",
    "layout",
    "rounding",
    "rule",
    "contributions",
    "model",
    "rows",
    "start",
    "recipe_text",
}
"""Modules in those rooms that hold values, files or words, and no algorithm."""
HEADS = sorted(p for p in ALGORITHMS if p.name != "__init__.py" and (p.stem not in NONE or p.parent.name == "relations"))


def head(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


@pytest.mark.parametrize("path", HEADS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_the_head_has_an_example(path):
    text = head(path)
    assert re.search(r"\bExample\b", text) or re.search(r"^    \S", text, re.M), "a worked example of 2 x 2 or 3 x 3 cells is missing"


@pytest.mark.parametrize("path", [p for p in HEADS if ">>>" in head(p)], ids=lambda p: p.relative_to(ROOT).as_posix())
def test_the_example_runs(path):
    module = importlib.import_module("celwacht.disclosure." + path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."))
    test = doctest.DocTestParser().get_doctest(module.__doc__, {**vars(module)}, module.__name__, str(path), 0)
    said: list[str] = []
    assert doctest.DocTestRunner().run(test, out=said.append).failed == 0, "".join(said)
