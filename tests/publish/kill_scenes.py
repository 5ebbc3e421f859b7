"""Four runs to be killed: the first and the second intake, the first and the second publication; and how to judge what is left."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from celwacht.publish.review import ledger_file
from celwacht.publish.sets import make_set
from celwacht.publish.sets.ground import shown_in
from celwacht.publish.store import store
from celwacht.publish.terminal.console import Refused
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.sources.data_source import write_made_up

from tests.intake.deliveries import Maker, Office
from tests.publish import quick_sets
from tests.publish.sets.test_pipeline import counted, order

JH, OTHER = "jeugdhulp_12345678_2024HJ01", "jeugdhulp_87654321_2024HJ01"
NAME = "2024-april"


class Scene:
    """A folder laid out, a run over it (`run`: whatever it raises is what it says), and `judged`: all that is not well after it."""

    def __init__(self, template: Path, second: bool):
        self.template, self.second = template, second

    def laid(self, folder: Path) -> Path:
        shutil.copytree(self.template, folder, symlinks=True)
        return folder


class Intake(Scene):
    """Four deliveries; in the second intake two are there already, one is corrected and one is new. No workers: in this process."""

    def __init__(self, template: Path, second: bool):
        super().__init__(template, second)
        office, make = Office(template), Maker()
        office.put(f"{JH}.csv", make.csv())
        office.put("jeugdbescherming_12345678_2024HJ01.csv", make.csv(record="jeugdbescherming"))
        if second:
            office.take_in()
        office.put(f"{JH}_v2.csv", make.csv((0, "crisis", "01")))
        office.put(f"{OTHER}.csv", make.csv())
        self.before = office.state()
        whole = Office.at(shutil.copytree(template, template.with_name(f"{template.name}-after"), symlinks=True))
        whole.take_in()
        self.after = whole.state()

    def run(self, folder: Path, workers: int) -> None:
        report = Office.at(folder).take_in(workers=workers if workers > 1 else 0)
        assert report.ok, [str(p) for p in report.problems]

    def judged(self, folder: Path, said: Any) -> list[str]:
        office, wrong = Office.at(folder), []
        state = office.state()
        if state not in (self.before, self.after):
            wrong.append("the state is neither that before nor that after")
        if said in ("done", 0) and state != self.after:
            wrong.append("ended well, and the deliveries are not taken in")
        if isinstance(said, int) and said:
            wrong.append(f"a worker was killed, and the run ended with {said}")
        if isinstance(said, Exception):
            if not isinstance(said, ProblemsFound):
                wrong.append(f"{type(said).__name__}: {said}")
            elif "Nothing was changed" in str(said) and state == self.after:
                wrong.append(f"said: {said}")
        office.take_in()
        if office.state() != self.after or len(list((office.data / "vault/states").iterdir())) != 1:
            wrong.append("the next run does not end in the state after")
        return wrong


class Publication(Scene):
    """A set of two tables, and in the second publication a release of it before. One worker: quick tables in this process; two:
    real ones, counted by a generator, in workers (which must call stand_in_for_workers)."""

    def __init__(self, template: Path, second: bool):
        super().__init__(template, second)
        (template / "data").mkdir(parents=True)
        write_made_up(template / "data")
        if second:
            self._publish(template, b"old")

    def run(self, folder: Path, workers: int) -> None:
        if workers == 1:
            self._publish(folder, b"new" * 100)
        else:
            with pytest.MonkeyPatch.context() as patch:
                counted(patch)
                make_set.publish(order(folder, workers=workers))

    def _publish(self, folder: Path, content: bytes) -> None:
        with pytest.MonkeyPatch.context() as patch:
            quick_sets.stand_in(patch, "tweede_tabel")
            quick_sets.publish(folder, content)

    def judged(self, folder: Path, said: Any) -> list[str]:
        data, out = folder / "data", folder / "out"
        out.mkdir(exist_ok=True)
        wrong = list(ledger_file.read(data).problems)
        lines = ledger_file.read(data).lines if ledger_file.path_of(data).exists() else ()
        shown = shown_in(out)
        for release in {*shown.values(), *(line.release for line in lines)}:
            wrong += [f"release: {text}" for text in store.problems_of(out / store.RELEASES / release)]
        if not set(shown.values()) <= {line.release for line in lines}:
            wrong.append("a release is shown that is not in the ledger")
        wrong += [f"no record {e.record}" for e in lines if not (data / "vault/reports" / e.record / "released.json").is_file()]
        added = len(lines) - self.second
        if added not in (0, 1):
            wrong.append(f"{added} lines were added")
        wrong += self._untrue(said, added, shown.get(NAME) == lines[-1].release if lines else not shown)
        with pytest.MonkeyPatch.context() as patch:
            quick_sets.stand_in(patch, "tweede_tabel")
            quick_sets.publish(folder, b"next")
            wrong += [f"after the next run: {text}" for text in quick_sets.problems(folder)]
        if (out / NAME / "kleine_tabel/een.txt").read_bytes() != b"next" or len(ledger_file.read(data).lines) != len(lines) + 1:
            wrong.append("the next run did not end in its own release")
        return wrong

    def _untrue(self, said: Any, added: int, agree: bool) -> list[str]:
        """What a run said of its end, against what is."""
        if said in ("done", 0):
            return [] if added == 1 and agree else ["ended well, and the release is not shown"]
        if isinstance(said, int):
            return [] if added == 0 and agree else [f"ended with {said} for a killed worker, and something was published"]
        if isinstance(said, Refused):
            return [] if added == 1 and f"{NAME} is published" in str(said) else [f"said: {said}"]
        if isinstance(said, OSError):
            return [] if added == 0 else ["said that nothing was published, and the line is in the ledger"]
        return [f"{type(said).__name__}: {said}"] if said is not None else []


def stand_in_for_workers() -> None:
    """In a worker process of a publication: the tables of test_pipeline, for good."""
    counted(pytest.MonkeyPatch())


def all_scenes(folder: Path) -> dict[str, Scene]:
    """The four, by name."""
    os.environ.pop("CELWACHT_DEBUG", None)
    made = {"intake": Intake, "publication": Publication}
    return {
        f"{name} {'second' if second else 'first'}": kind(folder / f"{name}-{second}", second)
        for name, kind in made.items()
        for second in (False, True)
    }
