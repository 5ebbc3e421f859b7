"""OData v3 as opendata.cbs.nl speaks it: three services over the same tables.

    /ODataCatalog/                 Tables, Themes, ...             Atom unless asked for JSON
    /ODataApi/odata/{id}           at most 10,000 rows a query     JSON unless asked for Atom
    /ODataFeed/odata/{id}          pages of 10,000 rows            Atom unless asked for JSON

`odata`, `OData` and identifiers in any capitals; a slash at the end changes nothing. Lists of codes are never cut into
pages: clients do not expect it there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from celwacht.publish.serve.catalogue.catalogue import Catalogue
from celwacht.publish.serve.entity_sets.bytes_text import BLOCK
from celwacht.publish.serve.entity_sets.cube_set import Cube
from celwacht.publish.serve.entity_sets.entity_set import EntitySet
from celwacht.publish.serve.entity_sets.options import V3 as OPTIONS
from celwacht.publish.serve.entity_sets.options import Options, read, split, system
from celwacht.publish.serve.entity_sets.paging import Page, blocks, body_of, names_of, next_link, page, position_of, set_and_key
from celwacht.publish.serve.entity_sets.value_forms import ATOM, JSON
from celwacht.publish.serve.http.errors import QueryError, missing, v3_body, v3_xml
from celwacht.publish.serve.http.request import Ask, Reply
from celwacht.publish.serve.odata3 import atom, catalog3, metadata3, sets3

CATALOG, API, FEED = "/ODataCatalog", "/ODataApi", "/ODataFeed"
VERSION = {"DataServiceVersion": "3.0;"}
MEDIA = {"json": "application/json;odata=minimalmetadata;charset=utf-8", "atom": "application/atom+xml;type=feed;charset=utf-8"}
TEXT, XML = "text/plain;charset=utf-8", "application/xml;charset=utf-8"
_FORMS = {
    "json": "json",
    "application/json": "json",
    "application/json;odata=minimalmetadata": "json",
    "application/json;odata=light": "json",
    "atom": "atom",
    "application/atom+xml": "atom",
    "xml": "atom",
}


@dataclass(frozen=True, slots=True)
class Root:
    """One service: its address, its sets, and the moment of its figures."""

    url: str
    sets: Mapping[str, EntitySet]
    etag: str
    updated: str
    capped: bool = False
    """Is a query with too many rows refused?"""
    made_up: bool = False


class V3:
    """One of the three services."""

    def __init__(self, catalogue: Catalogue, prefix: str):
        self._catalogue, self._prefix = catalogue, prefix
        self._lists = lru_cache(maxsize=4)(lambda version, base: catalog3.of_catalog(catalogue, base))

    def answer(self, ask: Ask) -> Reply:
        given = system(split(ask.query, self._catalogue.limits), OPTIONS)
        form = self._form(ask, given)
        root, rest = self._root(ask, form)
        return self._found(root, rest, given, form).saying(root.made_up)

    def _found(self, root: Root, rest: list[str], given: dict[str, str], form: str) -> Reply:
        if rest == ["$metadata"]:
            return Reply(metadata3.edmx(root.sets.values()), XML, etag=root.etag, headers=VERSION)
        if not rest:
            return _service(root, form)
        return self._of_set(root, rest, given, form)

    def refusal(self, ask: Ask, error: QueryError) -> Reply:
        """An error in the form that an answer would have had."""
        try:
            form = self._form(ask, system(split(ask.query, self._catalogue.limits), OPTIONS))
        except QueryError:
            form = self._usual(ask)
        if form == "json":
            return Reply(v3_body(error), "application/json;charset=utf-8", error.status, headers=VERSION)
        return Reply(v3_xml(error), "application/xml;charset=utf-8", error.status, headers=VERSION)

    def _usual(self, ask: Ask) -> str:
        """The form where $format is silent: what the reader accepts, else what this service is used to."""
        if "application/json" in ask.accept:
            return "json"
        return "json" if self._prefix == API and "application/atom+xml" not in ask.accept else "atom"

    def _form(self, ask: Ask, given: Mapping[str, str]) -> str:
        if "$format" not in given:
            return self._usual(ask)
        form = _FORMS.get(given["$format"].replace(" ", "").lower())
        if form is None:
            raise QueryError(
                "this form is not offered", target="$format", code="UnsupportedFormat", remedy="Write $format=json or $format=atom."
            )
        return form

    def _root(self, ask: Ask, form: str) -> tuple[Root, list[str]]:
        parts = [part for part in ask.path.split("/") if part]
        if self._prefix == CATALOG:
            version = self._catalogue.version()
            moments = [t.releases[0].moment for t in self._catalogue.tables().values()]
            updated = max(moments).isoformat(timespec="seconds") if moments else "1970-01-01T00:00:00Z"
            return Root(f"{ask.base}{CATALOG}", self._lists(version, ask.base), self._catalogue.etag(f"{version}-{form}"), updated), parts
        if len(parts) < 2 or parts[0].lower() != "odata":
            raise missing()
        table = self._catalogue.table(parts[1], exact=False)
        return Root(
            f"{ask.base}{self._prefix}/odata/{table.id}",
            self._catalogue.sets(table, sets3.of_table),
            self._catalogue.etag(f"{table.version}-{form}"),
            table.releases[0].moment.isoformat(timespec="seconds"),
            self._prefix == API,
            table.publication.made_up,
        ), parts[2:]

    def _of_set(self, root: Root, rest: list[str], given: dict[str, str], form: str) -> Reply:
        name, key = set_and_key(rest[0])
        if name not in root.sets or len(rest) > 2 or (len(rest) == 2 and (rest[1] != "$count" or key is not None)):
            raise missing()
        rows, limits = root.sets[name], self._catalogue.limits
        options = read(given, rows.columns, limits)
        if key is not None:
            return _one(root, rows, position_of(rows, key), options, form)
        if len(rest) == 2:
            return Reply(str(rows.count(options.condition)).encode(), TEXT, etag=root.etag, headers=VERSION)
        most = (limits.api_rows if root.capped else limits.feed_rows) if isinstance(rows, Cube) else rows.size
        found = page(rows, options, most)
        if root.capped and found.next_skip is not None:
            raise QueryError(
                f"the query returns more than {most} records",
                code="TooManyRecords",
                remedy=f"Add $filter or $top, or read {root.url.replace(API, FEED)}/{name} in pages.",
            )
        write = _json if form == "json" else _atom
        body = write(root, rows, options, found, next_link(f"{root.url}/{name}", given, found))
        return Reply(body_of(body, len(found.positions) <= BLOCK), MEDIA[form], etag=root.etag, headers=VERSION)


def _context(root: Root, name: str, options: Options) -> str:
    kind = f"{sets3.NAMESPACE}.WebAPI." if not root.url.endswith(CATALOG) else ""
    chosen = f"&$select={','.join(options.select)}" if options.select else ""
    return f"{root.url}/$metadata#{kind}{name}{chosen}"


def _service(root: Root, form: str) -> Reply:
    if form == "atom":
        body = atom.service(root.url, root.sets)
        return Reply(body, "application/atomsvc+xml;charset=utf-8", etag=root.etag, headers=VERSION)
    found = {"odata.metadata": f"{root.url}/$metadata", "value": [{"name": name, "url": f"{root.url}/{name}"} for name in root.sets]}
    return Reply(json.dumps(found).encode(), MEDIA["json"], etag=root.etag, headers=VERSION)


def _one(root: Root, rows: EntitySet, position: int, options: Options, form: str) -> Reply:
    names = names_of(rows, options)
    if form == "atom":
        head = atom.head(root.url, rows, root.updated, alone=True)
        return Reply(
            rows.rows(np.array([position]), names, ATOM, head, atom.TAIL),
            MEDIA["atom"].replace("feed", "entry"),
            etag=root.etag,
            headers=VERSION,
        )
    context = json.dumps(_context(root, rows.name, options) + "/@Element")
    body = rows.rows(np.array([position]), names, JSON, [f'{{"odata.metadata":{context},'.encode()], b"}")
    return Reply(body, MEDIA["json"], etag=root.etag, headers=VERSION)


def _json(root: Root, rows: EntitySet, options: Options, found: Page, link: str | None) -> Iterator[bytes]:
    count = "" if found.total is None else f'"odata.count":"{found.total}",'
    yield f'{{"odata.metadata":{json.dumps(_context(root, rows.name, options))},{count}"value":['.encode()
    yield from blocks(rows, found.positions, names_of(rows, options), JSON, [b"{"], b"}", b",\n")
    yield (b"]}" if link is None else f'],"odata.nextLink":{json.dumps(link, ensure_ascii=False)}}}'.encode())


def _atom(root: Root, rows: EntitySet, options: Options, found: Page, link: str | None) -> Iterator[bytes]:
    yield atom.opening(root.url, rows, root.updated, found.total)
    yield from blocks(rows, found.positions, names_of(rows, options), ATOM, atom.head(root.url, rows, root.updated), atom.TAIL)
    yield atom.closing(link)
