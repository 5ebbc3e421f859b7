"""Sets of tables, from Python: the cubes of a table, and a publication set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from celwacht.tables.problems import Problem, ProblemsFound, nearest

if TYPE_CHECKING:
    from celwacht.publish.sets.make_set import SetOutcome
    from celwacht.tables.cubes.cube import Cube

AnyPath = str | PathLike[str]


def build_cubes(table: AnyPath, periods: Iterable[str], data: AnyPath) -> list[Cube]:
    """The confidential cubes of a table, counted from the microdata in a data folder.

    table: name of a standard table, or the path of a specification (`.yaml`). periods: codes such as "2024HJ01". data: the data
    folder, with deliveries taken in.

    Returns cubes: `atoms` int64, one axis per dimension in order, length n_leaves; `cells` int64 over all codes. One cube per year
    for trajectories (Perioden last), one per period for young persons. Confidential: a repr shows shapes only. Raises ProblemsFound
    where table, periods or data do not fit. Source: tables/counting/, which writes the SQL (`celwacht sql` prints it).

    Example:
        cube, = celwacht.build_cubes("jeugdhulp_crisis", ["2024HJ01"], "data/small")
        cube.shape                       # cells, one length per dimension
    """
    from celwacht.tables.counting.build_cube import build_cube
    from celwacht.tables.periods import Period
    from celwacht.tables.specs.library import Library
    from celwacht.tables.specs.read_spec import read_table, read_tables

    wrong: list[Problem] = []
    asked = []
    for code in periods:
        try:
            asked.append(Period.parse(code))
        except ValueError as error:
            wrong.append(Problem("periods", 0, 0, "period", str(error)))
    name, spec = str(table), None
    if name.endswith((".yaml", ".yml")):
        spec = read_table(Path(name))
    else:
        found = read_tables(only=[name])
        if name not in found:
            there = Library().tables
            wrong.append(Problem("table", 0, 0, "unknown-table", f"there is no table '{name[:60]}'.{nearest(name, there)}"))
        else:
            spec = found[name]
    if wrong or spec is None:
        raise ProblemsFound(wrong)
    return build_cube(spec, asked, Path(data))


def publish_set(
    name: str,
    year: int,
    *,
    data: AnyPath,
    out: AnyPath,
    modified: date | None = None,
    embargo: datetime | None = None,
    without: Sequence[str] = (),
    province: str = "",
    workers: int = 2,
    key: AnyPath | None = None,
    withdraw: bool = False,
    reason: str = "",
    alone: bool = True,
) -> SetOutcome:
    """Makes a publication set, as `celwacht publish` does: take in, count, protect, prove, write.

    name, year: of a set in table_specs/sets, such as "april", 2024. data, out: the confidential and the public folder, neither inside the
    other. modified: the date on the tables; embargo: the moment from which readers see the set, with a time zone; both as the set
    says by default. without: tables to leave out. province: such as "PV22". workers: processes. key: file with the secret key,
    outside data. withdraw: tables of the release before may be missing from this one, for a reason that the ledger keeps.
    alone: prove each table by itself only; False: beside all others of the set too, as far as that can be reached.

    The set appears in OUT/YEAR-NAME all at once, or not at all. Returns a SetOutcome; its `release` is None where the gate refused a
    table, and then nothing was published. Raises ProblemsFound where deliveries, specifications or options are wrong, ValueError for
    folders inside each other. Worker processes import the script that calls this: guard it with `if __name__ == "__main__"`.
    Source: docs/explanation/tour.md walks through it.

    `celwacht.publish(...)` is the same function, for people who know the command: docs/decisions/0006-publish-is-callable.md.

    Example:
        outcome = celwacht.publish_set("april", 2024, data="data/small", out="out/small", province="PV22")
        outcome.release                  # the folder of the release, or None
    """
    from celwacht.publish.sets import make_set
    from celwacht.publish.sets.data_lock import locked

    place, inside = Path(data), Path(out).resolve()
    if inside.is_relative_to(place.resolve()) or place.resolve().is_relative_to(inside):
        raise ValueError("out must not lie inside data, nor the other way round: one is public, the other is confidential")
    with locked(place):
        secret = _taken_in(place, key)
        return make_set.publish(
            make_set.Order(
                name, year, place, Path(out), modified, tuple(without), workers, province, embargo, secret, withdraw, reason, alone
            )
        )


def _taken_in(data: Path, key: AnyPath | None) -> bytes:
    """Takes in what is new; the secret of the key."""
    from datetime import UTC

    from celwacht.publish.commands.set_commands import opened_key
    from celwacht.tables.intake.run_intake import take_in

    opened = opened_key(None if key is None else Path(key), data)
    report = take_in(data, opened, when=datetime.now(UTC).isoformat(timespec="seconds"))
    if not report.ok:
        raise ProblemsFound(report.problems)
    return opened.secret
