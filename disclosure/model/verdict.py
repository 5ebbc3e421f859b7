"""The three verdicts on a publication, and what a checker answers. Closed by default: whatever is not SAFE is not published."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np


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


@dataclass(frozen=True, slots=True)
class CheckResult:
    """SAFE, or UNSAFE (something false is claimed or printed), or INCONCLUSIVE (cells without proof)."""

    verdict: Verdict
    reason: str
    unproved: np.ndarray
    """Flat positions of sensitive cells whose worlds do not lie far enough apart. Confidential."""
