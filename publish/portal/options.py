"""Arguments and options that the commands of the portal share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from celwacht.publish.portal.keeping.posting import MailServer

FOLDER = click.argument("folder", metavar="PORTAL", type=click.Path(file_okay=False, path_type=Path))
FILE = click.Path(dir_okay=False, path_type=Path)
KEY = click.option(
    "--key", required=True, type=FILE, envvar="CELWACHT_PORTAL_KEY", show_envvar=True, help="File with the portal's key, outside PORTAL."
)
OFFICE_KEY = click.option(
    "--office-key", required=True, type=FILE, envvar="CELWACHT_OFFICE_KEY", show_envvar=True, help="The office's key, kept elsewhere."
)
LETTER = click.option("--letter", type=FILE, help="Write the code to a page to be printed and posted, in place of a mail.")
LANGUAGE = click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True, help="Of mail and letter.")
HERE = ("127.0.0.1", "::1", "localhost")

_SMTP = (
    click.option("--smtp", metavar="HOST:PORT", envvar="CELWACHT_SMTP", show_envvar=True, help="The mail server that takes the outbox."),
    click.option(
        "--smtp-tls",
        type=click.Choice(["starttls", "tls", "none"]),
        default="starttls",
        show_default=True,
        envvar="CELWACHT_SMTP_TLS",
        help="How the line to it is encrypted: at its word STARTTLS, from the first byte, or not at all. Its certificate must be right.",
    ),
    click.option("--smtp-user", metavar="NAME", envvar="CELWACHT_SMTP_USER", help="Name to log in with; default: no login."),
    click.option("--smtp-password", type=FILE, envvar="CELWACHT_SMTP_PASSWORD", help="File with the password of that login."),
)


def mail_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that name a mail server; the command gets them as one `server`, None where there is none."""

    @wraps(command)
    def made(*given: Any, smtp: str | None, smtp_tls: str, smtp_user: str | None, smtp_password: Path | None, **named: Any) -> None:
        command(*given, server=_server(smtp, smtp_tls, smtp_user, smtp_password), **named)

    for option in reversed(_SMTP):
        made = option(made)
    return made


def _server(smtp: str | None, tls: str, user: str | None, file: Path | None) -> MailServer | None:
    from celwacht.publish.portal.keeping.posting import MailServer

    if bool(user) != (file is not None):
        raise click.UsageError("--smtp-user and --smtp-password go together.")
    if not smtp:
        if user:
            raise click.UsageError("--smtp-user is for a mail server; name it with --smtp.")
        return None
    host, _, port = smtp.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise click.UsageError("--smtp: write the server and its port, such as mail.example.nl:587.")
    if user and tls == "none" and host not in HERE:
        raise click.UsageError("--smtp-tls none: a password would go over the line for everybody to read. Leave it out, or the login.")
    try:
        password = file.read_text("utf-8").strip("\r\n") if file else ""
    except (OSError, UnicodeDecodeError):
        raise click.UsageError(f"--smtp-password {file}: this file cannot be read. Write the password in it, and nothing else.") from None
    if user and not password:
        raise click.UsageError(f"--smtp-password {file}: the file is empty. Write the password in it, and nothing else.")
    return MailServer(host, int(port), tls, user or "", password)
