"""The microdata held against the register: of every delivery that was accepted, all records and no others, as they were written.

A file that is gone, cut off, put back from another day or changed would otherwise be counted in silence. The digest of a
delivery is a sum over its records, so that their order does not matter:

    sum over the records of the first 64 bits of MD5(fields joined by a separator)

It is against bad disks and half-restored copies, not against somebody who can write both the microdata and the register.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.register.register import ACCEPTED, Register, read_register
from celwacht.tables.small_work import kept_for_small, size_of

LISTED = 20
REMEDY = "The vault is damaged: restore it whole from a backup; without one, begin a new data folder with the same deliveries and key."

Counted = Mapping[str, tuple[int, str]]
"""Delivery id -> records, digest."""


_connect = kept_for_small(lambda: duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}))


def counted(path: Path) -> Counted:
    """What one Parquet file of microdata holds. OSError when it cannot be read, MemoryError when that is for want of memory."""
    try:
        with _connect(size_of([path])) as connection:
            connection.execute("SET enable_progress_bar = false")
            names = [row[0] for row in connection.execute("DESCRIBE SELECT * FROM read_parquet($1)", [str(path)]).fetchall()]
            fields = ", ".join(f"coalesce(CAST({_quoted(name)} AS VARCHAR), chr(30))" for name in names)
            rows = connection.execute(
                f"SELECT bestand, count(*), CAST(sum(md5_number_upper(concat_ws(chr(31), {fields}))) AS VARCHAR) "
                "FROM read_parquet($1) GROUP BY bestand",
                [str(path)],
            ).fetchall()
    except duckdb.OutOfMemoryException:  # says nothing of the file
        raise MemoryError from None
    except duckdb.Error as error:  # its text may quote values, so that only its kind is reported
        raise OSError(f"not read ({type(error).__name__})") from None
    return {str(delivery): (int(count), str(digest)) for delivery, count, digest in rows}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def differences(
    microdata: Path, register: Register, kinds: Iterable[str] | None = None, only: Iterable[str] | None = None
) -> list[Problem]:
    """Where the folder `microdata` (KIND/PERIOD.parquet) is not what the register accounts for.

    kinds: only these record kinds; only: only these files, as KIND/PERIOD.parquet.
    """
    accepted: dict[tuple[str, str], dict[str, tuple[int, str]]] = {}
    for one in register.entries:
        if one.outcome == ACCEPTED and not one.records_dropped:
            accepted.setdefault((one.record, one.periode), {})[one.id] = (one.rows, one.content)
    files = {(path.parent.name, path.stem) for path in microdata.glob("*/*.parquet")} | set(accepted)
    if kinds is not None:
        files = {file for file in files if file[0] in set(kinds)}
    if only is not None:
        files = {file for file in files if f"{file[0]}/{file[1]}.parquet" in set(only)}
    problems = []
    for record, period in sorted(files):
        problems += _of_file(microdata / record / f"{period}.parquet", accepted.get((record, period), {}))
    return problems


def _of_file(path: Path, accepted: Mapping[str, tuple[int, str]]) -> list[Problem]:
    shown = f"vault/microdata/{path.parent.name}/{path.name}"
    if not path.is_file():
        if not any(rows for rows, _ in accepted.values()):
            return []
        return [damaged(shown, f"expected the records of {len(accepted):,} deliveries that the register has; the file is not there.")]
    try:
        found = counted(path)
    except OSError:
        return [damaged(shown, "expected a Parquet file as the intake writes it; it cannot be read to its end.")]
    problems = []
    for delivery in sorted(set(found) | set(accepted)):
        rows, digest = found.get(delivery, (0, ""))
        want, content = accepted.get(delivery, (0, ""))
        if delivery not in accepted:
            problems.append(damaged(shown, "found records of a delivery that the register does not have as taken in."))
        elif rows != want:
            problems.append(damaged(shown, f"expected {want:,} records of {delivery}, as the register has; found {rows:,}."))
        elif content and digest != content:
            problems.append(damaged(shown, f"expected the records of {delivery} as they were taken in; found them changed."))
    if len(problems) > LISTED:
        problems[LISTED:] = [damaged(shown, f"{len(problems):,} deliveries in all are not as registered; the first {LISTED} are listed.")]
    return problems


def damaged(file: str, message: str) -> Problem:
    """What is told of a file of the vault that is not as it was written, with the remedy."""
    return Problem(file, 0, 0, "kluis", f"{message} {REMEDY}")


def check_vault(vault: Path, kinds: Iterable[str] | None = None, microdata: Path | None = None) -> None:
    """ProblemsFound when the microdata under `vault` (DATA/vault) are not what its register accounts for.

    kinds: only these record kinds; microdata: the folder of microdata that was already chosen. A folder in which no intake ever kept anything has nothing to be held against.
    """
    microdata = microdata or (vault / "microdata").resolve()
    path = microdata.parent / "register.jsonl"
    if not path.is_file() and not _made(vault):
        return
    problems = differences(microdata, _register(path), kinds)
    if problems:
        raise ProblemsFound(problems)


def register_there(data: Path) -> Register:
    """The register of a data folder; empty where no intake was ever made. ProblemsFound where the vault lost it: an empty list of
    deliveries would tell everybody that nothing came."""
    path = data / "vault" / "register.jsonl"
    return _register(path) if path.is_file() or _made(data / "vault") else Register()


def _register(path: Path) -> Register:
    if not path.is_file():
        raise ProblemsFound([damaged("vault/register.jsonl", "expected the register of deliveries; it is not there.")])
    return read_register(path)


def _made(vault: Path) -> bool:
    """Whether an intake was ever kept here: it left a link, register, lock or state, and not the mark of a first one that kept nothing yet."""
    left = any((vault / name).exists() or (vault / name).is_symlink() for name in ("current", "register.jsonl", ".lock", "states"))
    return left and ((vault / "current").is_symlink() or not (vault / ".first").exists())
