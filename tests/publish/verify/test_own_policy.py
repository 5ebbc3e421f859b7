"""`verify --against` judges by the policy and the list that the folder was made with, and not by the default ones."""

import random

import pytest

from tests.protect.own_tables import celwacht

COUNTS = (
    "kommune,fylke,sex,freq\n0301,03,M,12\n0301,03,F,3\n0402,03,M,10\n0402,03,F,17\n1103,11,M,8\n1103,11,F,9\n1108,11,M,30\n1108,11,F,21\n"
)
TREES = ("--hierarchy", "region=kommune<fylke", "--hierarchy", "sex")
POLICY = ("--threshold", "5", "--width", "3")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "counts.csv").write_text(COUNTS)
    (tmp_path / "list.csv").write_text("region,sex,status\n0402,M,withhold\n")
    assert celwacht("protect", "counts.csv", *TREES, "--apriori", "list.csv", *POLICY, "--out", "made") == 0
    return tmp_path


def test_with_the_list_that_it_was_made_with(folder):
    assert celwacht("verify", "made", "--against", "counts.csv", *TREES, "--apriori", "list.csv") == 0


def test_another_list_is_told(folder, capsys):
    (folder / "list.csv").write_text("region,sex,status\n1103,F,withhold\n")
    capsys.readouterr()
    assert celwacht("verify", "made", "--against", "counts.csv", *TREES, "--apriori", "list.csv") == 1
    assert "the certificate is about other" in "".join(capsys.readouterr())


def test_a_list_without_an_input_is_refused(folder):
    assert celwacht("verify", "made", "--apriori", "list.csv") == 2


@pytest.mark.long
def test_linked_tables_of_another_threshold_than_the_default(tmp_path, monkeypatch):
    """Of 14, where the default is 10: other cells are sensitive, as the folder says."""
    monkeypatch.chdir(tmp_path)
    draw = random.Random(3)
    people = [(draw.choice("NSWE"), draw.choice("MF"), draw.choice("AB")) for _ in range(90)]
    for name, at in (("age", 2), ("sex", 1)):
        (tmp_path / f"{name}.csv").write_text(f"region,{name},freq\n" + "".join(f"{p[0]},{p[at]},1\n" for p in people))
    trees = [w for d in ("region", "age", "sex") for w in ("--hierarchy", d)]
    assert celwacht("protect", "age.csv", "sex.csv", *trees, "--threshold", "14", "--width", "3", "--out", "made") == 0
    assert celwacht("verify", "made", "--against", "age.csv", "--against", "sex.csv", *trees) == 0
