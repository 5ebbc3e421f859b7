"""Where a table loses figures, and which coarser designs would publish more of it. Confidential: it tells what is sensitive.

A table is counted and protected as `celwacht publish` does, and then once more for every design that has one level, one dimension or one
kind of period less. A design *publishes more* when more figures that are not 0 can be printed; a leaner table may well, since what
is too fine is withheld, and takes other cells along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.publish.preview.trial import Asked
from celwacht.publish.sets import make_table
from celwacht.tables.specs.table_spec import TableSpec

SIZES = (100, 500, 2_000)
"""Regions of the finest level are distinguished by what they hold in all: below 100, below 500, below 2,000, and larger."""
MUCH = 0.5
"""Classes of which more than this share of the cells is withheld are named, for joining."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What is withheld of some cells. Confidential."""

    dimension: str
    level: str
    cells: int
    withheld: int
    value: int
    value_withheld: int
    headline_lost: int

    @property
    def share(self) -> float:
        """Of the value, in per cent."""
        return 100 * self.value_withheld / self.value if self.value else 0.0


@dataclass(frozen=True, slots=True)
class Design:
    """A table, as it is or coarser, and what can be published of it. Confidential.

    printed: figures that are not 0 and not withheld. change: the lines of the specification that make it, '' for the table as it is.
    """

    what: str
    change: str
    cells: int
    printed: int
    value: int
    value_withheld: int
    headline_lost: int
    safe: bool

    @property
    def share(self) -> float:
        """Of the value withheld, in per cent."""
        return 100 * self.value_withheld / self.value if self.value else 0.0


@dataclass(frozen=True, slots=True)
class Advice:
    """losses: by dimension and level. sizes: for regions of the finest level by what they hold. to_join: (dimension, titles of classes that are
    mostly withheld). designs: that of the table first, then coarser ones, those that publish most figures first."""

    losses: tuple[Loss, ...] = field(repr=False)
    sizes: tuple[Loss, ...] = field(repr=False)
    to_join: tuple[tuple[str, tuple[str, ...]], ...] = field(repr=False)
    designs: tuple[Design, ...] = field(repr=False)


def advice(asked: Asked, progress: Callable[[int, int], None] = lambda *_: None) -> Advice:
    """Tries the table and every coarser design out under the first policy asked for. ProblemsFound where specification or data do not fit."""
    policy = asked.policies[0]
    parts = _protected(asked, asked.spec, policy)
    now = [_levels_of(d) for d in parts[0].cube.dimensions[:-1]] if parts else []
    trials = list(coarser(asked.spec, now)) if parts else []
    designs = [_design("as it is", "", parts)]
    for done, (what, change, spec) in enumerate(trials, 1):
        progress(done, len(trials))
        designs.append(_design(what, change, _protected(asked, spec, policy)))
    order = sorted(designs[1:], key=lambda d: (not d.safe, -d.printed, d.value_withheld, d.what))
    return Advice(tuple(losses(parts)), tuple(by_size(parts)), tuple(mostly_withheld(parts)), (designs[0], *order))


def coarser(spec: TableSpec, levels_of: Sequence[Sequence[str]]) -> Iterator[tuple[str, str, TableSpec]]:
    """(what is done, the lines to write, the specification) for each single step towards a coarser table. levels_of: per dimension the
    levels that are published now, coarse to fine."""
    for i, d in enumerate(spec.dimensions):
        levels = d.levels or tuple(levels_of[i])
        if len(levels) > 2 or (len(levels) == 2 and len(spec.dimensions) == 1):
            shorter = d.model_copy(update={"levels": levels[:-1]})
            change = f"dimensions, {d.name}:\n  levels: [{', '.join(levels[:-1])}]"
            yield f"{d.name} without {levels[-1]}", change, _with(spec, (*spec.dimensions[:i], shorter, *spec.dimensions[i + 1 :]))
    if len(spec.dimensions) > 1:
        for i, d in enumerate(spec.dimensions):
            yield f"without {d.name}", f"dimensions: leave out {d.name}", _with(spec, (*spec.dimensions[:i], *spec.dimensions[i + 1 :]))
    if len(spec.periods) > 1:
        last = spec.periods[-1]
        yield f"only for a {last}", f"periods: [{last}]", spec.model_copy(update={"periods": (last,)})


def _with(spec: TableSpec, dimensions) -> TableSpec:
    """The table over other dimensions, counts only: what follows from counts loses nothing more."""
    names = {d.name for d in dimensions}
    return spec.model_copy(
        update={
            "dimensions": tuple(dimensions),
            "measures": tuple(m for m in spec.measures if m.kind == "count"),
            "keep": tuple(k for k in spec.keep if k in names),
            "footnotes": (),
        }
    )


def _protected(asked: Asked, spec: TableSpec, policy: DisclosurePolicy) -> list[Protected]:
    """The table counted and protected as for publication; nothing of it is kept."""
    periods = tuple(p for p in asked.periods if p.kind in spec.periods)
    nowhere = Path("nowhere")
    last = max(p.end for p in asked.periods)
    job = make_table.Job(spec, periods, {}, last, asked.data, nowhere, nowhere, asked.secret, asked.regions)
    return make_table.protected(job, policy, lambda *_: None) if periods else []


def _design(what: str, change: str, parts: Sequence[Protected]) -> Design:
    sums = [p.summary() for p in parts]
    total = {k: sum(s[k] for s in sums) for k in ("cells", "value", "value_withheld", "headline_withheld")}
    printed = sum(int(((p.cube.cells > 0) & ~p.withheld).sum()) for p in parts)
    safe = bool(parts) and all(p.check().verdict is Verdict.SAFE for p in parts)
    return Design(what, change, total["cells"], printed, total["value"], total["value_withheld"], total["headline_withheld"], safe)


def losses(parts: Sequence[Protected]) -> Iterator[Loss]:
    """By dimension and level, coarse to fine; periods apart, by their kind."""
    for axis, dimension in enumerate(parts[0].cube.dimensions if parts else ()):
        for level in dict.fromkeys(_level(c) for p in parts for c in p.cube.dimensions[axis].codes):
            chosen = [np.array([_level(c) == level for c in p.cube.dimensions[axis].codes]) for p in parts]
            yield _loss(dimension.name, level, parts, [_along(p, axis, c) for p, c in zip(parts, chosen)])


def by_size(parts: Sequence[Protected]) -> Iterator[Loss]:
    """The regions of the finest level, by what each holds over everything else."""
    geo = next((i for i, d in enumerate(parts[0].cube.dimensions) if d.kind.startswith("Geo")), None) if parts else None
    if geo is None:
        return
    finest = _levels_of(parts[0].cube.dimensions[geo])[-1]
    held = [_held(p, geo) for p in parts]
    for low, high in zip((0, *SIZES), (*SIZES, None)):
        masks = []
        for p, size in zip(parts, held):
            mine = np.array([c.level == finest for c in p.cube.dimensions[geo].codes])
            masks.append(_along(p, geo, mine & (size >= low) & ((size < high) if high else True)))
        name = f"{finest}, {low:,} to {high - 1:,} in all" if high else f"{finest}, {low:,} and more"
        found = _loss(parts[0].cube.dimensions[geo].name, name, parts, masks)
        if found.cells:
            yield found


def mostly_withheld(parts: Sequence[Protected]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Classes, no regions or periods, of which more than MUCH of the cells that are not 0 is withheld."""
    for axis, dimension in enumerate(parts[0].cube.dimensions if parts else ()):
        if dimension.kind != "Dimension":
            continue
        named = []
        for i, code in enumerate(dimension.codes):
            there = [np.take(p.cube.cells, i, axis) > 0 for p in parts]
            gone = [np.take(p.withheld, i, axis) & t for p, t in zip(parts, there)]
            if code.parent and sum(g.sum() for g in gone) > MUCH * sum(t.sum() for t in there):
                named.append(code.title_nl)
        if len(named) > 1:
            yield dimension.name, tuple(named)


def _levels_of(dimension) -> list[str]:
    """Its levels, coarse to fine; those of what is not known are no level of their own."""
    return list(dict.fromkeys(c.level for c in dimension.codes if not c.unknown))


def _level(code) -> str:
    return code.level or {"KW": "kwartaal", "HJ": "halfjaar", "JJ": "jaar"}.get(code.code[4:6], "all")


def _held(part: Protected, axis: int) -> np.ndarray:
    """int64 (codes along the axis,): the largest total of each region over the periods."""
    other = tuple(i for i in range(part.cube.cells.ndim) if i != axis)
    return part.cube.cells.max(axis=other)


def _along(part: Protected, axis: int, chosen: np.ndarray) -> np.ndarray:
    shape = [1] * part.cube.cells.ndim
    shape[axis] = len(chosen)
    return np.broadcast_to(chosen.reshape(shape), part.cube.shape)


def _loss(name: str, level: str, parts: Sequence[Protected], masks: Sequence[np.ndarray]) -> Loss:
    def total(of: Callable[[Protected, np.ndarray], np.ndarray]) -> int:
        return sum(int(of(p, m).sum()) for p, m in zip(parts, masks))

    def kept_withheld(p: Protected, m: np.ndarray) -> np.ndarray:
        assert p.headline is not None  # protect_cube ranks every cell
        return m & (p.status == Status.SECONDARY) & (p.headline > 0)

    return Loss(
        name,
        level,
        total(lambda p, m: m),
        total(lambda p, m: m & p.withheld),
        total(lambda p, m: p.cube.cells * m),
        total(lambda p, m: p.cube.cells * (m & p.withheld)),
        total(kept_withheld),
    )
