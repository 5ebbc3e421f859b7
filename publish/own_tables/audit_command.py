"""`celwacht audit`: what can be got out of a published table that somebody else made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from celwacht.disclosure.audit.audit import audit_published
from celwacht.disclosure.audit.model.facts import Inference, PublishedAudit, outside_sums
from celwacht.disclosure.audit.reading.marks import MARKS, parse_mark
from celwacht.disclosure.audit.reading.published_table import family
from celwacht.disclosure.audit.reading.read_facts import Stated, facts_together, interpret, names_of
from celwacht.disclosure.audit.reading.reading_spec import FOUND_SUMS, UNUSED, Rows
from celwacht.disclosure.problems.trees import Trees
from celwacht.publish.own_tables import audit_readers, audit_report, audit_spec_file, own_folders
from celwacht.publish.terminal.console import Refused, say
from celwacht.publish.terminal.screen import counting, screen
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.whole_file import write_whole


@dataclass(frozen=True, slots=True)
class Order:
    """What the command was asked. also: further files with cells of the same kind."""

    table: Path
    also: tuple[Path, ...] = ()
    hierarchy: Path | None = None
    spec: Path | None = None
    sheet: str | None = None
    marks: tuple[str, ...] = ()
    rounding: tuple[str, ...] = ()
    width: int = 5
    seconds: float | None = 120.0
    out: Path | None = None
    json: Path | None = None
    top: int = 20

    def of(self, table: Path, seconds: float | None) -> Order:
        """The same of one table of a folder."""
        stated = (self.hierarchy, self.spec, self.sheet, self.marks, self.rounding, self.width)
        return Order(table, (), *stated, seconds)


def audit(order: Order) -> None:
    """Prints and writes the findings; Refused where there are any, or cells without an answer. ProblemsFound for bad input."""
    if order.table.is_dir() and not order.also and (whole := own_folders.inside(order.table)).apart:
        return audit_set(order, whole)
    found, guessed = judged(order)
    console = screen()
    say("CONFIDENTIAL: what can be got out of this table. How it was read:")
    for line in guessed:
        console.print(f"  {line}", markup=False)
    console.print()
    audit_report.show(console, found, order.top)
    if order.out is not None:
        audit_report.write_folder(order.out, found, guessed)
        say(f"{order.out} holds findings.csv and report.txt.")
    if order.json is not None:
        write_whole(order.json, audit_report.as_json(found, guessed))
    if found.count(Inference.EXACT) + found.count(Inference.NARROW):
        raise Refused("Withheld figures can be got back: see above.")
    if found.set_aside:
        raise Refused(
            "The figures contradict each other, or were read wrongly: see above. If codes of one column are sums of others in it (subtotals), "
            "say so with --hierarchy TREES.json, or with trees: in --spec."
        )
    if found.count(Inference.INCONCLUSIVE):
        raise Refused("Not every cell has an answer: give more time (--seconds).")
    if not found.findings:
        raise Refused(
            "No withheld cell was found, so that nothing was asked. How does this table say that a figure is withheld? Tell it with "
            "--mark, such as --mark c=withheld."
        )
    if len(outside_sums(found)) == len(found.findings):
        raise Refused(
            "Every withheld cell lies in no sum that was found, so that nothing could be tried on it. Say what adds up with --spec or "
            "--hierarchy."
        )
    if left_out(guessed):
        raise Refused(
            "Nothing was found with the sums that were used, and that is no all-clear: sums that may hold were not used (see above). Say what "
            "adds up, or that nothing does, with trees: or identities: in --spec."
        )


def left_out(guessed: Sequence[str]) -> list[str]:
    """The notes on sums that may hold and were not used, but for a total over all codes where sums among them were found."""
    found = {line.partition(FOUND_SUMS)[0] for line in guessed if FOUND_SUMS in line}
    return [line for line in guessed if UNUSED in line and not any(" is NOT the sum " in line and line.startswith(f"{d} '") for d in found)]


def audit_set(order: Order, whole: own_folders.Inside) -> None:
    """A line for each table of a published set of ours; Refused where any has findings or cells without an answer."""
    say(f"CONFIDENTIAL: {whole.notes[0]}.")
    each = None if order.seconds is None else order.seconds / len(whole.apart)
    bad = 0
    say(f"{'exact':>8} {'narrow':>8} {'open':>8} {'no answer':>10}  table")
    for table in whole.apart:
        try:
            found, _ = judged(order.of(table, each))
        except ProblemsFound as error:
            say(f"{'':8} {'':8} {'':8} {'not read':>10}  {table.name}: {error.problems[0].message}")
            bad += 1
            continue
        counts = [found.count(v) for v in (Inference.EXACT, Inference.NARROW, Inference.OPEN, Inference.INCONCLUSIVE)]
        bad += counts[0] + counts[1] + counts[3] > 0
        say(f"{counts[0]:>8,} {counts[1]:>8,} {counts[2]:>8,} {counts[3]:>10,}  {table.name}")
        if order.out is not None:
            audit_report.write_folder(order.out / table.name, found, [])
    if bad:
        raise Refused(
            f"{bad} of {len(whole.apart)} tables have findings, or cells without an answer: celwacht audit {order.table}/TABLE tells which."
        )


OURS = (
    "a table of celwacht, which promises that no count from 1 to below the threshold is narrowed to less than the width of the policy (4 in "
    "statline: --width 4); that a withheld cell is 0, or near it, may be found out (docs/explanation/promise.md)"
)


def judged(order: Order) -> tuple[PublishedAudit, list[str]]:
    """(the audit, how the tables were read)."""
    problems: list[Problem] = []
    stated = _collected(problems, _stated, order) or Stated()
    guessed: list[str] = []
    read = [one for path in (order.table, *order.also) for one in _read(path, order.sheet, guessed, problems)]
    hierarchy = _collected(problems, audit_readers.read_hierarchy, order.hierarchy) if order.hierarchy else None
    varying = frozenset(n for one in read for i, n in enumerate(one[0].header) if len({r[i] for r in one[0].rows}) > 1)
    tables = []
    names: dict[tuple[str, str], str] = {}
    for table, own, sure in read:
        stated = stated.having(often_rounded=own is not None and not sure)  # a published table of ours
        one = _collected(problems, _one, table, stated, hierarchy or own, sure or hierarchy is not None, varying, order.seconds)
        if one:
            tables.append(one[:2])
            names |= names_of(*one[:2])
            guessed += [f"{table.name}: {line}" for line in one[2]] if len(read) > 1 else one[2]
    if problems:
        raise ProblemsFound(problems)
    try:
        facts, clashes = facts_together(tables, names)
        with counting(screen(), "asking") as tick:
            return (audit_published(facts, order.width * 10**facts.decimals, seconds=order.seconds, progress=tick), guessed + clashes)
    except ValueError as error:
        if isinstance(error, ProblemsFound):
            raise
        raise ProblemsFound([Problem(str(order.table), 0, 0, "contradiction", f"{error}.")]) from None


def _read(path: Path, sheet: str | None, notes: list[str], problems: list[Problem]) -> list[tuple[Rows, Trees | None, bool]]:
    """The tables at a path with the trees that lie beside them, and whether these surely add up; several where it is a folder of tables
    protected together."""
    found = _collected(problems, own_folders.inside, path)
    if found is None:
        return []
    notes += found.notes
    if found.apart:
        problems.append(
            Problem(str(path), 0, 0, "audit-folder", "a whole set cannot be one of several tables (--also); name a table of it")
        )
        return []
    read = []
    for file, trees in found.tables or ((path, None),):
        one = _collected(problems, audit_readers.read_table, file, sheet)
        if one is not None:
            read.append((one[0], trees or one[1], trees is not None))
            if one[1] is not None:
                notes.append(OURS)
    return read


def _collected(problems: list[Problem], do, *args):
    """What `do` returns, or None with its problems noted."""
    try:
        return do(*args)
    except ProblemsFound as found:
        problems += found.problems
        return None


def _one(table: Rows, stated: Stated, trees: Trees | None, sure: bool, varying: frozenset[str], seconds: float | None):
    _columns_exist(table, stated)
    stated = _with_trees(stated, trees, table)
    if trees is not None and not sure:  # code lists beside a published table: they may overlap, as persons do over forms of help
        stated = stated.having(fields={k: v for k, v in stated.fields.items() if k != "trees"}, tried=stated.fields["trees"])
    return interpret(table, stated.having(varying=varying, seconds=seconds))


def _stated(order: Order) -> Stated:
    fields = audit_spec_file.read_spec(order.spec) if order.spec else {}
    problems = []
    marks, rules = dict(fields.get("marks", MARKS)), []
    for text in order.marks:
        try:
            mark, meaning = parse_mark(text)
            marks[mark] = meaning
        except ValueError as error:
            problems.append(Problem("--mark", 0, 0, "mark", f"{error}."))
    for text in order.rounding:
        try:
            rules.append(audit_spec_file.rounding_option(text))
        except ValueError as error:
            problems.append(Problem("--rounding", 0, 0, "rounding", f"{error}."))
    if problems:
        raise ProblemsFound(problems)
    return Stated({**fields, "marks": marks}, tuple(rules) if rules else None)


def _columns_exist(table: Rows, stated: Stated) -> None:
    """ProblemsFound for every column that was named and is not there. With several files, each needs its own names only."""
    fields = stated.fields
    named = {
        *fields.get("dimensions", ()),
        *fields.get("values", ()),
        *fields.get("nested", {}),
        *fields.get("nested", {}).values(),
        *(r.column for r in fields.get("ratios", ())),
    }
    for rule in (*(stated.rounding or ()), *fields.get("rounding", ())):
        named |= set(rule.where)
    if fields.get("levels"):
        named |= {fields["levels"].column, *fields["levels"].codes}
    missing = sorted(named - set(table.header))
    if missing:
        raise ProblemsFound(
            [Problem(table.name, 1, 0, "unknown-column", f"there is no column '{c[:40]}'.{nearest(c, table.header)}") for c in missing]
        )


def _with_trees(stated: Stated, trees: Trees | None, table: Rows) -> Stated:
    """What was stated, with the dimensions and trees of a TREES.json for the columns that this table has."""
    if trees is None:
        return stated
    dims = tuple(d for d in trees.dims if d in table.header)
    if not dims:
        raise ProblemsFound(
            [
                Problem(
                    table.name,
                    1,
                    0,
                    "unknown-column",
                    f"it has none of the dimensions {', '.join(trees.dims)} as a column; name them so in the header",
                )
            ]
        )
    own = {d: dict(trees.children[d]) for d in dims if trees.children[d]}
    fields = {"dimensions": dims, "trees": own, "totals": {d: (trees.root[d],) for d in dims if d in trees.root}, **stated.fields}
    further = [
        family(d, "" if parent == trees.root[d] else parent, parts)
        for d in dims
        for tree in trees.further.get(d, ())
        for parent, parts in tree.items()
    ]
    if further:
        fields["identities"] = (*fields.get("identities", ()), *further)
    return stated.having(fields=fields)
