"""What may be done with a cell of a suppression problem: the question, to which a pattern of `Status` is the answer."""

from __future__ import annotations

from enum import IntEnum


class Role(IntEnum):
    """The part that a cell has in a problem, uint8. Confidential.

    It is no Status: a FREE cell may end as PUBLISHED or as SECONDARY, and nothing is decided of it yet.
    """

    FREE = 0
    """May be printed, may be withheld."""
    SENSITIVE = 1
    """Must be withheld, and protected."""
    FORCED = 2
    """Must be printed."""
    KNOWN = 3
    """Everybody knows its value, printed or not: a structural zero. (Status.ZERO is a zero that the policy withholds.)"""
    HIDDEN = 4
    """In no table; never printed, and costs nothing."""
