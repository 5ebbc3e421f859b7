"""Projects: `celwacht init`, the settings in celwacht.toml, and drafts that are in nobody's way."""

import os
import shutil

import pytest
from celwacht.publish.cli import celwacht
from celwacht.publish.commands import project
from celwacht.publish.sets import make_set
from celwacht.tables import home
from celwacht.tables.counting.check_specs import check
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.specs.read_spec import read_set, read_tables
from celwacht.tables.specs.scaffold import new_table
from click.testing import CliRunner

BROKEN = "version: 1\nid: ontwerp\ntitle: {nl: Half af\n"


@pytest.fixture
def made(tmp_path):
    """A new project, and the environment as it was afterwards."""
    before = os.environ.get(home.VARIABLE)
    yield project.make(tmp_path / "mijn")
    assert os.environ.get(home.VARIABLE) == before, "a command left the folder of specifications changed"


def run(*args):
    return CliRunner().invoke(celwacht, list(map(str, args)))


def test_a_new_project_is_whole_and_its_own(made, monkeypatch):
    """Everything in it is valid; what is changed in it is what commands see, and the installed files stay as they were."""
    specs = made.specs
    assert check([specs]) == [] and made.data.is_dir() and made.data.stat().st_mode & 0o077 == 0
    installed = {p: p.read_bytes() for p in home.PACKAGED.rglob("*.yaml")}
    monkeypatch.chdir(made.file.parent / "specs" / "sets")
    assert project.find(made.file.parent / "specs" / "sets") == made.file
    for only in [p for p in specs.glob("*.yaml") if p.stem != "jeugdhulp_crisis"]:
        only.unlink()
    assert "there is no table 'jeugdbescherming_stand'" in str(run("sql", "jeugdbescherming_stand", "2024HJ01").exception)
    assert run("sql", "jeugdhulp_crisis", "2024HJ01").exit_code == 0
    told = run("new", "mijn_tabel")
    assert told.exit_code == 0 and (specs / "mijn_tabel.yaml").is_file()
    assert {p: p.read_bytes() for p in home.PACKAGED.rglob("*.yaml")} == installed


def test_settings_stand_for_options(made, monkeypatch):
    """data, out and key come from celwacht.toml; what is given on the command line goes first."""
    asked = {}
    from celwacht.publish.commands import set_commands

    monkeypatch.setattr(set_commands, "intake", lambda data, key, *_: asked.update(data=data, key=key))
    made.file.write_text(made.file.read_text().replace("# key = ", "key = "))
    assert run("--project", made.file.parent, "intake").exit_code == 0
    assert asked == {"data": made.data, "key": made.file.parent / "../celwacht.key"}
    other = made.file.parent / "elders"
    other.mkdir()
    assert run("--project", made.file.parent, "intake", other, "--key", "k").exit_code == 0
    assert asked["data"] == other and asked["key"].name == "k"
    assert "there is no celwacht.toml" in run("--project", other, "intake").output


def test_a_protected_folder_is_verified_in_a_project_too(made, monkeypatch):
    """`verify DIR` is not taken for a published set because the project names data and out."""
    from celwacht.publish.commands import ledger_command

    asked = []
    monkeypatch.setattr(ledger_command, "verify_folder", lambda *given: asked.append(given))
    done = run("--project", made.file.parent, "verify", made.file.parent)
    assert done.exit_code == 0, done.output
    assert asked[0][0] == made.file.parent


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('dta = "x"\n', "celwacht.toml:1: unknown setting 'dta'. Did you mean 'data'?"),
        ('\nlanguage = "fr"\n', "celwacht.toml:2: language: expected nl or en, found 'fr'."),
        ("data = 3\n", "celwacht.toml:1: data: expected a text in quotes."),
        ('data = "d"\nout = "d/out"\n', "celwacht.toml:2: out must not lie inside data"),
        ('specs = "nergens"\n', "celwacht.toml:1: specs: there is no such folder."),
        ("data = x\n", "celwacht.toml:1:"),
    ],
)
def test_settings_that_are_wrong(tmp_path, text, says, monkeypatch):
    """Each with its line."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "celwacht.toml").write_text(text)
    with pytest.raises(ProblemsFound) as caught:
        project.read(tmp_path / "celwacht.toml")
    assert says in str(caught.value)


def test_nothing_is_overwritten(tmp_path):
    """A folder that holds anything is refused and left as it is."""
    (tmp_path / "brief.txt").write_text("van mij")
    with pytest.raises(ProblemsFound, match="left as it is"):
        project.make(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["brief.txt"]


def test_an_installed_package_is_never_written_to(monkeypatch):
    """Without a project `new` has nowhere to write, and says what to do; naming the folder does not help."""
    monkeypatch.delenv(home.VARIABLE, raising=False)
    with pytest.raises(ProblemsFound, match="celwacht init DIR"):
        new_table("mijn_tabel")
    with pytest.raises(ProblemsFound, match="part of the installed program"):
        new_table("mijn_tabel", home.PACKAGED)
    assert not (home.PACKAGED / "mijn_tabel.yaml").exists()


def test_an_unfinished_draft_stops_nobody_else(made, tmp_path):
    """`sql` and a set read what they need; `check` reports the draft; the set that holds it tells how to go on."""
    (made.specs / "ontwerp.yaml").write_text(BROKEN)
    with home.using(made.specs):
        assert list(read_tables(only=["jeugdhulp_crisis"])) == ["jeugdhulp_crisis"]
        with pytest.raises(ProblemsFound, match="ontwerp.yaml"):
            read_tables()
        wanted = read_set("october")
        order = make_set.Order("october", 2024, tmp_path, tmp_path)
        chosen, _ = make_set._chosen(order, wanted, make_set.periods_of(wanted, 2024))
        assert chosen and any("ontwerp" in str(p) for p in check())
        shutil.copy(made.specs / "ontwerp.yaml", made.specs / f"{wanted.tables[0]}.yaml")
        with pytest.raises(ProblemsFound, match=wanted.tables[0]):
            make_set._chosen(order, wanted, make_set.periods_of(wanted, 2024))
        rest, _ = make_set._chosen(
            make_set.Order("october", 2024, tmp_path, tmp_path, without=(wanted.tables[0],)), wanted, make_set.periods_of(wanted, 2024)
        )
        assert [s.id for s in rest] == [s.id for s in chosen if s.id != wanted.tables[0]]
    assert run("--project", made.file.parent, "sql", wanted.tables[1], "2024HJ01").exit_code == 0


def test_tables_are_named_alike(made):
    """By id, or by a file, wherever a table is asked for."""
    for name in ("jeugdhulp_crisis", made.specs / "jeugdhulp_crisis.yaml"):
        assert run("--project", made.file.parent, "check", name).exit_code == 0, name
        assert run("--project", made.file.parent, "sql", name, "2024HJ01").exit_code == 0, name
    assert "Did you mean 'jeugdhulp_crisis'?" in str(run("--project", made.file.parent, "check", "jeugdhulp_crisi").exception)
