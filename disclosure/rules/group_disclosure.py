"""Group disclosure: a cell that tells something of everybody in a group, however many contribute to it.

Eight young persons of a village have help, and all eight are in closed care: the cell is no small one of a large group,
it is 100 per cent of a small one. Where a dimension is flagged as sensitive, a cell that holds all of its base is
sensitive if the base has fewer than `base` members, and so is, if asked, a cell that holds nobody of such a base (0 per
cent). The *base* of a cell is the cell at the code that its own code is shown under, or any code above that, with all
other dimensions as they are. Codes for "unknown" tell nothing and are left out.

With `known` = k, a cell that holds all but k of its base is sensitive too: those k know the same of everybody else
("within-group disclosure").

Source: Handbook on SDC 2nd ed., 5.2 (group attribute disclosure) and 5.9 (the definition of Lupp and Langsrud 2021:
cell >= base - k; here with an upper limit on the base, and the base at any code above). A union of several cells that
holds all of its base is no cell, and is not looked at.

Example: base 10. Of the 8 young persons of a village, all 8 are in closed care: sensitive, and so is the 0 of its open care if `empty` is asked. In a town of 800 of
whom 8 are in closed care nothing is said of everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from celwacht.disclosure.rules.contributions import Figures
from celwacht.disclosure.rules.rule import Judged
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.problems import nearest


@dataclass(frozen=True, slots=True)
class GroupDisclosure:
    """No 100 per cent (and, with `empty`, no 0 per cent) of fewer than `base` records on these dimensions.

    codes: only these codes of the dimensions; none: all. `width` is the sliding level: the intruder must hold possible
    a cell that is smaller (larger, if it is empty) by at least that much. known: k of the module's text.
    """

    name: ClassVar[str] = "group disclosure"
    dimensions: tuple[str, ...]
    base: int
    empty: bool = False
    known: int = 0
    width: int = 1
    codes: tuple[str, ...] = ()
    place: str = "parameter"

    def __post_init__(self) -> None:
        if self.base < 2 or self.width < 1 or not self.dimensions:
            raise ValueError(f"{self.place}: base is at least 2, width at least 1, and some dimension is named")

    @property
    def reason(self) -> str:
        which = "all or nobody" if self.empty else "all"
        which += f" but {self.known}" if self.known else ""
        return f"it holds {which} of fewer than {self.base} on {', '.join(self.dimensions)}"

    def needs(self) -> int:
        return 0

    def judge(self, cells: Figures) -> Judged:
        count = cells.records.reshape(cells.shape)
        found = np.zeros(cells.shape, bool)
        names = [d.name for d in cells.dimensions]
        for name in self.dimensions:
            if name not in names:
                raise ValueError(f"{self.place}: the table has no dimension '{name}'.{nearest(name, names)}")
            axis = names.index(name)
            along, marks = np.moveaxis(count, axis, 0), np.moveaxis(found, axis, 0)
            for code, ancestor in _bases(cells.dimensions[axis], self.codes):
                small = (along[ancestor] > 0) & (along[ancestor] < self.base)
                marks[code] |= small & (along[code] > 0) & (along[code] >= along[ancestor] - self.known)
                if self.empty:
                    marks[code] |= small & (along[code] == 0)
        flat = found.ravel()
        none = np.zeros(flat.shape, np.int64)
        return Judged(flat, none, none.copy(), np.where(flat, self.width, 0).astype(np.int64))


def _bases(dimension: Classification, only: tuple[str, ...]) -> list[tuple[int, int]]:
    """(code, code above it) by positions, for every code that is looked at and everything that it is shown under."""
    place = {c.code: i for i, c in enumerate(dimension.codes)}
    pairs = []
    for i, code in enumerate(dimension.codes):
        if code.unknown or (only and code.code not in only):
            continue
        parent, seen = code.parent, {code.code}
        while parent in place and parent not in seen:
            ancestor = place[parent]
            if set(dimension.members[i].tolist()) < set(dimension.members[ancestor].tolist()):
                pairs.append((i, ancestor))  # the same leaves under another name are no part of anything
            seen.add(parent)
            parent = dimension.codes[ancestor].parent
    return pairs
