"""The structure of a table in SDMX-ML 3.0: code lists with their hierarchy, concepts, data structure, dataflow.

Beside the data of sdmx_csv.py. Titles are in Dutch, with English where there is one. Notes, symbols and the titles of
periods (a time dimension has no code list) are annotations of the dataflow. No clock: `Prepared` is the day on the
table. Known: the XML Schema of SDMX 3.0 wants the parent of a code to begin with a letter, though not the code itself;
a parent such as `10000` is written all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from celwacht.publish.formats.excel import xlsx_writer
from celwacht.publish.formats.parts import words
from celwacht.publish.formats.sdmx import sdmx_ids
from celwacht.publish.formats.sdmx.sdmx_ids import AGENCY
from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import Publication, Words
from celwacht.tables.face import Face

_NS = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0"
_ROOT = f'<mes:Structure xmlns:mes="{_NS}/message" xmlns:str="{_NS}/structure" xmlns:com="{_NS}/common">'
_URN = "urn:sdmx:org.sdmx.infomodel"

# Code lists of SDMX itself, as far as they occur: (id, version, title, codes).
SHARED = {
    "OBS_STATUS": (
        "CL_OBS_STATUS",
        "2.2",
        "Observation status",
        {"A": "Normal value", "M": "Missing value; data cannot exist", "P": "Provisional value", "Q": "Missing value; suppressed"},
    ),
    "CONF_STATUS": ("CL_CONF_STATUS", "1.2", "Confidentiality status", {"C": "Confidential statistical information", "F": "Free"}),
}
CONCEPTS = {
    sdmx_ids.TIME: Words("Periode", "Time period"),
    sdmx_ids.VALUE: Words("Waarde", "Observation value"),
    "OBS_STATUS": Words("Status van de waarneming", "Observation status"),
    "CONF_STATUS": Words("Geheimhouding", "Confidentiality status"),
    "PERIOD_STATUS": Words("Status van de cijfers over de periode", "Status of the figures of the period"),
    "UNIT_MEASURE": Words("Eenheid", "Unit of measure"),
    "DECIMALS": Words("Decimalen", "Decimals"),
}


def encode(publication: Publication) -> bytes:
    """The bytes of the message."""
    day = publication.modified.isoformat()
    table = _text(sdmx_ids.component_id(publication.table))
    header = (
        f"<mes:Header><mes:ID>{table}</mes:ID><mes:Test>false</mes:Test>"
        f'<mes:Prepared>{day}T00:00:00Z</mes:Prepared><mes:Sender id="{AGENCY}"/></mes:Header>'
    )
    parts = [_codelists(publication), _concepts(publication), _structure(publication), _dataflow(publication)]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        _ROOT,
        header,
        "<mes:Structures>",
        *parts,
        "</mes:Structures>",
        "</mes:Structure>",
        "",
    ]
    return _spoken("\n".join(lines), publication.face).encode()


def _spoken(text: str, face: Face) -> str:
    """The message in the languages of the project: what stands in both keeps the one; lists of SDMX itself are English always."""
    english, dutch = r'(<([A-Za-z:]+) xml:lang="en">[^<]*</\2>)', r'(<\2 xml:lang="nl">[^<]*</\2>)'
    if face.english:
        return re.sub(english + dutch, r"\1", text).replace('xml:lang="nl"', 'xml:lang="en"')
    return text if "en" in face.languages else re.sub(english + dutch, r"\3", text)


def _text(text: str) -> str:
    return escape(xlsx_writer.clean(text))


def _names(title: Words, tag: str = "com:Name") -> str:
    """The title in its languages; a name is never empty."""
    return "".join(
        f'<{tag} xml:lang="{language}">{_text(text)}</{tag}>' for language, text in (("en", title.en), ("nl", title.nl)) if text.strip()
    )


def _owned(tag: str, name: str, version: str, inside: Iterable[str], *, agency: str = AGENCY, more: str = "") -> str:
    """An artefact with an owner and a version."""
    opened = f'<str:{tag} agencyID="{agency}" id={quoteattr(name)} version="{version}"{more}>'
    return opened + "\n".join(inside) + f"</str:{tag}>"


def _codelists(publication: Publication) -> str:
    version = sdmx_ids.version(publication)
    lists = []
    for name, shared, title, listed in SHARED.values():
        inside = [_names(Words("", title)), *(_code(code, Words("", said)) for code, said in listed.items())]
        lists.append(_owned("Codelist", name, shared, inside, agency="SDMX", more=' isPartial="true"'))
    for dimension, name in list(zip(publication.dimensions, sdmx_ids.dimension_ids(publication)))[:-1]:
        known = {c.code for c in dimension.codes}
        codes = [
            _code(sdmx_ids.code_id(c.code), c.title, c.description, c.group if c.group in known - {c.code} else "") for c in dimension.codes
        ]
        lists.append(_owned("Codelist", f"CL_{name}", version, [_names(_named(dimension.title, name)), *codes]))
    measures = [_code(sdmx_ids.code_id(m.code), m.title, " | ".join(filter(None, (m.unit, m.description)))) for m in publication.measures]
    lists.append(_owned("Codelist", f"CL_{sdmx_ids.MEASURE}", version, [_names(words.TOPICS), *measures]))
    statuses = [_code(sdmx_ids.PERIOD_STATUS[s], said) for s, said in words.STATUS.items() if s not in texts.STATUS_IN_ENGLISH.values()]
    lists.append(_owned("Codelist", "CL_PERIOD_STATUS", version, [_names(CONCEPTS["PERIOD_STATUS"]), *statuses]))
    return "<str:Codelists>" + "\n".join(lists) + "</str:Codelists>"


def _named(title: Words, instead: str) -> Words:
    return title if title.nl.strip() or title.en.strip() else Words(instead)


def _code(name: str, title: Words, description: str = "", parent: str = "") -> str:
    said = _names(Words(description), "com:Description") if description else ""
    above = f"<str:Parent>{sdmx_ids.code_id(parent)}</str:Parent>" if parent else ""
    return f"<str:Code id={quoteattr(name)}>{_names(_named(title, name))}{said}{above}</str:Code>"


def _components(publication: Publication) -> dict[str, Words]:
    """Id of every component with its title: dimensions, measures, time, value, attributes."""
    names = sdmx_ids.dimension_ids(publication)[:-1]
    titles = {name: _named(d.title, name) for d, name in zip(publication.dimensions, names)}
    return {**titles, sdmx_ids.MEASURE: words.TOPICS, **CONCEPTS}


def _concepts(publication: Publication) -> str:
    concepts = [f"<str:Concept id={quoteattr(name)}>{_names(title)}</str:Concept>" for name, title in _components(publication).items()]
    inside = [_names(publication.title), *concepts]
    scheme = _owned("ConceptScheme", _scheme(publication), sdmx_ids.version(publication), inside)
    return f"<str:ConceptSchemes>{scheme}</str:ConceptSchemes>"


def _scheme(publication: Publication) -> str:
    return f"CS_{sdmx_ids.component_id(publication.table)}"


def _identity(publication: Publication, name: str) -> str:
    scheme = f"{AGENCY}:{_scheme(publication)}({sdmx_ids.version(publication)})"
    return f"<str:ConceptIdentity>{_URN}.conceptscheme.Concept={scheme}.{name}</str:ConceptIdentity>"


def _listed(publication: Publication, name: str) -> str:
    """Reference to the code list of a component."""
    owner, codelist, version = ("SDMX", *SHARED[name][:2]) if name in SHARED else (AGENCY, f"CL_{name}", sdmx_ids.version(publication))
    return (
        f"<str:LocalRepresentation><str:Enumeration>{_URN}.codelist.Codelist={owner}:{codelist}({version})"
        "</str:Enumeration></str:LocalRepresentation>"
    )


def _typed(kind: str) -> str:
    return f'<str:LocalRepresentation><str:TextFormat textType="{kind}"/></str:LocalRepresentation>'


def _structure(publication: Publication) -> str:
    names = [*sdmx_ids.dimension_ids(publication)[:-1], sdmx_ids.MEASURE]
    dimensions = [
        f'<str:Dimension id={quoteattr(name)} position="{i}">{_identity(publication, name)}{_listed(publication, name)}</str:Dimension>'
        for i, name in enumerate(names, 1)
    ]
    dimensions.append(
        f'<str:TimeDimension id="{sdmx_ids.TIME}">{_identity(publication, sdmx_ids.TIME)}'
        f"{_typed('ObservationalTimePeriod')}</str:TimeDimension>"
    )
    parts = [
        '<str:DimensionList id="DimensionDescriptor">',
        *dimensions,
        "</str:DimensionList>",
        '<str:AttributeList id="AttributeDescriptor">',
        *_attributes(publication),
        "</str:AttributeList>",
        f'<str:MeasureList id="MeasureDescriptor"><str:Measure id="{sdmx_ids.VALUE}" usage="mandatory">'
        f"{_identity(publication, sdmx_ids.VALUE)}{_typed('Double')}</str:Measure></str:MeasureList>",
    ]
    inside = [_names(publication.title), "<str:DataStructureComponents>", *parts, "</str:DataStructureComponents>"]
    name = f"DSD_{sdmx_ids.component_id(publication.table)}"
    definition = _owned("DataStructure", name, sdmx_ids.version(publication), inside)
    return f"<str:DataStructures>{definition}</str:DataStructures>"


def _attributes(publication: Publication) -> Iterator[str]:
    on_period = f"<str:Dimension>{sdmx_ids.TIME}</str:Dimension>"
    on_measure = f"<str:Dimension>{sdmx_ids.MEASURE}</str:Dimension>"
    made = {
        "OBS_STATUS": (_listed(publication, "OBS_STATUS"), "<str:Observation/>"),
        "CONF_STATUS": (_listed(publication, "CONF_STATUS"), "<str:Observation/>"),
        "PERIOD_STATUS": (_listed(publication, "PERIOD_STATUS"), on_period),
        "UNIT_MEASURE": (_typed("String"), on_measure),
        "DECIMALS": (_typed("Integer"), on_measure),
    }
    for name in sdmx_ids.ATTRIBUTES:
        represented, attached = made[name]
        yield (
            f'<str:Attribute id="{name}" usage="mandatory">{_identity(publication, name)}{represented}'
            f"<str:AttributeRelationship>{attached}</str:AttributeRelationship></str:Attribute>"
        )


def _dataflow(publication: Publication) -> str:
    name, version = sdmx_ids.component_id(publication.table), sdmx_ids.version(publication)
    inside = [
        "<com:Annotations>",
        *_annotations(publication),
        "</com:Annotations>",
        _names(publication.title),
        _names(publication.description, "com:Description"),
        f"<str:Structure>{_URN}.datastructure.DataStructure={AGENCY}:DSD_{name}({version})</str:Structure>",
    ]
    return f"<str:Dataflows>{_owned('Dataflow', f'DF_{name}', version, inside)}</str:Dataflows>"


def _annotations(publication: Publication) -> Iterator[str]:
    """Notes (title: what each is on), symbols (the code of OBS_STATUS), periods (TIME_PERIOD), source, licence."""
    names = sdmx_ids.dimension_ids(publication)
    for i, note in enumerate(words.notes(publication), 1):
        on = names[note.dimension] if note.dimension is not None else ""
        on = sdmx_ids.code_id(publication.measures[note.measure].code) if note.measure is not None else on
        yield _annotation(f"NOTE_{i}", "NOTE", on, note.text)
    for state, meaning in words.MEANING.items():
        yield _annotation(f"SYMBOL_{state}", "SYMBOL", sdmx_ids.OBS_STATUS[state], meaning)
    for period in publication.periods.codes:
        name, time = f"PERIOD_{sdmx_ids.code_id(period.code)}", sdmx_ids.time_id(period.code)
        yield _annotation(name, "PERIOD", time, _named(period.title, period.code))
    yield _annotation("SOURCE", "SOURCE", "", Words(publication.source))
    yield _annotation("LICENCE", "LICENCE", "", Words("CC BY 4.0", "CC BY 4.0"), texts.LICENCE)


def _annotation(name: str, kind: str, title: str, said: Words, url: str = "") -> str:
    """pysdmx reads no AnnotationValue: an address is a URL, and the code of a period is in the id."""
    shown = f"<com:AnnotationTitle>{_text(title)}</com:AnnotationTitle>" if title else ""
    link = f"<com:AnnotationURL>{_text(url)}</com:AnnotationURL>" if url else ""
    return (
        f"<com:Annotation id={quoteattr(name)}>{shown}<com:AnnotationType>{kind}</com:AnnotationType>"
        f"{link}{_names(said, 'com:AnnotationText')}</com:Annotation>"
    )
