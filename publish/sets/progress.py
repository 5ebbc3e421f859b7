"""What the statistician sees while a set is made, and the short table at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from celwacht.publish.sets.make_set import SetOutcome, Watch
from celwacht.publish.sets.make_table import STEPS, SUMMED, TableOutcome
from celwacht.publish.terminal.screen import counting, screen
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

__all__ = ["closing_table", "counting", "screen", "watching"]

_WORDS = {"count": "counting", "protect": "protecting", "prove": "proving", "write": "writing"}
_PER_STEP = 1000


@contextmanager
def watching(console: Console) -> Iterator[Watch]:
    """A progress bar per table on a terminal; elsewhere one line when a table is being written."""
    if not console.is_terminal:
        yield lambda table, step, done, of: _tell(console, table, step, done)
        return
    bars = Progress(TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[step]}"), TimeElapsedColumn(), console=console)
    tasks: dict[str, TaskID] = {}

    def watch(table: str, step: str, done: int, of: int) -> None:
        if table not in tasks:
            tasks[table] = bars.add_task(table, total=_PER_STEP * len(STEPS), step="")
        completed = _PER_STEP * (STEPS.index(step) + done / max(of, 1))
        bars.update(tasks[table], completed=completed, step=_WORDS[step])

    with bars:
        yield watch
        for task in tasks.values():
            bars.update(task, completed=_PER_STEP * len(STEPS), step="done")


def _tell(console: Console, table: str, step: str, done: int) -> None:
    if step != "protect" and done == 0:
        console.print(f"{table}: {_WORDS[step]}")


def closing_table(outcome: SetOutcome) -> Table:
    """A line per table: cells, sensitive, withheld, share of value withheld, headline figures lost, verdict, seconds."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("table")
    for name in ("cells", "sensitive", "withheld", "value withheld", "headline lost"):
        table.add_column(name, justify="right")
    table.add_column("verdict")
    table.add_column("seconds", justify="right")
    for line in outcome.tables:
        table.add_row(*_row(line))
    if len(outcome.tables) > 1:
        table.add_row("all tables", *_row(_sum(outcome.tables))[1:], style="bold")
    return table


def _row(line: TableOutcome) -> tuple[str, ...]:
    return (
        line.table,
        f"{line.cells:,}",
        f"{line.sensitive:,}",
        f"{line.withheld:,}",
        f"{line.share_withheld:.2f} %",
        f"{line.headline_withheld:,} of {line.headline:,}",
        line.verdict,
        f"{line.seconds:.1f}",
    )


def _sum(lines: tuple[TableOutcome, ...]) -> TableOutcome:
    def total(name: str):
        return sum(getattr(line, name) for line in lines)

    worst = next((v for v in ("UNSAFE", "INCONCLUSIVE") if v in {line.verdict for line in lines}), "SAFE")
    summed = {name: total(name) for name in SUMMED}
    return TableOutcome("all", **summed, verdict=worst, seconds=total("seconds"))
