"""The frame of Atom around rows, and the service document of AtomPub, as OData v3 wants them.

`updated` is the moment of the release, never the clock: the same figures are the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from celwacht.publish.serve.entity_sets.entity_set import EntitySet
from celwacht.publish.serve.odata3.sets3 import NAMESPACE

_XML = '<?xml version="1.0" encoding="utf-8"?>\n'
_SPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" '
    'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"'
)
_SCHEME = "http://schemas.microsoft.com/ado/2007/08/dataservices/scheme"
TAIL = b"</m:properties></content></entry>\n"


def service(url: str, names: Iterable[str]) -> bytes:
    """The sets of a service."""
    found = "".join(f"<collection href={quoteattr(n)}><atom:title>{escape(n)}</atom:title></collection>" for n in names)
    return (
        f'{_XML}<service xml:base={quoteattr(url + "/")} xmlns="http://www.w3.org/2007/app" '
        'xmlns:atom="http://www.w3.org/2005/Atom"><workspace><atom:title>Default</atom:title>'
        f"{found}</workspace></service>"
    ).encode()


def opening(url: str, rows: EntitySet, updated: str, total: int | None) -> bytes:
    """What stands before the first entry of a feed."""
    count = "" if total is None else f"<m:count>{total}</m:count>"
    return (
        f"{_XML}<feed xml:base={quoteattr(url + '/')} {_SPACES}>{count}<id>{escape(url)}/{rows.name}</id>"
        f'<title type="text">{rows.name}</title><updated>{updated}</updated>'
        f'<link rel="self" title="{rows.name}" href="{rows.name}" />\n'
    ).encode()


def closing(link: str | None) -> bytes:
    """What stands behind the last entry; link: the next page."""
    more = "" if link is None else f'<link rel="next" href={quoteattr(link)} />'
    return f"{more}</feed>".encode()


def head(url: str, rows: EntitySet, updated: str, alone: bool = False) -> list[bytes]:
    """What stands before the properties of an entry, to be joined by its key."""
    spaces = f" xml:base={quoteattr(url + '/')} {_SPACES}" if alone else ""
    return [
        f"{_XML if alone else ''}<entry{spaces}><id>{escape(url)}/{rows.name}(".encode(),
        f')</id><category term="{NAMESPACE}.{rows.type_name}" scheme="{_SCHEME}" /><title />'
        f"<updated>{updated}</updated><author><name /></author>"
        '<content type="application/xml"><m:properties>'.encode(),
    ]
