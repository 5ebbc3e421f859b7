"""What is done with a cell: the one set of words that searches, certificates, reports and files share."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """What is done with a cell. A *suppression pattern* is the status of every cell, uint8. Confidential: readers see one
    symbol for all that is withheld."""

    PUBLISHED = 0
    PRIMARY = 1
    """Withheld because it is sensitive."""
    SECONDARY = 2
    """Withheld to protect sensitive cells."""
    ZERO = 3
    """Withheld by the policy's rule for zeros."""
    HIDDEN = 4
    """Of a problem's results only: it stands in no table, so that nothing is done with it."""
