"""`celwacht verify` on a published set or on a folder of one's own, and `celwacht ledger`: options in, words out."""

from __future__ import annotations

import os
from pathlib import Path

import click
from celwacht.publish.commands import set_commands
from celwacht.publish.terminal.console import Refused, complain, say
from celwacht.tables.problems import Problem, ProblemsFound, nearest, some_of


def verify_set_of(data: Path, set_name: str | None, out: Path | None, key: Path | None = None) -> None:
    """Holds record, ledger and public files of a set against each other; Refused where anything differs."""
    from celwacht.publish.sets.data_lock import at_rest
    from celwacht.publish.verify import verify_set

    with at_rest(data):
        reports, trial = verify_set.root_of(data, out)
        _, name = set_commands.record_of(data, set_name, reports)
        found = verify_set.verify(data, reports, name, out, trial=trial, key=_secret(key, data))
    for table, (verdict, n) in found.tables.items():
        word = "SAFE" if verdict.may_be_published else "NOT PROVED"
        say(f"{word:<12}{table}  ({n} certificate{'s' * (n != 1)})")
    if found.beside:
        say(f"{'BESIDE':<12}{len(found.beside)} of {len(found.tables)} tables are proved beside all others: {', '.join(found.beside)}")
    if found.chain is not None:
        say(f"{'LEDGER':<12}{len(found.chain.lines)} lines; its head is {found.chain.head}")
    for text in found.remarks:
        say(text)
    for text in some_of(found.problems):
        complain(text)
    if found.problems:
        say(f"{'DAMAGED':<12}{found.release or name}")
        raise Refused(
            f"{name}: not everything is as it was proved and published. Restore what is named from a backup, or publish the set again."
        )
    if out is None:
        say("The public files were not looked at: add --out.")
    else:
        say(f"{'AS MADE':<12}{found.release}{' (a trial: in no ledger)' * trial}")


def verify_folder(
    folder: Path,
    against: tuple[Path, ...],
    hierarchy: tuple[str, ...],
    microdata: bool = False,
    key: Path | None = None,
    apriori: Path | None = None,
) -> None:
    """Holds a folder of `celwacht protect` against its certificate, or one of `celwacht round` against its report; Refused where it is not
    SAFE and as proved, or not as made."""
    from celwacht.publish.own_tables import verify as verifier
    from celwacht.publish.own_tables import verify_rounded

    if verify_rounded.is_rounded(folder):
        return _verify_rounded(folder, against, hierarchy, key)
    proved, wrong = verifier.verify(folder)
    if against:
        from celwacht.publish.own_tables.protect_input import Order, read

        whole = not hierarchy and proved.problem is not None and proved.problem.integral  # counts are whole anyway
        told = verifier.policy_told(folder)
        source = read(Order(against[0], hierarchy, linked=against[1:], whole=whole, microdata=microdata, apriori=apriori, options=told))
        wrong += [f"{against[0]}: {text}" for text in verifier.compare(folder, proved, source)]
    verdict = proved.judged.verdict
    say(f"{verdict.value:<14}{folder}: {proved.judged.reason}")
    for text in some_of(wrong):
        complain(text)
    if wrong:
        raise Refused("This folder is not as it was proved, and must not be published. Run celwacht protect again.")
    say(f"{'AS PROVED':<14}{verifier.in_a_sentence(proved)}")
    if not verdict.may_be_published:
        raise Refused("NOT PROVED SAFE: this pattern must not be published.")


def _verify_rounded(folder: Path, against: tuple[Path, ...], hierarchy: tuple[str, ...], key: Path | None) -> None:
    from celwacht.publish.own_tables import verify_rounded
    from celwacht.publish.own_tables.protect_input import Order, read

    source = read(Order(against[0], hierarchy or (str(folder / verify_rounded.HIERARCHY),))) if against else None
    held, wrong = verify_rounded.verify(folder, source, key)
    for text in some_of(wrong):
        complain(text)
    if wrong:
        raise Refused("This folder is not as it was made, and must not be published. Run celwacht round again.")
    for text in held:
        say(f"{'AS MADE':<14}{text}")
    say("Rounding has no certificate: what its method promises is in disclosure/ROUNDING.md.")


def _secret(key: Path | None, data: Path) -> bytes | None:
    """The secret key where there is one; it is never made here."""
    path = set_commands.key_file(key)
    return set_commands.opened_key(key, data).secret if path.is_file() else None


def ledger(data: Path, table: str | None, cell: str | None, set_name: str | None, out: Path | None, repair: bool, key: Path | None) -> None:
    """Lists the ledger and judges it from its first line on, or tells what the world knows about a cell, or mends."""
    from celwacht.disclosure.ledger import chain
    from celwacht.publish.review import ledger_file
    from celwacht.publish.verify import verify_set

    if repair:
        _repair(data, out, key)
    found = ledger_file.read(data)
    if table is not None:
        _cell(data, table, cell or "", set_name)
    else:
        _list(found, set_name)
    if found.torn:
        complain("A last line was not written to its end: it does not count, and the next celwacht publish cuts it off.")
    secret = _secret(key, data)
    wrong = [*found.problems, *verify_set.seal_problems(found, secret)]
    for text in some_of([f"vault/ledger.jsonl: {text}" for text in wrong]):
        complain(text)
    if wrong:
        raise Refused("The ledger is not whole. Restore the vault from a backup; until then nothing can be published.")
    judged = secret is not None and not chain.of_other_keys(found, secret)
    sealed = "every line sealed with this key" if judged else "the seals were not judged, for the secret key of its lines is not here"
    say(f"\n{len(found.lines)} lines, whole from the first on; {sealed}. Head: {found.head}")


def _list(found, set_name: str | None) -> None:
    from celwacht.disclosure.ledger import seen

    gone = seen.unseen_at(found.lines)
    if not found.lines and not found.problems:
        say("No release is entered yet.")
    for place, line in enumerate(found.lines):
        if set_name and line.set != set_name:
            continue
        say(
            f"{line.number:>4}  {line.at}  {line.set:<16} {line.release}  {line.what}, {len(line.tables)} tables from {line.deliveries} deliveries"
        )
        say(f"      public from {line.moment}{'; replaced before that, seen by nobody' * (place in gone)}")
        if line.replaces and line.replaces != line.release:
            say(f"      replaces {line.replaces}")
        if line.withdrawn:
            say(f"      withdrawn: {', '.join(line.withdrawn)}")
        if line.reason:
            say(f"      reason: {line.reason}")


def _cell(data: Path, table: str, cell: str, set_name: str | None) -> None:
    """All that was printed of a cell, release after release."""
    from celwacht.publish.review.explain import parse_cell
    from celwacht.publish.sets import earlier

    releases = [e for e in earlier.all_seen(data) if not set_name or e.line.set == set_name]
    tables = sorted({t for e in releases for t in e.tables})
    if table not in tables:
        raise ProblemsFound([Problem("TABLE", 0, 0, "unknown-table", f"table '{table[:60]}' is in no release.{nearest(table, tables)}")])
    wanted = parse_cell(cell)
    told = [(e, known) for e in releases if table in e.tables for known in earlier.printed(e, table, wanted)]
    for e, known in told:
        say(f"{e.line.moment}  {e.line.set:<16} {e.line.release}  {known.period}  {known.text}")
    if not told:
        say("No release has printed this cell or withheld it: its codes or its period are in none of them.")


def _repair(data: Path, out: Path | None, key: Path | None) -> None:
    """Carries out what the ledger decided, and says what that was."""
    from celwacht.publish.sets.data_lock import locked
    from celwacht.publish.sets.ground import ground_of
    from celwacht.publish.store import store

    if out is None:
        raise click.UsageError("--repair goes with --out.")
    disk = store.Disk()
    with locked(data), store.publishing(out, disk) as place:
        ground = ground_of(data, place, disk, set_commands.opened_key(key, data).secret)
    for text in ground.repaired or ("Nothing was left to do.",):
        say(text)


@click.command("ledger", short_help="What was published when, and what is known of a cell. (confidential)")
@click.argument("table", required=False)
@click.argument("cell", required=False)
@click.option(
    "--data",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The data folder: deliveries/, regions/ and the vault (confidential).",
)
@click.option("--set", "set_name", default=None, metavar="YEAR-SET", help="Only this set, such as 2024-april.")
@click.option("--out", type=click.Path(exists=True, file_okay=False, path_type=Path), default=None, help="The public folder, for --repair.")
@click.option("--repair", is_flag=True, help="Finish what a run that was stopped had decided; take a folder in that has no ledger yet.")
@click.option(
    "--key", type=click.Path(dir_okay=False, path_type=Path), envvar="CELWACHT_KEY", show_envvar=True, help="File with the secret key."
)
def ledger_command(
    table: str | None, cell: str | None, data: Path, set_name: str | None, out: Path | None, repair: bool, key: Path | None
) -> None:
    """List the releases that were ever made, and check the ledger from its first line on. With TABLE and CELL: every figure or
    dot that readers could have seen of one cell; a dimension that is left out stands at its total, Perioden at all periods.

    \b
    Example: celwacht ledger --data data/small
    Example: celwacht ledger jeugdhulp_herkomst "RegioS=GM0106, Perioden=2024JJ00" --data data/small
    """
    os.umask(0o077)
    ledger(data, table, cell, set_name, out, repair, key)


@click.command("verify", short_help="Check the proofs of a published set, or of a protected table, again.")
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--data", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The data folder of a published set (confidential)."
)
@click.option("--set", "set_name", default=None, metavar="YEAR-SET", help="Such as 2024-april; default: the last one.")
@click.option(
    "--out",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="Also hold the public files, each of them, against what is proved.",
)
@click.option(
    "--against",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="INPUT",
    help="Also hold DIR against what it was made from; once for each table.",
)
@click.option("--hierarchy", multiple=True, metavar="TREES.json|DIM=...", help="The hierarchies that go with --against COUNTS.csv.")
@click.option("--microdata", is_flag=True, help="INPUT holds records, as in celwacht protect --microdata.")
@click.option(
    "--apriori",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="The list that was given to celwacht protect, with --against.",
)
@click.option(
    "--key",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="CELWACHT_KEY",
    show_envvar=True,
    help="File with the secret key, to judge the ledger's seals.",
)
def verify(
    folder: Path | None,
    data: Path | None,
    set_name: str | None,
    out: Path | None,
    against: tuple[Path, ...],
    hierarchy: tuple[str, ...],
    microdata: bool,
    apriori: Path | None,
    key: Path | None,
) -> None:
    """Run the certificate check again: no solver, integers only. On a folder DIR that `celwacht protect` wrote, or on
    a published set. A folder of `celwacht round`: are its figures what was made?

    \b
    Example: celwacht verify protected/region
    Example: celwacht verify --data data/small --set 2024-april --out out/small
    """
    os.umask(0o077)
    from celwacht.publish.commands.project_options import given

    if folder is not None:
        data, out = given("data"), given("out")
    if (folder is None) == (data is None):
        raise click.UsageError("name the folder of a protected table (celwacht verify DIR), or a published set (--data FOLDER).")
    if (folder is None and (against or hierarchy)) or (apriori and not against) or (folder is not None and (set_name or out)):
        raise click.UsageError("--set and --out go with --data; --against and --hierarchy go with DIR, --apriori with --against.")
    if data is not None:
        verify_set_of(data, set_name, out, key)
    elif folder is not None:
        verify_folder(folder, against, hierarchy, microdata, key, apriori)
