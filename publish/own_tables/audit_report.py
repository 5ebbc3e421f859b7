"""The auditor's answer: a table on the screen, worst first; findings.csv, report.txt and JSON. Confidential: it names what
can be got out of a table."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

from celwacht.disclosure.audit.model.facts import CellFinding, Inference, PublishedAudit, outside_sums
from celwacht.disclosure.audit.recipes.recipe_text import interval_text, lines_used, recipe_lines
from celwacht.publish.formats.statline.csv_bundle import guarded
from rich.console import Console
from rich.markup import escape
from rich.table import Table

STYLE = {Inference.EXACT: "bold red", Inference.NARROW: "yellow", Inference.INCONCLUSIVE: "magenta", Inference.OPEN: "green"}
COLUMNS = ("cell", "printed", "least", "greatest", "verdict", "interval", "lines", "recipe")


def summary_lines(audit: PublishedAudit) -> list[str]:
    """Counts, in sentences."""
    kinds = Counter(_kind(f) for f in audit.findings if f.verdict is Inference.EXACT)
    lines = [
        f"{len(audit.findings):,} cells are withheld.",
        f"{audit.count(Inference.EXACT):,} can be recalculated exactly"
        + (f" ({', '.join(f'{n:,} {k}' for k, n in kinds.most_common())})." if kinds else "."),
        f"{audit.count(Inference.NARROW):,} more are left fewer than {_width(audit)} apart.",
        f"{audit.count(Inference.OPEN):,} stay open: values {_width(audit)} or more apart were shown to be possible.",
    ]
    if nobody := sum(f.verdict is Inference.EXACT and f.least == 0 for f in audit.findings):
        lines.append(f"{nobody:,} of the exact ones are 0: they tell that there is nobody.")
    if empty := sum(f.verdict is Inference.NARROW and (f.least or 0) <= 0 <= (f.greatest or 0) for f in audit.findings):
        lines.append(f"{empty:,} of the narrow ones may be 0: perhaps there is nobody.")
    if audit.count(Inference.INCONCLUSIVE):
        lines.append(f"{audit.count(Inference.INCONCLUSIVE):,} without an answer within the work allowed: INCONCLUSIVE, not safe.")
    outside = len(outside_sums(audit))
    if outside:
        share = 100 * outside / len(audit.findings)
        lines.append(f"{outside:,} of them ({share:.0f} %) lie in no sum that was found: nothing was tried on these.")
    if audit.set_aside:
        lines.append(f"Left out, since they contradict the other figures ({len(audit.set_aside):,}):")
        lines += [f"  {line_name(audit, r)}" for r in audit.set_aside[:10]]
    return lines


def _width(audit: PublishedAudit) -> int:
    return audit.width // 10**audit.facts.decimals


def _number(audit: PublishedAudit, value: int | None) -> int | float | None:
    return value if value is None or not audit.facts.decimals else float(audit.facts.figure(value))


def _kind(finding: CellFinding) -> str:
    n = lines_used(finding.recipe)
    if finding.recipe is not None and finding.recipe.searched:
        return "by trying whole numbers"
    return "in one line" if n == 1 else "printed elsewhere" if n == 0 else "over several lines"


def line_name(audit: PublishedAudit, r: int) -> str:
    """A relation by its reason and its first cell."""
    rows = audit.facts.relations
    return f"{audit.facts.reason(r)}, at {audit.facts.label(int(rows.cell[rows.first[r]]))}"


def show(console: Console, audit: PublishedAudit, top: int) -> None:
    """The worst findings as a table, each with its recipe under it."""
    table = Table(box=None, pad_edge=False, header_style="bold", show_lines=False)
    for name, how in (
        ("verdict", {}),
        ("cell", {"overflow": "fold"}),
        ("printed", {}),
        ("value", {"justify": "right"}),
        ("how", {"overflow": "fold", "ratio": 2}),
    ):
        table.add_column(name, **how)
    found = [f for f in audit.findings if f.verdict in (Inference.EXACT, Inference.NARROW)]
    for f in found[:top]:
        recipe = recipe_lines(audit.facts, f)
        shown = [_short(line) for line in recipe[-2:]]
        more = [f"(after {len(recipe) - 2} steps, in findings.csv)"] if len(recipe) > 2 else []
        table.add_row(
            f"[{STYLE[f.verdict]}]{f.verdict}[/]",
            escape(audit.facts.label(f.cell)),
            escape(audit.facts.shown(f.cell)),
            interval_text(audit.facts, f),
            escape("\n".join(more + shown)),
        )
    if found:
        console.print(table)
        if len(found) > top:
            console.print(f"... and {len(found) - top:,} more (--top, or --out for all of them).")
        console.print()
    for line in summary_lines(audit):
        console.print(escape(line))


def _short(line: str, most: int = 400) -> str:
    return line if len(line) <= most else line[:most] + " ..."


def rows_of(audit: PublishedAudit) -> list[tuple[str, ...]]:
    """One row per withheld cell, in COLUMNS."""
    return [
        (
            audit.facts.label(f.cell),
            audit.facts.shown(f.cell),
            "" if f.least is None else audit.facts.figure(f.least),
            "" if f.greatest is None else audit.facts.figure(f.greatest),
            str(f.verdict),
            "feasibility interval" if f.sure else "outer bound",
            str(lines_used(f.recipe)),
            " | ".join(recipe_lines(audit.facts, f)),
        )
        for f in audit.findings
    ]


def write_folder(out: Path, audit: PublishedAudit, guessed: list[str]) -> None:
    """findings.csv and report.txt."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / "findings.csv").open("w", encoding="utf-8", newline="") as sheet:
        writer = csv.writer(sheet)
        writer.writerow(COLUMNS)
        writer.writerows([guarded(v) if i in (0, 1, 7) else v for i, v in enumerate(row)] for row in rows_of(audit))
    text = [
        "CONFIDENTIAL: what can be got out of this table.",
        "",
        *summary_lines(audit),
        "",
        "How the table was read:",
        *(f"- {g}" for g in guessed),
        "",
    ]
    for f in audit.findings:
        if f.recipe is not None:
            text += [
                f"{f.verdict}: {audit.facts.label(f.cell)} = {interval_text(audit.facts, f)}",
                *(f"    {line}" for line in recipe_lines(audit.facts, f)),
            ]
    (out / "report.txt").write_text("\n".join(text) + "\n", encoding="utf-8")


def as_json(audit: PublishedAudit, guessed: list[str]) -> str:
    """Everything, for programs."""
    cells = [
        dict(zip(COLUMNS, row))
        | {
            "least": _number(audit, f.least),
            "greatest": _number(audit, f.greatest),
            "lines": lines_used(f.recipe),
            "recipe": recipe_lines(audit.facts, f),
        }
        for row, f in zip(rows_of(audit), audit.findings)
    ]
    return json.dumps(
        {
            "width": _width(audit),
            "withheld": len(audit.findings),
            **{v.value: audit.count(v) for v in Inference},
            "read_as": guessed,
            "outside_sums": len(outside_sums(audit)),
            "set_aside": [line_name(audit, r) for r in audit.set_aside],
            "cells": cells,
        },
        ensure_ascii=False,
        indent=1,
    )
