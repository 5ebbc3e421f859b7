"""`celwacht round` as somebody uses it: files in, a folder out, and every mistake told at once."""

import json
import stat

import numpy as np
import pandas as pd
import pytest
from celwacht.publish.cli import celwacht
from celwacht.publish.terminal import console
from click.testing import CliRunner

TREES = {
    "dims": ["region", "sex"],
    "root": {"region": "NL", "sex": "both"},
    "trees": {"region": {"NL": ["north", "south"], "north": ["n1", "n2"]}, "sex": {"both": ["M", "F"]}},
}
COUNTS = "region,sex,freq\nn1,M,3\nn1,F,11\nn2,M,1\nsouth,M,27\nsouth,F,8\n"


@pytest.fixture
def files(tmp_path):
    """Counts, trees and a key."""
    (tmp_path / "counts.csv").write_text(COUNTS)
    (tmp_path / "trees.json").write_text(json.dumps(TREES))
    (tmp_path / "key").write_bytes(bytes(range(32)))
    return tmp_path


def run(files, *words, key="key"):
    """Exit status and all that is said."""
    told = []
    order = ["round", str(files / "counts.csv"), "--hierarchy", str(files / "trees.json"), "--out", str(files / "out"), *words]
    runner = CliRunner()
    result = runner.invoke(celwacht, [*order, *(["--key", str(files / key)] if key else [])], standalone_mode=False)
    told.append(result.output)
    return result, "".join(told)


@pytest.mark.parametrize("method", ["conventional", "random", "controlled", "small-count", "cell-key"])
def test_every_method_writes_its_figures(files, method):
    """All cells, codes in order, no true value in the figures' file beyond what the method prints; private folder."""
    result, told = run(files, "--method", method)
    assert result.exception is None and "15 cells rounded" in told
    frame = pd.read_csv(files / "out/rounded.csv")
    assert list(frame.columns) == ["region", "sex", "printed"] and len(frame) == 15
    report = json.loads((files / "out/rounding.json").read_text())
    assert report["method"]["method"] == method and report["about"].startswith("CONFIDENTIAL")
    assert stat.S_IMODE((files / "out").stat().st_mode) == 0o700
    if report["additive"]:
        wide = frame.pivot(index="region", columns="sex", values="printed")
        assert np.array_equal(wide["M"] + wide["F"], wide["both"])
        assert np.array_equal(wide.loc["north"] + wide.loc["south"], wide.loc["NL"])
    before = (files / "out/rounded.csv").read_bytes()
    assert run(files, "--method", method, "--force")[0].exception is None
    assert (files / "out/rounded.csv").read_bytes() == before


def test_mistakes_are_told_together_and_without_a_count(files):
    """Threshold against base, a foreign option, no key, an unknown code: one run."""
    (files / "counts.csv").write_text(COUNTS + "n9,M,4711\n")
    result, _ = run(files, "--method", "small-count", "--base", "5", "--threshold", "10", key=None)
    message = str(result.exception)
    for part in ("use base 10 or more", "needs a secret key", "n9"):
        assert part in message
    assert "4711" not in message and not (files / "out").exists()
    (files / "short").write_bytes(b"1234")
    message = str(run(files, "--method", "random", "--variance", "2", key="short")[0].exception)
    assert "plays no part in random" in message and "fewer than 16 bytes" in message
    message = str(run(files, "--method", "cell-key", "--no-small", "8", key="away")[0].exception)
    assert "use most_change" in message and "cannot be read" in message


def test_exit_statuses(files, capsys):
    """0 done, 2 bad input."""
    words = ["round", str(files / "counts.csv"), "--hierarchy", str(files / "trees.json"), "--out", str(files / "out")]
    assert console.run(lambda: celwacht.main(args=words, standalone_mode=False)) == 2
    words += ["--key", str(files / "key")]
    assert console.run(lambda: celwacht.main(args=words, standalone_mode=False)) == 0


@pytest.mark.parametrize("method", ["conventional", "random", "cell-key"])
def test_large_figures_where_nothing_is_searched(files, method):
    """Only methods that search have their limit: 3,000,000,002 is 3,000,000,000 to the nearest five; what floats would not hold is refused."""
    (files / "counts.csv").write_text("region,sex,freq\nn1,M,3000000002\nn1,F,1\nn2,M,7\nsouth,F,0\n")
    assert run(files, "--method", method)[0].exception is None
    if method == "conventional":
        frame = pd.read_csv(files / "out/rounded.csv")
        assert frame.set_index(["region", "sex"]).loc[("n1", "M"), "printed"] == 3_000_000_000
    (files / "counts.csv").write_text(f"region,sex,freq\nn1,M,{2**53}\nn1,F,1\n")
    assert "use a larger unit" in str(run(files, "--method", method, "--force")[0].exception)
    (files / "counts.csv").write_text("region,sex,freq\nn1,M,3000000002\nn1,F,1\n")
    assert "the search can hold" in str(run(files, "--method", "small-count", "--force")[0].exception)
