"""The list of providers in the data folder: their parent organisations, and which asked for protection.

    DATA/providers/providers.csv    aanbieder;holding;asks     (comma or semicolon, UTF-8)
    00000012;Zorggroep Noord;
    00000099;;yes

`aanbieder` is the code under which records are delivered; `holding` any name that providers of one organisation share,
and empty for those that stand alone; `asks` yes for a provider that asked for protection (rules: request).
Confidential.
"""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.policy.providers import Providers
from celwacht.tables.problems import Problem, ProblemsFound, nearest

FILE = "providers/providers.csv"
COLUMNS = ("aanbieder", "holding", "asks")
YES = {"yes": True, "ja": True, "no": False, "nee": False, "": False}


def providers_of(data: Path, policy: DisclosurePolicy) -> Providers:
    """What the data folder says of providers, if the policy asks for it; ProblemsFound where it is missing or wrong."""
    requests = policy.rules is not None and bool(policy.rules.request)
    if not policy.holdings and not requests:
        return Providers()
    try:
        text = (data / FILE).read_text(encoding="utf-8-sig")
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
    except UnicodeDecodeError:
        raise ProblemsFound([Problem(FILE, 0, 0, "encoding", "the file is not UTF-8; save it as CSV UTF-8.")]) from None
    return read_providers(text, FILE)


def read_providers(text: str, name: str) -> Providers:
    """The list in `text`; ProblemsFound with all that is wrong with it, by line, and no provider named."""
    rows = csv.DictReader(StringIO(text), delimiter=";" if ";" in text.split("\n", 1)[0] else ",", restkey="")
    found = [c.strip() for c in rows.fieldnames or []]
    rows.fieldnames = found
    problems = [
        Problem(name, 1, 0, "unknown-column", f"there is no column '{c[:40]}'.{nearest(c[:40], COLUMNS)}")
        for c in found
        if c not in COLUMNS
    ]
    if "aanbieder" not in found:
        problems.append(Problem(name, 1, 0, "no-column", "column aanbieder is missing."))
    said: dict[str, tuple[str, bool]] = {}
    for row in rows if not problems else ():
        who = (row["aanbieder"] or "").strip()
        asks = YES.get((row.get("asks") or "").strip().lower())
        words = ((row.get("holding") or "").strip(), asks)
        if "" in row or not who or asks is None:
            problems.append(Problem(name, rows.line_num, 0, "provider", "expected a provider's code, a holding or nothing, and yes or no."))
        elif said.setdefault(who, words) != words:
            problems.append(Problem(name, rows.line_num, 0, "conflict", "this provider stands above with other words; keep one line."))
    if problems:
        raise ProblemsFound(problems)
    return Providers({w: h for w, (h, _) in said.items() if h}, frozenset(w for w, (_, a) in said.items() if a))
