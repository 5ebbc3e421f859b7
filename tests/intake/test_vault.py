"""The store: a redelivery replaces, a run that is killed changes nothing, no BSN is anywhere, same input same bytes."""

import errno
import json
import os
import stat
import subprocess
import sys
import threading

import duckdb
import numpy as np
import pytest
from celwacht.tables import faults
from celwacht.tables.faults import InsideWorker
from celwacht.tables.intake import run_intake as intake_module
from celwacht.tables.intake import take_in, worker
from celwacht.tables.intake.vault import microdata, pieces, vault
from celwacht.tables.intake.vault.key import Key
from celwacht.tables.problems import ProblemsFound

from tests.examples import drawn
from tests.intake.deliveries import CANARY, KEY, Maker, Office

JH = "jeugdhulp_12345678_2024HJ01"
OTHER = "jeugdhulp_87654321_2024HJ01"


def persons(office):
    """Provider -> number of records in the microdata of youth care."""
    return dict(duckdb.sql(f"SELECT aanbieder, count(*) FROM read_parquet('{office.parquet()}') GROUP BY 1").fetchall())


def outcomes(office):
    """Delivery id -> outcome, as the register has it."""
    text = (office.data / "vault" / "register.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    return {f"{one['record']}_{one['aanbieder']}_{one['periode']}_v{one['version']}": one["outcome"] for one in lines}


def test_a_redelivery_replaces_the_whole_earlier_file(make, office):
    """Records that are not in the correction are gone; those of other providers stay."""
    office.put(f"{JH}.csv", make.csv())
    office.put(f"{OTHER}.csv", make.csv())
    office.take_in()
    office.put(f"{JH}_v2.csv", make.csv().rsplit(b"\r\n", 2)[0] + b"\r\n")
    report = office.take_in()
    assert report.replaced == (f"{JH}_v1",) and [one.id for one in report.accepted] == [f"{JH}_v2"]
    assert persons(office) == {"12345678": 2, "87654321": 3}
    assert outcomes(office) == {f"{JH}_v1": "replaced", f"{JH}_v2": "accepted", f"{OTHER}_v1": "accepted"}


def test_the_highest_version_wins_whenever_it_comes(make, tmp_path):
    """Both at once, or the older one later: the microdata are those of the highest version that is in order."""
    one, two = make.csv(), make.csv((1, "verwijzer", "06"), (0, "crisis", "01"))
    orders = [[(1, one), (2, two)], [(2, two), (1, one)], [(1, one), (2, two), (3, b"broken")]]
    states = set()
    for number, order in enumerate(orders):
        together, apart = Office(tmp_path / f"t{number}"), Office(tmp_path / f"a{number}")
        for version, content in order:
            together.put(f"{JH}_v{version}.csv", content)
            apart.put(f"{JH}_v{version}.csv", content)
            apart.take_in()
        together.take_in()
        states |= {office.parquet().read_bytes() for office in (together, apart)}
        assert outcomes(together)[f"{JH}_v2"] == outcomes(apart)[f"{JH}_v2"] == "accepted"
    assert len(states) == 1


def test_one_version_with_two_contents(make, office):
    """The same version twice with other bytes: which is meant cannot be known, so neither is taken in."""
    office.put(f"{JH}.csv", make.csv())
    office.put(f"sub/{JH}.csv", make.csv((0, "crisis", "01")))
    report = office.take_in()
    assert [str(one) for one in report.problems] == [
        f"deliveries/{place}{JH}.csv: expected version 1 once; found that 1 other file(s) of the same version have another "
        "content. Name the correction _v2. [versie-dubbel]"
        for place in ("(entry 2 of 2)/", "")
    ]
    assert not office.parquet().exists()


def test_a_version_overwritten_after_it_was_taken_in(make, office):
    """A changed file under a name that was taken in is refused, and the earlier records stay."""
    office.put(f"{JH}.csv", make.csv())
    office.take_in()
    before = office.parquet().read_bytes()
    office.put(f"{JH}.csv", make.csv((0, "crisis", "01")))
    assert [str(one) for one in office.take_in().problems] == [
        f"deliveries/{JH}.csv: expected version 1 once; found that it was taken in before with another content. "
        "Name the correction _v2. [versie-dubbel]"
    ]
    assert office.parquet().read_bytes() == before


def test_one_source_of_the_population_extract(make, office):
    """A person would come twice from two sources: the second is refused, and both when they come at once."""
    one, other = (f"persoonskenmerken_0000000{number}_2024JJ00.csv" for number in (1, 2))
    content = make.csv(record="persoonskenmerken")
    office.put(one, content)
    office.put(other, content)
    assert {(problem.file, problem.rule) for problem in office.take_in().problems} == {
        (f"deliveries/{name}", "andere-bron") for name in (one, other)
    }
    (office.data / "deliveries" / other).unlink()
    assert office.take_in().ok
    office.put(other, content)
    assert [str(problem) for problem in office.take_in().problems] == [
        f"deliveries/{other}: expected one source of persoonskenmerken for 2024JJ00; found 00000001 too. "
        "Deliver them in one file. [andere-bron]"
    ]


def test_nothing_new_changes_nothing(make, office):
    """A second run writes nothing: not even the folder of the state is another."""
    office.put(f"{JH}.csv", make.csv())
    office.put(f"{OTHER}.csv", b"")
    office.take_in(when="2026-11-20")
    place, state = os.readlink(office.data / "vault" / "current"), office.state()
    report = office.take_in(when="2026-11-21")
    assert report.unchanged == (f"{JH}_v1",) and not report.accepted and len(report.refused) == 1
    assert os.readlink(office.data / "vault" / "current") == place and office.state() == state


def test_a_file_that_is_gone_stays_taken_in(make, office):
    """Removing a delivered file does not remove its records: bad housekeeping loses nothing."""
    office.put(f"{JH}.csv", make.csv())
    office.take_in()
    (office.data / "deliveries" / f"{JH}.csv").unlink()
    office.put(f"{OTHER}.csv", make.csv())
    office.take_in()
    assert persons(office) == {"12345678": 3, "87654321": 3}


def test_no_bsn_leaves_the_deliveries(make, office, capfd, monkeypatch, tmp_path):
    """After good and broken deliveries no file but the delivered ones, no output and no report holds a BSN."""
    monkeypatch.chdir(tmp_path)
    office.put(f"{JH}.csv", make.csv())
    office.put(f"{OTHER}.xlsx", make.xlsx((1, "crisis", "7")))
    office.put("jeugdbescherming_12345678_2024HJ01.asc", make.asc(record="jeugdbescherming"))
    report = office.take_in()
    assert len(report.accepted) == 2 and len(report.refused) == 1
    everything = repr(report).encode() + "".join(capfd.readouterr()).encode()
    for path in tmp_path.rglob("*"):
        if path.is_file() and "deliveries" not in path.parts:
            everything += path.name.encode() + path.read_bytes()
    for record in ("jeugdhulp", "jeugdbescherming"):  # Parquet may be compressed: read it as well
        rows = duckdb.sql(f"SELECT * FROM read_parquet('{office.parquet(record)}')").fetchall()
        everything += repr(rows).encode()
    for bsn in (CANARY, "900000028", "900000041"):
        assert bsn.encode() not in everything and str(int(bsn)).encode() not in everything
    assert KEY not in everything and KEY.hex().encode() not in everything


def test_same_input_and_key_give_the_same_bytes(make, tmp_path):
    """In whatever order files come, and with whatever number of workers, the microdata are the same."""
    found = set()
    for number, names in enumerate([(JH, OTHER), (OTHER, JH)]):
        office = Office(tmp_path / str(number))
        for name in names:
            office.put(f"{name}.csv", make.csv())
            office.take_in()
        found.add(office.parquet().read_bytes())
    office = Office(tmp_path / "together")
    for name in (JH, OTHER):
        office.put(f"{name}.csv", make.csv())
    office.take_in()
    found.add(office.parquet().read_bytes())
    assert len(found) == 1
    other = Office(tmp_path / "key")
    other.put(f"{JH}.csv", make.csv())
    other.take_in(key=bytes(range(1, 33)))
    assert other.parquet().read_bytes() not in found


class Killed(BaseException):
    """The power goes."""


STEPS = [
    (os, "fsync"),
    (os, "replace"),
    (os, "rename"),
    (os, "symlink"),
    (os, "link"),
    (os, "mkdir"),
    (os, "chmod"),
    (os, "unlink"),
    (os, "rmdir"),
    (vault, "_write"),
    (pieces, "_connect"),
    (intake_module, "merge"),
    (intake_module, "counted"),
    (intake_module, "held_back"),
    (worker, "check"),
]


def prepared(make, office):
    """Lays out deliveries of which the first two are taken in, and a correction and a new provider are not yet."""
    office.put(f"{JH}.csv", make.csv())
    office.put("jeugdbescherming_12345678_2024HJ01.csv", make.csv(record="jeugdbescherming"))
    office.take_in()
    office.put(f"{JH}_v2.csv", make.csv((0, "crisis", "01")))
    office.put(f"{OTHER}.csv", make.csv())


def first(make, office):
    """Lays out the same deliveries, of which none is taken in yet."""
    office.put(f"{JH}.csv", make.csv())
    office.put("jeugdbescherming_12345678_2024HJ01.csv", make.csv(record="jeugdbescherming"))
    office.put(f"{JH}_v2.csv", make.csv((0, "crisis", "01")))
    office.put(f"{OTHER}.csv", make.csv())


LAYINGS = {"second": prepared, "first": first}


@pytest.fixture(scope="module")
def after(tmp_path_factory):
    """The state that a run to the end leaves, byte for byte, on the first and on the second intake."""
    states = {}
    for name, lay in LAYINGS.items():
        office = Office(tmp_path_factory.mktemp("after"))
        lay(Maker(), office)
        office.take_in()
        states[name] = office.state()
    return states


@pytest.mark.parametrize("module, name", STEPS, ids=lambda value: getattr(value, "__name__", value))
@pytest.mark.parametrize(
    "nature, laying",
    [
        (Killed, "second"),
        (OSError, "first"),
        *(pytest.param(*more, marks=pytest.mark.long) for more in ((Killed, "first"), (OSError, "second"))),
    ],
)
def test_killed_at_any_step(module, name, nature, laying, make, office, monkeypatch, after):
    """Whichever call fails, the n-th for every n (in the default command every third), of the first intake or of the second, readers see the
    state before or the state after and nothing else, and a new run ends in the state after."""
    LAYINGS[laying](make, office)
    before, original, failed = office.state(), getattr(module, name), 0
    for nth in range(1, 60, drawn(3, long=1)):
        left = nth

        def failing(*arguments, **named):
            nonlocal left
            left -= 1
            if not left:
                raise nature(errno.ENOSPC, "no space")
            return original(*arguments, **named)

        with monkeypatch.context() as patch:
            patch.setattr(module, name, failing)
            said, then = "", office.state()
            try:
                office.take_in()
            except (Killed, ProblemsFound) as error:
                failed += 1
                said = str(error)
        assert office.state() in (before, after[laying])
        assert "Nothing was changed" not in said or office.state() == then
        if office.state() == after[laying]:
            break
    assert failed or name in ("link", "check", "unlink", "rmdir")  # a link that fails is a copy, what cannot be removed is left
    office.take_in()
    assert office.state() == after[laying] and persons(office) == {"12345678": 3, "87654321": 3}
    assert len(list((office.data / "vault" / "states").iterdir())) == 1


def test_a_full_disk_is_told_and_changes_nothing(make, office, monkeypatch):
    """No space: one problem, in words, and the earlier state stands."""
    office.put(f"{JH}.csv", make.csv())

    def full(*_):
        raise OSError(errno.ENOSPC, "text of the system")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProblemsFound) as found:
        office.take_in()
    assert str(found.value).startswith("vault: the microdata could not be written: No space left on device.")
    assert not office.parquet().exists()


def test_two_runs_at_once(make, office):
    """A second run on the same data folder does not wait and does not mix: it says so."""
    office.put(f"{JH}.csv", make.csv())
    said = []

    def second(*_):
        try:
            office.take_in()
        except ProblemsFound as error:
            said.append(error.problems[0].rule)

    def progress(*_):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()

    assert office.take_in(progress=progress).ok
    assert set(said) == {"bezig"}


def test_another_key_is_noticed(make, office):
    """Pseudonyms of another key would not fit those in the vault."""
    office.put(f"{JH}.csv", make.csv())
    office.take_in()
    with pytest.raises(ProblemsFound, match="another key"):
        office.take_in(key=bytes(range(1, 33)))


def test_rights_of_the_vault(make, office):
    """Nothing in the vault is readable for others, and a vault that is is not used."""
    office.put(f"{JH}.csv", make.csv())
    office.take_in()
    folder = office.data / "vault"
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
    folder.chmod(0o755)
    with pytest.raises(ProblemsFound, match="chmod 700"):
        office.take_in()


def test_links_and_pipes_among_the_deliveries(make, office):
    """A link is not followed, a pipe is not waited for, a hidden file is not looked at."""
    secret = office.data.parent / "secret.csv"
    secret.write_bytes(make.csv())
    (office.data / "deliveries" / f"{JH}.csv").symlink_to(secret)
    (office.data / "deliveries" / "map").symlink_to(office.data.parent)
    os.mkfifo(office.data / "deliveries" / f"{OTHER}.csv")
    office.put(".DS_Store", b"x")
    assert {(one.file, one.rule) for one in office.take_in().problems} == {
        (f"deliveries/{JH}.csv", "geen-bestand"),
        (f"deliveries/{OTHER}.csv", "geen-bestand"),
        ("deliveries/(entry 3 of 3)", "bestandsnaam"),
    }


def test_a_file_that_is_too_large(make, office, monkeypatch):
    """The size is looked at before the file is read."""
    monkeypatch.setitem(__import__("celwacht.tables.intake.check_delivery", fromlist=["LARGEST"]).LARGEST, "csv", 1_000_000)
    path = office.put(f"{JH}.csv", b"")
    os.truncate(path, 5_000_000_000)
    assert [str(one) for one in office.take_in().problems] == [
        f"deliveries/{JH}.csv: expected at most 1 MB; found 5,000 MB. Is it the right file? [te-groot]"
    ]


def test_a_file_that_is_still_being_written(make, office, monkeypatch):
    """A file that changes between its digest and its reading is refused, for what was registered was not read."""
    path = office.put(f"{JH}.csv", make.csv())
    original = worker.read_file

    def later(*arguments):
        path.write_bytes(make.csv((0, "crisis", "01")))
        return original(*arguments)

    monkeypatch.setattr(worker, "read_file", later)
    assert [one.rule for one in office.take_in().problems] == ["gewijzigd"]
    monkeypatch.undo()
    assert office.take_in().ok


def test_a_file_that_cannot_be_opened(make, office, monkeypatch):
    """The reason is that of the system, in words, and the others are taken in."""
    office.put(f"{JH}.csv", make.csv())
    office.put(f"{OTHER}.csv", make.csv())
    original = os.open

    def refuse(path, *arguments, **named):
        if str(path).endswith(f"{JH}.csv"):
            raise PermissionError(errno.EACCES, "secret text")
        return original(path, *arguments, **named)

    monkeypatch.setattr(os, "open", refuse)
    report = office.take_in()
    assert [str(one) for one in report.problems] == [
        f"deliveries/{JH}.csv: the file cannot be read: Permission denied. Check its permissions. [onleesbaar]"
    ]
    assert [one.id for one in report.accepted] == [f"{OTHER}_v1"]


def test_no_deliveries_folder(tmp_path):
    """Said in words."""
    with pytest.raises(ProblemsFound, match="there is no folder deliveries"):
        take_in(tmp_path, KEY)


def test_a_damaged_register_is_not_written_over(make, office):
    """Whoever damaged it, the vault is left as it is."""
    office.put(f"{JH}.csv", make.csv())
    office.take_in()
    path = (office.data / "vault" / "register.jsonl").resolve()
    path.write_text("{}\n")
    with pytest.raises(ProblemsFound, match="restore the vault"):
        office.take_in()
    assert path.read_text() == "{}\n"


def test_workers_give_the_same_as_one_process(make, tmp_path, monkeypatch):
    """Files checked in other processes give the same microdata and the same problems."""
    monkeypatch.setattr(intake_module, "CHUNK_BYTES", 1)
    reports, states = [], []
    for workers in (0, 2):
        office = Office(tmp_path / str(workers))
        for name in (JH, OTHER):
            office.put(f"{name}.csv", make.csv())
        office.put(f"{JH}_v2.csv", make.csv((0, "crisis", "9")))
        seen = []
        reports.append(office.take_in(workers=workers, progress=lambda done, total: seen.append((done, total))))
        states.append(office.state())
        assert seen[-1][0] <= seen[-1][1]
    assert reports[0] == reports[1] and states[0] == states[1]


@pytest.mark.long
def test_a_file_that_kills_its_reader_is_alone_refused(make, office, monkeypatch):
    """The worker dies on one file: the others are taken in."""
    monkeypatch.setattr(
        worker,
        "_START",
        "import os, celwacht.tables.intake.worker as w; real = w.check\n"
        "w.check = lambda d, c, k: os._exit(9) if d.aanbieder == '87654321' else real(d, c, k)\nw.main()",
    )
    office.put(f"{JH}.csv", make.csv())
    office.put(f"{OTHER}.csv", make.csv())
    report = office.take_in(workers=1)
    assert [one.id for one in report.accepted] == [f"{JH}_v1"]
    assert [(one.file, one.rule) for one in report.problems] == [(f"deliveries/{OTHER}.csv", "lezen-mislukt")]
    assert persons(office) == {"12345678": 3}


def test_a_worker_says_nothing_of_a_key(make, office):
    """The key goes to a worker through a pipe: its command line and environment do not hold it."""
    process = worker._Process(Key(KEY))
    try:
        command = open(f"/proc/{process.process.pid}/cmdline", "rb").read()
        environment = open(f"/proc/{process.process.pid}/environ", "rb").read()
    finally:
        process.end()
    for secret in (KEY, KEY.hex().encode()):
        assert secret not in command and secret not in environment


def test_a_run_that_is_killed_from_outside(make, office):
    """SIGKILL in the middle of a real process: the next run completes."""
    office.put(f"{JH}.csv", make.csv())
    script = (
        "import os, signal, sys; from pathlib import Path; from celwacht.tables.intake import run_intake, take_in\n"
        "run_intake.merge = lambda *a: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"take_in(Path({str(office.data)!r}), {KEY!r}, workers=0)"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == -9
    assert not office.parquet().exists()
    assert office.take_in().ok and persons(office) == {"12345678": 3}


def test_a_fault_of_ours_is_not_told_as_one_of_the_disk():
    """Only what the disk refuses is the disk's; the text of DuckDB's error, which may quote a value, is in neither."""
    full, broken = duckdb.IOException("write: No space left on device '123456782'"), duckdb.IOException("read of '123456782'")
    assert [faults.without_values(one).errno for one in (full, broken)] == [errno.ENOSPC, errno.EIO]
    ours = faults.without_values(duckdb.InvalidInputException("could not cast '123456782'"))
    assert isinstance(ours, InsideWorker) and str(ours) == "InvalidInputException at outside"


def test_columns_that_are_empty_but_for_one_record_are_kept(tmp_path):
    """The type of a column is the vault's own, not what a sample of empty records looks like."""
    many = 5000
    piece = {name: np.full(many, None, object) for name, kind in microdata.columns_of("machtiging_uhp") if kind == "VARCHAR"}
    piece |= {name: np.full(many, np.datetime64("NaT", "s")) for name, kind in microdata.columns_of("machtiging_uhp") if kind == "DATE"}
    piece |= {name: np.full(many, False) for name, kind in microdata.columns_of("machtiging_uhp") if kind == "BOOLEAN"}
    piece["postcode"][3333], piece["gemeente"][-2], piece["type"][1234] = "1234AB", "GM0106", "01"
    pieces.write_piece(tmp_path / "piece", "machtiging_uhp", [{**piece, "regel": np.arange(many)}], tmp_path)
    with duckdb.connect() as connection:
        found = connection.sql(f"SELECT max(postcode), max(gemeente), max(type), max(regel) FROM read_parquet('{tmp_path / 'piece'}')")
        assert found.fetchall() == [("1234AB", "GM0106", "01", many - 1)]
