"""Our own folders, given back to `audit` and `verify`: what is inside is said, and the confidential pattern is refused."""

import json

import pytest

from tests.protect.own_tables import celwacht

TEXT = "kommune,fylke,zone,sex,freq\n" + "".join(
    f"{k},{y},{z},{s},{n}\n"
    for (k, y, z), pair in {
        ("k1", "A", "x"): (5, 41),
        ("k2", "A", "y"): (30, 12),
        ("k3", "B", "x"): (2, 44),
        ("k4", "B", "y"): (14, 41),
    }.items()
    for s, n in zip("MF", pair, strict=True)
)
HOW = ["--hierarchy", "region=kommune<fylke", "--hierarchy", "region=kommune<zone", "--hierarchy", "sex"]


@pytest.fixture
def counts(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text(TEXT)
    (tmp_path / "key").write_bytes(bytes(range(32)))
    return path


def test_audit_of_a_protected_folder_knows_its_hierarchies(counts, tmp_path, capsys):
    """The folder and the safe file in it are read with the trees beside them: all totals of both hierarchies are used."""
    assert celwacht("protect", counts, *HOW, "--out", tmp_path / "p") == 0
    for path in (tmp_path / "p", tmp_path / "p" / "safe.csv", tmp_path / "p" / "safe.xlsx"):
        capsys.readouterr()
        assert celwacht("audit", path) == 0
        told = capsys.readouterr().out
        assert "region: its totals as stated" in told and "NOT the sum" not in told and "no sum" not in told


def test_audit_finds_what_a_second_hierarchy_gives_away(counts, tmp_path, capsys):
    """With a cell of the pattern printed after all, the sum over a zone gives its neighbour: only who knows the zones sees it."""
    assert celwacht("protect", counts, *HOW, "--out", tmp_path / "p") == 0
    rows = (tmp_path / "p" / "safe.csv").read_text().splitlines()
    true = {tuple(r.split(",")[:2]): r.split(",")[2] for r in (tmp_path / "p" / "pattern_CONFIDENTIAL.csv").read_text().splitlines()[2:]}
    shown = [r if r.startswith(("k1,M", "k3,M")) or not r.endswith(".") else f"{r[:-1]}{true[tuple(r.split(',')[:2])]}" for r in rows]
    shown = [",".join([*r.split(",")[:2], "."]) if r.startswith(("k3,M,", "k1,M,")) else r for r in shown]
    (tmp_path / "p" / "safe.csv").write_text("\n".join(shown) + "\n")
    assert celwacht("audit", tmp_path / "p") == 1
    assert "2 can be recalculated exactly" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["pattern_CONFIDENTIAL.csv", "pattern.csv", "mine.csv"])
def test_audit_of_the_pattern_is_refused_under_any_name(counts, tmp_path, capsys, name):
    """Also without the first line, as earlier versions wrote it; true values would make every audit an all-clear."""
    assert celwacht("protect", counts, *HOW, "--out", tmp_path / "p") == 0
    content = (tmp_path / "p" / "pattern_CONFIDENTIAL.csv").read_text()
    path = tmp_path / "p" / name
    path.write_text(content if name.startswith("pattern_") else content.partition("\n")[2])
    assert celwacht("audit", path) == 2
    told = capsys.readouterr().err
    assert "this is the confidential pattern" in told and f"celwacht audit {tmp_path / 'p'}" in told


def test_audit_says_what_else_is_inside(counts, tmp_path, capsys):
    """A rounded folder, linked tables, JSON, a folder of somebody else, a folder without anything to hand on."""
    assert celwacht("round", counts, *HOW, "--method", "conventional", "--out", tmp_path / "r") == 0
    assert celwacht("audit", tmp_path / "r") == 1
    assert "a folder of celwacht round, method conventional" in capsys.readouterr().out.replace("\n", " ")
    (tmp_path / "b.csv").write_text("fylke,age,freq\nA,j,60\nA,o,28\nB,j,60\nB,o,41\n")
    how = ["--hierarchy", "region=kommune<fylke", "--hierarchy", "sex", "--hierarchy", "age"]
    assert celwacht("protect", counts, tmp_path / "b.csv", *how, "--out", tmp_path / "l") == 0
    capsys.readouterr()
    assert celwacht("audit", tmp_path / "l") == 0
    assert "safe_counts.csv, safe_b.csv" in " ".join(capsys.readouterr().out.split())
    for path, says in ((tmp_path / "l" / "audit.json", "JSON is not audited"), (tmp_path, "this folder is none of ours")):
        assert celwacht("audit", path) == 2 and says in capsys.readouterr().err
    for file in (tmp_path / "l").glob("safe*"):
        file.unlink()
    assert celwacht("audit", tmp_path / "l") == 2 and "nothing in it that may be handed on" in capsys.readouterr().err


@pytest.mark.parametrize("method", ["conventional", "random", "controlled", "small-count", "cell-key"])
def test_verify_takes_rounded_folders(counts, tmp_path, capsys, method):
    """As made; against the counts; against the key. Any change of a figure, tree or report, and other counts, are found."""
    out, key = tmp_path / "r", ["--key", tmp_path / "key"]
    secret = [] if method == "conventional" else key
    assert celwacht("round", counts, *HOW, "--method", method, *secret, "--out", out) == 0
    assert celwacht("verify", out) == 0 and celwacht("verify", out, "--against", counts, *HOW, *key) == 0
    assert "Rounding has no certificate" in capsys.readouterr().out
    good = {p.name: p.read_bytes() for p in out.iterdir()}
    assert set(good) == {"rounded.csv", "rounding.json", "hierarchy.json"}
    for name in good:
        (out / name).write_bytes(good[name].replace(b"5\n", b"6\n", 1).replace(b'"k1"', b'"kk"', 1).replace(b'"files"', b'"file"', 1))
        assert celwacht("verify", out) != 0, name
        (out / name).write_bytes(good[name])
    other = tmp_path / "other.csv"
    other.write_text(TEXT.replace("k2,A,y,M,30", "k2,A,y,M,90"))
    assert celwacht("verify", out, "--against", other, *HOW, *key) == 1


def test_a_figure_that_the_method_cannot_print_is_found_without_the_counts(counts, tmp_path, capsys):
    """Even where the hash was mended too: no multiple of the base, a total that is no sum."""
    out = tmp_path / "r"
    assert celwacht("round", counts, *HOW, "--method", "controlled", "--key", tmp_path / "key", "--out", out) == 0
    text = (out / "rounded.csv").read_text().splitlines()
    text[-1] = ",".join([*text[-1].split(",")[:-1], str(int(text[-1].split(",")[-1]) + 3)])
    (out / "rounded.csv").write_text("\n".join(text) + "\n")
    report = json.loads((out / "rounding.json").read_text())
    import hashlib

    report["files"]["rounded.csv"]["sha256"] = hashlib.sha256((out / "rounded.csv").read_bytes()).hexdigest()
    (out / "rounding.json").write_text(json.dumps(report))
    assert celwacht("verify", out) == 1
    told = capsys.readouterr().err
    assert "no multiples of 5" in told and "not the sums of their parts" in told
