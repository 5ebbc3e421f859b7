"""Codes that people type: of an invitation, a recovery, a checker's vote. Whoever keeps one keeps a digest of it only.

new_code()                        ->  QF7M-2KXA-9RTC-BW4H, of 80 bits
typed(" qf7m 2kxa-9rtc bw4h ")    ->  QF7M2KXA9RTCBW4H
"""

from __future__ import annotations

import re
import secrets

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""None is taken for another on paper: 5 bits each."""


def new_code(length: int = 16) -> str:
    """A code of 5 bits a letter, in groups of four: 80 bits for 16."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(length))
    return "-".join(letters[n : n + 4] for n in range(0, length, 4))


def typed(code: str) -> str:
    """A code as it is compared: dashes, spaces and capitals do not matter."""
    return re.sub(r"[\s-]", "", code).upper()
