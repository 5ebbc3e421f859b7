"""Every small table there is, and one of each kind: tables that differ by the order of rows, of columns, or by
transposition are of one kind (an orbit)."""

from itertools import combinations, permutations, product

import numpy as np


def all_tables(rows, columns, most):
    """int64 (tables, rows, columns): every table of whole counts with a total of at most `most`.

    Stars and bars: rows * columns bars among most + rows * columns places leave as many gaps, and one behind the last.
    """
    n = rows * columns
    bars = np.array(list(combinations(range(most + n), n)), np.int64)
    return np.diff(bars, axis=1, prepend=-1).reshape(-1, rows, columns) - 1


def one_of_each_kind(tables):
    """bool (tables,): the first table of every orbit, in the order of their digits."""
    _, rows, columns = tables.shape
    flat, place = tables.reshape(len(tables), -1), np.arange(rows * columns).reshape(rows, columns)
    weight = (int(flat.max()) + 1) ** np.arange(rows * columns, dtype=np.int64)
    least = code = flat @ weight
    for r, c in product(permutations(range(rows)), permutations(range(columns))):
        image = place[np.ix_(r, c)]
        for turned in (image, image.T) if rows == columns else (image,):
            least = np.minimum(least, flat[:, turned.ravel()] @ weight)
    return code == least
