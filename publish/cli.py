"""The command line: `celwacht`. One verb, one function; what takes long to import is imported inside the command.

Exit status: 0 done; 1 refused, unsafe or failed; 2 bad input or wrong use. Nothing that a command prints holds a
true value of a withheld cell or a personal value, with one exception that says so: `celwacht explain`.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

import click
from celwacht.publish.commands.advise_options import advise
from celwacht.publish.commands.attack_options import attack, links
from celwacht.publish.commands.audit_options import audit
from celwacht.publish.commands.deliveries_command import COMMANDS as DELIVERIES
from celwacht.publish.commands.ledger_command import ledger_command, verify
from celwacht.publish.commands.new_command import new
from celwacht.publish.commands.preview_options import preview
from celwacht.publish.commands.project_options import enter, init
from celwacht.publish.commands.protect_options import protect
from celwacht.publish.commands.round_options import round_counts
from celwacht.publish.commands.rule_command import rule
from celwacht.publish.commands.serve_command import factsheets, monitor, render, serve
from celwacht.publish.outputs.command import output
from celwacht.publish.portal.portal_commands import portal
from celwacht.publish.processing.processing_command import processing
from celwacht.publish.requests.command import request
from celwacht.publish.terminal import console

FOLDER = click.Path(file_okay=False, path_type=Path)
EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
INPUT = click.Path(path_type=Path)

DATA_OPTION = click.option(
    "--data", required=True, type=EXISTING_FOLDER, help="The data folder: deliveries/, regions/ and the vault (confidential)."
)
KEY_OPTION = click.option(
    "--key", type=FILE, envvar="CELWACHT_KEY", show_envvar=True, help="File with the secret key, outside DATA; made when it is not there."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="celwacht", message="celwacht %(version)s")
@click.option(
    "--project",
    type=EXISTING_FOLDER,
    envvar="CELWACHT_PROJECT",
    metavar="DIR",
    help="The project to work in; default: that of the working folder, or of a folder above it.",
)
@click.pass_context
def celwacht(context: click.Context, project: Path | None) -> None:
    """Tables about youth care in which no child and no provider can be recognised, with a proof for every table.

    \b
    From records to tables, in the usual order:
      celwacht init DIR                a project of your own: specifications and settings
      celwacht demo DATA               synthetic deliveries to try it with
      celwacht intake DATA             take in new deliveries
      celwacht deliveries --data DATA  what came, and what the rules say of it
      celwacht check                   read every table specification, report every problem
      celwacht preview TABLE           one table, counted and protected, for your eyes only
      celwacht advise TABLE            which coarser design of it publishes more (confidential)
      celwacht publish april 2024      make a publication set
      celwacht explain TABLE CELL      why is this cell withheld? (confidential)
      celwacht verify --data DATA      is what is public what was proved?
      celwacht ledger --data DATA      everything that was ever published (confidential)

    \b
    For a table of your own, without any of that:
      celwacht protect COUNTS.csv      withhold what must be, with a proof
      celwacht round COUNTS.csv        round all of it, in one of five ways
    """
    enter(context, project)


def main(args: list[str] | None = None) -> None:
    """The installed command. The one place where an error becomes a message and an exit status."""
    sys.exit(console.run(lambda: celwacht.main(args=args, prog_name="celwacht", standalone_mode=False)))


def keep_private() -> None:
    """Whatever this process writes from here on is for its owner only; the store opens what is public."""
    os.umask(0o077)


@celwacht.command(short_help="Write synthetic deliveries to try it with.")
@click.argument("data", type=FOLDER)
@click.option(
    "--scale",
    type=click.Choice(["small", "national", "10x", "100x"]),
    default="national",
    show_default=True,
    help="small: one province; national: all gemeenten; 10x, 100x: so many countries of other persons in them, for large machines.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Another number gives other synthetic children.")
@click.option(
    "--years", default="2023-2024", show_default=True, metavar="FIRST-LAST", help="Years to deliver: one year, or up to three in a row."
)
@click.option(
    "--veilig-thuis", "safe_home", is_flag=True, help="Deliveries of Veilig Thuis as well, for its tables in sets april and october."
)
@click.option(
    "--until",
    metavar="HALF-YEAR",
    help="Only what was delivered when this half-year closed, errors and all. Again with a later one: adds what came and was corrected since.",
)
def demo(data: Path, scale: str, seed: int, years: str, safe_home: bool, until: str | None) -> None:
    """Write synthetic deliveries of youth care to DATA (no real person is in them).

    With --until, sets can be published one after another, as they were: records come late, are changed and are deleted in between.

    \b
    Example: celwacht demo data/small --scale small
    Example: celwacht demo data/rounds --scale small --until 2023HJ02
    """
    keep_private()
    from celwacht.publish.commands import set_commands

    set_commands.demo(data, scale, seed, years, safe_home, until)


@celwacht.command(short_help="Take in new deliveries.")
@click.argument("data", type=EXISTING_FOLDER)
@KEY_OPTION
@click.option("--approve", multiple=True, metavar="DELIVERY", help="The office's word for a delivery held back; the register keeps it.")
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="Refuse what the calendar closes on this day; default: what the register closes."
)
@click.option(
    "--open", "opened", multiple=True, metavar="PERIOD", help="A closed period that the office opens once more, such as 2023HJ01."
)
@click.option("--judge-again", is_flag=True, help="A rule was mended: judge what counts by it too.")
def intake(
    data: Path, key: Path | None, approve: tuple[str, ...], day: datetime | None, opened: tuple[str, ...], judge_again: bool
) -> None:
    """Take the new files in DATA/deliveries into the vault: checked, pseudonymised, registered.

    Every problem is reported with file, line and remedy. `celwacht publish` does this by itself. A redelivery that takes most of a
    provider's records away waits for the office's word (--approve). So does a delivery for a closed period: older than the newest one
    of its record kind and the one before it; and a file of which the very bytes count already under another name.

    A rule that fires for a large share of all providers is told: the providers hear of it when the office releases it (celwacht
    deliveries --release). Where the rule, or a list, was wrong and is mended, what was refused is looked at again, and with
    --judge-again what counts is judged by it.

    \b
    Example: celwacht intake data/small
    Example: celwacht intake data/small --judge-again
    """
    keep_private()
    from celwacht.publish.commands import set_commands

    set_commands.intake(data, key, approve, day and day.date(), opened, judge_again)


@celwacht.command(short_help="Report every problem in the table specifications.")
@click.argument("files", metavar="[TABLE|FILE]...", nargs=-1, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Read table specifications and report every problem, with line, reason and remedy.

    A table is named by its id or its file. Without any: all specifications of the project.

    \b
    Example: celwacht check table_specs/mijn_tabel.yaml
    """
    from celwacht.publish.commands import set_commands

    set_commands.check(files)


@celwacht.command(short_help="Print the SQL of a table.")
@click.argument("table")
@click.argument("periods", nargs=-1, required=True)
def sql(table: str, periods: tuple[str, ...]) -> None:
    """Print the SQL that counts TABLE (an id, or a file) over PERIODS, with a comment at each step.

    \b
    Example: celwacht sql jeugdhulp_crisis 2024HJ01 2024HJ02
    """
    from celwacht.publish.commands import set_commands

    set_commands.sql(table, periods)


@celwacht.command(short_help="Make a publication set.")
@click.argument("name", metavar="SET")
@click.argument("year", type=click.IntRange(1900, 2200))
@DATA_OPTION
@click.option("--out", required=True, type=FOLDER, help="The folder for the public files.")
@click.option(
    "--modified",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="Date on the tables; default: the day on which the set becomes public.",
)
@click.option(
    "--embargo",
    default=None,
    metavar="MOMENT",
    help='When the set becomes public, as in "2025-04-30 02:00" (time of '
    "Amsterdam); default: as the set says, else 31 October of YEAR or 30 April of the next year, 00:00.",
)
@click.option("--without", multiple=True, metavar="TABLE", help="Leave a table out; may be given more than once.")
@click.option("--province", default="", metavar="PV..", help="Only the regions of one province, such as PV22.")
@click.option("--withdraw", is_flag=True, help="Let tables of the release before be missing from this one.")
@click.option("--reason", default="", metavar="TEXT", help="Why, for the ledger: what was mended, or why a table is withdrawn.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes over the tables.")
@click.option("--engine", default="duckdb", metavar="ENGINE", help="What counts: duckdb (default), spark, or spark:MASTER.")
@click.option("--together/--alone", default=False, help="Also prove tables beside all others of the set, or each by itself (default).")
@KEY_OPTION
def publish(
    name: str,
    year: int,
    data: Path,
    out: Path,
    modified,
    embargo: str | None,
    without: tuple[str, ...],
    province: str,
    workers: int,
    key: Path | None,
    withdraw: bool,
    reason: str,
    together: bool,
    engine: str,
) -> None:
    """Make publication set SET (october or april) of YEAR: take in, count, protect, prove, write.

    The set appears in OUT/YEAR-SET all at once, and only when every table in it is proved SAFE. Readers see it from its
    moment on; until then nothing tells them that it is there. Every release is entered in the ledger of DATA; in another
    folder than the first that was published to, a set is made on trial, and changes nothing of what was published.

    \b
    Example: celwacht publish october 2024 --data data/small --out out/small
    """
    keep_private()
    from celwacht import disclosure
    from celwacht.publish.commands import set_commands
    from celwacht.publish.terminal.compiling import say_if_compiling

    day = modified.date() if modified else None
    say_if_compiling(disclosure.compiled())
    set_commands.publish(name, year, data, out, day, without, province, workers, key, embargo, withdraw, reason, not together, engine)


@celwacht.command(short_help="Why is this cell withheld? (confidential)")
@click.argument("table")
@click.argument("cell")
@DATA_OPTION
@click.option("--set", "set_name", default=None, metavar="YEAR-SET", help="Such as 2024-april; default: the last one.")
def explain(table: str, cell: str, data: Path, set_name: str | None) -> None:
    """Tell a disclosure reviewer why a cell is withheld, and what an intruder could still infer. Confidential.

    CELL names a code per dimension; a dimension that is left out stands at its total (its first code), Perioden at
    the last period.

    \b
    Example: celwacht explain jeugdhulp_crisis "RegioS=GM0106, Perioden=2024JJ00" --data data/small
    """
    keep_private()
    from celwacht.publish.commands import set_commands

    set_commands.explain(table, cell, data, set_name)


for command in (
    new,
    *DELIVERIES,
    advise,
    attack,
    links,
    audit,
    factsheets,
    render,
    ledger_command,
    protect,
    verify,
    init,
    portal,
    monitor,
    output,
    preview,
    processing,
    request,
    round_counts,
    rule,
    serve,
):
    celwacht.add_command(command)
if __name__ == "__main__":
    main()
