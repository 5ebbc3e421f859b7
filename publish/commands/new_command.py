"""`celwacht new`: a table, a classification made of a code list, or a whole register made of a file, to start from."""

from __future__ import annotations

from pathlib import Path

import click
from celwacht.publish.terminal.console import say

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(short_help="Start a new table, a classification from a code list, or a register from a file.")
@click.argument("table", metavar="[ID]", required=False, default="")
@click.option(
    "--from", "example", default=None, metavar="TABLE", help="Standard table to start from; with --source: a file, CSV, Excel or Parquet."
)
@click.option("--source", default=None, metavar="NAME", help="Start a register: its source, layout, classifications and a first table.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="ROLE=NAME",
    help="With --source: what a column is, where the guess is wrong: person, begin, end, kind, birth, sex, area or year (of a file of several years: a delivery for each); person=A,B where two "
    "columns together tell persons apart; end=none where there is none.",
)
@click.option(
    "--period", default=None, metavar="2024JJ00", help="With --source: the period that the file is of; default: guessed from its days."
)
@click.option("--deliver", is_flag=True, help="With --source: put the file in the deliveries of the project as well.")
@click.option("--classification", "code_list", type=FILE, metavar="FILE", help="Make a classification of a code list: CSV or Excel.")
@click.option("--field", "record_field", default=None, metavar="NAME", help="With --classification: the field of the records; default: ID.")
@click.option("--sheet", default=None, metavar="NAME", help="With --classification or --source: sheet of a workbook; default: the first.")
@click.option(
    "--to",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="Folder for the new file; default: that of the project.",
)
def new(
    table: str,
    example: str | None,
    source: str | None,
    deliver: bool,
    columns: tuple[str, ...],
    period: str | None,
    code_list: Path | None,
    record_field: str | None,
    sheet: str | None,
    folder: Path | None,
) -> None:
    """Start a new table: writes ID.yaml, complete and valid, with a comment at each line to change.

    Into the specifications of the project (celwacht init), or into a folder given by --to. With --classification: a classification
    instead. The code list is flat (code, title), or has a column `parent`, or a column per level; every guess gets a comment.

    With --source: a register that nobody here has seen, of one of its files with a row per record; every guess gets a comment.

    \b
    Example: celwacht new mijn_tabel
    Example: celwacht new mijn_indeling --classification codes.csv --field hulpvorm
    Example: celwacht new --source children_in_care --from children_in_care.csv
    Example: celwacht new --source cases --from cases.csv --column person=court,case_number --column end=none --period 2024BJ04
    """
    if source is not None:
        if table or code_list is not None or record_field or example is None:
            raise click.UsageError("--source goes with --from FILE, and without ID, --classification and --field.")
        from celwacht.publish.new_source.command import new_source

        return new_source(source, Path(example), sheet, folder, deliver, columns, period)
    if not table or deliver or columns or period:
        raise click.UsageError(
            "Give the ID of the new table or classification; or --source NAME --from FILE [--deliver --column --period]."
        )
    if code_list is None:
        if record_field or sheet:
            raise click.UsageError("--field and --sheet go with --classification.")
        _table(table, example, folder)
    else:
        if example:
            raise click.UsageError("--from starts a table; leave it out, or --classification.")
        _classification(table, code_list, record_field, sheet, folder)


def _table(table: str, example: str | None, folder: Path | None) -> None:
    from celwacht.tables.specs.scaffold import new_table

    path = new_table(table, folder, example)
    say(f"{path} is there. Change what its comments name, then run: celwacht check {path}")


def _classification(id: str, file: Path, record_field: str | None, sheet: str | None, folder: Path | None) -> None:
    from celwacht.publish.own_tables.inputs.input_files import read_table
    from celwacht.tables.code_lists.code_list import CodeList
    from celwacht.tables.code_lists.write_classification import classification_text
    from celwacht.tables.problems import Problem, ProblemsFound, kept
    from celwacht.tables.specs.scaffold import schema_from, with_id, writable, write_new

    wrong: list[Problem] = []
    kept(wrong, with_id, id, "classification")
    folder = kept(wrong, writable, folder)
    read = kept(wrong, read_table, file, wrong, sheet)
    written = None
    if folder is not None and (folder / "classifications").is_dir():
        folder = folder / "classifications"
    if read is not None:
        frame, lines = read
        codes = CodeList(str(file), [str(c) for c in frame.columns], frame.to_numpy(object).tolist(), lines.tolist())
        schema = "" if folder is None else schema_from("classification", folder)
        written = kept(wrong, classification_text, codes, id, record_field, schema)
    if wrong:
        raise ProblemsFound(wrong)
    assert folder is not None and written is not None  # or something was wrong
    path = write_new(folder / f"{id}.yaml", written.text)
    say(f"{path} is there: {written.codes} codes. What was guessed:")
    for guess in written.guesses:
        say(f"  {guess}")
    say(f"Look through its comments, then run: celwacht check {path}")
