"""The quality report (kwaliteitsrapport): which rules a delivery breaks, how widely, and what to do; also as an ESS validation report.

Examples are numbers of lines of the provider's own file, never values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from celwacht.publish.deliveries.answered import Answered
from celwacht.publish.deliveries.mirror import VERDICT
from celwacht.publish.deliveries.report import Cell, Report, Section
from celwacht.tables.checks.answers import ANSWER, FAILED, UNJUDGED, WHY, Judged, headline
from celwacht.tables.checks.catalogue import BY_REGISTER, Rule
from celwacht.tables.checks.fields import fields_of_view, kind_of, vocabulary
from celwacht.tables.sources.layouts import load_layout
from celwacht.tables.specs.filter_language import ExpressionError, fields_of, parse

EXAMPLES = 3
NOTE = (
    "Voorbeelden zijn nummers van regels in uw bestand (de kopregel is 1), en met ‘vorige’ ervoor van regels in uw bestand over de periode ervoor: "
    "die records staan niet in dit bestand, of hadden er niet in mogen staan. Alle regelnummers staan in het bestand -validation.json. "
    "Vorige levering: de records in de versie die deze verving, of anders in de levering over de periode ervoor. "
    "Mediaan: van het percentage bij alle aanbieders, waar dat er vijf of meer zijn."
)
SEVERITY = {"error": "fout", "warning": "waarschuwing", "information": "ter informatie"}
COUNTED = {"error": "Regels met een fout", "warning": "Regels met een waarschuwing", "information": "Regels ter informatie"}
LEVEL = {
    "file": "bestand",
    "field": "veld",
    "record": "record",
    "records": "tussen records",
    "last_delivery": "vorige levering",
    "references": "lijsten en anderen",
}
USABLE = {
    "accepted": "bruikbaar",
    "with remarks": "bruikbaar met opmerkingen",
    "refused": "niet bruikbaar",
    "held": "nog niet bekend: het CBS gaat eerst een regel zelf na, u hoeft nu niets te doen",
}
UNREAD = "De levering is als geheel geweigerd voordat er regels op beoordeeld konden worden. Exporteer het bestand opnieuw; helpt dat niet, vraag het CBS."


def quality_report(book: Answered, delivery: str, aanbieder: str, rows: int, medians: dict[str, float] | None = None) -> Report:
    """The report of one delivery, also of one that was refused. medians: of the shares of all providers, where already known."""
    told = book.heard_by_provider(delivery)
    middle = book.medians() if medians is None else medians
    fired = [one for one in told if one.outcome == FAILED]
    count = {severity: sum(book.rules[one.rule].severity == severity for one in fired) for severity in SEVERITY}
    verdict = book.verdict(delivery)
    head: list[tuple[Cell, ...]] = [
        ("Levering", delivery),
        ("Records", rows),
        ("Beoordeeld", headline(book.rules, told)),
        *((COUNTED[severity], n) for severity, n in count.items()),
        ("Oordeel", f"{USABLE[verdict]} ({VERDICT[verdict]})"),
    ]
    table = _fired(book, delivery, middle)
    header = (
        "Regel",
        "Wat de regel vraagt",
        "Ernst",
        "Niveau",
        "Protocol",
        "records",
        "% van beoordeeld",
        "vorige levering",
        "mediaan %",
        "voorbeelden",
        "Wat te doen",
    )
    note = NOTE if table else UNREAD if verdict == "refused" else "Geen."
    bars = [(f"{row[0]} {row[1]}", float(row[6])) for row in table]
    sections = [Section("Oordeel", "", ("Wat", "Uitkomst"), head), Section("Regels met opmerkingen", note, header, table, bars, 100)]
    sections += [_matrix(book, delivery), _unjudged(book, delivery)]
    return Report(
        f"Kwaliteitsrapport {load_layout(book.record, book.period).title.nl.lower()}",
        f"Aanbieder {aanbieder}, {book.period.title()}",
        sections,
    )


def _fired(book: Answered, delivery: str, middle: dict[str, float]) -> list[tuple[Cell, ...]]:
    """A row for every rule that the delivery breaks, the gravest first."""
    before = {one.rule: one for one in book.before(delivery)}
    fired = [one for one in book.heard_by_provider(delivery) if one.outcome == FAILED]
    table: list[tuple[Cell, ...]] = []
    for one in sorted(fired, key=lambda one: (list(SEVERITY).index(book.rules[one.rule].severity), one.rule)):
        rule = book.rules[one.rule]
        earlier = before[one.rule].failed if one.rule in before else ""
        lines = _examples(rule, one)
        share, typical = round(100 * one.share, 1), round(100 * middle[one.rule], 1) if one.rule in middle else ""
        told_rule = (one.rule, rule.text.nl, SEVERITY[rule.severity], LEVEL[rule.level], rule.paragraph)
        table.append((*told_rule, one.failed, share, earlier, typical, lines, rule.remedy.nl))
    return table


def _examples(rule: Rule, one: Judged) -> str:
    """Lines of the first records that fail, or why there are none."""
    if one.lines:
        return ("vorige: " if rule.of == "earlier" else "") + ", ".join(map(str, one.lines[:EXAMPLES]))
    if rule.change or rule.dominant:
        return "geen: het gaat om aantallen"
    if rule.level == "file" or rule.intake in BY_REGISTER:
        return "het hele bestand"
    return "geen: ter informatie" if rule.severity == "information" else "geen: van dit bestand zijn geen regelnummers bewaard"


def _fields(book: Answered, code: str) -> frozenset[str]:
    """Titles of the fields that a rule is about, also where it asks something that is worked out from them; empty for a rule of the intake,
    of which the message names the field."""
    rule = book.rules[code]
    known = fields_of_view(book.record, rule.view)
    found = frozenset({rule.dominant.field}) if rule.dominant else frozenset()
    for text in rule.expressions.values():
        try:
            found |= fields_of(parse(text, known))
        except ExpressionError:  # a rule for several record kinds, of which this one lacks a field, is refused when it is read
            continue
    layout, made = load_layout(book.record, book.period), vocabulary(book.record, rule.view)
    titles = {one.name: one.title.nl for one in layout.fields}
    roles = {"aanvang": layout.role("begin"), "einde": layout.role("end"), "k": layout.field(kind_of()[book.record])}
    titles |= {name: one.title.nl for name, one in roles.items() if one}
    words = {word for name in found for word in re.findall(r"\w+", made[name].sql if name in made else name)}
    return frozenset(titles[word] for word in words if word in titles)


def _matrix(book: Answered, delivery: str) -> Section:
    """Fields by rules: what fails where."""
    fired = [one for one in book.heard_by_provider(delivery) if one.outcome == FAILED]
    names = {one.rule: _fields(book, one.rule) for one in fired}
    fields = sorted(frozenset().union(*names.values())) if names else []
    rows = [(name, *(one.failed if name in names[one.rule] else "" for one in fired)) for name in fields]
    return Section("Velden en regels", "" if rows else "Geen.", ("Veld", *(one.rule for one in fired)), rows)


def _unjudged(book: Answered, delivery: str) -> Section:
    rows = [
        (one.rule, book.rules[one.rule].text.nl, WHY[one.why]["nl"]) for one in book.heard_by_provider(delivery) if one.outcome == UNJUDGED
    ]
    return Section("Niet beoordeeld", "" if rows else "Alle regels zijn beoordeeld.", ("Regel", "Wat de regel vraagt", "Waarom"), rows)


def validation_report(book: Answered, deliveries: Iterable[str], when: str) -> str:
    """The answers as an ESS validation report (data-cleaning/ValidatReport, 1.0.1: an identifier of data is a list of keys): value "1" passed, "0" failed, "NA" could not be judged."""
    found = []
    for delivery, one in ((name, one) for name in deliveries for one in book.heard_by_provider(name)):
        rule = book.rules[one.rule]
        expression = " and ".join(rule.expressions.values()) or rule.intake or rule.judge
        where = " of the delivery for the period before" if rule.of == "earlier" else ""
        found.append(
            {
                "id": f"{delivery}:{one.rule}",
                "type": "validation",
                "event": {"time": when, "actor": "celwacht", "trigger": "delivery"},
                "rule": {
                    "language": "celwacht",
                    "expression": expression,
                    "severity": rule.severity,
                    "description": f"{rule.text.nl} ({rule.paragraph})",
                },
                "value": ANSWER[one.outcome],
                "data": {"source": [[delivery]], "target": [[delivery, f"line {line}{where}"] for line in one.lines] or [[delivery]]},
            }
        )
    dumps = json.JSONEncoder(ensure_ascii=False).encode
    return "[" + ",\n".join(map(dumps, found)) + "]\n"  # one on a line
