"""From a file of a register to the specifications of that register, and to words for who asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from celwacht.publish.new_source.records_file import records_of
from celwacht.publish.terminal.console import say
from celwacht.tables.new_source.alike import twins
from celwacht.tables.new_source.write import Made, deliver, make_source
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound, kept
from celwacht.tables.specs.scaffold import with_id, writable

DELIVERIES = "deliveries"


def new_source(
    id: str, file: Path, sheet: str | None, folder: Path | None, delivered: bool, columns: Sequence[str] = (), period: str | None = None
) -> None:
    """Writes the files of a register and says what was guessed; ProblemsFound, with nothing written, where that cannot be.

    columns: texts ROLE=NAME or ROLE=NAME,NAME of what is known already; period: that of the file."""
    wrong: list[Problem] = []
    said = kept(wrong, _said, columns)
    when = kept(wrong, _period, period)
    kept(wrong, with_id, id, "source")
    specs = kept(wrong, writable, folder)
    read = kept(wrong, records_of, file, sheet)
    if wrong or specs is None or read is None:
        raise ProblemsFound(wrong)
    header, rows = read
    place = specs.parent / "data" / DELIVERIES
    if delivered and not place.is_dir():
        raise ProblemsFound(
            [Problem("--deliver", 0, 0, "no-deliveries", "there is no folder data/deliveries beside these specifications. Leave it out.")]
        )
    made, found = make_source(id, str(file), header, rows, specs, said, when)
    _say(made, specs)
    again = twins(found)
    if again:
        told = ", ".join(one.name for one in (found.person, *found.more, found.begin, found.kind))
        where = ", ".join(str(row + 1) for row in again[:5]) + (", ..." if len(again) > 5 else "")
        say(f"Look at this first: of {len(again)} records {told} are those of an earlier one, and intake refuses such a file.")
        say(f"They are, counted from the first below the header, number {where}.")
        say(
            "Are they the same record, remove them. Are they not, another column tells them apart: --column kind=NAME, or --column person=A,B."
        )
    if delivered:
        for delivery in deliver(found, place / made.delivery):
            say(f"Confidential, as a delivery: {delivery}")
    else:
        say(f"The file becomes a delivery as data/deliveries/{made.delivery} (8 digits: who delivers; {made.period}: of when).")
    say(f"Look through the comments, then run: celwacht check; celwacht intake; celwacht preview {made.table} --period {made.period}")
    say(f"The file is taken to be of {made.period}; another: --period.")


def _said(columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Role -> names of columns; `end=none`: there is no such column."""
    found, wrong = {}, []
    for text in columns:
        role, sign, names = text.partition("=")
        if not sign or not names.strip():
            wrong.append(
                Problem("--column", 0, 0, "new-source", "expected ROLE=NAME, such as person=child_id; found no `=` with a name after it.")
            )
        elif role in found:
            wrong.append(Problem("--column", 0, 0, "new-source", f"{role} is said twice. Name its columns together: {role}=A,B."))
        else:
            found[role] = () if names == "none" else tuple(name.strip() for name in names.split(","))
    if wrong:
        raise ProblemsFound(wrong)
    return found


def _period(code: str | None) -> Period | None:
    try:
        return Period.parse(code) if code is not None else None
    except ValueError as error:
        raise ProblemsFound([Problem("--period", 0, 0, "new-source", f"{error}.")]) from None


def _say(made: Made, specs: Path) -> None:
    say(f"{len(made.paths)} files are there:")
    for path in made.paths:
        say(f"  {path.relative_to(specs.parent) if path.is_relative_to(specs.parent) else path}")
    say("What was guessed:")
    for guess in made.guesses:
        say(f"  {guess}")
    if made.left_out:
        say(f"Not kept, for it is no category: {', '.join(made.left_out)}.")
