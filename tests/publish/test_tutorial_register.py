"""The tutorial on a register of one's own: its files are written and its commands run, in its order, as a reader would."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from celwacht.publish.cli import celwacht
from celwacht.tables import home
from click.testing import CliRunner

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/tutorials/register.md").read_text(encoding="utf-8")
STEPS = re.findall(r"^```(yaml)?\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL)


def run(command):
    """One command as on the line; serve is only asked for its help, since it never ends."""
    words = shlex.split(command)[1:]
    return CliRunner().invoke(celwacht, [*words, "--help"] if words[0] == "serve" else words)


def test_the_tutorial_works_as_it_is_written(tmp_path, monkeypatch):
    """Every command ends well; at the end each table is proved, and nothing of a child or of our own tables is in what is public."""
    shutil.copytree(ROOT / "examples" / "data", tmp_path / "examples" / "data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CELWACHT_KEY", str(tmp_path / "key"))
    monkeypatch.delenv(home.VARIABLE, raising=False)
    said = {}
    for kind, block in STEPS:
        if kind:
            name, _, text = block.partition("\n")
            Path(name.removeprefix("# ")).write_text(text, encoding="utf-8")
            continue
        for command in re.findall(r"^\$ (.+)$", block, flags=re.MULTILINE):
            if command.startswith("cd "):
                monkeypatch.chdir(command[3:])
                continue
            done = run(command)
            assert done.exit_code == 0, (command, done.output, done.exception)
            said[shlex.split(command)[1]] = done.output
    assert list(said) == ["init", "new", "check", "intake", "preview", "publish", "verify", "serve"]
    assert "No problems" in said["check"] and "1,255 records" in said["intake"] and "SAFE" in said["preview"]
    assert "proved SAFE" in said["publish"]
    public = [p for p in Path("out").rglob("*") if p.is_file()]
    assert {"children_by_age.xlsx", "children_in_care_per_year.xlsx"} <= {p.name for p in public}
    assert [p for p in public if b"C00001" in p.read_bytes()] == [], "an identifier of a child"


HEADER = "Client no,Born on,Kind,Since,Until\n"
ROWS = "".join(
    f"{n // 2},{2010 + n // 2 % 9}-0{1 + n // 2 % 9}-11,{'Home help' if n % 2 else 'Day care'},2024-0{1 + n % 9}-05,{'2024-11-30' if n % 4 else ''}\n"
    for n in range(60)
)


@pytest.mark.parametrize(
    "change, said",
    [
        ((ROWS, ""), "the file is empty|no records below the header"),
        (("Since", "§§"), "column 4: its header is no name of a field"),
        (("Since", "Kind"), "column 3: there is another kind. Give each its own name."),
        (("Home help", "Day care"), None),
        (("2024-", "in 2024 "), "it has not a day of begin"),
    ],
)
def test_a_file_that_tells_too_little_is_refused_whole(tmp_path, monkeypatch, change, said):
    """With the reason; nothing is written."""
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(celwacht, ["init", "ours", "--empty"]).exit_code == 0
    Path("file.csv").write_text((HEADER + ROWS).replace(*change), encoding="utf-8")
    before = sorted(Path("ours").rglob("*"))
    done = CliRunner().invoke(celwacht, ["--project", "ours", "new", "--source", "help_given", "--from", "file.csv"])
    if said is None:
        assert done.exit_code == 0 and CliRunner().invoke(celwacht, ["--project", "ours", "check"]).exit_code == 0
    else:
        assert done.exit_code and re.search(said, str(done.exception)), done.exception
        assert sorted(Path("ours").rglob("*")) == before


@pytest.mark.parametrize("form", ["xlsx", "parquet", "csv"])
def test_any_form_of_file_gives_the_same_specifications(tmp_path, monkeypatch, form):
    """Excel and Parquet with days as days; what is delivered of them is taken in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CELWACHT_KEY", str(tmp_path / "key"))
    assert CliRunner().invoke(celwacht, ["init", "ours", "--empty"]).exit_code == 0
    write(HEADER + ROWS, Path(f"file.{form}"))
    made = CliRunner().invoke(celwacht, ["--project", "ours", "new", "--source", "help_given", "--from", f"file.{form}", "--deliver"])
    assert made.exit_code == 0, (made.output, made.exception)
    assert (
        "person: client_no" in made.output
        and "begin: since" in made.output
        and "end: until" in made.output
        and "birth: born_on" in made.output
    )
    assert CliRunner().invoke(celwacht, ["--project", "ours", "check"]).exit_code == 0
    taken = CliRunner().invoke(celwacht, ["--project", "ours", "intake"])
    assert taken.exit_code == 0 and "60 records" in taken.output, (taken.output, taken.exception)
    layout = Path("ours/specs/layouts/help_given_1.yaml").read_text()
    assert "dates: JJJJ-MM-DD" in layout and '{code: "Day care", nl: "Day care", en: "Day care"}' in layout


def write(text, path):
    import io

    import pandas as pd

    if path.suffix == ".csv":
        path.write_text(text)
        return
    frame = pd.read_csv(io.StringIO(text), parse_dates=["Born on", "Since", "Until"])
    if path.suffix == ".xlsx":
        frame.to_excel(path, index=False)
        return
    import duckdb

    with duckdb.connect() as database:
        database.register("given", frame)
        database.execute("COPY given TO '" + str(path) + "' (FORMAT parquet)")


EPISODES = "EPIKEY;HES ID;D.O.B;Sex;Admidate;Disdate;Admimeth;DIAG_01;Resgor\n"
EPISODES += "".join(
    f"E{n};10{n % 97:03d};{1 + n % 97 % 28:02d}-Mar-{1950 + n % 97 % 50};{1 + n % 97 % 2};{1 + n % 28:02d}-May-2024;{1 + n % 28:02d}-Jun-2024;"
    f"{11 + n % 2};{'ABC'[n % 3]}{n % 90}.{n % 7};E1200000{1 + n % 3}\n"
    for n in range(200)
)


def test_hospital_episodes_of_another_country(tmp_path, monkeypatch):
    """A header with dots, months spelled out, two numbers of which one is that of the patient, codes of areas, episodes that overlap."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CELWACHT_KEY", str(tmp_path / "key"))
    assert CliRunner().invoke(celwacht, ["init", "ours", "--empty"]).exit_code == 0
    Path("hes.csv").write_text(EPISODES)
    made = CliRunner().invoke(celwacht, ["--project", "ours", "new", "--source", "hes", "--from", "hes.csv", "--deliver"])
    assert made.exit_code == 0, (made.output, made.exception)
    told = ("person: hes_id", "birth: d_o_b", "begin: admidate", "end: disdate", "area: resgor", "sex: sex")
    assert [one for one in told if one not in made.output] == []
    layout = Path("ours/specs/layouts/hes_1.yaml").read_text()
    assert "dates: DD-MMM-JJJJ" in layout and "overlap: allowed" in layout
    Path("ours/data/deliveries/hes_00000001_2024JJ00.csv").write_text(EPISODES)  # as it came, with its own header
    assert CliRunner().invoke(celwacht, ["--project", "ours", "check"]).exit_code == 0
    taken = CliRunner().invoke(celwacht, ["--project", "ours", "intake"])
    assert taken.exit_code == 0 and "200 records" in taken.output, (taken.output, taken.exception)


def test_a_household_is_not_taken_for_a_person(tmp_path, monkeypatch):
    """Where one number has two sexes, sex is not of who has the number; and it says so."""
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(celwacht, ["init", "ours", "--empty"]).exit_code == 0
    rows = "".join(
        f"H{n // 2},{'MK'[n % 2]},{'AB'[n // 3 % 2]},{1 + n % 28:02d}.03.2024,{'' if n % 5 else '30.06.2024'}\n" for n in range(60)
    )
    Path("file.csv").write_text("household_id,sex,benefit,from_date,to_date\n" + rows)
    made = CliRunner().invoke(celwacht, ["--project", "ours", "new", "--source", "benefits", "--from", "file.csv"])
    assert made.exit_code == 0, made.exception
    source = Path("ours/specs/sources/benefits.yaml").read_text()
    assert "of_person" not in source and "are they households" in source
    assert CliRunner().invoke(celwacht, ["--project", "ours", "check"]).exit_code == 0
