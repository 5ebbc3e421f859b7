"""Every delivery of a record kind and period with the answers of all rules, as kept at intake and as judged against the rest now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from celwacht.tables.checks import stored
from celwacht.tables.checks.against import against, beside
from celwacht.tables.checks.answers import FAILED, UNJUDGED, Judged, Verdict, floods, verdict
from celwacht.tables.checks.catalogue import BY_REGISTER, Rule, rules_for
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.register.accounts import damaged
from celwacht.tables.register.register import ACCEPTED, REFUSED, REPLACED, Entry, Register

FEWEST = 5
"""Providers of whom a median is reported."""


@dataclass(frozen=True)
class Answered:
    """All answers on one record kind and period."""

    record: str
    period: Period
    rules: dict[str, Rule]
    answers: dict[str, tuple[Judged, ...]]
    """Delivery id -> its answers, by code; also of deliveries that were refused or replaced."""
    held: frozenset[str]
    """Rules that fire so widely that the office looks at them first: no provider hears of them yet."""
    present: dict[str, str]
    """Provider -> the delivery that counts."""
    earlier: dict[str, str]
    """Delivery that counts -> the one that it replaced."""

    digests: dict[str, str]
    """Delivery id -> the keyed digest of its file."""
    before_it: dict[str, tuple[Judged, ...]]
    """Delivery that counts -> the answers at intake on the delivery of that provider for the period before."""

    def before(self, delivery: str) -> tuple[Judged, ...]:
        """The answers on the version that a delivery replaced, or else on what the provider delivered for the period before."""
        return self.answers.get(self.earlier.get(delivery, ""), ()) or self.before_it.get(delivery, ())

    def heard_by_provider(self, delivery: str) -> list[Judged]:
        """The answers that the provider hears: not of rules for the office, nor of rules that are held."""
        return [one for one in self.answers.get(delivery, ()) if one.rule not in self.held and self._provider(one.rule)]

    def _provider(self, code: str) -> bool:
        return code in self.rules and self.rules[code].audience == "provider"

    def verdict(self, delivery: str) -> Verdict:
        """What the provider is told that became of the delivery."""
        return verdict(self.rules, self.heard_by_provider(delivery))

    def medians(self) -> dict[str, float]:
        """Rule -> the middle one of the shares that fail, over the deliveries that count and on which it was judged; only where these
        are at least five, or it would tell one provider about another."""
        shares: dict[str, list[float]] = {}
        for delivery in self.present.values():
            for one in self.answers.get(delivery, ()):
                if one.outcome != UNJUDGED:
                    shares.setdefault(one.rule, []).append(one.share)
        return {code: median(some) for code, some in shares.items() if len(some) >= FEWEST}

    def fired(self) -> dict[str, int]:
        """Rule -> number of deliveries that count and break it."""
        found = dict.fromkeys(self.rules, 0)
        for delivery in self.present.values():
            for one in self.answers.get(delivery, ()):
                found[one.rule] = found.get(one.rule, 0) + (one.outcome == FAILED)
        return found


def answered(data: Path, register: Register, record: str, period: Period) -> Answered:
    """The answers on every delivery of a record kind and period. Reads the vault of `data`; writes nothing."""
    rules = {rule.code: rule for rule in rules_for(record, period)}
    mine = [one for one in register.entries if one.record == record and one.periode == period.code]
    present = {one.aanbieder: one.id for one in mine if one.outcome == ACCEPTED}
    replaced: dict[str, tuple[int, str]] = {}
    for one in mine:
        if one.outcome == REPLACED and one.aanbieder in present:
            replaced[one.aanbieder] = max(replaced.get(one.aanbieder, (0, "")), (one.version, one.id))
    found: dict[str, list[Judged]] = {}
    path = data / "vault" / "answers" / record / f"{period.code}.parquet"
    kept = _kept(path, mine)
    for answer in [*kept, *against(beside(data, record, period), record, period, present)]:
        if answer.rule in rules:
            found.setdefault(answer.delivery, []).append(answer)
    _by_register(rules, present, {present[provider] for provider in replaced}, found)
    _twins(rules, register, mine, found)
    flooding = floods(rules, [one for delivery in present.values() for one in found.get(delivery, ())])
    told = {delivery: tuple(sorted(some, key=lambda one: one.rule)) for delivery, some in found.items()}
    earlier = {present[who]: which for who, (_, which) in replaced.items()}
    digests = {one.id: one.digest for one in mine}
    return Answered(record, period, rules, told, flooding, present, earlier, digests, _before(data, register, record, period, present))


def _before(data: Path, register: Register, record: str, period: Period, present: dict[str, str]) -> dict[str, tuple[Judged, ...]]:
    """Delivery that counts -> the answers at intake on the delivery for the period before."""
    code = period.before.code
    counted = {one.id: one.aanbieder for one in register.entries if (one.record, one.periode, one.outcome) == (record, code, ACCEPTED)}
    found: dict[str, list[Judged]] = {}
    for one in stored.read(data / "vault" / "answers" / record / f"{code}.parquet"):
        if (who := counted.get(one.delivery, "")) in present:
            found.setdefault(present[who], []).append(one)
    return {delivery: tuple(some) for delivery, some in found.items()}


def _kept(path: Path, entries: Sequence[Entry]) -> list[Judged]:
    """The answers that the intake kept. ProblemsFound where there are fewer failures than the register tells of remarks, or the file
    cannot be read: providers would hear that all is well."""
    shown = "/".join(("vault", *path.parts[-3:]))
    try:
        kept = stored.read(path)
    except stored.Unreadable:
        raise ProblemsFound([damaged(shown, "expected the answers of the rules as the intake writes them; they cannot be read.")]) from None
    failed = Counter(one.delivery for one in kept if one.outcome == FAILED)
    short = [one for one in entries if one.outcome == ACCEPTED and not one.records_dropped and failed[one.id] < one.remarks]
    if short:
        raise ProblemsFound(
            [damaged(shown, f"expected the remarks that the register tells of; those on {len(short)} deliveries are not there.")]
        )
    return kept


def _by_register(rules: dict[str, Rule], present: dict[str, str], replacing: set[str], found: dict[str, list[Judged]]) -> None:
    """The rules of which the register has the answer: what counts has passed that on redeliveries, or replaced nothing; and that on files
    that count already under another name (a delivery of which the bytes do, with the office's word, is accepted)."""
    for rule in rules.values():
        if rule.intake in BY_REGISTER:
            for delivery in present.values():
                passed = Judged(delivery, rule.code, "passed", 1)
                none = Judged(delivery, rule.code, UNJUDGED, why="geen-vervanging")
                fits = rule.intake != "herlevering" or delivery in replacing
                found.setdefault(delivery, []).append(passed if fits else none)


def _twins(rules: dict[str, Rule], register: Register, mine: Sequence[Entry], found: dict[str, list[Judged]]) -> None:
    """Of deliveries that were refused because the same file was delivered under another name: the answer that says so."""
    names: dict[str, set[tuple[str, str, str]]] = {}
    for one in register.entries:
        names.setdefault(one.digest, set()).add(one.slot)
    codes = [rule.code for rule in rules.values() if rule.intake == "zelfde-bestand"]
    for one in mine:
        if one.outcome == REFUSED and one.rows and len(names[one.digest]) > 1:
            found.setdefault(one.id, []).extend(Judged(one.id, code, FAILED, 1, 1) for code in codes)
