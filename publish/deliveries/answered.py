"""Every delivery of a record kind and period with the answers of all rules, as kept at intake and as judged against the rest now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from celwacht.publish.deliveries.released import read_released
from celwacht.tables.checks import stored
from celwacht.tables.checks.against import against, beside
from celwacht.tables.checks.answers import FAILED, UNJUDGED, Judged, Verdict, floods, verdict
from celwacht.tables.checks.catalogue import BY_REGISTER, Rule, rules_for
from celwacht.tables.intake.check_delivery import TOO_LARGE, UNOPENED
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.register.accounts import damaged
from celwacht.tables.register.register import ACCEPTED, REFUSED, REPLACED, Entry, Register

TWICE = "versie-dubbel"
"""How the intake names the rule that refuses another file of a version that it took in."""
UNREAD = ("periode-gesloten", TWICE, "versie-sprong", TOO_LARGE, *UNOPENED)
"""Rules by which a file is refused before anything in it is looked at."""
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
    """Rules that fire so widely that the office looks at them first, and that it did not release: no provider hears of them yet."""
    present: dict[str, str]
    """Provider -> the delivery that counts."""
    earlier: dict[str, str]
    """Delivery that counts -> the one that it replaced."""

    digests: dict[str, str]
    """Delivery id -> the keyed digest of its file."""
    before_it: dict[str, tuple[Judged, ...]]
    """Delivery that counts -> the answers at intake on the delivery of that provider for the period before."""
    refused: dict[str, Entry]
    """Provider -> the newest file that was refused, where nothing that counts came after it. Its answers stand under `offered_as`."""
    released: frozenset[str] = frozenset()
    """Rules that fire so widely, and that the office looked at and released."""

    def before(self, delivery: str) -> tuple[Judged, ...]:
        """The answers on the version that a delivery replaced, or else on what the provider delivered for the period before."""
        return self.answers.get(self.earlier.get(delivery, ""), ()) or self.before_it.get(delivery, ())

    def heard_by_provider(self, delivery: str) -> list[Judged]:
        """The answers that the provider hears: not of rules for the office; of rules that are held only that the office looks at them,
        whatever they found."""
        mine = [one for one in self.answers.get(delivery, ()) if self._provider(one.rule)]
        waits = self.waits(delivery)  # then "errors come first" would tell of what is held

        def kept_back(one: Judged) -> bool:
            return one.rule in self.held or (waits and one.why == "eerst-fouten")

        return [Judged(delivery, one.rule, UNJUDGED, why="eerst-nagaan") if kept_back(one) else one for one in mine]

    def waits(self, delivery: str) -> bool:
        """Whether the provider of a refused delivery waits for the office, which looks at a rule that refuses."""
        return any(
            one.outcome == FAILED and one.rule in self.held and self.rules[one.rule].severity == "error"
            for one in self.answers.get(delivery, ())
        )

    def _provider(self, code: str) -> bool:
        return code in self.rules and self.rules[code].audience == "provider"

    def verdict(self, delivery: str) -> Verdict:
        """What the provider is told that became of the delivery: as the register has it, but `held` where it was refused and its only errors
        are by rules that the office looks at first. What counts stays accepted, with remarks, when a rule that refuses comes later."""
        found = verdict(self.rules, self.heard_by_provider(delivery))
        if delivery in self.present.values():
            return "with remarks" if found == "refused" else found
        return "held" if found != "refused" and self.waits(delivery) else "refused"

    def medians(self) -> dict[str, float]:
        """Rule -> the middle one of the shares that fail, over the deliveries that count and on which it was judged; only where these
        are at least five, or it would tell one provider about another."""
        shares: dict[str, list[float]] = {}
        for delivery in self.present.values():
            for one in self.answers.get(delivery, ()):
                if one.outcome != UNJUDGED:
                    shares.setdefault(one.rule, []).append(one.share)
        return {code: median(some) for code, some in shares.items() if len(some) >= FEWEST}

    def by_provider(self) -> list[tuple[Judged, ...]]:
        """Of each provider the answers on what counts, and on what was refused since."""
        return _by_provider(self.answers, self.present, self.refused)

    def fired(self) -> dict[str, int]:
        """Rule -> number of providers who break it, with what counts or with what was refused since."""
        found = dict.fromkeys(self.rules, 0)
        for answers in self.by_provider():
            for code in {one.rule for one in answers if one.outcome == FAILED}:
                found[code] = found.get(code, 0) + 1
        return found


def _by_provider(
    answers: Mapping[str, tuple[Judged, ...]], present: Mapping[str, str], refused: Mapping[str, Entry]
) -> list[tuple[Judged, ...]]:
    last = {who: offered_as(one, present) for who, one in refused.items()}
    return [(*answers.get(present.get(who, ""), ()), *answers.get(last.get(who, ""), ())) for who in sorted({*present, *last})]


def offered_as(entry: Entry, present: Mapping[str, str]) -> str:
    """Under which name the answers on a refused file stand: its delivery id, unless another file of that very version counts."""
    return f"{entry.id} (een ander bestand)" if entry.id == present.get(entry.aanbieder) else entry.id


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
    _refusals(rules, [one for one in mine if one.outcome == REFUSED], present, found)
    told = {delivery: tuple(sorted(some, key=lambda one: one.rule)) for delivery, some in found.items()}
    since = _refused_since(mine)
    earlier = {present[who]: which for who, (_, which) in replaced.items()}
    earlier |= {offered_as(one, present): present[who] for who, one in since.items() if who in present}
    digests = {one.id: one.digest for one in sorted(mine, key=lambda one: one.outcome == ACCEPTED)}
    before = _before(data, register, record, period, present)
    wide = floods(rules, _by_provider(told, present, since))
    word = frozenset(code for kind, when, code in read_released(data) if (kind, when) == (record, period.code))
    return Answered(record, period, rules, told, wide - word, present, earlier, digests, before, since, wide & word)


def _refused_since(mine: Sequence[Entry]) -> dict[str, Entry]:
    """Provider -> the newest refused file that is of a higher version than what counts, or another file of that version that came later."""
    counted = {one.aanbieder: one for one in mine if one.outcome == ACCEPTED}

    def since(one: Entry) -> bool:
        there = counted.get(one.aanbieder)
        again = there is not None and one.id == there.id and one.refusal in (TWICE, TOO_LARGE) and one.when >= there.when
        return there is None or one.version > there.version or again

    refused = sorted((one for one in mine if one.outcome == REFUSED), key=lambda one: (one.version, one.when))
    return {one.aanbieder: one for one in refused if since(one)}


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


def _refusals(rules: dict[str, Rule], refused: Sequence[Entry], present: Mapping[str, str], found: dict[str, list[Judged]]) -> None:
    """Of what was refused by its name, its day, or beside the register: the answer that says so, which no judging of records gave; and of
    what was not read at all that no rule was judged."""
    by_word = {rule.intake: rule.code for rule in rules.values() if rule.intake}
    for one in refused:
        code, name = by_word.get(one.refusal, ""), offered_as(one, present)
        why = "niet-aangenomen" if code else "niet-gelezen"
        told = (
            [] if one.refusal in UNREAD else found.get(name, [])
        )  # what an earlier run found in it, under other rules, is no answer to it now
        found[name] = told = told or [Judged(name, other, UNJUDGED, why=why) for other in rules]
        if code and not any(other.rule == code and other.outcome == FAILED for other in told):
            found[name] = [*(other for other in told if other.rule != code), Judged(name, code, FAILED, 1, 1)]
