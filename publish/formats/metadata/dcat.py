"""The catalogue of a set as DCAT-AP-NL 3.0: a dataset per table, a distribution per file, as Turtle and as JSON-LD.

Made from what the tables on disk say of themselves (datapackage.json of each), so that it lists files, sizes and
hashes as they are. Addresses are relative to the catalogue, which names no host: they hold wherever the set is served.
https://docs.geostandaarden.nl/dcat/dcat-ap-nl30/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import quote

from celwacht.publish.formats.metadata.rdf import Iri, Literal, Node, Triple
from celwacht.publish.publication import texts
from celwacht.tables.face import Face, from_json

TURTLE, JSON_LD = "catalog.ttl", "catalog.jsonld"
PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EU = "http://publications.europa.eu/resource/authority"
THEME = f"{_EU}/data-theme/SOCI"
PUBLIC = f"{_EU}/access-right/PUBLIC"
LANGUAGE = {"nl": f"{_EU}/language/NLD", "en": f"{_EU}/language/ENG"}
COUNTRY = f"{_EU}/country/NLD"
PROFILE = "https://docs.geostandaarden.nl/dcat/dcat-ap-nl30/"
SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
_MEDIA = "https://www.iana.org/assignments/media-types"
ZIP = f"{_MEDIA}/application/zip"
# What a file is: format -> file type of the Publications Office.
FILE_TYPES = {"csv": "CSV", "json": "JSON", "parquet": "PARQUET", "xlsx": "XLSX", "xml": "XML", "px": "TXT"}
# The files a reader may want, by the end of their name, with a title; other files are reached through the package.
OFFERED = {
    "csv/Observations.csv": ("CSV met codes", "CSV with codes"),
    ".csv.zip": ("CSV met titels", "CSV with titles"),
    "-pivot.csv": ("CSV als tabel", "CSV as a table"),
    ".xlsx": ("Excel", "Excel"),
    ".jsonstat.json": ("JSON-stat 2.0", "JSON-stat 2.0"),
    ".px": ("PX (PC-Axis)", "PX (PC-Axis)"),
    "sdmx/structure.xml": ("Structuur in SDMX-ML 3.0", "Structure in SDMX-ML 3.0"),
    "parquet/Observations.parquet": ("Parquet", "Parquet"),
    "odata/index.json": ("OData-bestanden", "OData files"),
}
CONFORMS = {
    ".jsonstat.json": "https://json-stat.org/full/",
    ".xml": "https://sdmx.org/?page_id=5008",
    "csv/Observations.csv": "http://www.w3.org/ns/csvw",
}


@dataclass(frozen=True, slots=True)
class Office:
    """Who publishes and whom to ask."""

    name: str = "Celwacht"
    page: str = "./"
    """Address of a page to get in touch, relative to the catalogue or absolute."""


def triples(about: Mapping[str, Any], packages: Mapping[str, Mapping[str, Any]], office: Office | None = None) -> Iterator[Triple]:
    """The catalogue of a set.

    about: `set`, `title`, `modified` and `face`; office: default that of the face. packages: folder of a table -> its datapackage.json.
    """
    face = from_json(about.get("face"))
    yield from _spoken(_all(about, packages, office or Office(face.name), face), face)


def _spoken(said: Iterator[Triple], face: Face) -> Iterator[Triple]:
    """The triples in the languages of the project: of a property that has both languages those of its own."""
    if len(face.languages) > 1:
        yield from said
        return
    for (subject, name), some in groupby(said, key=lambda t: (t.subject, t.property)):
        listed = list(some)
        there = {t.value.language for t in listed if isinstance(t.value, Literal)}
        for one in listed:
            value = one.value
            if isinstance(value, Literal) and value.language and value.language != face.main:
                if face.main in there:
                    continue
                value = Literal(value.value, face.main)
            yield Triple(subject, name, value)


def _all(about: Mapping[str, Any], packages: Mapping[str, Mapping[str, Any]], office: Office, face: Face) -> Iterator[Triple]:
    catalogue, publisher, contact = Node("./#catalog"), Node("./#publisher"), Node("./#contact")
    yield from _typed(publisher, "foaf:Agent", {"foaf:name": [Literal(office.name)]})
    yield from _typed(contact, "vcard:Kind", {"vcard:fn": [Literal(office.name)], "vcard:hasURL": [Iri(office.page)]})
    name = str(about["title"])
    described = f"{name}: {len(packages)} {face.said('tabel', 'table') if len(packages) == 1 else face.said('tabellen', 'tables')}."
    day = Literal(str(about["modified"]), datatype="xsd:date")
    yield from _typed(
        catalogue,
        "dcat:Catalog",
        {
            "dct:title": [Literal(name, "nl")],
            "dct:description": [Literal(described, "nl")],
            "dct:identifier": [Literal(str(about["set"]))],
            "dct:publisher": [publisher],
            "dct:creator": [publisher],
            "dcat:contactPoint": [contact],
            "dct:license": [Iri(texts.LICENCE)],
            "dct:language": [Iri(LANGUAGE[face.main])],
            "dct:modified": [day],
            "dct:issued": [day],
            "dcat:themeTaxonomy": [Iri(f"{_EU}/data-theme")],
            **({"dct:spatial": [Iri(COUNTRY)], "dct:conformsTo": [Iri(PROFILE)]} if face.main == "nl" else {}),
            **({"dcat:keyword": [Literal(face.theme, face.main)]} if face.theme else {}),
            "foaf:homepage": [Iri("./")],
            "dcat:dataset": [Node(f"{_path(folder)}/#dataset") for folder in packages],
        },
    )
    for folder, package in packages.items():
        yield from _dataset(folder, package, publisher, contact, face)


def _typed(node: Node, kind: str, said: Mapping[str, list[Any]]) -> Iterator[Triple]:
    yield Triple(node, "rdf:type", Iri(kind, short=True))
    for property_, values in said.items():
        for value in values:
            yield Triple(node, property_, value)


def _both(nl: str, en: str) -> list[Literal]:
    return [Literal(nl, "nl"), *([Literal(en, "en")] if en else [])]


def _path(path: str) -> str:
    return quote(path)


def _dataset(folder: str, package: Mapping[str, Any], publisher: Node, contact: Node, face: Face) -> Iterator[Triple]:
    base, english = _path(folder), package["languages"].get("en", {})
    node, period = Node(f"{base}/#dataset"), Node(f"{base}/#period")
    offered = [(r, titles) for r in package["resources"] for end, titles in OFFERED.items() if _fits(r["path"], end)]
    day = Literal(package["created"][:10], datatype="xsd:date")
    first, last = (code[:4] for code in package["temporal"])
    yield from _typed(
        node,
        "dcat:Dataset",
        {
            "dct:title": _both(package["title"], english.get("title", "")),
            "dct:description": _both(package["description"], english.get("description", "")),
            "dct:identifier": [Literal(package["id"])],
            "dct:publisher": [publisher],
            "dct:creator": [publisher],
            "dcat:contactPoint": [contact],
            "dcat:theme": [Iri(THEME)],
            "dct:accessRights": [Iri(PUBLIC)],
            "dct:language": [Iri(LANGUAGE[face.main])],
            "dct:modified": [day],
            **({"dct:spatial": [Iri(COUNTRY)]} if face.main == "nl" else {}),
            "dct:temporal": [period],
            "dcat:version": [Literal(package["version"])],
            "dct:conformsTo": [Iri("http://www.w3.org/ns/csvw")],
            "dcat:landingPage": [Iri("./")],
            "foaf:page": [Iri(f"{base}/datapackage.json")],
            "rdfs:comment": _remarks(package),
            "dcat:distribution": [Node(f"{base}/{_path(r['path'])}#distribution") for r, _ in offered],
        },
    )
    yield from _typed(
        period,
        "dct:PeriodOfTime",
        {"dcat:startDate": [Literal(first, datatype="xsd:gYear")], "dcat:endDate": [Literal(last, datatype="xsd:gYear")]},
    )
    for resource, titles in offered:
        yield from _distribution(base, resource, titles, day, LANGUAGE[face.main])


def _remarks(package: Mapping[str, Any]) -> list[Literal]:
    """Notes and symbols, in both languages."""
    notes = [("nl", text) for text in package["notes"]] + [("en", text) for text in package["languages"].get("en", {}).get("notes", ())]
    signs = [(la, f"{word}: {text}") for word, said in package["symbols"].items() for la, text in said.items()]
    return [Literal(text, la) for la, text in notes + signs]


def _fits(path: str, end: str) -> bool:
    """Whether a file is the one that is offered: by its whole name, or by the end of a name."""
    return path == end or (not end[0].isalpha() and path.endswith(end))


def _distribution(base: str, resource: Mapping[str, Any], titles: tuple[str, str], day: Literal, language: str) -> Iterator[Triple]:
    address = f"{base}/{_path(resource['path'])}"
    node, checksum = Node(f"{address}#distribution"), Node(f"{address}#checksum")
    media = resource["mediatype"].split(";")[0]
    zipped = media == "application/zip"
    sdmx = resource["path"].startswith("sdmx/") and zipped
    nl, en = ("SDMX-CSV 2.0", "SDMX-CSV 2.0") if sdmx else titles
    said: dict[str, list[Any]] = {
        "dct:title": _both(nl, en),
        "dcat:accessURL": [Iri(address)],
        "dcat:downloadURL": [Iri(address)],
        "dct:license": [Iri(texts.LICENCE)],
        "dct:language": [Iri(language)],
        "dct:modified": [day],
        "dct:format": [Iri(f"{_EU}/file-type/{FILE_TYPES[resource['format']]}")],
        "dcat:byteSize": [Literal(str(resource["bytes"]), datatype="xsd:nonNegativeInteger")],
        "spdx:checksum": [checksum],
    }
    if "/x-" not in media:
        said["dcat:mediaType"] = [Iri(f"{_MEDIA}/{'text/csv' if zipped else media}")]
    if zipped:
        said["dcat:compressFormat"] = [Iri(ZIP)]
    if named := [rule for end, rule in CONFORMS.items() if resource["path"].endswith(end)]:
        said["dct:conformsTo"] = [Iri(rule) for rule in named]
    yield from _typed(node, "dcat:Distribution", said)
    yield from _typed(
        checksum,
        "spdx:Checksum",
        {
            "spdx:algorithm": [Iri(SHA256)],
            "spdx:checksumValue": [Literal(resource["hash"].removeprefix("sha256:"), datatype="xsd:hexBinary")],
        },
    )
