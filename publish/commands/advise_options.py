"""`celwacht advise`: where a table loses figures, and which coarser designs publish more; for the statistician's eyes only."""

from __future__ import annotations

import os
from pathlib import Path

import click
from celwacht.publish.terminal.console import say

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(short_help="Which design of a table publishes more? (confidential)")
@click.argument("table")
@click.option("--period", "periods", multiple=True, required=True, metavar="2024HJ01", help="May be given more than once.")
@click.option(
    "--data", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path), help="The data folder (confidential)."
)
@click.option("--policy", default=None, metavar="NAME|FILE", help="Another policy than the table's.")
@click.option("--province", default="", metavar="PV..", help="Only the regions of one province, such as PV22.")
@click.option("--key", type=FILE, envvar="CELWACHT_KEY", show_envvar=True, help="File with the secret key, as for publish.")
def advise(table: str, **others) -> None:
    """Say of TABLE what is withheld per dimension, level and size of region, and try coarser designs out.

    What it prints tells which cells are sensitive: it is confidential, for the reviewer, and no part of it belongs on a reader's side.
    Nothing is published and no record changes. TABLE is the id of a table of the project, or a file.

    \b
    Example: celwacht advise jeugdbescherming_uitstroom --period 2024JJ00 --data data/small --province PV22
    """
    os.umask(0o077)
    from celwacht import disclosure
    from celwacht.publish.terminal.compiling import say_if_compiling

    say_if_compiling(disclosure.compiled())
    show(table, **others)


def show(table: str, periods, data: Path, policy, province: str, key) -> None:
    """Tries the designs out, and prints what came of it."""
    from celwacht.publish.commands import named
    from celwacht.publish.commands.preview_options import periods_asked, secret_of
    from celwacht.publish.preview import trial
    from celwacht.publish.preview.advise import advice
    from celwacht.publish.terminal.screen import counting, screen
    from celwacht.tables import home
    from celwacht.tables.regions.part import part_of

    wanted = periods_asked(periods)
    spec, root = named.table(table)
    with home.using(root):
        regions = part_of(province) if province else frozenset()
        policies = trial.policies_of([policy] if policy else [], spec)
        asked = trial.Asked(spec, wanted, policies, data, regions, secret_of(key, data))
        trial.checked(asked)
        with counting(screen(), f"trying designs of {spec.id}") as tick:
            found = advice(asked, tick)
    say(f"CONFIDENTIAL: {spec.id}, tried out under {policies[0].id}. Nothing is published, and no record has changed.\n")
    _losses((*found.losses, *found.sizes))
    for name, titles in found.to_join:
        say(f"\n{name}: more than half is withheld of {'; '.join(titles)}. Join them in the classification to publish more of them.")
    _designs(found.designs)


def _losses(losses) -> None:
    from celwacht.publish.terminal.screen import screen
    from rich.table import Table

    told = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("dimension", "level"):
        told.add_column(name)
    for name in ("cells", "withheld", "value withheld", "headline lost"):
        told.add_column(name, justify="right")
    before = ""
    for one in losses:
        shown = "" if one.dimension == before else one.dimension
        told.add_row(shown, one.level, f"{one.cells:,}", f"{one.withheld:,}", f"{one.share:.2f} %", f"{one.headline_lost:,}")
        before = one.dimension
    screen().print(told)


def _designs(designs) -> None:
    from celwacht.publish.terminal.screen import screen
    from rich.table import Table

    told = Table(box=None, pad_edge=False, header_style="bold")
    told.add_column("design")
    for name in ("cells", "figures printed", "value withheld", "headline lost"):
        told.add_column(name, justify="right")
    told.add_column("verdict")
    now = designs[0]
    for one in designs:
        more = " +" if one.printed > now.printed else ""
        verdict = "SAFE" if one.safe else "not proved"
        told.add_row(one.what, f"{one.cells:,}", f"{one.printed:,}{more}", f"{one.share:.2f} %", f"{one.headline_lost:,}", verdict)
    say("")
    screen().print(told)
    say("Figures printed are those that are not 0; + where a coarser design prints more of them than the table as it is.")
    better = [d for d in designs[1:] if d.safe and (d.printed > now.printed or d.headline_lost < now.headline_lost or not now.safe)]
    for one in better or sorted((d for d in designs[1:] if d.safe), key=lambda d: d.share)[:1]:
        say(f"\n{one.what}:\n  " + one.change.replace("\n", "\n  "))
