"""Structural zeros: atoms of a cube in which nobody can be, by the specification or by the layouts of the deliveries.

What cannot be is no secret: it is printed as blank, `kan niet voorkomen`, and the proof takes it for known. It follows from
- `impossible` of the specification: filters that no record can fit;
- the layouts: codes that do not go with a type (`types`), values that follow from others (`implies`), an age below which nothing begins.
  A layout's rule counts where every layout of the year and of the year before has it, for records of both are read.

An atom cannot be where every record in it would fit such a filter. Example: reasons 01 and 02 share a leaf, and type 21 has neither of
them: (21, 01..02) cannot be. A leaf with `unknown: true` holds whatever is not listed, and never follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from celwacht.tables import home
from celwacht.tables.counting.coding import Coding
from celwacht.tables.counting.plan import Axis, Plan
from celwacht.tables.problems import Problem, about
from celwacht.tables.sources.layouts import Layout, codes_ever, layouts_of
from celwacht.tables.sources.sources import SOURCES, is_union, register
from celwacht.tables.specs.filter_language import And, Compare, Expr, In, Known, Not, Or, parse
from celwacht.tables.specs.table_spec import TableSpec
from celwacht.tables.yaml.read import name_of


@dataclass(frozen=True, slots=True)
class Impossible:
    """A filter that no record can fit, and where that stands."""

    expr: Expr
    source: str


def rules_of(spec: TableSpec, year: int) -> list[Impossible]:
    """Everything that cannot be in a table of that year, by its specification and its layouts."""
    own = [Impossible(parse(text, SOURCES[spec.source]), f"impossible of {spec.id}") for text in spec.impossible]
    return [*own, *(Impossible(expr, f"the layouts of {spec.source}") for expr in _of_layouts(spec, year))]


def impossible_atoms(plan: Plan, shape: tuple[int, ...]) -> tuple[np.ndarray | None, list[tuple[Impossible, np.ndarray]]]:
    """(bool over atoms of that shape, Perioden last: where nobody can be, or None; the same for each rule that says something)."""
    found = []
    for rule in rules_of(plan.spec, plan.year):
        where = np.broadcast_to(always(rule.expr, plan.axes, len(shape)), shape)
        if where.any():
            found.append((rule, where))
    return (reduce(np.logical_or, [w for _, w in found]) if found else None), found


def contradicted(plan: Plan, atoms: np.ndarray, found: Sequence[tuple[Impossible, np.ndarray]]) -> list[Problem]:
    """A problem for each rule that records contradict: how many about, and never which."""
    problems = []
    for rule, where in found:
        number = int(atoms[where].sum())
        if number:
            said = (
                f"{about(number, plan.spec.unit)} of {plan.year} fit what cannot be, by {rule.source}: {rule.expr}. Correct the deliveries "
                "and take them in again; or correct the rule, if it is wrong."
            )
            problems.append(Problem(name_of(home.specs() / f"{plan.spec.id}.yaml"), 0, 0, "impossible-record", said))
    return problems


def _of_layouts(spec: TableSpec, year: int) -> Iterator[Expr]:
    if is_union(spec.source):
        return
    record = register(spec.source).record
    layouts = layouts_of(record, (year - 1, year))
    if not layouts:
        return
    yield from _by_type(record, layouts)
    for rule in layouts[-1].implies:
        if all(rule in layout.implies for layout in layouts):
            given = tuple(In(name, (text,)) for name, text in sorted(rule.if_.items()))
            for name, text in sorted(rule.then.items()):
                others = tuple(sorted(codes_ever(record, name) - {text}))
                if others:
                    yield And((*given, In(name, others)))
    lowest = min(layout.age[0] if layout.age else 0 for layout in layouts)
    if lowest > 0 and spec.moment != "stand":  # the day of birth may be unknown: by the end of the year all have the age
        yield from (Compare(made.name, "<", lowest) for made in register(spec.source).derived if made.make == "age")


def _by_type(record: str, layouts: Sequence[Layout]) -> Iterator[Expr]:
    """Codes with the types that have them in none of these layouts."""
    name = layouts[-1].type_field
    types = codes_ever(record, name) if name else frozenset()
    if not name or any(layout.type_field != name for layout in layouts):
        return
    fields = sorted({f.name for layout in layouts for f in layout.fields if any(c.types for c in f.codes)})
    for field in fields:
        allowed: dict[str, set[str]] = {}
        for code in (c for layout in layouts for f in layout.fields if f.name == field for c in f.codes):
            allowed.setdefault(code.code, set()).update(code.types or types)
        for name_of_code, fit in sorted(allowed.items()):
            if never := tuple(sorted(types - fit)):
                yield And((In(name, never), In(field, (name_of_code,))))


# ---- a filter over leaves -------------------------------------------------------------------------------------------


def always(expr: Expr, axes: Sequence[Axis], ndim: int) -> np.ndarray:
    """bool, to be spread over the atoms: where every record fits the filter. In doubt: no."""
    return _surely(expr, axes, ndim, True)


def never(expr: Expr, axes: Sequence[Axis], ndim: int) -> np.ndarray:
    """bool, to be spread over the atoms: where no record fits the filter. In doubt: no."""
    return _surely(expr, axes, ndim, False)


def _surely(expr: Expr, axes: Sequence[Axis], ndim: int, wanted: bool) -> np.ndarray:
    """Where the filter is `wanted` of every record. No record fits "a and b" where none fits a, or none fits b."""
    if isinstance(expr, Not):
        return _surely(expr.part, axes, ndim, not wanted)
    if isinstance(expr, (And, Or)):
        combine = np.logical_and if isinstance(expr, And) == wanted else np.logical_or
        return reduce(combine, [_surely(p, axes, ndim, wanted) for p in expr.parts])
    return _along(expr, axes, ndim, wanted)


def _along(test: Compare | In | Known, axes: Sequence[Axis], ndim: int, wanted: bool) -> np.ndarray:
    """A test of one field, along every dimension that reads that field; a dimension of sets of classes tells nothing."""
    found = np.zeros((1,) * ndim, bool)
    for place, axis in enumerate(axes):
        if axis.coding.field == test.field and axis.coding.kind in ("codes", "ranges", "regio") and not axis.all_touched:
            told = np.array([_leaf(test, axis.coding, leaf) is wanted for leaf in range(axis.coding.classification.n_leaves)])
            found = found | told.reshape([-1 if i == place else 1 for i in range(ndim)])
    return found


def _leaf(test: Compare | In | Known, coding: Coding, leaf: int) -> bool | None:
    """Whether all records of a leaf fit the test (True), none of them (False), or neither is certain (None)."""
    if coding.unknown == leaf:
        return None
    if isinstance(test, Known):
        return not test.negated
    values = [v for v, place in coding.values.items() if place == leaf]
    spans = [(a, b) for a, b, place in coding.ranges if place == leaf]
    if spans:
        answers = {_span(test, a, b) for a, b in spans}
    else:
        chosen = test.values if isinstance(test, In) else (test.value,)
        turned = test.negated if isinstance(test, In) else test.op == "!="
        answers = {(v in chosen) != turned for v in values}
    return answers.pop() if len(answers) == 1 else None


def _span(test: Compare | In, low: int | None, high: int | None) -> bool | None:
    """A test of a number over low <= number < high (None: no end)."""
    if isinstance(test, In):
        return _several(test, low, high)
    value = int(test.value)
    first, last = (-np.inf if low is None else low), (np.inf if high is None else high - 1)
    if test.op in ("==", "!="):
        return _several(In(test.field, (value,), test.op == "!="), low, high)
    fits = {"<": (last < value, first >= value), "<=": (last <= value, first > value)}
    fits |= {">": (first > value, last <= value), ">=": (first >= value, last < value)}
    yes, no = fits[test.op]
    return True if yes else False if no else None


def _several(test: In, low: int | None, high: int | None) -> bool | None:
    inside = sum(1 for v in set(test.values) if (low is None or int(v) >= low) and (high is None or int(v) < high))
    whole = None if low is None or high is None else high - low
    answer = True if inside == whole else None if inside else False
    return answer if answer is None else answer != test.negated
