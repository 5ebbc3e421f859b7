"""`celwacht request`: options in, words out."""

from __future__ import annotations

import os
from pathlib import Path

import click
from celwacht.publish.processing.processing_command import ask_for
from celwacht.publish.terminal.console import Refused, say

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(short_help="A table on request, safe beside all that was published.")
@click.argument("table", metavar="SPEC.yaml")
@click.option("--period", "periods", multiple=True, required=True, metavar="2024HJ01", help="May be given more than once.")
@click.option(
    "--data", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path), help="The data folder (confidential)."
)
@click.option("--out", required=True, type=FOLDER, help="A new folder for what the customer gets.")
@click.option("--province", default="", metavar="PV..", help="Only the regions of one province, such as PV22.")
@click.option(
    "--key", type=click.Path(dir_okay=False, path_type=Path), envvar="CELWACHT_KEY", show_envvar=True, help="File with the secret key."
)
def request(table: str, periods: tuple[str, ...], data: Path, out: Path, province: str, key: Path | None) -> None:
    """Make the table of SPEC.yaml for a customer, if it is safe beside everything that was ever published or handed out.

    Where it is not, or would be mostly dots, the finest coarser tables that are safe are looked for (levels or dimensions dropped, halves joined), and
    the first is given. The order and its answer are entered in the ledger; what was handed out counts as published.

    \b
    Exit status: 0 the table, or a coarser one; 1 refused, in words that tell nothing; 2 bad input.
    Example: celwacht request own.yaml --period 2024HJ01 --data data/small --out order1
    """
    os.umask(0o077)
    from celwacht import disclosure
    from celwacht.publish.commands import named
    from celwacht.publish.commands.preview_options import periods_asked
    from celwacht.publish.commands.set_commands import opened_key
    from celwacht.publish.preview.trial import Asked, checked
    from celwacht.publish.requests import answer
    from celwacht.publish.terminal.compiling import say_if_compiling
    from celwacht.publish.terminal.screen import counting, screen
    from celwacht.tables import home
    from celwacht.tables.regions.part import part_of

    if out.exists() and any(out.iterdir()):
        raise click.UsageError(f"--out {out}: the folder is not empty; name a new one.")
    say_if_compiling(disclosure.compiled())
    ask_for("requests")
    wanted = periods_asked(periods)
    spec, root = named.table(table)
    with home.using(root):
        regions = part_of(province) if province else frozenset()
        checked(Asked(spec, wanted, (), data, regions))
        order = answer.Order(spec, wanted, data, out, regions, opened_key(key, data).secret)
        with counting(screen(), f"judging {spec.id}") as tick:
            found = answer.answered(order, tick)
    _tell(found, out)


def _tell(found, out: Path) -> None:
    from celwacht.publish.requests import answer

    if found.given is None:
        raise Refused(f"{answer.REFUSAL} The order is in the ledger as number {found.number}.")
    steps = "; ".join(found.given.design.steps)
    say(
        f"{out} holds the table {f'in a coarser form: {steps}' if steps else 'as it was asked'}. It counts as published (order {found.number})."
    )
    for name, levels in answer.kept(found.given).items():
        say(f"  {name}: {', '.join(levels)}")
    for other in found.others:
        say(f"Instead could be asked: {'; '.join(other.design.steps)}")
