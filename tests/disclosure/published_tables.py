"""Small published tables for the auditor's tests: facts with a known truth, judged by trying every table."""

import numpy as np
from celwacht.disclosure.audit.model.facts import Facts
from celwacht.disclosure.model.problem import UNBOUNDED, relations
from hypothesis import strategies as st


@st.composite
def published(draw, most=6):
    """(Facts, truth, n_atoms, forms): cells that are sums of a few atoms, some withheld, some rounded, with marks that may tell
    a bound; relations are those that the sums obey, ragged, with coefficients other than one now and then."""
    n = draw(st.integers(2, 4))
    atoms = draw(st.lists(st.integers(0, most), min_size=n, max_size=n))
    forms = [tuple(int(i == j) for j in range(n)) for i in range(n)]
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        parts = draw(st.lists(st.integers(0, len(forms) - 1), min_size=2, max_size=3, unique=True))
        signs = [draw(st.sampled_from([1, 1, 1, 2])) for _ in parts]
        forms.append(tuple(sum(s * forms[p][j] for s, p in zip(signs, parts)) for j in range(n)))
        rows.append(([len(forms) - 1, *parts], [1, *(-s for s in signs)], 0, 0))
    truth = np.array([sum(a * f for a, f in zip(atoms, form)) for form in forms])
    if draw(st.booleans()):  # a percentage beside a count
        base, cell = len(forms) - 1, draw(st.integers(0, n - 1))
        if truth[base]:
            p = int(100 * truth[cell] / truth[base] + 0.5)
            rows += [([cell, base], [200, -(2 * p - 1)], 0, UNBOUNDED), ([cell, base], [-200, 2 * p + 1], 0, UNBOUNDED)]
    least, greatest, withheld = np.zeros(len(forms), np.int64), np.zeros(len(forms), np.int64), np.zeros(len(forms), bool)
    for i, x in enumerate(truth):
        how = draw(st.sampled_from(["exact", "withheld", "withheld", "rounded", "mark"]))
        withheld[i] = how in ("withheld", "mark")
        floor = min(int(x), 1)
        least[i], greatest[i] = {
            "exact": (x, x),
            "withheld": (0, UNBOUNDED),
            "mark": (floor, max(int(x), 4)),
            "rounded": (max(5 * round(x / 5) - 2, 0), 5 * round(x / 5) + 2),
        }[how]
    return Facts(least, greatest, withheld, relations(rows)), truth, n, forms


def intervals(facts, n_atoms, forms, highest):
    """({cell: (least, greatest)}, whole) over all assignments of 0..highest to the atoms that satisfy every fact; forms: each
    cell as a sum of atoms. whole: no assignment reached `highest`, so that none was missed. Plain enumeration."""
    grids = np.meshgrid(*[np.arange(highest + 1)] * n_atoms, indexing="ij")
    atoms = np.stack([g.ravel() for g in grids], axis=1)
    cells = atoms @ np.array(forms).T
    ok = ((cells >= facts.least) & (cells <= facts.greatest)).all(axis=1)
    rows = facts.relations
    for r in range(len(rows)):
        at = slice(rows.first[r], rows.first[r + 1])
        sums = (cells[:, rows.cell[at]] * rows.coefficient[at]).sum(axis=1)
        ok &= (sums >= rows.least[r]) & (sums <= rows.greatest[r])
    left = cells[ok]
    found = {int(i): (int(left[:, i].min()), int(left[:, i].max())) for i in np.flatnonzero(facts.withheld)}
    return found, bool((atoms[ok] < highest).all())


def line_facts(values, withheld, lines, least=0, greatest=UNBOUNDED):
    """Facts of cells by name: values {name: number}, withheld names, lines (total, parts)."""
    names = list(values)
    at = {n: i for i, n in enumerate(names)}
    low = np.array([least if n in withheld else values[n] for n in names])
    high = np.array([greatest if n in withheld else values[n] for n in names])
    rows = [([at[t], *(at[p] for p in parts)], [1] + [-1] * len(parts), 0, 0) for t, parts in lines]
    return Facts(
        low,
        high,
        np.array([n in withheld for n in names]),
        relations(rows),
        lambda i: names[i],
        lambda i: "c" if names[i] in withheld else str(values[names[i]]),
        lambda r: f"{lines[r][0]} adds up",
    )
