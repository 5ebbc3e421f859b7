"""One publication of the catalogue, and how it is drawn.

A *drawing* is the printed table as text, rows separated by `/`, totals first: `30 8 12 / 9 (2) 7 / 21 (6) 15`. In
parentheses stands the true count of a cell that is withheld. Equations are drawn as `year = first + second`, `4 sum =
61 n`, `100 k - 36 n >= 0`; cells as `year:43 first:40 second:(3)`, with what is known beforehand as
`second:(3)[1..4]`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np
from celwacht.disclosure.model.problem import UNBOUNDED, SuppressionProblem, relations
from celwacht.disclosure.model.role import Role
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.cubes.cube import Cube

from tests.disclosure.cubes import flat, policy

WHOLE = np.int64


@dataclass(frozen=True, eq=False)
class TableCase:
    """A printed table. marks: bool, what is withheld; leaks: what it is meant to be; `symbol`: least and greatest count
    that the mark stands for, if it tells any; sensitive: bool, if other cells than the threshold says."""

    attack: str
    name: str
    cube: Cube
    policy: DisclosurePolicy
    marks: np.ndarray = field(repr=False)
    leaks: bool = True
    symbol: tuple[int, int | None] = (0, None)
    sensitive: np.ndarray | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.sensitive is None:
            object.__setattr__(self, "sensitive", self.policy.sensitive(self.cube.cells))

    @property
    def shown(self) -> np.ndarray:
        return np.where(self.marks, 0, self.policy.printed(self.cube.cells))

    def equations(self) -> EquationCase:
        """The same publication as cells and facts."""
        problem = problem_of_cube(self.cube, self.policy)
        withheld = np.concatenate([self.marks.ravel(), np.zeros(len(problem) - self.marks.size, bool)])
        least, greatest = self.symbol
        lower = np.where(withheld, np.maximum(problem.lower, least), problem.lower)
        most = UNBOUNDED if greatest is None else greatest
        upper = np.where(withheld, np.minimum(problem.upper, most), problem.upper)
        hidden = np.zeros(len(problem) - self.marks.size, bool)
        status = np.where(np.concatenate([self.sensitive.ravel(), hidden]), Role.SENSITIVE, Role.FREE)
        status = np.where(problem.role == Role.HIDDEN, problem.role, status).astype(np.uint8)
        pattern = np.where(withheld, Status.SECONDARY, Status.PUBLISHED).astype(np.uint8)
        return EquationCase(
            self.attack, self.name, replace(problem, lower=lower, upper=upper, role=status), pattern, self.policy.width, self.leaks
        )


@dataclass(frozen=True, eq=False)
class EquationCase:
    """Cells and linear facts, and what of them is published; a cell that is sensitive must keep `width`."""

    attack: str
    name: str
    problem: SuppressionProblem = field(repr=False)
    pattern: np.ndarray = field(repr=False)
    width: int
    leaks: bool = True

    def equations(self) -> EquationCase:
        return self


def table(attack, name, drawing, k=3, w=2, *, dimensions=None, atoms=None, base=1, safe=False, symbol=(0, None)):
    """A case from a drawing. Without dimensions: totals over leaves. Without atoms: the cells whose codes have one
    leaf."""
    words = [row.split() for row in drawing.split("/")]
    one_way = len(words) == 1
    cells = np.array([[int(word.strip("()")) for word in row] for row in words], WHOLE)
    marks = np.array([[word.startswith("(") for word in row] for row in words])
    if one_way:
        cells, marks = cells[0], marks[0]
    if dimensions is None:
        dimensions = tuple(flat("AB"[i], n - 1) for i, n in enumerate(cells.shape))
    if atoms is None:
        atoms = cells[np.ix_(*([_alone(d, leaf) for leaf in range(d.n_leaves)] for d in dimensions))]
    cube = Cube(name, dimensions, np.array(atoms, WHOLE))
    assert np.array_equal(cube.cells, cells), f"{name}: the drawing does not add up"
    chosen = policy(threshold=k, width=w, base=base, zeros="withheld" if base > 1 else "published")
    return TableCase(attack, name, cube, chosen, marks, not safe, symbol)


def _alone(dimension: Classification, leaf: int) -> int:
    """The code that is this leaf and no other."""
    return next(c for c, m in enumerate(dimension.members) if m.tolist() == [leaf])


CELL = re.compile(r"(\w+):(\()?(\d+)(\??)\)?(?:\[(\d+)\.\.(\d*)\])?$")
TERM = re.compile(r"([+-]?)\s*(\d*)\s*([A-Za-z]\w*)")


def equations(attack, name, cells, facts, w=2, *, safe=False):
    """A case from text: see the top. `(3?)` is withheld but not sensitive."""
    found = [CELL.match(word) for word in cells.split()]
    assert all(found), f"{name}: {cells}"
    names = [m[1] for m in found]
    value = np.array([int(m[3]) for m in found], WHOLE)
    withheld = np.array([bool(m[2]) for m in found])
    sensitive = withheld & np.array([not m[4] for m in found])
    lower = np.array([int(m[5] or 0) for m in found], WHOLE)
    upper = np.array([int(m[6]) if m[6] else UNBOUNDED for m in found], WHOLE)
    zero = np.zeros(len(found), WHOLE)
    status = np.where(sensitive, Role.SENSITIVE, Role.FREE).astype(np.uint8)
    rows = [row for fact in facts.split(";") if fact.strip() for row in _rows(fact, names)]
    problem = SuppressionProblem(
        name,
        value,
        value.astype(float),
        status,
        lower,
        upper,
        value.copy(),
        value.copy(),
        zero,
        zero.copy(),
        np.where(sensitive, w, 0),
        relations(rows),
        label=lambda i: names[i],
    )
    pattern = np.where(withheld, Status.SECONDARY, Status.PUBLISHED).astype(np.uint8)
    return EquationCase(attack, name, problem, pattern, w, not safe)


def _rows(fact, names):
    """(cells, coefficients, least, greatest) of `a + 2 b <= c + 3` and the like; several signs make several rows."""
    parts = re.split(r"(<=|>=|=)", fact)
    for left, sign, right in zip(parts[0::2], parts[1::2], parts[2::2]):
        form, constant = {}, 0
        for side, by in ((left, 1), (right, -1)):
            for plus, times, cell in TERM.findall(side):
                form[names.index(cell)] = form.get(names.index(cell), 0) + by * int(plus + (times or "1"))
            for plus, number in re.findall(r"([+-]?)\s*(?<![\w])(\d+)(?!\s*[\w])", side):
                constant -= by * int(plus + number)
        least = -UNBOUNDED if sign == "<=" else constant
        greatest = UNBOUNDED if sign == ">=" else constant
        yield list(form), list(form.values()), least, greatest
