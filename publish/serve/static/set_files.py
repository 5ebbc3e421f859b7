"""The files of the public sets as they were published: `/files/`, `/files/SET/catalog.ttl`, `/files/SET/TABLE/TABLE.px`.

For harvesters (the DCAT catalogue, CSVW and datapackage.json of a set name their files by addresses relative to
themselves) and for all who want a form as it lies there. A file is found by its name in the manifest of the newest release of
the set that is public, never by looking in a folder; its ETag is the hash that the manifest gives.
"""

from __future__ import annotations

from datetime import UTC
from email.utils import format_datetime
from pathlib import PurePosixPath

from celwacht.publish.publication.description_file import Damaged
from celwacht.publish.serve.api.http import answer, encoded, etag, known_already
from celwacht.publish.serve.http.request import MADE_UP
from celwacht.publish.store.shelf import PublicSet, Shelf
from celwacht.publish.store.whole import is_whole
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

PREFIX = "/files"
MEDIA = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".parquet": "application/vnd.apache.parquet",
    ".px": "text/plain; charset=utf-8",
    ".ttl": "text/turtle; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
    ".zip": "application/zip",
}
CATALOGUES = ("catalog.ttl", "catalog.jsonld")


def routes(shelf: Shelf, prefix: str = "") -> list[Route]:
    """The list of sets, and every file of them. prefix: path of the site, before the links in the list."""

    async def sets(request: Request) -> Response:
        public = shelf.sets()
        tag = etag("files", *(f"{s.name} {s.folder.name}" for s in public.values()))
        return answer(request, tag, lambda: encoded({"sets": [_described(s, prefix) for s in public.values()]}))

    async def file(request: Request) -> Response:
        found, name = shelf.sets().get(request.path_params["set"]), request.path_params["name"]
        if found is None or name not in found.listed:
            raise HTTPException(404)
        return await run_in_threadpool(lambda: _file(request, found, name, _told(shelf, name)))

    return [Route(f"{PREFIX}/", sets, methods=["GET"]), Route(f"{PREFIX}/{{set}}/{{name:path}}", file, methods=["GET"])]


def _described(found: PublicSet, prefix: str) -> dict[str, object]:
    base = f"{prefix}{PREFIX}/{found.name}/"
    return {
        "set": found.name,
        "title": found.title,
        "modified": found.modified.isoformat(),
        "catalogs": [base + name for name in CATALOGUES if name in found.listed],
        "files": [{"url": base + name, "bytes": size, "sha256": sha256} for name, (size, sha256) in found.listed.items()],
    }


def _told(shelf: Shelf, name: str) -> dict[str, str]:
    """The header of a file of a table with made-up figures: not every form has room for a word."""
    table = shelf.tables().get(name.split("/")[0])
    try:
        return MADE_UP if table is not None and table.publication.made_up else {}
    except (Damaged, OSError):
        return {}  # the file itself is looked at below


def _file(request: Request, found: PublicSet, name: str, told: dict[str, str]) -> Response:
    size, sha256 = found.listed[name]
    path, tag = found.folder / name, f'"{sha256[:32]}"'
    # Not the file's own time: when it was made is nobody's business.
    moment = format_datetime(found.moment.astimezone(UTC), usegmt=True)
    headers = {"ETag": tag, "Last-Modified": moment, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", **told}
    if known_already(request, tag):
        return Response(None, 304, headers)
    if not is_whole(path, size, sha256):
        return Response(
            "This file is not what was published; it must be published again.\n",
            503,
            {"Cache-Control": "no-store", "Retry-After": "60"},
            "text/plain; charset=utf-8",
        )
    return FileResponse(path, 200, headers, MEDIA.get(PurePosixPath(name).suffix, "application/octet-stream"))
