"""A demo of many countries says what it takes of the disk before it begins, and is refused where there is not so much."""

import shutil
from types import SimpleNamespace

import pytest
from celwacht.publish.commands import set_commands
from celwacht.tables.demo import write
from celwacht.tables.demo.room import PER_YEAR, room_for
from celwacht.tables.problems import ProblemsFound


@pytest.fixture
def free(monkeypatch):
    """How many bytes are free, as the test says."""
    return lambda count: monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=count))


def test_what_a_hundred_countries_take_is_told_and_held_against_what_is_free(tmp_path, free):
    free(16_000_000_000)
    assert room_for(tmp_path / "none" / "yet", 100, 2).startswith("16.0 GB of disk to write, of 16.0 GB that are free")
    free(15_999_999_999)
    with pytest.raises(ProblemsFound) as found:
        room_for(tmp_path, 100, 2)
    (problem,) = found.value.problems
    assert problem.rule == "room" and "take 16.0 GB and 16.0 GB are free" in problem.message and "--scale" in problem.message


def test_what_is_delivered_already_is_not_asked_for_again(tmp_path, free):
    (tmp_path / "deliveries" / "a").mkdir(parents=True)
    (tmp_path / "deliveries" / "a" / "b.csv").write_bytes(b"x" * 1000)
    free(PER_YEAR - 1000)
    assert room_for(tmp_path, 1, 1).startswith("0.1 GB")


@pytest.mark.parametrize(("scale", "times"), [("10x", 10), ("100x", 100)])
def test_nothing_is_written_before_it_is_told(tmp_path, free, capsys, monkeypatch, scale, times):
    free(PER_YEAR * times - 1)
    with pytest.raises(ProblemsFound):
        set_commands.demo(tmp_path / "data", scale, 1, "2024")
    assert not (tmp_path / "data").exists()
    free(PER_YEAR * times)
    seen = {}
    said = SimpleNamespace(files=1, providers=1, rows=1, persons=1, seed=1)

    def begun(_, **asked):
        seen.update(asked, told=capsys.readouterr().out)
        return said

    monkeypatch.setattr(write, "write_demo", begun)
    set_commands.demo(tmp_path / "data", scale, 1, "2024")
    assert seen["times"] == times and "of disk to write" in seen["told"]
