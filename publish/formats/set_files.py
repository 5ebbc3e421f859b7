"""The files of a whole set in a release: its catalogue, made from the packages of its tables as they are staged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from celwacht.publish.formats.metadata import datapackage, dcat, rdf


def files(folder: Path, about: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """(file name, bytes) of the files of the set in this folder.

    about: what its manifest says (`set`, `title`, `modified`, `tables`).
    """
    tables = [table["id"] for table in about["tables"]]
    packages = {name: json.loads((folder / name / datapackage.NAME).read_bytes()) for name in tables}
    found = list(dcat.triples(about, packages))
    yield dcat.TURTLE, rdf.turtle(found, dcat.PREFIXES)
    yield dcat.JSON_LD, rdf.json_ld(found, dcat.PREFIXES)
