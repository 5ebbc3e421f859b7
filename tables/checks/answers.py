"""What a rule said of one delivery, and what that makes of the delivery.

accepted       no rule failed but those that inform
with remarks   a rule that warns failed
refused        a rule that refuses failed: nothing of it was taken in, and the delivery before stands
held           refused, by rules alone that fire so widely that the office looks at them before the provider hears of them
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from celwacht.tables.checks.catalogue import Rule

PASSED: Final = "passed"
FAILED: Final = "failed"
UNJUDGED: Final = "unjudged"
ANSWER: dict[str, str] = {PASSED: "1", FAILED: "0", UNJUDGED: "NA"}
"""The same in the words of the ESS validation report."""
ROWS: Final = "REGELS"
"""In the place of a rule: the answer of which `lines` are those of all records of the delivery, in the order of the microdata. What is
judged later against lists and other deliveries tells its lines by it. Never in what is read as answers."""
WHY = {
    "geen-geval": {"nl": "geen record waarover de regel gaat", "en": "no record that it is about"},
    "te-weinig": {"nl": "te weinig records", "en": "too few records"},
    "niet-gelezen": {"nl": "het bestand kon niet worden gelezen", "en": "the file could not be read"},
    "eerst-fouten": {"nl": "eerst moeten de fouten in de records hersteld zijn", "en": "errors in the records come first"},
    "niets-te-melden": {"nl": "er was niets te melden", "en": "there was nothing to report"},
    "geen-vorige": {"nl": "geen levering over de periode ervoor", "en": "no delivery of the period before"},
    "geen-lijst": {"nl": "de lijst ontbreekt", "en": "the list is not there"},
    "geen-vervanging": {"nl": "geen eerdere levering om te vervangen", "en": "no earlier delivery to replace"},
    "niet-aangenomen": {"nl": "het bestand is niet in behandeling genomen", "en": "the file was not taken up"},
    "eerst-nagaan": {"nl": "het CBS gaat eerst de regel zelf na", "en": "the office looks at the rule itself first"},
}
"""Why a rule could not be judged."""

Verdict = Literal["accepted", "with remarks", "refused", "held"]


@dataclass(frozen=True)
class Judged:
    """The answer of one rule on one delivery."""

    delivery: str
    rule: str
    outcome: Literal["passed", "failed", "unjudged"]
    judged: int = 0
    """Records (or, for a change, values) that it was about."""
    failed: int = 0
    why: str = ""
    """A key of WHY where it could not be judged."""
    lines: tuple[int, ...] = ()
    """The records that fail, by line of the delivered file: all of them, for rules that warn or refuse."""
    persons: tuple[str, ...] = field(default=(), repr=False)
    """Their pseudonyms, in the same order; empty where the intake judged. Never in anything that leaves."""

    @property
    def share(self) -> float:
        """Part that fails of what was judged."""
        return self.failed / self.judged if self.judged else 0.0


def verdict(rules: Mapping[str, Rule], answers: Iterable[Judged]) -> Verdict:
    """What the answers make of a delivery."""
    fired = {rules[one.rule].severity for one in answers if one.outcome == FAILED and one.rule in rules}
    return "refused" if "error" in fired else "with remarks" if "warning" in fired else "accepted"


def headline(rules: Mapping[str, Rule], answers: Sequence[Judged], language: str = "nl") -> str:
    """`0 problems in 41 rules, 3 not judged: no record that it is about (2), the list is not there (1)`."""
    told = [one for one in answers if one.rule in rules]
    problems = sum(one.outcome == FAILED and rules[one.rule].severity != "information" for one in told)
    why = Counter(one.why for one in told if one.outcome == UNJUDGED)
    because = ", ".join(f"{WHY[key][language]} ({n})" for key, n in sorted(why.items()))
    judged = sum(one.outcome != UNJUDGED for one in told)
    if language == "nl":
        text = (
            f"{problems} regel{'s' * (problems != 1)} met opmerkingen van {judged} beoordeelde regels; {sum(why.values())} niet beoordeeld"
        )
    else:
        text = f"{problems} problem{'s' * (problems != 1)} in {judged} rules; {sum(why.values())} not judged"
    return text + (f": {because}" if because else "")


def floods(rules: Mapping[str, Rule], providers: Iterable[Iterable[Judged]], least: int = 5) -> frozenset[str]:
    """Rules that warn or refuse and fail for more than half of at least `least` providers, or on more than a fifth of all records of those:
    then the rule, a code list or a deadline may be wrong, and the office looks at it before any provider hears of it.

    providers: the answers on what each delivered: on what counts, and on what was refused since.

    Example: a rule that warns for 4 of 6 providers is held; one that warns for 2 of 6, on 1% of the records, is not."""
    seen: dict[str, list[Judged]] = {}
    for answers in providers:
        for code, one in _gravest(answers).items():
            if code in rules and rules[code].severity != "information":
                seen.setdefault(code, []).append(one)

    def flooding(some: list[Judged]) -> bool:
        fired, records = sum(one.outcome == FAILED for one in some), sum(one.judged for one in some)
        rule = rules[some[0].rule]
        by_record = rule.judge == "fails" or (rule.judge == "intake" and rule.level in ("field", "record", "records"))
        wide = by_record and 5 * sum(one.failed for one in some) > records
        return len(some) >= least and fired > 1 and (2 * fired > len(some) or wide)

    return frozenset(code for code, some in seen.items() if flooding(some))


def _gravest(answers: Iterable[Judged]) -> dict[str, Judged]:
    """Rule -> the answer of one provider, where it was judged on any of its deliveries: a failing one before a passing one."""
    found: dict[str, Judged] = {}
    for one in answers:
        if one.outcome == FAILED or (one.outcome == PASSED and one.rule not in found):
            found[one.rule] = one
    return found
