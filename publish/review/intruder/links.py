"""`celwacht links`: which tables of a set share what, and what one costs another once there are figures."""

from __future__ import annotations

from pathlib import Path

from celwacht.disclosure.intruder.sets.facts import SetFacts, facts_of_set
from celwacht.disclosure.intruder.sets.links import Cost, Shared, Tie, costs, shared, ties
from celwacht.disclosure.policy.policy import read_policy
from celwacht.publish.review.intruder.public_tables import releases, tables_of, unprinted
from celwacht.publish.terminal.screen import screen
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.specs.read_spec import read_set, read_tables
from rich.console import Console
from rich.markup import escape
from rich.table import Table


def run(set_name: str, year: int, out: Path | None, top: int) -> None:
    """The links of a set by its specifications, or of its newest release in OUT with what they cost. ProblemsFound where OUT has none."""
    console, specs = screen(), read_tables()
    if out is None:
        wanted = read_set(set_name)
        periods = sorted({Period.parse(f"{year + p.year}{p.part}") for p in wanted.periods}, key=lambda p: p.code)
        seen = unprinted([specs[t] for t in wanted.tables], periods)
        console.print(f"What ties the tables of {year}-{set_name}, by their specifications alone:\n")
    else:
        own = [r for r in releases(out) if r.name == f"{year}-{set_name}"]
        if not own:
            raise ProblemsFound(
                [
                    Problem(
                        str(out),
                        0,
                        0,
                        "no-release",
                        f"there is no set {year}-{set_name} here; publish it, or leave --out away to see the links by specification.",
                    )
                ]
            )
        seen = [t for _, t in tables_of(own[-1], specs)]
        console.print(f"CONFIDENTIAL: what ties the tables of {own[-1].name} ({own[-1].id}), and what that costs:\n")
    known = facts_of_set(seen)
    names = [t.spec.id for t in seen]
    _shared(console, names, shared(known), top, figures=out is not None)
    _ties(console, names, ties(known), top)
    if out is not None:
        _costs(console, names, costs(known, lambda t: read_policy(t.spec.policy).width))
    else:
        _size(console, known)


def _shared(console: Console, names: list[str], found: list[Shared], top: int, *, figures: bool) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("the same cells", "", "cells", *(("dot in the first, printed in the second", "the other way") if figures else ())):
        table.add_column(name, justify="left" if len(table.columns) < 2 else "right")
    for s in found[:top]:
        row = [names[s.tables[0]], names[s.tables[1]], f"{s.cells:,}"]
        table.add_row(*row, *((f"{s.printed_in_second:,}", f"{s.printed_in_first:,}") if figures else ()))
    console.print(table)
    _more(console, len(found), top)


def _ties(console: Console, names: list[str], found: list[Tie], top: int) -> None:
    console.print("[bold]Facts across tables[/] (cells between which each holds)")
    for t in found[:top]:
        console.print(f"  {t.lines:,}  {escape(t.why)}\n        {', '.join(names[i] for i in t.tables)}")
    _more(console, len(found), top)


def _more(console: Console, n: int, top: int) -> None:
    console.print(f"... and {n - top:,} more (--top).\n" if n > top else "")


def _costs(console: Console, names: list[str], found: list[Cost]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("withheld in", "cells", "printed elsewhere", "exact or narrow by its own lines", "by all tables"):
        table.add_column(name, justify="left" if name == "withheld in" else "right")
    for c in found:
        table.add_row(names[c.table], *(f"{v:,}" for v in (c.withheld, c.printed, c.alone, c.together)))
    console.print(table)


def _size(console: Console, known: SetFacts) -> None:
    console.print(
        f"{len(known.reading.tables)} tables: {len(known.facts):,} cells, {int(known.hidden.sum()):,} of them in no table; "
        f"{len(known.facts.relations):,} lines."
    )
