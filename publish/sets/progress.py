"""What the statistician sees while a set is made, and the short table at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celwacht.publish.sets.make_set import SetOutcome, Watch
from celwacht.publish.sets.make_table import BESIDE, STEPS, SUMMED, TableOutcome
from celwacht.publish.terminal.screen import counting, screen
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

__all__ = ["closing_table", "counting", "screen", "watching"]

_WORDS = {"count": "counting", "protect": "protecting", "prove": "proving", "write": "writing", BESIDE: "holding them against each other"}
_PLACE = {**{step: n for n, step in enumerate(STEPS)}, BESIDE: STEPS.index("prove")}
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
        completed = _PER_STEP * (_PLACE[step] + done / max(of, 1))
        bars.update(tasks[table], completed=completed, step=_WORDS[step])

    with bars:
        yield watch
        for task in tasks.values():
            bars.update(task, completed=_PER_STEP * len(STEPS), step="done")


def _tell(console: Console, table: str, step: str, done: int) -> None:
    if step != "protect" and done == 0:
        console.print(f"{table}: {_WORDS[step]}")


def _across_tables(outcome: SetOutcome) -> list[str]:
    """What tables withhold for each other's sake, in a sentence or two for the statistician."""
    its = outcome.mended
    if its is None or not (its.changed or its.not_followed or its.before or its.left_out or its.beyond or its.inside or its.told_before):
        return []
    found = [f"For other tables of the set {sum(its.changed.values())} cells more are withheld (the same cell in all tables or in none"]
    told = its.leaks + its.together
    found[0] += f"; {told} sensitive cells that sums over several tables told too closely)." if told else ")."
    if its.beyond:
        found.append(
            f"What many sums together tell was sought around the narrowest sensitive cells only, and not around {its.beyond:,} others."
        )
    if its.before:
        found.append(
            f"What was released before would tell {its.before} sensitive cells too closely beside these tables: by figures over the same records, "
            "or by differences, to whoever supposes what came or went. What stops that is withheld as well."
        )
    if its.told_before:
        found.append(
            f"{its.told_before} sensitive cells were told too closely by a release before, and nothing printed moved there since: they are withheld, and no "
            "release can take back what was shown."
        )
    if its.inside:
        found.append(
            f"Some single provider, who takes its own clients off, would know {its.inside} sensitive cells too closely by sums over several tables"
            + (f", and still knows {its.inside_left}." if its.inside_left else ".")
        )
    if its.left:
        found.append(f"{its.left} sensitive cells are told too closely by what cannot be withheld: look at them with celwacht attack.")
    if its.left_out:
        left_out = ", ".join(its.left_out)
        found.append(
            f"Tables of {left_out} were not compared with these: what they showed is not in the classifications of today. Look with celwacht attack."
        )
    if its.not_followed:
        found.append(f"What sums over several tables tell was not followed: {its.not_followed}.")
    return found


def closing_table(outcome: SetOutcome) -> Table:
    """A line per table: cells, sensitive, withheld, share of value withheld (and by its own proof, where the set was proved), headline
    figures lost, verdict, seconds."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("table")
    linked = any(line.value_alone is not None for line in outcome.tables)
    for name in ("cells", "sensitive", "withheld", "value withheld", *(("by itself", "beside others") if linked else ()), "headline lost"):
        table.add_column(name, justify="right")
    table.add_column("verdict")
    table.add_column("seconds", justify="right")
    for line in outcome.tables:
        table.add_row(*_row(line, linked))
    if len(outcome.tables) > 1:
        table.add_row("all tables", *_row(_sum(outcome.tables), linked)[1:], style="bold")
    return table


def _row(line: TableOutcome, linked: bool) -> tuple[str, ...]:
    by_itself = "" if line.value_alone is None else f"{100 * line.value_alone / max(line.value, 1):.2f} %"
    own = f" ({line.headline_alone:,} by itself)" if line.value_alone is not None and line.headline_alone != line.headline_withheld else ""
    return (
        line.table,
        f"{line.cells:,}",
        f"{line.sensitive:,}",
        f"{line.withheld:,}",
        f"{line.share_withheld:.2f} %",
        *((by_itself, "SAFE" if line.beside else "not proved") if linked else ()),
        f"{line.headline_withheld:,} of {line.headline:,}{own}",
        line.verdict,
        f"{line.seconds:.1f}",
    )


def _sum(lines: tuple[TableOutcome, ...]) -> TableOutcome:
    def total(name: str) -> Any:
        return sum(getattr(line, name) for line in lines)

    worst = next((v for v in ("UNSAFE", "INCONCLUSIVE") if v in {line.verdict for line in lines}), "SAFE")
    summed: dict[str, Any] = {name: total(name) for name in SUMMED}
    known = [line.value_alone for line in lines if line.value_alone is not None]
    alone, beside = sum(known) if len(known) == len(lines) else None, all(line.beside for line in lines)
    own = sum(line.headline_withheld if line.value_alone is None else line.headline_alone for line in lines)
    return TableOutcome("all", **summed, value_alone=alone, headline_alone=own, beside=beside, verdict=worst, seconds=total("seconds"))


def reach(outcome: SetOutcome) -> str:
    """How far the proof reaches, as the end of a sentence, and what tables withhold for each other's sake, in sentences after it."""
    beside = sum(line.beside for line in outcome.tables)
    proof = f"by itself, and {beside} of {len(outcome.tables)} beside all others." if beside else "by itself."
    return "\n".join([proof, *_across_tables(outcome)])
