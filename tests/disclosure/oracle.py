"""An intruder who tries every table: pure Python integers, nothing of the product but the printed facts.

The judge of the engine. A fact is (set of atoms, least, greatest or None). Atoms are whole numbers from 0 to `most`;
the upper end makes intervals at most narrower than they are, so that the judge is too strict rather than too mild.
For every cell it asks "is there a table with this cell at v?" for each v in turn, by trying atom after atom; the true
table only decides which values are tried first, never whether a table counts.
"""

from itertools import product


class TooLarge(Exception):
    """The search took more steps than a test can wait for."""


def facts_of(dimensions, shown, withheld, base):
    """One fact per cell; dimensions: per dimension the list of sets of leaves, one per code."""
    sizes = [1 + max(max(code) for code in codes) for codes in dimensions]
    facts = []
    for place in product(*(range(len(codes)) for codes in dimensions)):
        atoms = frozenset(_flat(leaves, sizes) for leaves in product(*(dimensions[i][c] for i, c in enumerate(place))))
        if withheld[place]:
            facts.append((place, atoms, 0, None))
        else:
            p = int(shown[place])
            facts.append((place, atoms, max(p - base // 2, 0), p + (base - 1) // 2))
    return facts


def _flat(leaves, sizes):
    at = 0
    for leaf, size in zip(leaves, sizes):
        at = at * size + leaf
    return at


def intervals(facts, truth, wanted, most, reach, steps=100_000):
    """{place: (least, greatest)} over all tables that satisfy the facts, looked for up to `reach` from the truth.

    truth: the true atoms, flat list. wanted: places to report on.
    """
    known = [(atoms, least, greatest) for _, atoms, least, greatest in facts if greatest is not None]
    cells = {place: atoms for place, atoms, _, _ in facts if place in wanted}
    found = {p: [sum(truth[a] for a in atoms)] * 2 for p, atoms in cells.items()}
    for place, atoms in cells.items():
        true = sum(truth[a] for a in atoms)
        for values in (range(max(true - reach, 0), true), range(true + reach, true, -1)):
            for v in values:
                if found[place][0] <= v <= found[place][1]:
                    break
                table = _a_table([*known, (atoms, v, v)], truth, most, steps)
                if table:
                    for p, its in cells.items():
                        x = sum(table[a] for a in its)
                        found[p] = [min(found[p][0], x), max(found[p][1], x)]
                    break
    return {p: tuple(f) for p, f in found.items()}


def _a_table(facts, truth, most, steps):
    """Some table that satisfies all facts, or None; TooLarge after so many steps."""
    n = len(truth)
    through = [[i for i, (atoms, _, _) in enumerate(facts) if a in atoms] for a in range(n)]
    later = [{i: sum(1 for b in facts[i][0] if b > a) for i in through[a]} for a in range(n)]
    sums, table, left = [0] * len(facts), [0] * n, [steps]

    def fill(a):
        if a == n:
            return True
        left[0] -= 1
        if left[0] < 0:
            raise TooLarge
        highest = min([most] + [facts[i][2] - sums[i] for i in through[a]])
        lowest = max([0] + [facts[i][1] - sums[i] - most * later[a][i] for i in through[a]])
        for v in sorted(range(lowest, highest + 1), key=lambda v: abs(v - truth[a])):
            table[a] = v
            for i in through[a]:
                sums[i] += v
            if fill(a + 1):
                return True
            for i in through[a]:
                sums[i] -= v
        return False

    return table if fill(0) else None
