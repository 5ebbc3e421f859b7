"""The models behind the kinds of specification, and their JSON Schemas for editors, made from one source.

`write` makes table_specs/schema/; a test sees that what is committed is what it writes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from celwacht.tables import home
from celwacht.tables.indicators.indicator_spec import AreaPage, Benchmark, Indicator
from celwacht.tables.indicators.monitor_spec import Monitor
from celwacht.tables.indicators.report_spec import Report
from celwacht.tables.indicators.site_spec import Message, Site
from celwacht.tables.indicators.society import Society
from celwacht.tables.regions.region_spec import RegionsFile
from celwacht.tables.sources.populations import PopulationFile
from celwacht.tables.sources.source_spec import SOURCE, PersonSource
from celwacht.tables.sources.sources import read_source
from celwacht.tables.specs.classification_spec import CLASSIFICATION
from celwacht.tables.specs.processing_spec import ProcessingSpec
from celwacht.tables.specs.table_spec import SetSpec, TableSpec
from pydantic import TypeAdapter

_MODELS: dict[str, Any] = {
    "table": TableSpec,
    "set": SetSpec,
    "classification": CLASSIFICATION,
    "population": PopulationFile,
    "source": SOURCE,
    "regions": RegionsFile,
    "processing": ProcessingSpec,
    "indicator": Indicator,
    "area": AreaPage,
    "benchmark": Benchmark,
    "society": Society,
    "report": Report,
    "monitor": Monitor,
    "site": Site,
    "message": Message,
}


def register(kind: str, model: Any) -> None:
    """Makes a model (pydantic class or TypeAdapter) known to `check` and to editors; its owner calls this on import."""
    _MODELS[kind] = model


def model_of(kind: str) -> Any:
    """The model of a kind of file, or None if no part has registered one."""
    if kind == "layout" and kind not in _MODELS:
        from celwacht.tables.sources.layouts import Layout  # only who looks at layouts needs the intake

        register(kind, Layout)
    return _MODELS.get(kind)


def kinds() -> tuple[str, ...]:
    """The kinds of file that have a model now."""
    model_of("layout")
    return tuple(_MODELS)


def schema_text(kind: str) -> str:
    """The JSON Schema (draft 7) of a kind of file, as text; the same text for the same model."""
    model = model_of(kind)
    adapter = model if isinstance(model, TypeAdapter) else TypeAdapter(model)
    schema = _draft7(adapter.json_schema(ref_template="#/definitions/{model}"))
    schema["definitions"] = schema.pop("$defs", {})
    if kind == "table":
        _complete(schema["properties"])
    ordered = {"$schema": "http://json-schema.org/draft-07/schema#", "title": f"Celwacht: {kind}", **schema}
    return json.dumps(ordered, indent=1, ensure_ascii=True) + "\n"


def _complete(properties: dict[str, Any]) -> None:
    """What an editor offers for sources and units: those that come with the package, beside any other name."""
    read = {path.stem: read_source(path)[0] for path in home.files("sources", root=home.PACKAGED)}
    counted = {name: one for name, one in read.items() if one is not None and not isinstance(one, PersonSource)}
    units = dict.fromkeys(unit for one in counted.values() for unit in one.units.model_dump().values() if unit)
    for name, offered in (("source", list(counted)), ("unit", list(units))):
        shape = {key: properties[name].pop(key) for key in ("pattern", "type")}
        properties[name]["anyOf"] = [{"enum": offered}, shape]


def write(folder: Path) -> list[Path]:
    """Writes `folder`/<kind>.schema.json for every kind that is registered now, and gives their paths."""
    paths = []
    for kind in kinds():
        path = folder / f"{kind}.schema.json"
        path.write_text(schema_text(kind), encoding="utf-8")
        paths.append(path)
    return paths


def _draft7(node: Any) -> Any:
    """Without what draft 7 does not know, without null (read_spec refuses it), and without pydantic's invented titles."""
    if isinstance(node, list):
        return [_draft7(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if key != "discriminator"}
    if isinstance(kept.get("title"), str):
        del kept["title"]
    if "default" in kept and kept["default"] is None:
        del kept["default"]
    for choice in ("anyOf", "oneOf"):
        options = [o for o in kept.get(choice, ()) if o != {"type": "null"}]
        if len(options) == 1:
            del kept[choice]
            kept = {**options[0], **kept}
        elif options:
            kept[choice] = options
    if "$ref" in kept and len(kept) > 1:  # draft 7 ignores what stands beside a $ref
        kept = {**{k: v for k, v in kept.items() if k != "$ref"}, "allOf": [{"$ref": kept["$ref"]}]}
    for key in ("properties", "$defs"):
        if key in kept:
            kept[key] = {name: _draft7(inner) for name, inner in kept[key].items()}
    return {key: value if key in ("properties", "$defs", "default", "enum", "const") else _draft7(value) for key, value in kept.items()}
