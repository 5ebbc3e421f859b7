"""The mirror report (spiegelrapport): what was received of one provider, per gemeente, beside the period before and a year before.

No single persons, no other providers. Seeds: "per gemeente een overzicht van het totale aantal geleverde zorg- en hulptrajecten,
uitgesplitst naar kenmerken als hulpvorm, verwijzer en reden beëindiging".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from celwacht.publish.deliveries.answered import Answered
from celwacht.publish.deliveries.figures import Flow, Mirror
from celwacht.publish.deliveries.report import Cell, Report, Section
from celwacht.tables.checks.answers import FAILED, PASSED, WHY, headline
from celwacht.tables.checks.fields import kind_of
from celwacht.tables.register.calendar import NL, Slot, due
from celwacht.tables.sources.layouts import Layout, load_layout
from celwacht.tables.sources.sources import register_of_record

FLOWS = ("beginstand", "instroom", "uitstroom", "eindstand", "in gebruik")
VERDICT = {"accepted": "aanvaard", "with remarks": "aanvaard met opmerkingen", "refused": "geweigerd", "held": "nog geen oordeel"}
ANSWER_NL = {PASSED: "in orde", FAILED: "opmerking"}
CORRECT = (
    "Klopt er iets niet? Lever het hele bestand opnieuw aan: een herlevering vervangt de vorige helemaal. Dat kan voor de lopende en de "
    "vorige verslagperiode."
)


def mirror_report(book: Answered, slot: Slot, mirror: Mirror, names: dict[str, str]) -> Report:
    """The report of the delivery that counts of one provider. names: gemeente code -> name, where known."""
    layout = load_layout(book.record, book.period)
    kind = kind_of()[book.record]
    apart = (kind, *register_of_record(book.record).traits)
    others = [one.name for one in layout.fields if one.type == "code" and one.name not in apart]
    shown = _shown(book.record)
    sections = [_received(book, slot, layout), _overview(mirror, layout, kind, shown)]
    sections.append(_by_place(mirror.flows, layout, kind, names, shown))
    sections += [_by_place(mirror.flows, layout, name, names, shown) for name in others]
    sections += [_compared(mirror, names), _gone(mirror, names), _filling(mirror, layout), _values(mirror, layout, [kind, *others])]
    sections.append(_judged(book, slot))
    return Report(f"Spiegelrapport {layout.title.nl.lower()}", f"Aanbieder {slot.aanbieder}, {book.period.title()}", sections)


def _shown(record: str) -> tuple[int, ...]:
    """The flows that mean something for a record kind: of what is an event of one day, such as advice, only how many there are."""
    return tuple(range(len(FLOWS))) if register_of_record(record).trajectories.end else (len(FLOWS) - 1,)


def _names_of(shown: Sequence[int]) -> tuple[str, ...]:
    return tuple(FLOWS[one] for one in shown) if len(shown) > 1 else ("records",)


def label(layout: Layout, name: str, code: str) -> str:
    """`02 Huisarts`; a value that is not given is said so."""
    field = layout.field(name)
    text = next((one.nl for one in field.codes if one.code == code), "") if field else ""
    return f"{code} {text}".strip() or "niet gevuld"


def _received(book: Answered, slot: Slot, layout: Layout) -> Section:
    rows: list[tuple[Cell, ...]] = [
        ("Levering", slot.delivery),
        ("Kenmerk van het bestand", book.digests.get(slot.delivery, "")[:16]),
        ("Ontvangen", slot.received or "onbekend"),
        ("Verslagperiode", f"{book.period.begin.isoformat()} tot en met {book.period.end.isoformat()}"),
        ("Uiterste datum", slot.due.isoformat()),
        ("Opnieuw leveren kan tot en met", due(book.period.after).isoformat()),
        ("Indeling", f"protocol {layout.layout} (vanaf {layout.valid[0]})"),
        ("Records", slot.rows),
        ("Status", NL[slot.status]),
        ("Oordeel", VERDICT[book.verdict(slot.delivery)]),
        ("Beoordeeld", headline(book.rules, book.heard_by_provider(slot.delivery))),
    ]
    return Section("Ontvangen", CORRECT, ("Wat", "Uitkomst"), rows)


def _sums(flows: Sequence[Flow]) -> tuple[int, ...]:
    columns = ((one.begin, one.inflow, one.outflow, one.end, one.used) for one in flows)
    return tuple(map(sum, zip(*columns, strict=True)))


def _title(layout: Layout, name: str) -> str:
    field = layout.field(name)
    assert field is not None  # the flows are counted over the fields of this layout
    return field.title.nl


def _overview(mirror: Mirror, layout: Layout, kind: str, shown: Sequence[int]) -> Section:
    by_code: dict[str, list[Flow]] = defaultdict(list)
    for one in mirror.flows:
        if one.field == kind:
            by_code[one.code].append(one)
    by_flow = {code: _sums(some) for code, some in sorted(by_code.items())}
    total = _sums([one for some in by_code.values() for one in some]) or (0,) * len(FLOWS)
    rows: list[tuple[Cell, ...]] = [
        (text, *(sums[one] for one in shown))
        for text, sums in [*((label(layout, kind, code), sums) for code, sums in by_flow.items()), ("Totaal", total)]
    ]
    bars = [(label(layout, kind, code), sums[-1]) for code, sums in by_flow.items()]
    return Section("Totaal", "", (_title(layout, kind), *_names_of(shown)), rows, bars)


def _by_place(flows: Sequence[Flow], layout: Layout, name: str, names: dict[str, str], shown: Sequence[int]) -> Section:
    mine = sorted((one for one in flows if one.field == name), key=lambda one: (one.place, one.code))
    title = _title(layout, name)
    note = ""
    header: tuple[str, ...] = ("Gemeente", "Naam", title, *_names_of(shown))
    rows: list[tuple[Cell, ...]] = []
    for one in mine:
        counts = (one.begin, one.inflow, one.outflow, one.end, one.used)
        rows.append((one.place, names.get(one.place, ""), label(layout, name, one.code), *(counts[n] for n in shown)))
    if name == "reden":
        note, header = "Alleen wat in de periode eindigde; duur in dagen, gemiddeld.", ("Gemeente", "Naam", title, "uitstroom", "duur")
        rows = [
            (one.place, names.get(one.place, ""), label(layout, name, one.code), one.outflow, round(one.days / one.outflow, 1))
            for one in mine
            if one.outflow
        ]
    return Section(f"Per gemeente: {title.lower()}", note, header, rows)


def _values(mirror: Mirror, layout: Layout, fields: Sequence[str]) -> Section:
    """Every coded field by itself: which values it has, and how often."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    totals: dict[str, int] = defaultdict(int)
    for one in mirror.flows:
        counts[one.field, one.code] += one.used
        totals[one.field] += one.used
    rows: list[tuple[Cell, ...]] = [
        (_title(layout, name), label(layout, name, code), n, round(100 * n / totals[name], 1))
        for name in fields
        for (field, code), n in sorted(counts.items())
        if field == name and n
    ]
    return Section("Waarden van velden", "", ("Veld", "Waarde", "records", "%"), rows)


def _compared(mirror: Mirror, names: dict[str, str]) -> Section:
    rows: list[tuple[Cell, ...]] = []
    totals = [sum(side.values()) for side in (mirror.now, mirror.before, mirror.year_before)]
    for place in ("", *sorted(mirror.now.keys() | mirror.before.keys() | mirror.year_before.keys())):
        now, before, year = totals if not place else [side.get(place, 0) for side in (mirror.now, mirror.before, mirror.year_before)]
        flag = "let op" if abs(now - before) >= 20 and 100 * abs(now - before) > 25 * before and mirror.before else ""
        name = names.get(place, "") if place else ""
        rows.append(
            (place or "Totaal", name, now, before, now - before, _percent(now, before), year, now - year, _percent(now, year), flag)
        )
    header = ("Gemeente", "Naam", "nu", "vorige periode", "verschil", "%", "jaar eerder", "verschil", "%", "Opmerking")
    return Section(
        "Vergelijking",
        "Records in gebruik (van een gebeurtenis: alle). Let op: meer dan 25% en 20 records verschil met de vorige periode.",
        header,
        rows,
    )


def _percent(now: int, before: int) -> Cell:
    return round(100 * (now - before) / before, 1) if before else ""


def _gone(mirror: Mirror, names: dict[str, str]) -> Section:
    gone = [(place, names.get(place, ""), "nu geen", n) for place, n in sorted(mirror.before.items()) if place not in mirror.now]
    new = [
        (place, names.get(place, ""), "nieuw", n) for place, n in sorted(mirror.now.items()) if mirror.before and place not in mirror.before
    ]
    note = "" if mirror.before else "Er is geen levering over de vorige periode om mee te vergelijken."
    return Section(
        "Gemeenten weg of nieuw", note or ("" if gone or new else "Geen."), ("Gemeente", "Naam", "Weg of nieuw", "records"), [*gone, *new]
    )


def _filling(mirror: Mirror, layout: Layout) -> Section:
    """Every field and how often it is filled; what the layout asks of each record, so that a delivery without it is refused, always."""
    rows: list[tuple[Cell, ...]] = []
    end = layout.role("end")
    counted = {end.name if name == "einde" and end else name for name, *_ in mirror.filling}
    all_of_them = max((records for _, records, *_ in mirror.filling), default=0)
    asked = [one.name for one in layout.fields if one.required and not one.special and one.name not in counted]
    for name, records, filled, value, often in sorted([*mirror.filling, *((one, all_of_them, all_of_them, "", 0) for one in asked)]):
        field = end if name == "einde" else layout.field(name)
        title = field.title.nl if field else "Alleen gemeente bekend" if name == "gemeente" else name
        most = label(layout, name, value) if value else ""
        share = round(100 * filled / records, 1) if records else 0.0
        rows.append((title, records, filled, share, most, round(100 * often / filled, 1) if value and filled else ""))
    bars = [(str(row[0]), float(row[3])) for row in rows]
    return Section("Vulling van velden", "", ("Veld", "records", "gevuld", "% gevuld", "meest voorkomend", "%"), rows, bars, 100)


def _judged(book: Answered, slot: Slot) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (one.rule, book.rules[one.rule].text.nl, ANSWER_NL.get(one.outcome) or f"niet beoordeeld: {WHY[one.why]['nl']}")
        for one in book.heard_by_provider(slot.delivery)
    ]
    return Section("Beoordeelde regels", "", ("Regel", "Wat de regel vraagt", "Uitkomst"), rows)
