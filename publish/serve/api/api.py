"""The API of Celwacht itself, under /api/v1: find a table, know it, take figures from it, carry it off.

    /api/v1                              where to go
    /api/v1/openapi.json                 this, for programs (OpenAPI 3.1)
    /api/v1/formats                      the forms in which a table can be carried off
    /api/v1/tables?q=                    tables, or those with these words
    /api/v1/tables/{id}                  all metadata
    /api/v1/tables/{id}/history          its releases and what each changed
    /api/v1/tables/{id}/data             figures of a selection (query.py)
    /api/v1/tables/{id}/download?format= a selection or all, as a file

An unknown table and one under embargo are the same 404. Endpoints are plain functions: the server runs them in threads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from threading import BoundedSemaphore
from typing import Any

from celwacht.publish.formats import FORMATS
from celwacht.publish.publication.publication import Publication
from celwacht.publish.serve.api import query as api_query
from celwacht.publish.serve.api import region_names, search, table_json
from celwacht.publish.serve.api.http import Problem, Streamed, answer, encoded, etag, guarded, known_already
from celwacht.publish.serve.api.openapi import document
from celwacht.publish.serve.http.request import MADE_UP, invented
from celwacht.publish.store.shelf import Shelf, Table
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ROOT = table_json.ROOT
MOST_DATA, MOST_DOWNLOAD = 250_000, 2_000_000
"""Most observations in one answer of figures, and in one file."""
HEAVY, AT_ONCE, PATIENCE = 100_000, 2, 20.0
"""Files of more than HEAVY observations are made AT_ONCE at a time, for memory; others wait for PATIENCE seconds."""
STREAMS = 12
"""Large files that are being sent; further readers are told to come back."""
MOST_LISTED = 1000
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def routes(shelf: Shelf, *, most_data: int = MOST_DATA, most_download: int = MOST_DOWNLOAD, prefix: str = "") -> list[Route]:
    """The routes of the API over what is public on the shelf. prefix: path of the site, before the links in answers."""
    api = _Api(shelf, most_data, most_download, prefix)
    paths: dict[str, Callable[[Request], Response]] = {
        "": api.index,
        "/openapi.json": api.openapi,
        "/formats": api.formats,
        "/tables": api.tables,
        "/tables/{id}": api.table,
        "/tables/{id}/history": api.history,
        "/tables/{id}/data": api.data,
        "/tables/{id}/download": api.download,
    }
    return [
        *(Route(ROOT + path, guarded(endpoint), methods=["GET"]) for path, endpoint in paths.items()),
        *(Route(path, guarded(_elsewhere), methods=METHODS) for path in (ROOT, ROOT + "/{rest:path}")),
    ]


class _Api:
    """Endpoints over one shelf. What is kept between requests belongs to a version of a table."""

    def __init__(self, shelf: Shelf, most_data: int, most_download: int, prefix: str = ""):
        self._prefix, self._root = prefix, prefix + ROOT
        self.shelf, self.most_data, self.most_download = shelf, most_data, most_download
        self._heavy, self._streams = BoundedSemaphore(AT_ONCE), BoundedSemaphore(STREAMS)
        self._entries: dict[tuple[str, str], tuple[search.Entry, dict[str, Any]]] = {}
        self._other_names = region_names.other_names()
        self._names: tuple[frozenset[tuple[str, str]], region_names.Names] = frozenset(), region_names.Names({})

    def index(self, request: Request) -> Response:
        names = ("openapi.json", "formats", "tables")
        return answer(
            request,
            etag("index"),
            lambda: encoded(
                {
                    "catalog": self.shelf.catalog,
                    "links": {n.removesuffix(".json"): f"{self._root}/{n}" for n in names} | {"files": f"{self._prefix}/files/"},
                }
            ),
        )

    def openapi(self, request: Request) -> Response:
        made = encoded(document(sorted(FORMATS), self.most_data, self.most_download, self._prefix))
        return answer(request, etag("openapi", made.decode()), lambda: made)

    def formats(self, request: Request) -> Response:
        made = encoded(
            {
                "formats": [
                    {"key": key, "suffix": f.suffix, "media_type": f.media_type, "title": table_json.words(f.title, self.shelf.face)}
                    for key, f in FORMATS.items()
                ]
            }
        )
        return answer(request, etag("formats", made.decode()), lambda: made)

    def tables(self, request: Request) -> Response:
        _only(request, "q", "limit", "offset")
        tables = self.shelf.tables()
        tag = etag("tables", str(request.url.query), *(f"{t.id} {t.version}" for t in tables.values()))
        limit, offset = _count(request, "limit", MOST_LISTED, 1), _count(request, "offset", 0, 0)
        return answer(request, tag, lambda: self._listed(tables, request.query_params.get("q", ""), limit, offset))

    def _listed(self, tables: Mapping[str, Table], query: str, limit: int, offset: int) -> bytes:
        known = {t.id: self._entry(t) for t in tables.values()}
        entries = [entry for entry, _ in known.values()]
        versions = frozenset((t.id, t.version) for t in tables.values())
        if self._names[0] != versions:
            self._names = versions, search.names_of(entries, self._other_names)
        found = search.found_by(entries, query, self._names[1])
        shown = found.hits[offset : offset + limit]
        tables_ = [known[i][1] | ({"chosen": chosen} if chosen else {}) for i, chosen in shown]
        regions = [
            {"code": r.code, "title": table_json.words(r.title, self.shelf.face)}
            | {key: name for key, name in (("was", r.was), ("also", r.also)) if name}
            for r in found.regions
        ]
        return encoded({"query": query, "count": len(found.hits), "regions": regions, "tables": tables_})

    def _entry(self, table: Table) -> tuple[search.Entry, dict[str, Any]]:
        key = table.id, table.version
        if key not in self._entries:
            made = search.entry(table.publication), table_json.listed(table, self._root)
            for old in [k for k in self._entries if k[0] == table.id]:
                self._entries.pop(old, None)
            self._entries[key] = made
        return self._entries[key]

    def table(self, request: Request) -> Response:
        _only(request)
        table = self._found(request)
        tag = etag("table", table.id, table.version)
        return answer(request, tag, lambda: encoded(table_json.described(table, self._root)), headers=_told(table))

    def history(self, request: Request) -> Response:
        _only(request)
        table = self._found(request)
        return answer(request, etag("history", table.id, table.version), lambda: encoded(table_json.history(table)), headers=_told(table))

    def data(self, request: Request) -> Response:
        table = self._found(request)

        def make() -> bytes:
            asked = api_query.chosen(table.publication, request.query_params.multi_items())
            return table_json.figures(table, api_query.part(table.publication, asked, self.most_data))

        return answer(request, etag("data", table.id, table.version, request.url.query), make, headers=_told(table))

    def download(self, request: Request) -> Response:
        table = self._found(request)
        key = request.query_params.get("format", "csv")
        if key not in FORMATS:
            raise Problem("unknown-format", f"There is no format {key[:40]!r}; choose from {', '.join(FORMATS)}.", formats=list(FORMATS))
        name = re.sub(r"[^A-Za-z0-9_-]", "_", table.id) + FORMATS[key].suffix

        before = invented(table.publication.face) if table.publication.made_up else ""
        told = {"Content-Disposition": f'attachment; filename="{before}{name}"', **_told(table)}
        tag = etag("download", table.id, table.version, request.url.query)
        if known_already(request, tag):
            return answer(request, tag, bytes, headers=told)
        asked = api_query.chosen(table.publication, request.query_params.multi_items(), frozenset({"format"}))
        part = api_query.part(table.publication, asked, self.most_download)
        pieces = FORMATS[key].blocks
        if pieces is not None and part.n_observations > HEAVY:
            if not self._streams.acquire(blocking=False):
                raise Problem("busy", "Many large files are being sent; try again in a minute.")
            return Streamed(tag, pieces(part), FORMATS[key].media_type, told, self._streams.release)
        return answer(request, tag, lambda: self._file(key, part), FORMATS[key].media_type, told)

    def _file(self, key: str, part: Publication) -> bytes:
        if part.n_observations <= HEAVY:
            return FORMATS[key].encode(part)
        if not self._heavy.acquire(timeout=PATIENCE):
            raise Problem("busy", "Many large files are being made; try again in a minute.")
        try:
            return FORMATS[key].encode(part)
        finally:
            self._heavy.release()

    def _found(self, request: Request) -> Table:
        table = self.shelf.tables().get(request.path_params["id"])
        if table is None:
            raise Problem("unknown-table", f"There is no public table with this id; see {ROOT}/tables.")
        return table


def _told(table: Table) -> dict[str, str]:
    """The header of an answer about made-up figures."""
    return MADE_UP if table.publication.made_up else {}


def _elsewhere(request: Request) -> Response:
    """Any other address or method below ROOT."""
    if request.method not in ("GET", "HEAD"):
        raise Problem("not-for-reading", "Everything here is for reading: use GET.")
    raise Problem("unknown-address", f"See {ROOT} for where to go.")


def _only(request: Request, *names: str) -> None:
    unknown = [n for n in request.query_params if n not in names]
    if unknown:
        raise Problem(
            "bad-parameter",
            f"Parameter {unknown[0][:80]!r} is not known here" + (f"; choose from {', '.join(names)}." if names else "."),
            parameter=unknown[0][:80],
        )


def _count(request: Request, name: str, otherwise: int, least: int) -> int:
    text = request.query_params.get(name, str(otherwise))
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) < least:
        raise Problem("bad-parameter", f"{name} must be a number of {least} or more.", parameter=name)
    return int(text)
