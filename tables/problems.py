"""A problem in a file that somebody gave us, told so that it can be repaired without asking.

Every reader collects all problems of a run and returns or raises them together. A problem never holds a
personal or sensitive value: the reader masks before it makes one.
"""

from __future__ import annotations

from collections import Counter
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


class Noted(list[Problem]):
    """Problems of one file as they are found: the first `most` of them, and of the others only how many there are, so that a file
    that is wrong everywhere costs no more than one that is wrong somewhere."""

    def __init__(self, most: int = 10 * MOST_SHOWN):
        super().__init__()
        self.most, self.more = most, 0

    @property
    def room(self) -> bool:
        """Whether one more would be listed."""
        return len(self) < self.most

    def note(self, problem: Callable[[], Problem]) -> None:
        """One more; `problem` is called only where it is listed."""
        if self.room:
            self.append(problem())
        else:
            self.more += 1

    def found(self) -> ProblemsFound:
        """To be raised; the last problem says how many more there are."""
        if not self.more:
            return ProblemsFound(self)
        last = self[-1]
        return ProblemsFound([*self, Problem(last.file, last.line, 0, last.rule, f"and {self.more:,} more problems from here on")])


def repeated(names: Sequence[Result]) -> list[Result]:
    """The names that occur more than once, each once, in their order."""
    times = Counter(names)
    return [name for name in times if times[name] > 1]


MOST_OF_A_RULE = 10 * MOST_SHOWN


def lines_of(problems: Iterable[Problem]) -> list[str]:
    """The problems as a reader sees them: of one rule at most MOST_SHOWN in a file and MOST_OF_A_RULE in all, and how many more there
    are. However much is wrong, that is a bounded number of lines, and every rule that is broken is among them."""
    lines, in_file, of_rule, left = [], Counter[tuple[str, str]](), Counter[str](), Counter[str]()
    for problem in problems:
        if in_file[problem.file, problem.rule] < MOST_SHOWN + 1 and of_rule[problem.rule] < MOST_OF_A_RULE:
            in_file[problem.file, problem.rule] += 1  # one more than MOST_SHOWN: readers that count tell there how many are left
            of_rule[problem.rule] += 1
            lines.append(str(problem))
        else:
            left[problem.rule] += 1
    return lines + [f"... and {n:,} more problems [{rule}]" for rule, n in sorted(left.items())]


def some_of(texts: Sequence[str], most: int = 2 * MOST_SHOWN) -> list[str]:
    """The first of these lines, and how many more there are."""
    return [*texts[:most], *([f"... and {len(texts) - most:,} more."] if len(texts) > most else [])]


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


MOST_COMPARED = 1_000


def _alike(one: str, other: str) -> int:
    """With how many equal characters two names begin."""
    return next((n for n, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))


def nearest(name: str, valid: Iterable[str]) -> str:
    """The remedy for a misspelt name: ` Did you mean 'x'?`, or the valid names if none is near."""
    names = sorted(set(valid))
    if len(names) > MOST_COMPARED:  # a list of a register: only what begins most alike is compared, and nothing is listed
        names = sorted(names, key=lambda n: -_alike(n, name))[:MOST_COMPARED]
        close = get_close_matches(name, names, n=1, cutoff=0.6)
        return f" Did you mean '{close[0]}'?" if close else ""
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f" Did you mean '{close[0]}'?"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f" Valid: {shown}." if names else ""
