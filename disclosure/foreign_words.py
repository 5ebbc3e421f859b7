"""A recipe in words and as a formula, with the cells by name and the figures as they are printed."""

from __future__ import annotations

from celwacht.disclosure.foreign import CellFinding, Facts
from celwacht.disclosure.foreign_bounds import LEAST
from celwacht.disclosure.foreign_recipe import Recipe, Step, over, sum_of

MOST_TERMS = 60


def recipe_lines(facts: Facts, finding: CellFinding) -> list[str]:
    """One sentence per step; a pair of steps with the same sum becomes one `cell = ...`."""
    recipe = finding.recipe
    if recipe is None:
        return []
    known: dict[int, tuple[int, int]] = {}
    said: list[str] = []
    steps = list(recipe.steps)
    while steps:
        step = steps.pop(0)
        twin = next((s for s in steps if s.cell == step.cell and s.side != step.side and s.lines == step.lines
                     and s.bound == step.bound), None)
        said.append(_sentence(facts, step, known, twin is not None))
        for s in [step] + ([twin] if twin else []):
            low, high = over(known, facts.least, facts.greatest)(s.cell)
            known[s.cell] = (max(low, s.bound), high) if s.side == LEAST else (low, min(high, s.bound))
        if twin:
            steps.remove(twin)
    if recipe.searched:
        said.append("the rest by trying whole numbers in the cells around it: no sum of lines gives it")
    if not said:
        said.append(f"what is printed says so by itself: {facts.shown(finding.cell)}")
    return said


def _sentence(facts: Facts, step: Step, known, exact: bool) -> str:
    told = sum_of(facts.relations, step)
    bounds = over(known, facts.least, facts.greatest)
    relation = "=" if exact else ">=" if step.side == LEAST else "<="
    left = facts.label(step.cell) if told.scale == 1 else f"{told.scale} x {facts.label(step.cell)}"
    right, value = [], told.constant
    if told.constant:
        right.append(f"{told.constant:+d}")
    nothing = 0
    for c, i in told.terms:
        low, high = bounds(i)
        at = low if (c > 0) == (step.side == LEAST) else high
        value += c * at
        if at == 0:
            nothing += 1
            continue
        right.append(f"{'+' if c > 0 else '-'} {'' if abs(c) == 1 else f'{abs(c)} x '}"
                     f"{facts.label(i)} [{_known(facts, i, low, high, at)}]")
    if len(right) > MOST_TERMS:
        right = right[:MOST_TERMS] + [f"and {len(right) - MOST_TERMS} more terms"]
    formula = " ".join(right).removeprefix("+ ") or "0"
    total = "" if formula == str(value) else f" = {value}"
    total += "" if told.scale == 1 else f", so {relation} {step.bound}"
    zeros = f" (less {nothing} cell{'s' * (nothing > 1)} that are 0 or not below it)" if nothing else ""
    why = sorted({facts.reason(r) for r, _ in step.lines})
    return f"{left} {relation} {formula}{total}{zeros} [{'; '.join(why)}]"


def _known(facts: Facts, i: int, low: int, high: int, used: int) -> str:
    shown = facts.shown(i)
    if low == high:
        return str(low) if shown == str(low) or not shown else f"{shown}: {low}"
    side = "at least" if used == low else "at most"
    return f"{shown}: {side} {used}" if shown else f"{side} {used}"


def interval_text(finding: CellFinding) -> str:
    """`3`, `0..2`, `4..` of a finding."""
    low = "" if finding.least is None else str(finding.least)
    high = "" if finding.greatest is None else str(finding.greatest)
    return low if low == high else f"{low}..{high}"


def lines_used(recipe: Recipe | None) -> int:
    """How many relations a recipe goes over."""
    return len({r for s in recipe.steps for r, _ in s.lines}) if recipe else 0


