"""One table: are its certificates a proof, and do all its public files print what they prove, and nothing else?

Figures are read back from every file that has any (read_back/), each by a reader of its own, and held against the arrays that the
certificate checker has judged under the policy as released; shares and rates are worked out anew from these. Files without
figures are held by the manifest, whose hash is the name of the release and stands in the ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.policy.sensitivity import sensitive_cells
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.publish.gate import assemble
from celwacht.publish.publication.description_file import DESCRIPTION
from celwacht.publish.review.records import Recorded
from celwacht.publish.verify.read_back import documents, tables
from celwacht.publish.verify.read_back.form import Figures, Form, Unfit, read_form


@dataclass(frozen=True, slots=True)
class Expected:
    """What the public files of a table must print: per measure, and the counts, which the certificates prove."""

    counts: Figures
    measures: tuple[Figures, ...] | None
    """None where the specification was not kept: then the counts are looked for among the measures."""


def verdict_of(recorded: Recorded) -> Verdict:
    """The word of the certificate checker on every cube, under the policy as released; the worst counts."""
    verdicts = [part.check().verdict for part in recorded.parts]
    if Verdict.UNSAFE in verdicts:
        return Verdict.UNSAFE
    good = bool(verdicts) and all(v is Verdict.SAFE for v in verdicts) and not recorded.policy.protects_nothing
    if recorded.policy.rules is not None:
        good = good and all(_as_ruled(part) for part in recorded.parts)
    against = recorded.policy.insiders
    good = good and (not against or all(p.insiders is not None and p.insiders.coalition >= against for p in recorded.parts))
    return Verdict.SAFE if good else Verdict.INCONCLUSIVE


def _as_ruled(part: Protected) -> bool:
    """Whether the levels in the certificate are those that the rules of the policy lead to, worked out anew from the contributions."""
    if part.levels is None or (part.policy.needs_contributors and part.contributions is None):
        return False
    found = sensitive_cells(part.cube, part.policy, part.contributions)
    asked = (found.lpl, found.upl, found.spl, found.mask)
    return all(np.array_equal(a, b) for a, b in zip(part.levels, asked, strict=True))


def problems_of(table: str, recorded: Recorded, folder: Path) -> list[str]:
    """What in the public folder of a table is not what its certificates prove. No text holds a figure."""
    try:
        form = read_form(folder / DESCRIPTION)
        expected = _expected(table, recorded, form)
    except (Unfit, ValueError) as error:
        return [f"{table}: {error}"]
    found = []
    for name, read in readers(table).items():
        try:
            found += _differences(form, expected, read(form, folder), 0)
        except MemoryError:  # says nothing of the file
            raise
        except Exception as error:  # a file that its reader cannot read is not what was published; its text may be anything
            said = str(error) if isinstance(error, Unfit) else f"cannot be read ({type(error).__name__})"
            found.append(f"{table}/{name} {said}")
            continue
        found[:] = [f if f.startswith(f"{table}/") else f"{table}/{name} {f}" for f in found]
    try:
        figures, left_out = documents.excel(form, folder)
        found += [f"{table}/{table}.xlsx {text}" for text in _differences(form, expected, figures, left_out)]
    except MemoryError:
        raise
    except Exception as error:
        said = str(error) if isinstance(error, Unfit) else f"cannot be read ({type(error).__name__})"
        found.append(f"{table}/{table}.xlsx {said}")
    return found


def readers(table: str) -> dict[str, Callable[[Form, Path], Figures]]:
    """File with figures -> its reader; the workbook apart, since it may lack the first periods."""
    return {
        "odata/Observations.json": documents.odata,
        "csv/Observations.csv": tables.bundle,
        "parquet/Observations.parquet": documents.parquet,
        f"{table}.jsonstat.json": documents.jsonstat,
        f"{table}.px": documents.px,
        f"{table}.csv.zip": tables.labelled,
        f"{table}-pivot.csv": tables.pivot,
        f"sdmx/{table}.csv.zip": tables.sdmx,
    }


def _expected(table: str, recorded: Recorded, form: Form) -> Expected:
    """The figures that the certificates prove; Unfit where the table is not the one that they are about."""
    periods, shown, withheld, blank = assemble.joined(recorded.parts)
    first = recorded.parts[0].cube.dimensions
    dimensions = tuple(assemble.dimension(d) for d in first[:-1])
    codes = [tuple(c.code for c in d.codes) for d in dimensions] + [periods]
    same = all([tuple(c.code for c in d.codes) for d in p.cube.dimensions[:-1]] == codes[:-1] for p in recorded.parts)
    if any(p.cube.table != table for p in recorded.parts) or form.table != table or not same:
        raise Unfit("the record is about another table")
    if len(set(periods)) != len(periods) or [d.codes for d in form.dimensions] != codes:
        raise Unfit(f"{DESCRIPTION} has other codes or periods than the certificates")
    if [d.name for d in form.dimensions] != [d.name for d in first]:
        raise Unfit(f"{DESCRIPTION} has other dimensions than the certificates")
    state = np.where(blank, 2, withheld).astype(np.uint8)
    counts = np.where(state > 0, 0, shown).astype(np.int64), state
    if recorded.spec is None:
        return Expected(counts, None)
    if recorded.spec.id != table or recorded.spec.policy != recorded.policy.id:
        raise Unfit("specification and policy as released are not those of the table")
    time = assemble.periods(first[-1].name, periods, dict(zip(periods, form.dimensions[-1].statuses)), reference_date=False)
    if any(m.kind == "rate" and m.name not in recorded.people for m in recorded.spec.measures):
        raise Unfit("the record does not hold the populations that its rates were divided by")
    made = assemble.public_measures(recorded.spec, (*dimensions, time), counts, recorded.people)
    if [(m.code, m.name, m.decimals) for m in made] != list(zip(form.measures, form.names, form.decimals)):
        raise Unfit(f"{DESCRIPTION} has other measures than the specification as released")
    return Expected(counts, tuple((m.values, m.state) for m in made))


def _differences(form: Form, expected: Expected, found: Figures, left_out: int) -> list[str]:
    """Which measures print something else than what is proved, from period `left_out` on."""
    values, states = found
    part = partial(np.take, indices=range(left_out, form.shape[-2]), axis=-1)
    mine = [(part(values[..., n]), part(states[..., n])) for n in range(len(form.measures))]
    counts = tuple(map(part, expected.counts))
    if expected.measures is None:
        told = [] if any(_same(m, counts) for m in mine) else ["does not print the counts that are proved"]
        leaking = [form.measures[n] for n, m in enumerate(mine) if np.any((counts[1] == 1) & (m[1] == 0))]
        return told + [f"prints {code} where the count is withheld" for code in leaking]
    wrong = [form.measures[n] for n, m in enumerate(mine) if not _same(m, tuple(map(part, expected.measures[n])))]
    return [f"does not print what is proved ({', '.join(wrong)})"] if wrong else []


def _same(one: Figures, other: Figures) -> bool:
    return np.array_equal(one[0], other[0]) and np.array_equal(one[1], other[1])
