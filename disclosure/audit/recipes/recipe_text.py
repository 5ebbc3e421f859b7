"""A recipe in words and as a formula, with the cells by name and the figures as they are printed."""

from __future__ import annotations

from celwacht.disclosure.audit.bounds.line_kernel import LEAST
from celwacht.disclosure.audit.model.facts import CellFinding, Facts
from celwacht.disclosure.audit.model.recipe import Recipe, Step, over, sum_of

MOST_TERMS = 60


def recipe_lines(facts: Facts, finding: CellFinding) -> list[str]:
    """One sentence per step; a pair of steps with the same sum becomes one `cell = ...`."""
    recipe = finding.recipe
    if recipe is None:
        return []
    known: dict[int, tuple[int, int]] = {}
    sentences: list[str] = []
    steps = list(recipe.steps)
    while steps:
        step = steps.pop(0)
        twin = next(
            (s for s in steps if s.cell == step.cell and s.side != step.side and s.lines == step.lines and s.bound == step.bound), None
        )
        sentences.append(_sentence(facts, step, known, twin is not None))
        for s in [step] + ([twin] if twin else []):
            low, high = over(known, facts.least, facts.greatest)(s.cell)
            known[s.cell] = (max(low, s.bound), high) if s.side == LEAST else (low, min(high, s.bound))
        if twin:
            steps.remove(twin)
    if recipe.searched:
        sentences.append("the rest by trying whole numbers in the cells around it: no sum of lines gives it")
    if not sentences:
        sentences.append(f"what is printed says so by itself: {facts.shown(finding.cell)}")
    return sentences


def _sentence(facts: Facts, step: Step, known, exact: bool) -> str:
    """`2022: total >= boys [7] + girls [c: at least 1] = 8 [why]`; what all cells have in common stands first."""
    linear = sum_of(facts.relations, step)
    bounds = over(known, facts.least, facts.greatest)
    relation = "=" if exact else ">=" if step.side == LEAST else "<="
    used = [(c, i, *bounds(i)) for c, i in linear.terms]
    used = [(c, i, low, high, low if (c > 0) == (step.side == LEAST) else high) for c, i, low, high in used]
    spoken = [t for t in used if t[4] != 0]
    context, name = _in_common(facts, [step.cell, *(t[1] for t in spoken)])
    right = [f"{'+' if linear.constant > 0 else '-'}{facts.figure(abs(linear.constant))}"] if linear.constant else []
    right += [
        f"{'+' if c > 0 else '-'} {'' if abs(c) == 1 else f'{abs(c)} x '}{name(i)} [{_known(facts, i, low, high, at)}]"
        for c, i, low, high, at in spoken
    ]
    if len(right) > MOST_TERMS:
        right = right[:MOST_TERMS] + [f"and {len(right) - MOST_TERMS} more terms"]
    value = linear.constant + sum(c * at for c, *_, at in used)
    formula = " ".join(right).removeprefix("+ ") or "0"
    total = "" if formula == facts.figure(value) else f" = {facts.figure(value)}"
    total += "" if linear.scale == 1 else f", so {relation} {facts.figure(step.bound)}"
    nothing = len(used) - len(spoken)
    zeros = f" ({nothing} cell{'s' * (nothing > 1)} left out: 0, or not below it)" if nothing else ""
    why = sorted({facts.reason(r) for r, _ in step.lines})
    left = name(step.cell) if linear.scale == 1 else f"{linear.scale} x {name(step.cell)}"
    return f"{context}{left} {relation} {formula}{total}{zeros} [{'; '.join(why)}]"


def _in_common(facts: Facts, cells: list[int]):
    """(`2022, Female: `, a shorter name for each cell)."""
    words = {i: facts.label(i).split(", ") for i in cells}
    common = [w for w in words[cells[0]] if all(w in of for of in words.values())] if len(words) > 1 else []
    return (f"{', '.join(common)}: " if common else "", lambda i: ", ".join(w for w in words[i] if w not in common) or "total")


def _known(facts: Facts, i: int, low: int, high: int, used: int) -> str:
    shown = facts.shown(i)
    if low == high:
        return facts.figure(low) if not shown or _same(shown, facts.figure(low)) else f"{shown}: {facts.figure(low)}"
    side = "at least" if used == low else "at most"
    return f"{shown}: {side} {facts.figure(used)}" if shown else f"{side} {facts.figure(used)}"


def _same(shown: str, figure: str) -> bool:
    """Whether 12 or 12,0 is what 12.0 says."""
    return shown == figure or ("." in figure and shown.replace(",", ".").rstrip("0").rstrip(".") == figure.rstrip("0").rstrip("."))


def interval_text(facts: Facts, finding: CellFinding) -> str:
    """`3`, `0..2`, `4..` of a finding."""
    low = "" if finding.least is None else facts.figure(finding.least)
    high = "" if finding.greatest is None else facts.figure(finding.greatest)
    return low if low == high else f"{low}..{high}"


def lines_used(recipe: Recipe | None) -> int:
    """How many relations a recipe goes over."""
    return len({r for s in recipe.steps for r, _ in s.lines}) if recipe else 0
