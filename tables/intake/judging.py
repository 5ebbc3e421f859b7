"""The catalogue of rules on what was just read: the answers of the intake's own rules, and one scan for all the others.

A delivery that breaks a rule of the catalogue that refuses is refused whole, as if the intake had found it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from celwacht.tables.checks.answers import FAILED, PASSED, ROWS, UNJUDGED, Judged
from celwacht.tables.checks.catalogue import BY_REGISTER, Rule, rules_for
from celwacht.tables.checks.scan import Scan, judge
from celwacht.tables.checks.stored import write
from celwacht.tables.intake.check_delivery import Checked
from celwacht.tables.intake.delivered.findings import LISTED
from celwacht.tables.intake.vault.pieces import lines_of, records_of, without
from celwacht.tables.problems import Problem

ANSWERS = ".answers"
"""Ending of the file of answers beside a piece of microdata."""
BY_OTHERS = ("last_delivery", "references")
"""Levels that are judged against what else there is, when it is asked (tables/answers), but for what the intake itself judges."""


@dataclass(frozen=True)
class Verdict:
    """What became of one delivery: its problems, of the intake and of rules that refuse; and how many rules warn."""

    problems: tuple[Problem, ...] = field(repr=False)
    remarks: int


def judge_chunk(checked: Sequence[Checked], piece: Path | None, answers: Path, states: Path) -> list[Verdict]:
    """Judges deliveries of one record kind and period, of which the accepted records are in `piece`, and writes all answers to
    `answers`. What a rule refuses is taken out of the piece again."""
    first = checked[0].delivery
    rules = rules_for(first.record, first.period)
    scanned: dict[str, list[Judged]] = defaultdict(list)
    rows: list[Judged] = []
    if piece is not None:
        with records_of(piece, states) as connection:
            for one in judge(connection, rules, Scan(first.record, first.period)):
                scanned[one.delivery].append(one)
            rows = [Judged(name, ROWS, PASSED, len(lines), 0, "", lines) for name, lines in lines_of(connection, first.record).items()]
    told = {one.delivery.id: [*_of_intake(rules, one), *(scanned[one.delivery.id] or _unscanned(rules, one))] for one in checked}
    by_code = {rule.code: rule for rule in rules}
    verdicts = [_verdict(one, told[one.delivery.id], by_code) for one in checked]
    refused = [one.delivery.id for one, verdict in zip(checked, verdicts) if verdict.problems and not one.problems]
    if refused and piece is not None:
        without(piece, refused, states)
    stored = {one.delivery.id for one, verdict in zip(checked, verdicts) if not verdict.problems}
    kept = [one if name in stored else replace(one, persons=()) for name, some in told.items() for one in some]
    write(answers, [*kept, *(one for one in rows if one.delivery in stored)])
    return verdicts


def _of_intake(rules: Iterable[Rule], checked: Checked) -> list[Judged]:
    """The answers of the rules that the intake judges by itself, from what it found."""
    found, name = [], checked.delivery.id
    for rule in rules:
        if rule.intake is None or rule.intake in BY_REGISTER:  # judged when all are read
            continue
        lines = checked.broken.get(rule.intake, ())
        if lines:
            places = tuple(sorted({line for line in lines if line}))
            found.append(Judged(name, rule.code, FAILED, checked.rows or 1, max(len(places), 1), "", places))
        elif rule.level == "file":
            found.append(Judged(name, rule.code, PASSED, 1))
        elif not checked.rows:
            found.append(Judged(name, rule.code, UNJUDGED, why="niet-gelezen" if checked.problems else "niets-te-melden"))
        else:
            found.append(Judged(name, rule.code, PASSED, checked.rows))
    return found


def _unscanned(rules: Iterable[Rule], checked: Checked) -> list[Judged]:
    """Why the rules on records could not be judged on this delivery."""
    why = "niets-te-melden" if not checked.problems else "eerst-fouten" if checked.rows else "niet-gelezen"
    return [
        Judged(checked.delivery.id, rule.code, UNJUDGED, why=why) for rule in rules if rule.intake is None and rule.level not in BY_OTHERS
    ]


def _verdict(checked: Checked, answers: Sequence[Judged], rules: Mapping[str, Rule]) -> Verdict:
    fired = [(rules[one.rule], one) for one in answers if one.outcome == FAILED and rules[one.rule].intake is None]
    problems = list(checked.problems)
    for rule, one in fired:
        if rule.severity == "error":
            problems += _problems(checked.delivery.shown, rule, one)
    return Verdict(tuple(sorted(problems)), sum(rule.severity == "warning" for rule, _ in fired))


def _problems(file: str, rule: Rule, one: Judged) -> list[Problem]:
    """A rule that refuses, at the lines that break it: at most 20, and how many there are. Nothing of the records is repeated."""
    text = f"{rule.text.en or rule.text.nl} {rule.remedy.en or rule.remedy.nl}"
    found = [Problem(file, line, 0, _named(rule.code), text) for line in one.lines[:LISTED] or (0,)]
    if len(one.lines) > LISTED:
        more = f"{len(one.lines):,} records in all break this rule; the first {LISTED} are listed."
        found.append(Problem(file, 0, 0, _named(rule.code), more))
    return found


def _named(code: str) -> str:
    """How a message names a rule of the catalogue: `regel-h102`."""
    return f"regel-{code.lower()}"
