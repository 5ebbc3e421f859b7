"""From a file of a register to the specifications of that register, and to words for who asked."""

from __future__ import annotations

from pathlib import Path

from celwacht.publish.new_source.records_file import records_of
from celwacht.publish.terminal.console import say
from celwacht.tables.new_source.write import Made, deliver, make_source
from celwacht.tables.problems import Problem, ProblemsFound, kept
from celwacht.tables.specs.scaffold import with_id, writable

DELIVERIES = "deliveries"


def new_source(id: str, file: Path, sheet: str | None, folder: Path | None, delivered: bool) -> None:
    """Writes the files of a register and says what was guessed; ProblemsFound, with nothing written, where that cannot be."""
    wrong: list[Problem] = []
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
    made, found = make_source(id, str(file), header, rows, specs)
    _say(made, specs)
    if delivered:
        deliver(found, place / made.delivery)
        say(f"Confidential, as a delivery: {place / made.delivery}")
    else:
        say(f"The file becomes a delivery as data/deliveries/{made.delivery} (8 digits: who delivers; {made.year}JJ00: of which year).")
    say(f"Look through the comments, then run: celwacht check; celwacht intake; celwacht preview {made.table} --period {made.year}JJ00")


def _say(made: Made, specs: Path) -> None:
    say(f"{len(made.paths)} files are there:")
    for path in made.paths:
        say(f"  {path.relative_to(specs.parent) if path.is_relative_to(specs.parent) else path}")
    say("What was guessed:")
    for guess in made.guesses:
        say(f"  {guess}")
    if made.left_out:
        say(f"Not kept, for it is no category: {', '.join(made.left_out)}.")
