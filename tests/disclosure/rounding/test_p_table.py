"""P-tables by definition, in integers: unbiased, no small figures, the variance asked for, zeros kept, as uncertain as
can be."""

import numpy as np
import pytest
from celwacht.disclosure.rounding.cell_keys import add_up, cell_keys, record_keys
from celwacht.disclosure.rounding.p_table import TOTAL, PTable, entropy_table, threshold_table
from celwacht.tables.cubes.cube import Cube

from tests.disclosure.cubes import flat, touching

KEY = bytes(range(32))
TABLES = [(8, 3, 2), (5, 2, 0), (2, 1, 0), (3, 2, 1), (4, 3, 2), (1, 0.5, 0), (20, 15, 4)]


@pytest.mark.parametrize("most_change, variance, no_small", TABLES)
def test_rows_keep_the_expectation_exactly(most_change, variance, no_small):
    """Weights add up to 2^32, changes to nothing, squares to the variance; figures of 1..js never, zeros always."""
    table = entropy_table(most_change, variance, no_small)
    for x in range(most_change + no_small + 5):
        figures = table.figures(x)
        assert sum(figures.values()) == TOTAL and sum(p * w for p, w in figures.items()) == x * TOTAL
        assert not set(figures) & set(range(1, no_small + 1)) and min(figures) >= 0
        assert max(abs(p - x) for p in figures) <= most_change
        if x:
            assert sum((p - x) ** 2 * w for p, w in figures.items()) == round(variance * TOTAL)
    assert table.figures(0) == {0: TOTAL}


@pytest.mark.parametrize("x", [1, 2, 5, 11])
def test_no_row_of_the_same_moments_is_more_uncertain(x):
    """Entropy falls along every direction that keeps sum, mean and variance."""
    table = entropy_table(8, 3, 2)
    row = int(table.row(x))
    d, p = np.array(table.change[row], float), np.array(table.weight[row], float) / TOTAL
    keep = np.stack([np.ones_like(d), d, d * d])
    entropy = lambda q: -np.sum(q[q > 0] * np.log(q[q > 0]))
    rng = np.random.default_rng(x)
    for _ in range(200):
        v = rng.normal(size=len(d)) * p
        v -= p * (keep.T @ np.linalg.solve((keep * p) @ keep.T, keep @ v))
        for size in (0.02, -0.02):
            q = p + size * v
            if q.min() >= 0:
                assert np.allclose(keep @ q, keep @ p) and entropy(q) <= entropy(p) + 1e-9


def test_perturbation_counts_keys_as_the_row_says():
    """The first and last key of every step, for a few counts."""
    table = entropy_table(3, 2, 1)
    for x in (0, 1, 2, 7):
        edge = 0
        for p, w in sorted(table.figures(x).items()):
            for k in (edge, edge + w - 1):
                assert table.perturb(np.array([x]), np.array([k])).tolist() == [p]
            edge += w


def test_rows_that_cannot_be_are_refused_with_a_remedy():
    """Which count, and between which variances there is a row."""
    with pytest.raises(ValueError, match="counts of 2 .* between 6 and 20"):
        entropy_table(10, 5, 4)
    with pytest.raises(ValueError, match="no distribution"):
        PTable(((0,), (-2, 1)), ((TOTAL,), (1, TOTAL - 1)))


def test_ten_five():
    """Below 10 nothing but 0; from 10 adjacent multiples of 5, unbiased to within one part in 2^32."""
    table = threshold_table(10, 5)
    for x in range(40):
        figures = table.figures(x)
        if x < 10:
            assert figures == {0: TOTAL}
        else:
            assert all(p % 5 == 0 and abs(p - x) < 5 for p in figures)
            assert abs(sum(p * w for p, w in figures.items()) - x * TOTAL) < 5
    assert table.behind(0) == (0, 9) and table.behind(10) == (10, 14) and table.behind(20) == (16, 24)
    with pytest.raises(ValueError, match="use 10"):
        threshold_table(8, 5)


def test_what_adding_up_tells_of_perturbed_figures():
    """The example of ROUNDING.md: 1 and 1 under 0, with D = 2, can only be 1 and 1."""
    table = entropy_table(2, 1, 0)
    parts, total = range(*np.add(table.behind(1), (0, 1))), table.behind(0)
    assert {(a, b) for a in parts for b in parts if total[0] <= a + b <= total[1]} == {(1, 1)}


def test_posterior_adds_up_and_follows_bayes():
    """Two counts, one of which is never printed so."""
    table, prior = entropy_table(), np.full(30, 1 / 30)
    known = table.posterior(prior)
    possible = known.sum(axis=1) > 0
    assert np.allclose(known[possible].sum(axis=1), 1) and not possible[1] and not possible[2]
    weight = {x: table.figures(x).get(3, 0) for x in range(30)}
    assert np.allclose(known[3], [weight[x] / sum(weight.values()) for x in range(30)])


def test_cells_of_the_same_records_have_the_same_key_in_any_table():
    """Records in another order, another table of the same records, and codes that overlap."""
    names = [f"p{i}" for i in range(50)]
    keys = record_keys(names, KEY)
    assert np.array_equal(record_keys(names[::-1], KEY), keys[::-1]) and len(set(keys.tolist())) == 50
    a, f = np.arange(50) % 3, np.arange(50) % 4 // 2
    dimensions = flat("A", 3), touching("F", [(0,), (0, 1)], 2)
    both = add_up(keys, np.ravel_multi_index((a, f), (3, 2)), (3, 2))
    counts = np.bincount(np.ravel_multi_index((a, f), (3, 2)), minlength=6).reshape(3, 2).astype(np.int64)
    large = cell_keys(Cube("een", dimensions, counts), both)
    small = cell_keys(Cube("twee", dimensions[:1], counts.sum(axis=1)), add_up(keys, a, (3,)))
    assert np.array_equal(large[:, 0], small) and np.array_equal(large[:, 1], large[:, 0])  # everybody has form 0
    assert large[0, 0] == keys.sum() % TOTAL
    with pytest.raises(ValueError, match="fewer than 16"):
        record_keys(names, b"x")
