"""The three verdicts on a publication. Closed by default: whatever is not SAFE is not published."""

from __future__ import annotations

from enum import Enum


class Verdict(Enum):
    SAFE = "SAFE"
    """Proved: worlds were shown, and checked in integers."""
    UNSAFE = "UNSAFE"
    """Disproved: a sensitive cell can be inferred closer than its protection level allows."""
    INCONCLUSIVE = "INCONCLUSIVE"
    """Neither proved nor disproved."""

    @property
    def may_be_published(self) -> bool:
        return self is Verdict.SAFE
