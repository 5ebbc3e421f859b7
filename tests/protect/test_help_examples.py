"""Every example of every --help: it runs, on small files that are made here; those on a published set name what exists, and run in the long tests."""

import json
import random
import re
import shlex
import shutil
from pathlib import Path

import click
import pytest
from celwacht.publish.cli import celwacht as commands
from celwacht.tables.periods import Period
from celwacht.tables.specs.library import Library
from celwacht.tables.specs.read_spec import read_set

from tests.protect.own_tables import celwacht

ROOT = Path(__file__).resolve().parents[2]


def every(command):
    """The command and, of a group, every command below it."""
    below = command.commands if isinstance(command, click.Group) else {}
    return [command, *(one for name in sorted(below) for one in every(below[name]))]


FOUND = [
    shlex.split(re.sub(r"\s+", " ", text))[1:]
    for command in every(commands)
    for text in re.findall(r"Example: (celwacht .+(?:\n +(?!Example)\S.*)*)", command.help or "")
]
EXAMPLES = [words for i, words in enumerate(FOUND) if words not in FOUND[:i]]
ON_A_SET = {"attack", "explain", "intake", "ledger", "links", "preview", "publish", "serve", "factsheets", "render", "demo", "monitor"}
"""Commands whose examples want the demo data, or a set made of them."""


def on_a_set(words) -> bool:
    return words[0] in ON_A_SET or ("--data" in words and words[0] != "portal")


def with_a_portal(words) -> bool:
    """Those want a portal with accounts and run in tests/portal; here they name what exists."""
    return words[0] == "portal" and words[1] != "init"


def files(folder):
    """What the examples of own tables name."""
    draw = random.Random(1)
    places = [("0301", "03"), ("1103", "11"), ("1108", "11")]
    cells = [(k, f, s, draw.randint(3, 40)) for k, f in places for s in "MF"]
    (folder / "counts.csv").write_text("kommune,fylke,sex,freq\n" + "".join(f"{k},{f},{s},{n}\n" for k, f, s, n in cells))
    (folder / "trees.json").write_text(
        '{"dims": ["kommune", "sex"], "trees": {"kommune": {"T": ["0301", "1103", "1108"]}, "sex": {"T": ["M", "F"]}}, "root": {"kommune": "T", "sex": "T"}}'
    )
    people = [(draw.choice("NS"), draw.choice("MF"), draw.choice(["0-17", "18+"])) for _ in range(200)]
    (folder / "records.csv").write_text("region,sex,age\n" + "".join(f"{','.join(p)}\n" for p in people))
    for name, at in (("by_age", 2), ("by_sex", 1)):
        rows = "".join(f"{p[0]},{p[at]},1\n" for p in people)
        (folder / f"{name}.csv").write_text(f"region,{name[3:]},freq\n{rows}")
    (folder / "table.jj").write_text("0\n3\n0 9 9 s 0 100 0 0 0\n1 4 4 u 0 100 2 2 0\n2 5 5 s 0 100 0 0 0\n1\n0 3 : 0 (-1) 1 (1) 2 (1)\n")
    (folder / "table.csv").write_text("area,girl,boy,Total\nnorth,c,9,15\nsouth,7,5,12\nwest,6,8,14\n")
    cared = [
        f"{i:06},20{10 + i % 9}-0{1 + i % 9}-11,{p[1]},{'AB'[i % 2]},2024-0{1 + i % 5}-03,{'2024-08-09' * (i % 3 == 0)}"
        for i, p in enumerate(people)
    ]
    (folder / "children_in_care.csv").write_text("\n".join(["child,birth,sex,placement,start,ended", *cared, ""]))
    (folder / "cases.csv").write_text(
        "\n".join(
            [
                "court,case_number,birth,sex,placement,start",
                *(f"{'AB'[i % 2]},{line.rsplit(',', 1)[0]}" for i, line in enumerate(cared)),
                "",
            ]
        )
    )
    (folder / "codes.csv").write_text("code,title\n01,Huisarts\n02,Jeugdarts\n")
    shutil.copy(ROOT / "examples" / "data" / "children_in_care.csv", folder)
    (folder / "rounding.key").write_bytes(bytes(range(32)))


@pytest.mark.parametrize("words", [w for w in EXAMPLES if not on_a_set(w) and not with_a_portal(w)], ids=" ".join)
def test_the_example_runs(words, tmp_path, monkeypatch, capsys):
    """Exit status 0; 1 only where findings are the point (audit)."""
    monkeypatch.chdir(tmp_path)
    files(tmp_path)
    if words[0] in ("check", "new"):
        assert celwacht("init", "project") == 0
        monkeypatch.chdir(tmp_path / "project")
        files(tmp_path / "project")
    if words[0] == "check":
        assert celwacht("new", "mijn_tabel") == 0
        words = [w.replace("table_specs/", "specs/") for w in words]
    if words[0] == "verify":
        assert celwacht("protect", "counts.csv", "--hierarchy", "trees.json", "--out", words[1]) == 0
    status = celwacht(*words)
    assert status == (1 if words[0] == "audit" else 0), capsys.readouterr().err


@pytest.mark.parametrize("words", [w for w in EXAMPLES if on_a_set(w) or with_a_portal(w)], ids=" ".join)
def test_the_example_names_what_exists(words):
    """Tables, reports, sets and periods in examples are those of today, and options are options."""
    command = commands
    for word in words:
        command = command.commands[word] if isinstance(command, click.Group) else command
    options = {o for p in command.params for o in p.opts}
    assert {w for w in words if w.startswith("--")} <= options
    tables, reports = Library().tables, {path.stem for path in (ROOT / "table_specs" / "reports").glob("*.yaml")}
    for before, word in zip(words, words[1:]):
        if re.fullmatch(r"[a-z]+(_[a-z]+)+", word):
            kind, known = ("report", reports) if before == "--report" else ("table", tables)
            assert word in known, f"there is no {kind} {word}"
        for period in re.findall(r"\b20\d\d(?:JJ|HJ|KW)\d\d\b", word):
            Period.parse(period)
    if words[0] in ("publish", "links"):
        assert read_set(words[1]).tables


def in_order(examples):
    """A request for a check of output is made, returned, made again, approved by two, and released; the rest in the order of the commands."""
    output = {words[1]: words for words in examples if words[0] == "output"}
    second = {
        name: [w.replace("Maria Smit", "Piet Jansen").replace("smit", "jansen") for w in output[name]] for name in ("checker", "vote")
    }
    way = [output[name] for name in ("check", "list", "page", "answer", "close", "check", "checker", "checkers", "vote")]
    return [*(words for words in examples if words[0] != "output"), *way, second["checker"], second["vote"], output["release"]]


@pytest.mark.long
def test_the_examples_on_a_set_run_one_after_the_other(tmp_path, monkeypatch, capsys):
    """The demo, taken in and published; then every other example on it (serve excepted, which does not end)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CELWACHT_KEY", str(tmp_path / "pseudonym.key"))
    assert celwacht("demo", "data/small", "--scale", "small") == 0
    assert celwacht("publish", "april", "2024", "--data", "data/small", "--out", "out/small", "--province", "PV22") == 0
    (tmp_path / "own.yaml").write_text(
        "{version: 1, id: own, title: {nl: Eigen, en: Own}, description: {nl: Op verzoek., en: On request.}, source: jeugdhulp, unit: trajecten, "
        "moment: gebruik, dimensions: [{name: RegioS, classification: regio, levels: [land, provincie]}, {name: Crisis, classification: crisis}], "
        "periods: [halfjaar], measures: [{kind: count, name: Trajecten, title: {nl: Trajecten, en: Trajectories}}], policy: strict}"
    )
    (tmp_path / "project9").mkdir()
    (tmp_path / "project9" / "table1.csv").write_text("geslacht,n\nV,400\nM,300\nAll,700\n")
    counts = {
        "source": "jeugdhulp",
        "unit": "trajecten",
        "moment": "gebruik",
        "period": "2024HJ01",
        "rows": [{"classification": "geslacht"}],
    }
    output = {"file": "table1.csv", "title": "A table", "counts": counts}
    form = {"version": 1, "title": "T", "researcher": "A. de Boer", "purpose": "P", "outputs": [output]}
    (tmp_path / "project9" / "form.yaml").write_text(json.dumps(form))
    wrong = []
    for words in in_order(EXAMPLES):
        if on_a_set(words) and words[0] not in ("demo", "serve", "publish"):
            capsys.readouterr()
            status, (said, told) = celwacht(*words), capsys.readouterr()
            if code := re.search(r"with the code (\S+)", said):  # of the checker who votes next
                monkeypatch.setenv("CELWACHT_CHECKER_CODE", code[1])
            none_waits = "--release" in words and "No rule is held." in told  # the demo has nothing to give the office's word for
            if status not in ((0, 1) if words[0] in ("attack", "intake", "request") else (0,)) and not none_waits:
                wrong.append(f"{' '.join(words)}: {told}")
    assert not wrong, "\n".join(wrong)
