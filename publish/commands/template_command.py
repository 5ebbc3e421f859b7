"""`celwacht template`: the workbook that a provider fills in."""

from __future__ import annotations

from pathlib import Path

import click
from celwacht.tables.whole_file import write_whole


@click.command("template", short_help="The workbook that a provider fills in.")
@click.argument("record")
@click.argument("period")
@click.option(
    "--aanbieder", default="00000000", show_default=True, metavar="NUMBER", help="The provider's number of 8 digits, for the file's name."
)
@click.option(
    "--redelivery", type=click.IntRange(2, 9999), default=None, metavar="VERSION", help="For a redelivery: its version, from 2 on."
)
@click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("."), help="Folder to write to; default: here."
)
def template(record: str, period: str, aanbieder: str, redelivery: int | None, folder: Path) -> None:
    """Write an Excel workbook with the fields of RECORD for PERIOD, their code lists and checks. `celwacht intake` reads it when it is
    filled in: it has the name of a delivery.

    \b
    Example: celwacht template jeugdbescherming 2023HJ01 --aanbieder 12345678
    Example: celwacht template jeugdbescherming 2022HJ02 --redelivery 2
    """
    from celwacht.publish.deliveries.template import template as made
    from celwacht.publish.terminal.console import say
    from celwacht.tables.periods import Period
    from celwacht.tables.problems import Problem, ProblemsFound

    if not (aanbieder.isascii() and aanbieder.isdigit() and len(aanbieder) == 8):
        raise ProblemsFound(
            [Problem("--aanbieder", 0, 0, "template-provider", "expected the provider's number of 8 digits, with leading zeros.")]
        )
    try:
        content = made(record, Period.parse(period), redelivery=redelivery is not None)
    except ValueError as error:
        raise ProblemsFound([Problem("RECORD PERIOD", 0, 0, "template-layout", f"there is no such layout: {error}.")]) from None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{record}_{aanbieder}_{period}{f'_v{redelivery}' if redelivery else ''}.xlsx"
    if path.exists():
        raise ProblemsFound(
            [Problem(str(path), 0, 0, "template-there", "there is a file of this name already. Move it, or write elsewhere: --to DIR.")]
        )
    write_whole(path, content)
    say(f"{path} is there. Fill in the first sheet; the second tells what each field holds.")
