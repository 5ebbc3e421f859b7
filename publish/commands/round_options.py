"""`celwacht round` on the command line: its options and its help. The work is in round_command.py."""

from __future__ import annotations

import os
from pathlib import Path

import click

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
METHODS = ("conventional", "random", "controlled", "small-count", "cell-key")


@click.command(name="round", short_help="Round a table of your own.")
@click.argument("source", metavar="COUNTS.csv", type=click.Path(path_type=Path))
@click.option(
    "--hierarchy", multiple=True, required=True, metavar="TREES.json|DIM=LEAVES<PARENTS", help="The dimensions, as for celwacht protect."
)
@click.option("--out", required=True, type=FOLDER, metavar="DIR", help="The folder to write.")
@click.option("--method", type=click.Choice(METHODS), default="controlled", show_default=True, help="See below.")
@click.option("--base", type=int, metavar="B", help="Figures become multiples of B; default 5. Not for cell-key.")
@click.option("--threshold", type=int, metavar="N", help="Counts of 1 to N - 1 are sensitive; held against base and method.")
@click.option("--width", type=int, metavar="W", help="An intruder must hold values W apart possible for one figure by itself.")
@click.option("--key", type=FILE, help="File with secret bytes, the same for every release. Not for conventional.")
@click.option("--series", default="", metavar="NAME", help="What the figures are of; the same in every table of such figures.")
@click.option("--most-change", type=int, metavar="D", help="Cell key: largest change; default 8.")
@click.option("--variance", type=float, metavar="V", help="Cell key: variance of the change; default 3.")
@click.option("--no-small", type=int, metavar="JS", help="Cell key: figures of 1 to JS are never printed; default 2.")
@click.option(
    "--gap",
    type=click.FloatRange(0, 1),
    metavar="G",
    help="Controlled: come within this share of the least deviation; default by the size of the table.",
)
@click.option("--freq", default="freq", show_default=True, metavar="COLUMN", help="The column with the counts.")
@click.option("--force", is_flag=True, help="Also when DIR is there already; that is kept under another name.")
def round_counts(source: Path, **others) -> None:
    """Round every cell of a table of counts, margins included. What each method promises: disclosure/ROUNDING.md.

    \b
      conventional   to the nearest multiple of the base; no secret, and adding up gives much away
      random         up or down by the key, without bias, the same cell always alike
      controlled     like random within one base, and additive: parts add up to their totals
      small-count    only small inner cells, to 0 or the base; additive
      cell-key       changed by a p-table; a promise of probabilities, not of intervals

    \b
    Exit status: 0 done; 2 bad input.
    Example: celwacht round counts.csv --hierarchy trees.json --method controlled --base 5 --key rounding.key --out
    rounded
    """
    os.umask(0o077)
    from celwacht.publish.own_tables import round_command

    round_command.round_files(round_command.Order(source, **others))
