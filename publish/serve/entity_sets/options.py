"""The `$` options of an address, read for one set: what rows, which columns, in which form.

An option that is not here is refused, never passed over: who asks for $apply must not get other figures instead.
In v4 the options of OData go without `$` too, in any case of letters, as 4.01 has it (Protocol 4.01, 11.2.1): filter=, Top=. What else has
no `$` is the reader's own and stays without meaning.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from celwacht.publish.serve.filter.filter_parser import nearest, parsed
from celwacht.publish.serve.filter.filter_tree import Column, Node
from celwacht.publish.serve.http.errors import QueryError
from celwacht.publish.serve.http.limits import Limits

V4 = ("$filter", "$select", "$orderby", "$top", "$skip", "$count", "$format")
OF_ODATA = frozenset(
    "$apply $compute $count $deltatoken $expand $filter $format $index $levels $orderby $schemaversion $search $select $skip $skiptoken $top".split()
)
"""Options that 4.01 knows: one of them without `$` is asked for, not the reader's own."""
V3 = ("$filter", "$select", "$orderby", "$top", "$skip", "$inlinecount", "$format")
_LARGEST = 10**12
_ORDERS = 10


@dataclass(frozen=True, slots=True)
class Options:
    """select: names in the order asked; empty: every column. top: None where not given."""

    condition: Node | None = None
    select: tuple[str, ...] = ()
    order: tuple[tuple[Column, bool], ...] = ()
    top: int | None = None
    skip: int = 0
    count: bool = False


def split(query: str, limits: Limits) -> list[tuple[str, str]]:
    """The options of a query string, in order, decoded. Some clients write `??$top=1`."""
    if len(query) > limits.query:
        raise QueryError(
            f"the address has {len(query)} characters behind the question mark, and may have {limits.query}",
            status=414,
            code="TooLong",
            remedy="Ask in parts.",
        )
    try:
        return parse_qsl(query.lstrip("?"), keep_blank_values=True, strict_parsing=False, errors="strict", max_num_fields=50)
    except ValueError:
        raise QueryError("the address cannot be read: it is not UTF-8, or has more than 50 options") from None


def system(pairs: Sequence[tuple[str, str]], allowed: Collection[str], *, plain: bool = False) -> dict[str, str]:
    """The options that begin with $; QueryError for one that is unknown, not offered here, or given twice.

    plain: those of OF_ODATA also without $ and in any case of letters, found under the name with $.
    """
    found: dict[str, str] = {}
    for given, value in pairs:
        dollared = f"${given.lower().removeprefix('$')}"
        name = dollared if plain and dollared in OF_ODATA else given
        if not name.startswith("$"):
            continue
        if name not in allowed:
            raise QueryError(
                f"there is no option {name[:40]} here",
                code="UnsupportedOption",
                target=name[:40],
                remedy=f"There are: {', '.join(allowed)}.",
            )
        if name in found:
            raise QueryError(f"{name} is given twice", target=name, remedy="Put both into one.")
        found[name] = value
    return found


def read(given: Mapping[str, str], columns: Mapping[str, Column], limits: Limits) -> Options:
    """The options for a set with these columns."""
    condition = None
    if "$filter" in given:
        try:
            condition = parsed(given["$filter"], columns, limits)
        except QueryError as error:
            raise error.at("$filter") from None
    return Options(
        condition,
        _select(given.get("$select"), columns),
        _order(given.get("$orderby"), columns),
        _number("$top", given["$top"]) if "$top" in given else None,
        _number("$skip", given.get("$skip", "0")),
        _count(given),
    )


def _select(text: str | None, columns: Mapping[str, Column]) -> tuple[str, ...]:
    if text is None:
        return ()
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name != "*" and name not in columns:
            raise QueryError(
                f"there is no column {name[:40]!r}",
                target="$select",
                position=text.index(name) + 1,
                culprit=name,
                remedy=nearest(name, columns),
            )
    return () if "*" in names else tuple(dict.fromkeys(names))


def _order(text: str | None, columns: Mapping[str, Column]) -> tuple[tuple[Column, bool], ...]:
    found = []
    for part in text.split(",") if text is not None else ():
        name, _, way = part.strip().partition(" ")
        if name not in columns or way.strip() not in ("", "asc", "desc"):
            raise QueryError(
                f"{part.strip()[:60]!r} is not an order",
                target="$orderby",
                culprit=part.strip(),
                position=(text or "").index(part) + 1,
                remedy="Write a column, then asc or desc." + (f" {nearest(name, columns)}" if name not in columns else ""),
            )
        found.append((columns[name], way.strip() == "desc"))
    if len(found) > _ORDERS:
        raise QueryError(f"more than {_ORDERS} orders", target="$orderby", remedy="Name fewer.")
    return tuple(found)


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 12 or int(text) > _LARGEST:
        raise QueryError(
            f"{text[:20]!r} is not a number of rows", target=name, culprit=text, position=1, remedy="Write a whole number from 0 on."
        )
    return int(text)


def _count(given: Mapping[str, str]) -> bool:
    for name, yes, no in (("$count", "true", "false"), ("$inlinecount", "allpages", "none")):
        if name in given:
            if given[name] not in (yes, no):
                raise QueryError(
                    f"{given[name][:20]!r} is neither {yes} nor {no}",
                    target=name,
                    culprit=given[name],
                    position=1,
                    remedy=f"Write {name}={yes}.",
                )
            return given[name] == yes
    return False
