"""Options of `celwacht audit`; what they mean is in audit_command.py."""

from __future__ import annotations

import os
from pathlib import Path

import click

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(short_help="What can be got out of a published table of anybody's?")
@click.argument("table", type=click.Path(path_type=Path))
@click.option(
    "--also",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A further table with cells of the same kind; may be given more than once.",
)
@click.option("--hierarchy", type=FILE, metavar="TREES.json", help="Trees of the dimensions, as for celwacht protect.")
@click.option("--spec", type=FILE, metavar="SPEC.yaml", help="How the table is to be read, where guessing does not do.")
@click.option("--sheet", default=None, metavar="NAME", help="Sheet of a workbook; default: the first.")
@click.option(
    "--mark", "marks", multiple=True, metavar="MARK=MEANING", help="c=withheld, c=1..5, x=na, z='not applicable', -=zero, k=small."
)
@click.option("--rounding", multiple=True, metavar="[COLUMN=CODE:]BASE", help="Figures are rounded to BASE, all or there.")
@click.option("--width", type=click.IntRange(1), default=5, show_default=True, help="Values closer together are a finding.")
@click.option(
    "--seconds",
    type=click.FloatRange(0, min_open=True),
    default=120.0,
    show_default=True,
    help="Cells without an answer after the work of so many seconds (counted: the same on any machine) are INCONCLUSIVE.",
)
@click.option("--out", type=FOLDER, metavar="DIR", help="Write findings.csv and report.txt (confidential).")
@click.option("--json", type=FILE, metavar="FILE", help="Write everything as JSON (confidential).")
@click.option("--top", type=click.IntRange(0), default=20, show_default=True, help="Findings on the screen.")
def audit(table: Path, **others) -> None:
    """Find withheld figures that can be got back, in any published table with marks, and tell how. Confidential.

    TABLE is a CSV file, an Excel workbook, or the folder of a table of ours. Totals, levels, rounding and percentages
    are guessed from it, tried on all its figures, and named.

    \b
    Exit status: 0 nothing found; 1 findings, or cells without an answer; 2 bad input.
    Example: celwacht audit table.csv --mark c=withheld --width 5 --out audited
    """
    os.umask(0o077)  # as every command: what this process writes is for its owner only
    from celwacht.publish.own_tables import audit_command

    audit_command.audit(audit_command.Order(table, **others))
