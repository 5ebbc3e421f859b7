"""`celwacht deliveries`, `calendar` and `reports`: what came, what is due, and what goes back; `retention` and `rotate-key`: what is kept."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import click
from celwacht.publish.commands.preview_options import periods_asked
from celwacht.publish.commands.template_command import template
from celwacht.publish.terminal.console import say
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.whole_file import write_whole

DATA = click.option(
    "--data", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path), help="The data folder (confidential)."
)
DAY = click.option("--day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Seen from this day; default: today.")
MOST_LINES = 10


def the_day(given: datetime | None) -> date:
    return given.date() if given else datetime.now(UTC).date()


def slots_of(data: Path, day: date, periods: tuple[str, ...] = ()):
    """(register, slots) of a data folder; ProblemsFound for a period that has none."""
    from celwacht.tables.intake.delivery_plan import waiting
    from celwacht.tables.register.accounts import register_there
    from celwacht.tables.register.calendar import calendar, read_reminders
    from celwacht.tables.sources.sources import registers_of_persons

    register = register_there(data)
    came = waiting(data, register)
    slots = calendar(register, day, (), read_reminders(data / "reminders.csv"), registers_of_persons(), came)
    known = {one.periode for one in slots}
    if wrong := [one for one in periods if one not in known]:
        raise ProblemsFound(
            [Problem("PERIOD", 0, 0, "no-deliveries", f"there are no deliveries of '{one[:20]}'.{nearest(one, known)}") for one in wrong]
        )
    return register, [one for one in slots if not periods or one.periode in periods]


@click.command("deliveries", short_help="What came, and what the rules say of it. (confidential)")
@click.argument("delivery", required=False)
@DATA
@DAY
@click.option(
    "--period", "periods", multiple=True, metavar="PERIOD", help="Only this period, such as 2024HJ01; may be given more than once."
)
@click.option("--release", multiple=True, metavar="RULE", help="The office's word that a rule that fires widely is right; needs --period.")
def deliveries(delivery: str | None, data: Path, day: datetime | None, periods: tuple[str, ...], release: tuple[str, ...]) -> None:
    """List the deliveries of each provider and what became of them; with DELIVERY: every rule that it breaks, by line of its file.

    A rule that fires for a large share of all providers stands in a list of its own, and in no report: look at the rule before the
    providers hear of it. Is it right, --release it. Is it, or a list that it reads, wrong: mend that, and celwacht intake --judge-again.

    \b
    Example: celwacht deliveries --data data/small --period 2024HJ01
    Example: celwacht deliveries jeugdhulp_40000001_2024HJ01_v1 --data data/small
    Example: celwacht deliveries --data data/small --period 2024HJ01 --release V005
    """
    os.umask(0o077)
    from celwacht.publish.deliveries.after_intake import held_lines, release_rules
    from celwacht.publish.deliveries.answered import offered_as
    from celwacht.publish.deliveries.write import books_of
    from celwacht.tables.checks.answers import headline
    from celwacht.tables.register.calendar import NL

    register, slots = slots_of(data, the_day(day), tuple(p.code for p in periods_asked(periods)))
    if delivery:
        _one(data, register, delivery)
        return
    if release:
        say(release_rules(data, register, periods_asked(periods), release, the_day(day)))
        return
    codes, gone = {one.periode for one in slots}, register.dropped()
    books = {(book.period.code, book.record): book for book in books_of(data, register, codes)}
    for one in slots:
        book = books.get((one.periode, one.record))
        said = headline(book.rules, book.heard_by_provider(one.delivery)) if book and one.delivery else ""
        said = f"records gewist op {gone[one.record, one.periode]}" if (one.record, one.periode) in gone else said
        state = NL[one.status] + (", met opmerkingen" if book and one.delivery and book.verdict(one.delivery) == "with remarks" else "")
        state += ", nieuw bestand ontvangen" if one.waiting and one.delivery else ""
        say(f"{one.periode}  {one.record:<18} {one.aanbieder}  {one.rows:>7,}  {state:<32} {said}")
        if book and (last := book.refused.get(one.aanbieder)):
            name = offered_as(last, book.present)
            say(f"    {name}: geweigerd. {headline(book.rules, book.answers.get(name, ()))}")
    for line in held_lines(books.values()):
        say(line)


def _one(data: Path, register, delivery: str) -> None:
    """Every rule that one delivery breaks, and what could not be judged."""
    from celwacht.publish.deliveries.answered import answered
    from celwacht.tables.checks.answers import FAILED, headline
    from celwacht.tables.checks.fields import kind_of
    from celwacht.tables.periods import Period
    from celwacht.tables.register.register import ACCEPTED

    entries = register.of(delivery)
    if not entries or entries[-1].record not in kind_of():
        known = {one.id for one in register.entries if one.record in kind_of()}
        near = nearest(delivery, known)
        raise ProblemsFound([Problem("DELIVERY", 0, 0, "unknown-delivery", f"the register has no such delivery.{near}")])
    last = max(entries, key=lambda one: (one.outcome == ACCEPTED, one.when))
    book = answered(data, register, last.record, Period.parse(last.periode))
    say(f"{delivery}: {last.outcome}. {headline(book.rules, book.answers.get(delivery, ()), 'en')}")
    for one in book.answers.get(delivery, ()):
        if one.outcome == FAILED:
            rule = book.rules[one.rule]
            lines = ", ".join(map(str, one.lines[:MOST_LINES])) + (", ..." if len(one.lines) > MOST_LINES else "")
            where = f" (line {lines})" if lines else ""
            mark = " [held: fires widely]" if one.rule in book.held else " [office only]" if rule.audience == "office" else ""
            say(f"  {one.rule} {rule.severity}: {one.failed:,} of {one.judged:,}{where}. {rule.text.en} {rule.remedy.en}{mark}")


@click.command("calendar", short_help="Which deliveries are expected, due, late or in. (confidential)")
@DATA
@DAY
@click.option("--page", type=click.Path(dir_okay=False, path_type=Path), help="Also write a page for the office, with pictures.")
def calendar_command(data: Path, day: datetime | None, page: Path | None) -> None:
    """Tell, per period and record kind, how many providers have delivered, which are late, and which periods are open.

    Whoever delivered for the period before is expected again. Reminders that were sent are read from DATA/reminders.csv
    (aanbieder, record, periode, dag).

    \b
    Example: celwacht calendar --data data/small --day 2024-07-31 --page kalender.html
    """
    os.umask(0o077)
    from celwacht.publish.deliveries.office import office_page
    from celwacht.publish.deliveries.report import as_html, marked
    from celwacht.publish.deliveries.write import books_of
    from celwacht.tables.periods import Period
    from celwacht.tables.register.calendar import ANSWERED, NL, open_in_words
    from celwacht.tables.sources.provider_list import FILE, read_provider_list

    when = the_day(day)
    register, slots = slots_of(data, when)
    for period, record in sorted({(one.periode, one.record) for one in slots}):
        mine = [one for one in slots if (one.periode, one.record) == (period, record)]
        counts = Counter(one.status for one in mine)
        told = ", ".join(f"{NL[status]} {counts[status]}" for status in NL if counts[status])
        done = sum(counts[status] for status in ANSWERED)
        say(f"{period}  {record:<18} {open_in_words(Period.parse(period), when):<13} due {mine[0].due}  {done} of {len(mine)}: {told}")
    if page:
        report = office_page(slots, read_provider_list(data / FILE), books_of(data, register, {one.periode for one in slots}), when)
        write_whole(page, as_html(marked(report, data)))
        say(f"The page for the office is in {page}. It names providers: keep it inside.")


@click.command("reports", short_help="Mirror and quality reports for the providers. (confidential)")
@click.argument("period")
@DATA
@DAY
@click.option(
    "--to", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write to, one folder per provider."
)
@click.option("--pdf", is_flag=True, help="Write each report as tagged PDF too.")
@click.option(
    "--gemeenten",
    is_flag=True,
    help="Write the copies for gemeenten instead: of providers that consent (DATA/consent.csv) and whose own reports were written.",
)
@click.option(
    "--policy",
    default="statline",
    show_default=True,
    metavar="NAME",
    help="What is withheld in the copies for gemeenten: that of the public tables.",
)
def reports(period: str, data: Path, day: datetime | None, folder: Path, pdf: bool, gemeenten: bool, policy: str) -> None:
    """Write, for every provider that delivered for PERIOD, a mirror report (spiegelrapport) and a quality report (kwaliteitsrapport): a page
    without a network, a workbook and JSON, and the ESS validation report. Each holds that provider's own figures and nothing of others.

    \b
    Example: celwacht reports 2024HJ01 --data data/small --to spiegelrapporten --pdf
    Example: celwacht reports 2024HJ01 --data data/small --to kopieen --gemeenten --day 2024-09-02
    """
    os.umask(0o077)
    from celwacht.publish.processing.processing_command import ask_for

    ask_for("deliveries")
    from celwacht.publish.deliveries.write import write_reports

    when, (asked,) = the_day(day), periods_asked([period], "PERIOD")
    register, slots = slots_of(data, when, (asked.code,))
    gone = {record: day_of for (record, code), day_of in register.dropped().items() if code == asked.code}
    slots = [one for one in slots if one.record not in gone]
    if gone:
        what = f"the records of {asked.code} were dropped by the policy of retention ({', '.join(f'{r} {d}' for r, d in sorted(gone.items()))})"
        if not slots:
            raise ProblemsFound([Problem("PERIOD", 0, 0, "dropped", f"{what}: there is nothing to report on. Name a later period.")])
        say(f"Left out: {what}.")
    if gemeenten:
        _copies(data, slots, asked, folder, when, policy, pdf)
        return
    done = write_reports(data, register, slots, asked, folder, when.isoformat(), pdf)
    say(f"{done.files:,} files for {done.providers:,} providers are in {folder}, a folder for each. Send each provider its own only.")
    if done.held:
        say(
            f"Left out until the office has looked at them, for they fire widely: {', '.join(done.held)}. "
            f"Right? celwacht deliveries --period {asked.code} --release RULE. Wrong? Mend the rule or list, then celwacht intake --judge-again."
        )


def _copies(data: Path, slots, period, folder: Path, day: date, policy: str, pdf: bool) -> None:
    """The copies for gemeenten, and which providers still wait for their own report."""
    from celwacht.disclosure.policy.policy import read_policy
    from celwacht.publish.deliveries.write_copies import write_copies
    from celwacht.publish.terminal.screen import counting, screen

    with counting(screen(), "Copies") as progress:
        done = write_copies(data, slots, period, folder, day, read_policy(policy), pdf=pdf, progress=progress)
    say(f"{done.files:,} files for {done.gemeenten:,} gemeenten, of {done.providers:,} providers that consent, are in {folder}.")
    if done.waiting:
        say(
            f"Left out, for their own reports were not written yet (celwacht reports {period.code} --to ...): {len(done.waiting)} providers."
        )


KEY = click.option("--key", type=click.Path(path_type=Path), envvar="CELWACHT_KEY", help="The secret key; default: as for intake.")
MOST = 20


@click.command("retention", short_help="What may be dropped of deliveries, and drop it. (confidential)")
@DATA
@DAY
@KEY
@click.option("--drop", is_flag=True, help="Drop it. The register tells what was dropped and when.")
def retention(data: Path, day: datetime | None, key: Path | None, drop: bool) -> None:
    """List what the policy in DATA/retention.yaml lets go; with --drop, drop it.

    \b
    version: 1
    files_months: 12     # a delivered file, so many months after its period was closed
    records_years: 10    # records and answers, so many years after the end of their period

    Without that file nothing goes. What was published, its ledger and proofs stay as they are, and verify.

    \b
    Example: celwacht retention --data data/small --day 2026-01-31
    Example: celwacht retention --data data/small --day 2026-01-31 --drop
    """
    os.umask(0o077)
    from celwacht.publish.commands.set_commands import opened_key
    from celwacht.publish.sets.data_lock import locked
    from celwacht.tables.intake.retain import retain
    from celwacht.tables.sources.retention_policy import FILE

    when = the_day(day)
    with locked(data):
        found = retain(data, opened_key(key, data), when, drop=drop)
    if not (data / FILE).is_file():
        say(f"There is no {FILE} in the data folder: nothing goes. What it holds: celwacht retention --help.")
    for one in found.ids[:MOST]:
        say(f"file     {one}")
    if len(found.ids) > MOST:
        say(f"         ... and {len(found.ids) - MOST:,} more")
    for record, period in found.records:
        say(f"records  {record} {period}")
    what = f"{len(found.files):,} delivered files, and {found.rows:,} records of {len(found.records)} record kinds and periods"
    say(
        f"Dropped on {when}: {what}."
        if drop
        else f"May be dropped on {when}: {what}." + (" Add --drop." if found.ids or found.records else "")
    )


@click.command("rotate-key", short_help="Renew the secret key without losing a link. (confidential)")
@DATA
@KEY
@click.option("--to", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File for the new key, outside DATA.")
def rotate_key(data: Path, key: Path | None, target: Path) -> None:
    """Renew every pseudonym in the vault under a new key, in one step; every link between records, periods and registers stays.

    The new key file holds the old secret and one more: from now on, use that file alone. Interrupted, run the same again. The seals of
    the ledger stay as they are, so that what was published verifies as before.

    \b
    Example: celwacht rotate-key --data data/small --to new.key
    """
    os.umask(0o077)
    from celwacht.publish.commands.set_commands import key_file
    from celwacht.publish.sets.data_lock import locked
    from celwacht.tables.intake.rotate import rotate
    from celwacht.tables.intake.vault.key import open_key

    with locked(data):
        done = rotate(data, open_key(key_file(key), data, create=False), target)
    say(
        f"{done.persons:,} pseudonyms in {done.files} files were renewed. Use {target} from now on (key {done.key}); keep the old file in the safe."
    )


COMMANDS = (calendar_command, deliveries, reports, retention, rotate_key, template)
"""The commands on deliveries, for the command line."""
