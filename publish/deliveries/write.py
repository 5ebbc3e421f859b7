"""All reports of a period as files: per provider and record kind a mirror report and a quality report, each as page, workbook and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from celwacht.publish.deliveries.answered import Answered, answered, offered_as
from celwacht.publish.deliveries.consent import note_reported
from celwacht.publish.deliveries.figures import Mirror, mirrors
from celwacht.publish.deliveries.mirror import mirror_report
from celwacht.publish.deliveries.quality import quality_report, validation_report
from celwacht.publish.deliveries.report import Report, as_html, as_json, as_pdf, as_workbook, marked
from celwacht.tables.checks.fields import kind_of
from celwacht.tables.periods import Period
from celwacht.tables.regions import divisions
from celwacht.tables.register.calendar import Slot
from celwacht.tables.register.register import Register
from celwacht.tables.whole_file import write_whole

Forms = dict[str, Callable[[Report], str | bytes]]
"""Ending of a file -> what makes its content."""
FORMS: Forms = {"html": as_html, "xlsx": as_workbook, "json": as_json}
QUALITY, REFUSED_SINCE = "kwaliteitsrapport", "geweigerd"
"""The quality report on what counts (or was refused, with nothing before it), and on what was refused while an earlier version stands."""
NAMES = ("spiegelrapport", QUALITY, REFUSED_SINCE)


@dataclass(frozen=True)
class Written:
    """What was written."""

    files: int
    providers: int
    held: tuple[str, ...]
    """`RECORD RULE` of every rule that is left out of the reports until the office has looked at it."""


def write_reports(
    data: Path, register: Register, slots: Iterable[Slot], period: Period, folder: Path, when: str = "", pdf: bool = False
) -> Written:
    """Writes folder/PROVIDER/RECORD-PERIOD-{spiegelrapport,kwaliteitsrapport}.{html,xlsx,json} and RECORD-PERIOD-validation.json.

    A delivery that was refused, with nothing that counts before it, gets a quality report alone; a correction that was refused, while an
    earlier version stands, a second one beside it (RECORD-PERIOD-geweigerd). when: time for the validation report; pdf: each report as PDF too.
    """
    files, providers, held, made = 0, set(), [], []
    forms = forms_of(pdf)
    names = gemeente_names()
    for record in kind_of():
        mine = [one for one in slots if one.record == record and one.periode == period.code and one.versions]
        if not mine:
            continue
        book = answered(data, register, record, period)
        figures, medians = mirrors(data, record, period), book.medians()
        held += [f"{record} {code}" for code in sorted(book.held)]
        for slot in mine:
            place = folder / slot.aanbieder
            place.mkdir(parents=True, exist_ok=True)
            providers.add(slot.aanbieder)
            heard = _heard(book, slot)
            reports = {name: quality_report(book, one, slot.aanbieder, rows, medians) for name, (one, rows) in heard.items()}
            if slot.delivery:
                reports["spiegelrapport"] = mirror_report(book, slot, figures.get(slot.aanbieder, Mirror()), names)
            made += [(slot.aanbieder, record, period.code, slot.delivery)] if slot.delivery else []
            reports = {name: marked(report, data) for name, report in reports.items()}
            validation = validation_report(book, [one for one, _ in heard.values()], when)
            files += _write(place, f"{record}-{period.code}", reports, validation, forms)
    note_reported(data, made, when)
    return Written(files, len(providers), tuple(held))


def _heard(book: Answered, slot: Slot) -> dict[str, tuple[str, int]]:
    """Name of a quality report -> the delivery that it is on and its records: what counts, and what was refused since."""
    last, found = book.refused.get(slot.aanbieder), {}
    if slot.delivery:
        found[QUALITY] = (slot.delivery, slot.rows)
    if last:
        found[REFUSED_SINCE if slot.delivery else QUALITY] = (offered_as(last, book.present), last.rows)
    return found


def forms_of(pdf: bool) -> Forms:
    """The forms that are written, with or without paper."""
    return FORMS | {"pdf": as_pdf} if pdf else FORMS


def write_report(path: Path, report: Report, forms: Forms) -> int:
    """Writes the report in every form to `path` with the form's ending; the number of files. `path`: without an ending."""
    if "pdf" not in forms:
        path.with_name(f"{path.name}.pdf").unlink(missing_ok=True)  # of an earlier run: it would tell something else than the others
    for form, made in forms.items():
        content = made(report)
        write_whole(path.with_name(f"{path.name}.{form}"), content)
    return len(forms)


def _write(place: Path, stem: str, reports: dict[str, Report], validation: str, forms: Forms) -> int:
    for old in (place / f"{stem}-{name}.{form}" for name in NAMES if name not in reports for form in (*FORMS, "pdf")):
        old.unlink(missing_ok=True)  # of an earlier run: a refusal that a later version mended
    files = sum(write_report(place / f"{stem}-{name}", report, forms) for name, report in reports.items())
    write_whole(place / f"{stem}-validation.json", validation)
    return files + 1


def books_of(data: Path, register: Register, periods: Iterable[str]) -> list[Answered]:
    """The answers of every record kind with deliveries in these periods."""
    wanted = sorted({(one.periode, one.record) for one in register.entries if one.periode in set(periods) and one.record in kind_of()})
    return [answered(data, register, record, Period.parse(code)) for code, record in wanted]


def gemeente_names() -> dict[str, str]:
    """Gemeente code -> name, of the latest list at hand."""
    return divisions.names()
