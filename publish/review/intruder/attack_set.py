"""`celwacht attack`: everything ever published in one folder, attacked as a whole. CONFIDENTIAL: it says what can be got out of it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from celwacht.disclosure.outsider.attack import Contradicted, Found, attack
from celwacht.disclosure.outsider.public_table import ENDLESS, PublicTable
from celwacht.disclosure.outsider.releases import FEW, Supposed, supposing
from celwacht.disclosure.policy.policy import read_policy
from celwacht.publish.formats.statline.csv_bundle import guarded
from celwacht.publish.review.intruder.judged import TableFindings, findings, sensitive_figures, troubling
from celwacht.publish.review.intruder.observations import tables_in
from celwacht.publish.review.intruder.public_tables import releases, tables_named
from celwacht.publish.terminal.console import Refused
from celwacht.publish.terminal.screen import counting, screen
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.specs.read_spec import read_tables
from rich.markup import escape
from rich.table import Table

COLUMNS = ("cell", "printed", "least", "greatest", "verdict", "recipe")


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked."""

    out: tuple[Path, ...]
    data: Path | None
    report: Path | None
    work: int
    recipes: int
    top: int
    specs: tuple[Path, ...] = ()


def run(order: Order) -> None:
    """Attacks, tells, and ends in Refused where something was found."""
    found, told, ids = _attacked(order)
    judged = findings(found, order.data, ids)
    bad = [int(i) for i in troubling(found)]
    between = supposing(found)
    _show(found, judged, bad[: order.top], len(bad), told)
    for line in _between(found, between, sensitive_figures(found, order.data, ids)):
        screen().print(escape(line))
    if order.report:
        _write(order.report, found, judged, bad[: order.recipes], told)
    if any(j.outside for j in judged):
        raise Refused("An interval misses the truth: the attack reads a specification wrongly. Please report this.")
    hurt = sum((j.sensitive_exact or 0) + (j.sensitive_narrow or 0) for j in judged)
    if hurt or (bad and not all(j.sensitive is not None for j in judged)):
        raise Refused(
            f"{hurt or len(bad):,} {'sensitive cells' if hurt else 'cells that may be sensitive'} can be had closer than their "
            "policy allows."
        )


def _attacked(order: Order) -> tuple[Found, list[str], list[str]]:
    specs = read_tables()
    if order.specs:
        specs = {**specs, **read_tables(order.specs)}
    seen: list[PublicTable] = []
    ids, told = [], []
    for out in order.out:
        for release in releases(out):
            tables = tables_in(release.folder, f"{release.name} {release.id[:6]}", tables_named(release), specs)
            seen += tables
            ids += [release.id] * len(tables)
            told.append(f"{release.name} ({release.id}): {len(tables)} tables")
    try:
        with counting(screen(), "asking") as tick:
            return attack(seen, lambda t: read_policy(t.spec.policy).width, questions=order.work, tick=tick), told, ids
    except Contradicted as error:
        raise ProblemsFound([Problem("attack", 0, 0, "contradiction", f"the public figures contradict each other. {error}.")]) from None


def _show(found: Found, judged: list[TableFindings], shown: list[int], n_bad: int, told: list[str]) -> None:
    console, figures = screen(), found.figures
    console.print("CONFIDENTIAL: what can be got out of everything together. Seen:")
    for line in told:
        console.print(f"  {escape(line)}")
    console.print(
        f"  {len(figures.low):,} figures ({int((~figures.shown).sum()):,} of them in no table), {len(found.system):,} relations, "
        f"{found.asked:,} programmes{' (more would have been asked)' if found.exhausted else ''}\n"
    )
    console.print(_table(judged))
    for i in shown:
        console.print(f"\n[bold]{_verdict(found, i)}[/] {escape(figures.label(i))}: {_interval(found, i)}")
        for line in found.recipe(i):
            console.print(f"    {escape(line[:600])}")
    console.print(
        f"\n{n_bad:,} cells that may be sensitive are exact or narrow{f'; the worst {len(shown)} are above' if n_bad > len(shown) else ''}."
    )


def _verdict(found: Found, i: int) -> str:
    apart = found.bounds.width[i]
    return "EXACT" if apart == 0 else "NARROW" if apart < found.width[i] else "INCONCLUSIVE"


def _interval(found: Found, i: int) -> str:
    low, high = int(found.bounds.low[i]), int(found.bounds.high[i])
    return str(low) if low == high else f"{low}.." + ("" if high >= ENDLESS else str(high))


def _between(found: Found, told: list[Supposed], sensitive: np.ndarray | None) -> list[str]:
    """What the differences between releases tell. sensitive: bool over figures, where the truth is at hand."""
    said = []
    for s in told:
        said.append(
            f"\n{s.earlier} and {s.later}: {s.common:,} figures in common; {s.told:,} differences of fewer than {FEW} are told exactly."
        )
        if s.regions or s.still:
            fallen = s.fallen(found)
            known = "" if sensitive is None else f", {int((fallen & sensitive).sum()):,} of them sensitive"
            said.append(
                f"  In {s.regions:,} regions all that is printed moves one way, and in {s.still:,} nothing does: if records there were only added, or only "
                f"taken away, or none was changed, {int(fallen.sum()):,} more withheld cells are exact or narrow{known}."
            )
    return said


def _table(judged: list[TableFindings]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    truth = any(j.sensitive is not None for j in judged)
    for name in ("table", "withheld", "exact", "narrow", "surely sensitive", *(("sensitive", "of them exact", "narrow") if truth else ())):
        table.add_column(name, justify="left" if name == "table" else "right")
    several = len({j.release for j in judged}) > 1
    for j in judged:
        row = [j.table + (f" ({j.release})" if several else ""), *(f"{v:,}" for v in (j.withheld, j.exact, j.narrow, j.sure))]
        row += ["" if v is None else f"{v:,}" for v in (j.sensitive, j.sensitive_exact, j.sensitive_narrow)] if truth else []
        table.add_row(*row)
    sums = [
        sum(getattr(j, k) or 0 for j in judged)
        for k in ("withheld", "exact", "narrow", "sure", "sensitive", "sensitive_exact", "sensitive_narrow")
    ]
    table.add_row("all tables", *(f"{v:,}" for v in sums[: 7 if truth else 4]))
    return table


def _write(folder: Path, found: Found, judged: list[TableFindings], with_recipe: list[int], told: list[str]) -> None:
    """findings.csv, a row per withheld figure, the narrowest first, the worst with their recipe; tables.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    bounds, dots = found.bounds, [i for i, dot in enumerate(found.figures.dot) if dot]
    recipes = {i: " | ".join(found.recipe(i)) for i in with_recipe}
    with (folder / "findings.csv").open("w", encoding="utf-8", newline="") as sheet:
        writer = csv.writer(sheet)
        writer.writerow(COLUMNS)
        for i in sorted(dots, key=lambda i: (bounds.width[i], i)):
            ends = (int(bounds.low[i]), "" if bounds.high[i] >= ENDLESS else int(bounds.high[i]))
            writer.writerow(
                [guarded(found.figures.label(i)), guarded(found.shown(i)), *ends, _verdict(found, i), guarded(recipes.get(i, ""))]
            )
    with (folder / "tables.csv").open("w", encoding="utf-8", newline="") as sheet:
        writer = csv.writer(sheet)
        writer.writerow(TableFindings.__dataclass_fields__)
        writer.writerows([getattr(j, k) for k in TableFindings.__dataclass_fields__] for j in judged)
    (folder / "report.txt").write_text("CONFIDENTIAL\n" + "\n".join(told) + "\n", encoding="utf-8")
