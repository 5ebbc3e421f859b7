"""Runs to be killed beside those of intake and publication: dropping by retention, renewing the key, writing reports, judging again; and how to judge
what is left: register, records and answers of one state, nothing gone of which the register does not tell, and the next run ends well."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

from celwacht.publish.deliveries.consent import read_reported
from celwacht.publish.deliveries.write import write_reports
from celwacht.tables import home
from celwacht.tables.checks.stored import read
from celwacht.tables.intake.judge_again import judge_again
from celwacht.tables.intake.retain import retain
from celwacht.tables.intake.rotate import rotate
from celwacht.tables.intake.vault.key import Key, open_key
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.register.accounts import check_vault
from celwacht.tables.register.calendar import calendar
from celwacht.tables.register.register import read_register

from tests.deliveries.test_fires_widely import own_rule
from tests.intake.deliveries import KEY, Office
from tests.intake.test_kept import office_at

LATER = date(2034, 1, 1)
NAMES = ("retention", "rotation", "reports", "judging again")


class Keeping:
    """An office with two half-years of one provider."""

    def __init__(self, template: Path):
        self.template = template
        self.before = office_at(template).state()

    def laid(self, folder: Path) -> Path:
        shutil.copytree(self.template, folder, symlinks=True)
        return folder

    def judged(self, folder: Path, said: Any) -> list[str]:
        """What is not well after a run that said this; the run again, and what is not well then."""
        office, wrong = Office.at(folder), []
        try:
            check_vault(office.data / "vault")
            wrong += self.half_way(office, said)
            self.run(folder, 1)
            check_vault(office.data / "vault")
            wrong += self.ended(office)
        except ProblemsFound as found:
            wrong.append(f"refused: {found}")
        return wrong


class Retention(Keeping):
    """The files of both half-years and the records of the first go."""

    def run(self, folder: Path, workers: int) -> None:
        retain(folder / "data", Key(KEY), LATER, drop=True)

    def half_way(self, office: Office, said: Any) -> list[str]:
        lines = read_register(office.data / "vault/register.jsonl").entries
        there = {path.stem for path in (office.data / "deliveries").iterdir()}
        lost = [one.id for one in lines if not one.file_dropped and one.id.removesuffix("_v1") not in there]
        records = (office.data / "vault/microdata/jeugdhulp/2023HJ02.parquet").exists()
        told = any(one.records_dropped for one in lines)
        return [f"{name} is gone, and the register does not tell" for name in lost] + ["register and records disagree"] * (records == told)

    def ended(self, office: Office) -> list[str]:
        left = list((office.data / "deliveries").iterdir())
        kept = [path.name for path in (office.data / "vault/microdata/jeugdhulp").iterdir()]
        return ["files are left"] * bool(left) + [f"records: {kept}"] * (kept != ["2024HJ01.parquet"])


class Rotation(Keeping):
    """Every pseudonym under a new key."""

    def run(self, folder: Path, workers: int) -> None:
        rotate(folder / "data", Key(KEY), folder / "new.key")

    def half_way(self, office: Office, said: Any) -> list[str]:
        keys = read_register(office.data / "vault/register.jsonl").keys
        changed = office.state() != self.before
        return ["two keys"] * (len(keys) != 1) + ["said done, and nothing changed"] * (said in ("done", 0) and not changed)

    def ended(self, office: Office) -> list[str]:
        key = open_key(office.data.parent / "new.key", office.data, create=False)
        again = office.take_in(key=key)
        return ["the key is not the new one"] * (read_register(office.data / "vault/register.jsonl").keys != {key.id}) + [
            "the next intake does not know its files"
        ] * (not again.ok or len(again.unchanged) != 2)


class Reports(Keeping):
    """Mirror and quality reports of the second half-year; what was written for providers is noted after it is there."""

    def run(self, folder: Path, workers: int) -> None:
        data = folder / "data"
        register = read_register(data / "vault/register.jsonl")
        write_reports(data, register, calendar(register, date(2024, 9, 2)), Period.parse("2024HJ01"), folder / "reports", "2024-09-02")

    def half_way(self, office: Office, said: Any) -> list[str]:
        wrong = ["the vault has changed"] * (office.state() != self.before)
        noted = read_reported(office.data)
        whole = self._whole(office)
        return (
            wrong + ["noted, and not there"] * (bool(noted) and not whole) + ["done, and not noted"] * (said in ("done", 0) and not noted)
        )

    def ended(self, office: Office) -> list[str]:
        return ["reports are not whole"] * (not self._whole(office)) + ["not noted"] * (not read_reported(office.data))

    def _whole(self, office: Office) -> bool:
        files = [path for path in (office.data.parent / "reports").rglob("*") if path.is_file() and not path.name.startswith(".")]
        return len(files) == 7 and all(path.stat().st_size > 300 for path in files)


class JudgedAgain(Keeping):
    """A rule that warns was added, and what counts is judged by it: register and answers tell of it, or neither."""

    def __init__(self, template: Path):
        super().__init__(template)
        own_rule(template / "specs", "hulpvorm in ('01', '02')")

    def run(self, folder: Path, workers: int) -> None:
        with home.using(folder / "specs"):
            judge_again(folder / "data", Key(KEY))

    def half_way(self, office: Office, said: Any) -> list[str]:
        remarks, told = self._told(office)
        return ["register and answers disagree"] * (remarks != told) + ["said done, and nothing changed"] * (
            said in ("done", 0) and not told
        )

    def ended(self, office: Office) -> list[str]:
        return ["not judged"] * (self._told(office) != (2, 2))

    def _told(self, office: Office) -> tuple[int, int]:
        """Deliveries of which the register has a remark, and of which the answers have the new rule."""
        entries = read_register(office.data / "vault/register.jsonl").entries
        answers = [one for path in (office.data / "vault/answers/jeugdhulp").iterdir() for one in read(path)]
        return sum(one.remarks > 0 for one in entries), sum(one.rule == "X100" and one.outcome == "failed" for one in answers)


def all_scenes(folder: Path) -> dict[str, Keeping]:
    """The four, by name."""
    return {name: kind(folder / name) for name, kind in zip(NAMES, (Retention, Rotation, Reports, JudgedAgain))}
