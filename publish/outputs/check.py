"""A folder of outputs judged: per output pass, review or fail, with what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.publish.outputs.counted import counted, wrong
from celwacht.publish.outputs.findings import FAIL, PASS, REVIEW, Finding, worst
from celwacht.publish.outputs.folder import Came
from celwacht.publish.outputs.form import Output
from celwacht.publish.outputs.judge import judged
from celwacht.publish.outputs.released import Known, released
from celwacht.publish.outputs.sheets import Sheet, sheets_of
from celwacht.publish.outputs.statbarns import DOMINANCE, JUDGED, RISKS, SAID, SUMS
from celwacht.tables.problems import ProblemsFound

ACRO_RISKS = {"NKCheck": DOMINANCE, "PPercentCheck": DOMINANCE, "MinimumThresholdCheck": "LowCount", "MinimumDOFCheck": "LowDOF"}


@dataclass(frozen=True, slots=True)
class Answer:
    """Of one output. findings: the worst first."""

    number: int
    output: Output
    statbarn: str
    verdict: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """answers: one for each output. sheets: its tables; sound: positions of those that the register confirms. beside: how many released tables."""

    answers: tuple[Answer, ...]
    sheets: tuple[Sheet, ...] = field(repr=False)
    truth: dict[int, np.ndarray] = field(repr=False)
    sound: frozenset[int]
    beside: int


def checked(came: Came, ident: str, policy: DisclosurePolicy, data: Path | None, more: tuple[Known, ...] = ()) -> Checked:
    """data: the data folder, for register and ledger; None: outputs against each other only. more: tables that count as released as well.

    ProblemsFound with everything in form and files that cannot be read: a wrong form is mended, and no verdict is given before."""
    sheets, problems = sheets_of(came, ident)
    if problems:
        raise ProblemsFound(problems)
    known = list(more)
    truth: dict[int, np.ndarray] = {}
    if data is not None:
        sources = frozenset(s.table.spec.source for s in sheets)
        known += released(data, sources, frozenset(p[:4] for s in sheets for p in s.table.codes[-1]))
        sheets, truth = counted(sheets, data)
    differ = disagreements(sheets, truth) if data is not None else []
    bad = {n for f in differ for n in f.outputs}
    findings = differ + list(judged(sheets, known, policy, truth).findings)
    sound = frozenset(n for n, s in enumerate(sheets) if s.number not in bad and not s.of) if data is not None else frozenset()
    answers = tuple(_answer(came, n, one, findings, alone=data is None) for n, one in enumerate(came.form.outputs, 1))
    return Checked(answers, tuple(sheets), truth, sound, len(known))


def _answer(came: Came, number: int, one: Output, findings: list[Finding], *, alone: bool) -> Answer:
    own = [f for f in findings if number in f.outputs]
    kind, said = came.statbarn(one), came.noted.get(one.file)
    me = frozenset({number})
    if one.counts is None:
        risks = RISKS.get(kind, ())
        look = f"{kind or 'of no known kind'}: a person must look for {', '.join(f'{r} ({SAID[r]})' for r in risks) or 'every risk'}"
        if kind in JUDGED:
            look = f"{kind} without `counts` in the form: nothing is known of what is counted"
        own.append(Finding(me, risks[0] if risks else "Unknown", REVIEW, look))
    elif one.counts.sum_of and (said is None or said.statbarn != SUMS):
        own.append(
            Finding(me, DOMINANCE, REVIEW, "whether one or two make up most of a sum is not judged here: ask for the record of ACRO")
        )
    for check in said.failed if said else ():
        verdict = REVIEW if said and said.exception else FAIL
        own.append(
            Finding(
                me,
                ACRO_RISKS.get(check, "Unknown"),
                verdict,
                f"ACRO: {check} fails" + ("; an exception is asked" if said and said.exception else ""),
            )
        )
    if said and said.status == "review" and not said.failed:
        own.append(Finding(me, "Unknown", REVIEW, "ACRO asks for a review"))
    if alone and one.counts is not None:
        own.append(Finding(me, "Form", REVIEW, "not held against the register, nor against what was released: give --data"))
    own.sort(key=lambda f: (-[PASS, REVIEW, FAIL].index(f.verdict), f.risk))
    return Answer(number, one, kind, worst(f.verdict for f in own), tuple(own))


def disagreements(sheets: Sequence[Sheet], truth: dict[int, np.ndarray]) -> list[Finding]:
    """Counts that are not what the register gives under the form, so that nothing can be said of them."""
    found = []
    for n, sheet in enumerate(sheets):
        if sheet.of:
            continue
        if n not in truth:
            said = f"the register has no figures for the periods of {sheet.name}, so that nothing can be said of it"
            found.append(Finding(frozenset({sheet.number}), "Form", REVIEW, said))
            continue
        table = sheet.table
        other = wrong(table, truth[n])
        if other.any():
            said = f"{int(other.sum())} of {int((~table.dot).sum())} figures of {sheet.name} are not what the register gives for what the form says"
            found.append(Finding(frozenset({sheet.number}), "Form", REVIEW, said))
    return found
