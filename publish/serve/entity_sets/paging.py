"""What every dialect shares between address and answer: the request, the reply, a page of a set, its next link."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import numpy as np
from celwacht.publish.serve.entity_sets.bytes_text import BLOCK
from celwacht.publish.serve.entity_sets.entity_set import EntitySet, Wanted
from celwacht.publish.serve.entity_sets.options import Options
from celwacht.publish.serve.entity_sets.value_forms import Form
from celwacht.publish.serve.filter.filter_tokens import key_tokens
from celwacht.publish.serve.http.errors import QueryError, missing
from celwacht.tables.grammar import Cursor


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one answer. total: of all that hold to the condition, where asked; next_skip: None at the end."""

    positions: np.ndarray
    total: int | None = None
    next_skip: int | None = None
    left: int | None = None
    """What is left of $top after this page."""


def page(rows: EntitySet, options: Options, most: int) -> Page:
    """The rows that the options ask for, at most `most` of them."""
    take = most if options.top is None else min(options.top, most)
    beyond = options.top is None or options.top > most
    found = rows.choose(Wanted(options.condition, options.order, options.skip, take + beyond))
    total = rows.count(options.condition) if options.count else None
    if len(found) <= take:
        return Page(found, total)
    return Page(found[:take], total, options.skip + take, None if options.top is None else options.top - take)


def next_link(url: str, given: Mapping[str, str], found: Page) -> str | None:
    """The address of the rest: every option repeated, $skip (and $top) as they are now."""
    if found.next_skip is None:
        return None
    options = {**given, "$skip": str(found.next_skip)}
    if found.left is not None:
        options["$top"] = str(found.left)
    return f"{url}?" + "&".join(f"{name}={quote(value, safe='(),:*/')}" for name, value in options.items())


def names_of(rows: EntitySet, options: Options) -> Sequence[str]:
    return options.select or tuple(rows.columns)


def blocks(
    rows: EntitySet, positions: np.ndarray, names: Sequence[str], form: Form, head: Sequence[bytes], tail: bytes, separator: bytes = b""
) -> Iterator[bytes]:
    """The rows a block at a time, the separator between them only."""
    first = True
    for start in range(0, len(positions), BLOCK):
        block = rows.rows(positions[start : start + BLOCK], names, form, [separator + head[0], *head[1:]], tail)
        yield block[len(separator) :] if first else block
        first = False


def body_of(parts: Iterator[bytes], few: bool) -> bytes | Iterator[bytes]:
    """One piece of bytes where there are few rows, so that it has a length and can be compressed."""
    return b"".join(parts) if few else parts


_KEYED = re.compile(r"([^()]+)\((.*)\)", re.DOTALL)


def set_and_key(segment: str) -> tuple[str, str | None]:
    """'Observations(7)' as ('Observations', '7'); the key is None where there are no brackets."""
    match = _KEYED.fullmatch(segment)
    return (match[1], match[2]) if match else (segment, None)


def position_of(rows: EntitySet, key: str) -> int:
    """The position of the row with a key as written in an address; the QueryError of what is not there.

    key := value | named { ',' named };  named := name '=' value
    """
    try:
        at = Cursor(key_tokens(key), words=("sign", "equals"), depth=0, too_deep=lambda *_: missing())
    except QueryError:
        raise missing() from None
    values: dict[str, Any] = {}

    def part() -> None:
        first = at.take()
        name = first.text if first.kind == "name" else rows.key[0]
        if first.kind == "name":
            at.expects("=", lambda *_: missing())
        value = (at.take() if first.kind == "name" else first).value
        if value is None or name not in rows.key or name in values or (first.kind != "name" and len(rows.key) > 1):
            raise missing()
        values[name] = value.value

    at.listed(part, ",")
    position = rows.find(values) if at.at_end and len(values) == len(rows.key) else None
    if position is None:
        raise missing()
    return position
