"""`celwacht serve`: the published sets to readers, over HTTP; `celwacht factsheets`: fact sheets and reports as files. Public files only; the
data folder is not named here."""

from __future__ import annotations

import ctypes
import errno
import re
import socket
import sys
from contextlib import ExitStack
from ipaddress import ip_network
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
    help="Scheme, host and path that readers use, for the links in answers, such as https://cijfers.example.nl or "
    "https://example.nl/jeugdzorg; default: this machine, by the address at which a reader asks.",
)
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="Address or network of a proxy whose X-Forwarded-Proto and X-Forwarded-Host are believed; may be given more than once. Default: nobody's.",
)
@click.option(
    "--metrics", type=click.IntRange(0, 65535), default=0, metavar="PORT", help="Counts for Prometheus at this port of 127.0.0.1, /metrics."
)
@click.option("--access-log", "log", default="", metavar="FILE", help="A line for each answer, without who asked; -: to the screen.")
@click.option("--trial", is_flag=True, help="Show a folder that was published to on trial, to this machine alone.")
def serve(folder: Path, host: str, port: int, url: str, proxies: tuple[str, ...], metrics: int, log: str, trial: bool) -> None:
    """Serve the sets that `celwacht publish` wrote to DIR: the viewer, OData v4 and v3, CSV, and an API.

    One process, over the public files only. A set that is not public yet is not there.

    \b
    Example: celwacht serve out/small
    Example: celwacht serve out/small --url https://example.nl/jeugdzorg --proxy 127.0.0.1 --metrics 9100 --access-log -
    """
    _told_url(url)
    trusted = [_network(one) for one in proxies]
    _for_readers(folder, host, trial)
    import uvicorn
    from celwacht.publish.serve.app import behind, make_app
    from celwacht.publish.serve.http.bounded_http import BoundedHttp
    from celwacht.publish.store.shelf import Shelf

    sys.setswitchinterval(0.0005)  # a short answer does not wait ten times 5 ms for the turns of long ones
    _few_arenas()
    shelf = Shelf.open(folder)
    app = make_app(shelf, base=url.rstrip("/"))
    with ExitStack() as doors:
        door = doors.enter_context(listening(host, port))
        counts = [doors.enter_context(listening("127.0.0.1", metrics))] if metrics else []
        where = door.getsockname()
        try:
            whole = behind(app, shelf, url.rstrip("/"), trusted, log, metrics)
        except OSError as error:
            raise click.ClickException(f"Not serving: the log {log} cannot be written: {error.strerror}. Name another file.") from None
        click.echo(f"Serving {folder} at http://{f'[{host}]' if ':' in host else host}:{where[1]}/  (Ctrl-C stops)")
        options: dict[str, Any] = {"loop": "uvloop", "ws": "none", "log_level": "error", "access_log": False, "server_header": False}
        # What strangers send that is no HTTP fills no log; headers of proxies are read by `Forwarded`.
        uvicorn.Server(uvicorn.Config(whole, http=BoundedHttp, proxy_headers=False, **options)).run(sockets=[door, *counts])


def _told_url(url: str) -> None:
    if url and not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+(/[A-Za-z0-9._~-]+)*/?", url):
        raise click.UsageError(
            f"--url {url[:80]} is not a scheme, a host and a path; write https://cijfers.example.nl or https://example.nl/jz, say"
        )


def _network(text: str) -> Any:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise click.UsageError(f"--proxy {text[:60]} is no address or network; write 127.0.0.1 or 10.0.0.0/8, say") from None


def _for_readers(folder: Path, host: str, trial: bool) -> None:
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


@click.command("factsheets", short_help="Write the fact sheet of every region, and the reports, as PDF.")
@click.argument("out", metavar="OUT", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--region", "only", multiple=True, metavar="CODE", help="Only this region, such as GM0106; may be given more than once.")
@click.option("--report", "reports", multiple=True, metavar="ID", help="Only this report, and no fact sheets but those of --region.")
@click.option("--csv/--no-csv", "with_csv", default=False, help="Also the figures of each as CSV.")
def factsheets(out: Path, folder: Path, only: tuple[str, ...], reports: tuple[str, ...], with_csv: bool) -> None:
    """Write DIR/gebied/CODE.pdf for every gemeente, jeugdregio and province with published figures, and DIR/rapport/ID.pdf and .html for every report.

    The HTML of a report is one file that needs nothing else, its figures as CSV within it. The PDFs are the files that `celwacht serve` gives at /gebied/CODE.pdf and /rapport/ID.pdf, to the byte: what is not public yet is in none of them.

    \b
    Example: celwacht factsheets out/small papers
    Example: celwacht factsheets out/small papers --region GM0106 --csv
    Example: celwacht factsheets out/small papers --report jeugdhulp_jaar
    """
    from celwacht.publish.areas.fact_sheet import fact_sheet
    from celwacht.publish.serve.pages.area_page import area_csv
    from celwacht.publish.serve.pages.pages import Pages
    from celwacht.publish.store.shelf import Shelf
    from celwacht.publish.terminal.console import say
    from celwacht.tables.problems import Problem, ProblemsFound, nearest
    from celwacht.tables.whole_file import write_whole

    _for_readers(out, "127.0.0.1", trial=False)
    pages = Pages(Shelf.open(out))
    regions = pages.shown().regions
    wrong = [code for code in only if code not in regions]
    if wrong:
        said = [Problem("--region", 0, 0, "region", f"no published table has region {c[:20]}.{nearest(c, regions)}") for c in wrong]
        raise ProblemsFound(said)
    missing = [name for name in reports if name not in pages.reports]
    if missing:
        said = [Problem("--report", 0, 0, "report", f"there is no report {n[:40]}.{nearest(n, pages.reports)}") for n in missing]
        raise ProblemsFound(said)
    sheets = list(only or (() if reports else regions))
    if sheets:
        (folder / "gebied").mkdir(parents=True, exist_ok=True)
    for code in sheets:
        profile = pages.profile(code, [])
        write_whole(folder / "gebied" / f"{code}.pdf", fact_sheet(profile))
        if with_csv:
            write_whole(folder / "gebied" / f"{code}.csv", area_csv(profile))
    made = [] if only and not reports else _write_reports(pages, folder, reports, with_csv)
    say(f"{folder}: {len(sheets)} fact sheets, {len(made)} reports.")


def _write_reports(pages: Any, folder: Path, only: tuple[str, ...], with_csv: bool) -> list[str]:
    """Each report as PDF and as one HTML file; their names."""
    from celwacht.publish.processing.processing_command import ask_for
    from celwacht.publish.reports.report_csv import report_csv
    from celwacht.publish.serve.pages.report_routes import ReportPages
    from celwacht.tables.whole_file import write_whole

    own = ReportPages(pages)
    made = own.made_reports("nl", only)
    for report in made:
        ask_for("report", report.id)
        (folder / "rapport").mkdir(parents=True, exist_ok=True)
        write_whole(folder / "rapport" / f"{report.id}.pdf", own.paper(report))
        write_whole(folder / "rapport" / f"{report.id}.html", own.file(report))
        if with_csv:
            write_whole(folder / "rapport" / f"{report.id}.csv", report_csv(report))
    return [one.id for one in made]


@click.command(short_help="Published figures by municipality for a monitor of somebody else's.")
@click.argument("out", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--name", default="sociaal_domein", show_default=True, help="A file of monitors/.")
def monitor(out: Path, file: Path, name: str) -> None:
    """Write FILE.csv with the figures that a monitor takes over, from the sets that are public in OUT and nothing else.

    Default: the Gemeentelijke Monitor Sociaal Domein. Which figures, and from which tables, stands in monitors/NAME.yaml; the columns are those of
    publish/areas/monitor.py.

    \b
    Example: celwacht monitor out/small monitor.csv
    """
    from celwacht.publish.areas.monitor import monitor_csv
    from celwacht.publish.processing.processing_command import ask_for
    from celwacht.publish.store.shelf import Shelf
    from celwacht.publish.terminal.console import say
    from celwacht.tables.indicators.monitor_spec import monitors
    from celwacht.tables.problems import Problem, ProblemsFound, nearest

    known = monitors()
    if name not in known:
        raise ProblemsFound([Problem("--name", 0, 0, "monitor", f"there is no monitor '{name[:40]}'.{nearest(name, known)}")])
    ask_for("monitor", name)
    _for_readers(out, "127.0.0.1", trial=False)
    wanted = {f.table for f in known[name].figures}
    public = {t: table.publication for t, table in Shelf.open(out).tables().items() if t in wanted}
    try:
        content = monitor_csv(known[name], public)
    except LookupError as error:
        said = f"not published in {out}: {error.args[0]}. Publish the tables first, or take these figures out of monitors/{name}.yaml."
        raise ProblemsFound([Problem(f"monitors/{name}.yaml", 0, 0, "monitor", said)]) from None
    file.write_bytes(content)
    say(f"{file}: {len(known[name].figures)} figures by region, from {len(public)} published tables.")


@click.command("render", short_help="Write the whole site as static files.")
@click.argument("out", metavar="OUT", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--url", required=True, metavar="URL", help="Scheme, host and path at which the files will stand, such as https://cijfers.example.nl."
)
def render(out: Path, folder: Path, url: str) -> None:
    """Write the site of the public sets in OUT to DIR, for a server that runs nothing of ours: pages in two languages, viewer, feeds, files.

    DIR is a new folder, and is there whole or not at all. What is not public at this moment is not in it; render again when a set becomes public.
    OData and choices of figures need `celwacht serve`.

    \b
    Example: celwacht render out/small site --url https://cijfers.example.nl
    """
    from celwacht.publish.serve.render import NotRendered
    from celwacht.publish.serve.render import render as written
    from celwacht.publish.store.shelf import Shelf
    from celwacht.publish.terminal.console import say

    _told_url(url)
    _for_readers(out, "127.0.0.1", trial=False)
    try:
        number = written(Shelf.open(out), folder, url.rstrip("/"))
    except NotRendered as error:
        raise click.ClickException(str(error)) from None
    say(f"{folder}: {number} files.")
