"""`celwacht preview`: one table, tried out, for the statistician's eyes only."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

import click
from celwacht.publish.terminal.console import Refused, say
from celwacht.tables.whole_file import write_whole

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(short_help="Try a table out: counted, protected, shown to you alone.")
@click.argument("table")
@click.option("--period", "periods", multiple=True, required=True, metavar="2024HJ01", help="May be given more than once.")
@click.option(
    "--data", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path), help="The data folder (confidential)."
)
@click.option("--policy", "policies", multiple=True, metavar="NAME|FILE", help="Another policy than the table's; several: side by side.")
@click.option("--province", default="", metavar="PV..", help="Only the regions of one province, such as PV22.")
@click.option("--measure", default=None, metavar="NAME", help="The measure on the screen; default: the first.")
@click.option("--rows", type=click.IntRange(0), default=40, show_default=True, help="Rows on the screen.")
@click.option("--page", type=FILE, metavar="FILE.html", help="Also the whole table as a page (confidential).")
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True, help="Of the titles.")
@click.option("--key", type=FILE, envvar="CELWACHT_KEY", show_envvar=True, help="File with the secret key, as for publish.")
def preview(table: str, **others) -> None:
    """Count TABLE, protect it, prove it, and show it with what is withheld. Nothing is published and no record changes.

    TABLE is the id of a table of the project, or a file: a draft anywhere on the disk.

    \b
    Example: celwacht preview jeugdhulp_crisis --period 2024HJ01 --data data/small --province PV22
    Example: celwacht preview jeugdhulp_crisis --period 2024HJ01 --data data/small --policy statline --policy strict
    """
    os.umask(0o077)
    from celwacht import disclosure
    from celwacht.publish.terminal.compiling import say_if_compiling

    say_if_compiling(disclosure.compiled())
    show(table, **others)


def show(table: str, periods, data: Path, policies, province: str, measure, rows: int, page, language: str, key) -> None:
    """Tries the table out, and says and writes what came of it; Refused where no policy lets it pass."""
    from celwacht.publish.commands import named
    from celwacht.publish.preview import lines, trial
    from celwacht.publish.preview.page import page as whole
    from celwacht.publish.terminal.screen import counting, screen
    from celwacht.tables import home
    from celwacht.tables.counting import check_specs
    from celwacht.tables.regions.part import part_of

    if page is not None:
        _kept_apart(page)
    wanted = periods_asked(periods)
    spec, root = named.table(table)
    with home.using(root):
        number = _measure(measure, [m.name for m in spec.measures])
        regions = part_of(province) if province else frozenset()
        asked = trial.Asked(spec, wanted, trial.policies_of(policies, spec), data, regions, secret_of(key, data))
        with counting(screen(), f"trying {spec.id}") as tick:
            trials = trial.tried(asked, lambda step, done, of: tick(done, of))
    say(f"CONFIDENTIAL: {spec.id}, tried out. Nothing is published, and no record has changed.\n")
    _summary(trials, lines.differing(trials))
    for problem in check_specs.unproved(spec, named.path_of(table)):
        say(str(problem))
    for policy in asked.policies:
        for text in policy.remarks:
            say(f"{policy.id}: {text}.")
    if lines.published(trials):
        _table(trials, number, rows, language)
    if page is not None:
        write_whole(page, whole(asked, trials, language))
        say(f"\nThe whole table, confidential: {page}")
    if not lines.published(trials):
        raise Refused("\nAs it stands this table would be refused by celwacht publish.")


def _summary(trials, differing: int) -> None:
    from celwacht.publish.terminal.screen import screen
    from rich.table import Table

    told = Table(box=None, pad_edge=False, header_style="bold")
    told.add_column("policy")
    for name in ("cells", "sensitive", "withheld", "value withheld"):
        told.add_column(name, justify="right")
    told.add_column("verdict")
    for t in trials:
        told.add_row(t.policy, *(f"{t.counts[k]:,}" for k in ("cells", "sensitive", "withheld")), f"{t.share_withheld:.2f} %", t.verdict)
    screen().print(told)
    for t in trials:
        for reason in getattr(t.outcome, "reasons", ()):
            say(f"{t.policy}: {reason}")
    if differing:
        say(f"{differing:,} cells are withheld under one of these policies and printed under another.")


def _table(trials, measure: int, most: int, language: str) -> None:
    from celwacht.publish.preview import lines
    from celwacht.publish.terminal.screen import screen
    from rich.table import Table

    shown = lines.published(trials)[0]
    names, columns = lines.head(trials, language)
    title = shown.measures[measure].title
    say(f"\n{lines.in_language(title, language)}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    for name in columns:
        table.add_column(name, justify="right")
    above: tuple[str, ...] = ()
    for row in islice(lines.rows(trials, measure, language), most):
        table.add_row(*_changed(row.titles, above), *row.figures)
        above = row.titles
    screen().print(table)
    total = _rows_of(shown)
    if total > most:
        say(f"... and {total - most:,} more rows: --rows N shows more, --page FILE.html all.")
    say(".s sensitive, .p withheld to protect another cell, .0 a zero not printed; readers see one symbol for all.")


def _changed(titles: tuple[str, ...], above: tuple[str, ...]) -> tuple[str, ...]:
    """Titles, blank as long as they repeat those of the row above."""
    same = 0
    while same < len(above) and above[same] == titles[same]:
        same += 1
    return ("",) * same + titles[same:]


def _rows_of(shown) -> int:
    rows = 1
    for d in shown.dimensions[:-1]:
        rows *= len(d.codes)
    return rows


def periods_asked(codes, option: str = "--period"):
    """The periods of these codes, sorted, each once; ProblemsFound, of that option, on a code that is none."""
    from celwacht.tables.periods import Period
    from celwacht.tables.problems import Problem, ProblemsFound

    found, problems = [], []
    for code in dict.fromkeys(codes):
        try:
            found.append(Period.parse(code))
        except ValueError as error:
            problems.append(Problem(option, 0, 0, "period", f"{error}.".replace("?.", "?")))
    if problems:
        raise ProblemsFound(problems)
    return tuple(sorted(found, key=lambda p: p.code))


def _measure(name: str | None, names: list[str]) -> int:
    from celwacht.tables.problems import Problem, ProblemsFound, nearest

    if name is None:
        return 0
    if name not in names:
        raise ProblemsFound([Problem("--measure", 0, 0, "unknown-name", f"the table has no measure '{name[:60]}'.{nearest(name, names)}")])
    return names.index(name)


def secret_of(key: Path | None, data: Path) -> bytes:
    """The bytes of the key where there is one: ties are then broken as publish breaks them. None is made here."""
    from celwacht.publish.commands.set_commands import key_file, opened_key

    return opened_key(key, data).secret if key_file(key).exists() else b""


def _kept_apart(page: Path) -> None:
    """Not in a folder that readers see."""
    for folder in page.resolve().parents:
        if (folder / "releases").is_dir():
            raise click.UsageError(f"--page {page}: {folder} holds published sets, and a preview is confidential. Write it elsewhere.")
    if not page.resolve().parent.is_dir():
        raise click.UsageError(f"--page {page}: there is no such folder; make it first.")
