"""`celwacht output`: options in, words out."""

from __future__ import annotations

import os
from pathlib import Path

import click
from celwacht.publish.processing.processing_command import ask_for
from celwacht.publish.terminal.console import Refused, say

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
DATA = click.option("--data", required=True, type=FOLDER, help="The data folder: register, ledger and requests (confidential).")
KEY = click.option(
    "--key", type=click.Path(dir_okay=False, path_type=Path), envvar="CELWACHT_KEY", show_envvar=True, help="File with the secret key."
)
BY = click.option("--by", required=True, metavar="NAME", help="Who does this.")
POLICY = click.option("--policy", default="strict", show_default=True, help="What is few, and how far apart figures stay.")
NAME = click.argument("name", metavar="NAME")
CODE = "CELWACHT_CHECKER_CODE"
"""Where the code of a checker is read from, when it is not asked."""


@click.group(short_help="Check outputs of researchers' own analyses before they leave. (confidential)")
def output() -> None:
    """Outputs of researchers' own analyses: checked against each other, the register and everything that was released, voted on, released.

    \b
    Example: celwacht output check project9/ --data data/small --name project9
    """
    os.umask(0o077)


@output.command()
@click.argument("folder", type=FOLDER)
@click.option(
    "--data", type=FOLDER, default=None, help="The data folder. Without it outputs are held against each other only, and nothing is kept."
)
@click.option("--name", default=None, metavar="NAME", help="Of the request; default: that of the folder.")
@POLICY
@KEY
def check(folder: Path, data: Path | None, name: str | None, policy: str, key: Path | None) -> None:
    """Judge every output of FOLDER: pass, review or fail, with what follows from it. FOLDER holds the files and form.yaml; what ACRO recorded
    (outputs.json or results.json) is read where it is there.

    \b
    Exit status: 0 nothing fails; 1 something does; 2 the form or a file cannot be read.
    Example: celwacht output check project9/ --data data/small
    """
    from celwacht.disclosure.policy.policy import read_policy
    from celwacht.publish.outputs import page
    from celwacht.publish.outputs.check import checked
    from celwacht.publish.outputs.folder import read_folder

    ask_for("output checks")
    came, rule = read_folder(folder), read_policy(policy)
    if data is None:
        found = checked(came, "output", rule, None)
    else:
        from celwacht.publish.commands.set_commands import opened_key
        from celwacht.publish.outputs import states
        from celwacht.publish.review import ledger_file
        from celwacht.publish.sets.data_lock import locked

        secret, title = opened_key(key, data).secret, _name(name or folder.resolve().name)
        with locked(data):
            request = states.request_of(data, title, secret)
            if request.state == states.RELEASED:
                raise Refused(f"{title} has left; give what follows it another --name.")
            found = checked(came, _ident(title), rule, data)
            request.folder.mkdir(exist_ok=True, mode=0o700)
            page.keep(request, folder, found)
            states.submit(request, came, _verdicts(found), ledger_file.trusted(data).head)
    say("CONFIDENTIAL: what follows from these outputs. For the checker; celwacht output answer writes what the researcher may read.")
    for line in page.for_checker(found.answers):
        say(line)
    failing = sum(a.verdict == "fail" for a in found.answers)
    if failing:
        raise Refused(f"{failing} of {len(found.answers)} outputs may not leave.")


def _verdicts(found) -> dict[str, str]:
    from celwacht.publish.outputs.findings import worst

    files = {a.output.file for a in found.answers}
    return {f: worst(a.verdict for a in found.answers if a.output.file == f) for f in sorted(files)}


def _name(text: str, what: str = "--name") -> str:
    if not text.isidentifier() or not text.isascii() or len(text) > 30:
        raise click.UsageError(f"{what} {text[:40]}: a name of at most 30 letters, digits and _, please.")
    return text.lower()


def _ident(name: str) -> str:
    return f"u_{name}"[:32]


def _request(data: Path, name: str, key: Path | None):
    from celwacht.publish.commands.set_commands import opened_key
    from celwacht.publish.outputs import states

    secret = opened_key(key, data).secret
    request = states.request_of(data, _name(name), secret)
    if not request.state:
        raise Refused(f"there is no request {name}; celwacht output list names them.")
    return request, secret


@output.command("checker")
@click.argument("login")
@click.option("--name", metavar="NAME", help="First name and surname. Who is on the list already gets a new code.")
@click.option("--end", is_flag=True, help="Take them off the list; what they voted stands.")
@DATA
@KEY
def one_checker(login: str, name: str | None, end: bool, data: Path, key: Path | None) -> None:
    """Put a checker on the list, under the LOGIN that they vote by, with a code that is shown once, to them.

    \b
    Example: celwacht output checker smit --name "Maria Smit" --data data/small
    """
    from celwacht.publish.commands.set_commands import opened_key
    from celwacht.publish.outputs import checkers
    from celwacht.publish.sets.data_lock import locked

    if bool(name) == end:
        raise click.UsageError("either --name NAME, or --end.")
    secret, login = opened_key(key, data).secret, _name(login, "LOGIN")
    with locked(data):
        if end:
            checkers.take_off(data, secret, login)
            say(f"No vote is taken from {login} any more.")
        else:
            say(f"{name} votes as {login}, with the code {checkers.put_on(data, secret, login, str(name).strip())}")
            say("It is shown once, and for their eyes only.")


@output.command("checkers")
@DATA
@KEY
def list_checkers(data: Path, key: Path | None) -> None:
    """List the checkers, what each votes by, and since when they have the code they have.

    \b
    Example: celwacht output checkers --data data/small
    """
    from celwacht.publish.commands.set_commands import opened_key
    from celwacht.publish.outputs.checkers import checkers

    for one in checkers(data, opened_key(key, data).secret).values():
        say(f"{one.login:<32}{'off the list' if one.ended else one.since:<24}{one.name}")


@output.command("list")
@DATA
@KEY
def list_requests(data: Path, key: Path | None) -> None:
    """List the requests and their state.

    \b
    Example: celwacht output list --data data/small
    """
    from celwacht.publish.outputs.states import root_of

    for folder in sorted(root_of(data).iterdir()):
        request, _ = _request(data, folder.name, key)
        say(f"{request.name:<32}{request.state:<20}{len(request.marks)} files, asked by {request.researcher}")


@output.command()
@NAME
@click.argument("file")
@click.option("--approve/--reject", "approve", required=True, default=None, help="What the checker finds.")
@click.option("--reason", default="", help="Why.")
@click.option(
    "--by", required=True, metavar="LOGIN", help="Which checker of the list; their code is asked, or read from CELWACHT_CHECKER_CODE."
)
@DATA
@KEY
def vote(name: str, file: str, approve: bool, reason: str, by: str, data: Path, key: Path | None) -> None:
    """Vote on one file. Two checkers of the list (celwacht output checker) vote on each; a vote is gone when the file or its form changes.

    \b
    Example: celwacht output vote project9 table1.csv --approve --by smit --data data/small
    """
    from celwacht.publish.outputs import checkers, states
    from celwacht.publish.sets.data_lock import locked

    code = os.environ.get(CODE) or click.prompt(f"Code of {by}", hide_input=True)
    with locked(data):
        request, secret = _request(data, name, key)
        states.vote(request, file, checkers.known(data, secret, by, code), approve, reason)
        say(f"{request.name} is {states.request_of(data, request.name, secret).state}.")


@output.command()
@NAME
@click.option("--as", "what", type=click.Choice(["returned", "rejected", "withdrawn"]), required=True, help="How it ends.")
@click.option("--reason", default="", help="Why.")
@BY
@DATA
@KEY
def close(name: str, what: str, reason: str, by: str, data: Path, key: Path | None) -> None:
    """End a request that does not leave: returned to be changed, rejected, or withdrawn by who asked.

    \b
    Example: celwacht output close project9 --as returned --reason "combine ages" --by "M. Smit" --data data/small
    """
    from celwacht.publish.outputs import states
    from celwacht.publish.sets.data_lock import locked

    with locked(data):
        request, _ = _request(data, name, key)
        states.end(request, what, by, reason)
    say(f"{request.name} is {states.ENDS[what]}.")


@output.command()
@NAME
@click.option("--to", "to", required=True, type=click.Path(file_okay=False, path_type=Path), help="A new folder for what leaves.")
@BY
@POLICY
@DATA
@KEY
def release(name: str, to: Path, by: str, policy: str, data: Path, key: Path | None) -> None:
    """Let a request leave that two checkers approved: checked again beside everything released since, entered in the ledger, then written to a folder.

    \b
    Example: celwacht output release project9 --to released/project9 --by "M. Smit" --data data/small
    """
    from celwacht.disclosure.policy.policy import read_policy
    from celwacht.publish.outputs.check import checked
    from celwacht.publish.outputs.folder import read_folder
    from celwacht.publish.outputs.release import leave
    from celwacht.publish.sets.data_lock import locked

    if to.exists() and any(to.iterdir()):
        raise click.UsageError(f"--to {to}: the folder is not empty; name a new one.")
    rule = read_policy(policy)
    with locked(data):
        request, secret = _request(data, name, key)
        came = read_folder(request.folder / "files")
        head = leave(request, came, checked(came, _ident(request.name), rule, data), rule, data, to, by, secret)
    say(f"{to} holds {len(request.marks)} files. They count as released; the head of the ledger is now {head}.")


@output.command()
@NAME
@click.option("--to", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@DATA
@KEY
def page(name: str, file: Path, data: Path, key: Path | None) -> None:
    """Write the checker's page: verdicts with their recipes, votes, and what happened (confidential).

    \b
    Example: celwacht output page project9 --to project9.html --data data/small
    """
    from celwacht.publish.outputs import page as pages
    from celwacht.publish.outputs.folder import read_folder
    from celwacht.tables.whole_file import write_whole

    request, _ = _request(data, name, key)
    write_whole(file, pages.page(request, read_folder(request.folder / "files")))
    say(f"{file} is for the checker only.")


@output.command()
@NAME
@DATA
@KEY
def answer(name: str, data: Path, key: Path | None) -> None:
    """Print what the researcher may read: a verdict per file and the kind of risk, without a figure.

    \b
    Example: celwacht output answer project9 --data data/small
    """
    from celwacht.publish.outputs import page as pages

    request, _ = _request(data, name, key)
    say(pages.answer(request).rstrip())
