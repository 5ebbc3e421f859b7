"""`celwacht portal`: what the office does with the portal, and the process that serves it."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from celwacht.publish.portal.mail_command import send
from celwacht.publish.portal.options import FILE, FOLDER, HERE, KEY, LANGUAGE, LETTER, OFFICE_KEY, mail_options
from celwacht.publish.processing.processing_command import ask_for
from celwacht.publish.terminal.console import say

if TYPE_CHECKING:
    from celwacht.publish.portal.keeping.posting import MailServer

GRACE = 5
"""Seconds that open connections get when the process is told to stop."""
CONNECTIONS = 300
"""That are open at once; more are told to come back (503)."""


def _office(folder: Path, key: Path):
    """The office at a portal: its rooms are loaded by who needs them, not by `celwacht --help`."""
    from celwacht.publish.portal.office import Office

    return Office.open(folder, key)


@click.group(short_help="The door for providers and gemeenten: send in, fetch reports.")
def portal() -> None:
    """A web site of its own, behind two factors: providers send files in and fetch their reports, gemeenten fetch theirs.

    It works on the folder PORTAL alone, and never sees the data folder: what is sent in is sealed to the office's key, and
    `celwacht portal collect` takes it to the data folder; `celwacht portal deposit` puts reports in.

    \b
    Example: celwacht portal init portal --key portal.key --office-key office.key
    Example: celwacht portal serve portal --key portal.key --certificate cert.pem --private-key cert.key
    """
    os.umask(0o077)


@portal.command("init", short_help="Make a portal.")
@FOLDER
@KEY
@OFFICE_KEY
def init(folder: Path, key: Path, office_key: Path) -> None:
    """Make the folder PORTAL with its settings (portal.toml), and both keys where they are not there.

    \b
    Example: celwacht portal init portal --key portal.key --office-key office.key
    """
    from celwacht.publish.portal.keeping.portal_folder import SETTINGS, make_portal

    made = make_portal(folder, key, office_key)
    say(f"{folder} is a portal. Write its name, address and sender of mail in {folder / SETTINGS}; then: celwacht portal serve.")
    say(
        f"Its address is {made.settings.url}: browsers send forms from there only. Keep {office_key} elsewhere: it alone opens what is sent in."
    )


@portal.command("serve", short_help="Serve a portal.")
@FOLDER
@KEY
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8443, show_default=True, help="0: any free port.")
@click.option("--certificate", type=FILE, help="TLS certificate (PEM). Without it: only behind a machine that does TLS.")
@click.option("--private-key", type=FILE, help="Private key of the certificate (PEM).")
@mail_options
def serve(
    folder: Path, key: Path, host: str, port: int, certificate: Path | None, private_key: Path | None, server: MailServer | None
) -> None:
    """Serve the portal, over TLS 1.2 or 1.3, or on this machine alone behind a proxy that does TLS. With --smtp it also sends the mail that waits.

    \b
    Example: celwacht portal serve portal --key portal.key --certificate cert.pem --private-key cert.key
    Example: celwacht portal serve portal --key portal.key --smtp mail.example.nl:587
    """
    if (certificate is None) != (private_key is None):
        raise click.UsageError("--certificate and --private-key go together.")
    if certificate is None and host not in HERE:
        raise click.UsageError(
            "without TLS the portal is for this machine alone. Name --certificate and --private-key, or leave --host out."
        )
    import uvicorn
    from celwacht.publish.commands.serve_command import listening
    from celwacht.publish.portal.keeping.portal_folder import open_portal
    from celwacht.publish.portal.keeping.posting import Postman
    from celwacht.publish.portal.web.app import make_portal_app
    from celwacht.publish.serve.http.bounded_http import BoundedHttp

    made = open_portal(folder, key)
    app = make_portal_app(made)
    options: dict[str, Any] = {"ws": "none", "log_level": "error", "access_log": False, "server_header": False, "proxy_headers": False}
    options |= {"timeout_graceful_shutdown": GRACE, "http": BoundedHttp, "limit_concurrency": CONNECTIONS}
    if certificate is not None:
        options |= {"ssl_certfile": certificate, "ssl_keyfile": private_key}
    post = Postman(made, server, say) if server else None
    with listening(host, port) as door:
        say(f"Serving the portal {folder} at {'https' if certificate else 'http'}://{host}:{door.getsockname()[1]}/  (Ctrl-C stops)")
        ask_for("portal")
        if post:
            post.start()
        try:
            uvicorn.Server(uvicorn.Config(app, **options)).run(sockets=[door])
        finally:
            if post:
                post.stop()


@portal.command("invite", short_help="Invite somebody, or once more after a lost factor.")
@FOLDER
@click.argument("party")
@click.argument("mail")
@KEY
@LETTER
@LANGUAGE
def invite(folder: Path, party: str, mail: str, key: Path, letter: Path | None, language: str) -> None:
    """Invite MAIL for PARTY, a provider's number or a gemeente's code. The code goes by mail (the outbox), or in a letter.

    \b
    Example: celwacht portal invite portal 40000001 contact@example.nl --key portal.key
    """
    _office(folder, key).invite(party, mail, language, letter)


@portal.command("accounts", short_help="Who has an account.")
@FOLDER
@KEY
def accounts(folder: Path, key: Path) -> None:
    """List party, state and address of every account.

    \b
    Example: celwacht portal accounts portal --key portal.key
    """
    _office(folder, key).accounts()


@portal.command("move", short_help="Give an account another address.")
@FOLDER
@click.argument("mail")
@click.argument("to")
@KEY
@LETTER
def move(folder: Path, mail: str, to: str, key: Path, letter: Path | None) -> None:
    """Give the account of MAIL the address TO, whose reader is invited anew.

    \b
    Example: celwacht portal move portal contact@example.nl zorg@example.nl --key portal.key
    """
    _office(folder, key).move(mail, to, letter)


@portal.command("end", short_help="End an account and its sessions.")
@FOLDER
@click.argument("mail")
@KEY
def end(folder: Path, mail: str, key: Path) -> None:
    """End the account of MAIL, at once.

    \b
    Example: celwacht portal end portal contact@example.nl --key portal.key
    """
    _office(folder, key).end(mail)


@portal.command("requests", short_help="Providers that ask for access: list, accept, refuse.")
@FOLDER
@KEY
@click.option("--accept", "accepted", metavar="ID", help="Invite who asked, for the provider of --party.")
@click.option("--party", metavar="NUMBER", help="The provider's number, with --accept.")
@click.option("--refuse", "refused", metavar="ID", help="Put a request aside.")
@LETTER
@LANGUAGE
def requests(
    folder: Path, key: Path, accepted: str | None, party: str | None, refused: str | None, letter: Path | None, language: str
) -> None:
    """List the forms that providers filled in, or decide on one.

    \b
    Example: celwacht portal requests portal --key portal.key
    """
    if bool(accepted) != bool(party) or (accepted and refused):
        raise click.UsageError("--accept ID goes with --party NUMBER; --refuse ID stands alone.")
    office = _office(folder, key)
    if accepted and party:
        office.accept(accepted, party, language, letter)
    elif refused:
        office.refuse(refused)
    else:
        office.requests()


@portal.command("deposit", short_help="Put reports in, to be fetched.")
@FOLDER
@click.argument("reports", type=click.Path(exists=True, file_okay=False, path_type=Path))
@KEY
def deposit(folder: Path, reports: Path, key: Path) -> None:
    """Put the reports below REPORTS in, the folder that `celwacht reports` wrote, and tell by mail who has new ones.

    \b
    Example: celwacht portal deposit portal spiegelrapporten --key portal.key
    """
    office = _office(folder, key)
    ask_for("portal")
    office.deposit(reports)


@portal.command("collect", short_help="Take what was sent in to the data folder.")
@FOLDER
@click.option(
    "--data", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path), help="The data folder (confidential)."
)
@KEY
@OFFICE_KEY
def collect(folder: Path, data: Path, key: Path, office_key: Path) -> None:
    """Take every file that was sent in to DATA/deliveries, each as the next version of its slot. `celwacht intake` comes next.

    \b
    Example: celwacht portal collect portal --data data/small --key portal.key --office-key office.key
    """
    _office(folder, key).collect(data, office_key)


@portal.command("remind", short_help="Remind by mail whoever owes a delivery.")
@FOLDER
@click.option(
    "--data", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path), help="The data folder (confidential)."
)
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="As of this day; default: today.")
@KEY
def remind(folder: Path, data: Path, day: datetime | None, key: Path) -> None:
    """Put a message in the outbox for every account that owes a delivery of an open period, from a week before it is due, and again after two weeks.

    \b
    Example: celwacht portal remind portal --data data/small --key portal.key
    """
    from celwacht.publish.commands.deliveries_command import slots_of, the_day

    when = the_day(day)
    _office(folder, key).remind(slots_of(data, when)[1], when, data / "reminders.csv")


@portal.command("log", short_help="What happened at the portal.")
@FOLDER
@KEY
@click.option("--account", default="", metavar="MAIL", help="Of one account only.")
def log(folder: Path, key: Path, account: str) -> None:
    """Print the log, after holding every line against the one before it.

    \b
    Example: celwacht portal log portal --key portal.key
    """
    _office(folder, key).log(account)


portal.add_command(send)
