"""The public face: every name is there, typed and told; loading is lazy; what an earlier README showed still works."""

import inspect
import json
import subprocess
import sys
from pathlib import Path

import celwacht
import pandas as pd
import pytest
from celwacht.publish.own_tables.protect_command import protect_files

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "examples" / "data"
FUNCTIONS = ["protect_counts", "protect_problem", "round_counts", "audit_table", "verify", "build_cubes", "publish_set", "read_policy"]
COUNTS, TREES = pd.read_csv(DATA / "counts.csv", dtype=str), json.loads((DATA / "trees.json").read_text())


@pytest.mark.parametrize("name", celwacht.__all__)
def test_every_public_name_is_there(name):
    """And is in dir(), as an editor shows it."""
    assert getattr(celwacht, name) is not None and name in dir(celwacht)


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="no attribute 'protekt'"):
        celwacht.protekt  # noqa: B018


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_documented_and_typed(name):
    """Promise, errors, source and an example; every parameter and the result have a type."""
    function = getattr(celwacht, name)
    told = inspect.getdoc(function)
    for word in ("Raises", "Source:", "Example:", "Returns"):
        assert word in told, f"{name}: the docstring has no {word!r}"
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(p.annotation is not inspect.Parameter.empty for p in signature.parameters.values())
    missing = [p for p in signature.parameters if p not in told]
    assert not missing, f"{name}: the docstring does not say what {missing} are"


def loaded_after(code: str) -> set[str]:
    """Top-level modules that a fresh process has after some code."""
    told = subprocess.run([sys.executable, "-c", code + "; import sys; print(*sys.modules)"], capture_output=True, text=True, check=True)
    return {m.split(".")[0] for m in told.stdout.split()}


def test_loading_is_lazy():
    """`import celwacht` and `celwacht --help` load no library of numbers; protect_counts, to be named, no compiler and no solver."""
    heavy = {"numpy", "pandas", "numba", "pydantic", "duckdb", "highspy"}
    assert not heavy & loaded_after("import celwacht")
    assert not heavy & loaded_after("import celwacht.publish.cli")
    assert not heavy - {"numpy", "pydantic"} & loaded_after("from celwacht import protect_counts")


def test_a_small_table_needs_no_database_and_no_server():
    """A small table in a fresh process. numba it does load (a quarter of a second), for its search is compiled."""
    code = (
        f"import json, pandas as pd, celwacht; c = pd.read_csv({str(DATA / 'counts.csv')!r}, dtype=str); "
        f"t = json.load(open({str(DATA / 'trees.json')!r})); assert celwacht.protect_counts(c, t).verdict is celwacht.Verdict.SAFE"
    )
    assert not {"duckdb", "starlette"} & loaded_after(code)


def test_publish_is_a_package_and_a_function(tmp_path):
    """`celwacht.publish` can be called, before and after something of the package was imported."""
    from celwacht.publish import cli

    assert callable(celwacht.publish) and celwacht.publish.cli is cli
    with pytest.raises(ValueError, match="must not lie inside"):
        celwacht.publish("april", 2024, data=tmp_path, out=tmp_path / "out")


def test_old_addresses_work():
    """Those that earlier versions of the README showed."""
    from celwacht.disclosure import protect_counts as second
    from celwacht.disclosure.standalone import protect_counts as first

    assert first is second is celwacht.protect_counts


def test_protect_problem_takes_a_file_or_a_problem():
    """The JJ problem in examples/: the one cheapest square around the sensitive cell."""
    from_file = celwacht.protect_problem(DATA / "shops.jj")
    assert from_file.verdict is celwacht.Verdict.SAFE and from_file.cost == from_file.lower_bound == 170
    again = celwacht.protect_problem(from_file.proof.problem)
    assert again.table().equals(from_file.table())
    with pytest.raises(celwacht.ProblemsFound, match="hierarchy"):
        celwacht.protect_problem(DATA / "counts.csv")


def test_round_counts():
    """Additive: printed totals are sums of printed parts; a key is asked for."""
    figures = celwacht.round_counts(COUNTS, TREES, key=bytes(32)).figures()
    whole = figures[(figures.sex == "Totaal") & (figures.age == "0-17")].set_index("region")["printed"]
    assert whole["Land"] == whole.drop("Land").sum() and not (figures["printed"] % 5).any()
    with pytest.raises(ValueError, match="secret key"):
        celwacht.round_counts(COUNTS, TREES)
    nearest = celwacht.round_counts(COUNTS, TREES, method="conventional", base=10)
    assert nearest.shown.ravel()[0] == 190  # of 191


def test_audit_table():
    """The two cells that follow from the totals."""
    found = celwacht.audit_table(DATA / "printed.csv", marks=["c=withheld"])
    assert (found.exact, found.narrow, found.open, found.inconclusive) == (2, 0, 0, 0)
    assert set(found.table()["least"]) == {"9"} and "9" not in repr(found).replace("9,", "")


def test_verify_a_folder(tmp_path):
    """SAFE as it was written; UNSAFE when a status was changed; a question without a folder is refused."""
    out = tmp_path / "protected"
    protect_files(DATA / "counts.csv", DATA / "trees.json", out, threshold=10, width=5)
    assert celwacht.verify(out).verdict is celwacht.Verdict.SAFE
    assert celwacht.verify(out, against=DATA / "counts.csv", hierarchy=DATA / "trees.json").verdict is celwacht.Verdict.SAFE
    pattern = out / "pattern_CONFIDENTIAL.csv"
    pattern.write_text(pattern.read_text().replace(",secondary", ",published", 1))
    found = celwacht.verify(out)
    assert found.verdict is celwacht.Verdict.UNSAFE and any("status" in text for text in found.differences)
    with pytest.raises(ValueError, match="name the folder"):
        celwacht.verify()
    with pytest.raises(celwacht.ProblemsFound, match="no-set"):
        celwacht.verify(data=tmp_path)


def test_build_cubes_tells_what_is_wrong(tmp_path):
    """A wrong table and a wrong period, in one go."""
    with pytest.raises(celwacht.ProblemsFound) as found:
        celwacht.build_cubes("jeugdhulp_crisi", ["2024HJ3"], tmp_path)
    assert {p.rule for p in found.value.problems} == {"unknown-table", "period"}
    assert "Did you mean 'jeugdhulp_crisis'" in str(found.value)
