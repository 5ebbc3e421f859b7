"""The list of providers in the data folder: their parent organisations, and which asked for protection.

    DATA/providers/providers.csv    aanbieder;holding;asks     (as tables/sources/office_list.py reads it)
    00000012;Zorggroep Noord;
    00000099;;yes

`aanbieder` is the code under which records are delivered; `holding` any name that providers of one organisation share,
and empty for those that stand alone; `asks` yes for a provider that asked for protection (rules: request).
Confidential.
"""

from __future__ import annotations

from pathlib import Path

from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.policy.providers import Providers
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.sources.office_list import read_list

FILE = "providers/providers.csv"
COLUMNS = ("aanbieder", "holding", "asks")
YES = {"yes": True, "ja": True, "no": False, "nee": False, "": False}


def providers_of(data: Path, policy: DisclosurePolicy) -> Providers:
    """What the data folder says of providers, if the policy asks for it; ProblemsFound where it is missing or wrong."""
    requests = policy.rules is not None and bool(policy.rules.request)
    if not policy.holdings and not requests:
        return Providers()
    try:
        return read_providers(data / FILE, FILE)
    except FileNotFoundError:
        what = "holdings: true" if policy.holdings else "a request rule"
        raise ProblemsFound(
            [
                Problem(
                    FILE,
                    0,
                    0,
                    "no-providers",
                    f"policy {policy.id} has {what}, which takes this "
                    f"file; put it in the data folder, with columns {', '.join(COLUMNS)}, or leave "
                    "the rule out.",
                )
            ]
        ) from None


def read_providers(path: Path, name: str) -> Providers:
    """The list; ProblemsFound with all that is wrong with it, by line, and no provider named. OSError where it cannot be read."""
    listed = read_list(path, COLUMNS[0])
    if listed is None:
        raise ProblemsFound([Problem(name, 1, 0, "no-column", "column aanbieder is missing. Name it in the first line.")])
    problems = [
        Problem(name, 1, 0, "unknown-column", f"there is no column '{c[:40]}'.{nearest(c[:40], COLUMNS)}")
        for c in listed[0]
        if c not in COLUMNS
    ]
    said: dict[str, tuple[str, bool]] = {}
    for line, row in listed[1] if not problems else ():
        who = row.get("aanbieder", "")
        asks = YES.get(row.get("asks", "").lower())
        words = (row.get("holding", ""), asks)
        if "" in row or not who or asks is None:
            problems.append(Problem(name, line, 0, "provider", "expected a provider's code, a holding or nothing, and yes or no."))
        elif said.setdefault(who, words) != words:
            problems.append(Problem(name, line, 0, "conflict", "this provider stands above with other words; keep one line."))
    if problems:
        raise ProblemsFound(problems)
    return Providers({w: h for w, (h, _) in said.items() if h}, frozenset(w for w, (_, a) in said.items() if a))
