"""Rules on deliveries as data (table_specs/checks/*.yaml): what each asks, how it is judged, and an example of both answers.

    code: H104
    level: records
    severity: warning
    among: soort in ('02', '03', '04')             # the records that it is about
    fails: tegelijk_met_ander == true              # those that break it

A code is never used again for another rule. `fails`, `among` and `share` are expressions of the language of filters
(tables/specs/filter_language.py) over the fields of fields.py; nothing of them becomes SQL text.
"""

from __future__ import annotations

from typing import Annotated, Literal

from celwacht.tables import home
from celwacht.tables.checks.fields import fields_of_view
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.sources.layouts import Years
from celwacht.tables.sources.sources import record_kinds
from celwacht.tables.specs.filter_language import parse_all
from celwacht.tables.specs.schema import register
from celwacht.tables.yaml.confront import confront
from celwacht.tables.yaml.document import Document
from celwacht.tables.yaml.model import FieldName, Line, Strict, Title
from celwacht.tables.yaml.read import read_document
from pydantic import Field, StringConstraints

Level = Literal["file", "field", "record", "records", "last_delivery", "references"]
Severity = Literal["error", "warning", "information"]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{3}$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z0-9]+)*$")]
Expression = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Rows = tuple[dict[FieldName, str | int], ...]


class Example(Strict):
    """One delivery on which the rule must give this answer. Without anything: the good delivery of the tests."""

    case: Line = Field(default="", description="A broken delivery of tests/intake/broken.py, by its name.")
    records: Rows = Field(default=(), description="What differs from the good record; `persoon: n` makes records of one person.")
    named: Rows = Field(default=(), description="Records of the kind that names the cases of this one, of the same provider and period.")
    times: int = Field(default=1, ge=1, le=500, description="The records so many times, each time of other persons.")
    earlier: Rows = Field(default=(), description="Records of the same provider in the period before.")
    elsewhere: Rows = Field(default=(), description="Records of another provider in the same period.")
    unlisted: bool = Field(default=False, description="The provider is in no list of providers.")
    came: Literal["", "link", "locked", "unforeseen"] = Field(
        default="", description="How the file came: as a link, closed to us, or such that its reader fails."
    )
    first: int = Field(default=0, ge=0, le=500, description="So many good records in version 1, which this delivery replaces.")
    version: int = Field(default=2, ge=1, le=99, description="The version of this delivery, after such a first one.")
    newest: str = Field(default="", description="A period for which a good delivery was accepted before this one.")
    period: str = Field(default="", description="The period; default: the first of 2024.")


class Examples(Strict):
    passing: Example
    failing: Example


class Share(Strict):
    """The rule fails when more than `above` percent of the records that it is about are so."""

    of: Expression
    above: int = Field(ge=0, le=100)
    at_least: int = Field(default=20, ge=1, description="With fewer records that it is about, it is not judged.")


class Dominant(Strict):
    """The rule fails when one value is that of more than `above` percent of the records where the field is known."""

    field: FieldName
    above: int = Field(ge=50, le=100)
    at_least: int = Field(default=50, ge=1)


class Change(Strict):
    """Held against the period before: a total that differs by more than `above` percent and `at_least` records; or, by a field, a value
    with `at_least` records in one of the two and none in the other."""

    by: FieldName | None = None
    above: int = Field(default=25, ge=1, le=100)
    at_least: int = Field(default=20, ge=1)


class Rule(Strict):
    """One rule."""

    code: Code
    records: tuple[FieldName, ...] = Field(min_length=1, description="The record kinds that it is for.")
    level: Level
    severity: Severity
    text: Title = Field(description="What it asks.")
    remedy: Title = Field(description="What to do about it.")
    paragraph: Line = Field(description="Where the protocol says so, or that it is the project's own.")
    valid: Years = (2015, 9999)
    audience: Literal["provider", "office"] = Field(
        default="provider", description="office: it tells of other providers, or is of no use to the sender; never in a report that leaves."
    )
    intake: Word | None = Field(default=None, description="Judged by the intake, under this word in its messages.")
    of: Literal["records", "earlier"] = Field(default="records", description="earlier: about the records of the period before.")
    among: Expression | None = Field(default=None, description="The records that it is about; default: all.")
    fails: Expression | None = Field(default=None, description="The records that break it. One with an unknown field is not judged.")
    share: Share | None = None
    dominant: Dominant | None = None
    change: Change | None = None
    examples: Examples

    @property
    def judge(self) -> str:
        """How it is judged: intake, fails, share, dominant or change."""
        return next((name for name in _JUDGES if getattr(self, name) is not None), "")

    @property
    def view(self) -> str:
        """Which records its expressions are about, as fields.py names them."""
        return {"last_delivery": self.of if self.of == "earlier" else "later", "references": "everywhere"}.get(self.level, "records")

    @property
    def expressions(self) -> dict[tuple[str, ...], str]:
        """Its expressions by their place in the rule."""
        found = {("among",): self.among, ("fails",): self.fails, ("share", "of"): self.share.of if self.share else None}
        return {place: text for place, text in found.items() if text}


class Rules(Strict):
    """One file of the catalogue."""

    version: Literal[1]
    title: Title
    source: str = Field(description="Where the rules are from, and what in them is an assumption.")
    rules: tuple[Rule, ...]


register("check", Rules)
BY_REGISTER = ("herlevering", "zelfde-bestand")
"""Rules of the intake on a delivery beside the register, which it judges when all files are read."""
_JUDGES = ("intake", "fails", "share", "dominant", "change")


@home.per_folder
def catalogue() -> tuple[Rule, ...]:
    """Every rule of table_specs/checks, by code. ProblemsFound, with every problem at its place, where a file does not hold."""
    rules: dict[str, Rule] = {}
    problems: list[Problem] = []
    for path in home.files("checks"):
        document, found = read_document(path)
        if document is None:
            problems += found
            continue
        read, misfits = confront(document, Rules)
        problems += [*found, *misfits]
        if read is None:
            continue
        for number, rule in enumerate(read.rules):
            problems += rule_problems(document, number, rule, path.parent == home.PACKAGED / "checks")
            if rule.code in rules:
                place = document.line_of(("rules", number, "code"))
                problems.append(Problem(document.file, *place, "rule-code", f"the code {rule.code} occurs twice. Give this rule another."))
            rules[rule.code] = rule
    if problems:
        raise ProblemsFound(problems)
    return tuple(rules[code] for code in sorted(rules))


def rule_problems(document: Document, number: int, rule: Rule, packaged: bool = False) -> list[Problem]:
    """What is wrong with a rule beyond its shape: no judge or two, an expression that does not fit the fields."""
    here: tuple[str | int, ...] = ("rules", number)
    problems = []
    judges = [name for name in _JUDGES if getattr(rule, name) is not None]
    if len(judges) != 1:
        place, found = document.line_of(here), ", ".join(judges) or "none"
        ways = ", ".join(_JUDGES)
        problems.append(Problem(document.file, *place, "rule-judge", f"rule {rule.code}: expected one of {ways}; found {found}."))
    for index, record in enumerate(rule.records):
        if record not in record_kinds():
            if not packaged:  # rules of the package are about its own kinds
                at = document.line_of((*here, "records", index))
                near = nearest(record, record_kinds())
                problems.append(
                    Problem(document.file, *at, "rule-record", f"rule {rule.code}: no source has records of kind '{record}'.{near}")
                )
            continue
        known = fields_of_view(record, rule.view)
        for inside, text in rule.expressions.items():
            for error in parse_all(text, known)[1]:
                where = document.place_in((*here, *inside), error.offset)
                problems.append(Problem(document.file, *where, "rule-expression", f"rule {rule.code}, for {record}: {error.message}"))
        named = [rule.dominant.field] if rule.dominant else [rule.change.by] if rule.change and rule.change.by else []
        for name in named:
            if name not in known:
                at = document.line_of(here)
                problems.append(Problem(document.file, *at, "rule-field", f"rule {rule.code}: {record} has no field '{name}'."))
    return problems


@home.per_folder
def rules_for(record: str, period: Period) -> tuple[Rule, ...]:
    """The rules of a record kind that hold in a period, by code."""
    return tuple(rule for rule in catalogue() if record in rule.records and rule.valid[0] <= period.year <= rule.valid[1])
