"""Tables of anybody's, from Python: protect a problem, round, audit, verify. What the commands do, without the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from celwacht.disclosure.model.verdict import Verdict

if TYPE_CHECKING:
    import pandas as pd
    from celwacht.disclosure.audit.model.facts import PublishedAudit
    from celwacht.disclosure.model.problem import SuppressionProblem
    from celwacht.disclosure.own_table.result import ProtectionResult
    from celwacht.disclosure.problems.trees import Trees
    from celwacht.disclosure.rounding.rounding import Rounded

LEAST_KEY = 16
AnyPath = str | PathLike[str]


def protect_problem(
    problem: SuppressionProblem | AnyPath,
    *,
    cost: Literal["file", "value", "count"] = "file",
    exact: bool = False,
    method: Literal["auto", "fast", "optimal"] = "auto",
    seconds: float | None = None,
    key: bytes = b"",
) -> ProtectionResult:
    """Protects any table that is stated as cells and linear relations: totals of totals, linked tables, amounts.

    problem: a SuppressionProblem (values int64 in the smallest unit, 10**-decimals), or the path of a file in the JJ format of
    tau-ARGUS and sdcTable (`.jj`, `.jj.gz`), or of a folder with cells.csv and relations.csv. The problem itself says which
    cells are sensitive and how far an intruder's interval must reach below (lpl), above (upl) and in all (spl).

    cost: what a withheld cell costs: the problem's own weights, the size of its value, or 1. exact: ask only that no sensitive
    cell can be computed exactly, the weaker promise of most tools. method: `optimal` is branch and cut with a proved bound,
    `fast` a heuristic; `auto` takes the first up to 700 cells. seconds: of work (counted, not
    timed), after which cells may be left without proof.
    key: secret bytes that break ties between patterns.

    Returns a ProtectionResult (`verdict`, `table()`, `audit()`, `check()`), whatever its verdict: publish only what is SAFE.
    Raises ProblemsFound with everything that is wrong in the files, ValueError for an option that is not there.
    Source: Fischetti and Salazar, JASA 95 (2000), 916-928; Handbook on SDC, 2nd ed., 4.4.

    Example:
        done = celwacht.protect_problem("examples/data/shops.jj")
        done.verdict.value, done.cost    # ('SAFE', 170.0)
    """
    from celwacht.disclosure.own_table.protect_own_table import Wishes, protect_cells

    if isinstance(problem, str | PathLike):
        from celwacht.publish.own_tables.protect_input import Order, read

        problem = read(Order(Path(problem))).problem_there()
    return protect_cells(problem, Wishes(exact, method, seconds, False, key), cost)


def round_counts(
    counts: pd.DataFrame,
    trees: Mapping[str, object] | Trees,
    *,
    method: Literal["conventional", "random", "controlled", "small-count", "cell-key"] = "controlled",
    base: int = 5,
    most_change: int = 8,
    variance: float = 3.0,
    no_small: int = 2,
    key: bytes = b"",
    series: str = "",
    freq: str = "freq",
    gap: float | None = -1,
) -> Rounded:
    """Rounds a table of counts, all margins included, in one of five ways.

    counts, trees, freq: as for `protect_counts`. method: `conventional` to the nearest multiple of `base`; `random` up or down,
    unbiased; `controlled`: additive, every figure an adjacent multiple where that can be; `small-count`: only small inner cells,
    additive; `cell-key`: perturbation by a p-table with greatest change `most_change`, variance `variance`, and no printed
    figure of 1 to `no_small`. key: at least 16 secret bytes (none for `conventional`), the same for ever for one series of
    figures. series: names the figures, the same in every table and release that has them. gap: how far controlled rounding may
    stop from the least sum of deviations.

    Returns a Rounded: `shown`, `least`, `greatest` int64 of the table's shape (one axis per dimension, codes in order),
    `figures()` as a frame, `summary()`, `notes`. It is confidential, for it holds the truth; what `figures()` returns is what may
    be printed, as far as rounding alone is protection enough (disclosure/ROUNDING.md says what each method promises).
    Raises ProblemsFound with everything that is wrong in counts or trees, pydantic.ValidationError where parameters disagree,
    ValueError for a key that is too short. Source: Handbook on SDC, 2nd ed., 5.4; Cox, JASA 82 (1987), 520-524.

    Example:
        done = celwacht.round_counts(frame, trees, method="controlled", base=5, key=secret)
        done.figures()                   # one row per cell: the codes, and `printed`
    """
    from celwacht.disclosure.policy.rounding_method import SEARCHED, RoundingMethod
    from celwacht.disclosure.problems.counts import MOST_TOTAL, MOST_WHOLE, cube_of_counts
    from celwacht.disclosure.problems.trees import Trees, trees_of
    from celwacht.disclosure.rounding.rounding import round_cube

    own = {"most_change": most_change, "variance": variance, "no_small": no_small} if method == "cell-key" else {"base": base}
    how = RoundingMethod.model_validate({"method": method, **own})
    if method != "conventional" and len(key) < LEAST_KEY:
        raise ValueError(f"{method} rounding needs a secret key of at least {LEAST_KEY} bytes, kept for every later release")
    checked = trees if isinstance(trees, Trees) else trees_of(trees)
    most = MOST_TOTAL if method in SEARCHED else MOST_WHOLE
    return round_cube(cube_of_counts(counts, checked, freq=freq, most=most), how, key, series=series, gap=gap)


@dataclass(frozen=True, slots=True)
class TableAudit:
    """What can be got out of a published table. Confidential; its repr holds no figure.

    reading: how the table was read, a sentence a line: an interval is as good as these are true. exact, narrow, open,
    inconclusive: numbers of withheld cells by verdict.
    """

    found: PublishedAudit = field(repr=False)
    reading: tuple[str, ...] = field(repr=False)
    exact: int = 0
    narrow: int = 0
    open: int = 0
    inconclusive: int = 0

    def table(self) -> pd.DataFrame:
        """One row per withheld cell, worst first: cell, printed, least, greatest, verdict, interval, lines, recipe."""
        import pandas as pd
        from celwacht.publish.own_tables.audit_report import COLUMNS, rows_of

        return pd.DataFrame(rows_of(self.found), columns=list(COLUMNS))


def audit_table(
    table: AnyPath,
    *,
    also: Sequence[AnyPath] = (),
    marks: Sequence[str] = (),
    rounding: Sequence[str] = (),
    hierarchy: AnyPath | None = None,
    spec: AnyPath | None = None,
    sheet: str | None = None,
    width: int = 5,
    seconds: float | None = 120.0,
) -> TableAudit:
    """What an intruder gets out of a published table with withheld figures, whoever made it.

    table: a CSV file, an Excel workbook, or the folder of a table of ours; also: further tables with cells of the same kind.
    marks: such as "c=withheld" or "k=1..4"; rounding: such as "5" or "sex=T:10"; hierarchy: trees as JSON; spec: a YAML file that
    says how the table is to be read; sheet: of a workbook. What is not said is guessed, tried on every printed line, and told in
    `reading`. width: values closer together than this are a finding. seconds: of work (counted); what has no answer then is inconclusive.

    Returns a TableAudit. Every withheld cell gets its feasibility interval: `exact`, `narrow`, `open` (two whole-numbered tables
    that print alike differ by the width) or `inconclusive`. Raises ProblemsFound for files that cannot be read or contradict
    themselves. Source: Handbook on SDC, 2nd ed., 4.2.

    Example:
        found = celwacht.audit_table("examples/data/printed.csv", marks=["c=withheld"])
        found.exact                      # 2
    """
    from celwacht.disclosure.audit.model.facts import Inference
    from celwacht.publish.own_tables.audit_command import Order, judged

    order = Order(
        *(Path(table), tuple(Path(p) for p in also), _path(hierarchy), _path(spec), sheet, tuple(marks), tuple(rounding)),
        width=width,
        seconds=seconds,
    )
    found, reading = judged(order)
    return TableAudit(
        found, tuple(reading), *(found.count(v) for v in (Inference.EXACT, Inference.NARROW, Inference.OPEN, Inference.INCONCLUSIVE))
    )


def _path(path: AnyPath | None) -> Path | None:
    return None if path is None else Path(path)


@dataclass(frozen=True, slots=True)
class Verification:
    """verdict: SAFE only where every certificate holds and every file is what it proves. reason: in a sentence. differences: what
    is not as it was proved, no text with a figure. tables: (table, verdict of its certificates), for a set."""

    verdict: Verdict
    reason: str
    differences: tuple[str, ...] = ()
    tables: tuple[tuple[str, Verdict], ...] = ()


def verify(
    folder: AnyPath | None = None,
    *,
    against: AnyPath | None = None,
    hierarchy: AnyPath | None = None,
    data: AnyPath | None = None,
    name: str | None = None,
    out: AnyPath | None = None,
    key: AnyPath | None = None,
) -> Verification:
    """Checks the proofs of a protected table, or of a published set, again: no solver, integers only.

    folder: what `celwacht protect` wrote; against (with hierarchy): the counts or the problem that it was made from. Or data: the
    data folder of a published set; name: such as "2024-april", default the last one; out: the public folder, to hold the public
    files against proofs and manifest as well; key: file with the secret key, to judge the seals of the ledger.

    Returns a Verification, whatever its verdict. Raises ProblemsFound where files are missing or are no certificate, ValueError
    unless exactly one of folder and data is given. Source: disclosure/proof/, whose checkers are the only code to believe.

    Example:
        celwacht.verify("protected").verdict.value    # 'SAFE'
    """
    if (folder is None) == (data is None):
        raise ValueError("name the folder of a protected table, or data=, the data folder of a published set")
    if folder is not None:
        return _folder(Path(folder), against, hierarchy)
    return _set(Path(str(data)), name, out, key)


def _folder(folder: Path, against: AnyPath | None, hierarchy: AnyPath | None) -> Verification:
    from celwacht.publish.own_tables import verify as verifier

    proved, wrong = verifier.verify(folder)
    if against is not None:
        from celwacht.publish.own_tables.protect_input import Order, read

        whole = hierarchy is None and proved.problem is not None and proved.problem.integral
        texts = () if hierarchy is None else (str(hierarchy),)
        wrong += verifier.compare(folder, proved, read(Order(Path(against), texts, whole=whole)))
    if wrong:
        return Verification(Verdict.UNSAFE, "the folder is not what its certificate proves", tuple(wrong))
    return Verification(proved.judged.verdict, proved.judged.reason)


def _set(data: Path, name: str | None, out: AnyPath | None, key: AnyPath | None) -> Verification:
    from celwacht.publish.commands import set_commands
    from celwacht.publish.verify import verify_set

    reports, trial = verify_set.root_of(data, _path(out))
    _, wanted = set_commands.record_of(data, name, reports)
    file = set_commands.key_file(_path(key))
    secret = set_commands.opened_key(file, data).secret if file.is_file() else None
    found = verify_set.verify(data, reports, wanted, _path(out), trial=trial, key=secret)
    tables = tuple((table, verdict) for table, (verdict, _) in found.tables.items())
    if found.problems:
        return Verification(Verdict.UNSAFE, "not everything is as it was proved and published", tuple(found.problems), tables)
    worst = _worst([v for _, v in tables])
    reason = f"{len(tables)} tables, each proved by itself" if worst is Verdict.SAFE else "not every certificate proves its table"
    return Verification(worst, reason, (), tables)


def _worst(verdicts: Sequence[Verdict]) -> Verdict:
    order = [Verdict.UNSAFE, Verdict.INCONCLUSIVE, Verdict.SAFE]
    return min(verdicts, key=order.index, default=Verdict.INCONCLUSIVE)
