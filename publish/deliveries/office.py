"""The page of the office: who has delivered, over time and by region; which rules fire so widely that they are looked at first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from celwacht.publish.deliveries.answered import Answered
from celwacht.publish.deliveries.report import Cell, Report, Section
from celwacht.tables.periods import Period
from celwacht.tables.register.calendar import ANSWERED, NL, Slot, open_in_words, response

FIRST = "eerst nagaan"
"""What is said of a rule that fires widely; these stand at the top."""


def office_page(slots: Sequence[Slot], providers: dict[str, dict[str, str]], books: Sequence[Answered], day: date) -> Report:
    """Everything in one report. Confidential: it names providers."""
    sections = [_response(slots, day), *_over_time(slots), _by_region(slots, providers), _wanting(slots, providers), _rules(books)]
    return Report("Leveringen", f"Stand van {day.isoformat()}", sections)


def _response(slots: Sequence[Slot], day: date) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for (period, record), (answered, asked) in sorted(response(slots).items()):
        mine = [one for one in slots if (one.periode, one.record) == (period, record)]
        counts = tuple(sum(one.status == status for one in mine) for status in NL)
        rows.append((period, record, asked, answered, round(100 * answered / asked, 1), *counts, open_in_words(Period.parse(period), day)))
    header = ("Periode", "Soort", "verwacht", "geleverd", "% respons", *NL.values(), "Stand")
    return Section("Respons", "", header, rows, [(f"{row[0]} {row[1]}", float(row[4])) for row in rows], 100)


def _over_time(slots: Sequence[Slot]) -> list[Section]:
    """For every open period, how many of the providers had delivered by each day on which something came."""
    sections = []
    for period, record in sorted({(one.periode, one.record) for one in slots if one.is_open}):
        mine = [one for one in slots if (one.periode, one.record) == (period, record)]
        days = sorted(one.received for one in mine if one.status in ANSWERED and one.received)
        reached = [(day, 100 * sum(other <= day for other in days) / len(mine)) for day in sorted(set(days))]
        rows = [(day, sum(other <= day for other in days), round(share, 1)) for day, share in reached]
        title, note = f"Respons in de tijd: {record} {period}", f"Van {len(mine)} aanbieders; uiterlijk {mine[0].due.isoformat()}."
        sections.append(Section(title, note, ("Dag", "geleverd", "%"), rows, reached, 100))
    return sections


def _by_region(slots: Sequence[Slot], providers: dict[str, dict[str, str]]) -> Section:
    counts: dict[str, tuple[int, int]] = {}
    for one in slots:
        place = providers.get(one.aanbieder, {}).get("gemeente") or "zonder gemeente"
        answered, asked = counts.get(place, (0, 0))
        counts[place] = answered + (one.status in ANSWERED), asked + 1
    rows = [(place, asked, answered, round(100 * answered / asked, 1)) for place, (answered, asked) in sorted(counts.items())]
    note = "Naar de gemeente van vestiging in aanbieders.csv." if providers else "Er is geen aanbieders.csv met gemeenten van vestiging."
    return Section("Respons naar gemeente", note, ("Gemeente", "verwacht", "geleverd", "%"), rows, [(r[0], r[3]) for r in rows], 100)


def _wanting(slots: Sequence[Slot], providers: dict[str, dict[str, str]]) -> Section:
    rows = [
        (
            one.periode,
            one.record,
            one.aanbieder,
            providers.get(one.aanbieder, {}).get("naam", ""),
            NL[one.status],
            one.due.isoformat(),
            one.reminded,
        )
        for one in slots
        if one.status not in ANSWERED
    ]
    header = ("Periode", "Soort", "Aanbieder", "Naam", "Status", "Uiterlijk", "Gerappelleerd")
    return Section("Nog niet geleverd", "" if rows else "Niemand.", header, rows)


def _rules(books: Sequence[Answered]) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for book in books:
        providers = len(book.by_provider())
        for code, fired in sorted(book.fired().items()):
            if fired:
                state = FIRST if code in book.held else "alleen CBS" if book.rules[code].audience == "office" else ""
                state = "vrijgegeven" if code in book.released else state
                rows.append((book.period.code, book.record, code, book.rules[code].text.nl, fired, providers, state))
    rows.sort(key=lambda row: row[-1] != FIRST)
    note = (
        "Eerst nagaan: de regel slaat aan bij meer dan de helft van de aanbieders, of op meer dan een vijfde van de records. "
        "Aanbieders horen er niet van voordat de regel is nagegaan. Klopt de regel: celwacht deliveries --period PERIODE --release REGEL. "
        "Klopt de regel niet, of een lijst: herstel die, en celwacht intake DATA --judge-again."
    )
    return Section("Regels die aanslaan", note, ("Periode", "Soort", "Regel", "Wat de regel vraagt", "aanbieders", "van", "Stand"), rows)
