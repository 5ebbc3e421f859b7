"""What the office reads after an intake, and of rules that fire widely: lines of text, for the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from celwacht.publish.deliveries import released
from celwacht.publish.deliveries.answered import Answered
from celwacht.publish.deliveries.write import books_of
from celwacht.tables.intake.intake_report import IntakeReport
from celwacht.tables.intake.judge_again import JudgedAgain
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.register.accounts import register_there
from celwacht.tables.register.register import Register
from celwacht.tables.sources.data_source import reminder


def told_after(data: Path, report: IntakeReport, judged: JudgedAgain | None) -> Iterator[str]:
    """What was taken in, what came late, what judging again found, and which rules fire widely over all that was delivered for the periods of this run."""
    remarked = sum(one.remarks > 0 for one in report.accepted)
    yield (
        f"Taken in: {len(report.accepted)} deliveries, {report.rows:,} records"
        + (f" ({remarked} with remarks: celwacht deliveries --data {data})" if remarked else "")
        + f". Known already: {len(report.unchanged)}. Refused: {len(report.refused)}.{reminder(data)}"
    )
    for late in report.late:
        yield f"{late} came after a higher version, and does not count. Should it? celwacht intake DATA --approve {late}"
    if judged:
        yield f"Judged again: {judged.deliveries:,} deliveries that count; of {len(judged.changed):,} an answer is another than before."
        for name in judged.refusing:
            yield f"{name} counts, and breaks a rule that refuses now: ask for a correction. See: celwacht deliveries {name} --data {data}"
    looked = {one.id for one in (*report.accepted, *report.refused)}
    if looked or judged:
        register = register_there(data)
        yield from held_lines(books_of(data, register, _newest({one.periode for one in register.entries if judged or one.id in looked})))


def _newest(codes: Iterable[str]) -> list[str]:
    """The two newest periods of each length: what is older is closed, and nobody is about to hear of it (a first intake takes the whole history)."""
    by_length: dict[str, list[str]] = {}
    for code in sorted(codes):
        by_length.setdefault(Period.parse(code).letters, []).append(code)
    return [code for some in by_length.values() for code in some[-2:]]


def held_lines(books: Iterable[Answered]) -> Iterator[str]:
    """Which rules the office has to look at first, how widely they fire, and what to do then; nothing where there are none."""
    found = False
    for book in books:
        if not book.held:
            continue
        found, fired, providers = True, book.fired(), len(book.by_provider())
        for rule in sorted(book.held):
            told = f"{rule} fires for {fired[rule]} of {providers} providers. {book.rules[rule].text.en}"
            yield f"To look at first, {book.record} {book.period.code}: {told}"
    if found:
        yield (
            "No provider hears of these yet. Right? celwacht deliveries --period PERIOD --release RULE. Is the rule or a list wrong? Mend it, then "
            "celwacht intake DATA --judge-again."
        )


def release_rules(data: Path, register: Register, periods: Sequence[Period], codes: Sequence[str], day: date) -> str:
    """Notes the office's word on rules of one period, and says so. ProblemsFound where one of them is not held."""
    if len(periods) != 1:
        raise ProblemsFound([Problem("--release", 0, 0, "release", "a rule is released for one period. Name it: --period 2024HJ01.")])
    (period,) = periods
    held: dict[str, list[tuple[str, str, str]]] = {}
    for book in books_of(data, register, [period.code]):
        for code in book.held:
            held.setdefault(code, []).append((book.record, period.code, code))
    if unknown := [code for code in codes if code not in held]:
        there = f"Held are {', '.join(sorted(held))}." if held else "No rule is held."
        told = f"no rule '{unknown[0][:10]}' waits for the office's word on {period.code}. {there}"
        raise ProblemsFound([Problem("--release", 0, 0, "release", told)])
    released.release(data, [one for code in codes for one in held[code]], day)
    return f"Released for {period.code}: {', '.join(codes)}. The providers hear of it in: celwacht reports {period.code} --to FOLDER."
