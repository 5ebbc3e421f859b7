"""What is no plain table: odd rings of pairs (T4), insiders (T6) and coalitions (T7), stock and flow (T11), mixed
rounding (T14), percentages (T15) and means (T16), as cells and facts."""

from fractions import Fraction
from math import ceil, floor

from tests.disclosure.intruder.leaks.case import equations

DRAWN = [
    # attack, what, cells, facts, width, leaks
    (
        "T4",
        "odd ring of three, total 2 or more",
        "a:(1) b:(1?) c:(0?) t:(2?)[2..]",
        "t = a + b + c; a + b <= 2; b + c <= 1; a + c <= 1",
        3,
        True,
    ),
    ("T4", "15 coins of two and one of five", "n:(5) m:(1?) s:15", "2 n + 5 m = s", 3, False),
    ("T4", "pairs and fives, no other way", "n:(3) m:(1?) s:11", "2 n + 5 m = s", 1, True),
    ("T4", "triples: a sum of 7 in threes and twos", "n:(1) m:(2?) s:7", "3 n + 2 m = s", 1, True),
    ("T4", "the same with a sum of 9", "n:(1) m:(3?) s:9", "3 n + 2 m = s", 2, False),
    ("T6", "the provider of 11 of 12", "t:12 x:(11?)[11..11] y:(1)", "t = x + y", 3, True),
    ("T6", "the provider of 11, total withheld", "t:(12?) x:(11?)[11..11] y:(1)", "t = x + y", 3, False),
    ("T6", "the provider of the other withheld cell", "t:32 a:9 x:(12?)[12..12] y:(9?) z:(2)", "t = a + x + y + z", 3, False),
    ("T6", "a withheld pair, one of them mine", "t:30 a:16 x:(12?)[12..12] y:(2)", "t = a + x + y", 3, True),
    (
        "T6",
        "a rectangle with one of mine",
        "r:9 s:14 c:8 d:15 a:(2) b:(7?)[7..7] e:(6?) f:(8?)",
        "r = a + b; s = e + f; c = a + e; d = b + f",
        3,
        True,
    ),
    (
        "T6",
        "two rectangles, one of mine in one",
        "r:16 s:24 c:8 d:15 g:17 a:(2) b:(7?)[7..7] h:(7?) e:(6?) f:(8?) i:(10?)",
        "r = a + b + h; s = e + f + i; c = a + e; d = b + f; g = h + i",
        3,
        False,
    ),
    ("T6", "I am one of the two", "t:16 a:11 x:(1)[1..1] y:(4)", "t = a + x + y", 3, True),
    ("T6", "I am one of three", "t:19 a:11 x:(1?)[1..1] y:(4) z:(3)", "t = a + x + y + z", 3, False),
    ("T6", "at least my own", "t:9 x:(6)[6..] y:(3)", "t = x + y", 4, True),
    ("T6", "at least my own, a larger total", "t:10 x:(6?)[6..] y:(4)", "t = x + y", 4, False),
    ("T7", "two of three pool", "t:11 x:(5?)[5..5] y:(4?)[4..4] z:(2)", "t = x + y + z", 3, True),
    ("T7", "one of three alone", "t:11 x:(5?)[5..5] y:(4?) z:(2)", "t = x + y + z", 3, False),
    ("T7", "three of four pool", "t:20 w:(9?)[9..9] x:(5?)[5..5] y:(4?)[4..4] z:(2)", "t = w + x + y + z", 3, True),
    ("T7", "two of four pool", "t:20 w:(9?)[9..9] x:(5?)[5..5] y:(4?) z:(2)", "t = w + x + y + z", 3, False),
    (
        "T7",
        "two at opposite corners",
        "r:9 s:14 c:8 d:15 a:(2) b:(7?)[7..7] e:(6?)[6..6] f:(8?)",
        "r = a + b; s = e + f; c = a + e; d = b + f",
        3,
        True,
    ),
    ("T7", "insiders of two linked tables", "t:20 u:13 x:(11?)[11..11] y:(9?) z:(4)", "t = x + y; u = y + z", 3, True),
    ("T11", "begin, in, out and end", "begin:40 in:9 out:(3) end:46", "begin + in - out = end", 3, True),
    ("T11", "begin, in, out and end, the end withheld", "begin:40 in:9 out:(3) end:(46?)", "begin + in - out = end", 3, False),
    ("T11", "two years joined", "b:40 in:9 out:(3) m:(46?) more:8 less:6 e:48", "b + in - out = m; m + more - less = e", 3, True),
    (
        "T11",
        "two years, two flows withheld",
        "b:40 in:9 out:(3) m:(46?) more:(8?) less:6 e:48",
        "b + in - out = m; m + more - less = e",
        3,
        False,
    ),
    ("T11", "ended plus still running is begun", "begun:50 ended:47 running:(3)", "begun = ended + running", 3, True),
    ("T11", "a change beside both years", "now:(3) before:12 change:9", "before - change = now", 3, True),
    ("T14", "exact total over rounded parts", "t:13 p:(7?)[3..7] q:(6)[3..7]", "t = p + q", 3, True),
    ("T14", "exact total over rounded parts in the middle", "t:10 p:(5?)[3..7] q:(5)[3..7]", "t = p + q", 4, False),
    ("T14", "rounded 0, 0 and 5", "t:(3?)[3..7] p:(1)[0..2] q:(2)[0..2]", "t = p + q", 2, True),
    ("T14", "rounded 5, 5, 5 and 20", "t:(18?)[18..22] p:(4)[3..7] q:(7?)[3..7] r:(7?)[3..7]", "t = p + q + r", 4, True),
    ("T14", "rounded in one table, exact in another", "t:30 p:(12?)[8..12] q:(12?)[8..12] r:(6)[3..7]", "t = p + q + r", 3, True),
    ("T14", "rounded to 5 and to 3", "p:(14)[13..17] q:(14)[13..15]", "p = q", 3, True),
    ("T14", "rounded to 5 and to 10", "p:(14)[13..17] q:(14)[10..19]", "p = q", 4, False),
    ("T16", "mean 15.25 of fewer than 8", "n:(4)[1..7] s:(61?)", "4 s = 61 n", 1, True),
    ("T16", "mean 15.25 of fewer than 13", "n:(4)[1..12] s:(61?)", "4 s = 61 n", 3, False),
    ("T16", "a mean and its sum", "n:(4) s:61", "4 s = 61 n", 1, True),
    ("T16", "mean 1.5 of at most 3", "n:(2)[1..3] s:(3?)", "2 s = 3 n", 1, True),
    ("T16", "two means and the mean of all", "n:(2) m:(6?) s:(20?) t:(90?) u:110 k:8", "s = 10 n; t = 15 m; u = s + t; k = n + m", 3, True),
    ("T16", "largest and smallest of a sum", "n:(2) low:10 high:17 s:27", "10 n <= s; s <= 17 n", 1, True),
    ("T16", "largest and smallest, a large group", "n:(4) low:10 high:17 s:60", "10 n <= s; s <= 17 n", 2, False),
]

SHARES = [
    # count, base, printed decimals of the percentage, width
    (1, 27, 1, 2),
    (2, 54, 1, 2),
    (3, 40, 0, 2),
    (4, 90, 0, 2),
    (2, 30, 0, 1),
    (7, 19, 0, 1),
    (4, 250, 1, 2),
    (4, 250, 0, 2),
    (3, 900, 1, 2),
    (3, 900, 0, 4),
    (4, 400, 0, 4),
    (1, 200, 0, 2),
    (1, 60, 0, 1),
    (2, 140, 1, 1),
]

BASES = [
    # count (printed), largest base that is thought possible, decimals, base, width
    (10, 40, 1, 27, 1),
    (10, 90, 0, 27, 2),
    (1, 60, 1, 27, 2),
    (1, 99, 1, 27, 2),
    (3, 99, 2, 8, 1),
    (12, 99, 1, 13, 1),
    (5, 60, 0, 7, 2),
    (4, 99, 1, 9, 2),
    (9, 400, 0, 11, 2),
    (1, 99, 0, 27, 6),
    (2, 99, 0, 40, 3),
    (3, 300, 0, 100, 30),
]


def _percent(count, base, decimals):
    """What is printed, in units of the last decimal; exact, halves up."""
    return floor(Fraction(100 * 10**decimals * count, base) + Fraction(1, 2))


def _share(p, decimals):
    """Facts of k of n printed as p: within half a unit, the upper end not included."""
    unit = 2 * 100 * 10**decimals
    return f"{unit} k {1 - 2 * p:+d} n >= 0; {unit} k {-1 - 2 * p:+d} n <= 0 - 1"


def shares():
    """A percentage beside its exact base: which counts round to it?"""
    for k, n, decimals, w in SHARES:
        p = _percent(k, n, decimals)
        half, unit = Fraction(1, 2), Fraction(n, 100 * 10**decimals)
        least, greatest = max(0, ceil((p - half) * unit)), ceil((p + half) * unit) - 1
        yield equations(
            "T15", f"{k} of {n} with {decimals} decimals, asked {w}", f"k:({k}) n:{n}", _share(p, decimals), w, safe=greatest - least >= w
        )


def bases():
    """A percentage beside its exact count: which bases are there?"""
    for k, most, decimals, n, w in BASES:
        fit = [m for m in range(1, most + 1) if _percent(k, m, decimals) == _percent(k, n, decimals)]
        has = fit[-1] - fit[0]
        for asked in sorted({w, max(has, 1), has + 1}):
            name = f"{k} of a base of {n}, at most {most}, {decimals} decimals, asked {asked}"
            yield equations("T15", name, f"k:{k} n:({n})[1..{most}]", _share(_percent(k, n, decimals), decimals), asked, safe=has >= asked)


def rings():
    """Odd rings of pairs: with every pair at most 1, halves allow a total of m / 2, whole numbers (m - 1) / 2."""
    for m in (3, 5, 7):
        for w in ((m - 1) // 2, (m + 1) // 2):
            cells = " ".join([f"t:({(m - 1) // 2})", *(f"x{i}:({i % 2}?)" for i in range(m))])
            facts = "; ".join([f"t = {' + '.join(f'x{i}' for i in range(m))}", *(f"x{i} + x{(i + 1) % m} <= 1" for i in range(m))])
            yield equations("T4", f"ring of {m} pairs, asked {w}", cells, facts, w, safe=(m - 1) // 2 >= w)


def tables():
    """All of them."""
    return [
        *(equations(a, what, cells, facts, w, safe=not leaks) for a, what, cells, facts, w, leaks in DRAWN),
        *shares(),
        *bases(),
        *rings(),
    ]
