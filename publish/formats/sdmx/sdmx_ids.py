"""What a table and its parts are called in SDMX: one place for the data file and the structure message.

SDMX allows letters, digits and _ @ $ - in the id of a code, and less in that of a component; anything else becomes $ or
_x with the hexadecimal number of its bytes, so that different codes stay different. The version is the day on the
table, as 2025.4.30.
"""

from __future__ import annotations

import re

from celwacht.publish.publication.publication import IMPOSSIBLE, PRINTED, WITHHELD, Publication

AGENCY = "CELWACHT"
MEASURE, TIME, VALUE = "MEASURE", "TIME_PERIOD", "OBS_VALUE"
ATTRIBUTES = ("OBS_STATUS", "CONF_STATUS", "PERIOD_STATUS", "UNIT_MEASURE", "DECIMALS")

OBS_STATUS = {PRINTED: "A", WITHHELD: "Q", IMPOSSIBLE: "M"}
"""State -> code of CL_OBS_STATUS; a printed figure of a period that is not final is PROVISIONAL."""
PROVISIONAL = "P"
CONF_STATUS = {PRINTED: "F", WITHHELD: "C", IMPOSSIBLE: "F"}
"""State -> code of CL_CONF_STATUS; never its codes for primary and secondary confidentiality, which tell them apart."""
PERIOD_STATUS = {
    "Definitief": "D",
    "NaderVoorlopig": "NV",
    "Voorlopig": "V",
    "": "D",
    "Definite": "D",
    "RevisedProvisional": "NV",
    "Provisional": "V",
}
MISSING = "NaN"
"""What SDMX-CSV 2.0 writes for a numeric value that is missing on purpose."""


def code_id(code: str) -> str:
    """The id of a code."""
    return re.sub(r"[^A-Za-z0-9_@\-]", lambda m: "".join(f"${b:02X}" for b in m[0].encode()), code) or "$"


def component_id(name: str) -> str:
    """The id of a dimension: a letter first, then letters, digits, _ and -."""
    made = re.sub(r"[^A-Za-z0-9_\-]", lambda m: "".join(f"_x{b:02X}" for b in m[0].encode()), name)
    return made if re.match("[A-Za-z]", made) else f"D{made}"


def time_id(code: str) -> str:
    """TIME_PERIOD of a period code: 2024JJ00 -> 2024, 2024HJ01 -> 2024-S1, 2024KW03 -> 2024-Q3."""
    match = re.fullmatch(r"(\d{4})(JJ|HJ|KW)0(\d)", code, re.ASCII)
    if not match:
        return code_id(code)
    return match[1] if match[2] == "JJ" else f"{match[1]}-{'S' if match[2] == 'HJ' else 'Q'}{match[3]}"


def version(publication: Publication) -> str:
    day = publication.modified
    return f"{day.year}.{day.month}.{day.day}"


def dimension_ids(publication: Publication) -> list[str]:
    """Ids of the dimensions in order, the periods last; none is that of another component."""
    taken = {MEASURE, TIME, VALUE, *ATTRIBUTES}
    names = [component_id(d.name) for d in publication.dimensions[:-1]]
    return [*(f"{name}_" if name in taken else name for name in names), TIME]


def dataflow(publication: Publication) -> str:
    """AGENCY:DATAFLOW(VERSION)."""
    return f"{AGENCY}:DF_{component_id(publication.table)}({version(publication)})"
