"""Options of `celwacht protect`; what they mean is in own_tables/protect_input.py."""

from __future__ import annotations

import os
from pathlib import Path

import click
from celwacht.publish.own_tables.inputs.records_input import record_options

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(short_help="Protect a table of your own, with a proof.")
@click.argument("sources", metavar="INPUT...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--hierarchy",
    multiple=True,
    metavar="TREES.json|DIM=LEAVES<PARENTS",
    help="The dimensions: a file with trees, or columns of the data, one option each (sex, region=kommune<fylke); two with the same name: "
    "two hierarchies.",
)
@click.option("--microdata", is_flag=True, help="Every row is a record, to be counted; no column with counts.")
@click.option(
    "--out",
    type=FOLDER,
    metavar="DIR",
    help="The folder for safe.csv (.xlsx, .json), to hand on, and the confidential pattern and certificate.",
)
@click.option("--threshold", type=int, metavar="N", help="Counts of 1 to N - 1 are sensitive; default 10.")
@click.option("--width", type=int, metavar="W", help="An intruder must hold values W apart possible; default 5.")
@click.option("--zeros", type=click.Choice(["published", "withheld"]), help="Default: published.")
@click.option("--rounding-base", type=int, metavar="B", help="Published figures are multiples of B; default 1.")
@click.option(
    "--policy",
    metavar="NAME",
    help="Take these from a policy in table_specs/policies (strict, statline); options given beside it go first.",
)
@click.option(
    "--cost",
    metavar="WHAT",
    help="What withholding costs: value (default for counts), count, file (the weights of a problem; default there).",
)
@click.option("--exact", is_flag=True, help="The weaker promise of most tools: no sensitive cell computed exactly.")
@click.option(
    "--singletons/--no-singletons",
    default=False,
    show_default=True,
    help="Protect counts also against the one person behind a count of 1, who knows it.",
)
@click.option(
    "--method",
    type=click.Choice(["auto", "fast", "optimal"]),
    default="auto",
    show_default=True,
    help="optimal: least cost, with a proved bound, for small and middle sizes.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(0, min_open=True),
    help="Stop the search after the work of so many seconds on an ordinary core: counted, so that the result is the same on any machine.",
)
@click.option("--freq", default="freq", show_default=True, metavar="COLUMN", help="The column with the counts.")
@click.option("--whole", is_flag=True, help="For a problem: the intruder knows that values are whole numbers.")
@click.option("--key", type=FILE, help="File with secret bytes that break ties, so that nobody can replay the choice.")
@click.option("--force", is_flag=True, help="Also when DIR holds something else; that is kept under another name.")
@click.option("--write-jj", type=FILE, metavar="FILE", help="Also write the problem in JJ (tau-ARGUS, sdcTable).")
@click.option("--write-csv", type=FOLDER, metavar="FOLDER", help="Also write cells.csv and relations.csv.")
@record_options
def protect(sources: tuple[Path, ...], **others) -> None:
    """Withhold what must be withheld, and what protects that, with a proof for every sensitive cell.

    \b
    INPUT is one of
      COUNTS.csv   counts of leaf codes: a column per dimension, and freq (with --hierarchy; .csv.gz and .xlsx too)
      RECORDS.csv  records, to be counted (with --microdata), or amounts of contributors (--contributor, --rule)
      PROBLEM.jj   a problem in the JJ format (.jj.gz too)
      FOLDER       a problem as cells.csv and relations.csv

    Several tables of counts over the same records are protected together: one pattern, consistent in all of them.

    Exit status: 0 SAFE; 1 not everything is proved (do not publish); 2 bad input.

    \b
    Example: celwacht protect counts.csv --hierarchy trees.json --threshold 10 --width 5 --out protected
    Example: celwacht protect counts.csv --hierarchy "region=kommune<fylke" --hierarchy sex --out protected
    Example: celwacht protect by_age.csv by_sex.csv --hierarchy region --hierarchy age --hierarchy sex --out protected
    Example: celwacht protect records.csv --microdata --hierarchy region --hierarchy sex --threshold 5 --width 2 --out protected
    Example: celwacht protect table.jj --method optimal --seconds 60 --out protected
    """
    os.umask(0o077)  # as every command: what this process writes is for its owner only
    from celwacht import disclosure
    from celwacht.publish.own_tables import protect_command, protect_input
    from celwacht.publish.terminal.compiling import say_if_compiling

    say_if_compiling(disclosure.compiled())
    given = {k: v for k in protect_input.POLICY_OPTIONS if (v := others.pop(k)) is not None}
    protect_command.protect(protect_input.Order(sources[0], linked=sources[1:], options=given, **others))
