"""What each command does. Imports of the parts stand inside the functions, so that `celwacht --help` is instant."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from celwacht.publish.processing.processing_command import ask_for
from celwacht.publish.terminal.console import Refused, say
from celwacht.tables.problems import Problem, ProblemsFound, nearest

if TYPE_CHECKING:
    from celwacht.tables.periods import Period


def check(files: tuple[Path, ...]) -> None:
    """Reports every problem of the specifications; ProblemsFound if there is any."""
    from celwacht.publish.commands import named
    from celwacht.publish.preview import policies
    from celwacht.tables import home
    from celwacht.tables.checks.catalogue import catalogue
    from celwacht.tables.counting import check_specs
    from celwacht.tables.problems import kept

    specs = [f for f in files if f.absolute().parent.name != "checks"]  # rules on deliveries are read together, for their codes
    paths = [f if f.exists() else named.path_of(str(f)) for f in specs] or ([] if files else [Path(str(home.specs()))])
    problems = check_specs.check(paths) if paths else []
    if len(specs) < len(files) or not files:
        kept(problems, catalogue)
    remarks = policies.judged(check_specs.files_of(paths), problems)
    if problems:
        raise ProblemsFound(problems)
    for text in remarks:
        say(text)
    say("No problems.")


def sql(table: str, codes: tuple[str, ...]) -> None:
    """Prints the statement of a table."""
    from celwacht.publish.commands import named
    from celwacht.tables import home
    from celwacht.tables.counting.explain_sql import sql_of
    from celwacht.tables.periods import Period

    problems, periods = [], []
    for code in codes:
        try:
            periods.append(Period.parse(code))
        except ValueError as error:
            problems.append(Problem("PERIODS", 0, 0, "period", str(error)))
    try:
        spec, root = named.table(table)
    except ProblemsFound as found:
        problems += found.problems
    if problems:
        raise ProblemsFound(problems)
    with home.using(root):
        say(sql_of(spec, periods))


def publish(
    name: str,
    year: int,
    data: Path,
    out: Path,
    modified: date | None,
    without: tuple[str, ...],
    province: str,
    workers: int,
    key: Path | None,
    embargo: str | None = None,
    withdraw: bool = False,
    reason: str = "",
    alone: bool = True,
    engine: str = "duckdb",
) -> None:
    """Takes new deliveries in, makes the set, and ends with the closing table; Refused where a table does not pass."""
    from celwacht.publish.commands import named
    from celwacht.publish.sets import make_set, progress
    from celwacht.publish.sets.data_lock import locked
    from celwacht.publish.sets.spread_tables import workers_for

    _apart(data, out)
    workers = workers_for(engine, workers, alone=alone)
    ask_for("set", name)
    without = tuple(map(named.id_of, without))
    named.provable(name, without)
    moment = _moment(embargo) if embargo else None
    console = progress.screen()
    with locked(data):
        intake(data, key)
        secret = opened_key(key, data).secret
        order = make_set.Order(name, year, data, out, modified, without, workers, province, moment, secret, withdraw, reason, alone, engine)
        with progress.watching(console) as watch:
            outcome = make_set.publish(order, watch)
    try:
        _reported(console, order, outcome)
        _tell_dropped(data)
    except (Refused, ProblemsFound):
        raise
    except BaseException as error:  # a pipe that is closed, or Ctrl-C: too late for what the boundary says of those
        if outcome.release is None:
            raise
        raise Refused(f"{order.name} is published (release {outcome.release.name}); only this command's own lines were cut off.") from error


def _tell_dropped(data: Path) -> None:
    """That the set was counted without records which retention dropped: what is concluded from earlier deliveries then differs."""
    from celwacht.tables.register.register import read_register

    if gone := read_register(data / "vault" / "register.jsonl").dropped():
        periods = ", ".join(sorted({period for _, period in gone}))
        say(
            f"Counted without the records of {periods}, which retention dropped: what follows from earlier deliveries (trajectories closed by rule, "
            "returns) may differ from a set that was made with them."
        )


def _reported(console, order, outcome) -> None:
    """What was made, for the statistician; Refused where a table does not pass."""
    from celwacht.publish.review.loss_report import set_index
    from celwacht.publish.sets import progress
    from celwacht.publish.sets.ground import REFUSED
    from celwacht.publish.store.embargo import moment_in_words

    for text in outcome.repaired:
        console.print(text)
    console.print()
    console.print(progress.closing_table(outcome))
    if outcome.skipped:
        console.print(
            f"\nNot in this set: {', '.join(outcome.skipped)} (left out, no figures for its periods, or its source never delivered)."
        )
    record = order.data / "vault" / "reports" / (order.name if outcome.release else f"{order.name}{REFUSED}")
    if not outcome.trial and (told := set_index.told(record)):
        console.print(told)
    if outcome.release is None:
        raise Refused(_refusal(order.name, outcome))
    if outcome.withdrawn:
        console.print(f"\nWithdrawn, with this release: {', '.join(outcome.withdrawn)}.")
    console.print(f"\n{order.out / order.name} holds the set ({outcome.release.name}), each table proved SAFE {progress.reach(outcome)}")
    if outcome.trial:
        console.print(
            "ON TRIAL: the sets of this data folder are published in another folder. This one is not in the ledger, so that nothing is proved "
            "beside it later: do not show it to readers."
        )
        return
    console.print(f"Public from {moment_in_words(outcome.moment)}; until then no reader can tell that it is there.")
    console.print(f"Entered in the ledger, whose head is now {outcome.head}.")


def _moment(text: str):
    """The moment of --embargo; ProblemsFound with the remedy."""
    from celwacht.publish.store.embargo import read_moment

    try:
        return read_moment(text)
    except ValueError as error:
        raise ProblemsFound([Problem("--embargo", 0, 0, "moment", f"{error}.")]) from None


def _refusal(name: str, outcome) -> str:
    refused = [t for t in outcome.tables if not t.published]
    lines = [f"\nRefused: {name} is not published, and what was published before stands as it was."]
    lines += [f"  {t.table}: {t.verdict}: {reason}" for t in refused for reason in t.reasons]
    leave_out = " ".join(f"--without {t.table}" for t in refused)
    lines += [f"Repair the table{'s' if len(refused) > 1 else ''}, or publish the rest with {leave_out}"]
    return "\n".join([*lines, "(and --withdraw, where the release before has them)."])


def _apart(data: Path, out: Path) -> None:
    """Public and confidential files never share a folder."""
    inside, outside = out.resolve(), data.resolve()
    if inside.is_relative_to(outside) or outside.is_relative_to(inside):
        raise click.UsageError("--out must not lie inside --data, nor the other way round: one is public, the other is confidential.")


def key_file(key: Path | None) -> Path:
    """Where the secret key is, or will be made."""
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return key or home / "celwacht" / "pseudonym.key"


def record_of(data: Path, set_name: str | None, reports: Path | None = None) -> tuple[Path, str]:
    """Folder and name of the record of a set (in `reports`, if not in those of the ledger); ProblemsFound if there is none."""
    from celwacht.publish.review import records

    reports = reports or records.reports_of(data)
    there = records.sets(reports)
    name = set_name or records.latest(reports)
    if name is None:
        raise ProblemsFound([Problem("--data", 0, 0, "no-set", "no set was published from this folder yet; run: celwacht publish")])
    if name not in there:
        raise ProblemsFound([Problem("--set", 0, 0, "unknown-set", f"there is no record of set '{name[:60]}'.{nearest(name, there)}")])
    return reports / name, name


def explain(table: str, cell: str, data: Path, set_name: str | None) -> None:
    """Prints the explanation of one cell. Confidential."""
    from celwacht.publish.commands import named
    from celwacht.publish.review import explain as reviewer

    table = named.id_of(table)
    record, name = record_of(data, set_name)
    problems: list[Problem] = []
    folder = named.one_of({p.name: p for p in record.iterdir() if p.is_dir()}, table, problems)
    if folder is None:
        raise ProblemsFound(problems)
    found = reviewer.explain(folder, reviewer.parse_cell(cell))
    say(f"{table} in {name}")
    for line in reviewer.lines(found):
        say(line)


def intake(data: Path, key: Path | None, approve=(), day: date | None = None, opened: tuple[str, ...] = (), again: bool = False) -> None:
    """Takes in what is new in DATA/deliveries; ProblemsFound where a delivery is refused. approve, day, opened: as in take_in; again: judges
    what counts again."""
    from celwacht.publish.commands.preview_options import periods_asked
    from celwacht.publish.deliveries.after_intake import told_after
    from celwacht.publish.sets import progress
    from celwacht.publish.sets.data_lock import locked
    from celwacht.tables.intake.judge_again import judge_again
    from celwacht.tables.intake.run_intake import take_in

    periods = [period.code for period in periods_asked(opened, "--open")]
    with locked(data), progress.counting(progress.screen(), "taking in") as tick:
        when = datetime.now(UTC).isoformat(timespec="seconds")
        report = take_in(data, opened_key(key, data), progress=tick, when=when, approve=approve, day=day, opened=periods)
        judged = judge_again(data, opened_key(key, data)) if again else None
    for line in told_after(data, report, judged):
        say(line)
    if not report.ok:
        raise ProblemsFound(report.problems)


def opened_key(key: Path | None, data: Path):
    """The secret key, made where there is none; ProblemsFound where the file cannot be trusted."""
    from celwacht.tables.intake.vault.key import KeyRefused, open_key

    try:
        return open_key(key_file(key), data)
    except KeyRefused as error:
        raise ProblemsFound([Problem("--key", 0, 0, "key", str(error))]) from None


def _years(text: str) -> tuple[int, ...]:
    """`2024` or `2023-2024` as years; ProblemsFound on anything else."""
    first, dash, last = text.partition("-")
    if first.isdecimal() and len(first) == 4 and (not dash or (last.isdecimal() and len(last) == 4)):
        years = tuple(range(int(first), int(last or first) + 1))
        if years:
            return years
    raise ProblemsFound([Problem("--years", 0, 0, "years", f"'{text[:20]}' is not a range of years; write 2024, or 2023-2024.")])


def _half_year(text: str | None) -> Period | None:
    """`2024HJ01` as a period; ProblemsFound on anything else."""
    from celwacht.tables.periods import Period

    try:
        found = None if text is None else Period.parse(text)
    except ValueError as error:
        raise ProblemsFound([Problem("--until", 0, 0, "period", f"{error}.")]) from None
    if found is not None and found.letters != "HJ":
        raise ProblemsFound([Problem("--until", 0, 0, "period", f"'{found.code}' is not a half-year; write 2024HJ01 or 2024HJ02.")])
    return found


def demo(data: Path, scale: str, seed: int, years: str = "2023-2024", safe_home: bool = False, until: str | None = None) -> None:
    """Writes the demo deliveries; ProblemsFound where the folder already has deliveries (of another demo), or for years it cannot make."""
    from celwacht.publish.sets import progress
    from celwacht.tables.demo.model import TIMES
    from celwacht.tables.demo.room import room_for
    from celwacht.tables.demo.safe_home import write_safe_home
    from celwacht.tables.demo.write import write_demo

    wanted, last, (one, times) = _years(years), _half_year(until), ("national", TIMES[scale]) if scale in TIMES else (scale, 1)
    if last is None and any((data / "deliveries").glob("*")):
        raise ProblemsFound(
            [Problem(str(data), 0, 0, "deliveries", "there are deliveries in this folder already. Take another, or remove it first.")]
        )
    if times > 1:
        say(room_for(data, times, len(wanted)))
    with progress.counting(progress.screen(), "writing deliveries") as tick:
        try:
            report = write_demo(data, scale=one, seed=seed, years=wanted, until=last, times=times, progress=lambda _, *far: tick(*far))
        except FileExistsError as error:
            raise ProblemsFound([Problem(str(data), 0, 0, "deliveries", f"{error}.")]) from None
        except ValueError as error:
            raise ProblemsFound([Problem("--years", 0, 0, "years", f"{error}.")]) from None
    say(
        f"{data} holds {report.files:,} deliveries of {report.providers:,} providers: {report.rows:,} records of "
        f"{report.persons:,} young people, all of them synthetic ({scale}, seed {report.seed})."
    )
    if safe_home:
        say(f"And {write_safe_home(data, one, seed, wanted)} deliveries of Veilig Thuis.")
