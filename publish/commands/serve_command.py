"""`celwacht serve`: the published sets to readers, over HTTP. Public files only; the data folder is not named here."""

from __future__ import annotations

import ctypes
import errno
import re
import socket
import sys
from pathlib import Path
from typing import Any

import click


@click.command(short_help="Serve published sets to readers.")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0: every address.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: any free port.")
@click.option(
    "--url",
    default="",
    metavar="URL",
    help="Scheme and host that readers use, for the links in answers, "
    "such as https://cijfers.example.nl; default: this machine, by the address at which a reader asks.",
)
@click.option("--trial", is_flag=True, help="Show a folder that was published to on trial, to this machine alone.")
def serve(folder: Path, host: str, port: int, url: str, trial: bool) -> None:
    """Serve the sets that `celwacht publish` wrote to DIR: the viewer, OData v4 and v3, CSV, and an API.

    One process, over the public files only. A set that is not public yet is not there.

    \b
    Example: celwacht serve out/small
    """
    if url and not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+/?", url):
        raise click.UsageError(f"--url {url[:80]} is not a scheme and a host; write https://cijfers.example.nl, say")
    for_readers(folder, host, trial)
    import uvicorn
    from celwacht.publish.serve.app import make_app
    from celwacht.publish.serve.http.bounded_http import BoundedHttp
    from celwacht.publish.store.shelf import Shelf

    sys.setswitchinterval(0.0005)  # a short answer does not wait ten times 5 ms for the turns of long ones
    _few_arenas()
    app = make_app(Shelf.open(folder), base=url.rstrip("/"))
    with listening(host, port) as door:
        where = door.getsockname()
        click.echo(f"Serving {folder} at http://{f'[{host}]' if ':' in host else host}:{where[1]}/  (Ctrl-C stops)")
        options: dict[str, Any] = {"loop": "uvloop", "ws": "none", "log_level": "error", "access_log": False, "server_header": False}
        # What strangers send that is no HTTP fills no log.
        uvicorn.Server(uvicorn.Config(app, http=BoundedHttp, **options)).run(sockets=[door])


def for_readers(folder: Path, host: str, trial: bool) -> None:
    """UsageError for what readers must not see: a trial, or a confidential folder."""
    from celwacht.publish.review import ledger_file

    if (folder / "vault").is_dir() or (folder / "register.jsonl").exists():
        raise click.UsageError(f"{folder} is a confidential data folder. Name the folder that was given to celwacht publish as --out.")
    on_trial = ledger_file.mark_of(folder)[0] == ledger_file.TRIAL
    if on_trial and not (trial and host in ("127.0.0.1", "::1", "localhost")):
        raise click.UsageError(
            f"{folder} was published to on trial: it is not in the ledger, so that nothing is proved beside it later. Readers must not see "
            "it. To look at it yourself, on this machine alone: --trial, without --host."
        )
    if on_trial:
        click.echo("ON TRIAL: not in the ledger, and not for readers.")
    if not (folder / "releases").is_dir():
        click.echo(f"{folder} holds no published set yet: readers find nothing until celwacht publish writes one there.")


def listening(host: str, port: int) -> socket.socket:
    """The address, taken: nothing is said to be served before. ClickException where it cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"port {port} is taken by another program. Stop that one, or name another port: --port 0 takes a free one."
        elif error.errno == errno.EACCES:
            reason = f"port {port} is for the administrator of this machine. Name one from 1024 on with --port."
        else:
            reason = f"{host}, port {port}, cannot be listened on: {error.strerror or 'no such address'}. Name an address of this machine."
        raise click.ClickException(f"Not serving: {reason}") from None


def _few_arenas() -> None:
    """Memory that one thread frees serves the others too: glibc would keep an arena per thread, which never shrink."""
    try:
        ctypes.CDLL(None).mallopt(-8, 2)  # M_ARENA_MAX; malloc.h
    except (OSError, AttributeError):
        pass  # another C library, without arenas
