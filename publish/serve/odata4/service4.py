"""OData v4 as datasets.cbs.nl speaks it, below /odata/v1.

    /                                      Catalogs, Datasets
    /Celwacht  (or /CBS)                   Datasets
    /Celwacht/{id}                         Observations, Properties, Dimensions, MeasureCodes, {Dim}Codes, {Dim}Groups

Each of the three is a service with its own $metadata. Answers are JSON with odata.metadata=minimal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from celwacht.publish.formats.statline import odata_json
from celwacht.publish.serve.catalogue.catalogue import ALIASES, Catalogue
from celwacht.publish.serve.entity_sets.bytes_text import BLOCK
from celwacht.publish.serve.entity_sets.entity_set import EntitySet
from celwacht.publish.serve.entity_sets.options import V4 as OPTIONS
from celwacht.publish.serve.entity_sets.options import Options, read, split, system
from celwacht.publish.serve.entity_sets.paging import Page, blocks, body_of, names_of, next_link, page, position_of, set_and_key
from celwacht.publish.serve.entity_sets.value_forms import JSON
from celwacht.publish.serve.http.errors import QueryError, missing, v4_body
from celwacht.publish.serve.http.request import Ask, Reply
from celwacht.publish.serve.odata4 import metadata4, sets4

PREFIX = "/odata/v1"
MEDIA = "application/json;odata.metadata=minimal;charset=utf-8"
VERSION = {"OData-Version": "4.0"}
_FORMATS = ("json", "application/json", "application/json;odata.metadata=minimal")


@dataclass(frozen=True, slots=True)
class Root:
    """One service: its address, its sets, and Properties where it is that of a table."""

    url: str
    sets: Mapping[str, EntitySet]
    etag: str
    properties: Mapping[str, Any] | None = None
    made_up: bool = False
    note: str = ""
    """What stands before the rows of a list (odata_json.note)."""


class V4:
    """answer(ask) for everything below PREFIX."""

    def __init__(self, catalogue: Catalogue):
        self._catalogue = catalogue
        self._lists = lru_cache(maxsize=8)(self._listed)

    def answer(self, ask: Ask) -> Reply:
        root, rest = self._root(ask)
        return self._found(ask, root, rest).saying(root.made_up)

    def _found(self, ask: Ask, root: Root, rest: list[str]) -> Reply:
        given = system(split(ask.query, self._catalogue.limits), OPTIONS, plain=True)
        if rest == ["$metadata"]:
            return _metadata(root)
        if given.get("$format", "json").replace(" ", "") not in _FORMATS:
            raise QueryError("v4 answers in JSON only", target="$format", code="UnsupportedFormat", remedy="Write $format=json.")
        if not rest:
            return _service(root)
        if rest == ["Properties"] and root.properties is not None:
            return _properties(root)
        return self._of_set(root, rest, given)

    def _listed(self, names: tuple[str, ...], version: str) -> dict[str, EntitySet]:
        sets: dict[str, EntitySet] = {} if len(names) == 1 else {"Catalogs": sets4.catalogs(self._catalogue)}
        return sets | {"Datasets": sets4.datasets(self._catalogue, names)}

    def _root(self, ask: Ask) -> tuple[Root, list[str]]:
        """The service that a path belongs to, and what of the path is left."""
        parts = [part for part in ask.path.split("/") if part]
        base = f"{ask.base}{PREFIX}"
        version = self._catalogue.version()
        if not parts or parts[0] in ("$metadata", "Catalogs", "Datasets") or "(" in parts[0]:
            return Root(base, self._lists(tuple(ALIASES.values()), version), self._catalogue.etag(version)), parts
        catalog = ALIASES.get(parts[0].lower())
        if catalog is None:
            raise missing()
        if len(parts) == 1 or parts[1] in ("$metadata", "Datasets") or "(" in parts[1]:
            return Root(f"{base}/{catalog}", self._lists((catalog,), version), self._catalogue.etag(version)), parts[1:]
        table = self._catalogue.table(parts[1], exact=True)
        found = self._catalogue.sets(table, sets4.of_table)
        publication = table.publication
        return Root(
            f"{base}/{catalog}/{table.id}",
            found.sets,
            self._catalogue.etag(table.version),
            {**found.properties, "Catalog": catalog},
            publication.made_up,
            odata_json.note(publication),
        ), parts[2:]

    def _of_set(self, root: Root, rest: list[str], given: dict[str, str]) -> Reply:
        name, key = set_and_key(rest[0])
        if name not in root.sets or len(rest) > 2 or (len(rest) == 2 and (rest[1] != "$count" or key is not None)):
            raise missing()
        rows = root.sets[name]
        options = read(given, rows.columns, self._catalogue.limits)
        if key is not None:
            return _one(root, rows, position_of(rows, key), options)
        if len(rest) == 2:
            count = str(rows.count(options.condition)).encode()
            return Reply(count, "text/plain;charset=utf-8", etag=root.etag, headers=VERSION)
        found = page(rows, options, self._catalogue.limits.v4_rows)
        few = len(found.positions) <= BLOCK
        body = _rows(root, rows, options, found, next_link(f"{root.url}/{name}", given, found))
        return Reply(body_of(body, few), MEDIA, etag=root.etag, headers=VERSION)


def _context(root: Root, fragment: str, options: Options | None = None) -> str:
    chosen = f"({','.join(options.select)})" if options and options.select else ""
    return f"{root.url}/$metadata#{fragment}{chosen}"


def _encoded(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _service(root: Root) -> Reply:
    found = [{"name": name, "kind": "EntitySet", "url": name} for name in root.sets]
    if root.properties is not None:
        found.append({"name": "Properties", "kind": "Singleton", "url": "Properties"})
    body = _encoded({"@odata.context": f"{root.url}/$metadata", "value": found})
    return Reply(body, MEDIA, etag=root.etag, headers=VERSION)


def _metadata(root: Root) -> Reply:
    body = metadata4.csdl(root.sets.values(), root.properties, sets4.TYPES)
    return Reply(body, "application/xml;charset=utf-8", etag=root.etag, headers=VERSION)


def _properties(root: Root) -> Reply:
    body = _encoded({"@odata.context": _context(root, "Properties"), **(root.properties or {})})
    return Reply(body, MEDIA, etag=root.etag, headers=VERSION)


def _one(root: Root, rows: EntitySet, position: int, options: Options) -> Reply:
    context = json.dumps(_context(root, rows.name, options) + "/$entity")
    head = [f'{{"@odata.context":{context},'.encode()]
    body = rows.rows(np.array([position]), names_of(rows, options), JSON, head, b"}")
    return Reply(body, MEDIA, etag=root.etag, headers=VERSION)


def _rows(root: Root, rows: EntitySet, options: Options, found: Page, link: str | None) -> Iterator[bytes]:
    count = "" if found.total is None else f'"@odata.count":{found.total},'
    more = "" if link is None else f'"@odata.nextLink":{json.dumps(link, ensure_ascii=False)},'
    yield f'{{"@odata.context":{json.dumps(_context(root, rows.name, options))},{root.note}{count}{more}"value":['.encode()
    yield from blocks(rows, found.positions, names_of(rows, options), JSON, [b"{"], b"}", b",\n")
    yield b"]}"


def refusal(ask: Ask, error: QueryError) -> Reply:
    """An error in the form of v4."""
    return Reply(v4_body(error), "application/json;charset=utf-8", error.status, headers=VERSION)
