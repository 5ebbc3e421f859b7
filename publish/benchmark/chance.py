"""What chance leaves open of a share, and where a share falls that differs from another no more than by chance.

25 of 400: 6.25 %, and between 4.3 and 9.1 % at 95 % (Wilson's interval); counts rounded to five (25 may be 21 to 29): between 3.4 and 10.3 %.
The year is taken for one of many that might have been; a figure of a whole register has no error of sampling, but a small one still goes up and down.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor, sqrt

WIDE, WIDER = 1.96, 3.09
"""Standard deviations that hold 95 % and 99.8 %."""
LEAST_REGIONS = 8
"""From so many on it is said how much regions differ among themselves."""
PLACES = 1000
"""Ends of an interval are rounded outwards to this part of a unit."""


def wilson(count: Fraction, of: Fraction, z: float = WIDE) -> tuple[float, float]:
    """Wilson's interval of a share, 0 to 1. of > 0, 0 <= count <= of. Source: Wilson (1927), JASA 22, 209-212."""
    n, p = float(of), float(count / of)
    middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))


def interval(count: Fraction, of: Fraction, margin: int, per: int = 100) -> tuple[Fraction, Fraction] | None:
    """What chance and rounding leave open, per `per`; margin: how far a printed count can be from the count. None of nothing."""
    if of <= 0 or count < 0:
        return None
    least, most = max(Fraction(0), count - margin), count + margin
    low = wilson(min(least, of), of + margin)[0]
    fewest = max(of - margin, most, Fraction(1))
    high = wilson(min(most, fewest), fewest)[1]
    return Fraction(floor(low * per * PLACES), PLACES), Fraction(ceil(high * per * PLACES), PLACES)


def funnel(share: Fraction, of: Fraction, z: float, per: int = 100) -> tuple[Fraction, Fraction]:
    """Between which values a share of `of` falls that differs from `share` (per `per`) by z standard deviations: the limits of a funnel."""
    low, high = wilson(min(share / per, Fraction(1)) * of, of, z)  # rounded parts can be more than their rounded whole
    return Fraction(floor(low * per * PLACES), PLACES), Fraction(ceil(high * per * PLACES), PLACES)


def overdispersion(shares: Sequence[tuple[Fraction, Fraction]], whole: Fraction) -> float:
    """How much more regions differ than by chance, as a variance: 1 where they differ by chance alone or less. shares: (count, of) of each.

    The mean square of their standard scores, with the tenth at each end drawn in so that those that stand out do not widen the limits themselves.
    Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202.
    """
    p = float(whole)
    if not 0 < p < 1 or len(shares) < LEAST_REGIONS:
        return 1.0
    scores = sorted(float(count / of - whole) / sqrt(p * (1 - p) / float(of)) for count, of in shares)
    cut = len(scores) // 10
    drawn = [scores[cut]] * cut + scores[cut : len(scores) - cut] + [scores[-1 - cut]] * cut
    return max(1.0, sum(z * z for z in drawn) / len(drawn))
