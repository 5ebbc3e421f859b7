"""What the intruder is taken to know, beside what is printed. Stated here once; searches, checkers, auditors and the pages
that explain the promise take it from here, so that no proof rests on a world that the intruder knows to be impossible.

Of a table of counts everybody knows
- that counts are whole and not negative (LEAST_COUNT);
- how figures are rounded: a printed 20 under base 5 is 18 to 22 (`rounding_interval`);
- which combinations of categories occur nowhere: with the dimension of most classes left out, a combination of classes of
  all others that holds nobody in the whole table (`possible`). A district team has no referrer, in no municipality;
- which combinations of classes cannot be, by the specification or the layouts: they are printed as blank (`impossible`);
- of a singleton, where that is asked: whoever is alone in a combination of the finest classes knows it, and every cell
  of 1 in which they are (`alone`);
- of an insider, where that is asked: a provider knows its own clients, with all their classes, also those that only others reported.
  So it knows that an atom holds at least as many as it has there itself (`knows_better`), and what is printed less its own. It does not
  know that nobody else is there. A coalition of providers puts this together, as if no client were counted twice. A provider that has all of a cell
  has nothing left to learn of that cell (insiders.py says who has what).
Of any other table the problem says it cell by cell: bounds, structural zeros, whether values are whole (problem.py).

Example. Rows are municipalities, columns referrers; column c is empty, and withheld like all zeros:

      a  b  c | total        (a, b) = (1, 5) looks safe: take 1 from b, put it in a. So does taking 1 from b and putting
      1  5  . |   6          it in c; but c occurs nowhere, and everybody knows it: that is no world.
"""

from __future__ import annotations

import numpy as np

LEAST_COUNT = 0

CLAUSES = {
    "nl": (
        "dat aantallen geheel en niet negatief zijn",
        "hoe er is afgerond en wanneer er wordt weggelaten",
        "welke combinaties van klassen nergens voorkomen",
    ),
    "en": (
        "that counts are whole and not negative",
        "the rules of rounding and withholding",
        "which combinations of classes occur nowhere",
    ),
}
"""What everybody knows, for the pages of the promise, in this order."""
INSIDER = {
    "nl": ("een aanbieder, die de eigen cliënten kent", "{} aanbieders samen, die hun eigen cliënten kennen"),
    "en": ("any one provider, who knows its own clients", "any {} providers together, who know their own clients"),
}
SINGLETON = {
    "nl": "wie als enige in een combinatie van de fijnste klassen zit, en dat weet",
    "en": "anyone who is alone in a combination of the finest classes",
}


def rounding_interval(printed: np.ndarray, base: int) -> tuple[np.ndarray, np.ndarray]:
    """(least, greatest) count that is printed so under conventional rounding to `base`, halves up; int64, shape as given.

    printed: multiples of base, >= 0. Base 1: the figure itself.
    """
    return np.maximum(printed - base // 2, LEAST_COUNT), printed + (base - 1) // 2


def possible(atoms: np.ndarray, impossible: np.ndarray | None = None) -> np.ndarray:
    """bool of the atoms' shape: where anybody may be. False for what occurs nowhere along the dimension of most classes, and for
    what is `impossible` by what is said of the table in public (bool of that shape; structural zeros).

    A table of one dimension has nothing to leave out: all but that is possible.
    """
    if atoms.ndim == 1:
        somewhere = np.ones(atoms.shape, bool)
    else:
        longest = int(np.argmax(atoms.shape))
        somewhere = np.broadcast_to(atoms.sum(axis=longest, keepdims=True) > 0, atoms.shape)
    return somewhere if impossible is None else somewhere & ~impossible


def alone(atoms: np.ndarray) -> np.ndarray:
    """bool of the atoms' shape: the atoms that hold one person, who knows it."""
    return atoms == 1


def knows_better(own: np.ndarray, count: np.ndarray) -> np.ndarray:
    """bool: where whoever has `own` of the units of an atom knows that it does not hold `count`."""
    return count < own


def knowledge(language: str = "en", *, singletons: bool = False, insiders: int = 0) -> list[str]:
    """Who the intruders are and what they know, in sentences without a full stop: the outsider, and if asked singletons, and
    insiders by so many together."""
    who = {"nl": "een buitenstaander die de tabel kent, en weet ", "en": "outsider who knows the table, "}[language]
    and_ = {"nl": " en ", "en": ", and "}[language]
    known = CLAUSES[language]
    inside = [INSIDER[language][insiders > 1].format(insiders)] * (insiders > 0)
    return [who + ", ".join(known[:-1]) + and_ + known[-1], *[SINGLETON[language]] * singletons, *inside]
