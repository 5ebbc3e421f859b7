"""From the rows of a published table to its facts.

A *sighting* is a figure or mark at a combination of codes; code 0 of a dimension is its total (or: the dimension does not
occur there), so that sightings of one cell in several places have the same key. An *identity* is a linear form over cells that
differ in the codes (or the measure) it names and agree in everything else: `total - parts = 0` of a classification is one.
A *ratio* is a percentage or rate beside a count: printed p with d decimals, (p - h) * base <= times * count <= (p + h) *
base, h half of the last decimal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import gcd

import numpy as np
from celwacht.disclosure.audit.model.facts import Facts
from celwacht.disclosure.model.problem import UNBOUNDED, Relations

Pairs = tuple[tuple[str, str], ...]
MEASURE = "measure"


@dataclass(frozen=True, slots=True)
class Term:
    """coefficient times the cell with these codes; a measure is named by the pair (MEASURE, name)."""

    coefficient: int
    pairs: Pairs = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """least <= sum of terms <= greatest, in every context where all cells are printed. total_first: the first term is a total of
    the others (coefficient 1, theirs -1): where some of them are not printed, the rest is at most the total."""

    terms: tuple[Term, ...]
    why: str
    least: int = 0
    greatest: int = 0
    total_first: bool = False


def family(dimension: str, total: str, parts: Iterable[str], why: str = "") -> Identity:
    """The parts of a code; total '' is the whole dimension."""
    top = Term(1, ((dimension, total),) if total else ())
    return Identity((top, *(Term(-1, ((dimension, p),)) for p in parts)), why or f"{dimension} adds up", total_first=True)


def of_one_measure(identity: Identity, measure: str) -> Identity:
    """The same sum, in one column of figures only."""
    terms = tuple(Term(t.coefficient, (*t.pairs, (MEASURE, measure))) for t in identity.terms)
    return replace(identity, terms=terms, why=f"{identity.why} in {measure}")


@dataclass(frozen=True, slots=True)
class RatioFact:
    """At a key: lower * base <= upper_times... kept as two rows (count coefficient, base coefficient), each row >= 0."""

    key: int
    base_key: int
    rows: tuple[tuple[int, int], ...]
    why: str


@dataclass(eq=False)
class Codebook:
    """Dimensions and codes of all tables together; the measure is the first dimension. Code 0 is the total."""

    dimensions: list[str] = field(default_factory=lambda: [MEASURE])
    codes: dict[str, dict[str, int]] = field(default_factory=lambda: {MEASURE: {"": 0}})

    def digit(self, dimension: str, code: str) -> int:
        """The number of a code, made if new."""
        if dimension not in self.codes:
            self.dimensions.append(dimension)
            self.codes[dimension] = {"": 0}
        return self.codes[dimension].setdefault(code, len(self.codes[dimension]))

    def knows(self, pairs: Pairs) -> bool:
        return all(code in self.codes.get(d, ()) for d, code in pairs)

    def strides(self) -> dict[str, int]:
        """Weight of each dimension in a key; ValueError where keys would not fit."""
        stride, found = 1, {}
        for d in self.dimensions:
            found[d] = stride
            stride *= len(self.codes[d])
            if stride >= 1 << 62:
                raise ValueError("the table has too many dimensions and codes for one audit; audit its blocks apart")
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Sightings:
    """digits: int32 (m, D) over the codebook's dimensions; least, greatest: int64 (m,); withheld: bool (m,);
    text: what is printed; place: where."""

    digits: np.ndarray
    least: np.ndarray
    greatest: np.ndarray
    withheld: np.ndarray
    text: Sequence[str]
    place: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Distinct cells by ascending key. first: their first sighting; clash: cells whose sightings contradict each other."""

    book: Codebook
    strides: dict[str, int]
    key: np.ndarray
    least: np.ndarray
    greatest: np.ndarray
    withheld: np.ndarray
    of: np.ndarray
    first: np.ndarray
    clash: np.ndarray

    def at(self, keys: np.ndarray) -> np.ndarray:
        """Positions of keys, -1 for cells that are not printed."""
        near = np.minimum(np.searchsorted(self.key, keys), len(self.key) - 1)
        return np.where(self.key[near] == keys, near, -1)

    def offset(self, pairs: Pairs) -> int:
        return sum(self.strides[d] * self.book.codes[d][code] for d, code in pairs)

    def digit(self, dimension: str) -> np.ndarray:
        """(n,) the code number of every cell in one dimension."""
        return self.key // self.strides[dimension] % len(self.book.codes[dimension])


def cells_of(book: Codebook, sightings: Sightings) -> Cells:
    """Sightings of one cell put together: what each of them tells holds. A cell is withheld if any sighting is."""
    strides = book.strides()
    keys = sightings.digits.astype(np.int64) @ np.array([strides[d] for d in book.dimensions], np.int64)
    key, first, of = np.unique(keys, return_index=True, return_inverse=True)
    least, greatest = np.full(len(key), -UNBOUNDED), np.full(len(key), UNBOUNDED)
    np.maximum.at(least, of, sightings.least)
    np.minimum.at(greatest, of, sightings.greatest)
    withheld = np.zeros(len(key), bool)
    np.logical_or.at(withheld, of, sightings.withheld)
    clash = np.flatnonzero(least > greatest)
    for i in clash:  # nothing says which of the sightings is wrong: anything that one of them allows stays possible
        least[i], greatest[i] = sightings.least[of == i].min(), sightings.greatest[of == i].max()
    return Cells(book, strides, key, least, greatest, withheld, of, first, clash)


def lines_of(cells: Cells, identity: Identity) -> tuple[np.ndarray, np.ndarray]:
    """(positions (k, terms), whole (k,) bool): one row per context in which the first term is printed; -1 for a cell that is
    not printed, whole where all are."""
    known = [cells.book.knows(t.pairs) for t in identity.terms]
    if not known[0] or not any(known[1:]) or not all(d in cells.book.codes for t in identity.terms for d, _ in t.pairs):
        return np.zeros((0, len(identity.terms)), np.int64), np.zeros(0, bool)
    named = {d for t in identity.terms for d, _ in t.pairs}
    own = dict(identity.terms[0].pairs)
    there = np.ones(len(cells.key), bool)
    for d in named:
        there &= cells.digit(d) == cells.book.codes[d][own.get(d, "")]
    base = cells.key[there] - cells.offset(identity.terms[0].pairs)
    at = np.stack([cells.at(base + cells.offset(t.pairs)) if k else np.full(len(base), -1) for t, k in zip(identity.terms, known)], axis=1)
    return at, np.all(at >= 0, axis=1)


def facts_from(
    cells: Cells,
    identities: Sequence[Identity],
    ratios: Sequence[RatioFact],
    sightings: Sightings,
    names: Mapping[tuple[str, str], str] | None = None,
) -> Facts:
    """All facts of the tables together."""
    rows: list[tuple[np.ndarray, list[int], int, int, str]] = []
    for identity in identities:
        at, whole = lines_of(cells, identity)
        coefficients = [t.coefficient for t in identity.terms]
        rows += [(line, coefficients, identity.least, identity.greatest, identity.why) for line in at[whole]]
        if identity.total_first:
            for line in at[~whole]:
                kept = line >= 0
                if kept[1:].any() and (cells.least[line[kept]] >= 0).all():
                    rows.append(
                        (
                            line[kept],
                            [c for c, k in zip(coefficients, kept) if k],
                            0,
                            UNBOUNDED,
                            f"{identity.why} (some parts are not printed)",
                        )
                    )
    for ratio in ratios:
        at = cells.at(np.array([ratio.key, ratio.base_key]))
        if (at >= 0).all() and at[0] != at[1]:
            rows += [(at[np.array(row) != 0], [c for c in row if c], 0, UNBOUNDED, ratio.why) for row in ratio.rows]
    return Facts(
        cells.least,
        cells.greatest,
        cells.withheld,
        _relations(rows),
        _labels(cells, names or {}),
        _shown(cells, sightings),
        lambda r: rows[r][4],
    )


def _shown(cells: Cells, sightings: Sightings):
    order = np.argsort(cells.of, kind="stable")
    cuts = np.searchsorted(cells.of[order], np.arange(len(cells.key) + 1))

    def shown(i: int) -> str:
        return " and elsewhere ".join(dict.fromkeys(sightings.text[m] for m in order[cuts[i] : cuts[i + 1]]))

    return shown


def _relations(rows) -> Relations:
    size = np.array([len(r[0]) for r in rows], np.int64)
    return Relations(
        np.concatenate([[0], np.cumsum(size)]).astype(np.int64),
        np.concatenate([r[0] for r in rows] or [np.zeros(0)]).astype(np.int32),
        np.array([c for r in rows for c in r[1]], np.int64),
        np.array([r[2] for r in rows], np.int64),
        np.array([r[3] for r in rows], np.int64),
    )


def _labels(cells: Cells, names: Mapping[tuple[str, str], str]):
    codes = {d: list(cells.book.codes[d]) for d in cells.book.dimensions}

    def label(i: int) -> str:
        words = []
        for d in [*cells.book.dimensions[1:], MEASURE]:
            code = codes[d][int(cells.key[i] // cells.strides[d] % len(codes[d]))]
            if code and not (d == MEASURE and len(codes[d]) <= 2):
                words.append(names.get((d, code), f"{d} {code}" if code.isdigit() else code))
        return ", ".join(words) or "the grand total"

    return label


def ratio_rows(shown: int, decimals: int, times: int, positive: bool) -> tuple[tuple[int, int], ...]:
    """Coefficients (count, base) of the two facts that a ratio tells; `positive`: a printed 0 is a true zero."""
    up = 2 * 10**decimals * times
    if shown == 0 and positive:
        return ((-1, 0),)
    found = [(up, -(2 * shown - 1)), (-up, 2 * shown + 1)]
    return tuple((a // g, b // g) for a, b in found if (g := gcd(a, b)))
