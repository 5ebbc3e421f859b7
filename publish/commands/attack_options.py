"""Options of `celwacht attack` and `celwacht links`; what they mean is in publish/review/intruder."""

from __future__ import annotations

import os
from pathlib import Path

import click

FOLDER = click.Path(file_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(short_help="What can be got out of everything that was published, taken together?")
@click.argument("out", nargs=-1, required=True, type=EXISTING)
@click.option("--data", type=EXISTING, help="The data folder: then the findings are put beside the truth.")
@click.option(
    "--specs",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="SPEC.yaml",
    help="A specification beside the standard ones; may be given more than once.",
)
@click.option("--report", type=FOLDER, metavar="DIR", help="Write findings.csv and tables.csv (confidential).")
@click.option("--work", type=click.IntRange(0), default=1000, show_default=True, help="Programmes that may be solved; 0: lines only.")
@click.option("--recipes", type=click.IntRange(0), default=200, show_default=True, help="Findings in the report with the way to them.")
@click.option("--top", type=click.IntRange(0), default=10, show_default=True, help="Findings on the screen.")
def attack(out: tuple[Path, ...], **others) -> None:
    """Attack whole publications: all tables, periods and releases in OUT together, from public files and specifications.

    Which cells are the same, add up, follow over time (stock and flow, halves and the year), or bound each other (persons and
    trajectories) is found from the specifications. Every withheld cell gets an interval and a verdict, the worst with a
    recipe. CONFIDENTIAL: with --data it also counts the sensitive cells among them.

    \b
    Exit status: 0 nothing found; 1 a cell that may be sensitive is exact or too narrow; 2 bad input.
    Example: celwacht attack out/small --data data/small --report attacked
    """
    os.umask(0o077)
    from celwacht.publish.review.intruder import attack_set

    attack_set.run(
        attack_set.Order(out, others["data"], others["report"], others["work"], others["recipes"], others["top"], others["specs"])
    )


@click.command(short_help="Which tables of a set share what?")
@click.argument("name", metavar="SET")
@click.argument("year", type=click.IntRange(1900, 2200))
@click.option("--out", type=EXISTING, help="The folder of public files: then also what one table costs another (confidential).")
@click.option("--top", type=click.IntRange(1), default=25, show_default=True, help="How many of each kind.")
def links(name: str, year: int, out: Path | None, top: int) -> None:
    """List what ties the tables of SET: the same cells, complements, stock and flow, halves and years, persons and trajectories.

    All of it is found from the specifications, whatever codes and names are called. With --out it also tells which dots of one
    table another one prints, and how many withheld cells are exact or narrow by a table's own lines, and by all of them.

    \b
    Example: celwacht links april 2024 --out out/small
    """
    os.umask(0o077)
    from celwacht.publish.review.intruder import links as command

    command.run(name, year, out, top)
