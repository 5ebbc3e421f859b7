"""Sensitivity rules as people type them: `p%:10`, `dominance:2,85`, `request:p%:30`. The law is the table FORMS.

Example:

    >>> [rule.name for rule in rules_of_text(['p%:10', 'dominance:1,75'])]
    ['p%', 'dominance']
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from celwacht.disclosure.rules.concentration import Dominance, PPercent, PriorPosterior, Request
from celwacht.disclosure.rules.counting import MinimumContributors, MinimumFrequency, ZeroTotals
from celwacht.disclosure.rules.rule import Rule
from celwacht.tables.problems import Problem, ProblemsFound, nearest

FORMS: dict[str, tuple[str, int, int, Callable[..., Rule]]] = {
    "frequency": ("frequency:N[,WIDTH]", 1, 2, lambda place, n, w="1": MinimumFrequency(int(n), int(w), place=place)),
    "contributors": ("contributors:N[,WIDTH]", 1, 2, lambda place, n, w="1": MinimumContributors(int(n), int(w), place=place)),
    "dominance": ("dominance:N,K", 2, 2, lambda place, n, k: Dominance(int(n), k, place)),
    "p%": ("p%:P[,COALITION]", 1, 2, lambda place, p, c="1": PPercent(p, int(c), place)),
    "pq": ("pq:P,Q[,COALITION]", 2, 3, lambda place, p, q, c="1": PriorPosterior(p, q, int(c), place)),
    "zero": ("zero[:REACH]", 0, 1, lambda place, reach="1": ZeroTotals(int(reach), place)),
}
"""name: (form for messages, least and most numbers, how it is made)."""
ON_REQUEST = ("p%", "dominance", "contributors")


def rules_of_text(texts: Sequence[str], place: str = "--rule") -> tuple[Rule, ...]:
    """The rules, in order; ProblemsFound with everything that is wrong with any of them."""
    rules, problems = [], []
    for text in texts:
        try:
            rules.append(_rule(text.strip(), f"{place} {text.strip()}"))
        except ValueError as error:
            problems.append(Problem(place, 0, 0, "rule", f"'{text[:60]}': {error}"))
    if problems:
        raise ProblemsFound(problems)
    return tuple(rules)


def _rule(text: str, place: str) -> Rule:
    name, _, numbers = text.partition(":")
    if name == "request":
        inner, _, _ = numbers.partition(":")
        if inner not in ON_REQUEST:
            raise ValueError(f"a request goes with {', '.join(ON_REQUEST)}, as in request:p%:30")
        return Request(_rule(numbers, place), place)
    if name not in FORMS:
        raise ValueError(f"there is no rule '{name[:20]}'.{nearest(name[:20], [*FORMS, 'request'])}")
    form, least, most, make = FORMS[name]
    given = [n.strip() for n in numbers.split(",")] if numbers else []
    if not least <= len(given) <= most:
        raise ValueError(f"the rule is written {form}")
    try:
        [float(n) for n in given]
        return make(place, *given)
    except ValueError as error:
        message = str(error).removeprefix(f"{place}: ")
        bad = "could not convert" in message or "invalid literal" in message
        raise ValueError(f"the rule is written {form}, with numbers such as 3 or 12.5" if bad else message) from None
