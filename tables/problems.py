"""A problem in a file that somebody gave us, told so that it can be repaired without asking.

Every reader collects all problems of a run and returns or raises them together. A problem never holds a
personal or sensitive value: the reader masks before it makes one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem: where it is, which rule it breaks, what was expected and what was found.

    `line` and `column` count from 1; 0 means that the place has none (a whole file).
    """

    file: str
    line: int
    column: int
    rule: str
    """Short stable name of the broken rule, such as `unknown-key` or `datum-ongeldig`."""
    message: str
    """Culprit, reason and remedy, in one or two sentences."""

    def __str__(self) -> str:
        place = self.file + (f":{self.line}" if self.line else "") + (f":{self.column}" if self.column else "")
        return f"{place}: {self.message} [{self.rule}]"


class ProblemsFound(ValueError):
    """Raised at the end of a run that met problems; carries all of them, sorted by place."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self):
        return ProblemsFound, (self.problems,)  # so that it comes whole out of a worker process


def option_problem(name: str, message: str) -> Problem:
    """A complaint about an option of the command line, which has no line in a file."""
    return Problem(name, 0, 0, "option", message)


MOST_SHOWN = 20
"""Problems of one kind that are reported one by one."""


def report_first(
    wrong: list[Problem], bad: Sequence[int], one: Callable[[int], Problem], rest: Callable[[int, str], Problem], most: int = MOST_SHOWN
) -> None:
    """Adds `one(i)` for the first `most` of `bad`; for all others together `rest(the last of them, how many more)`."""
    wrong.extend(one(int(i)) for i in bad[:most])
    if len(bad) > most:
        wrong.append(rest(int(bad[-1]), f"{len(bad) - most:,}"))


def kept(wrong: list[Problem], work: Callable[..., Result], *given: object) -> Result | None:
    """The result of some work, or None with its problems added to `wrong`: all problems are reported in one run."""
    try:
        return work(*given)
    except ProblemsFound as found:
        wrong.extend(found.problems)
        return None


def about(number: int, what: str) -> str:
    """How many, as a message may say it: no exact number, and none below FEW."""
    return f"fewer than {FEW} {what}" if number < FEW else f"some {number // 10 * 10:,} {what}"


FEW = 20
"""A message never tells more than that a number is smaller than this."""


def nearest(name: str, valid: Iterable[str]) -> str:
    """The remedy for a misspelt name: ` Did you mean 'x'?`, or the valid names if none is near."""
    names = sorted(set(valid))
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f" Did you mean '{close[0]}'?"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f" Valid: {shown}." if names else ""
