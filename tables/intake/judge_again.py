"""The rules judged again on what counts, after a rule was mended: the answers of the intake are those of the rules of that day.

    celwacht intake DATA --judge-again      then, as ever, the files that were refused are looked at again

Only what is judged on records is judged again: whatever the intake itself asks, a delivery that counts has passed. A delivery that breaks a
rule that refuses now still counts, and the office is told: it is the provider that can mend it. Records, register and answers change in one step.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from celwacht.tables.checks import stored
from celwacht.tables.checks.answers import FAILED, PASSED, ROWS, UNJUDGED, Judged
from celwacht.tables.checks.catalogue import BY_REGISTER, Rule, rules_for
from celwacht.tables.checks.fields import kind_of
from celwacht.tables.checks.scan import Scan, judge
from celwacht.tables.intake.judging import BY_OTHERS
from celwacht.tables.intake.vault.key import Key
from celwacht.tables.intake.vault.pieces import records_of
from celwacht.tables.intake.vault.vault import open_vault
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.register.accounts import differences
from celwacht.tables.register.register import ACCEPTED, Entry


@dataclass(frozen=True)
class JudgedAgain:
    """What came of it."""

    deliveries: int
    changed: tuple[str, ...]
    """Ids of those on which an answer is another than before."""
    refusing: tuple[str, ...]
    """Ids of those that count and break a rule that refuses now."""


def judge_again(data: Path, key: Key) -> JudgedAgain:
    """Judges all rules on records again, on every delivery that counts and of which the records are kept. ProblemsFound where the vault is
    not in order, or belongs to another key."""
    with open_vault(data) as vault:
        register, current = vault.register(), vault.current
        if register.keys - {key.id}:
            raise ProblemsFound(
                [Problem("vault/register.jsonl", 0, 0, "sleutel", "the deliveries were taken in with another key. Name that with --key.")]
            )
        counting = [one for one in register.entries if one.outcome == ACCEPTED and not one.records_dropped and one.record in kind_of()]
        if current is None or not counting:
            return JudgedAgain(0, (), ())
        if problems := differences(current / "microdata", register):
            raise ProblemsFound(problems)
        found: dict[str, list[Judged]] = defaultdict(list)
        folder = vault.begin()
        try:
            changed = []
            for record, code in sorted({one.slot[:2] for one in counting}):
                mine = {one.id: one for one in counting if one.slot[:2] == (record, code)}
                name = f"{record}/{code}.parquet"
                answers = current / "answers" / name
                before = stored.read(answers, rows=True)
                after = _after(current / "microdata" / name, answers, record, Period.parse(code), mine, before, vault.states)
                for answer in after:
                    found[answer.delivery].append(answer)
                if sorted(after, key=_place) != sorted(before, key=_place):
                    (folder / "answers" / record).mkdir(mode=0o700, exist_ok=True)
                    stored.write(folder / "parts" / "again", after)
                    stored.merge(folder / "answers" / name, [folder / "parts" / "again"], None)
                    changed += _differ(before, after)
            if changed:
                vault.commit(folder, register.with_entries(_remarked(one, found[one.id]) for one in counting), set())
        finally:
            vault.abandon(folder)
    return JudgedAgain(len(counting), tuple(sorted(set(changed))), tuple(one.id for one in counting if _fired(one, found[one.id], "error")))


def _place(one: Judged) -> tuple[str, str]:
    return one.delivery, one.rule


def _differ(before: Sequence[Judged], after: Sequence[Judged]) -> list[str]:
    """Deliveries whose answers are not the same."""
    return [one.delivery for one in {*before} ^ {*after}]


def _after(
    path: Path, answers: Path, record: str, period: Period, mine: Mapping[str, Entry], before: Sequence[Judged], states: Path
) -> list[Judged]:
    """All answers of a record kind and period: those on the deliveries that count new where the records tell, the others as they were."""
    rules = rules_for(record, period)
    scanned: dict[tuple[str, str], Judged] = {}
    if path.is_file():
        with records_of(path, states) as connection:
            connection.execute(f"CREATE OR REPLACE TEMP VIEW records AS {stored.with_lines(connection, path, answers)}")
            scanned = {_place(one): one for one in judge(connection, rules, Scan(record, period))}
    by_intake = {rule.code for rule in rules if rule.intake}
    kept = [one for one in before if one.delivery not in mine or one.rule == ROWS or one.rule in by_intake]
    there = {_place(one) for one in kept}
    for delivery, entry in mine.items():
        for rule in rules:
            if (delivery, rule.code) not in there and rule.intake not in BY_REGISTER and (rule.intake or rule.level not in BY_OTHERS):
                kept.append(scanned.get((delivery, rule.code)) or _unscanned(rule, entry))
    return kept


def _unscanned(rule: Rule, entry: Entry) -> Judged:
    """The answer of a rule of which the records do not tell. One of the intake is newer than the delivery, which was read and so has passed."""
    if rule.intake and (entry.rows or rule.level == "file"):
        return Judged(entry.id, rule.code, PASSED, 1 if rule.level == "file" else entry.rows)
    return Judged(entry.id, rule.code, UNJUDGED, why="geen-geval" if entry.rows else "niets-te-melden")


def _fired(entry: Entry, answers: Sequence[Judged], severity: str) -> int:
    rules = {rule.code: rule for rule in rules_for(entry.record, Period.parse(entry.periode))}
    return sum(one.outcome == FAILED and one.rule in rules and rules[one.rule].severity == severity for one in answers)


def _remarked(entry: Entry, answers: Sequence[Judged]) -> Entry:
    return replace(entry, remarks=_fired(entry, answers, "warning"))
