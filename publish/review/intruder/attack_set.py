"""`celwacht attack`: everything ever published in one folder, attacked as a whole. CONFIDENTIAL: it says what can be got out of it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from celwacht.disclosure.audit.model.facts import CellFinding
from celwacht.disclosure.audit.recipes.recipe_text import interval_text, lines_used, recipe_lines
from celwacht.disclosure.intruder.sets.attack import Attack, Contradicted, attack
from celwacht.disclosure.intruder.sets.revisions import FEW, revisions
from celwacht.disclosure.policy.policy import read_policy
from celwacht.publish.formats.statline.csv_bundle import guarded
from celwacht.publish.review.intruder.judged import TableFindings, findings, troubling
from celwacht.publish.review.intruder.public_tables import releases, tables_of
from celwacht.publish.terminal.console import Refused
from celwacht.publish.terminal.screen import counting, screen
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.specs.read_spec import read_tables
from rich.markup import escape
from rich.table import Table

COLUMNS = ("cell", "printed", "least", "greatest", "verdict", "lines", "recipe")


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
    bad = troubling(found)
    shown = [found.finding(int(i)) for i in bad[: max(order.top, order.recipes if order.report else 0)]]
    _show(found, judged, shown[: order.top], len(bad), told)
    if order.report:
        _write(order.report, found, judged, {f.cell: f for f in shown}, told)
    if any(j.outside for j in judged):
        raise Refused("An interval misses the truth: the attack reads a specification wrongly. Please report this.")
    hurt = sum((j.sensitive_exact or 0) + (j.sensitive_narrow or 0) for j in judged)
    if hurt or (len(bad) and not all(j.sensitive is not None for j in judged)):
        raise Refused(
            f"{hurt or len(bad):,} {'sensitive cells' if hurt else 'cells that may be sensitive'} can be had closer than their "
            "policy allows."
        )


def _attacked(order: Order) -> tuple[Attack, list[str], list[str]]:
    specs = read_tables()
    if order.specs:
        specs = {**specs, **read_tables(order.specs)}
    seen, ids, told = [], [], []
    for out in order.out:
        for release in releases(out):
            tables = [t for _, t in tables_of(release, specs)]
            seen += tables
            ids += [release.id] * len(tables)
            told.append(f"{release.name} ({release.id}): {len(tables)} tables")
    try:
        with counting(screen(), "asking") as tick:
            return attack(seen, lambda t: read_policy(t.spec.policy).width, programmes=order.work, progress=tick), told, ids
    except Contradicted as error:
        raise ProblemsFound([Problem("attack", 0, 0, "contradiction", f"the public figures contradict each other. {error}.")]) from None


def _show(found: Attack, judged: list[TableFindings], shown: list[CellFinding], n_bad: int, told: list[str]) -> None:
    console, facts = screen(), found.known.facts
    console.print("CONFIDENTIAL: what can be got out of everything together. Seen:")
    for line in told:
        console.print(f"  {escape(line)}")
    console.print(
        f"  {len(facts):,} cells ({int(found.known.hidden.sum()):,} of them in no table), {len(facts.relations):,} lines, "
        f"{found.asked:,} programmes{' (more would have been asked)' if found.exhausted else ''}\n"
    )
    console.print(_table(judged))
    for f in shown:
        console.print(f"\n[bold]{f.verdict}[/] {escape(facts.label(f.cell))}: {interval_text(f)}")
        for line in recipe_lines(facts, f)[-6:]:
            console.print(f"    {escape(line[:600])}")
    console.print(
        f"\n{n_bad:,} cells that may be sensitive are exact or narrow{f'; the worst {len(shown)} are above' if n_bad > len(shown) else ''}."
    )


def _between(found: Attack) -> list[str]:
    """What the differences between releases tell."""
    said = []
    for r in revisions(found):
        said.append(
            f"\n{r.earlier} and {r.later}: {r.cells:,} cells in common; {r.disclosed:,} differences of fewer than {FEW} records are told "
            "exactly."
        )
        if r.way:
            said.append(
                f"  All that is printed {'grows' if r.way > 0 else 'falls'}: if records were only "
                f"{'added' if r.way > 0 else 'taken away'}, {int(r.fallen(found).sum()):,} more withheld cells are exact or narrow."
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


def _write(folder: Path, found: Attack, judged: list[TableFindings], recipes: dict[int, CellFinding], told: list[str]) -> None:
    """findings.csv, a row per withheld cell that is exact or narrow, the worst with their recipe; tables.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    facts, verdicts = found.known.facts, found.verdicts()
    close = [i for i, v in enumerate(verdicts) if v is not None]
    with (folder / "findings.csv").open("w", encoding="utf-8", newline="") as sheet:
        writer = csv.writer(sheet)
        writer.writerow(COLUMNS)
        order = sorted(close, key=lambda i: (found.greatest[i] - found.least[i], i))
        for i in order:
            f = recipes.get(i)
            bounds = (int(found.least[i]), "" if found.greatest[i] >= 1 << 49 else int(found.greatest[i]))
            recipe = " | ".join(recipe_lines(facts, f)) if f else ""
            writer.writerow(
                [guarded(facts.label(i)), facts.shown(i), *bounds, str(verdicts[i]), lines_used(f.recipe) if f else "", guarded(recipe)]
            )
    with (folder / "tables.csv").open("w", encoding="utf-8", newline="") as sheet:
        writer = csv.writer(sheet)
        writer.writerow(TableFindings.__dataclass_fields__)
        writer.writerows([getattr(j, k) for k in TableFindings.__dataclass_fields__] for j in judged)
    (folder / "report.txt").write_text("CONFIDENTIAL\n" + "\n".join(told) + "\n", encoding="utf-8")
