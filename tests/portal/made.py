"""A portal in a temporary folder with a clock that stands still until it is moved, and people who come in."""

import base64
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from celwacht.publish.portal.accounts import accounts, entering, one_time
from celwacht.publish.portal.accounts.entering import Entered, Visitor
from celwacht.publish.portal.keeping.portal_folder import Portal, make_portal

SENTENCE = "trein groen kaas molen"
NOON = 1_785_585_600  # 2026-08-01 12:00 UTC: 2026HJ01 and 2025HJ02 are open
STRANGER = Visitor("192.0.2.7")


@dataclass
class Clock:
    """Seconds since 1970."""

    at: float = NOON

    def __call__(self) -> float:
        return self.at


@dataclass
class Office:
    """A portal, its keys and its clock."""

    folder: Path
    portal: Portal = field(init=False)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        made = make_portal(self.folder / "portal", self.folder / "portal.key", self.folder / "office.key")
        self.portal = replace(made, clock=self.clock, cost=4)

    def enrol(self, party: str = "40000001", mail: str = "zorg@example.nl") -> tuple[bytes, Entered]:
        """An account with its seed; the clock stands one step later, so that the next code is a new one."""
        code = accounts.invite(self.portal, party, mail)
        token = entering.accept(self.portal, mail, code, STRANGER)
        seed = entering.choose(self.portal, token, SENTENCE)
        entered = entering.confirm(self.portal, token, self.code(seed), STRANGER)
        assert isinstance(seed, bytes) and entered is not None
        self.clock.at += one_time.STEP
        return seed, entered

    def code(self, seed: bytes, steps: int = 0) -> str:
        return one_time.code_at(seed, int(self.clock.at) // one_time.STEP + steps)


def seed_on(page: str) -> bytes:
    """The seed that an enrolment page shows in letters."""
    return base64.b32decode(re.search(r'class="letters">(\w+)<', page)[1])
