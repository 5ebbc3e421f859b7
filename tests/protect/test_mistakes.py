"""Bad input: exit 2, all of it at once, each with its place, culprit and remedy; never a count, and nothing is
written."""

import copy
import gzip
import json

import pytest

from tests.protect.own_tables import TEXT, TREES, celwacht, written


def told(tmp_path, capsys, counts=TEXT, trees=TREES, *options):
    """What the command says of bad input."""
    files = written(tmp_path, counts, trees)
    capsys.readouterr()
    assert celwacht("protect", files[0], "--hierarchy", files[1], "--out", tmp_path / "out", *options) == 2
    assert not (tmp_path / "out").exists()
    said = capsys.readouterr().err
    assert "Something went wrong" not in said and "Repair what is named above" in said
    return said


COUNTS = [
    (TEXT.replace("0202,F", "0209,F"), "counts.csv:9: region: '0209' is no leaf of the tree. Did you mean '0202'?"),
    (TEXT.replace("0202,F", "202,F"), "'0202' is; keep codes as text, with their leading zeros"),
    (TEXT.replace("0202,F", "02,F"), "counts.csv:9: region=02, sex=F is a total in the tree, and not the sum of its parts"),
    (TEXT.replace("0202,F", "123456782,F"), "a number of 9 digits is no leaf"),
    (TEXT.replace("0202,F", ",F"), "counts.csv:9: region: the code is empty"),
    (TEXT.replace("M,21", "M,-21"), "counts.csv:4: freq: the count is negative"),
    (TEXT.replace("M,21", "M,21.5"), "counts.csv:4: freq: the count is not whole"),
    (TEXT.replace("M,21", "M,"), "counts.csv:4: freq: the count is empty"),
    (TEXT.replace("M,21", "M,many"), "counts.csv:4: freq: the count is not a number"),
    (TEXT.replace("M,21", "M,nan"), "counts.csv:4: freq: the count is no number that can be counted to"),
    (TEXT.replace("M,21", "M,1e2"), "counts.csv:4: freq: the count is not written as a whole number"),
    (TEXT.replace("M,21", "M,21,4"), "counts.csv:4: the header has 3 fields, this line 4"),
    (TEXT.replace("M,21", "M"), "counts.csv:4: the header has 3 fields, this line 2"),
    (TEXT.replace("M,21", '"M,21'), "counts.csv:4: a quote is left open"),
    (TEXT.replace("M,21", "M,9999999999"), "the counts add up to more than"),
    (TEXT.replace("freq", "aantal"), "counts.csv:1: there is no column 'freq' with the counts"),
    (TEXT.replace("sex", "sexe"), "there is no column 'sex' with the codes of dimension 'sex'. Did you mean 'sexe'?"),
    (TEXT.replace("sex", "region"), "there are several columns 'region'"),
    ("", "counts.csv: the file is empty"),
    ("\n\n", "counts.csv: the file is empty"),
    ("region,sex,freq\n", "there are no rows"),
    (TEXT.encode("utf-16")[:-1], "the file begins as UTF-16 and does not go on so; save it as CSV UTF-8"),
    (b"region,sex,freq\n0101,M,3\n0101,\xe9,4\n", "counts.csv:3: this line is not UTF-8"),
    (b"PK\x03\x04\0\0", "NUL byte"),
    (gzip.compress(TEXT.encode(), mtime=0)[:40], "damaged or cut short"),
]


@pytest.mark.parametrize(("counts", "says"), COUNTS)
def test_counts(tmp_path, capsys, counts, says):
    assert says in told(tmp_path, capsys, counts)


@pytest.mark.parametrize("count", ["-48611", "48611.5", "48,611", "48611x", "4.8611e4", "48611 ", "99948611999948611"])
def test_no_count_in_a_message(tmp_path, capsys, count):
    """Whatever is wrong with a count, or beside it, the message does not repeat it."""
    said = told(tmp_path, capsys, TEXT.replace("M,21", f"M,{count}").replace("0202,F", "x,F"))
    assert "611" not in said and "x" in said


def changed(*path, to):
    """TREES with one thing changed."""
    trees = copy.deepcopy(TREES)
    at = trees
    for key in path[:-1]:
        at = at[key]
    if to is None:
        del at[path[-1]]
    else:
        at[path[-1]] = to
    return trees


HIERARCHIES = [
    (changed("trees", "region", "0101", to=["01"]), "a cycle; no code can stand under itself"),
    (changed("trees", "region", "9", to=["9"]), "a cycle"),
    (changed("trees", "region", "02", to=["0201", "0202", "0101"]), "'0101' stands under both '01' and '02'; a code has one parent"),
    (changed("trees", "region", "02", to=["0201", "0202", "0202"]), "'0202' stands twice under '02'"),
    (changed("root", "region", to="NLD"), "the root 'NLD' is no code of the tree. Did you mean 'NL'?"),
    (changed("root", "region", to="01"), "the root '01' stands under 'NL'"),
    (changed("trees", "region", "03", to=["0301"]), "'03' and what is under it do not lead up to the root 'NL'"),
    (changed("trees", "region", "02", to=[201, "0202"]), "codes are non-empty texts, 201 is not; write it in quotes"),
    (changed("root", "sex", to=None), "root has no entry for dimension 'sex'"),
    (changed("trees", "sex", to=None), "trees has no entry for dimension 'sex'"),
    (changed("trees", "sexe", to={"T": ["M"]}), "trees has 'sexe', which is not among dims. Did you mean 'sex'?"),
    (changed("dims", to=["region", "sex", "sex"]), "dims names 'sex' twice"),
    (changed("dims", to=["region", "sex", "age"]), "trees has no entry for dimension 'age'"),
    (changed("dims", to=[]), "dims must be a list"),
    (changed("trees", to=[]), "trees must be an object"),
    (changed("trees", "sex", to=["M", "F"]), "a tree is an object"),
    ("", "trees.json: the file is empty"),
    ("{", "trees.json:1:2: this is no JSON"),
    ("[]", "expected an object"),
    ("null", "expected an object"),
    ("[" * 100_000, "nested too deep"),
    (json.dumps(TREES).replace('"02"]', '"02"], "NL": ["01", "02"]'), "'NL' is written twice in one object"),
]


@pytest.mark.parametrize(("trees", "says"), HIERARCHIES)
def test_hierarchies(tmp_path, capsys, trees, says):
    assert says in told(tmp_path, capsys, TEXT, trees)


def test_line_of_a_mistake_in_the_trees(tmp_path, capsys):
    """A tree written over several lines is reported by line."""
    text = json.dumps(changed("trees", "region", "02", to=["0201", "0202", "0101"]), indent=1)
    line = 1 + text[: text.rindex('"0101"')].count("\n")
    assert f"trees.json:{line}: region: '0101' stands under both" in told(tmp_path, capsys, TEXT, text)


OPTIONS = [
    (("--threshold", 0), "--threshold: this must be greater than or equal to 1"),
    (("--width", -1), "--width: this must be"),
    (("--cost", "valeu"), "--cost: this must be"),
    (("--rounding-base", 3), "threshold 10 is not a multiple"),
    (("--rounding-base", 5), "use --zeros withheld"),
    (("--policy", "strikt"), "there is no policy 'strikt'. Did you mean 'strict'?"),
    (("--key", "/no/such/key"), "--key: /no/such/key cannot be read"),
    (("--freq", "sex"), "'sex' is a dimension of the hierarchy and cannot hold the counts"),
]


@pytest.mark.parametrize(("options", "says"), OPTIONS)
def test_options(tmp_path, capsys, options, says):
    assert says in told(tmp_path, capsys, TEXT, TREES, *options)


def test_everything_at_once(tmp_path, capsys):
    """Trees, counts and options are all told in one run."""
    said = told(
        tmp_path,
        capsys,
        TEXT.replace("M,21", "M,-21").replace("0202,F", "0209,F") + "0101\n",
        TREES,
        "--threshold",
        0,
        "--policy",
        "strikt",
    )
    assert said.count("[") == 4 and "4 problems" in said
    said = told(tmp_path, capsys, TEXT + "0101\n", "{", "--threshold", 0)
    assert "trees.json" in said and "counts.csv:10" in said and "--threshold" in said


def test_many_unknown_codes_are_summed_up(tmp_path, capsys):
    """A wrong column gives some examples and a number, not a page per row."""
    rows = "".join(f"x{i},M,1\n" for i in range(500))
    said = told(tmp_path, capsys, TEXT + rows)
    assert "and 480 more codes" in said and said.count("\n") < 30


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["counts.csv", "--out", "out"], "say what the dimensions are"),
        (["nothing.csv", "--hierarchy", "trees.json", "--out", "out"], "nothing.csv: there is no such file"),
        (["nothing.jj", "--out", "out"], "nothing.jj: there is no such file"),
        (["counts.csv", "--hierarchy", "trees.json"], "Missing option '--out'"),
        (["trees.json", "--hierarchy", "trees.json", "--out", "out"], "there is no column"),
        (["problem.jj", "--singletons", "--out", "out"], "only counts tell who is alone"),
        (["counts.csv", "--hierarchy", "trees.json", "--singletons", "--method", "optimal", "--out", "out"], "only the fast"),
    ],
)
def test_wrong_use(tmp_path, capsys, monkeypatch, args, says):
    written(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert celwacht("protect", *args) == 2
    assert says in capsys.readouterr().err and not (tmp_path / "out").exists()
