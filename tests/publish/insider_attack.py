"""An intruder from inside: who has the public files of a table, and their own records, and knows nothing else.

Reads the CSV bundle as any reader does. Unknown is how many units each combination of the finest codes holds; what is printed, and what
the intruder has there themselves, bounds them. Bounds of a cell: whole-number programmes. Uses nothing of the product.
"""

from __future__ import annotations

import csv
import io
from itertools import product

import highspy


class Insider:
    """files: {name: bytes} of the CSV bundle. own: {(leaf code of each dimension): count}. sums: periods made of others, {code: [codes]}.
    base: figures are rounded to its multiples, halves up."""

    def __init__(self, files, own, sums, base=1):
        rows = {name: list(csv.DictReader(io.StringIO(text.decode("utf-8-sig")), delimiter=";")) for name, text in files.items()}
        names = [r["Identifier"] for r in rows["Dimensions.csv"]]
        self.leaves = [self._leaves(rows[f"{n}Codes.csv"], sums) for n in names]
        self.shown = {tuple(r[n] for n in names): r["Value"] for r in rows["Observations.csv"] if r["Measure"] == "M000001"}
        self.atoms = list(product(*(sorted({x for of in d.values() for x in of}) for d in self.leaves)))
        self.own, self.base = own, base

    @staticmethod
    def _leaves(codes, sums):
        """{code: its leaves}; a code is the sum of those that are under it."""
        under = {c["Identifier"]: [k["Identifier"] for k in codes if k.get("DimensionGroupId") == c["Identifier"]] for c in codes}
        under |= {c: parts for c, parts in sums.items() if c in under}

        def all_of(code):
            return [leaf for part in under[code] for leaf in all_of(part)] if under[code] else [code]

        return {code: all_of(code) for code in under}

    def interval(self, cell):
        """(least, greatest) units of a cell that the intruder must hold possible; None above where nothing bounds it."""
        ends = []
        for way in ("minimize", "maximize"):
            h = highspy.Highs()
            h.setOptionValue("output_flag", False)
            x = {a: h.addVariable(lb=self.own.get(a, 0), type=highspy.HighsVarType.kInteger) for a in self.atoms}
            for place, figure in self.shown.items():
                if figure:
                    printed, total = int(figure), self._sum(x, place)
                    h.addConstr(total >= printed - self.base // 2)
                    h.addConstr(total <= printed + (self.base - 1) // 2)
            getattr(h, way)(self._sum(x, cell))
            solved = h.getModelStatus() == highspy.HighsModelStatus.kOptimal
            ends.append(round(h.getObjectiveValue()) if solved else None)
        return tuple(ends)

    def _sum(self, x, place):
        return sum(x[a] for a in product(*(d[c] for d, c in zip(self.leaves, place))))

    def narrow(self, cells, width):
        """Those of `cells` that they can place closer than `width`."""
        return [c for c in cells if (ends := self.interval(c))[1] is not None and ends[1] - ends[0] < width]
