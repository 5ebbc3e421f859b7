"""The structure of a table in SDMX-ML 2.1, for programs that know no later one (rsdmx, older connectors): the message of 3.0 said in the words of 2.1.

    <str:ConceptIdentity>urn:...Concept=A:CS_T(2025.4.30).RegioS</str:ConceptIdentity>
    <str:ConceptIdentity><Ref id="RegioS" maintainableParentID="CS_T" ... class="Concept"/></str:ConceptIdentity>

What differs: references are elements, the measure is a PrimaryMeasure, concept schemes are called Concepts, and dataflows come first.
"""

from __future__ import annotations

import re

from celwacht.publish.formats.sdmx import sdmx_ids, sdmx_structure
from celwacht.publish.publication.publication import Publication

_ARTEFACT = r"urn:sdmx:org\.sdmx\.infomodel\.(\w+)\.(\w+)=(\w+):([\w@$\-]+)\(([\d.]+)\)"
_CONCEPT = re.compile(rf"<str:ConceptIdentity>{_ARTEFACT}\.([\w\-]+)</str:ConceptIdentity>")
_WHOLE = re.compile(rf"<str:(Enumeration|Structure)>{_ARTEFACT}</str:\1>")
_PARENT = re.compile(r"<str:Parent>([^<]*)</str:Parent>")
_ON_DIMENSION = re.compile(r"<str:AttributeRelationship><str:Dimension>([^<]*)</str:Dimension>")
_BLOCK = re.compile(r"<str:(Codelists|Concepts|DataStructures|Dataflows)>.*?</str:\1>", re.DOTALL)
_ORDER = ("Dataflows", "Codelists", "Concepts", "DataStructures")
_MEASURE = re.compile(rf'<str:Measure id="{sdmx_ids.VALUE}" usage="mandatory">(.*?)</str:Measure>', re.DOTALL)


def encode(publication: Publication) -> bytes:
    """The bytes of the message."""
    text = sdmx_structure.encode(publication).decode()
    text = text.replace("/schemas/v3_0/", "/schemas/v2_1/").replace("str:ConceptSchemes>", "str:Concepts>")
    text = _CONCEPT.sub(
        r'<str:ConceptIdentity><Ref id="\6" maintainableParentID="\4" maintainableParentVersion="\5" agencyID="\3" package="\1" class="\2"/>'
        r"</str:ConceptIdentity>",
        text,
    )
    text = _WHOLE.sub(r'<str:\1><Ref id="\5" version="\6" agencyID="\4" package="\2" class="\3"/></str:\1>', text)
    text = _PARENT.sub(r'<str:Parent><Ref id="\1"/></str:Parent>', text)
    text = _ON_DIMENSION.sub(r'<str:AttributeRelationship><str:Dimension><Ref id="\1"/></str:Dimension>', text)
    text = text.replace("<str:Observation/>", f'<str:PrimaryMeasure><Ref id="{sdmx_ids.VALUE}"/></str:PrimaryMeasure>')
    text = _MEASURE.sub(rf'<str:PrimaryMeasure id="{sdmx_ids.VALUE}">\1</str:PrimaryMeasure>', text)
    text = text.replace(' usage="mandatory"', ' assignmentStatus="Mandatory"')
    return _ordered(text).encode()


def _ordered(text: str) -> str:
    """The blocks in the order that 2.1 asks."""
    blocks = {found[1]: found[0] for found in _BLOCK.finditer(text)}
    start, end = text.index("<mes:Structures>") + len("<mes:Structures>"), text.index("</mes:Structures>")
    return text[:start] + "\n" + "\n".join(blocks[name] for name in _ORDER) + "\n" + text[end:]
