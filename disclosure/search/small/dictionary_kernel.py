"""Linear programmes over a dense *dictionary*: some variables (basic) as sums of the others (beside). Compiled; for small ones.

Every programme here starts from a point that is allowed: the truth for the attacker, "withhold all" for the master. So there is no
first phase, and a variable beside the basis may stand anywhere between its bounds. Values are kept beside the dictionary, so that it
needs no constants and stays good when bounds change.

Example. y = x1 + x2 with 0 <= x1, x2 <= 2 and y <= 3, at x = (0, 0): `climb` raises y by x1 to 2, then by x2 until y is 3.

Legend: table (m, k); head[i] the variable of row i; beside[j] that of column j; place[v] its row, or -1 - its column.
"""

from __future__ import annotations

from numba import njit

NEAR = 1e-9  # what counts as nothing: all numbers here are small sums of whole numbers and simple fractions
NIL = 1e-11
PATIENCE = 60  # steps by steepest slope; after that by lowest number, which cannot walk in circles
MOST_STEPS = 3000


@njit(cache=True, error_model="numpy")
def dot(a, b):
    """Sum of products, always in the same order."""
    total = 0.0
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


@njit(cache=True, error_model="numpy")
def fill(a, what):
    """Puts one number everywhere."""
    for i in range(len(a)):
        a[i] = what


@njit(cache=True, error_model="numpy")
def copy(into, what):
    """Copies an array into another."""
    for i in range(len(into)):
        into[i] = what[i]


@njit(cache=True, error_model="numpy")
def pivot(table, head, beside, place, row, column):
    """The variables of a row and a column change places."""
    m, k = table.shape
    inverse = 1.0 / table[row, column]
    for j in range(k):
        table[row, j] *= -inverse
    table[row, column] = inverse
    for i in range(m):
        factor = table[i, column]
        if i != row and factor != 0.0:
            table[i, column] = 0.0
            for j in range(k):
                new = table[i, j] + factor * table[row, j]
                table[i, j] = new if abs(new) > NIL else 0.0
    head[row], beside[column] = beside[column], head[row]
    place[head[row]], place[beside[column]] = row, -1 - column


@njit(cache=True, error_model="numpy")
def _entering(table, beside, value, low, high, row, sign, steps):
    """The column that takes the row's variable farthest by step, or -1 where none does."""
    found, best = -1, NEAR
    for j in range(table.shape[1]):
        slope, v = table[row, j] * sign, beside[j]
        if (slope > NEAR and value[v] < high[v] - NEAR) or (slope < -NEAR and value[v] > low[v] + NEAR):
            if steps < PATIENCE:
                if abs(slope) > best:
                    found, best = j, abs(slope)
            elif found < 0 or v < beside[found]:
                found = j
    return found


@njit(cache=True, error_model="numpy")
def _leaving(table, head, value, low, high, column, way, most, steps):
    """(the row that ends a move of the column's variable, or -1; how far it goes, `most` at most)."""
    row, far, size = -1, most, 0.0
    for i in range(table.shape[0]):
        slope, v = table[i, column] * way, head[i]
        if slope > NEAR:
            room = max(0.0, (high[v] - value[v]) / slope)
        elif slope < -NEAR:
            room = max(0.0, (low[v] - value[v]) / slope)
        else:
            continue
        better = abs(slope) > size if steps < PATIENCE else row < 0 or v < head[row]
        if room < far - NEAR or (room <= far + NEAR and better and (row >= 0 or room <= far)):
            row, far, size = i, min(room, far), abs(slope)
    return row, far


@njit(cache=True, error_model="numpy")
def climb(table, head, beside, place, value, low, high, target, sign):
    """Raises (sign 1) or lowers (-1) the target as far as it goes; the steps taken, or -1 where it gave up."""
    for steps in range(MOST_STEPS):
        if (value[target] >= high[target] - NEAR) if sign > 0 else (value[target] <= low[target] + NEAR):
            return steps
        if place[target] >= 0:
            column = _entering(table, beside, value, low, high, place[target], sign, steps)
            if column < 0:
                return steps
            way = 1.0 if table[place[target], column] * sign > 0 else -1.0
        else:
            column, way = -1 - place[target], float(sign)
        v = beside[column]
        row, far = _leaving(table, head, value, low, high, column, way, high[v] - value[v] if way > 0 else value[v] - low[v], steps)
        value[v] += way * far
        for i in range(table.shape[0]):
            if table[i, column] != 0.0:
                value[head[i]] += table[i, column] * way * far
        if row < 0:
            value[v] = high[v] if way > 0 else low[v]
        else:
            out = head[row]
            value[out] = high[out] if table[row, column] * way > 0 else low[out]
            if out != target:
                pivot(table, head, beside, place, row, column)
    return -1
