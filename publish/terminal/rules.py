"""Every rule that a message can name in its brackets, found in the code itself: `celwacht rule`, and docs/reference/errors.md.

A rule is the word at the end of a message, such as `[wrong-value]` (tables/problems.py). This reads the package's own source, so that the
index is always that of the code that runs:

    raise _stop("register", "busy", "another intake is at work; wait for it to end")   ->   busy: another intake is at work; ...

A call tells a rule where it makes a Problem, or calls a function that has a parameter `rule`. What the message fills in stands in ‹›.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOMS = ("tables", "disclosure", "publish")
_SHAPE = re.compile(r"[a-z]+(-[a-z0-9]+)*(-[*])?")
ELSEWHERE = {
    "aantal-velden": "expected as many fields in each line as the header has. A separator inside a field takes quotes around that field.",
    "bsn-vorm": "expected 9 digits. Leading zeros that were lost must be restored; dots and spaces left out.",
    "code": "expected one of the codes of this field that are valid in the period. Look it up in the layout of the delivery.",
    "code-bij-type": "expected a code that goes with the type of help in the same record. Correct one of the two.",
    "control-character": "a character that is none of a text file. Remove it.",
    "boven-kopregel": "expected the header in the first line; found lines above it. Remove them.",
    "damaged": "a published file is missing, or is not what its manifest says. Restore it from a backup, or publish the set again.",
    "excel-formule": "expected a value in the cell; found a formula. Copy the sheet and paste it as values.",
    "excel-fout": "expected a value in the cell; found an error of Excel, such as #N/B. Correct the cell.",
    "invisible-character": "a character that cannot be seen. Remove it.",
    "report": "a report whose texts or references do not fit. Correct the place that is named.",
    "site": "what the office says on its site, or a message to readers, does not fit. Correct the place that is named.",
    "indicator": "an indicator or a page of regions whose name or parts do not fit. Correct the name or the reference.",
    "impossible-record": "records fit what cannot be, by the layouts or by `impossible`. Correct the deliveries, or the rule.",
    "kolom-dubbel": "a column that occurs twice. Remove one of the two, or correct its name.",
    "kolom-onbekend": "a column that the layout does not have. Remove it, or correct its name.",
    "mark": "a mark and its meaning as MARK=MEANING, such as c=withheld or k=1..4.",
    "missing-key": "a key that must be there is not. Add it, as the sentence says; `celwacht new` writes a complete file.",
    "moment": 'a moment as in "2025-04-30 02:00", a time that the clock of Amsterdam shows once.',
    "niets-te-melden": "expected either records or the words that say that there is nothing to report; found both. Remove one.",
    "onbekend": "--approve names a delivery that waits for nobody. Leave it out, or correct its name.",
    "no-population": "there is no population of that year or before that has the classes of the rate. Add a file of it to populations/.",
    "population-division": "the gemeenten cannot be added up by the division that the file names. Name one that is in regions/.",
    "population-empty": "there are no rows below the header.",
    "population-header": "the header is region,sex and then the classes of age from 0 on, such as 0-17,18+.",
    "population-number": "expected a whole number of persons in each cell.",
    "population-row": "expected as many cells in each row as the header has.",
    "periode-gesloten": "expected a period that is open, the current one or the one before it. Where the office opens it: `celwacht intake DATA --open PERIOD`.",
    "period": "a code such as 2024JJ00 (year), 2024HJ01 (half-year) or 2024KW01 (quarter).",
    "region-file": "a file of regions is missing, is not UTF-8, or lacks a column. Copy the one of the installation, and change what differs.",
    "regel-*": "a rule of table_specs/checks that refuses; its text and its remedy are the message. `regel-h102` is rule H102.",
    "records": "the records do not fit together; the sentence says what does not.",
    "regelbreedte": "expected lines as wide as the layout says. Was the file saved as another kind of text?",
    "rounding": "a base, or COLUMN=CODE:BASE, such as 5 or sex=T:10.",
    "syntax": "the file is no YAML here: a quote, bracket or colon is missing nearby, or the indentation is off.",
    "tab": "a tab; YAML is indented with spaces. Replace every tab by two spaces.",
    "turning-character": "a character that turns the reading direction. Remove it.",
    "toml": "celwacht.toml cannot be read: the sentence says where and why.",
    "versie-sprong": "a version whose predecessor was not delivered. Deliver the missing one, or number this one anew.",
    "zelfde-bestand": "expected a file of its own; the very bytes count already under another name. Remove the one under the wrong name, or `celwacht intake DATA --approve DELIVERY`.",
    "tussenruimte": "expected nothing between the fields of the layout. Is the file of the right layout?",
}
"""Rules whose sentences are put together in the code, in short."""


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One rule: the files that judge by it, and the sentences in which it is told (culprit, reason and remedy)."""

    name: str
    files: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Module:
    """What of a file is looked at: the functions that it makes, and the calls in it; the tree is walked once."""

    functions: tuple[ast.FunctionDef, ...]
    calls: tuple[ast.Call, ...]


def _module(text: str) -> _Module:
    nodes = list(ast.walk(ast.parse(text)))
    return _Module(tuple(n for n in nodes if isinstance(n, ast.FunctionDef)), tuple(n for n in nodes if isinstance(n, ast.Call)))


@cache
def all_rules(home: Path | None = None) -> dict[str, Rule]:
    """Every rule by name, sorted. home: the folder of the package, or of a checkout."""
    top = home or Path(__file__).resolve().parents[2]
    written = {p.relative_to(top).as_posix(): p.read_text(encoding="utf-8") for r in ROOMS for p in sorted((top / r).rglob("*.py"))}
    modules = {path: _module(text) for path, text in written.items() if "rule" in text}  # all that can have a parameter of that name
    shared = {name: at for module in modules.values() for name, at in _tellers(module).items() if not name.startswith("_")}
    files: dict[str, dict[str, None]] = {}
    texts: dict[str, dict[str, None]] = {}
    for path, text in written.items():
        tellers = {**shared, **(_tellers(modules[path]) if path in modules else {})}
        if any(f"{name}(" in text for name in tellers):
            for rule, told in _reported(modules.get(path) or _module(text), tellers):
                files.setdefault(rule, {})[path] = None
                texts.setdefault(rule, {}).update({told: None} if told else {})
    return {name: Rule(name, tuple(files[name]), tuple(texts[name]) or (ELSEWHERE.get(name, ""),)) for name in sorted(files)}


def _tellers(module: _Module) -> dict[str, int]:
    """Functions with a parameter `rule`: name -> its place, self not counted."""
    found = {"Problem": 3}
    for node in module.functions:
        names = [a.arg for a in node.args.args if a.arg != "self"]
        if "rule" in names and len(names) > 1:
            found[node.name] = names.index("rule")
    return found


def _reported(module: _Module, tellers: dict[str, int]) -> Iterator[tuple[str, str]]:
    """(rule, text) of every call that tells one."""
    prefixes = {_prefix(n.args[3]) for n in module.calls if _name(n) == "Problem" and len(n.args) > 3}
    prefix = next((p for p in prefixes if p.endswith("-")), "")
    for node in module.calls:
        if _name(node) not in tellers:
            continue
        rule = _rule_of(node, tellers[_name(node)])
        rest = [*node.args, *(k.value for k in node.keywords)]
        told = next((text for a in rest if a is not rule and " " in (text := _text(a))), "")
        for name in _values(rule, module):
            full = name if _name(node) == "Problem" else prefix + name
            if _SHAPE.fullmatch(full):
                yield full, told


def _rule_of(node: ast.Call, place: int) -> ast.expr | None:
    """The argument that is the rule. In `add("syntax", *place, text)` and `Problem(file, *place, "rule", text)` a place is two numbers."""
    before = node.args[: place + 1]
    if any(isinstance(a, ast.Starred) for a in before) or len(node.args) <= place:
        words = (a for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str) and _SHAPE.fullmatch(a.value))
        return next(words, next((k.value for k in node.keywords if k.arg == "rule"), None))
    return node.args[place]


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _prefix(node: ast.expr) -> str:
    """`trees-` of f"trees-{rule}"."""
    first = node.values[0] if isinstance(node, ast.JoinedStr) and len(node.values) == 2 else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def _values(node: ast.expr | None, module: _Module) -> list[str]:
    """The words that an expression can be: a constant, one of two, or what a function of this file returns."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _values(node.body, module) + _values(node.orelse, module)
    if isinstance(node, ast.Call):
        functions = [f for f in module.functions if f.name == _name(node)]
        returned = [r.value for f in functions for r in ast.walk(f) if isinstance(r, ast.Return)]
        return [v for r in returned if not isinstance(r, ast.Call) for v in _values(r, module)]
    if isinstance(node, ast.JoinedStr) and "rule" not in map(_word, node.values):
        return [f"{_text(node.values[0])}*"]
    return []


def _text(node: ast.expr | None) -> str:
    """The sentence of a message, with what it fills in as ‹name›; '' where it is made elsewhere."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(v) if isinstance(v, ast.Constant) else f"‹{_word(v)}›" for v in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left) + _text(node.right)
    return _text(node.body) if isinstance(node, ast.Lambda | ast.IfExp) else ""


def _word(node: ast.expr) -> str:
    """A name for what is filled in: the last name in the expression."""
    names = [n.attr if isinstance(n, ast.Attribute) else n.id for n in ast.walk(node) if isinstance(n, ast.Name | ast.Attribute)]
    return names[-1] if len(names) == 1 else next((n for n in names if n not in ("shown", "str", "len", "int", "self")), "…")
