"""The rules by their definitions, over plain lists, with fractions: slow, and written without the code under test."""

from fractions import Fraction
from itertools import product


def shares(rows, leaves_of_cell):
    """{contributor: [amount, records, asks, weight]} of one cell; a holding asks if any of its contributors does.

    rows: (leaf per dimension, contributor, holding, amount, asks, weight).
    """
    found, asking = {}, set()
    for leaf, who, holding, amount, asks, weight in rows:
        name = ("holding", holding) if holding is not None and holding >= 0 else ("contributor", who)
        asking |= {name} if asks else set()
        if all(i in leaves for i, leaves in zip(leaf, leaves_of_cell)):
            entry = found.setdefault(name, [0, 0, False, weight])
            entry[0] += amount
            entry[1] += 1
    return {name: [*entry[:2], name in asking, entry[3]] for name, entry in found.items()}


def cells_of(dimensions):
    """Leaves of each cell, cells in C order."""
    return list(product(*[[set(m.tolist()) for m in d.members] for d in dimensions]))


def units(cell):
    """Sizes, descending, each as often as its whole weight says."""
    return sorted((abs(a) for a, _, _, w in cell.values() for _ in range(w)), reverse=True)


def total(cell):
    return sum(abs(a) * w for a, _, _, w in cell.values())


def up(level):
    """Least whole number that is at least the level, and 0."""
    return max(0, -(-level.numerator // level.denominator))


def frequency(cell, least):
    return 0 < sum(r for _, r, _, _ in cell.values()) < least


def contributors(cell, least):
    return 0 < sum(a != 0 for a, _, _, _ in cell.values()) < least


def dominance(cell, n, k):
    """(sensitive, level)."""
    top, k = sum(units(cell)[:n]), Fraction(k)
    return top > k / 100 * total(cell), up(100 / k * top - total(cell))


def p_percent(cell, p, coalition=1, q=100):
    x = units(cell) + [0] * (coalition + 1)
    rest = total(cell) - sum(x[: coalition + 1])
    share = Fraction(p) / Fraction(q)
    return rest < share * x[0], up(share * x[0] - rest)


def asked(cell):
    """(largest that asked or None, the others, descending)."""
    those = {k: abs(v[0]) for k, v in cell.items() if v[2]}
    if not those or max(those.values()) == 0:
        return None, []
    s = max(those, key=those.get)
    return those[s], sorted((abs(v[0]) for k, v in cell.items() if k != s), reverse=True)


def request_p(cell, p):
    s, others = asked(cell)
    if s is None:
        return False, 0
    rest = total(cell) - s - sum(others[:1])
    return rest < Fraction(p) / 100 * s, up(Fraction(p) / 100 * s - rest)


def request_dominance(cell, n, k):
    s, others = asked(cell)
    if s is None:
        return False, 0
    together = s + sum(others[: n - 1])
    return together > Fraction(k) / 100 * total(cell), up(100 / Fraction(k) * together - total(cell))
